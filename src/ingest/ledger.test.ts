import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDecoder, createExporter, type DecodeCounts } from '../decode/index.ts'
import { LIMITS, NOW, SECONDS } from '../decode/fixtures/collector.ts'
import { FlowBatch } from '../schema/index.ts'
import { encodeV5 } from '../simulate/index.ts'
import { exporterStatus, makeLedger, type ExporterStatus, type ReceiverReport, type WriterReport } from './ledger.ts'

const noPlaces = { at: 0, as: 'off', countries: 'off', as_numbers: 0, networks: 0, made_ms: 0, sources: [], updates: [], error: null }
const noCounters = { received: 0, stored: 0, waiting: 0, dropped: 0 }
const none = { missing: 0, duplicate: 0, reordered: 0, reset: 0 }

const noCounts = (): DecodeCounts => createDecoder(LIMITS, { sink: { reserve: () => assert.fail(), committed: () => {} } }).counts

function exporter(address: string, sequence: Partial<ExporterStatus['sequence']> = {}): ExporterStatus {
  const all = { ...none, ...sequence }
  return {
    address,
    protocols: ['ipfix'],
    transports: ['udp'],
    advice: [],
    domain_keys: ['ipfix/0'],
    samples_dropped: 3,
    samples_missing: 1,
    domains: 1,
    templates: 1,
    last_seen: 0,
    datagrams: 1,
    rows: 1,
    sampling: null,
    sequence: all,
    sequence_missing: all.missing,
    skew_ms: 0,
    rejected: {},
  }
}

function receiver(worker: number, counts: Partial<DecodeCounts>, more: Partial<ReceiverReport> = {}): ReceiverReport {
  return {
    kind: 'receiver',
    worker,
    counts: { ...noCounts(), ...counts },
    batches: { handed: 0, mirrored: 0, merged: 0, queueFull: 0, open: 0, countersDropped: 0 },
    listeners: [{ datagrams: 2, bytes: 100 }],
    exporters: [],
    counters: [],
    forgotten: none,
    ...more,
  }
}

const writer: WriterReport = {
  kind: 'writer',
  received: 90,
  spooled: 80,
  dropped: { spool_full: 4, disk_error: 0 },
  bytes: 5000,
  durable_seq: 1080,
  degraded: null,
  duplicates: { other_exporter: 0, same_exporter: 0 },
}
const listener = { name: 'a', address: '127.0.0.1', port: 2055, transport: 'udp' as const, kernel_dropped: 3, buffer_asked: 1, buffer_granted: 1, error: null }

test('the books are the sum of the threads, and rows that are nowhere else are on their way', () => {
  const ledger = makeLedger(
    5000,
    1000,
    'recvmmsg',
    [listener],
    [
      receiver(
        0,
        {
          datagrams: 10,
          datagramsDecoded: 9,
          datagramsRejected: { ...noCounts().datagramsRejected, truncated: 1 },
          sets: 4,
          setsDecoded: 3,
          setsPending: 1,
          rows: 60,
        },
        {
          batches: { handed: 50, mirrored: 0, merged: 3, queueFull: 6, open: 4, countersDropped: 6 },
          exporters: [exporter('10.0.0.1', { missing: 2 })],
        },
      ),
      receiver(1, { datagrams: 5, datagramsDecoded: 5, rows: 40 }, { exporters: [exporter('10.0.0.2', { reordered: 1 })], forgotten: { ...none, missing: 7 } }),
    ],
    writer,
    { received: 8, stored: 3, waiting: 4, dropped: 1 },
    noPlaces,
  )
  assert.deepEqual(ledger.samples, { dropped: 6, missing: 2 })
  assert.deepEqual(ledger.counters, { received: 14, stored: 3, waiting: 4, dropped: 7 }, 'what a thread gave up came too')
  assert.deepEqual([ledger.at, ledger.started_at, ledger.method], [5000, 1000, 'recvmmsg'])
  assert.deepEqual(ledger.listeners, [{ ...listener, datagrams: 4, bytes: 200, connections: null }])
  assert.deepEqual([ledger.datagrams.received, ledger.datagrams.decoded, ledger.datagrams.rejected['truncated']], [15, 14, 1])
  assert.deepEqual([ledger.sets.received, ledger.sets.decoded, ledger.sets.pending], [4, 3, 1])
  assert.deepEqual(ledger.rows, {
    produced: 100,
    mirrored: 0,
    merged: 3,
    duplicates: { other_exporter: 0, same_exporter: 0 },
    spooled: 80,
    in_flight: 7,
    dropped: { queue_full: 6, spool_full: 4, disk_error: 0 },
  })
  assert.deepEqual(ledger.sequence, { missing: 9, duplicate: 0, reordered: 1, reset: 0 }, 'those of forgotten exporters stay')
  assert.deepEqual(
    ledger.exporters.map(({ address }) => address),
    ['10.0.0.1', '10.0.0.2'],
  )
  assert.deepEqual(ledger.spool, { durable_seq: 1080, bytes: 5000, degraded: null })
})

test('before the writer has told anything, all rows are on their way', () => {
  const ledger = makeLedger(0, 0, 'dgram', [listener], [receiver(0, { rows: 3 })], null, noCounters, noPlaces)
  assert.deepEqual(ledger.rows, {
    produced: 3,
    mirrored: 0,
    merged: 0,
    duplicates: { other_exporter: 0, same_exporter: 0 },
    spooled: 0,
    in_flight: 3,
    dropped: { queue_full: 0 },
  })
})

test('an exporter as it is told: protocols, domains, the rate it uses, what it was refused for', () => {
  const batch = new FlowBatch(0, 4)
  const decoder = createDecoder(LIMITS, { sink: { reserve: () => batch, committed: () => {} } })
  const from = createExporter(0xffff_0a00_0001n)
  const send = (datagram: Uint8Array): unknown =>
    decoder.decode(new DataView(datagram.buffer, datagram.byteOffset, datagram.length), 0, datagram.length, from, NOW)
  send(
    encodeV5({ uptimeMs: 5000, seconds: SECONDS, sequence: 0, sampling: 100 }, [
      { src: '10.0.0.1', dst: '10.0.0.2', packets: 1, octets: 40, first: 1, last: 2, proto: 6 },
    ]),
  )
  send(Uint8Array.of(0, 99, 0, 0))
  const { address, protocols, domains, templates, last_seen: seen, datagrams, rows, sampling, rejected } = exporterStatus(from, [])
  assert.deepEqual(
    { address, protocols, domains, templates, seen, datagrams, rows, sampling, rejected },
    {
      address: '10.0.0.1',
      protocols: ['netflow5'],
      domains: 1,
      templates: 0,
      seen: NOW,
      datagrams: 2,
      rows: 1,
      sampling: { rate: 100, source: 'header' },
      rejected: { bad_version: 1 },
    },
  )
})

test('parts of one address are one line: what can be added is, the newest part tells the rest', () => {
  const one = {
    ...exporter('10.0.0.1', { missing: 2 }),
    last_seen: 5,
    skew_ms: 1,
    sampling: { rate: 10, source: 'options' },
    rejected: { malformed: 1 },
    advice: ['sequence_loss'],
  }
  const two = {
    ...exporter('10.0.0.1', { missing: 3 }),
    last_seen: 9,
    skew_ms: 2,
    transports: ['tcp'],
    domain_keys: ['ipfix/0', 'ipfix/7'],
    rejected: { malformed: 2, bad_length: 1 },
    advice: ['sequence_loss', 'restarted'],
  }
  const { exporters } = makeLedger(
    0,
    0,
    'dgram',
    [listener],
    [receiver(0, {}, { exporters: [one] }), receiver(1, {}, { exporters: [two] })],
    null,
    noCounters,
    noPlaces,
  )
  assert.deepEqual(exporters, [
    {
      address: '10.0.0.1',
      protocols: ['ipfix'],
      transports: ['udp', 'tcp'],
      domains: 2,
      templates: 2,
      last_seen: 9,
      datagrams: 2,
      rows: 2,
      sampling: { rate: 10, source: 'options' },
      sequence_missing: 5,
      skew_ms: 2,
      rejected: { malformed: 3, bad_length: 1 },
      advice: ['sequence_loss', 'restarted'],
    },
  ])
})
