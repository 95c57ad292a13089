/** Turns the books of other rooms into metrics. What is null or unknown gives no sample. */
import { ADVICE } from './advice-table.ts'
import type { DeliveryStatus, Ledger, StoreSizes } from './books.ts'
import type { MetricName } from './metric-table.ts'
import type { Sample } from './metrics.ts'

function* byReason(name: MetricName, reasons: Readonly<Record<string, number>>, labels: Readonly<Record<string, string>> = {}): Iterable<Sample> {
  for (const [reason, value] of Object.entries(reasons)) yield { name, labels: { ...labels, reason }, value }
}

function* ledgerSamples(ledger: Ledger, now: number): Iterable<Sample> {
  yield { name: 'flowlens_ledger_age_seconds', value: Math.max(0, now - ledger.at) / 1000 }
  for (const listener of ledger.listeners) {
    const labels = { listener: listener.name }
    yield { name: 'flowlens_listener_datagrams_total', labels, value: listener.datagrams }
    yield { name: 'flowlens_listener_bytes_total', labels, value: listener.bytes }
    yield { name: 'flowlens_listener_buffer_bytes', labels, value: listener.buffer_granted }
    if (listener.connections !== null) {
      yield { name: 'flowlens_listener_connections', labels, value: listener.connections.open }
      yield { name: 'flowlens_listener_connections_received_total', labels, value: listener.connections.received }
      yield* byReason('flowlens_listener_connections_closed_total', listener.connections.closed, labels)
    }
    if (listener.kernel_dropped !== null) yield { name: 'flowlens_kernel_dropped_datagrams_total', labels, value: listener.kernel_dropped }
  }
  yield { name: 'flowlens_datagrams_received_total', value: ledger.datagrams.received }
  yield { name: 'flowlens_datagrams_decoded_total', value: ledger.datagrams.decoded }
  yield* byReason('flowlens_datagrams_rejected_total', ledger.datagrams.rejected)
  yield { name: 'flowlens_sets_received_total', value: ledger.sets.received }
  yield { name: 'flowlens_sets_decoded_total', value: ledger.sets.decoded }
  yield { name: 'flowlens_sets_pending', value: ledger.sets.pending }
  yield* byReason('flowlens_sets_rejected_total', ledger.sets.rejected)
  yield { name: 'flowlens_rows_total', value: ledger.rows.produced }
  yield { name: 'flowlens_rows_mirrored_total', value: ledger.rows.mirrored }
  yield { name: 'flowlens_rows_merged_total', value: ledger.rows.merged }
  for (const [by, value] of Object.entries(ledger.rows.duplicates)) yield { name: 'flowlens_rows_duplicate_total', labels: { by }, value }
  yield { name: 'flowlens_rows_in_flight', value: ledger.rows.in_flight }
  yield { name: 'flowlens_rows_spooled_total', value: ledger.rows.spooled }
  yield* byReason('flowlens_rows_dropped_total', ledger.rows.dropped)
  yield { name: 'flowlens_sequence_missing_total', value: ledger.sequence.missing }
  yield { name: 'flowlens_sequence_duplicate_total', value: ledger.sequence.duplicate }
  yield { name: 'flowlens_sequence_reordered_total', value: ledger.sequence.reordered }
  yield { name: 'flowlens_sequence_reset_total', value: ledger.sequence.reset }
  yield { name: 'flowlens_sflow_samples_dropped', value: ledger.samples.dropped }
  yield { name: 'flowlens_sflow_samples_missing', value: ledger.samples.missing }
  for (const [note, value] of Object.entries(ledger.noted)) yield { name: 'flowlens_noted_total', labels: { note }, value }
  yield { name: 'flowlens_interface_counters_received_total', value: ledger.counters.received }
  yield { name: 'flowlens_interface_counters_stored_total', value: ledger.counters.stored }
  yield { name: 'flowlens_interface_counters_waiting', value: ledger.counters.waiting }
  yield { name: 'flowlens_interface_counters_dropped_total', value: ledger.counters.dropped }
  yield* adviceSamples(ledger)
  yield { name: 'flowlens_exporters', value: ledger.exporters.length }
  yield { name: 'flowlens_templates', value: ledger.exporters.reduce((sum, exporter) => sum + exporter.templates, 0) }
  if (ledger.spool.bytes !== undefined) yield { name: 'flowlens_spool_bytes', value: ledger.spool.bytes }
  if (ledger.spool.segments !== undefined) yield { name: 'flowlens_spool_segments', value: ledger.spool.segments }
}

/** How many exporters are given each advice; 0 is told too, so that an alert on a code can end. */
function* adviceSamples({ exporters }: Ledger): Iterable<Sample> {
  const counts = new Map<string, number>()
  for (const { advice } of exporters) for (const code of advice) counts.set(code, (counts.get(code) ?? 0) + 1)
  for (const { code, severity } of ADVICE) yield { name: 'flowlens_exporters_advised', labels: { code, severity }, value: counts.get(code) ?? 0 }
}

/** Sources of what is known of addresses. Several of one use, such as dictionaries, are told together. */
function* placesSamples({ sources, updates }: Ledger['places']): Iterable<Sample> {
  for (const use of new Set(sources.map(source => source.use))) {
    const of = sources.filter(source => source.use === use && source.from !== 'off')
    const built = Math.max(0, ...of.map(source => source.built_at))
    yield { name: 'flowlens_places_entries', labels: { use }, value: of.reduce((sum, source) => sum + source.entries, 0) }
    yield { name: 'flowlens_places_errors', labels: { use }, value: of.filter(source => source.error !== null).length }
    if (built > 0) yield { name: 'flowlens_places_built_timestamp_seconds', labels: { use }, value: built / 1000 }
  }
  for (const outcome of ['fetched', 'unchanged', 'failed'] as const)
    yield { name: 'flowlens_places_updates_total', labels: { outcome }, value: updates.reduce((sum, update) => sum + update[outcome], 0) }
}

/** The metrics of ingest, delivery and store, from the figures they last gave. */
export function* bookSamples(
  books: { readonly ledger: Ledger | null; readonly delivery: DeliveryStatus | null; readonly sizes: StoreSizes | null },
  now: number,
): Iterable<Sample> {
  if (books.ledger !== null) {
    yield* ledgerSamples(books.ledger, now)
    yield* placesSamples(books.ledger.places)
  }
  for (const sink of books.delivery?.sinks ?? []) {
    const labels = { sink: sink.name }
    yield { name: 'flowlens_sink_rows_delivered_total', labels, value: sink.rows_delivered }
    yield { name: 'flowlens_sink_rows_waiting', labels, value: sink.rows_waiting }
    yield* byReason('flowlens_sink_rows_expired_total', sink.rows_expired, labels)
    yield { name: 'flowlens_sink_oldest_waiting_seconds', labels, value: (sink.oldest_waiting_ms ?? 0) / 1000 }
    yield { name: 'flowlens_sink_breaker_open', labels, value: sink.breaker === 'closed' ? 0 : 1 }
  }
  for (const table of books.sizes?.tables ?? []) {
    yield { name: 'flowlens_store_rows', labels: { table: table.name }, value: table.rows }
    yield { name: 'flowlens_store_bytes', labels: { table: table.name }, value: table.bytes }
  }
  const free = books.sizes?.disk_free_bytes ?? null
  if (free !== null) yield { name: 'flowlens_disk_free_bytes', value: free }
}

/** The metrics of this process. `version` is that of FlowLens. */
export function* processSamples(version: string): Iterable<Sample> {
  const memory = process.memoryUsage()
  const cpu = process.cpuUsage()
  yield { name: 'flowlens_build_info', labels: { version, node: process.versions.node }, value: 1 }
  yield { name: 'flowlens_process_resident_bytes', value: memory.rss }
  yield { name: 'flowlens_process_heap_bytes', value: memory.heapUsed }
  yield { name: 'flowlens_process_cpu_seconds_total', value: (cpu.user + cpu.system) / 1e6 }
  yield { name: 'flowlens_process_start_time_seconds', value: Math.round(performance.timeOrigin) / 1000 }
}
