/**
 * The figures others hand over to be shown: the ledger of ingest, the status of delivery, the sizes of spool and store. Counters
 * count since the start of the process that owns them. These are the shapes on the wire between the processes and in
 * `GET /api/v1/pipeline`, hence snake_case.
 */

type Reasons = Readonly<Record<string, number>>

export interface LedgerListener {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly datagrams: number
  readonly bytes: number
  /** Last column of /proc/net/udp; null where the system has none. */
  readonly kernel_dropped: number | null
  readonly buffer_asked: number
  readonly buffer_granted: number
  /** Why it is not open; null when it is. */
  readonly error: string | null
}

export interface LedgerExporter {
  readonly address: string
  readonly protocols: readonly string[]
  readonly domains: number
  readonly templates: number
  /** Milliseconds since 1970. */
  readonly last_seen: number
  readonly datagrams: number
  readonly rows: number
  /** The rate told last and what told it; null where nothing did. */
  readonly sampling: { readonly rate: number; readonly source: string } | null
  readonly sequence_missing: number
  /** Our clock minus the exporter's, smoothed, milliseconds. */
  readonly skew_ms: number
  readonly rejected: Reasons
}

/** Where the rows of ingest stand on the disk. */
export interface SpoolStatus {
  /** Rows below this sequence number survive a power cut. */
  readonly durable_seq: number
  readonly bytes?: number
  readonly segments?: number
  /** What is wrong with the disk: `memory`, `full`, `unready`; null when nothing is. */
  readonly degraded?: string | null
}

/**
 * What came and what became of it (RELIABILITY §2.2): `datagrams.received = decoded + Σ rejected`,
 * `sets.received = decoded + pending + Σ rejected`, `rows.produced = spooled + in_flight + Σ dropped`, in every snapshot.
 */
export interface Ledger {
  /** When it was taken, milliseconds since 1970. */
  readonly at: number
  readonly started_at: number
  readonly method: 'recvmmsg' | 'dgram'
  readonly listeners: readonly LedgerListener[]
  readonly datagrams: { readonly received: number; readonly decoded: number; readonly rejected: Reasons }
  readonly sets: { readonly received: number; readonly decoded: number; readonly pending: number; readonly rejected: Reasons }
  /** `in_flight` rows are on their way to the disk. */
  readonly rows: { readonly produced: number; readonly spooled: number; readonly in_flight: number; readonly dropped: Reasons }
  readonly sequence: { readonly missing: number; readonly duplicate: number; readonly reordered: number; readonly reset: number }
  readonly exporters: readonly LedgerExporter[]
  readonly spool: SpoolStatus
}

export interface SinkStatus {
  readonly name: string
  readonly kind: string
  readonly rows_delivered: number
  readonly rows_waiting: number
  readonly rows_expired: Reasons
  readonly breaker: 'closed' | 'open' | 'half_open'
  /** Age of the oldest row that waits, milliseconds; null when none waits. */
  readonly oldest_waiting_ms: number | null
  readonly last_error: string | null
}

export interface DeliveryStatus {
  readonly sinks: readonly SinkStatus[]
}

export interface StoreSizes {
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[]
  /** Start of the oldest raw flow, milliseconds since 1970; null when there is none. */
  readonly oldest_at: number | null
  readonly disk_free_bytes: number | null
}
