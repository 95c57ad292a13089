import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../schema/fixtures/index.ts'
import { createFlowTables, type FlowTable } from './flow-table.ts'

const LIFETIME = 100

/** Adds 1 to the first counter of a flow; gives what it was before, 0 for a new one. */
function count(table: FlowTable, low: number, high: number, now: number): number {
  const at = table.find(low, high, now, LIFETIME)
  return table.words[at]!++
}

test('flows are found again, however far the table has grown', () => {
  const table = createFlowTables().create()
  const random = createRandom(7)
  const flows = Array.from({ length: 5000 }, () => [(random() * 2 ** 32) >>> 0, (random() * 2 ** 32) >>> 0] as const)
  for (let round = 0; round < 3; round++) {
    for (const [low, high] of flows) {
      assert.equal(count(table, low, high, 10 + round), round)
      assert.equal(table.isNew, round === 0)
    }
  }
  assert.ok(table.capacity >= 5000)
})

test('flows of one half of the hash are told apart by the other', () => {
  const table = createFlowTables().create()
  for (let high = 0; high < 8; high++) assert.equal(count(table, 5, high, 1), 0)
  for (let high = 0; high < 8; high++) assert.equal(count(table, 5, high, 1), 1)
})

test('a full table stays as it is large and gives up what was silent longest', () => {
  const table = createFlowTables(4).create()
  const keep = (low: number, now: number): number => count(table, low * 4, 1, now)
  // All in one set of eight.
  for (let flow = 0; flow < 8; flow++) keep(flow, 10 + flow)
  assert.equal(keep(0, 20), 1)
  assert.equal(keep(8, 21), 0)
  assert.deepEqual([table.capacity, keep(0, 22), keep(2, 22), keep(1, 23)], [32, 2, 1, 0])
})

test('looking a flow up takes no room', () => {
  const table = createFlowTables(4).create()
  for (let flow = 0; flow < 100; flow++) assert.equal(table.lookup(flow * 4, 1, 10, LIFETIME), -1)
  const at = table.find(4, 1, 10, LIFETIME)
  assert.deepEqual([table.lookup(4, 1, 110, LIFETIME), table.lookup(4, 1, 111, LIFETIME), table.lookup(4, 2, 11, LIFETIME)], [at, -1, -1])
})

test('silent and forgotten flows are new ones', () => {
  const table = createFlowTables().create()
  assert.deepEqual([count(table, 1, 2, 10), count(table, 1, 2, 110), count(table, 1, 2, 211), count(table, 1, 2, 212)], [0, 1, 0, 1])
  table.forget(table.find(1, 2, 213, LIFETIME))
  assert.equal(count(table, 1, 2, 214), 0)
})

test('tables share one bound', () => {
  const tables = createFlowTables(1024, 24)
  const fill = (table: FlowTable): number => {
    for (let flow = 0; flow < 1000; flow++) count(table, flow, 0, 1)
    return table.capacity
  }
  // 24 sets: two tables begin with 4 each, the first grows to 16, then nothing is left but the first sets of a third.
  const [first, second] = [tables.create(), tables.create()]
  assert.deepEqual([fill(first), fill(second)], [16 * 8, 8 * 8])
  // What a forgotten exporter had is there for others.
  first.release()
  assert.equal(fill(tables.create()), 16 * 8)
})
