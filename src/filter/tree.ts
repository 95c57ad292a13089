/** The tree of a filter: small frozen objects, each with its factory (FILTER §4). Operators are positive; negation is a Not. */

export interface Num {
  readonly kind: 'Num'
  readonly value: bigint
}
export interface Real {
  readonly kind: 'Real'
  readonly value: number
}
export interface Text {
  readonly kind: 'Text'
  readonly value: string
}
/** An address as 128 bits; IPv4 lies in ::ffff:0:0/96. */
export interface Ip {
  readonly kind: 'Ip'
  readonly value: bigint
}
/** A network: its first address and the length of its prefix in 128 bits (an IPv4 /8 is 104). */
export interface Net {
  readonly kind: 'Net'
  readonly value: bigint
  readonly length: number
}
/** Both ends belong to it, save for the upper end of times. */
export interface Range {
  readonly kind: 'Range'
  readonly low: Scalar
  readonly high: Scalar
}
/** A hardware address, or its leading octets (`octets` below 6) after `starts with`; absent octets are zero. */
export interface Mac {
  readonly kind: 'Mac'
  readonly value: bigint
  readonly octets: number
}
export interface Flags {
  readonly kind: 'Flags'
  readonly bits: number
}
export interface True {
  readonly kind: 'True'
}
/** Milliseconds since 1970. */
export interface Time {
  readonly kind: 'Time'
  readonly ms: number
}
/** Milliseconds after the moment of the query; negative before it. */
export interface Now {
  readonly kind: 'Now'
  readonly offset: number
}
export interface ColumnValue {
  readonly kind: 'Column'
  readonly name: string
}
export interface List {
  readonly kind: 'List'
  readonly name: string
}
export interface Values {
  readonly kind: 'Values'
  readonly items: readonly SetItem[]
}

export type Scalar = Num | Real | Text | Ip | Mac | Flags | Time | Now
export type SetItem = Scalar | Net | Range | List
export type Value = SetItem | True | ColumnValue | Values

export const TEST_OPS = ['eq', 'lt', 'le', 'gt', 'ge', 'in', 'match', 'contains', 'starts', 'ends'] as const
export type TestOp = (typeof TEST_OPS)[number]

/** Every row. */
export interface All {
  readonly kind: 'All'
}
export interface And {
  readonly kind: 'And'
  readonly items: readonly Filter[]
}
export interface Or {
  readonly kind: 'Or'
  readonly items: readonly Filter[]
}
export interface Not {
  readonly kind: 'Not'
  readonly item: Filter
}
/** A part switched off: checked like any other, then left out with each group it empties. */
export interface Off {
  readonly kind: 'Off'
  readonly item: Filter
}
/** A saved filter by its name. */
export interface Ref {
  readonly kind: 'Ref'
  readonly name: string
}
export interface Exists {
  readonly kind: 'Exists'
  readonly field: string
}
export interface Measured {
  readonly kind: 'Measured'
  readonly field: string
}
export interface Test {
  readonly kind: 'Test'
  readonly field: string
  readonly op: TestOp
  readonly value: Value
}

export type Filter = All | And | Or | Not | Off | Ref | Exists | Measured | Test
/** A filter that looks at one field. */
export type Term = Test | Exists | Measured

const ALL: All = Object.freeze({ kind: 'All' })
const TRUE: True = Object.freeze({ kind: 'True' })

export const num = (value: bigint): Num => Object.freeze({ kind: 'Num', value })
export const real = (value: number): Real => Object.freeze({ kind: 'Real', value })
/** Text in Unicode's composed form, as all text of filters is. */
export const text = (value: string): Text => Object.freeze({ kind: 'Text', value: value.normalize('NFC') })
export const ip = (value: bigint): Ip => Object.freeze({ kind: 'Ip', value })
export const mac = (value: bigint, octets = 6): Mac => Object.freeze({ kind: 'Mac', value, octets })
export const flags = (bits: number): Flags => Object.freeze({ kind: 'Flags', bits })
export const truth = (): True => TRUE
export const time = (ms: number): Time => Object.freeze({ kind: 'Time', ms })
export const now = (offset: number): Now => Object.freeze({ kind: 'Now', offset })
export const column = (name: string): ColumnValue => Object.freeze({ kind: 'Column', name })
export const list = (name: string): List => Object.freeze({ kind: 'List', name })

/** A network; one of a single address is that address. Host bits are cleared. */
export function net(value: bigint, length: number): Net | Ip {
  if (length >= 128) return ip(value)
  const free = BigInt(128 - length)
  return Object.freeze({ kind: 'Net', value: (value >> free) << free, length })
}

/** A range; one whose ends are the same value is that value, save for times, whose upper end is left out. */
export function range(low: Scalar, high: Scalar): Range | Scalar {
  if (low.kind !== 'Time' && low.kind !== 'Now' && keyOf(low) === keyOf(high)) return low
  return Object.freeze({ kind: 'Range', low, high })
}

/** A set without repeated values; one of a single value is that value. */
export function values(items: readonly SetItem[]): Values | SetItem {
  const unique = [...new Map(items.map(item => [keyOf(item), item])).values()]
  const [first] = unique
  return unique.length === 1 && first !== undefined ? first : Object.freeze({ kind: 'Values', items: Object.freeze(unique) })
}

/** A text that is the same for the same value only. */
export function keyOf(value: Value): string {
  switch (value.kind) {
    case 'Num':
    case 'Real':
    case 'Text':
    case 'Ip':
      return `${value.kind} ${value.value}`
    case 'Net':
      return `Net ${value.value}/${value.length}`
    case 'Mac':
      return `Mac ${value.value}/${value.octets}`
    case 'Flags':
      return `Flags ${value.bits}`
    case 'Time':
      return `Time ${value.ms}`
    case 'Now':
      return `Now ${value.offset}`
    case 'True':
      return 'True'
    case 'Column':
    case 'List':
      return `${value.kind} ${value.name}`
    case 'Range':
      return `Range ${keyOf(value.low)} ${keyOf(value.high)}`
    case 'Values':
      return `Values ${value.items.map(item => JSON.stringify(keyOf(item))).join()}`
    default:
      return value satisfies never
  }
}

export const all = (): All => ALL

function group(kind: 'And' | 'Or', items: readonly Filter[]): readonly Filter[] {
  return items.flatMap(item => (item.kind === kind ? item.items : [item]))
}

/** All of these. Groups of the same sort are flattened; of nothing it is every row. */
export function and(...items: readonly Filter[]): Filter {
  const flat = group('And', items)
  const [first] = flat
  if (first === undefined) return ALL
  return flat.length === 1 ? first : Object.freeze({ kind: 'And', items: Object.freeze(flat) })
}

/** Any of these. Groups of the same sort are flattened; of nothing it is no row. */
export function or(...items: readonly Filter[]): Filter {
  const flat = group('Or', items)
  const [first] = flat
  if (first === undefined) return not(ALL)
  return flat.length === 1 ? first : Object.freeze({ kind: 'Or', items: Object.freeze(flat) })
}

/** The rows the filter leaves out; the negation of a negation is the filter itself. */
export const not = (item: Filter): Filter => (item.kind === 'Not' ? item.item : Object.freeze({ kind: 'Not', item }))
export const off = (item: Filter): Filter => (item.kind === 'Off' ? item : Object.freeze({ kind: 'Off', item }))
export const ref = (name: string): Ref => Object.freeze({ kind: 'Ref', name })
export const exists = (field: string): Exists => Object.freeze({ kind: 'Exists', field })
export const measured = (field: string): Measured => Object.freeze({ kind: 'Measured', field })

const isSet = (value: Value): boolean => value.kind === 'Net' || value.kind === 'Range' || value.kind === 'List' || value.kind === 'Values'

/** One field against a value. `eq` of a set is `in`, `in` of a single value is `eq`. */
export function test(field: string, op: TestOp, value: Value): Test {
  const settled = op === 'eq' && isSet(value) ? 'in' : op === 'in' && !isSet(value) ? 'eq' : op
  return Object.freeze({ kind: 'Test', field, op: settled, value })
}

/** The tree without its switched-off parts and the groups these leave empty; undefined when nothing is left. */
export function withoutOff(filter: Filter): Filter | undefined {
  switch (filter.kind) {
    case 'Off':
      return undefined
    case 'Not': {
      const inner = withoutOff(filter.item)
      return inner === undefined ? undefined : not(inner)
    }
    case 'And':
    case 'Or': {
      const kept = filter.items.map(withoutOff).filter(item => item !== undefined)
      if (kept.length === 0) return undefined
      return filter.kind === 'And' ? and(...kept) : or(...kept)
    }
    case 'All':
    case 'Ref':
    case 'Exists':
    case 'Measured':
    case 'Test':
      return filter
    default:
      return filter satisfies never
  }
}

/** Calls `visit` for each node from the root down; parts switched off are told apart by `off`. */
export function walk(filter: Filter, visit: (node: Filter, off: boolean) => void, isOff = false): void {
  visit(filter, isOff)
  switch (filter.kind) {
    case 'And':
    case 'Or':
      for (const item of filter.items) walk(item, visit, isOff)
      break
    case 'Not':
      walk(filter.item, visit, isOff)
      break
    case 'Off':
      walk(filter.item, visit, true)
      break
    case 'All':
    case 'Ref':
    case 'Exists':
    case 'Measured':
    case 'Test':
      break
    default:
      filter satisfies never
  }
}
