/**
 * A receiving thread: takes datagrams from its sockets and decodes them into batches (DESIGN §4). With recvmmsg it is one loop that
 * never yields to an event loop, so all it is told comes by `receiveMessageOnPort`; with dgram it is driven by events. Both do
 * the same with a datagram (`receive-loop.ts`).
 */
import { createSocket, type Socket } from 'node:dgram'
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { isV4, readAddress } from '../schema/index.ts'
import type { ExporterDetail, LogFields } from '../telemetry/index.ts'
import type { Places } from '../enrich/index.ts'
import { createBatches, FRAME_MS, type Batches, type BatchesConfig } from './batches.ts'
import { createExporterBooks } from './exporter-books.ts'
import type { ReceiverReport } from './ledger.ts'
import { bindText, errorText, loadLibc } from './libc.ts'
import { createReceiveLoop, type ReceiveConfig, type ReceiveLoop } from './receive-loop.ts'
import { createRedefinitionLog } from './redefinition-log.ts'
import { stateOf, type SavedStates } from './saved-states.ts'
import { REOPEN_MS } from './sockets.ts'
import { createStateSaver } from './state-saver.ts'

export interface ReceiveWorkerData {
  readonly worker: number
  readonly receive: ReceiveConfig
  readonly datagramBytes: number
  readonly batches: BatchesConfig
  /** What exporters had taught before a restart; null where nothing is saved. */
  readonly saved: SavedStates | null
  readonly writer: MessagePort
  /** Open sockets by listener (recvmmsg), or null for those that could not be opened. */
  readonly fds: readonly (number | null)[]
  /** What to open with dgram instead. */
  readonly dgram: readonly { readonly listener: number; readonly address: string; readonly port: number; readonly bufferBytes: number }[] | null
}

export type ReceiveCommand =
  | { readonly kind: 'stop' }
  /** A listener that was opened later. */
  | { readonly kind: 'open'; readonly listener: number; readonly fd: number }
  /** Asks for everything about the exporters with this printed address. */
  | { readonly kind: 'describe'; readonly id: number; readonly address: string }
  | { readonly kind: 'places'; readonly places: Places }

export type ReceiveAnswer =
  | ReceiverReport
  | { readonly kind: 'opened'; readonly listener: number; readonly granted: number }
  | { readonly kind: 'refused'; readonly listener: number; readonly message: string }
  | { readonly kind: 'described'; readonly id: number; readonly detail: ExporterDetail | null }
  /** Lines of exporters that taught something new (`stateLine`). */
  | { readonly kind: 'states'; readonly lines: readonly string[] }
  | { readonly kind: 'warn'; readonly message: string; readonly fields: LogFields }
  | { readonly kind: 'stopped' }

const REPORT_MS = 1000
const AF_INET = 2
const MAPPED_HIGH = 0xffff

/** The sender in a sockaddr: IPv4 as a number (mapped or not), IPv6 as a 128-bit integer. */
function senderOf(names: DataView, at: number): number | bigint {
  if (names.getUint16(at, true) === AF_INET) return names.getUint32(at + 4)
  if (names.getUint32(at + 8) === 0 && names.getUint32(at + 12) === 0 && names.getUint32(at + 16) === MAPPED_HIGH) return names.getUint32(at + 20)
  return (names.getBigUint64(at + 8) << 64n) | names.getBigUint64(at + 16)
}

interface Thread {
  readonly data: ReceiveWorkerData
  readonly main: MessagePort
  readonly batches: Batches
  readonly loop: ReceiveLoop
  report(): void
  /** Hands over what exporters taught since it was saved last; all of it at the end. */
  save(all: boolean): void
  describe(id: number, address: string): void
}

function createThread(data: ReceiveWorkerData, main: MessagePort): Thread {
  const batches: Batches = createBatches(data.batches, {
    hand: sealed => data.writer.postMessage(sealed),
    collect: () => {
      for (let message = receiveMessageOnPort(data.writer); message !== undefined; message = receiveMessageOnPort(data.writer))
        batches.giveBack(message.message as number)
    },
  })
  const { saved } = data
  const loop = createReceiveLoop(data.receive, {
    batches,
    savedOf: address => (saved === null ? null : stateOf(saved, address)),
    onRedefinition: createRedefinitionLog((message, fields) => main.postMessage({ kind: 'warn', message, fields } satisfies ReceiveAnswer), Date.now),
  })
  const saver = createStateSaver(data.receive.decoder.lifetimeMs)
  const books = createExporterBooks(data.receive.decoder)
  return {
    data,
    main,
    batches,
    loop,
    report() {
      const report: ReceiverReport = {
        kind: 'receiver',
        worker: data.worker,
        counts: structuredClone(loop.decoder.counts),
        batches: { ...batches.counts },
        listeners: loop.listeners.map(listener => ({ ...listener })),
        exporters: books.statuses(loop.exporters.values(), Date.now()),
        counters: batches.takeCounters(),
        forgotten: { ...loop.forgotten },
      }
      main.postMessage(report satisfies ReceiveAnswer)
    },
    save(all) {
      if (saved === null) return
      const lines = saver.due(loop.exporters.values(), Date.now(), all)
      if (lines.length > 0) main.postMessage({ kind: 'states', lines } satisfies ReceiveAnswer)
    },
    describe(id, address) {
      main.postMessage({ kind: 'described', id, detail: books.detail(loop.exporters.values(), address) } satisfies ReceiveAnswer)
    },
  }
}

function stop(thread: Thread): void {
  thread.batches.flush(Date.now(), true)
  thread.report()
  thread.save(true)
  thread.main.postMessage({ kind: 'stopped' } satisfies ReceiveAnswer)
  thread.main.close()
}

function runLoop(thread: Thread): void {
  const { data, main, loop } = thread
  const libc = loadLibc()
  const fds = [...data.fds]
  const open = (): number[] => fds.flatMap((fd, listener) => (fd === null ? [] : [listener]))
  let listeners = open()
  const make = (): ReturnType<typeof libc.createReceiver> =>
    libc.createReceiver(
      listeners.map(listener => fds[listener] ?? -1),
      data.datagramBytes,
    )
  let receiver = make()
  let ready = new Uint8Array(listeners.length)
  let tickAt = 0
  let reportAt = 0

  /** Reads all a socket holds, but never so long that the others starve. */
  function drain(socket: number, nowMs: number): void {
    const listener = listeners[socket] ?? 0
    for (let round = 0; round < 16; round++) {
      const count = receiver.take(socket)
      for (let index = 0; index < count; index++) {
        const start = receiver.dataAt(index)
        const length = receiver.lengthOf(index)
        // The buffers are a little longer than the limit, which the kernel does not know.
        const truncated = receiver.truncated(index) || length > data.datagramBytes
        loop.take(
          listener,
          receiver.view,
          start,
          start + Math.min(length, data.datagramBytes),
          senderOf(receiver.names, receiver.nameAt(index)),
          truncated,
          nowMs,
        )
      }
      if (count < 64) return
    }
  }

  const drainReady = (nowMs: number): void => {
    for (let socket = 0; socket < ready.length; socket++) if (ready[socket] !== 0) drain(socket, nowMs)
  }

  for (;;) {
    const waiting = receiver.wait(FRAME_MS / 2, ready)
    const nowMs = Date.now()
    if (waiting > 0) drainReady(nowMs)
    if (nowMs < tickAt) continue
    tickAt = nowMs + FRAME_MS / 4
    loop.tick(nowMs)
    if (nowMs >= reportAt) {
      reportAt = nowMs + REPORT_MS
      thread.report()
      thread.save(false)
    }
    const message = receiveMessageOnPort(main)
    if (message === undefined) continue
    const command = message.message as ReceiveCommand
    if (command.kind === 'stop') {
      // What lies in the sockets came before the word to stop. Under load it never ends, hence the bound: about a full buffer.
      for (let round = 0; round < 8 && receiver.wait(0, ready) > 0; round++) drainReady(nowMs)
      break
    }
    if (command.kind !== 'open') {
      if (command.kind === 'places') thread.batches.usePlaces(command.places)
      else thread.describe(command.id, command.address)
      continue
    }
    fds[command.listener] = command.fd
    listeners = open()
    receiver = make()
    ready = new Uint8Array(listeners.length)
  }
  stop(thread)
}

/** A sender as dgram tells it, IPv4 as a number. */
function addressOf(text: string): number | bigint {
  const address = readAddress(text.split('%')[0] ?? '') ?? 0n
  return isV4(address) ? Number(address & 0xffff_ffffn) : address
}

function runEvents(thread: Thread, wanted: NonNullable<ReceiveWorkerData['dgram']>): void {
  const { data, main, loop } = thread
  const sockets = new Map<number, Socket>()

  function open({ listener, address, port, bufferBytes }: (typeof wanted)[number]): void {
    const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: bufferBytes })
    sockets.set(listener, socket)
    socket.on('error', error => {
      sockets.delete(listener)
      socket.close()
      const why = 'code' in error && typeof error.code === 'string' ? errorText(error.code) : error.message
      main.postMessage({ kind: 'refused', listener, message: bindText(address, port, why) } satisfies ReceiveAnswer)
    })
    socket.on('listening', () => main.postMessage({ kind: 'opened', listener, granted: socket.getRecvBufferSize() } satisfies ReceiveAnswer))
    socket.on('message', (bytes, sender) => {
      const length = Math.min(bytes.length, data.datagramBytes)
      loop.take(listener, new DataView(bytes.buffer, bytes.byteOffset, length), 0, length, addressOf(sender.address), bytes.length > length, Date.now())
    })
    socket.bind(port, address)
  }
  const openAll = (): void => {
    for (const one of wanted) if (!sockets.has(one.listener)) open(one)
  }

  openAll()
  const again = setInterval(openAll, REOPEN_MS)
  const tick = setInterval(() => loop.tick(Date.now()), FRAME_MS / 4)
  const report = setInterval(() => {
    thread.report()
    thread.save(false)
  }, REPORT_MS)
  main.on('message', (command: ReceiveCommand) => {
    if (command.kind === 'describe') thread.describe(command.id, command.address)
    if (command.kind === 'places') thread.batches.usePlaces(command.places)
    if (command.kind !== 'stop') return
    clearInterval(tick)
    clearInterval(report)
    clearInterval(again)
    for (const socket of sockets.values()) socket.close()
    stop(thread)
  })
}

/** Runs the thread until it is told to stop. */
export function runReceiver(data: ReceiveWorkerData, main: MessagePort): void {
  const thread = createThread(data, main)
  if (data.dgram === null) runLoop(thread)
  else runEvents(thread, data.dgram)
}

if (parentPort !== null) runReceiver(workerData as ReceiveWorkerData, parentPort)
