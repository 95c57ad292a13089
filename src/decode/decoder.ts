/** Datagrams to rows: the version word tells the protocol, each refusal has one reason. */
import { createExporter, domainOf, refuse } from './exporters.ts'
import { FIXED, type FixedFormat } from './fixed.ts'
import { createRecords } from './records.ts'
import { trackSequence, trackUptime } from './sequence.ts'
import { createSets, type SetLimits } from './sets.ts'
import { createSflow } from './sflow/sflow.ts'
import { DATAGRAM_REASONS, DECODE_NOTES, SET_REASONS, type DatagramReason, type DecodeCounts, type Exporter, type RowSink } from './types.ts'

/** Limits of what exporters teach; `Config['templates']` in other units. */
export interface DecoderConfig extends SetLimits {
  readonly domains: number
}

export interface DecoderDeps {
  readonly sink: RowSink
  /**
   * The exporter of an address that stands in the data, an sFlow agent's, made on first sight; null when there are as many as there
   * may be. Without it such rows belong to the source of the datagram.
   */
  readonly exporterAt?: (address: bigint) => Exporter | null
}

export interface Decoder {
  readonly counts: DecodeCounts
  /**
   * Decodes the datagram in `[start, end)` of the view. Rows go to the sink before it returns. Gives null, or why the
   * datagram was refused. Never throws on what the wire holds.
   */
  decode(view: DataView, start: number, end: number, exporter: Exporter, receivedMs: number): DatagramReason | null
  /** Gives up sets that waited too long for their template. */
  expire(exporter: Exporter, nowMs: number): void
}

const zeroes = <K extends string>(keys: readonly K[]): Record<K, number> => Object.fromEntries(keys.map(key => [key, 0])) as Record<K, number>

/** Counts that stand at zero. */
const noCounts = (): DecodeCounts => ({
  noted: zeroes(DECODE_NOTES),
  datagrams: 0,
  datagramsDecoded: 0,
  datagramsRejected: zeroes(DATAGRAM_REASONS),
  sets: 0,
  setsDecoded: 0,
  setsPending: 0,
  setsRejected: zeroes(SET_REASONS),
  records: 0,
  optionRecords: 0,
  templates: 0,
  optionTemplates: 0,
  rows: 0,
})

/** A decoder for one thread; exporters belong to the caller. */
export function createDecoder(config: DecoderConfig, deps: DecoderDeps): Decoder {
  const counts = noCounts()
  const nobody = createExporter(0n)
  const records = createRecords({ sink: deps.sink, counts, nobody, nowhere: domainOf(nobody, 'ipfix', 0, 1)! })
  const sets = createSets(config, { counts, records })
  const sflow = createSflow(config, { counts, records, sink: deps.sink, exporterAt: deps.exporterAt ?? (() => null) })
  const { context } = records
  const { message } = sets

  function begin(exporter: Exporter, exportMs: number, uptimeMs: number): void {
    context.exportMs = exportMs
    context.uptimeMs = uptimeMs
    const skew = context.receivedMs - exportMs
    exporter.skewMs = exporter.datagrams <= 1 ? skew : exporter.skewMs + (skew - exporter.skewMs) / 16
  }

  function decodeFixed(view: DataView, start: number, end: number, exporter: Exporter, format: FixedFormat): DatagramReason | null {
    const { protocol, headerBytes, recordBytes, template } = format
    if (end - start < headerBytes) return 'bad_length'
    const count = view.getUint16(start + 2)
    if (count === 0 || headerBytes + count * recordBytes > end - start) return 'bad_length'
    const v5 = protocol === 'netflow5'
    const domain = domainOf(exporter, protocol, v5 ? view.getUint16(start + 20) : 0, config.domains)
    if (domain === null) return 'exporter_limit'
    begin(exporter, view.getUint32(start + 8) * 1000 + Math.floor(view.getUint32(start + 12) / 1_000_000), view.getUint32(start + 4))
    if (v5) {
      // Some exporters leave the mode 0 and still sample; interval 0 tells nothing.
      const interval = view.getUint16(start + 22) & 0x3fff
      domain.sampling = interval === 0 ? null : { rate: interval, source: 'header' }
    }
    trackUptime(exporter, domain, context.uptimeMs)
    if (protocol !== 'netflow1') trackSequence(exporter, domain, view.getUint32(start + 16), count)
    const first = start + headerBytes
    records.decode(view, first, first + count * recordBytes, exporter, domain, template)
    return null
  }

  function decodeV9(view: DataView, start: number, end: number, exporter: Exporter): DatagramReason | null {
    if (end - start < 20) return 'bad_length'
    const domain = domainOf(exporter, 'netflow9', view.getUint32(start + 16), config.domains)
    if (domain === null) return 'exporter_limit'
    const uptimeMs = view.getUint32(start + 4)
    begin(exporter, view.getUint32(start + 8) * 1000, uptimeMs)
    trackUptime(exporter, domain, uptimeMs)
    trackSequence(exporter, domain, view.getUint32(start + 12), 1)
    return sets.walk(view, start + 20, end, exporter, domain) ? null : 'malformed'
  }

  function decodeIpfix(view: DataView, start: number, end: number, exporter: Exporter): DatagramReason | null {
    if (end - start < 16) return 'bad_length'
    const length = view.getUint16(start + 2)
    if (length < 16) return 'bad_length'
    const domain = domainOf(exporter, 'ipfix', view.getUint32(start + 12), config.domains)
    if (domain === null) return 'exporter_limit'
    begin(exporter, view.getUint32(start + 4) * 1000, 0)
    const sequence = view.getUint32(start + 8)
    const before = counts.records + counts.optionRecords
    message.waiting = message.recordsOfOthers = 0
    message.uncounted = false
    const fits = sets.walk(view, start + 16, Math.min(start + length, end), exporter, domain) && length <= end - start
    // The number counts data records; how many a waiting or damaged set holds is not known, so the count starts anew behind it.
    trackSequence(exporter, domain, sequence, counts.records + counts.optionRecords - before - message.recordsOfOthers)
    if (message.waiting > 0 || message.uncounted || !fits) domain.sequenceSeen = false
    return fits ? null : 'malformed'
  }

  function dispatch(view: DataView, start: number, end: number, exporter: Exporter): DatagramReason | null {
    if (end - start < 4) return 'bad_length'
    switch (view.getUint16(start)) {
      case 1:
        return decodeFixed(view, start, end, exporter, FIXED[1])
      case 5:
        return decodeFixed(view, start, end, exporter, FIXED[5])
      case 7:
        return decodeFixed(view, start, end, exporter, FIXED[7])
      case 9:
        return decodeV9(view, start, end, exporter)
      case 10:
        return decodeIpfix(view, start, end, exporter)
      case 0:
        return view.getUint16(start + 2) === 5 ? sflow.decode(view, start, end, exporter) : 'bad_version'
      default:
        return 'bad_version'
    }
  }

  return {
    counts,
    decode(view, start, end, exporter, receivedMs) {
      counts.datagrams++
      exporter.datagrams++
      exporter.lastSeenMs = receivedMs
      if (exporter.firstSeenMs === 0) exporter.firstSeenMs = receivedMs
      context.receivedMs = receivedMs
      const reason = dispatch(view, start, end, exporter)
      if (reason === null) counts.datagramsDecoded++
      else {
        counts.datagramsRejected[reason]++
        refuse(exporter, reason)
      }
      return reason
    },
    expire: (exporter, nowMs) => sets.expire(exporter, nowMs),
  }
}
