/** The state of the exporters: made on first sight, limited, and found again by address. */
import type { FlowBatch } from '../schema/index.ts'
import { indexOf } from '../schema/index.ts'
import { noHabit } from './counting.ts'
import { STANDARD_MAPPING } from './registry/mapping.ts'
import type { CodeCache, Domain, Exporter, ExportProtocol, ExporterSettings, SequenceCounts, Transport } from './types.ts'

const EXPORTER = indexOf('exporter')

const noSequence = (): SequenceCounts => ({ missing: 0, duplicate: 0, reordered: 0, reset: 0 })
const noCodes = (): CodeCache => ({
  batch: null,
  use: 0,
  exporter: 0,
  protocols: new Map(),
  interfaces: new Map(),
  vrfs: new Map(),
  applications: new Map(),
  places: null,
})

/** Settings of an exporter the configuration says nothing of. */
export const STANDARD_SETTINGS: ExporterSettings = {
  mapping: STANDARD_MAPPING,
  postCounters: 'auto',
  relay: false,
  pinned: false,
  datagramsPerSecond: 0,
  samplingRate: 0,
  samplingRateDefault: 0,
  duplicates: 'find',
  profiles: [],
  fields: 0,
  places: null,
}

/** A new exporter, by its 128-bit address. */
export function createExporter(address: bigint, settings: ExporterSettings = STANDARD_SETTINGS, transport: Transport = 'udp'): Exporter {
  return {
    address,
    transport,
    settings,
    source: null,
    domains: new Map(),
    lastDomain: null,
    interfaces: new Map(),
    vlans: new Map(),
    vrfs: new Map(),
    applications: new Map(),
    elements: new Map(),
    unknown: new Map(),
    redefinitions: [],
    sequence: noSequence(),
    rejected: new Map(),
    lists: { read: 0, unknownTemplate: 0, unknownElement: 0, malformed: 0, tooDeep: 0, notCompiled: 0 },
    memory: null,
    places: null,
    datagrams: 0,
    rows: 0,
    firstSeenMs: 0,
    lastSeenMs: 0,
    skewMs: 0,
    changes: 0,
    limit: null,
    pendingBytes: 0,
    waiting: { oldestMs: Infinity, scannedMs: 0 },
    templateTokens: 0,
    templateTokensAtMs: 0,
    codes: { 4: null, 6: null },
  }
}

/** The domain of an exporter, made on first sight; null when the exporter has as many as it may. */
export function domainOf(exporter: Exporter, protocol: ExportProtocol, id: number, most: number): Domain | null {
  const last = exporter.lastDomain
  if (last !== null && last.id === id && last.protocol === protocol) return last
  const key = `${protocol}/${id}`
  const known = exporter.domains.get(key)
  if (known !== undefined) {
    exporter.lastDomain = known
    return known
  }
  if (exporter.domains.size >= most) return null
  const domain: Domain = {
    protocol,
    id,
    templates: new Map(),
    samplers: new Map(),
    sampling: null,
    sequence: noSequence(),
    restarts: 0,
    firstSeenMs: 0,
    lastSeenMs: 0,
    statistics: new Map(),
    common: new Map(),
    observed: new Map(),
    sweptAtMs: 0,
    samplerChanges: 0,
    nextSequence: 0,
    habit: noHabit(),
    sequenceSeen: false,
    lateRun: 0,
    lateNext: 0,
    lastUptimeMs: 0,
    bootMs: 0,
    formerBootMs: null,
    alternates: false,
    clock: null,
    saved: null,
    pending: new Map(),
    sflow: protocol === 'sflow' ? { sources: new Map(), unknown: new Map(), counterSamples: 0, notificationsDropped: 0, badInner: 0, badRecords: 0 } : null,
  }
  exporter.domains.set(key, domain)
  return domain
}

/** The exporter's codes in a batch, made anew when the batch is used anew. */
export function codesOf(exporter: Exporter, batch: FlowBatch): CodeCache {
  const cache = (exporter.codes[batch.family] ??= noCodes())
  if (cache.batch !== batch || cache.use !== batch.use) {
    cache.batch = batch
    cache.use = batch.use
    cache.exporter = batch.code(EXPORTER, exporter.address)
    cache.protocols.clear()
    cache.interfaces.clear()
    cache.vrfs.clear()
    cache.applications.clear()
    cache.places = null
  }
  return cache
}

/** Counts a refusal on the exporter's own page too. */
export function refuse(exporter: Exporter, reason: Parameters<Exporter['rejected']['set']>[0]): void {
  exporter.rejected.set(reason, (exporter.rejected.get(reason) ?? 0) + 1)
}
