/** An exporter's state as plain data: what its page shows. Lists are bounded, and say so when something was left out. */
import {
  columnOf,
  describeElement,
  elementText,
  isStructural,
  SCOPE_SPACE,
  type Definition,
  type Domain,
  type Exporter,
  type Template,
} from '../decode/index.ts'
import { printAddress } from '../schema/index.ts'
import type {
  DomainDetail,
  ExporterDetail,
  SamplerDetail,
  SourceDetail,
  TemplateChange,
  TemplateDetail,
  TemplateField,
  UnknownElement,
} from '../telemetry/index.ts'

/** Most of each list of one exporter: a device has hundreds of templates at most, and 4,096 with their fields would be 8 MB of JSON. */
const MOST = { templates: 1000, samplers: 1000, sources: 1000, interfaces: 2000, unknown: 200, changes: 20 } as const

const VARIABLE = 65_535

/** Scope types of NetFlow v9 (RFC 3954 §6.1). */
const SCOPES: Readonly<Record<number, string>> = { 1: 'System', 2: 'Interface', 3: 'Line Card', 4: 'Cache', 5: 'Template' }

const idOf = (key: number): number => key % 65_536
const isScopeType = (key: number): boolean => Math.floor(key / 65_536) === SCOPE_SPACE

/** Name of an element: of the registry, or what the exporter itself told of it (RFC 5610). */
const nameOf = (exporter: Exporter, key: number): string | null => describeElement(key)?.name ?? exporter.elements.get(key)?.name ?? null

/** `skipped` are the positions of fields whose values go nowhere. */
function fieldsOf(exporter: Exporter, { fields, scopes, protocol, options }: Definition, skipped: readonly number[] = []): TemplateField[] {
  return fields.map(({ element, length }, at) => {
    const facts = { length: length === VARIABLE && protocol === 'ipfix' ? null : length, scope: at < scopes }
    if (isScopeType(element)) return { element: `scope ${idOf(element)}`, name: SCOPES[idOf(element)] ?? null, ...facts, column: null, skipped: false }
    // Options describe other records; their values fill no column themselves.
    const column = options ? null : columnOf(exporter.settings.mapping, element)
    return { element: elementText(element), name: nameOf(exporter, element), ...facts, column, skipped: skipped.includes(at) }
  })
}

const templateDetail = (exporter: Exporter, template: Template, withFields: boolean): TemplateDetail => ({
  id: template.id,
  kind: template.definition.options ? 'options' : 'data',
  fields: withFields ? fieldsOf(exporter, template.definition, template.unknown) : [],
  first_seen: template.firstSeenMs,
  last_seen: template.lastSeenMs,
  refresh_ms: template.refreshMs,
  records: template.records,
  redefined: template.redefined,
  redefined_at: template.redefined === 0 ? null : template.redefinedAtMs,
  restored: template.restored,
})

const sourcesOf = (domain: Domain): SourceDetail[] =>
  [...(domain.sflow?.sources.values() ?? [])].slice(0, MOST.sources).map(source => ({
    id: source.id,
    rate: source.rate,
    samples: source.samples,
    effective_rate: source.samples === 0 ? null : source.pool / source.samples,
    dropped: source.dropped,
    missing: source.missing,
    last_seen: source.lastSeenMs,
  }))

/** What the decoder counted of an sFlow sub-agent, where there is anything to tell. */
function sflowFigures({ sflow }: Domain): Record<string, number> {
  if (sflow === null) return {}
  const figures = {
    counter_samples: sflow.counterSamples,
    notifications_dropped: sflow.notificationsDropped,
    damaged_inner_packets: sflow.badInner,
    damaged_records: sflow.badRecords,
  }
  return Object.fromEntries(Object.entries(figures).filter(([, count]) => count > 0))
}

/** Where the rate of a domain's records comes from, in the order in which the decoder asks (PROTOCOLS §8). */
function samplersOf(exporter: Exporter, domain: Domain): SamplerDetail[] {
  // Those of sFlow stand beside their sources.
  if (domain.sflow !== null) return []
  const { samplingRate, samplingRateDefault } = exporter.settings
  if (samplingRate > 0) return [{ id: null, name: null, rate: samplingRate, source: 'config' }]
  const told: SamplerDetail[] = []
  for (const template of domain.templates.values()) {
    if (!template.hasRate || template.definition.options) continue
    told.push({ id: null, name: null, rate: null, source: 'record' })
    break
  }
  for (const [id, sampler] of domain.samplers) told.push({ id, name: sampler.name === '' ? null : sampler.name, rate: sampler.rate, source: sampler.source })
  const own = domain.sampling
  if (own !== null) told.push({ id: null, name: null, rate: own.rate, source: own.source })
  else if (told.length === 0) {
    for (const other of exporter.domains.values()) {
      if (other === domain || other.protocol !== domain.protocol || other.sampling?.source !== 'options') continue
      told.push({ id: null, name: null, rate: other.sampling.rate, source: 'options_of_other_domain' })
      break
    }
  }
  if (told.length === 0 && samplingRateDefault > 0) told.push({ id: null, name: null, rate: samplingRateDefault, source: 'config' })
  return told.slice(0, MOST.samplers)
}

/** The rate told last, for the list: of options or a header, or of the sFlow source heard last; what the configuration says goes first. */
export function samplingOf(exporter: Exporter): ExporterDetail['sampling'] {
  const { samplingRate, samplingRateDefault } = exporter.settings
  const configured = samplingRate > 0 ? samplingRate : samplingRateDefault
  let told: ExporterDetail['sampling'] = configured > 0 ? { rate: configured, source: 'config' } : null
  for (const domain of exporter.domains.values()) {
    if (domain.sampling !== null && samplingRate === 0) told = { rate: domain.sampling.rate, source: domain.sampling.source }
    if (domain.sflow === null) continue
    let newest: { readonly rate: number; readonly lastSeenMs: number } | null = null
    for (const source of domain.sflow.sources.values()) if (newest === null || source.lastSeenMs > newest.lastSeenMs) newest = source
    if (newest !== null) told = { rate: newest.rate, source: 'record' }
  }
  return told
}

const UNITS: Readonly<Record<string, DomainDetail['sequence_unit']>> = { netflow5: 'flows', netflow7: 'flows', ipfix: 'records' }

/** The templates sent last, at most so many, in the order of their ids. */
function newest(templates: Iterable<Template>, most: number): Template[] {
  const all = [...templates]
  const chosen = all.length <= most ? all : all.toSorted((a, b) => b.lastSeenMs - a.lastSeenMs).slice(0, most)
  return chosen.toSorted((a, b) => a.id - b.id)
}

function waitingOf({ pending }: Domain): DomainDetail['waiting'] {
  let [count, bytes] = [0, 0]
  for (const sets of pending.values()) {
    count += sets.length
    for (const set of sets) bytes += set.bytes.length
  }
  return { sets: count, bytes }
}

function domainDetail(exporter: Exporter, domain: Domain, mostTemplates: number, withFields: boolean): DomainDetail {
  return {
    protocol: domain.protocol,
    transport: exporter.transport,
    id: domain.id,
    templates: newest(domain.templates.values(), mostTemplates).map(template => templateDetail(exporter, template, withFields)),
    samplers: samplersOf(exporter, domain),
    sequence_unit: domain.habit.counting === 'standard' ? (UNITS[domain.protocol] ?? 'datagrams') : 'flows',
    sequence: { ...domain.sequence },
    restarts: domain.restarts,
    last_seen: domain.lastSeenMs,
    waiting: waitingOf(domain),
    statistics: { ...Object.fromEntries(domain.statistics), ...sflowFigures(domain) },
    sources: sourcesOf(domain),
  }
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

/** Elements no column takes, and structures of sFlow nobody reads; the most frequent first. */
function unknownOf(exporter: Exporter): UnknownElement[] {
  const carried = new Map<number, { records: number; readonly templates: number[] }>()
  for (const domain of exporter.domains.values()) {
    for (const template of domain.templates.values()) {
      // An element may stand in a template twice; its records are counted once.
      for (const element of new Set(template.unknown.map(position => template.definition.fields[position]?.element ?? 0))) {
        const by = carried.get(element) ?? { records: 0, templates: [] }
        by.records += template.records
        if (!by.templates.includes(template.id)) by.templates.push(template.id)
        carried.set(element, by)
      }
    }
  }
  const elements = [...exporter.unknown].map(([key, { length, sample, records }]): UnknownElement => {
    const by = carried.get(key)
    return {
      element: elementText(key),
      name: nameOf(exporter, key),
      kind: isStructural(key) ? 'structural' : describeElement(key) === null ? 'unknown' : 'unused',
      length,
      sample: sample === null ? null : hex(sample),
      // Those of live templates are counted there.
      records: records + (by?.records ?? 0),
      templates: by?.templates ?? [],
    }
  })
  const structures = [...exporter.domains.values()].flatMap(domain =>
    [...(domain.sflow?.unknown.values() ?? [])].map(({ kind, enterprise, format, length, sample, count }): UnknownElement => ({
      element: `${kind} ${enterprise}/${format}`,
      name: null,
      kind: 'structure',
      length,
      sample: hex(sample),
      records: count,
      templates: [],
    })),
  )
  return [...elements, ...structures].toSorted((a, b) => b.records - a.records)
}

const changesOf = (exporter: Exporter): TemplateChange[] =>
  exporter.redefinitions.toReversed().map(change => ({
    protocol: change.protocol,
    domain: change.domain,
    template: change.template,
    before: fieldsOf(exporter, change.before),
    after: fieldsOf(exporter, change.after),
    at: change.atMs,
    count: change.count,
    refused: change.refused,
    flip_flop: change.flipFlop,
  }))

/** What every exporter of a thread has in common. */
export interface DescribeConfig {
  /** How long a template on UDP holds without being sent again, ms. */
  readonly lifetimeMs: number
}

/** `withFields` false leaves out what only a page shows: the fields of templates, changes, names of interfaces. */
export function describeExporter(exporter: Exporter, config: DescribeConfig, withFields = true): ExporterDetail {
  const notes: string[] = []
  const cut = <T>(all: readonly T[], most: number, what: string): readonly T[] => {
    if (all.length > most) notes.push(`${all.length} ${what}, of which ${most} are shown`)
    return all.length > most ? all.slice(0, most) : all
  }
  const domains = [...exporter.domains.values()]
  const templates = domains.reduce((sum, domain) => sum + domain.templates.size, 0)
  if (templates > MOST.templates) notes.push(`${templates} templates, of which the ${MOST.templates} sent last are shown`)
  let left: number = MOST.templates
  const details = domains.map(domain => {
    const detail = domainDetail(exporter, domain, left, withFields)
    left -= detail.templates.length
    return detail
  })
  const samplers = domains.reduce((sum, domain) => sum + domain.samplers.size, 0)
  const { settings } = exporter
  const interfaces = withFields ? [...exporter.interfaces] : [...exporter.interfaces].slice(0, 1)
  return {
    address: printAddress(exporter.address),
    source: exporter.source === null ? null : printAddress(exporter.source),
    protocols: [...new Set(domains.map(domain => domain.protocol))],
    transports: [exporter.transport],
    domains: domains.length,
    templates,
    first_seen: exporter.firstSeenMs,
    last_seen: exporter.lastSeenMs,
    datagrams: exporter.datagrams,
    rows: exporter.rows,
    sampling: samplingOf(exporter),
    sequence_missing: exporter.sequence.missing,
    skew_ms: Math.round(exporter.skewMs),
    rejected: Object.fromEntries(exporter.rejected),
    domain_details: details,
    interfaces: cut(
      interfaces.map(([index, { name, description }]) => ({ index, name, description })),
      MOST.interfaces,
      'interfaces with names',
    ),
    unknown_elements: cut(unknownOf(exporter), MOST.unknown, 'unknown elements'),
    template_changes: withFields ? cut(changesOf(exporter), MOST.changes, 'changes of templates') : [],
    lists: {
      read: exporter.lists.read,
      unknown_template: exporter.lists.unknownTemplate,
      unknown_element: exporter.lists.unknownElement,
      malformed: exporter.lists.malformed,
      too_deep: exporter.lists.tooDeep,
      not_compiled: exporter.lists.notCompiled,
    },
    names: { vrfs: exporter.vrfs.size, applications: exporter.applications.size, samplers, elements: exporter.elements.size },
    settings: {
      profiles: settings.profiles,
      fields: settings.fields,
      pinned: settings.pinned,
      relay: settings.relay,
      template_lifetime_ms: config.lifetimeMs,
    },
    notes,
  }
}
