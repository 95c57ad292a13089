/** Files of nfcapd against nfdump, which writes and reads them: every flow and every packing. Without nfdump, blocks alone are tested. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDecoder, createExporter, type Exporter } from '../../decode/index.ts'
import { LIMITS } from '../../decode/fixtures/collector.ts'
import { FlowBatch, printAddress } from '../../schema/index.ts'
import { rowsIn, type PlainRow } from '../../schema/fixtures/index.ts'
import { createFleet } from '../../simulate/index.ts'
import { kindOfFile, readFlowFile } from '../index.ts'
import { DamagedBlock, unpackLz4, unpackLzo } from './blocks.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

test('LZ4: literals, a match that overlaps itself, and long lengths, by hand from the format', () => {
  // Token 0x32: 3 literals and a match of 2 + 4, at distance 3; then 0 literals would follow, so the last sequence holds 5.
  const packed = Uint8Array.of(0x32, ...bytesOf('abc'), 3, 0, 0x50, ...bytesOf('hello'))
  assert.equal(textOf(unpackLz4(packed)), 'abcabcabchello')
  const long = Uint8Array.of(0x1f, 0x61, 1, 0, 255, 6, 0x00)
  assert.equal(unpackLz4(long).length, 1 + 15 + 255 + 6 + 4)
})

test('LZO: a run of literals, a near match and the end, by hand from the format', () => {
  // 17 + 4 literals first; then 010LLLDD: length 3 + 1 at distance 4 (state 0 bits S = 0); end marker 0x11 0 0.
  const packed = Uint8Array.of(17 + 4, ...bytesOf('abcd'), 0x40 | 0x20 | (3 << 2), 0, 0x11, 0, 0)
  assert.equal(textOf(unpackLzo(packed)), 'abcdabcd')
})

test('damaged blocks are refused, wherever they are cut, and never written beyond the limit', () => {
  const good = Uint8Array.of(0x32, ...bytesOf('abc'), 3, 0, 0x50, ...bytesOf('hello'))
  for (let cut = 1; cut < good.length; cut++) {
    try {
      assert.ok(unpackLz4(good.subarray(0, cut)).length <= 14)
    } catch (error) {
      assert.ok(error instanceof DamagedBlock)
    }
  }
  assert.throws(() => unpackLz4(Uint8Array.of(0x12, 0x61, 2, 0)), DamagedBlock, 'a match before the block')
  assert.throws(() => unpackLz4(Uint8Array.of(0x1f, 0x61, 1, 0, 255, 255, 255, 0), 500), DamagedBlock, 'more than allowed')
  assert.throws(() => unpackLzo(Uint8Array.of(18, 0x61, 0x40, 9)), DamagedBlock)
  assert.throws(() => unpackLzo(new Uint8Array(0)), DamagedBlock)
})

/** Rows of a file, decoded as `flowlens decode` and `flowlens import` do. */
function rowsOf(bytes: Uint8Array): { readonly rows: PlainRow[]; readonly trouble: string | null } {
  const rows: PlainRow[] = []
  const open = { 4: new FlowBatch(4, 4), 6: new FlowBatch(6, 6) }
  const decoder = createDecoder(
    { ...LIMITS, pendingMs: Infinity },
    { sink: { reserve: family => open[family], committed: (batch, first, count) => void rows.push(...rowsIn(batch, first, count)) } },
  )
  const exporters = new Map<bigint, Exporter>()
  const kind = kindOfFile(bytes)
  assert.equal(kind, 'nfcapd')
  const read = readFlowFile(bytes, 'nfcapd')
  for (let next = read.next(); ; next = read.next()) {
    if (next.done === true) return { rows, trouble: next.value }
    const { address, view, start, end, timeMs } = next.value
    let exporter = exporters.get(address)
    if (exporter === undefined) exporters.set(address, (exporter = createExporter(address, undefined, 'file')))
    assert.equal(decoder.decode(view, start, end, exporter, timeMs), null)
  }
}

const text = (value: unknown): string => (typeof value === 'bigint' && value > 0xffffn << 32n ? printAddress(value) : String(value ?? 0))

const FLOWS = 3000
const missing = spawnSync('nfcapd', ['-V']).error === undefined ? false : 'nfcapd and nfdump are not installed'

describe('files of nfcapd', { skip: missing }, () => {
  let folder = ''
  let file = ''
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flowlens-nfcapd-'))
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    socket.close()
    await once(socket, 'close')
    const nfcapd = spawn('nfcapd', ['-w', folder, '-p', String(port), '-b', '127.0.0.1'], { stdio: 'ignore' })
    const ended = once(nfcapd, 'exit')
    const sender = createSocket('udp4')
    const fleet = createFleet({ seed: 7, protocols: ['v5', 'v9', 'ipfix'], flows: FLOWS, v6Share: 0.3, address: '127.0.0.1' }, { now: Date.now })
    // nfcapd does not say when it listens; the kernel does.
    const open = `:${port.toString(16).toUpperCase().padStart(4, '0')} `
    while (!readFileSync('/proc/net/udp', 'utf8').includes(open)) await sleep(20)
    const send = (bytes: Uint8Array): Promise<void> => new Promise(done => void sender.send(bytes, port, '127.0.0.1', () => done()))
    const now = Date.now()
    while (fleet.drawn < FLOWS) {
      const built = fleet.next(now, 1000)
      if (built !== undefined) await send(built.datagram.slice())
    }
    for (let built = fleet.flush(now); built !== undefined; built = fleet.flush(now)) await send(built.datagram.slice())
    await sleep(300)
    sender.close()
    nfcapd.kill('SIGTERM')
    await ended
    file = join(folder, readdirSync(folder).find(name => name.startsWith('nfcapd.')) ?? 'none')
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** nfdump's own reading: a line a flow. */
  function seenByNfdump(): string[] {
    const { stdout } = spawnSync('nfdump', ['-r', file, '-q', '-o', 'csv'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    return stdout
      .split('\n')
      .filter(line => /^\d{4}-/.test(line))
      .map(line => {
        const cell = line.split(',').map(one => one.trim())
        const at = (...indexes: number[]): string[] => indexes.map(index => cell[index] ?? '')
        return [...at(3, 4), cell[7] === 'ICMP' || cell[7] === 'ICMP6' ? 'icmp' : `${cell[5]} ${cell[6]}`, ...at(11, 12, 15, 16, 17, 18, 19, 20, 44)].join(' ')
      })
      .toSorted()
  }

  const line = (row: PlainRow): string => {
    const icmp = row['proto'] === 1 || row['proto'] === 58
    const ports = icmp ? 'icmp' : `${text(row['src_port'])} ${text(row['dst_port'])}`
    const rest = ['packets', 'bytes', 'in_if', 'out_if', 'src_as', 'dst_as', 'src_mask', 'dst_mask', 'exporter'].map(name => text(row[name]))
    return [text(row['src']), text(row['dst']), ports, ...rest].join(' ')
  }

  for (const [packing, option] of [
    ['not packed', []],
    ['LZO', ['-z']],
    ['LZ4', ['-y']],
  ] as const) {
    test(`every flow as nfdump sees it: ${packing}`, () => {
      const written = join(folder, `copy${option.join('')}`)
      assert.equal(spawnSync('nfdump', ['-r', file, '-w', written, ...option]).status, 0)
      const { rows, trouble } = rowsOf(readFileSync(written))
      assert.equal(trouble, null)
      const expected = seenByNfdump()
      assert.ok(expected.length > 1000)
      assert.deepEqual(rows.map(line).toSorted(), expected)
    })
  }

  test('BZ2 is told with what to do; a file that is cut gives what is whole', () => {
    const packed = join(folder, 'bz2')
    assert.equal(spawnSync('nfdump', ['-r', file, '-w', packed, '-j']).status, 0)
    assert.match(rowsOf(readFileSync(packed)).trouble ?? '', /BZ2 are not read; write the file anew with nfdump -r FILE -w NEW -y/)
    const bytes = readFileSync(file)
    assert.match(rowsOf(bytes.subarray(0, bytes.length >> 1)).trouble ?? '', /cut off in block/)
    for (let cut = 4; cut < 60; cut++) assert.notEqual(rowsOf(bytes.subarray(0, cut)).trouble, null)
  })
})
