/** Rows of a table of quality: who is worst, told only of those with enough measured flows. */
import type { Grouping } from '../address/scope.ts'
import { measuredOf, textOf } from '../api/cells.ts'
import type { Cell, FlowRow, Table } from '../api/types.ts'
import type { Condition } from '../filter/language.ts'
import { filterValue, keyText, shownKey } from '../rankings/key.ts'
import type { KeyStyle } from '../rankings/rankings.ts'
import type { Shown } from './specs.ts'

/** Columns a grouping asks for; the key comes first. */
export const COLUMNS_OF: Readonly<Record<Grouping, readonly string[]>> = {
  host: ['host'],
  app: ['app'],
  as: ['as', 'as_name'],
  interface: ['exporter', 'if', 'if_name'],
  country: ['country'],
}

const STYLES: Readonly<Record<Exclude<Grouping, 'interface'>, KeyStyle>> = { host: 'text', app: 'text', as: 'as', country: 'country' }

export interface QualityRow {
  readonly id: string
  readonly text: string
  readonly detail: string
  readonly condition: Condition
  readonly flows: number
  readonly measured: number
  /** By metric; null where nothing was measured. */
  readonly values: Readonly<Record<string, number | null>>
}

/** The figure of a metric; null where nothing was measured. */
export const valueOf = (cells: Readonly<Record<string, Cell>>, metric: string): number | null => measuredOf(cells[metric])

type Named = Pick<QualityRow, 'id' | 'text' | 'detail' | 'condition'>

function named(grouping: Grouping, cells: Readonly<Record<string, Cell>>): Named {
  if (grouping === 'interface') {
    const [exporter, index, name] = [textOf(cells['exporter']), textOf(cells['if']), textOf(cells['if_name'])]
    return {
      id: `${exporter} ${index} ${name}`,
      text: name === '' ? `if ${index}` : name,
      detail: name === '' ? exporter : `${index} · ${exporter}`,
      condition: { field: 'if', value: index, and: { field: 'exporter', value: exporter } },
    }
  }
  const style = STYLES[grouping]
  const key = keyText(style, cells[grouping])
  const name = grouping === 'as' ? textOf(cells['as_name']) : ''
  return { id: `${key} ${name}`, ...shownKey(style, key, name), condition: { field: grouping === 'host' ? 'ip' : grouping, value: filterValue(style, key) } }
}

/** Worse first; equal ones by the flows behind them. */
function compare(a: QualityRow, b: QualityRow, ranked: Shown): number {
  const [left, right] = [a.values[ranked.metric] ?? 0, b.values[ranked.metric] ?? 0]
  return (ranked.worst === 'high' ? right - left : left - right) || b.measured - a.measured
}

export interface Worst {
  readonly rows: readonly QualityRow[]
  /** Rows of the answer in which the figure was measured at all. */
  readonly measured: number
}

/** The rows with a figure that at least so many flows stand behind, the worst first. */
export function worstOf(table: Table, grouping: Grouping, shown: readonly Shown[], ranked: Shown, least: number): Worst {
  const rows = table.rows
    .map((cells): QualityRow => ({
      ...named(grouping, cells),
      flows: valueOf(cells, 'flows') ?? 0,
      measured: valueOf(cells, ranked.counted) ?? 0,
      values: Object.fromEntries(shown.map(({ metric }) => [metric, valueOf(cells, metric)])),
    }))
    .filter(row => row.values[ranked.metric] !== null && row.measured > 0)
  return { rows: rows.filter(row => row.measured >= least).toSorted((a, b) => compare(a, b, ranked)), measured: rows.length }
}

const LINES = 10

/** The first flows of a list, one for both directions of a record: the same ends, times and figure. */
export function oneDirection(rows: readonly FlowRow[], figure: string): readonly FlowRow[] {
  const seen = new Set<string>()
  return rows
    .filter(row => {
      const ends = (['src', 'dst'] as const).map(side => `${textOf(row[side])} ${textOf(row[`${side}_port`])}`).toSorted()
      const name = [...ends, textOf(row['proto']), textOf(row['exporter']), textOf(row['start_at']), textOf(row[figure])].join('|')
      if (seen.has(name)) return false
      seen.add(name)
      return true
    })
    .slice(0, LINES)
}
