/** What flows can be grouped by: columns, and fields that look at either side. */
import { columnByName, COLUMNS, FlowLensError, type Column, type Kind } from '../schema/index.ts'
import type { Field } from '../store/index.ts'
import type { Cell } from './model.ts'

export interface Dimension {
  /** As it was asked for; the key in rows. */
  readonly name: string
  readonly kind: Kind
  /** Columns it reads: one, or the two sides. */
  readonly columns: readonly [string] | readonly [string, string]
  /** Which two sides these are, for a field of either: those of the same ends are told of the same side of a flow. */
  readonly ends?: 'src dst' | 'in out'
}

const SIDES = [
  ['src', 'dst'],
  ['in', 'out'],
] as const

/** The two columns behind an either-side field: `host` and `ip` are the addresses, `port` the ports, `if` the interfaces … */
function sidesOf(name: string): readonly [string, string] | undefined {
  if (name === 'host' || name === 'ip') return ['src', 'dst']
  for (const [left, right] of SIDES) {
    if (columnByName(`${left}_${name}`) !== undefined && columnByName(`${right}_${name}`) !== undefined) return [`${left}_${name}`, `${right}_${name}`]
  }
  return undefined
}

/** Columns that are not stored but can be grouped by, in SQL over stored ones. */
const COMPUTED: Readonly<Record<string, { readonly column: string; readonly sql: (column: string) => string }>> = {
  dscp: { column: 'tos', sql: column => `bitShiftRight(${column}, 2)` },
}

const isDimension = (column: Column | undefined): column is Column =>
  column !== undefined && column.role === 'dimension' && column.kind !== 'time' && (column.origin !== 'computed' || COMPUTED[column.name] !== undefined)

/** Names of all dimensions, for messages and completion. */
export const dimensionNames = (): readonly string[] => {
  const columns: readonly Column[] = COLUMNS
  const stems = columns.flatMap(({ name }) => (/^(?:src|in)_/.test(name) ? [name.replace(/^(?:src|in)_/, '')] : [])).filter(stem => sidesOf(stem) !== undefined)
  return [...columns.filter(isDimension).map(column => column.name), 'host', 'ip', ...stems]
}

/** The dimension of this name. Throws FL_QUERY_INVALID when flows cannot be grouped by it. */
export function dimensionOf(name: string): Dimension {
  const column = columnByName(name)
  if (isDimension(column)) return { name, kind: column.kind, columns: [COMPUTED[name]?.column ?? name] }
  const sides = column === undefined ? sidesOf(name) : undefined
  const left = sides === undefined ? undefined : columnByName(sides[0])
  if (sides !== undefined && left !== undefined) return { name, kind: left.kind, columns: sides, ends: sides[0].startsWith('in_') ? 'in out' : 'src dst' }
  throw new FlowLensError('FL_QUERY_INVALID', `by: flows cannot be grouped by ${JSON.stringify(name)}`, { context: { name } })
}

/** SQL of a dimension of one column. */
export const dimensionSql = ({ name, columns: [column] }: Dimension): string => COMPUTED[name]?.sql(column) ?? column

const BASE_TYPES: Readonly<Partial<Record<Kind, string>>> = {
  ip: 'IPv6',
  mac: 'UInt64',
  port: 'UInt16',
  proto: 'UInt8',
  octet: 'UInt8',
  flags: 'UInt16',
  bool: 'UInt8',
  text: 'String',
  country: 'String',
  count: 'UInt64',
}

/** Type of a parameter that holds values of this kind. */
export const parameterType = (kind: Kind): string => BASE_TYPES[kind] ?? 'UInt32'

/** A number as it is, or as text beyond 2^53. */
export function exact(value: Field): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(String(value)) ? number : String(value)
}

/** A value of the engine as it is shown: addresses without the mapped prefix, times as ISO 8601, MAC with colons. */
export function shown(kind: Kind, value: Field): Cell {
  if (value === null) return null
  switch (kind) {
    case 'ip':
      return String(value).replace(/^::ffff:(?=\d+\.)/, '')
    case 'mac':
      return BigInt(String(value))
        .toString(16)
        .padStart(12, '0')
        .replaceAll(/(..)(?=.)/g, '$1:')
    case 'time':
      return String(value).replace(' ', 'T').concat('Z')
    case 'bool':
      return Number(value) !== 0
    case 'text':
    case 'country':
      return String(value)
    default:
      return exact(value)
  }
}

/** The other way: what `shown` gave, as a parameter. */
export function parameterOf(kind: Kind, cell: Cell): string | number | bigint {
  switch (kind) {
    case 'mac':
      return BigInt(`0x${String(cell).replaceAll(':', '')}`)
    case 'bool':
      return cell === true ? 1 : 0
    case 'count':
      return BigInt(String(cell))
    default:
      return typeof cell === 'number' ? cell : String(cell)
  }
}
