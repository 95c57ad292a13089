import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counterRates, growth32, growth64, type StoredCounters, type StoredSide } from './counter-rates.ts'

const START = Date.UTC(2026, 0, 31, 12)
const SECOND = 1000
const GIGABIT = 1e9

const none: StoredSide = { octets: null, unicast: null, multicast: null, broadcast: null, discards: null, errors: null }
const side = (octets: number | bigint, change: Partial<StoredSide> = {}): StoredSide => ({
  octets: BigInt(octets),
  unicast: 0,
  multicast: 0,
  broadcast: 0,
  discards: 0,
  errors: 0,
  ...change,
})
const sample = (seconds: number, into: StoredSide, change: Partial<StoredCounters> = {}): StoredCounters => ({
  at: START + seconds * SECOND,
  domain: 0,
  source: 'sflow',
  type: 6,
  speed: GIGABIT,
  duplex: 1,
  adminUp: true,
  operUp: true,
  in: into,
  out: none,
  ...change,
})
const range = (seconds: number, step = 20) => ({ from: START, to: START + seconds * SECOND, granularity: step * SECOND })

test('a counter of 32 bits grows, wraps from its upper half, or begins anew', () => {
  assert.equal(growth32(5, 12), 7)
  assert.equal(growth32(2 ** 32 - 10, 5), 15)
  assert.equal(growth32(2 ** 31 - 1, 5), undefined)
  assert.equal(growth32(null, 5), null)
  assert.equal(growth32(5, null), null)
})

test('a counter of 64 bits wraps at 32 where the agent keeps no more, if the interface is fast enough for it', () => {
  assert.equal(growth64(2n ** 40n, 2n ** 40n + 9n, Infinity), 9)
  assert.equal(growth64(2n ** 32n - 10n, 5n, 1000), 15)
  assert.equal(growth64(2n ** 32n - 2_000_000_000n, 5n, 1000), undefined)
  assert.equal(growth64(2n ** 40n, 5n, Infinity), undefined)
  // Growth stays exact next to 2^64.
  assert.equal(growth64(2n ** 64n - 10n, 2n ** 64n - 3n, Infinity), 7)
})

test('rates are those between samples: 25 MB in 20 s are 10 Mbit/s', () => {
  const rates = counterRates(
    [sample(0, side(1000, { unicast: 10 })), sample(20, side(25_001_000, { unicast: 110, multicast: 40, broadcast: 10, discards: 3, errors: 1 }))],
    range(40),
  )
  assert.deepEqual(rates.times, [START, START + 20 * SECOND])
  assert.deepEqual(rates.in, { bps: [10_000_000, null], pps: [7.5, null], discards: [0.15, null], errors: [0.05, null] })
  assert.deepEqual(rates.totals.in, { bytes: 25_000_000, packets: 150, discards: 3, errors: 1 })
  assert.deepEqual([rates.samples, rates.resets], [2, 0])
})

test('what a device does not keep stays unknown', () => {
  const rates = counterRates([sample(0, side(0, { errors: null })), sample(20, side(100, { errors: null }))], range(20))
  assert.deepEqual(rates.in.errors, [null])
  assert.equal(rates.totals.in.errors, null)
  assert.deepEqual(rates.totals.out, { bytes: null, packets: null, discards: null, errors: null })
  assert.deepEqual(rates.in.bps, [40])
})

test('growth is spread over the time between samples, and only its part inside the range counts', () => {
  // 30 s before the range to 30 s into it: half of it lies inside, in two buckets of 20 s.
  const rates = counterRates([sample(-30, side(0)), sample(30, side(6000))], range(40))
  assert.deepEqual(rates.in.bps, [800, 800])
  assert.equal(rates.totals.in.bytes, 3000)
  assert.equal(rates.samples, 1)
})

test('buckets stand on whole multiples of their width', () => {
  const { times } = counterRates([], { from: START + 7 * SECOND, to: START + 47 * SECOND, granularity: 20 * SECOND })
  assert.deepEqual(times, [START, START + 20 * SECOND, START + 40 * SECOND])
})

test('a device that restarted gives no rate for that time, even where single counters look like a wrap', () => {
  const rates = counterRates(
    [sample(0, side(5_000_000_000, { unicast: 4_000_000_000 })), sample(20, side(100, { unicast: 7 })), sample(40, side(300, { unicast: 9 }))],
    range(40),
  )
  assert.deepEqual(rates.in.bps, [null, 80])
  assert.deepEqual(rates.in.pps, [null, 0.1])
  assert.equal(rates.resets, 1)
})

test('a long silence, and a sample that was written twice, tell nothing', () => {
  const rates = counterRates([sample(0, side(0)), sample(0, side(0)), sample(16 * 60, side(1e9)), sample(16 * 60 + 20, side(1e9 + 100))], range(3600, 60))
  assert.equal(rates.totals.in.bytes, 100)
})

test('two sub-agents that count the same interface are not mixed', () => {
  const rates = counterRates(
    [sample(0, side(0)), sample(5, side(900_000), { domain: 1 }), sample(20, side(200)), sample(40, side(400)), sample(45, side(1_900_000), { domain: 1 })],
    range(40),
  )
  assert.equal(rates.totals.in.bytes, 400)
})

test('the newest sample tells speed and status; a speed of 0 is not known', () => {
  const { last } = counterRates([sample(0, side(0)), sample(10, side(0), { speed: 0, operUp: false }), sample(30, side(0))], range(20))
  assert.deepEqual(last, { at: START + 10 * SECOND, source: 'sflow', type: 6, speed_bps: null, duplex: 1, admin_up: true, oper_up: false })
  assert.equal(counterRates([], range(20)).last, null)
})
