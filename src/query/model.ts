/** The one question about flows and its answers. Everything that is asked of stored flows is a Query (DESIGN §4). */

import type { Counting } from './duplicates.ts'

/** A value of an answer. Whole numbers beyond 2^53 are texts, so that no digit is lost. */
export type Cell = string | number | boolean | null

export interface Range {
  /** Milliseconds since 1970; half open: from ≤ t < to. */
  readonly from: number
  readonly to: number
}

export interface Query extends Range {
  /** Text of the filter language; empty for every flow. */
  readonly filter: string
  /** Columns or either-side fields to group by, at most four. */
  readonly by: readonly string[]
  readonly metrics: readonly string[]
  /** Width of a bucket, ms; with it the answer is a series. */
  readonly granularity?: number
  /** Rows or lines; the rest is `other`. */
  readonly limit: number
  /** Metric or column to sort by; a minus before it is descending. */
  readonly order: string
  /** Rows of these keys only, in their order; `order` and `limit` then say nothing. For tables. */
  readonly keys?: readonly Key[]
  /** A second range, answered for the same keys. */
  readonly compare?: Range
  /** Figures as the exporter sent them, not times the sampling rate. */
  readonly asSent?: boolean
  /** How often a flow counts that several exporters told; absent, as `countedBy` says. */
  readonly duplicates?: Counting
}

/** The tables that can answer; `host_…` hold a row a host, `quality_…` what was measured. */
export type Source = 'raw' | 'minute' | 'hour' | 'host_minute' | 'host_hour' | 'quality_minute' | 'quality_hour'

export type Key = Readonly<Record<string, Cell>>
export type Figures = Readonly<Record<string, number>>

interface AnswerFacts {
  readonly duplicates: Counting
  readonly by: readonly string[]
  readonly metrics: readonly string[]
  readonly answeredFrom: Source
  /** False when a part of the range is no longer kept or still waits to be stored; `notes` say so. */
  readonly complete: boolean
  readonly notes: readonly string[]
  /** What was answered: the range asked for, widened to whole minutes or hours where sums answered. */
  readonly range: Range
  readonly tookMs: number
  readonly rowsRead: number
  /** Flows in the answer whose sampling rate nobody told; they count as 1. */
  readonly unknownSamplingFlows: number
}

export interface Table extends AnswerFacts {
  readonly kind: 'table'
  readonly rows: readonly Key[]
  /** Of all flows that match, each counted once. */
  readonly totals: Figures
  /** What is in no row; metrics that cannot be subtracted are left out. */
  readonly other: Figures
  /** The same rows, in the same order, in the other range; a row without traffic there has zeros. */
  readonly compare?: { readonly range: Range; readonly rows: readonly Key[]; readonly totals: Figures; readonly other: Figures; readonly complete: boolean }
}

export interface Line {
  readonly key: Key
  /** One value a bucket; null where the metric has none. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>
  readonly total: Figures
}

export interface Series extends AnswerFacts {
  readonly kind: 'series'
  readonly granularity: number
  /** Starts of the buckets, ms. */
  readonly times: readonly number[]
  /** First bucket that still grows, ms; null when none does. */
  readonly unfinished: number | null
  /** The largest keys; with `by`, a last line holds all others under the key `{}` when there are any. */
  readonly series: readonly Line[]
  readonly totals: Figures
  readonly compare?: { readonly range: Range; readonly times: readonly number[]; readonly series: readonly Line[]; readonly complete: boolean }
}

export interface FlowsQuery extends Range {
  readonly filter: string
  readonly columns: readonly string[]
  /** Column to sort by; a minus before it is descending. */
  readonly order: string
  readonly limit: number
  /** `next` of the page before. */
  readonly cursor?: string
}

export interface FlowsPage {
  /** `id` and the columns asked for. */
  readonly rows: readonly Key[]
  readonly next: string | null
  readonly total: { readonly flows: number; readonly more: boolean }
  readonly answeredFrom: Source
  readonly complete: boolean
  readonly notes: readonly string[]
}
