/** Charts of a page of quality: one cursor for all, a key with the figures of the whole range. */
import { useState, type ReactElement } from 'react'
import { useScope } from '../address/location.ts'
import type { RangeMs } from '../address/time.ts'
import type { Series } from '../api/types.ts'
import { drawnRange } from '../chart/drawn-range.ts'
import { granularityFor } from '../chart/granularity.ts'
import { LINE_DASHES, Lines, lineColor } from '../chart/lines.tsx'
import { ValueTable } from '../chart/value-table.tsx'
import { ChartTools, useChartRange } from '../shell/chart-tools.tsx'
import { rangeName } from '../shell/range.ts'
import { join } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { style } from '../ui/style.ts'
import { words as shared } from '../words.ts'
import type { ChartSpec } from './specs.ts'
import { words } from './words.ts'
import styles from './quality.module.css'

/** What all charts of a page share: the range they draw, and the bucket under the cursor. */
export interface Drawn {
  readonly range: RangeMs
  /** Starts of the buckets that the cursor counts. */
  readonly times: readonly number[]
  readonly cursor: number | null
  readonly onCursor: (index: number | null) => void
}

interface ChartsProps {
  readonly charts: readonly ChartSpec[]
  readonly series: Series | undefined
  /** The range to draw before the answer tells its own. */
  readonly range: RangeMs
  /** When the answer came, milliseconds: a range that ends now is drawn until then. */
  readonly answeredAt: number
  readonly tools?: ReactElement | null
  /** A further chart below, of the same range and under the same cursor. */
  readonly below?: (drawn: Drawn) => ReactElement
}

/** A line's name, its colour and dash, and its figure over the whole range. */
function Key({ spec, series }: { readonly spec: ChartSpec; readonly series: Series | undefined }): ReactElement {
  return (
    <ul className={styles.key}>
      {spec.lines.map((line, index) => {
        const total = series?.totals?.[line.metric]
        return (
          <li key={line.metric}>
            <svg viewBox="0 0 16 4" aria-hidden="true" style={style({ '--c': lineColor(index) })}>
              <path d="M0 2H16" strokeDasharray={LINE_DASHES[index]} />
            </svg>
            {line.estimate === true ? words.mark(line.label) : line.label}{' '}
            <b>{total === undefined ? <span className="t3">{shared.none}</span> : join(line.format(total))}</b>
          </li>
        )
      })}
    </ul>
  )
}

export function Charts({ charts, series, range: asked, answeredAt, tools, below }: ChartsProps): ReactElement {
  const [scope] = useScope()
  const [cursor, setCursor] = useState<number | null>(null)
  const range = drawnRange(series, asked, answeredAt)
  const taking = useChartRange()
  const granularity = series?.granularity ?? granularityFor(range.to - range.from)
  const values = series?.series[0]?.values ?? {}
  const asTable = scope.chart === 'table'
  return (
    <div className={styles.charts} data-count={charts.length}>
      {charts.map((spec, at) => {
        const lines = spec.lines.map(line => ({ name: line.estimate === true ? words.mark(line.label) : line.label, values: values[line.metric] ?? [] }))
        const label = `${spec.title}, ${rangeName(scope, Date.now())}`
        return (
          <Panel
            key={spec.id}
            plain
            className={styles.panel}
            title={spec.title}
            busy={series === undefined}
            beside={spec.note !== undefined && <span className="small t3">{spec.note}</span>}
            tools={
              <>
                {at === 0 && tools}
                <ChartTools of={spec.title} />
              </>
            }
          >
            <Key spec={spec} series={series} />
            {asTable && series !== undefined ? (
              <ValueTable {...range} label={label} times={series.times} columns={lines} granularity={granularity} format={spec.format} />
            ) : (
              <Lines
                {...taking}
                {...range}
                label={series === undefined ? shared.loading : label}
                lines={lines}
                times={series?.times ?? []}
                granularity={granularity}
                scale={spec.scale}
                format={spec.format}
                cursor={cursor}
                onCursor={setCursor}
              />
            )}
          </Panel>
        )
      })}
      {below?.({ range, times: series?.times ?? [], cursor, onCursor: setCursor })}
    </div>
  )
}
