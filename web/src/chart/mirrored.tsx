/** Rates of two directions on one scale: one upwards, the other downwards, each measured in up to two ways. */
import { useId, useState, type CSSProperties, type KeyboardEvent, type ReactElement } from 'react'
import { bitRate, clockSeconds, exactTime, join, zone, type Measure } from '../ui/format.ts'
import { words } from '../words.ts'
import { Axes } from './axes.tsx'
import { stepPath, valueAt, type Line } from './steps.ts'
import { valueTicks } from './ticks.ts'
import styles from './chart.module.css'

export interface MirroredLine extends Line {
  readonly name: string
  readonly side: 1 | -1
  /** A dashed line in ink over the filled one. */
  readonly dashed: boolean
}

interface MirroredProps {
  readonly label: string
  readonly lines: readonly MirroredLine[]
  readonly from: number
  readonly to: number
  readonly granularity: number
  /** Drawn as a line on both sides where it is in sight. */
  readonly limit: number | null
  readonly narrow: boolean
  /** How a value is written; bits a second where it is not said. */
  readonly format?: (value: number) => Measure
  /** The scale reaches at least up to here. */
  readonly least?: number
}

const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties
const TOKENS = { 1: 'var(--data-in)', [-1]: 'var(--data-out)' } as const

/** A limit far above the lines would press them flat; it is drawn from here on, and told in words always. */
const LIMIT_IN_SIGHT = 0.4

const peakOf = (lines: readonly MirroredLine[]): number => Math.max(0, ...lines.flatMap(line => line.values.flatMap(value => value ?? [])))

export function Mirrored({ label, lines, from, to, granularity, limit, narrow, format = bitRate, least = 1000 }: MirroredProps): ReactElement {
  const [cursor, setCursor] = useState<number | null>(null)
  const summary = useId()
  const peak = peakOf(lines)
  const shown = limit !== null && peak >= limit * LIMIT_IN_SIGHT ? limit : null
  const ticks = valueTicks(Math.max(peak, shown ?? 0), least)
  const top = ticks.at(-1) ?? 1
  const box = { from, to, granularity, top }
  const steps = Math.max(1, Math.floor((to - 1 - from) / granularity) + 1)
  const start = Math.floor(from / granularity) * granularity
  const timeOf = (index: number): number => start + index * granularity
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setCursor(current => Math.min(steps - 1, Math.max(0, (current ?? steps) + step)))
    } else if (event.key === 'Escape') setCursor(null)
  }
  const values = cursor === null ? [] : lines.map(line => ({ line, value: valueAt(line, timeOf(cursor), granularity) }))
  const spoken =
    cursor === null
      ? ''
      : `${clockSeconds(timeOf(cursor))}: ${values.map(({ line, value }) => `${line.name} ${value === null ? words.none : join(format(value))}`).join(', ')}`
  const best = lines.map(line => `${line.name} ${join(format(peakOf([line])))}`).join(', ')
  const share = cursor === null ? 0 : Math.min(1, Math.max(0, (timeOf(cursor) + granularity / 2 - from) / (to - from)))
  return (
    <figure className={styles.chart} role="figure" aria-label={label} aria-describedby={summary}>
      <figcaption id={summary} className="vh">
        {peak === 0 ? words.chart.nothing : words.chart.peaks(best)}
      </figcaption>
      <div
        className={styles.plot}
        tabIndex={0}
        role="application"
        aria-roledescription={words.chart.role}
        aria-label={words.chart.reads(label)}
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(null)}
        onPointerLeave={() => setCursor(null)}
        onPointerMove={event => {
          const area = event.currentTarget.getBoundingClientRect()
          const time = from + ((event.clientX - area.left) / area.width) * (to - from)
          setCursor(Math.min(steps - 1, Math.max(0, Math.floor((time - start) / granularity))))
        }}
      >
        <Axes from={from} to={to} values={ticks} format={format} wanted={narrow ? 3 : 8} mirrored />
        <svg className={styles.steps} viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          {lines
            .filter(line => !line.dashed)
            .map(line => (
              <g key={line.name} style={style({ '--c': TOKENS[line.side] })}>
                <path className={styles.area} d={stepPath(line, box, line.side, true)} />
                <path className={styles.line} d={stepPath(line, box, line.side)} />
              </g>
            ))}
          {lines
            .filter(line => line.dashed)
            .map(line => (
              <path key={line.name} className={styles.dashed} d={stepPath(line, box, line.side)} />
            ))}
          {shown !== null && ([1, -1] as const).map(side => <path key={side} className={styles.limit} d={`M0 ${50 - (shown / top) * 50 * side}H1000`} />)}
        </svg>
        {cursor !== null && (
          <>
            <div className={styles.cross} style={style({ left: `${share * 100}%` })} />
            <div
              className={styles.tip}
              style={style(share > 0.5 ? { right: `calc(${(1 - share) * 100}% + 10px)` } : { left: `calc(${share * 100}% + 10px)` })}
              aria-hidden="true"
            >
              <div className={styles.head} title={exactTime(timeOf(cursor))}>
                {clockSeconds(timeOf(cursor))} {zone(timeOf(cursor))}
              </div>
              {values.map(({ line, value }) => (
                <div key={line.name} className={styles.r}>
                  <span className={styles.sw} style={style({ '--c': line.dashed ? 'var(--text)' : TOKENS[line.side] })} />
                  <span className="ell">{line.name}</span>
                  <span>{value === null ? words.none : join(format(value))}</span>
                </div>
              ))}
            </div>
          </>
        )}
      </div>
      <span className="vh" aria-live="polite">
        {spoken}
      </span>
    </figure>
  )
}
