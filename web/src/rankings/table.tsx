import { memo, useMemo, type ReactElement } from 'react'
import type { Scope } from '../address/scope.ts'
import type { Table } from '../api/types.ts'
import { colorToken } from '../chart/palette.ts'
import { OTHER } from '../chart/timeline.ts'
import { figuresOf } from '../traffic/figures.ts'
import { TrafficTable } from '../traffic/table.tsx'
import type { RankingRow } from './figures.ts'
import { filterValue, shownKey } from './key.ts'
import { fieldsOf, type Ranking } from './rankings.ts'

interface RankingTableProps {
  readonly ranking: Ranking
  readonly table: Table | undefined
  readonly rows: readonly RankingRow[] | null
  /** Keys of the chart in the order of its colours. */
  readonly drawn: readonly string[]
  readonly scope: Scope
  readonly label: string
}

/** The ranking as a table. It is drawn when its answer or the scope changes, not with each second of the stream: every row reads the filter. */
export const RankingTable = memo(function RankingTable({ ranking, table, rows, drawn, scope, label }: RankingTableProps): ReactElement {
  // Rows of an answer that is older than the switch keep the field they were asked by.
  const field = table?.by[0] ?? fieldsOf(ranking, scope.side)[0]
  const shown = useMemo(
    () =>
      rows?.map(row => {
        const { text: name, detail } = shownKey(ranking.style, row.key, row.name)
        return { key: row.key, name, detail, condition: { field, value: filterValue(ranking.style, row.key) }, figures: row }
      }) ?? null,
    [rows, ranking.style, field],
  )
  return (
    <TrafficTable
      label={label}
      one={ranking.one}
      rows={shown}
      totals={figuresOf(table?.totals)}
      other={figuresOf(table?.other)}
      filter={scope.filter}
      flowsAt="/flows"
      colorOf={key => {
        const place = key === null || key === OTHER ? -1 : drawn.indexOf(key)
        return colorToken(place === -1 ? null : place)
      }}
      withRate
    />
  )
})
