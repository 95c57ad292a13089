import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axisOf } from './scale.ts'

test('a linear axis begins at its base and reaches its least', () => {
  const axis = axisOf([4.1, 3.2], { kind: 'linear', base: 1, least: 5 })
  assert.deepEqual([axis.ticks[0], axis.ticks.at(-1)], [1, 5])
  assert.deepEqual([axis.placeOf(1), axis.placeOf(3), axis.placeOf(5)], [0, 0.5, 1])
})

test('a logarithmic axis gives each power of ten the same room; what is not above zero lies at its foot', () => {
  const axis = axisOf([2000, 90_000], { kind: 'log', least: 1000 })
  assert.deepEqual(axis.ticks, [1000, 10_000, 100_000])
  assert.deepEqual([axis.placeOf(1000), axis.placeOf(10_000), axis.placeOf(100_000), axis.placeOf(0)], [0, 0.5, 1, 0])
})
