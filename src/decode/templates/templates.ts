/** Template definitions: read from sets, checked, compiled once, kept by domain, expired. */
import { compile, familyOf, minimumLength } from '../compile/compile.ts'
import { elementKey, elementOfV9, IE } from '../registry/elements.ts'
import type { Mapping } from '../registry/mapping.ts'
import { rulesFor } from '../rules/rules.ts'
import { VARIABLE, type DecodeRecords, type Definition, type Domain, type Field, type SetReason, type Template } from '../types.ts'

/** Most fields of one template (RELIABILITY §3.1). */
const MAX_FIELDS = 512
/** Most functions kept; a function is a few KiB. */
const MAX_COMPILED = 20_000
const MAX_RECORD_BYTES = 65_535

const compiled = new Map<string, DecodeRecords>()

/** Functions are the same for the same definition, whoever sent it: a flip-flop or a refresh compiles nothing. */
function functionFor(definitionKey: string, definition: Definition, family: 4 | 6, mapping: Mapping): DecodeRecords {
  const key = `${mapping.id} ${definitionKey}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  if (compiled.size >= MAX_COMPILED) compiled.clear()
  const made = compile(definition, family, mapping)
  compiled.set(key, made)
  return made
}

const keyOf = (definition: Definition): string =>
  `${definition.protocol}/${definition.options ? 'o' : ''}${definition.scopes}:${definition.fields.map(field => `${field.element}.${field.length}`).join(',')}`

/** A template ready for use, or null when its definition can not be one (no field, no length, too long). */
export function makeTemplate(id: number, definition: Definition, mapping: Mapping, nowMs: number): Template | null {
  const minLength = minimumLength(definition)
  if (definition.fields.length === 0 || minLength === 0 || minLength > MAX_RECORD_BYTES) return null
  const key = keyOf(definition)
  const family = familyOf(definition, mapping)
  const has = (...elements: number[]): boolean => definition.fields.some((field, index) => index >= definition.scopes && elements.includes(field.element))
  return {
    id,
    definition,
    key,
    minLength,
    family,
    variable: definition.fields.some(field => field.length === VARIABLE),
    after: rulesFor(definition, mapping),
    decode: functionFor(key, definition, family, mapping),
    hasOctets: has(IE.octetDeltaCount),
    hasPackets: has(IE.packetDeltaCount),
    hasSampler: has(IE.samplerId, IE.selectorId),
    hasRate: has(IE.samplingInterval, IE.samplerRandomInterval),
    sizeBytes: 0,
    firstSeenMs: nowMs,
    lastSeenMs: nowMs,
    lastUsedMs: nowMs,
    refreshMs: 0,
    records: 0,
    redefined: 0,
    redefinedAtMs: 0,
    former: [],
    restored: false,
    flowKeys: null,
    unknown: [],
    sampleAtMs: Infinity,
  }
}

/** What a template set asks for, one action after the other. */
export type TemplateAction =
  | { readonly kind: 'define'; readonly template: Template }
  /** Id 2 or 3 withdraws all templates, or all options templates (RFC 7011 §8.1). */
  | { readonly kind: 'withdraw'; readonly id: number }
  /** A definition that was refused; an older one of this id must go too. */
  | { readonly kind: 'refuse'; readonly id: number }

/** What reading a template set found. */
export interface TemplateSet {
  /** In wire order. */
  readonly actions: readonly TemplateAction[]
  /** Whole definitions read, refused ones included. */
  readonly definitions: number
  readonly reason: SetReason | null
}

type Result = { actions: TemplateAction[]; definitions: number; reason: SetReason | null }
const noResult = (): Result => ({ actions: [], definitions: 0, reason: null })

/** NetFlow v9 template FlowSet (RFC 3954 §5.2) and options template FlowSet (§6.1), whose lengths are in bytes. */
export function readTemplatesV9(view: DataView, start: number, end: number, options: boolean, mapping: Mapping, nowMs: number): TemplateSet {
  const result = noResult()
  let at = start
  const head = options ? 6 : 4
  // Padding is shorter than a definition, and zero; ids below 256 cannot be templates.
  while (at + head <= end) {
    const id = view.getUint16(at)
    if (id < 256) {
      if (id !== 0) result.reason = 'malformed'
      break
    }
    const first = view.getUint16(at + 2)
    const scopeBytes = options ? first : 0
    const optionBytes = options ? view.getUint16(at + 4) : first * 4
    if (scopeBytes % 4 !== 0 || optionBytes % 4 !== 0) {
      result.actions.push({ kind: 'refuse', id })
      result.reason = 'malformed'
      break
    }
    const count = (scopeBytes + optionBytes) / 4
    at += head
    if (count > MAX_FIELDS || at + count * 4 > end) {
      result.actions.push({ kind: 'refuse', id })
      result.reason = 'malformed'
      break
    }
    const fields: Field[] = []
    const scopes = scopeBytes / 4
    for (let index = 0; index < count; index++, at += 4) {
      const type = view.getUint16(at)
      // Scope types are a namespace of their own: 1 system, 2 interface … (RFC 3954 §6.1).
      fields.push({ element: index < scopes ? elementKey(SCOPE_SPACE, type) : elementOfV9(type), length: view.getUint16(at + 2) })
    }
    add(result, id, { protocol: 'netflow9', fields, scopes, options }, mapping, nowMs)
  }
  return result
}

/** Not an enterprise anyone has: keeps v9's scope types apart from elements. */
export const SCOPE_SPACE = 0x1_0000

/** IPFIX template set (RFC 7011 §3.4.1) and options template set (§3.4.2), whose counts are fields. */
export function readTemplatesIpfix(view: DataView, start: number, end: number, options: boolean, mapping: Mapping, nowMs: number): TemplateSet {
  const result = noResult()
  let at = start
  while (at + 4 <= end) {
    const id = view.getUint16(at)
    const count = view.getUint16(at + 2)
    if (id < 256 && !(count === 0 && (id === 2 || id === 3))) {
      if (id !== 0) result.reason = 'malformed'
      break
    }
    at += 4
    if (count === 0) {
      result.actions.push({ kind: 'withdraw', id })
      continue
    }
    let scopes = 0
    if (options) {
      if (at + 2 > end) {
        result.reason = 'malformed'
        break
      }
      scopes = view.getUint16(at)
      at += 2
    }
    // A field takes at least 4 bytes, so the count is bounded before anything is made of it.
    if (count > MAX_FIELDS || at + count * 4 > end || scopes > count || (options && scopes === 0)) {
      result.actions.push({ kind: 'refuse', id })
      result.reason = 'malformed'
      break
    }
    const fields: Field[] = []
    for (let index = 0; index < count; index++) {
      if (at + 4 > end) break
      const element = view.getUint16(at)
      const length = view.getUint16(at + 2)
      at += 4
      if (element < 0x8000) {
        fields.push({ element, length })
        continue
      }
      if (at + 4 > end) break
      fields.push({ element: elementKey(view.getUint32(at), element & 0x7fff), length })
      at += 4
    }
    if (fields.length < count) {
      result.actions.push({ kind: 'refuse', id })
      result.reason = 'malformed'
      break
    }
    add(result, id, { protocol: 'ipfix', fields, scopes, options }, mapping, nowMs)
  }
  return result
}

function add(result: Result, id: number, definition: Definition, mapping: Mapping, nowMs: number): void {
  result.definitions++
  const template = makeTemplate(id, definition, mapping, nowMs)
  if (template === null) {
    result.actions.push({ kind: 'refuse', id })
    result.reason = 'malformed'
  } else result.actions.push({ kind: 'define', template })
}

/** Keeps a template of a domain: a refresh renews the old one, another definition takes its place. */
export function keepTemplate(domain: Domain, template: Template, nowMs: number): void {
  const known = domain.templates.get(template.id)
  if (known !== undefined && known.key === template.key) {
    known.refreshMs = Math.max(known.refreshMs, nowMs - known.lastSeenMs)
    known.lastSeenMs = nowMs
  } else domain.templates.set(template.id, template)
}

/** Whether a template was not refreshed for longer than it lives: the lifetime, or three of its own refreshes. */
export const isExpired = (template: Template, nowMs: number, lifetimeMs: number): boolean =>
  nowMs - template.lastSeenMs > Math.max(lifetimeMs, 3 * template.refreshMs)
