/** Rates of two directions on one scale, in layers. */
import { useState, type ReactElement } from 'react'
import { bitRate, join } from '../ui/format.ts'
import { share, style } from '../ui/style.ts'
import { words } from '../words.ts'
import { marksBothWays } from './marks.ts'
import { Plot, type Reading, type TimePlot } from './plot.tsx'
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

interface TwoWayProps extends TimePlot {
  readonly layers: readonly TwoWayLayer[]
  /** What goes up and what goes down; without a second name there is one direction only. */
  readonly names: readonly [up: string, down: string | null]
}

const peakOf = (values: readonly (number | null)[]): number => values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
const rateText = (value: number | null | undefined): string => (value === null || value === undefined ? words.none : join(bitRate(value)))

export function TwoWayChart({ layers, names, ...plot }: TwoWayProps): ReactElement {
  const [cursor, setCursor] = useState<number | null>(null)
  const { times, from, to, granularity } = plot
  const [upName, downName] = names
  const ups = sumsOf(layers.map(layer => layer.up))
  const downs = sumsOf(layers.map(layer => layer.down))
  const up = ups.at(-1) ?? []
  const down = downs.at(-1) ?? []
  const extent = extentOf(peakOf(up), downName === null ? null : peakOf(down))
  const box = { ...extent, from, to, granularity }
  const sides = (upText: string, downText: string): string => [`${upName} ${upText}`, ...(downName === null ? [] : [`${downName} ${downText}`])].join(', ')
  return (
    <Plot
      {...plot}
      cursor={cursor}
      onCursor={setCursor}
      summary={peakOf(up) + peakOf(down) === 0 ? words.chart.nothing : words.chart.peaks(sides(rateText(peakOf(up)), rateText(peakOf(down))))}
      marks={marksBothWays(marksOf(extent), value => heightOf(value, extent), bitRate)}
      told={index => ({ readings: readingsOf(layers, names, index), spoken: sides(rateText(up[index]), rateText(down[index])) })}
    >
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
      <div className={`${styles.grid} ${styles.zero}`} style={style({ top: share(heightOf(0, extent)) })} />
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
    </Plot>
  )
}

/** Both directions of each layer; of several layers only those that have something. */
function readingsOf(layers: readonly TwoWayLayer[], [upName, downName]: TwoWayProps['names'], index: number): readonly Reading[] {
  return layers
    .flatMap(layer => [
      { layer, side: upName, color: layer.colors[0], value: layer.up[index] },
      ...(downName === null ? [] : [{ layer, side: downName, color: layer.colors[1], value: layer.down[index] }]),
    ])
    .filter(({ value }) => layers.length === 1 || (value ?? 0) > 0)
    .map(({ layer, side, color, value }) => ({
      key: `${layer.key} ${side}`,
      name: [layer.name, side].filter(Boolean).join(' '),
      color,
      value: rateText(value),
    }))
}
