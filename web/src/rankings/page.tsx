/** One page for every ranking: who has the traffic of the range, over time and as a table. Which ranking it is says the path. */
import { useMemo, useState, type ReactElement } from 'react'
import { changeScope, useScope } from '../address/location.ts'
import { SIDES, type Scope } from '../address/scope.ts'
import type { RangeMs } from '../address/time.ts'
import { askedOf, countingOf } from '../api/counting.ts'
import { apiAddress, queryString } from '../api/client.ts'
import { useSeries, useTable } from '../api/queries.ts'
import type { Series } from '../api/types.ts'
import { drawnRange } from '../chart/drawn-range.ts'
import { granularityFor } from '../chart/granularity.ts'
import { StackedChart } from '../chart/stacked.tsx'
import { EMPTY_STACK, OTHER } from '../chart/timeline.ts'
import { ValueTable, stackColumns } from '../chart/value-table.tsx'
import { useSight } from '../api/sight.ts'
import { AnswerFooter } from '../shell/answer-footer.tsx'
import { AsOf } from '../shell/as-of.tsx'
import { ChartTools, useChartRange } from '../shell/chart-tools.tsx'
import { CountingBadge } from '../shell/counting.tsx'
import { rangeName } from '../shell/range.ts'
import { SamplingBadge } from '../shell/sampling-badge.tsx'
import { TopPick } from '../shell/top-pick.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Icon } from '../ui/icon.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segments } from '../ui/pick.tsx'
import { words as shared } from '../words.ts'
import shell from '../shell/shell.module.css'
import { rowsOf, stackOf } from './figures.ts'
import { keyLabel, shownKey } from './key.ts'
import { fieldsOf, rankingAt, type Ranking } from './rankings.ts'
import { RankingTable } from './table.tsx'
import { words } from './words.ts'
import styles from './rankings.module.css'

/** Keys the chart names; what is left is Other. */
const NAMED = 8
const METRICS = ['bytes', 'packets', 'flows', 'bps'] as const

interface ChartPanelProps {
  readonly scope: Scope
  readonly series: Series | undefined
  /** The range to draw before the answer tells its own. */
  readonly range: RangeMs
  /** When the answer came, milliseconds: a range that ends now is drawn until then. */
  readonly answeredAt: number
  readonly ranking: Ranking
  readonly label: string
  readonly names: ReadonlyMap<string, string>
}

function ChartPanel({ scope, series, range: asked, answeredAt, ranking, label, names }: ChartPanelProps): ReactElement {
  const stack = useMemo(() => (series === undefined ? null : stackOf(series, ranking.style)), [series, ranking.style])
  const range = drawnRange(series, asked, answeredAt)
  const taking = useChartRange()
  const granularity = series?.granularity ?? granularityFor(range.to - range.from)
  const asTable = scope.chart === 'table'
  const nameOf = (key: string): string => (key === OTHER ? shared.other : keyLabel(shownKey(ranking.style, key, names.get(key))))
  return (
    <Panel
      plain
      title={label}
      busy={stack === null}
      className={styles.panel}
      beside={
        <>
          <SamplingBadge unknown={series?.unknown_sampling_flows ?? 0} />
          <CountingBadge answered={series?.duplicates} />
        </>
      }
      tools={<ChartTools />}
    >
      {asTable && stack !== null ? (
        <ValueTable times={stack.times} columns={stackColumns(stack, nameOf)} {...range} granularity={granularity} label={label} />
      ) : (
        <StackedChart
          {...taking}
          {...range}
          stack={stack ?? EMPTY_STACK}
          granularity={granularity}
          nameOf={nameOf}
          label={stack === null ? shared.loading : `${label}, ${rangeName(scope, Date.now())}`}
        />
      )}
    </Panel>
  )
}

function RankingView({ ranking }: { readonly ranking: Ranking }): ReactElement {
  const [scope] = useScope()
  const sight = useSight(scope)
  const [asked, setAsked] = useState(0)
  const mark = sight.mark * 1000 + asked
  const by = fieldsOf(ranking, scope.side)
  const question = { ...sight.words, ...askedOf(scope) }
  const limit = Number(scope.top)
  const table = useTable({ ...question, by, metrics: METRICS, limit, order: '-bytes' }, mark, true)
  const width = sight.range.to - sight.range.from
  const series = useSeries({ ...question, by: by.slice(0, 1), metrics: ['bps'], limit: NAMED, order: '-bps', granularity: granularityFor(width) }, mark)
  const rows = useMemo(() => (table.data === undefined ? null : rowsOf(table.data, ranking.style)), [table.data, ranking.style])
  const drawn = useMemo(
    () => (series.data === undefined ? [] : stackOf(series.data, ranking.style).layers.map(layer => layer.key)),
    [series.data, ranking.style],
  )
  const names = useMemo(() => new Map((rows ?? []).map(row => [row.key, row.name])), [rows])
  const csv = apiAddress(
    `/query${queryString({ ...sight.words, filter: scope.filter, by: by.join(','), metrics: METRICS.join(','), limit, order: '-bytes', as_sent: scope.asSent || undefined, ...countingOf(scope), format: 'csv' })}`,
  )
  const label = ranking.sided ? `${words.by(ranking.one)}, ${words.ofSide[scope.side]}` : words.by(ranking.one)
  const error = table.error ?? series.error
  return (
    <>
      <div className={shell.head}>
        <h1>{ranking.title}</h1>
        <span className={`${shell.sub} wide ell`}>{rangeName(scope, Date.now())}</span>
        <div className={`${shell.tools} ${styles.actions}`}>
          {ranking.sided && (
            <Segments label={words.side} options={SIDES} value={scope.side} nameOf={side => words.sides[side]} onPick={side => changeScope({ side })} />
          )}
          <TopPick scope={scope} />
          <a className={`${buttonClass()} wide`} href={csv} download title={shared.csvOfTable}>
            <Icon name="down" small />
            {shared.csv}
          </a>
          <AsOf className="wide" at={table.dataUpdatedAt} onAsk={() => setAsked(asked + 1)} />
        </div>
      </div>
      {error !== null && <Failure error={error} onRetry={() => void Promise.all([table.refetch(), series.refetch()])} />}
      <ChartPanel scope={scope} series={series.data} range={sight.range} answeredAt={series.dataUpdatedAt} ranking={ranking} label={label} names={names} />
      {rows?.length === 0 ? (
        <div className={shell.blank}>
          <h2>{words.nothing}</h2>
          <p>{words.nothingHelp}</p>
        </div>
      ) : (
        (rows !== null || error === null) && <RankingTable ranking={ranking} table={table.data} rows={rows} drawn={drawn} scope={scope} label={label} />
      )}
      {table.data !== undefined && <AnswerFooter answers={series.data === undefined ? [table.data] : [table.data, series.data]} series={series.data} />}
    </>
  )
}

/** The page of a path that is a ranking. */
export function RankingPage({ path }: { readonly path: string }): ReactElement | null {
  const ranking = rankingAt(path)
  return ranking === undefined ? null : <RankingView ranking={ranking} />
}
