/**
 * The writing thread: takes sealed batches, appends them to the spool, and gives each back, zeroed, once it is on the disk. It is
 * the only thread of ingest that waits for a disk.
 */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { settingsFor, type ExporterRules } from '../decode/registry/index.ts'
import { createDuplicateMarker, withoutMarks } from '../enrich/index.ts'
import { encodeBlock, toError, type ErrorCode, type SealedBatch } from '../schema/index.ts'
import { createSpoolWriter, type SpoolEvent, type SpoolWriter } from '../spool/index.ts'
import { zeroRows } from './batches.ts'
import type { LogFields } from '../telemetry/index.ts'
import { createLearned, type Learned } from './learned.ts'
import type { WriterReport } from './ledger.ts'

export interface WriteWorkerData {
  readonly spool: Parameters<typeof createSpoolWriter>[0]
  /** One port a receiving thread. */
  readonly receivers: readonly MessagePort[]
  /** How flows that are told more than once are found; null where they are not looked for. */
  readonly duplicates: { readonly maxBytes: number; readonly file: string } | null
  readonly rules: ExporterRules
}

/** What the process tells the thread. */
export type WriteCommand =
  | { readonly kind: 'stop' }
  | { readonly kind: 'report' }
  /** A thread that was started later. */
  | { readonly kind: 'receiver'; readonly port: MessagePort }

/** What the thread tells the process. */
export type WriteAnswer =
  | WriterReport
  | { readonly kind: 'ready'; readonly nextSeq: number }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'event'; readonly event: string; readonly details: LogFields }
  | { readonly kind: 'warn'; readonly message: string; readonly fields: LogFields }
  | { readonly kind: 'stopped' }

interface Kept {
  readonly sealed: SealedBatch
  readonly from: MessagePort
  readonly endSeq: number
}

const POLL_MS = 50

/** An event's values as fields of a log line. */
function detailsOf(event: SpoolEvent): LogFields {
  switch (event.kind) {
    case 'recovered':
      return { ...event.recovered }
    case 'lock_taken_over':
      return { pid: event.pid }
    case 'gap':
      return { reason: event.reason, from_seq: event.fromSeq, to_seq: event.toSeq, bytes: event.bytes }
    case 'disk_error':
      return { operation: event.operation, code: event.error.code, error: event.error.message }
    case 'disk_full':
    case 'disk_well':
    case 'memory_only':
      return {}
  }
}

/** Runs the thread until it is told to stop. */
export function runWriter(data: WriteWorkerData, main: MessagePort): void {
  const tell = (answer: WriteAnswer): void => main.postMessage(answer)
  const writer: SpoolWriter = createSpoolWriter(data.spool, { onEvent: event => tell({ kind: 'event', event: event.kind, details: detailsOf(event) }) })
  const settingsOf = settingsFor(data.rules)
  const marker =
    data.duplicates === null ? null : createDuplicateMarker({ maxBytes: data.duplicates.maxBytes, ruleOf: address => settingsOf(address).duplicates })
  let learned: Learned | null = null
  const kept: Kept[] = []
  let received = 0
  let timer: NodeJS.Timeout | undefined

  function release(durableSeq: number): void {
    while (kept[0] !== undefined && kept[0].endSeq <= durableSeq) {
      const { sealed, from } = kept.shift() as Kept
      zeroRows(sealed)
      from.postMessage(sealed.id)
    }
  }

  function append(sealed: SealedBatch, from: MessagePort): void {
    received += sealed.rows
    const marked = marker === null ? withoutMarks(sealed) : marker.mark(sealed, Date.now())
    const outcome = writer.append({
      rows: sealed.rows,
      firstReceivedAt: sealed.firstReceivedAt,
      lastReceivedAt: sealed.lastReceivedAt,
      encode: firstSeq => encodeBlock(marked, firstSeq),
    })
    // A dropped frame is released with the ones before it: its memory is in nobody's way.
    const endSeq = outcome.kind === 'dropped' ? outcome.durableSeq : outcome.firstSeq + sealed.rows
    kept.push({ sealed, from, endSeq })
    release(outcome.durableSeq)
  }

  function poll(): void {
    const { durableSeq, dueAt } = writer.poll()
    learned?.save(Date.now())
    release(durableSeq)
    clearTimeout(timer)
    timer = setTimeout(poll, dueAt === null ? POLL_MS : Math.max(1, Math.min(POLL_MS, dueAt - Date.now())))
  }

  function report(): WriterReport {
    const stats = writer.stats()
    return {
      kind: 'writer',
      received,
      spooled: stats.rowsSpooled,
      dropped: { ...stats.rowsDropped },
      bytes: stats.bytes,
      durable_seq: stats.durableSeq,
      degraded: stats.state === 'ok' ? null : stats.state,
      duplicates: { other_exporter: marker?.counts.otherExporter ?? 0, same_exporter: marker?.counts.sameExporter ?? 0 },
    }
  }

  try {
    tell({ kind: 'ready', nextSeq: writer.open().nextSeq })
  } catch (thrown) {
    const { code, message } = toError(thrown, 'FL_SPOOL_IO')
    tell({ kind: 'failed', code, message })
    return
  }
  // The spool's lock is held by now: nobody else writes to the data directory.
  if (data.duplicates !== null && marker !== null)
    learned = createLearned(data.duplicates.file, marker, (message, fields) => tell({ kind: 'warn', message, fields }))
  poll()
  const receivers: MessagePort[] = []
  const listen = (port: MessagePort): void => {
    receivers.push(port)
    port.on('message', (sealed: SealedBatch) => append(sealed, port))
  }
  data.receivers.forEach(listen)
  main.on('message', (command: WriteCommand) => {
    if (command.kind === 'report') return tell(report())
    if (command.kind === 'receiver') return listen(command.port)
    clearTimeout(timer)
    writer.close()
    learned?.save(Date.now(), true)
    tell(report())
    tell({ kind: 'stopped' })
    for (const port of receivers) port.close()
    main.close()
  })
}

if (parentPort !== null) runWriter(workerData as WriteWorkerData, parentPort)
