/** The books: what came, and what became of it. Parts come from each thread; sums are made here. */
import type { DecodeCounts, Exporter } from '../decode/index.ts'
import { printAddress } from '../schema/index.ts'
import type { Ledger, LedgerExporter, LedgerListener } from '../telemetry/index.ts'
import type { ListenerCounts } from './receive-loop.ts'
import type { BatchCounts } from './batches.ts'

/** An exporter's part of the books, and its sequence counts for their sum. */
export interface ExporterStatus extends LedgerExporter {
  readonly sequence: { readonly missing: number; readonly duplicate: number; readonly reordered: number; readonly reset: number }
}

/** What a receiving thread tells once a second. */
export interface ReceiverReport {
  readonly kind: 'receiver'
  readonly worker: number
  readonly counts: DecodeCounts
  readonly batches: BatchCounts
  readonly listeners: readonly ListenerCounts[]
  readonly exporters: readonly ExporterStatus[]
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
}

/** The state of an exporter as plain data. */
export function exporterStatus(exporter: Exporter): ExporterStatus {
  let templates = 0
  let sampling: ExporterStatus['sampling'] = null
  const protocols = new Set<string>()
  for (const domain of exporter.domains.values()) {
    templates += domain.templates.size
    protocols.add(domain.protocol)
    if (domain.sampling !== null) sampling = { rate: domain.sampling.rate, source: domain.sampling.source }
  }
  return {
    address: printAddress(exporter.address),
    protocols: [...protocols],
    domains: exporter.domains.size,
    templates,
    last_seen: exporter.lastSeenMs,
    datagrams: exporter.datagrams,
    rows: exporter.rows,
    sampling,
    sequence: { ...exporter.sequence },
    sequence_missing: exporter.sequence.missing,
    skew_ms: Math.round(exporter.skewMs),
    rejected: Object.fromEntries(exporter.rejected),
  }
}

/** Adds the numbers of records with the same keys. */
function sumOf<T extends object>(parts: readonly T[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const part of parts) for (const [key, value] of Object.entries(part)) sums[key] = (sums[key] ?? 0) + (typeof value === 'number' ? value : 0)
  return sums
}

const total = (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, 0)

/** Makes the books of the threads' reports. `rows.in_flight` is what neither reached the disk nor was dropped yet. */
export function makeLedger(
  at: number,
  startedAt: number,
  method: Ledger['method'],
  listeners: readonly Omit<LedgerListener, 'datagrams' | 'bytes'>[],
  receivers: readonly ReceiverReport[],
  writer: WriterReport | null,
): Ledger {
  const counts = receivers.map(report => report.counts)
  const exporters = receivers.flatMap(report => report.exporters)
  const sequence = sumOf([...exporters.map(exporter => exporter.sequence), ...receivers.map(report => report.forgotten)])
  const produced = total(counts.map(part => part.rows))
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
    rows: { produced, spooled, in_flight: produced - spooled - total(Object.values(dropped)), dropped },
    sequence: {
      missing: sequence['missing'] ?? 0,
      duplicate: sequence['duplicate'] ?? 0,
      reordered: sequence['reordered'] ?? 0,
      reset: sequence['reset'] ?? 0,
    },
    exporters,
    spool: { durable_seq: writer?.durable_seq ?? 0, bytes: writer?.bytes ?? 0, degraded: writer?.degraded ?? null },
  }
}
