/** Sends IPFIX messages over TCP or TLS, a connection for each exporter; what the collector does not read yet is waited for. */
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { Sums } from './exporter.ts'
import type { Sender, SenderConfig } from './sender.ts'

export interface StreamSenderConfig extends Pick<SenderConfig, 'targets' | 'sources'> {
  /** Options of TLS; null for plain TCP. */
  readonly tls: ConnectionOptions | null
}

interface Line {
  readonly socket: Socket
  /** Messages that were put and not written yet. */
  waiting: number
  failed: boolean
}

export function createStreamSender(config: StreamSenderConfig, deps: { readonly onTaken: (source: number, sums: Sums) => void }): Sender {
  const lines = new Map<number, Line>()
  let taken = 0
  let failed = 0
  let refused = 0
  let trouble = ''

  function lineOf(source: number): Line {
    const known = lines.get(source)
    if (known !== undefined) return known
    const { address: host, port } = config.targets[source]!
    const localAddress = config.sources[source]
    const where = { host, port, ...(localAddress === undefined ? {} : { localAddress }) }
    const line: Line = { socket: config.tls === null ? connect(where) : connectTls({ ...where, ...config.tls }), waiting: 0, failed: false }
    line.socket.on('error', error => {
      line.failed = true
      if ('code' in error && error.code === 'ECONNREFUSED') refused++
      trouble = error.message
    })
    line.socket.on('close', () => (line.failed = true))
    // A collector sends nothing; what it ends is noticed only by reading.
    line.socket.resume()
    lines.set(source, line)
    return line
  }

  const idle = async (): Promise<void> => {
    const busy = (): boolean => [...lines.values()].some(line => line.waiting > 0)
    while (busy()) await new Promise(resolve => setTimeout(resolve, 1))
  }

  return {
    method: config.tls === null ? 'tcp' : 'tls',
    put(built) {
      const line = lineOf(built.source)
      if (line.failed) {
        failed++
        return
      }
      const { source, flows, octets, packets, scaledOctets, scaledPackets } = built
      line.waiting++
      line.socket.write(built.datagram.slice(), error => {
        line.waiting--
        if (error == null) {
          taken++
          deps.onTaken(source, { flows, octets, packets, scaledOctets, scaledPackets })
        } else {
          failed++
          line.failed = true
          trouble = error.message
        }
      })
    },
    flush: idle,
    get stats() {
      return { taken, failed, refused, trouble }
    },
    async close() {
      await idle()
      await Promise.all(
        [...lines.values()].map(({ socket }) => (socket.destroyed ? undefined : new Promise<void>(resolve => socket.once('close', () => resolve()).end()))),
      )
      lines.clear()
    },
  }
}
