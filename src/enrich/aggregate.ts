/**
 * Rows of equal keys become one: counters added up exactly, times widened, flags joined. In: enriched batches of one family, as they
 * close. Out: a window, a batch that holds each key once. Holds always: what differs in a key column, in its sampling rate or in what
 * was measured is never merged; the sums of every counter over every key stay what they were.
 *
 * Rows are taken a chunk at a time and columns one after the other: rows find those they look like by 64 bits of hash, new ones are
 * copied, the others compared value by value, and those that differ after all are copied too.
 */
import { MAX_CODES, MAX_ROWS, indexOf, type ColumnArray, type FlowBatch } from '../schema/index.ts'
import { becoming, measuredLeft, type Becomes } from './aggregate-columns.ts'
import {
  CHUNK,
  addColumn,
  addFlows,
  compareColumn,
  comparePresence,
  copyColumn,
  differs,
  hashes,
  mix,
  noRows,
  otherHashes,
  widen,
  type Pair,
} from './aggregate-loops.ts'

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
const nothing = new Uint32Array(4 * MAX_ROWS)

// Of the batch in hand.
const buckets = new Uint32Array(MAX_ROWS)
const copied = noRows()
const merged = noRows()

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  return mixed ^ (mixed >>> 13)
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
