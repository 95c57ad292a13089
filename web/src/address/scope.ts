/**
 * The scope: what a page looks at. All of it lives in the address, in readable keys that mirror the Query model; this list is
 * the one place that knows them, their types and defaults. In: a query string. Out: a Scope, and the keys nobody knows, which
 * are reported and kept rather than dropped. A key or column that was renamed opens under its new name.
 */
import { COLUMNS, columnByName, type Column } from '../../../src/schema/index.ts'
import { KINDS } from '../entity/kinds.ts'

/** Which end of a flow a ranking looks at. */
export const SIDES = ['src', 'dst', 'either'] as const
export type Side = (typeof SIDES)[number]

/** How many rows a ranking may have. */
export const TOPS = ['10', '25', '50', '100'] as const

/** What the list of hosts can be ranked by. */
export const RANKS = ['bytes', 'packets', 'flows'] as const

/** What the rate of an entity is drawn in layers of: nothing, or its applications. */
export const LAYERS = ['none', 'parts'] as const

const ENTITIES = KINDS.map(kind => kind.base)

/** How often a flow counts that several exporters told; empty leaves it to the server: once, but as each saw it in questions about exporters. */
export const COUNTINGS = ['', 'once', 'hops', 'all'] as const
export type Counting = (typeof COUNTINGS)[number]

/** What the figures of quality can be told by. */
export const GROUPINGS = ['host', 'app', 'as', 'interface', 'country'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** Times that exporters measure, as columns of a flow; empty is the one that most flows have. */
export const TIMES = ['', 'rtt', 'rtt_client', 'rtt_server', 'app_latency', 'response_time', 'transaction_time'] as const
export type MeasuredTime = Exclude<(typeof TIMES)[number], ''>

/** Measured flows a row of the tables of quality needs. */
export const LEASTS = ['20', '1', '5', '100', '1000'] as const

export interface Scope {
  /** Expression of the filter language; empty is all traffic. */
  readonly filter: string
  /** Words of a time: `now-1h`, ISO. */
  readonly from: string
  readonly to: string
  /** False when a person paused a range that ends now. */
  readonly live: boolean
  /** Columns of the flow table; empty means the default ones. */
  readonly columns: readonly string[]
  /** Column of the flow table's order; `-` before it for descending. */
  readonly order: string
  /** Figures without the sampling rate. */
  readonly asSent: boolean
  readonly density: 'compact' | 'normal' | 'loose'
  /** How the throughput is drawn. */
  readonly chart: 'stacked' | 'table'
  /** Order of the list of exporters; `-` before it for descending. */
  readonly sort: string
  /** What stands open on the page of an exporter, each by its own name: templates, changes, elements. */
  readonly open: readonly string[]
  /** ifIndex of the interface whose counters are drawn; empty is none. */
  readonly interface: string
  /** What the rates of an interface are drawn in: bits a second, or percent of its speed. */
  readonly unit: 'rate' | 'share'
  /** The end of a flow whose AS, country or network is ranked. */
  readonly side: Side
  /** Rows of a ranking. */
  readonly top: (typeof TOPS)[number]
  readonly rank: (typeof RANKS)[number]
  readonly layers: (typeof LAYERS)[number]
  readonly duplicates: Counting
  /** What the table of a page of quality tells its figures by. */
  readonly by: Grouping
  /** Figure the table of a page of quality ranks by, the worst first; empty is the page's own. */
  readonly worst: string
  readonly least: (typeof LEASTS)[number]
  readonly measure: (typeof TIMES)[number]
}

interface Key<T> {
  readonly key: string
  readonly initial: T
  readonly read: (text: string) => T | undefined
  readonly write: (value: T) => string
  /** The pages it is for; elsewhere it does not go along. Without them it holds for all. */
  readonly page?: string | readonly string[]
}

const key = <T>(definition: Key<T>): Key<T> => definition
const text = (name: string, initial: string): Key<string> => key({ key: name, initial, read: value => value, write: value => value })
const choice = <const T extends string>(name: string, options: readonly [T, ...T[]], page?: string | readonly string[]): Key<T> =>
  key<T>({
    key: name,
    initial: options[0],
    read: value => options.find(option => option === value),
    write: value => value,
    ...(page === undefined ? {} : { page }),
  })

const formerColumns = new Map<string, string>(
  (COLUMNS as readonly Column[]).flatMap(column => (column.formerly ?? []).map(former => [former, column.name] as const)),
)

/** The present name of a column, or undefined where there is none. */
export function presentColumn(name: string): string | undefined {
  return columnByName(name)?.name ?? formerColumns.get(name)
}

const KEYS: { readonly [K in keyof Scope]: Key<Scope[K]> } = {
  filter: text('filter', ''),
  from: text('from', 'now-1h'),
  to: text('to', 'now'),
  live: key({ key: 'live', initial: true, read: value => value !== 'off', write: value => (value ? 'on' : 'off') }),
  columns: key<readonly string[]>({
    key: 'columns',
    initial: [],
    read: value => [...new Set(value.split(',').flatMap(name => presentColumn(name.trim()) ?? []))],
    write: value => value.join(','),
  }),
  order: key({
    key: 'order',
    initial: '-bytes',
    read: value => {
      const name = presentColumn(value.replace(/^-/, ''))
      return name === undefined ? undefined : `${value.startsWith('-') ? '-' : ''}${name}`
    },
    write: value => value,
  }),
  asSent: key({ key: 'as_sent', initial: false, read: value => value === 'true', write: String }),
  density: choice('density', ['compact', 'normal', 'loose']),
  chart: choice('chart', ['stacked', 'table']),
  sort: key({ key: 'sort', initial: '', page: '/exporters', read: value => (/^-?[a-z_]{1,20}$/.test(value) ? value : undefined), write: value => value }),
  open: key<readonly string[]>({
    key: 'open',
    initial: [],
    page: '/exporters/',
    read: value => [...new Set(value.split(',').filter(Boolean))],
    write: value => value.join(','),
  }),
  interface: key({ key: 'interface', initial: '', page: '/exporters/', read: value => (/^\d{1,10}$/.test(value) ? value : undefined), write: value => value }),
  unit: choice('unit', ['rate', 'share'], '/exporters/'),
  side: choice('side', SIDES, '/top/'),
  top: choice('top', TOPS, ['/top/', '/hosts', ...ENTITIES]),
  rank: choice('rank', RANKS, '/hosts'),
  layers: choice('layers', LAYERS, ENTITIES),
  duplicates: choice('duplicates', COUNTINGS),
  by: choice('by', GROUPINGS, '/quality/'),
  worst: key({ key: 'worst', initial: '', page: '/quality/', read: value => (/^[a-z0-9_]{1,40}$/.test(value) ? value : undefined), write: value => value }),
  least: choice('least', LEASTS, '/quality/'),
  measure: choice('measure', TIMES, ['/quality/latency', '/quality/tcp']),
}

const FIELDS = Object.keys(KEYS) as readonly (keyof Scope)[]

export interface ReadScope {
  readonly scope: Scope
  /** Keys and values of the address this version does not know. */
  readonly unknown: readonly (readonly [string, string])[]
}

export const DEFAULT_SCOPE: Scope = Object.fromEntries(FIELDS.map(field => [field, KEYS[field].initial])) as unknown as Scope

/** Reads a query string; a value that does not fit gives the default. */
export function readScope(search: string): ReadScope {
  const entries = new URLSearchParams(search)
  const found: Partial<Record<keyof Scope, Scope[keyof Scope]>> = {}
  const known = new Set<string>()
  for (const field of FIELDS) {
    const { key: name, read } = KEYS[field]
    known.add(name)
    const value = entries.get(name)
    const parsed = value === null ? undefined : read(value)
    if (parsed !== undefined) found[field] = parsed
  }
  return {
    scope: { ...DEFAULT_SCOPE, ...found } as Scope,
    unknown: [...entries].filter(([name]) => !known.has(name)),
  }
}

/** The scope as it goes along to a page: what belongs to another one is back at its default. */
export function scopeAt(path: string, scope: Scope): Scope {
  const away = FIELDS.filter(field => {
    const { page } = KEYS[field]
    return page !== undefined && ![page].flat().some(each => (each.endsWith('/') ? path.startsWith(each) : path === each))
  })
  return away.length === 0 ? scope : { ...scope, ...Object.fromEntries(away.map(field => [field, KEYS[field].initial])) }
}

/** Characters a query may hold as they are stay as they are: an address is read by people. */
function readable(value: string): string {
  return encodeURIComponent(value).replace(/%(2F|3A|2C|40|24|3D|3B|20)/g, (_, code: string) =>
    code === '20' ? '+' : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** Writes a query string, `?` included; defaults are left out, unknown keys kept. */
export function writeScope(scope: Scope, unknown: ReadScope['unknown'] = []): string {
  const parts: string[] = []
  const put = <K extends keyof Scope>(field: K): void => {
    const { key: name, initial, write } = KEYS[field]
    const written = write(scope[field])
    if (written !== write(initial)) parts.push(`${name}=${readable(written)}`)
  }
  for (const field of FIELDS) put(field)
  for (const [name, value] of unknown) parts.push(`${readable(name)}=${readable(value)}`)
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}
