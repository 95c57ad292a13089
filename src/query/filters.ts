/** From the text of a filter to the condition a query needs. */
import { compileToSql, createParameters, parse, storedUsed, toFlowLensError, type ParseContext } from '../filter/index.ts'
import type { Where } from './sql.ts'

/**
 * Reads a filter; FlowLensError with `start` and `end` in its context when it is wrong. `now` is the moment of the query, ms; filters of
 * one statement name their parameters by different prefixes.
 */
export function whereOf(text: string, context: ParseContext, now: number, prefix = 'p'): Where {
  const parsed = parse(text, context)
  if (!parsed.ok) throw toFlowLensError(parsed.error)
  const { sql, params } = compileToSql(parsed.tree, { now, parameters: createParameters(prefix) })
  return { sql, parameters: params, columns: storedUsed(parsed.tree) }
}

/** The filter as it would be printed, and what is to be said about it. */
export function checkFilter(text: string, context: ParseContext): { readonly canonical: string; readonly notes: readonly string[] } {
  const parsed = parse(text, context)
  if (!parsed.ok) throw toFlowLensError(parsed.error)
  return { canonical: parsed.canonical, notes: parsed.notes.map(note => note.message) }
}
