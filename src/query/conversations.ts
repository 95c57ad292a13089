/**
 * Conversations: flows of both directions told as one, page by page, and figures of them by columns.
 *
 * The scope limits which flows may be seen; the filter chooses conversations, all of whose flows in the scope are told once it holds
 * for one of them. A page is found by short lists of times and then told in full, so that memory does not grow with what is told.
 */
import { FlowLensError } from '../schema/index.ts'
import type { Answer, Parameter } from '../store/index.ts'
import { conversationOf, type Conversation } from './conversation-rows.ts'
import { conversationsSql, detailsSql, ORDERS, SPILL, type ConversationOrder, type Wanted } from './conversation-sql.ts'
import { countedBy } from './duplicates.ts'
import type { Range } from './model.ts'
import type { RunDeps } from './run.ts'
import type { Where } from './sql.ts'

/** A gap that begins a new conversation, where a question names none, ms. */
export const USUAL_GAP_MS = 60_000
const LONGEST_GAP_MS = 3_600_000
const MOST_ROWS = 10_000
export const CONVERSATION_ORDERS = Object.keys(ORDERS) as readonly ConversationOrder[]

export interface ConversationsQuery extends Range {
  /** Holds for a flow of a wanted conversation, in either direction. */
  readonly filter: string
  /** Flows that may be seen; the others do not exist. */
  readonly scope: string
  /** One of CONVERSATION_ORDERS; a minus before it is descending. */
  readonly order: string
  readonly limit: number
  /** `next` of the page before. */
  readonly cursor?: string
  /** Without any flow for so long, ms, the next one begins a new conversation. */
  readonly gapMs?: number
  readonly duplicates?: 'once' | 'hops'
}

export interface ConversationsPage {
  readonly rows: readonly Conversation[]
  readonly next: string | null
  /** Conversations with a flow in the range, and how they are counted. */
  readonly total: number
  readonly duplicates: 'once' | 'hops'
  readonly complete: boolean
  readonly notes: readonly string[]
  readonly rowsRead: number
  readonly tookMs: number
}

const invalid = (message: string): FlowLensError => new FlowLensError('FL_QUERY_INVALID', message)

/** Where a page begins: the sort value, key and begin of the last conversation, and the total of the first page. */
type Cursor = readonly [order: string, value: string, key: string, begun: string, total: number]

const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

function decode(text: string, order: string): Cursor {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch (thrown) {
    throw new FlowLensError('FL_QUERY_INVALID', 'cursor: this is no cursor of ours', { cause: thrown })
  }
  const [of, value, key, begun, total]: readonly unknown[] = Array.isArray(parts) ? parts : []
  const numbers = [value, key, begun].every(part => typeof part === 'string' && /^-?\d{1,20}$/.test(part))
  if (of !== order || !numbers || typeof total !== 'number') throw invalid('cursor: it belongs to another order; begin with the first page')
  return [of, String(value), String(key), String(begun), total]
}

/** Checks what both kinds of question share; gives what their statements need. */
export function prepareConversations(
  query: Pick<ConversationsQuery, 'from' | 'to' | 'gapMs' | 'duplicates'>,
  scope: Where,
  filter: Where,
): { readonly wanted: Wanted; readonly parameters: Readonly<Record<string, Parameter>>; readonly gap: number } {
  if (query.from >= query.to) throw invalid('range: it must start before it ends')
  const gap = query.gapMs ?? USUAL_GAP_MS
  if (!Number.isInteger(gap) || gap < 1000 || gap > LONGEST_GAP_MS) throw invalid('gap: between a second and an hour')
  const counted = query.duplicates ?? countedBy({}, [], new Set([...scope.columns, ...filter.columns])).counting
  return {
    wanted: { scope: scope.sql, filter: filter.sql, counting: counted === 'once' ? 'once' : 'hops' },
    parameters: { ...scope.parameters, ...filter.parameters, q_from: query.from, q_to: query.to, q_gap: gap },
    gap,
  }
}

export function createConversations(deps: Pick<RunDeps, 'query' | 'reach' | 'now' | 'waitingSince'>) {
  return async (query: ConversationsQuery, scope: Where, filter: Where, signal: AbortSignal): Promise<ConversationsPage> => {
    const began = performance.now()
    const { wanted, parameters, gap } = prepareConversations(query, scope, filter)
    if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MOST_ROWS) throw invalid(`limit: between 1 and ${MOST_ROWS}`)
    const descending = query.order.startsWith('-')
    const order = CONVERSATION_ORDERS.find(name => name === (descending ? query.order.slice(1) : query.order))
    if (order === undefined) throw invalid(`order: one of ${CONVERSATION_ORDERS.join(', ')}`)
    const cursor = query.cursor === undefined ? undefined : decode(query.cursor, query.order)
    const direction = descending ? 'DESC' : 'ASC'
    const after = cursor === undefined ? '' : `WHERE (value, k, begun) ${descending ? '<' : '>'} ({q_value:Int64}, {q_key:UInt64}, {q_begun:Int64})`
    const found: Answer = await deps.query({
      sql: `SELECT ${ORDERS[order].value} AS value, k, begun, ended, estimate FROM (${conversationsSql(wanted, ORDERS[order].flow)}) ${after}
        ORDER BY value ${direction}, k ${direction}, begun ${direction} LIMIT ${query.limit + 1}`,
      parameters: { ...parameters, ...(cursor === undefined ? {} : { q_value: cursor[1], q_key: cursor[2], q_begun: cursor[3] }) },
      settings: { ...SPILL, exact_rows_before_limit: 1 },
      signal,
    })
    const page = found.rows.slice(0, query.limit)
    const last = found.rows.length > query.limit ? page.at(-1) : undefined
    const total = cursor?.[4] ?? found.rowsBeforeLimit ?? page.length
    const details: Answer | undefined =
      page.length === 0
        ? undefined
        : await deps.query({
            sql: detailsSql(wanted),
            parameters: {
              ...parameters,
              q_keys: page.map(row => BigInt(String(row[1]))),
              q_begun: page.map(row => Number(row[2])),
              q_ended: page.map(row => Number(row[3])),
            },
            signal,
          })
    const told = new Map(details?.rows.map(row => [Number(row[0]), row]))
    const horizon = Math.min(query.to + gap, deps.now(), deps.waitingSince() ?? Infinity)
    const complete = query.from >= deps.reach.droppedUntil('flows')
    return {
      rows: page.flatMap(([, , begun, ended, estimate], at) => {
        const row = told.get(at + 1)
        // Flows that were dropped between the two questions are gone.
        if (row === undefined) return []
        const facts = { begun: Number(begun), ended: Number(ended), estimate: estimate === null || estimate === undefined ? null : Number(estimate) }
        return [conversationOf(row, facts, horizon, gap)]
      }),
      next: last === undefined ? null : encode([query.order, String(last[0]), String(last[1]), String(last[2]), total]),
      total,
      duplicates: wanted.counting,
      complete,
      notes: [
        ...(complete ? [] : ['The beginning of the range is no longer kept as single flows.']),
        ...(wanted.counting === 'hops' ? ['Each exporter’s view of a conversation is one of its own.'] : []),
      ],
      rowsRead: found.rowsRead + (details?.rowsRead ?? 0),
      tookMs: Math.round(performance.now() - began),
    }
  }
}
