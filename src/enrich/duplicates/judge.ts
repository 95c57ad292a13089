/** Whether what is told of a flow counts, by what is known of it: who told a flow first goes on telling it, until it falls silent. */
import { ALIAS, TICK_MS, writeFlow } from './entry.ts'
import { createSought, type FlowTable } from './flow-table.ts'
import { CHUNK } from './keys.ts'
import type { Classes } from './observers.ts'
import type { Tellings } from './tellings.ts'

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
/** Exporters whose habits are learned; those beyond have the least patience. */
const MOST_EXPORTERS = 16_384
/** A name may lead to a name. */
const MOST_NAMES = 3

export interface Judge {
  /** Gives the verdicts of tellings, whose keys may become those of their flow's first name; what they tell becomes known. */
  judge(tellings: Tellings, nowMs: number): void
  /** Learns how long the records of exporters get. */
  learn(tellings: Tellings): void
  /** Forgets, slowly, how long they got. */
  fade(nowMs: number): void
}

/** Whether the owner of a flow said nothing for so long that another one takes it, who told of it from `start` to `end`. Ticks; `age` since it told, `habit` the length of its records. */
function isSilent(age: number, habit: number, until: number, start: number, end: number): boolean {
  const untold = (end - until) | 0
  const patience = Math.max(LEAST_PATIENCE, 1.25 * habit + MORE_PATIENCE)
  if (age > patience && untold > patience && untold > ((end - start) | 0) / 2) return true
  // A short last record may come before the owner's, which holds the same packets and more.
  return ((start - until) | 0) > SLACK && age > 1.2 * habit
}

const all = Uint16Array.from({ length: CHUNK }, (_, index) => index)

export function createJudge({ observer, exporter, rate }: Classes, leftOut: Uint8Array, table: FlowTable): Judge {
  /** Length of the longest record of an observer, ticks. */
  const longest = new Float64Array(4 * MOST_EXPORTERS)
  const sought = createSought()
  /** Tellings whose flow has another name. */
  const renamed = new Uint16Array(CHUNK)
  let renamedCount = 0
  let fadeAtMs = 0

  /** Judges tellings of flows that are known. Those whose key is another's are left to be fresh, those of another name to be renamed. */
  function judgeKnown({ a, b, teller, start: starts, end: ends, record: records, verdict }: Tellings, now: number): void {
    const { words } = table
    const { at: places, known, fresh, knownCount } = sought
    let freshCount = sought.freshCount
    for (let index = 0; index < knownCount; index++) {
      const telling = known[index]!
      const at = places[telling]!
      const who = words[at + 3]!
      const owner = who >>> 16
      if ((who & 0xffff) !== b[telling]) {
        fresh[freshCount++] = telling
        continue
      }
      if (owner === ALIAS) {
        a[telling] = words[at + 1]!
        b[telling] = words[at + 4]!
        renamed[renamedCount++] = telling
        continue
      }
      const told = teller[telling]!
      const start = starts[telling]!
      const end = ends[telling]!
      const record = records[telling]!
      const times = words[at + 2]!
      const until = words[at + 1]!
      const since = (until - (times & 0xffff)) | 0
      // Older than all that is known: it came late. Times are compared by their difference, which holds over the end of 32 bits.
      if (((since - end) | 0) > SLACK) continue
      let from = start
      let to = end
      if (observer[owner] === observer[told]) {
        if (record !== 0 && record === words[at + 4]) {
          verdict[telling] = 2
          continue
        }
        if (((start - until) | 0) <= SLACK && ((start - since) | 0) > 0) from = since
        if (((end - until) | 0) < 0) to = until
      } else {
        const age = (((now - (times >>> 16)) & 0xffff) * 1000) / TICK_MS
        const exact = rate[told] === 1 && rate[owner]! > 1
        if (!exact && leftOut[owner] === 0 && !isSilent(age, longest[observer[owner]!] ?? 0, until, start, end)) {
          verdict[telling] = exporter[told] === exporter[owner] ? 2 : 1
          continue
        }
      }
      writeFlow(words, at, told, who & 0xffff, from, to, record, now)
    }
    sought.freshCount = freshCount
    sought.knownCount = 0
  }

  return {
    judge(tellings, nowMs) {
      const now = Math.floor(nowMs / 1000)
      tellings.verdict.fill(0, 0, tellings.count)
      let [list, count] = [all, tellings.count]
      for (let names = 0; names < MOST_NAMES && count > 0; names++) {
        table.seek(tellings, list, count, sought)
        renamedCount = 0
        judgeKnown(tellings, now)
        table.add(tellings, sought, now)
        judgeKnown(tellings, now)
        ;[list, count] = [renamed, renamedCount]
      }
      table.growIfNeeded()
    },
    learn({ count, teller, start, end }) {
      for (let telling = 0; telling < count; telling++) {
        const length = (end[telling]! - start[telling]!) | 0
        const who = observer[teller[telling]!]!
        if (length > longest[who]! && length < LONGEST) longest[who] = length
      }
    },
    fade(nowMs) {
      if (nowMs < fadeAtMs) return
      fadeAtMs = nowMs + FADE_MS
      for (let at = 0; at < longest.length; at++) longest[at]! *= FADE
    },
  }
}
