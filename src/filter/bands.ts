/**
 * Bands of a time: the ranges that flows are counted by, so many for each power of ten, and the filter that some of them stand for.
 * A band holds its lower edge and not its upper one, in microseconds; the first holds zero alone, which is a measured time, and the last
 * has no end. Edges are round, since many exporters tell whole milliseconds: none of these falls between two bands.
 */
import { printDuration } from './times.ts'

export interface Band {
  /** µs. */
  readonly low: number
  /** µs; null for the last, which has no end. */
  readonly high: number | null
  /** As answers name it: `50ms..100ms`. */
  readonly text: string
}

/** Edges within a power of ten, by how many bands it has. */
const STEPS: ReadonlyMap<string, readonly number[]> = new Map([
  ['1', [1]],
  ['3', [1, 2, 5]],
  ['9', [1, 2, 3, 4, 5, 6, 7, 8, 9]],
])
/** From 1 µs to 100 s: slower answers are no answers. */
const DECADES = 8

/** How many bands a power of ten may have, as text. */
export const BANDS_A_DECADE: readonly string[] = [...STEPS.keys()]

function bandsBetween(edges: readonly number[]): readonly Band[] {
  const text = (edge: number | undefined): string => (edge === undefined ? '' : printDuration(BigInt(edge)))
  return edges.map((low, at) => ({ low, high: edges[at + 1] ?? null, text: `${text(low)}..${text(edges[at + 1])}` }))
}

const BANDS: ReadonlyMap<string, readonly Band[]> = new Map(
  [...STEPS].map(([aDecade, steps]) => {
    const decades = Array.from({ length: DECADES }, (_, power) => steps.map(step => step * 10 ** power))
    return [aDecade, bandsBetween([0, ...decades.flat(), 10 ** DECADES])]
  }),
)

/** All bands, the fastest first, so many for each power of ten; undefined where that is none of `BANDS_A_DECADE`. */
export const bandsOf = (aDecade: string): readonly Band[] | undefined => BANDS.get(aDecade)

/** The filter of the flows whose time, in this column, is within the bands from the first to the last. */
export function bandFilter(column: string, first: Band, last: Band): string {
  const edge = (operator: string, at: number): string => `${column} ${operator} ${printDuration(BigInt(at))}`
  const terms = [...(first.low === 0 ? [] : [edge('>=', first.low)]), ...(last.high === null ? [] : [edge('<', last.high)])]
  return terms.length === 0 ? `${column} measured` : terms.join(' and ')
}
