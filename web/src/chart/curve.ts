/** A figure over time as SVG: one point in the middle of each bucket, joined to its neighbours; a bucket without a figure is a gap. */

export interface Curve {
  /** Starts of the buckets, milliseconds since 1970. */
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
}

export interface CurveBox {
  readonly from: number
  readonly to: number
  readonly granularity: number
  /** Where a value is: 0 at the lower edge, 1 at the upper one. */
  readonly placeOf: (value: number) => number
}

/**
 * The path in a box of 1000 × 100. A bucket between two gaps is drawn as wide as it is, since a single point could not be seen; so
 * are the first and the last half bucket at the edges of the range.
 */
export function curvePath({ times, values }: Curve, { from, to, granularity, placeOf }: CurveBox): string {
  const x = (time: number): string => ((Math.min(to, Math.max(from, time)) - from) * (1000 / (to - from))).toFixed(1)
  const known = (index: number): number | null => {
    const start = times[index]
    return start === undefined || start + granularity <= from || start >= to ? null : (values[index] ?? null)
  }
  const next = (index: number): boolean => known(index) !== null && times[index] === (times[index - 1] ?? Number.NaN) + granularity
  let path = ''
  times.forEach((start, index) => {
    const value = known(index)
    if (value === null) return
    const y = ((1 - Math.min(1, Math.max(0, placeOf(value)))) * 100).toFixed(2)
    const joined = known(index - 1) !== null && next(index)
    const goes = next(index + 1)
    if (!joined) path += `M${x(index === 0 || !goes ? start : start + granularity / 2)} ${y}`
    if (joined || index === 0) path += `L${x(start + granularity / 2)} ${y}`
    if (!goes && (!joined || index === times.length - 1)) path += `L${x(start + granularity)} ${y}`
  })
  return path
}
