import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OTHER, createTimeline, type Bucket } from './timeline.ts'

const bucket = (at: number, total: number | null, parts: Readonly<Record<string, number>> = {}): Bucket => ({
  at,
  total,
  byKey: new Map(Object.entries(parts)),
})
const options = { granularity: 10_000, liveGranularity: 10_000, names: 2 }

test('layers stack from the bottom up, and Other is what the total has more', () => {
  const { layers, peak, peakAt } = createTimeline(options, [bucket(0, 100, { a: 50, b: 30 }), bucket(10_000, 60, { a: 20 })], ['a', 'b']).stack(0, 20_000)
  assert.deepEqual(
    layers.map(layer => [layer.key, layer.own, layer.sum]),
    [
      ['a', [50, 20], [50, 20]],
      ['b', [30, 0], [80, 20]],
      [OTHER, [20, 40], [100, 60]],
    ],
  )
  assert.deepEqual([peak, peakAt], [100, 0])
})

test('seconds of the stream fill the bucket they lie in, as their mean', () => {
  const timeline = createTimeline(options, [bucket(0, 100, { a: 100 })], ['a'])
  timeline.push(10_500, [{ key: 'a', bps: 40 }], 40)
  timeline.push(11_500, [{ key: 'a', bps: 80 }], 100)
  assert.deepEqual(
    timeline.stack(0, 20_000).layers.map(layer => layer.own),
    [
      [100, 60],
      [0, 10],
    ],
  )
})

test('a bucket that history told in part is replaced by what came live', () => {
  const timeline = createTimeline(options, [bucket(0, 100), bucket(10_000, 5)], ['a'])
  timeline.push(12_000, [{ key: 'a', bps: 70 }], 70)
  assert.deepEqual(timeline.stack(0, 20_000).layers.at(-1)?.sum, [100, 70])
})

test('a new name takes a free place and keeps it; beyond them it is Other', () => {
  const timeline = createTimeline(options, [], ['a'])
  timeline.push(
    500,
    [
      { key: 'b', bps: 5 },
      { key: 'c', bps: 9 },
    ],
    20,
  )
  assert.deepEqual(timeline.keys(), ['a', 'b'])
  assert.deepEqual(
    timeline.stack(0, 10_000).layers.map(layer => layer.own[0]),
    [0, 5, 15],
  )
})

test('a gap is a gap, never zero', () => {
  const { times, layers } = createTimeline(options, [bucket(0, 10), bucket(50_000, 20), bucket(60_000, null)], []).stack(0, 70_000)
  assert.deepEqual(times, [0, 10_000, 50_000, 60_000])
  assert.deepEqual(layers[0]?.sum, [10, null, 20, null])
})

test('only what lies in the range is drawn', () => {
  const timeline = createTimeline(options, [bucket(0, 1), bucket(10_000, 2), bucket(20_000, 3)], [])
  assert.deepEqual(timeline.stack(15_000, 20_000).times, [10_000])
})

test('the stream draws finer than history without a gap between them', () => {
  const timeline = createTimeline({ ...options, liveGranularity: 2000 }, [bucket(0, 10)], [])
  timeline.push(12_500, [], 30)
  timeline.push(14_500, [], 50)
  const { times, layers } = timeline.stack(0, 20_000)
  assert.deepEqual(times, [0, 12_000, 14_000])
  assert.deepEqual(layers[0]?.sum, [10, 30, 50])
})
