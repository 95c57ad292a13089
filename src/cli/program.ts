/** The program put together: which rooms `serve` and `collect` run, and who hands what to whom. */
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { createAccess } from '../access/index.ts'
import { createApi } from '../api/index.ts'
import type { Config } from '../config/index.ts'
import { settingsFor } from '../decode/registry/index.ts'
import { createDelivery, store as storeSink, type DeliveryEvent } from '../deliver/index.ts'
import { namedByRules } from '../enrich/index.ts'
import { createReverseDns } from '../identity/index.ts'
import { createIngestSupervisor } from '../ingest/index.ts'
import { createLive, type Books } from '../live/index.ts'
import { createQuery } from '../query/index.ts'
import { readAddress } from '../schema/index.ts'
import { createSpoolReader } from '../spool/index.ts'
import { createState } from '../state/index.ts'
import { createStore } from '../store/index.ts'
import { bookSamples, createHealth, createMetrics, processSamples, type DeliveryStatus, type Ledger, type Log, type StoreSizes } from '../telemetry/index.ts'
import { takeDataDir } from './data-dir.ts'
import { compileRowFilter } from './row-filter.ts'

export interface Program {
  start(): Promise<void>
  /** Stops everything; with `leaveIngest` receiving goes on, for the program that is started next. */
  stop(options?: { readonly leaveIngest: boolean }): Promise<void>
}

export interface ProgramDeps {
  readonly log: Log
  readonly version: string
  /** The built console and the Markdown of the docs. */
  readonly webDirectory: string
  readonly docsDirectory: string
  readonly adminPassword: string | undefined
  /** Sentences for the health page: an unknown environment variable, a refused reload. */
  readonly complaints: () => readonly string[]
  /** Told when everything runs: the address of the console, and the first admin's password when one was made up. */
  readonly onReady: (ready: { readonly address: string; readonly admin: { readonly name: string; readonly password: string } | null }) => void
}

const SIZES_EVERY_MS = 15_000

/** Every row ingest knows of is somewhere: the books as the console's foot shows them. */
export function booksOf(ledger: Ledger | null, delivery: DeliveryStatus | null): Books {
  const sum = (reasons: Readonly<Record<string, number>>): number => Object.values(reasons).reduce((total, count) => total + count, 0)
  const sinks = delivery?.sinks ?? []
  const { datagrams, rows } = ledger ?? {
    datagrams: { received: 0, decoded: 0, rejected: {} },
    rows: { produced: 0, mirrored: 0, merged: 0, duplicates: { other_exporter: 0, same_exporter: 0 }, spooled: 0, in_flight: 0, dropped: {} },
  }
  const rejected = sum(datagrams.rejected)
  const dropped = sum(rows.dropped)
  return {
    received: datagrams.received,
    decoded: datagrams.decoded,
    rejected,
    kernel_dropped: (ledger?.listeners ?? []).reduce((total, listener) => total + (listener.kernel_dropped ?? 0), 0),
    rows: rows.produced,
    in_flight: rows.in_flight,
    spooled: rows.spooled,
    dropped,
    delivered: sinks.reduce((total, sink) => total + sink.rows_delivered, 0),
    waiting: sinks.reduce((total, sink) => total + sink.rows_waiting, 0),
    expired: sinks.reduce((total, sink) => total + sum(sink.rows_expired), 0),
    closed:
      datagrams.received === datagrams.decoded + rejected && rows.in_flight >= 0 && rows.produced === rows.merged + rows.spooled + rows.in_flight + dropped,
  }
}

function logDelivery(log: Log, event: DeliveryEvent): void {
  const { kind, ...details } = event
  const level = kind === 'plan_resumed' || kind === 'replayed' || kind === 'cursor_retired' ? 'info' : 'warn'
  log[level](`delivery: ${kind.replaceAll('_', ' ')}`, details)
}

type Step = () => Promise<void> | void

/** What was begun, and how it ends: last to first. */
function createSteps(): { begin(start: Step, stop: Step): Promise<void>; end(): Promise<void> } {
  const begun: Step[] = []
  return {
    async begin(start, stop) {
      await start()
      begun.push(stop)
    },
    async end() {
      for (const stop of begun.splice(0).toReversed()) await stop()
    },
  }
}

/** The step that takes the data directory; always the first. */
async function beginOn(steps: ReturnType<typeof createSteps>, dataDir: string): Promise<void> {
  let letGo = (): void => {}
  await steps.begin(
    () => {
      letGo = takeDataDir(dataDir)
    },
    () => letGo(),
  )
}

const deliveryConfig = (config: Config, sinks: Parameters<typeof createDelivery>[0]['sinks']): Parameters<typeof createDelivery>[0] => ({
  dataDir: config.dataDir,
  sinks,
  batchMs: config.store.insertSeconds * 1000,
  maxAgeMs: config.spool.maxAgeHours * 3_600_000,
})

/** `flowlens collect`: receives and keeps rows in the spool, for the sinks of this machine. */
export function createCollector(config: Config, deps: Pick<ProgramDeps, 'log' | 'version'>): Program {
  const supervisor = createIngestSupervisor(config, deps)
  const delivery = createDelivery(deliveryConfig(config, []), { onEvent: event => logDelivery(deps.log, event) })
  const steps = createSteps()
  let leaveIngest = false
  async function stop(options?: { readonly leaveIngest: boolean }): Promise<void> {
    leaveIngest = options?.leaveIngest === true
    await steps.end()
  }
  return {
    stop,
    async start() {
      try {
        await beginOn(steps, config.dataDir)
        await steps.begin(
          () => supervisor.start(),
          () => (leaveIngest ? supervisor.leave() : supervisor.stop()),
        )
        await steps.begin(
          () => delivery.start(),
          () => delivery.stop(),
        )
      } catch (thrown) {
        await stop()
        throw thrown
      }
    },
  }
}

/** `flowlens serve`: the whole program. `start` throws what keeps it from running, with everything begun stopped again. */
export function createProgram(config: Config, deps: ProgramDeps): Program {
  const { log, version } = deps
  const room = (name: string): Log => log.child({ room: name })
  const now = Date.now
  let sizes: StoreSizes | null = null
  let storeReady = false

  const state = createState({ dataDir: config.dataDir })
  const access = createAccess(
    { sessionHours: config.http.sessionHours, ...(deps.adminPassword === undefined ? {} : { adminPassword: deps.adminPassword }) },
    { state, log: room('access'), now },
  )
  const every = (ms: number, work: () => void): (() => void) => {
    const timer = setInterval(work, ms)
    return () => clearInterval(timer)
  }
  const store = createStore(
    {
      path: join(config.dataDir, 'store'),
      memoryBytes: config.store.memoryBytes,
      threads: config.store.threads,
      retention: config.store.retention,
      query: config.query,
    },
    { log: room('store'), now, pause: ms => sleep(ms), every },
  )
  const supervisor = createIngestSupervisor(config, { log: room('ingest'), version, keepCounters: samples => store.keepCounters(samples) })
  const delivery = createDelivery(deliveryConfig(config, [storeSink]), { store, onEvent: event => logDelivery(room('deliver'), event) })
  const ledger = (): Ledger | null => supervisor.ledger()
  // Half of the status comes from the disk; everybody who asks within a second gets the same.
  let status: { readonly at: number; readonly value: DeliveryStatus } | null = null
  const deliveryStatus = (): DeliveryStatus => {
    if (status === null || now() - status.at >= 500) status = { at: now(), value: delivery.status() }
    return status.value
  }
  const query = createQuery({
    store,
    now,
    named: namedByRules(config.applicationRules),
    waitingSince: () => {
      const waiting = deliveryStatus()
        .sinks.map(sink => sink.oldest_waiting_ms)
        .filter(age => age !== null)
      return waiting.length === 0 ? null : now() - Math.max(...waiting)
    },
  })
  const live = createLive({
    reader: createSpoolReader({ directory: join(config.dataDir, 'spool'), stream: 'flows' }),
    now,
    log: room('live'),
    books: () => booksOf(ledger(), deliveryStatus()),
    compileFilter: text => compileRowFilter(text, now()),
  })
  const metrics = createMetrics()
  metrics.collect(() => bookSamples({ ledger: ledger(), delivery: deliveryStatus(), sizes }, now()))
  metrics.collect(() => processSamples(version))
  const health = createHealth({ facts: () => ({ now: now(), storeReady, ledger: ledger(), delivery: deliveryStatus(), sizes, complaints: deps.complaints() }) })
  const settingsOf = settingsFor(config)
  const names = createReverseDns(config.enrich.reverseDns, { now: () => performance.now() })
  const api = createApi(config.http, {
    query,
    live,
    ledger,
    exporter: address => supervisor.exporter(address),
    place: address => settingsOf(readAddress(address) ?? 0n).places,
    delivery: deliveryStatus,
    sizes: () => sizes,
    health,
    access,
    views: state.views,
    names,
    log: room('api'),
    metrics,
    webDirectory: deps.webDirectory,
    docsDirectory: deps.docsDirectory,
    version,
    now,
  })

  const steps = createSteps()
  const { begin } = steps
  let leaveIngest = false
  async function stop(options?: { readonly leaveIngest: boolean }): Promise<void> {
    leaveIngest = options?.leaveIngest === true
    await steps.end()
  }

  async function measure(): Promise<void> {
    try {
      sizes = await store.sizes()
    } catch (thrown) {
      log.warn('the store does not tell its sizes', { error: thrown instanceof Error ? thrown : new Error(String(thrown)) })
    }
  }

  return {
    stop,
    async start() {
      try {
        await beginOn(steps, config.dataDir)
        await begin(
          () => state.start(),
          () => state.stop(),
        )
        await begin(
          () => access.start(),
          () => access.stop(),
        )
        // The port of the console is the likeliest thing to be taken; it is told before anything else has begun.
        await begin(
          () => api.start(),
          async () => {
            names.stop()
            await api.stop()
          },
        )
        // Ingest comes before the store: rows wait on the disk while the engine opens.
        await begin(
          () => supervisor.start(),
          () => (leaveIngest ? supervisor.leave() : supervisor.stop()),
        )
        await begin(
          () => live.start(),
          () => live.stop(),
        )
        await begin(
          async () => {
            await store.start()
            storeReady = true
          },
          () => store.stop(),
        )
        await begin(
          () => delivery.start(),
          () => delivery.stop(),
        )
        await measure()
        await begin(
          () => {},
          every(SIZES_EVERY_MS, () => void measure()),
        )
        deps.onReady({ address: api.address() ?? '', admin: access.takeFirstAdmin() })
      } catch (thrown) {
        await stop()
        throw thrown
      }
    },
  }
}
