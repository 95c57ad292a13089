/**
 * Decode: datagrams of NetFlow v1, v5, v7, v9, IPFIX and sFlow become rows in a FlowBatch. In: bytes, the exporter they came from, the time of
 * reception. Out: rows through a `RowSink`, and counts that close (datagrams = decoded + rejected; sets = decoded + pending +
 * rejected). Holds always: no input throws, nothing is read beyond the datagram, each refusal has one reason of a closed list,
 * an unknown element is skipped by its length. Free of Node. Sockets, batches and limits per exporter belong to `ingest`.
 */
export { createDecoder, type Decoder, type DecoderConfig, type DecoderDeps } from './decoder.ts'
export { createExporter } from './exporters.ts'
export { describeElement, elementText } from './registry/facts.ts'
export { columnOf } from './registry/mapping.ts'
export { isStructural } from './registry/structural.ts'
export { readSaved, saveExporter, type SavedExporter } from './saved.ts'
export { SCOPE_SPACE } from './templates/read.ts'
export { DATAGRAM_REASONS, DECODE_NOTES, SET_REASONS } from './types.ts'
export type {
  DatagramReason,
  DecodeCounts,
  DecodeNote,
  Definition,
  Domain,
  Exporter,
  ExportProtocol,
  InterfaceCounters,
  Redefinition,
  RowSink,
  SetReason,
  Template,
  Unknown,
} from './types.ts'
