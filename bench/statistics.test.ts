import assert from 'node:assert/strict'
import { test } from 'node:test'
import { percentile, ratios, statisticOf } from './statistics.ts'

test('the median is that of the sorted runs, whatever their order', () => {
  assert.deepEqual(statisticOf([30, 4, 200]), { median: 30, min: 4, max: 200, values: [30, 4, 200] })
  assert.equal(statisticOf([1, 2, 3, 10])?.median, 2.5)
  assert.equal(statisticOf([7])?.median, 7)
})

test('runs without a value are left out, and no value at all is null', () => {
  assert.deepEqual(statisticOf([null, 5, undefined]), { median: 5, min: 5, max: 5, values: [5] })
  assert.equal(statisticOf([null, undefined]), null)
  assert.equal(statisticOf([]), null)
})

test('a percentile is a value that was there', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  assert.equal(percentile(hundred, 0.99), 99)
  assert.equal(percentile(hundred, 1), 100)
  assert.equal(percentile([5, 1], 0.5), 1)
  assert.equal(percentile([3], 0.99), 3)
  assert.equal(percentile([], 0.99), null)
})

test('ratios are those of the same run, and none is made of nothing', () => {
  assert.deepEqual(ratios([10, 20, 30], [5, 10, 20]), [2, 2, 1.5])
  assert.deepEqual(ratios([10, null, 30, 1], [null, 10, 0]), [null, null, null, null])
})
