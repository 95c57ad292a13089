/** Charts of a page of quality: one cursor for all, a key with the figures of the whole range. */
import { useState, type CSSProperties, type ReactElement } from 'react'
import { changeScope, useScope } from '../address/location.ts'
import { exactRange, widenRange, type RangeMs } from '../address/time.ts'
import type { Series } from '../api/types.ts'
import { granularityFor } from '../chart/granularity.ts'
import { LINE_DASHES, Lines, LinesTable, lineColor } from '../chart/lines.tsx'
import { rangeName } from '../shell/range.ts'
import { Button } from '../ui/button.tsx'
import { join } from '../ui/format.ts'
import { useNarrow } from '../ui/narrow.ts'
import { words as shared } from '../words.ts'
import type { ChartSpec } from './specs.ts'
import { words } from './words.ts'
import styles from './quality.module.css'

const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties

interface ChartsProps {
  readonly charts: readonly ChartSpec[]
  readonly series: Series | undefined
  /** The range to draw before the answer tells its own. */
  readonly range: RangeMs
  /** When the answer came, milliseconds: a range that ends now is drawn until then. */
  readonly answeredAt: number
  readonly tools?: ReactElement | null
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

export function Charts({ charts, series, range: asked, answeredAt, tools }: ChartsProps): ReactElement {
  const [scope] = useScope()
  const [cursor, setCursor] = useState<number | null>(null)
  const narrow = useNarrow(1023)
  const range =
    series === undefined ? asked : { from: series.range.from, to: answeredAt > series.range.from ? Math.min(series.range.to, answeredAt) : series.range.to }
  const granularity = series?.granularity ?? granularityFor(range.to - range.from)
  const values = series?.series[0]?.values ?? {}
  const asTable = scope.chart === 'table'
  return (
    <div className={styles.charts} data-count={charts.length}>
      {charts.map((spec, at) => {
        const lines = spec.lines.map(line => ({ name: line.estimate === true ? words.mark(line.label) : line.label, values: values[line.metric] ?? [] }))
        const label = `${spec.title}, ${rangeName(scope, Date.now())}`
        return (
          <section key={spec.id} className={styles.panel} aria-busy={series === undefined}>
            <header>
              <h2 className="h2">{spec.title}</h2>
              {spec.note !== undefined && <span className="small t3">{spec.note}</span>}
              <div className={styles.tools}>
                {at === 0 && tools}
                <Button tight icon="zoom" aria-label={shared.chart.zoomOut} onClick={() => changeScope(widenRange(scope, Date.now()))} />
                <Button
                  tight
                  icon={asTable ? 'chart' : 'table'}
                  aria-label={`${asTable ? shared.chart.asChart : shared.chart.asTable}: ${spec.title}`}
                  onClick={() => changeScope({ chart: asTable ? 'stacked' : 'table' }, { replace: true })}
                />
              </div>
            </header>
            <Key spec={spec} series={series} />
            {asTable && series !== undefined ? (
              <LinesTable label={label} lines={lines} times={series.times} width={range.to - range.from} granularity={granularity} format={spec.format} />
            ) : (
              <Lines
                label={series === undefined ? shared.loading : label}
                lines={lines}
                times={series?.times ?? []}
                from={range.from}
                to={range.to}
                granularity={granularity}
                scale={spec.scale}
                format={spec.format}
                narrow={narrow || charts.length > 2}
                cursor={cursor}
                onCursor={setCursor}
                onRange={(from, to) => changeScope(exactRange({ from: Math.round(from), to: Math.round(to) }))}
                onZoomOut={() => changeScope(widenRange(scope, Date.now()))}
              />
            )}
          </section>
        )
      })}
    </div>
  )
}
