import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batchOf, concat, createRandom, payloadOf, rowsIn, rowsInBlock, type PlainRow } from './fixtures/index.ts'
import { FlowBatch, STORED_COLUMNS, blockOf, encodeBlock, parseBlock, printAddress, type Column } from './index.ts'

const SEED = 20_260_303
const hex = (digits: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`))

/** Values a column of this kind may have; 0 and '' stand for none. */
function valueOf({ kind, name }: Column, family: 4 | 6): fc.Arbitrary<PlainRow[string]> {
  switch (kind) {
    case 'time':
      return fc.integer({ min: -1e12, max: 4e12 })
    case 'ip':
      return family === 4 && name !== 'exporter'
        ? fc.nat(0xffff_ffff).map(value => printAddress(0xffff_0000_0000n | BigInt(value)))
        : fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(printAddress)
    case 'mac':
      return hex(12).map(digits => digits.match(/../g)?.join(':') ?? '')
    case 'port':
    case 'flags':
      return fc.nat(0xffff)
    case 'proto':
    case 'octet':
      return fc.nat(255)
    case 'bool':
      return fc.nat(1)
    case 'as':
    case 'id':
    case 'duration':
      return fc.nat(0xffff_ffff)
    case 'count':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(value => (value > BigInt(Number.MAX_SAFE_INTEGER) ? value : Number(value)))
    case 'real':
      return fc.float({ noNaN: true, noDefaultInfinity: true })
    case 'text':
    case 'country':
      return fc.string({ maxLength: 12, unit: 'binary' }).filter(text => text.isWellFormed())
    case 'bits':
    case 'rate':
      throw new Error(`${name} is not stored`)
    default:
      return kind satisfies never
  }
}

const writable = STORED_COLUMNS.filter(({ name }) => name !== 'batch' && name !== 'row')
const someRows = fc
  .constantFrom(4 as const, 6 as const)
  .chain(family =>
    fc
      .subarray(writable)
      .chain(columns =>
        fc.tuple(
          fc.constant(family),
          fc.array(
            fc.record(Object.fromEntries(columns.map(column => [column.name, valueOf(column, family)])), { requiredKeys: [] }) as fc.Arbitrary<PlainRow>,
            { maxLength: 6 },
          ),
        ),
      ),
  )
const shown = (rows: readonly PlainRow[]): unknown[] =>
  rows.map(row =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([, value]) => value !== 0 && value !== '' && value !== '00:00:00:00:00:00' && value !== '0.0.0.0' && value !== '::')
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  )

test('what is encoded is parsed: all kinds, both families, any columns', () => {
  const batch = new FlowBatch(1, 4)
  fc.assert(
    fc.property(someRows, fc.nat(2 ** 40), ([family, rows], firstSeq) => {
      batchOf(family, rows, batch)
      const block = parseBlock(concat(encodeBlock(batch.seal(), firstSeq)))
      assert.equal(block.rows, rows.length)
      assert.deepEqual(shown(rowsInBlock(block)), shown(rows))
      assert.deepEqual(rowsInBlock(block), rowsIn(batch))
      const names = [...block.columns.keys()].filter(name => name !== 'batch' && name !== 'row')
      assert.deepEqual(rowsInBlock(blockOf(batch, names)), rowsInBlock(block), 'and is seen so without being written')
      assert.deepEqual(block.columns.get('batch')?.values, [0, firstSeq])
      assert.ok(block.columns.get('batch')?.data.every(code => code === 1))
      assert.deepEqual(
        [...(block.columns.get('row')?.data ?? [])],
        rows.map((_, row) => row),
      )
    }),
    { seed: SEED, numRuns: 120 },
  )
})

test('only the columns wanted are read, and they are the same', () => {
  const rows: PlainRow[] = [
    { src: '10.0.0.1', app: 'dns', bytes: 5, mos: 4.5 },
    { src: '10.0.0.2', app: 'web', jitter: 7 },
  ]
  const payload = payloadOf(4, rows)
  const block = parseBlock(payload, new Set(['app', 'jitter', 'dst']))
  assert.deepEqual([...block.columns.keys()], ['app', 'jitter'])
  assert.deepEqual(rowsInBlock(block), [{ app: 'dns' }, { app: 'web', jitter: 7 }])
  assert.deepEqual(rowsInBlock(parseBlock(payload)), rows)
})

test('numbers of rows and lengths of texts at the edges of their encoding', () => {
  for (const count of [0, 1, 127, 128, 129, 255, 256, 16_383, 16_384]) {
    assert.equal(
      parseBlock(
        payloadOf(
          6,
          Array.from({ length: count }, () => ({ proto: 6 })),
        ),
      ).rows,
      count,
    )
    const text = 'x'.repeat(count)
    assert.deepEqual(rowsInBlock(parseBlock(payloadOf(6, [{ app: text }]))), [count === 0 ? {} : { app: text }])
  }
})

test('a block of the most rows', () => {
  const rows = Array.from({ length: 65_536 }, (_, row): PlainRow => ({ src_port: row, bytes: row + 1 }))
  const block = parseBlock(payloadOf(6, rows, 1))
  assert.equal(block.rows, 65_536)
  assert.equal(block.columns.get('src_port')?.data[65_535], 65_535)
  assert.equal(block.columns.get('bytes')?.data[2 * 65_535], 65_536)
  assert.equal(block.columns.get('row')?.data[65_535], 65_535)
})

test('bytes that are no block of ours throw RangeError: cut anywhere, flipped, random, of an unknown type', () => {
  const payload = payloadOf(6, [{ src: '2001:db8::1', app: 'dns', bytes: 5 }, { app: 'web' }])
  for (let length = 0; length < payload.length; length++) assert.throws(() => parseBlock(payload.subarray(0, length)), RangeError, `cut to ${length}`)
  const random = createRandom(SEED)
  for (let run = 0; run < 2000; run++) {
    const noise = run % 2 === 0 ? payload.slice() : Uint8Array.from({ length: Math.floor(random() * 80) }, () => Math.floor(random() * 256))
    for (let flips = 0; flips < 3; flips++) noise[Math.floor(random() * noise.length)] = Math.floor(random() * 256)
    try {
      parseBlock(noise)
    } catch (thrown) {
      assert.ok(thrown instanceof RangeError, String(thrown))
    }
  }
  const text = Buffer.from(payload).toString('latin1').replace('UInt64', 'UInt99')
  assert.throws(() => parseBlock(Buffer.from(text, 'latin1')), /UInt99 is not one of ours/)
})
