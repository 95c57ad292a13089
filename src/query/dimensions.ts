/** What flows can be grouped by: columns, fields that look at either side, the networks that addresses are in, and bands of measured times. */
import { BANDS_A_DECADE, bandsOf, type Band } from '../filter/index.ts'
import { columnByName, COLUMNS, FlowLensError, type Column, type Kind } from '../schema/index.ts'
import { isMeasured, type Field } from '../store/index.ts'
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
  /** Set where times are grouped by the band they are in, the fastest first. */
  readonly bands?: readonly Band[]
  /** Condition of the rows that have a value at all; the others are in no row and in no total. */
  readonly known?: string
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

/** A time that exporters measure: one that is not known is not 0, so a band of it holds measured flows only. */
const isMeasuredTime = (column: Column | undefined): column is Column & Required<Pick<Column, 'measured'>> =>
  column?.kind === 'duration' && column.measured !== undefined

/** Names of all dimensions, for messages and completion. */
export const dimensionNames = (): readonly string[] => {
  const columns: readonly Column[] = COLUMNS
  const stems = columns.flatMap(({ name }) => (/^(?:src|in)_/.test(name) ? [name.replace(/^(?:src|in)_/, '')] : [])).filter(stem => sidesOf(stem) !== undefined)
  const bands = columns.filter(isMeasuredTime).flatMap(({ name }) => BANDS_A_DECADE.map(aDecade => `${name}/${aDecade}`))
  return [...columns.filter(isDimension).map(column => column.name), 'host', 'ip', ...stems, ...bands]
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

/** The bands of a time, so many for each power of ten: `rtt/3`. Undefined where the name before the slash is no measured time. */
function bandDimension(name: string, stem: string, aDecade: string): Dimension | undefined {
  const column = columnByName(stem)
  if (!isMeasuredTime(column)) return undefined
  const bands = bandsOf(aDecade)
  if (bands === undefined)
    throw new FlowLensError('FL_QUERY_INVALID', `by: ${JSON.stringify(name)}: a power of ten has ${BANDS_A_DECADE.join(', ')} bands; write ${stem}/3`, {
      context: { name },
    })
  return { name, kind: column.kind, columns: [stem], bands, known: isMeasured(column.measured) }
}

/** The networks of addresses: `src/24`, `ip/24/64`. */
function networkDimension(name: string, stem: string, lengths: string): Dimension {
  const prefix = prefixOf(lengths)
  if (prefix === undefined)
    throw new FlowLensError(
      'FL_QUERY_INVALID',
      `by: ${JSON.stringify(name)} has no lengths of prefixes; write src/24, or src/24/48 for the lengths of IPv4 and IPv6, up to 32 and 128`,
      { context: { name } },
    )
  const addresses = dimensionOf(stem)
  if (addresses.kind !== 'ip') throw new FlowLensError('FL_QUERY_INVALID', `by: ${addresses.name} is no address, so it is in no network`, { context: { name } })
  return { ...addresses, name, prefix }
}

/** The dimension of this name. Throws FL_QUERY_INVALID when flows cannot be grouped by it. */
export function dimensionOf(name: string): Dimension {
  const slash = name.indexOf('/')
  if (slash >= 0) {
    const [stem, rest] = [name.slice(0, slash), name.slice(slash + 1)]
    return bandDimension(name, stem, rest) ?? networkDimension(name, stem, rest)
  }
  const column = columnByName(name)
  if (isDimension(column)) return { name, kind: column.kind, columns: [COMPUTED[name]?.column ?? name] }
  const sides = column === undefined ? sidesOf(name) : undefined
  const left = sides === undefined ? undefined : columnByName(sides[0])
  if (sides !== undefined && left !== undefined) return { name, kind: left.kind, columns: sides, ends: sides[0].startsWith('in_') ? 'in out' : 'src dst' }
  const instead = isMeasuredTime(column) ? `; write ${name}/3 for its bands` : ''
  throw new FlowLensError('FL_QUERY_INVALID', `by: flows cannot be grouped by ${JSON.stringify(name)}${instead}`, { context: { name } })
}

/** The bits that an IPv4 address begins with where it stands as an IPv6 one. */
const MAPPED_BITS = 96

/** SQL of a dimension at one of its sides, over this column: by networks the first address of each, by bands their lower edge. */
export function dimensionSql({ name, prefix, bands }: Dimension, column: string): string {
  if (bands !== undefined) return `toUInt32(roundDown(${column}, [${bands.map(({ low }) => low).join()}]))`
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

/** A lower edge that no band has. */
const NO_BAND = 2 ** 32 - 1

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

/** A key of an answer: values as shown, networks as prefixes, bands from edge to edge. */
export function shownKey({ kind, prefix, bands }: Dimension, value: Field): Cell {
  if (bands !== undefined) return bands.find(({ low }) => low === Number(value))?.text ?? null
  const cell = shown(kind, value)
  if (prefix === undefined || cell === null) return cell
  return `${String(cell)}/${String(cell).includes(':') ? prefix.v6 : prefix.v4}`
}

/** The other way: what `shownKey` gave, as a parameter. A text that is no band is the edge of none. */
export function keyParameter({ kind, prefix, bands }: Dimension, cell: Cell): string | number | bigint {
  if (bands !== undefined) return bands.find(({ text }) => text === cell)?.low ?? NO_BAND
  return parameterOf(kind, prefix === undefined ? cell : String(cell).replace(/\/\d+$/, ''))
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
