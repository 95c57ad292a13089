/**
 * What has a page of its own. A kind is a value: the fields of the filter that name one of it, how its name is read, and what its
 * page leaves out. It is part of the first load, since the filter bar and every link to such a page ask for it.
 */
import { printAddress, readAddress } from '../../../src/filter/index.ts'
import { words } from '../words.ts'

/** Tabs of an entity's page, in their order; the first has no name in the address. */
export const TABS = ['traffic', 'peers', 'apps', 'ports', 'conversations', 'flows', 'quality'] as const
export type Tab = (typeof TABS)[number]

export interface EntityKind {
  readonly id: 'host' | 'as' | 'app' | 'category' | 'country' | 'network' | 'port'
  /** What the pages of its kind begin with. */
  readonly base: `/${string}/`
  /** The page that lists all of them. */
  readonly list: string
  /** One of it, and all of them. */
  readonly one: string
  readonly many: string
  /** Field of the filter that names it at either end of a flow. */
  readonly field: string
  /** Fields that name it as source and as destination; null where a flow has one as a whole. */
  readonly sides: readonly [source: string, destination: string] | null
  /** The value as the filter and the address name it; undefined for what is none. */
  readonly read: (text: string) => string | undefined
  /** Tabs that cannot apply. */
  readonly hides: readonly Tab[]
}

/** A text as it is. `.` and `..` would be read as steps of a path. */
const readText = (text: string): string | undefined => (text === '' || text === '.' || text === '..' ? undefined : text)

function readHost(text: string): string | undefined {
  const address = readAddress(text)
  return address === undefined ? undefined : printAddress(address)
}

const readNumber =
  (prefix: RegExp, most: number) =>
  (text: string): string | undefined => {
    const digits = text.replace(prefix, '')
    return /^[1-9]\d{0,9}$/.test(digits) && Number(digits) <= most ? digits : undefined
  }

export const KINDS: readonly EntityKind[] = [
  { id: 'host', base: '/hosts/', list: '/hosts', ...words.entity.host, field: 'ip', sides: ['src', 'dst'], read: readHost, hides: [] },
  {
    id: 'as',
    base: '/as/',
    list: '/top/as',
    ...words.entity.as,
    field: 'as',
    sides: ['src_as', 'dst_as'],
    read: readNumber(/^AS/i, 4_294_967_295),
    hides: [],
  },
  { id: 'app', base: '/apps/', list: '/top/applications', ...words.entity.app, field: 'app', sides: null, read: readText, hides: ['apps'] },
  { id: 'category', base: '/categories/', list: '/top/categories', ...words.entity.category, field: 'category', sides: null, read: readText, hides: [] },
  {
    id: 'country',
    base: '/countries/',
    list: '/top/countries',
    ...words.entity.country,
    field: 'country',
    sides: ['src_country', 'dst_country'],
    read: text => (/^[a-z]{2}$/i.test(text) ? text.toUpperCase() : undefined),
    hides: [],
  },
  {
    id: 'network',
    base: '/networks/',
    list: '/top/networks',
    ...words.entity.network,
    field: 'net_name',
    sides: ['src_net_name', 'dst_net_name'],
    read: readText,
    hides: [],
  },
  {
    id: 'port',
    base: '/ports/',
    list: '/top/ports',
    ...words.entity.port,
    field: 'port',
    sides: ['src_port', 'dst_port'],
    read: readNumber(/^(?!)/, 65_535),
    hides: ['ports'],
  },
]

/** The kind whose value a field of the filter tells. */
export const kindOfField = (field: string): EntityKind | undefined =>
  KINDS.find(kind => kind.field === field || kind.sides?.includes(field) === true || (field === 'host' && kind.id === 'host'))
