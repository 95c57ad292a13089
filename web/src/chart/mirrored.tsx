/** Rates of two directions on one scale: one upwards, the other downwards, each measured in up to two ways. */
import { useState, type ReactElement } from 'react'
import { bitRate, join, type Measure } from '../ui/format.ts'
import { style } from '../ui/style.ts'
import { words } from '../words.ts'
import { marksBothWays } from './marks.ts'
import { Plot, type TimePlot } from './plot.tsx'
import { stepPath, valueAt, type Line } from './steps.ts'
import { valueTicks } from './ticks.ts'
import styles from './chart.module.css'

export interface MirroredLine extends Line {
  readonly name: string
  readonly side: 1 | -1
  /** A dashed line in ink over the filled one. */
  readonly dashed: boolean
}

interface MirroredProps extends Omit<TimePlot, 'times'> {
  /** Each has its own times, since each is measured by itself. */
  readonly lines: readonly MirroredLine[]
  /** Drawn as a line on both sides where it is in sight. */
  readonly limit: number | null
  /** How a value is written; bits a second where it is not said. */
  readonly format?: (value: number) => Measure
  /** The scale reaches at least up to here. */
  readonly least?: number
}

const SIDES = [1, -1] as const
const TOKENS = { 1: 'var(--data-in)', [-1]: 'var(--data-out)' } as const

/** A limit far above the lines would press them flat; it is drawn from here on, and told in words always. */
const LIMIT_IN_SIGHT = 0.4

const peakOf = (lines: readonly MirroredLine[]): number => Math.max(0, ...lines.flatMap(line => line.values.flatMap(value => value ?? [])))

export function Mirrored({ lines, limit, format = bitRate, least = 1000, ...plot }: MirroredProps): ReactElement {
  const [cursor, setCursor] = useState<number | null>(null)
  const { from, to, granularity } = plot
  const peak = peakOf(lines)
  const shown = limit !== null && peak >= limit * LIMIT_IN_SIGHT ? limit : null
  const ticks = valueTicks(Math.max(peak, shown ?? 0), least)
  const top = ticks.at(-1) ?? 1
  const box = { from, to, granularity, top }
  const first = Math.floor(from / granularity) * granularity
  const times = Array.from({ length: Math.max(1, Math.ceil((to - first) / granularity)) }, (_, index) => first + index * granularity)
  const below = ticks.slice(1).map(value => -value)
  return (
    <Plot
      {...plot}
      times={times}
      cursor={cursor}
      onCursor={setCursor}
      summary={peak === 0 ? words.chart.nothing : words.chart.peaks(lines.map(line => `${line.name} ${join(format(peakOf([line])))}`).join(', '))}
      marks={marksBothWays([...below.toReversed(), ...ticks], value => (1 - value / top) / 2, format)}
      told={index => ({
        readings: lines.map(line => {
          const value = valueAt(line, times[index] ?? from, granularity)
          const color = line.dashed ? 'var(--text)' : TOKENS[line.side]
          return { key: line.name, name: line.name, color, value: value === null ? words.none : join(format(value)) }
        }),
      })}
    >
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
        {shown !== null && SIDES.map(side => <path key={side} className={styles.limit} d={`M0 ${50 - (shown / top) * 50 * side}H1000`} />)}
      </svg>
    </Plot>
  )
}
