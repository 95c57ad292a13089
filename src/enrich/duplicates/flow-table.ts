/**
 * Flows seen lately, each with who told it first and until when. A cache line holds three flows: one look into memory a row. What
 * was not touched for longest gives way; the table grows while it would have to give up flows that may still be told again.
 *
 * All work is done for many flows at a time, in loops that call nothing: the engine then keeps the arrays' addresses at hand, and
 * what has no branch lets the processor wait for many lines at once, where each by itself would be a quarter of a microsecond.
 */
import { ALIAS, LINE, WAYS, WORDS, isKey, ownerOf, stampOf, writeFlow } from './entry.ts'
import { CHUNK } from './keys.ts'
import type { Tellings } from './tellings.ts'

const FIRST_LINES = 1 << 12
/** A flow may be told again for this long: exporters give idle and long flows away at different times. */
const LIVE_S = 120

/** Places of the table's flows among some tellings: which of them tell flows that are known, and which do not. */
export interface Sought {
  /** By telling: position of its flow's entry. */
  readonly at: Int32Array
  readonly known: Uint16Array
  readonly fresh: Uint16Array
  knownCount: number
  freshCount: number
}

export interface FlowTable {
  /** The entries, which move when the table grows. */
  readonly words: Int32Array
  /** Looks for the flows of the listed tellings by the first word of their keys. */
  seek(tellings: Tellings, list: Uint16Array, count: number, into: Sought): void
  /** Reads the lines of these keys, so that they are near when they are asked for one by one. */
  touch(keys: Int32Array, list: Uint16Array, count: number): void
  /** Makes entries of the fresh flows, which may take another's place; those told twice among them become known. `now` in seconds. */
  add(tellings: Tellings, sought: Sought, now: number): void
  /** Makes the first key another name of the second one's flow; what was known by it alone goes with it. */
  alias(a: number, b: number, ofA: number, ofB: number, now: number): void
  /** Gets room for what it had to give up; positions hold until then. */
  growIfNeeded(): void
  readonly bytes: number
}

export const createSought = (): Sought => ({
  at: new Int32Array(CHUNK),
  known: new Uint16Array(CHUNK),
  fresh: new Uint16Array(CHUNK),
  knownCount: 0,
  freshCount: 0,
})

/** 1 for zero, 0 for anything else; here and below without a branch, which would be guessed wrong for every second row. */
const isZero = (word: number): number => ((word | (0 - word)) >>> 31) ^ 1
const larger = (one: number, other: number): number => one - ((one - other) & ((one - other) >> 31))

/** Age of an entry, more than any for none, and its way in the lowest bits: of equal ones the first is the largest. */
function rankOf(words: Int32Array, at: number, way: number, now: number): number {
  const age = (now - stampOf(words, at)) & 0xffff
  return ((age | (isZero(ownerOf(words, at)) << 16)) << 2) | (WAYS - 1 - way)
}

/** Of a line's entries the emptiest or oldest, as `rankOf` tells. */
const oldestOf = (words: Int32Array, line: number, now: number): number =>
  larger(larger(rankOf(words, line, 0, now), rankOf(words, line + WORDS, 1, now)), rankOf(words, line + 2 * WORDS, 2, now))
const wayOf = (rank: number): number => (WAYS - 1 - (rank & 3)) * WORDS
const isLive = (rank: number): number => Number(rank >> 2 <= LIVE_S)

/** Position of a key's entry in its line; -1 where it has none. */
function lookIn(words: Int32Array, line: number, a: number, b: number): number {
  if (isKey(words, line, a, b)) return line
  if (isKey(words, line + WORDS, a, b)) return line + WORDS
  return isKey(words, line + 2 * WORDS, a, b) ? line + 2 * WORDS : -1
}

export function createFlowTable(config: { readonly maxBytes: number }): FlowTable {
  const mostLines = 2 ** Math.floor(Math.log2(Math.max(FIRST_LINES, config.maxBytes / (LINE * 4))))
  let lines = FIRST_LINES
  let shift = 32 - Math.log2(lines)
  let words = new Int32Array(lines * LINE)
  /** Flows that may still be told again, given up since the table grew last. */
  let givenUp = 0
  /** Only that what was read is of use keeps the engine from leaving the reading out. */
  let touched = 0

  const lineOf = (a: number): number => (Math.imul(a, 0x9e37_79b1) >>> shift) * LINE
  const look = (a: number, b: number): number => lookIn(words, lineOf(a), a, b)

  /** Twice the room; each flow keeps its order among those of its line, which become two. */
  function grow(): void {
    const old = words
    lines *= 2
    shift--
    words = new Int32Array(lines * LINE)
    for (let line = 0; line < old.length; line += LINE) {
      let [even, odd] = [0, 0]
      for (let from = line; from < line + WAYS * WORDS; from += WORDS) {
        if (ownerOf(old, from) === 0) continue
        const half = lineOf(old[from]!)
        const to = half + ((half & LINE) === 0 ? even++ : odd++) * WORDS
        for (let word = 0; word < WORDS; word++) words[to + word] = old[from + word]!
      }
    }
    givenUp = 0
  }

  /** The place for one more entry of a key. */
  function place(a: number, now: number): number {
    const line = lineOf(a)
    const oldest = oldestOf(words, line, now)
    givenUp += isLive(oldest)
    return line + wayOf(oldest)
  }

  return {
    get words() {
      return words
    },
    get bytes() {
      return words.byteLength
    },
    growIfNeeded() {
      // Chance fills some lines early, so a few flows given up are no sign of a table that is too small.
      if (givenUp > lines / 16 && lines < mostLines) grow()
    },
    seek({ a }, list, count, into) {
      const held = words
      const by = shift
      const { at, known, fresh } = into
      let [knownCount, freshCount] = [0, 0]
      for (let index = 0; index < count; index++) {
        const telling = list[index]!
        const key = a[telling]!
        const line = (Math.imul(key, 0x9e37_79b1) >>> by) * LINE
        // Of two with the same half of a key the first is taken; `judge` looks at the other half.
        const first = isZero(held[line]! ^ key)
        const second = isZero(held[line + WORDS]! ^ key) & (first ^ 1)
        const some = first | second
        const third = isZero(held[line + 2 * WORDS]! ^ key) & (some ^ 1)
        at[telling] = line + second * WORDS + third * 2 * WORDS
        known[knownCount] = fresh[freshCount] = telling
        knownCount += some | third
        freshCount += (some | third) ^ 1
      }
      into.knownCount = knownCount
      into.freshCount = freshCount
    },
    touch(keys, list, count) {
      const held = words
      const by = shift
      let read = 0
      for (let index = 0; index < count; index++) read ^= held[(Math.imul(keys[list[index]!]!, 0x9e37_79b1) >>> by) * LINE]!
      touched ^= read
    },
    add({ a, b, teller, start, end, record }, sought, now) {
      const held = words
      const by = shift
      const { at, known, fresh, freshCount } = sought
      let knownCount = 0
      let live = 0
      for (let index = 0; index < freshCount; index++) {
        const telling = fresh[index]!
        const key = a[telling]!
        const more = b[telling]!
        const line = (Math.imul(key, 0x9e37_79b1) >>> by) * LINE
        const found = lookIn(held, line, key, more)
        if (found >= 0) {
          at[telling] = found
          known[knownCount++] = telling
          continue
        }
        const oldest = oldestOf(held, line, now)
        live += isLive(oldest)
        const to = line + wayOf(oldest)
        held[to] = key
        writeFlow(held, to, teller[telling]!, more, start[telling]!, end[telling]!, record[telling]!, now)
      }
      givenUp += live
      sought.knownCount = knownCount
      sought.freshCount = 0
    },
    alias(a, b, ofA, ofB, now) {
      const of = look(ofA, ofB)
      // The way back names the same two the other way round: the first name stays, or each would point to the other.
      if (of >= 0 && ownerOf(words, of) === ALIAS) {
        words[of + 2] = (now & 0xffff) << 16
        return
      }
      let at = look(a, b)
      if (at >= 0 && of < 0 && ownerOf(words, at) !== ALIAS) {
        const to = place(ofA, now)
        words[to] = ofA
        words[to + 1] = words[at + 1]!
        words[to + 2] = ((now & 0xffff) << 16) | (words[at + 2]! & 0xffff)
        words[to + 3] = (ownerOf(words, at) << 16) | ofB
        words[to + 4] = words[at + 4]!
        if (to === at) return
      }
      if (at < 0) at = place(a, now)
      words[at] = a
      words[at + 1] = ofA
      words[at + 2] = (now & 0xffff) << 16
      words[at + 3] = (ALIAS << 16) | b
      words[at + 4] = ofB
    },
  }
}
