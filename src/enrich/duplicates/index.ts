/**
 * Flows that are told more than once: by several exporters on their way, by one at its input and its output, or in a record that came
 * twice. In: sealed batches of all threads, in the order they are written. Out: the same with the column `duplicate` (0 counts, 1 another
 * exporter told it already, 2 the same one did). Always: nothing is dropped, and of the rows that tell a flow at least one counts.
 *
 * Exact records are matched one by one: who told a flow first goes on telling it, until it falls silent (`judge.ts`). Sampled ones are
 * judged by classes (`coverage.ts`). What it cannot know: translated addresses that no record links, clocks more than seconds apart,
 * sampled traffic without large flows.
 *
 * Rows are worked on by the chunk, step by step for all of a chunk: what costs is memory far away and branches guessed wrong, not steps.
 */
import { indexOf, type SealedBatch } from '../../schema/index.ts'
import { createCoverage } from './coverage.ts'
import { createFlowTable } from './flow-table.ts'
import { createJudge } from './judge.ts'
import { CHUNK, columnIn, keysOf, translatedKeysOf, type Translated } from './keys.ts'
import { createClasses, type DuplicateConfig } from './observers.ts'
import { readSaved } from './saved.ts'
import { createTellings, readRecords, readTimes, silence, toldIn, type Told } from './tellings.ts'

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
const WORD = 4_294_967_296

/** Keys of the rows of a chunk. */
const createKeys = () => ({ a: new Int32Array(CHUNK), b: new Uint16Array(CHUNK) })
const keys = createKeys()
const after = createKeys()
const back = createKeys()
const backAfter = createKeys()
/** Rows that tell of a translation. */
const named = new Uint16Array(CHUNK)
/** Classes of the rows. */
const tellers = new Uint16Array(CHUNK)
const tellings = createTellings()
/** Tellings of an exporter that looks in two ways, as if it were alone. */
const own = createTellings()

export function createDuplicateMarker({ maxBytes, ruleOf }: DuplicateConfig): DuplicateMarker {
  const classes = createClasses(ruleOf)
  const { observer, exporter, rate, toldByOthers } = classes
  const coverage = createCoverage(classes)
  const { leftOut } = coverage
  const table = createFlowTable({ maxBytes })
  const { judge, learn, fade } = createJudge(classes, leftOut, table)
  const counts: DuplicateCounts = { otherExporter: 0, sameExporter: 0 }

  /** Under the addresses of before and after a translation it is one flow, and so is its way back. */
  function nameTranslated(translated: Translated, from: number, rows: number, nowMs: number): void {
    const now = Math.floor(nowMs / 1000)
    translated.after.read(from, rows, after.a, after.b)
    translated.back.read(from, rows, back.a, back.b)
    translated.backAfter.read(from, rows, backAfter.a, backAfter.b)
    let count = 0
    for (let at = 0; at < rows; at++) {
      named[count] = at
      count += Number(after.a[at] !== keys.a[at] || after.b[at] !== keys.b[at])
    }
    for (const { a } of [keys, after, back, backAfter]) table.touch(a, named, count)
    for (let index = 0; index < count; index++) {
      const at = named[index]!
      table.alias(after.a[at]!, after.b[at]!, keys.a[at]!, keys.b[at]!, now)
      table.alias(backAfter.a[at]!, backAfter.b[at]!, back.a[at]!, back.b[at]!, now)
    }
  }

  /** Notes the packets of each row, times its sampling rate. */
  function note({ packets }: Told, from: number, rows: number, nowMs: number): void {
    for (let at = 0; at < rows; at++) {
      const told = tellers[at]!
      if (told === 0 || !coverage.follows(keys.a[at]!)) continue
      const low = (from + at) * 2
      coverage.note(keys.a[at]!, keys.b[at]!, told, Math.max(1, packets[low + 1]! * WORD + packets[low]!) * rate[told]!, nowMs)
    }
  }

  /** Marks the rows whose class is left out as a whole; those that tell something else are to be judged. */
  function select(marks: Uint8Array, from: number, rows: number): void {
    const { row, a, b, teller } = tellings
    let count = 0
    for (let at = 0; at < rows; at++) {
      const told = tellers[at]!
      const mark = leftOut[told]! | (toldByOthers[told]! & ~(leftOut[told]! >> 1))
      marks[from + at] = mark
      row[count] = at
      a[count] = keys.a[at]!
      b[count] = keys.b[at]!
      teller[count] = told
      count += Number(told !== 0 && mark === 0)
    }
    tellings.count = count
  }

  /** Of an exporter that tells a flow of another one twice, one of both counts where its interfaces are asked about. */
  function judgeOwn(nowMs: number): void {
    let count = 0
    for (let telling = 0; telling < tellings.count; telling++) {
      const told = tellings.teller[telling]!
      if (tellings.verdict[telling] !== 1 || !classes.isDouble(told)) continue
      const at = tellings.row[telling]!
      own.row[count] = telling
      own.a[count] = keys.a[at]! ^ Math.imul(exporter[told]! + 1, 0x9e37_79b1)
      own.b[count] = keys.b[at]!
      own.teller[count] = told
      own.start[count] = tellings.start[telling]!
      own.end[count] = tellings.end[telling]!
      own.record[count] = 0
      count++
    }
    own.count = count
    judge(own, nowMs)
    for (let telling = 0; telling < count; telling++) if (own.verdict[telling] === 2) tellings.verdict[own.row[telling]!] = 2
  }

  /** Writes what was found; returns how many rows of the chunk are marked. */
  function write(marks: Uint8Array, from: number, rows: number): number {
    const { count, row, verdict } = tellings
    for (let telling = 0; telling < count; telling++) marks[from + row[telling]!]! |= verdict[telling]!
    let [other, same] = [0, 0]
    for (let at = from; at < from + rows; at++) {
      other += marks[at]! & 1
      same += marks[at]! >> 1
    }
    counts.otherExporter += other
    counts.sameExporter += same
    return other + same
  }

  function mark(batch: SealedBatch, nowMs: number): SealedBatch {
    const marks = columnIn(batch, 'duplicate')
    if (!(marks instanceof Uint8Array)) return batch
    classes.open(batch)
    coverage.review(nowMs)
    fade(nowMs)
    const reader = keysOf(batch)
    const translated = translatedKeysOf(batch)
    const told = toldIn(batch)
    let marked = 0
    for (let from = 0; from < batch.rows; from += CHUNK) {
      const rows = Math.min(CHUNK, batch.rows - from)
      classes.read(from, rows, tellers)
      // With one observer nothing can be told twice, and no two can share traffic.
      if (!classes.several) continue
      reader.read(from, rows, keys.a, keys.b)
      // An event without counters tells of the translation before anybody tells the flow.
      if (translated !== null) nameTranslated(translated, from, rows, nowMs)
      silence(told, from, rows, keys.a, keys.b, tellers)
      if (classes.mostRate > 1) note(told, from, rows, nowMs)
      select(marks, from, rows)
      readTimes(told, from, tellings)
      readRecords(told, from, observer, tellings)
      learn(tellings)
      judge(tellings, nowMs)
      if (classes.someDouble) judgeOwn(nowMs)
      marked += write(marks, from, rows)
    }
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

/** A batch in which nothing is a duplicate is written without the column. */
export function withoutMarks(batch: SealedBatch): SealedBatch {
  const at = batch.present.indexOf(DUPLICATE)
  if (at < 0) return batch
  const others = <T>(list: readonly T[]): readonly T[] => list.toSpliced(at, 1)
  return { ...batch, present: others(batch.present), memory: others(batch.memory), dictionaries: others(batch.dictionaries) }
}
