import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchOf, bytes, concat, dirtBehind, rowsIn, rowsInBlock } from './fixtures/index.ts'
import {
  Dictionary,
  FlowBatch,
  KINDS,
  MAX_CODES,
  MAX_ROWS,
  STORED_COLUMNS,
  columnLayout,
  encodeBlock,
  indexOf,
  layoutOf,
  layoutsOf,
  parseBlock,
  widthOf,
} from './index.ts'

test('a column exists once it is needed, is zero, and has room for all rows', () => {
  const batch = new FlowBatch(1, 4)
  assert.deepEqual(
    batch.columns.filter(column => column !== undefined),
    [],
  )
  for (const [index, layout] of layoutsOf(4).entries()) {
    const column = batch.need(index)
    assert.equal(column.length, MAX_ROWS * layout.per)
    assert.equal(column.BYTES_PER_ELEMENT * layout.per, widthOf(layout))
    assert.equal(batch.need(index), column)
    assert.ok(column.buffer instanceof SharedArrayBuffer)
    assert.equal(batch.dictionaries[index] !== undefined, layout.dictionary !== undefined)
  }
  assert.throws(() => batch.need(STORED_COLUMNS.length), RangeError)
})

test('addresses take 4 bytes in a batch of IPv4 rows, 16 in the other; the exporter and the time are codes', () => {
  for (const column of STORED_COLUMNS) {
    const [narrow, wide] = [columnLayout(column, 4), columnLayout(column, 6)]
    if (column.name === 'exporter') assert.deepEqual([narrow.native, wide.native], ['LowCardinality(IPv6)', 'LowCardinality(IPv6)'])
    else if (column.name === 'received_at') assert.deepEqual([narrow.native, widthOf(wide)], ['LowCardinality(Int64)', 2])
    else if (column.kind === 'ip') assert.deepEqual([narrow.native, widthOf(narrow), wide.native, widthOf(wide)], ['IPv4', 4, 'IPv6', 16])
    else assert.deepEqual(narrow, wide)
  }
})

test('the layout of each kind', () => {
  const layouts = KINDS.filter(kind => kind !== 'bits' && kind !== 'rate').map(kind => [kind, layoutOf(kind).native, widthOf(layoutOf(kind))])
  assert.deepEqual(layouts, [
    ['time', 'Int64', 8],
    ['ip', 'IPv6', 16],
    ['mac', 'UInt64', 8],
    ['port', 'UInt16', 2],
    ['proto', 'UInt8', 1],
    ['as', 'UInt32', 4],
    ['id', 'UInt32', 4],
    ['octet', 'UInt8', 1],
    ['flags', 'UInt16', 2],
    ['bool', 'UInt8', 1],
    ['count', 'UInt64', 8],
    ['duration', 'UInt32', 4],
    ['real', 'Float32', 4],
    ['text', 'LowCardinality(String)', 2],
    ['country', 'LowCardinality(String)', 2],
  ])
  assert.throws(() => layoutOf('bits'), /computed/)
  assert.throws(() => layoutOf('rate'), /computed/)
})

test('codes begin at 1, the same value has the same code, and clearing forgets them', () => {
  const dictionary = new Dictionary()
  assert.deepEqual([dictionary.code('a'), dictionary.code('b'), dictionary.code('a')], [1, 2, 1])
  dictionary.clear()
  assert.deepEqual([dictionary.code('b'), dictionary.values], [1, ['b']])
})

test('a dictionary that is full says so; what has no code is absent', () => {
  const batch = new FlowBatch(1, 6)
  const index = indexOf('app')
  for (let value = 1; value < MAX_CODES; value++) batch.code(index, String(value))
  assert.equal(batch.full, false)
  assert.equal(batch.code(index, 'last'), MAX_CODES)
  assert.equal(batch.full, true)
  assert.equal(batch.code(index, 'one too many'), 0)
  assert.equal(batch.code(index, 'last'), MAX_CODES)
  batch.reset(6)
  assert.equal(batch.full, false)
  assert.throws(() => batch.code(indexOf('proto'), 6), TypeError)
})

test('a reset batch is as a new one, in the memory it had, for either family', () => {
  const batch = batchOf(4, [
    { src: '10.0.0.1', dst: '10.0.0.2', bytes: 2n ** 64n - 1n, app: 'dns', received_at: 5 },
    { src: '255.255.255.255', next_hop: '1.2.3.4', src_mac: 'ff:ff:ff:ff:ff:ff' },
  ])
  const { use, keptBytes } = batch
  const memory = batch.need(indexOf('src')).buffer
  for (const family of [6, 4, 6] as const) {
    batch.reset(family)
    assert.deepEqual([batch.rows, batch.family, batch.columns.filter(column => column !== undefined).length, batch.seal().present], [0, family, 0, []])
    for (const index of [indexOf('src'), indexOf('next_hop'), indexOf('bytes'), indexOf('app'), indexOf('src_mac')])
      assert.ok(batch.need(index).every(value => value === 0))
    assert.equal(batch.need(indexOf('src')).buffer, memory)
    assert.equal(batch.code(indexOf('app'), 'web'), 1)
    batch.need(indexOf('src')).fill(0xffff_ffff, 0, family === 4 ? 3 : 12)
    batch.rows = 3
  }
  assert.equal(batch.use, use + 3)
  assert.equal(batch.keptBytes, keptBytes)
})

test('what is written behind the rows is found', () => {
  const batch = batchOf(6, [{ src: '::1', bytes: 1 }])
  assert.equal(dirtBehind(batch), '')
  batch.need(indexOf('bytes'))[3] = 1
  assert.match(dirtBehind(batch), /bytes has a value 1 places/)
})

test('a sealed batch names its columns in the order of the schema, with the values behind codes', () => {
  const batch = batchOf(6, [
    { app: 'dns', src: '2001:db8::1', received_at: 1000 },
    { app: 'web', received_at: 2000 },
  ])
  batch.firstReceivedAt = 1000
  const sealed = batch.seal()
  assert.deepEqual(
    sealed.present.map(index => STORED_COLUMNS[index]?.name),
    ['received_at', 'src', 'app'],
  )
  assert.deepEqual(sealed.dictionaries, [[1000, 2000], null, ['dns', 'web']])
  assert.deepEqual([sealed.rows, sealed.family, sealed.firstReceivedAt], [2, 6, 1000])
  assert.deepEqual(structuredClone({ ...sealed, memory: [] }), { ...sealed, memory: [] })
})

test('a block by hand: the bytes of the Native format', () => {
  const batch = batchOf(4, [
    { proto: 6, src: '10.0.0.1', bytes: 2n ** 32n + 5n, app: 'dns' },
    { proto: 17, src: '10.0.0.2' },
  ])
  const name = (text: string): string => Buffer.from(text).length.toString(16).padStart(2, '0') + Buffer.from(text).toString('hex')
  const block = concat(encodeBlock(batch.seal(), 300))
  assert.equal(
    Buffer.from(block).toString('hex'),
    Buffer.from(
      bytes(`
    06 02                                                  | 6 columns (batch and row are added), 2 rows
    ${name('src')} ${name('IPv4')} 0100000a 0200000a       | little-endian
    ${name('proto')} ${name('UInt8')} 06 11
    ${name('bytes')} ${name('UInt64')} 0500000001000000 0000000000000000
    ${name('app')} ${name('LowCardinality(String)')}
    0100000000000000 0106000000000000                      | version 1; 16-bit indexes, has keys
    0200000000000000 00 ${name('dns')}                     | 2 keys: the default and dns
    0200000000000000 0100 0000                             | 2 indexes
    ${name('batch')} ${name('LowCardinality(UInt64)')}
    0100000000000000 0006000000000000                      | 8-bit indexes
    0200000000000000 0000000000000000 2c01000000000000     | 2 keys: 0 and 300
    0200000000000000 01 01
    ${name('row')} ${name('UInt16')} 0000 0100
  `),
    ).toString('hex'),
  )
  assert.deepEqual(rowsInBlock(parseBlock(block)), rowsIn(batch))
})
