/** Flows by a measured time and by when they ended: where most are, and what the few slow ones do. */
import { useMemo, type ReactElement } from 'react'
import { bandFilter, bandsOf } from '../../../src/filter/index.ts'
import { changeScope, useScope } from '../address/location.ts'
import { exactRange, type RangeMs } from '../address/time.ts'
import type { MeasuredTime } from '../address/scope.ts'
import { useSeries, useTable } from '../api/queries.ts'
import type { QueryBody, Table } from '../api/types.ts'
import { bucketsApart, cellsOf, type Cells } from '../chart/cells.ts'
import { HeatKey, Heatmap, bandName, type Taken } from '../chart/heatmap.tsx'
import { ValueTable } from '../chart/value-table.tsx'
import { bounding, readFilter } from '../filter/language.ts'
import { ChartTools, useChartRange } from '../shell/chart-tools.tsx'
import { rangeName } from '../shell/range.ts'
import { Failure } from '../ui/failure.tsx'
import { join, shortCount } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { words as shared } from '../words.ts'
import type { Drawn } from './charts.tsx'
import { fillersOf } from './sources.ts'
import { words } from './words.ts'
import styles from './heat.module.css'

/** Three bands a power of ten read as 1, 2, 5, 10. */
const BANDS = bandsOf('3') ?? []
/** Exporters named where none of the flows shown was measured. */
const NAMED = 3

interface HeatProps {
  readonly question: Pick<QueryBody, 'from' | 'to' | 'filter' | 'duplicates'>
  readonly measure: MeasuredTime
  /** All flows of the page, measured or not; while they are not known, neither is the time to ask for. */
  readonly flows: number | undefined
  readonly granularity: number
  readonly mark: number
  readonly drawn: Drawn
  readonly tools?: ReactElement | null
}

const count = (value: number): string => join(shortCount(value))

/** Why there is no cell: which exporters did measure in this range, or whose exporters can. */
function Nothing({ measure, measurers }: { readonly measure: MeasuredTime; readonly measurers: Table | undefined }): ReactElement {
  const names = (measurers?.rows ?? [])
    .filter(row => Number(row[`count_${measure}`] ?? 0) > 0)
    .map(row => String(row['exporter_name'] ?? '') || String(row['exporter'] ?? ''))
  return (
    <div className={styles.nothing}>
      <p>{words.heatNothing(words.heatTimes[measure].toLowerCase())}</p>
      {measurers !== undefined && (
        <p className="t3">
          {names.length > 0 ? words.heatElsewhere(names.slice(0, NAMED), names.length - NAMED) : words.heatNobody(fillersOf(measure))}{' '}
          <a className="link" href="/docs/how-to/exporters#what-measures-quality">
            {words.howTo}
          </a>
        </p>
      )}
    </div>
  )
}

/** What was dragged or clicked becomes range and filter; all bands or all buckets of a heatmap narrow nothing. */
function narrow({ from, to, first, last }: Taken, { bands }: Cells, range: RangeMs, measure: MeasuredTime, filter: string): void {
  const always = from <= range.from && to >= range.to
  const all = first === bands[0] && last === bands.at(-1)
  changeScope({
    ...(always ? {} : exactRange({ from: Math.round(Math.max(from, range.from)), to: Math.round(Math.min(to, range.to)) })),
    ...(all || !readFilter(filter).ok ? {} : { filter: bounding(filter, measure, bandFilter(measure, first, last)) }),
  })
}

export function Heat({ question, measure, flows, granularity, mark, drawn, tools }: HeatProps): ReactElement {
  const [scope] = useScope()
  const column = `${measure}/3`
  const answer = useSeries({ ...question, by: [column], metrics: ['flows'], granularity, limit: BANDS.length, order: column }, mark, flows !== undefined)
  const series = answer.data
  const cells = useMemo(() => (series === undefined ? undefined : cellsOf(series, series.by[0] ?? '', BANDS)), [series])
  const nothing = cells !== undefined && cells.most === 0
  const counted = `count_${measure}`
  const { from, to } = question
  const measurers = useTable({ from, to, filter: '', by: ['exporter', 'exporter_name'], metrics: [counted], order: `-${counted}`, limit: 100 }, mark, nothing)
  const { range } = drawn
  const shift = bucketsApart(drawn.times, series?.times ?? [], granularity)
  const taking = useChartRange()
  const title = words.heatChart(words.heatTimes[measure])
  const label = `${title}, ${rangeName(scope, Date.now())}`
  const measured = series?.totals['flows'] ?? 0
  return (
    <Panel
      plain
      className={styles.panel}
      title={title}
      busy={series === undefined}
      aria-label={title}
      beside={
        series !== undefined && flows !== undefined && <span className="small t3">{words.heatOf(count(measured), count(Math.max(flows, measured)))}</span>
      }
      tools={
        <>
          {tools}
          <ChartTools of={title} />
        </>
      }
    >
      {answer.error !== null && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {scope.chart !== 'table' && !nothing && <HeatKey most={cells?.most ?? 0} />}
      {nothing ? (
        <Nothing measure={measure} measurers={measurers.data} />
      ) : scope.chart === 'table' && cells !== undefined && series !== undefined ? (
        <ValueTable
          {...range}
          label={label}
          times={series.times}
          granularity={series.granularity}
          columns={[{ name: words.measured, values: cells.sums }, ...cells.bands.map((band, at) => ({ name: bandName(band), values: cells.counts[at] ?? [] }))]}
          format={shortCount}
        />
      ) : (
        <Heatmap
          {...taking}
          {...range}
          cursor={drawn.cursor === null ? null : drawn.cursor - shift}
          onCursor={index => drawn.onCursor(index === null ? null : index + shift)}
          label={series === undefined ? shared.loading : label}
          times={series?.times ?? []}
          granularity={series?.granularity ?? granularity}
          cells={cells ?? NO_CELLS}
          onTake={taken => narrow(taken, cells ?? NO_CELLS, range, measure, scope.filter)}
        />
      )}
    </Panel>
  )
}

const NO_CELLS: Cells = { bands: [], counts: [], sums: [], most: 0 }
