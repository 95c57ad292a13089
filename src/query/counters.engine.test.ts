import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestStore } from '../store/testing/index.ts'
import type { CounterSample } from '../telemetry/index.ts'
import { askCounters } from './counters.ts'

const NOON = Date.UTC(2026, 0, 31, 12)
const DAY = 24 * 3_600_000

const sample = (at: number, octets: string, change: Partial<CounterSample> = {}): CounterSample => ({
  received_at: at,
  exporter: '192.0.2.1',
  domain: 0,
  index: 7,
  source: 'sflow',
  type: 6,
  speed: '1000000000',
  duplex: 1,
  admin_up: true,
  oper_up: true,
  in_octets: octets,
  in_unicast: 4_294_967_290,
  in_multicast: null,
  in_broadcast: null,
  in_discards: 0,
  in_errors: 0,
  in_unknown_protocols: null,
  out_octets: null,
  out_unicast: null,
  out_multicast: null,
  out_broadcast: null,
  out_discards: null,
  out_errors: null,
  ...change,
})

test('counters are kept, told as rates, and go with the sums by the minute', async () => {
  const t = await openTestStore()
  try {
    const { signal } = new AbortController()
    const ask = (change: object = {}) =>
      askCounters(t.store, { exporter: '192.0.2.1', index: 7, from: NOON, to: NOON + 40_000, granularity: 20_000, ...change }, signal)
    assert.deepEqual((await ask()).in.bps, [null, null], 'nothing is known at first')

    // 64-bit counters keep every digit; a page that main could not acknowledge comes twice.
    const page = [sample(NOON, '18446744073709551000'), sample(NOON + 20_000, '18446744073709551600', { in_unicast: 4, in_errors: 2 })]
    await t.store.keepCounters(page)
    await t.store.keepCounters(page)
    await t.store.keepCounters([
      sample(NOON + 1000, '5', { index: 8 }),
      sample(NOON + 2000, '5', { exporter: '2001:db8::1' }),
      sample(NOON + 22_000, '1005', { exporter: '2001:db8::1', oper_up: false }),
    ])
    const rates = await ask()
    assert.deepEqual(rates.in, { bps: [240, null], pps: [0.5, null], discards: [0, null], errors: [0.1, null] })
    assert.deepEqual(rates.totals, {
      in: { bytes: 600, packets: 10, discards: 0, errors: 2 },
      out: { bytes: null, packets: null, discards: null, errors: null },
    })
    assert.deepEqual(rates.last, { at: NOON + 20_000, source: 'sflow', type: 6, speed_bps: 1e9, duplex: 1, admin_up: true, oper_up: true })
    const other = await ask({ exporter: '2001:db8::1' })
    assert.deepEqual([other.totals.in.bytes, other.last?.oper_up], [1000, false])

    // Over a month one sample in five minutes is read, and the sum stays what it is.
    const hour = Array.from({ length: 181 }, (_, at) => sample(NOON + at * 20_000, String(at * 100), { index: 9, in_unicast: at }))
    await t.store.keepCounters(hour)
    const month = await ask({ index: 9, from: NOON - 20 * DAY, to: NOON + 10 * DAY, granularity: 3_600_000 })
    assert.ok(month.samples < 20, String(month.samples))
    assert.equal(month.totals.in.bytes, 18_000)

    await assert.rejects(t.store.keepCounters([sample(NOON, "0), (now(), '")]), RangeError)
    await assert.rejects(t.store.keepCounters([sample(NOON, '1', { exporter: "')" })]), RangeError)

    // A store of the version before has no such table; it gets one, and keeps its flows.
    await t.row('DROP TABLE interface_counters SYNC')
    await t.row('TRUNCATE TABLE store_version')
    await t.row('INSERT INTO store_version SELECT 1, now64(3)')
    await t.restart()
    assert.deepEqual((await ask()).samples, 0)
    await t.store.keepCounters(page)
    assert.deepEqual((await ask()).samples, 2)

    t.setNow(NOON + 31 * DAY)
    await t.restart({ retention: { rawHours: 72, minuteDays: 30, hourDays: 365 } })
    assert.deepEqual(await t.row('SELECT count() FROM interface_counters'), ['0'])
  } finally {
    await t.close()
  }
})
