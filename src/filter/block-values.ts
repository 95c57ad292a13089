/** Reads the columns of a parsed block as the flows table would hold them: absent columns as zeros, IPv4 as mapped addresses. */
import type { Block, BlockColumn, Column } from '../schema/index.ts'
import { wordsOf } from './value-tests.ts'

/** A test of a row, or the same answer for all rows. */
export type Bound = boolean | ((row: number) => boolean)

const HIGH = 2 ** 32

/** Reader of 64-bit halves; null where the column is absent, so every value is zero. */
export interface WideReader {
  readonly high: (row: number) => number
  readonly low: (row: number) => number
}

/** A test of each row by its code: each value of the dictionary is tested once. */
export function byCode(column: BlockColumn, test: (value: string | number | bigint) => boolean): Bound {
  const verdicts = Uint8Array.from(column.values ?? [], value => (test(value) ? 1 : 0))
  if (verdicts.every(verdict => verdict === 0)) return false
  if (verdicts.every(verdict => verdict === 1)) return true
  const codes = column.data
  return row => verdicts[codes[row] ?? 0] === 1
}

/** Values of a column of 32 bits or less, or of signed milliseconds, as they are stored. */
export function storedNumbers(block: Block, name: string): ((row: number) => number) | null {
  const column = block.columns.get(name)
  if (column === undefined) return null
  const { data, values, type } = column
  if (values !== undefined) {
    const numbers = Float64Array.from(values, Number)
    return row => numbers[data[row] ?? 0] ?? 0
  }
  switch (type) {
    case 'Int64':
      return row => ((data[row * 2 + 1] ?? 0) | 0) * HIGH + (data[row * 2] ?? 0)
    // Float64 of an unsigned 64-bit number: one rounding, as the engine's own.
    case 'UInt64':
      return row => (data[row * 2 + 1] ?? 0) * HIGH + (data[row * 2] ?? 0)
    default:
      return row => data[row] ?? 0
  }
}

const orZero = (read: ((row: number) => number) | null): ((row: number) => number) => read ?? (() => 0)

/** Milliseconds from the first to the last packet, never negative. */
export function milliseconds(block: Block): (row: number) => number {
  const [start, end] = [orZero(storedNumbers(block, 'start_at')), orZero(storedNumbers(block, 'end_at'))]
  return row => Math.max(0, end(row) - start(row))
}

function scaled(block: Block, counter: string): (row: number) => number {
  const [count, rate] = [orZero(storedNumbers(block, counter)), orZero(storedNumbers(block, 'sampling_rate'))]
  return row => count(row) * Math.max(1, rate(row))
}

/** Values of a column as numbers, stored or computed, in the arithmetic of `columnSql`; null where all are zero. */
export function numbersOf(block: Block, { name }: Column): ((row: number) => number) | null {
  switch (name) {
    case 'bytes':
    case 'packets':
      return block.columns.has(name) ? scaled(block, name) : null
    case 'bytes_as_sent':
      return storedNumbers(block, 'bytes')
    case 'packets_as_sent':
      return storedNumbers(block, 'packets')
    case 'duration': {
      const ms = milliseconds(block)
      return row => ms(row) * 1000
    }
    case 'dscp': {
      const tos = storedNumbers(block, 'tos')
      return tos === null ? null : row => tos(row) >> 2
    }
    case 'bps':
    case 'pps': {
      const [count, ms, factor] = [scaled(block, name === 'bps' ? 'bytes' : 'packets'), milliseconds(block), name === 'bps' ? 8000 : 1000]
      return row => {
        const over = ms(row)
        return over > 0 ? (count(row) * factor) / over : 0
      }
    }
    default:
      return storedNumbers(block, name)
  }
}

/** Values of an unsigned 64-bit column by halves; null where all are zero. */
export function wideOf(block: Block, { name }: Column): WideReader | null {
  const stored = name === 'bytes_as_sent' ? 'bytes' : name === 'packets_as_sent' ? 'packets' : name
  const column = block.columns.get(stored)
  if (column === undefined) return null
  const { data, values } = column
  if (values !== undefined) {
    const highs = Uint32Array.from(values, value => Number(BigInt(value) >> 32n))
    const lows = Uint32Array.from(values, value => Number(BigInt(value) & 0xffff_ffffn))
    return { high: row => highs[data[row] ?? 0] ?? 0, low: row => lows[data[row] ?? 0] ?? 0 }
  }
  return { high: row => data[row * 2 + 1] ?? 0, low: row => data[row * 2] ?? 0 }
}

/** A word in network order from how it lies in memory. */
const swapped = (word: number): number => ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0

/** 0.0.0.0 is a source or destination, but elsewhere it stands for no address. */
export const isZeroAbsent = (name: string): boolean => name !== 'src' && name !== 'dst'

/** The word of an address, 0 to 3 in network order, of a row. */
export function addressWord(block: Block, { name }: Column): ((row: number, word: number) => number) | null {
  const column = block.columns.get(name)
  if (column === undefined) return null
  const { data, values, type } = column
  if (values !== undefined) {
    const words = Uint32Array.from(values.flatMap(value => wordsOf(BigInt(value))))
    return (row, word) => words[(data[row] ?? 0) * 4 + word] ?? 0
  }
  if (type === 'IPv4') {
    const absent = isZeroAbsent(name)
    return (row, word) => {
      const value = data[row] ?? 0
      if (word === 3) return value
      return word === 2 && !(absent && value === 0) ? 0xffff : 0
    }
  }
  return (row, word) => swapped(data[row * 4 + word] ?? 0)
}

/** Texts behind the codes of a column, and the code of a row; null where the column is absent. */
export function textsOf(block: Block, { name }: Pick<Column, 'name'>): { readonly values: readonly string[]; readonly code: (row: number) => number } | null {
  const column = block.columns.get(name)
  if (column === undefined) return null
  const { data } = column
  return { values: (column.values ?? []).map(String), code: row => data[row] ?? 0 }
}
