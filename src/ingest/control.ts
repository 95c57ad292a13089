/**
 * How main and ingest find each other: a Unix socket in the data directory. Ingest says who it is, then its books once a second;
 * main may tell it to stop. Lines of JSON.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Ledger } from '../telemetry/index.ts'

export type IngestSays = { readonly kind: 'hello'; readonly pid: number; readonly key: string } | { readonly kind: 'ledger'; readonly ledger: Ledger }
export type MainSays = { readonly kind: 'stop' }

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

export interface ControlServer {
  /** Sends to every main that is connected; a main that does not read is skipped. */
  say(message: IngestSays): void
  readonly connected: number
  close(): void
}

/** Most bytes that wait for a main that does not read. */
const MAX_BACKLOG = 8 * 1024 * 1024

/** Opens the socket, replacing what a dead process left there. */
export function serveControl(path: string, hello: IngestSays, onStop: () => void): Promise<ControlServer> {
  const sockets = new Set<Socket>()
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
  rmSync(path, { force: true })
  const server: Server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A main that died mid-line is no news: the close event tells it.
    socket.on('error', () => socket.destroy())
    onLines(socket, value => {
      if (kindOf(value) === ('stop' satisfies MainSays['kind'])) onStop()
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
  close(): void
}

/** Connects to a running ingest; null when none answers. */
export function connectControl(path: string, on: { readonly says: (message: IngestSays) => void; readonly closed: () => void }): Promise<ControlClient | null> {
  return new Promise(resolve => {
    const socket = createConnection(path)
    socket.once('error', () => resolve(null))
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      socket.on('error', () => socket.destroy())
      socket.on('close', () => on.closed())
      onLines(socket, value => {
        const kind = kindOf(value)
        if (kind === 'hello' || kind === 'ledger') on.says(value as IngestSays)
      })
      resolve({ say: message => void socket.write(`${JSON.stringify(message)}\n`), close: () => void socket.destroy() })
    })
  })
}
