/** Main's side of ingest: finds one that runs, or starts one, and starts it again when it dies. */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { FlowLensError, toError } from '../schema/index.ts'
import type { CounterSample, ExporterDetail, Ledger, Log } from '../telemetry/index.ts'
import type { Config } from '../config/index.ts'
import { configKey, connectControl, controlPath, type ControlClient, type CounterPage } from './control.ts'
import type { IngestConfig } from './ingest.ts'
import type { IngestOrder } from './process.ts'

export interface IngestSupervisor {
  /** Resolves when ingest answers. Throws FL_SPOOL_LOCKED when another program holds the spool, FL_RECEIVE_INGEST when it does not start. */
  start(): Promise<void>
  /** Stops ingest; resolves when everything that came is on the disk. */
  stop(): Promise<void>
  /** Lets go of ingest without stopping it: the next supervisor with the same settings takes it over, and no datagram is lost. */
  leave(): void
  /** The last books; null before the first. */
  ledger(): Ledger | null
  /** Everything known of an exporter, by its printed address; null when it has sent nothing. Throws FL_RECEIVE_ANSWER. */
  exporter(address: string): Promise<ExporterDetail | null>
  readonly restarts: number
}

/** Opening the spool reads its newest segment, which a busy disk gives slowly. */
const START_MS = 30_000
const RETRY_MS = 50
const BACKOFF_MS = [100, 250, 500, 1000, 2000, 5000] as const
const EXIT_LOCKED = 3

/** The part of the configuration ingest is started with. */
export const ingestConfig = (config: Config): IngestConfig => ({
  listeners: config.listeners,
  exporters: config.exporters,
  interfaceRules: config.interfaceRules,
  duplicates: config.duplicates,
  applicationRules: config.applicationRules,
  aggregate: config.aggregate,
  enrich: config.enrich,
  receive: config.receive,
  streams: config.streams,
  templates: config.templates,
  templatesDirectory: `${config.dataDir}/templates`,
  spool: {
    directory: `${config.dataDir}/spool`,
    stream: 'flows',
    segmentBytes: config.spool.segmentBytes,
    syncMs: config.spool.syncMs,
    maxBytes: config.spool.maxBytes,
    fullPolicy: config.spool.fullPolicy,
  },
})

export interface SupervisorDeps {
  readonly log: Log
  readonly version: string
  /** Keeps counters of interfaces; ingest holds them until this resolves. Without it they stay with ingest, the newest of them. */
  readonly keepCounters?: (samples: readonly CounterSample[]) => Promise<void>
}

export function createIngestSupervisor(config: Config, deps: SupervisorDeps): IngestSupervisor {
  const { log, version, keepCounters } = deps
  const wanted = ingestConfig(config)
  const key = configKey(version, wanted)
  const path = controlPath(config.dataDir)
  let client: ControlClient | null = null
  let ledger: Ledger | null = null
  let stopping = false
  let restarts = 0
  let failures = 0

  /** Stores a page of counters and says so; one that could not be stored is sent again. */
  async function store(from: ControlClient, { epoch, upTo, samples }: CounterPage): Promise<void> {
    if (keepCounters === undefined || from !== client) return
    try {
      await keepCounters(samples)
      if (from === client) from.say({ kind: 'counters_stored', epoch, upTo })
    } catch (thrown) {
      log.warn('counters of interfaces could not be stored; they are kept and tried again', { error: toError(thrown) })
    }
  }

  /** Connects to an ingest that fits; one that does not is told to stop, and waited for. */
  async function adopt(): Promise<boolean> {
    let theirKey = ''
    let pid = 0
    let closed = (): void => {}
    const gone = new Promise<void>(resolve => (closed = resolve))
    let greeted = (): void => {}
    const hello = new Promise<void>(resolve => (greeted = resolve))
    const connected = await connectControl(path, {
      says: message => {
        switch (message.kind) {
          case 'ledger':
            ledger = message.ledger
            return
          case 'counters':
            if (connected !== null) void store(connected, message)
            return
          case 'hello':
            theirKey = message.key
            pid = message.pid
            greeted()
            return
          case 'exporter':
          // Told to whoever asked for the import.
          case 'import':
            return
          default:
            return message satisfies never
        }
      },
      closed: () => {
        closed()
        greeted()
        if (client === connected && !stopping) void lost()
      },
    })
    if (connected === null) return false
    await Promise.race([hello, sleep(2000)])
    if (theirKey === key) {
      client = connected
      log.info('ingest runs', { pid })
      return true
    }
    log.info('ingest runs with other settings; it is replaced', { pid })
    connected.say({ kind: 'stop' })
    await Promise.race([gone, sleep(10_000)])
    return false
  }

  async function launch(): Promise<void> {
    const order: IngestOrder = { version, dataDir: config.dataDir, log: config.log, ingest: wanted }
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
    const child = spawn(process.execPath, [fileURLToPath(new URL(`./process${extension}`, import.meta.url))], {
      stdio: ['pipe', 'inherit', 'inherit'],
      detached: true,
    })
    let code: number | null = null
    let refused: Error | null = null
    child.once('exit', exit => (code = exit ?? 1))
    // No process to be had (EAGAIN, ENOMEM, EMFILE) is told as an error, not thrown past everything.
    child.once('error', error => (refused = error))
    child.unref()
    // A child that ends before it has read closes the pipe; its exit tells that.
    child.stdin.on('error', () => undefined).end(JSON.stringify(order))
    const until = Date.now() + START_MS
    while (Date.now() < until) {
      if (refused !== null) throw new FlowLensError('FL_RECEIVE_INGEST', `the ingest process could not be started: ${String(refused)}`, { cause: refused })
      if (code === EXIT_LOCKED) throw new FlowLensError('FL_SPOOL_LOCKED', `another FlowLens writes to ${config.dataDir}`)
      if (code !== null) throw new FlowLensError('FL_RECEIVE_INGEST', `the ingest process ended with code ${String(code)} while it started`)
      if (await adopt()) return
      await sleep(RETRY_MS)
    }
    child.kill()
    throw new FlowLensError('FL_RECEIVE_INGEST', `the ingest process did not answer within ${START_MS / 1000} s`)
  }

  async function lost(): Promise<void> {
    client = null
    while (!stopping) {
      restarts++
      log.error('ingest died; starting it again', { restarts })
      await sleep(BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)])
      try {
        if (stopping) return
        if (!(await adopt())) await launch()
        failures = 0
        return
      } catch (error) {
        failures++
        log.error('ingest could not be started', { error: error instanceof Error ? error : new Error(String(error)) })
      }
    }
  }

  return {
    get restarts() {
      return restarts
    },
    async start() {
      if (!(await adopt())) await launch()
    },
    async stop() {
      stopping = true
      if (client === null) return
      const ended = client
      client = null
      ended.say({ kind: 'stop' })
      // Its end of the socket closes when the spool is closed.
      for (let waited = 0; waited < 10_000; waited += RETRY_MS) {
        await sleep(RETRY_MS)
        const probe = await connectControl(path, { says: () => {}, closed: () => {} })
        if (probe === null) break
        probe.close()
      }
      ended.close()
    },
    leave() {
      stopping = true
      client?.close()
      client = null
    },
    ledger: () => ledger,
    async exporter(address) {
      if (client === null)
        throw new FlowLensError('FL_RECEIVE_ANSWER', 'what is known of the exporter cannot be told: the process that receives is being started')
      return await client.exporter(address)
    },
  }
}
