/** Questions with a name: talkers, protocols, hosts, AS, applications, countries, networks. Each is a Query. */
import { Type } from 'typebox'
import { inSnakeCase } from '../ask.ts'
import type { ApiDeps } from '../deps.ts'
import { askNamed } from '../named.ts'
import { route, type Route } from '../route.ts'
import { compare, duplicates, input, limit, NONE, oneOf, rangeKeys, tableAnswer } from '../schemas.ts'

const METRIC_WORDS = ['bytes', 'packets', 'flows'] as const
const metric = Type.Optional(oneOf(METRIC_WORDS, 'What to rank by; bytes when absent.'))
const direction = Type.Optional(oneOf(['src', 'dst', 'both'], 'As source, as destination, or either; either when absent.'))

interface Named {
  readonly url: string
  readonly summary: string
  /** Most rows, and rows when the request names no limit. */
  readonly rows: readonly [most: number, standard: number]
}

/** Traffic by columns of a flow. */
interface ByColumns extends Named {
  readonly by: readonly string[]
}

/** Traffic by what either side of a flow is; with a direction, by that of one side. */
interface BySide extends Named {
  readonly either: readonly string[]
  readonly src: readonly string[]
  readonly dst: readonly string[]
}

const COLUMNS: readonly ByColumns[] = [
  { url: '/api/v1/protocols', by: ['proto'], rows: [256, 50], summary: 'Traffic by IP protocol.' },
  { url: '/api/v1/hosts', by: ['host'], rows: [1000, 100], summary: 'Hosts, each with the traffic it was either side of.' },
  { url: '/api/v1/applications', by: ['app', 'category'], rows: [1000, 50], summary: 'Traffic by application, with the category of each.' },
  { url: '/api/v1/categories', by: ['category'], rows: [1000, 50], summary: 'Traffic by category of application.' },
]

const SIDES: readonly BySide[] = [
  { url: '/api/v1/top-talkers', either: ['host'], src: ['src'], dst: ['dst'], rows: [1000, 10], summary: 'The addresses with the most traffic.' },
  {
    url: '/api/v1/as',
    either: ['as', 'as_name'],
    src: ['src_as', 'src_as_name'],
    dst: ['dst_as', 'dst_as_name'],
    rows: [1000, 50],
    summary: 'Traffic by autonomous system, with its name; 0 is unknown.',
  },
  {
    url: '/api/v1/countries',
    either: ['country'],
    src: ['src_country'],
    dst: ['dst_country'],
    rows: [1000, 50],
    summary: 'Traffic by country; empty is unknown.',
  },
  {
    url: '/api/v1/networks',
    either: ['net_name'],
    src: ['src_net_name'],
    dst: ['dst_net_name'],
    rows: [1000, 50],
    summary: 'Traffic by known network; empty is none of them.',
  },
]

export function resourceRoutes(deps: ApiDeps): Route[] {
  const facts = ({ url, summary }: Named) =>
    ({ method: 'GET', url, summary, access: 'viewer', tag: 'Traffic', params: NONE, body: null, answer: tableAnswer }) as const
  const keys = ({ rows }: Named) => ({ ...rangeKeys, metric, limit: Type.Optional(limit(...rows)), compare: Type.Optional(compare), duplicates })
  return [
    ...COLUMNS.map(named =>
      route({ ...facts(named), query: input(keys(named)) }, async ({ query, principal, signal }) =>
        inSnakeCase(await askNamed(query, named.by, named.rows[1], principal, signal, deps)),
      ),
    ),
    ...SIDES.map(named =>
      route({ ...facts(named), query: input({ ...keys(named), direction }) }, async ({ query, principal, signal }) => {
        const side = query.direction === undefined || query.direction === 'both' ? 'either' : query.direction
        return inSnakeCase(await askNamed(query, named[side], named.rows[1], principal, signal, deps))
      }),
    ),
  ]
}
