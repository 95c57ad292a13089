/** One exporter seen by several threads or sessions: its parts as one, in the ledger and on its page. */
import type { DomainDetail, ExporterDetail, TemplateDetail, UnknownElement } from '../telemetry/index.ts'

type Counts = Readonly<Record<string, number>>

/** Adds the numbers of records with the same keys. */
export function sumOf<T extends object>(parts: readonly T[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const part of parts) for (const [key, value] of Object.entries(part)) sums[key] = (sums[key] ?? 0) + (typeof value === 'number' ? value : 0)
  return sums
}

/** Adds all but the first to a copy of the first, key by key. */
const sumLike = <T extends Counts>(first: T, more: readonly T[]): T => ({ ...first, ...sumOf([first, ...more]) })

const total = <T>(parts: readonly T[], of: (part: T) => number): number => parts.reduce((sum, part) => sum + of(part), 0)
export const unique = <T>(lists: readonly (readonly T[])[]): T[] => [...new Set(lists.flat())]

/** Groups of what has the same key, in the order of their first member. */
const grouped = <T>(all: readonly T[], key: (one: T) => string | number): (readonly [T, ...T[]])[] =>
  [...Map.groupBy(all, key).values()].map(([first, ...more]) => {
    if (first === undefined) throw new Error('a group has a member')
    return [first, ...more] as const
  })

const newestOf = <T extends { readonly last_seen: number }>([first, ...more]: readonly [T, ...T[]]): T =>
  more.reduce((newest, one) => (one.last_seen > newest.last_seen ? one : newest), first)

function mergeTemplates(all: readonly TemplateDetail[]): TemplateDetail[] {
  return grouped(all, template => template.id)
    .map((same): TemplateDetail => ({
      ...newestOf(same),
      first_seen: Math.min(...same.map(one => one.first_seen)),
      records: total(same, one => one.records),
      redefined: total(same, one => one.redefined),
      redefined_at: same.reduce<number | null>((at, one) => (one.redefined_at === null ? at : Math.max(at ?? 0, one.redefined_at)), null),
    }))
    .toSorted((a, b) => a.id - b.id)
}

function mergeDomains(all: readonly DomainDetail[]): DomainDetail[] {
  return grouped(all, domain => `${domain.protocol} ${domain.transport} ${domain.id}`).map((same): DomainDetail => {
    const [first, ...more] = same
    if (more.length === 0) return first
    const newest = newestOf(same)
    const samplers = same.flatMap(one => one.samplers)
    // What another domain told is a guess, which counts only where nobody knows better.
    const told = samplers.filter(sampler => sampler.source !== 'options_of_other_domain')
    return {
      ...newest,
      templates: mergeTemplates(same.flatMap(one => one.templates)),
      samplers: grouped(told.length > 0 ? told : samplers, sampler => `${sampler.id ?? ''} ${sampler.source}`).map(one => one[0]),
      sequence: sumLike(
        first.sequence,
        more.map(one => one.sequence),
      ),
      restarts: total(same, one => one.restarts),
      waiting: sumLike(
        first.waiting,
        more.map(one => one.waiting),
      ),
      statistics: { ...Object.assign({}, ...same.map(one => one.statistics)), ...newest.statistics },
      sources: grouped(
        same.flatMap(one => one.sources),
        source => source.id,
      ).map(newestOf),
    }
  })
}

const mergeUnknown = (all: readonly UnknownElement[]): UnknownElement[] =>
  grouped(all, one => one.element)
    .map((same): UnknownElement => ({
      ...same[0],
      sample: same.find(one => one.sample !== null)?.sample ?? null,
      records: total(same, one => one.records),
      templates: unique(same.map(one => one.templates)),
    }))
    .toSorted((a, b) => b.records - a.records)

/** The parts of one address as one detail; null when there is no part. */
export function mergeDetails(parts: readonly ExporterDetail[]): ExporterDetail | null {
  const [first, ...more] = parts
  if (first === undefined) return null
  if (more.length === 0) return first
  const newest = newestOf([first, ...more])
  const domains = mergeDomains(parts.flatMap(part => part.domain_details))
  const most = (of: (part: ExporterDetail) => number): number => Math.max(...parts.map(of))
  return {
    ...newest,
    source: parts.find(part => part.source !== null)?.source ?? null,
    protocols: unique(parts.map(part => part.protocols)),
    transports: unique(parts.map(part => part.transports)),
    domains: domains.length,
    templates: total(parts, part => part.templates),
    first_seen: Math.min(...parts.map(part => part.first_seen)),
    datagrams: total(parts, part => part.datagrams),
    rows: total(parts, part => part.rows),
    sampling: newest.sampling ?? parts.find(part => part.sampling !== null)?.sampling ?? null,
    sequence_missing: total(parts, part => part.sequence_missing),
    rejected: sumOf(parts.map(part => part.rejected)),
    domain_details: domains,
    interfaces: grouped(
      parts.flatMap(part => part.interfaces),
      one => one.index,
    ).map(same => same[0]),
    unknown_elements: mergeUnknown(parts.flatMap(part => part.unknown_elements)),
    template_changes: parts.flatMap(part => part.template_changes).toSorted((a, b) => b.at - a.at),
    lists: sumLike(
      first.lists,
      more.map(part => part.lists),
    ),
    names: {
      vrfs: most(part => part.names.vrfs),
      applications: most(part => part.names.applications),
      samplers: most(part => part.names.samplers),
      elements: most(part => part.names.elements),
    },
    notes: unique(parts.map(part => part.notes)),
  }
}
