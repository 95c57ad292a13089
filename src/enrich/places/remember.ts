/**
 * Records of addresses seen lately. Looking an address up in tables of many ranges takes 100 ns to 500 ns, most of it waiting for memory;
 * the same host comes again and again. Addresses of a batch are asked in two passes: the first reads what is remembered without a
 * branch, so that the processor waits for many rows at once; the second looks up what was not there.
 */
import type { Lookup } from './places.ts'
import { rangeOfV4, rangeOfV6 } from './ranges.ts'

/** Sets at first and at most. A table in which most is new grows fourfold: a small network stays in the processor's cache. */
const LEAST_BITS = 14
const MOST_BITS = 19
/** A set is four slots of four words, 64 bytes: one line of the cache. A slot is key, rest of the key, record, place. */
const SET_SHIFT = 4
/** The third word of an IPv6 address that stands for an IPv4 address, in the order of the wire. */
const MAPPED = 0xffff_0000

/** The words of an address lie in the order of the wire. */
const swap = (word: number): number => ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff_0000) | (word << 24)) >>> 0

/** 1 for zero, else 0, without a branch. */
const isZero = (value: number): number => ((value | -value) >>> 31) ^ 1

const setOf = (a: number, b: number, shift: number): number => (Math.imul(Math.imul(a, 0x9e37_79b1) ^ b, 0x85eb_ca6b) >>> shift) << SET_SHIFT

/** Where the key stands in its set, or the first slot of the set where it does not. */
function slotOf(table: Uint32Array, set: number, a: number, b: number): number {
  const second = isZero((table[set + 4]! ^ a) | (table[set + 5]! ^ b))
  const third = isZero((table[set + 8]! ^ a) | (table[set + 9]! ^ b))
  const fourth = isZero((table[set + 12]! ^ a) | (table[set + 13]! ^ b))
  return set + (second << 2) + (third << 3) + fourth * 12
}

interface Slots {
  bits: number
  table: Uint32Array
  /** Look-ups since it has this size. */
  missed: number
}

const emptySlots = (bits: number): Slots => ({ bits, table: new Uint32Array(2 ** (bits + SET_SHIFT)), missed: 0 })

/** Makes room where most of what comes is new. */
function grow(slots: Slots): void {
  if (slots.bits >= MOST_BITS || slots.missed < 4 * 2 ** slots.bits) return
  const larger = emptySlots(Math.min(MOST_BITS, slots.bits + 2))
  slots.bits = larger.bits
  slots.table = larger.table
  slots.missed = 0
}

/** Puts a record in the place of another of its set, in turn. */
function remember(slots: Slots, a: number, b: number, record: number, place: number): void {
  const { table } = slots
  const slot = setOf(a, b, 32 - slots.bits) + ((slots.missed++ & 3) << 2)
  table[slot] = a
  table[slot + 1] = b
  table[slot + 2] = record
  table[slot + 3] = place
}

/** What was found, by row. Places are 0 without a database of cities. */
export interface Found {
  readonly records: Uint32Array
  readonly places: Uint32Array
}

export interface Memory {
  /** Records and places of `rows` IPv4 addresses. */
  ofV4(of: Lookup, addresses: ArrayLike<number>, rows: number, into: Found): void
  /** The same of IPv6 addresses, four words in the order of the wire; `v4` is asked for those that stand for IPv4. */
  ofV6(of: Lookup, v4: Lookup, addresses: ArrayLike<number>, rows: number, into: Found): void
}

/** A memory for tables that do not change. A slot of zeros is address 0, of which nothing is known: record 0 is right. */
export function createMemory(): Memory {
  const short = emptySlots(LEAST_BITS)
  // Keys are the upper halves of addresses.
  const long = emptySlots(LEAST_BITS)
  const missed = new Uint32Array(65_536)

  function lookUpV4({ ranges, index }: Lookup, address: number, row: number, { records, places }: Found): void {
    const range = rangeOfV4(ranges, index, address)
    const record = (records[row] = ranges.values[range]!)
    const place = (places[row] = ranges.others === undefined ? 0 : ranges.others[range]!)
    remember(short, address, 0, record, place)
  }

  /** Remembers what is found for the whole /64, unless something within it has another. */
  function lookUpV6({ ranges, index }: Lookup, addresses: ArrayLike<number>, row: number, { records, places }: Found): void {
    const [a, b] = [swap(addresses[row * 4]!), swap(addresses[row * 4 + 1]!)]
    const { starts, values, others, count } = ranges
    const range = rangeOfV6(ranges, index, a, b, swap(addresses[row * 4 + 2]!), swap(addresses[row * 4 + 3]!))
    const record = (records[row] = values[range]!)
    const place = (places[row] = others === undefined ? 0 : others[range]!)
    const at = range * 4
    const next = at + 4
    const begins = starts[at] === a && starts[at + 1] === b && (starts[at + 2] !== 0 || starts[at + 3] !== 0)
    const ends = range + 1 < count && starts[next] === a && starts[next + 1] === b
    if (!begins && !ends) remember(long, addresses[row * 4]!, addresses[row * 4 + 1]!, record, place)
  }

  return {
    ofV4(of, addresses, rows, into) {
      grow(short)
      const { records, places } = into
      const { table } = short
      const shift = 32 - short.bits
      let misses = 0
      for (let row = 0; row < rows; row++) {
        const address = addresses[row]!
        const slot = slotOf(table, setOf(address, 0, shift), address, 0)
        records[row] = table[slot + 2]!
        places[row] = table[slot + 3]!
        missed[misses] = row
        misses += 1 ^ isZero(table[slot]! ^ address)
      }
      for (let miss = 0; miss < misses; miss++) lookUpV4(of, addresses[missed[miss]!]!, missed[miss]!, into)
    },
    ofV6(of, v4, addresses, rows, into) {
      grow(long)
      const { records, places } = into
      const { table } = long
      const shift = 32 - long.bits
      let misses = 0
      for (let row = 0; row < rows; row++) {
        const a = addresses[row * 4]!
        const b = addresses[row * 4 + 1]!
        const slot = slotOf(table, setOf(a, b, shift), a, b)
        records[row] = table[slot + 2]!
        places[row] = table[slot + 3]!
        missed[misses] = row
        // ::/64 holds addresses that stand for IPv4: never remembered here.
        misses += isZero(a | b) | (1 ^ isZero((table[slot]! ^ a) | (table[slot + 1]! ^ b)))
      }
      for (let miss = 0; miss < misses; miss++) {
        const row = missed[miss]!
        const at = row * 4
        if (addresses[at] === 0 && addresses[at + 1] === 0 && addresses[at + 2] === MAPPED) lookUpV4(v4, swap(addresses[at + 3]!), row, into)
        else lookUpV6(of, addresses, row, into)
      }
    },
  }
}
