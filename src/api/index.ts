/**
 * API: the HTTP face of FlowLens. In: requests. Out: JSON, CSV, one event stream, the console, the documentation. Always: every route
 * stands in one table with the role it needs, and a route without one stops the start; an input with an unknown key is refused; every
 * error has one shape, a code of the table and the id of the request; nothing changes on GET; a client that reads slowly costs itself,
 * never others. What a question means is left to query, who may ask it to access.
 */
export { createApi, type Api, type ApiConfig } from './api.ts'
export type { ApiDeps, LiveFeed, QueryEngine } from './deps.ts'
export { csvLine } from './csv.ts'
