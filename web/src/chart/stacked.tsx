import { useEffect, useId, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactElement } from 'react'
import { words } from '../words.ts'
import { bitRate, clock, clockSeconds, exactTime, join, zone } from '../ui/format.ts'
import { Axes } from './axes.tsx'
import { useBrush } from './brush.ts'
import type { Canvas } from './canvas.ts'
import { colorToken } from './palette.ts'
import { valueTicks } from './ticks.ts'
import { OTHER, type Stack } from './timeline.ts'
import styles from './chart.module.css'

interface StackedProps {
  readonly stack: Stack
  readonly from: number
  readonly to: number
  readonly granularity: number
  readonly liveGranularity: number
  readonly label: string
  /** The words of a layer's key, `OTHER` among them. */
  readonly nameOf: (key: string) => string
  readonly onRange: (from: number, to: number) => void
  readonly onZoomOut: () => void
  /** Told while the pointer rests on the chart, so that drawing can pause. */
  readonly onHold: (held: boolean) => void
}

const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties

/** Throughput stacked over time: drag to set the range, click for one bucket, arrow keys to read it. */
export function StackedChart(props: StackedProps): ReactElement {
  const { stack, from, to, granularity, liveGranularity, label, nameOf, onRange, onZoomOut, onHold } = props
  const host = useRef<HTMLDivElement>(null)
  const canvas = useRef<Canvas | null>(null)
  const [cursor, setCursor] = useState<number | null>(null)
  const [ready, setReady] = useState(false)
  const [narrow, setNarrow] = useState(false)
  const summary = useId()
  const ticks = valueTicks(stack.peak, 1000)
  const top = ticks.at(-1) ?? 1
  const width = to - from

  useLayoutEffect(() => {
    if (host.current === null) return undefined
    let gone = false
    // What draws is loaded beside the data it will draw: axes and key do not wait for it.
    const load = async (): Promise<void> => {
      const { createCanvas } = await import('./canvas.ts')
      if (gone || host.current === null) return
      canvas.current = createCanvas(host.current)
      setReady(true)
    }
    load().catch((cause: unknown) => console.error('the chart cannot be drawn; its table can be read', cause))
    const sizes = new ResizeObserver(([entry]) => setNarrow((entry?.contentRect.width ?? 1000) < 460))
    sizes.observe(host.current)
    return () => {
      gone = true
      sizes.disconnect()
      canvas.current?.destroy()
      canvas.current = null
      setReady(false)
    }
  }, [])
  useEffect(() => {
    if (ready) canvas.current?.draw(stack, from, to, top)
  }, [ready, stack, from, to, top])

  const timeAt = (share: number): number => from + share * width
  /** Where a bucket ends: at the next one, and by its own width where that is far or there is none. */
  const endOf = (index: number): number => Math.min(stack.times[index + 1] ?? Infinity, (stack.times[index] ?? from) + granularity)
  const indexAt = (time: number): number | null => {
    let found: number | null = null
    stack.times.forEach((start, index) => {
      if (start <= time) found = index
    })
    return found
  }
  const bucket = (share: number): void => {
    const index = indexAt(timeAt(share))
    const start = index === null ? undefined : stack.times[index]
    if (start !== undefined && index !== null) onRange(start, endOf(index))
  }
  const { brush, handlers } = useBrush({ onRange: (low, high) => onRange(timeAt(low), timeAt(high)), onClick: bucket })

  const onKeyDown = (event: KeyboardEvent): void => {
    const count = stack.times.length
    if (count === 0) return
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      onHold(true)
      setCursor(current => Math.min(count - 1, Math.max(0, (current ?? count - 1) + step)))
    } else if (event.key === 'Enter' && cursor !== null) {
      const start = stack.times[cursor]
      if (start !== undefined) onRange(start, endOf(cursor))
    } else if (event.key === 'Escape') setCursor(null)
  }

  const lastStart = stack.times.at(-1)
  const partial = lastStart !== undefined && lastStart + liveGranularity > to ? (lastStart - from) / width : null
  const now = stack.layers.at(-1)?.sum.at(-1) ?? null
  const sentence =
    stack.times.length === 0
      ? words.chart.nothing
      : words.chart.summary(join(bitRate(stack.peak)), clock(stack.peakAt), now === null ? null : join(bitRate(now)))

  return (
    <figure className={styles.chart} role="figure" aria-label={label} aria-describedby={summary}>
      <figcaption id={summary} className="vh">
        {sentence}
      </figcaption>
      <div
        className={styles.plot}
        tabIndex={0}
        role="application"
        aria-roledescription={words.chart.role}
        aria-label={words.chart.keys(label)}
        onKeyDown={onKeyDown}
        onDoubleClick={onZoomOut}
        onPointerEnter={() => onHold(true)}
        onPointerLeave={() => {
          onHold(false)
          setCursor(null)
        }}
        onBlur={() => {
          onHold(false)
          setCursor(null)
        }}
        {...handlers}
        onPointerMove={event => {
          handlers.onPointerMove(event)
          const box = event.currentTarget.getBoundingClientRect()
          setCursor(indexAt(timeAt((event.clientX - box.left) / box.width)))
        }}
      >
        <Axes from={from} to={to} values={ticks} format={bitRate} wanted={narrow ? 3 : 7} />
        <div className={styles.canvas} ref={host} />
        {partial !== null && partial < 1 && <div className={styles.partial} style={style({ left: `${Math.max(0, partial) * 100}%`, right: '0' })} />}
        {brush !== null && (
          <div className={styles.brush} style={style({ left: `${brush.low * 100}%`, width: `${(brush.high - brush.low) * 100}%` })}>
            <span className={styles.tag}>
              {clockSeconds(timeAt(brush.low))} – {clockSeconds(timeAt(brush.high))}
            </span>
          </div>
        )}
        {cursor !== null && brush === null && <Tip stack={stack} index={cursor} from={from} to={to} nameOf={nameOf} />}
      </div>
      <span className="vh" aria-live="polite">
        {cursor === null ? '' : spoken(stack, cursor, nameOf)}
      </span>
    </figure>
  )
}

function spoken(stack: Stack, index: number, nameOf: StackedProps['nameOf']): string {
  const time = stack.times[index]
  const total = stack.layers.at(-1)?.sum[index]
  if (time === undefined || total === null || total === undefined) return words.chart.gap
  const first = stack.layers.toSorted((a, b) => (b.own[index] ?? 0) - (a.own[index] ?? 0))[0]
  const lead = first === undefined ? '' : `, ${nameOf(first.key)} ${join(bitRate(first.own[index] ?? 0))}`
  return `${clockSeconds(time)}: ${join(bitRate(total))}${lead}`
}

function Tip({
  stack,
  index,
  from,
  to,
  nameOf,
}: {
  readonly stack: Stack
  readonly index: number
  readonly from: number
  readonly to: number
  readonly nameOf: StackedProps['nameOf']
}): ReactElement | null {
  const time = stack.times[index]
  if (time === undefined) return null
  const total = stack.layers.at(-1)?.sum[index]
  const share = Math.min(1, Math.max(0, (time - from) / (to - from)))
  const side = share > 0.5 ? { right: `calc(${(1 - share) * 100}% + 10px)` } : { left: `calc(${share * 100}% + 10px)` }
  return (
    <>
      <div className={styles.cross} style={style({ left: `${share * 100}%` })} />
      <div className={styles.tip} style={style(side)} aria-hidden="true">
        <div className={styles.head} title={exactTime(time)}>
          <span>
            {clockSeconds(time)} {zone(time)}
          </span>
          <span>{total === null || total === undefined ? '—' : join(bitRate(total))}</span>
        </div>
        {stack.layers.toReversed().map(layer => {
          const value = layer.own[index]
          if (value === null || value === undefined || value === 0) return null
          const place = layer.key === OTHER ? null : stack.layers.indexOf(layer)
          return (
            <div key={layer.key} className={styles.r}>
              <span className={styles.sw} style={style({ '--c': colorToken(place) })} />
              <span className="ell">{nameOf(layer.key)}</span>
              <span>{join(bitRate(value))}</span>
            </div>
          )
        })}
      </div>
    </>
  )
}
