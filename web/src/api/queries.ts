/** Requests as hooks: each names its key, so that the same question is asked once, and is cancelled when nobody waits. */
import { keepPreviousData, useInfiniteQuery, useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { queryString, request } from './client.ts'
import type { ExporterRow, FlowDetail, FlowPage, InterfacesAnswer, Pipeline, QueryBody, Series, Stats, Table } from './types.ts'

type Result<T> = UseQueryResult<T, Error>

const fresh = { staleTime: 5000, placeholderData: keepPreviousData } as const

/** A series of the Query model. `mark` asks anew where the question is the same but time went on. */
export function useSeries(body: QueryBody, mark: number, enabled = true): Result<Series> {
  return useQuery({
    queryKey: ['series', body, mark],
    queryFn: ({ signal }) => request<Series>('/query', { method: 'POST', body, signal }),
    enabled,
    ...fresh,
  })
}

export function useTable(body: QueryBody, mark: number, enabled: boolean): Result<Table> {
  return useQuery({
    queryKey: ['table', body, mark],
    queryFn: ({ signal }) => request<Table>('/query', { method: 'POST', body, signal }),
    enabled,
    ...fresh,
  })
}

/** Several tables at once, each cancelled and kept by itself. */
export function useTables(bodies: readonly QueryBody[], mark: number): readonly Result<Table>[] {
  return useQueries({
    queries: bodies.map(body => ({
      queryKey: ['table', body, mark],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => request<Table>('/query', { method: 'POST', body, signal }),
      ...fresh,
    })),
  })
}

export function useStats(
  range: { readonly from: string; readonly to: string; readonly filter: string; readonly duplicates?: string },
  mark: number,
  enabled: boolean,
): Result<Stats> {
  return useQuery({
    queryKey: ['stats', range, mark],
    queryFn: ({ signal }) => request<Stats>(`/stats${queryString(range)}`, { signal }),
    enabled,
    ...fresh,
  })
}

export function useInterfaces(
  range: { readonly from: string; readonly to: string; readonly filter: string; readonly limit: number },
  mark: number,
  enabled: boolean,
): Result<InterfacesAnswer> {
  return useQuery({
    queryKey: ['interfaces', range, mark],
    queryFn: ({ signal }) => request<InterfacesAnswer>(`/interfaces${queryString(range)}`, { signal }),
    enabled,
    ...fresh,
  })
}

export interface FlowsQuestion {
  readonly from: string
  readonly to: string
  readonly filter: string
  readonly columns: string
  readonly order: string
}

const PAGE_ROWS = 200

/** Raw flows, a page at a time by cursor. */
export function useFlows(question: FlowsQuestion, mark: number) {
  return useInfiniteQuery({
    queryKey: ['flows', question, mark],
    queryFn: ({ pageParam, signal }) => request<FlowPage>(`/flows${queryString({ ...question, limit: PAGE_ROWS, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next ?? undefined,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })
}

export function useFlow(id: string): Result<FlowDetail> {
  return useQuery({ queryKey: ['flow', id], queryFn: ({ signal }) => request<FlowDetail>(`/flows/${encodeURIComponent(id)}`, { signal }), staleTime: Infinity })
}

export function usePipeline(enabled: boolean, mark: number): Result<Pipeline> {
  return useQuery({
    queryKey: ['pipeline', mark],
    queryFn: ({ signal }) => request<Pipeline>('/pipeline', { signal }),
    enabled,
    placeholderData: keepPreviousData,
  })
}

/** What is known of the exporters. A user whose sight is limited may not ask; the answer is then an error and nothing is shown. */
export function useExporters(enabled: boolean): Result<readonly ExporterRow[]> {
  return useQuery({
    queryKey: ['exporters'],
    queryFn: async ({ signal }) => (await request<{ readonly rows: readonly ExporterRow[] }>('/exporters', { signal })).rows,
    enabled,
    staleTime: 60_000,
  })
}
