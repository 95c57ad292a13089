import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areaPath, edgePath, extentOf, heightOf, marksOf, sumsOf } from './two-way.ts'

test('two peaks share one scale of whole steps, and each direction has the room it needs', () => {
  const extent = extentOf(200e6, 520e6)
  assert.deepEqual(extent, { up: 200e6, down: 600e6, step: 200e6 })
  assert.deepEqual(marksOf(extent), [-600e6, -400e6, -200e6, 0, 200e6])
  assert.equal(heightOf(0, extent), 0.25)
})

test('whatever the peaks, they fit, and the axis has at most seven marks', () => {
  for (const up of [0, 1, 999, 1000, 1e6, 7.7e8, 1.5e12])
    for (const down of [null, 0, 12, 5e5, 9.9e9, 1e12]) {
      const extent = extentOf(up, down)
      assert.ok(extent.up >= up && extent.down >= (down ?? 0), `${up} ${down}`)
      assert.ok(marksOf(extent).length <= 7, `${up} ${down}`)
      assert.equal(extent.down === 0, down === null, `${up} ${down}`)
    }
})

test('layers stand on one another, and what nobody told is a gap in all of them', () => {
  assert.deepEqual(
    sumsOf([
      [1, null, 3],
      [10, null, 30],
    ]),
    [
      [1, null, 3],
      [11, null, 33],
    ],
  )
})

const box = { from: 0, to: 400, granularity: 100, up: 100, down: 100, step: 100 }

test('a line goes through the middles of its buckets, and a gap breaks it', () => {
  assert.equal(edgePath([0, 100, 200, 300], [100, 0, null, 50], box, 1), 'M0.0 0.00L125.0 0.00L375.0 50.00L500.0 50.00M750.0 25.00L875.0 25.00L1000.0 25.00')
  assert.equal(edgePath([0], [100], box, -1), 'M0.0 100.00L125.0 100.00L250.0 100.00')
  assert.equal(areaPath([0], [100], box, -1), 'M0.0 50.00L0.0 100.00L125.0 100.00L250.0 100.00L250.0 50.00Z')
})
