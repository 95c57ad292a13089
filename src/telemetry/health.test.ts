import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ledger, SinkStatus } from './books.ts'
import { createHealth, type HealthFacts } from './health.ts'

const ledger: Ledger = {
  at: 0,
  started_at: 0,
  method: 'recvmmsg',
  listeners: [
    {
      name: '2055',
      address: '::',
      port: 2055,
      transport: 'udp',
      connections: null,
      datagrams: 0,
      bytes: 0,
      kernel_dropped: 0,
      buffer_asked: 1,
      buffer_granted: 1,
      error: null,
    },
  ],
  datagrams: { received: 0, decoded: 0, rejected: {} },
  sets: { received: 0, decoded: 0, pending: 0, rejected: {} },
  rows: { produced: 0, mirrored: 0, merged: 0, duplicates: { other_exporter: 0, same_exporter: 0 }, spooled: 0, in_flight: 0, dropped: {} },
  sequence: { missing: 0, duplicate: 0, reordered: 0, reset: 0 },
  samples: { dropped: 7, missing: 1 },
  noted: { redefinitions: 2 },
  counters: { received: 9, stored: 9, waiting: 0, dropped: 0 },
  places: { at: 1, as: 'bundled', countries: 'bundled', as_numbers: 80_000, networks: 2, made_ms: 400, sources: [], updates: [], error: null },
  exporters: [],
  spool: { durable_seq: 0 },
}
const advised = (code: string): Ledger['exporters'] =>
  [1, 2, 3, 4].map(host => ({
    address: `192.0.2.${host}`,
    protocols: ['ipfix'],
    transports: ['udp'],
    domains: 1,
    templates: 1,
    last_seen: 0,
    datagrams: 1,
    rows: 1,
    sampling: null,
    sequence_missing: 0,
    skew_ms: 0,
    rejected: {},
    advice: ['clock_skew', code],
  }))
const sink: SinkStatus = {
  name: 'store',
  kind: 'store',
  rows_delivered: 0,
  rows_waiting: 0,
  rows_expired: {},
  breaker: 'closed',
  oldest_waiting_ms: null,
  last_error: null,
}
const good: HealthFacts = {
  now: 0,
  storeReady: true,
  ledger,
  delivery: { sinks: [sink] },
  sizes: { tables: [], oldest_at: null, disk_free_bytes: 5e9 },
  complaints: [],
}
const assess = (facts: Partial<HealthFacts>) => createHealth({ facts: () => ({ ...good, ...facts }) }).assess()

test('all well is ok and says nothing', () => assert.deepEqual(assess({}), { status: 'ok', reasons: [] }))

test('a store that does not answer is not ready', () => {
  const { status, reasons } = assess({ storeReady: false })
  assert.equal(status, 'not_ready')
  assert.match(reasons[0] ?? '', /flow store/)
})

for (const [what, facts, said] of [
  ['no report of ingest', { ledger: null }, /has not reported yet/],
  ['a stale report of ingest', { now: 6000 }, /not reported for 6 s/],
  [
    'a listener that is not open',
    { ledger: { ...ledger, listeners: ledger.listeners.map(one => ({ ...one, error: 'the port is taken' })) } },
    /2055 is not open: the port is taken/,
  ],
  [
    'a limit that refuses exporters',
    { ledger: { ...ledger, datagrams: { ...ledger.datagrams, rejected: { exporter_limit: 3, malformed: 9 } } } },
    /\(exporter_limit\), 3 so far; raise/,
  ],
  ['a limit that refuses templates', { ledger: { ...ledger, sets: { ...ledger.sets, rejected: { template_rate: 2 } } } }, /\(template_rate\), 2 so far/],
  [
    'a file of places that cannot be used',
    { ledger: { ...ledger, places: { ...ledger.places, error: 'networks.yaml:3: no prefix' } } },
    /what is known of addresses is not renewed: networks\.yaml:3: no prefix/,
  ],
  ['counters nobody stores', { ledger: { ...ledger, counters: { ...ledger.counters, dropped: 7 } } }, /interface counters were given up .* 7 so far/],
  [
    'templates that change to and fro',
    { ledger: { ...ledger, exporters: advised('template_flip_flop') } },
    /to and fro, .*of: 192\.0\.2\.1, 192\.0\.2\.2, 192\.0\.2\.3 and 1 more/,
  ],
  ['a full spool', { ledger: { ...ledger, spool: { durable_seq: 0, degraded: 'full' } } }, /spool is full/],
  ['an open breaker', { delivery: { sinks: [{ ...sink, breaker: 'open', last_error: 'password canary' }] } }, /sink store fails/],
  ['a sink far behind', { delivery: { sinks: [{ ...sink, oldest_waiting_ms: 90_000 }] } }, /90 s behind/],
  ['a disk nearly full', { sizes: { tables: [], oldest_at: null, disk_free_bytes: 1e8 } }, /less than 1 GB/],
  ['a complaint of another room', { complaints: ['the configuration on disk was refused'] }, /refused/],
] as const) {
  test(`${what} is degraded, in words`, () => {
    const { status, reasons } = assess(facts)
    assert.equal(status, 'degraded')
    assert.equal(reasons.length, 1)
    assert.match(reasons[0] ?? '', said)
    assert.doesNotMatch(reasons[0] ?? '', /canary/)
  })
}

test('advice that is a device’s own affair is on its page and not here', () =>
  assert.deepEqual(assess({ ledger: { ...ledger, exporters: advised('no_template') } }).reasons, []))

test('a loss is told for ten minutes after it last grew', () => {
  let facts: HealthFacts = good
  const health = createHealth({ facts: () => facts })
  const at = (now: number, dropped: number): string => {
    facts = { ...good, now, ledger: { ...ledger, at: now, rows: { ...ledger.rows, dropped: { queue_full: dropped, filtered: 99 } } } }
    return health.assess().status
  }
  assert.equal(at(0, 0), 'ok')
  assert.equal(at(1000, 5), 'degraded')
  assert.equal(at(600_999, 5), 'degraded')
  assert.equal(at(601_000, 5), 'ok')
  assert.equal(at(601_001, 6), 'degraded')
  assert.equal(at(601_002, 0), 'ok', 'ingest started anew')
})
