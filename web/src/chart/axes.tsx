import type { CSSProperties, ReactElement } from 'react'
import { clock, clockSeconds, day, sameDay, zone, type Measure } from '../ui/format.ts'
import { timeTicks } from './ticks.ts'
import styles from './chart.module.css'

const at = (share: number, side: 'left' | 'top'): CSSProperties => ({ [side]: `${(share * 100).toFixed(3)}%` })

/** Text of a time on an axis: with seconds for a short range, with the day for a long one. */
export function axisTime(time: number, width: number, step: number): string {
  if (width > 36 * 3_600_000) return step >= 86_400_000 ? day(time) : `${day(time)} ${clock(time)}`
  return step < 60_000 ? clockSeconds(time) : clock(time)
}

interface AxesProps {
  readonly from: number
  readonly to: number
  readonly values: readonly number[]
  readonly format: (value: number) => Measure
  readonly wanted: number
  /** Draws only the lowest and highest value. */
  readonly ends?: boolean
  /** Zero is in the middle, and the values are marked on both sides of it. */
  readonly mirrored?: boolean
  /** Where a value is, 0 at the lower edge to 1 at the upper one; in proportion from zero where it is not said. Each value then has its own unit. */
  readonly placeOf?: (value: number) => number
}

/** Grid lines and labels, as text over the page; the unit stands on the top tick only, the zone on the last time. */
export function Axes({ from, to, values, format, wanted, ends = false, mirrored = false, placeOf }: AxesProps): ReactElement {
  const top = values.at(-1) ?? 1
  const unit = format(top).unit
  const scale = top === 0 ? 1 : Number.parseFloat(format(top).value) / top
  const { at: times, step } = timeTicks(from, to, wanted)
  const width = to - from
  const marks = mirrored
    ? [
        ...values
          .slice(1)
          .map(value => -value)
          .toReversed(),
        ...values,
      ]
    : values
  const shown = times.filter(time => (time - from) / width > 0.015 || times.length < 3)
  return (
    <>
      {marks.map(value => {
        const last = value === top
        const own = format(value)
        const label = Number((placeOf === undefined ? Math.abs(value) * scale : Number.parseFloat(own.value)).toPrecision(3)).toString()
        const place = placeOf !== undefined ? 1 - placeOf(value) : top === 0 ? 1 : 1 - value / top
        const shownUnit = placeOf === undefined ? (last ? unit : '') : own.unit
        return (
          <div key={value} className={`${styles.grid} ${place === 1 || value === 0 ? styles.zero : ''}`} style={at(mirrored ? place / 2 : place, 'top')}>
            {(!ends || last || value === 0) && <span className={styles.yl}>{shownUnit === '' ? label : `${label} ${shownUnit}`}</span>}
          </div>
        )
      })}
      {shown.map((time, index) => {
        const share = (time - from) / width
        const last = index === shown.length - 1
        const label = axisTime(time, width, step)
        const place = share > 0.93 ? 'end' : share < 0.03 ? 'start' : undefined
        return (
          <span key={time} className={styles.xl} data-at={place} style={at(share, 'left')}>
            {last ? `${label} ${sameDay(from, to) || step < 86_400_000 ? zone(time) : ''}` : label}
          </span>
        )
      })}
    </>
  )
}
