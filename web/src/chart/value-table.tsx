import type { ReactElement } from 'react'
import type { RangeMs } from '../address/time.ts'
import { bitRate, exactTime, join } from '../ui/format.ts'
import { words } from '../words.ts'
import { axisTime } from './axes.tsx'
import type { Stack } from './timeline.ts'
import styles from './chart.module.css'

const ROWS = 240

interface ValueTableProps {
  readonly stack: Stack
  readonly range: RangeMs
  readonly granularity: number
  readonly label: string
  /** The words of a layer's key, `OTHER` among them. */
  readonly nameOf: (key: string) => string
}

/** A stacked chart as a real table, newest first. */
export function ValueTable({ stack, range, granularity, label, nameOf }: ValueTableProps): ReactElement {
  const { layers } = stack
  const indices = stack.times
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
            <th scope="col">{words.chart.total}</th>
            {layers.map(layer => (
              <th key={layer.key} scope="col">
                {nameOf(layer.key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indices.map(index => {
            const time = stack.times[index] ?? 0
            const total = layers.at(-1)?.sum[index] ?? null
            return (
              <tr key={time}>
                <td title={exactTime(time)}>{axisTime(time, range.to - range.from, granularity)}</td>
                <td>{total === null ? words.none : join(bitRate(total))}</td>
                {layers.map(layer => {
                  const value = layer.own[index]
                  return <td key={layer.key}>{value === null || value === undefined ? words.none : join(bitRate(value))}</td>
                })}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
