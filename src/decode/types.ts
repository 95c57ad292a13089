/** What the decoders share: templates, the state of an exporter, the counters, and the door rows leave by. */
import type { FlowBatch } from '../schema/index.ts'
import type { ElementKey } from './registry/elements.ts'
import type { BootClock } from './clock.ts'
import type { CountingHabit } from './counting.ts'
import type { Mapping } from './registry/mapping.ts'
import type { RuleMemory } from './rules/memory.ts'

/** The text in `export_protocol`. */
export type ExportProtocol = 'netflow1' | 'netflow5' | 'netflow7' | 'netflow9' | 'ipfix' | 'sflow'

/** How datagrams or messages arrive: on UDP templates expire and cannot be withdrawn, elsewhere they live as long as the session. */
export type Transport = 'udp' | 'tcp' | 'tls' | 'file'

/** Why a datagram was refused (RELIABILITY §2.2). */
export const DATAGRAM_REASONS = [
  'not_allowed',
  'rate_limited',
  'exporter_limit',
  'truncated',
  'bad_version',
  'not_supported',
  'bad_length',
  'malformed',
  'work_limit',
] as const
export type DatagramReason = (typeof DATAGRAM_REASONS)[number]

/** Why a set was refused. */
export const SET_REASONS = [
  'no_template',
  'pending_expired',
  'pending_full',
  'unknown_set',
  'malformed',
  'template_limit',
  'template_rate',
  'template_pinned',
  'withdrawal_udp',
  'work_limit',
] as const
export type SetReason = (typeof SET_REASONS)[number]

/** What a decoder notes of input it takes all the same. */
export const DECODE_NOTES = [
  'bytes_behind_records',
  'bytes_behind_message',
  'wrong_count',
  'withdrawal_unknown',
  'redefinitions',
  'templates_expired',
  'templates_evicted',
  'domains_forgotten',
  'restarts',
] as const
export type DecodeNote = (typeof DECODE_NOTES)[number]

export interface Field {
  readonly element: ElementKey
  /** Bytes, or 65,535 for variable length. */
  readonly length: number
}

export const VARIABLE = 65_535

/** Fields as the exporter declared them; scope fields first where it is an options template. */
export interface Definition {
  readonly protocol: 'netflow9' | 'ipfix'
  readonly fields: readonly Field[]
  readonly scopes: number
  /** Whether its records are options and no flows; NetFlow v9 has options without a scope too. */
  readonly options: boolean
}

/** What a compiled template needs beside the bytes: the values that are the same for all records of a set. */
export interface RecordContext {
  /** Whose records they are; lists find their templates there. */
  exporter: Exporter
  domain: Domain
  /** Reads the lists its records hold. */
  readonly lists: ListReader
  /** What a record tells of the frame it carries: its link type (element 408) and its length in bytes (312); 0 where it does not. */
  linkType: number
  frameBytes: number
  receivedMs: number
  receivedCode: number
  exporterCode: number
  protocolCode: number
  /** Time of export, ms since 1970. */
  exportMs: number
  /** sysUptime at export, ms (NetFlow), and when it stood so, ms since 1970: the time of export, to the millisecond where that is known. */
  uptimeMs: number
  uptimeAtMs: number
  /** Whether that may be off by up to a second. */
  rough: boolean
  /** One datagram in this many of the exporter was taken (`DatagramLimit`); rows stand for so many more packets. */
  thinning: number
  /** Out: records decoded by the last call. */
  records: number
  /** Out: whether the last call stopped at a record that does not fit. */
  broken: boolean
}

/** Lists in records, RFC 6313 §4.5. */
export interface ListReader {
  /**
   * Fills the columns of a row that have no value with what the list in `[at, at + bytes)` holds. `kind` is its element: 291
   * basicList, 292 subTemplateList, 293 subTemplateMultiList. What can not be read is counted in the exporter's `lists`.
   */
  fill(kind: number, view: DataView, at: number, bytes: number, batch: FlowBatch, row: number, context: RecordContext): void
}

/** What became of the lists of an exporter's records. */
export interface ListCounts {
  /** Values of basic lists and records of sub-templates that were read. */
  read: number
  /** Lists, or parts of multi-lists, whose template was not known in their domain. */
  unknownTemplate: number
  /** Basic lists of an element no column takes. */
  unknownElement: number
  malformed: number
  /** Lists deeper in others than we follow. */
  tooDeep: number
  /** Lists left out because too many others were new at that moment. */
  notCompiled: number
}

/** Decodes the records in `[at, end)` into `batch` from row `row` on; gives where it stopped. */
export type DecodeRecords = (view: DataView, at: number, end: number, batch: FlowBatch, row: number, context: RecordContext) => number

/** Records just decoded, as the rules of `after` see them; one object serves all, it is not kept. */
export interface Rows {
  batch: FlowBatch
  /** Rows `[first, first + count)` of the batch. */
  first: number
  count: number
  exporter: Exporter
  domain: Domain
  template: Template
}

/** What is done to records after their template's function wrote them: what needs the exporter's state, or earlier records. */
export type AfterRecords = (rows: Rows) => void

export interface Template {
  readonly id: number
  readonly definition: Definition
  /** Definitions with the same key are the same; a refresh is told by it. */
  readonly key: string
  /** Bytes of a record, the least where fields vary in length. Never 0. */
  readonly minLength: number
  readonly variable: boolean
  readonly family: 4 | 6
  /** The shape's function; one that compiles it until the first record came. */
  decode: DecodeRecords
  /** Rules this template's records need, in order; chosen once. */
  readonly after: readonly AfterRecords[]
  /** Whether bytes and packets are delta counts of IE 1 and 2. */
  readonly hasOctets: boolean
  readonly hasPackets: boolean
  readonly hasSampler: boolean
  readonly hasRate: boolean
  /** Bytes of memory it is reckoned at, with its function. */
  readonly sizeBytes: number
  firstSeenMs: number
  /** When its definition was sent last. */
  lastSeenMs: number
  /** When it decoded last. */
  lastUsedMs: number
  /** Longest time between two refreshes seen. */
  refreshMs: number
  /** Records decoded by it. */
  records: number
  /** How often another definition took the place of its id or was refused there, and the last time; 0 is never. */
  redefined: number
  redefinedAtMs: number
  /** Definitions its id had before, by their keys, the newest first. */
  former: readonly string[]
  /** Whether it was kept from before a restart and not sent again since. */
  restored: boolean
  /** Which of its fields are flow keys, a bit a field (element 173); null where options do not tell. */
  flowKeys: bigint | null
  /** Its fields no column takes and no rule reads, by position; a sample of their values is kept rarely. */
  readonly unknown: readonly number[]
  /** When a sample of their values is due; never where there are none. */
  sampleAtMs: number
}

/** Another definition for the id of a live template, as it is told and kept for the page. */
export interface Redefinition {
  readonly protocol: ExportProtocol
  readonly domain: number
  readonly template: number
  readonly before: Definition
  readonly after: Definition
  atMs: number
  /** How often this one came. */
  count: number
  /** Whether the definition was refused, because templates of the exporter are pinned. */
  readonly refused: boolean
  /** Whether the id had the new definition before: two senders use it in turns. */
  readonly flipFlop: boolean
}

/** A sampler as options describe it. */
export interface Sampler {
  readonly rate: number
  readonly name: string
  readonly source: 'options'
}

/** What options tell of an interface; empty where they do not. */
export interface InterfaceNames {
  readonly name: string
  readonly description: string
}

/** What options tell of an application id; empty where they do not. */
export interface ApplicationNames {
  readonly name: string
  readonly description: string
  readonly category: string
}

/** What a type record tells of a vendor's element (RFC 5610 §3). */
export interface ToldElement {
  readonly name: string
  /** Data type of the registry `informationElementDataType`; -1 where it is not told. */
  readonly dataType: number
  readonly semantics: number
  readonly units: number
}

/** Values that data records share by naming their id: the fields of an options record, and the function that fills rows from them. */
export interface CommonProperties {
  readonly bytes: DataView
  readonly fill: { readonly 4: DecodeRecords; readonly 6: DecodeRecords }
}

/** An element of an exporter no column takes. */
export interface Unknown {
  /** Bytes as declared; 65,535 where it varies. */
  length: number
  /** Bytes of one value, 32 at most. */
  sample: Uint8Array | null
  /** Records of templates that are no more; those of live ones are theirs. */
  records: number
}

export interface Sampling {
  readonly rate: number
  readonly source: 'options' | 'header' | 'options_of_other_domain'
}

/** A set that came before its template. */
export interface PendingSet {
  readonly id: number
  readonly bytes: Uint8Array
  /** Number of its datagram, as the decoder counts them. */
  readonly datagram: number
  readonly receivedMs: number
  readonly exportMs: number
  readonly uptimeMs: number
  readonly uptimeAtMs: number
  readonly rough: boolean
}

/** Loss as the sequence numbers tell it, in the protocol's unit: flows (v5), datagrams (v9), records (IPFIX). */
export interface SequenceCounts {
  missing: number
  duplicate: number
  reordered: number
  reset: number
}

/** What the configuration says of an exporter. */
export interface ExporterSettings {
  /** Which element fills which column. */
  readonly mapping: Mapping
  /** What NetFlow v9 types 23 and 24 mean beside 1 and 2: the other direction, or counts after the device. */
  readonly postCounters: 'auto' | 'post' | 'reverse'
  /** Whether it passes on the records of others, whose address stands in elements 130/131 or 403/404. */
  readonly relay: boolean
  /** Whether a template once learnt keeps its definition until it expires (RELIABILITY §3.2, M6). */
  readonly pinned: boolean
  /** Most datagrams a second; what is above is refused as rate_limited. 0 is no limit. */
  readonly datagramsPerSecond: number
  /** The sampling rate whatever it tells, and the one where it tells none; 0 is not set. */
  readonly samplingRate: number
  readonly samplingRateDefault: number
  /** Whether others may tell its flows too: look for it, nobody does, or others tell all of them. */
  readonly duplicates: 'find' | 'none' | 'all'
  /** Names of its profiles, and how many fields the configuration adds. */
  readonly profiles: readonly string[]
  readonly fields: number
  /** Where it stands, and what its interfaces are; null where the configuration does not say. */
  readonly places: Places | null
}

/** What the configuration says of the place of an exporter; texts are empty where it does not. */
export interface Places {
  readonly name: string
  readonly group: string
  readonly role: string
  readonly site: string
  readonly region: string
  readonly tenant: string
  /**
   * What an interface is, by its index and what options told of it; null where nothing is said. Costs a look-up where options told
   * nothing, and the rules elsewhere. Null itself where nothing is said of any.
   */
  readonly placeOf: ((index: number, told: InterfaceNames | undefined) => InterfacePlace | null) | null
}

/** What the configuration and its rules say of an interface; empty or 0 where they do not. */
export interface InterfacePlace {
  readonly name: string
  /** bit/s */
  readonly speed: number
  readonly boundary: string
  readonly connectivity: string
  readonly provider: string
}

/** A data source of an sFlow agent: each has a sequence, a pool and drops of its own (sFlow v5 §4.2.1). */
export interface SampleSource {
  /** As in the column `sampler`: the interface's index, or type × 2^24 + index of other sources. */
  readonly id: number
  /** Rate its last sample told. */
  rate: number
  /** Since it told this rate: samples the device took and packets it took them from. `pool / samples` is the rate in effect; nothing is known while `samples` is 0. */
  samples: number
  pool: number
  /** Samples the device lost for want of resources, and those that never arrived. */
  dropped: number
  missing: number
  /** How often its numbers began anew. */
  reset: number
  lastSequence: number
  lastPool: number
  lastDrops: number
  lastSeenMs: number
}

/** A structure of sFlow no rule reads. */
export interface UnknownStructure {
  readonly kind: 'sample' | 'flow record' | 'counter record'
  readonly enterprise: number
  readonly format: number
  /** Bytes of the last one. */
  length: number
  /** The first bytes of one, 32 at most. */
  readonly sample: Uint8Array
  count: number
}

/** What an sFlow sub-agent tells of its own work. */
export interface SflowState {
  /** By source: type × 2^32 + index. */
  readonly sources: Map<number, SampleSource>
  /** By kind, enterprise and format. */
  readonly unknown: Map<number, UnknownStructure>
  /** Counter samples, and drop notifications the device lost for its limit of them. */
  counterSamples: number
  notificationsDropped: number
  /** Tunnels whose inner packet was cut or damaged, and records that do not hold what their format says. */
  badInner: number
  badRecords: number
}

/** One protocol and observation domain of an exporter. */
export interface Domain {
  readonly protocol: ExportProtocol
  readonly id: number
  readonly templates: Map<number, Template>
  readonly samplers: Map<number, Sampler>
  sampling: Sampling | null
  readonly sequence: SequenceCounts
  /** How often its uptime fell. */
  restarts: number
  firstSeenMs: number
  lastSeenMs: number
  /** What options data told of the exporting process, by the name of the element. */
  readonly statistics: Map<string, number>
  /** What options records tell that share a commonPropertiesId, by it (RFC 5473). */
  readonly common: Map<number, CommonProperties>
  /** Packets a selector had seen and taken at its last report, by its id; -1 where it names none. */
  readonly observed: Map<number, { readonly observed: number; readonly selected: number }>
  /** When expired templates were looked for last to make room. */
  sweptAtMs: number
  /** Counts what was learnt of samplers. */
  samplerChanges: number
  /** What it counts in its sequence numbers. */
  readonly habit: CountingHabit
  nextSequence: number
  sequenceSeen: boolean
  /** Datagrams in a row that came behind the expected number, each the successor of the one before, and the number that would go on. */
  lateRun: number
  lateNext: number
  lastUptimeMs: number
  /** Export time less uptime of the last datagram, and before the last restart; two that alternate are two senders, and no restarts. */
  bootMs: number
  formerBootMs: number | null
  alternates: boolean
  /** When it booted to the millisecond; null where its headers told all of the time, or none came. */
  clock: BootClock | null
  /** What was known of its boot and its sequence before ingest restarted, until the first datagram tells whether it is the same. */
  saved: { readonly bootMs: number; readonly sequence: number } | null
  /** Sets that wait for their template, by its id, in the order they came. */
  readonly pending: Map<number, PendingSet[]>
  /** Null where the protocol is not sFlow. */
  sflow: SflowState | null
}

export interface Exporter {
  /** 128-bit IPv6 address, IPv4 mapped. */
  readonly address: bigint
  readonly transport: Transport
  readonly settings: ExporterSettings
  /** Where its datagrams come from when that is another address: the source of an sFlow agent. */
  source: bigint | null
  /** By protocol and domain id. */
  readonly domains: Map<string, Domain>
  /** The one of the last datagram, which is mostly that of the next. */
  lastDomain: Domain | null
  /** By interface index. */
  readonly interfaces: Map<number, InterfaceNames>
  /** Names of interfaces known by their VLAN only. */
  readonly vlans: Map<number, string>
  /** Names of VRFs by id. */
  readonly vrfs: Map<number, string>
  /** By application id; those beyond 32 bits are bigint. */
  readonly applications: Map<number | bigint, ApplicationNames>
  /** What type records told of elements. */
  readonly elements: Map<ElementKey, ToldElement>
  readonly unknown: Map<ElementKey, Unknown>
  /** The newest redefinitions of templates, the newest last. */
  readonly redefinitions: Redefinition[]
  /** Sum over the domains. */
  readonly sequence: SequenceCounts
  readonly rejected: Map<DatagramReason | SetReason, number>
  readonly lists: ListCounts
  /** What rules remember of earlier records; null until one needs it. */
  memory: RuleMemory | null
  /** What was found of the interfaces that options told of, with what they told; null until one was looked for. */
  places: Map<number, { readonly told: InterfaceNames; readonly place: InterfacePlace | null }> | null
  datagrams: number
  rows: number
  firstSeenMs: number
  lastSeenMs: number
  /** Wall time minus export time, smoothed; ms. */
  skewMs: number
  /** Changes of what is saved for a restart: templates, and what options told. */
  changes: number
  /** What its limit of datagrams a second lets through; null where it has none, or never came near. */
  limit: DatagramLimit | null
  /** Bytes its waiting sets are reckoned at. */
  pendingBytes: number
  /** When the oldest of them may have come, and when they were looked through last. */
  readonly waiting: { oldestMs: number; scannedMs: number }
  templateTokens: number
  templateTokensAtMs: number
  /** The exporter's code in the batch last written, by family. */
  readonly codes: { 4: CodeCache | null; 6: CodeCache | null }
}

/** How the limit of an exporter stands. */
export interface DatagramLimit {
  /** When the second in hand began, and what came in it. */
  sinceMs: number
  offered: number
  /** One datagram in this many is taken. */
  thinning: number
  tokens: number
  tokensAtMs: number
  /** State of the generator that chooses. */
  random: number
}

/** A code holds for one use of one batch. */
export interface CodeCache {
  batch: FlowBatch | null
  use: number
  exporter: number
  readonly protocols: Map<ExportProtocol, number>
  readonly interfaces: Map<number, number>
  readonly vrfs: Map<number, number>
  readonly applications: Map<number | bigint, number>
  /** Null until rows of an exporter whose place is configured came. */
  places: PlaceCodes | null
}

/** Codes of the place of an exporter, and of its interfaces by side. */
export interface PlaceCodes {
  /** In the order of the columns. */
  readonly exporter: readonly number[]
  readonly in: SideCodes
  readonly out: SideCodes
}

/** Codes of interfaces, each in a slot; slot 0 is not looked for yet, slot 1 are interfaces of which nothing is said. */
export interface SideCodes {
  /** Slots of low indexes. */
  slots: Uint16Array
  /** Slots of others, a bounded number of them. */
  readonly far: Map<number, number>
  /** Slots by what is said. */
  readonly ofPlaces: Map<InterfacePlace, number>
  /** By slot: codes of name, boundary, connectivity, provider. */
  readonly texts: readonly [number[], number[], number[], number[]]
  /** By slot: bit/s, its lower and upper 32 bits. */
  readonly speeds: readonly [low: number[], high: number[]]
}

/** Counters of an interface as an sFlow agent sends them (sFlow v5 §5.3, if_counters). All ones on the wire is null here. */
export interface InterfaceCounters {
  readonly exporter: bigint
  readonly domain: number
  readonly receivedMs: number
  readonly index: number
  readonly type: number
  /** bit/s */
  readonly speed: bigint
  /** 0 unknown, 1 full, 2 half, 3 in, 4 out. */
  readonly duplex: number
  readonly adminUp: boolean
  readonly operUp: boolean
  readonly inOctets: bigint | null
  readonly inUnicast: number | null
  readonly inMulticast: number | null
  readonly inBroadcast: number | null
  readonly inDiscards: number | null
  readonly inErrors: number | null
  readonly inUnknownProtocols: number | null
  readonly outOctets: bigint | null
  readonly outUnicast: number | null
  readonly outMulticast: number | null
  readonly outBroadcast: number | null
  readonly outDiscards: number | null
  readonly outErrors: number | null
}

/** The door rows leave by. */
export interface RowSink {
  /** A batch of this family with room for `rows` more; what follows is decoded into it from `batch.rows` on. */
  reserve(family: 4 | 6, rows: number): FlowBatch
  /** Called when `rows` rows were added at `first`; the batch's `rows` already counts them. */
  committed(batch: FlowBatch, first: number, rows: number, template: Template | null): void
  /** Counters of an interface; a sink without it does not want them. */
  counters?(counters: InterfaceCounters): void
}

/** Counts of one decoder; they close: datagrams = decoded + rejected, sets = decoded + pending + rejected. */
export interface DecodeCounts {
  /** What was noted and did not stop the decoding: no part of the sums. */
  readonly noted: Record<DecodeNote, number>
  datagrams: number
  datagramsDecoded: number
  datagramsRejected: Record<DatagramReason, number>
  sets: number
  setsDecoded: number
  setsPending: number
  setsRejected: Record<SetReason, number>
  records: number
  optionRecords: number
  templates: number
  optionTemplates: number
  rows: number
}
