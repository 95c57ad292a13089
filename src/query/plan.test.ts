import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import { dimensionNames, dimensionOf } from './dimensions.ts'
import type { Counting } from './duplicates.ts'
import { metricOf } from './metrics.ts'
import { planOf } from './plan.ts'
import type { Plan } from './plan-traffic.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOON = Date.UTC(2026, 0, 31, 12)

interface Case {
  by?: string[]
  metrics?: string[]
  filtered?: string[]
  counting?: Counting
  granularity?: number
  from?: number
  to?: number
  hoursUntil?: number
  quality?: { from: number; until: number }
  measuredOnly?: boolean
  dropped?: Record<string, number>
}

function plan({
  by = [],
  metrics = ['bytes'],
  filtered = [],
  counting = 'once',
  granularity,
  from = NOON - DAY,
  to = NOON,
  hoursUntil = NOON,
  quality = { from: 0, until: 0 },
  measuredOnly = false,
  dropped = {},
}: Case): Plan {
  return planOf(
    {
      range: { from, to },
      ...(granularity === undefined ? {} : { granularity }),
      dimensions: by.map(dimensionOf),
      metrics: metrics.map(name => metricOf(name, false)),
      filtered: new Set(filtered),
      measuredOnly,
      counting,
    },
    { hoursUntil, quality, droppedUntil: table => dropped[table] ?? 0 },
  )
}
const source = (question: Case): string => plan(question).source

/** Roll-ups of quality that are made up to noon. */
const MADE = { quality: { from: 0, until: NOON } }

test('the smallest table that has everything answers', () => {
  const cases: readonly (readonly [Case, string])[] = [
    [{}, 'hour'],
    [{ by: ['app', 'in_if'], metrics: ['bytes', 'pps', 'flows', 'bytes_as_sent'] }, 'hour'],
    [{ by: ['as'], filtered: ['exporter', 'dst_country'] }, 'hour'],
    [{ by: ['src_as', 'src_as_name'] }, 'hour'],
    [{ by: ['src_as', 'app'] }, 'raw'],
    [{ by: ['app'], filtered: ['src'] }, 'raw'],
    [{ by: ['dst_port'] }, 'raw'],
    [{ by: ['rtt/3'] }, 'raw'],
    [{ by: ['app'], metrics: ['p95_bps'] }, 'raw'],
    [{ by: ['app'], metrics: ['hosts'] }, 'raw'],
    [{ filtered: ['bytes', 'sampling_rate'] }, 'raw'],
    [{ filtered: ['duplicate'] }, 'raw'],
    [{ by: ['src'] }, 'host_hour'],
    [{ by: ['dst'], filtered: ['dst'] }, 'host_hour'],
    [{ filtered: ['src'] }, 'host_hour'],
    [{ by: ['host'] }, 'host_hour'],
    [{ metrics: ['bytes', 'hosts'] }, 'host_hour'],
    [{ by: ['host'], filtered: ['src', 'dst'] }, 'raw'],
    [{ by: ['src'], filtered: ['dst'] }, 'raw'],
    [{ by: ['src', 'dst'] }, 'raw'],
    [{ filtered: ['src'], metrics: ['hosts'] }, 'raw'],
    [{ by: ['src'], metrics: ['bytes_as_sent'] }, 'raw'],
    [{ by: ['app'], granularity: 300_000 }, 'minute'],
    [{ by: ['app'], granularity: 2 * HOUR }, 'hour'],
    [{ by: ['app'], granularity: 10_000 }, 'raw'],
    [{ by: ['src'], granularity: 300_000 }, 'host_minute'],
    [{ from: NOON - 300_000, to: NOON }, 'minute'],
    [{ from: NOON - 300_001, to: NOON }, 'raw'],
    [{ from: NOON - 3 * HOUR + 7, to: NOON - 1 }, 'hour'],
    [{ hoursUntil: 0 }, 'minute'],
    // Roll-ups of quality.
    [{ ...MADE, by: ['app', 'exporter'], metrics: ['p95_rtt', 'count_rtt'] }, 'quality_hour'],
    [{ ...MADE, by: ['app'], metrics: ['p95_rtt'], granularity: 300_000 }, 'quality_minute'],
    [{ ...MADE, by: ['app'], metrics: ['p95_rtt', 'bytes'], filtered: ['proto'] }, 'quality_hour'],
    [{ ...MADE, by: ['as', 'country'], metrics: ['p95_rtt', 'retransmitted_percent', 'bytes'] }, 'quality_hour'],
    [{ ...MADE, by: ['as'], metrics: ['rst_flows'] }, 'raw'],
    [{ ...MADE, by: ['app'], metrics: ['rst_flows', 'handshake_failures_percent_estimate'], filtered: ['proto'] }, 'quality_hour'],
    [{ ...MADE, by: ['app'], metrics: ['p95_rtt', 'flows'], filtered: ['measured'], measuredOnly: true }, 'quality_hour'],
    [{ ...MADE, by: ['app'], metrics: ['p95_rtt', 'flows'], filtered: ['measured'] }, 'raw'],
    [{ ...MADE, by: ['app'], metrics: ['p95_rtt', 'bytes'], filtered: ['measured'], measuredOnly: true }, 'raw'],
    [{ ...MADE, by: ['app'], metrics: ['p95_rtt'], filtered: ['rtt', 'measured'] }, 'raw'],
    [{ ...MADE, by: ['host'], metrics: ['p95_rtt'] }, 'raw'],
    [{ ...MADE, by: ['app'], metrics: ['p95_rtt', 'p95_bps'] }, 'raw'],
    [{ ...MADE, by: ['app'], metrics: ['p95_rtt'], counting: 'all' }, 'raw'],
    [{ ...MADE, by: ['app'], metrics: ['p95_rtt'], from: NOON - 5 * 60_000 - 1, to: NOON }, 'raw'],
    [{ ...MADE, by: ['app'], metrics: ['p95_rtt'], from: NOON, to: NOON + HOUR }, 'raw'],
  ]
  for (const [question, expected] of cases) assert.equal(source(question), expected, JSON.stringify(question))
})

test('hours are filled up with minutes at both ends', () => {
  const found = plan({ from: NOON - 5 * HOUR + 90_001, to: NOON + 30_000, hoursUntil: NOON - HOUR })
  assert.ok(found.source !== 'raw')
  assert.deepEqual(found.range, { from: NOON - 5 * HOUR + 60_000, to: NOON + 60_000 })
  assert.deepEqual(
    found.spans.map(({ from, to, table }) => [from - NOON, to - NOON, table]),
    [
      [-5 * HOUR + 60_000, -4 * HOUR, 'as_minute'],
      [-4 * HOUR, -HOUR, 'as_hour'],
      [-HOUR, 60_000, 'as_minute'],
    ],
  )
})

test('quality is told by hours, by minutes, and by raw rows of the last minutes, and never silently in part', () => {
  const quality = { from: NOON - 2 * DAY, until: NOON - 65 * 60_000 }
  const found = plan({ metrics: ['p95_rtt', 'bytes'], by: ['app'], from: NOON - 3 * HOUR - 120_000, quality })
  assert.ok(found.source === 'quality_hour')
  assert.deepEqual(
    found.spans.map(({ from, to, table }) => [(from - NOON) / 60_000, (to - NOON) / 60_000, table]),
    [
      [-182, -180, 'quality_minute'],
      [-180, -120, 'quality_hour'],
      [-120, -65, 'quality_minute'],
    ],
  )
  assert.deepEqual([found.tail?.range, found.traffic?.source, found.complete], [{ from: NOON - 65 * 60_000, to: NOON }, 'hour', true])
  const old = { metrics: ['p95_rtt'], from: NOON - 3 * DAY, quality }
  assert.equal(source(old), 'raw', 'raw rows are still there, and they are all that tells the beginning')
  const gone = plan({ ...old, dropped: { flows: NOON - DAY } })
  assert.deepEqual([gone.source, gone.complete], ['quality_hour', false])
  assert.equal(plan({ ...old, from: NOON - 2 * DAY, dropped: { flows: NOON - DAY } }).complete, true)
  assert.equal(plan({ ...old, from: NOON - 2 * DAY, dropped: { flows: NOON - 3600 } }).complete, false, 'the last minutes are gone')
})

test('hosts over half a day and more are told by whole hours', () => {
  const range = { by: ['src'], from: NOON - DAY + 90_000, to: NOON - HOUR - 90_000 }
  const found = plan(range)
  assert.deepEqual(found.range, { from: NOON - DAY, to: NOON - HOUR })
  assert.deepEqual(plan({ ...range, hoursUntil: NOON - 2 * HOUR }).range, { from: NOON - DAY, to: NOON - HOUR - 60_000 })
  assert.deepEqual(plan({ ...range, from: NOON - 12 * HOUR }).range, { from: NOON - 12 * HOUR, to: NOON - HOUR - 60_000 })
  assert.deepEqual(plan({ ...range, by: ['app'] }).range, { from: NOON - DAY + 60_000, to: NOON - HOUR - 60_000 })
})

test('where minutes are gone, whole hours answer; what no table holds is said', () => {
  const gone = plan({ from: NOON - 2 * DAY + 90_000, dropped: { as_minute: NOON - DAY } })
  assert.deepEqual([gone.range.from, gone.complete], [NOON - 2 * DAY, true])
  assert.equal(plan({ from: NOON - 2 * DAY, granularity: 300_000, dropped: { as_minute: NOON - DAY } }).complete, false)
  assert.equal(plan({ by: ['dst_port'], from: NOON - 2 * DAY, dropped: { flows: NOON - DAY } }).complete, false)
  assert.equal(plan({ by: ['dst_port'], from: NOON - HOUR, dropped: { flows: NOON - DAY } }).complete, true)
  // Raw rows of a short range are gone, sums are not.
  assert.equal(source({ from: NOON - 2 * DAY - 1000, to: NOON - 2 * DAY, dropped: { flows: NOON - DAY } }), 'minute')
})

test('every dimension has its columns; times, metrics and unknown names are none', () => {
  for (const name of dimensionNames()) assert.ok(dimensionOf(name).columns.length >= 1, name)
  for (const name of ['host', 'ip', 'port', 'as', 'country', 'mac', 'if', 'dscp', 'app', 'vlan', 'rtt/1', 'app_latency/3', 'jitter/9'])
    assert.ok(dimensionNames().includes(name), name)
  const refused = (error: unknown): boolean => error instanceof FlowLensError && error.code === 'FL_QUERY_INVALID'
  for (const name of ['received_at', 'bytes', 'bps', 'nope', '', 'src; drop', '__proto__', 'constructor']) assert.throws(() => dimensionOf(name), refused, name)
  for (const name of ['nope', 'src', 'p95_src', 'avg_nope', 'sum(bytes)', 'p96_bps', '']) assert.throws(() => metricOf(name, false), refused, name)
})
