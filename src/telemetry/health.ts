/** The verdict of /healthz: ready or not, and what is wrong in words (F-22.7). */
import type { DeliveryStatus, Ledger, SinkStatus, StoreSizes } from './books.ts'

/** What the verdict is drawn from; null is "not known yet". */
export interface HealthFacts {
  readonly now: number
  /** Whether the flow store answers. */
  readonly storeReady: boolean
  readonly ledger: Ledger | null
  readonly delivery: DeliveryStatus | null
  readonly sizes: StoreSizes | null
  /** Further complaints of other rooms, each a sentence: a refused reload, an unknown environment variable. */
  readonly complaints: readonly string[]
}

export interface Health {
  readonly status: 'ok' | 'degraded' | 'not_ready'
  readonly reasons: readonly string[]
}

/** Ingest reports once a second; three missed reports are no jitter any more. */
const LEDGER_STALE_MS = 5_000
/** Rows reach the store within a second or two; a minute means that a sink does not keep up. */
const WAITING_LONG_MS = 60_000
const DISK_LOW_BYTES = 1_000_000_000

const DISK_TROUBLE: Readonly<Record<string, string>> = {
  memory: 'the disk refuses the spool; rows are kept in memory and are lost if the machine stops',
  full: 'the spool is full; rows are being given up by its policy',
  unready: 'the spool could not be opened yet; rows are kept in memory',
}

/** Limits that cost flows nobody chose to lose, and what moves them. */
const LIMITS_TOLD: readonly (readonly [reason: string, setting: string])[] = [
  ['exporter_limit', 'raise templates.exporters or templates.domains, or limit who may send'],
  ['template_limit', 'raise templates.perDomain, if a device really has so many templates'],
  ['template_rate', 'look who forges templates; no device has so many new ones'],
]

/** Advice that is more than one device's own affair. */
const ADVICE_TOLD: readonly (readonly [code: string, what: string])[] = [
  ['all_rejected', 'every datagram is refused of'],
  ['template_flip_flop', 'templates change to and fro, by two senders under one address or by forgery, of'],
]

const listed = (all: readonly string[], most = 3): string =>
  all.length <= most ? all.join(', ') : `${all.slice(0, most).join(', ')} and ${all.length - most} more`

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`

/** A loss is told for this long after it last grew; the figures themselves stay on the pipeline page and in the metrics. */
const LOSS_TOLD_MS = 10 * 60_000

/**
 * Makes the verdict: `not_ready` while the store does not answer (a load balancer must not send people here); `degraded` when
 * flows are being lost or late, or were within the last ten minutes; else `ok`.
 */
export function createHealth(deps: { readonly facts: () => HealthFacts }): { assess(): Health } {
  const losses = new Map<string, { value: number; at: number }>()

  /** Whether a counter of lost things grew of late; a counter that fell belongs to a process that started anew. */
  const grew = (key: string, value: number, now: number): boolean => {
    const seen = losses.get(key)
    if (seen?.value !== value) losses.set(key, { value, at: value > 0 ? now : -Infinity })
    return now - (losses.get(key)?.at ?? -Infinity) < LOSS_TOLD_MS
  }

  const ofLedger = (ledger: Ledger, now: number): string[] => {
    const reasons: string[] = []
    const age = now - ledger.at
    if (age > LEDGER_STALE_MS) reasons.push(`ingest has not reported for ${seconds(age)}`)
    for (const { name, error, kernel_dropped: dropped } of ledger.listeners) {
      if (error !== null) reasons.push(`listener ${name} is not open: ${error}`)
      if (dropped !== null && grew(`kernel ${name}`, dropped, now))
        reasons.push(`the kernel dropped datagrams at listener ${name}, ${dropped} so far; raise net.core.rmem_max and receive.bufferBytes`)
    }
    if (ledger.places.error !== null) reasons.push(`what is known of addresses is not renewed: ${ledger.places.error}`)
    const disk = ledger.spool.degraded ?? null
    if (disk !== null) reasons.push(DISK_TROUBLE[disk] ?? `the spool reports ${disk}`)
    for (const [reason, rows] of Object.entries(ledger.rows.dropped)) {
      if (reason !== 'filtered' && grew(`rows ${reason}`, rows, now)) reasons.push(`rows are dropped before the spool (${reason}), ${rows} so far`)
    }
    for (const [reason, setting] of LIMITS_TOLD) {
      const refused = (ledger.datagrams.rejected[reason] ?? 0) + (ledger.sets.rejected[reason] ?? 0)
      if (grew(`limit ${reason}`, refused, now)) reasons.push(`a limit refuses what exporters send (${reason}), ${refused} so far; ${setting}`)
    }
    if (grew('counters', ledger.counters.dropped, now))
      reasons.push(`samples of interface counters were given up because the flow store did not take them, ${ledger.counters.dropped} so far`)
    for (const [code, what] of ADVICE_TOLD) {
      const whose = ledger.exporters.filter(exporter => exporter.advice.includes(code)).map(exporter => exporter.address)
      if (whose.length > 0) reasons.push(`${what}: ${listed(whose)}; the exporter's page says what to do`)
    }
    return reasons
  }

  const ofSink = (sink: SinkStatus, now: number): string[] => {
    const reasons: string[] = []
    if (sink.breaker !== 'closed')
      reasons.push(`sink ${sink.name} fails and is tried again from time to time; its last error is on the pipeline page and in the log`)
    if ((sink.oldest_waiting_ms ?? 0) > WAITING_LONG_MS) reasons.push(`sink ${sink.name} is ${seconds(sink.oldest_waiting_ms ?? 0)} behind`)
    for (const [reason, rows] of Object.entries(sink.rows_expired)) {
      if (grew(`sink ${sink.name} ${reason}`, rows, now)) reasons.push(`rows never reached sink ${sink.name} (${reason}), ${rows} so far`)
    }
    return reasons
  }

  return {
    assess() {
      const { now, storeReady, ledger, delivery, sizes, complaints } = deps.facts()
      const free = sizes?.disk_free_bytes ?? null
      const reasons = [
        ...(storeReady ? [] : ['the flow store does not answer yet']),
        ...(ledger === null ? ['ingest has not reported yet; flows are not being received, or their count is unknown'] : ofLedger(ledger, now)),
        ...(delivery?.sinks ?? []).flatMap(sink => ofSink(sink, now)),
        ...(free !== null && free < DISK_LOW_BYTES ? ['less than 1 GB is free on the disk of the data directory'] : []),
        ...complaints,
      ]
      return { status: !storeReady ? 'not_ready' : reasons.length > 0 ? 'degraded' : 'ok', reasons }
    },
  }
}
