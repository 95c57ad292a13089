/** The live figures: follows the spool, adds up, tells everybody once a second. */
import { parseBlock, toError } from '../schema/index.ts'
import type { SpoolReader } from '../spool/index.ts'
import type { Log } from '../telemetry/index.ts'
import { AGGREGATED, createAggregate, type Aggregate, type AggregateSecond } from './aggregate.ts'
import type { Block } from '../schema/index.ts'

/** A filter ready to be asked of rows of a block. */
export interface RowFilter {
  /** The filter as it would be printed: what tells two subscriptions apart. */
  readonly canonical: string
  /** Columns it reads. */
  readonly columns: ReadonlySet<string>
  bind(block: Block): (row: number) => boolean
}

/** What goes along with the figures: the books, made by whoever knows ingest and delivery. */
export type Books = Readonly<Record<string, number | boolean>>

export interface LiveSecond extends AggregateSecond {
  /** When it was computed, ms since 1970. */
  readonly at: number
  /** Datagrams received in the second before. */
  readonly datagrams: number
  readonly books: Books
  /** How old the newest figure is. */
  readonly age_ms: number
}

export interface LiveDeps {
  readonly reader: SpoolReader
  readonly now: () => number
  readonly log: Log
  readonly books: () => Books
  /** Throws a FlowLensError for a bad filter; null for an empty one. */
  readonly compileFilter: (text: string) => RowFilter | null
}

export interface Live {
  start(): void
  stop(): Promise<void>
  /** Calls the listener once a second until the function given back is called. Throws for a bad filter. */
  subscribe(filter: string, listener: (second: LiveSecond) => void): () => void
  /** The last figures of all rows; null before the first second is over. */
  latest(): LiveSecond | null
}

/** How far back live figures begin after a start. */
const BACK_MS = 60_000
/** A second is told this long after it ended: 100 ms in a batch, 200 ms to the disk, 50 ms to be read (RELIABILITY §1.1, §1.2). */
const SETTLE_MS = 400
/** Most filters watched at once; one costs as much as the whole. */
const MOST_FILTERS = 16
/** How long a filter is kept up that nobody watches: a page that is loaded again finds its figures. */
const LINGER_MS = 30_000

interface Watch {
  readonly filter: RowFilter | null
  readonly aggregate: Aggregate
  readonly listeners: Set<(second: LiveSecond) => void>
  aloneSince: number
}

export function createLive(deps: LiveDeps): Live {
  const { reader, now, log, books, compileFilter } = deps
  const everything: Watch = { filter: null, aggregate: createAggregate(), listeners: new Set(), aloneSince: 0 }
  const watches = new Map<string, Watch>([['', everything]])
  const stopping = new AbortController()
  let following: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let latest: LiveSecond | null = null
  let datagrams = -1
  let toldSecond = 0
  /** Reception of the newest row added up so far, ms since 1970. */
  let readUntil = 0

  function take(block: Block): void {
    for (const { filter, aggregate } of watches.values()) aggregate.add(block, filter === null ? null : filter.bind(block))
  }

  async function follow(): Promise<void> {
    reader.seek(reader.seqAt(now() - BACK_MS))
    for await (const step of reader.follow({ signal: stopping.signal })) {
      if (step.kind === 'gap') continue
      const bytes = reader.read(step)
      if (bytes === null) continue
      const wanted = new Set(AGGREGATED)
      for (const { filter } of watches.values()) for (const column of filter?.columns ?? []) wanted.add(column)
      try {
        take(parseBlock(bytes, wanted))
        readUntil = Math.max(readUntil, step.lastReceivedAt)
      } catch (thrown) {
        // One frame that cannot be read, of a newer version perhaps, does not end the figures of all others.
        log.warn('live figures leave out a frame', { first_seq: step.firstSeq, rows: step.rows, error: toError(thrown) })
      }
    }
  }

  /** The last second that is over and whole. While reading lags behind the disk, that is an older one: late figures, not low ones. */
  function wholeSecond(at: number): number {
    const lags = (reader.durable()?.seq ?? 0) > reader.position
    return Math.floor((lags ? Math.min(readUntil, at - SETTLE_MS) : at - SETTLE_MS) / 1000) - 1
  }

  function tell(): void {
    const at = now()
    const second = wholeSecond(at)
    // A timer may fire a little early, then again in time; and where reading lags there may be nothing new to tell.
    if (second <= toldSecond) return
    toldSecond = second
    const figures = books()
    const received = typeof figures['received'] === 'number' ? figures['received'] : 0
    const came = datagrams < 0 ? 0 : Math.max(0, received - datagrams)
    datagrams = received
    for (const [key, watch] of watches) {
      if (watch !== everything && watch.listeners.size === 0) {
        if (at - watch.aloneSince > LINGER_MS) watches.delete(key)
        continue
      }
      const told: LiveSecond = { ...watch.aggregate.at(second), at, datagrams: came, books: figures, age_ms: at - (second + 1) * 1000 }
      if (watch === everything) latest = told
      for (const listener of watch.listeners) listener(told)
    }
  }

  function schedule(): void {
    const wait = 1000 - ((now() - SETTLE_MS) % 1000)
    timer = setTimeout(() => {
      schedule()
      tell()
    }, wait)
  }

  return {
    start() {
      following = follow().catch((thrown: unknown) => {
        if (!stopping.signal.aborted) log.error('live figures ended', { error: toError(thrown) })
      })
      schedule()
    },
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await following
    },
    subscribe(text, listener) {
      const filter = compileFilter(text)
      const key = filter?.canonical ?? ''
      let watch = watches.get(key)
      if (watch === undefined) {
        if (watches.size > MOST_FILTERS) {
          const idle = [...watches]
            .filter(([, other]) => other !== everything && other.listeners.size === 0)
            .toSorted(([, a], [, b]) => a.aloneSince - b.aloneSince)[0]
          if (idle === undefined) throw toError(new Error(`${MOST_FILTERS} filters are watched live already; close one`), 'FL_ACCESS_THROTTLED')
          watches.delete(idle[0])
        }
        watch = { filter, aggregate: createAggregate(), listeners: new Set(), aloneSince: 0 }
        watches.set(key, watch)
      }
      const watched = watch
      watched.listeners.add(listener)
      return () => {
        watched.listeners.delete(listener)
        watched.aloneSince = now()
      }
    },
    latest: () => latest,
  }
}
