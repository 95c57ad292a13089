/** Counters of one interface, from the store to rates. */
import type { Field, Store } from '../store/index.ts'
import { COUNTERS_TABLE } from '../store/index.ts'
import type { CounterRates } from '../telemetry/index.ts'
import { counterRates, LONGEST_GAP_MS, type StoredCounters, type StoredSide } from './counter-rates.ts'

export interface CountersQuery {
  /** Address of the exporter as FlowLens prints it. */
  readonly exporter: string
  /** ifIndex. */
  readonly index: number
  readonly from: number
  readonly to: number
  /** Width of a bucket, ms. */
  readonly granularity: number
}

const SIDE = ['octets', 'unicast', 'multicast', 'broadcast', 'discards', 'errors'] as const
const HEAD = ['toUnixTimestamp64Milli(received_at)', 'domain', 'source', 'if_type', 'speed', 'duplex', 'admin_up', 'oper_up'] as const
const COLUMNS = [...HEAD, ...(['in', 'out'] as const).flatMap(side => SIDE.map(name => `${side}_${name}`))]

const DAY_MS = 24 * 3_600_000
/** Over more than a day every sample would be too many: one in this time is enough, and no counter of 32 bits wraps twice in it below 14 Mpps. */
const THIN_MS = 300_000
const MOST_SAMPLES = 100_000

const numeric = (field: Field | undefined): number | null => (field === null || field === undefined ? null : Number(field))

function sideOf(row: readonly Field[], at: number): StoredSide {
  const octets = row[at]
  return {
    octets: octets === null || octets === undefined ? null : BigInt(String(octets)),
    unicast: numeric(row[at + 1]),
    multicast: numeric(row[at + 2]),
    broadcast: numeric(row[at + 3]),
    discards: numeric(row[at + 4]),
    errors: numeric(row[at + 5]),
  }
}

const sampleOf = (row: readonly Field[]): StoredCounters => ({
  at: Number(row[0]),
  domain: Number(row[1]),
  source: String(row[2]),
  type: Number(row[3]),
  speed: Number(row[4]),
  duplex: Number(row[5]),
  adminUp: Number(row[6]) === 1,
  operUp: Number(row[7]) === 1,
  in: sideOf(row, HEAD.length),
  out: sideOf(row, HEAD.length + SIDE.length),
})

/** Rates of an interface over a range. Throws as a query does. */
export async function askCounters(store: Pick<Store, 'query'>, query: CountersQuery, signal: AbortSignal): Promise<CounterRates> {
  const { exporter, index, from, to, granularity } = query
  const thin = to - from <= DAY_MS ? 1 : Math.min(Math.ceil(granularity / 2), THIN_MS)
  const { rows } = await store.query({
    sql: `SELECT ${COLUMNS.join(', ')} FROM ${COUNTERS_TABLE}
      WHERE exporter = toIPv6({exporter:String}) AND if_index = {index:UInt32}
        AND received_at >= fromUnixTimestamp64Milli({from:Int64}) AND received_at < fromUnixTimestamp64Milli({to:Int64})
      ORDER BY received_at LIMIT 1 BY domain, source, intDiv(toUnixTimestamp64Milli(received_at), {thin:Int64}) LIMIT ${MOST_SAMPLES}`,
    parameters: { exporter, index, from: Math.floor(from) - LONGEST_GAP_MS, to: Math.ceil(to) + LONGEST_GAP_MS, thin },
    signal,
  })
  return counterRates(rows.map(sampleOf), { from, to, granularity })
}
