import { useId, useState, type CSSProperties, type KeyboardEvent, type ReactElement } from 'react'
import { bitRate, clock, clockSeconds, day, exactTime, join, zone } from '../ui/format.ts'
import { words } from '../words.ts'
import { Axes } from './axes.tsx'
import { useBrush } from './brush.ts'
import { areaPath, edgePath, extentOf, heightOf, marksOf, sumsOf } from './two-way.ts'
import styles from './chart.module.css'

export interface TwoWayLayer {
  readonly key: string
  /** Empty where there is but one, which is then told by the names of the directions. */
  readonly name: string
  /** Colours of both directions. */
  readonly colors: readonly [up: string, down: string]
  readonly up: readonly (number | null)[]
  readonly down: readonly (number | null)[]
}

interface TwoWayProps {
  readonly label: string
  readonly times: readonly number[]
  readonly layers: readonly TwoWayLayer[]
  /** What goes up and what goes down; without a second name there is one direction only. */
  readonly names: readonly [up: string, down: string | null]
  readonly from: number
  readonly to: number
  readonly granularity: number
  readonly narrow: boolean
  readonly onRange: (from: number, to: number) => void
  readonly onZoomOut: () => void
}

const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties
const percent = (share: number): string => `${(share * 100).toFixed(3)}%`
const peakOf = (values: readonly (number | null)[]): number => values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
const told = (value: number | null | undefined): string => (value === null || value === undefined ? words.none : join(bitRate(value)))

/** Rates of two directions on one scale, in layers: drag to set the range, click for one bucket, arrow keys to read it. */
export function TwoWayChart({ label, times, layers, names, from, to, granularity, narrow, onRange, onZoomOut }: TwoWayProps): ReactElement {
  const [cursor, setCursor] = useState<number | null>(null)
  const summary = useId()
  const [upName, downName] = names
  const ups = sumsOf(layers.map(layer => layer.up))
  const downs = sumsOf(layers.map(layer => layer.down))
  const up = ups.at(-1) ?? []
  const down = downs.at(-1) ?? []
  const extent = extentOf(peakOf(up), downName === null ? null : peakOf(down))
  const box = { ...extent, from, to, granularity }
  const marks = marksOf(extent)
  const width = to - from
  const timeAt = (share: number): number => from + share * width
  const indexAt = (time: number): number | null => {
    const found = times.findLastIndex(start => start <= time)
    return found === -1 ? null : found
  }
  const take = (index: number | null): void => {
    const start = index === null ? undefined : times[index]
    if (start !== undefined) onRange(start, start + granularity)
  }
  const { brush, handlers } = useBrush({ onRange: (low, high) => onRange(timeAt(low), timeAt(high)), onClick: share => take(indexAt(timeAt(share))) })
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step !== 0 && times.length > 0) {
      event.preventDefault()
      setCursor(current => Math.min(times.length - 1, Math.max(0, (current ?? times.length) + step)))
    } else if (event.key === 'Enter') take(cursor)
    else if (event.key === 'Escape') setCursor(null)
  }
  const timeText = (time: number): string => (width > 36 * 3_600_000 ? `${day(time)} ${clock(time)}` : clockSeconds(time))
  const sides = (index: number): string => [`${upName} ${told(up[index])}`, ...(downName === null ? [] : [`${downName} ${told(down[index])}`])].join(', ')
  const at = cursor === null ? undefined : times[cursor]
  const share = at === undefined ? 0 : Math.min(1, Math.max(0, (at + granularity / 2 - from) / width))
  const lastStart = times.at(-1)
  const partial = lastStart !== undefined && lastStart + granularity > to ? (lastStart - from) / width : null
  const peaks = [`${upName} ${told(peakOf(up))}`, ...(downName === null ? [] : [`${downName} ${told(peakOf(down))}`])].join(', ')
  const edges = [marks[0], marks.at(-1)]
  return (
    <figure className={styles.chart} role="figure" aria-label={label} aria-describedby={summary}>
      <figcaption id={summary} className="vh">
        {peakOf(up) + peakOf(down) === 0 ? words.chart.nothing : words.chart.peaks(peaks)}
      </figcaption>
      <div
        className={styles.plot}
        tabIndex={0}
        role="application"
        aria-roledescription={words.chart.role}
        aria-label={words.chart.keys(label)}
        onKeyDown={onKeyDown}
        onDoubleClick={onZoomOut}
        onBlur={() => setCursor(null)}
        onPointerLeave={() => setCursor(null)}
        {...handlers}
        onPointerMove={event => {
          handlers.onPointerMove(event)
          const area = event.currentTarget.getBoundingClientRect()
          setCursor(indexAt(timeAt((event.clientX - area.left) / area.width)))
        }}
      >
        {marks.map(mark => {
          const { value, unit } = bitRate(Math.abs(mark))
          return (
            <div key={mark} className={`${styles.grid} ${mark === 0 ? styles.zero : ''}`} style={style({ top: percent(heightOf(mark, extent)) })}>
              <span className={styles.yl}>{mark !== 0 && edges.includes(mark) ? `${Number(value)} ${unit}` : scaledLike(mark, edges)}</span>
            </div>
          )
        })}
        <Axes from={from} to={to} values={[]} format={bitRate} wanted={narrow ? 3 : 7} />
        <svg className={styles.steps} viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          {layers
            .map((layer, index) => ({ layer, index }))
            .toReversed()
            .flatMap(({ layer, index }) =>
              ([1, -1] as const).map(side => {
                const values = (side === 1 ? ups : downs)[index] ?? []
                return side === -1 && downName === null ? null : (
                  <g key={`${layer.key} ${side}`} style={style({ '--c': layer.colors[side === 1 ? 0 : 1] })}>
                    <path className={styles.area} d={areaPath(times, values, box, side)} />
                    <path className={styles.line} d={edgePath(times, values, box, side)} />
                  </g>
                )
              }),
            )}
        </svg>
        <div className={`${styles.grid} ${styles.zero}`} style={style({ top: percent(heightOf(0, extent)) })} />
        {downName !== null && (
          <>
            <span className={styles.direction} style={style({ top: '2px' })} aria-hidden="true">
              {upName}
            </span>
            <span className={styles.direction} style={style({ bottom: '2px' })} aria-hidden="true">
              {downName}
            </span>
          </>
        )}
        {partial !== null && partial < 1 && <div className={styles.partial} style={style({ left: percent(Math.max(0, partial)), right: '0' })} />}
        {brush !== null && (
          <div className={styles.brush} style={style({ left: percent(brush.low), width: percent(brush.high - brush.low) })}>
            <span className={styles.tag}>
              {timeText(timeAt(brush.low))} – {timeText(timeAt(brush.high))}
            </span>
          </div>
        )}
        {at !== undefined && cursor !== null && brush === null && (
          <>
            <div className={styles.cross} style={style({ left: percent(share) })} />
            <div
              className={styles.tip}
              style={style(share > 0.5 ? { right: `calc(${percent(1 - share)} + 10px)` } : { left: `calc(${percent(share)} + 10px)` })}
              aria-hidden="true"
            >
              <div className={styles.head} title={exactTime(at)}>
                {timeText(at)} {zone(at)}
              </div>
              <Readings layers={layers} names={names} index={cursor} />
            </div>
          </>
        )}
      </div>
      <span className="vh" aria-live="polite">
        {at === undefined || cursor === null ? '' : `${timeText(at)}: ${sides(cursor)}`}
      </span>
    </figure>
  )
}

/** A mark in the unit of the larger edge, without naming it. */
function scaledLike(mark: number, edges: readonly (number | undefined)[]): string {
  const edge = Math.max(...edges.map(each => Math.abs(each ?? 0)))
  const scale = edge === 0 ? 1 : Number.parseFloat(bitRate(edge).value) / edge
  return Number((Math.abs(mark) * scale).toPrecision(3)).toString()
}

function Readings({
  layers,
  names: [upName, downName],
  index,
}: {
  readonly layers: readonly TwoWayLayer[]
  readonly names: TwoWayProps['names']
  readonly index: number
}): ReactElement {
  const rows = layers.flatMap(layer => [
    { key: `${layer.key} up`, color: layer.colors[0], name: [layer.name, upName], value: layer.up[index] },
    ...(downName === null ? [] : [{ key: `${layer.key} down`, color: layer.colors[1], name: [layer.name, downName], value: layer.down[index] }]),
  ])
  return (
    <>
      {rows
        .filter(row => layers.length === 1 || (row.value ?? 0) > 0)
        .map(row => (
          <div key={row.key} className={styles.r}>
            <span className={styles.sw} style={style({ '--c': row.color })} />
            <span className="ell">{row.name.filter(Boolean).join(' ')}</span>
            <span>{told(row.value)}</span>
          </div>
        ))}
    </>
  )
}
