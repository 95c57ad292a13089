/** The query room put together: questions, listings, help with filters. */
import type { Reach, Store } from '../store/index.ts'
import type { CounterRates } from '../telemetry/index.ts'
import { createConversationFigures, type ConversationFigures, type ConversationFiguresQuery } from './conversation-figures.ts'
import { createConversations, type ConversationsPage, type ConversationsQuery } from './conversations.ts'
import { askCounters, type CountersQuery } from './counters.ts'
import type { CompleteContext } from '../filter/index.ts'
import { checkFilter, whereOf } from './filters.ts'
import { createListing } from './flows.ts'
import type { Cell, FlowsPage, FlowsQuery, Key, Query, Series, Table } from './model.ts'
import { createRunner } from './run.ts'
import { createCompleter, type CompleteAnswer, type CompleteRequest, type OwnValues } from './values.ts'

export interface QueryDeps {
  readonly store: Pick<Store, 'query'> & { readonly reach: Reach }
  /** Time of reception of the oldest row that waits to be stored, ms; null when none does. */
  readonly waitingSince: () => number | null
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** What filters may refer to: applications, lists, saved filters. */
  readonly context?: CompleteContext
  /** Applications and categories that the configuration names. */
  readonly named?: OwnValues
}

/** Errors are FlowLensError; those of a filter hold `start` and `end`, offsets in its text. An aborted query ends in the engine too. */
export interface QueryEngine {
  run(query: Query, signal: AbortSignal): Promise<Table | Series>
  flows(query: FlowsQuery, signal: AbortSignal): Promise<FlowsPage>
  /** One flow with every stored column and `computed`; null when there is none inside the filter `scope`. */
  flow(id: string, scope: string, signal: AbortSignal): Promise<Readonly<Record<string, Cell | Key>> | null>
  /** Flows of both directions told as one, a page of them. */
  conversations(query: ConversationsQuery, signal: AbortSignal): Promise<ConversationsPage>
  /** How many conversations began in a range, and how fast they were answered, by columns. */
  conversationFigures(query: ConversationFiguresQuery, signal: AbortSignal): Promise<ConversationFigures>
  /** What may stand at the caret; values by their traffic among the flows inside the filter `scope`. */
  complete(request: CompleteRequest & { readonly scope: string }, signal: AbortSignal): Promise<CompleteAnswer>
  /** Rates of an interface by its own counters. */
  counters(query: CountersQuery, signal: AbortSignal): Promise<CounterRates>
  /** The filter as it would be printed. */
  check(filter: string): { readonly canonical: string; readonly notes: readonly string[] }
}

export function createQuery(deps: QueryDeps): QueryEngine {
  const { store, now, waitingSince } = deps
  const context = deps.context ?? {}
  const rooms = { query: store.query, reach: store.reach, waitingSince, now }
  const runner = createRunner(rooms)
  const listing = createListing(rooms)
  const conversations = createConversations(rooms)
  const conversationFigures = createConversationFigures(rooms)
  /** Scope and filter apart, for questions where they mean different things. */
  const bothOf = ({ scope, filter }: { readonly scope: string; readonly filter: string }) =>
    [whereOf(scope, context, now(), 's'), whereOf(filter, context, now())] as const
  const completer = createCompleter(rooms, context, deps.named)
  // An async function, so that a mistake in the question rejects like every other error.
  return {
    async run(query, signal) {
      return await runner.run(query, whereOf(query.filter, context, now()), signal)
    },
    async flows(query, signal) {
      return await listing.flows(query, whereOf(query.filter, context, now()), signal)
    },
    async flow(id, scope, signal) {
      return await listing.flow(id, whereOf(scope, context, now()), signal)
    },
    async conversations(query, signal) {
      return await conversations(query, ...bothOf(query), signal)
    },
    async conversationFigures(query, signal) {
      return await conversationFigures(query, ...bothOf(query), signal)
    },
    async complete(request, signal) {
      return await completer(request, whereOf(request.scope, context, now()), request.scope, signal)
    },
    counters: (query, signal) => askCounters(store, query, signal),
    check: filter => checkFilter(filter, context),
  }
}
