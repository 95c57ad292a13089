/** Asking the query room on behalf of somebody: inside the scope, timed, in the words of the API. */
import type { Principal } from '../access/index.ts'
import { toError } from '../schema/index.ts'
import type { Query, Series, Table } from '../query/index.ts'
import type { ApiDeps } from './deps.ts'

/**
 * The filter together with the scope of whoever asks. It is checked alone first, so that no bracket of it can reach outside and
 * the position of a mistake is one in the text that was sent; the line break ends a comment.
 */
export function scoped(principal: Principal, filter: string, deps: Pick<ApiDeps, 'query'>): string {
  if (principal.scope === '') return filter
  if (filter.trim() === '') return principal.scope
  deps.query.check(filter)
  return `(${principal.scope}\n) and (${filter}\n)`
}

/** Runs a query inside the scope and counts how long it took. */
export async function ask(query: Query, principal: Principal, signal: AbortSignal, deps: Pick<ApiDeps, 'query' | 'metrics'>): Promise<Table | Series> {
  try {
    const answer = await deps.query.run({ ...query, filter: scoped(principal, query.filter, deps) }, signal)
    deps.metrics.observe('flowlens_query_duration_seconds', { answered_from: answer.answeredFrom }, answer.tookMs / 1000)
    return answer
  } catch (error) {
    deps.metrics.count('flowlens_query_failures_total', { code: toError(error).code })
    throw error
  }
}

/** As `ask`, for a query without `granularity`. */
export async function askTable(
  query: Omit<Query, 'granularity'>,
  principal: Principal,
  signal: AbortSignal,
  deps: Pick<ApiDeps, 'query' | 'metrics'>,
): Promise<Table> {
  const answer = await ask(query, principal, signal, deps)
  if (answer.kind !== 'table') throw new Error('a query without granularity was answered by a series')
  return answer
}

const SNAKE: Readonly<Record<string, string>> = {
  answeredFrom: 'answered_from',
  tookMs: 'took_ms',
  rowsRead: 'rows_read',
  unknownSamplingFlows: 'unknown_sampling_flows',
  asSent: 'as_sent',
}

/** A Table or Series with the keys of the API; rows and figures already have the names of columns. */
export const inSnakeCase = (answer: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [
      SNAKE[key] ?? key,
      key === 'compare' && typeof value === 'object' && value !== null ? inSnakeCase(value) : value,
    ]),
  )
