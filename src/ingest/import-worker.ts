/**
 * The import thread: files with flows in them, decoded into batches as a receiving thread does with datagrams, so that all sinks get
 * them and the books close. It waits while its rows have no place or the spool fills: whoever sends now goes before what happened once.
 */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { kindOfFile, readFlowFile } from '../capture/index.ts'
import { createDecoder, type DecodeCounts, type DecoderConfig, type Exporter } from '../decode/index.ts'
import type { ExporterRules } from '../decode/registry/index.ts'
import { readAddress } from '../schema/index.ts'
import type { ExporterDetail } from '../telemetry/index.ts'
import type { Places } from '../enrich/index.ts'
import { createBatches, FRAME_MS, type BatchesConfig } from './batches.ts'
import { createExporterBooks } from './exporter-books.ts'
import type { ReceiverReport } from './ledger.ts'
import { openJournal, readImported } from './import-journal.ts'
import { createSessions } from './sessions.ts'
import type { ImportProgress, ImportRequest } from './imports.ts'

export interface ImportWorkerData {
  /** Number of this thread among those that report. */
  readonly worker: number
  readonly decoder: DecoderConfig
  /** Most addresses that are remembered. */
  readonly exporters: number
  readonly rules: ExporterRules
  readonly batches: BatchesConfig
  readonly writer: MessagePort
  /** The file that says which files were imported. */
  readonly journal: string
}

export type ImportCommand =
  | ({ readonly kind: 'import' } & ImportRequest)
  /** Whether the spool is too full for what can wait. */
  | { readonly kind: 'hold'; readonly on: boolean }
  | { readonly kind: 'describe'; readonly id: number; readonly address: string }
  | { readonly kind: 'places'; readonly places: Places }
  | { readonly kind: 'stop' }

export type ImportAnswer =
  | ReceiverReport
  | ({ readonly kind: 'import' } & ImportProgress)
  | { readonly kind: 'described'; readonly id: number; readonly detail: ExporterDetail | null }
  | { readonly kind: 'stopped' }

const REPORT_MS = 1000
/** Messages between two looks at the clock and at what others say. */
const TURN = 64

/** Runs the thread until it is told to stop. */
function runImports(data: ImportWorkerData, main: MessagePort): void {
  const tell = (answer: ImportAnswer): void => main.postMessage(answer)
  const batches = createBatches(data.batches, {
    // To spool and sinks rows are as old as their arrival here: what is old in them is the flow.
    hand: sealed => data.writer.postMessage({ ...sealed, firstReceivedAt: Date.now(), lastReceivedAt: Date.now() }),
    collect: () => {
      for (let message = receiveMessageOnPort(data.writer); message !== undefined; message = receiveMessageOnPort(data.writer))
        batches.giveBack(message.message as number)
    },
  })
  const sessions = createSessions(data.exporters, data.rules)
  const books = createExporterBooks(data.decoder)
  const journal = openJournal(data.journal)
  // The exporters of the file in hand; each file is a session (RFC 5655 §4).
  const ofFile = new Map<bigint, Exporter>()
  let transport: Exporter['transport'] = 'file'
  function exporterAt(address: bigint): Exporter {
    let exporter = ofFile.get(address)
    if (exporter === undefined) ofFile.set(address, (exporter = sessions.open(address, transport, 0)))
    return exporter
  }
  const decoder = createDecoder({ ...data.decoder, lifetimeMs: Infinity, pendingMs: Infinity }, { sink: batches, exporterAt })
  const { counts } = decoder
  const waiting: ImportRequest[] = []
  let working = false
  let held = false
  let stopping = false

  function report(): void {
    tell({
      kind: 'receiver',
      worker: data.worker,
      counts: structuredClone(counts),
      batches: { ...batches.counts },
      listeners: [],
      exporters: books.statuses(sessions.exporters(), Date.now()),
      counters: batches.takeCounters(),
      forgotten: { ...sessions.forgotten },
    })
  }

  /** Resolves when there is room for the rows of a message; flushes what is there, since nothing else frees batches. */
  async function room(): Promise<void> {
    while (!stopping && (held || !batches.hasRoom())) {
      batches.flush(0, true)
      await sleep(FRAME_MS / 4)
    }
  }

  async function run(request: ImportRequest): Promise<void> {
    const before = structuredClone(counts)
    const say = (more: Partial<ImportProgress> & Pick<ImportProgress, 'state'>): void =>
      tell({
        kind: 'import',
        id: request.id,
        path: request.path,
        format: null,
        readBytes: 0,
        bytes: 0,
        message: null,
        oldestMs: null,
        newestMs: null,
        ...differenceOf(before, counts),
        ...more,
      })
    const nobody = readAddress(request.exporter ?? '') ?? NOBODY
    const file = readImported(request.path)
    if ('message' in file) return say({ state: 'refused', message: file.message })
    const { bytes } = file
    const format = kindOfFile(bytes)
    if (format === null)
      return say({ state: 'refused', bytes: bytes.length, message: 'it is none of pcap, pcapng, an IPFIX file (RFC 5655), a file of nfcapd, a flow datagram' })
    const hash = createHash('sha256').update(bytes).digest('hex')
    const last = journal.find(hash)
    if (last !== null && !request.again)
      return say({ state: 'refused', format, bytes: bytes.length, message: `it was imported before, ${last}; --again imports it once more` })

    transport = format === 'ipfix' || format === 'nfcapd' ? 'file' : 'udp'
    let oldestMs: number | null = null
    let newestMs: number | null = null
    let saidAt = Date.now()
    let taken = 0
    let trouble: string | null = null
    const read = readFlowFile(bytes, format)
    for (let next = read.next(); ; next = read.next()) {
      if (next.done === true) {
        trouble = next.value
        break
      }
      if (++taken % TURN === 0) {
        await new Promise(setImmediate)
        if (Date.now() - saidAt >= REPORT_MS / 2) {
          saidAt = Date.now()
          say({ state: 'running', format, readBytes: next.value.readBytes, bytes: bytes.length, oldestMs, newestMs })
        }
      }
      if (held || !batches.hasRoom()) await room()
      if (stopping) {
        trouble = 'FlowLens was stopped; what was read until then is kept'
        break
      }
      const { address, view, start, end } = next.value
      const timeMs = next.value.timeMs === 0 ? Date.now() : next.value.timeMs
      oldestMs = Math.min(oldestMs ?? timeMs, timeMs)
      newestMs = Math.max(newestMs ?? timeMs, timeMs)
      decoder.decode(view, start, end, exporterAt(address === NOBODY ? nobody : address), timeMs)
    }
    for (const exporter of ofFile.values()) {
      decoder.forget(exporter)
      sessions.close(exporter)
    }
    ofFile.clear()
    batches.flush(0, true)
    if (!stopping) journal.add(hash, request.path, counts.rows - before.rows)
    say({ state: trouble === null ? 'done' : 'cut', format, readBytes: bytes.length, bytes: bytes.length, message: trouble, oldestMs, newestMs })
    report()
  }

  async function work(): Promise<void> {
    working = true
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next)
    working = false
    if (stopping) end()
  }

  const timer = setInterval(report, REPORT_MS)

  function end(): void {
    clearInterval(timer)
    batches.flush(0, true)
    report()
    tell({ kind: 'stopped' })
    main.close()
  }

  main.on('message', (command: ImportCommand) => {
    switch (command.kind) {
      case 'import':
        waiting.push(command)
        if (!working) void work()
        return
      case 'hold':
        held = command.on
        return
      case 'places':
        return batches.usePlaces(command.places)
      case 'describe':
        return tell({ kind: 'described', id: command.id, detail: books.detail(sessions.exporters(), command.address) })
      case 'stop':
        stopping = true
        waiting.length = 0
        if (!working) end()
        return
      default:
        // What is only said to threads with sockets.
        return command satisfies never
    }
  })
}

/** 0.0.0.0, mapped: where a file does not tell who exported. */
const NOBODY = 0xffffn << 32n

/** What a file added to the counts. */
function differenceOf(before: DecodeCounts, now: DecodeCounts): Pick<ImportProgress, 'messages' | 'flows' | 'optionRecords' | 'rejected'> {
  const rejected: Record<string, number> = {}
  for (const part of ['datagramsRejected', 'setsRejected'] as const) {
    for (const [reason, count] of Object.entries(now[part])) {
      const more = count - ((before[part] as Readonly<Record<string, number>>)[reason] ?? 0)
      if (more > 0) rejected[reason] = (rejected[reason] ?? 0) + more
    }
  }
  return { messages: now.datagrams - before.datagrams, flows: now.rows - before.rows, optionRecords: now.optionRecords - before.optionRecords, rejected }
}

if (parentPort !== null) runImports(workerData as ImportWorkerData, parentPort)
