/**
 * Roll-ups of quality: by the minute and by the hour, what exporters measured and what TCP flags tell. A flow counts once, whole, in the
 * minute it ended in, as raw queries count it; nothing is spread.
 *
 * `measured` is a key, so a group has a value for all of its flows or for none: counts of measured flows and the packets that shares are of
 * need no columns of their own, and the columns have the names and meaning of those of `flows`. Flows that tell nothing make no row.
 *
 * Rows are made from the raw rows of some minutes at once, after these are over (see `quality-closing.ts`), and from flows that come later by
 * views. Over 1.8 M flows, 70 % of them with three times and two counters, one table cost 0.8 µs of CPU a flow that way. Made by a view from
 * every insert it cost 2.7 µs, in groups too small to save anything, beside 3.7 for all else. Other states cost more: quantileBFloat16 1.8 µs,
 * quantileDD within 1 % 2.2 µs, and in a view a row for each band of a histogram 5.7 µs.
 */
import { columnByName, type ColumnName, type MeasuredGroup } from '../schema/index.ts'
import { RESOLUTIONS, type Resolution } from './rollups.ts'
import { ALL_SEEN, FAILED, FLAGS_TOLD, has, isMeasured, NOBODY_COUNTED, PACKETS, SENT_AGAIN } from './signs.ts'
import { END_MS } from './spread.ts'
import { storageOf, TABLE_SETTINGS } from './tables.ts'

export interface QualityRollup {
  readonly name: 'quality' | 'quality_as'
  /** Columns it is grouped by, in sort order. */
  readonly keys: readonly ColumnName[]
  /** Names that follow from the keys. */
  readonly names: readonly ColumnName[]
  /** Whether it holds what TCP flags tell, of flows that nothing was measured of too. */
  readonly flags: boolean
}

/** Exporters, interfaces and applications; AS and countries: apart for the same reason as those of traffic. */
export const QUALITY_ROLLUPS: readonly QualityRollup[] = [
  {
    name: 'quality',
    keys: ['exporter', 'in_if', 'out_if', 'proto', 'app', 'category', 'measured', 'duplicate'],
    names: ['in_if_name', 'out_if_name'],
    flags: true,
  },
  {
    name: 'quality_as',
    keys: ['src_as', 'dst_as', 'src_country', 'dst_country', 'proto', 'measured', 'duplicate'],
    names: ['src_as_name', 'dst_as_name'],
    flags: false,
  },
]

/** Columns that are told by percentiles: each has a sum, the least, the most and a digest. */
export const DIGESTED = [
  'rtt_client',
  'rtt_server',
  'rtt',
  'app_latency',
  'response_time',
  'transaction_time',
  'jitter',
  'loss',
  'mos',
  'r_factor',
] as const satisfies readonly (ColumnName & MeasuredGroup)[]

/** Columns that are summed: counters, and as sent what shares of them are of. */
export const QUALITY_SUMS = [
  'packets',
  'reverse_packets',
  'bytes',
  'reverse_bytes',
  'retransmitted',
  'retransmitted_bytes',
  'out_of_order',
  'lost',
  'zero_window',
  'syn_count',
  'fin_count',
  'rst_count',
  'psh_count',
  'ack_count',
  'urg_count',
] as const satisfies readonly ColumnName[]

/** Sums by TCP flags, and what of a flow they sum up. */
const SIGNS = {
  flag_flows: FLAGS_TOLD,
  syn_flows: `${FLAGS_TOLD} AND ${has('syn')}`,
  fin_flows: `${FLAGS_TOLD} AND ${has('fin')}`,
  rst_flows: `${FLAGS_TOLD} AND ${has('rst')}`,
  seen_flows: ALL_SEEN,
  asking_flows: `${ALL_SEEN} AND ${has('syn')}`,
  failed_flows: `${ALL_SEEN} AND ${FAILED}`,
  uncounted_flows: NOBODY_COUNTED,
  uncounted_packets: `if(${NOBODY_COUNTED}, ${PACKETS}, 0)`,
  sent_again: `if(${NOBODY_COUNTED}, ${SENT_AGAIN}, 0)`,
} as const

export const qualityTable = (rollup: QualityRollup, resolution: Resolution): string => `${rollup.name}_${resolution}`

/** Type of a digest's column: the state of the function that raw queries use, over 32-bit floats, which is what it holds. */
export const DIGEST_TYPE = 'AggregateFunction(quantileTDigest, Float32)'

const storageType = (name: string): string => {
  const column = columnByName(name)
  if (column === undefined) throw new Error(`${name} is no column`)
  return storageOf(column).type
}
const isReal = (name: string): boolean => columnByName(name)?.kind === 'real'

const keysOf = ({ keys, names }: QualityRollup): readonly string[] => [...keys, ...names]

/** A column of the table: its declaration, how it comes from flows of one group, and how it comes from its own rows. */
interface Part {
  readonly name: string
  /** The column of a flow it is about, where it is only one. */
  readonly of?: ColumnName
  readonly type: string
  readonly codec: string
  readonly fromFlows: string
  readonly merged: string
}

const summed = (name: string, value: string, type = 'UInt64'): Part => ({
  name,
  type: `SimpleAggregateFunction(sum, ${type})`,
  codec: type === 'UInt64' ? 'T64, ZSTD(1)' : 'ZSTD(1)',
  fromFlows: `sum(${value})`,
  merged: `sum(part.${name})`,
})
const extreme = (end: 'min' | 'max', column: ColumnName): Part => ({
  name: `${column}_${end}`,
  of: column,
  type: `SimpleAggregateFunction(${end}, ${storageType(column)})`,
  codec: 'ZSTD(1)',
  fromFlows: `${end}(part.${column})`,
  merged: `${end}(part.${column}_${end})`,
})

const COUNT: Part = { ...summed('flows', ''), fromFlows: 'count()' }
const FLAG_PARTS = Object.keys(SIGNS).map(name => summed(name, `part.${name}`))
const MEASURED_PARTS: readonly Part[] = [
  ...QUALITY_SUMS.map(name => ({ ...summed(name, `part.${name}`), of: name })),
  ...DIGESTED.flatMap((name): readonly Part[] => [
    { ...summed(`${name}_sum`, `part.${name}`, isReal(name) ? 'Float64' : 'UInt64'), of: name },
    extreme('min', name),
    extreme('max', name),
    {
      name: `${name}_digest`,
      of: name,
      type: DIGEST_TYPE,
      codec: 'ZSTD(1)',
      fromFlows: `quantileTDigestStateIf(toFloat32(part.${name}), ${isMeasured(name)})`,
      merged: `quantileTDigestMergeState(part.${name}_digest)`,
    },
  ]),
]
const partsOf = ({ flags }: QualityRollup): readonly Part[] => [COUNT, ...(flags ? FLAG_PARTS : []), ...MEASURED_PARTS]

/** Statement that makes the table of a roll-up. */
export function qualityDeclaration(rollup: QualityRollup, resolution: Resolution): string {
  const columns = [
    `${resolution} DateTime('UTC') CODEC(DoubleDelta, ZSTD(1))`,
    ...keysOf(rollup).map(key => `${key} ${storageType(key)} CODEC(ZSTD(1))`),
    ...partsOf(rollup).map(({ name, type, codec }) => `${name} ${type} CODEC(${codec})`),
  ]
  return `CREATE TABLE IF NOT EXISTS ${qualityTable(rollup, resolution)} (${columns.join(', ')})
    ENGINE = AggregatingMergeTree PARTITION BY toDate(${resolution})
    ORDER BY (${[resolution, ...keysOf(rollup)].join(', ')})
    SETTINGS ${TABLE_SETTINGS.join(', ')}`
}

/** How far the tables are made: flows that ended from `begun_at` to `closed_until`; up to `opened_until` it is being done. */
export const closedQualityTable = (): string =>
  `CREATE TABLE IF NOT EXISTS closed_quality (begun_at DateTime('UTC'), closed_until DateTime('UTC'), opened_until DateTime('UTC'))
    ENGINE = MergeTree ORDER BY closed_until SETTINGS ${TABLE_SETTINGS.join(', ')}`

/** Flows that were measured, and those whose flags alone tell something; what the same exporter told twice is in no roll-up. */
const MEASURED = 'measured != 0 AND duplicate < 2'
const FLAGS_ALONE = 'measured = 0 AND proto = 6 AND tcp_flags != 0 AND duplicate < 2'
const TELLING = '(measured != 0 OR (proto = 6 AND tcp_flags != 0)) AND duplicate < 2'

/** What the roll-ups read of a flow. */
const READ: readonly (readonly [name: string, sql: string, type: string])[] = [
  ['ended_ms', END_MS, 'Int64'],
  ...[...new Set<ColumnName>([...QUALITY_ROLLUPS.flatMap(({ keys, names }) => [...keys, ...names]), ...QUALITY_SUMS, ...DIGESTED])].map(
    name => [name, name, storageType(name)] as const,
  ),
  ...Object.entries(SIGNS).map(([name, sql]) => [name, sql, 'UInt64'] as const),
]
const readFlows = (condition: string): string => `SELECT ${READ.map(([name, sql]) => `${sql} AS ${name}`).join(', ')} FROM flows WHERE ${condition}`

/** Rows of a roll-up out of what was read of flows. */
function summedFlows({ keys, names }: QualityRollup, resolution: Resolution, parts: readonly Part[], flows: string): string {
  const time = `toDateTime(intDiv(ended_ms, ${RESOLUTIONS[resolution]}) * ${RESOLUTIONS[resolution] / 1000}, 'UTC') AS ${resolution}`
  const columns = [time, ...keys, ...names.map(name => `any(part.${name}) AS ${name}`), ...parts.map(({ name, fromFlows }) => `${fromFlows} AS ${name}`)]
  return `SELECT ${columns.join(', ')} FROM ${flows} AS part GROUP BY ${[resolution, ...keys].join(', ')}`
}

/** Statements that make the views of flows that come when their minute, or hour, is closed; all others cost them one comparison. */
export function lateQualityViews(): readonly string[] {
  const closed = (time: string): string => `1000 * toInt64((SELECT toUnixTimestamp(${time}) FROM closed_quality))`
  return [
    `CREATE TABLE IF NOT EXISTS late_flows (${READ.map(([name, , type]) => `${name} ${type}`).join(', ')}) ENGINE = Null`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS flows_to_late_flows TO late_flows AS ${readFlows(`${TELLING} AND ${END_MS} < ${closed('max(closed_until)')}`)}`,
    ...QUALITY_ROLLUPS.flatMap(rollup =>
      (['minute', 'hour'] as const).map(resolution => {
        const conditions = [
          ...(rollup.flags ? [] : ['measured != 0']),
          ...(resolution === 'minute' ? [] : [`ended_ms < ${closed('toStartOfHour(max(closed_until))')}`]),
        ]
        const flows = conditions.length === 0 ? 'late_flows' : `(SELECT * FROM late_flows WHERE ${conditions.join(' AND ')})`
        return `CREATE MATERIALIZED VIEW IF NOT EXISTS late_to_${qualityTable(rollup, resolution)} TO ${qualityTable(rollup, resolution)} AS
          ${summedFlows(rollup, resolution, partsOf(rollup), flows)}`
      }),
    ),
  ]
}

/** Sorted and with a token, so that a repetition after a crash writes the same blocks and is recognised. */
const closing = (rollup: QualityRollup, resolution: Resolution, parts: readonly Part[], token: string): string =>
  `INSERT INTO ${qualityTable(rollup, resolution)} (${[resolution, ...keysOf(rollup), ...parts.map(({ name }) => name)].join(', ')})
    SETTINGS async_insert = 0, insert_deduplication_token = '${token}', max_threads = 1, max_insert_threads = 1, max_bytes_before_external_group_by = 268435456,
      max_partitions_per_insert_block = 0`

/** Between two moments, seconds since 1970: a flow ends before it is received. */
const endedWithin = (from: number, until: number): string =>
  `${END_MS} >= ${from * 1000} AND ${END_MS} < ${until * 1000} AND received_at >= fromUnixTimestamp64Milli(toInt64(${from * 1000}), 'UTC')`

/** Question whether any flow that ended within these moments tells something. */
export const tellsWithin = (from: number, until: number): string => `SELECT 1 FROM flows WHERE ${TELLING} AND ${endedWithin(from, until)} LIMIT 1`

/**
 * Statements that sum the flows which ended within these moments into the minutes of a roll-up. `brought` are the columns of `flows` that
 * any row has brought; the others are zeros, and their sums need no work.
 */
export function closeMinutes(rollup: QualityRollup, from: number, until: number, brought: ReadonlySet<string>): readonly string[] {
  const sums = (parts: readonly Part[], which: string, name: string): string =>
    `${closing(rollup, 'minute', parts, `${name}:${from}:${until}`)}
      ${summedFlows(rollup, 'minute', parts, `(${readFlows(`${which} AND ${endedWithin(from, until)}`)})`)} ORDER BY minute, ${rollup.keys.join(', ')}`
  const parts = partsOf(rollup).filter(({ of }) => of === undefined || brought.has(of))
  return [
    ...(brought.has('measured') ? [sums(parts, MEASURED, rollup.name)] : []),
    // Flows with flags alone are most of all flows where little is measured: they need no more than their few sums.
    ...(rollup.flags ? [sums([COUNT, ...FLAG_PARTS], FLAGS_ALONE, `${rollup.name}:flags`)] : []),
  ]
}

/** Statement that sums the minutes of one hour, which begins at this second since 1970, into the hours. */
export function closeQualityHour(rollup: QualityRollup, hour: number): string {
  const keys = keysOf(rollup).join(', ')
  const parts = partsOf(rollup)
  return `${closing(rollup, 'hour', parts, `${rollup.name}:hour:${hour}`)}
    SELECT toStartOfHour(minute) AS hour, ${[keys, ...parts.map(({ name, merged }) => `${merged} AS ${name}`)].join(', ')} FROM ${qualityTable(rollup, 'minute')} AS part
    WHERE minute >= toDateTime(${hour}, 'UTC') AND minute < toDateTime(${hour + 3600}, 'UTC')
    GROUP BY hour, ${keys} ORDER BY hour, ${keys}`
}
