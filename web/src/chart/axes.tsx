import type { ReactElement } from 'react'
import { clock, clockSeconds, day, sameDay, zone } from '../ui/format.ts'
import { share, style } from '../ui/style.ts'
import type { Mark } from './marks.ts'
import { timeTicks } from './ticks.ts'
import styles from './chart.module.css'

const DAY_MS = 86_400_000
/** From here on a time of day alone does not say which day. */
const LONG_MS = 1.5 * DAY_MS
/** Pixels a time on the axis needs for itself: the widest is a day with its clock. */
const TIME_PX = 80
/** Below this share of the width a label would stand under those of the values. */
const FIRST_SHARE = 0.015

/** Text of a time on an axis over a range of so many milliseconds: with seconds for a short range, with the day for a long one. */
export function axisTime(time: number, width: number, step: number): string {
  if (width > LONG_MS) return step >= DAY_MS ? day(time) : `${day(time)} ${clock(time)}`
  return step < 60_000 ? clockSeconds(time) : clock(time)
}

/** Text of one moment of a range: to the second, or with its day where the range is long. */
export const momentText = (time: number, width: number): string => (width > LONG_MS ? `${day(time)} ${clock(time)}` : clockSeconds(time))

/** How many times there is room for on a plot of so many pixels. */
export const timesFor = (pixels: number): number => Math.min(8, Math.max(3, Math.floor(pixels / TIME_PX)))

interface AxesProps {
  readonly from: number
  readonly to: number
  readonly marks: readonly Mark[]
  /** Times at most. */
  readonly wanted: number
}

/** Grid lines and labels, as text over the page; the line of zero is the strong one, the zone stands on the last time only. */
export function Axes({ from, to, marks, wanted }: AxesProps): ReactElement {
  const { at: times, step } = timeTicks(from, to, wanted)
  const width = to - from
  const shown = times.filter(time => (time - from) / width > FIRST_SHARE || times.length < 3)
  return (
    <>
      {marks.map(({ value, place, label, base = false }) => (
        <div key={value} className={`${styles.grid} ${base ? styles.zero : ''}`} style={style({ top: share(place) })}>
          <span className={styles.yl}>{label}</span>
        </div>
      ))}
      {shown.map((time, index) => {
        const at = (time - from) / width
        const label = axisTime(time, width, step)
        const named = index === shown.length - 1 && (sameDay(from, to) || step < DAY_MS)
        return (
          <span key={time} className={styles.xl} data-at={at > 0.93 ? 'end' : at < 0.03 ? 'start' : undefined} style={style({ left: share(at) })}>
            {named ? `${label} ${zone(time)}` : label}
          </span>
        )
      })}
    </>
  )
}
