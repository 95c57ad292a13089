/**
 * The templates of the exporters' domains: learnt, refreshed, redefined, withdrawn, expired. A template belongs to the session it came
 * by (an `Exporter` of a connection), the protocol and the domain (RFC 7011 §8, RFC 3954 §9).
 */
import type { DecodeCounts, Domain, Exporter, Redefinition, SetReason, Template } from '../types.ts'
import { createBudget } from './budget.ts'
import { makeTemplate, type Shape } from './shapes.ts'

/** New templates a second of one exporter, and how many it may save up (RELIABILITY §3.1). */
const TEMPLATES_PER_SECOND = 32
const TEMPLATE_BURST = 4096
/** Definitions remembered of one id, to know one that comes back. */
const MAX_FORMER = 4
/** Redefinitions kept of one exporter, and elements no column takes. */
const MAX_REDEFINITIONS = 16
const MAX_UNKNOWN = 1024
/** A redefinition when so much of the refresh interval has passed came in its rhythm: somebody changed the device. */
const IN_RHYTHM = 0.9
/** A template that comes again after so many lifetimes is new. */
const FORGOTTEN_LIFETIMES = 3
/** A domain that is full looks for expired templates this often. */
const SWEEP_MS = 1000

export interface TemplateLimits {
  readonly lifetimeMs: number
  readonly perDomain: number
  /** Memory of all templates of a decoder. */
  readonly templateBytes: number
}

export interface TemplateKeeper {
  /** Bytes of memory all templates are reckoned at. */
  readonly bytes: number
  /** The template of an id, unless it has expired. */
  find(exporter: Exporter, domain: Domain, id: number, nowMs: number): Template | null
  /** Takes a definition in; gives why not. */
  define(exporter: Exporter, domain: Domain, id: number, shape: Shape, nowMs: number): SetReason | null
  /** Takes a withdrawal (RFC 7011 §8.1); gives why not. */
  withdraw(exporter: Exporter, domain: Domain, id: number): SetReason | null
  /** An invalid definition: the one it was to replace holds no more. */
  refuse(exporter: Exporter, domain: Domain, id: number): void
  /** Keeps a template from before a restart. */
  restore(exporter: Exporter, domain: Domain, template: Template): void
  /** Drops all templates of a domain, or those only that `which` says. */
  forget(exporter: Exporter, domain: Domain, which?: (template: Template) => boolean): void
  /** Drops the templates that have expired. */
  expire(exporter: Exporter, nowMs: number): void
}

export interface KeeperDeps {
  readonly counts: DecodeCounts
  /** Told of a redefinition outside the rhythm of refreshes (RELIABILITY §3.2, M6, M7). */
  readonly onRedefinition: (exporter: Exporter, redefinition: Redefinition) => void
}

/** Whether a template was not refreshed for longer than it lives: the lifetime, or three of its own refreshes. On a connection it lives as long as that. */
export const isExpired = (exporter: Exporter, template: Template, nowMs: number, lifetimeMs: number): boolean =>
  exporter.transport === 'udp' && nowMs - template.lastSeenMs > Math.max(lifetimeMs, 3 * template.refreshMs)

function mayLearn(exporter: Exporter, nowMs: number): boolean {
  const elapsed = exporter.templateTokensAtMs === 0 ? Infinity : Math.max(0, nowMs - exporter.templateTokensAtMs) / 1000
  exporter.templateTokens = Math.min(TEMPLATE_BURST, exporter.templateTokens + elapsed * TEMPLATES_PER_SECOND)
  exporter.templateTokensAtMs = nowMs
  if (exporter.templateTokens < 1) return false
  exporter.templateTokens--
  return true
}

export function createTemplateKeeper(limits: TemplateLimits, deps: KeeperDeps): TemplateKeeper {
  const { counts } = deps
  const budget = createBudget(limits.templateBytes)

  /** What a template told of elements nobody takes stays with the exporter. */
  function keepUnknown(exporter: Exporter, template: Template): void {
    if (template.records === 0) return
    for (const position of template.unknown) {
      const field = template.definition.fields[position]
      if (field === undefined) continue
      const known = exporter.unknown.get(field.element)
      if (known !== undefined) known.records += template.records
      else if (exporter.unknown.size < MAX_UNKNOWN) exporter.unknown.set(field.element, { length: field.length, sample: null, records: template.records })
    }
  }

  function drop(exporter: Exporter, domain: Domain, template: Template): void {
    if (!domain.templates.delete(template.id)) return
    budget.remove(exporter, template)
    keepUnknown(exporter, template)
    exporter.changes++
  }

  function forget(exporter: Exporter, domain: Domain, which: (template: Template) => boolean = () => true): void {
    for (const template of domain.templates.values()) if (which(template)) drop(exporter, domain, template)
  }

  function dropExpired(exporter: Exporter, domain: Domain, nowMs: number): void {
    for (const template of domain.templates.values()) {
      if (!isExpired(exporter, template, nowMs, limits.lifetimeMs)) continue
      drop(exporter, domain, template)
      counts.noted.templates_expired++
    }
  }

  function add(exporter: Exporter, domain: Domain, template: Template): void {
    domain.templates.set(template.id, template)
    budget.add(exporter, template)
    exporter.changes++
    budget.shrink(template, (owner, oldest) => {
      for (const one of owner.domains.values()) if (one.templates.get(oldest.id) === oldest) drop(owner, one, oldest)
      counts.noted.templates_evicted++
    })
  }

  function hasRoom(exporter: Exporter, domain: Domain, nowMs: number): boolean {
    if (domain.templates.size < limits.perDomain) return true
    if (nowMs - domain.sweptAtMs < SWEEP_MS) return false
    domain.sweptAtMs = nowMs
    dropExpired(exporter, domain, nowMs)
    return domain.templates.size < limits.perDomain
  }

  /** Counts another definition for a live template, keeps it for the page, and tells it unless the time for a change was right. */
  function noteRedefinition(exporter: Exporter, domain: Domain, known: Template, shape: Shape, nowMs: number, refused: boolean): void {
    const flipFlop = known.former.includes(shape.key)
    counts.noted.redefinitions++
    const { redefinitions } = exporter
    const same = redefinitions.findLast(
      one =>
        one.template === known.id && one.domain === domain.id && one.refused === refused && one.before === known.definition && one.after === shape.definition,
    )
    const told: Redefinition = same ?? {
      protocol: domain.protocol,
      domain: domain.id,
      template: known.id,
      before: known.definition,
      after: shape.definition,
      atMs: nowMs,
      count: 0,
      refused,
      flipFlop,
    }
    told.count++
    told.atMs = nowMs
    if (same === undefined) redefinitions.push(told)
    if (redefinitions.length > MAX_REDEFINITIONS) redefinitions.shift()
    const inRhythm = known.refreshMs > 0 && nowMs - known.lastSeenMs >= IN_RHYTHM * known.refreshMs
    if (refused || flipFlop || !inRhythm) deps.onRedefinition(exporter, told)
  }

  function refresh(exporter: Exporter, known: Template, nowMs: number): void {
    // Of one that was kept from before a restart nobody knows when it was sent last.
    if (!known.restored) known.refreshMs = Math.max(known.refreshMs, nowMs - known.lastSeenMs)
    else exporter.changes++
    known.restored = false
    known.lastSeenMs = nowMs
  }

  /** Another definition for a template that lives. */
  function redefine(exporter: Exporter, domain: Domain, known: Template, shape: Shape, nowMs: number): SetReason | null {
    if (exporter.settings.pinned) {
      known.redefined++
      known.redefinedAtMs = nowMs
      noteRedefinition(exporter, domain, known, shape, nowMs, true)
      return 'template_pinned'
    }
    // One that comes back makes nothing new.
    if (!known.former.includes(shape.key) && !mayLearn(exporter, nowMs)) return 'template_rate'
    noteRedefinition(exporter, domain, known, shape, nowMs, false)
    const template = makeTemplate(known.id, shape, nowMs)
    template.firstSeenMs = known.firstSeenMs
    template.refreshMs = known.refreshMs
    template.redefined = known.redefined + 1
    template.redefinedAtMs = nowMs
    template.former = [known.key, ...known.former.filter(key => key !== known.key && key !== shape.key)].slice(0, MAX_FORMER)
    drop(exporter, domain, known)
    add(exporter, domain, template)
    return null
  }

  return {
    get bytes() {
      return budget.bytes
    },
    find(exporter, domain, id, nowMs) {
      const template = domain.templates.get(id)
      if (template === undefined) return null
      if (!isExpired(exporter, template, nowMs, limits.lifetimeMs)) return template
      drop(exporter, domain, template)
      counts.noted.templates_expired++
      return null
    },
    define(exporter, domain, id, shape, nowMs) {
      const known = domain.templates.get(id)
      // One that was away for long is new: the time between tells nothing of its refreshes.
      if (known?.key === shape.key && nowMs - known.lastSeenMs <= FORGOTTEN_LIFETIMES * limits.lifetimeMs) {
        refresh(exporter, known, nowMs)
        return null
      }
      // What was restored holds until the exporter contradicts it: then nothing of that time does.
      if (known?.restored === true) forget(exporter, domain, template => template.restored)
      else if (known !== undefined) {
        if (!isExpired(exporter, known, nowMs, limits.lifetimeMs)) return redefine(exporter, domain, known, shape, nowMs)
        drop(exporter, domain, known)
        counts.noted.templates_expired++
      }
      if (!hasRoom(exporter, domain, nowMs)) return 'template_limit'
      if (!mayLearn(exporter, nowMs)) return 'template_rate'
      add(exporter, domain, makeTemplate(id, shape, nowMs))
      return null
    },
    withdraw(exporter, domain, id) {
      // On UDP templates end by age; a withdrawal there could come from anyone (RFC 7011 §8.4).
      if (exporter.transport === 'udp') return 'withdrawal_udp'
      const known = domain.templates.get(id)
      if (id <= 3) forget(exporter, domain, template => template.definition.options === (id === 3))
      else if (known !== undefined) drop(exporter, domain, known)
      else counts.noted.withdrawal_unknown++
      return null
    },
    refuse(exporter, domain, id) {
      const known = domain.templates.get(id)
      if (known !== undefined && !exporter.settings.pinned) drop(exporter, domain, known)
    },
    restore: add,
    forget,
    expire(exporter, nowMs) {
      for (const domain of exporter.domains.values()) if (domain.templates.size > 0) dropExpired(exporter, domain, nowMs)
    },
  }
}
