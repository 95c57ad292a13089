/**
 * Queries: questions about stored flows. In: a Query (range, filter, columns, metrics, width of buckets, order, limit, second
 * range). Out: a Table or a Series with what answered it and whether it is complete; single flows page by page. Always: sums
 * over a range are the part of each flow inside it, to the digit, whichever table answers; a flow that several exporters told counts once, unless asked otherwise; no
 * input becomes SQL text; a query ends on time, and in the engine when it is cancelled. Tables belong to the store, the
 * language of filters to `filter`, who may ask what to `access` and `api`.
 */
export { createQuery, type QueryDeps, type QueryEngine } from './query.ts'
export {
  type Cell,
  type Figures,
  type FlowsPage,
  type FlowsQuery,
  type Key,
  type Line,
  type Query,
  type Range,
  type Series,
  type Source,
  type Table,
} from './model.ts'
export { COUNTINGS, type Counting } from './duplicates.ts'
export { byMeasured, usualOrder } from './usual.ts'
export type { CountersQuery } from './counters.ts'
export { CONVERSATION_ORDERS, type ConversationsPage, type ConversationsQuery } from './conversations.ts'
export { CLIENT_BY, STATES, type Conversation } from './conversation-rows.ts'
export { CONVERSATION_FIGURES, type ConversationFigures, type ConversationFiguresQuery } from './conversation-figures.ts'
export { autoGranularity, parseDuration, parseTime } from './time.ts'
