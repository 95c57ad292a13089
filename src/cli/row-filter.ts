/** A filter for the live figures: the text of the filter language, asked of rows in memory. */
import { compileToPredicate, parse, print, toFlowLensError } from '../filter/index.ts'
import type { RowFilter } from '../live/index.ts'

/** Reads a filter; null for one that keeps every row. Throws FlowLensError with `start` and `end` in its context when it is wrong. */
export function compileRowFilter(text: string, now: number): RowFilter | null {
  if (text.trim() === '') return null
  const parsed = parse(text)
  if (!parsed.ok) throw toFlowLensError(parsed.error)
  return { canonical: print(parsed.tree), ...compileToPredicate(parsed.tree, { now }) }
}
