/** How flows count that several exporters told: what is asked, and the words for what was answered. */
import type { Counting, Scope } from '../address/scope.ts'

/** What every question about traffic takes from the scope beside its range: filter, counting, sampling. */
export interface Asked {
  readonly filter: string
  readonly duplicates?: Exclude<Counting, ''>
  readonly as_sent?: true
}

export const countingOf = ({ duplicates }: Pick<Scope, 'duplicates'>): Pick<Asked, 'duplicates'> => (duplicates === '' ? {} : { duplicates })

/** The part of a question that the scope decides, without its range. */
export const askedOf = (scope: Pick<Scope, 'filter' | 'duplicates' | 'asSent'>): Asked => ({
  filter: scope.filter,
  ...countingOf(scope),
  ...(scope.asSent ? { as_sent: true as const } : {}),
})
