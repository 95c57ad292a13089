import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stepPath, valueAt } from './steps.ts'

const BOX = { from: 0, to: 400, granularity: 100, top: 10 }

test('a bucket is flat over its width, upwards and mirrored', () => {
  assert.equal(stepPath({ times: [0, 100], values: [10, 5] }, BOX, 1), 'M0.0 0.00L250.0 0.00L250.0 25.00L500.0 25.00')
  assert.equal(stepPath({ times: [0], values: [10] }, BOX, -1), 'M0.0 100.00L250.0 100.00')
})

test('a bucket without a value, or a missing one, is a gap and never zero', () => {
  assert.equal(stepPath({ times: [0, 100, 200], values: [10, null, 10] }, BOX, 1), 'M0.0 0.00L250.0 0.00M500.0 0.00L750.0 0.00')
  assert.equal(
    stepPath({ times: [0, 300], values: [10, 10] }, BOX, 1, true),
    'M0.0 50L0.0 0.00L250.0 0.00L250.0 50ZM750.0 50L750.0 0.00L1000.0 0.00L1000.0 50Z',
  )
})

test('what reaches over the range is cut at its edge; what lies outside is not drawn', () => {
  assert.equal(stepPath({ times: [-50, 350, 400], values: [10, 10, 10] }, BOX, 1), 'M0.0 0.00L125.0 0.00M875.0 0.00L1000.0 0.00')
})

test('a value is told at its time only', () => {
  const line = { times: [0, 200], values: [1, null] }
  assert.deepEqual([valueAt(line, 99, 100), valueAt(line, 100, 100), valueAt(line, 250, 100), valueAt(line, -1, 100)], [1, null, null, null])
})
