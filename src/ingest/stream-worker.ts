/**
 * The stream thread: IPFIX over TCP and TLS, decoded into batches as a receiving thread does with datagrams. An event loop, since
 * connections are many and slow beside a socket for datagrams.
 */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import type { Config, ListenerConfig } from '../config/index.ts'
import { createDecoder, type DecoderConfig } from '../decode/index.ts'
import type { ExporterRules } from '../decode/registry/index.ts'
import type { ErrorCode } from '../schema/index.ts'
import type { ExporterDetail, LogFields } from '../telemetry/index.ts'
import type { Places as KnownPlaces } from '../enrich/index.ts'
import { createBatches, FRAME_MS, type BatchesConfig } from './batches.ts'
import { createExporterBooks } from './exporter-books.ts'
import type { ReceiverReport } from './ledger.ts'
import { createSessions } from './sessions.ts'
import { REOPEN_MS } from './sockets.ts'
import { createStreamServer, type Places } from './stream-server.ts'

export interface StreamWorkerData {
  /** Number of this thread among those that report. */
  readonly worker: number
  /** All listeners; those of UDP are passed over. */
  readonly listeners: readonly ListenerConfig[]
  readonly streams: Config['streams']
  readonly decoder: DecoderConfig
  /** Most addresses that are remembered. */
  readonly exporters: number
  /** What the configuration says of some exporters. */
  readonly rules: ExporterRules
  readonly batches: BatchesConfig
  readonly writer: MessagePort
}

type StreamCommand =
  | { readonly kind: 'stop' }
  /** Asks for everything about the exporters with this printed address. */
  | { readonly kind: 'describe'; readonly id: number; readonly address: string }
  | { readonly kind: 'places'; readonly places: KnownPlaces }

export type StreamAnswer =
  | ReceiverReport
  | { readonly kind: 'opened'; readonly listener: number; readonly granted: number }
  | { readonly kind: 'refused'; readonly listener: number; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'described'; readonly id: number; readonly detail: ExporterDetail | null }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string; readonly fields: LogFields }
  | { readonly kind: 'stopped' }

const REPORT_MS = 1000
/** What exporters had sent when the word to stop came is read, as long as it keeps coming, at most this long. */
const LAST_READ_MS = 500

/** Runs the thread until it is told to stop. */
function runStreams(data: StreamWorkerData, main: MessagePort): void {
  const tell = (answer: StreamAnswer): void => main.postMessage(answer)
  const batches = createBatches(data.batches, {
    hand: sealed => data.writer.postMessage(sealed),
    collect: () => {
      for (let message = receiveMessageOnPort(data.writer); message !== undefined; message = receiveMessageOnPort(data.writer))
        batches.giveBack(message.message as number)
    },
  })
  // Templates live as long as their connection (RFC 7011 §8.1, §10.4), not for a time.
  const decoder = createDecoder({ ...data.decoder, lifetimeMs: Infinity }, { sink: batches })
  const books = createExporterBooks(data.decoder)
  const sessions = createSessions(data.exporters, data.rules)
  const places: Places = { all: 0, byAddress: new Map(), makeRoom: () => servers.some(server => server?.makeRoom() === true) }
  const servers = data.listeners.map((listener, index) =>
    listener.transport === 'udp'
      ? null
      : createStreamServer(listener, data.streams, {
          decoder,
          batches,
          sessions,
          places,
          now: Date.now,
          log: (level, message, fields) => tell({ kind: 'log', level, message, fields }),
          opened: () => tell({ kind: 'opened', listener: index, granted: 0 }),
          refused: (code, message) => tell({ kind: 'refused', listener: index, code, message }),
        }),
  )
  const each = (work: (server: NonNullable<(typeof servers)[number]>) => void): void => {
    for (const server of servers) if (server !== null) work(server)
  }

  function report(): void {
    tell({
      kind: 'receiver',
      worker: data.worker,
      counts: structuredClone(decoder.counts),
      batches: { ...batches.counts },
      listeners: servers.map(server => (server === null ? { datagrams: 0, bytes: 0 } : { ...server.counts })),
      connections: servers.map(server => (server === null ? null : structuredClone(server.connections))),
      exporters: books.statuses(sessions.exporters(), Date.now()),
      counters: batches.takeCounters(),
      forgotten: { ...sessions.forgotten },
    })
  }

  function tick(): void {
    const nowMs = Date.now()
    each(server => server.tick())
    batches.flush(nowMs, false)
    for (const exporter of sessions.exporters()) if (exporter.pendingBytes > 0) decoder.expire(exporter, nowMs)
  }

  const timers = [
    setInterval(tick, FRAME_MS / 4),
    setInterval(() => each(server => server.open()), REOPEN_MS),
    setInterval(() => {
      each(server => server.sweep())
      report()
    }, REPORT_MS),
  ]

  function end(): void {
    for (const timer of timers) clearInterval(timer)
    each(server => server.close())
    // Their close events come first, and count what is left.
    setImmediate(() =>
      setImmediate(() => {
        batches.flush(Date.now(), true)
        report()
        tell({ kind: 'stopped' })
        main.close()
      }),
    )
  }

  const bytesRead = (): number => servers.reduce((sum, server) => sum + (server?.bytesRead ?? 0), 0)

  /** Ends when nothing comes any more, or what comes never ends. */
  function endQuietly(until: number, before: number): void {
    const read = bytesRead()
    if (read === before || Date.now() >= until) return end()
    setTimeout(endQuietly, FRAME_MS / 4, until, read)
  }

  main.on('message', (command: StreamCommand) => {
    if (command.kind === 'places') batches.usePlaces(command.places)
    else if (command.kind === 'describe') tell({ kind: 'described', id: command.id, detail: books.detail(sessions.exporters(), command.address) })
    else if (command.kind === 'stop') setTimeout(endQuietly, FRAME_MS / 4, Date.now() + LAST_READ_MS, bytesRead())
  })
  each(server => server.open())
}

if (parentPort !== null) runStreams(workerData as StreamWorkerData, parentPort)
