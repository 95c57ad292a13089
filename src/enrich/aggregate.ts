/**
 * Rows of equal keys become one: counters added up exactly, times widened, flags joined. In: enriched batches of one family, as they
 * close. Out: a window, a batch that holds each key once. Holds always: what differs in a key column, in its sampling rate or in what
 * was measured is never merged; the sums of every counter over every key stay what they were.
 *
 * Rows are taken a chunk at a time and columns one after the other: rows find those they look like by 64 bits of hash, new ones are
 * copied, the others compared value by value, and those that differ after all are copied too.
 */
import { FlowBatch, MAX_CODES, MAX_ROWS, indexOf, type ColumnArray } from '../schema/index.ts'
import { becoming, measuredLeft, type Becomes } from './aggregate-columns.ts'

export interface AggregateConfig {
  /** Length of a window; windows begin at whole multiples of it. */
  readonly seconds: number
  /** Columns that stay beside counters and times; all by default. */
  readonly keep?: readonly string[] | undefined
}

export interface Aggregator {
  /** Begins an empty window. */
  begin(): void
  /**
   * Takes the rows of a batch from `from` on into the window, and returns the first it has no room for, or `batch.rows`. The window
   * is empty after `begin`, and belongs to this aggregator until the next.
   */
  add(window: FlowBatch, batch: FlowBatch, from: number): number
}

const RECEIVED = indexOf('received_at')
const MEASURED = indexOf('measured')
const FLOWS = indexOf('flow_count')

const SLOTS = 2 * MAX_ROWS
const CHUNK = 1024
const nothing = new Uint32Array(4 * MAX_ROWS)

// Of the batch in hand, by row.
const hashes = new Int32Array(MAX_ROWS)
const otherHashes = new Int32Array(MAX_ROWS)
const buckets = new Uint32Array(MAX_ROWS)
// Of the chunk in hand: rows of the batch, and of the window.
const copied = { rows: new Uint16Array(CHUNK), at: new Uint16Array(CHUNK), count: 0 }
const merged = { rows: new Uint16Array(CHUNK), at: new Uint16Array(CHUNK), count: 0 }
const differs = new Uint8Array(CHUNK)
type Rows = typeof merged

/** A column of the batch in hand and of the window; codes of texts are those of the window. */
interface Pair {
  readonly from: ColumnArray
  readonly to: ColumnArray
  readonly per: number
}

/**
 * A function of its own for each sort of array: the engine makes fast code for what a function has seen, and one that has seen all
 * sorts is three times as slow (measured with `aggregate.bench.ts`).
 */
function bySort<Run extends (pair: Pair, ...rest: never[]) => void>(make: () => Run): Run {
  const made = new Map<unknown, Run>([Uint8Array, Uint16Array, Uint32Array, Float32Array].map(sort => [sort, make()]))
  return ((pair, ...rest) => made.get(pair.from.constructor)?.(pair, ...rest)) as Run
}

/** Mixes the values of a column into the hashes; zero adds nothing, so that a column that is absent counts as one of zeros. */
const mix = bySort(() => ({ from, per }: Pair, index: number, first: number, rows: number): void => {
  for (let part = 0; part < per; part++) {
    const salt = Math.imul(index * 4 + part + 1, 0x9e37_79b1) | 1
    for (let row = first; row < rows; row++) {
      const value = from[row * per + part]!
      if (value === 0) continue
      const once = Math.imul(Math.imul(value, 0x85eb_ca6b) ^ salt, 0xc2b2_ae35 | 0)
      const twice = Math.imul(once ^ (once >>> 15), salt)
      hashes[row] = hashes[row]! + (twice ^ (twice >>> 13))
      otherHashes[row] = otherHashes[row]! ^ Math.imul(twice ^ (once >>> 16), 0x27d4_eb2f)
    }
  }
})

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  return mixed ^ (mixed >>> 13)
}

const copyColumn = bySort(() => ({ from, to, per }: Pair, { rows, at, count }: Rows): void => {
  for (let part = 0; part < per; part++) for (let one = 0; one < count; one++) to[at[one]! * per + part] = from[rows[one]! * per + part]!
})

const compareColumn = bySort(() => ({ from, to, per }: Pair, { rows, at, count }: Rows): void => {
  for (let part = 0; part < per; part++) for (let one = 0; one < count; one++) if (from[rows[one]! * per + part] !== to[at[one]! * per + part]) differs[one] = 1
})

const isAbsent = (column: ColumnArray, at: number, per: number): boolean => column[at * per] === 0 && (per === 1 || column[at * per + 1] === 0)

/** What one row tells and the other does not, has no least and no most. */
function comparePresence({ from, to, per }: Pair, { rows, at, count }: Rows): void {
  for (let one = 0; one < count; one++) if (isAbsent(from, rows[one]!, per) !== isAbsent(to, at[one]!, per)) differs[one] = 1
}

/** Whether a value is below another: unsigned, or of two halves with a sign, as times are. */
function isBelow(one: ColumnArray, at: number, other: ColumnArray, otherAt: number, per: number): boolean {
  if (per === 1) return one[at]! < other[otherAt]!
  const high = one[at * 2 + 1]! | 0
  const otherHigh = other[otherAt * 2 + 1]! | 0
  return high < otherHigh || (high === otherHigh && one[at * 2]! < other[otherAt * 2]!)
}

function widen({ from, to, per }: Pair, { rows, at, count }: Rows, most: boolean): void {
  for (let one = 0; one < count; one++) {
    const [row, target] = [rows[one]!, at[one]!]
    if (most ? !isBelow(to, target, from, row, per) : !isBelow(from, row, to, target, per)) continue
    for (let part = 0; part < per; part++) to[target * per + part] = from[row * per + part]!
  }
}

function addTo(to: ColumnArray, at: number, low: number, high: number): void {
  const sum = to[at * 2]! + low
  to[at * 2] = sum
  to[at * 2 + 1] = to[at * 2 + 1]! + high + (sum > 0xffff_ffff ? 1 : 0)
}

function addColumn({ from, to }: Pair, { rows, at, count }: Rows): void {
  for (let one = 0; one < count; one++) addTo(to, at[one]!, from[rows[one]! * 2]!, from[rows[one]! * 2 + 1]!)
}

/** Counts the flows of rows; a row that tells no number is one. */
function addFlows(from: ColumnArray, to: ColumnArray, { rows, at, count }: Rows): void {
  for (let one = 0; one < count; one++) {
    const [row, target] = [rows[one]!, at[one]!]
    if (isAbsent(to, target, 2)) to[target * 2] = 1
    addTo(to, target, isAbsent(from, row, 2) ? 1 : from[row * 2]!, from[row * 2 + 1]!)
  }
}

export function createAggregator({ seconds, keep }: AggregateConfig): Aggregator {
  const becomes = becoming(keep)
  const left = measuredLeft(becomes)
  const slots = new Uint32Array(SLOTS)
  // Of the rows of the window.
  const windowHashes = new Int32Array(MAX_ROWS)
  const windowOthers = new Int32Array(MAX_ROWS)
  const windowBuckets = new Uint32Array(MAX_ROWS)
  const scratch = new Map<number, Uint16Array | Uint32Array>()
  const codes = new Uint16Array(MAX_CODES + 1)

  /** Whether the values of the batch have room in the dictionaries of the window. */
  const hasCodes = (window: FlowBatch, batch: FlowBatch): boolean =>
    batch.dictionaries.every((texts, index) => texts === undefined || texts.values.length + (window.dictionaries[index]?.values.length ?? 0) < MAX_CODES)

  /** The column with codes of the window; only values that rows have are given one. */
  function translated(window: FlowBatch, batch: FlowBatch, index: number, first: number): ColumnArray {
    const column = batch.columns[index]!
    const values = batch.dictionaries[index]!.values
    const made = scratch.get(index) ?? new Uint16Array(MAX_ROWS)
    scratch.set(index, made)
    codes.fill(0, 0, values.length + 1)
    for (let row = first; row < batch.rows; row++) {
      const code = column[row]!
      // An empty text with a code of its own is the absent one.
      if (code !== 0 && codes[code] === 0 && values[code - 1] !== '') codes[code] = window.code(index, values[code - 1]!)
      made[row] = codes[code]!
    }
    return made
  }

  /** What is left of `measured`. */
  function masked(column: ColumnArray, first: number, rows: number): ColumnArray {
    const made = scratch.get(MEASURED) ?? new Uint32Array(MAX_ROWS)
    scratch.set(MEASURED, made)
    for (let row = first; row < rows; row++) made[row] = column[row]! & left
    return made
  }

  function pairOf(window: FlowBatch, batch: FlowBatch, index: number, first: number): Pair {
    const from = batch.columns[index]
    const to = from === undefined ? window.columns[index]! : window.need(index)
    const per = window.per(index)
    if (from === undefined) return { from: nothing, to, per }
    if (batch.dictionaries[index] !== undefined && becomes[index] !== 'first') return { from: translated(window, batch, index, first), to, per }
    return { from: index === MEASURED ? masked(from, first, batch.rows) : from, to, per }
  }

  /** Which window each row belongs to. */
  function findBuckets(batch: FlowBatch, first: number): void {
    const column = batch.columns[RECEIVED]
    const times = batch.dictionaries[RECEIVED]?.values ?? []
    const ofCode = Uint32Array.from([0, ...times], time => Math.floor(Number(time) / (seconds * 1000)))
    for (let row = first; row < batch.rows; row++) buckets[row] = column === undefined ? 0 : ofCode[column[row]!]!
  }

  /** Takes a new row into the window; its columns are copied with those of the chunk. */
  function append(window: FlowBatch, row: number): number {
    const at = window.rows++
    copied.rows[copied.count] = row
    copied.at[copied.count++] = at
    windowBuckets[at] = buckets[row]!
    return at
  }

  /** Finds for each row of the chunk the one it looks like, or makes it one of its own. */
  function find(window: FlowBatch, first: number, end: number): void {
    copied.count = merged.count = 0
    for (let row = first; row < end; row++) {
      const hash = finish(hashes[row]! ^ Math.imul(buckets[row]!, 0x9e37_79b1))
      const other = otherHashes[row]!
      let slot = hash & (SLOTS - 1)
      let taken = slots[slot]!
      while (taken !== 0 && (windowHashes[taken - 1] !== hash || windowOthers[taken - 1] !== other)) {
        slot = (slot + 1) & (SLOTS - 1)
        taken = slots[slot]!
      }
      if (taken !== 0) {
        merged.rows[merged.count] = row
        merged.at[merged.count++] = taken - 1
        continue
      }
      const at = append(window, row)
      slots[slot] = at + 1
      windowHashes[at] = hash
      windowOthers[at] = other
    }
  }

  /** Gives rows that only look like another a row of their own; there is room, since a chunk needs no more than its rows. */
  function part(window: FlowBatch): void {
    const { count } = merged
    copied.count = merged.count = 0
    for (let one = 0; one < count; one++) {
      const [row, at] = [merged.rows[one]!, merged.at[one]!]
      if (differs[one] === 1 || windowBuckets[at] !== buckets[row]) {
        append(window, row)
        continue
      }
      merged.rows[merged.count] = row
      merged.at[merged.count++] = at
    }
  }

  return {
    begin() {
      slots.fill(0)
    },
    add(window, batch, first) {
      const { rows } = batch
      if (window.rows > 0 && !hasCodes(window, batch)) return first
      const pairs: Record<Becomes, Pair[]> = { key: [], sum: [], least: [], most: [], either: [], first: [], flows: [], gone: [] }
      hashes.fill(0, first, rows)
      otherHashes.fill(0, first, rows)
      for (const [index, kind] of becomes.entries()) {
        if (kind === 'gone' || (batch.columns[index] === undefined && window.columns[index] === undefined)) continue
        const pair = pairOf(window, batch, index, first)
        pairs[kind].push(pair)
        if (kind === 'key' && pair.from !== nothing) mix(pair, index, first, rows)
      }
      findBuckets(batch, first)
      const { key: keys, least, most, first: firsts } = pairs
      const [sums, either] = [pairs.sum, pairs.either].map(some => some.filter(({ from }) => from !== nothing))
      const whole = [...keys, ...least, ...most, ...pairs.flows, ...pairs.sum, ...pairs.either].filter(({ from }) => from !== nothing)
      const flows = batch.columns[FLOWS] ?? nothing
      const received = batch.dictionaries[RECEIVED]?.values ?? []

      function copyRows(): void {
        for (const pair of whole) copyColumn(pair, copied)
        for (const { from, to } of firsts)
          for (let one = 0; one < copied.count; one++) {
            const code = from[copied.rows[one]!]!
            to[copied.at[one]!] = code === 0 ? 0 : window.code(RECEIVED, received[code - 1]!)
          }
      }

      function mergeRows(): void {
        differs.fill(0, 0, merged.count)
        for (const pair of keys) compareColumn(pair, merged)
        for (const pair of [...least, ...most]) comparePresence(pair, merged)
        part(window)
        copyRows()
        if (merged.count === 0) return
        for (const pair of sums ?? []) addColumn(pair, merged)
        for (const pair of least) widen(pair, merged, false)
        for (const pair of most) widen(pair, merged, true)
        for (const { from, to } of either ?? []) for (let one = 0; one < merged.count; one++) to[merged.at[one]!]! |= from[merged.rows[one]!]!
        addFlows(flows, window.need(FLOWS), merged)
      }

      if (window.rows === 0) window.firstReceivedAt = batch.firstReceivedAt
      window.firstReceivedAt = Math.min(window.firstReceivedAt, batch.firstReceivedAt)
      window.lastReceivedAt = Math.max(window.lastReceivedAt, batch.lastReceivedAt)
      for (let row = first; row < rows; row += CHUNK) {
        const end = Math.min(row + CHUNK, rows)
        if (window.rows + end - row > MAX_ROWS) return row
        find(window, row, end)
        copyRows()
        mergeRows()
      }
      return rows
    },
  }
}
