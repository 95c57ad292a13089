/**
 * Live: the last minute, computed once a second for everybody. In: frames of the spool as soon as they are durable. Out: one
 * `LiveSecond` a second, for all rows and for each filter somebody watches. Holds always: memory is bounded whatever comes;
 * sampling is applied and duplicates count once; a row is in the second it was received in. What is older than a minute
 * belongs to `query`.
 */
export { createLive, type Live, type LiveDeps, type LiveSecond, type RowFilter, type Books } from './live.ts'
export type { AggregateSecond, HostRate, InterfaceRate, Share } from './aggregate.ts'
