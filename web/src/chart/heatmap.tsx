/** Flows by time and by bands of a time, the more the stronger the colour: drag or click to look into cells, arrow keys to read them. */
import { useMemo, type ReactElement } from 'react'
import type { Band } from '../../../src/filter/index.ts'
import { duration, join, percent, shortCount, type Measure } from '../ui/format.ts'
import { share, style } from '../ui/style.ts'
import { words as shared } from '../words.ts'
import { momentText } from './axes.tsx'
import { bandOfShare, cellPaths, heatColor, levelAt, levelsOf, sharePath, type Cells } from './cells.ts'
import { words } from './heat-words.ts'
import type { Mark } from './marks.ts'
import { Plot, type Reading, type TimePlot, type Told } from './plot.tsx'
import { useCell, type Rectangle } from './use-cell.ts'
import chart from './chart.module.css'
import styles from './heatmap.module.css'

/** Shares of the flows of a bucket that lie below a line. */
const SHARES = [0.5, 0.95] as const
/** Bands at most whose every edge has room for its words. */
const MOST_WORDS = 14
/** Buckets from which on the gaps between cells would eat them. */
const FINE = 120

/** What was taken of a heatmap: an interval of time, and the bands from one to another. */
export interface Taken {
  readonly from: number
  readonly to: number
  readonly first: Band
  readonly last: Band
}

interface HeatmapProps extends TimePlot {
  readonly cells: Cells
  /** The bucket under the cursor of the page. */
  readonly cursor: number | null
  readonly onCursor: (index: number | null) => void
  readonly onTake: (taken: Taken) => void
}

/** Cells from one bucket and band to another, ends included. */
interface Block {
  readonly left: number
  readonly right: number
  readonly low: number
  readonly high: number
}

/** An edge of a band, round as it is; seconds stay seconds. */
function edgeOf(us: number): Measure {
  const { value, unit } = us < 60_000_000 ? duration(us) : { value: String(us / 1_000_000), unit: 's' }
  return { value: String(Number(value)), unit: us === 0 ? '' : unit }
}

const edgeText = (us: number): string => join(edgeOf(us))

/** A band in words: `50 – 100 ms`, `500 µs – 1 ms`. */
export function bandName({ low, high }: Pick<Band, 'low' | 'high'>): string {
  if (high === null) return words.over(edgeText(low))
  const [from, to] = [edgeOf(low), edgeOf(high)]
  return words.between(from.unit === to.unit ? from.value : join(from), join(to))
}

/** Edges of the bands; powers of ten alone where these are many. */
function marksOf(bands: readonly Band[]): readonly Mark[] {
  const edges = [...bands.map(({ low }) => low), ...bands.slice(-1).flatMap(({ high }) => high ?? [])]
  return edges.flatMap((value, at) =>
    bands.length > MOST_WORDS && value !== 0 && !Number.isInteger(Math.log10(value)) ? [] : [{ value, place: 1 - at / bands.length, label: edgeText(value) }],
  )
}

/** What a bucket tells: the band under the cursor, how many flows are faster than it, and where the shares lie. */
function toldOf(cells: Cells, levels: readonly number[], at: number, row: number | null): Told {
  const { bands, counts, sums } = cells
  const sum = sums[at] ?? 0
  if (sum === 0) return { readings: [], total: shared.notMeasured, spoken: shared.notMeasured }
  const reading = (name: string, value: string, color = 'transparent'): Reading => ({ key: name, name, color, value })
  const lines = SHARES.flatMap((of, index) => {
    const edge = bands[bandOfShare(cells, at, of) ?? -1]?.high
    return edge === null || edge === undefined ? [] : [reading(words.shares[index] ?? '', edgeText(edge))]
  })
  const total = words.measured(join(shortCount(sum)))
  const band = row === null ? undefined : bands[row]
  if (band === undefined || row === null) return { readings: lines, total }
  const count = counts[row]?.[at] ?? 0
  const level = levelAt(count, levels)
  const faster = counts.slice(0, row + 1).reduce((all, values) => all + (values[at] ?? 0), 0)
  const cell = words.cell(join(shortCount(count)), join(percent(count / sum)))
  return {
    readings: [
      reading(bandName(band), cell, level === undefined ? 'var(--heat-none)' : heatColor(level, levels.length)),
      ...(band.high === null ? [] : [reading(words.below(edgeText(band.high)), join(percent(faster / sum)))]),
      ...lines,
    ],
    total,
  }
}

export function Heatmap({ cells, cursor, onCursor, onTake, ...plot }: HeatmapProps): ReactElement {
  const { times, granularity, from, to } = plot
  const { bands, counts, most } = cells
  const rows = bands.length
  const drawn = useMemo(() => {
    const [levels, box] = [levelsOf(most), { times, granularity, from, to }]
    return { levels, paths: cellPaths(cells, levels, box), lines: SHARES.map(of => sharePath(cells, of, box)) }
  }, [cells, most, times, granularity, from, to])

  const blockOf = ({ left, right, top, bottom }: Rectangle): Block => {
    const column = (at: number): number =>
      Math.max(
        0,
        times.findLastIndex(start => start <= from + at * (to - from)),
      )
    const row = (at: number): number => Math.min(rows - 1, Math.max(0, Math.floor((1 - at) * rows)))
    return { left: column(left), right: column(right), low: row(bottom), high: row(top) }
  }
  const taken = ({ left, right, low, high }: Block): Taken | null => {
    const [start, end, first, last] = [times[left], times[right], bands[low], bands[high]]
    return start === undefined || end === undefined || first === undefined || last === undefined ? null : { from: start, to: end + granularity, first, last }
  }
  const take = (block: Block): void => {
    const what = taken(block)
    if (what !== null) onTake(what)
  }
  const { row, setRow, drag, handlers } = useCell({ rows, onTake: rectangle => take(blockOf(rectangle)) })
  const onKey = (key: string): boolean => {
    const at = cursor ?? times.length - 1
    const step = key === 'ArrowUp' ? 1 : key === 'ArrowDown' ? -1 : 0
    if (rows === 0 || (step === 0 && (key !== 'Enter' || row === null))) return false
    if (step === 0 && row !== null) take({ left: at, right: at, low: row, high: row })
    else setRow(row === null ? (bandOfShare(cells, at, 0.5) ?? 0) : Math.min(rows - 1, Math.max(0, row + step)))
    onCursor(at)
    return true
  }

  /** Where cells are drawn, as shares of the plot. */
  const place = ({ left, right, low, high }: Block): Readonly<Record<string, string>> => {
    const x = (time: number): number => Math.min(1, Math.max(0, (time - from) / (to - from)))
    const [start, end] = [x(times[left] ?? from), x((times[right] ?? from) + granularity)]
    return { left: share(start), width: share(end - start), top: share(1 - (high + 1) / rows), height: share((high + 1 - low) / rows) }
  }
  const marked: Block | null = drag !== null ? blockOf(drag) : cursor !== null && row !== null ? { left: cursor, right: cursor, low: row, high: row } : null
  const chosen = drag === null || marked === null ? null : taken(marked)
  const peak = bands[counts.findIndex(values => values.includes(most))]
  const view = `0 0 1000 ${Math.max(1, rows)}`
  return (
    <Plot
      {...plot}
      className={styles.plot}
      summary={peak === undefined ? shared.chart.unmeasured : words.summary(join(shortCount(most)), bandName(peak))}
      marks={marksOf(bands)}
      cursor={drag === null ? cursor : null}
      onCursor={index => {
        onCursor(index)
        if (index === null) setRow(null)
      }}
      told={at => toldOf(cells, drawn.levels, at, row)}
      onKey={onKey}
    >
      <svg className={styles.cells} viewBox={view} preserveAspectRatio="none" data-fine={times.length > FINE || undefined} aria-hidden="true">
        <path d={drawn.paths.none} style={style({ '--c': 'var(--heat-none)' })} />
        {drawn.paths.levels.map((path, level) => (
          <path key={drawn.levels[level]} d={path} style={style({ '--c': heatColor(level, drawn.levels.length) })} />
        ))}
      </svg>
      <svg className={styles.lines} viewBox={view} preserveAspectRatio="none" aria-hidden="true">
        {drawn.lines.map((path, index) => (
          <g key={SHARES[index]} data-line={index}>
            <path d={path} data-halo="" />
            <path d={path} />
          </g>
        ))}
      </svg>
      {most === 0 && times.length > 0 && <p className={chart.unmeasured}>{shared.chart.unmeasured}</p>}
      {marked !== null && <div className={styles.marked} data-drag={drag !== null || undefined} style={style(place(marked))} />}
      {rows > 0 && <div className={styles.layer} {...handlers} />}
      {chosen !== null && (
        <span className={`${chart.tag} ${styles.tag}`}>
          {momentText(chosen.from, to - from)} – {momentText(chosen.to, to - from)} · {bandName({ low: chosen.first.low, high: chosen.last.high })}
        </span>
      )}
    </Plot>
  )
}

/** What the colours and lines of a heatmap mean. */
export function HeatKey({ most }: { readonly most: number }): ReactElement {
  const levels = levelsOf(most)
  return (
    <div className={styles.key}>
      {levels.length > 0 && <span>{words.scale}</span>}
      <ul className={styles.scale} aria-label={words.scale}>
        {levels.map((least, level) => {
          const text = join(shortCount(least))
          const alone = levels[level + 1] === least + 1
          return (
            <li key={least} style={style({ '--c': heatColor(level, levels.length) })}>
              {alone || least === most ? text : words.andMore(text)}
            </li>
          )
        })}
      </ul>
      {levels.length > 0 &&
        words.shares.map((name, index) => (
          <span key={name} className={styles.line}>
            <svg viewBox="0 0 16 4" data-line={index} aria-hidden="true">
              <path d="M0 2H16" />
            </svg>
            {name}
          </span>
        ))}
    </div>
  )
}
