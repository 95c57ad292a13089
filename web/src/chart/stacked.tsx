/** Throughput stacked over time. */
import { useEffect, useLayoutEffect, useRef, useState, type ReactElement } from 'react'
import { bitRate, clock, join } from '../ui/format.ts'
import { words } from '../words.ts'
import type { Canvas } from './canvas.ts'
import { marksFromZero } from './marks.ts'
import { colorToken } from './palette.ts'
import { Plot, type TimePlot, type Told } from './plot.tsx'
import { valueTicks } from './ticks.ts'
import { OTHER, type Stack } from './timeline.ts'
import styles from './chart.module.css'

interface StackedProps extends Omit<TimePlot, 'times'> {
  readonly stack: Stack
  /** Width of a bucket the stream fills, the last one; that of the others where nothing moves. */
  readonly liveGranularity?: number
  /** The words of a layer's key, `OTHER` among them. */
  readonly nameOf: (key: string) => string
  /** Told while somebody reads the chart, so that drawing can pause. */
  readonly onHold?: (held: boolean) => void
}

/** A host for the canvas, and the canvas once it is loaded. What draws is loaded beside the data: axes and key do not wait for it. */
function useCanvas(): readonly [host: React.RefObject<HTMLDivElement | null>, canvas: Canvas | null] {
  const host = useRef<HTMLDivElement>(null)
  const [canvas, setCanvas] = useState<Canvas | null>(null)
  useLayoutEffect(() => {
    let gone = false
    let made: Canvas | null = null
    const load = async (): Promise<void> => {
      const { createCanvas } = await import('./canvas.ts')
      if (gone || host.current === null) return
      made = createCanvas(host.current)
      setCanvas(made)
    }
    load().catch((cause: unknown) => console.error('the chart cannot be drawn; its table can be read', cause))
    return () => {
      gone = true
      made?.destroy()
      setCanvas(null)
    }
  }, [])
  return [host, canvas]
}

export function StackedChart({ stack, liveGranularity, nameOf, ...plot }: StackedProps): ReactElement {
  const [host, canvas] = useCanvas()
  const [cursor, setCursor] = useState<number | null>(null)
  const { from, to, granularity } = plot
  const ticks = valueTicks(stack.peak, 1000)
  const top = ticks.at(-1) ?? 1
  useEffect(() => canvas?.draw(stack, from, to, top), [canvas, stack, from, to, top])
  const now = stack.layers.at(-1)?.sum.at(-1) ?? null
  return (
    <Plot
      {...plot}
      times={stack.times}
      lastGranularity={liveGranularity ?? granularity}
      drawnAt="start"
      cursor={cursor}
      onCursor={setCursor}
      summary={
        stack.times.length === 0
          ? words.chart.nothing
          : words.chart.summary(join(bitRate(stack.peak)), clock(stack.peakAt), now === null ? null : join(bitRate(now)))
      }
      marks={marksFromZero(ticks, bitRate)}
      told={index => toldOf(stack, index, nameOf)}
    >
      <div className={styles.canvas} ref={host} />
    </Plot>
  )
}

/** The layers of a bucket that have something, from the top down; spoken are the total and the largest only. */
function toldOf({ layers }: Stack, index: number, nameOf: StackedProps['nameOf']): Told {
  const total = layers.at(-1)?.sum[index] ?? null
  if (total === null) return { readings: [], total: words.none, spoken: words.chart.gap }
  const readings = layers.flatMap((layer, place) => {
    const own = layer.own[index] ?? 0
    const color = colorToken(layer.key === OTHER ? null : place)
    return own === 0 ? [] : [{ key: layer.key, name: nameOf(layer.key), color, own, value: join(bitRate(own)) }]
  })
  const [lead] = readings.toSorted((a, b) => b.own - a.own)
  const spoken = [join(bitRate(total)), ...(lead === undefined ? [] : [`${lead.name} ${lead.value}`])].join(', ')
  return { readings: readings.toReversed(), total: join(bitRate(total)), spoken }
}
