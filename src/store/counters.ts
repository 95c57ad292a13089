/**
 * The table of interface counters: a row a sample, absolute as the device told it. A sample that is written twice (main was replaced
 * before it could say that it had stored it) becomes one row when parts are merged, and changes no rate before that.
 */
import { readAddress } from '../schema/index.ts'
import type { CounterSample } from '../telemetry/index.ts'
import { quote, type Engine } from './engine.ts'
import { TABLE_SETTINGS } from './tables.ts'

export const COUNTERS_TABLE = 'interface_counters'

const SIDES = ['in', 'out'] as const
const COUNTS = ['unicast', 'multicast', 'broadcast', 'discards', 'errors'] as const

/** Columns with their types, in the order of `rowOf`. */
const COLUMNS: readonly (readonly [name: string, type: string, codec: string])[] = [
  ['received_at', "DateTime64(3, 'UTC')", 'DoubleDelta, ZSTD(1)'],
  ['exporter', 'LowCardinality(IPv6)', 'ZSTD(1)'],
  ['domain', 'UInt32', 'ZSTD(1)'],
  ['if_index', 'UInt32', 'ZSTD(1)'],
  ['source', 'LowCardinality(String)', 'ZSTD(1)'],
  ['if_type', 'UInt32', 'ZSTD(1)'],
  ['speed', 'UInt64', 'ZSTD(1)'],
  ['duplex', 'UInt8', 'ZSTD(1)'],
  ['admin_up', 'UInt8', 'ZSTD(1)'],
  ['oper_up', 'UInt8', 'ZSTD(1)'],
  ...SIDES.flatMap(side => [
    [`${side}_octets`, 'Nullable(UInt64)', 'Delta(8), ZSTD(1)'] as const,
    ...COUNTS.map(count => [`${side}_${count}`, 'Nullable(UInt32)', 'Delta(4), ZSTD(1)'] as const),
  ]),
  ['in_unknown_protocols', 'Nullable(UInt32)', 'Delta(4), ZSTD(1)'],
]

/** Statement that makes the table. The order is that of the question: one interface over a range. */
export const countersTable =
  (): string => `CREATE TABLE IF NOT EXISTS ${COUNTERS_TABLE} (${COLUMNS.map(([name, type, codec]) => `${name} ${type} CODEC(${codec})`).join(', ')})
    ENGINE = ReplacingMergeTree PARTITION BY toDate(received_at)
    ORDER BY (exporter, if_index, received_at, domain, source)
    SETTINGS ${TABLE_SETTINGS.join(', ')}`

/** Digits of a whole number; what came over the socket is no SQL until it is one. */
function digits(value: string | number | null): string {
  if (value === null) return 'NULL'
  const text = String(value)
  if (!/^\d{1,20}$/.test(text)) throw new RangeError(`a counter is no whole number: ${text.slice(0, 40)}`)
  return text
}

function rowOf(sample: CounterSample): string {
  const address = readAddress(sample.exporter)
  if (address === undefined) throw new RangeError(`a counter belongs to no address: ${sample.exporter.slice(0, 60)}`)
  const side = (name: 'in' | 'out'): readonly string[] => [digits(sample[`${name}_octets`]), ...COUNTS.map(count => digits(sample[`${name}_${count}`]))]
  return `(${[
    `fromUnixTimestamp64Milli(${digits(sample.received_at)})`,
    `toIPv6(${quote(sample.exporter)})`,
    digits(sample.domain),
    digits(sample.index),
    quote(sample.source),
    digits(sample.type),
    digits(sample.speed),
    digits(sample.duplex),
    sample.admin_up ? '1' : '0',
    sample.oper_up ? '1' : '0',
    ...side('in'),
    ...side('out'),
    digits(sample.in_unknown_protocols),
  ].join(', ')})`
}

/** Writes samples; resolves when they survive a power cut. Throws FL_STORE_INSERT. */
export async function insertCounters(engine: Engine, samples: readonly CounterSample[]): Promise<void> {
  if (samples.length === 0) return
  const names = COLUMNS.map(([name]) => name).join(', ')
  await engine.write({
    sql: `INSERT INTO ${COUNTERS_TABLE} (${names}) SETTINGS async_insert = 0, max_partitions_per_insert_block = 0 VALUES ${samples.map(rowOf).join(', ')}`,
  })
}
