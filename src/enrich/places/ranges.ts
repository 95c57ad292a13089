/**
 * What is known of ranges of addresses, as breakpoints: range `i` begins at `starts[i]` and ends where the next begins; value 0 is
 * "nothing known". Sorted, the first begins at 0, neighbours differ. A start is one word of 32 bits (IPv4) or four (IPv6), the most
 * significant first. The memory is shared, so that every receiving thread reads the same table.
 */

export interface Ranges {
  readonly words: 1 | 4
  readonly count: number
  readonly starts: Uint32Array
  readonly values: Uint32Array
  /** A second value of each range, where there is one. */
  readonly others?: Uint32Array
}

/** Takes ranges in ascending order that do not overlap, and makes breakpoints of them. */
export interface RangesBuilder {
  /** Adds `[start, end]`, each `words` words from `at` on; a range before the end of the last one is cut to what is left of it. */
  add(start: ArrayLike<number>, end: ArrayLike<number>, value: number): void
  finish(): Ranges
}

/** The order of two addresses of `words` words: below 0, 0 or above 0. */
function compare(a: ArrayLike<number>, atA: number, b: ArrayLike<number>, atB: number, words: number): number {
  for (let word = 0; word < words; word++) {
    const difference = a[atA + word]! - b[atB + word]!
    if (difference !== 0) return difference
  }
  return 0
}

function grown(array: Uint32Array, length: number): Uint32Array {
  const larger = new Uint32Array(new SharedArrayBuffer(length * 4))
  larger.set(array)
  return larger
}

interface Writer {
  put(start: ArrayLike<number>, at: number, value: number, other?: number): void
  finish(): Ranges
}

/** A writer of breakpoints: neighbours of the same values become one range, a second value for one start replaces the first. */
function createWriter(words: 1 | 4, expected: number, pairs = false): Writer {
  let capacity = Math.max(16, expected)
  const array = (length: number): Uint32Array => new Uint32Array(new SharedArrayBuffer(length * 4))
  let starts = array(capacity * words)
  let values = array(capacity)
  let others = array(pairs ? capacity : 0)
  let count = 1
  const isLike = (range: number, value: number, other: number): boolean => values[range] === value && (!pairs || others[range] === other)
  return {
    put(start, at, value, other = 0) {
      if (compare(start, at, starts, (count - 1) * words, words) === 0) {
        values[count - 1] = value
        if (pairs) others[count - 1] = other
        // It may now be like the one before it.
        if (count > 1 && isLike(count - 2, value, other)) count--
        return
      }
      if (isLike(count - 1, value, other)) return
      if (count === capacity) {
        capacity *= 2
        starts = grown(starts, capacity * words)
        values = grown(values, capacity)
        if (pairs) others = grown(others, capacity)
      }
      const to = count * words
      for (let word = 0; word < words; word++) starts[to + word] = start[at + word]!
      if (pairs) others[count] = other
      values[count++] = value
    },
    finish: () => ({
      words,
      count,
      starts: starts.subarray(0, count * words),
      values: values.subarray(0, count),
      ...(pairs ? { others: others.subarray(0, count) } : {}),
    }),
  }
}

/** Makes ranges; `expected` breakpoints are room to begin with. */
export function createRanges(words: 1 | 4, expected = 1024): RangesBuilder {
  const writer = createWriter(words, expected)
  const next = new Uint32Array(words)
  let full = false
  return {
    add(start, end, value) {
      if (full || compare(end, 0, next, 0, words) < 0) return
      const begin = compare(start, 0, next, 0, words) < 0 ? next : start
      writer.put(begin, 0, value)
      for (let word = 0; word < words; word++) next[word] = end[word]!
      // The address behind the range: one more, with carry; there is none behind the last.
      let word = words - 1
      while (word >= 0 && next[word] === 0xffff_ffff) next[word--] = 0
      if (word < 0) full = true
      else {
        next[word] = next[word]! + 1
        writer.put(next, 0, 0)
      }
    },
    finish: () => writer.finish(),
  }
}

/** Goes through the breakpoints of both tables, with the values that hold from there on. */
function walkBoth(a: Ranges, b: Ranges, put: (starts: Uint32Array, at: number, valueA: number, valueB: number) => void): void {
  const { words } = a
  let atA = 0
  let atB = 0
  let valueA = 0
  let valueB = 0
  while (atA < a.count || atB < b.count) {
    const order = atA >= a.count ? 1 : atB >= b.count ? -1 : compare(a.starts, atA * words, b.starts, atB * words, words)
    const starts = order <= 0 ? a.starts : b.starts
    const at = (order <= 0 ? atA : atB) * words
    if (order <= 0) valueA = a.values[atA++]!
    if (order >= 0) valueB = b.values[atB++]!
    put(starts, at, valueA, valueB)
  }
}

/** Both tables as one: at each address the value is `combine(value in a, value in b)`. */
export function overlay(a: Ranges, b: Ranges, combine: (a: number, b: number) => number): Ranges {
  const writer = createWriter(a.words, a.count + b.count)
  walkBoth(a, b, (starts, at, valueA, valueB) => writer.put(starts, at, combine(valueA, valueB)))
  return writer.finish()
}

/** Both tables as one that keeps both values: those of `b` become the second ones. For tables of so many pairs that few are alike. */
export function join(a: Ranges, b: Ranges): Ranges {
  const writer = createWriter(a.words, a.count + b.count, true)
  walkBoth(a, b, (starts, at, valueA, valueB) => writer.put(starts, at, valueA, valueB))
  return writer.finish()
}

/**
 * Where an address is looked for. Its upper 16 bits choose a block, which is cut into as many slots as it has ranges, twice: the
 * crowded parts of the address space get fine slots, the empty ones coarse ones, and hardly anything is left to search. A word of
 * `blocks` holds the first slot of a block, times 32, and by how many bits the lower half of the word is shifted to get the slot. A slot
 * of a single word that is still crowded, such as a /32 given out by /48, is cut again by the next 16 bits: `finer`, in the same form.
 */
export interface RangeIndex {
  readonly blocks: Uint32Array
  /** The range in which the first address of a slot lies, or one before it; the next slot's is the last one in question. */
  readonly slots: Uint32Array
  readonly finer: Uint32Array
}

const BLOCKS = 65_536
/** More ranges than this are not searched through where they can be cut. */
const CROWD = 8
/** Blocks with more ranges get a slot a word. */
const LARGE_BLOCK = 1024

const bitsFor = (ranges: number): number => Math.min(16, 32 - Math.clz32(ranges))

/** Makes the index of a table. */
export function indexOfRanges({ words, count, starts }: Ranges): RangeIndex {
  const inBlock = new Uint32Array(BLOCKS)
  for (let range = 0; range < count; range++) {
    const block = starts[range * words]! >>> 16
    inBlock[block] = inBlock[block]! + 1
  }
  const blocks = new Uint32Array(new SharedArrayBuffer(BLOCKS * 4))
  let size = 0
  for (let block = 0; block < BLOCKS; block++) {
    const bits = words === 4 && inBlock[block]! > LARGE_BLOCK ? 16 : bitsFor(inBlock[block]!)
    blocks[block] = size * 32 + 16 - bits
    size += 2 ** bits
  }
  const coarse = new Uint32Array(size + 1)
  const finer = new Uint32Array(new SharedArrayBuffer(size * 4))
  const crowded: { readonly slot: number; readonly word: number }[] = []
  let range = 0
  let slot = 0
  for (let block = 0; block < BLOCKS; block++) {
    const step = 2 ** (blocks[block]! & 31)
    for (let first = block * 65_536; first < (block + 1) * 65_536; first += step) {
      while (range + 1 < count && starts[(range + 1) * words]! < first) range++
      coarse[slot++] = range
      if (words === 4 && step === 1) crowded.push({ slot: slot - 1, word: first })
    }
  }
  coarse[slot] = count - 1
  // Cut again: slots of their own behind the others, each with the end of the last one.
  let total = size + 1
  const cut = crowded.filter(one => coarse[one.slot + 1]! - coarse[one.slot]! > CROWD)
  for (const { slot: at } of cut) {
    const bits = bitsFor(coarse[at + 1]! - coarse[at]!)
    finer[at] = total * 32 + 16 - bits
    total += 2 ** bits + 1
  }
  const slots = new Uint32Array(new SharedArrayBuffer(total * 4))
  slots.set(coarse)
  for (const { slot: at, word } of cut) {
    const shift = finer[at]! & 31
    const last = coarse[at + 1]!
    let to = finer[at]! >>> 5
    let next = coarse[at]!
    for (let first = 0; first < 2 ** 32; first += 2 ** (16 + shift)) {
      while (next < last && (starts[next * 4 + 4]! < word || (starts[next * 4 + 4] === word && starts[next * 4 + 5]! < first))) next++
      slots[to++] = next
    }
    slots[to] = last
  }
  return { blocks, slots, finer }
}

/** The slot of the first word of an address. */
export function slotOf(blocks: Uint32Array, word: number): number {
  const block = blocks[word >>> 16]!
  return (block >>> 5) + ((word & 0xffff) >>> (block & 31))
}

/** The position of the range an IPv4 address lies in, between the two given. */
export function rangeOfV4(starts: Uint32Array, low: number, high: number, address: number): number {
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle]! <= address) low = middle
    else high = middle - 1
  }
  return low
}

/** The position of the range an IPv6 address lies in, given as four words, the most significant first. */
export function rangeOfV6(starts: Uint32Array, low: number, high: number, a: number, b: number, c: number, d: number): number {
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    const at = middle * 4
    const first = starts[at]!
    const second = starts[at + 1]!
    const third = starts[at + 2]!
    const below = first !== a ? first < a : second !== b ? second < b : third !== c ? third < c : starts[at + 3]! <= d
    if (below) low = middle
    else high = middle - 1
  }
  return low
}

/** The value of an IPv4 address. */
export function valueOfV4({ starts, values }: Ranges, { blocks, slots }: RangeIndex, address: number): number {
  const slot = slotOf(blocks, address)
  return values[rangeOfV4(starts, slots[slot]!, slots[slot + 1]!, address)]!
}

/** The slot within a crowded one, by the second word of an address. */
export const finerSlot = (finer: number, word: number): number => (finer >>> 5) + ((word >>> 16) >>> (finer & 31))

/** The value of an IPv6 address. */
export function valueOfV6({ starts, values }: Ranges, { blocks, slots, finer }: RangeIndex, a: number, b: number, c: number, d: number): number {
  let slot = slotOf(blocks, a)
  if (finer[slot] !== 0) slot = finerSlot(finer[slot]!, b)
  return values[rangeOfV6(starts, slots[slot]!, slots[slot + 1]!, a, b, c, d)]!
}
