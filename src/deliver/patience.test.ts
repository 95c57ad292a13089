import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import { createBreaker, createPace, createPercentile, PATIENCE, pauseMs } from './patience.ts'

test('pauses double up to their limit, with full jitter', () => {
  assert.deepEqual(
    [0, 1, 2, 6, 7, 100].map(attempt => pauseMs(PATIENCE, attempt, () => 1)),
    [250, 500, 1000, 16_000, 30_000, 30_000],
  )
  assert.equal(
    pauseMs(PATIENCE, 9, () => 0),
    0,
  )
  assert.equal(
    pauseMs(PATIENCE, 1, () => 0.5),
    250,
  )
})

test('five failures in a row open the breaker; refusals and single failures do not', async () => {
  const breaker = createBreaker(PATIENCE)
  const fail = () => breaker.call(() => Promise.reject(new FlowLensError('FL_DELIVER_SINK', 'down')))
  const refuse = () => breaker.call(() => Promise.reject(new FlowLensError('FL_STORE_MIGRATION', 'never')))
  for (let index = 0; index < 10; index++) await assert.rejects(refuse)
  for (let index = 0; index < 4; index++) await assert.rejects(fail)
  assert.equal(await breaker.call(() => Promise.resolve()), 'done')
  assert.equal(breaker.state, 'closed')
  for (let index = 0; index < 5; index++) await assert.rejects(fail)
  assert.equal(breaker.state, 'open')
  let called = false
  assert.equal(
    await breaker.call(async () => {
      called = true
    }),
    'open',
  )
  assert(!called)
})

test('the 95th percentile is that of the last 128 values', () => {
  const percentile = createPercentile()
  assert.equal(percentile.p95, null)
  for (let value = 1; value <= 100; value++) percentile.add(value)
  assert.equal(percentile.p95, 95)
  for (let index = 0; index < 128; index++) percentile.add(7)
  assert.equal(percentile.p95, 7)
})

test('a sink twice as slow as usual gets fewer, bigger ranges, up to five times; the pace recovers by steps', () => {
  const pace = createPace(1000)
  for (let index = 0; index < 10; index++) pace.observe(200)
  assert.equal(pace.batchMs, 1000)
  for (let index = 0; index < 20; index++) pace.observe(900)
  assert.equal(pace.batchMs, 5000)
  pace.observe(210)
  assert(pace.batchMs < 5000 && pace.batchMs > 4000)
  for (let index = 0; index < 30; index++) pace.observe(210)
  assert.equal(pace.batchMs, 1000)
})
