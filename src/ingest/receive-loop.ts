/** What a receiving thread does with a datagram, whichever driver brought it. */
import { createDecoder, createExporter, type DatagramReason, type Decoder, type DecoderConfig, type Exporter } from '../decode/index.ts'
import type { ListenerConfig } from '../config/index.ts'
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
}

export interface ReceiveLoop {
  readonly decoder: Decoder
  readonly listeners: readonly ListenerCounts[]
  readonly exporters: ReadonlyMap<bigint, Exporter>
  /** A datagram in `[start, end)`; `from` is the exporter's address, IPv4 as a number, IPv6 as a 128-bit integer. */
  take(listener: number, view: DataView, start: number, end: number, from: number | bigint, truncated: boolean, nowMs: number): void
  /** Work of every 100 ms: old batches leave, old waiting sets end. */
  tick(nowMs: number): void
}

const MAPPED = 0xffffn << 32n
const VERSIONS: Readonly<Record<number, string>> = { 5: 'netflow5', 9: 'netflow9', 10: 'ipfix' }

/** The protocol a datagram claims: NetFlow and IPFIX begin with 16 bits of version, sFlow with 32 of which the upper ones are 0. */
function protocolOf(view: DataView, start: number): string {
  const version = view.getUint16(start)
  return version === 0 ? 'sflow' : (VERSIONS[version] ?? '')
}

export function createReceiveLoop(config: ReceiveConfig, deps: { readonly batches: Batches }): ReceiveLoop {
  const { batches } = deps
  const decoder = createDecoder(config.decoder, { sink: batches })
  const exporters = new Map<bigint, Exporter>()
  const byNumber = new Map<number, Exporter>()
  const listeners = config.listeners.map((): ListenerCounts => ({ datagrams: 0, bytes: 0 }))
  const accepts = config.listeners.map(({ accept }) => (accept.includes('auto') ? null : new Set<string>(accept)))

  function exporterOf(from: number | bigint): Exporter | null {
    const known = typeof from === 'number' ? byNumber.get(from) : exporters.get(from)
    if (known !== undefined) return known
    if (exporters.size >= config.exporters) return null
    const made = createExporter(typeof from === 'number' ? MAPPED | BigInt(from) : from)
    exporters.set(made.address, made)
    if (typeof from === 'number') byNumber.set(from, made)
    return made
  }

  function refuse(reason: DatagramReason): void {
    decoder.counts.datagrams++
    decoder.counts.datagramsRejected[reason]++
  }

  return {
    decoder,
    listeners,
    exporters,
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
      for (const exporter of exporters.values()) if (exporter.pendingBytes > 0) decoder.expire(exporter, nowMs)
    },
  }
}
