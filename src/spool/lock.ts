/** One writer a stream: a lock file that names the process, and is taken over when that process is gone. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FlowLensError } from '../schema/index.ts'
import { codeOf, readFully, writeFully, type SpoolFileSystem } from './file-system.ts'

/** Tells processes apart, so that a number given to another process after a restart is no longer the holder. */
export interface ProcessTable {
  readonly pid: number
  /** Something that differs between two processes of the same number, or null when there is no such process. */
  identityOf(pid: number): string | null
}

/** Processes of this machine. On Linux a process is told by its start time and the boot, elsewhere by its number alone. */
export const nodeProcessTable: ProcessTable = {
  pid: process.pid,
  identityOf(pid) {
    try {
      process.kill(pid, 0)
    } catch (error) {
      if (codeOf(error) !== 'EPERM') return null
    }
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      // The name in brackets may hold spaces; the start time is the 20th field behind it (proc(5)).
      const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${started}`
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? 'unknown' : 'unreadable'
    }
  },
}

const LOCK_BYTES = 256

function readLock(fs: SpoolFileSystem, path: string): string | null {
  let fd: number
  try {
    fd = fs.open(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  try {
    const bytes = new Uint8Array(LOCK_BYTES)
    return Buffer.from(bytes.subarray(0, readFully(fs, fd, bytes, 0))).toString('latin1')
  } finally {
    fs.close(fd)
  }
}

/** Makes the lock with its text in it at once: nobody ever reads half a lock. */
function placeLock(fs: SpoolFileSystem, directory: string, text: string, pid: number): void {
  // Recovery removes drafts, should this one stay behind.
  const draft = join(directory, `lock-${pid}.draft`)
  const fd = fs.open(draft, 'w')
  try {
    writeFully(fs, fd, [Buffer.from(text, 'latin1')], 0)
  } finally {
    closeAnyhow(fs, fd)
  }
  fs.link(draft, join(directory, 'lock'))
}

/** From `link` on the lock is ours, so nothing behind it may fail; a descriptor is gone whatever `close` says. */
function closeAnyhow(fs: SpoolFileSystem, fd: number): void {
  try {
    fs.close(fd)
  } catch (error) {
    if (codeOf(error) === '') throw error
  }
}

function holderOf(text: string): { pid: number; identity: string } | null {
  const [pid, identity] = text.trim().split(' ')
  return pid === undefined || identity === undefined || !/^\d+$/.test(pid) ? null : { pid: Number(pid), identity }
}

/**
 * Takes the lock of a directory; gives the function that lets it go, and the process it was taken over from, if any. Throws
 * `FL_SPOOL_LOCKED` while another process, or another writer of this one, holds it.
 */
export function takeLock(fs: SpoolFileSystem, directory: string, processes: ProcessTable): { release: () => void; takenFrom: number | null } {
  const path = join(directory, 'lock')
  const own = `${processes.pid} ${processes.identityOf(processes.pid) ?? 'unknown'}\n`
  let takenFrom: number | null = null
  for (let attempt = 0; attempt < 5; attempt++) {
    const text = readLock(fs, path)
    if (text === null) {
      try {
        placeLock(fs, directory, own, processes.pid)
      } catch (error) {
        if (codeOf(error) === 'EEXIST') continue
        throw error
      }
      const release = (): void => {
        if (readLock(fs, path) === own) fs.unlink(path)
      }
      return { release, takenFrom }
    }
    const holder = holderOf(text)
    if (holder !== null && processes.identityOf(holder.pid) === holder.identity) {
      throw new FlowLensError('FL_SPOOL_LOCKED', `process ${holder.pid} writes to ${directory}`, { context: { pid: holder.pid, directory } })
    }
    // Only one of two that see the same stale lock can move it away; the loser finds the winner's lock in the next round.
    const aside = `${path}.stale-${processes.pid}`
    try {
      fs.rename(path, aside)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') continue
      throw error
    }
    if (readLock(fs, aside) !== text) {
      fs.rename(aside, path)
      continue
    }
    fs.unlink(aside)
    takenFrom = holder?.pid ?? 0
  }
  throw new FlowLensError('FL_SPOOL_LOCKED', `the lock of ${directory} changes hands`, { context: { directory } })
}
