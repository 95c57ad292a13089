/** The sampling rate of each record. */
import { NOTES, indexOf, type FlowBatch } from '../../schema/index.ts'
import type { Domain, Exporter, Rows, Sampling } from '../types.ts'

const SAMPLER = indexOf('sampler')
const RATE = indexOf('sampling_rate')
const RATE_SOURCE = indexOf('sampling_source')
const NOTE = indexOf('notes')
const MAX_RATE = 0xffff_ffff

/** What another domain of the exporter told, as a guess for this one. */
function guess(exporter: Exporter, domain: Domain): Sampling | null {
  for (const other of exporter.domains.values()) {
    if (other !== domain && other.protocol === domain.protocol && other.sampling?.source === 'options')
      return { rate: other.sampling.rate, source: 'options_of_other_domain' }
  }
  return null
}

/** Gives a rate of the configuration to the rows that nothing told one, or to all. */
function configure({ batch, first, count }: Rows, rate: number, all: boolean): void {
  const rates = batch.need(RATE)
  const sources = batch.need(RATE_SOURCE)
  const code = batch.code(RATE_SOURCE, 'config')
  for (let row = first; row < first + count; row++) {
    if (!all && sources[row] !== 0) continue
    rates[row] = rate
    sources[row] = code
  }
}

/**
 * The order of PROTOCOLS §8: what the configuration says holds, the record unless it is 0 there, by sampler, by domain, of another
 * domain as a guess, the header's, and the configuration's default.
 */
export function applySampling(rows: Rows): void {
  const { samplingRate, samplingRateDefault } = rows.exporter.settings
  if (samplingRate !== 0) return configure(rows, samplingRate, true)
  applyTold(rows)
  if (samplingRateDefault !== 0) configure(rows, samplingRateDefault, false)
}

function applyTold({ batch, first, count, exporter, domain, template }: Rows): void {
  if (!template.hasRate && !template.hasSampler && domain.sampling === null && exporter.domains.size === 1) return
  let open = 0
  if (template.hasRate) {
    const rates = batch.need(RATE)
    const sources = batch.need(RATE_SOURCE)
    const code = batch.code(RATE_SOURCE, 'record')
    for (let row = first; row < first + count; row++) {
      if (rates[row] === 0) open++
      else sources[row] = code
    }
    if (open === 0) return
  }
  if (template.hasSampler && domain.samplers.size > 0) {
    const samplers = batch.need(SAMPLER)
    const rates = batch.need(RATE)
    const sources = batch.need(RATE_SOURCE)
    const code = batch.code(RATE_SOURCE, 'options')
    // Records of a set are mostly of one sampler.
    let last = -1
    let rate: number | undefined
    for (let row = first; row < first + count; row++) {
      const sampler = samplers[row]!
      if (sampler !== last) {
        last = sampler
        rate = domain.samplers.get(sampler)?.rate
      }
      if (rate === undefined || sources[row] !== 0) continue
      rates[row] = rate
      sources[row] = code
    }
    return
  }
  const sampling = domain.sampling ?? guess(exporter, domain)
  if (sampling === null) return
  const rates = batch.need(RATE)
  const sources = batch.need(RATE_SOURCE)
  const code = batch.code(RATE_SOURCE, sampling.source)
  const notes = sampling.source === 'options_of_other_domain' ? batch.need(NOTE) : null
  for (let row = first; row < first + count; row++) {
    if (sources[row] !== 0) continue
    rates[row] = sampling.rate
    sources[row] = code
    if (notes !== null) notes[row] = (notes[row] ?? 0) | NOTES.sampling_guessed
  }
}

/** Rows of which only one in `thinning` was taken stand for so many more packets; an unknown rate counts as 1. */
export function scaleRates(batch: FlowBatch, first: number, count: number, thinning: number): void {
  const rates = batch.need(RATE)
  const notes = batch.need(NOTE)
  for (let row = first; row < first + count; row++) {
    rates[row] = Math.min(MAX_RATE, Math.max(1, rates[row] ?? 0) * thinning)
    notes[row] = (notes[row] ?? 0) | NOTES.limited
  }
}

/** Does it again for rows whose datagram told of samplers after them (PROTOCOLS §8). What the record itself tells stays. */
export function sampleAgain(rows: Rows, thinning: number): void {
  const { batch, first, count } = rows
  const rates = batch.need(RATE)
  const sources = batch.need(RATE_SOURCE)
  const notes = batch.columns[NOTE]
  const record = batch.code(RATE_SOURCE, 'record')
  for (let row = first; row < first + count; row++) {
    if (sources[row] === record) continue
    rates[row] = 0
    sources[row] = 0
    if (notes !== undefined) notes[row] = (notes[row] ?? 0) & ~NOTES.sampling_guessed
  }
  applySampling(rows)
  if (thinning === 1) return
  for (let row = first; row < first + count; row++) if (sources[row] !== record) scaleRates(batch, row, 1, thinning)
}
