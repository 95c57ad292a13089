/** Sets of a NetFlow v9 or IPFIX message: templates are learnt, data decoded, or kept until its template comes. */
import { refuse } from './exporters.ts'
import { applyOptions } from './options/options.ts'
import type { Records } from './records.ts'
import { createTemplateKeeper, type KeeperDeps, type TemplateKeeper } from './templates/keep.ts'
import { createPending, type PendingLimits } from './templates/pending.ts'
import { readTemplatesIpfix, readTemplatesV9, type TemplateSet } from './templates/read.ts'
import { sampleUnknown } from './unknown.ts'
import type { DecodeCounts, Domain, Exporter, SetReason, Template } from './types.ts'

/** Limits of what exporters teach; `Config['templates']` in other units. */
export interface SetLimits extends PendingLimits {
  readonly lifetimeMs: number
  readonly perDomain: number
  /** Memory of all templates of a decoder, bytes; 256 MiB where nothing is said (RELIABILITY §3.1). */
  readonly templateBytes?: number
}

/**
 * What one datagram may ask for at most, of work that costs more than reading flows: definitions read, those that are new or different,
 * records of options, sets that wait. What is beyond comes again with the next refresh. A datagram that is not fragmented holds
 * less of each. On a connection templates are sent once, so all are taken.
 */
const PER_DATAGRAM = { definitions: 512, changes: 64, options: 1024, waiting: 512 } as const

const TEMPLATE_BYTES = 256 * 1024 * 1024

/** What the sequence of IPFIX needs to know of the message in hand. */
export interface MessageState {
  /** Its sets that wait for a template. */
  waiting: number
  /** Records decoded in it that came with an earlier message. */
  recordsOfOthers: number
  /** Whether it has records nobody counted. */
  uncounted: boolean
  /** Template definitions in it, withdrawals included. */
  definitions: number
}

export interface Sets {
  readonly message: MessageState
  readonly templates: TemplateKeeper
  /** Walks the sets in `[start, end)`. Gives false when one runs over the end. */
  walk(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain): boolean
  /** Of a datagram that is refused by the limit of its exporter: takes templates and options, no flows. */
  learnOnly(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain): void
  /** Drops what the exporter told before it restarted: it tells it anew (RFC 3954 §9). */
  restart(exporter: Exporter, domain: Domain): void
  /** Drops all of a domain. */
  forget(exporter: Exporter, domain: Domain): void
  /** Gives up sets that waited too long for their template. */
  expire(exporter: Exporter, nowMs: number): void
}

export interface SetsDeps {
  readonly counts: DecodeCounts
  readonly records: Records
  readonly onRedefinition: KeeperDeps['onRedefinition']
}

export function createSets(config: SetLimits, deps: SetsDeps): Sets {
  const { counts, records } = deps
  const { context } = records
  const pending = createPending(config, counts)
  const templates = createTemplateKeeper({ ...config, templateBytes: config.templateBytes ?? TEMPLATE_BYTES }, deps)
  const work = { definitions: 0, changes: 0, options: 0, waiting: 0 }
  const message: MessageState = { waiting: 0, recordsOfOthers: 0, uncounted: false, definitions: 0 }

  function beginWork(): void {
    work.definitions = work.changes = work.options = work.waiting = 0
  }

  function rejectSet(exporter: Exporter, reason: SetReason): void {
    counts.setsRejected[reason]++
    refuse(exporter, reason)
  }

  function decodeSet(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain, template: Template): void {
    let broken: boolean
    if (template.definition.options) {
      const read = applyOptions(view, start, end, exporter, domain, template, exporter.transport === 'udp' ? PER_DATAGRAM.options - work.options : Infinity)
      counts.optionRecords += read.records
      work.options += read.records
      template.records += read.records
      template.lastUsedMs = context.receivedMs
      broken = read.broken
      if (read.over) {
        message.uncounted = true
        rejectSet(exporter, 'work_limit')
        return
      }
    } else {
      records.decode(view, start, end, exporter, domain, template)
      broken = context.broken
      if (context.receivedMs >= template.sampleAtMs && context.records > 0) sampleUnknown(view, start, end, exporter, template, context.receivedMs)
    }
    // Padding is shorter than a record; a record that does not fit is not padding.
    if (broken) {
      message.uncounted = true
      rejectSet(exporter, 'malformed')
    } else counts.setsDecoded++
  }

  function decodeWaiting(exporter: Exporter, domain: Domain, template: Template): void {
    const { receivedMs, exportMs, uptimeMs, uptimeAtMs, rough } = context
    for (const set of pending.take(exporter, domain, template.id)) {
      context.receivedMs = set.receivedMs
      context.exportMs = set.exportMs
      context.uptimeMs = set.uptimeMs
      context.uptimeAtMs = set.uptimeAtMs
      context.rough = set.rough
      const before = counts.records + counts.optionRecords
      decodeSet(new DataView(set.bytes.buffer, set.bytes.byteOffset, set.bytes.byteLength), 0, set.bytes.length, exporter, domain, template)
      if (set.datagram === counts.datagrams) message.waiting--
      else message.recordsOfOthers += counts.records + counts.optionRecords - before
    }
    context.receivedMs = receivedMs
    context.exportMs = exportMs
    context.uptimeMs = uptimeMs
    context.uptimeAtMs = uptimeAtMs
    context.rough = rough
  }

  function learn(exporter: Exporter, domain: Domain, set: TemplateSet, options: boolean): void {
    let { reason } = set
    const nowMs = context.receivedMs
    if (options) counts.optionTemplates += set.definitions
    else counts.templates += set.definitions
    message.definitions += set.actions.length
    work.definitions += set.actions.length
    for (const action of set.actions) {
      let refused: SetReason | null = null
      if (action.kind === 'define') {
        const before = domain.templates.get(action.id)
        const changes = before?.key !== action.shape.key
        if (changes && exporter.transport === 'udp' && ++work.changes > PER_DATAGRAM.changes) refused = 'work_limit'
        else refused = templates.define(exporter, domain, action.id, action.shape, nowMs)
        const template = domain.templates.get(action.id)
        if (refused === null && domain.pending.size > 0 && template !== undefined) decodeWaiting(exporter, domain, template)
      } else if (action.kind === 'withdraw') refused = templates.withdraw(exporter, domain, action.id)
      else templates.refuse(exporter, domain, action.id)
      reason ??= refused
    }
    if (reason === null) counts.setsDecoded++
    else rejectSet(exporter, reason)
  }

  function decodeData(view: DataView, id: number, start: number, end: number, exporter: Exporter, domain: Domain): void {
    const template = templates.find(exporter, domain, id, context.receivedMs)
    if (template !== null) {
      decodeSet(view, start, end, exporter, domain, template)
      return
    }
    if (start === end) {
      // A set without a record has nothing to wait for.
      counts.setsDecoded++
      return
    }
    if (++work.waiting > PER_DATAGRAM.waiting && exporter.transport === 'udp') {
      message.uncounted = true
      rejectSet(exporter, 'work_limit')
      return
    }
    const kept = pending.keep(exporter, domain, {
      id,
      datagram: counts.datagrams,
      receivedMs: context.receivedMs,
      exportMs: context.exportMs,
      uptimeMs: context.uptimeMs,
      uptimeAtMs: context.uptimeAtMs,
      rough: context.rough,
      bytes: new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice(),
    })
    if (kept) {
      message.waiting++
      return
    }
    message.uncounted = true
    rejectSet(exporter, 'pending_full')
  }

  /** A set of templates or options templates; false when it is neither. */
  function learnSet(view: DataView, id: number, start: number, end: number, exporter: Exporter, domain: Domain): boolean {
    const v9 = domain.protocol === 'netflow9'
    const [templateSet, optionsSet] = v9 ? [0, 1] : [2, 3]
    if (id !== templateSet && id !== optionsSet) return false
    const read = v9 ? readTemplatesV9 : readTemplatesIpfix
    const options = id === optionsSet
    const most = exporter.transport === 'udp' ? PER_DATAGRAM.definitions - work.definitions : Infinity
    learn(exporter, domain, read(view, start, end, options, exporter.settings.mapping, most), options)
    return true
  }

  function walk(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain): boolean {
    let at = start
    message.definitions = 0
    beginWork()
    records.late.begin()
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
      if (id >= 256) decodeData(view, id, at + 4, stop, exporter, domain)
      else if (!learnSet(view, id, at + 4, stop, exporter, domain)) rejectSet(exporter, 'unknown_set')
      if (over) return false
      at = stop
    }
    return true
  }

  function forgetWaiting(exporter: Exporter, domain: Domain): void {
    for (let sets = pending.drop(exporter, domain); sets > 0; sets--) rejectSet(exporter, 'no_template')
  }

  return {
    message,
    templates,
    walk(view, start, end, exporter, domain) {
      const whole = walk(view, start, end, exporter, domain)
      records.late.apply(context.thinning)
      return whole
    },
    learnOnly(view, start, end, exporter, domain) {
      let at = start
      beginWork()
      while (at + 4 <= end) {
        const id = view.getUint16(at)
        const length = view.getUint16(at + 2)
        if (length < 4 || at + length > end) return
        const template = domain.templates.get(id)
        if (id < 4 || template?.definition.options === true) {
          counts.sets++
          if (template !== undefined) decodeSet(view, at + 4, at + length, exporter, domain, template)
          else if (!learnSet(view, id, at + 4, at + length, exporter, domain)) rejectSet(exporter, 'unknown_set')
        }
        at += length
      }
    },
    restart(exporter, domain) {
      counts.noted.restarts++
      forgetWaiting(exporter, domain)
      // Whoever forges a restart must not get past pinned templates.
      if (exporter.settings.pinned) return
      templates.forget(exporter, domain)
      domain.samplers.clear()
      domain.observed.clear()
      domain.common.clear()
      domain.statistics.clear()
      domain.sampling = null
      domain.samplerChanges++
      exporter.changes++
    },
    forget(exporter, domain) {
      forgetWaiting(exporter, domain)
      templates.forget(exporter, domain)
    },
    expire: (exporter, nowMs) => pending.expire(exporter, nowMs),
  }
}
