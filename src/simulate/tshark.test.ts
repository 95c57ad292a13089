import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createFleet } from './fleet.ts'
import { PROFILES } from './profiles.ts'

const tshark = ((): boolean => {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** H3C sends element 43 with two bytes, an address elsewhere; port names (sFlow 0:1005) are unknown to tshark and not skipped. */
const QUIRKS = ['h3c-v9', 'aruba-sflow']

/** A capture file (link type raw IP) of UDP datagrams. */
function pcap(datagrams: readonly { readonly ms: number; readonly host: number; readonly port: number; readonly data: Uint8Array }[]): Buffer {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(65_535, 16)
  head.writeUInt32LE(101, 20)
  return Buffer.concat([
    head,
    ...datagrams.flatMap(({ ms, host, port, data }) => {
      const packet = Buffer.alloc(16 + 28)
      packet.writeUInt32LE(Math.floor(ms / 1000), 0)
      packet.writeUInt32LE((ms % 1000) * 1000, 4)
      packet.writeUInt32LE(28 + data.length, 8)
      packet.writeUInt32LE(28 + data.length, 12)
      packet.writeUInt8(0x45, 16)
      packet.writeUInt16BE(28 + data.length, 18)
      packet.writeUInt8(64, 24)
      packet.writeUInt8(17, 25)
      packet.writeUInt32BE(0x7f000000 + host, 28)
      packet.writeUInt32BE(0x7f000001, 32)
      packet.writeUInt16BE(50_000, 36)
      packet.writeUInt16BE(port, 38)
      packet.writeUInt16BE(8 + data.length, 40)
      return [packet, data]
    }),
  ])
}

test('tshark reads every datagram and finds the same octets', { skip: tshark ? false : 'tshark is not installed' }, () => {
  let nowMs = 1_780_000_000_000
  const profiles = PROFILES.map(profile => profile.name).filter(name => !QUIRKS.includes(name))
  const fleet = createFleet({ seed: 21, profiles, flows: 4000, startHour: 10 }, { now: () => nowMs })
  const datagrams = []
  const octets = { flow: 0, sample: 0 }
  for (let built = fleet.next(nowMs); built !== undefined; built = fleet.next(nowMs)) {
    const sflow = fleet.exporters[built.source]!.device.profile.protocol === 'sflow'
    octets[sflow ? 'sample' : 'flow'] += built.octets
    datagrams.push({ ms: nowMs, host: built.source + 2, port: sflow ? 6343 : 2055, data: built.datagram.slice() })
    nowMs += 5
  }
  const dir = mkdtempSync(join(tmpdir(), 'flowlens-simulate-'))
  try {
    const file = join(dir, 'fleet.pcap')
    writeFileSync(file, pcap(datagrams))
    const text = execFileSync('tshark', ['-r', file, '-d', 'udp.port==2055,cflow', '-O', 'cflow,sflow'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const sum = (pattern: RegExp): number => [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0)
    assert.doesNotMatch(text, /Malformed Packet: (CFLOW|sFlow)|No template found|Unknown sample format/i)
    assert.equal(sum(/^\s+Octets: (\d+)/gm), octets.flow)
    assert.equal(sum(/^\s+Frame Length: (\d+)/gm), octets.sample)
  } finally {
    rmSync(dir, { recursive: true })
  }
})
