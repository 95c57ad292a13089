/** Figures over time as lines. A gap is a gap. */
import { useMemo, type ReactElement } from 'react'
import { join, type Measure } from '../ui/format.ts'
import { style } from '../ui/style.ts'
import { words } from '../words.ts'
import { curvePath } from './curve.ts'
import { marksByMagnitude, marksFromZero } from './marks.ts'
import { Plot, type TimePlot } from './plot.tsx'
import { axisOf, type Scale } from './scale.ts'
import styles from './chart.module.css'

export interface ChartLine {
  readonly name: string
  readonly values: readonly (number | null)[]
}

interface LinesProps extends TimePlot {
  readonly lines: readonly ChartLine[]
  readonly scale: Scale
  readonly format: (value: number) => Measure
  /** The bucket under the cursor of the page, and how it is moved: one cursor for all charts. */
  readonly cursor: number | null
  readonly onCursor: (index: number | null) => void
}

/** Colour of the line at this place; dashes tell lines apart where colours do not. */
export const lineColor = (index: number): string => `var(--data-${index + 1})`
export const LINE_DASHES = ['', '5 3', '1.5 2.5'] as const

const known = (values: readonly (number | null)[]): readonly number[] => values.filter(value => value !== null)

export function Lines({ lines, scale, format, ...plot }: LinesProps): ReactElement {
  const { times, from, to, granularity } = plot
  const axis = useMemo(
    () =>
      axisOf(
        lines.flatMap(line => known(line.values)),
        scale,
      ),
    [lines, scale],
  )
  const valueText = (value: number | null | undefined): string => (value === null || value === undefined ? words.none : join(format(value)))
  const peaks = lines.flatMap(line => {
    const values = known(line.values)
    return values.length === 0 ? [] : [`${line.name} ${join(format(Math.max(...values)))}`]
  })
  const proportional = scale.kind === 'linear' && scale.base === undefined
  return (
    <Plot
      {...plot}
      summary={peaks.length === 0 ? words.chart.unmeasured : words.chart.peaks(peaks.join(', '))}
      marks={proportional ? marksFromZero(axis.ticks, format) : marksByMagnitude(axis.ticks, axis.placeOf, format)}
      told={index => ({
        readings: lines.map((line, place) => ({ key: line.name, name: line.name, color: lineColor(place), value: valueText(line.values[index]) })),
      })}
    >
      <svg className={styles.curves} viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
        {lines.map((line, index) => (
          <path
            key={line.name}
            d={curvePath({ times, values: line.values }, { from, to, granularity, placeOf: axis.placeOf })}
            style={style({ '--c': lineColor(index) })}
            strokeDasharray={LINE_DASHES[index]}
          />
        ))}
      </svg>
      {peaks.length === 0 && times.length > 0 && <p className={styles.unmeasured}>{words.chart.unmeasured}</p>}
    </Plot>
  )
}
