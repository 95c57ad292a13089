/** Ports of two answers, one a direction, as one list. */
import type { Cell, Table } from '../api/types.ts'
import { numberOf, textOf, type Cells } from '../api/cells.ts'

export const METRICS = ['bytes', 'packets', 'flows'] as const
/** Asked of each direction, so that a port that is told of one of them is found in the other. */
export const DEEP = 1000

export interface Both {
  readonly port: string
  readonly proto: Cell | undefined
  /** Of each direction; null where an answer that is cut short may have it. */
  readonly bytes: readonly [to: number | null, from: number | null]
  readonly figures: Cells
}

/** One row a port of both directions, the most bytes first. */
export function mergedPorts(to: Table, from: Table, columns: readonly [to: string, from: string]): readonly Both[] {
  const rows = new Map<string, Both>()
  const cut = [to, from].map(table => table.rows.length >= DEEP)
  for (const [side, table] of [to, from].entries()) {
    const column = columns[side] ?? ''
    for (const cells of table.rows) {
      const key = `${textOf(cells[column])} ${textOf(cells['proto'])}`
      const known = rows.get(key)
      const own = numberOf(cells['bytes'])
      const missing = (at: number): number | null => (cut[at] === true ? null : 0)
      const before = known?.bytes ?? [missing(0), missing(1)]
      rows.set(key, {
        port: textOf(cells[column]),
        proto: cells['proto'],
        bytes: side === 0 ? [own, before[1]] : [before[0], own],
        figures: Object.fromEntries(METRICS.map(metric => [metric, numberOf(known?.figures[metric]) + numberOf(cells[metric])])),
      })
    }
  }
  return [...rows.values()].toSorted((a, b) => numberOf(b.figures['bytes']) - numberOf(a.figures['bytes']))
}
