/** How long questions take, for the figures of the program itself. */
import { toError } from '../schema/index.ts'
import type { ApiDeps } from './deps.ts'

/** Counts how long a question took, or why it failed, as every question about flows. */
export async function timed<T extends { readonly tookMs: number }>(question: Promise<T>, deps: Pick<ApiDeps, 'metrics'>): Promise<T> {
  try {
    const answer = await question
    deps.metrics.observe('flowlens_query_duration_seconds', { answered_from: 'raw' }, answer.tookMs / 1000)
    return answer
  } catch (error) {
    deps.metrics.count('flowlens_query_failures_total', { code: toError(error).code })
    throw error
  }
}
