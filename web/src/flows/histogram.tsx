import type { CSSProperties, ReactElement } from 'react'
import { changeScope } from '../address/location.ts'
import { exactRange, type RangeMs } from '../address/time.ts'
import type { Series } from '../api/types.ts'
import { Axes } from '../chart/axes.tsx'
import { useBrush } from '../chart/brush.ts'
import { valueTicks } from '../chart/ticks.ts'
import { clock, clockSeconds, join, shortCount } from '../ui/format.ts'
import { words } from '../words.ts'
import chart from '../chart/chart.module.css'
import styles from './flows.module.css'

const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties

/** Flows over the range; a drag sets the range, a click takes one bar. */
export function Histogram({ series, range, narrow }: { readonly series: Series | undefined; readonly range: RangeMs; readonly narrow: boolean }): ReactElement {
  const width = range.to - range.from
  const timeAt = (share: number): number => Math.round(range.from + share * width)
  const setRange = (from: number, to: number): void => changeScope(exactRange({ from, to }))
  const { brush, handlers } = useBrush({
    onRange: (low, high) => setRange(timeAt(low), timeAt(high)),
    onClick: share => {
      const time = timeAt(share)
      const start = series?.times.findLast(each => each <= time)
      if (start !== undefined && series !== undefined) setRange(start, start + series.granularity)
    },
  })
  const values = series?.series[0]?.values['flows'] ?? []
  const times = series?.times ?? []
  const step = series?.granularity ?? width
  const peak = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  const top = valueTicks(peak, 4).at(-1) ?? 1
  const peakAt = times[values.indexOf(peak)] ?? range.from
  return (
    <section className={styles.hist} aria-label={words.flows.histogram}>
      <div className={`${chart.plot} ${styles.plot}`} {...handlers}>
        <Axes from={range.from} to={range.to} values={[0, Math.max(1, top)]} format={shortCount} wanted={narrow ? 3 : 5} ends />
        <svg
          className={chart.bars}
          viewBox="0 0 1000 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={words.flows.histogramSummary(join(shortCount(peak)), clock(peakAt))}
        >
          {times.map((time, index) => {
            const value = values[index] ?? 0
            const left = Math.max(0, ((time - range.from) / width) * 1000)
            const right = Math.min(1000, ((time + step - range.from) / width) * 1000)
            const gap = Math.min(1.6, (right - left) * 0.2)
            const height = (value / top) * 100
            return value === 0 || right <= left ? null : (
              <rect
                key={time}
                x={left + gap / 2}
                width={right - left - gap}
                y={100 - height}
                height={height}
                data-partial={time + step > range.to ? '' : undefined}
              />
            )
          })}
        </svg>
        {brush !== null && (
          <div className={chart.brush} style={style({ left: `${brush.low * 100}%`, width: `${(brush.high - brush.low) * 100}%` })}>
            <span className={chart.tag}>
              {clockSeconds(timeAt(brush.low))} – {clockSeconds(timeAt(brush.high))}
            </span>
          </div>
        )}
      </div>
    </section>
  )
}
