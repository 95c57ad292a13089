/** Bytes by hour over the seven days that end with the range: the week of an entity at a glance. */
import type { ReactElement } from 'react'
import { useSeries } from '../api/queries.ts'
import { clock, day, join, volume } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { style } from '../ui/style.ts'
import type { Look } from './look.ts'
import { words } from './words.ts'
import styles from './entity.module.css'

const HOUR = 3_600_000
const DAYS = 7
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric' })

/** Midnight of the browser's zone, so many days before. */
function midnight(ms: number, back: number): number {
  const date = new Date(ms)
  date.setHours(0, 0, 0, 0)
  date.setDate(date.getDate() - back)
  return date.getTime()
}

export function HeatPanel({ look, ready }: { readonly look: Look; readonly ready: boolean }): ReactElement {
  const sided = look.entity.kind.sides !== null
  // Whole hours: the question stays the same until the hour ends, and sums by the hour can answer it.
  const until = Math.ceil(look.range.to / HOUR) * HOUR
  const from = midnight(look.range.to, DAYS - 1)
  const week = useSeries(
    { ...look.from, from: String(from), to: String(until), by: [], metrics: ['bytes'], granularity: HOUR, order: '-bytes' },
    Math.floor(look.mark / 1_000_000),
    ready,
  )
  const values = new Map((week.data?.times ?? []).map((time, index) => [Math.floor(time / HOUR), week.data?.series[0]?.values['bytes']?.[index] ?? 0]))
  const most = Math.max(0, ...values.values())
  const mostAt = [...values].find(([, value]) => value === most)?.[0] ?? 0
  const title = words.heat(sided ? words.sent : words.bytes)
  const days = Array.from({ length: DAYS }, (_, index) => midnight(look.range.to, DAYS - 1 - index))
  const summary = most === 0 ? words.heatNothing : words.heatSummary(join(volume(most)), `${weekday.format(mostAt * HOUR)} ${clock(mostAt * HOUR)}`)
  return (
    <Panel
      title={title}
      width={8}
      first
      busy={week.data === undefined}
      beside={
        <>
          {most > 0 && <span className="t3 small">{words.busiest(join(volume(most)))}</span>}
          <span className={styles.ramp} aria-hidden="true" />
        </>
      }
    >
      <div className={styles.heat} role="img" aria-label={`${title}. ${summary}`}>
        <div className={styles.days}>
          {days.map(start => (
            <span key={start}>{weekday.format(start)}</span>
          ))}
        </div>
        <div className={styles.hours}>
          {days.flatMap(start =>
            Array.from({ length: 24 }, (_, hour) => {
              const at = new Date(start).setHours(hour)
              const value = values.get(Math.floor(at / HOUR))
              return value === undefined || at >= look.range.to ? (
                <i key={`${start} ${hour}`} data-none />
              ) : (
                <i
                  key={`${start} ${hour}`}
                  title={words.hour(`${day(at)} ${clock(at)}`, join(volume(value)))}
                  style={style({ '--v': `${most === 0 ? 0 : Math.round((value / most) * 100)}%` })}
                />
              )
            }),
          )}
        </div>
        <div className={styles.axis} aria-hidden="true">
          {['00', '06', '12', '18'].map(hour => (
            <span key={hour}>{hour}</span>
          ))}
        </div>
      </div>
    </Panel>
  )
}
