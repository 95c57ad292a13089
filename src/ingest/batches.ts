/**
 * The batches rows are decoded into: one open batch a family, sealed when full or 100 ms old, handed to the writer, taken back
 * empty. When memory for rows on their way is used up, rows go to a batch that is thrown away and are counted: receiving
 * never waits.
 */
import { createAggregator, createEnricher, hasRoomFor, mirror, type AggregateConfig, type Aggregator, type EnrichConfig, type Places } from '../enrich/index.ts'
import { FlowBatch, STORED_COLUMNS, indexOf, layoutsOf, widthOf, type SealedBatch } from '../schema/index.ts'
import type { RowSink } from '../decode/index.ts'
import type { CounterSample } from '../telemetry/index.ts'
import { counterSample } from './counters.ts'

const DUPLICATE = indexOf('duplicate')

/** A frame is at most this old when it is written (RELIABILITY §1.1). */
export const FRAME_MS = 100

/** Samples of interface counters between two reports: a second of 20,000 interfaces, twenty times what as many send. */
const MOST_COUNTERS = 20_000

/** Batches there are at least, whatever they weigh: one open a family and two on their way. */
const LEAST_BATCHES = 4

export interface BatchCounts {
  /** Rows handed to the writer. */
  handed: number
  /** Rows of the other direction, made of records that tell of both. */
  mirrored: number
  /** Rows that went into others. */
  merged: number
  /** Rows thrown away because no batch was free. */
  queueFull: number
  /** Rows in open batches. */
  open: number
  /** Samples of interface counters given up because too many came between two reports. */
  countersDropped: number
}

export interface Batches extends RowSink {
  readonly counts: BatchCounts
  /** Hands over open batches older than a frame may be, or all of them. */
  flush(nowMs: number, all: boolean): void
  /** Counters of interfaces since the last call, the newest of them when there were too many. */
  takeCounters(): CounterSample[]
  /** Whether rows of either family have a place: who can wait, waits until they have. */
  hasRoom(): boolean
  /** Replaces what is known of places. */
  usePlaces(places: Places): void
  /** Takes a batch back from the writer, which has zeroed its rows. */
  giveBack(id: number): void
}

export interface BatchesConfig extends EnrichConfig {
  /** Memory for rows on their way to the disk. */
  readonly queueBytes: number
  /** Merges rows of equal keys; 0 seconds, and none at all, do not. */
  readonly aggregate?: AggregateConfig | undefined
}

/** Rows of a family that wait for others they can be merged with. */
interface Window {
  readonly aggregator: Aggregator
  batch: FlowBatch | null
}

export interface BatchesDeps {
  /** Passes a sealed batch on; its memory is the receiver's until it is given back. */
  readonly hand: (sealed: SealedBatch) => void
  /** Looks for batches given back, without waiting. */
  readonly collect: () => void
}

export function createBatches(config: BatchesConfig, deps: BatchesDeps): Batches {
  const all: FlowBatch[] = []
  const free: FlowBatch[] = []
  const waste = { 4: new FlowBatch(-1, 4), 6: new FlowBatch(-2, 6) }
  const open: { 4: FlowBatch | null; 6: FlowBatch | null } = { 4: null, 6: null }
  const counts: BatchCounts = { handed: 0, mirrored: 0, merged: 0, queueFull: 0, open: 0, countersDropped: 0 }
  let counters: CounterSample[] = []
  const enricher = createEnricher(config)
  const isWaste = (batch: FlowBatch): boolean => batch.id < 0
  const windowMs = (config.aggregate?.seconds ?? 0) * 1000
  const windowFor = ({ aggregate } = config): Window | null =>
    aggregate === undefined || windowMs === 0 ? null : { aggregator: createAggregator(aggregate), batch: null }
  const windows = { 4: windowFor(), 6: windowFor() }
  // A window takes one batch of a family, and another when the first is full.
  const windowBatches = windowMs === 0 ? 0 : 2
  const leastBatches = LEAST_BATCHES + 2 * windowBatches

  function mayMake(): boolean {
    let kept = 0
    for (const batch of all) kept += batch.keptBytes
    return all.length < leastBatches || kept + kept / all.length <= config.queueBytes
  }

  /**
   * Whether rows that come after this batch is closed have a place. A writer that stalls holds batches of few rows, so while there is no
   * other the open one goes on filling: its rows come later, and none is lost.
   */
  function hasNext(): boolean {
    deps.collect()
    const wanted = Number(open[4] === null) + Number(open[6] === null) + 1
    return free.length >= wanted || mayMake()
  }

  function fresh(family: 4 | 6): FlowBatch {
    deps.collect()
    const reused = free.pop()
    if (reused !== undefined) {
      reused.reset(family)
      return reused
    }
    if (mayMake()) {
      const made = new FlowBatch(all.length, family)
      all.push(made)
      return made
    }
    return waste[family]
  }

  function close(family: 4 | 6): void {
    const batch = open[family]
    open[family] = null
    if (batch === null || batch.rows === 0) {
      if (batch !== null && !isWaste(batch)) free.push(batch)
      return
    }
    if (isWaste(batch)) {
      counts.queueFull += batch.rows
      batch.reset(family)
      return
    }
    enricher.enrich(batch)
    counts.mirrored += mirror(batch)
    const window = windows[family]
    if (window === null) handOver(batch)
    else fold(batch, window)
  }

  function handOver(batch: FlowBatch): void {
    counts.handed += batch.rows
    // The writing thread, which sees the rows of all, fills it.
    batch.need(DUPLICATE)
    deps.hand(batch.seal())
  }

  function closeWindow(window: Window): void {
    if (window.batch !== null) handOver(window.batch)
    window.batch = null
  }

  /** Merges the rows of a batch into those that wait, and takes the batch back. */
  function fold(batch: FlowBatch, window: Window): void {
    for (let row = 0; row < batch.rows;) {
      if (window.batch === null) {
        const made = fresh(batch.family)
        if (isWaste(made)) {
          counts.queueFull += batch.rows - row
          break
        }
        window.batch = made
        window.aggregator.begin()
      }
      const before = window.batch.rows
      const next = window.aggregator.add(window.batch, batch, row)
      counts.merged += next - row - (window.batch.rows - before)
      row = next
      if (row < batch.rows) closeWindow(window)
    }
    batch.reset(batch.family)
    free.push(batch)
  }

  return {
    counts,
    reserve(family, rows) {
      const batch = open[family]
      if (batch !== null && !batch.full && hasRoomFor(batch, rows)) return batch
      close(family)
      return (open[family] = fresh(family))
    },
    committed() {},
    counters(told) {
      if (counters.length >= MOST_COUNTERS) {
        counters.splice(0, MOST_COUNTERS / 2)
        counts.countersDropped += MOST_COUNTERS / 2
      }
      counters.push(counterSample(told))
    },
    takeCounters() {
      const taken = counters
      counters = []
      return taken
    },
    flush(nowMs, everything) {
      for (const family of [4, 6] as const) {
        const batch = open[family]
        // A wasted batch is thrown away at once, so that the next datagram looks for a real one.
        const window = windows[family]
        const due = batch !== null && nowMs - batch.firstReceivedAt >= FRAME_MS && (window !== null || hasNext())
        if (batch !== null && batch.rows > 0 && (everything || isWaste(batch) || due)) close(family)
        // Windows begin at whole multiples of their length, by the time of reception.
        if (window?.batch != null && (everything || Math.floor(nowMs / windowMs) > Math.floor(window.batch.firstReceivedAt / windowMs))) closeWindow(window)
      }
      counts.open = [open[4], open[6], windows[4]?.batch, windows[6]?.batch].reduce((sum, batch) => sum + (batch?.rows ?? 0), 0)
    },
    hasRoom() {
      // One message fills at most one batch a family beyond those that are open.
      if (free.length < 2) deps.collect()
      let kept = 0
      for (const batch of all) kept += batch.keptBytes
      const most = Math.max(leastBatches, Math.floor((config.queueBytes * all.length) / Math.max(1, kept)))
      return free.length + Math.max(0, most - all.length) >= 2 + windowBatches
    },
    usePlaces: places => enricher.usePlaces(places),
    giveBack(id) {
      const batch = all[id]
      if (batch === undefined) return
      batch.rows = 0
      free.push(batch)
    },
  }
}

/** Zeroes the rows of a sealed batch, in the thread that wrote it: what `FlowBatch` promises to its next use. */
export function zeroRows(sealed: SealedBatch): void {
  const layouts = layoutsOf(sealed.family)
  sealed.present.forEach((index, at) => {
    const layout = layouts[index]
    const memory = sealed.memory[at]
    if (layout === undefined || memory === undefined) throw new RangeError(`batch names column ${index} of ${STORED_COLUMNS.length}`)
    new Uint8Array(memory, 0, sealed.rows * widthOf(layout)).fill(0)
  })
}
