/**
 * What a test asks of one column's value, with the literals made ready: the one reading of FILTER §3 that the SQL and the
 * predicate in memory are both written from, so that they keep the same rows.
 */
import { MEASURED_GROUPS, columnByName, type Column } from '../schema/index.ts'
import { mergeIntervals, networkInterval, rowIntervals, type Interval } from './networks.ts'
import type { Scalar, SetItem, Test, TestOp } from './tree.ts'

export type Order = 'eq' | 'lt' | 'le' | 'gt' | 'ge'

export type Check =
  | { readonly kind: 'truth' }
  | { readonly kind: 'compare'; readonly op: Order; readonly value: bigint | number }
  | { readonly kind: 'column'; readonly op: Order; readonly other: Column }
  /** Any of the values, of the stretches, of the lists. `open` stretches leave their upper end out. */
  | {
      readonly kind: 'set'
      readonly singles: readonly (bigint | number)[]
      readonly intervals: readonly (readonly [bigint | number, bigint | number])[]
      readonly open: boolean
      readonly lists: readonly string[]
    }
  /** All bits of any mask. */
  | { readonly kind: 'bits'; readonly masks: readonly number[] }
  /** Any of the texts; in lower case unless `exact` or a pattern. */
  | {
      readonly kind: 'text'
      readonly how: 'eq' | 'contains' | 'starts' | 'ends' | 'match'
      readonly texts: readonly string[]
      readonly exact: boolean
      readonly lists: readonly string[]
    }

/** Counters that are shown, and so compared, times the sampling rate. */
export const isScaled = (column: Column): boolean => column.name === 'bytes' || column.name === 'packets'

/** Columns whose values are compared as 64-bit floating point. */
export const isFloat = (column: Column): boolean => isScaled(column) || column.kind === 'bits' || column.kind === 'rate' || column.kind === 'real'

/** The bit of `measured` that guards a column; 0 for columns that are always measured. */
export const guardOf = (column: Column): number => (column.measured === undefined ? 0 : 2 ** MEASURED_GROUPS.indexOf(column.measured))

function ready(column: Column, value: Scalar, now: number): bigint | number {
  switch (value.kind) {
    case 'Num':
      return isFloat(column) ? Number(value.value) : value.value
    // A Float32 column holds the nearest Float32, so that is what a literal means too.
    case 'Real':
      return Math.fround(value.value)
    case 'Ip':
    case 'Mac':
      return value.value
    case 'Flags':
      return BigInt(value.bits)
    case 'Time':
      return value.ms
    case 'Now':
      return now + value.offset
    case 'Text':
      throw new Error(`${column.name} holds no text`)
    default:
      return value satisfies never
  }
}

const itemsOf = (value: Test['value']): readonly SetItem[] => {
  switch (value.kind) {
    case 'Values':
      return value.items
    case 'True':
    case 'Column':
      throw new Error('no set of values')
    default:
      return [value]
  }
}

function addressSet(items: readonly SetItem[]): Check {
  const singles = new Set<bigint>()
  const lists: string[] = []
  const stretches: Interval[] = []
  for (const item of items) {
    if (item.kind === 'Ip') singles.add(item.value)
    else if (item.kind === 'Net') stretches.push(...rowIntervals(networkInterval(item.value, item.length)))
    else if (item.kind === 'Range' && item.low.kind === 'Ip' && item.high.kind === 'Ip') stretches.push(...rowIntervals([item.low.value, item.high.value]))
    else if (item.kind === 'List') lists.push(item.name)
  }
  return { kind: 'set', singles: [...singles], intervals: mergeIntervals(stretches), open: false, lists }
}

function valueSet(column: Column, items: readonly SetItem[], now: number): Check {
  const singles: (bigint | number)[] = []
  const intervals: (readonly [bigint | number, bigint | number])[] = []
  const lists: string[] = []
  for (const item of items) {
    if (item.kind === 'List') lists.push(item.name)
    else if (item.kind === 'Range') intervals.push([ready(column, item.low, now), ready(column, item.high, now)])
    else if (item.kind === 'Mac' && item.octets < 6) intervals.push(macStretch(item.value, item.octets))
    else if (item.kind !== 'Net') singles.push(ready(column, item, now))
  }
  return { kind: 'set', singles: [...new Set(singles)], intervals, open: column.kind === 'time', lists }
}

const macStretch = (value: bigint, octets: number): readonly [bigint, bigint] => [value, value + (1n << BigInt(8 * (6 - octets))) - 1n]

function textCheck(column: Column, op: TestOp, items: readonly SetItem[]): Check {
  const exact = column.kind === 'country'
  const texts = items.flatMap(item => (item.kind === 'Text' ? [item.value] : []))
  const lists = items.flatMap(item => (item.kind === 'List' ? [item.name] : []))
  const lowered = exact || op === 'match' ? texts : texts.map(text => text.toLowerCase())
  const how = op === 'contains' || op === 'starts' || op === 'ends' || op === 'match' ? op : 'eq'
  return { kind: 'text', how, texts: [...new Set(lowered)], exact, lists }
}

/** What a test asks of a column. `now` is the moment of the query in ms. Throws `Error` for a tree the parser can't have made. */
export function checkOf(column: Column, { op, value }: Test, now: number): Check {
  if (value.kind === 'True') return { kind: 'truth' }
  if (value.kind === 'Column') {
    const other = columnByName(value.name)
    if (other === undefined || other.kind !== column.kind) throw new Error(`${column.name} can't be compared with ${value.name}`)
    if (op !== 'eq' && op !== 'lt' && op !== 'le' && op !== 'gt' && op !== 'ge') throw new Error(`${op} compares no columns`)
    return { kind: 'column', op, other }
  }
  const items = itemsOf(value)
  if (column.kind === 'text' || column.kind === 'country') return textCheck(column, op, items)
  if (op === 'contains') return { kind: 'bits', masks: items.flatMap(item => (item.kind === 'Flags' ? [item.bits] : [])) }
  if (op === 'lt' || op === 'le' || op === 'gt' || op === 'ge') {
    const [only] = items
    if (only === undefined || only.kind === 'Net' || only.kind === 'Range' || only.kind === 'List') throw new Error(`${op} takes one value`)
    return { kind: 'compare', op, value: ready(column, only, now) }
  }
  return column.kind === 'ip' ? addressSet(items) : valueSet(column, items, now)
}
