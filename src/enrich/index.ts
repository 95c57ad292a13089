/**
 * Enrich: rows become richer rows, a batch at a time, in the thread that decoded them. In: a FlowBatch as decoded, and what is known
 * of places in the world and in the network. Out: the same batch with application, category, ICMP, AS, country and network columns
 * filled, codecs and scores of calls too. Holds always: only a rule of the operator overwrites what an exporter sent, no row is dropped, and what is not known
 * stays empty. Reading databases and files belongs to a thread of its own, which `ingest` runs.
 */
import type { FlowBatch } from '../schema/index.ts'
import { classify } from './classify.ts'
import { readIcmpPort } from './icmp.ts'
import { rateCalls } from './voice/index.ts'
import { createPlacesEnricher } from './places/fill.ts'
import { createOwnDictionaries } from './own/fill.ts'
import type { Places } from './places/places.ts'
import { createRules, type ApplicationRule } from './rules.ts'
import { createVendorsEnricher } from './vendors/fill.ts'

export { codeOfUse, createPlacesLoader, type Content, type PlacesConfig, type PlacesReport, type SourceReport } from './places/load.ts'
export { isUrl, shownSource } from './places/source-name.ts'
export type { Places } from './places/places.ts'
export { hasRoomFor, mirror } from './mirror.ts'
export { createDuplicateMarker, withoutMarks, type DuplicateConfig, type DuplicateCounts, type DuplicateMarker } from './duplicates/index.ts'
export { createAggregator, type AggregateConfig, type Aggregator } from './aggregate.ts'
export { namedByRules, type ApplicationRule } from './rules.ts'

export interface Enricher {
  /** Replaces what is known of places, from the next batch on. */
  usePlaces(places: Places): void
  /** Runs over a finished batch. */
  enrich(batch: FlowBatch): void
}

export interface EnrichConfig {
  /** What the operator says of applications, before everything else. */
  readonly applicationRules?: readonly ApplicationRule[] | undefined
}

/** The enrichers of one thread. */
export function createEnricher(config: EnrichConfig = {}): Enricher {
  const places = createPlacesEnricher()
  const vendors = createVendorsEnricher()
  const own = createOwnDictionaries()
  const applyRules = createRules(config.applicationRules ?? [])
  return {
    usePlaces(made) {
      places.use(made)
      vendors.use(made.vendors)
      own.use(made.dictionaries ?? [])
    },
    enrich(batch) {
      readIcmpPort(batch)
      classify(batch)
      rateCalls(batch)
      places.fill(batch)
      vendors.fill(batch)
      own.fill(batch)
      applyRules(batch)
    },
  }
}
