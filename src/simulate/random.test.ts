import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlias, createRandom, createZipf } from './random.ts'

test('a seed gives one stream, a fork another', () => {
  const first = Array.from({ length: 5 }, createRandom(9).u32)
  assert.deepEqual(Array.from({ length: 5 }, createRandom(9).u32), first)
  assert.notDeepEqual(Array.from({ length: 5 }, createRandom(10).u32), first)
  assert.notDeepEqual(Array.from({ length: 5 }, createRandom(9).fork(1).u32), first)
})

test('numbers fill their range evenly', () => {
  const random = createRandom(1)
  const hits = new Uint32Array(10)
  for (let i = 0; i < 100_000; i++) hits[random.int(10)]!++
  assert.ok(
    hits.every(count => Math.abs(count - 10_000) < 500),
    String(hits),
  )
})

test('a log-normal number has its median and its tail', () => {
  const random = createRandom(1)
  const values = Array.from({ length: 20_000 }, () => random.logNormal(1000, 1)).sort((a, b) => a - b)
  assert.ok(Math.abs(values[10_000]! - 1000) < 50, String(values[10_000]))
  // The 84.13th percentile lies one sigma up.
  assert.ok(Math.abs(values[16_827]! / 1000 - Math.E) < 0.15, String(values[16_827]))
})

test('weights decide how often an index is drawn', () => {
  const random = createRandom(1)
  const draw = createAlias([1, 0, 3])
  const hits = [0, 0, 0]
  for (let i = 0; i < 40_000; i++) hits[draw(random)]!++
  assert.equal(hits[1], 0)
  assert.ok(Math.abs(hits[2]! / hits[0]! - 3) < 0.2, String(hits))
})

test('popularity follows rank', () => {
  const random = createRandom(1)
  const draw = createZipf(100, 1)
  const hits = new Uint32Array(100)
  for (let i = 0; i < 100_000; i++) hits[draw(random)]!++
  assert.ok(Math.abs(hits[0]! / hits[9]! - 10) < 1.5, `${hits[0]} and ${hits[9]}`)
})
