/** The ingest side whole: sockets, receiving threads, the writing thread and their books, in this process. */
import { join } from 'node:path'
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import type { Config } from '../config/index.ts'
import type { DecoderConfig } from '../decode/index.ts'
import { FlowLensError, toError, type ErrorCode } from '../schema/index.ts'
import type { ExporterDetail, Ledger, Log } from '../telemetry/index.ts'
import type { BatchesConfig } from './batches.ts'
import { createCounterBuffer, type CounterBuffer } from './counters.ts'
import { makeLedger, type ReceiverReport, type WriterReport } from './ledger.ts'
import type { ImportAnswer, ImportCommand, ImportWorkerData } from './import-worker.ts'
import type { ImportProgress, ImportRequest } from './imports.ts'
import { loadLibc, type Libc } from './libc.ts'
import { mergeDetails } from './merge.ts'
import { createPlacesSource } from './places.ts'
import { createQuestions } from './questions.ts'
import type { ReceiveAnswer, ReceiveCommand, ReceiveWorkerData } from './receive-worker.ts'
import { openStateFile, type StateFile } from './saved-states.ts'
import { REOPEN_MS, bufferAdvice, createSockets, nameOf, type Sockets } from './sockets.ts'
import type { StreamAnswer, StreamWorkerData } from './stream-worker.ts'
import type { WriteAnswer, WriteCommand, WriteWorkerData } from './write-worker.ts'

const MiB = 1024 * 1024
/** Memory for the templates of all exporters (RELIABILITY §3.1), shared by the receiving threads. */
const TEMPLATE_BYTES = 256 * MiB
/** Samples of interface counters that wait for main at most: about 40 MB, and 15 minutes of 2,000 interfaces. */
const MOST_COUNTERS = 100_000

/** Memory for rows of a thread whose sources can wait: a few batches on their way are enough. */
const PATIENT_QUEUE_BYTES = 32 * MiB

export interface Ingest {
  start(): Promise<void>
  /** Stops receiving, writes what came, closes the spool. */
  stop(): Promise<void>
  ledger(): Ledger
  /** Everything known of an exporter, by its printed address; null when none of the threads knows it. */
  exporter(address: string): Promise<ExporterDetail | null>
  /** Reads a file of flows into the spool; tells how it goes until it is done. */
  importFile(request: ImportRequest, onProgress: (progress: ImportProgress) => void): void
  /** Counters of interfaces that wait to be stored. */
  readonly counters: CounterBuffer
}

export type IngestConfig = Pick<
  Config,
  'listeners' | 'exporters' | 'interfaceRules' | 'duplicates' | 'applicationRules' | 'aggregate' | 'enrich' | 'receive' | 'streams' | 'templates'
> & {
  readonly spool: WriteWorkerData['spool']
  /** Where templates are kept over a restart; without it they are not. */
  readonly templatesDirectory?: string
}

interface Listening {
  granted: number
  error: string | null
  code: ErrorCode
}

/**
 * Ingest of a configuration. `start` throws FL_SPOOL_LOCKED when another process writes to the spool; a port that is taken is told
 * in the ledger and tried again every 5 s.
 */
export function createIngest(config: IngestConfig, deps: { readonly log: Log; readonly now: () => number; readonly onFatal: (error: Error) => void }): Ingest {
  const { log, now } = deps
  const rules = { exporters: config.exporters, interfaceRules: config.interfaceRules }
  const startedAt = now()
  const receivers: Worker[] = []
  const reports: ReceiverReport[] = []
  const written: (WriterReport | null)[] = []
  const listening: Listening[] = config.listeners.map(() => ({ granted: 0, error: null, code: 'FL_RECEIVE_BIND' }))
  let libc: Libc | null = null
  let sockets: Sockets | null = null
  let writer: Worker | null = null
  let writerReport: WriterReport | null = null
  let importer: Worker | null = null
  let imports = 0
  const importing = new Map<number, (progress: ImportProgress) => void>()
  let stopping = false
  let dropped: readonly number[] = []
  const timers: NodeJS.Timeout[] = []
  let stateFile: StateFile | null = null
  const counters = createCounterBuffer({ epoch: startedAt, most: MOST_COUNTERS })
  const questions = createQuestions<ExporterDetail>()
  const places = createPlacesSource(
    { config: config.enrich, directory: join(config.spool.directory, '..', 'places') },
    {
      log,
      now,
      onPlaces: made => {
        for (const worker of receivers) worker.postMessage({ kind: 'places', places: made } satisfies ReceiveCommand)
      },
    },
  )

  function chooseDriver(): void {
    if (config.receive.method === 'dgram') return
    try {
      libc = loadLibc()
    } catch (thrown) {
      if (config.receive.method === 'recvmmsg') throw thrown
      log.warn('receiving with dgram, which loses more under load', { reason: toError(thrown).message })
    }
  }

  function logListener(index: number): void {
    const listener = config.listeners[index]
    const state = listening[index]
    if (listener === undefined || state === undefined) return
    const asked = config.receive.bufferBytes
    const { address, port, transport } = listener
    const advice = transport === 'udp' ? bufferAdvice(asked, state.granted) : null
    if (state.error !== null)
      log.error(`listener is not open; trying again every ${REOPEN_MS / 1000} s`, {
        address,
        port,
        transport,
        code: state.code,
        error: state.error,
      })
    else log.info('listening', { address, port, transport, ...(transport === 'udp' ? { buffer_asked: asked, buffer_granted: state.granted } : {}) })
    if (state.error === null && advice !== null) log.warn('receive buffer is smaller than asked', { port: listener.port, advice })
  }

  function openSockets(): void {
    if (sockets === null) return
    const failed = sockets.listeners.map(open => open.error)
    const opened = sockets.open()
    sockets.listeners.forEach((open, index) => {
      if (open.listener.transport !== 'udp') return
      listening[index] = { granted: open.granted, error: open.error, code: 'FL_RECEIVE_BIND' }
      if (opened.includes(index) || (open.error !== null && failed[index] !== open.error)) logListener(index)
    })
    for (const index of opened) {
      receivers.forEach((worker, at) =>
        worker.postMessage({ kind: 'open', listener: index, fd: sockets?.listeners[index]?.fds[at] ?? -1 } satisfies ReceiveCommand),
      )
    }
  }

  /** A thread that dies takes the process with it: main starts it again, with nothing half alive. */
  function guard(worker: Worker, what: string): void {
    worker.on('error', thrown => deps.onFatal(new Error(`${what} failed: ${toError(thrown).message}`, { cause: thrown })))
    worker.on('exit', code => {
      if (!stopping) deps.onFatal(new Error(`${what} ended with code ${code}`))
    })
  }

  function startWriter(ports: WriteWorkerData['receivers']): Promise<void> {
    const { mark, memoryBytes } = config.duplicates
    const data: WriteWorkerData = {
      spool: config.spool,
      receivers: ports,
      duplicates: mark ? { maxBytes: memoryBytes, file: join(config.spool.directory, '..', 'duplicates.json') } : null,
      rules,
    }
    const worker = new Worker(new URL('./write-worker.ts', import.meta.url), { workerData: data, transferList: [...ports], name: 'write' })
    writer = worker
    return new Promise((resolve, reject) => {
      worker.once('error', reject)
      worker.on('message', (answer: WriteAnswer) => {
        if (answer.kind === 'writer') writerReport = answer
        else if (answer.kind === 'event')
          log[answer.event === 'recovered' || answer.event === 'disk_well' ? 'info' : 'warn'](`spool: ${answer.event.replaceAll('_', ' ')}`, answer.details)
        else if (answer.kind === 'warn') log.warn(answer.message, answer.fields)
        else if (answer.kind === 'failed') reject(new FlowLensError(answer.code, answer.message))
        else if (answer.kind === 'ready') {
          guard(worker, 'the writing thread')
          resolve()
        }
      })
    })
  }

  function decoderConfig(): DecoderConfig {
    const { templates } = config
    return {
      lifetimeMs: templates.lifetimeSeconds * 1000,
      perDomain: templates.perDomain,
      domains: templates.domains,
      pendingMs: templates.pendingSeconds * 1000,
      pendingBytes: templates.pendingBytes,
      pendingTotalBytes: Math.max(templates.pendingBytes, 64 * MiB),
      templateBytes: Math.floor(TEMPLATE_BYTES / config.receive.workers),
    }
  }

  const batchesConfig = (queueBytes: number): BatchesConfig => ({ queueBytes, applicationRules: config.applicationRules, aggregate: config.aggregate })

  /** What a thread says of a listener it opened, or could not open. */
  function heard(index: number, state: Listening): void {
    const before = listening[index]?.error ?? null
    listening[index] = state
    if (state.error === null || state.error !== before) logListener(index)
  }

  function take(answer: ReceiverReport): void {
    reports[answer.worker] = answer
    // What the disk held before this report: rows never seem to arrive there before they came.
    written[answer.worker] = writerReport
    counters.add(answer.counters)
  }

  /** Counts a thread among those that make rows, and tells it what all know. */
  function admit(worker: Worker): void {
    receivers.push(worker)
    if (places.current !== null) worker.postMessage({ kind: 'places', places: places.current } satisfies ReceiveCommand)
  }

  /** The thread of TCP and TLS, when a listener wants it. */
  function startStreams(index: number, port: MessagePort): void {
    const data: StreamWorkerData = {
      worker: index,
      listeners: config.listeners,
      streams: config.streams,
      decoder: decoderConfig(),
      exporters: config.templates.exporters,
      rules,
      batches: batchesConfig(PATIENT_QUEUE_BYTES),
      writer: port,
    }
    const worker = new Worker(new URL('./stream-worker.ts', import.meta.url), { workerData: data, transferList: [port], name: 'streams' })
    worker.on('message', (answer: StreamAnswer) => {
      if (answer.kind === 'receiver') take(answer)
      else if (answer.kind === 'described') questions.answered(answer.id, answer.detail)
      else if (answer.kind === 'opened') heard(answer.listener, { granted: 0, error: null, code: 'FL_RECEIVE_BIND' })
      else if (answer.kind === 'refused') heard(answer.listener, { granted: 0, error: answer.message, code: answer.code })
      else if (answer.kind === 'log') log[answer.level](answer.message, answer.fields)
    })
    guard(worker, 'the thread of TCP and TLS')
    admit(worker)
  }

  /** The thread that imports files; started when the first file comes, and kept, since its counts are part of the books. */
  function startImporter(): Worker {
    const { port1, port2 } = new MessageChannel()
    writer?.postMessage({ kind: 'receiver', port: port2 } satisfies WriteCommand, [port2])
    const data: ImportWorkerData = {
      worker: receivers.length,
      decoder: decoderConfig(),
      exporters: config.templates.exporters,
      rules,
      batches: batchesConfig(PATIENT_QUEUE_BYTES),
      writer: port1,
      journal: join(config.spool.directory, '..', 'imports.jsonl'),
    }
    const worker = new Worker(new URL('./import-worker.ts', import.meta.url), { workerData: data, transferList: [port1], name: 'import' })
    worker.on('message', (answer: ImportAnswer) => {
      if (answer.kind === 'receiver') take(answer)
      else if (answer.kind === 'described') questions.answered(answer.id, answer.detail)
      else if (answer.kind === 'import') imported(answer)
    })
    guard(worker, 'the thread that imports')
    admit(worker)
    return worker
  }

  function imported(progress: ImportProgress): void {
    importing.get(progress.id)?.(progress)
    if (progress.state === 'running') return
    importing.delete(progress.id)
    const { path, state, messages, flows, message } = progress
    log[state === 'done' ? 'info' : 'warn'](`import ${state}`, { path, messages, flows, ...(message === null ? {} : { why: message }) })
  }

  /** Rows of files wait while the spool is half full or the disk is unwell, so that they never push out what comes now. */
  function holdImports(): void {
    const full = writerReport !== null && (writerReport.degraded !== null || writerReport.bytes > config.spool.maxBytes / 2)
    importer?.postMessage({ kind: 'hold', on: full } satisfies ImportCommand)
  }

  function startReceiver(index: number, port: ReceiveWorkerData['writer']): void {
    const { workers, bufferBytes, datagramBytes, queueBytes } = config.receive
    const data: ReceiveWorkerData = {
      worker: index,
      datagramBytes,
      batches: batchesConfig(Math.floor(queueBytes / workers)),
      saved: stateFile?.states ?? null,
      writer: port,
      receive: {
        listeners: config.listeners,
        exporters: config.templates.exporters,
        rules,
        decoder: decoderConfig(),
      },
      fds: config.listeners.map((_, listener) => sockets?.listeners[listener]?.fds[index] ?? null),
      dgram:
        libc === null
          ? config.listeners.flatMap(({ address, port: udp, transport }, listener) =>
              transport === 'udp' ? [{ listener, address, port: udp, bufferBytes }] : [],
            )
          : null,
    }
    const worker = new Worker(new URL('./receive-worker.ts', import.meta.url), { workerData: data, transferList: [port], name: `receive ${index}` })
    worker.on('message', (answer: ReceiveAnswer) => {
      if (answer.kind === 'receiver') take(answer)
      if (answer.kind === 'described') questions.answered(answer.id, answer.detail)
      if (answer.kind === 'states') stateFile?.append(answer.lines)
      if (answer.kind === 'warn') log.warn(answer.message, answer.fields)
      if (answer.kind === 'opened') heard(answer.listener, { granted: answer.granted, error: null, code: 'FL_RECEIVE_BIND' })
      if (answer.kind === 'refused') heard(answer.listener, { granted: 0, error: answer.message, code: 'FL_RECEIVE_BIND' })
    })
    guard(worker, `receiving thread ${index}`)
    admit(worker)
  }

  const leastWritten = (): WriterReport | null =>
    written.reduce((least, report) => (least === null || report === null ? null : report.spooled < least.spooled ? report : least), written[0] ?? null)

  const stopped = (worker: Worker): Promise<void> => new Promise(resolve => worker.once('exit', () => resolve()))

  return {
    async start() {
      chooseDriver()
      // It takes longest, and needs nothing of the others.
      const placesKnown = places.start()
      const workers = libc === null ? 1 : config.receive.workers
      const streams = config.listeners.some(listener => listener.transport !== 'udp')
      const channels = Array.from({ length: workers + (streams ? 1 : 0) }, () => new MessageChannel())
      await startWriter(channels.map(channel => channel.port2)).catch((thrown: unknown) => {
        places.stop()
        throw thrown
      })
      // The spool's lock is held by now: nobody else writes to the data directory.
      if (config.templatesDirectory !== undefined) stateFile = openStateFile(config.templatesDirectory, { log, nowMs: now() })
      if (libc !== null) sockets = createSockets(config, { libc })
      openSockets()
      // Datagrams wait in the open sockets meanwhile.
      await placesKnown
      channels.forEach((channel, index) => (index < workers ? startReceiver : startStreams)(index, channel.port1))
      timers.push(
        setInterval(openSockets, REOPEN_MS),
        setInterval(() => writer?.postMessage({ kind: 'report' }), 500),
        setInterval(holdImports, 500),
      )
    },
    async stop() {
      stopping = true
      for (const timer of timers) clearInterval(timer)
      places.stop()
      const ended = receivers.map(stopped)
      for (const worker of receivers) worker.postMessage({ kind: 'stop' } satisfies ReceiveCommand)
      await Promise.all(ended)
      stateFile?.close()
      // What the kernel counted goes with the sockets.
      dropped = sockets?.kernelDropped() ?? []
      sockets?.close()
      sockets = null
      if (writer !== null) {
        const closed = stopped(writer)
        writer.postMessage({ kind: 'stop' })
        await closed
      }
    },
    counters,
    importFile(request, onProgress) {
      const id = ++imports
      // Ids of the callers may be the same.
      importing.set(id, progress => onProgress({ ...progress, id: request.id }))
      importer ??= startImporter()
      importer.postMessage({ kind: 'import', ...request, id } satisfies ImportCommand)
    },
    async exporter(address) {
      const parts = await questions.ask(receivers.length, id => {
        for (const worker of receivers) worker.postMessage({ kind: 'describe', id, address } satisfies ReceiveCommand)
      })
      return mergeDetails(parts)
    },
    ledger() {
      if (sockets !== null) dropped = sockets.kernelDropped()
      const listeners = config.listeners.map((listener, index) => ({
        name: nameOf(listener),
        address: listener.address,
        port: listener.port,
        transport: listener.transport,
        kernel_dropped: listener.transport === 'udp' ? (dropped[index] ?? 0) : null,
        buffer_asked: config.receive.bufferBytes,
        buffer_granted: listening[index]?.granted ?? 0,
        error: listening[index]?.error ?? null,
      }))
      return makeLedger(
        now(),
        startedAt,
        libc === null ? 'dgram' : 'recvmmsg',
        listeners,
        reports,
        stopping ? writerReport : leastWritten(),
        counters.counts(),
        places.status(),
      )
    },
  }
}
