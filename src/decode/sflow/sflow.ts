/** sFlow version 5 (sflow.org, sFlow Version 5, July 2004): datagrams of samples, each a row. */
import type { Records } from '../records.ts'
import type { DatagramReason, DecodeCounts, Exporter, RowSink } from '../types.ts'

export interface SflowConfig {
  readonly domains: number
}

export interface SflowDeps {
  readonly counts: DecodeCounts
  readonly records: Records
  readonly sink: RowSink
  readonly exporterAt: (address: bigint) => Exporter | null
}

export interface Sflow {
  /** Decodes the datagram in `[start, end)` that came from `source`. */
  decode(view: DataView, start: number, end: number, source: Exporter): DatagramReason | null
}

export function createSflow(_config: SflowConfig, _deps: SflowDeps): Sflow {
  return { decode: () => 'not_supported' }
}
