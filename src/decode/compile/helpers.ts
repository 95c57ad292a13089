/** Functions that generated code calls, by the names it calls them. */
import { indexOf, type FlowBatch } from '../../schema/index.ts'
import { readText } from './text.ts'
import { ntpToMs } from './times.ts'

const NOTE = indexOf('notes')

/** Marks a row in `notes`, a column made only when something had to be mended. */
function note(batch: FlowBatch, row: number, bit: number): void {
  const notes = batch.need(NOTE)
  notes[row] = (notes[row] ?? 0) | bit
}

export const HELPERS = {
  text: readText,
  note,
  ntp: ntpToMs,
  /** An exporter's clock that is further off than this is not believed, ms. */
  FUTURE: 86_400_000,
  PAST: 7 * 86_400_000,
} as const

export type Helpers = typeof HELPERS
