/** Lines of buckets as SVG: a bucket is flat from its start to its end, and one that nobody told is a gap. */

export interface Line {
  /** Starts of the buckets, milliseconds since 1970. */
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
}

export interface Box {
  readonly from: number
  readonly to: number
  readonly granularity: number
  /** Value at the edge of the box. */
  readonly top: number
}

/** Runs of buckets without a gap between them, each as corners [x, value], x in 0..1000. */
function runs({ times, values }: Line, { from, to, granularity }: Box): readonly (readonly (readonly [number, number])[])[] {
  const all: [number, number][][] = []
  let run: [number, number][] = []
  let end = Number.NaN
  const x = (time: number): number => ((Math.min(to, Math.max(from, time)) - from) / (to - from)) * 1000
  times.forEach((time, index) => {
    const value = values[index]
    if (value === null || value === undefined || time + granularity <= from || time >= to) return
    if (time !== end) {
      run = []
      all.push(run)
    }
    run.push([x(time), value], [x(time + granularity), value])
    end = time + granularity
  })
  return all
}

/** The path of a line; `side` 1 is drawn upwards from the middle of a box of 100, -1 downwards. `area` closes it to the middle. */
export function stepPath(line: Line, box: Box, side: 1 | -1, area = false): string {
  const y = (value: number): string => (50 - (box.top === 0 ? 0 : (value / box.top) * 50 * side)).toFixed(2)
  return runs(line, box)
    .map(run => {
      const corners = run.map(([x, value]) => `${x.toFixed(1)} ${y(value)}`)
      const first = run[0]?.[0].toFixed(1) ?? '0'
      const last = run.at(-1)?.[0].toFixed(1) ?? '0'
      return area ? `M${first} 50L${corners.join('L')}L${last} 50Z` : `M${corners.join('L')}`
    })
    .join('')
}

/** The value of a line at a time; null in a gap. */
export function valueAt({ times, values }: Line, time: number, granularity: number): number | null {
  const index = times.findLastIndex(start => start <= time)
  const start = times[index]
  return start === undefined || time >= start + granularity ? null : (values[index] ?? null)
}
