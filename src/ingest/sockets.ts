/** The listeners' sockets: opened once for all receiving threads, tried again while their port is taken. */
import { readFileSync, readlinkSync } from 'node:fs'
import type { Config, ListenerConfig } from '../config/index.ts'
import { toError } from '../schema/index.ts'
import type { Libc } from './libc.ts'

export interface OpenListener {
  readonly listener: ListenerConfig
  readonly name: string
  /** One socket a worker; empty while it could not be opened. */
  fds: readonly number[]
  granted: number
  error: string | null
}

export interface Sockets {
  readonly listeners: readonly OpenListener[]
  /** Opens what is not open yet; gives the listeners it opened. */
  open(): readonly number[]
  /** Datagrams the kernel dropped at each listener's sockets, because their buffer was full. */
  kernelDropped(): readonly number[]
  close(): void
}

/** A listener's name in metrics and pages; UDP and TCP have ports of their own. */
export const nameOf = ({ name, port, transport }: ListenerConfig): string => name ?? (transport === 'udp' ? String(port) : `${port}-${transport}`)

/** How often a listener that could not be opened is tried again. */
export const REOPEN_MS = 5000

const SYSCTL = 'sysctl -w net.core.rmem_max='

/** What an operator reads when the kernel grants less than asked. */
export const bufferAdvice = (asked: number, granted: number): string | null =>
  granted >= asked ? null : `the kernel granted ${granted} of ${asked} bytes of receive buffer; bursts may be lost: run ${SYSCTL}${asked}`

export function createSockets(config: Pick<Config, 'listeners' | 'receive'>, deps: { readonly libc: Libc }): Sockets {
  const { libc } = deps
  const { workers, bufferBytes } = config.receive
  const listeners: OpenListener[] = config.listeners.map(listener => ({
    listener,
    name: nameOf(listener),
    fds: [],
    granted: 0,
    error: null,
  }))

  function openOne(open: OpenListener): void {
    const { address, port } = open.listener
    // A shared port would hide that another program of this user has it: the first bind is alone.
    libc.close(libc.openUdp(address, port, false))
    const fds: number[] = []
    try {
      for (let worker = 0; worker < workers; worker++) {
        const fd = libc.openUdp(address, port, workers > 1)
        fds.push(fd)
        open.granted = libc.setReceiveBuffer(fd, bufferBytes)
      }
      if (workers > 1 && fds[0] !== undefined) libc.chooseBySource(fds[0], workers)
    } catch (thrown) {
      for (const fd of fds) libc.close(fd)
      throw thrown
    }
    open.fds = fds
    open.error = null
  }

  return {
    listeners,
    open() {
      return listeners.flatMap((open, index) => {
        if (open.fds.length > 0 || open.listener.transport !== 'udp') return []
        try {
          openOne(open)
          return [index]
        } catch (thrown) {
          open.error = toError(thrown, 'FL_RECEIVE_BIND').message
          return []
        }
      })
    },
    kernelDropped() {
      const drops = dropsByInode()
      return listeners.map(({ fds }) => fds.reduce((sum, fd) => sum + (drops.get(inodeOf(fd)) ?? 0), 0))
    },
    close() {
      for (const open of listeners) for (const fd of open.fds) libc.close(fd)
    },
  }
}

/** The inode of a socket; '' where the system does not tell. */
function inodeOf(fd: number): string {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? ''
  } catch {
    return ''
  }
}

/** Kernel drops by inode in the text of /proc/net/udp or udp6: the last column, and the tenth (proc(5)). */
export function dropsIn(table: string): ReadonlyMap<string, number> {
  const drops = new Map<string, number>()
  for (const line of table.split('\n').slice(1)) {
    const cells = line.trim().split(/\s+/)
    const inode = cells[9]
    if (inode !== undefined) drops.set(inode, Number(cells.at(-1)))
  }
  return drops
}

function dropsByInode(): ReadonlyMap<string, number> {
  const tables = ['/proc/net/udp', '/proc/net/udp6'].map(file => {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return '' // A system without this file tells no drops.
    }
  })
  return new Map(tables.flatMap(table => [...dropsIn(table)]))
}
