/**
 * A listener for IPFIX over TCP or TLS (RFC 7011 §10.4, §11): connections with their limits, messages to the decoder. A connection is
 * a transport session. Holds always: nobody keeps more than a message's bytes here; a message that was begun is whole in time or its
 * connection ends; when rows have no place, connections wait instead of losing them: TCP makes the exporter wait too.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls'
import type { Config, ListenerConfig } from '../config/index.ts'
import type { DatagramReason, Decoder, Exporter } from '../decode/index.ts'
import { printAddress, readAddress, toError, type ErrorCode } from '../schema/index.ts'
import type { LogFields } from '../telemetry/index.ts'
import type { Batches } from './batches.ts'
import { END_HELP, handshakeHelp, looksLikeTls, type ConnectionCounts, type ConnectionEnd } from './connections.ts'
import { createFraming, type Framing } from './framing.ts'
import { bindText, errorText } from './libc.ts'
import type { ListenerCounts } from './receive-loop.ts'
import type { Sessions } from './sessions.ts'
import { readTls, stampOf } from './tls-files.ts'

export interface StreamServer {
  readonly counts: ListenerCounts
  readonly connections: ConnectionCounts
  /** Opens the port when it is not open; looks whether certificates were renewed. */
  open(): void
  /** Work of every 25 ms: connections that waited for room go on. */
  tick(): void
  /** Work of every second: what is silent or slow ends. */
  sweep(): void
  /** Bytes read since the beginning: unchanged when nothing comes any more. */
  readonly bytesRead: number
  close(): void
}

export interface StreamServerDeps {
  readonly decoder: Decoder
  readonly batches: Batches
  readonly sessions: Sessions
  /** Connections of all listeners, by address. */
  readonly places: Places
  readonly now: () => number
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields: LogFields) => void
  readonly opened: () => void
  readonly refused: (code: ErrorCode, message: string) => void
}

/** Places for connections, shared by all listeners. */
export interface Places {
  all: number
  readonly byAddress: Map<bigint, number>
  /** Ends the connection that has been silent longest of those that never sent a message; false when there is none. */
  makeRoom(): boolean
}

interface Connection {
  readonly key: string
  readonly raw: Socket
  readonly address: bigint
  readonly framing: Framing
  /** The decrypted side on TLS, once the handshake is done; null before. */
  socket: Socket | null
  exporter: Exporter | null
  /** Why it ends, when we end it. */
  end: ConnectionEnd | null
  help: string | null
  lastMessageMs: number
  /** When the message that is not whole was begun, or the connection. */
  begunMs: number
  /** Whether it waits for room. */
  waiting: boolean
}

const keyOf = (socket: Socket): string => `${socket.remoteAddress ?? ''} ${socket.remotePort ?? 0}`

/** Dead peers are found by probes after this long. */
const KEEP_ALIVE_MS = 60_000

export function createStreamServer(listener: ListenerConfig, config: Config['streams'], deps: StreamServerDeps): StreamServer & Pick<Places, 'makeRoom'> {
  const { decoder, batches, sessions, places, now, log } = deps
  const { address, port, tls } = listener
  const counts: ListenerCounts = { datagrams: 0, bytes: 0 }
  const connections: ConnectionCounts = { received: 0, open: 0, closed: {} }
  // By address and port of the exporter, which TLS tells too.
  const live = new Map<string, Connection>()
  let server: Server | null = null
  let secure: TlsServer | null = null
  let stamp = ''

  const ended = (reason: ConnectionEnd): void => {
    connections.closed[reason] = (connections.closed[reason] ?? 0) + 1
  }

  function tell(from: bigint, reason: ConnectionEnd, help: string | null = END_HELP[reason] ?? null): void {
    if (help !== null)
      log('warn', `connection ${reason === 'too_many' || reason === 'too_many_of_address' ? 'refused' : 'closed'}: ${reason}`, {
        exporter: printAddress(from),
        port,
        help,
      })
  }

  function refuse(connection: Connection, reason: DatagramReason): void {
    counts.datagrams++
    decoder.counts.datagrams++
    decoder.counts.datagramsRejected[reason]++
    const { exporter } = connection
    if (exporter === null) return
    exporter.datagrams++
    exporter.rejected.set(reason, (exporter.rejected.get(reason) ?? 0) + 1)
  }

  function end(connection: Connection, reason: ConnectionEnd, help?: string): void {
    if (connection.end !== null) return
    connection.end = reason
    connection.help = help ?? null
    // Never the raw one below TLS that is in use: Node frees it under the feet of its own callback.
    if (reason !== 'handshake') (connection.socket ?? connection.raw).destroy()
  }

  /** Decodes whole messages while there is room for their rows; `always` where the connection is gone and cannot wait. */
  function drain(connection: Connection, always = false): void {
    const { framing, exporter } = connection
    if (exporter === null || connection.end !== null) return
    const nowMs = now()
    for (;;) {
      if (!always && !batches.hasRoom()) {
        connection.waiting = true
        connection.socket?.pause()
        return
      }
      const next = framing.next()
      if (next === null) break
      if (typeof next === 'string') {
        refuse(connection, next)
        return end(connection, next)
      }
      counts.datagrams++
      connection.lastMessageMs = connection.begunMs = nowMs
      const reason = decoder.decode(next.view, next.start, next.end, exporter, nowMs)
      if (reason === 'malformed' || reason === 'bad_length' || reason === 'bad_version') return end(connection, reason)
    }
    if (framing.held === 0) connection.begunMs = 0
    else if (connection.begunMs === 0) connection.begunMs = nowMs
  }

  /** What is left when a connection is gone: its last messages, its session, its place. */
  function finish(connection: Connection): void {
    if (connection.waiting) drain(connection, true)
    const { exporter, framing } = connection
    const cut = framing.held > 0 && connection.end !== 'bad_version' && connection.end !== 'bad_length' && connection.end !== 'malformed'
    if (cut) refuse(connection, 'truncated')
    const fallback = cut ? 'truncated' : exporter === null && tls !== undefined ? 'handshake' : 'ended'
    const reason = connection.end ?? fallback
    ended(reason)
    tell(connection.address, reason, connection.help ?? undefined)
    live.delete(connection.key)
    connections.open--
    places.all--
    const others = (places.byAddress.get(connection.address) ?? 1) - 1
    if (others === 0) places.byAddress.delete(connection.address)
    else places.byAddress.set(connection.address, others)
    if (exporter === null) return
    decoder.forget(exporter)
    sessions.close(exporter)
    log('info', 'connection ended', { exporter: printAddress(connection.address), port, reason, messages: exporter.datagrams, flows: exporter.rows })
  }

  /** The connection carries IPFIX from here on. */
  function begin(connection: Connection, socket: Socket): void {
    const exporter = sessions.open(connection.address, tls === undefined ? 'tcp' : 'tls', now())
    connection.socket = socket
    connection.exporter = exporter
    connection.begunMs = 0
    let first = true
    socket.on('data', (bytes: Buffer) => {
      counts.bytes += bytes.length
      if (first && tls === undefined && looksLikeTls(bytes)) {
        refuse(connection, 'bad_version')
        return end(connection, 'bad_version', 'it speaks TLS: point the exporter at a listener with transport: tls, or switch TLS off there')
      }
      first = false
      connection.framing.push(bytes)
      drain(connection)
    })
    log('info', 'connection open', { exporter: printAddress(connection.address), port, transport: listener.transport })
  }

  function fault(connection: Connection, error: Error): void {
    if (connection.end === null && connection.framing.held === 0) connection.end = 'reset'
    connection.help ??= 'code' in error && error.code === 'ECONNRESET' ? null : error.message
  }

  function accept(raw: Socket): void {
    connections.received++
    const from = readAddress((raw.remoteAddress ?? '').split('%')[0] ?? '') ?? 0n
    const of = places.byAddress.get(from) ?? 0
    const refusal = of >= config.connectionsPerAddress ? 'too_many_of_address' : places.all >= config.connections && !places.makeRoom() ? 'too_many' : null
    if (refusal !== null) {
      ended(refusal)
      tell(from, refusal)
      raw.on('error', () => undefined).destroy()
      return
    }
    connections.open++
    places.all++
    places.byAddress.set(from, of + 1)
    const nowMs = now()
    const connection: Connection = {
      key: keyOf(raw),
      raw,
      address: from,
      framing: createFraming(),
      socket: null,
      exporter: null,
      end: null,
      help: null,
      lastMessageMs: nowMs,
      begunMs: nowMs,
      waiting: false,
    }
    live.set(connection.key, connection)
    raw.setKeepAlive(true, KEEP_ALIVE_MS)
    raw.on('error', error => fault(connection, error))
    if (secure === null) {
      raw.once('close', () => finish(connection))
      begin(connection, raw)
    } else {
      raw.once('close', () => {
        // The decrypted side closes after it, and may still hold messages.
        if (connection.socket === null) finish(connection)
      })
      secure.emit('connection', raw)
    }
  }

  /** A handshake that is done: the certificate is looked at before anything is read. */
  function admit(socket: TLSSocket): void {
    const connection = live.get(keyOf(socket))
    if (connection === undefined) return void socket.destroy()
    connection.socket = socket
    socket.on('error', error => fault(connection, error))
    socket.once('close', () => finish(connection))
    if (tls?.ca !== undefined && !socket.authorized) {
      const shown = Object.keys(socket.getPeerCertificate()).length > 0
      if (shown) end(connection, 'bad_certificate', `${END_HELP.bad_certificate ?? ''} (${String(socket.authorizationError)})`)
      else if (tls.requireClientCertificate) end(connection, 'no_certificate')
      if (connection.end !== null) return
    }
    begin(connection, socket)
  }

  /** TLS over connections that `accept` has counted. */
  function listenSecurely(files: NonNullable<ListenerConfig['tls']>): TlsServer {
    const made = createTlsServer({
      ...readTls(files),
      requestCert: files.ca !== undefined,
      // Looked at in `admit`, which can say what is wrong.
      rejectUnauthorized: false,
      handshakeTimeout: config.messageSeconds * 1000,
    })
    made.on('secureConnection', admit)
    made.on('tlsClientError', (error, socket) => {
      const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
      const connection = live.get(keyOf(socket))
      if (connection?.exporter === null) end(connection, 'handshake', handshakeHelp(code, error.message))
      socket.destroy()
    })
    return made
  }

  function renew(files: NonNullable<ListenerConfig['tls']>): void {
    const seen = stampOf(files)
    if (seen === '' || seen === stamp) return
    stamp = seen
    try {
      secure?.setSecureContext(readTls(files))
      log('info', 'certificate renewed', { port, cert: files.cert })
    } catch (thrown) {
      log('error', 'certificate not renewed, the old one stays', { port, code: 'FL_RECEIVE_TLS', error: toError(thrown, 'FL_RECEIVE_TLS').message })
    }
  }

  const listening: StreamServer & Pick<Places, 'makeRoom'> = {
    counts,
    connections,
    open() {
      if (server !== null) return tls === undefined ? undefined : renew(tls)
      try {
        if (tls !== undefined) {
          secure = listenSecurely(tls)
          stamp = stampOf(tls)
        }
      } catch (thrown) {
        const { code, message } = toError(thrown, 'FL_RECEIVE_TLS')
        return deps.refused(code, message)
      }
      const made = createServer(accept)
      server = made
      made.on('error', (error: NodeJS.ErrnoException) => {
        server = null
        deps.refused('FL_RECEIVE_BIND', bindText(address, port, error.code === undefined ? error.message : errorText(error.code)))
      })
      made.listen(port, address, () => deps.opened())
    },
    tick() {
      for (const connection of live.values()) {
        if (!connection.waiting) continue
        if (!batches.hasRoom()) return
        connection.waiting = false
        drain(connection)
        if (!connection.waiting) connection.socket?.resume()
      }
    },
    sweep() {
      const nowMs = now()
      for (const connection of live.values()) {
        // Whoever waits for room is slow through no fault of its own.
        if (connection.waiting) connection.begunMs = connection.lastMessageMs = nowMs
        else if (connection.begunMs > 0 && nowMs - connection.begunMs > config.messageSeconds * 1000) {
          // A handshake that takes too long is ended by TLS itself.
          if (connection.exporter !== null) end(connection, 'slow')
        } else if (connection.exporter !== null && nowMs - connection.lastMessageMs > config.idleSeconds * 1000) end(connection, 'idle')
      }
    },
    makeRoom() {
      for (const connection of live.values()) {
        if (connection.end !== null || (connection.exporter?.datagrams ?? 0) > 0) continue
        end(connection, 'gave_way')
        return true
      }
      return false
    },
    get bytesRead() {
      return counts.bytes
    },
    close() {
      server?.close()
      for (const connection of live.values()) {
        if (connection.waiting) drain(connection, true)
        end(connection, connection.framing.held > 0 ? 'truncated' : 'stopped')
      }
    },
  }
  return listening
}
