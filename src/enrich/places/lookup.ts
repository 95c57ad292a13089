/**
 * A table of ranges in the form it is asked in. Such a table is larger than the processor's caches, so an address costs what it waits
 * for memory: a tree with fine slots where ranges are crowded and coarse ones elsewhere leads to an entry, from which hardly ever more
 * than a neighbour in the same line of memory is left to look at.
 *
 * The tree: the first 65,536 slots are chosen by the upper 16 bits of an address. A slot is a word. Its lower four bits say how many
 * of the next bits of an address choose one of the slots that begin where the other bits say; none, where it is not cut again: then
 * the other bits are the entry that holds at the slot's first address.
 */
import type { Ranges } from './ranges.ts'

export interface Lookup {
  /** Words of a start: the address of IPv4, the upper 64 bits of one of IPv6. */
  readonly words: 1 | 2
  /** Words of an entry: start, value and, where there is one, the second value. */
  readonly stride: number
  readonly count: number
  readonly entries: Uint32Array
  readonly tree: Uint32Array
  /** What lies within a /64 of IPv6; null where nothing does. */
  readonly within: Within | null
}

/** An entry with this bit in its value stands for a /64 in which the ranges of `Within` hold, those from `bounds[2 n]` to `bounds[2 n + 1]`. */
export const WITHIN = 0x8000_0000
export interface Within {
  readonly ranges: Ranges
  readonly bounds: Uint32Array
}

/** Bits that choose the first slot. */
export const ROOT_BITS = 16
/** Most bits that choose one of the slots below another. */
const MOST_BITS = 15
/** A slot in which more ranges begin than this is cut again. */
const CROWD = 4

type Entries = Pick<Lookup, 'words' | 'stride' | 'count' | 'entries' | 'within'>

const shared = (length: number): Uint32Array => new Uint32Array(new SharedArrayBuffer(length * 4))

function entriesOfV4({ count, starts, values, others }: Ranges): Entries {
  const stride = others === undefined ? 2 : 3
  const entries = shared((count + 1) * stride)
  for (let range = 0, at = 0; range < count; range++, at += stride) {
    entries[at] = starts[range]!
    entries[at + 1] = values[range]!
    if (others !== undefined) entries[at + 2] = others[range]!
  }
  return { words: 1, stride, count, entries, within: null }
}

/** Entries by /64; one in which a range begins or ends refers to the ranges themselves, the one behind it has the last of them. */
function entriesOfV6(ranges: Ranges): Entries {
  const { count, starts, values, others } = ranges
  const stride = others === undefined ? 3 : 4
  const entries = shared((count * 2 + 1) * stride)
  const bounds: number[] = []
  let at = 0
  const put = (high: number, low: number, value: number, other: number): void => {
    entries[at] = high
    entries[at + 1] = low
    entries[at + 2] = value
    if (others !== undefined) entries[at + 3] = other
    at += stride
  }
  for (let range = 0; range < count;) {
    const [high, low] = [starts[range * 4]!, starts[range * 4 + 1]!]
    const first = range
    do range++
    while (range < count && starts[range * 4] === high && starts[range * 4 + 1] === low)
    const last = range - 1
    const begins = (starts[first * 4 + 2]! | starts[first * 4 + 3]!) === 0
    const other = others?.[last] ?? 0
    if (begins && first === last) {
      put(high, low, values[last]!, other)
      continue
    }
    bounds.push(begins ? first : first - 1, last)
    put(high, low, WITHIN + bounds.length / 2 - 1, 0)
    const [nextHigh, nextLow] = low === 0xffff_ffff ? [high + 1, 0] : [high, low + 1]
    if (nextHigh > 0xffff_ffff || (range < count && starts[range * 4] === nextHigh && starts[range * 4 + 1] === nextLow)) continue
    put(nextHigh, nextLow, values[last]!, other)
  }
  const within = bounds.length === 0 ? null : { ranges, bounds: Uint32Array.from(bounds) }
  return { words: 2, stride, count: at / stride, entries: entries.subarray(0, at + stride), within }
}

/** Grows a tree over entries. */
function grow({ words, stride, count, entries }: Entries): Uint32Array {
  let tree = shared(2 ** ROOT_BITS)
  let slots = 0

  function take(more: number): number {
    const first = slots
    slots += more
    if (slots > tree.length) {
      const larger = shared(slots * 2)
      larger.set(tree)
      tree = larger
    }
    return first
  }

  /** Which of the slots that `bits` bits from `bit` on choose an entry begins in. */
  const slotOf = (entry: number, bit: number, bits: number): number => (entries[entry * stride + (bit >>> 5)]! << (bit & 31)) >>> (32 - bits)

  /** Whether an entry's start has nothing but zeros from `bit` on. */
  function isZeroFrom(entry: number, bit: number): boolean {
    if (bit >= words * 32) return true
    const at = entry * stride
    return entries[at + (bit >>> 5)]! << (bit & 31) === 0 && (bit >= 32 || words === 1 || entries[at + 1] === 0)
  }

  /** Makes the slots in which the entries behind `first` up to `last` begin, chosen by `bits` bits from `bit` on. */
  function makeSlots(first: number, last: number, bit: number, bits: number): number {
    const base = take(2 ** bits)
    const end = bit + bits
    let next = first + 1
    let low = first
    for (let slot = 0; slot < 2 ** bits; slot++) {
      if (next <= last && slotOf(next, bit, bits) === slot && isZeroFrom(next, end)) low = next++
      const from = low
      while (next <= last && slotOf(next, bit, bits) === slot) low = next++
      // Cutting may put the tree elsewhere, so it comes first.
      const step = low - from > CROWD && end < words * 32 ? cut(from, low, end) : from * 16
      tree[base + slot] = step
    }
    return base
  }

  /** A slot that is cut by the bits from `bit` on, into as many as entries begin in it; a word of an address is not left half way. */
  function cut(first: number, last: number, bit: number): number {
    const bits = Math.min(32 - Math.clz32(last - first), MOST_BITS, 32 - (bit & 31))
    return makeSlots(first, last, bit, bits) * 16 + bits
  }

  makeSlots(0, count - 1, 0, ROOT_BITS)
  return tree.subarray(0, slots)
}

/** Makes a table ready to be asked. */
export function makeLookup(ranges: Ranges): Lookup {
  const entries = ranges.words === 1 ? entriesOfV4(ranges) : entriesOfV6(ranges)
  return { ...entries, tree: grow(entries) }
}
