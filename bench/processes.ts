/** What the kernel tells of other processes, in /proc of Linux. Elsewhere everything is null. */
import { readFileSync, readdirSync } from 'node:fs'

/** Ticks a second in /proc; 100 on every Linux that programs see (USER_HZ). */
const TICKS = 100

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The process ended, or this is no Linux: either way there is nothing to tell.
    return null
  }
}

/** Fields of /proc/PID/stat from the third on; the second is a name that may hold anything. proc(5). */
function statOf(pid: number): readonly string[] | null {
  const text = read(`/proc/${pid}/stat`)
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Seconds of processor time of a process so far, its threads included. */
export function cpuSecondsOf(pid: number): number | null {
  const stat = statOf(pid)
  return stat === null ? null : (Number(stat[11]) + Number(stat[12])) / TICKS
}

/** Most memory the process ever had resident, bytes. */
export function peakMemoryOf(pid: number): number | null {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')
  return line === null ? null : Number(line[1]) * 1024
}

/** Processes that this one started. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap(thread =>
      (read(`/proc/${pid}/task/${thread}/children`) ?? '')
        .split(' ')
        .filter(word => /^\d+$/.test(word))
        .map(Number),
    )
  } catch {
    return []
  }
}

/** When a process was started, in ticks: with its id it names one process for ever. Null when it has ended, whether or not its parent has seen it. */
export function startOf(pid: number): string | null {
  const stat = statOf(pid)
  return stat === null || stat[0] === 'Z' ? null : (stat[19] ?? null)
}

export interface SocketState {
  /** Memory of what waits to be read, with the kernel's own overhead. */
  readonly queuedBytes: number
  /** Datagrams dropped because the buffer was full. */
  readonly dropped: number
}

/** The UDP socket of this port; null when there is none. */
export function udpSocket(port: number): SocketState | null {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const fields = (read('/proc/net/udp') ?? '')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .find(line => line[1]?.endsWith(wanted) === true && line[2]?.endsWith(':0000') === true)
  if (fields === undefined) return null
  return { queuedBytes: Number.parseInt(fields[4]?.split(':')[1] ?? '0', 16), dropped: Number(fields.at(-1) ?? 0) }
}
