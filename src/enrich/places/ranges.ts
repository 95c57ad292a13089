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
