/** Questions: any Query, the figures of a range, help with the filter. */
import { Type } from 'typebox'
import { ask, askTable, inSnakeCase } from '../ask.ts'
import { csvPages } from '../csv.ts'
import { usualOrder, type Cell, type Counting, type Query, type Series, type Table } from '../../query/index.ts'
import type { ApiDeps } from '../deps.ts'
import { parseCompare, parseGranularity, parseRange } from '../ranges.ts'
import { route, type Route } from '../route.ts'
import { commaList, compare, duplicates, filterText, input, limit, NONE, oneOf, queryAnswer, range, rangeKeys, split, time } from '../schemas.ts'
import { sendCsv } from '../send-csv.ts'

const MAX_ROWS = 1000
const VOLUMES = ['bytes', 'packets', 'flows', 'hosts']
const RATES = ['bps', 'pps', 'fps']
const STATS = [...VOLUMES, ...RATES]
const name = Type.String({ pattern: '^[a-z][a-z0-9_/]{0,63}$' })
const names = (description: string, maxItems: number) => Type.Array(name, { maxItems, description })
const order = Type.String({ pattern: '^-?[a-z][a-z0-9_/]{0,63}$', description: 'Metric or column to sort by, as -bytes; the minus is descending.' })
const shared = {
  filter: Type.Optional(filterText),
  limit: Type.Optional(limit(MAX_ROWS, 10)),
  order: Type.Optional(order),
}
const BY =
  'Columns to group by, at most four. Addresses may be grouped by network: src/24, dst/16, ip/24/64 with the lengths of IPv4 and IPv6 (48 when not given; one length above 32 is of IPv6, with 24 for IPv4), measured times by bands: rtt/3 has three a power of ten, 1 and 9 are there too'
const METRICS = 'Figures asked for; bytes, packets and flows when absent'
const GRANULARITY = 'auto, or the width of a bucket as 1m: the answer is a series. Absent: a table.'
const AS_SENT = 'Figures as the exporter sent them, not multiplied by the sampling rate.'
const format = Type.Optional(oneOf(['json', 'csv'], 'csv gives a file.'))

interface Request {
  readonly from?: string | number
  readonly to?: string | number
  readonly filter?: string
  readonly by: readonly string[]
  readonly metrics?: readonly string[]
  readonly granularity?: string | number | null
  readonly limit?: number
  readonly order?: string
  readonly compare?: string | null
  readonly as_sent?: boolean
  readonly duplicates?: Counting
}

/** The Query a request means. Throws FL_API_INVALID for a range, width or period that does not fit. */
function toQuery(request: Request, now: number): Query {
  const period = parseRange(request, now)
  const metrics = request.metrics === undefined || request.metrics.length === 0 ? ['bytes', 'packets', 'flows'] : request.metrics
  const { granularity = null, compare = null } = request
  return {
    ...period,
    filter: request.filter ?? '',
    by: request.by,
    metrics,
    ...(granularity === null ? {} : { granularity: parseGranularity(String(granularity), period) }),
    ...usualOrder(request.by, metrics[0] ?? 'bytes', request, 10),
    ...(compare === null ? {} : { compare: parseCompare(compare, period, now) }),
    ...(request.as_sent === true ? { asSent: true } : {}),
    ...(request.duplicates === undefined ? {} : { duplicates: request.duplicates }),
  }
}

type Line = Readonly<Record<string, Cell>>

/** A table's rows as they are; a series as one line for each bucket and key. */
async function* lines(answer: Table | Series): AsyncGenerator<readonly Line[]> {
  if (answer.kind === 'table') yield answer.rows
  else {
    for (const { key, values } of answer.series) {
      yield answer.times.map((at, index) => ({
        time: new Date(at).toISOString(),
        ...key,
        ...Object.fromEntries(answer.metrics.map(metric => [metric, values[metric]?.[index] ?? null])),
      }))
    }
  }
}

export function queryRoutes(deps: ApiDeps): Route[] {
  return [
    route(
      {
        method: 'POST',
        url: '/api/v1/query',
        access: 'viewer',
        tag: 'Explore',
        answer: queryAnswer,
        params: NONE,
        query: input({ format }),
        summary: 'Any question about flows: figures by columns over a range, as a table or over time.',
        body: input({
          ...shared,
          from: Type.Optional(Type.Union([time('Start'), Type.Integer()])),
          to: Type.Optional(Type.Union([time('End, exclusive'), Type.Integer()])),
          by: Type.Optional(names(BY, 4)),
          metrics: Type.Optional(names(METRICS, 12)),
          granularity: Type.Optional(Type.Union([Type.String({ maxLength: 20 }), Type.Integer({ minimum: 1000 }), Type.Null()], { description: GRANULARITY })),
          compare: Type.Optional(Type.Union([compare, Type.Null()])),
          as_sent: Type.Optional(Type.Boolean({ description: AS_SENT })),
          duplicates,
        }),
      },
      async ({ body, query, principal, signal }, reply) => {
        const answer = await ask(toQuery({ ...body, by: body.by ?? [] }, deps.now()), principal, signal, deps)
        return query.format === 'csv' ? sendCsv(reply, 'query', csvPages(csvColumns(answer), lines(answer))) : inSnakeCase(answer)
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/query',
        access: 'viewer',
        tag: 'Explore',
        answer: queryAnswer,
        params: NONE,
        body: null,
        summary: 'The same question in an address, for links and scripts.',
        query: input({
          ...shared,
          ...rangeKeys,
          format,
          by: Type.Optional(commaList(BY)),
          metrics: Type.Optional(commaList(METRICS)),
          granularity: Type.Optional(Type.String({ maxLength: 20, description: GRANULARITY })),
          compare: Type.Optional(compare),
          as_sent: Type.Optional(Type.Boolean({ description: AS_SENT })),
          duplicates,
        }),
      },
      async ({ query, principal, signal }, reply) => {
        const answer = await ask(toQuery({ ...query, by: split(query.by), metrics: split(query.metrics) }, deps.now()), principal, signal, deps)
        return query.format === 'csv' ? sendCsv(reply, 'query', csvPages(csvColumns(answer), lines(answer))) : inSnakeCase(answer)
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/stats',
        access: 'viewer',
        tag: 'Explore',
        query: input({ ...rangeKeys, duplicates }),
        params: NONE,
        body: null,
        summary: 'Volume, rates, flows and hosts of a range.',
        answer: Type.Object({
          range,
          totals: Type.Object({ bytes: Type.Number(), packets: Type.Number(), flows: Type.Number(), hosts: Type.Number() }),
          rates: Type.Object({ bps: Type.Number(), pps: Type.Number(), fps: Type.Number() }),
          answered_from: Type.String(),
          duplicates: Type.String(),
          complete: Type.Boolean(),
          freshness_ms: Type.Union([Type.Number(), Type.Null()], { description: 'Age of the newest figures; null while nothing has come.' }),
        }),
      },
      async ({ query, principal, signal }) => {
        const {
          totals,
          answeredFrom,
          duplicates: counting,
          complete,
          range,
        } = await askTable(
          {
            ...parseRange(query, deps.now()),
            filter: query.filter ?? '',
            by: [],
            metrics: STATS,
            limit: 1,
            order: '-bytes',
            ...(query.duplicates === undefined ? {} : { duplicates: query.duplicates }),
          },
          principal,
          signal,
          deps,
        )
        const figures = (names: readonly string[]): Record<string, number> => Object.fromEntries(names.map(name => [name, totals[name] ?? 0]))
        return {
          range,
          totals: figures(VOLUMES),
          rates: figures(RATES),
          answered_from: answeredFrom,
          duplicates: counting,
          complete,
          freshness_ms: deps.live.latest()?.age_ms ?? null,
        }
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/complete',
        access: 'viewer',
        tag: 'Filter',
        params: NONE,
        body: null,
        summary: 'What may stand at the caret of a filter: fields, operators, and values ranked by their traffic.',
        query: input({
          ...rangeKeys,
          caret: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, description: 'Caret in characters; the end when absent.' })),
        }),
        answer: Type.Object({
          start: Type.Integer(),
          end: Type.Integer(),
          items: Type.Array(Type.Object({ text: Type.String(), kind: Type.String(), detail: Type.String(), bytes: Type.Optional(Type.Number()) })),
        }),
      },
      ({ query, principal, signal }) => {
        const filter = query.filter ?? ''
        return deps.query.complete(
          { ...parseRange(query, deps.now()), filter, caret: Math.min(query.caret ?? filter.length, filter.length), scope: principal.scope },
          signal,
        )
      },
    ),

    route(
      {
        method: 'POST',
        url: '/api/v1/filter/check',
        access: 'viewer',
        tag: 'Filter',
        params: NONE,
        query: NONE,
        summary: 'Whether a filter is right; a mistake is an error with its position.',
        body: input({ filter: filterText }),
        answer: Type.Object({ ok: Type.Literal(true), canonical: Type.String(), notes: Type.Array(Type.String()) }),
      },
      ({ body }) => ({ ok: true, ...deps.query.check(body.filter) }),
    ),
  ]
}

const csvColumns = (answer: Table | Series): string[] => [...(answer.kind === 'series' ? ['time'] : []), ...answer.by, ...answer.metrics]
