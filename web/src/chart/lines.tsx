/** Figures over time as lines: drag to set the range, click for one bucket, arrow keys to read. A gap is a gap. */
import { useId, useMemo, useState, type CSSProperties, type KeyboardEvent, type ReactElement } from 'react'
import { clock, clockSeconds, exactTime, join, zone, type Measure } from '../ui/format.ts'
import { words } from '../words.ts'
import { Axes, axisTime } from './axes.tsx'
import { useBrush } from './brush.ts'
import { curvePath } from './curve.ts'
import { axisOf, type Scale } from './scale.ts'
import styles from './chart.module.css'

export interface ChartLine {
  readonly name: string
  readonly values: readonly (number | null)[]
}

interface LinesProps {
  readonly label: string
  readonly lines: readonly ChartLine[]
  readonly times: readonly number[]
  readonly from: number
  readonly to: number
  readonly granularity: number
  readonly scale: Scale
  readonly format: (value: number) => Measure
  readonly narrow: boolean
  /** The bucket under the cursor of the page, and how it is moved: one cursor for all charts. */
  readonly cursor: number | null
  readonly onCursor: (index: number | null) => void
  readonly onRange: (from: number, to: number) => void
  readonly onZoomOut: () => void
}

const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties

/** Colour of the line at this place; dashes tell lines apart where colours do not. */
export const lineColor = (index: number): string => `var(--data-${index + 1})`
export const LINE_DASHES = ['', '5 3', '1.5 2.5'] as const

const known = (values: readonly (number | null)[]): readonly number[] => values.filter(value => value !== null)

export function Lines(props: LinesProps): ReactElement {
  const { label, lines, times, from, to, granularity, scale, format, narrow, cursor, onCursor, onRange, onZoomOut } = props
  const summary = useId()
  // The cursor is that of all charts; only the one whose keys move it speaks.
  const [reading, setReading] = useState(false)
  const axis = useMemo(
    () =>
      axisOf(
        lines.flatMap(line => known(line.values)),
        scale,
      ),
    [lines, scale],
  )
  const timeAt = (share: number): number => from + share * (to - from)
  const indexAt = (time: number): number | null => {
    const found = times.findLastIndex(start => start <= time)
    return found === -1 ? null : found
  }
  const bucket = (index: number | null): void => {
    const start = index === null ? undefined : times[index]
    if (start !== undefined) onRange(start, start + granularity)
  }
  const { brush, handlers } = useBrush({ onRange: (low, high) => onRange(timeAt(low), timeAt(high)), onClick: share => bucket(indexAt(timeAt(share))) })
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step !== 0 && times.length > 0) {
      event.preventDefault()
      setReading(true)
      onCursor(Math.min(times.length - 1, Math.max(0, (cursor ?? times.length) + step)))
    } else if (event.key === 'Enter') bucket(cursor)
    else if (event.key === 'Escape') onCursor(null)
  }
  const at = cursor === null ? undefined : times[cursor]
  const valueText = (line: ChartLine, index: number): string => {
    const value = line.values[index]
    return value === null || value === undefined ? words.none : join(format(value))
  }
  const peaks = lines.flatMap(line => {
    const values = known(line.values)
    return values.length === 0 ? [] : [`${line.name} ${join(format(Math.max(...values)))}`]
  })
  const lastStart = times.at(-1)
  const partial = lastStart !== undefined && lastStart + granularity > to ? Math.max(0, (lastStart - from) / (to - from)) : null
  const share = at === undefined ? 0 : Math.min(1, Math.max(0, (at + granularity / 2 - from) / (to - from)))
  return (
    <figure className={styles.chart} role="figure" aria-label={label} aria-describedby={summary}>
      <figcaption id={summary} className="vh">
        {peaks.length === 0 ? words.chart.unmeasured : words.chart.peaks(peaks.join(', '))}
      </figcaption>
      <div
        className={styles.plot}
        tabIndex={0}
        role="application"
        aria-roledescription={words.chart.role}
        aria-label={words.chart.keys(label)}
        onKeyDown={onKeyDown}
        onDoubleClick={onZoomOut}
        onBlur={() => {
          setReading(false)
          onCursor(null)
        }}
        onPointerLeave={() => onCursor(null)}
        {...handlers}
        onPointerMove={event => {
          handlers.onPointerMove(event)
          const area = event.currentTarget.getBoundingClientRect()
          onCursor(indexAt(timeAt((event.clientX - area.left) / area.width)))
        }}
      >
        <Axes
          from={from}
          to={to}
          values={axis.ticks}
          format={format}
          wanted={narrow ? 3 : 6}
          {...(scale.kind === 'log' || scale.base !== undefined ? { placeOf: axis.placeOf } : {})}
        />
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
        {partial !== null && partial < 1 && <div className={styles.partial} style={style({ left: `${partial * 100}%`, right: '0' })} />}
        {brush !== null && (
          <div className={styles.brush} style={style({ left: `${brush.low * 100}%`, width: `${(brush.high - brush.low) * 100}%` })}>
            <span className={styles.tag}>
              {clockSeconds(timeAt(brush.low))} – {clockSeconds(timeAt(brush.high))}
            </span>
          </div>
        )}
        {at !== undefined && cursor !== null && brush === null && (
          <>
            <div className={styles.cross} style={style({ left: `${share * 100}%` })} />
            <div
              className={styles.tip}
              style={style(share > 0.5 ? { right: `calc(${(1 - share) * 100}% + 10px)` } : { left: `calc(${share * 100}% + 10px)` })}
              aria-hidden="true"
            >
              <div className={styles.head} title={exactTime(at)}>
                {clockSeconds(at)} {zone(at)}
              </div>
              {lines.map((line, index) => (
                <div key={line.name} className={styles.r}>
                  <span className={styles.sw} style={style({ '--c': lineColor(index) })} />
                  <span className="ell">{line.name}</span>
                  <span>{valueText(line, cursor)}</span>
                </div>
              ))}
            </div>
          </>
        )}
      </div>
      <span className="vh" aria-live="polite">
        {at === undefined || cursor === null || !reading ? '' : `${clock(at)}: ${lines.map(line => `${line.name} ${valueText(line, cursor)}`).join(', ')}`}
      </span>
    </figure>
  )
}

const ROWS = 240

/** The same figures as a real table, newest first. */
export function LinesTable({
  label,
  lines,
  times,
  width,
  granularity,
  format,
}: Pick<LinesProps, 'label' | 'lines' | 'times' | 'granularity' | 'format'> & { readonly width: number }): ReactElement {
  const indices = times
    .map((_, index) => index)
    .slice(-ROWS)
    .toReversed()
  return (
    <div className={styles.tablewrap} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.values}>
        <caption className="vh">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{words.chart.time}</th>
            {lines.map(line => (
              <th key={line.name} scope="col">
                {line.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indices.map(index => {
            const time = times[index] ?? 0
            return (
              <tr key={time}>
                <td title={exactTime(time)}>{axisTime(time, width, granularity)}</td>
                {lines.map(line => {
                  const value = line.values[index]
                  return <td key={line.name}>{value === null || value === undefined ? words.none : join(format(value))}</td>
                })}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
