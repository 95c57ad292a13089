/** The canvas under the throughput chart: stacked areas drawn by uPlot, fed without a render of the page. */
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { onTheme, readPalette } from './palette.ts'
import { OTHER, type Stack } from './timeline.ts'

export interface Canvas {
  /** Draws the stack over [from, to] up to `top`. */
  readonly draw: (stack: Stack, from: number, to: number, top: number) => void
  readonly destroy: () => void
}

/** Creates the canvas in `host` and follows its size and the theme. */
export function createCanvas(host: HTMLElement): Canvas {
  let palette = readPalette(host)
  let plot: UPlot | null = null
  let shape = ''
  let keys: readonly string[] = []
  let last: Parameters<Canvas['draw']> | null = null
  let range: readonly [number, number] = [0, 1]
  let top = 1

  // Layers are drawn from the highest sum to the lowest: each is opaque and leaves only its own band to be seen.
  const colorOf = (key: string, kind: 'line' | 'fill'): string => {
    if (key === OTHER) return palette.other[kind]
    return palette[kind][keys.indexOf(key)] ?? palette.other[kind]
  }

  const build = (stack: Stack, data: UPlot.AlignedData): void => {
    plot?.destroy()
    keys = stack.layers.filter(layer => layer.key !== OTHER).map(layer => layer.key)
    plot = new UPlot(
      {
        width: host.clientWidth,
        height: host.clientHeight,
        padding: [0, 0, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        axes: [{ show: false }, { show: false }],
        scales: { x: { time: false, range: () => [range[0], range[1]] }, y: { range: () => [0, top] } },
        series: [
          {},
          ...stack.layers.toReversed().map(({ key }) => ({
            stroke: () => colorOf(key, 'line'),
            fill: () => colorOf(key, 'fill'),
            width: (1 / devicePixelRatio) * Math.round(devicePixelRatio),
            points: { show: false },
          })),
        ],
      },
      data,
      host,
    )
  }

  const draw: Canvas['draw'] = (stack, from, to, nextTop) => {
    last = [stack, from, to, nextTop]
    range = [from, to]
    top = nextTop
    // The last bucket is drawn on to its end, so that the area reaches the edge of the plot.
    const ahead = stack.times.length === 0 ? [] : [to]
    const data: UPlot.AlignedData = [
      [...stack.times, ...ahead],
      ...stack.layers.toReversed().map(layer => (ahead.length === 0 ? [...layer.sum] : [...layer.sum, layer.sum.at(-1) ?? null])),
    ]
    // A key may be empty: one layer of it is another shape than none.
    const nextShape = JSON.stringify(stack.layers.map(layer => layer.key))
    if (plot === null || nextShape !== shape) {
      shape = nextShape
      build(stack, data)
    } else plot.setData(data)
  }

  const again = (): void => {
    if (last !== null) draw(...last)
  }
  const sizes = new ResizeObserver(() => {
    if (plot !== null && host.clientWidth > 0) plot.setSize({ width: host.clientWidth, height: host.clientHeight })
  })
  sizes.observe(host)
  const offTheme = onTheme(() => {
    palette = readPalette(host)
    again()
  })
  return {
    draw,
    destroy: () => {
      sizes.disconnect()
      offTheme()
      plot?.destroy()
    },
  }
}
