/** What each page of a ranking is: the fields it groups and filters by, and how a key of it is shown. */
import type { Side } from '../address/scope.ts'

/** How a key is printed: an AS by its name and number, country, category, port and code point by their words, a text as it is. */
export type KeyStyle = 'as' | 'country' | 'category' | 'port' | 'dscp' | 'text'

export interface Ranking {
  readonly path: string
  readonly title: string
  /** One of them, over its column. */
  readonly one: string
  readonly style: KeyStyle
  /** The column of flows, or the stem of the columns of both ends: `as` of `src_as` and `dst_as`. */
  readonly stem: string
  /** Whether the two ends of a flow have one each. */
  readonly sided: boolean
  /** Stem of the column that names a key. */
  readonly nameStem?: string
}

const RANKINGS: readonly Ranking[] = [
  { path: '/top/as', title: 'Autonomous systems', one: 'Autonomous system', style: 'as', stem: 'as', sided: true, nameStem: 'as_name' },
  { path: '/top/applications', title: 'Applications', one: 'Application', style: 'text', stem: 'app', sided: false },
  { path: '/top/categories', title: 'Categories', one: 'Category', style: 'category', stem: 'category', sided: false },
  { path: '/top/countries', title: 'Countries', one: 'Country', style: 'country', stem: 'country', sided: true },
  { path: '/top/networks', title: 'Networks', one: 'Network', style: 'text', stem: 'net_name', sided: true },
  { path: '/top/ports', title: 'Ports', one: 'Port', style: 'port', stem: 'port', sided: true },
  { path: '/top/dscp', title: 'Classes of service', one: 'Class', style: 'dscp', stem: 'dscp', sided: false },
]

/** The ranking of a page. */
export const rankingAt = (path: string): Ranking | undefined => RANKINGS.find(ranking => ranking.path === path)

/** The field of the Query model and of the filter language: `src_as`, `dst_as`, or `as` for either end. */
const fieldOf = (stem: string, side: Side): string => (side === 'either' ? stem : `${side}_${stem}`)

/** Fields a ranking groups by at one side: the key, and its name where it has one. */
export function fieldsOf({ stem, sided, nameStem }: Ranking, side: Side): readonly [key: string] | readonly [key: string, name: string] {
  if (!sided) return [stem]
  return nameStem === undefined ? [fieldOf(stem, side)] : [fieldOf(stem, side), fieldOf(nameStem, side)]
}
