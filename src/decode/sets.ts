/** Sets of a NetFlow v9 or IPFIX message: templates are learnt, data decoded, or kept until its template comes. */
import { refuse } from './exporters.ts'
import { applyOptions } from './options/options.ts'
import type { Records } from './records.ts'
import { createPending, type PendingLimits } from './templates/pending.ts'
import { isExpired, keepTemplate, readTemplatesIpfix, readTemplatesV9, type TemplateSet } from './templates/templates.ts'
import type { DecodeCounts, Domain, Exporter, SetReason, Template } from './types.ts'

/** New templates a second of one exporter, and how many it may save up (RELIABILITY §3.1). */
const TEMPLATES_PER_SECOND = 32
const TEMPLATE_BURST = 4096

/** Limits of what exporters teach; `Config['templates']` in other units. */
export interface SetLimits extends PendingLimits {
  readonly lifetimeMs: number
  readonly perDomain: number
}

/** What the sequence of IPFIX needs to know of the message in hand. */
export interface MessageState {
  /** Its sets that wait for a template. */
  waiting: number
  /** Records decoded in it that came with an earlier message. */
  recordsOfOthers: number
  /** Whether it has records nobody counted. */
  uncounted: boolean
}

export interface Sets {
  readonly message: MessageState
  /** Walks the sets in `[start, end)`. Gives false when one runs over the end. */
  walk(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain): boolean
  /** Gives up sets that waited too long for their template. */
  expire(exporter: Exporter, nowMs: number): void
}

export function createSets(config: SetLimits, deps: { readonly counts: DecodeCounts; readonly records: Records }): Sets {
  const { counts, records } = deps
  const { context } = records
  const pending = createPending(config, counts)
  const message: MessageState = { waiting: 0, recordsOfOthers: 0, uncounted: false }

  function rejectSet(exporter: Exporter, reason: SetReason): void {
    counts.setsRejected[reason]++
    refuse(exporter, reason)
  }

  function decodeSet(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain, template: Template): void {
    let broken: boolean
    if (template.definition.options) {
      const read = applyOptions(view, start, end, exporter, domain, template)
      counts.optionRecords += read.records
      broken = read.broken
    } else {
      records.decode(view, start, end, exporter, domain, template)
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

  /** Withdraws one template, or with id 2 or 3 all of a kind. */
  function withdraw(exporter: Exporter, domain: Domain, id: number): SetReason | null {
    // Withdrawals mean something on streams and in files only; on UDP they are counted and ignored (RFC 7011 §8.4).
    if (exporter.transport === 'udp') return 'withdrawal_udp'
    if (id > 3) domain.templates.delete(id)
    else for (const template of domain.templates.values()) if (template.definition.options === (id === 3)) domain.templates.delete(template.id)
    return null
  }

  function define(exporter: Exporter, domain: Domain, template: Template): SetReason | null {
    const known = domain.templates.get(template.id)
    if (known === undefined && domain.templates.size >= config.perDomain) return 'template_limit'
    if (known?.key !== template.key && !mayLearn(exporter, context.receivedMs)) return 'template_rate'
    keepTemplate(domain, template, context.receivedMs)
    if (domain.pending.length > 0) decodeWaiting(exporter, domain, domain.templates.get(template.id) ?? template)
    return null
  }

  function learn(exporter: Exporter, domain: Domain, set: TemplateSet, options: boolean): void {
    let { reason } = set
    if (options) counts.optionTemplates += set.definitions
    else counts.templates += set.definitions
    for (const action of set.actions) {
      let refused: SetReason | null = null
      if (action.kind === 'define') refused = define(exporter, domain, action.template)
      else if (action.kind === 'withdraw') refused = withdraw(exporter, domain, action.id)
      else domain.templates.delete(action.id)
      reason ??= refused
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
  function walkSets(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain): boolean {
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
      if (id === templateSet || id === optionsSet)
        learn(exporter, domain, read(view, at + 4, stop, id === optionsSet, exporter.settings.mapping, context.receivedMs), id === optionsSet)
      else if (id < 256) rejectSet(exporter, 'unknown_set')
      else decodeData(view, id, at + 4, stop, exporter, domain)
      if (over) return false
      at = stop
    }
    return true
  }

  return { message, walk: walkSets, expire: (exporter, nowMs) => pending.expire(exporter, nowMs) }
}
