/** What the API tells of exporters, and the questions as hooks. The server's OpenAPI document is the reference for the shapes. */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { queryString, request } from '../api/client.ts'
import type { Table } from '../api/types.ts'
import { conditionText } from '../filter/language.ts'

type Reasons = Readonly<Record<string, number>>
type Numbers = readonly (number | null)[]

export interface Sampling {
  readonly rate: number
  readonly source: string
}

export type ExporterState = 'ok' | 'attention' | 'unknown'

/** What the configuration says of an exporter; empty where it says nothing. */
interface Place {
  readonly name: string
  readonly group: string
  readonly site: string
}

export interface ExporterSummary extends Place {
  readonly exporter: string
  readonly bps: number
  readonly fps: number
  readonly protocols: readonly string[]
  readonly transports: readonly string[]
  readonly domains: number
  readonly templates: number
  readonly last_seen: number | null
  readonly sampling: Sampling | null
  readonly skew_ms: number | null
  readonly datagrams: number
  readonly sequence_missing: number
  readonly rejected: Reasons
  readonly state: ExporterState
  readonly advice: readonly string[]
}

export interface ExportersAnswer {
  readonly rows: readonly ExporterSummary[]
  readonly ledger_at: number | null
}

export interface Advice {
  readonly severity: 'error' | 'warning' | 'info'
  readonly code: string
  readonly message: string
  readonly remedy: string
}

export interface TemplateField {
  readonly element: string
  readonly name: string | null
  readonly length: number | null
  readonly scope: boolean
  readonly column: string | null
  /** No column takes it, and no rule of the decoder reads it. */
  readonly skipped: boolean
}

export interface Template {
  readonly id: number
  readonly kind: 'data' | 'options'
  readonly fields: readonly TemplateField[]
  readonly first_seen: number
  readonly last_seen: number
  readonly refresh_ms: number
  readonly records: number
  readonly redefined: number
  readonly redefined_at: number | null
  readonly restored: boolean
}

export interface Sampler {
  readonly id: number | null
  readonly name: string | null
  readonly rate: number | null
  readonly source: string
}

export interface Source {
  readonly id: number
  readonly rate: number
  readonly effective_rate: number | null
  readonly dropped: number
  readonly missing: number
  readonly last_seen: number
}

export interface Domain {
  readonly protocol: string
  readonly transport: string
  readonly id: number
  readonly templates: readonly Template[]
  readonly samplers: readonly Sampler[]
  readonly sequence_unit: 'flows' | 'datagrams' | 'records'
  readonly sequence: { readonly missing: number; readonly duplicate: number; readonly reordered: number; readonly reset: number }
  readonly restarts: number
  readonly last_seen: number
  readonly waiting: { readonly sets: number; readonly bytes: number }
  readonly statistics: Readonly<Record<string, number>>
  readonly sources: readonly Source[]
}

export interface UnknownElement {
  readonly element: string
  readonly name: string | null
  readonly length: number
  readonly sample: string | null
  readonly kind: 'unknown' | 'unused' | 'structural' | 'structure'
  readonly records: number
  readonly templates: readonly number[]
}

export interface TemplateChange {
  readonly protocol: string
  readonly domain: number
  readonly template: number
  readonly before: readonly TemplateField[]
  readonly after: readonly TemplateField[]
  readonly at: number
  readonly count: number
  readonly refused: boolean
  readonly flip_flop: boolean
}

export interface NamedInterface {
  readonly index: number
  readonly name: string
  readonly description: string
}

export interface ExporterDetail extends Place {
  readonly at: number
  readonly state: ExporterState
  readonly address: string
  readonly source: string | null
  readonly protocols: readonly string[]
  readonly transports: readonly string[]
  readonly first_seen: number
  readonly last_seen: number
  readonly datagrams: number
  readonly rows: number
  readonly sampling: Sampling | null
  readonly sequence_missing: number
  readonly skew_ms: number
  readonly rejected: Reasons
  readonly domain_details: readonly Domain[]
  readonly interfaces: readonly NamedInterface[]
  readonly unknown_elements: readonly UnknownElement[]
  readonly template_changes: readonly TemplateChange[]
  readonly names: { readonly vrfs: number; readonly applications: number; readonly samplers: number; readonly elements: number }
  readonly settings: {
    readonly profiles: readonly string[]
    readonly fields: number
    readonly pinned: boolean
    readonly relay: boolean
    readonly template_lifetime_ms: number
  }
  /** Lists in records (RFC 6313): read, and others by what was wrong. */
  readonly lists: Reasons
  readonly notes: readonly string[]
  readonly advice: readonly Advice[]
}

interface CounterSums {
  readonly bytes: number | null
  readonly packets: number | null
  readonly discards: number | null
  readonly errors: number | null
}

export interface Counters {
  readonly range: { readonly from: number; readonly to: number }
  readonly granularity: number
  readonly times: readonly number[]
  readonly counters: {
    readonly in: { readonly bps: Numbers }
    readonly out: { readonly bps: Numbers }
    readonly totals: { readonly in: CounterSums; readonly out: CounterSums }
    readonly last: {
      readonly at: number
      readonly source: string
      readonly speed_bps: number | null
      readonly duplex: number
      readonly admin_up: boolean
      readonly oper_up: boolean
    } | null
    readonly samples: number
    readonly resets: number
  }
  readonly flows: { readonly times: readonly number[]; readonly in: { readonly bps: Numbers }; readonly out: { readonly bps: Numbers } }
}

interface RangeWords {
  readonly from: string
  readonly to: string
}

type Result<T> = UseQueryResult<T, Error>

/** What is told of an exporter is of the moment it was asked; older than this it is asked again when its page is opened. */
const STALE_MS = 5000
const SPEEDS_MS = 900_000

/** All exporters with their traffic in the range. */
export function useExporterList(question: RangeWords & { readonly filter: string }, mark: number): Result<ExportersAnswer> {
  return useQuery({
    queryKey: ['exporter-list', question, mark],
    queryFn: ({ signal }) => request<ExportersAnswer>(`/exporters${queryString({ ...question })}`, { signal }),
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  })
}

/** Everything known of one exporter. */
export function useExporter(address: string, mark: number): Result<ExporterDetail> {
  return useQuery({
    queryKey: ['exporter', address, mark],
    queryFn: ({ signal }) => request<ExporterDetail>(`/exporters/${encodeURIComponent(address)}`, { signal }),
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  })
}

/** Speeds of the interfaces of an exporter as its flows tell them, by index. Single flows are read for it: a quarter of an hour of the range at most. */
export function useSpeeds(address: string, range: { readonly from: number; readonly to: number }, mark: number): ReadonlyMap<number, number> {
  const from = Math.max(range.from, range.to - SPEEDS_MS)
  const { data } = useQuery({
    queryKey: ['speeds', address, mark],
    queryFn: ({ signal }) =>
      request<Table>('/query', {
        method: 'POST',
        body: {
          from: Math.round(from),
          to: Math.round(range.to),
          filter: `${conditionText({ field: 'exporter', value: address })} and (in_if_speed > 0 or out_if_speed > 0)`,
          by: ['if', 'if_speed'],
          metrics: ['flows'],
          limit: 1000,
          order: 'flows',
        },
        signal,
      }),
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  })
  // The speed that most flows tell is the one that stands.
  return new Map((data?.rows ?? []).flatMap(row => (Number(row['if_speed']) > 0 ? [[Number(row['if']), Number(row['if_speed'])] as const] : [])))
}

/** Rates of an interface by its own counters and by its flows. */
export function useCounters(address: string, index: string, range: RangeWords, mark: number): Result<Counters> {
  return useQuery({
    queryKey: ['counters', address, index, range, mark],
    queryFn: ({ signal }) => request<Counters>(`/interfaces/${encodeURIComponent(address)}/${index}/counters${queryString({ ...range })}`, { signal }),
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  })
}
