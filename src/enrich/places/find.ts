/**
 * Finds the records of a batch's addresses. The tables are larger than the processor's caches, so most of the time is waiting for
 * memory: what needs no branch is done for all rows first, since a processor waits for many rows at once until it meets a branch that
 * it guesses wrong. Nothing is remembered between batches: hosts that come again find their part of the tables in the cache.
 */
import type { Lookup } from './places.ts'
import { finerSlot, rangeOfV4, rangeOfV6, slotOf } from './ranges.ts'

/** The third word of an IPv6 address that stands for an IPv4 address, in the order of the wire. */
const MAPPED = 0xffff_0000

/** The words of an address lie in the order of the wire. */
const swap = (word: number): number => ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff_0000) | (word << 24)) >>> 0

/** What was found, by row. Places are 0 without a database of cities. */
export interface Found {
  readonly records: Uint32Array
  readonly places: Uint32Array
}

export interface Finder {
  /** Records and places of `rows` IPv4 addresses. */
  ofV4(of: Lookup, addresses: ArrayLike<number>, rows: number, into: Found): void
  /** The same of IPv6 addresses, four words in the order of the wire; `v4` is asked for those that stand for IPv4. */
  ofV6(of: Lookup, v4: Lookup, addresses: ArrayLike<number>, rows: number, into: Found): void
}

/** Rows that are worked on at a time: the parts of the tables they need stay in the nearest cache meanwhile. */
const CHUNK = 1024

/** A finder has memory for the rows at hand. */
export function createFinder(): Finder {
  const low = new Uint32Array(CHUNK)
  const high = new Uint32Array(CHUNK)
  const cut = new Uint32Array(CHUNK)
  // Only that what was read is of use keeps the engine from leaving the reading out.
  const touched = new Uint32Array(1)

  /** Reads the middle of each stretch that is left to search, so that it is near when the search begins. */
  function touch(starts: Uint32Array, words: number, rows: number): void {
    let sum = 0
    for (let row = 0; row < rows; row++) sum ^= starts[((low[row]! + high[row]! + 1) >>> 1) * words]!
    touched[0] = sum
  }

  /** Values of the ranges in `low`, to the rows from `from` on. */
  function gather({ ranges: { values, others } }: Lookup, from: number, rows: number, { records, places }: Found): void {
    for (let row = 0; row < rows; row++) records[from + row] = values[low[row]!]!
    if (others !== undefined) for (let row = 0; row < rows; row++) places[from + row] = others[low[row]!]!
  }

  function oneV4({ ranges: { starts, values, others }, index: { blocks, slots } }: Lookup, address: number, row: number, into: Found): void {
    const slot = slotOf(blocks, address)
    const range = rangeOfV4(starts, slots[slot]!, slots[slot + 1]!, address)
    into.records[row] = values[range]!
    into.places[row] = others === undefined ? 0 : others[range]!
  }

  function chunkOfV4(of: Lookup, addresses: ArrayLike<number>, from: number, rows: number, into: Found): void {
    const { blocks, slots } = of.index
    const { starts } = of.ranges
    for (let row = 0; row < rows; row++) {
      const slot = slotOf(blocks, addresses[from + row]!)
      low[row] = slots[slot]!
      high[row] = slots[slot + 1]!
    }
    touch(starts, 1, rows)
    for (let row = 0; row < rows; row++) low[row] = rangeOfV4(starts, low[row]!, high[row]!, addresses[from + row]!)
    gather(of, from, rows, into)
  }

  function chunkOfV6(of: Lookup, addresses: ArrayLike<number>, from: number, rows: number, into: Found): void {
    const { blocks, slots, finer } = of.index
    const { starts } = of.ranges
    for (let row = 0; row < rows; row++) {
      const slot = slotOf(blocks, swap(addresses[(from + row) * 4]!))
      low[row] = slots[slot]!
      high[row] = slots[slot + 1]!
      cut[row] = finer[slot]!
    }
    for (let row = 0; row < rows; row++) {
      if (cut[row] === 0) continue
      const slot = finerSlot(cut[row]!, swap(addresses[(from + row) * 4 + 1]!))
      low[row] = slots[slot]!
      high[row] = slots[slot + 1]!
    }
    touch(starts, 4, rows)
    for (let row = 0; row < rows; row++) {
      if (low[row] === high[row]) continue
      const at = (from + row) * 4
      low[row] = rangeOfV6(starts, low[row]!, high[row]!, swap(addresses[at]!), swap(addresses[at + 1]!), swap(addresses[at + 2]!), swap(addresses[at + 3]!))
    }
    gather(of, from, rows, into)
  }

  return {
    ofV4(of, addresses, rows, into) {
      if (of.ranges.others === undefined) into.places.fill(0, 0, rows)
      for (let from = 0; from < rows; from += CHUNK) chunkOfV4(of, addresses, from, Math.min(CHUNK, rows - from), into)
    },
    ofV6(of, v4, addresses, rows, into) {
      if (of.ranges.others === undefined) into.places.fill(0, 0, rows)
      for (let from = 0; from < rows; from += CHUNK) chunkOfV6(of, addresses, from, Math.min(CHUNK, rows - from), into)
      for (let row = 0; row < rows; row++) {
        const at = row * 4
        if (addresses[at] === 0 && addresses[at + 1] === 0 && addresses[at + 2] === MAPPED) oneV4(v4, swap(addresses[at + 3]!), row, into)
      }
    },
  }
}
