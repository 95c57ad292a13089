/** What several runs of a measurement come to. */

export interface Statistic {
  readonly median: number
  readonly min: number
  readonly max: number
  /** One value a run, in order; runs without a value are left out. */
  readonly values: readonly number[]
}

/** The statistic of the runs that have a value; null when none has. The median of an even number of runs is the mean of the middle two. */
export function statisticOf(runs: readonly (number | null | undefined)[]): Statistic | null {
  const values = runs.filter(value => value !== null && value !== undefined)
  const sorted = values.toSorted((a, b) => a - b)
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (min === undefined || max === undefined) return null
  const upper = sorted[Math.floor(sorted.length / 2)] ?? max
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? min
  return { median: (lower + upper) / 2, min, max, values }
}

/** The value below which this share of the values lies (nearest rank), 0 < share ≤ 1; null for no values. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}

/** Quotients run by run; null where either has no value or the divisor is zero. */
export function ratios(runs: readonly (number | null | undefined)[], peers: readonly (number | null | undefined)[]): readonly (number | null)[] {
  return runs.map((value, run) => {
    const peer = peers[run]
    return value === null || value === undefined || peer === null || peer === undefined || peer === 0 ? null : value / peer
  })
}
