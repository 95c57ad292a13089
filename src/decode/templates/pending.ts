/** Sets that came before their template wait here, a while and within bounds. */
import { refuse } from '../exporters.ts'
import type { DecodeCounts, Domain, Exporter, PendingSet } from '../types.ts'

export interface PendingLimits {
  readonly pendingMs: number
  /** Bytes of one exporter, and of all. */
  readonly pendingBytes: number
  readonly pendingTotalBytes: number
}

export interface Pending {
  /** Keeps a set; false when there is no room. */
  keep(exporter: Exporter, domain: Domain, set: PendingSet): boolean
  /** The sets of a template that has come, in the order they came. */
  take(exporter: Exporter, domain: Domain, id: number): readonly PendingSet[]
  expire(exporter: Exporter, nowMs: number): void
  /** Gives up all sets of a domain; gives how many there were. */
  drop(exporter: Exporter, domain: Domain): number
}

/** Bytes a waiting set takes beside its own: its object, its buffer, its place. */
export const SET_OVERHEAD = 512
/** An exporter's sets are looked through at most this often, however many come. */
const SCAN_MS = 100
const NONE: readonly PendingSet[] = []

const costOf = (set: PendingSet): number => set.bytes.length + SET_OVERHEAD

export function createPending(limits: PendingLimits, counts: DecodeCounts): Pending {
  let total = 0

  function release(exporter: Exporter, set: PendingSet): void {
    exporter.pendingBytes -= costOf(set)
    total -= costOf(set)
    counts.setsPending--
  }

  /** Gives up what came too long ago in one domain; gives when the oldest came that stays. */
  function expireDomain(exporter: Exporter, domain: Domain, nowMs: number): number {
    let oldestMs = Infinity
    for (const [id, sets] of domain.pending) {
      // In the order they came.
      let old = 0
      for (const set of sets) {
        if (nowMs - set.receivedMs < limits.pendingMs) break
        old++
        release(exporter, set)
        counts.setsRejected.pending_expired++
        refuse(exporter, 'pending_expired')
      }
      if (old === sets.length) domain.pending.delete(id)
      else if (old > 0) domain.pending.set(id, sets.slice(old))
      oldestMs = Math.min(oldestMs, sets[old]?.receivedMs ?? Infinity)
    }
    return oldestMs
  }

  function expire(exporter: Exporter, nowMs: number): void {
    const { waiting } = exporter
    if (exporter.pendingBytes === 0 || nowMs - waiting.oldestMs < limits.pendingMs || nowMs - waiting.scannedMs < SCAN_MS) return
    waiting.scannedMs = nowMs === Infinity ? 0 : nowMs
    waiting.oldestMs = Infinity
    for (const domain of exporter.domains.values()) waiting.oldestMs = Math.min(waiting.oldestMs, expireDomain(exporter, domain, nowMs))
  }

  const hasRoom = (exporter: Exporter, bytes: number): boolean =>
    exporter.pendingBytes + bytes <= limits.pendingBytes && total + bytes <= limits.pendingTotalBytes

  return {
    keep(exporter, domain, set) {
      const bytes = costOf(set)
      if (!hasRoom(exporter, bytes)) {
        expire(exporter, set.receivedMs)
        if (!hasRoom(exporter, bytes)) return false
      }
      const sets = domain.pending.get(set.id)
      if (sets === undefined) domain.pending.set(set.id, [set])
      else sets.push(set)
      exporter.pendingBytes += bytes
      exporter.waiting.oldestMs = Math.min(exporter.waiting.oldestMs, set.receivedMs)
      total += bytes
      counts.setsPending++
      return true
    },
    take(exporter, domain, id) {
      const taken = domain.pending.get(id)
      if (taken === undefined) return NONE
      domain.pending.delete(id)
      for (const set of taken) release(exporter, set)
      return taken
    },
    expire,
    drop(exporter, domain) {
      let dropped = 0
      for (const sets of domain.pending.values()) {
        for (const set of sets) release(exporter, set)
        dropped += sets.length
      }
      domain.pending.clear()
      return dropped
    },
  }
}
