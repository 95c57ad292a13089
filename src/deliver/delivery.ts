/** Runs a lane for each sink, and removes what all of them have from the disk. */
import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleepFor } from 'node:timers/promises'
import { toError } from '../schema/index.ts'
import { codeOf, createSpoolReader, nodeFileSystem, retain, spansOf } from '../spool/index.ts'
import { createLane, type Lane } from './lane.ts'
import { PATIENCE, type PatienceConfig } from './patience.ts'
import type { Sink, SinkDefinition, SinkDeps } from './sink.ts'
import type { DeliveryEvent, DeliveryStatus } from './status.ts'

const RETENTION_MS = 5000
/** A stop waits this long for deliveries in hand. */
const GRACE_MS = 4000

export interface DeliveryConfig {
  readonly dataDir: string
  /** `flows` unless told otherwise. */
  readonly stream?: string
  readonly sinks: readonly SinkDefinition[]
  /** Rows are gathered at most this long for an insert. */
  readonly batchMs: number
  /** Rows older than this are removed from the disk, delivered or not. */
  readonly maxAgeMs: number
  readonly patience?: PatienceConfig
  readonly graceMs?: number
}

export interface DeliveryDeps extends Omit<SinkDeps, 'dataDir'> {
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly random?: () => number
  readonly onEvent?: (event: DeliveryEvent) => void
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
}

export interface Delivery {
  start(): Promise<void>
  /** Lets deliveries in hand finish, a few seconds at most; what is not done then is repeated at the next start. */
  stop(): Promise<void>
  status(): DeliveryStatus
}

export function createDelivery(config: DeliveryConfig, deps: DeliveryDeps = {}): Delivery {
  const { now = Date.now, random = Math.random, onEvent = () => undefined, sleep = sleepUntil } = deps
  const stream = config.stream ?? 'flows'
  const directory = join(config.dataDir, 'spool')
  const streamDirectory = join(directory, stream)
  const reader = createSpoolReader({ directory, stream })
  const removed = { passed: 0, max_bytes: 0, max_age: 0 }
  const aged: { fromSeq: number; toSeq: number }[] = []
  let lanes: { lane: Lane; sink: Sink; done: Promise<void> }[] = []
  let timer: NodeJS.Timeout | null = null
  let retainedAt = Number.NEGATIVE_INFINITY

  const agedRows = (fromSeq: number, toSeq: number): number =>
    aged.reduce((sum, span) => sum + Math.max(0, Math.min(toSeq, span.toSeq) - Math.max(fromSeq, span.fromSeq)), 0)

  /** Segments over the size limit are the writer's to remove: it alone can refuse new rows instead. */
  const keepHouse = (): void => {
    retainedAt = now()
    try {
      const uuid = reader.durable()?.uuid
      if (uuid === undefined || !lanes.every(({ lane }) => lane.known)) return
      for (const removal of retain({ directory: streamDirectory, uuid, maxBytes: null, maxAgeMs: config.maxAgeMs, now: now() }, nodeFileSystem)) {
        removed[removal.reason]++
        if (removal.reason === 'max_age') aged.push(removal)
      }
    } catch (error) {
      if (codeOf(error) === '') throw error
      onEvent({ kind: 'retention_failed', error: toError(error, 'FL_SPOOL_IO') })
    }
  }

  /** A cursor whose sink is not configured any more would keep every segment; it waits under another name for its return. */
  const sortCursors = (): void => {
    const place = join(streamDirectory, 'cursors')
    let names: string[]
    try {
      names = readdirSync(place)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return
      throw error
    }
    const wanted = new Set(config.sinks.map(sink => sink.name))
    for (const name of names) {
      const sink = name.replace(/\.cursor(\.retired)?$/, '')
      if (name.endsWith('.cursor') && !wanted.has(sink)) {
        renameSync(join(place, name), join(place, `${name}.retired`))
        onEvent({ kind: 'cursor_retired', sink })
      } else if (name.endsWith('.cursor.retired') && wanted.has(sink) && !names.includes(`${sink}.cursor`)) {
        renameSync(join(place, name), join(place, `${sink}.cursor`))
      }
    }
  }

  return {
    async start() {
      sortCursors()
      const { store } = deps
      lanes = config.sinks.map(definition => {
        const sink = definition.create({ dataDir: config.dataDir, ...(store === undefined ? {} : { store }) })
        const lane = createLane(
          definition,
          sink,
          { directory, stream, batchMs: config.batchMs, patience: config.patience ?? PATIENCE },
          {
            now,
            random,
            sleep,
            onEvent,
            agedRows,
            onAdvance() {
              if (now() - retainedAt >= RETENTION_MS) keepHouse()
            },
          },
        )
        return { lane, sink, done: lane.run() }
      })
      timer = setInterval(() => {
        if (now() - retainedAt >= RETENTION_MS) keepHouse()
      }, RETENTION_MS)
      timer.unref()
    },

    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      for (const { lane } of lanes) lane.stop(false)
      const patience = new AbortController()
      await Promise.race([Promise.all(lanes.map(({ done }) => done)), sleep(config.graceMs ?? GRACE_MS, patience.signal)])
      patience.abort()
      for (const { lane } of lanes) lane.stop(true)
      // A sink without a limit of time may hang for good; its plan is on the disk, so leaving it is safe.
      await Promise.all(lanes.map(({ sink }) => sink.stop()))
      reader.close()
    },

    status() {
      const { spans, bytes } = spansOf(nodeFileSystem, streamDirectory)
      return {
        sinks: lanes.map(({ lane }) => lane.status()),
        spool: {
          durable_seq: reader.durable()?.seq ?? 0,
          oldest_seq: reader.oldestSeq(),
          bytes,
          segments: spans.length + (bytes > 0 ? 1 : 0),
          removed: { ...removed },
        },
      }
    },
  }
}

async function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  try {
    await sleepFor(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
