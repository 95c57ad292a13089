/**
 * NetFlow Secure Event Logging of Cisco ASA and FTD (ASA NetFlow Implementation Guide; PROTOCOLS §7): events of connections, not flows.
 * Created and denied connections have carried nothing yet. Updates tell what came since the last one. Whether a teardown repeats
 * what the updates told differs by version, so their sum is kept by connection: a teardown that tells as much or more counts only
 * what is more, and is marked; one that tells less counts whole.
 */
import { NOTES, indexOf } from '../../schema/index.ts'
import type { Rows } from '../types.ts'
import { COUNTERS, counterOf, readCounter, setCounter, writeCounter } from './counters.ts'
import { hashConnection, type FlowKey } from './flow-key.ts'
import { memoryOf } from './memory.ts'

const EVENT = indexOf('firewall_event')
const NOTE = indexOf('notes')
const START = indexOf('start_at')
const END = indexOf('end_at')

const CREATED = 1
const DELETED = 2
const DENIED = 3
const UPDATE = 5

/** A connection without an update for so long is gone; ASA's own idle timeout of TCP is an hour. */
const LIFETIME_SECONDS = 7200

const key: FlowKey = { low: 0, high: 0 }

/** What came since the last update did so since then: the row begins there, not with the connection. By clocks that agree; else it stays. */
function beginAt({ batch }: Rows, row: number, seconds: number): void {
  const starts = batch.columns[START]
  const ends = batch.columns[END]
  if (starts === undefined || ends === undefined) return
  const ms = seconds * 1000
  if (ms > readCounter(starts, row * 2) && ms <= readCounter(ends, row * 2)) writeCounter(starts, row * 2, ms)
}

function addUpdate(rows: Rows, row: number, now: number): void {
  if (!hashConnection(key, rows, row)) return
  const { batch, exporter } = rows
  const { connections } = memoryOf(exporter)
  const before = connections.lookup(key.low, key.high, now, LIFETIME_SECONDS)
  if (before >= 0) beginAt(rows, row, connections.seenAt(before))
  const at = connections.find(key.low, key.high, now, LIFETIME_SECONDS)
  const { words } = connections
  for (let index = 0; index < COUNTERS.length; index++) {
    writeCounter(words, at + index * 2, readCounter(words, at + index * 2) + counterOf(batch, COUNTERS[index]!, row))
  }
}

function settle(rows: Rows, row: number, now: number): void {
  const { batch, exporter } = rows
  if (exporter.memory === null || !hashConnection(key, rows, row)) return
  const { connections } = exporter.memory
  const at = connections.lookup(key.low, key.high, now, LIFETIME_SECONDS)
  // Most connections end without an update.
  if (at < 0) return
  beginAt(rows, row, connections.seenAt(at))
  const { words } = connections
  let repeats = true
  for (let index = 0; index < COUNTERS.length; index++) if (counterOf(batch, COUNTERS[index]!, row) < readCounter(words, at + index * 2)) repeats = false
  if (repeats) {
    for (let index = 0; index < COUNTERS.length; index++) {
      const column = COUNTERS[index]!
      setCounter(batch, column, row, counterOf(batch, column, row) - readCounter(words, at + index * 2))
    }
    const notes = batch.need(NOTE)
    notes[row] = notes[row]! | NOTES.counted_before
  }
  connections.forget(at)
}

/** Counts the connections of records that tell an event and initiator or total counters. */
export function countConnections(rows: Rows): void {
  const { batch, first, count, exporter } = rows
  const events = batch.columns[EVENT]
  if (events === undefined) return
  const now = Math.max(1, Math.floor(exporter.lastSeenMs / 1000))
  for (let row = first; row < first + count; row++) {
    const event = events[row]
    if (event === UPDATE) addUpdate(rows, row, now)
    else if (event === DELETED) settle(rows, row, now)
    else if (event === CREATED || event === DENIED) for (const column of COUNTERS) setCounter(batch, column, row, 0)
  }
}
