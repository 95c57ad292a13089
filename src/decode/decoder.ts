/** Datagrams to rows: the version word tells the protocol, sets are walked by their lengths, each refusal has one reason. */
import { NOTES, indexOf, type FlowBatch } from '../schema/index.ts'
import { domainOf, refuse } from './exporters.ts'
import { V5_HEADER_BYTES, V5_RECORD_BYTES, V5_TEMPLATE } from './netflow5.ts'
import { applyOptions } from './options.ts'
import { createPending, type PendingLimits } from './pending.ts'
import { trackSequence, trackUptime } from './sequence.ts'
import { isExpired, keepTemplate, readTemplatesIpfix, readTemplatesV9, type TemplateSet } from './templates.ts'
import {
  DATAGRAM_REASONS,
  SET_REASONS,
  type CodeCache,
  type DatagramReason,
  type DecodeCounts,
  type Domain,
  type Exporter,
  type ExportProtocol,
  type RecordContext,
  type RowSink,
  type SetReason,
  type Template,
} from './types.ts'

const RECEIVED = indexOf('received_at')
const EXPORTER = indexOf('exporter')
const PROTOCOL = indexOf('export_protocol')
const DOMAIN = indexOf('domain')
const SAMPLER = indexOf('sampler')
const RATE = indexOf('sampling_rate')
const RATE_SOURCE = indexOf('sampling_source')
const IN_IF = indexOf('in_if')
const OUT_IF = indexOf('out_if')
const IN_IF_NAME = indexOf('in_if_name')
const OUT_IF_NAME = indexOf('out_if_name')
const NOTE = indexOf('notes')

/** New templates a second of one exporter, and how many it may save up (RELIABILITY §3.1). */
const TEMPLATES_PER_SECOND = 32
const TEMPLATE_BURST = 4096

/** Limits of what exporters teach; `Config['templates']` in other units. */
export interface DecoderConfig extends PendingLimits {
  readonly lifetimeMs: number
  readonly perDomain: number
  readonly domains: number
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
export function createDecoder(config: DecoderConfig, deps: { readonly sink: RowSink }): Decoder {
  const { sink } = deps
  const counts = noCounts()
  const pending = createPending(config, counts)
  const context: RecordContext = {
    receivedMs: 0,
    receivedCode: 0,
    exporterCode: 0,
    protocolCode: 0,
    exportMs: 0,
    uptimeMs: 0,
    records: 0,
    broken: false,
  }
  // What the sequence of IPFIX needs to know of the message in hand: its sets that wait, records in it that came with an earlier
  // message, and whether it has records nobody counted.
  const message = { waiting: 0, recordsOfOthers: 0, uncounted: false }
  // Datagrams of one millisecond share a code.
  const lastReceived = { 4: { batch: null as FlowBatch | null, use: 0, ms: 0, code: 0 }, 6: { batch: null as FlowBatch | null, use: 0, ms: 0, code: 0 } }

  function rejectSet(exporter: Exporter, reason: SetReason): void {
    counts.setsRejected[reason]++
    refuse(exporter, reason)
  }

  function cacheFor(exporter: Exporter, batch: FlowBatch): CodeCache {
    const cache = exporter.codes[batch.family]
    if (cache.batch !== batch || cache.use !== batch.use) {
      cache.batch = batch
      cache.use = batch.use
      cache.exporter = batch.code(EXPORTER, exporter.address)
      cache.protocols.clear()
      cache.interfaces.clear()
    }
    return cache
  }

  function prepare(exporter: Exporter, batch: FlowBatch, protocol: ExportProtocol): void {
    const cache = cacheFor(exporter, batch)
    context.exporterCode = cache.exporter
    let code = cache.protocols.get(protocol)
    if (code === undefined) {
      code = batch.code(PROTOCOL, protocol)
      cache.protocols.set(protocol, code)
    }
    context.protocolCode = code
    const last = lastReceived[batch.family]
    if (last.batch !== batch || last.use !== batch.use || last.ms !== context.receivedMs) {
      last.batch = batch
      last.use = batch.use
      last.ms = context.receivedMs
      last.code = batch.code(RECEIVED, context.receivedMs)
    }
    context.receivedCode = last.code
  }

  function nameInterfaces(exporter: Exporter, batch: FlowBatch, first: number, rows: number, from: number, to: number): void {
    const interfaces = batch.columns[from]
    if (interfaces === undefined) return
    const { interfaces: codes } = cacheFor(exporter, batch)
    let names = batch.columns[to]
    for (let row = first; row < first + rows; row++) {
      const index = interfaces[row] ?? 0
      let code = codes.get(index * 2 + (to === IN_IF_NAME ? 0 : 1))
      if (code === undefined) {
        const name = exporter.interfaces.get(index)
        code = name === undefined ? 0 : batch.code(to, name)
        codes.set(index * 2 + (to === IN_IF_NAME ? 0 : 1), code)
      }
      if (code === 0) continue
      names ??= batch.need(to)
      names[row] = code
    }
  }

  /** The order of PROTOCOLS §8: in the record unless it is 0 there, by sampler, by domain, of another domain as a guess, the header's. */
  function applySampling(exporter: Exporter, domain: Domain, template: Template, batch: FlowBatch, first: number, rows: number): void {
    let open = 0
    if (template.hasRate) {
      const rates = batch.need(RATE)
      const sources = batch.need(RATE_SOURCE)
      const code = batch.code(RATE_SOURCE, 'record')
      for (let row = first; row < first + rows; row++) {
        if (rates[row] === 0) open++
        else sources[row] = code
      }
      if (open === 0) return
    }
    let sampling = domain.sampling
    if (sampling === null) {
      for (const other of exporter.domains.values()) {
        if (other !== domain && other.protocol === domain.protocol && other.sampling?.source === 'options') {
          sampling = { rate: other.sampling.rate, source: 'options_of_other_domain' }
          break
        }
      }
    }
    if (template.hasSampler && domain.samplers.size > 0) {
      const samplers = batch.need(SAMPLER)
      const rates = batch.need(RATE)
      const sources = batch.need(RATE_SOURCE)
      const code = batch.code(RATE_SOURCE, 'options')
      for (let row = first; row < first + rows; row++) {
        const rate = domain.samplers.get(samplers[row] ?? 0)
        if (rate === undefined || sources[row] !== 0) continue
        rates[row] = rate
        sources[row] = code
      }
      return
    }
    if (sampling === null) return
    const rates = batch.need(RATE)
    const sources = batch.need(RATE_SOURCE)
    const code = batch.code(RATE_SOURCE, sampling.source)
    const notes = sampling.source === 'options_of_other_domain' ? batch.need(NOTE) : null
    for (let row = first; row < first + rows; row++) {
      if (sources[row] !== 0) continue
      rates[row] = sampling.rate
      sources[row] = code
      if (notes !== null) notes[row] = (notes[row] ?? 0) | NOTES.sampling_guessed
    }
  }

  /** Decodes records of one template; gives where it stopped. */
  function decodeRecords(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain, template: Template): number {
    const most = Math.floor((end - start) / template.minLength)
    if (most === 0) {
      context.records = 0
      context.broken = false
      return start
    }
    const batch = sink.reserve(template.family, most)
    prepare(exporter, batch, domain.protocol)
    const first = batch.rows
    const stopped = template.decode(view, start, end, batch, first, context)
    const rows = context.records
    if (rows === 0) return stopped
    if (domain.id !== 0) batch.need(DOMAIN).fill(domain.id, first, first + rows)
    if (template.hasRate || template.hasSampler || exporter.domains.size > 1 || domain.sampling !== null)
      applySampling(exporter, domain, template, batch, first, rows)
    if (exporter.interfaces.size > 0) {
      nameInterfaces(exporter, batch, first, rows, IN_IF, IN_IF_NAME)
      nameInterfaces(exporter, batch, first, rows, OUT_IF, OUT_IF_NAME)
    }
    // Rows that waited for their template are older than what was decoded before them.
    batch.firstReceivedAt = first === 0 ? context.receivedMs : Math.min(batch.firstReceivedAt, context.receivedMs)
    batch.lastReceivedAt = first === 0 ? context.receivedMs : Math.max(batch.lastReceivedAt, context.receivedMs)
    batch.rows = first + rows
    counts.records += rows
    counts.rows += rows
    exporter.rows += rows
    sink.committed(batch, first, rows, template)
    return stopped
  }

  function decodeSet(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain, template: Template): void {
    let broken: boolean
    if (template.definition.options) {
      const read = applyOptions(view, start, end, exporter, domain, template)
      counts.optionRecords += read.records
      broken = read.broken
    } else {
      decodeRecords(view, start, end, exporter, domain, template)
      broken = context.broken
    }
    // Padding is shorter than a record; a record that does not fit is not padding.
    if (broken) {
      message.uncounted = true
      rejectSet(exporter, 'malformed')
    } else counts.setsDecoded++
  }

  function decodeWaiting(exporter: Exporter, domain: Domain, template: Template): void {
    const { receivedMs, exportMs, uptimeMs } = context
    for (const set of pending.take(exporter, domain, template.id)) {
      context.receivedMs = set.receivedMs
      context.exportMs = set.exportMs
      context.uptimeMs = set.uptimeMs
      const before = counts.records + counts.optionRecords
      decodeSet(new DataView(set.bytes.buffer, set.bytes.byteOffset, set.bytes.byteLength), 0, set.bytes.length, exporter, domain, template)
      if (set.datagram === counts.datagrams) message.waiting--
      else message.recordsOfOthers += counts.records + counts.optionRecords - before
    }
    context.receivedMs = receivedMs
    context.exportMs = exportMs
    context.uptimeMs = uptimeMs
  }

  function mayLearn(exporter: Exporter, nowMs: number): boolean {
    const saved =
      exporter.templateTokensAtMs === 0
        ? TEMPLATE_BURST
        : Math.min(TEMPLATE_BURST, exporter.templateTokens + ((nowMs - exporter.templateTokensAtMs) / 1000) * TEMPLATES_PER_SECOND)
    exporter.templateTokensAtMs = nowMs
    exporter.templateTokens = saved < 1 ? saved : saved - 1
    return saved >= 1
  }

  function learn(exporter: Exporter, domain: Domain, set: TemplateSet, options: boolean): void {
    let { reason } = set
    for (const id of set.invalid) domain.templates.delete(id)
    // Withdrawals mean something on streams only; on UDP they are counted and ignored (RFC 7011 §8.4).
    if (set.withdrawn.length > 0) reason ??= 'withdrawal_udp'
    if (options) counts.optionTemplates += set.definitions
    else counts.templates += set.definitions
    for (const template of set.made) {
      const known = domain.templates.get(template.id)
      if (known === undefined && domain.templates.size >= config.perDomain) {
        reason = 'template_limit'
        continue
      }
      if (known?.key !== template.key && !mayLearn(exporter, context.receivedMs)) {
        reason = 'template_rate'
        continue
      }
      keepTemplate(domain, template, context.receivedMs)
      if (domain.pending.length > 0) decodeWaiting(exporter, domain, domain.templates.get(template.id) ?? template)
    }
    if (reason === null) counts.setsDecoded++
    else rejectSet(exporter, reason)
  }

  function decodeData(view: DataView, id: number, start: number, end: number, exporter: Exporter, domain: Domain): void {
    const template = domain.templates.get(id)
    if (template !== undefined && !isExpired(template, context.receivedMs, config.lifetimeMs)) {
      decodeSet(view, start, end, exporter, domain, template)
      return
    }
    if (template !== undefined) domain.templates.delete(id)
    const kept = pending.keep(exporter, domain, {
      id,
      datagram: counts.datagrams,
      receivedMs: context.receivedMs,
      exportMs: context.exportMs,
      uptimeMs: context.uptimeMs,
      bytes: new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice(),
    })
    if (kept) {
      message.waiting++
      return
    }
    message.uncounted = true
    rejectSet(exporter, 'pending_full')
  }

  /** Walks the sets of a v9 or IPFIX message. Gives false when one runs over the end. */
  function walk(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain): boolean {
    const v9 = domain.protocol === 'netflow9'
    const [templateSet, optionsSet] = v9 ? [0, 1] : [2, 3]
    const read = v9 ? readTemplatesV9 : readTemplatesIpfix
    let at = start
    while (at + 4 <= end) {
      const id = view.getUint16(at)
      const length = view.getUint16(at + 2)
      counts.sets++
      if (length < 4) {
        rejectSet(exporter, 'malformed')
        return false
      }
      const over = at + length > end
      // Whole records before the end still count; then the set is refused.
      const stop = over ? end : at + length
      if (id === templateSet || id === optionsSet) learn(exporter, domain, read(view, at + 4, stop, id === optionsSet, context.receivedMs), id === optionsSet)
      else if (id < 256) rejectSet(exporter, 'unknown_set')
      else decodeData(view, id, at + 4, stop, exporter, domain)
      if (over) return false
      at = stop
    }
    return true
  }

  function begin(exporter: Exporter, exportMs: number, uptimeMs: number): void {
    context.exportMs = exportMs
    context.uptimeMs = uptimeMs
    const skew = context.receivedMs - exportMs
    exporter.skewMs = exporter.datagrams <= 1 ? skew : exporter.skewMs + (skew - exporter.skewMs) / 16
  }

  function decodeV5(view: DataView, start: number, end: number, exporter: Exporter): DatagramReason | null {
    if (end - start < V5_HEADER_BYTES) return 'bad_length'
    const count = view.getUint16(start + 2)
    if (count === 0 || V5_HEADER_BYTES + count * V5_RECORD_BYTES > end - start) return 'bad_length'
    const domain = domainOf(exporter, 'netflow5', view.getUint16(start + 20), config.domains)
    if (domain === null) return 'exporter_limit'
    begin(exporter, view.getUint32(start + 8) * 1000 + Math.floor(view.getUint32(start + 12) / 1_000_000), view.getUint32(start + 4))
    // Some exporters leave the mode 0 and still sample; interval 0 tells nothing.
    const interval = view.getUint16(start + 22) & 0x3fff
    domain.sampling = interval === 0 ? null : { rate: interval, source: 'header' }
    trackUptime(exporter, domain, context.uptimeMs)
    trackSequence(exporter, domain, view.getUint32(start + 16), count)
    const first = start + V5_HEADER_BYTES
    decodeRecords(view, first, first + count * V5_RECORD_BYTES, exporter, domain, V5_TEMPLATE)
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
    return walk(view, start + 20, end, exporter, domain) ? null : 'malformed'
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
    const fits = walk(view, start + 16, Math.min(start + length, end), exporter, domain) && length <= end - start
    // The number counts data records; how many a waiting or damaged set holds is not known, so the count starts anew behind it.
    trackSequence(exporter, domain, sequence, counts.records + counts.optionRecords - before - message.recordsOfOthers)
    if (message.waiting > 0 || message.uncounted || !fits) domain.sequenceSeen = false
    return fits ? null : 'malformed'
  }

  function dispatch(view: DataView, start: number, end: number, exporter: Exporter): DatagramReason | null {
    if (end - start < 4) return 'bad_length'
    switch (view.getUint16(start)) {
      case 5:
        return decodeV5(view, start, end, exporter)
      case 9:
        return decodeV9(view, start, end, exporter)
      case 10:
        return decodeIpfix(view, start, end, exporter)
      case 1:
      case 7:
        return 'not_supported'
      case 0:
        return view.getUint16(start + 2) === 5 ? 'not_supported' : 'bad_version'
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
      context.receivedMs = receivedMs
      const reason = dispatch(view, start, end, exporter)
      if (reason === null) counts.datagramsDecoded++
      else {
        counts.datagramsRejected[reason]++
        refuse(exporter, reason)
      }
      return reason
    },
    expire: (exporter, nowMs) => pending.expire(exporter, nowMs),
  }
}
