/** Rates of two directions around one line, on one scale: where the line lies, where the axis is marked, and layers as areas. */

export interface Extent {
  /** Values at the upper and lower edge; whole steps. */
  readonly up: number
  readonly down: number
  readonly step: number
}

const MOST_STEPS = 6

/** The scale of two peaks: whole steps of 1, 2, 2.5 or 5 times a power of ten, six of them at most. A direction that cannot be has no room. */
export function extentOf(up: number, down: number | null, least = 1000): Extent {
  const peak = Math.max(up, down ?? 0, least)
  const power = 10 ** Math.floor(Math.log10(peak))
  const stepsOf = (value: number | null, step: number): number => (value === null ? 0 : Math.max(1, Math.ceil(value / step - 1e-9)))
  const factors = [0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10]
  const factor = factors.find(each => stepsOf(up, each * power) + stepsOf(down, each * power) <= MOST_STEPS) ?? 10
  const step = factor * power
  return { up: stepsOf(up, step) * step, down: stepsOf(down, step) * step, step }
}

/** Marks of the axis from the lower edge to the upper one; those below the line are negative. */
export function marksOf({ up, down, step }: Extent): readonly number[] {
  const below = Math.round(down / step)
  return Array.from({ length: below + Math.round(up / step) + 1 }, (_, index) => (index - below) * step)
}

/** Share of the height, from the top, at which a signed value lies. */
export const heightOf = (value: number, { up, down }: Extent): number => (up - value) / (up + down)

/** What is drawn up to each layer, itself included; null where nobody told. */
export function sumsOf(layers: readonly (readonly (number | null)[])[]): readonly (readonly (number | null)[])[] {
  const sums: (number | null)[][] = []
  for (const layer of layers) {
    const below = sums.at(-1)
    sums.push(layer.map((value, index) => (value === null ? null : value + (below?.[index] ?? 0))))
  }
  return sums
}

export interface BandBox extends Extent {
  readonly from: number
  readonly to: number
  readonly granularity: number
}

type Corner = readonly [x: number, value: number]

/** Stretches without a gap: a line through the middles of the buckets, flat to both ends. */
function stretches(times: readonly number[], values: readonly (number | null)[], { from, to, granularity }: BandBox): readonly (readonly Corner[])[] {
  const all: Corner[][] = []
  let run: Corner[] = []
  let end = Number.NaN
  let last = 0
  const x = (time: number): number => ((Math.min(to, Math.max(from, time)) - from) / (to - from)) * 1000
  const close = (): void => {
    if (run.length > 0) run.push([x(end), last])
  }
  times.forEach((time, index) => {
    const value = values[index]
    if (value === null || value === undefined || time + granularity <= from || time >= to) return
    if (time !== end) {
      close()
      run = [[x(time), value]]
      all.push(run)
    }
    run.push([x(time + granularity / 2), value])
    end = time + granularity
    last = value
  })
  close()
  return all
}

/** The outer edge of a layer in a box of 1000 by 100; `side` -1 draws downwards. */
export function edgePath(times: readonly number[], values: readonly (number | null)[], box: BandBox, side: 1 | -1): string {
  return stretches(times, values, box)
    .map(run => `M${run.map(([x, value]) => `${x.toFixed(1)} ${(heightOf(value * side, box) * 100).toFixed(2)}`).join('L')}`)
    .join('')
}

/** The same closed to the line in the middle: layers are drawn from the outermost to the innermost, each over the one before. */
export function areaPath(times: readonly number[], values: readonly (number | null)[], box: BandBox, side: 1 | -1): string {
  const zero = (heightOf(0, box) * 100).toFixed(2)
  return stretches(times, values, box)
    .map(run => {
      const corners = run.map(([x, value]) => `${x.toFixed(1)} ${(heightOf(value * side, box) * 100).toFixed(2)}`)
      return `M${(run[0]?.[0] ?? 0).toFixed(1)} ${zero}L${corners.join('L')}L${(run.at(-1)?.[0] ?? 0).toFixed(1)} ${zero}Z`
    })
    .join('')
}
