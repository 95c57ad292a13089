/**
 * Exporters of transport sessions: a connection, or a file. Each session has an Exporter of its own, since templates, options and
 * sequence numbers end with it (RFC 7011 §8); what ended sessions of an address counted is kept together under that address.
 */
import { createExporter, type Exporter } from '../decode/index.ts'
import { settingsFor, type ExporterRules } from '../decode/registry/index.ts'

export interface Sessions {
  /** Begins a session of an address. */
  open(address: bigint, transport: Exporter['transport'], nowMs: number): Exporter
  /** Ends a session; its counts are kept. */
  close(exporter: Exporter): void
  /** Open sessions, and one exporter an address and transport with the sums of those that ended. */
  exporters(): readonly Exporter[]
  /** Sequence counts of addresses that were forgotten. */
  readonly forgotten: Readonly<Exporter['sequence']>
}

const SEQUENCE = ['missing', 'duplicate', 'reordered', 'reset'] as const

/** `most`: addresses whose ended sessions are remembered; the one that was silent longest is forgotten first. `rules`: what the configuration says of exporters. */
export function createSessions(most: number, rules: ExporterRules): Sessions {
  const settingsOf = settingsFor(rules)
  const make = (address: bigint, transport: Exporter['transport']): Exporter => createExporter(address, settingsOf(address), transport)
  const open = new Set<Exporter>()
  const ended = new Map<string, Exporter>()
  const forgotten: Exporter['sequence'] = { missing: 0, duplicate: 0, reordered: 0, reset: 0 }

  function forgetOldest(): void {
    for (const [key, exporter] of ended) {
      ended.delete(key)
      for (const count of SEQUENCE) forgotten[count] += exporter.sequence[count]
      return
    }
  }

  return {
    forgotten,
    exporters: () => [...open, ...ended.values()],
    open(address, transport, nowMs) {
      const exporter = make(address, transport)
      exporter.lastSeenMs = nowMs
      open.add(exporter)
      return exporter
    },
    close(exporter) {
      if (!open.delete(exporter) || exporter.datagrams === 0) return
      const key = `${exporter.transport} ${exporter.address}`
      const sum = ended.get(key) ?? make(exporter.address, exporter.transport)
      sum.datagrams += exporter.datagrams
      sum.rows += exporter.rows
      sum.lastSeenMs = Math.max(sum.lastSeenMs, exporter.lastSeenMs)
      sum.skewMs = exporter.skewMs
      // What the session was stays to be seen; its templates do not (RFC 7011 §8).
      for (const [id, domain] of exporter.domains) {
        domain.templates.clear()
        sum.domains.set(id, domain)
      }
      for (const count of SEQUENCE) sum.sequence[count] += exporter.sequence[count]
      for (const [reason, count] of exporter.rejected) sum.rejected.set(reason, (sum.rejected.get(reason) ?? 0) + count)
      // Last in the map is who was heard last.
      ended.delete(key)
      ended.set(key, sum)
      if (ended.size > most) forgetOldest()
    },
  }
}
