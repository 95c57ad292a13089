/** Single flows: page by page, as a file, one with all its fields. */
import { Type } from 'typebox'
import { closest, columnByName, COLUMNS, FlowLensError, STORED_COLUMNS } from '../../schema/index.ts'
import { scoped } from '../ask.ts'
import { csvPages } from '../csv.ts'
import type { FlowsQuery, Key } from '../../query/index.ts'
import type { ApiDeps } from '../deps.ts'
import { parseRange } from '../ranges.ts'
import { route, type Route } from '../route.ts'
import { flowsAnswer, input, NONE, oneOf, rangeKeys } from '../schemas.ts'
import { sendCsv } from '../send-csv.ts'

const STANDARD = [
  'received_at',
  'start_at',
  'end_at',
  'exporter',
  'in_if',
  'out_if',
  'src',
  'src_port',
  'dst',
  'dst_port',
  'proto',
  'app',
  'tcp_flags',
  'bytes',
  'packets',
  'sampling_rate',
].filter(name => columnByName(name) !== undefined)
const PAGE = 100
const MAX_PAGE = 1000
const CSV_PAGE = 5000
const MAX_CSV = 1_000_000

function columnsOf(text: string | undefined, standard: readonly string[]): readonly string[] {
  if (text === undefined) return standard
  const names = text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  for (const name of names) {
    if (columnByName(name) !== undefined) continue
    const meant = closest(
      name,
      COLUMNS.map(column => column.name),
    )
    throw new FlowLensError('FL_QUERY_INVALID', `columns: there is no column ${JSON.stringify(name)}${meant === undefined ? '' : `, did you mean ${meant}?`}`)
  }
  return names.length === 0 ? standard : names
}

export function flowRoutes(deps: ApiDeps): Route[] {
  async function* pages(first: FlowsQuery, most: number, signal: AbortSignal): AsyncGenerator<readonly Key[]> {
    let left = most
    let { cursor } = first
    do {
      const page = await deps.query.flows({ ...first, limit: Math.min(CSV_PAGE, left), ...(cursor === undefined ? {} : { cursor }) }, signal)
      yield page.rows
      left -= page.rows.length
      cursor = page.next ?? undefined
    } while (cursor !== undefined && left > 0)
  }

  return [
    route(
      {
        method: 'GET',
        url: '/api/v1/flows',
        access: 'viewer',
        tag: 'Flows',
        params: NONE,
        body: null,
        answer: flowsAnswer,
        summary: 'Flows as they were sent; pages stay in place while new flows arrive.',
        query: input({
          ...rangeKeys,
          columns: Type.Optional(Type.String({ maxLength: 4000, description: 'Columns, separated by commas; the usual ones when absent, all in a CSV file.' })),
          order: Type.Optional(
            Type.String({ pattern: '^-?[a-z][a-z0-9_]{0,63}$', description: 'Column to sort by, as -bytes; the newest first when absent.' }),
          ),
          limit: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: MAX_CSV,
              description: `Rows of a page, ${PAGE} when absent and ${MAX_PAGE} at most; of a file, ${MAX_CSV} at most.`,
            }),
          ),
          cursor: Type.Optional(Type.String({ maxLength: 500, description: '`next` of the page before.' })),
          format: Type.Optional(oneOf(['json', 'csv'], 'csv gives a file.')),
        }),
      },
      async ({ query, principal, signal }, reply) => {
        const csv = query.format === 'csv'
        const columns = columnsOf(query.columns, csv ? STORED_COLUMNS.map(column => column.name) : STANDARD)
        const question: FlowsQuery = {
          ...parseRange(query, deps.now()),
          columns,
          filter: scoped(principal, query.filter ?? '', deps),
          order: query.order ?? '-received_at',
          limit: query.limit ?? PAGE,
          ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
        }
        if (csv) {
          // The first page is fetched before the answer begins, so that a mistake is an error and not half a file.
          const rest = pages(question, query.limit ?? MAX_CSV, signal)
          const first = await rest.next()
          const all = async function* (): AsyncGenerator<readonly Key[]> {
            if (first.done !== true) yield first.value
            yield* rest
          }
          return sendCsv(reply, 'flows', csvPages(columns, all()))
        }
        if (question.limit > MAX_PAGE) throw new FlowLensError('FL_API_INVALID', `limit: a page has at most ${MAX_PAGE} rows`)
        const { rows, next, total, answeredFrom, complete, notes } = await deps.query.flows(question, signal)
        return { rows, next, total, answered_from: answeredFrom, complete, notes }
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/flows/:id',
        access: 'viewer',
        tag: 'Flows',
        query: NONE,
        body: null,
        summary: 'One flow, all its fields.',
        params: input({ id: Type.String({ pattern: '^\\d{1,20}-\\d{1,5}$', description: 'As in `id` of a row.' }) }),
        answer: Type.Object({ id: Type.String(), computed: Type.Record(Type.String(), Type.Unknown()) }, { additionalProperties: true }),
      },
      async ({ params, principal, signal }) => {
        const flow = await deps.query.flow(params.id, principal.scope, signal)
        if (flow === null) throw new FlowLensError('FL_API_NOT_FOUND', `there is no flow ${params.id}; it may be older than what is kept`)
        return flow
      },
    ),
  ]
}
