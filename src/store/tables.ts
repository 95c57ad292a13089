/**
 * The table of flows, derived from the columns: how a kind is stored, and which columns lie on disk from the start.
 *
 * A column outside the starting set is an alias of its zero until the first row brings a value; then it becomes a column of
 * its own, which changes no stored part. Storing all of them from the start costs 1.7 instead of 1.1 µs a row on insert
 * (786,432 rows of 32 columns, one thread).
 */
import { STORED_COLUMNS, columnByName, layoutsOf, type Column, type Kind } from '../schema/index.ts'
import { END_MS, startMs } from './spread.ts'

interface Storage {
  readonly type: string
  readonly codec: string
}

const plain = (type: string): Storage => ({ type, codec: 'ZSTD(1)' })
/** Values far below their type's width: T64 crops the bits that all values of a block leave empty. */
const cropped = (type: string): Storage => ({ type, codec: 'T64, ZSTD(1)' })

const BY_KIND: Readonly<Record<Kind, Storage | null>> = {
  time: { type: "DateTime64(3, 'UTC')", codec: 'T64, ZSTD(1)' },
  ip: plain('IPv6'),
  mac: plain('UInt64'),
  port: plain('UInt16'),
  proto: plain('UInt8'),
  as: plain('UInt32'),
  id: plain('UInt32'),
  octet: plain('UInt8'),
  flags: plain('UInt16'),
  bool: plain('UInt8'),
  count: cropped('UInt64'),
  duration: cropped('UInt32'),
  real: plain('Float32'),
  text: plain('LowCardinality(String)'),
  country: plain('LowCardinality(String)'),
  bits: null,
  rate: null,
}

/** Few values a part (exporter), or values that grow with the row (batch, row): their kind alone does not tell. */
const BY_NAME: Readonly<Record<string, Storage>> = {
  exporter: plain('LowCardinality(IPv6)'),
  batch: { type: 'UInt64', codec: 'Delta(8), ZSTD(1)' },
  row: { type: 'UInt16', codec: 'Delta(2), ZSTD(1)' },
}

/** Type and codec of a stored column. Throws for a kind that is only computed. */
export function storageOf(column: Column): Storage {
  const storage = BY_NAME[column.name] ?? BY_KIND[column.kind]
  if (storage === null || storage === undefined) throw new Error(`column ${column.name} is computed, it is not stored`)
  return storage
}

/** Columns the roll-ups read, or that nearly every exporter sends. */
const STARTING = new Set([
  'received_at',
  'start_at',
  'end_at',
  'exporter',
  'export_protocol',
  'sampling_rate',
  'in_if',
  'out_if',
  'src',
  'dst',
  'proto',
  'src_port',
  'dst_port',
  'tcp_flags',
  'bytes',
  'packets',
  'src_as',
  'dst_as',
  'app',
  'category',
  'src_country',
  'dst_country',
  'batch',
  'row',
  'duplicate',
  'in_if_name',
  'out_if_name',
  'src_as_name',
  'dst_as_name',
])

export const isStarting = (column: Column): boolean => STARTING.has(column.name)

const ZERO: Readonly<Record<string, string>> = { IPv6: "toIPv6('::')", 'LowCardinality(String)': "''", "DateTime64(3, 'UTC')": "toDateTime64(0, 3, 'UTC')" }

/** Declaration of a column that no row has brought yet. */
export const aliasDeclaration = (column: Column): string => {
  const { type } = storageOf(column)
  return `${column.name} ${type} ALIAS ${ZERO[type] ?? `CAST(0, '${type}')`}`
}

/** Declaration of a column that lies on disk. */
export const storedDeclaration = (column: Column): string => {
  const { type, codec } = storageOf(column)
  return `${column.name} ${type} CODEC(${codec})`
}

/**
 * What every table of ours sets. Repeated inserts are recognised among the last 10,000 of a table, roll-ups too; a row that was
 * acknowledged survives a power cut (RELIABILITY §1.7). Small parts are compact: one file instead of two a column.
 */
export const TABLE_SETTINGS: readonly string[] = [
  'non_replicated_deduplication_window = 10000',
  'fsync_after_insert = 1',
  'fsync_part_directory = 1',
  'min_rows_to_fsync_after_merge = 1',
  'old_parts_lifetime = 480',
  'min_bytes_for_wide_part = 268435456',
]

/** Merging raw rows costs nearly as much as inserting them: 1 µs each. Many parts at a time rewrite each row fewer times. */
const FLOWS_SETTINGS = [...TABLE_SETTINGS, 'min_parts_to_merge_at_once = 32']

/** Statement that makes the table of flows. */
export function flowsTable(): string {
  const columns = STORED_COLUMNS.map(column => (isStarting(column) ? storedDeclaration(column) : aliasDeclaration(column)))
  // By the expressions that queries compare, so that old parts are skipped whatever the exporters' clocks say.
  const indexes = ['batch', END_MS, startMs(END_MS)].map(
    (expression, at) => `INDEX ${['by_batch', 'by_end', 'by_begin'][at]} ${expression} TYPE minmax GRANULARITY 1`,
  )
  return `CREATE TABLE IF NOT EXISTS flows (${[...columns, ...indexes].join(', ')})
    ENGINE = MergeTree PARTITION BY toDate(received_at)
    ORDER BY (toStartOfFiveMinutes(received_at), exporter, in_if, out_if)
    SETTINGS ${FLOWS_SETTINGS.join(', ')}`
}

const NATIVE = new Map(STORED_COLUMNS.map((column, index) => [column.name, layoutsOf(6)[index]?.native ?? '']))

/** Type of a column as the engine reads it from a stage file; addresses of IPv4 blocks are widened. */
export function stagedType(name: string): string {
  if (name === 'batch') return 'LowCardinality(UInt64)'
  const type = NATIVE.get(name)
  if (type === undefined) throw new Error(`column ${name} is not stored`)
  return type
}

/** What is selected from a stage file for a column: times from milliseconds; no address at all where an IPv4 block says 0.0.0.0. */
export function stagedValue(name: string): string {
  const kind = columnByName(name)?.kind
  if (kind === 'time') return `fromUnixTimestamp64Milli(toInt64(${name}), 'UTC')`
  if (kind === 'ip' && name !== 'src' && name !== 'dst' && name !== 'exporter') return `if(${name} = toIPv6('::ffff:0.0.0.0'), toIPv6('::'), ${name})`
  return name
}
