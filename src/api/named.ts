/** The question behind a route with a name: a table over a range, with the figures every such route gives. */
import type { Principal } from '../access/index.ts'
import { usualOrder, type Cell, type Counting, type Key, type Query, type Series, type Table } from '../query/index.ts'
import { ask, askTable } from './ask.ts'
import type { ApiDeps } from './deps.ts'
import { parseCompare, parseGranularity, parseRange } from './ranges.ts'

/** Lines of a series by columns, where the request does not say how many. */
const LINES = 10
const METRICS = ['bytes', 'packets', 'flows', 'bps', 'pps']

/** What a request for such a table may say. */
export interface NamedRequest {
  readonly from?: string
  readonly to?: string
  readonly filter?: string
  readonly limit?: number
  readonly metric?: string
  readonly compare?: string
  readonly duplicates?: Counting
}

/** What the name stands for. */
export interface NamedTable {
  /** Figures of a row; those of traffic when absent. */
  readonly metrics?: readonly string[]
  /** Which flows it is about; all when absent. */
  readonly only?: string
  /** Rows of these keys only, in their order. */
  readonly keys?: readonly Key[]
}

/** The filter of the request inside that of the name; it is checked alone first, as `scoped` does. */
function narrowed(filter: string, only: string | undefined, deps: ApiDeps): string {
  if (only === undefined) return filter
  if (filter.trim() === '') return only
  deps.query.check(filter)
  return `(${filter}\n) and (${only})`
}

/** The most of the figure it is to be ranked by; of bytes, or in the order of bands, where it does not say. */
const orderOf = ({ limit, metric }: NamedRequest, by: readonly string[], standard: number): Pick<Query, 'order' | 'limit'> =>
  usualOrder(by, 'bytes', { limit, order: metric === undefined ? undefined : `-${metric}` }, standard)

/** Figures of the range by these columns, the most of the metric first. Throws FL_API_INVALID for a range or period that does not fit. */
export function askNamed(
  request: NamedRequest,
  by: readonly string[],
  standard: number,
  principal: Principal,
  signal: AbortSignal,
  deps: ApiDeps,
  { metrics = METRICS, only, keys }: NamedTable = {},
): Promise<Table> {
  const now = deps.now()
  const range = parseRange(request, now)
  return askTable(
    {
      ...range,
      filter: narrowed(request.filter ?? '', only, deps),
      by,
      metrics,
      ...orderOf(request, by, standard),
      ...(keys === undefined ? {} : { keys }),
      ...(request.duplicates === undefined ? {} : { duplicates: request.duplicates }),
      ...(request.compare === undefined ? {} : { compare: parseCompare(request.compare, range, now) }),
    },
    principal,
    signal,
    deps,
  )
}

/** The same figures over time, of all flows together unless columns are named. Throws FL_API_INVALID for a range or width that does not fit. */
export function askNamedSeries(
  request: NamedRequest,
  granularity: string,
  by: readonly string[],
  principal: Principal,
  signal: AbortSignal,
  deps: ApiDeps,
  { metrics = METRICS, only }: NamedTable = {},
): Promise<Table | Series> {
  const now = deps.now()
  const range = parseRange(request, now)
  return ask(
    {
      ...range,
      filter: narrowed(request.filter ?? '', only, deps),
      by,
      metrics,
      granularity: parseGranularity(granularity, range),
      ...orderOf(request, by, LINES),
      ...(request.duplicates === undefined ? {} : { duplicates: request.duplicates }),
      ...(request.compare === undefined ? {} : { compare: parseCompare(request.compare, range, now) }),
    },
    principal,
    signal,
    deps,
  )
}

/** A figure of an answer; sums beyond 2^53 come as text and lose their last digits here. */
export const numberOf = (value: Cell | undefined): number => Number(value ?? 0)
