/** The question behind a route with a name: a table over a range, with the figures every such route gives. */
import type { Principal } from '../access/index.ts'
import type { Cell, Table } from '../query/index.ts'
import { askTable } from './ask.ts'
import type { ApiDeps } from './deps.ts'
import { parseRange } from './ranges.ts'

const METRICS = ['bytes', 'packets', 'flows', 'bps', 'pps']

/** What a request for such a table may say. */
export interface NamedRequest {
  readonly from?: string
  readonly to?: string
  readonly filter?: string
  readonly limit?: number
  readonly metric?: string
}

/** Traffic of the range by these columns, the most of the metric first. */
export const askNamed = (
  request: NamedRequest,
  by: readonly string[],
  standard: number,
  principal: Principal,
  signal: AbortSignal,
  deps: ApiDeps,
): Promise<Table> =>
  askTable(
    {
      ...parseRange(request, deps.now()),
      filter: request.filter ?? '',
      by,
      metrics: METRICS,
      limit: request.limit ?? standard,
      order: `-${request.metric ?? 'bytes'}`,
    },
    principal,
    signal,
    deps,
  )

/** A figure of an answer; sums beyond 2^53 come as text and lose their last digits here. */
export const numberOf = (value: Cell | undefined): number => Number(value ?? 0)
