/** What flows can be grouped by: columns, fields that look at either side, and the networks that addresses are in. */
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
  /** Set where addresses are grouped by their networks: lengths of the prefixes by family. */
  readonly prefix?: { readonly v4: number; readonly v6: number }
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

/** Lengths where only one of the two families is asked for: what is usually announced and handed out. */
const USUAL = { v4: 24, v6: 48 } as const

/**
 * Lengths of prefixes behind a name: `24` is one of IPv4 with the usual 48 of IPv6, `24/64` are both, and a number above 32 is one of
 * IPv6 alone. Undefined for anything else.
 */
function prefixOf(lengths: string): Dimension['prefix'] {
  const [, first, second] = /^([1-9]\d{0,2})(?:\/([1-9]\d{0,2}))?$/.exec(lengths) ?? []
  if (first === undefined) return undefined
  const v4 = second === undefined && Number(first) > 32 ? USUAL.v4 : Number(first)
  const v6 = second === undefined ? (Number(first) > 32 ? Number(first) : USUAL.v6) : Number(second)
  return v4 <= 32 && v6 <= 128 ? { v4, v6 } : undefined
}

/** The networks of addresses: `src/24`, `ip/24/64`. */
function networkDimension(name: string): Dimension | undefined {
  const slash = name.indexOf('/')
  if (slash < 0) return undefined
  const prefix = prefixOf(name.slice(slash + 1))
  if (prefix === undefined)
    throw new FlowLensError(
      'FL_QUERY_INVALID',
      `by: ${JSON.stringify(name)} has no lengths of prefixes; write src/24, or src/24/48 for the lengths of IPv4 and IPv6, up to 32 and 128`,
      { context: { name } },
    )
  const addresses = dimensionOf(name.slice(0, slash))
  if (addresses.kind !== 'ip') throw new FlowLensError('FL_QUERY_INVALID', `by: ${addresses.name} is no address, so it is in no network`, { context: { name } })
  return { ...addresses, name, prefix }
}

/** The dimension of this name. Throws FL_QUERY_INVALID when flows cannot be grouped by it. */
export function dimensionOf(name: string): Dimension {
  const network = networkDimension(name)
  if (network !== undefined) return network
  const column = columnByName(name)
  if (isDimension(column)) return { name, kind: column.kind, columns: [COMPUTED[name]?.column ?? name] }
  const sides = column === undefined ? sidesOf(name) : undefined
  const left = sides === undefined ? undefined : columnByName(sides[0])
  if (sides !== undefined && left !== undefined) return { name, kind: left.kind, columns: sides, ends: sides[0].startsWith('in_') ? 'in out' : 'src dst' }
  throw new FlowLensError('FL_QUERY_INVALID', `by: flows cannot be grouped by ${JSON.stringify(name)}`, { context: { name } })
}

/** The bits that an IPv4 address begins with where it stands as an IPv6 one. */
const MAPPED_BITS = 96

/** SQL of a dimension at one of its sides, over this column: by networks the first address of each. */
export function dimensionSql({ name, prefix }: Dimension, column: string): string {
  if (prefix === undefined) return COMPUTED[name]?.sql(column) ?? column
  const length = `if(${column} BETWEEN toIPv6('::ffff:0.0.0.0') AND toIPv6('::ffff:255.255.255.255'), ${MAPPED_BITS + prefix.v4}, ${prefix.v6})`
  return `tupleElement(IPv6CIDRToRange(${column}, toUInt8(${length})), 1)`
}

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
  real: 'Float32',
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

/** A key of an answer: values as shown, networks as prefixes. */
export function shownKey({ kind, prefix }: Dimension, value: Field): Cell {
  const cell = shown(kind, value)
  if (prefix === undefined || cell === null) return cell
  return `${String(cell)}/${String(cell).includes(':') ? prefix.v6 : prefix.v4}`
}

/** The other way: what `shownKey` gave, as a parameter. */
export const keyParameter = ({ kind, prefix }: Dimension, cell: Cell): string | number | bigint =>
  parameterOf(kind, prefix === undefined ? cell : String(cell).replace(/\/\d+$/, ''))

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
