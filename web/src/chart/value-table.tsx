import type { ReactElement } from 'react'
import { bitRate, exactTime, join, type Measure } from '../ui/format.ts'
import { words } from '../words.ts'
import { axisTime } from './axes.tsx'
import type { TimePlot } from './plot.tsx'
import type { Stack } from './timeline.ts'
import styles from './chart.module.css'

const ROWS = 240

export interface ValueColumn {
  readonly name: string
  readonly values: readonly (number | null)[]
}

interface ValueTableProps extends Pick<TimePlot, 'label' | 'times' | 'granularity' | 'from' | 'to'> {
  readonly columns: readonly ValueColumn[]
  readonly format?: (value: number) => Measure
}

/** The figures of a chart as a real table, newest first. */
export function ValueTable({ label, times, columns, granularity, from, to, format = bitRate }: ValueTableProps): ReactElement {
  const newest = times
    .map((time, index) => ({ time, index }))
    .slice(-ROWS)
    .toReversed()
  return (
    <div className={styles.tablewrap} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.values}>
        <caption className="vh">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{words.chart.time}</th>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {newest.map(({ time, index }) => (
            <tr key={time}>
              <td title={exactTime(time)}>{axisTime(time, to - from, granularity)}</td>
              {columns.map(({ name, values }) => {
                const value = values[index] ?? null
                return <td key={name}>{value === null ? words.none : join(format(value))}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A stack as columns: the total, then each layer by its words. */
export const stackColumns = ({ layers }: Stack, nameOf: (key: string) => string): readonly ValueColumn[] => [
  { name: words.chart.total, values: layers.at(-1)?.sum ?? [] },
  ...layers.map(({ key, own }) => ({ name: nameOf(key), values: own })),
]
