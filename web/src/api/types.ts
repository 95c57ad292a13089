/** What the API sends, as the console reads it. The server's OpenAPI document is the reference; keys are snake_case there and here. */

export type Cell = string | number | boolean | null

export interface LiveItem {
  readonly key: string
  readonly bps: number
  readonly name?: string
  readonly fps?: number
  readonly bytes?: number
  readonly packets?: number
}

export interface LiveInterface {
  readonly exporter: string
  readonly if: number
  readonly name: string
  readonly in_bps: number
  readonly out_bps: number
}

/** Interfaces of a range, as `/interfaces` tells them. */
export interface InterfacesAnswer {
  readonly rows: readonly LiveInterface[]
}

/** Counters since the ingest process started. */
export interface Books {
  readonly received: number
  readonly decoded: number
  readonly rejected: number
  readonly kernel_dropped: number
  readonly rows: number
  readonly spooled: number
  readonly dropped: number
  readonly delivered: number
  readonly waiting: number
  readonly expired: number
  readonly closed: boolean
}

/** One second of the stream: headline figures of that second, lists averaged over the last ten. */
export interface LiveSecond {
  readonly at: number | string
  readonly second: number
  readonly bps: number
  readonly pps: number
  readonly fps: number
  readonly datagrams: number
  readonly active_hosts: number
  readonly active_flows: number
  readonly apps: readonly LiveItem[]
  readonly categories: readonly LiveItem[]
  readonly hosts: readonly LiveItem[]
  readonly protocols: readonly LiveItem[]
  readonly exporters: readonly LiveItem[]
  readonly interfaces: readonly LiveInterface[]
  readonly ases: readonly LiveItem[]
  readonly unknown_sampling_flows: number
  readonly books: Books
  readonly age_ms: number | null
}

export interface Answer {
  /** What it is grouped by: the names of the columns of its keys. */
  readonly by: readonly string[]
  /** What was answered, in milliseconds; sums widen a range to whole minutes or hours. */
  readonly range: { readonly from: number; readonly to: number }
  readonly answered_from: string
  /** How flows counted that several exporters told: once, hops or all. */
  readonly duplicates?: string
  readonly complete: boolean
  readonly notes: readonly string[]
  readonly took_ms: number
  readonly rows_read: number
  readonly unknown_sampling_flows: number
}

export interface SeriesItem {
  readonly key: Readonly<Record<string, Cell>>
  readonly values: Readonly<Record<string, readonly (number | null)[]>>
  readonly total: Readonly<Record<string, number>>
}

export interface Series extends Answer {
  readonly kind: 'series'
  readonly granularity: number
  readonly times: readonly number[]
  readonly series: readonly SeriesItem[]
  /** Of the whole range, each flow once; a metric that was not measured is left out. */
  readonly totals: Readonly<Record<string, number>>
}

export interface Table extends Answer {
  readonly kind: 'table'
  readonly rows: readonly Readonly<Record<string, Cell>>[]
  readonly totals: Readonly<Record<string, number>>
  readonly other: Readonly<Record<string, number>>
}

export interface QueryBody {
  readonly from: string
  readonly to: string
  readonly filter: string
  readonly by: readonly string[]
  readonly metrics: readonly string[]
  readonly granularity?: 'auto' | number | null
  readonly limit?: number
  readonly order?: string
  readonly as_sent?: boolean
  readonly duplicates?: 'once' | 'hops' | 'all'
}

export interface Stats {
  readonly range: { readonly from: number | string; readonly to: number | string }
  readonly totals: { readonly bytes: number; readonly packets: number; readonly flows: number; readonly hosts: number }
  readonly rates: { readonly bps: number; readonly pps: number; readonly fps: number }
  readonly answered_from: string
  readonly complete: boolean
}

export type FlowRow = Readonly<Record<string, Cell>> & { readonly id: string }

export interface FlowPage {
  readonly rows: readonly FlowRow[]
  readonly next: string | null
  readonly total: { readonly flows: number; readonly more: boolean }
  readonly answered_from: string
  readonly complete: boolean
  readonly notes: readonly string[]
  readonly took_ms?: number
  readonly rows_read?: number
}

export type FlowDetail = Readonly<Record<string, Cell | Readonly<Record<string, Cell>>>>

export interface Listener {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly datagrams: number
  /** Why it is not open; null when it is. */
  readonly error?: string | null
}

export interface Pipeline {
  readonly ledger: { readonly listeners: readonly Listener[] } | null
}

export interface ExporterRow {
  readonly exporter: string
  /** What the configuration calls it; empty where it does not. */
  readonly name?: string
  readonly sampling: { readonly rate: number; readonly source: string } | null
}

export const ROLES = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

export interface User {
  readonly name: string
  readonly role: Role
}

export interface Me {
  readonly user: User
  readonly version: string
}

export interface ApiKey {
  readonly id: number
  readonly name: string
  readonly owner: string
  readonly role: Role
  /** First characters of the secret. */
  readonly hint: string
  readonly expires_at: number | null
  readonly last_used_at: number | null
}

export interface Account extends User {
  readonly disabled: boolean
  readonly last_login_at: number | null
}

export interface CompletionItem {
  readonly text: string
  readonly kind: string
  readonly detail: string
  readonly bytes?: number
}

export interface Completion {
  readonly start: number
  readonly end: number
  readonly items: readonly CompletionItem[]
}
