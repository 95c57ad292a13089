/** A check as a test of one value in memory, made once for a filter: numbers, 64-bit halves, addresses in words, texts. */
import { MAPPED, MAPPED_END } from '../schema/index.ts'
import { mergeIntervals, type Interval } from './networks.ts'
import type { Check, Order } from './checks.ts'
import { compileRegex } from './regex.ts'

const compare = (op: Order, sign: number): boolean => {
  switch (op) {
    case 'eq':
      return sign === 0
    case 'lt':
      return sign < 0
    case 'le':
      return sign <= 0
    case 'gt':
      return sign > 0
    case 'ge':
      return sign >= 0
    default:
      return op satisfies never
  }
}

/** Compares two numbers; nothing holds of NaN. */
export function compareNumbers(op: Order, left: number, right: number): boolean {
  switch (op) {
    case 'eq':
      return left === right
    case 'lt':
      return left < right
    case 'le':
      return left <= right
    case 'gt':
      return left > right
    case 'ge':
      return left >= right
    default:
      return op satisfies never
  }
}

/** Compares two unsigned 64-bit numbers by their halves. */
export const compareWide = (op: Order, high: number, low: number, otherHigh: number, otherLow: number): boolean =>
  compare(op, high === otherHigh ? low - otherLow : high - otherHigh)

const unfit = (check: Check): never => {
  throw new Error(`a check of kind ${check.kind} does not fit this column`)
}

export type NumberTest = (value: number) => boolean

/** Of columns whose values are numbers exactly: all but 64-bit counters, addresses and texts. */
export function numberTest(check: Check): NumberTest {
  switch (check.kind) {
    case 'truth':
      return value => value !== 0
    case 'compare': {
      const { op } = check
      const literal = Number(check.value)
      return value => compareNumbers(op, value, literal)
    }
    case 'bits': {
      const { masks } = check
      return value => masks.some(mask => (value & mask) === mask)
    }
    case 'set': {
      const singles = new Set(check.singles.map(Number))
      const [only] = singles
      if (check.intervals.length === 0) return singles.size === 1 ? value => value === only : value => singles.has(value)
      const intervals = check.intervals.map(([low, high]) => [Number(low), Number(high)] as const)
      const { open } = check
      return value => singles.has(value) || intervals.some(([low, high]) => value >= low && (open ? value < high : value <= high))
    }
    case 'column':
    case 'text':
      return unfit(check)
    default:
      return check satisfies never
  }
}

export type WideTest = (high: number, low: number) => boolean

const halves = (value: bigint | number): readonly [number, number] => {
  const whole = BigInt(value)
  return [Number(whole >> 32n), Number(whole & 0xffff_ffffn)]
}

/** Of 64-bit unsigned columns, by their halves: exact beyond 2^53. */
export function wideTest(check: Check): WideTest {
  switch (check.kind) {
    case 'compare': {
      const { op } = check
      const [high, low] = halves(check.value)
      return (h, l) => compareWide(op, h, l, high, low)
    }
    case 'set': {
      const stretches = [...check.singles.map(one => [one, one] as const), ...check.intervals].map(([low, high]) => [...halves(low), ...halves(high)] as const)
      return (h, l) =>
        stretches.some(([lowHigh, lowLow, highHigh, highLow]) => compareWide('ge', h, l, lowHigh, lowLow) && compareWide('le', h, l, highHigh, highLow))
    }
    case 'truth':
    case 'column':
    case 'text':
    case 'bits':
      return unfit(check)
    default:
      return check satisfies never
  }
}

export interface AddressTest {
  /** An IPv4 address as a number of 32 bits. */
  readonly v4: (value: number) => boolean
  /** An address as four words in network order. */
  readonly words: (a: number, b: number, c: number, d: number) => boolean
}

const WORD = 0xffff_ffffn

/** The four 32-bit words of an address, in network order. */
export const wordsOf = (value: bigint): readonly [number, number, number, number] => [
  Number(value >> 96n),
  Number((value >> 64n) & WORD),
  Number((value >> 32n) & WORD),
  Number(value & WORD),
]

function atLeast(table: Uint32Array, at: number, words: readonly [number, number, number, number]): boolean {
  for (let word = 0; word < 4; word++) {
    const [mine, theirs] = [words[word] ?? 0, table[at * 4 + word] ?? 0]
    if (mine !== theirs) return mine > theirs
  }
  return true
}

/** Of address columns: a search among the stretches in order. */
export function addressTest(check: Check): AddressTest {
  if (check.kind !== 'set') return unfit(check)
  const stretches: Interval[] = mergeIntervals([
    ...check.singles.map(one => [BigInt(one), BigInt(one)] as const),
    ...check.intervals.map(([low, high]) => [BigInt(low), BigInt(high)] as const),
  ])
  const lows = Uint32Array.from(stretches.flatMap(([low]) => wordsOf(low)))
  const highs = Uint32Array.from(stretches.flatMap(([, high]) => wordsOf(high)))
  const inV4 = stretches.filter(([low, high]) => high >= MAPPED && low <= MAPPED_END)
  const lows4 = Uint32Array.from(inV4.map(([low]) => (low < MAPPED ? 0 : Number(low & WORD))))
  const highs4 = Uint32Array.from(inV4.map(([, high]) => (high > MAPPED_END ? 0xffff_ffff : Number(high & WORD))))

  return {
    v4: value => {
      let [from, to] = [0, lows4.length]
      while (from < to) {
        const middle = (from + to) >> 1
        if ((lows4[middle] ?? 0) <= value) from = middle + 1
        else to = middle
      }
      return from > 0 && value <= (highs4[from - 1] ?? 0)
    },
    words: (a, b, c, d) => {
      const words = [a, b, c, d] as const
      let [from, to] = [0, stretches.length]
      while (from < to) {
        const middle = (from + to) >> 1
        if (atLeast(lows, middle, words)) from = middle + 1
        else to = middle
      }
      if (from === 0) return false
      const high = from - 1
      for (let word = 0; word < 4; word++) {
        const [mine, theirs] = [words[word] ?? 0, highs[high * 4 + word] ?? 0]
        if (mine !== theirs) return mine < theirs
      }
      return true
    },
  }
}

export type TextTest = (value: string) => boolean

/** Of text columns. Patterns are compiled once. */
export function textTest(check: Check): TextTest {
  if (check.kind !== 'text') return unfit(check)
  const { how, texts, exact } = check
  switch (how) {
    case 'eq': {
      const all = new Set(texts)
      return exact ? value => all.has(value) : value => all.has(value.toLowerCase())
    }
    case 'match': {
      const patterns = texts.map(compileRegex)
      return value => patterns.some(matches => matches(value))
    }
    case 'contains':
    case 'starts':
    case 'ends':
      return value => {
        const lower = value.toLowerCase()
        return texts.some(text => (how === 'contains' ? lower.includes(text) : how === 'starts' ? lower.startsWith(text) : lower.endsWith(text)))
      }
    default:
      return how satisfies never
  }
}
