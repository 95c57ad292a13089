/** From the text of a filter to the condition a query needs. */
import { compileToSql, createParameters, parse, storedUsed, toFlowLensError, type Filter, type ParseContext } from '../filter/index.ts'
import { columnByName } from '../schema/index.ts'
import type { Where } from './sql.ts'

/** Whether a filter can hold for no flow that nothing was measured of; false also where that would take more than its shape to tell. */
function isOfMeasured(filter: Filter): boolean {
  switch (filter.kind) {
    case 'Measured':
      return columnByName(filter.field)?.measured !== undefined
    case 'And':
      return filter.items.some(isOfMeasured)
    case 'Or':
      return filter.items.every(isOfMeasured)
    default:
      return false
  }
}

/**
 * Reads a filter; FlowLensError with `start` and `end` in its context when it is wrong. `now` is the moment of the query, ms; filters of
 * one statement name their parameters by different prefixes.
 */
export function whereOf(text: string, context: ParseContext, now: number, prefix = 'p'): Where {
  const parsed = parse(text, context)
  if (!parsed.ok) throw toFlowLensError(parsed.error)
  const { sql, params } = compileToSql(parsed.tree, { now, parameters: createParameters(prefix) })
  return { sql, parameters: params, columns: storedUsed(parsed.tree), measuredOnly: isOfMeasured(parsed.tree) }
}

/** The filter as it would be printed, and what is to be said about it. */
export function checkFilter(text: string, context: ParseContext): { readonly canonical: string; readonly notes: readonly string[] } {
  const parsed = parse(text, context)
  if (!parsed.ok) throw toFlowLensError(parsed.error)
  return { canonical: parsed.canonical, notes: parsed.notes.map(note => note.message) }
}
