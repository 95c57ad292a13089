/** Where an entity stands in the address, and what that means for every question of its page: its term is one more of the filter. */
import { joining, onlyThis, readFilter, type Condition } from '../filter/language.ts'
import { KINDS, TABS, kindOfField, type EntityKind, type Tab } from './kinds.ts'

export interface Entity {
  readonly kind: EntityKind
  readonly value: string
  /** As its number is written: `AS15169`; the value elsewhere. */
  readonly label: string
  /** Its page: `/hosts/10.0.0.5`. */
  readonly path: string
  /** Its term of the filter, in canonical form. */
  readonly term: string
  readonly tab: Tab
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    if (cause instanceof URIError) return undefined
    throw cause
  }
}

/** The value in a path; colons of an address are read by people and may stay. */
const encoded = (value: string): string => encodeURIComponent(value).replaceAll('%3A', ':')

/** The entity a path is about; undefined where it is about none, or about one that no filter can name. */
export function entityAt(path: string): Entity | undefined {
  const kind = KINDS.find(each => path.startsWith(each.base))
  if (kind === undefined) return undefined
  const [name = '', tab = TABS[0]] = path.slice(kind.base.length).split('/')
  const value = kind.read(decoded(name) ?? '')
  const known = TABS.find(each => each === tab)
  if (value === undefined || known === undefined || kind.hides.includes(known)) return undefined
  try {
    return {
      kind,
      value,
      label: kind.id === 'as' ? `AS${value}` : value,
      path: `${kind.base}${encoded(value)}`,
      term: onlyThis({ field: kind.field, value }),
      tab: known,
    }
  } catch (cause) {
    console.info('no filter can name it', cause)
    return undefined
  }
}

/** The address of a tab of it. */
export const tabPath = (entity: Entity, tab: Tab): string => (tab === TABS[0] ? entity.path : `${entity.path}/${tab}`)

/** The page of what a condition names; null where it has none. */
export function pageOf({ field, value, op = '=' }: Condition): string | null {
  if (op !== '=') return null
  if (field === 'exporter' && value !== '') return `/exporters/${encoded(value)}`
  const kind = kindOfField(field)
  const named = kind?.read(value)
  return kind === undefined || named === undefined ? null : `${kind.base}${encoded(named)}`
}

/** A filter within a term. One that cannot be read stays as it is, so that whoever is asked tells what is wrong with it. */
export const within = (term: string, filter: string): string => (readFilter(filter).ok ? joining(term, filter) : filter)

/** What the page at a path asks for: the filter of the scope, within the entity the path is about. */
export function filterAt(path: string, filter: string): string {
  const entity = entityAt(path)
  return entity === undefined ? filter : within(entity.term, filter)
}

/** The terms of its being the source and the destination; its own term twice where a flow has it as a whole. */
export function sideTerms({ kind, value, term }: Entity): readonly [source: string, destination: string] {
  if (kind.sides === null) return [term, term]
  const [source, destination] = kind.sides
  return [onlyThis({ field: source, value }), onlyThis({ field: destination, value })]
}
