/** The fields of the filter language, derived from the columns: each column, and for each pair of sides the field of either. */
import { COLUMNS, type Column, type Kind } from '../schema/index.ts'

export interface Field {
  /** As it is printed. */
  readonly name: string
  readonly kind: Kind
  /** One column, or the two sides of an either-side field. */
  readonly columns: readonly [Column] | readonly [Column, Column]
  readonly label: string
  readonly doc: string
  /** The text field that holds the names of this id, such as `as_name` of `as`. */
  readonly companion?: string
}

/** `host` and `net` are an address or a text, by their value. */
export interface Chooser {
  readonly name: 'host' | 'net'
  readonly address: string
  readonly text: string
}

export const DIRECTIONS = ['src', 'dst', 'in', 'out'] as const
export type Direction = (typeof DIRECTIONS)[number]

export interface Fields {
  readonly all: readonly Field[]
  /** A field by its name, in lower case. */
  get(name: string): Field | undefined
  /** The present name behind a former one. */
  renamed(name: string): string | undefined
  /** What to use instead of a column that was removed. */
  removed(name: string): string | undefined
  /** `host` and `net`, also of one side; undefined for all other words. */
  chooser(name: string, direction?: Direction): Chooser | undefined
  /** The name of the field a direction and a stem make: `src port` is src_port, `dst ip` is dst. */
  directed(direction: Direction, stem: string): string | undefined
}

const SIDES = [
  ['src', 'dst'],
  ['in', 'out'],
] as const

/** Columns that exist but are no fields: `measured` is asked by `<field> measured`. */
const HIDDEN = new Set(['measured'])

/** Table of fields over a list of columns. `removed` tells what replaced columns that are gone. */
export function createFields(columns: readonly Column[], removed: Readonly<Record<string, string>> = {}): Fields {
  const byColumn = new Map(columns.filter(column => !HIDDEN.has(column.name)).map(column => [column.name, column]))
  const fields = new Map<string, Field>()
  const former = new Map<string, string>()

  const pairs: { name: string; left: Column; right: Column }[] = []
  for (const [left, right] of SIDES) {
    for (const one of byColumn.values()) {
      const stem = one.name === left ? 'ip' : one.name.startsWith(`${left}_`) ? one.name.slice(left.length + 1) : undefined
      const other = byColumn.get(one.name.replace(left, right))
      if (stem === undefined || other === undefined || other.kind !== one.kind || byColumn.has(stem)) continue
      pairs.push({ name: stem, left: one, right: other })
    }
  }
  const names = new Map<string, Kind>(
    [...byColumn.values(), ...pairs.map(pair => ({ name: pair.name, kind: pair.left.kind }))].map(({ name, kind }) => [name, kind]),
  )
  const companion = (name: string, kind: Kind): { companion?: string } =>
    (kind === 'id' || kind === 'as') && names.get(`${name}_name`) === 'text' ? { companion: `${name}_name` } : {}

  for (const column of byColumn.values()) {
    const { name, kind, label, doc } = column
    fields.set(name, { name, kind, columns: [column], label, doc, ...companion(name, kind) })
    for (const old of column.formerly ?? []) former.set(old, name)
  }
  for (const { name, left, right } of pairs) {
    const kind = left.kind
    const label = name === 'ip' ? 'Address' : name.replaceAll('_', ' ')
    fields.set(name, {
      name,
      kind,
      columns: [left, right],
      label,
      doc: `${left.name} or ${right.name}: holds if at least one side does.`,
      ...companion(name, kind),
    })
    for (const old of left.formerly ?? []) {
      const stem = old.replace(/^(src|in)_/, '')
      if (stem !== old && right.formerly?.some(theirs => theirs.replace(/^(dst|out)_/, '') === stem) === true) former.set(stem, name)
    }
  }

  const chooser = (name: string, direction?: Direction): Chooser | undefined => {
    if (name !== 'host' && name !== 'net') return undefined
    const address = direction ?? 'ip'
    const named = (direction === undefined ? '' : `${direction}_`) + (name === 'host' ? 'name' : 'net_name')
    return fields.get(address)?.kind === 'ip' && fields.get(named)?.kind === 'text' ? { name, address, text: named } : undefined
  }
  const directed = (direction: Direction, stem: string): string | undefined => {
    if (stem === 'ip') return fields.get(direction)?.kind === 'ip' ? direction : undefined
    const name = `${direction}_${stem}`
    const present = fields.has(name) ? name : former.get(name)
    if (present !== undefined) return present
    // A former name of the stem alone, such as `geo` of `country`.
    const renamed = former.get(stem)
    return renamed !== undefined && fields.has(`${direction}_${renamed}`) ? `${direction}_${renamed}` : undefined
  }

  return {
    all: [...fields.values()],
    get: name => fields.get(name),
    renamed: name => former.get(name),
    removed: name => (Object.hasOwn(removed, name) ? removed[name] : undefined),
    chooser,
    directed,
  }
}

/** The fields over the columns of a flow. */
export const FIELDS: Fields = createFields(COLUMNS)

/** Operators each kind has, commonest first; `exists` belongs to all but bool, `measured` to quality columns. */
export const OPERATORS: Readonly<Record<Kind, readonly string[]>> = {
  ip: ['=', 'in'],
  port: ['=', 'in', '<', '<=', '>', '>='],
  as: ['=', 'in', '<', '<=', '>', '>='],
  id: ['=', 'in', '<', '<=', '>', '>='],
  octet: ['=', 'in', '<', '<=', '>', '>='],
  count: ['>', '>=', '<', '<=', '=', 'in'],
  bits: ['>', '>=', '<', '<=', '=', 'in'],
  rate: ['>', '>=', '<', '<=', '=', 'in'],
  duration: ['>', '>=', '<', '<=', '=', 'in'],
  real: ['>', '>=', '<', '<=', '=', 'in'],
  time: ['>', '>=', '<', '<=', 'in'],
  text: ['=', 'in', 'contains', 'starts with', 'ends with', '~'],
  country: ['=', 'in'],
  proto: ['=', 'in'],
  mac: ['=', 'in', 'starts with'],
  flags: ['contains', '=', 'in'],
  bool: ['='],
}
