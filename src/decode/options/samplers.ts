/** Samplers as options describe them (PROTOCOLS §8; RFC 5477 for elements 302 to 311, 318 and 319). */
import { IE } from '../registry/elements.ts'
import type { Domain } from '../types.ts'
import type { Values } from './values.ts'

const MAX_SAMPLERS = 4096
const MAX_RATE = 0xffff_ffff

const SELECTOR_ALGORITHM = 304
/** Algorithms from 5 on are filters: what they select is chosen by content, so nothing can be scaled (RFC 5477 §8.2.1). */
const FIRST_FILTER = 5
const PACKETS_OBSERVED = 318
const PACKETS_SELECTED = 319

/** A rate from its two parts, 0 when they tell none. */
const quotient = (whole: number | undefined, part: number | undefined): number =>
  whole === undefined || part === undefined || part <= 0 ? 0 : Math.round(whole / part)

const sum = (one: number | undefined, other: number | undefined): number | undefined => (one === undefined || other === undefined ? undefined : one + other)

/** What a selector has seen and taken since its last report; the counters are totals. */
function observedRate(domain: Domain, values: Values, selector: number): number {
  const observed = values.number(PACKETS_OBSERVED)
  const selected = values.number(PACKETS_SELECTED)
  if (observed === undefined || selected === undefined) return 0
  const last = domain.observed.get(selector)
  if (last !== undefined || domain.observed.size < MAX_SAMPLERS) domain.observed.set(selector, { observed, selected })
  const began = last === undefined || observed < last.observed || selected <= last.selected
  return began ? quotient(observed, selected) : quotient(observed - last.observed, selected - last.selected)
}

/** The rate a record tells, 0 when it tells none. */
function rateOf(domain: Domain, values: Values, sampler: number): number {
  if ((values.number(SELECTOR_ALGORITHM) ?? 0) >= FIRST_FILTER) return 0
  const packets = values.number(IE.samplingPacketInterval)
  const probability = values.float(IE.samplingProbability) ?? 0
  return (
    quotient(sum(packets, values.number(IE.samplingPacketSpace)), packets) ||
    quotient(sum(values.number(IE.samplingTimeInterval), values.number(IE.samplingTimeSpace)), values.number(IE.samplingTimeInterval)) ||
    quotient(values.number(IE.samplingPopulation), values.number(IE.samplingSize)) ||
    (probability > 0 && probability <= 1 ? Math.round(1 / probability) : 0) ||
    values.number(IE.samplerRandomInterval) ||
    values.number(IE.samplingInterval) ||
    packets ||
    observedRate(domain, values, sampler)
  )
}

/** Learns the sampler a record describes, and the rate of the whole domain; true when that changed anything. */
export function learnSampler(domain: Domain, values: Values): boolean {
  const id = values.number(IE.samplerId) ?? values.number(IE.selectorId)
  const rate = rateOf(domain, values, id ?? -1)
  if (rate <= 0 || rate > MAX_RATE) return false
  const known = id === undefined ? undefined : domain.samplers.get(id)
  const name = values.text(IE.samplerName) || (known?.name ?? '')
  let changed = domain.sampling?.rate !== rate || domain.sampling.source !== 'options'
  if (id !== undefined && (known !== undefined || domain.samplers.size < MAX_SAMPLERS) && (known?.rate !== rate || known.name !== name)) {
    domain.samplers.set(id, { rate, name, source: 'options' })
    changed = true
  }
  // Where a record of flows names no sampler, the last one told of its domain holds.
  if (changed) {
    domain.sampling = { rate, source: 'options' }
    domain.samplerChanges++
  }
  return changed
}
