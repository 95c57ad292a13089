/** Conversations: flows of both directions told as one, page by page, and figures of them. */
import { Type } from 'typebox'
import { FlowLensError } from '../../schema/index.ts'
import {
  CLIENT_BY,
  CONVERSATION_FIGURES,
  CONVERSATION_ORDERS,
  parseDuration,
  STATES,
  type Cell,
  type Conversation,
  type ConversationFigures,
  type ConversationsPage,
} from '../../query/index.ts'
import { csvPages } from '../csv.ts'
import type { ApiDeps } from '../deps.ts'
import { parseRange } from '../ranges.ts'
import { route, type Route } from '../route.ts'
import { commaList, input, limit, NONE, oneOf, rangeKeys, split } from '../schemas.ts'
import { sendCsv } from '../send-csv.ts'
import { timed } from '../timed.ts'

const PAGE = 50
const MAX_PAGE = 1000
const MAX_CSV = 10_000

const shared = {
  ...rangeKeys,
  gap: Type.Optional(Type.String({ maxLength: 20, description: 'Without a flow for so long, the next one begins a new conversation; 1m when absent.' })),
  duplicates: Type.Optional(oneOf(['once', 'hops'], 'once: each flow counts once; hops: what each exporter saw is a conversation of its own.')),
}

const count = (description: string) => Type.Union([Type.Integer(), Type.String()], { description })
const known = (description: string) => Type.Union([Type.Number(), Type.Null()], { description })
const text = (description: string) => Type.String({ description })

const conversation = Type.Object({
  client: text('Address of who opened.'),
  client_port: Type.Integer(),
  server: text('Address of who answers.'),
  server_port: Type.Integer(),
  proto: Type.Integer(),
  app: Type.String(),
  category: Type.String(),
  server_name: Type.String(),
  started: text('First packet, ISO 8601.'),
  ended: text('Last packet.'),
  duration: Type.Integer({ description: 'Microseconds.' }),
  state: oneOf(STATES, 'How it went, as far as its flows tell.'),
  client_by: oneOf(CLIENT_BY, 'What told the client: a record of both directions, a SYN, who sent first, the lower port; sender where only that is known.'),
  request_bytes: count('From client to server, times the sampling rate; a text beyond 2^53.'),
  request_packets: count('From client to server.'),
  request_flows: Type.Integer(),
  response_bytes: count('From server to client.'),
  response_packets: count('From server to client.'),
  response_flows: Type.Integer(),
  request_flags: known('TCP flags of the client’s packets, joined; null where none were told.'),
  response_flags: known('TCP flags of the server’s packets.'),
  response_time: known('As an exporter measured it, µs.'),
  response_time_estimate: known('First packet of the answer less first packet of the request, µs; null where it was measured or cannot be told.'),
  rtt: known('Round-trip time, µs.'),
  rtt_client: known('Round-trip time to the client, µs.'),
  rtt_server: known('Round-trip time to the server, µs.'),
  sampled: Type.Boolean({ description: 'A part of the packets was not seen.' }),
  exporters: Type.Array(Type.String(), { description: 'Who told of it.' }),
})

const facts = {
  duplicates: oneOf(['once', 'hops'], 'How flows counted that several exporters told.'),
  complete: Type.Boolean({ description: 'False when the beginning of the range is no longer kept as single flows.' }),
  notes: Type.Array(Type.String()),
  rows_read: Type.Number(),
  took_ms: Type.Number(),
}

/** Milliseconds of a gap. Throws FL_API_INVALID for what is no duration. */
function gapOf(gap: string | undefined): { readonly gapMs?: number } {
  if (gap === undefined) return {}
  const gapMs = parseDuration(gap)
  if (gapMs === undefined) throw new FlowLensError('FL_API_INVALID', `gap: ${JSON.stringify(gap)} is no duration; write 1m or 90s`)
  return { gapMs }
}

/** The row of a conversation in a file: the exporters as one text. */
const inOneLine = (row: Conversation): Readonly<Record<string, Cell>> => ({ ...row, exporters: row.exporters.join(' ') })

const factsOf = ({ duplicates, complete, notes, rowsRead, tookMs }: ConversationsPage | ConversationFigures) => ({
  duplicates,
  complete,
  notes,
  rows_read: rowsRead,
  took_ms: tookMs,
})

export function conversationRoutes(deps: ApiDeps): Route[] {
  return [
    route(
      {
        method: 'GET',
        url: '/api/v1/conversations',
        access: 'viewer',
        tag: 'Flows',
        params: NONE,
        body: null,
        summary: 'Flows of both directions told as one: who asked whom, how it went, how fast it was answered.',
        answer: Type.Object({
          rows: Type.Array(conversation),
          next: Type.Union([Type.String(), Type.Null()], { description: 'Cursor of the next page.' }),
          total: Type.Integer({ description: 'Conversations of the range that match.' }),
          ...facts,
        }),
        query: input({
          ...shared,
          filter: Type.Optional(
            Type.String({ maxLength: 10_000, description: 'Filter that a flow of either direction must match; all flows of its conversation are then told.' }),
          ),
          order: Type.Optional(
            oneOf(
              CONVERSATION_ORDERS.flatMap(name => [name, `-${name}`]),
              'What to sort by, descending with a minus; -bytes when absent.',
            ),
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
        const rows = query.limit ?? (csv ? MAX_CSV : PAGE)
        if (!csv && rows > MAX_PAGE) throw new FlowLensError('FL_API_INVALID', `limit: a page has at most ${MAX_PAGE} rows`)
        const question = {
          ...parseRange(query, deps.now()),
          ...gapOf(query.gap),
          filter: query.filter ?? '',
          scope: principal.scope,
          order: query.order ?? '-bytes',
          limit: rows,
          ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
          ...(query.duplicates === undefined ? {} : { duplicates: query.duplicates }),
        }
        const page = await timed(deps.query.conversations(question, signal), deps)
        if (!csv) return { rows: page.rows, next: page.next, total: page.total, ...factsOf(page) }
        const lines = async function* (): AsyncGenerator<readonly Readonly<Record<string, Cell>>[]> {
          yield page.rows.map(inOneLine)
        }
        return sendCsv(reply, 'conversations', csvPages(Object.keys(conversation.properties), lines()))
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/conversations/figures',
        access: 'viewer',
        tag: 'Quality',
        params: NONE,
        body: null,
        summary: 'How many conversations began, how many were answered, and percentiles of their estimated response time in microseconds.',
        answer: Type.Object({
          by: Type.Array(Type.String()),
          rows: Type.Array(Type.Record(Type.String(), Type.Unknown())),
          totals: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])),
          ...facts,
        }),
        query: input({
          ...shared,
          by: Type.Optional(commaList('Columns of the flow that opened to group by, at most four; host when absent')),
          metric: Type.Optional(oneOf(CONVERSATION_FIGURES, 'What to rank by, the most first; conversations when absent.')),
          limit: Type.Optional(limit(1000, 50)),
        }),
      },
      async ({ query, principal, signal }) => {
        const columns = split(query.by)
        const question = {
          ...parseRange(query, deps.now()),
          ...gapOf(query.gap),
          filter: query.filter ?? '',
          scope: principal.scope,
          by: columns.length === 0 ? ['host'] : columns,
          order: `-${query.metric ?? 'conversations'}`,
          limit: query.limit ?? PAGE,
          ...(query.duplicates === undefined ? {} : { duplicates: query.duplicates }),
        }
        const answer = await timed(deps.query.conversationFigures(question, signal), deps)
        return { by: answer.by, rows: answer.rows, totals: answer.totals, ...factsOf(answer) }
      },
    ),
  ]
}
