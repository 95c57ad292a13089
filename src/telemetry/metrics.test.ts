import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { DeliveryStatus, Ledger, StoreSizes } from './books.ts'
import { ADVICE } from './advice-table.ts'
import { METRICS } from './metric-table.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { bookSamples, processSamples } from './samples.ts'

const ledger: Ledger = {
  at: 1_000_000,
  started_at: 0,
  method: 'dgram',
  listeners: [
    {
      name: 'dc "1"\\',
      address: '::',
      port: 2055,
      transport: 'udp',
      connections: { received: 5, open: 2, closed: { idle: 3 } },
      datagrams: 100,
      bytes: 1400,
      kernel_dropped: 7,
      buffer_asked: 1,
      buffer_granted: 2,
      error: null,
    },
  ],
  datagrams: { received: 100, decoded: 97, rejected: { malformed: 2, bad_version: 1 } },
  sets: { received: 10, decoded: 7, pending: 1, rejected: { no_template: 2 } },
  rows: { produced: 53, mirrored: 0, merged: 3, duplicates: { other_exporter: 0, same_exporter: 0 }, spooled: 40, in_flight: 5, dropped: { queue_full: 5 } },
  sequence: { missing: 4, duplicate: 3, reordered: 2, reset: 1 },
  samples: { dropped: 7, missing: 1 },
  noted: { redefinitions: 2 },
  counters: { received: 9, stored: 5, waiting: 3, dropped: 1 },
  places: {
    at: 1,
    as: 'bundled',
    countries: 'bundled',
    as_numbers: 80_000,
    networks: 2,
    made_ms: 400,
    sources: [
      { use: 'as', from: 'bundled', kind: 'bundled', built_at: 0, read_at: 0, entries: 80_000, error: null },
      { use: 'city', from: 'https://example.net/city', kind: 'City', built_at: 1_700_000_000_000, read_at: 5, entries: 7, error: 'HTTP 500' },
    ],
    updates: [{ from: 'https://example.net/city', fetched: 1, unchanged: 3, failed: 2, checked_at: 5, next_at: 9 }],
    error: null,
  },
  exporters: [
    {
      address: '192.0.2.1',
      protocols: ['ipfix'],
      transports: ['udp'],
      advice: ['clock_skew'],
      domains: 1,
      templates: 3,
      last_seen: 0,
      datagrams: 100,
      rows: 50,
      sampling: null,
      sequence_missing: 4,
      skew_ms: 0,
      rejected: {},
    },
  ],
  spool: { durable_seq: 40, bytes: 1000, segments: 1 },
}
const delivery: DeliveryStatus = {
  sinks: [
    {
      name: 'store',
      kind: 'store',
      rows_delivered: 30,
      rows_waiting: 9,
      rows_expired: { max_bytes: 1 },
      breaker: 'open',
      oldest_waiting_ms: 1500,
      last_error: 'no',
    },
  ],
}
const sizes: StoreSizes = { tables: [{ name: 'flows', rows: 30, bytes: 700 }], oldest_at: 0, disk_free_bytes: 5 }

function fed(): Metrics {
  const metrics = createMetrics()
  metrics.collect(() => bookSamples({ ledger, delivery, sizes }, 1_002_000))
  metrics.collect(() => processSamples('0.1.0'))
  metrics.count('flowlens_logins_total', { outcome: 'ok' })
  metrics.count('flowlens_live_events_dropped_total')
  metrics.count('flowlens_query_failures_total', { code: 'FL_QUERY_TIMEOUT' })
  metrics.count('flowlens_http_requests_total', { method: 'GET', route: '/', status: '200' })
  metrics.observe('flowlens_http_request_duration_seconds', { route: '/' }, 0.02)
  metrics.observe('flowlens_query_duration_seconds', { answered_from: 'raw' }, 99)
  metrics.collect(() => [
    { name: 'flowlens_live_clients', value: 1 },
    { name: 'flowlens_healthy', value: 0 },
  ])
  return metrics
}

/** The figures of a metric by its labels. */
const read = (text: string, name: string): Record<string, number> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter(line => new RegExp(`^${name}[{ ]`).test(line))
      .map(line => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  )

test('every metric of the table is fed, and nothing else is', () => {
  const text = fed().text()
  const told = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(match => match[1])
  assert.deepEqual(
    told,
    METRICS.map(metric => metric.name),
  )
})

test('the books close in the metrics as they do in the ledger', () => {
  const text = fed().text()
  const sum = (name: string): number => Object.values(read(text, name)).reduce((a, b) => a + b, 0)
  assert.equal(sum('flowlens_datagrams_received_total'), sum('flowlens_datagrams_decoded_total') + sum('flowlens_datagrams_rejected_total'))
  assert.equal(sum('flowlens_sets_received_total'), sum('flowlens_sets_decoded_total') + sum('flowlens_sets_pending') + sum('flowlens_sets_rejected_total'))
  assert.equal(
    sum('flowlens_rows_total'),
    sum('flowlens_rows_merged_total') + sum('flowlens_rows_spooled_total') + sum('flowlens_rows_in_flight') + sum('flowlens_rows_dropped_total'),
  )
  assert.equal(
    sum('flowlens_rows_spooled_total'),
    sum('flowlens_sink_rows_delivered_total') + sum('flowlens_sink_rows_waiting') + sum('flowlens_sink_rows_expired_total'),
  )
  assert.equal(sum('flowlens_rows_total'), 53)
  assert.equal(
    sum('flowlens_interface_counters_received_total'),
    sum('flowlens_interface_counters_stored_total') + sum('flowlens_interface_counters_waiting') + sum('flowlens_interface_counters_dropped_total'),
  )
  assert.equal(sum('flowlens_listener_connections_received_total'), sum('flowlens_listener_connections') + sum('flowlens_listener_connections_closed_total'))
  assert.deepEqual(read(text, 'flowlens_ledger_age_seconds'), { '': 2 })
})

test('every advice has a figure, so that an alert on it can end', () => {
  const advised = read(fed().text(), 'flowlens_exporters_advised')
  assert.equal(Object.keys(advised).length, ADVICE.length)
  assert.equal(advised['{code="clock_skew",severity="warning"}'], 1)
  assert.equal(advised['{code="no_template",severity="error"}'], 0)
})

test('what is known of addresses, by use', () => {
  const text = fed().text()
  assert.deepEqual(read(text, 'flowlens_places_entries'), { '{use="as"}': 80_000, '{use="city"}': 7 })
  assert.deepEqual(read(text, 'flowlens_places_errors'), { '{use="as"}': 0, '{use="city"}': 1 })
  assert.deepEqual(read(text, 'flowlens_places_built_timestamp_seconds'), { '{use="city"}': 1_700_000_000 })
  assert.deepEqual(read(text, 'flowlens_places_updates_total'), { '{outcome="fetched"}': 1, '{outcome="unchanged"}': 3, '{outcome="failed"}': 2 })
})

test('labels are escaped', () => {
  assert.deepEqual(read(fed().text(), 'flowlens_kernel_dropped_datagrams_total'), { '{listener="dc \\"1\\"\\\\"}': 7 })
})

test('a histogram is cumulative', () => {
  const metrics = createMetrics()
  for (const seconds of [0.005, 0.02, 0.02, 5, 100]) metrics.observe('flowlens_query_duration_seconds', { answered_from: 'raw' }, seconds)
  const text = metrics.text()
  const buckets = read(text, 'flowlens_query_duration_seconds_bucket')
  assert.deepEqual(Object.values(buckets), [1, 3, 3, 3, 3, 3, 4, 4, 5])
  assert.deepEqual(read(text, 'flowlens_query_duration_seconds_count'), { '{answered_from="raw"}': 5 })
  assert.deepEqual(read(text, 'flowlens_query_duration_seconds_sum'), { '{answered_from="raw"}': 105.045 })
})

test('a metric or label that is not in the table is refused', () => {
  const metrics = createMetrics()
  assert.throws(() => metrics.count('flowlens_logins_total', { who: 'ok' }), /labels outcome/)
  assert.throws(() => metrics.count('flowlens_logins_total'), /labels outcome/)
  // @ts-expect-error the type refuses it too
  assert.throws(() => metrics.count('flowlens_nothing_total'), /not in the table/)
})

test('label values cannot grow the memory without bound', () => {
  const metrics = createMetrics()
  for (let i = 0; i < 5000; i++) metrics.count('flowlens_logins_total', { outcome: String(i) })
  const told = read(metrics.text(), 'flowlens_logins_total')
  assert.equal(Object.keys(told).length, 2001)
  assert.equal(told['{outcome="other"}'], 3000)
})

test('figures that nobody knows are absent', () => {
  const metrics = createMetrics()
  metrics.collect(() => bookSamples({ ledger: null, delivery: null, sizes: { ...sizes, disk_free_bytes: null } }, 0))
  assert.deepEqual(Object.keys(read(metrics.text(), 'flowlens_disk_free_bytes')), [])
  assert.doesNotMatch(metrics.text(), /datagrams|sink/)
})

const promtool = spawnSync('promtool', ['--version']).status === 0 ? 'promtool' : undefined
test('promtool accepts the text', { skip: promtool === undefined ? 'promtool is not installed' : false }, () => {
  const result = spawnSync('promtool', ['check', 'metrics'], { input: fed().text(), encoding: 'utf8' })
  assert.deepEqual([result.status, result.stdout + result.stderr], [0, ''])
})
