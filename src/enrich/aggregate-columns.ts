/** What becomes of each column when rows are merged. */
import { MEASURED_GROUPS, STORED_COLUMNS, indexOf, type Column, type ColumnName } from '../schema/index.ts'

/**
 * `key`: rows differ that differ in it. `sum`, `least`, `most`, `either` (bits joined by or): as named. `first`: of the first row.
 * `flows`: how many flows a row is of. `gone`: left out.
 */
export type Becomes = 'key' | 'sum' | 'least' | 'most' | 'either' | 'first' | 'flows' | 'gone'

const MERGED: Readonly<Partial<Record<ColumnName, Becomes>>> = {
  received_at: 'first',
  start_at: 'least',
  end_at: 'most',
  min_ttl: 'least',
  max_ttl: 'most',
  min_ip_length: 'least',
  max_ip_length: 'most',
  tcp_flags: 'either',
  flow_count: 'flows',
}

/** What counters and quality mean nothing without: these stay, whatever is kept. */
const NEEDED: ReadonlySet<string> = new Set(['received_at', 'start_at', 'end_at', 'sampling_rate', 'measured', 'notes'] satisfies readonly ColumnName[])

const isCounter = ({ role, kind }: Column): boolean => role === 'metric' && kind === 'count'

/** By index of the column. Latencies and scores are keys: a mean of means is none, so rows that differ in them stay apart. */
export function becoming(keep?: readonly string[]): readonly Becomes[] {
  return STORED_COLUMNS.map((column): Becomes => {
    const merged = MERGED[column.name as ColumnName] ?? (isCounter(column) ? 'sum' : 'key')
    if (keep === undefined || merged === 'sum' || merged === 'flows' || NEEDED.has(column.name) || keep.includes(column.name)) return merged
    return 'gone'
  })
}

/** Bits of `measured` whose columns are not all gone. */
export function measuredLeft(becomes: readonly Becomes[]): number {
  return MEASURED_GROUPS.reduce((bits, group, bit) => {
    const left = STORED_COLUMNS.some(({ measured, name }) => measured === group && becomes[indexOf(name as ColumnName)] !== 'gone')
    return left ? bits | (1 << bit) : bits
  }, 0)
}
