/** What a receiving thread does with a datagram, whichever driver brought it. */
import {
  createDecoder,
  createExporter,
  type DatagramReason,
  type Decoder,
  type DecoderConfig,
  type DecoderDeps,
  type Exporter,
  type SavedExporter,
} from '../decode/index.ts'
import { settingsFor, type ExporterRules } from '../decode/registry/index.ts'
import type { ListenerConfig } from '../config/index.ts'
import { isV4 } from '../schema/index.ts'
import type { Batches } from './batches.ts'

export interface ListenerCounts {
  datagrams: number
  bytes: number
}

export interface ReceiveConfig {
  readonly listeners: readonly Pick<ListenerConfig, 'accept'>[]
  readonly decoder: DecoderConfig
  /** Most exporters of this thread. */
  readonly exporters: number
  /** What the configuration says of some of them, without mistakes. */
  readonly rules?: ExporterRules
}

export interface ReceiveDeps {
  readonly batches: Batches
  /** What was saved of an exporter before a restart. */
  readonly savedOf?: (address: bigint) => SavedExporter | null
  readonly onRedefinition?: NonNullable<DecoderDeps['onRedefinition']>
  readonly now?: () => number
}

export interface ReceiveLoop {
  readonly decoder: Decoder
  readonly listeners: readonly ListenerCounts[]
  readonly exporters: ReadonlyMap<bigint, Exporter>
  /** Sequence counts of exporters that were forgotten. */
  readonly forgotten: Readonly<Exporter['sequence']>
  /** A datagram in `[start, end)`; `from` is the exporter's address, IPv4 as a number, IPv6 as a 128-bit integer. */
  take(listener: number, view: DataView, start: number, end: number, from: number | bigint, truncated: boolean, nowMs: number): void
  /** Work of every 100 ms: old batches leave, old waiting sets end; where there are as many exporters as there may be, silent ones are forgotten. */
  tick(nowMs: number): void
}

/** With no room for others, an exporter that never sent a flow is forgotten after this long; any other when its templates would be. */
const SILENT_MS = 60_000
/** Expired templates nobody asks for any more are dropped this often. */
const TIDY_MS = 60_000
const MAPPED = 0xffffn << 32n
const VERSIONS: Readonly<Record<number, string>> = { 1: 'netflow1', 5: 'netflow5', 7: 'netflow7', 9: 'netflow9', 10: 'ipfix' }

/** The protocol a datagram claims: NetFlow and IPFIX begin with 16 bits of version, sFlow with 32 of which the upper ones are 0. */
function protocolOf(view: DataView, start: number): string {
  const version = view.getUint16(start)
  return version === 0 ? 'sflow' : (VERSIONS[version] ?? '')
}

export function createReceiveLoop(config: ReceiveConfig, deps: ReceiveDeps): ReceiveLoop {
  const { batches } = deps
  const decoder = createDecoder(config.decoder, {
    sink: batches,
    exporterAt,
    ...(deps.onRedefinition === undefined ? {} : { onRedefinition: deps.onRedefinition }),
  })
  const settingsOf = settingsFor(config.rules ?? {})
  const exporters = new Map<bigint, Exporter>()
  const byNumber = new Map<number, Exporter>()
  const listeners = config.listeners.map((): ListenerCounts => ({ datagrams: 0, bytes: 0 }))
  const forgotten: Exporter['sequence'] = { missing: 0, duplicate: 0, reordered: 0, reset: 0 }
  let full = false
  let forgetAtMs = 0
  let tidyAtMs = 0
  const accepts = config.listeners.map(({ accept }) => (accept.includes('auto') ? null : new Set<string>(accept)))

  function exporterOf(from: number | bigint): Exporter | null {
    const known = typeof from === 'number' ? byNumber.get(from) : exporters.get(from)
    if (known !== undefined) return known
    if (exporters.size >= config.exporters) {
      full = true
      return null
    }
    const address = typeof from === 'number' ? MAPPED | BigInt(from) : from
    const made = createExporter(address, settingsOf(address))
    exporters.set(made.address, made)
    const saved = deps.savedOf?.(address) ?? null
    if (saved !== null) decoder.restore(made, saved, (deps.now ?? Date.now)())
    if (typeof from === 'number') byNumber.set(from, made)
    return made
  }

  /** The exporter of an address that stands in the data, an sFlow agent's: it is under the same limit, whoever tells it. */
  function exporterAt(address: bigint): Exporter | null {
    return exporterOf(isV4(address) ? Number(address & 0xffff_ffffn) : address)
  }

  /** Makes room for new exporters where there is none: a flood of made-up addresses must not keep a real one out for ever. */
  function forgetSilent(nowMs: number): void {
    for (const [address, exporter] of exporters) {
      if (nowMs - exporter.lastSeenMs < (exporter.rows === 0 ? SILENT_MS : config.decoder.lifetimeMs)) continue
      decoder.forget(exporter)
      exporters.delete(address)
      if (isV4(address)) byNumber.delete(Number(address & 0xffff_ffffn))
      for (const key of ['missing', 'duplicate', 'reordered', 'reset'] as const) forgotten[key] += exporter.sequence[key]
    }
  }

  function refuse(reason: DatagramReason): void {
    decoder.counts.datagrams++
    decoder.counts.datagramsRejected[reason]++
  }

  return {
    decoder,
    listeners,
    exporters,
    forgotten,
    take(index, view, start, end, from, truncated, nowMs) {
      const listener = listeners[index]
      if (listener !== undefined) {
        listener.datagrams++
        listener.bytes += end - start
      }
      const accept = accepts[index]
      if (accept != null && end - start >= 2 && !accept.has(protocolOf(view, start))) return refuse('not_allowed')
      if (truncated) return refuse('truncated')
      const exporter = exporterOf(from)
      if (exporter === null) return refuse('exporter_limit')
      decoder.decode(view, start, end, exporter, nowMs)
    },
    tick(nowMs) {
      batches.flush(nowMs, false)
      if (full && nowMs >= forgetAtMs) {
        full = false
        forgetAtMs = nowMs + 1000
        forgetSilent(nowMs)
      }
      for (const exporter of exporters.values()) if (exporter.pendingBytes > 0) decoder.expire(exporter, nowMs)
      if (nowMs < tidyAtMs) return
      tidyAtMs = nowMs + TIDY_MS
      for (const exporter of exporters.values()) decoder.tidy(exporter, nowMs)
    },
  }
}
