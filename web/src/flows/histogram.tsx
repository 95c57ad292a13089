import { useState, type ReactElement } from 'react'
import type { RangeMs } from '../address/time.ts'
import type { Series } from '../api/types.ts'
import { marksFromZero } from '../chart/marks.ts'
import { Plot } from '../chart/plot.tsx'
import { valueTicks } from '../chart/ticks.ts'
import { useChartRange } from '../shell/chart-tools.tsx'
import { clock, join, shortCount } from '../ui/format.ts'
import { words } from '../words.ts'
import chart from '../chart/chart.module.css'
import styles from './flows.module.css'

/** Flows over the range, as bars. */
export function Histogram({ series, range }: { readonly series: Series | undefined; readonly range: RangeMs }): ReactElement {
  const [cursor, setCursor] = useState<number | null>(null)
  const taking = useChartRange()
  const { from, to } = range
  const values = series?.series[0]?.values['flows'] ?? []
  const times = series?.times ?? []
  const granularity = series?.granularity ?? to - from
  const peak = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  const top = Math.max(1, valueTicks(peak, 4).at(-1) ?? 1)
  const peakAt = times[values.indexOf(peak)] ?? from
  const x = (time: number): number => Math.min(1000, Math.max(0, ((time - from) / (to - from)) * 1000))
  return (
    <section className={styles.hist} aria-label={words.flows.histogram}>
      <Plot
        {...taking}
        from={from}
        to={to}
        className={styles.plot}
        label={words.flows.histogram}
        summary={words.flows.histogramSummary(join(shortCount(peak)), clock(peakAt))}
        times={times}
        granularity={granularity}
        cursor={cursor}
        onCursor={setCursor}
        marks={marksFromZero([0, top], shortCount)}
        told={index => ({ readings: [], total: words.flows.ofBucket(join(shortCount(values[index] ?? 0))) })}
      >
        <svg className={chart.bars} viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          {times.map((time, index) => {
            const height = ((values[index] ?? 0) / top) * 100
            const [left, right] = [x(time), x(time + granularity)]
            const gap = Math.min(1.6, (right - left) * 0.2)
            return height === 0 || right <= left ? null : (
              <rect key={time} x={left + gap / 2} width={right - left - gap} y={100 - height} height={height} data-hot={index === cursor ? '' : undefined} />
            )
          })}
        </svg>
      </Plot>
    </section>
  )
}
