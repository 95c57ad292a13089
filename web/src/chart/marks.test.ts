import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bitRate, duration } from '../ui/format.ts'
import { marksBothWays, marksByMagnitude, marksFromZero } from './marks.ts'

test('from zero, the unit stands on the top mark only and all are in it', () => {
  assert.deepEqual(marksFromZero([0, 500e6, 1e9], bitRate), [
    { value: 0, place: 1, label: '0', base: true },
    { value: 500e6, place: 0.5, label: '0.5', base: false },
    { value: 1e9, place: 0, label: '1 Gb/s', base: false },
  ])
})

test('an axis with nothing on it has its zero at the lower edge', () => {
  assert.deepEqual(marksFromZero([0], bitRate), [{ value: 0, place: 1, label: '0', base: true }])
})

test('both ways, the two edges name the unit, and what goes down is written without a sign', () => {
  const marks = marksBothWays([-600e6, -300e6, 0, 300e6], value => (300e6 - value) / 900e6, bitRate)
  assert.deepEqual(
    marks.map(mark => mark.label),
    ['600 Mb/s', '300', '0', '300 Mb/s'],
  )
  assert.deepEqual(
    marks.map(mark => mark.place),
    [1, 2 / 3, 1 / 3, 0],
  )
})

test('over several magnitudes each mark has its own unit', () => {
  const marks = marksByMagnitude([100, 1000, 10_000], value => Math.log10(value) - 2, duration)
  assert.deepEqual(
    marks.map(mark => mark.label),
    ['100 µs', '1 ms', '10 ms'],
  )
})
