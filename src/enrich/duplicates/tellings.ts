/**
 * What the rows of a chunk tell of their flows, as columns without gaps: rows that tell nothing, and those whose class as a whole is left out,
 * are not among them.
 */
import { NOTES, type SealedBatch } from '../../schema/index.ts'
import { TICK_MS } from './entry.ts'
import { CHUNK, shortsIn, valuesIn, wordsIn } from './keys.ts'

/** Times farther than this from the reception are not believed; the reception holds. */
const EARLY_MS = 3_600_000
const LATE_MS = 5000
const WORD = 4_294_967_296
/** Times that the exporter did not tell are the same for all records of a datagram. */
const UNTIMED = NOTES.time_replaced | NOTES.time_by_export

export interface Tellings {
  count: number
  /** The row in its chunk. */
  readonly row: Uint16Array
  /** The key: 32 bits, and 16 more. */
  readonly a: Int32Array
  readonly b: Uint16Array
  /** The class of the row. */
  readonly teller: Uint16Array
  /** Begin and end, ticks modulo 2^32. */
  readonly start: Int32Array
  readonly end: Int32Array
  /** Hash of the record, 0 where a second one may be alike and yet another. */
  readonly record: Int32Array
  /** What becomes of it: 0 counts, 1 another exporter told it, 2 the same one did. */
  readonly verdict: Uint8Array
}

export const createTellings = (): Tellings => ({
  count: 0,
  row: new Uint16Array(CHUNK),
  a: new Int32Array(CHUNK),
  b: new Uint16Array(CHUNK),
  teller: new Uint16Array(CHUNK),
  start: new Int32Array(CHUNK),
  end: new Int32Array(CHUNK),
  record: new Int32Array(CHUNK),
  verdict: new Uint8Array(CHUNK),
})

/** The columns of a batch that say it. */
export interface Told {
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly bytes: Uint32Array
  readonly packets: Uint32Array
  readonly drops: Uint16Array
  readonly notes: Uint32Array
  /** Codes of the time of reception, and the times behind them, ms. */
  readonly received: Uint16Array
  readonly times: Float64Array
}

export const toldIn = (batch: SealedBatch): Told => ({
  starts: wordsIn(batch, 'start_at'),
  ends: wordsIn(batch, 'end_at'),
  bytes: wordsIn(batch, 'bytes'),
  packets: wordsIn(batch, 'packets'),
  drops: shortsIn(batch, 'drop_reason'),
  notes: wordsIn(batch, 'notes'),
  received: shortsIn(batch, 'received_at'),
  times: Float64Array.from(valuesIn(batch, 'received_at'), (value, code) => (code === 0 ? batch.lastReceivedAt : Number(value))),
})

/** Takes the class from rows that tell nothing: without addresses, without counters, or of what was dropped. */
export function silence({ bytes, packets, drops }: Told, from: number, rows: number, a: Int32Array, b: Uint16Array, tellers: Uint16Array): void {
  for (let at = 0; at < rows; at++) {
    const low = (from + at) * 2
    if ((a[at]! | b[at]!) === 0 || (packets[low]! | packets[low + 1]! | bytes[low]! | bytes[low + 1]!) === 0 || drops[from + at] !== 0) tellers[at] = 0
  }
}

/** Milliseconds of two words as ticks of `TICK_MS`, modulo 2^32. */
const ticksOf = (low: number, high: number): number => (high << 25) | (low >>> 7)

/** From when to when: the times of the rows of these tellings, or that of reception where they can not be; `record` becomes 1 where they can. */
export function readTimes({ starts, ends, received, times }: Told, from: number, { count, row, start, end, record }: Tellings): void {
  for (let telling = 0; telling < count; telling++) {
    const at = from + row[telling]!
    const seenMs = times[received[at]!]!
    const endMs = ends[at * 2 + 1]! * WORD + ends[at * 2]!
    const first = ticksOf(starts[at * 2]!, starts[at * 2 + 1]!)
    const last = ticksOf(ends[at * 2]!, ends[at * 2 + 1]!)
    if (endMs <= seenMs + LATE_MS && endMs >= seenMs - EARLY_MS && ((last - first) | 0) >= 0) {
      start[telling] = first
      end[telling] = last
      record[telling] = 1
    } else {
      start[telling] = end[telling] = Math.floor(seenMs / TICK_MS) | 0
      record[telling] = 0
    }
  }
}

/** What tells records of one class apart, by the low words of what they hold: a record again is the same to the last digit. Samples have no such digits. */
export function readRecords(
  { starts, ends, bytes, packets, notes }: Told,
  from: number,
  observer: Uint32Array,
  { count, row, teller, record }: Tellings,
): void {
  for (let telling = 0; telling < count; telling++) {
    const at = from + row[telling]!
    const low = at * 2
    const told = teller[telling]!
    const hash =
      Math.imul(starts[low]!, 0x9e37_79b1) ^
      Math.imul(ends[low]!, 0x85eb_ca6b) ^
      Math.imul(bytes[low]!, 0xc2b2_ae35) ^
      Math.imul(packets[low]!, 0x27d4_eb2f) ^
      told
    record[telling] = record[telling] !== 0 && (notes[at]! & UNTIMED) === 0 && (observer[told]! & 2) === 0 ? hash ^ (hash >>> 15) : 0
  }
}
