/**
 * Flows that are told more than once: by several exporters on their way, by one at its input and its output, or in a record that came
 * twice. In: sealed batches of all threads, in the order they are written. Out: the same with the column `duplicate` (0 counts, 1 another
 * exporter told it already, 2 the same one did). Always: nothing is dropped, and of the rows that tell a flow at least one counts.
 *
 * Exact records are matched one by one: who told a flow first goes on telling it, until it falls silent. Sampled ones are judged by
 * classes (`coverage.ts`). What it cannot know: translated addresses that no record links, clocks more than seconds apart,
 * sampled traffic without large flows.
 */
import { NOTES, indexOf, type SealedBatch } from '../../schema/index.ts'
import { createCoverage } from './coverage.ts'
import { TICK_MS, createFlowTable } from './flow-table.ts'
import { columnIn, keysOf, shortsIn, translatedKeysOf, valuesIn, wordsIn } from './keys.ts'
import { createClasses, type DuplicateConfig } from './observers.ts'
import { readSaved } from './saved.ts'

export type { DuplicateConfig } from './observers.ts'

export interface DuplicateCounts {
  /** Rows that another exporter, or the same one, had told already. */
  otherExporter: number
  sameExporter: number
}

export interface DuplicateMarker {
  readonly counts: Readonly<DuplicateCounts>
  /** Marks the rows of a batch that has the column `duplicate`, and gives it back; without that column when nothing was marked. */
  mark(batch: SealedBatch, nowMs: number): SealedBatch
  /** What was learned of samplers, as text; and back. False for a text that is no such thing. */
  save(): string
  restore(text: string): boolean
}

const DUPLICATE = indexOf('duplicate')
/** What exporters' clocks and caches may differ by. */
const SLACK = Math.round(10_000 / TICK_MS)
/**
 * An owner that told nothing for longer than its records get, and a little more, gives a flow up to whoever goes on telling it. Measured on
 * random networks of exporters with timeouts from 30 s to 30 min: errors of the total below 0.1 %, where one span for all left up to 15 %.
 */
const LEAST_PATIENCE = Math.round(60_000 / TICK_MS)
const MORE_PATIENCE = Math.round(30_000 / TICK_MS)
const LONGEST = Math.round(7_200_000 / TICK_MS)
/** Lengths of records fade by a quarter each hour, so that an odd one is forgotten. */
const FADE_MS = 3_600_000
const FADE = 0.75
/** Times farther than this from the reception are not believed; the reception holds. */
const EARLY_MS = 3_600_000
const LATE_MS = 5000
const CHUNK = 1024
/** Exporters whose habits are learned; those beyond have the least patience. */
const MOST_EXPORTERS = 16_384
const WORD = 4_294_967_296
/** Times that the exporter did not tell are the same for all records of a datagram. */
const UNTIMED = NOTES.time_replaced | NOTES.time_by_export

/** Keys of the rows of a chunk. */
const createKeys = () => ({ a: new Int32Array(CHUNK), b: new Uint16Array(CHUNK) })
const keys = createKeys()
const after = createKeys()
const back = createKeys()
const backAfter = createKeys()
/** Their classes. */
const tellers = new Uint16Array(CHUNK)

export function createDuplicateMarker({ maxBytes, ruleOf }: DuplicateConfig): DuplicateMarker {
  const classes = createClasses(ruleOf)
  const coverage = createCoverage(classes)
  const { leftOut } = coverage
  const table = createFlowTable({ maxBytes })
  const counts: DuplicateCounts = { otherExporter: 0, sameExporter: 0 }

  const { observer, exporter, rate } = classes
  /** Length of the longest record of an observer, ticks. */
  const longest = new Float64Array(4 * MOST_EXPORTERS)
  let fadeAtMs = 0
  const again = (one: number, other: number): 1 | 2 => (exporter[one] === exporter[other] ? 2 : 1)

  /** What a row of class `told` is, by what is known of its flow; what it tells becomes known. Times in ticks. */
  function judge(a: number, b: number, told: number, start: number, end: number, record: number, now: number): 0 | 1 | 2 {
    const at = table.find(a, b)
    if (at < 0) {
      table.insert(a, b, told, start, end, record, now)
      return 0
    }
    const owner = table.owner(at)
    const until = table.end(at)
    const since = table.start(at)
    // Times are compared by their difference, which holds over the end of 32 bits.
    const later = (start - until) | 0
    // Older than all that is known: it came late.
    if (((since - end) | 0) > SLACK) return 0
    if (observer[owner] === observer[told]) {
      if (record !== 0 && record === table.record(at)) return 2
      const goesOn = later <= SLACK
      table.set(at, told, goesOn && ((start - since) | 0) > 0 ? since : start, ((end - until) | 0) < 0 ? until : end, record, now)
      return 0
    }
    const untold = (end - until) | 0
    const habit = longest[observer[owner]!] ?? 0
    const age = (table.age(at, now) * 1000) / TICK_MS
    const patience = Math.max(LEAST_PATIENCE, 1.25 * habit + MORE_PATIENCE)
    const silent = age > patience && untold > patience && untold > ((end - start) | 0) / 2
    // A short last record may come before the owner's, which holds the same packets and more.
    const next = later > SLACK && age > 1.2 * habit
    const exact = rate[told] === 1 && rate[owner]! > 1
    if (next || silent || exact || leftOut[owner] !== 0) {
      table.set(at, told, start, end, record, now)
      return 0
    }
    return again(told, owner)
  }

  /** Under the addresses of before and after a translation it is one flow, and so is its way back. */
  function nameTranslated(at: number, now: number): void {
    if (after.a[at] === keys.a[at] && after.b[at] === keys.b[at]) return
    table.alias(after.a[at]!, after.b[at]!, keys.a[at]!, keys.b[at]!, now)
    table.alias(backAfter.a[at]!, backAfter.b[at]!, back.a[at]!, back.b[at]!, now)
  }

  /** Whether the same exporter told a flow that another one owns: of its two meterings one counts where its interfaces are asked about. */
  function toldBySame(a: number, b: number, told: number, start: number, end: number, now: number): boolean {
    return classes.isDouble(told) && judge(a ^ Math.imul(exporter[told]! + 1, 0x9e37_79b1), b, told, start, end, 0, now) === 2
  }

  /** Marks the rows of a chunk, whose keys and classes lie ready; returns how many. */
  function markChunk(rows: Rows, marks: Uint8Array, from: number, to: number, nowMs: number): number {
    const { starts, ends, bytes, packets, drops, notes, received, times, translated } = rows
    const now = Math.floor(nowMs / 1000)
    const sampled = classes.mostRate > 1
    let marked = 0
    for (let row = from; row < to; row++) {
      const at = row - from
      const a = keys.a[at]!
      const b = keys.b[at]!
      const low = row * 2
      const count = packets[low + 1]! * WORD + packets[low]!
      // An event without counters tells of the translation before anybody tells the flow.
      if (translated) nameTranslated(at, now)
      if ((a === 0 && b === 0) || (count === 0 && bytes[low] === 0 && bytes[low + 1] === 0) || drops[row] !== 0) continue
      const told = tellers[at]!
      if (told === 0) continue
      if (sampled) coverage.note(a, b, told, Math.max(1, count) * rate[told]!, nowMs)
      let verdict = leftOut[told]! as 0 | 1 | 2
      if (verdict === 0 && classes.isToldByOthers(told)) verdict = 1
      if (verdict === 0) {
        const seenMs = times[received[row]!]!
        const endMs = ends[low + 1]! * WORD + ends[low]!
        let start = ticksOf(starts[low]!, starts[low + 1]!)
        let end = ticksOf(ends[low]!, ends[low + 1]!)
        const believed = endMs <= seenMs + LATE_MS && endMs >= seenMs - EARLY_MS && ((end - start) | 0) >= 0
        if (!believed) start = end = Math.floor(seenMs / TICK_MS) | 0
        // A record again is the same to the last digit; of another interface it is another one. Samples have no such digits.
        const record =
          believed && (notes[row]! & UNTIMED) === 0 && (observer[told]! & 2) === 0 ? recordOf(starts[low]!, ends[low]!, bytes[low]!, packets[low]!, told) : 0
        const length = (end - start) | 0
        if (length > longest[observer[told]!]! && length < LONGEST) longest[observer[told]!] = length
        verdict = judge(a, b, told, start, end, record, now)
        if (verdict === 1 && toldBySame(a, b, told, start, end, now)) verdict = 2
      }
      if (verdict === 0) continue
      marks[row] = verdict
      marked++
      if (verdict === 1) counts.otherExporter++
      else counts.sameExporter++
    }
    return marked
  }

  function mark(batch: SealedBatch, nowMs: number): SealedBatch {
    const marks = columnIn(batch, 'duplicate')
    if (!(marks instanceof Uint8Array)) return batch
    classes.open(batch)
    coverage.review(nowMs)
    if (nowMs >= fadeAtMs) {
      fadeAtMs = nowMs + FADE_MS
      for (let at = 0; at < longest.length; at++) longest[at]! *= FADE
    }
    const reader = keysOf(batch)
    const translated = translatedKeysOf(batch)
    const rows = rowsOf(batch, translated !== null)
    let marked = 0
    let near = 0
    for (let from = 0; from < batch.rows; from += CHUNK) {
      const to = Math.min(batch.rows, from + CHUNK)
      classes.read(from, to, tellers)
      // With one observer nothing can be told twice, and no two can share traffic.
      if (!classes.several) continue
      reader.read(from, to, keys.a, keys.b)
      if (translated !== null) {
        translated.after.read(from, to, after.a, after.b)
        translated.back.read(from, to, back.a, back.b)
        translated.backAfter.read(from, to, backAfter.a, backAfter.b)
      }
      // Keys first, then their lines: many reads of memory at a time cost little more than one.
      near ^= table.touch(keys.a, to - from)
      marked += markChunk(rows, marks, from, to, nowMs)
    }
    table.keep(near)
    return marked === 0 ? withoutMarks(batch) : batch
  }

  return {
    counts,
    mark,
    save: () => JSON.stringify(coverage.save()),
    restore(text) {
      const saved = readSaved(text)
      if (saved !== null) coverage.restore(saved)
      return saved !== null
    },
  }
}

/** What a row is judged by. */
interface Rows {
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly bytes: Uint32Array
  readonly packets: Uint32Array
  readonly drops: Uint16Array
  readonly notes: Uint32Array
  /** Codes of the time of reception, and the times behind them, ms. */
  readonly received: Uint16Array
  readonly times: Float64Array
  readonly translated: boolean
}

const rowsOf = (batch: SealedBatch, translated: boolean): Rows => ({
  starts: wordsIn(batch, 'start_at'),
  ends: wordsIn(batch, 'end_at'),
  bytes: wordsIn(batch, 'bytes'),
  packets: wordsIn(batch, 'packets'),
  drops: shortsIn(batch, 'drop_reason'),
  notes: wordsIn(batch, 'notes'),
  received: shortsIn(batch, 'received_at'),
  times: Float64Array.from(valuesIn(batch, 'received_at'), (value, code) => (code === 0 ? batch.lastReceivedAt : Number(value))),
  translated,
})

/** Milliseconds of two words as ticks of `TICK_MS`, modulo 2^32. */
const ticksOf = (low: number, high: number): number => (high << 25) | (low >>> 7)

/** Tells records of one class apart, by the low words of what they hold. */
function recordOf(start: number, end: number, bytes: number, packets: number, told: number): number {
  const hash = Math.imul(start, 0x9e37_79b1) ^ Math.imul(end, 0x85eb_ca6b) ^ Math.imul(bytes, 0xc2b2_ae35) ^ Math.imul(packets, 0x27d4_eb2f) ^ told
  return hash ^ (hash >>> 15)
}

/** A batch in which nothing is a duplicate is written without the column. */
export function withoutMarks(batch: SealedBatch): SealedBatch {
  const at = batch.present.indexOf(DUPLICATE)
  if (at < 0) return batch
  const others = <T>(list: readonly T[]): readonly T[] => list.toSpliced(at, 1)
  return { ...batch, present: others(batch.present), memory: others(batch.memory), dictionaries: others(batch.dictionaries) }
}
