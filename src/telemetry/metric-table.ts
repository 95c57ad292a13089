/**
 * Every metric of /metrics, declared once. Names follow Prometheus: base units, `_total` on counters alone; labels are bounded
 * by the configuration or by a closed list, never by what exporters send.
 */

export interface MetricEntry {
  readonly name: `flowlens_${string}`
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  readonly help: string
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[]
}

const declare = <const T extends readonly MetricEntry[]>(entries: T): T => entries

const SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]

export const METRICS = declare([
  { name: 'flowlens_build_info', type: 'gauge', labels: ['version', 'node'], help: 'Always 1; the labels tell what runs.' },
  { name: 'flowlens_healthy', type: 'gauge', labels: [], help: '1 when /healthz says ok, 0 when it is degraded or not ready.' },

  // receive, RELIABILITY §2.2
  { name: 'flowlens_listener_datagrams_total', type: 'counter', labels: ['listener'], help: 'Datagrams a listener received.' },
  { name: 'flowlens_listener_bytes_total', type: 'counter', labels: ['listener'], help: 'Bytes of datagrams a listener received.' },
  { name: 'flowlens_listener_buffer_bytes', type: 'gauge', labels: ['listener'], help: 'Receive buffer the kernel granted.' },
  {
    name: 'flowlens_kernel_dropped_datagrams_total',
    type: 'counter',
    labels: ['listener'],
    help: 'Datagrams the kernel dropped because the receive buffer was full.',
  },
  { name: 'flowlens_listener_connections', type: 'gauge', labels: ['listener'], help: 'Open connections of a listener of TCP or TLS.' },
  {
    name: 'flowlens_listener_connections_received_total',
    type: 'counter',
    labels: ['listener'],
    help: 'Connections a listener of TCP or TLS received; equals open plus closed.',
  },
  {
    name: 'flowlens_listener_connections_closed_total',
    type: 'counter',
    labels: ['listener', 'reason'],
    help: 'Connections of a listener of TCP or TLS that ended or were refused, by reason.',
  },
  { name: 'flowlens_datagrams_received_total', type: 'counter', labels: [], help: 'Datagrams received; equals decoded plus rejected.' },
  { name: 'flowlens_datagrams_decoded_total', type: 'counter', labels: [], help: 'Datagrams decoded.' },
  { name: 'flowlens_datagrams_rejected_total', type: 'counter', labels: ['reason'], help: 'Datagrams rejected, by reason.' },
  { name: 'flowlens_sets_received_total', type: 'counter', labels: [], help: 'Sets received; equals decoded plus pending plus rejected.' },
  { name: 'flowlens_sets_decoded_total', type: 'counter', labels: [], help: 'Sets decoded.' },
  { name: 'flowlens_sets_pending', type: 'gauge', labels: [], help: 'Sets that wait for their template.' },
  { name: 'flowlens_sets_rejected_total', type: 'counter', labels: ['reason'], help: 'Sets rejected, by reason.' },
  { name: 'flowlens_rows_total', type: 'counter', labels: [], help: 'Flow rows made; equals merged plus spooled plus in flight plus dropped.' },
  { name: 'flowlens_rows_mirrored_total', type: 'counter', labels: [], help: 'Of the flow rows made: the other direction of records that tell of both.' },
  { name: 'flowlens_rows_merged_total', type: 'counter', labels: [], help: 'Flow rows that went into others of equal keys (aggregate.seconds).' },
  { name: 'flowlens_rows_duplicate_total', type: 'counter', labels: ['by'], help: 'Flow rows marked because the same or another exporter had told the flow.' },
  { name: 'flowlens_rows_in_flight', type: 'gauge', labels: [], help: 'Flow rows on their way to the disk.' },
  { name: 'flowlens_rows_spooled_total', type: 'counter', labels: [], help: 'Flow rows handed to the spool.' },
  { name: 'flowlens_rows_dropped_total', type: 'counter', labels: ['reason'], help: 'Flow rows dropped before the spool, by reason.' },
  { name: 'flowlens_sequence_missing_total', type: 'counter', labels: [], help: 'Export units missing by sequence number, in the unit of the protocol.' },
  { name: 'flowlens_sequence_duplicate_total', type: 'counter', labels: [], help: 'Datagrams seen twice by sequence number.' },
  { name: 'flowlens_sequence_reordered_total', type: 'counter', labels: [], help: 'Datagrams out of order by sequence number.' },
  { name: 'flowlens_sequence_reset_total', type: 'counter', labels: [], help: 'Restarts of an exporter’s sequence.' },
  { name: 'flowlens_sflow_samples_dropped', type: 'gauge', labels: [], help: 'Samples that the sFlow agents now known lost themselves, by their own count.' },
  { name: 'flowlens_sflow_samples_missing', type: 'gauge', labels: [], help: 'Samples of the sFlow agents now known that never arrived.' },
  { name: 'flowlens_noted_total', type: 'counter', labels: ['note'], help: 'What was noted of input that was taken all the same.' },
  {
    name: 'flowlens_interface_counters_received_total',
    type: 'counter',
    labels: [],
    help: 'Samples of interface counters received; equals stored plus waiting plus dropped.',
  },
  { name: 'flowlens_interface_counters_stored_total', type: 'counter', labels: [], help: 'Samples of interface counters stored.' },
  { name: 'flowlens_interface_counters_waiting', type: 'gauge', labels: [], help: 'Samples of interface counters that wait to be stored.' },
  {
    name: 'flowlens_interface_counters_dropped_total',
    type: 'counter',
    labels: [],
    help: 'Samples of interface counters given up, because nobody stored them in time.',
  },
  {
    name: 'flowlens_exporters_advised',
    type: 'gauge',
    labels: ['code', 'severity'],
    help: 'Exporters to which this advice is given; every code of the table is there.',
  },
  { name: 'flowlens_exporters', type: 'gauge', labels: [], help: 'Exporters known.' },
  { name: 'flowlens_places_entries', type: 'gauge', labels: ['use'], help: 'AS numbers with a name, places, networks or keys known of addresses.' },
  {
    name: 'flowlens_places_built_timestamp_seconds',
    type: 'gauge',
    labels: ['use'],
    help: 'When the database in use was built, by its own word; not there for bundled data.',
  },
  { name: 'flowlens_places_errors', type: 'gauge', labels: ['use'], help: 'Sources of what is known of addresses whose newest content is not used.' },
  {
    name: 'flowlens_places_updates_total',
    type: 'counter',
    labels: ['outcome'],
    help: 'Requests for sources by URL: fetched, unchanged or failed.',
  },
  { name: 'flowlens_templates', type: 'gauge', labels: [], help: 'Templates known over all exporters.' },
  { name: 'flowlens_ledger_age_seconds', type: 'gauge', labels: [], help: 'Age of the ingest figures shown here.' },

  // spool, delivery, store
  { name: 'flowlens_spool_bytes', type: 'gauge', labels: [], help: 'Disk used by the spool.' },
  { name: 'flowlens_spool_segments', type: 'gauge', labels: [], help: 'Files of the spool.' },
  { name: 'flowlens_sink_rows_delivered_total', type: 'counter', labels: ['sink'], help: 'Rows a sink has taken.' },
  { name: 'flowlens_sink_rows_waiting', type: 'gauge', labels: ['sink'], help: 'Rows that wait in the spool for a sink.' },
  { name: 'flowlens_sink_rows_expired_total', type: 'counter', labels: ['sink', 'reason'], help: 'Rows a sink never got, by reason.' },
  { name: 'flowlens_sink_oldest_waiting_seconds', type: 'gauge', labels: ['sink'], help: 'Age of the oldest row that waits for a sink.' },
  { name: 'flowlens_sink_breaker_open', type: 'gauge', labels: ['sink'], help: '1 while a sink is not called because it failed in a row.' },
  { name: 'flowlens_store_rows', type: 'gauge', labels: ['table'], help: 'Rows in a table of the flow store.' },
  { name: 'flowlens_store_bytes', type: 'gauge', labels: ['table'], help: 'Disk used by a table of the flow store.' },
  { name: 'flowlens_disk_free_bytes', type: 'gauge', labels: [], help: 'Free space on the disk of the data directory.' },

  // query, API, access
  { name: 'flowlens_query_duration_seconds', type: 'histogram', labels: ['answered_from'], buckets: SECONDS, help: 'Time a query took, by what answered it.' },
  { name: 'flowlens_query_failures_total', type: 'counter', labels: ['code'], help: 'Queries that failed, by error code.' },
  { name: 'flowlens_http_requests_total', type: 'counter', labels: ['method', 'route', 'status'], help: 'Requests answered.' },
  {
    name: 'flowlens_http_request_duration_seconds',
    type: 'histogram',
    labels: ['route'],
    buckets: SECONDS,
    help: 'Time to answer a request; streams are left out.',
  },
  { name: 'flowlens_live_clients', type: 'gauge', labels: [], help: 'Open live streams.' },
  { name: 'flowlens_live_events_dropped_total', type: 'counter', labels: [], help: 'Live events not sent to a client that was too slow.' },
  { name: 'flowlens_logins_total', type: 'counter', labels: ['outcome'], help: 'Sign-ins: ok, refused or throttled.' },

  // process
  { name: 'flowlens_process_resident_bytes', type: 'gauge', labels: [], help: 'Resident memory of the main process.' },
  { name: 'flowlens_process_heap_bytes', type: 'gauge', labels: [], help: 'JavaScript heap in use by the main process.' },
  { name: 'flowlens_process_cpu_seconds_total', type: 'counter', labels: [], help: 'Processor time of the main process, user and system.' },
  { name: 'flowlens_process_start_time_seconds', type: 'gauge', labels: [], help: 'Start of the main process, seconds since 1970.' },
])

export type MetricName = (typeof METRICS)[number]['name']
