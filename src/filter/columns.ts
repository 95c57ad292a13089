/** Which columns a filter needs, and how columns that are not stored come from those that are. */
import { columnByName, type Column } from '../schema/index.ts'
import { COMMUNITY_ID_COLUMNS, COMMUNITY_ID_SQL } from './community-id.ts'
import { FIELDS } from './fields.ts'
import { walk, type Filter } from './tree.ts'

/** Milliseconds from the first to the last packet, never negative, as SQL over the flows table. */
export const MILLISECONDS_SQL = 'greatest(toUnixTimestamp64Milli(end_at) - toUnixTimestamp64Milli(start_at), 0)'

/** The stored columns that a column is read or computed from, and those that say how to read it. */
export function storedFor({ name, measured }: Pick<Column, 'name' | 'measured'>): readonly string[] {
  switch (name) {
    case 'duration':
      return ['start_at', 'end_at']
    case 'dscp':
      return ['tos']
    case 'community_id':
      return COMMUNITY_ID_COLUMNS
    case 'bytes_as_sent':
      return ['bytes']
    case 'packets_as_sent':
      return ['packets']
    case 'bytes':
    case 'packets':
      return [name, 'sampling_rate']
    case 'bps':
      return ['bytes', 'sampling_rate', 'start_at', 'end_at']
    case 'pps':
      return ['packets', 'sampling_rate', 'start_at', 'end_at']
    default:
      return measured === undefined ? [name] : [name, 'measured']
  }
}

/**
 * SQL of a column as it is shown, over the stored columns of the flows table: counters times the sampling rate in Float64, rates
 * 0 where the duration is 0, durations in µs. Throws `Error` for a name that is not declared.
 */
export function columnSql(name: string): string {
  const scaled = (counter: string): string => `toFloat64(${counter}) * greatest(sampling_rate, 1)`
  switch (name) {
    case 'duration':
      return `${MILLISECONDS_SQL} * 1000`
    case 'dscp':
      return 'bitShiftRight(tos, 2)'
    case 'community_id':
      return COMMUNITY_ID_SQL
    case 'bytes_as_sent':
      return 'bytes'
    case 'packets_as_sent':
      return 'packets'
    case 'bytes':
    case 'packets':
      return scaled(name)
    case 'bps':
      return `if(${MILLISECONDS_SQL} > 0, ${scaled('bytes')} * 8000 / ${MILLISECONDS_SQL}, 0)`
    case 'pps':
      return `if(${MILLISECONDS_SQL} > 0, ${scaled('packets')} * 1000 / ${MILLISECONDS_SQL}, 0)`
    default:
      if (columnByName(name) === undefined) throw new Error(`column ${name} is not declared`)
      return name
  }
}

/**
 * Names of the declared columns a filter asks for, both sides of an either-side field among them; for the choice of a roll-up and
 * for the lists of a role. Parts switched off count only when `withOff`. Saved filters must be resolved before.
 */
export function fieldsUsed(filter: Filter, withOff = false): ReadonlySet<string> {
  const used = new Set<string>()
  const add = (name: string): void => {
    for (const { name: column } of FIELDS.get(name)?.columns ?? []) used.add(column)
  }
  walk(filter, (node, off) => {
    if (off && !withOff) return
    if (node.kind === 'Test' || node.kind === 'Exists' || node.kind === 'Measured') add(node.field)
    if (node.kind === 'Test' && node.value.kind === 'Column') add(node.value.name)
  })
  return used
}

/** Names of the stored columns that must be at hand to decide a filter. Whether a value was measured is told without the value. */
export function storedUsed(filter: Filter): ReadonlySet<string> {
  const used = new Set<string>()
  const add = (name: string, known: boolean): void => {
    for (const column of FIELDS.get(name)?.columns ?? [])
      for (const stored of known && column.measured !== undefined ? ['measured'] : storedFor(column)) used.add(stored)
  }
  walk(filter, (node, off) => {
    if (off) return
    if (node.kind === 'Test' || node.kind === 'Exists' || node.kind === 'Measured') add(node.field, node.kind === 'Measured')
    if (node.kind === 'Test' && node.value.kind === 'Column') add(node.value.name, false)
  })
  return used
}
