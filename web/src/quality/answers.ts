/** Questions of the pages of quality. The server names them; here is only how they are asked. */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { queryString, request } from '../api/client.ts'
import type { FlowPage, Series, Table } from '../api/types.ts'

export interface QualityQuestion {
  readonly from: string
  readonly to: string
  readonly filter: string
  readonly duplicates?: string
}

/** Most keys of a table; those with the most measured flows. */
export const MOST_KEYS = 1000
/** Flows of the short list; both directions of one record are two flows and one line of it. */
const WORST_FLOWS = 20

const kept = { staleTime: 5000, placeholderData: keepPreviousData } as const

/** All flows of the page over time, totals included. */
export function useTrend(url: string, question: QualityQuestion, granularity: number, mark: number): UseQueryResult<Series> {
  const asked = { ...question, granularity: `${Math.round(granularity / 1000)}s` }
  return useQuery({
    queryKey: ['quality', url, asked, mark],
    queryFn: ({ signal }) => request<Series>(`${url}${queryString(asked)}`, { signal }),
    ...kept,
  })
}

/** Figures by columns, those with the most measured flows first. */
export function useGroups(
  url: string,
  question: QualityQuestion,
  { by, metrics, metric }: { readonly by: readonly string[]; readonly metrics: readonly string[]; readonly metric: string },
  mark: number,
  enabled: boolean,
): UseQueryResult<Table> {
  const asked = { ...question, by: by.join(','), metrics: [...new Set(metrics)].join(','), metric, limit: MOST_KEYS }
  return useQuery({
    queryKey: ['quality', url, asked, mark],
    queryFn: ({ signal }) => request<Table>(`${url}${queryString(asked)}`, { signal }),
    enabled,
    ...kept,
  })
}

/** Where scores come from: by codec, and by what had to be worked out. */
export function useScores(question: QualityQuestion, mark: number, enabled: boolean): UseQueryResult<Table> {
  const asked = { ...question, by: 'codec,notes', metrics: 'avg_mos,p95_jitter,avg_loss', metric: 'count_mos', limit: 100 }
  return useQuery({
    queryKey: ['quality', 'scores', asked, mark],
    queryFn: ({ signal }) => request<Table>(`/voip${queryString(asked)}`, { signal }),
    enabled,
    ...kept,
  })
}

/** A few flows, in an order. */
export function useWorstFlows(
  question: QualityQuestion & { readonly columns: string; readonly order: string },
  mark: number,
  enabled: boolean,
): UseQueryResult<FlowPage> {
  const asked = { ...question, limit: WORST_FLOWS }
  return useQuery({
    queryKey: ['quality', 'flows', asked, mark],
    queryFn: ({ signal }) => request<FlowPage>(`/flows${queryString(asked)}`, { signal }),
    enabled,
    ...kept,
  })
}
