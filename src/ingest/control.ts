/**
 * How main and ingest find each other: a Unix socket in the data directory. Ingest says who it is, then its books once a second, and
 * hands over counters of interfaces until main says they are stored; main asks for single exporters and may tell it to stop. Lines of JSON.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { FlowLensError } from '../schema/index.ts'
import type { CounterSample, ExporterDetail, Ledger } from '../telemetry/index.ts'
import { importRequest, type ImportProgress, type ImportRequest } from './imports.ts'

/** Counters of interfaces that main has not stored yet; `upTo` names the last of them in the ingest of this `epoch`. */
export interface CounterPage {
  readonly epoch: number
  readonly upTo: number
  readonly samples: readonly CounterSample[]
}

export type IngestSays =
  | { readonly kind: 'hello'; readonly pid: number; readonly key: string }
  | { readonly kind: 'ledger'; readonly ledger: Ledger }
  | { readonly kind: 'exporter'; readonly id: number; readonly detail: ExporterDetail | null }
  | ({ readonly kind: 'counters' } & CounterPage)
  | ({ readonly kind: 'import' } & ImportProgress)

export type MainSays =
  | { readonly kind: 'stop' }
  /** Asks for everything known of an exporter, by its printed address; the answer has the same id. */
  | { readonly kind: 'exporter'; readonly id: number; readonly address: string }
  | { readonly kind: 'counters_stored'; readonly epoch: number; readonly upTo: number }
  /** Asks for a file to be read into the spool; how it goes is told under the same id. */
  | ({ readonly kind: 'import' } & ImportRequest)

/** Longest path a Unix socket may have, with room for the final zero. */
const MAX_SOCKET_PATH = 100

/** Where the socket of a data directory is: in it, or in the temporary directory when its path is too long for a socket. */
export function controlPath(dataDir: string): string {
  const path = join(dataDir, 'run', 'ingest.sock')
  if (path.length <= MAX_SOCKET_PATH) return path
  return join(tmpdir(), `flowlens-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}.sock`)
}

/** What must be the same for a main to take over a running ingest: the version and everything it was started with. */
export const configKey = (version: string, config: unknown): string =>
  createHash('sha256')
    .update(`${version} ${JSON.stringify(config)}`)
    .digest('hex')
    .slice(0, 16)

/** Longest line: the books of 10,000 exporters, each with all it can be told for, are 6 MB. */
const MAX_LINE_CHARACTERS = 64 * 1024 * 1024

/**
 * Calls back with the value of each line that is whole. Whoever writes what is no JSON, or never ends a line, is no FlowLens: the
 * connection ends, and nothing else does.
 */
export function onLines(socket: Readable, take: (value: unknown) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    try {
      for (const line of lines) if (line !== '') take(JSON.parse(line))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      socket.destroy()
    }
    if (rest.length > MAX_LINE_CHARACTERS) socket.destroy()
  })
}

const kindOf = (value: unknown): unknown => (typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined)

/** What a main said, when it is a thing mains say. */
function mainSays(value: unknown): MainSays | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null
  if (value.kind === 'stop') return { kind: 'stop' }
  if (value.kind === 'exporter' && 'id' in value && 'address' in value && typeof value.id === 'number' && typeof value.address === 'string')
    return { kind: 'exporter', id: value.id, address: value.address }
  if (value.kind === 'counters_stored' && 'epoch' in value && 'upTo' in value && typeof value.epoch === 'number' && typeof value.upTo === 'number')
    return { kind: 'counters_stored', epoch: value.epoch, upTo: value.upTo }
  if (value.kind === 'import') {
    const request = importRequest(value)
    return request === null ? null : { kind: 'import', ...request }
  }
  return null
}

export interface ControlServer {
  /** Sends to every main that is connected; a main that does not read is skipped. */
  say(message: IngestSays): void
  readonly connected: number
  close(): void
}

/** Called with what a main said; `answer` reaches that main alone. */
export type OnMain = (said: MainSays, answer: (message: IngestSays) => void) => void

/** Most bytes that wait for a main that does not read. */
const MAX_BACKLOG = 8 * 1024 * 1024

/** Opens the socket, replacing what a dead process left there. */
export function serveControl(path: string, hello: IngestSays, onMain: OnMain): Promise<ControlServer> {
  const sockets = new Set<Socket>()
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
  rmSync(path, { force: true })
  const server: Server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A main that died mid-line is no news: the close event tells it.
    socket.on('error', () => socket.destroy())
    onLines(socket, value => {
      const said = mainSays(value)
      if (said !== null) onMain(said, message => void (socket.writable && socket.write(`${JSON.stringify(message)}\n`)))
    })
    socket.write(`${JSON.stringify(hello)}\n`)
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () =>
      resolve({
        get connected() {
          return sockets.size
        },
        say(message) {
          const line = `${JSON.stringify(message)}\n`
          for (const socket of sockets) if (socket.writableLength < MAX_BACKLOG) socket.write(line)
        },
        close() {
          server.close()
          for (const socket of sockets) socket.destroy()
        },
      }),
    )
  })
}

export interface ControlClient {
  say(message: MainSays): void
  /** Everything ingest knows of an exporter, null when it has heard of none. Throws FL_RECEIVE_ANSWER when no answer comes in time. */
  exporter(address: string): Promise<ExporterDetail | null>
  close(): void
}

/** The longest an answer may take. A thread under full load looks for questions every 25 ms. */
const ANSWER_MS = 5000
/** Questions that wait at once; whoever asks more is refused, since an answer may have 2 MB. */
const MAX_QUESTIONS = 16

interface Question {
  readonly resolve: (detail: ExporterDetail | null) => void
  readonly reject: (error: FlowLensError) => void
  readonly timer: NodeJS.Timeout
}

const noAnswer = (why: string): FlowLensError => new FlowLensError('FL_RECEIVE_ANSWER', `what is known of the exporter cannot be told: ${why}`)

/** Connects to a running ingest; null when none answers. */
export function connectControl(path: string, on: { readonly says: (message: IngestSays) => void; readonly closed: () => void }): Promise<ControlClient | null> {
  return new Promise(resolve => {
    const socket = createConnection(path)
    const questions = new Map<number, Question>()
    let asked = 0
    const settle = (id: number, settled: ExporterDetail | null | FlowLensError): void => {
      const question = questions.get(id)
      if (question === undefined) return
      questions.delete(id)
      clearTimeout(question.timer)
      if (settled instanceof FlowLensError) question.reject(settled)
      else question.resolve(settled)
    }
    const say = (message: MainSays): void => void socket.write(`${JSON.stringify(message)}\n`)
    socket.once('error', () => resolve(null))
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        for (const id of questions.keys()) settle(id, noAnswer('the process that receives has ended'))
        on.closed()
      })
      onLines(socket, value => {
        const kind = kindOf(value)
        // Written by a FlowLens of the same version, else its hello is refused.
        const said = value as IngestSays
        if (kind === 'exporter' && said.kind === 'exporter') settle(said.id, said.detail)
        else if (kind === 'hello' || kind === 'ledger' || kind === 'counters' || kind === 'import') on.says(said)
      })
      resolve({
        say,
        exporter(address) {
          if (questions.size >= MAX_QUESTIONS) return Promise.reject(noAnswer('too many questions wait for an answer'))
          const id = ++asked
          return new Promise((answered, reject) => {
            const timer = setTimeout(() => settle(id, noAnswer(`no answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS)
            questions.set(id, { resolve: answered, reject, timer })
            say({ kind: 'exporter', id, address })
          })
        },
        close: () => void socket.destroy(),
      })
    })
  })
}
