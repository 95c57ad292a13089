/**
 * Finds the records of a batch's addresses. Most of the time is waiting for memory, so what needs no branch is done for many rows
 * first: a processor waits for many of them at once until it meets a branch that it guesses wrong. Nothing is remembered between
 * batches: hosts that come again find their part of the tables in the cache.
 */
import { ROOT_BITS, WITHIN, type Lookup } from './lookup.ts'
import { rangeOfV6 } from './ranges.ts'

/** The third word of an IPv6 address that stands for an IPv4 address, in the order of the wire. */
const MAPPED = 0xffff_0000

/** The words of an address lie in the order of the wire. */
const swap = (word: number): number => ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff_0000) | (word << 24)) >>> 0

/** What was found, by row from the first one asked for. Places are 0 without a database of cities. */
export interface Found {
  readonly records: Uint32Array
  readonly places: Uint32Array
}

export interface Finder {
  /** Records and places of `rows` IPv4 addresses from row `from` on. */
  ofV4(of: Lookup, addresses: ArrayLike<number>, from: number, rows: number, into: Found): void
  /** The same of IPv6 addresses, four words in the order of the wire; `v4` is asked for those that stand for IPv4. */
  ofV6(of: Lookup, v4: Lookup, addresses: ArrayLike<number>, from: number, rows: number, into: Found): void
}

/** How many levels most addresses go down, by the words of the table. */
const LEVELS = { 1: 1, 2: 2 } as const

/** A finder has memory for `most` rows. */
export function createFinder(most: number): Finder {
  const high = new Uint32Array(most)
  const low = new Uint32Array(most)
  const slots = new Uint32Array(most)
  const bits = new Uint8Array(most)
  const entries = new Uint32Array(most)
  // Only that what was read is of use keeps the engine from leaving the reading out.
  const touched = new Uint32Array(1)

  /** Goes down the tree, leaving in `entries` where to look from. */
  function descend({ words, tree, stride, entries: all }: Lookup, rows: number): void {
    for (let row = 0; row < rows; row++) slots[row] = high[row]! >>> (32 - ROOT_BITS)
    bits.fill(ROOT_BITS, 0, rows)
    const lower = words === 1 ? high : low
    for (let level = 0; level < LEVELS[words]; level++) stepDown(tree, lower, rows)
    goDown(tree, lower, rows, stride)
    // Reads what the scan compares first, so that it is near then.
    let sum = 0
    for (let row = 0; row < rows; row++) sum ^= all[entries[row]! + stride]!
    touched[0] = sum
  }

  /** One level down, without a branch: where a slot is not cut again a row stays in it. */
  function stepDown(tree: Uint32Array, lower: Uint32Array, rows: number): void {
    for (let row = 0; row < rows; row++) {
      const slot = slots[row]!
      const step = tree[slot]!
      const by = step & 15
      const bit = bits[row]!
      const isLower = (0 - (bit >>> 5)) | 0
      const word = high[row]! ^ ((high[row]! ^ lower[row]!) & isLower)
      const next = ((step >>> 4) + ((word << (bit & 31)) >>> (32 - by))) | 0
      const isCut = (0 - ((by + 15) >>> 4)) | 0
      slots[row] = slot ^ ((slot ^ next) & isCut)
      bits[row] = bit + by
    }
  }

  /** Goes on where the tree is deeper than nearly everywhere. */
  function goDown(tree: Uint32Array, lower: Uint32Array, rows: number, stride: number): void {
    for (let row = 0; row < rows; row++) {
      let step = tree[slots[row]!]!
      let bit = bits[row]!
      while ((step & 15) !== 0) {
        const word = bit < 32 ? high[row]! : lower[row]!
        const by = step & 15
        step = tree[(step >>> 4) + ((word << (bit & 31)) >>> (32 - by))]!
        bit += by
      }
      entries[row] = (step >>> 4) * stride
    }
  }

  function scanV4({ stride, count, entries: all }: Lookup, rows: number): void {
    const end = (count - 1) * stride
    for (let row = 0; row < rows; row++) {
      const address = high[row]!
      let at = entries[row]!
      while (at < end && all[at + stride]! <= address) at += stride
      entries[row] = at + 1
    }
  }

  function scanV6({ stride, count, entries: all }: Lookup, rows: number): void {
    const end = (count - 1) * stride
    for (let row = 0; row < rows; row++) {
      const first = high[row]!
      const second = low[row]!
      let at = entries[row]!
      while (at < end && (all[at + stride]! < first || (all[at + stride] === first && all[at + stride + 1]! <= second))) at += stride
      entries[row] = at + 2
    }
  }

  /** Takes the values that `entries` point at. Returns all of them put together by "or". */
  function gather({ words, stride, entries: all }: Lookup, rows: number, { records, places }: Found): number {
    let seen = 0
    for (let row = 0; row < rows; row++) {
      const value = all[entries[row]!]!
      records[row] = value
      seen |= value
    }
    if (stride - words > 1) for (let row = 0; row < rows; row++) places[row] = all[entries[row]! + 1]!
    else places.fill(0, 0, rows)
    return seen
  }

  /** Finds those of a /64 that is not of one piece. */
  function findWithin({ within }: Lookup, addresses: ArrayLike<number>, from: number, rows: number, { records, places }: Found): void {
    if (within === null) return
    const { ranges, bounds } = within
    for (let row = 0; row < rows; row++) {
      if (records[row]! < WITHIN) continue
      const number = records[row]! - WITHIN
      const at = (from + row) * 4
      const range = rangeOfV6(
        ranges.starts,
        bounds[number * 2]!,
        bounds[number * 2 + 1]!,
        high[row]!,
        low[row]!,
        swap(addresses[at + 2]!),
        swap(addresses[at + 3]!),
      )
      records[row] = ranges.values[range]!
      if (ranges.others !== undefined) places[row] = ranges.others[range]!
    }
  }

  function find(of: Lookup, rows: number, into: Found): number {
    descend(of, rows)
    if (of.words === 1) scanV4(of, rows)
    else scanV6(of, rows)
    return gather(of, rows, into)
  }

  const single: Found = { records: new Uint32Array(1), places: new Uint32Array(1) }

  return {
    ofV4(of, addresses, from, rows, into) {
      for (let row = 0; row < rows; row++) high[row] = addresses[from + row]!
      find(of, rows, into)
    },
    ofV6(of, v4, addresses, from, rows, into) {
      let mapped = 0
      for (let row = 0; row < rows; row++) {
        const at = (from + row) * 4
        const first = addresses[at]!
        const second = addresses[at + 1]!
        high[row] = swap(first)
        low[row] = swap(second)
        if ((first | second) === 0 && addresses[at + 2] === MAPPED) mapped++
      }
      if (find(of, rows, into) >>> 31 !== 0) findWithin(of, addresses, from, rows, into)
      if (mapped === 0) return
      for (let row = 0; row < rows; row++) {
        const at = (from + row) * 4
        if (addresses[at] !== 0 || addresses[at + 1] !== 0 || addresses[at + 2] !== MAPPED) continue
        high[0] = swap(addresses[at + 3]!)
        find(v4, 1, single)
        into.records[row] = single.records[0]!
        into.places[row] = single.places[0]!
      }
    },
  }
}
