/** The loops over single columns that merging rows is made of. One batch is in hand at a time, and one chunk of it. */
import { MAX_ROWS, type ColumnArray } from '../schema/index.ts'

/** Rows that are looked at together. */
export const CHUNK = 1024

/** Two hashes of the keys of each row of the batch in hand. */
export const hashes = new Int32Array(MAX_ROWS)
export const otherHashes = new Int32Array(MAX_ROWS)

/** Rows of the chunk in hand, and the rows of the window they become or go into. */
export interface Rows {
  readonly rows: Uint16Array
  readonly at: Uint16Array
  count: number
}

export const noRows = (): Rows => ({ rows: new Uint16Array(CHUNK), at: new Uint16Array(CHUNK), count: 0 })

/** Whether a row of the chunk is another than the one it looks like, by its place among those compared. */
export const differs = new Uint8Array(CHUNK)

/** A column of the batch in hand and of the window; codes of texts are those of the window. */
export interface Pair {
  readonly from: ColumnArray
  readonly to: ColumnArray
  readonly per: number
}

/**
 * A function of its own for each sort of array: the engine makes fast code for what a function has seen, and one that has seen all
 * sorts is three times as slow (measured with `aggregate.bench.ts`).
 */
function bySort<Run extends (pair: Pair, ...rest: never[]) => void>(make: () => Run): Run {
  const made = new Map<unknown, Run>([Uint8Array, Uint16Array, Uint32Array, Float32Array].map(sort => [sort, make()]))
  return ((pair, ...rest) => made.get(pair.from.constructor)?.(pair, ...rest)) as Run
}

/** Mixes the values of a column into the hashes; zero adds nothing, so that a column that is absent counts as one of zeros. */
export const mix = bySort(() => ({ from, per }: Pair, index: number, first: number, rows: number): void => {
  for (let part = 0; part < per; part++) {
    const salt = Math.imul(index * 4 + part + 1, 0x9e37_79b1) | 1
    for (let row = first; row < rows; row++) {
      const value = from[row * per + part]!
      if (value === 0) continue
      const once = Math.imul(Math.imul(value, 0x85eb_ca6b) ^ salt, 0xc2b2_ae35 | 0)
      const twice = Math.imul(once ^ (once >>> 15), salt)
      hashes[row] = hashes[row]! + (twice ^ (twice >>> 13))
      otherHashes[row] = otherHashes[row]! ^ Math.imul(twice ^ (once >>> 16), 0x27d4_eb2f)
    }
  }
})

/** Copies rows of the batch to rows of the window. */
export const copyColumn = bySort(() => ({ from, to, per }: Pair, { rows, at, count }: Rows): void => {
  for (let part = 0; part < per; part++) for (let one = 0; one < count; one++) to[at[one]! * per + part] = from[rows[one]! * per + part]!
})

/** Notes rows whose values differ. */
export const compareColumn = bySort(() => ({ from, to, per }: Pair, { rows, at, count }: Rows): void => {
  for (let part = 0; part < per; part++) for (let one = 0; one < count; one++) if (from[rows[one]! * per + part] !== to[at[one]! * per + part]) differs[one] = 1
})

const isAbsent = (column: ColumnArray, at: number, per: number): boolean => column[at * per] === 0 && (per === 1 || column[at * per + 1] === 0)

/** What one row tells and the other does not, has no least and no most. */
export function comparePresence({ from, to, per }: Pair, { rows, at, count }: Rows): void {
  for (let one = 0; one < count; one++) if (isAbsent(from, rows[one]!, per) !== isAbsent(to, at[one]!, per)) differs[one] = 1
}

/** Whether a value is below another: unsigned, or of two halves with a sign, as times are. */
function isBelow(one: ColumnArray, at: number, other: ColumnArray, otherAt: number, per: number): boolean {
  if (per === 1) return one[at]! < other[otherAt]!
  const high = one[at * 2 + 1]! | 0
  const otherHigh = other[otherAt * 2 + 1]! | 0
  return high < otherHigh || (high === otherHigh && one[at * 2]! < other[otherAt * 2]!)
}

/** Takes the lower, or the higher, of two values. */
export function widen({ from, to, per }: Pair, { rows, at, count }: Rows, most: boolean): void {
  for (let one = 0; one < count; one++) {
    const [row, target] = [rows[one]!, at[one]!]
    if (most ? !isBelow(to, target, from, row, per) : !isBelow(from, row, to, target, per)) continue
    for (let part = 0; part < per; part++) to[target * per + part] = from[row * per + part]!
  }
}

function addTo(to: ColumnArray, at: number, low: number, high: number): void {
  const sum = to[at * 2]! + low
  to[at * 2] = sum
  to[at * 2 + 1] = to[at * 2 + 1]! + high + (sum > 0xffff_ffff ? 1 : 0)
}

/** Adds counters of 64 bits. */
export function addColumn({ from, to }: Pair, { rows, at, count }: Rows): void {
  for (let one = 0; one < count; one++) addTo(to, at[one]!, from[rows[one]! * 2]!, from[rows[one]! * 2 + 1]!)
}

/** Counts the flows of rows; a row that tells no number is one. */
export function addFlows(from: ColumnArray, to: ColumnArray, { rows, at, count }: Rows): void {
  for (let one = 0; one < count; one++) {
    const [row, target] = [rows[one]!, at[one]!]
    if (isAbsent(to, target, 2)) to[target * 2] = 1
    addTo(to, target, isAbsent(from, row, 2) ? 1 : from[row * 2]!, from[row * 2 + 1]!)
  }
}
