/**
 * What every chart over time has in common. In: buckets, marks of the value axis, what a bucket tells, and the drawing as children.
 * Out: the frame with its axes; a cursor by pointer and by arrow keys; a drag or two keys that set the range; words for who does
 * not see it. Always holds: the page is touched on interaction only, and what a pointer tells, the keys tell too.
 */
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactElement, type ReactNode } from 'react'
import { exactTime, zone } from '../ui/format.ts'
import { share, style } from '../ui/style.ts'
import { Swatch } from '../ui/swatch.tsx'
import { words } from '../words.ts'
import { Axes, momentText, timesFor } from './axes.tsx'
import { useBrush, type BrushState } from './brush.ts'
import type { Mark } from './marks.ts'
import styles from './chart.module.css'

/** One line of what a bucket tells. */
export interface Reading {
  readonly key: string
  readonly name: string
  readonly color: string
  readonly value: string
}

export interface Told {
  readonly readings: readonly Reading[]
  /** Of all readings, beside the time. */
  readonly total?: string
  /** What is said instead of all readings. */
  readonly spoken?: string
}

/** The range of a chart, its buckets, and what a person does with them; every chart takes these and hands them on. */
export interface TimePlot {
  readonly label: string
  /** Starts of the buckets, milliseconds; each ends where the next one begins, and after `granularity` at the latest. */
  readonly times: readonly number[]
  readonly granularity: number
  readonly from: number
  readonly to: number
  /** Takes an interval of time; a chart without it can only be read. */
  readonly onRange?: (from: number, to: number) => void
  readonly onZoomOut?: () => void
}

interface PlotProps extends TimePlot {
  /** The chart in one sentence. */
  readonly summary: string
  readonly marks: readonly Mark[]
  /** The bucket under the cursor; a page may keep one cursor for all its charts. */
  readonly cursor: number | null
  readonly onCursor: (index: number | null) => void
  readonly told: (index: number) => Told
  /** Width of the last bucket, where it is not that of the rest. */
  readonly lastGranularity?: number
  /** Where in its bucket a value is drawn. */
  readonly drawnAt?: 'start' | 'middle'
  /** Told while somebody reads the chart, so that drawing can pause. */
  readonly onHold?: ((held: boolean) => void) | undefined
  /** Keys of the drawing's own; true where it took one, which then is not the frame's. */
  readonly onKey?: (key: string) => boolean
  readonly className?: string | undefined
  readonly children: ReactNode
}

const clamp = (of: number): number => Math.min(1, Math.max(0, of))
const ignore = (): void => undefined

export function Plot(props: PlotProps): ReactElement {
  const { label, summary, times, granularity, from, to, marks, cursor, onCursor, told, onRange, onZoomOut, onHold = ignore } = props
  const { lastGranularity = granularity, drawnAt = 'middle', onKey, className = '', children } = props
  const summaryId = useId()
  const plot = useRef<HTMLDivElement>(null)
  const [pixels, setPixels] = useState(0)
  // The cursor may be that of all charts of a page; only the one whose keys move it speaks.
  const [speaks, setSpeaks] = useState(false)
  useLayoutEffect(() => {
    if (plot.current === null) return undefined
    setPixels(plot.current.clientWidth)
    const sizes = new ResizeObserver(([entry]) => setPixels(entry?.contentRect.width ?? 0))
    sizes.observe(plot.current)
    return () => sizes.disconnect()
  }, [])

  const width = to - from
  const timeAt = (of: number): number => from + of * width
  const indexAt = (time: number): number | null => {
    const found = times.findLastIndex(start => start <= time)
    return found === -1 ? null : found
  }
  const take = (index: number | null): void => {
    const start = index === null ? undefined : times[index]
    if (start !== undefined && index !== null) onRange?.(start, Math.min(times[index + 1] ?? Infinity, start + granularity))
  }
  const { brush, handlers } = useBrush({ onRange: (low, high) => onRange?.(timeAt(low), timeAt(high)), onClick: at => take(indexAt(timeAt(at))) })
  const leave = (): void => {
    setSpeaks(false)
    onHold(false)
    onCursor(null)
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (onRange !== undefined) handlers.onPointerMove(event)
    const area = event.currentTarget.getBoundingClientRect()
    onCursor(brush === null ? indexAt(timeAt((event.clientX - area.left) / area.width)) : null)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (onKey?.(event.key) === true) {
      event.preventDefault()
      setSpeaks(true)
      onHold(true)
    } else if (step !== 0 && times.length > 0) {
      event.preventDefault()
      setSpeaks(true)
      onHold(true)
      onCursor(Math.min(times.length - 1, Math.max(0, (cursor ?? times.length) + step)))
    } else if (event.key === 'Enter') take(cursor)
    else if (event.key === 'Escape') onCursor(null)
  }

  const start = cursor === null ? undefined : times[cursor]
  const tells = start === undefined || cursor === null ? null : told(cursor)
  const last = times.at(-1)
  const unfinished = last !== undefined && last + lastGranularity > to ? clamp((last - from) / width) : 1
  return (
    <figure className={styles.chart} role="figure" aria-label={label} aria-describedby={summaryId}>
      <figcaption id={summaryId} className="vh">
        {summary}
      </figcaption>
      <div
        ref={plot}
        className={`${styles.plot} ${className}`}
        tabIndex={0}
        role="application"
        aria-roledescription={words.chart.role}
        aria-label={onRange === undefined ? words.chart.reads(label) : words.chart.keys(label)}
        onKeyDown={onKeyDown}
        onDoubleClick={onZoomOut}
        onPointerEnter={() => onHold(true)}
        onPointerLeave={leave}
        onBlur={leave}
        {...(onRange === undefined ? {} : handlers)}
        onPointerMove={onPointerMove}
      >
        <Axes from={from} to={to} marks={marks} wanted={timesFor(pixels)} />
        {children}
        {unfinished < 1 && <div className={styles.partial} style={style({ left: share(unfinished), right: '0' })} />}
        {brush !== null && <BrushMark brush={brush} from={from} to={to} />}
        {brush === null && start !== undefined && tells !== null && (
          <Cursor at={clamp((start + (drawnAt === 'middle' ? granularity / 2 : 0) - from) / width)} time={start} width={width} told={tells} />
        )}
      </div>
      <span className="vh" aria-live="polite">
        {!speaks || start === undefined || tells === null ? '' : spokenText(momentText(start, width), tells)}
      </span>
    </figure>
  )
}

const spokenText = (time: string, { readings, total, spoken }: Told): string =>
  `${time}: ${spoken ?? [total, ...readings.map(({ name, value }) => `${name} ${value}`)].filter(Boolean).join(', ')}`

/** The interval that is being dragged, with its times. */
function BrushMark({ brush, from, to }: { readonly brush: BrushState; readonly from: number; readonly to: number }): ReactElement {
  const text = (at: number): string => momentText(from + at * (to - from), to - from)
  return (
    <div className={styles.brush} style={style({ left: share(brush.low), width: share(brush.high - brush.low) })}>
      <span className={styles.tag}>
        {text(brush.low)} – {text(brush.high)}
      </span>
    </div>
  )
}

/** A line through the bucket, and what it tells, on the side with room for it. */
function Cursor({ at, time, width, told }: { readonly at: number; readonly time: number; readonly width: number; readonly told: Told }): ReactElement {
  return (
    <>
      <div className={styles.cross} style={style({ left: share(at) })} />
      <div
        className={styles.tip}
        style={style(at > 0.5 ? { right: `calc(${share(1 - at)} + 10px)` } : { left: `calc(${share(at)} + 10px)` })}
        aria-hidden="true"
      >
        <div className={styles.head} title={exactTime(time)}>
          <span>
            {momentText(time, width)} {zone(time)}
          </span>
          <span>{told.total}</span>
        </div>
        {told.readings.map(({ key, name, color, value }) => (
          <div key={key} className={styles.r}>
            <Swatch color={color} />
            <span className="ell">{name}</span>
            <span>{value}</span>
          </div>
        ))}
      </div>
    </>
  )
}
