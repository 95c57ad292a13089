/** Sends datagrams, each from the address of its exporter where the machine has it, and tells the ledger what the kernel took. */
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIPv6 } from 'node:net'
import type { Built } from './fleet.ts'
import type { Sums } from './exporter.ts'
import { loadSendmmsg, type BatchSocket, type Sendmmsg } from './sendmmsg.ts'

export interface Target {
  readonly address: string
  readonly port: number
}

/** How datagrams get out: many a call where the system can, else one by one. */
export type SendMethod = 'sendmmsg' | 'dgram'

export interface SenderStats {
  /** Datagrams the kernel took, and those it did not. */
  readonly taken: number
  readonly failed: number
  /** How often the target said that nobody listens. */
  readonly refused: number
  /** The last trouble in words; empty when there was none. */
  readonly trouble: string
}

export interface Sender {
  readonly method: SendMethod | 'tcp' | 'tls'
  /** Copies the datagram; it goes out with its batch or at the next flush. */
  put(built: Built): void
  /** Sends what waits; resolves when the kernel has it. */
  flush(): Promise<void>
  readonly stats: SenderStats
  close(): Promise<void>
}

export interface SourcePlan {
  /** Addresses to bind, one an exporter; undefined where they all share the machine's own address. */
  readonly bind: 'each' | 'shared'
  /** The address all exporters send from, where they share one. */
  readonly sharedAddress?: string
}

/** Finds the address behind a host name. */
export async function resolveTarget(host: string, port: number): Promise<Target> {
  const { address } = await lookup(host)
  return { address, port }
}

/** Whether exporters can have an address each: to a target on loopback, where the machine has all of 127/8. */
export async function planSources(target: Target): Promise<SourcePlan> {
  if (target.address.startsWith('127.')) {
    const free = await localAddressTowards(target, '127.0.0.2').catch(() => undefined)
    if (free !== undefined) return { bind: 'each' }
  }
  return { bind: 'shared', sharedAddress: await localAddressTowards(target, undefined) }
}

function localAddressTowards(target: Target, bind: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(target.address) ? 'udp6' : 'udp4')
    socket.once('error', error => {
      socket.close()
      reject(error)
    })
    const connect = (): void =>
      socket.connect(target.port, target.address, () => {
        const { address } = socket.address()
        socket.close(() => resolve(address))
      })
    if (bind === undefined) connect()
    else socket.bind(0, bind, connect)
  })
}

export interface SenderConfig {
  /** One target for each exporter, by its index. */
  readonly targets: readonly Target[]
  /** Addresses to send from, by index of the exporter; undefined leaves the choice to the machine. */
  readonly sources: readonly (string | undefined)[]
  readonly method?: SendMethod
}

/** Opens sockets as they are needed. `onTaken` is told of each datagram the kernel took. */
export function createSender(config: SenderConfig, deps: { readonly onTaken: (source: number, sums: Sums) => void }): Sender {
  const native = config.method === 'dgram' ? undefined : loadSendmmsg()
  return native === undefined ? createDgramSender(config, deps.onTaken) : createBatchSender(config, native, deps.onTaken)
}

const keyOf = ({ targets, sources }: SenderConfig, source: number): string => `${sources[source] ?? ''}>${targets[source]!.address}:${targets[source]!.port}`

function createBatchSender(config: SenderConfig, native: Sendmmsg, onTaken: (source: number, sums: Sums) => void): Sender {
  const sockets = new Map<string, BatchSocket>()
  const bySource: (BatchSocket | undefined)[] = []
  const waiting = new Set<BatchSocket>()
  // What was put since the last flush; a batch names its datagrams by their place here.
  const pending: Built[] = []
  let failed = 0
  let refused = 0
  let trouble = ''
  let taken = 0

  const settle = (index: number, ok: boolean): void => {
    const built = pending[index]!
    if (!ok) {
      failed++
      return
    }
    taken++
    onTaken(built.source, built)
  }
  const note = (errno: number): void => {
    const { ECONNREFUSED, EINTR } = { ECONNREFUSED: 111, EINTR: 4 }
    if (errno === EINTR) return
    if (errno === ECONNREFUSED) refused++
    trouble = errno === ECONNREFUSED ? 'nobody listens at the target' : `the kernel refused a datagram (errno ${errno})`
  }
  const socketOf = (source: number): BatchSocket => {
    const key = keyOf(config, source)
    let socket = sockets.get(key)
    if (socket === undefined) {
      socket = native.open(config.targets[source]!, config.sources[source])
      sockets.set(key, socket)
    }
    bySource[source] = socket
    return socket
  }
  const flushAll = (): void => {
    for (const socket of waiting) socket.flush(settle, note)
    waiting.clear()
    pending.length = 0
  }

  return {
    method: 'sendmmsg',
    put(built) {
      const socket = bySource[built.source] ?? socketOf(built.source)
      pending.push(built)
      waiting.add(socket)
      if (!socket.put(built.datagram, pending.length - 1)) return
      socket.flush(settle, note)
      waiting.delete(socket)
    },
    async flush() {
      flushAll()
    },
    get stats() {
      return { taken, failed, refused, trouble }
    },
    async close() {
      flushAll()
      for (const socket of sockets.values()) socket.close()
      sockets.clear()
    },
  }
}

function createDgramSender(config: SenderConfig, onTaken: (source: number, sums: Sums) => void): Sender {
  const sockets = new Map<string, ReturnType<typeof createSocket>>()
  const inFlight = new Set<Promise<void>>()
  let taken = 0
  let failed = 0
  let refused = 0
  let trouble = ''

  const socketOf = (source: number): ReturnType<typeof createSocket> => {
    const key = keyOf(config, source)
    const open = sockets.get(key)
    if (open !== undefined) return open
    const socket = createSocket(isIPv6(config.targets[source]!.address) ? 'udp6' : 'udp4')
    socket.on('error', error => {
      trouble = error.message
    })
    const bind = config.sources[source]
    if (bind !== undefined) socket.bind(0, bind)
    sockets.set(key, socket)
    return socket
  }

  return {
    method: 'dgram',
    put(built) {
      const { address, port } = config.targets[built.source]!
      const sent = new Promise<void>(resolve => {
        socketOf(built.source).send(built.datagram.slice(), port, address, error => {
          if (error === null) {
            taken++
            onTaken(built.source, built)
          } else {
            failed++
            if ('code' in error && error.code === 'ECONNREFUSED') refused++
            trouble = error.message
          }
          resolve()
        })
      })
      inFlight.add(sent)
      void sent.then(() => inFlight.delete(sent))
    },
    async flush() {
      await Promise.all(inFlight)
    },
    get stats() {
      return { taken, failed, refused, trouble }
    },
    async close() {
      await Promise.all(inFlight)
      await Promise.all([...sockets.values()].map(socket => new Promise<void>(resolve => socket.close(() => resolve()))))
      sockets.clear()
    },
  }
}
