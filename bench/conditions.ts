/** What this machine is: figures mean nothing without it. */
import { readFileSync, statfsSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem, type as systemName } from 'node:os'
import { PROFILES } from '../src/simulate/index.ts'
import type { Nfdump } from './nfdump.ts'
import type { Machine } from './report.ts'

/** Types of file systems in memory, statfs(2): tmpfs and ramfs. */
const IN_MEMORY: readonly number[] = [0x0102_1994, 0x8584_58f6]

function receiveBufferMax(): number | null {
  try {
    return Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'))
  } catch {
    // No Linux: the system does not tell.
    return null
  }
}

export function describeMachine(nfdump: Nfdump | null): Machine {
  const disk = statfsSync(tmpdir())
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memory_bytes: totalmem(),
    system: `${systemName()} ${release()}`,
    node: process.version,
    load_average: loadavg()[0] ?? 0,
    receive_buffer_max_bytes: receiveBufferMax(),
    scratch: { in_memory: IN_MEMORY.includes(disk.type), free_bytes: disk.bavail * disk.bsize },
    nfdump: nfdump?.version ?? null,
  }
}

/** A template in words: `softflowd-v9: 14 fields, 40 bytes a record (IPv6 64)`. */
export function templateText(profile: string): string {
  const known = PROFILES.find(({ name }) => name === profile)
  if (known === undefined) throw new Error(`there is no device ${profile}`)
  if (known.protocol === 'sflow') return `${profile} (samples of sFlow, 128 bytes of header)`
  const bytes = [known.v4, known.v6].map(template => template?.fields.reduce((sum, field) => sum + field.length, 0))
  const fields = known.v4?.fields.length ?? known.v6?.fields.length ?? 0
  return `${profile} (${fields} fields, ${bytes.filter(size => size !== undefined).join(' or ')} bytes a record)`
}
