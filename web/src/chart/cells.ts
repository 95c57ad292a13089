/**
 * What a heatmap draws. In: a series of flows by bands of a time. Out: counts by band and bucket, levels of colour, paths. Always holds: a
 * bucket in which no flow was measured is empty, and one in which a band had none shows that it was looked at.
 */
import type { Band } from '../../../src/filter/index.ts'
import type { Series } from '../api/types.ts'

export interface Cells {
  /** Bands from the fastest with a flow to the slowest, and some around them where these are few. */
  readonly bands: readonly Band[]
  /** Flows by band, then bucket. */
  readonly counts: readonly (readonly number[])[]
  /** Measured flows by bucket. */
  readonly sums: readonly number[]
  /** Of one cell. */
  readonly most: number
}

/** A single row says nothing of a scale. */
const LEAST_BANDS = 6

/** The cells of a series by `column`, a dimension of these bands. Without a flow there are no bands. */
export function cellsOf({ series, times }: Pick<Series, 'series' | 'times'>, column: string, bands: readonly Band[]): Cells {
  const byText = new Map(series.map(({ key, values }) => [key[column], values['flows'] ?? []]))
  const all = bands.map(({ text }) => times.map((_, at) => byText.get(text)?.[at] ?? 0))
  const used = all.flatMap((counts, at) => (counts.some(count => count > 0) ? [at] : []))
  const [first, last] = [used[0], used.at(-1)]
  if (first === undefined || last === undefined) return { bands: [], counts: [], sums: times.map(() => 0), most: 0 }
  const more = Math.max(0, LEAST_BANDS - (last - first + 1))
  const low = Math.max(0, Math.min(first - Math.floor(more / 2), bands.length - LEAST_BANDS))
  const high = Math.max(last + 1, low + LEAST_BANDS)
  const counts = all.slice(low, high)
  return {
    bands: bands.slice(low, high),
    counts,
    sums: times.map((_, at) => counts.reduce((sum, row) => sum + (row[at] ?? 0), 0)),
    most: Math.max(...counts.flat()),
  }
}

/**
 * By how many buckets the second of two answers begins later: a range that ends now moves on between them. None where one of them is
 * still to come.
 */
export function bucketsApart([first]: readonly number[], [second]: readonly number[], granularity: number): number {
  return first === undefined || second === undefined ? 0 : Math.round((second - first) / granularity)
}

/** Colours of the tokens `--heat-1` to this one. */
export const HEAT_COLORS = 6

const oneDigit = (value: number): number => Number(value.toPrecision(1))

/**
 * Fewest flows of each level of colour, ascending from 1, as many levels as there are colours at most. Each is the same multiple of the one
 * before, since a slow flow among thousands of fast ones has to be seen.
 */
export function levelsOf(most: number): readonly number[] {
  const steps = Array.from({ length: HEAT_COLORS }, (_, at) => oneDigit(most ** (at / HEAT_COLORS)))
  return most < 1 ? [] : [...new Set(steps)]
}

/** The colour of a level: few levels take colours from the whole scale. */
export const heatColor = (level: number, levels: number): string =>
  `var(--heat-${levels < 2 ? HEAT_COLORS / 2 : 1 + Math.round((level * (HEAT_COLORS - 1)) / (levels - 1))})`

/** The level of a count; undefined for none. */
export function levelAt(count: number, levels: readonly number[]): number | undefined {
  const found = levels.findLastIndex(least => count >= least)
  return found === -1 ? undefined : found
}

export interface CellBox {
  readonly times: readonly number[]
  readonly granularity: number
  readonly from: number
  readonly to: number
}

/** Left and right edge of a bucket in thousandths of the width. */
function edges({ times, granularity, from, to }: CellBox, at: number): readonly [left: number, right: number] {
  const x = (time: number): number => ((Math.min(to, Math.max(from, time)) - from) / (to - from)) * 1000
  const start = times[at] ?? from
  return [x(start), x(start + granularity)]
}

/** Cells of each level as one path, in a box 1000 wide and a unit high for each band; cells of measured buckets without a flow are those of `none`. */
export function cellPaths({ counts, sums }: Cells, levels: readonly number[], box: CellBox): { readonly levels: readonly string[]; readonly none: string } {
  const paths = levels.map(() => '')
  let none = ''
  for (const [row, values] of counts.entries()) {
    for (const [at, count] of values.entries()) {
      const [left, right] = edges(box, at)
      if (sums[at] === 0 || right <= left) continue
      const cell = `M${left.toFixed(1)} ${counts.length - 1 - row}H${right.toFixed(1)}v1H${left.toFixed(1)}z`
      const level = levelAt(count, levels)
      if (level === undefined) none += cell
      else paths[level] = `${paths[level] ?? ''}${cell}`
    }
  }
  return { levels: paths, none }
}

/** The band at whose upper edge at least this share of a bucket's flows lies below; undefined where none was measured. */
export function bandOfShare({ counts, sums }: Cells, at: number, share: number): number | undefined {
  const all = sums[at] ?? 0
  if (all === 0) return undefined
  let below = 0
  return counts.findIndex(row => (below += row[at] ?? 0) >= share * all)
}

/** The line below which at least this share of the flows of each bucket lies, in the same box; it breaks where none was measured. */
export function sharePath(cells: Cells, share: number, box: CellBox): string {
  let path = ''
  let end = Number.NaN
  for (const at of box.times.keys()) {
    const band = bandOfShare(cells, at, share)
    const [left, right] = edges(box, at)
    if (band === undefined || right <= left) continue
    const y = cells.bands.length - 1 - band
    path += `${left === end ? 'V' : `M${left.toFixed(1)} `}${y}H${right.toFixed(1)}`
    end = right
  }
  return path
}
