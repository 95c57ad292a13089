/**
 * How often a flow counts that several exporters told, or one of them twice. The column `duplicate` says: 0 for the telling that
 * counts, 1 where another exporter had told the flow, 2 where the same one had.
 */
import { columnByName } from '../schema/index.ts'
import type { Dimension } from './dimensions.ts'
import type { Query } from './model.ts'

/** `once`: each flow once; `hops`: as each exporter saw it; `all`: every row there is. */
export const COUNTINGS = ['once', 'hops', 'all'] as const
export type Counting = (typeof COUNTINGS)[number]

export interface Counted {
  readonly counting: Counting
  /** Rows are as each exporter saw them, but the totals count each flow once. */
  readonly totalsOnce: boolean
}

/** Columns that say something of the place a flow was seen at, beside those of the exporter, its interfaces and layer 2. */
const OF_THE_PLACE = new Set(['direction', 'next_hop', 'bgp_next_hop', 'in_vrf', 'out_vrf', 'in_vrf_name', 'out_vrf_name', 'min_ttl', 'max_ttl'])
const GROUPS_OF_THE_PLACE: ReadonlySet<string> = new Set(['exporter', 'interfaces', 'layer 2'])

/** Every filter by bytes or packets reads the sampling rate. */
const isOfThePlace = (name: string): boolean => name !== 'sampling_rate' && (OF_THE_PLACE.has(name) || GROUPS_OF_THE_PLACE.has(columnByName(name)?.group ?? ''))

/**
 * How a question counts: as it says, else once; but a question about exporters or interfaces is one about what they saw, and one that
 * asks for `duplicate` itself wants every row.
 */
export function countedBy({ duplicates }: Pick<Query, 'duplicates'>, dimensions: readonly Dimension[], filtered: ReadonlySet<string>): Counted {
  if (duplicates !== undefined) return { counting: duplicates, totalsOnce: false }
  const grouped = dimensions.flatMap(({ columns }) => columns)
  if (filtered.has('duplicate') || grouped.includes('duplicate')) return { counting: 'all', totalsOnce: false }
  if ([...filtered].some(isOfThePlace)) return { counting: 'hops', totalsOnce: false }
  return grouped.some(isOfThePlace) ? { counting: 'hops', totalsOnce: true } : { counting: 'once', totalsOnce: false }
}

/** The rows that count, as a condition over `flows` and the roll-ups that have the column. */
export const countedSql: Readonly<Record<Counting, string>> = { once: 'duplicate = 0', hops: 'duplicate < 2', all: '1' }

export const COUNTING_NOTES: Readonly<Record<Counting, string | undefined>> = {
  once: undefined,
  hops: 'Told as each exporter saw it: a flow that passed several of them counts at each.',
  all: 'Every row counts, also those that tell of a flow once more.',
}
