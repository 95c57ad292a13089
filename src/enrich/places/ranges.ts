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

/** A writer of breakpoints: neighbours of one value become one range, a second value for one start replaces the first. */
function createWriter(words: 1 | 4, expected: number): { put(start: ArrayLike<number>, at: number, value: number): void; finish(): Ranges } {
  let capacity = Math.max(16, expected)
  let starts = new Uint32Array(new SharedArrayBuffer(capacity * words * 4)) as Uint32Array
  let values = new Uint32Array(new SharedArrayBuffer(capacity * 4)) as Uint32Array
  let count = 1
  return {
    put(start, at, value) {
      if (compare(start, at, starts, (count - 1) * words, words) === 0) {
        values[count - 1] = value
        // It may now be like the one before it.
        if (count > 1 && values[count - 2] === value) count--
        return
      }
      if (values[count - 1] === value) return
      if (count === capacity) {
        capacity *= 2
        starts = grown(starts, capacity * words)
        values = grown(values, capacity)
      }
      for (let word = 0; word < words; word++) starts[count * words + word] = start[at + word]!
      values[count++] = value
    },
    finish: () => ({ words, count, starts: starts.subarray(0, count * words), values: values.subarray(0, count) }),
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

/** Both tables as one: at each address the value is `combine(value in a, value in b)`. */
export function overlay(a: Ranges, b: Ranges, combine: (a: number, b: number) => number): Ranges {
  const { words } = a
  const writer = createWriter(words, a.count + b.count)
  let atA = 0
  let atB = 0
  // The values that hold at the place in hand.
  let valueA = 0
  let valueB = 0
  while (atA < a.count || atB < b.count) {
    const order = atA >= a.count ? 1 : atB >= b.count ? -1 : compare(a.starts, atA * words, b.starts, atB * words, words)
    const [from, at] = order <= 0 ? [a, atA] : [b, atB]
    if (order <= 0) valueA = a.values[atA++]!
    if (order >= 0) valueB = b.values[atB++]!
    writer.put(from.starts, at * words, combine(valueA, valueB))
  }
  return writer.finish()
}

/** Where an address is looked for, by its uppermost 16 bits: position `h` holds the range in which the addresses that begin with `h` begin. */
export function indexOfRanges({ words, count, starts }: Ranges): Uint32Array {
  const index = new Uint32Array(new SharedArrayBuffer(65_537 * 4))
  let range = 0
  for (let head = 0; head < 65_536; head++) {
    const first = head * 65_536
    while (range + 1 < count && starts[(range + 1) * words]! < first) range++
    // The range that holds the first address of the block: a start right at it counts, if nothing follows in its word.
    index[head] = range
  }
  index[65_536] = count - 1
  return index
}

/** The value of an IPv4 address. */
export function valueOfV4({ starts, values }: Ranges, index: Uint32Array, address: number): number {
  const head = address >>> 16
  let low = index[head]!
  let high = index[head + 1]!
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle]! <= address) low = middle
    else high = middle - 1
  }
  return values[low]!
}

/** The value of an IPv6 address, given as four words, the most significant first. */
export function valueOfV6({ starts, values }: Ranges, index: Uint32Array, a: number, b: number, c: number, d: number): number {
  const head = a >>> 16
  let low = index[head]!
  let high = index[head + 1]!
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
  return values[low]!
}
