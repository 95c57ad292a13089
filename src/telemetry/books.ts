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
  readonly transport: 'udp' | 'tcp' | 'tls'
  /** Datagrams, and IPFIX messages of TCP and TLS. */
  readonly datagrams: number
  readonly bytes: number
  /** Of TCP and TLS, else null: received = open + Σ closed. */
  readonly connections: { readonly received: number; readonly open: number; readonly closed: Reasons } | null
  /** Last column of /proc/net/udp; null where the system has none, and on TCP and TLS, where nothing is dropped. */
  readonly kernel_dropped: number | null
  readonly buffer_asked: number
  readonly buffer_granted: number
  /** Why it is not open; null when it is. */
  readonly error: string | null
}

export interface LedgerExporter {
  readonly address: string
  readonly protocols: readonly string[]
  /** udp, tcp, tls, file. */
  readonly transports: readonly string[]
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

/** An exporter in the ledger, with the codes of what there is to say about it (`adviseExporter`), the worst first. */
export interface AdvisedExporter extends LedgerExporter {
  readonly advice: readonly string[]
}

/** One thing to know about an exporter, and what to do about it. */
export interface Advice {
  readonly severity: 'error' | 'warning' | 'info'
  /** A code of the table of advice, which never changes its meaning. */
  readonly code: string
  /** What is seen, with its figures: one or two sentences. */
  readonly message: string
  /** What to configure, on the device or in FlowLens. */
  readonly remedy: string
}

/** A field of a template, as the exporter declared it and as FlowLens understands it. */
export interface TemplateField {
  /** `8`, `9/1232`, or `scope 2` for a scope type of NetFlow v9. */
  readonly element: string
  /** Name in the element registry; null where the element is not known. */
  readonly name: string | null
  /** Bytes; null where the length varies. */
  readonly length: number | null
  readonly scope: boolean
  /** Column it fills; null where it fills none. */
  readonly column: string | null
  /** Whether its value is skipped: no column takes it, and no rule of the decoder reads it. */
  readonly skipped: boolean
}

export interface TemplateDetail {
  readonly id: number
  readonly kind: 'data' | 'options'
  readonly fields: readonly TemplateField[]
  readonly first_seen: number
  readonly last_seen: number
  /** Longest time between two sendings, milliseconds; 0 while it was sent once. */
  readonly refresh_ms: number
  /** Records decoded by it. */
  readonly records: number
  /** How often another definition took its place or was refused, and the last time. */
  readonly redefined: number
  readonly redefined_at: number | null
  /** Whether it was kept from before a restart and not sent again since. */
  readonly restored: boolean
}

export interface SamplerDetail {
  /** Id in records (elements 48 and 302); null for the rate of a whole domain. */
  readonly id: number | null
  readonly name: string | null
  /** One packet in so many; null where each record says it. */
  readonly rate: number | null
  /** record, options, options_of_other_domain, header or config. */
  readonly source: string
}

/** A data source of an sFlow agent, which samples, counts and loses by itself (sFlow v5 §4.2.1). */
export interface SourceDetail {
  /** Interface index, or type × 2^24 + index of other sources. */
  readonly id: number
  readonly rate: number
  /** Samples since it told this rate. */
  readonly samples: number
  /** Packets for each sample, by the agent's pool; null while it is not known. Far from `rate`, samples are being lost. */
  readonly effective_rate: number | null
  /** Samples the agent lost, and those that never arrived. */
  readonly dropped: number
  readonly missing: number
  readonly last_seen: number
}

/** One protocol, transport and observation domain of an exporter. */
export interface DomainDetail {
  readonly protocol: string
  readonly transport: string
  readonly id: number
  readonly templates: readonly TemplateDetail[]
  readonly samplers: readonly SamplerDetail[]
  /** What the sequence numbers count: flows (v5), datagrams (v9, sFlow), records (IPFIX). */
  readonly sequence_unit: 'flows' | 'datagrams' | 'records'
  readonly sequence: { readonly missing: number; readonly duplicate: number; readonly reordered: number; readonly reset: number }
  /** How often its uptime fell. */
  readonly restarts: number
  readonly last_seen: number
  /** Sets that wait for a template now, and their bytes. */
  readonly waiting: { readonly sets: number; readonly bytes: number }
  /** What options data told of the exporting process: name of the figure and its value. */
  readonly statistics: Readonly<Record<string, number>>
  /** Of sFlow; empty elsewhere. */
  readonly sources: readonly SourceDetail[]
}

/** An element no column takes, with a value as it came. */
export interface UnknownElement {
  readonly element: string
  readonly name: string | null
  /** `unknown` to the registry; `unused`, known and no column takes it; `structural`, about the export and not the flow; `structure` of sFlow. */
  readonly kind: 'unknown' | 'unused' | 'structural' | 'structure'
  readonly length: number
  /** Bytes of one value, hexadecimal, 32 bytes at most; null while none came. */
  readonly sample: string | null
  /** Records that carried it. */
  readonly records: number
  readonly templates: readonly number[]
}

/** Another definition that came for the id of a live template. */
export interface TemplateChange {
  readonly protocol: string
  readonly domain: number
  readonly template: number
  readonly before: readonly TemplateField[]
  readonly after: readonly TemplateField[]
  /** The last time. */
  readonly at: number
  readonly count: number
  /** Whether it was refused, because the exporter's templates are pinned. */
  readonly refused: boolean
  /** Whether the id had the new definition before: two senders use it in turns. */
  readonly flip_flop: boolean
}

/** Everything known of one exporter: `GET /api/v1/exporters/{id}`. */
export interface ExporterDetail extends LedgerExporter {
  /** Where its datagrams come from when its address stands in the data (sFlow agents, relays); null otherwise. */
  readonly source: string | null
  readonly first_seen: number
  readonly domain_details: readonly DomainDetail[]
  readonly interfaces: readonly { readonly index: number; readonly name: string; readonly description: string }[]
  readonly unknown_elements: readonly UnknownElement[]
  /** Changes of definitions, the newest first. */
  readonly template_changes: readonly TemplateChange[]
  /** What became of lists in records (RFC 6313): those whose template is not known are skipped. */
  readonly lists: {
    readonly read: number
    readonly unknown_template: number
    readonly unknown_element: number
    readonly malformed: number
    readonly too_deep: number
    readonly not_compiled: number
  }
  /** Names other tables of options told: how many of each. */
  readonly names: { readonly vrfs: number; readonly applications: number; readonly samplers: number; readonly elements: number }
  /** Profiles and fields of the configuration that hold for it. */
  readonly settings: {
    readonly profiles: readonly string[]
    readonly fields: number
    readonly pinned: boolean
    readonly relay: boolean
    /** How long a template on UDP holds without being sent again, ms; at least three times its refresh. */
    readonly template_lifetime_ms: number
  }
  /** What was left out of the lists above because there is too much of it, a sentence each. */
  readonly notes: readonly string[]
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

/** A source of what rows get of addresses. Times are milliseconds since 1970, 0 where there is none. */
export interface PlacesSourceStatus {
  readonly use: 'as' | 'country' | 'city' | 'networks' | 'dictionary'
  /** bundled, off, a path, or a URL without its secrets. */
  readonly from: string
  /** What it says of itself, such as GeoLite2-City; empty while it was never read. */
  readonly kind: string
  /** When its makers built it. */
  readonly built_at: number
  /** When the content in use was read or fetched. */
  readonly read_at: number
  /** AS numbers with a name, places, networks or keys. */
  readonly entries: number
  /** Why the newest content is not used; null where it is. */
  readonly error: string | null
}

/** What became of the requests for a source that is fetched. */
export interface PlacesUpdates {
  /** The URL without its secrets. */
  readonly from: string
  readonly fetched: number
  readonly unchanged: number
  readonly failed: number
  /** The last time the server gave an answer that could be used. */
  readonly checked_at: number
  readonly next_at: number
}

/** What rows get AS, country, network and city from. */
export interface PlacesStatus {
  /** When the table in use was made, milliseconds since 1970; 0 while there is none. */
  readonly at: number
  /** bundled, off, or the kind and date of an own database. */
  readonly as: string
  readonly countries: string
  readonly as_numbers: number
  readonly networks: number
  /** What it took to put the table together. */
  readonly made_ms: number
  readonly sources: readonly PlacesSourceStatus[]
  readonly updates: readonly PlacesUpdates[]
  /** Why sources that changed are not used; null where they are. */
  readonly error: string | null
}

/**
 * What came and what became of it (RELIABILITY §2.2): `datagrams.received = decoded + Σ rejected`,
 * `sets.received = decoded + pending + Σ rejected`, `rows.produced = merged + spooled + in_flight + Σ dropped`, in every snapshot.
 */
export interface Ledger {
  /** When it was taken, milliseconds since 1970. */
  readonly at: number
  readonly started_at: number
  readonly method: 'recvmmsg' | 'dgram'
  readonly listeners: readonly LedgerListener[]
  readonly datagrams: { readonly received: number; readonly decoded: number; readonly rejected: Reasons }
  readonly sets: { readonly received: number; readonly decoded: number; readonly pending: number; readonly rejected: Reasons }
  /** `mirrored` of those produced are the other direction of records that tell of both; `merged` went into others of equal keys; `duplicates` tell of a flow once more, and are stored; `in_flight` rows are on their way to the disk. */
  readonly rows: {
    readonly produced: number
    readonly mirrored: number
    readonly merged: number
    readonly duplicates: { readonly other_exporter: number; readonly same_exporter: number }
    readonly spooled: number
    readonly in_flight: number
    readonly dropped: Reasons
  }
  readonly sequence: { readonly missing: number; readonly duplicate: number; readonly reordered: number; readonly reset: number }
  /** Samples that the sFlow agents of the list lost themselves, and those that never arrived. */
  readonly samples: { readonly dropped: number; readonly missing: number }
  /** What was noted of input that was taken all the same. */
  readonly noted: Reasons
  /** Samples of interface counters: received = handed to main and stored + waiting + dropped. */
  readonly counters: { readonly received: number; readonly stored: number; readonly waiting: number; readonly dropped: number }
  readonly exporters: readonly AdvisedExporter[]
  /** What is known of addresses. */
  readonly places: PlacesStatus
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
