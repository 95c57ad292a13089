/** The sampling rate of each record. */
import { NOTES, indexOf } from '../../schema/index.ts'
import type { Rows } from '../types.ts'

const SAMPLER = indexOf('sampler')
const RATE = indexOf('sampling_rate')
const RATE_SOURCE = indexOf('sampling_source')
const NOTE = indexOf('notes')

/** The order of PROTOCOLS §8: in the record unless it is 0 there, by sampler, by domain, of another domain as a guess, the header's. */
export function applySampling({ batch, first, count, exporter, domain, template }: Rows): void {
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
  let sampling = domain.sampling
  if (sampling === null) {
    for (const other of exporter.domains.values()) {
      if (other !== domain && other.protocol === domain.protocol && other.sampling?.source === 'options') {
        sampling = { rate: other.sampling.rate, source: 'options_of_other_domain' }
        break
      }
    }
  }
  if (template.hasSampler && domain.samplers.size > 0) {
    const samplers = batch.need(SAMPLER)
    const rates = batch.need(RATE)
    const sources = batch.need(RATE_SOURCE)
    const code = batch.code(RATE_SOURCE, 'options')
    for (let row = first; row < first + count; row++) {
      const rate = domain.samplers.get(samplers[row] ?? 0)?.rate
      if (rate === undefined || sources[row] !== 0) continue
      rates[row] = rate
      sources[row] = code
    }
    return
  }
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
