/** What FlowLens reads in samples and sampled frames is what tshark reads in them, value by value. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createCollector } from '../src/decode/fixtures/collector.ts'
import { createFrame, readFrame } from '../src/packet/index.ts'
import { bytes, type PlainRow } from '../src/schema/fixtures/index.ts'
import { createFleet } from '../src/simulate/index.ts'

const skip = spawnSync('tshark', ['--version']).status === 0 ? false : 'tshark is not installed'

/** A capture file of this link type (tcpdump LINKTYPE_). */
function pcap(linkType: number, frames: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(65_535, 16)
  head.writeUInt32LE(linkType, 20)
  return Buffer.concat([
    head,
    ...frames.flatMap(frame => {
      const record = Buffer.alloc(16)
      record.writeUInt32LE(frame.length, 8)
      record.writeUInt32LE(frame.length, 12)
      return [record, frame]
    }),
  ])
}

/** An IPv4 packet with a UDP datagram for the port of sFlow. */
function packet(payload: Uint8Array): Buffer {
  const head = Buffer.alloc(28)
  head.writeUInt8(0x45, 0)
  head.writeUInt16BE(28 + payload.length, 2)
  head.writeUInt8(64, 8)
  head.writeUInt8(17, 9)
  head.writeUInt32BE(0x7f000002, 12)
  head.writeUInt32BE(0x7f000001, 16)
  head.writeUInt16BE(50_000, 20)
  head.writeUInt16BE(6343, 22)
  head.writeUInt16BE(8 + payload.length, 24)
  return Buffer.concat([head, payload])
}

/** All values of these fields in each frame, as tshark prints them. */
function tshark(linkType: number, frames: readonly Uint8Array[], fields: readonly string[]): string[][][] {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-tshark-'))
  try {
    const file = join(folder, 'frames.pcap')
    writeFileSync(file, pcap(linkType, frames))
    const options = ['-n', '-d', 'udp.port==6343,sflow', '-o', 'ip.defragment:FALSE', '-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=|']
    const text = execFileSync('tshark', ['-r', file, ...options, ...fields.flatMap(field => ['-e', field])], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return text
      .trimEnd()
      .split('\n')
      .map(line => line.split('\t').map(cell => (cell === '' ? [] : cell.split('|'))))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const sorted = (values: readonly string[]): string[] => values.toSorted()
const column = (rows: readonly PlainRow[], name: string): string[] => rows.flatMap(row => (row[name] === undefined ? [] : [String(row[name])]))

/** Columns and what tshark calls them. The first IP header of a frame is the one that carries the datagram. */
const SAMPLED = [
  ['sampling_rate', 'sflow.flow_sample.sampling_rate', 0],
  ['layer2_bytes', 'sflow_245.header.frame_length', 0],
  ['src', 'ip.src', 1],
  ['dst', 'ip.dst', 1],
  ['src_mac', 'eth.src', 0],
  ['dst_mac', 'eth.dst', 0],
  ['dst_mask', 'sflow_245.nexthop.dst_mask', 0],
  ['local_pref', 'sflow_245.localpref', 0],
  ['src_as', 'sflow_245.srcAS', 0],
  ['src_peer_as', 'sflow_245.peerAS', 0],
  ['post_vlan', 'sflow_245.vlan.out', 0],
] as const

test('samples of the fleet', { skip }, () => {
  let nowMs = 1_780_000_000_000
  // Port names (sFlow 0:1005) are unknown to tshark and not skipped.
  const fleet = createFleet({ seed: 31, profiles: ['arista-sflow', 'juniper-ex-sflow'], flows: 3000, startHour: 10 }, { now: () => nowMs })
  const datagrams: Uint8Array[] = []
  for (let built = fleet.next(nowMs); built !== undefined; built = fleet.next(nowMs)) {
    datagrams.push(built.datagram.slice())
    nowMs += 5
  }
  const theirs = tshark(
    101,
    datagrams.map(packet),
    SAMPLED.map(([, field]) => field),
  )
  assert.equal(theirs.length, datagrams.length)
  const collector = createCollector()
  const compared = new Map<string, number>()
  datagrams.forEach((datagram, index) => {
    assert.equal(collector.feed(datagram), null)
    const rows = collector.values()
    SAMPLED.forEach(([name, field, before], place) => {
      const values = sorted((theirs[index]?.[place] ?? []).slice(before).filter(value => value !== '0'))
      const ours = name === 'src' || name === 'dst' ? column(rows, name).filter(address => address.includes('.')) : column(rows, name)
      assert.deepEqual(sorted(ours), values, `${name} and ${field} of datagram ${index}`)
      compared.set(name, (compared.get(name) ?? 0) + values.length)
    })
  })
  for (const [name, values] of compared) assert.ok(values > 100, `${values} of ${name} were compared`)
})

const MACS = '001122334455 66778899aabb'
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const ipv4 = (proto: number, body: string, inner = false): string =>
  `4500 ${hex(20 + bytes(body).length, 4)} 1234 0000 40 ${hex(proto, 2)} 0000 ${inner ? 'c0a80001 c0a80002' : '0a000001 0a000002'} ${body}`
const ipv6 = (next: number, body: string): string =>
  `60000000 ${hex(bytes(body).length, 4)} ${hex(next, 2)} 40 20010db8000000000000000000000001 20010db8000000000000000000000002 ${body}`
const udp = (to: number, body: string): string => `c350 ${hex(to, 4)} ${hex(8 + bytes(body).length, 4)} 0000 ${body}`
const inner = ipv4(6, '0050 c351 00000000 00000000 5012 0000 0000 0000', true)
const bridged = `${MACS} 8100 0007 0800 ${inner}`

/** Frames of each kind of tunnel. */
const TUNNELS: Readonly<Record<string, string>> = {
  none: `${MACS} 0800 ${inner}`,
  QinQ: `${MACS} 88a8 0064 8100 00c8 0800 ${inner}`,
  MPLS: `${MACS} 8847 00010040 00020140 ${inner}`,
  'MPLS pseudowire': `${MACS} 8847 00010140 00000000 ${bridged}`,
  PPPoE: `${MACS} 8864 1100 0001 ${hex(bytes(inner).length + 2, 4)} 0021 ${inner}`,
  GRE: `${MACS} 0800 ${ipv4(47, `b000 0800 00000000 0000002a 00000001 ${inner}`)}`,
  'GRE Ethernet': `${MACS} 0800 ${ipv4(47, `0000 6558 ${bridged}`)}`,
  PPTP: `${MACS} 0800 ${ipv4(47, `3081 880b ${hex(bytes(inner).length + 4, 4)} 002a 00000001 00000001 ff03 0021 ${inner}`)}`,
  'ERSPAN II': `${MACS} 0800 ${ipv4(47, `1000 88be 00000001 1064 002a 00000000 ${bridged}`)}`,
  'ERSPAN III': `${MACS} 0800 ${ipv4(47, `1000 22eb 00000001 2064 002a 00000000 0000 0000 ${bridged}`)}`,
  'IP in IP': `${MACS} 0800 ${ipv4(4, inner)}`,
  'IP in IPv6, routing header': `${MACS} 86dd ${ipv6(43, `0402 0400 00000000 ${'20010db8000000000000000000000002'} ${inner}`)}`,
  'IPv6 extensions': `${MACS} 86dd ${ipv6(0, `3c00 010400000000 0400 010400000000 ${inner}`)}`,
  VXLAN: `${MACS} 0800 ${ipv4(17, udp(4789, `08000000 00002a00 ${bridged}`))}`,
  Geneve: `${MACS} 0800 ${ipv4(17, udp(6081, `0240 6558 00002a00 0102 8001 00000000 ${bridged}`))}`,
  'GTP-U': `${MACS} 0800 ${ipv4(17, udp(2152, `32ff ${hex(bytes(inner).length + 4, 4)} 0000002a 0001 00 00 ${inner}`))}`,
  'GTP-U with an extension': `${MACS} 0800 ${ipv4(17, udp(2152, `34ff ${hex(bytes(inner).length + 8, 4)} 0000002a 0000 00 85 01 1009 00 ${inner}`))}`,
}

test('the innermost packet of each tunnel', { skip }, () => {
  const frames = Object.values(TUNNELS).map(text => bytes(text))
  const theirs = tshark(1, frames, ['ip.src', 'ip.dst', 'tcp.srcport', 'tcp.dstport', 'tcp.flags', 'vlan.id'])
  const frame = createFrame()
  Object.keys(TUNNELS).forEach((name, index) => {
    const data = frames[index] ?? new Uint8Array()
    const view = new DataView(data.buffer, data.byteOffset, data.length)
    assert.ok(readFrame(view, 0, data.length, 1, frame), name)
    const packet = frame.inner.version === 0 ? frame.outer : frame.inner
    const text = (at: number): string => [0, 1, 2, 3].map(offset => view.getUint8(at + offset)).join('.')
    const [src, dst, srcPort, dstPort, flags, vlans] = (theirs[index] ?? []).map(values => values.at(-1))
    assert.deepEqual(
      [text(packet.src), text(packet.dst), String(packet.srcPort), String(packet.dstPort), packet.tcpFlags],
      [src, dst, srcPort, dstPort, Number(flags)],
      name,
    )
    if (name === 'QinQ') assert.deepEqual([frame.vlan, frame.innerVlan], [100, Number(vlans)])
  })
})
