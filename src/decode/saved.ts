/**
 * What an exporter taught, as plain data that outlives a restart: templates, samplers, names. `saveExporter` makes it, `readSaved`
 * checks what a file gave back, `restoreExporter` puts it to use. Sessions of TCP and TLS are never saved: their templates end with
 * the connection (RFC 7011 §8).
 */
import { domainOf } from './exporters.ts'
import { isExpired, type TemplateKeeper } from './templates/keep.ts'
import { makeTemplate, shapeOf } from './templates/shapes.ts'
import type { Definition, Domain, Exporter, ExportProtocol, Field, Template } from './types.ts'

/** What options told holds no longer than this without ingest. */
const OPTIONS_MS = 24 * 3600 * 1000
const PROTOCOLS: readonly string[] = ['netflow1', 'netflow5', 'netflow7', 'netflow9', 'ipfix', 'sflow'] satisfies ExportProtocol[]

interface SavedTemplate {
  readonly id: number
  readonly options: boolean
  readonly scopes: number
  /** Element and length, in turns. */
  readonly fields: readonly number[]
  readonly first: number
  readonly last: number
  readonly refresh: number
  readonly redefined: number
  readonly redefinedAt: number
}

interface SavedDomain {
  readonly protocol: ExportProtocol
  readonly id: number
  /** What tells whether the exporter has restarted meanwhile. */
  readonly boot: number
  readonly sequence: number
  readonly alternates: boolean
  /** The rate of the whole domain; 0 where options told none. */
  readonly rate: number
  readonly samplers: readonly (readonly [id: number, rate: number, name: string])[]
  readonly templates: readonly SavedTemplate[]
}

/** An exporter as it is saved; JSON holds it. */
export interface SavedExporter {
  readonly format: 1
  readonly at: number
  readonly domains: readonly SavedDomain[]
  readonly interfaces: readonly (readonly [index: number, name: string, description: string])[]
  readonly vlans: readonly (readonly [id: number, name: string])[]
  readonly vrfs: readonly (readonly [id: number, name: string])[]
  /** Ids in decimal: they may have 64 bits. */
  readonly applications: readonly (readonly [id: string, name: string, description: string, category: string])[]
  readonly elements: readonly (readonly [element: number, name: string, dataType: number, semantics: number, units: number])[]
}

const saveTemplate = ({ id, definition, firstSeenMs, lastSeenMs, refreshMs, redefined, redefinedAtMs }: Template): SavedTemplate => ({
  id,
  options: definition.options,
  scopes: definition.scopes,
  fields: definition.fields.flatMap(({ element, length }) => [element, length]),
  first: firstSeenMs,
  last: lastSeenMs,
  refresh: refreshMs,
  redefined,
  redefinedAt: redefinedAtMs,
})

const saveDomain = (domain: Domain): SavedDomain => ({
  protocol: domain.protocol,
  id: domain.id,
  boot: domain.bootMs,
  sequence: domain.nextSequence,
  alternates: domain.alternates,
  rate: domain.sampling?.source === 'options' ? domain.sampling.rate : 0,
  samplers: [...domain.samplers].map(([id, { rate, name }]) => [id, rate, name] as const),
  templates: [...domain.templates.values()].map(saveTemplate),
})

/** What is to be kept of an exporter; null when there is nothing, or it may not be. */
export function saveExporter(exporter: Exporter, nowMs: number): SavedExporter | null {
  if (exporter.transport !== 'udp') return null
  const domains = [...exporter.domains.values()].filter(domain => domain.templates.size > 0 || domain.samplers.size > 0)
  const { interfaces, vlans, vrfs, applications, elements } = exporter
  if (domains.length === 0 && interfaces.size + vlans.size + vrfs.size + applications.size + elements.size === 0) return null
  return {
    format: 1,
    at: nowMs,
    domains: domains.map(saveDomain),
    interfaces: [...interfaces].map(([index, { name, description }]) => [index, name, description] as const),
    vlans: [...vlans],
    vrfs: [...vrfs],
    applications: [...applications].map(([id, { name, description, category }]) => [String(id), name, description, category] as const),
    elements: [...elements].map(([element, { name, dataType, semantics, units }]) => [element, name, dataType, semantics, units] as const),
  }
}

type Check<T> = (value: unknown) => value is T
const isNumber: Check<number> = (value): value is number => typeof value === 'number' && Number.isFinite(value)
const isText: Check<string> = (value): value is string => typeof value === 'string'
const isFlag: Check<boolean> = (value): value is boolean => typeof value === 'boolean'
const listOf =
  <T>(check: Check<T>): Check<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every(check)
/** A list of fixed length, checked by its letters: `n` a number, `t` a text. */
const rowOf =
  (kinds: string): ((value: unknown) => boolean) =>
  value =>
    Array.isArray(value) && value.length === kinds.length && value.every((cell, at) => (kinds[at] === 'n' ? isNumber(cell) : isText(cell)))
const rowsOf = (value: unknown, kinds: string): boolean => Array.isArray(value) && value.every(rowOf(kinds))
const partsOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? { ...value } : {})

function isTemplate(value: unknown): boolean {
  const { id, options, scopes, fields, ...times } = partsOf(value)
  return (
    isNumber(id) &&
    isFlag(options) &&
    isNumber(scopes) &&
    listOf(isNumber)(fields) &&
    fields.length % 2 === 0 &&
    fields.every(one => Number.isInteger(one) && one >= 0) &&
    scopes * 2 <= fields.length &&
    ['first', 'last', 'refresh', 'redefined', 'redefinedAt'].every(key => isNumber(times[key]))
  )
}

function isDomain(value: unknown): boolean {
  const { protocol, samplers, templates, alternates, ...numbers } = partsOf(value)
  return (
    isText(protocol) &&
    PROTOCOLS.includes(protocol) &&
    isFlag(alternates) &&
    rowsOf(samplers, 'nnt') &&
    Array.isArray(templates) &&
    templates.every(isTemplate) &&
    ['id', 'boot', 'sequence', 'rate'].every(key => isNumber(numbers[key]))
  )
}

/** Checks what a file gave back; null when it is no saved exporter of this format. */
export function readSaved(value: unknown): SavedExporter | null {
  const { format, at, domains, interfaces, vlans, vrfs, applications, elements } = partsOf(value)
  const whole =
    format === 1 &&
    isNumber(at) &&
    Array.isArray(domains) &&
    domains.every(isDomain) &&
    rowsOf(interfaces, 'ntt') &&
    rowsOf(vlans, 'nt') &&
    rowsOf(vrfs, 'nt') &&
    rowsOf(applications, 'tttt') &&
    Array.isArray(applications) &&
    applications.every(([id]) => /^\d{1,20}$/.test(id)) &&
    rowsOf(elements, 'ntnnn')
  return whole ? (value as SavedExporter) : null
}

function definitionOf(protocol: ExportProtocol, { options, scopes, fields: flat }: SavedTemplate): Definition {
  const fields: Field[] = []
  for (let at = 0; at + 1 < flat.length; at += 2) fields.push({ element: flat[at] ?? 0, length: flat[at + 1] ?? 0 })
  return { protocol: protocol === 'netflow9' ? 'netflow9' : 'ipfix', fields, scopes, options }
}

export interface RestoreLimits {
  readonly lifetimeMs: number
  readonly domains: number
}

function restoreTemplate(exporter: Exporter, domain: Domain, saved: SavedTemplate, nowMs: number, lifetimeMs: number, keeper: TemplateKeeper): void {
  const shape = shapeOf(definitionOf(domain.protocol, saved), exporter.settings.mapping)
  if (shape === null || saved.id < 256 || saved.id > 65_535) return
  const template = makeTemplate(saved.id, shape, saved.last)
  template.firstSeenMs = saved.first
  template.refreshMs = saved.refresh
  template.redefined = saved.redefined
  template.redefinedAtMs = saved.redefinedAt
  template.restored = true
  if (!isExpired(exporter, template, nowMs, lifetimeMs)) keeper.restore(exporter, domain, template)
}

/** Gives an exporter that was just made back what it had taught; what has expired meanwhile is left out. */
export function restoreExporter(exporter: Exporter, saved: SavedExporter, nowMs: number, limits: RestoreLimits, keeper: TemplateKeeper): void {
  for (const one of saved.domains) {
    const domain = domainOf(exporter, one.protocol, one.id, limits.domains)
    if (domain === null) break
    for (const template of one.templates) restoreTemplate(exporter, domain, template, nowMs, limits.lifetimeMs, keeper)
    domain.alternates = one.alternates
    domain.saved = { bootMs: one.boot, sequence: one.sequence }
    if (nowMs - saved.at > OPTIONS_MS) continue
    if (one.rate > 0) domain.sampling = { rate: one.rate, source: 'options' }
    for (const [id, rate, name] of one.samplers) domain.samplers.set(id, { rate, name, source: 'options' })
  }
  if (nowMs - saved.at > OPTIONS_MS) return
  for (const [index, name, description] of saved.interfaces) exporter.interfaces.set(index, { name, description })
  for (const [id, name] of saved.vlans) exporter.vlans.set(id, name)
  for (const [id, name] of saved.vrfs) exporter.vrfs.set(id, name)
  for (const [id, name, description, category] of saved.applications) {
    const big = BigInt(id)
    exporter.applications.set(big <= 0xffff_ffffn ? Number(big) : big, { name, description, category })
  }
  for (const [element, name, dataType, semantics, units] of saved.elements) exporter.elements.set(element, { name, dataType, semantics, units })
}
