/** The books: what came, and what became of it. Parts come from each thread; sums are made here. */
import type { DecodeCounts, Exporter } from '../decode/index.ts'
import { printAddress } from '../schema/index.ts'
import type { AdvisedExporter, CounterSample, Ledger, LedgerListener } from '../telemetry/index.ts'
import type { ListenerCounts } from './receive-loop.ts'
import type { BatchCounts } from './batches.ts'
import type { ConnectionCounts } from './connections.ts'
import { samplingOf } from './describe.ts'
import { sumOf, unique } from './merge.ts'

/** An exporter's part of the books in one thread or session, and what is needed to add up its parts. */
export interface ExporterStatus extends AdvisedExporter {
  /** Its domains by protocol and id. */
  readonly domain_keys: readonly string[]
  /** Of sFlow: samples the device lost, and those that never arrived. */
  readonly samples_dropped: number
  readonly samples_missing: number
  readonly sequence: { readonly missing: number; readonly duplicate: number; readonly reordered: number; readonly reset: number }
}

/** What a receiving thread tells once a second. */
export interface ReceiverReport {
  readonly kind: 'receiver'
  readonly worker: number
  readonly counts: DecodeCounts
  readonly batches: BatchCounts
  readonly listeners: readonly ListenerCounts[]
  /** Of stream listeners; absent or null for the others. */
  readonly connections?: readonly (ConnectionCounts | null)[]
  readonly exporters: readonly ExporterStatus[]
  /** Counters of interfaces since the last report; they leave with it. */
  readonly counters: readonly CounterSample[]
  /** Sequence counts of exporters that are in the list no more. */
  readonly forgotten: ExporterStatus['sequence']
}

/** What the writing thread tells once a second. */
export interface WriterReport {
  readonly kind: 'writer'
  /** Rows it was handed, and what became of them. */
  readonly received: number
  readonly spooled: number
  readonly dropped: Readonly<Record<string, number>>
  readonly bytes: number
  readonly durable_seq: number
  readonly degraded: string | null
  /** Rows that tell of a flow once more; they are stored and marked. */
  readonly duplicates: Ledger['rows']['duplicates']
}

/** One array for all exporters of a transport: between threads it is copied once a report. */
const TRANSPORTS: Readonly<Record<Exporter['transport'], readonly string[]>> = { udp: ['udp'], tcp: ['tcp'], tls: ['tls'], file: ['file'] }

/** The state of an exporter as plain data; `advice` are the codes of `adviseExporter`. */
export function exporterStatus(exporter: Exporter, advice: readonly string[]): ExporterStatus {
  let templates = 0
  let dropped = 0
  let missing = 0
  const protocols = new Set<string>()
  for (const domain of exporter.domains.values()) {
    templates += domain.templates.size
    protocols.add(domain.protocol)
    for (const source of domain.sflow?.sources.values() ?? []) {
      dropped += source.dropped
      missing += source.missing
    }
  }
  return {
    address: printAddress(exporter.address),
    protocols: [...protocols],
    transports: TRANSPORTS[exporter.transport],
    domains: exporter.domains.size,
    templates,
    last_seen: exporter.lastSeenMs,
    datagrams: exporter.datagrams,
    rows: exporter.rows,
    sampling: samplingOf(exporter),
    sequence: { ...exporter.sequence },
    sequence_missing: exporter.sequence.missing,
    skew_ms: Math.round(exporter.skewMs),
    rejected: Object.fromEntries(exporter.rejected),
    advice,
    domain_keys: [...exporter.domains.keys()],
    samples_dropped: dropped,
    samples_missing: missing,
  }
}

const total = (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, 0)

/** The parts of one address as one entry; the newest part tells what cannot be added. */
function mergeStatus(parts: readonly ExporterStatus[]): AdvisedExporter {
  const newest = parts.reduce((latest, part) => (part.last_seen > latest.last_seen ? part : latest))
  const keys = unique(parts.map(part => part.domain_keys))
  return {
    address: newest.address,
    protocols: unique(parts.map(part => part.protocols)),
    transports: unique(parts.map(part => part.transports)),
    domains: keys.length,
    templates: total(parts.map(part => part.templates)),
    last_seen: newest.last_seen,
    datagrams: total(parts.map(part => part.datagrams)),
    rows: total(parts.map(part => part.rows)),
    sampling: newest.sampling ?? parts.find(part => part.sampling !== null)?.sampling ?? null,
    sequence_missing: total(parts.map(part => part.sequence_missing)),
    skew_ms: newest.skew_ms,
    rejected: parts.length === 1 ? newest.rejected : sumOf(parts.map(part => part.rejected)),
    advice: unique(parts.map(part => part.advice)),
  }
}

/** Counters that threads gave up before they reached the buffer. */
const addDropped = (counters: Ledger['counters'], dropped: number): Ledger['counters'] => ({
  ...counters,
  received: counters.received + dropped,
  dropped: counters.dropped + dropped,
})

/** Makes the books of the threads' reports. `rows.in_flight` is what neither reached the disk nor was dropped yet. */
export function makeLedger(
  at: number,
  startedAt: number,
  method: Ledger['method'],
  listeners: readonly Omit<LedgerListener, 'datagrams' | 'bytes' | 'connections'>[],
  receivers: readonly ReceiverReport[],
  writer: WriterReport | null,
  counters: Ledger['counters'],
  places: Ledger['places'],
): Ledger {
  const counts = receivers.map(report => report.counts)
  const exporters = receivers.flatMap(report => report.exporters)
  const sequence = sumOf([...exporters.map(exporter => exporter.sequence), ...receivers.map(report => report.forgotten)])
  const mirrored = total(receivers.map(report => report.batches.mirrored))
  const produced = total(counts.map(part => part.rows)) + mirrored
  const merged = total(receivers.map(report => report.batches.merged))
  const queueFull = total(receivers.map(report => report.batches.queueFull))
  const spooled = writer?.spooled ?? 0
  const dropped: Record<string, number> = { queue_full: queueFull, ...writer?.dropped }
  return {
    at,
    started_at: startedAt,
    method,
    listeners: listeners.map((listener, index) => ({
      ...listener,
      datagrams: total(receivers.map(report => report.listeners[index]?.datagrams ?? 0)),
      bytes: total(receivers.map(report => report.listeners[index]?.bytes ?? 0)),
      connections: receivers.map(report => report.connections?.[index] ?? null).find(connections => connections !== null) ?? null,
    })),
    datagrams: {
      received: total(counts.map(part => part.datagrams)),
      decoded: total(counts.map(part => part.datagramsDecoded)),
      rejected: sumOf(counts.map(part => part.datagramsRejected)),
    },
    sets: {
      received: total(counts.map(part => part.sets)),
      decoded: total(counts.map(part => part.setsDecoded)),
      pending: total(counts.map(part => part.setsPending)),
      rejected: sumOf(counts.map(part => part.setsRejected)),
    },
    rows: {
      produced,
      mirrored,
      merged,
      duplicates: writer?.duplicates ?? { other_exporter: 0, same_exporter: 0 },
      spooled,
      in_flight: produced - merged - spooled - total(Object.values(dropped)),
      dropped,
    },
    sequence: {
      missing: sequence['missing'] ?? 0,
      duplicate: sequence['duplicate'] ?? 0,
      reordered: sequence['reordered'] ?? 0,
      reset: sequence['reset'] ?? 0,
    },
    samples: { dropped: total(exporters.map(exporter => exporter.samples_dropped)), missing: total(exporters.map(exporter => exporter.samples_missing)) },
    noted: sumOf(counts.map(part => part.noted)),
    counters: addDropped(counters, total(receivers.map(report => report.batches.countersDropped))),
    exporters: [...Map.groupBy(exporters, exporter => exporter.address).values()].map(mergeStatus),
    places,
    spool: { durable_seq: writer?.durable_seq ?? 0, bytes: writer?.bytes ?? 0, degraded: writer?.degraded ?? null },
  }
}
