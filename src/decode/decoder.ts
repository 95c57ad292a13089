/** Datagrams to rows: the version word tells the protocol, each refusal has one reason. */
import { newBootClock, timeOfUptime } from './clock.ts'
import { eraOf } from './compile/times.ts'
import { createExporter, domainOf, refuse } from './exporters.ts'
import { FIXED, type FixedFormat } from './fixed.ts'
import { admit } from './limit.ts'
import { trackCounting } from './counting.ts'
import { createRecords } from './records.ts'
import { forgetMemory } from './rules/memory.ts'
import { restoreExporter, type SavedExporter } from './saved.ts'
import { restartedSince, trackSequence, trackUptime } from './sequence.ts'
import { createSets, type SetLimits } from './sets.ts'
import { createSflow } from './sflow/sflow.ts'
import {
  DATAGRAM_REASONS,
  DECODE_NOTES,
  SET_REASONS,
  type DatagramReason,
  type DecodeCounts,
  type Domain,
  type Exporter,
  type ExportProtocol,
  type Redefinition,
  type RowSink,
} from './types.ts'

/** A domain without templates, that sent nothing for so long, makes room for another. */
const SILENT_MS = 60_000

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
  /**
   * Told when a live template is defined otherwise outside the rhythm of its refreshes, or in turns, or though it is pinned: a second
   * sender, or somebody who forges datagrams (RELIABILITY §3.2, M6, M7).
   */
  readonly onRedefinition?: (exporter: Exporter, redefinition: Redefinition) => void
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
  /** Drops templates of an exporter that have expired, which nobody may ask for any more. */
  tidy(exporter: Exporter, nowMs: number): void
  /** Drops all an exporter taught and what waits of it: it is forgotten, or its connection has ended. */
  forget(exporter: Exporter): void
  /** Gives an exporter that was just made back what it had taught before a restart of ours (`saveExporter`). */
  restore(exporter: Exporter, saved: SavedExporter, nowMs: number): void
  /** Bytes of memory all templates are reckoned at. */
  readonly templateBytes: number
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
  const sets = createSets(config, { counts, records, onRedefinition: deps.onRedefinition ?? (() => undefined) })
  const sflow = createSflow({ counts, records, sink: deps.sink, exporterAt: deps.exporterAt ?? null, domainFor })
  const { context } = records
  const { message } = sets

  /** Takes the time and the uptime of a header; `wholeSeconds` where it tells no more. */
  function begin(exporter: Exporter, domain: Domain, toldMs: number, uptimeMs: number, wholeSeconds: boolean): void {
    // Seconds of the header begin anew in 2106 (RFC 7011 §5.2).
    const exportMs = eraOf(toldMs, context.receivedMs)
    context.exportMs = exportMs
    context.uptimeMs = uptimeMs
    if (wholeSeconds) {
      const clock = (domain.clock ??= newBootClock())
      context.uptimeAtMs = timeOfUptime(clock, exportMs, uptimeMs)
      context.rough = clock.rough
    } else {
      context.uptimeAtMs = exportMs
      context.rough = false
    }
    const skew = context.receivedMs - exportMs
    exporter.skewMs = exporter.datagrams <= 1 ? skew : exporter.skewMs + (skew - exporter.skewMs) / 16
  }

  /** The domain of a datagram; one more than there may be takes the place of one that is idle. Null when none is. */
  function domainFor(exporter: Exporter, protocol: ExportProtocol, id: number): Domain | null {
    let domain = domainOf(exporter, protocol, id, config.domains)
    if (domain === null && forgetIdle(exporter)) domain = domainOf(exporter, protocol, id, config.domains)
    if (domain !== null) {
      domain.lastSeenMs = context.receivedMs
      if (domain.firstSeenMs === 0) domain.firstSeenMs = context.receivedMs
    }
    return domain
  }

  function forgetIdle(exporter: Exporter): boolean {
    const before = exporter.domains.size
    for (const [key, domain] of exporter.domains) {
      const idleMs = context.receivedMs - domain.lastSeenMs
      if (idleMs <= (domain.templates.size === 0 ? SILENT_MS : config.lifetimeMs)) continue
      sets.forget(exporter, domain)
      exporter.domains.delete(key)
      exporter.lastDomain = null
      counts.noted.domains_forgotten++
    }
    return exporter.domains.size < before
  }

  function decodeFixed(view: DataView, start: number, end: number, exporter: Exporter, format: FixedFormat): DatagramReason | null {
    const { protocol, headerBytes, recordBytes, template } = format
    if (end - start < headerBytes) return 'bad_length'
    const count = view.getUint16(start + 2)
    if (count === 0 || headerBytes + count * recordBytes > end - start) return 'bad_length'
    const v5 = protocol === 'netflow5'
    const domain = domainFor(exporter, protocol, v5 ? view.getUint16(start + 20) : 0)
    if (domain === null) return 'exporter_limit'
    const nanoseconds = view.getUint32(start + 12)
    const uptimeMs = view.getUint32(start + 4)
    // Juniper MX leaves the nanoseconds 0.
    begin(exporter, domain, view.getUint32(start + 8) * 1000 + Math.floor(nanoseconds / 1_000_000), uptimeMs, nanoseconds === 0)
    if (v5) {
      // Some exporters leave the mode 0 and still sample; interval 0 tells nothing.
      const interval = view.getUint16(start + 22) & 0x3fff
      if (interval === 0) domain.sampling = null
      else if (domain.sampling?.rate !== interval) domain.sampling = { rate: interval, source: 'header' }
    }
    const sequence = protocol === 'netflow1' ? null : view.getUint32(start + 16)
    if (trackUptime(exporter, domain, uptimeMs, context.exportMs, sequence)) counts.noted.restarts++
    if (sequence !== null) trackSequence(exporter, domain, sequence, count)
    if (context.thinning === 0) return 'rate_limited'
    const first = start + headerBytes
    const last = first + count * recordBytes
    if (last < end) counts.noted.bytes_behind_records++
    records.decode(view, first, last, exporter, domain, template)
    return null
  }

  /** Whether all records of the message in hand, and no others, were counted while it was walked. */
  const isCounted = (fits: boolean): boolean => fits && message.waiting === 0 && message.recordsOfOthers === 0 && !message.uncounted

  function decodeV9(view: DataView, start: number, end: number, exporter: Exporter): DatagramReason | null {
    if (end - start < 20) return 'bad_length'
    const domain = domainFor(exporter, 'netflow9', view.getUint32(start + 16))
    if (domain === null) return 'exporter_limit'
    const uptimeMs = view.getUint32(start + 4)
    const sequence = view.getUint32(start + 12)
    begin(exporter, domain, view.getUint32(start + 8) * 1000, uptimeMs, true)
    const restarted = restartedSince(domain, sequence, context.exportMs - uptimeMs)
    if (restarted) domain.restarts++
    if (trackUptime(exporter, domain, uptimeMs, context.exportMs, sequence) || restarted) sets.restart(exporter, domain)
    if (context.thinning === 0) {
      sets.learnOnly(view, start + 20, end, exporter, domain)
      trackCounting(exporter, domain, sequence, 1, 0, false)
      return 'rate_limited'
    }
    const before = counts.records + counts.optionRecords
    const flowsBefore = counts.records
    message.waiting = message.recordsOfOthers = 0
    message.uncounted = false
    const fits = sets.walk(view, start + 20, end, exporter, domain)
    // The header counts records of all kinds; how many a waiting set holds is not known.
    const counted = counts.records + counts.optionRecords - before - message.recordsOfOthers + message.definitions
    if (fits && message.waiting === 0 && counted !== view.getUint16(start + 2)) counts.noted.wrong_count++
    trackCounting(exporter, domain, sequence, 1, counts.records - flowsBefore, isCounted(fits))
    return fits ? null : 'malformed'
  }

  function decodeIpfix(view: DataView, start: number, end: number, exporter: Exporter): DatagramReason | null {
    if (end - start < 16) return 'bad_length'
    const length = view.getUint16(start + 2)
    if (length < 16) return 'bad_length'
    const domain = domainFor(exporter, 'ipfix', view.getUint32(start + 12))
    if (domain === null) return 'exporter_limit'
    begin(exporter, domain, view.getUint32(start + 4) * 1000, 0, false)
    const sequence = view.getUint32(start + 8)
    const stop = Math.min(start + length, end)
    if (restartedSince(domain, sequence, null)) {
      domain.restarts++
      sets.restart(exporter, domain)
    }
    if (context.thinning === 0) {
      sets.learnOnly(view, start + 16, stop, exporter, domain)
      domain.sequenceSeen = false
      return 'rate_limited'
    }
    const before = counts.records + counts.optionRecords
    const flowsBefore = counts.records
    message.waiting = message.recordsOfOthers = 0
    message.uncounted = false
    const fits = sets.walk(view, start + 16, stop, exporter, domain) && length <= end - start
    if (start + length < end) counts.noted.bytes_behind_message++
    const own = counts.records + counts.optionRecords - before - message.recordsOfOthers
    trackCounting(exporter, domain, sequence, own, counts.records - flowsBefore, isCounted(fits))
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
      context.thinning = exporter.settings.datagramsPerSecond === 0 ? 1 : admit(exporter, receivedMs)
      const reason = dispatch(view, start, end, exporter)
      if (reason === null) counts.datagramsDecoded++
      else {
        counts.datagramsRejected[reason]++
        refuse(exporter, reason)
      }
      return reason
    },
    expire: (exporter, nowMs) => sets.expire(exporter, nowMs),
    tidy: (exporter, nowMs) => sets.templates.expire(exporter, nowMs),
    forget(exporter) {
      sets.expire(exporter, Infinity)
      for (const domain of exporter.domains.values()) sets.forget(exporter, domain)
      forgetMemory(exporter)
    },
    restore: (exporter, saved, nowMs) => restoreExporter(exporter, saved, nowMs, config, sets.templates),
    get templateBytes() {
      return sets.templates.bytes
    },
  }
}
