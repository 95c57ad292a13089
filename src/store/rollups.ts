/**
 * Roll-ups: sums by the minute and by the hour, exact to the digit against the raw rows.
 *
 * An insert into `flows` runs through `spread`, which keeps nothing: a row a flow and minute, with its part of bytes and
 * packets. From there three views sum it up by minute. Counters stay as sent; the sampling rate is a key, so one table answers
 * both as sent and scaled. Hours are summed from the minutes once they are over (see `hours.ts`), because a second cascade on
 * each insert cost 1.2 µs a row, a third of everything; only minutes of hours already closed go into the hours right away.
 * What another exporter told already stands apart by the key `duplicate`, and not among the hosts at all; what the same exporter
 * told twice is in none of them.
 */
import { columnByName, type ColumnName } from '../schema/index.ts'
import { storageOf, TABLE_SETTINGS } from './tables.ts'
import { END_MS, share, startMs } from './spread.ts'

export interface Rollup {
  readonly name: 'traffic' | 'as' | 'hosts'
  /** Columns it is grouped by, in sort order. Its own are `host`, and `side`: 0 source, 1 destination, 2 both are this host. */
  readonly keys: readonly string[]
  /** Names that follow from the keys. An insert takes any one of a key's, so that they cost no grouping. */
  readonly names: readonly ColumnName[]
  /** Sums it holds. */
  readonly sums: readonly string[]
  /** Whether it holds what every exporter saw: the key `duplicate` tells the rows that count once. */
  readonly hops: boolean
}

/** Interfaces and applications, AS and countries, hosts: apart, since all keys in one table leave as many rows as there are flows. */
export const ROLLUPS: readonly Rollup[] = [
  {
    name: 'traffic',
    keys: ['exporter', 'sampling_rate', 'in_if', 'out_if', 'proto', 'app', 'category'],
    names: ['in_if_name', 'out_if_name'],
    sums: ['bytes', 'packets', 'flows'],
    hops: true,
  },
  {
    name: 'as',
    keys: ['exporter', 'sampling_rate', 'src_as', 'dst_as', 'src_country', 'dst_country'],
    names: ['src_as_name', 'dst_as_name'],
    sums: ['bytes', 'packets', 'flows'],
    hops: true,
  },
  { name: 'hosts', keys: ['host', 'side'], names: [], sums: ['bytes', 'packets', 'flows', 'unknown_flows'], hops: false },
]

export const RESOLUTIONS = { minute: 60_000, hour: 3_600_000 } as const
export type Resolution = keyof typeof RESOLUTIONS

const RESOLUTION_NAMES: readonly Resolution[] = ['minute', 'hour']
const viewName = (rollup: Rollup, resolution: Resolution): string => `spread_to_${rollupTable(rollup, resolution)}`

export const rollupTable = (rollup: Rollup, resolution: Resolution): string => `${rollup.name}_${resolution}`

const OWN_KEYS: Readonly<Record<string, string>> = { host: 'IPv6', side: 'UInt8' }

const keyType = (key: string): string => {
  const own = OWN_KEYS[key]
  if (own !== undefined) return own
  const column = columnByName(key)
  if (column === undefined) throw new Error(`roll-up key ${key} is no column`)
  return storageOf(column).type
}

/** Keys and names, in the order of the table; `duplicate` comes last, since it came later. */
const keysOf = ({ keys, names, hops }: Rollup): readonly string[] => [...keys, ...names, ...(hops ? ['duplicate'] : [])]

const SEEN = ['first_seen', 'last_seen'] as const
const hasSeen = (rollup: Rollup): boolean => rollup.name === 'hosts'

/** Statement that makes the table of a roll-up. */
export function rollupDeclaration(rollup: Rollup, resolution: Resolution): string {
  const columns = [
    `${resolution} DateTime('UTC') CODEC(DoubleDelta, ZSTD(1))`,
    ...keysOf(rollup).map(key => `${key} ${keyType(key)} CODEC(ZSTD(1))`),
    ...rollup.sums.map(sum => `${sum} SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1))`),
    ...(hasSeen(rollup) ? SEEN.map((seen, at) => `${seen} SimpleAggregateFunction(${at === 0 ? 'min' : 'max'}, DateTime('UTC')) CODEC(T64, ZSTD(1))`) : []),
  ]
  return `CREATE TABLE IF NOT EXISTS ${rollupTable(rollup, resolution)} (${columns.join(', ')})
    ENGINE = AggregatingMergeTree PARTITION BY toDate(${resolution})
    ORDER BY (${[resolution, ...keysOf(rollup)].join(', ')})
    SETTINGS ${TABLE_SETTINGS.join(', ')}`
}

const CARRIED: readonly ColumnName[] = [
  'exporter',
  'sampling_rate',
  'in_if',
  'out_if',
  'proto',
  'app',
  'category',
  'src_as',
  'dst_as',
  'src_country',
  'dst_country',
  'src',
  'dst',
  'in_if_name',
  'out_if_name',
  'src_as_name',
  'dst_as_name',
  'duplicate',
]

/** Longer flows, in minutes, go a way of their own, in runs of this many, so that a block of day-long flows never needs a long list a row. */
const RUN = 64

/** Statements that make the tables nothing stays in and the views that spread flows over their minutes. */
export function spreadDeclarations(): readonly string[] {
  const part = (value: string): string => `if(first = last, ${value}, ${share(value, 'low', 'high', 'duration')})`
  const step = RESOLUTIONS.minute
  const carried = CARRIED.join(', ')
  const flows = (
    length: string,
    more: string,
  ): string => `SELECT ${carried}, bytes AS sent_bytes, packets AS sent_packets, ${END_MS} AS end_ms, ${startMs('end_ms')} AS begin_ms,
      toUInt32(intDiv(begin_ms, ${step})) AS first, toUInt32(intDiv(end_ms, ${step})) AS last, ${more}
    FROM flows WHERE duplicate < 2 AND last - first ${length}`
  const bucketed = (
    rows: string,
  ): string => `SELECT toDateTime(bucket * 60, 'UTC') AS minute, ${carried}, ${part('sent_bytes')} AS bytes, ${part('sent_packets')} AS packets,
      bucket = last AS flows, fromUnixTimestamp64Milli(begin_ms, 'UTC') AS begun, fromUnixTimestamp64Milli(end_ms, 'UTC') AS ended
    FROM (SELECT ${carried}, sent_bytes, sent_packets, end_ms, begin_ms, first, last, bucket,
        toUInt64(greatest(end_ms - begin_ms, 1)) AS duration,
        toUInt64(greatest(toInt64(bucket) * ${step}, begin_ms) - begin_ms) AS low,
        toUInt64(least((toInt64(bucket) + 1) * ${step}, end_ms) - begin_ms) AS high
      FROM ${rows})`
  // ARRAY JOIN as a clause hands its rows on in blocks; the function arrayJoin would make them all at once.
  return [
    `CREATE TABLE IF NOT EXISTS spread (minute DateTime('UTC'), ${CARRIED.map(name => `${name} ${keyType(name)}`).join(', ')},
      bytes UInt64, packets UInt64, flows UInt8, begun DateTime64(3, 'UTC'), ended DateTime64(3, 'UTC')) ENGINE = Null`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS flows_to_spread TO spread AS
      ${bucketed(`(${flows(`< ${RUN}`, 'if(first = last, [last], range(first, last + 1)) AS buckets')}) ARRAY JOIN buckets AS bucket`)}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS long_flows_to_spread TO spread AS
      ${bucketed(`(SELECT *, run FROM (${flows(`>= ${RUN}`, `range(first, last + 1, ${RUN}) AS runs`)}) ARRAY JOIN runs AS run) ARRAY JOIN range(run, least(run + ${RUN}, last + 1)) AS bucket`)}`,
    // Minutes of hours that are closed, apart, so that the views of the hours cost nothing where there are none.
    'CREATE TABLE IF NOT EXISTS late AS spread',
    'CREATE MATERIALIZED VIEW IF NOT EXISTS spread_to_late TO late AS SELECT * FROM spread WHERE minute < (SELECT max(closed_until) FROM closed_hours)',
  ]
}

function summedSpread(rollup: Rollup, resolution: Resolution): string {
  const time = resolution === 'minute' ? 'minute' : 'toStartOfHour(minute)'
  const parts = resolution === 'minute' ? 'spread' : 'late'
  const keys = [...rollup.keys, ...(rollup.hops ? ['duplicate'] : [])].join(', ')
  if (rollup.name !== 'hosts') {
    return `SELECT ${time} AS ${resolution}, ${keys}, ${rollup.names.map(name => `any(part.${name}) AS ${name}`).join(', ')}, ${rollup.sums.map(sum => `sum(part.${sum}) AS ${sum}`).join(', ')}
      FROM ${parts} AS part GROUP BY ${resolution}, ${keys}`
  }
  return `SELECT ${time} AS ${resolution}, if(side = 1, dst, src) AS host, side, sum(part.bytes * greatest(sampling_rate, 1)) AS bytes, sum(part.packets * greatest(sampling_rate, 1)) AS packets,
      sum(part.flows) AS flows, sum(part.flows AND sampling_rate = 0) AS unknown_flows, min(begun) AS first_seen, max(ended) AS last_seen
    FROM ${parts} AS part ARRAY JOIN if(src = dst, [2], [0, 1]) AS side
    WHERE duplicate = 0
    GROUP BY ${resolution}, host, side`
}

/** Statements that bring roll-ups made before they had the key `duplicate` up to date; views and tables that keep nothing are made anew. */
export function hopsAdded(): readonly string[] {
  const views = [
    'flows_to_spread',
    'long_flows_to_spread',
    'spread_to_late',
    ...ROLLUPS.flatMap(rollup => RESOLUTION_NAMES.map(resolution => viewName(rollup, resolution))),
  ]
  return [
    ...views.map(view => `DROP VIEW IF EXISTS ${view}`),
    'DROP TABLE IF EXISTS spread',
    'DROP TABLE IF EXISTS late',
    ...ROLLUPS.filter(({ hops }) => hops).flatMap(rollup =>
      RESOLUTION_NAMES.map(
        resolution =>
          `ALTER TABLE ${rollupTable(rollup, resolution)} ADD COLUMN IF NOT EXISTS duplicate UInt8 CODEC(ZSTD(1)), MODIFY ORDER BY (${[resolution, ...keysOf(rollup)].join(', ')})`,
      ),
    ),
    ...spreadDeclarations(),
    ...ROLLUPS.flatMap(rollup => RESOLUTION_NAMES.map(resolution => rollupView(rollup, resolution))),
  ]
}

/** Statement that makes the view which feeds a roll-up. */
export const rollupView = (rollup: Rollup, resolution: Resolution): string =>
  `CREATE MATERIALIZED VIEW IF NOT EXISTS ${viewName(rollup, resolution)} TO ${rollupTable(rollup, resolution)} AS ${summedSpread(rollup, resolution)}`

/**
 * Statement that sums the minutes of one hour into the hours. Times are seconds since 1970, made by us. Sorted, so that a
 * repetition after a crash writes the same blocks and is recognised.
 */
export function closeHour(rollup: Rollup, hour: number, token: string): string {
  const keys = keysOf(rollup).join(', ')
  const sums = rollup.sums.map(sum => `sum(part.${sum}) AS ${sum}`)
  const seen = hasSeen(rollup) ? ['min(part.first_seen) AS first_seen', 'max(part.last_seen) AS last_seen'] : []
  return `INSERT INTO ${rollupTable(rollup, 'hour')} (${['hour', ...keysOf(rollup), ...rollup.sums, ...(hasSeen(rollup) ? SEEN : [])].join(', ')})
    SETTINGS async_insert = 0, insert_deduplication_token = '${token}', max_threads = 1, max_insert_threads = 1
    SELECT toStartOfHour(minute) AS hour, ${[keys, ...sums, ...seen].join(', ')} FROM ${rollupTable(rollup, 'minute')} AS part
    WHERE minute >= toDateTime(${hour}, 'UTC') AND minute < toDateTime(${hour + 3600}, 'UTC')
    GROUP BY hour, ${keys} ORDER BY hour, ${keys}`
}
