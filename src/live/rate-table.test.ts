import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../schema/fixtures/index.ts'
import { EITHER, createRateTable, type RateTable } from './rate-table.ts'

const T = 1_700_000_000
/** What is left of a second's bytes a second later, and the weight that makes a rate of the sum. */
const LEFT = 10 / 11
const WEIGHT = 1 / 11
const near = (got: number, wanted: number, what = ''): void =>
  assert.ok(Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)), `${what} ${got} is not ${wanted}`)
const add = (table: RateTable, key: number, bytes: number, second = T, side: 0 | 1 = 0): void => table.add(0, 0, 1, key, side, bytes, 1, second)
const keys = (table: RateTable, count: number, second = T, side: 0 | 1 | 2 = EITHER): number[] => table.top(count, second, side).rows.map(({ key }) => key[3])

test('a value fades by a tenth of what is left; a steady stream comes to its rate', () => {
  const table = createRateTable(10)
  add(table, 1, 1100)
  for (let age = 0; age < 40; age++) near(table.top(1, T + age, EITHER).rate, 100 * LEFT ** age, `after ${age} s`)
  const steady = createRateTable(10)
  for (let second = 0; second < 300; second++) add(steady, 1, 500, T + second)
  near(steady.top(1, T + 299, EITHER).rows[0]?.rate ?? 0, 500 * (1 - LEFT ** 300))
  assert.equal(steady.top(1, T + 299 + 256, EITHER).rate, 0)
})

test('adding later gives the same as adding and looking each second', () => {
  const table = createRateTable(10)
  let wanted = 0
  const random = createRandom(1)
  for (let second = 0, last = 0; second < 200; second += 1 + Math.floor(random() * 9)) {
    wanted = wanted * LEFT ** (second - last) + 1000
    last = second
    add(table, 1, 1000, T + second)
    near(table.top(1, T + second, EITHER).rate, wanted * WEIGHT)
  }
})

test('sides are told apart: of each the best, and both together', () => {
  const table = createRateTable(10)
  add(table, 1, 100, T, 0)
  add(table, 2, 70, T, 0)
  add(table, 2, 60, T, 1)
  add(table, 3, 90, T, 1)
  assert.deepEqual(
    [keys(table, 9, T, 0), keys(table, 9, T, 1), keys(table, 9, T, EITHER)],
    [
      [1, 2],
      [3, 2],
      [2, 1, 3],
    ],
  )
  const [first] = table.top(1, T + 2, EITHER).rows
  near(first?.sides[0] ?? 0, 70 * WEIGHT * LEFT ** 2)
  near(first?.sides[1] ?? 0, 60 * WEIGHT * LEFT ** 2)
})

test('bytes and packets are of the key’s whole life, with its first and last second', () => {
  const table = createRateTable(10)
  table.add(1, 2, 3, 4, 0, 100, 5, T)
  table.add(1, 2, 3, 4, 1, 50, 2, T + 7)
  const [row] = table.top(1, T + 7, EITHER).rows
  assert.deepEqual([row?.key, row?.bytes, row?.packets, row?.firstSeen, row?.lastSeen], [[1, 2, 3, 4], 150, 7, T, T + 7])
})

test('the best of many are those a sort would find, over several growths', () => {
  const table = createRateTable(100_000)
  const random = createRandom(2)
  const sums = new Map<number, number>()
  for (let entry = 0; entry < 60_000; entry++) {
    const key = Math.floor(random() * 20_000)
    const bytes = 1 + Math.floor(random() * 1e6)
    sums.set(key, (sums.get(key) ?? 0) + bytes)
    add(table, key, bytes)
  }
  const wanted = [...sums].toSorted((a, b) => b[1] - a[1])
  for (const count of [1, 10, 100])
    assert.deepEqual(
      keys(table, count),
      wanted.slice(0, count).map(([key]) => key),
    )
  near(table.top(10, T, EITHER).rate, [...sums.values()].reduce((all, bytes) => all + bytes, 0) * WEIGHT)
  assert.equal(table.active(T, 60), sums.size)
})

test('a key is its four words', () => {
  // So many that keys with three words in common meet in the same places of the table.
  const table = createRateTable(100_000)
  for (let place = 0; place < 4; place++) {
    for (let value = 1; value <= 2000; value++) table.add(...([0, 0, 0, 0].with(place, value) as [number, number, number, number]), 0, value, 1, T)
  }
  assert.equal(table.active(T, 1), 8000)
  assert.deepEqual(
    table.top(4, T, EITHER).rows.map(({ key, bytes }) => [Math.max(...key), bytes]),
    Array.from({ length: 4 }, () => [2000, 2000]),
  )
})

test('keys that differ in a few bits only do not pile up', () => {
  // Networks of a /8, the low bits all zero: with a hash that leaves them there, this would take minutes.
  const table = createRateTable(1_000_000)
  for (let network = 0; network < 65_536; network++) table.add(0, 0, 0xffff_0000, 0x0a00_0000 + network * 256, 0, 1, 1, T)
  assert.equal(table.active(T, 1), 65_536)
})

test('a table holds no more keys than it may; known ones go on', () => {
  const table = createRateTable(3)
  for (let key = 1; key <= 5; key++) add(table, key, 10 * key)
  add(table, 1, 1000)
  assert.deepEqual(keys(table, 9), [1, 3, 2])
  assert.equal(table.active(T, 60), 3)
  table.sweep(T + 100, 60)
  add(table, 5, 10, T + 100)
  assert.deepEqual(keys(table, 9, T + 100), [5])
})

test('a sweep forgets what was not seen of late and keeps the rest as it was', () => {
  const table = createRateTable(100_000)
  for (let key = 0; key < 5000; key++) add(table, key, 100 + key, T + (key % 2) * 100)
  const before = table.top(20, T + 100, EITHER).rows.filter(({ key }) => key[3] % 2 === 1)
  table.sweep(T + 100, 60)
  assert.equal(table.active(T + 100, 1000), 2500)
  assert.deepEqual(table.top(20, T + 100, EITHER).rows.slice(0, before.length), before)
  table.sweep(T + 1000, 60)
  assert.deepEqual([table.active(T + 1000, 2000), keys(table, 9, T + 1000)], [0, []])
})

test('active keys are those of the last seconds, the second itself among them', () => {
  const table = createRateTable(10)
  add(table, 1, 1, T)
  add(table, 2, 1, T - 59)
  add(table, 3, 1, T - 60)
  assert.equal(table.active(T, 60), 2)
})
