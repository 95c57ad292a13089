import assert from 'node:assert/strict'
import { test } from 'node:test'
import { curvePath } from './curve.ts'

const BOX = { from: 0, to: 400, granularity: 100, placeOf: (value: number) => value / 10 }

test('buckets are joined at their middles, and the line reaches both edges', () => {
  assert.equal(curvePath({ times: [0, 100, 200, 300], values: [0, 10, 5, 5] }, BOX), 'M0.0 100.00L125.0 100.00L375.0 0.00L625.0 50.00L875.0 50.00L1000.0 50.00')
})

test('what nobody measured is a gap, and a bucket alone is as wide as it is', () => {
  assert.equal(curvePath({ times: [0, 100, 200, 300], values: [null, 10, null, null] }, BOX), 'M250.0 0.00L500.0 0.00')
  assert.equal(curvePath({ times: [0, 100, 200, 300], values: [5, 5, null, 5] }, BOX), 'M0.0 50.00L125.0 50.00L375.0 50.00M750.0 50.00L1000.0 50.00')
  assert.equal(curvePath({ times: [0, 100], values: [null, null] }, BOX), '')
})

test('buckets outside of the range are not drawn, and values beyond the axis stay at its edge', () => {
  assert.equal(curvePath({ times: [-100, 400], values: [5, 5] }, BOX), '')
  assert.equal(curvePath({ times: [100], values: [99] }, BOX), 'M250.0 0.00L375.0 0.00L500.0 0.00')
})
