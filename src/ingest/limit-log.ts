/** Tells the log when a limit refuses what an exporter sends (RELIABILITY §2.3): of each exporter and limit once a minute, with how much. */
import type { Ledger, Log } from '../telemetry/index.ts'

const QUIET_MS = 60_000
/** Lines a look at the books may give; a flood of made-up exporters fills no log. */
const MOST_LINES = 20

/** Reasons that are limits, and the setting that moves each. */
const LIMITS: Readonly<Record<string, string>> = {
  rate_limited: 'datagramsPerSecond of the exporter, under exporters',
  exporter_limit: 'templates.exporters and templates.domains',
  template_limit: 'templates.perDomain',
  template_rate: 'none: 32 new templates a second',
  pending_full: 'templates.pendingBytes',
  work_limit: 'none: work follows the length of a datagram',
}

interface Told {
  count: number
  atMs: number
}

export interface LimitLog {
  /** Looks at the books; called once a second. */
  watch(ledger: Ledger): void
}

export function createLimitLog(deps: { readonly log: Pick<Log, 'warn'>; readonly now: () => number }): LimitLog {
  const told = new Map<string, Told>()
  let lines = 0

  function look(key: string, fields: { readonly exporter?: string }, reasons: Readonly<Record<string, number>>, nowMs: number): void {
    for (const [reason, setting] of Object.entries(LIMITS)) {
      const count = reasons[reason] ?? 0
      if (count === 0) continue
      const before = told.get(`${key} ${reason}`) ?? { count: 0, atMs: -Infinity }
      // An exporter that was forgotten and came again counts from 0.
      const since = count < before.count ? count : count - before.count
      if (since === 0 || nowMs - before.atMs < QUIET_MS || lines >= MOST_LINES) continue
      lines++
      told.set(`${key} ${reason}`, { count, atMs: nowMs })
      deps.log.warn('a limit refuses what is sent', { ...fields, limit: reason, refused_since: since, refused: count, setting })
    }
  }

  return {
    watch(ledger) {
      const nowMs = deps.now()
      lines = 0
      // Whoever is in no list of exporters stands in the sums only.
      look('', {}, { exporter_limit: ledger.datagrams.rejected['exporter_limit'] ?? 0 }, nowMs)
      for (const { address, rejected } of ledger.exporters) look(address, { exporter: address }, rejected, nowMs)
      if (told.size <= ledger.exporters.length * Object.keys(LIMITS).length + 1) return
      const known = new Set(ledger.exporters.map(exporter => exporter.address))
      for (const key of told.keys()) if (!known.has(key.split(' ')[0] ?? '') && !key.startsWith(' ')) told.delete(key)
    },
  }
}
