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
  /** Gives up all sets of a domain; gives them. */
  drop(exporter: Exporter, domain: Domain): readonly PendingSet[]
}

export function createPending(limits: PendingLimits, counts: DecodeCounts): Pending {
  let total = 0

  function release(exporter: Exporter, set: PendingSet): void {
    exporter.pendingBytes -= set.bytes.length
    total -= set.bytes.length
    counts.setsPending--
  }

  function expire(exporter: Exporter, nowMs: number): void {
    if (exporter.pendingBytes === 0) return
    for (const domain of exporter.domains.values()) {
      const kept = domain.pending.filter(set => nowMs - set.receivedMs < limits.pendingMs)
      if (kept.length === domain.pending.length) continue
      for (const set of domain.pending) {
        if (nowMs - set.receivedMs < limits.pendingMs) continue
        release(exporter, set)
        counts.setsRejected.pending_expired++
        refuse(exporter, 'pending_expired')
      }
      domain.pending = kept
    }
  }

  return {
    keep(exporter, domain, set) {
      if (exporter.pendingBytes + set.bytes.length > limits.pendingBytes || total + set.bytes.length > limits.pendingTotalBytes) {
        expire(exporter, set.receivedMs)
        if (exporter.pendingBytes + set.bytes.length > limits.pendingBytes || total + set.bytes.length > limits.pendingTotalBytes) return false
      }
      domain.pending.push(set)
      exporter.pendingBytes += set.bytes.length
      total += set.bytes.length
      counts.setsPending++
      return true
    },
    take(exporter, domain, id) {
      const taken = domain.pending.filter(set => set.id === id)
      if (taken.length === 0) return taken
      domain.pending = domain.pending.filter(set => set.id !== id)
      for (const set of taken) release(exporter, set)
      return taken
    },
    expire,
    drop(exporter, domain) {
      const dropped = domain.pending
      domain.pending = []
      for (const set of dropped) release(exporter, set)
      return dropped
    },
  }
}
