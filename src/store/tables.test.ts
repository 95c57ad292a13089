import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KINDS, layoutOf, STORED_COLUMNS, type Column } from '../schema/index.ts'
import { ROLLUPS, rollupDeclaration } from './rollups.ts'
import { aliasDeclaration, flowsTable, isStarting, stagedType, storageOf, storedDeclaration, TABLE_SETTINGS } from './tables.ts'

const COMPUTED_KINDS = new Set(['bits', 'rate'])

test('every kind that lies in a batch has a storage, every other has none', () => {
  for (const kind of KINDS) {
    const column: Column = { name: 'x', kind, group: 'counters', role: 'metric', label: '', doc: '' }
    if (COMPUTED_KINDS.has(kind)) assert.throws(() => storageOf(column))
    else assert.match(storageOf(column).type, layoutOf(kind).dictionary === 'text' ? /String/ : /^(UInt|IPv6|DateTime64|Float32|Int)/)
  }
})

test('every stored column is declared once, as a column or as its zero', () => {
  const table = flowsTable()
  for (const column of STORED_COLUMNS) {
    const declaration = isStarting(column) ? storedDeclaration(column) : aliasDeclaration(column)
    assert.equal(table.split(new RegExp(`[(,] ?${RegExp.escape(declaration)}`)).length, 2, column.name)
    assert.match(declaration, isStarting(column) ? /CODEC\(/ : /ALIAS /)
  }
})

test('a column added to the declaration gets a table column of its own', () => {
  const added: Column = { name: 'brand_new', kind: 'duration', group: 'quality', role: 'metric', label: '', doc: '' }
  assert.equal(aliasDeclaration(added), "brand_new UInt32 ALIAS CAST(0, 'UInt32')")
  assert.equal(storedDeclaration(added), 'brand_new UInt32 CODEC(T64, ZSTD(1))')
})

test('all columns can be read from a stage file', () => {
  for (const column of STORED_COLUMNS) assert.notEqual(stagedType(column.name), '')
  assert.throws(() => stagedType('duration'))
})

test('the columns that roll-ups read lie on disk from the start', () => {
  for (const rollup of ROLLUPS) {
    for (const name of [...rollup.keys, ...rollup.names]) {
      const column = STORED_COLUMNS.find(one => one.name === name)
      if (column !== undefined) assert.ok(isStarting(column), name)
    }
  }
})

test('each table recognises repeated inserts and survives a power cut', () => {
  const wanted = [
    'non_replicated_deduplication_window = 10000',
    'fsync_after_insert = 1',
    'fsync_part_directory = 1',
    'min_rows_to_fsync_after_merge = 1',
    'old_parts_lifetime = 480',
  ]
  assert.deepEqual(
    wanted.filter(setting => !TABLE_SETTINGS.includes(setting)),
    [],
  )
  for (const sql of [flowsTable(), ...ROLLUPS.flatMap(rollup => [rollupDeclaration(rollup, 'minute'), rollupDeclaration(rollup, 'hour')])]) {
    for (const setting of wanted) assert.ok(sql.includes(setting), `${setting} in ${sql}`)
  }
})
