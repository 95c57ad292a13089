/**
 * Totals since the start of a flow (elements 85, 86 and their reverse, PROTOCOLS §7): what one record tells is the value; a later
 * record of the same flow counts only what was added. A record that falls behind the one before tells of another flow.
 *
 * Where records tell no start, a flow that follows one of the same keys and counts further can not be told from a later record of it,
 * unless the end of the first was told (element 136) or records name their flow (148).
 */
import { NOTES, indexOf } from '../../schema/index.ts'
import type { AfterRecords } from '../types.ts'
import { COUNTERS, counterOf, readCounter, setCounter, writeCounter } from './counters.ts'
import { hashFlow, type FlowKey } from './flow-key.ts'
import { memoryOf } from './memory.ts'

const NOTE = indexOf('notes')
const END_REASON = indexOf('end_reason')
const ACTIVE_TIMEOUT = 2

/** An exporter tells a long flow again after its active timeout, 30 minutes where Cisco's default was kept. */
const LIFETIME_SECONDS = 3600

const key: FlowKey = { low: 0, high: 0 }
const values = new Float64Array(COUNTERS.length)

export interface TotalsOf {
  /** Which of `COUNTERS` are filled from totals. */
  readonly counters: readonly number[]
  /** Columns that are keys of the flow. */
  readonly keys: readonly number[]
  /** Whether the records have a start of their own. */
  readonly withStart: boolean
}

/** Makes differences of the totals of records like these. */
export const differTotals =
  ({ counters, keys, withStart }: TotalsOf): AfterRecords =>
  rows => {
    const { batch, first, count, exporter } = rows
    const { totals } = memoryOf(exporter)
    const now = Math.max(1, Math.floor(exporter.lastSeenMs / 1000))
    const ends = batch.columns[END_REASON]
    for (let row = first; row < first + count; row++) {
      hashFlow(key, rows, row, keys, withStart)
      const reason = ends?.[row] ?? 0
      const ended = reason !== 0 && reason !== ACTIVE_TIMEOUT
      // Most flows are told once, with their end; they take no room.
      const at = ended ? totals.lookup(key.low, key.high, now, LIFETIME_SECONDS) : totals.find(key.low, key.high, now, LIFETIME_SECONDS)
      if (at < 0) continue
      const { words } = totals
      let grown = ended || !totals.isNew
      for (const index of counters) {
        const value = counterOf(batch, COUNTERS[index]!, row)
        values[index] = value
        if (value < readCounter(words, at + index * 2)) grown = false
      }
      if (grown) {
        for (const index of counters) setCounter(batch, COUNTERS[index]!, row, values[index]! - readCounter(words, at + index * 2))
        const notes = batch.need(NOTE)
        notes[row] = notes[row]! | NOTES.counted_before
      }
      if (ended) totals.forget(at)
      else for (const index of counters) writeCounter(words, at + index * 2, values[index]!)
    }
  }
