/** The sources of samples: rate in effect, samples lost in the device, samples lost on the way. */
import type { SampleSource, SflowState } from '../types.ts'

/** Most sources of a sub-agent that are kept; a chassis has fewer interfaces. */
const MAX_SOURCES = 4096
/** A step of samples further than this, or of packets further than half the range of the number, is a counter that began anew. */
const RESET_SAMPLES = 1_000_000
const LATE_SAMPLES = 10_000

/** The source of this type and index; null when there are too many. */
export function sourceOf(state: SflowState, type: number, index: number): SampleSource | null {
  const key = type * 2 ** 32 + index
  const known = state.sources.get(key)
  if (known !== undefined) return known
  if (state.sources.size >= MAX_SOURCES) return null
  const made: SampleSource = {
    id: sourceId(type, index),
    rate: 0,
    samples: 0,
    pool: 0,
    dropped: 0,
    missing: 0,
    reset: 0,
    lastSequence: 0,
    lastPool: 0,
    lastDrops: 0,
    lastSeenMs: 0,
  }
  state.sources.set(key, made)
  return made
}

/** A source in one number, as compact samples write it. */
export const sourceId = (type: number, index: number): number => (type === 0 ? index : ((type << 24) | (index & 0xff_ffff)) >>> 0)

/** Takes the numbers of a flow sample; all are modulo 2^32 (sFlow v5 §4.2.1). */
export function trackSource(source: SampleSource, sequence: number, rate: number, pool: number, drops: number, nowMs: number): void {
  const first = source.lastSeenMs === 0
  source.lastSeenMs = nowMs
  const step = (sequence - source.lastSequence) | 0
  // One that was overtaken tells nothing new.
  if (!first && step <= 0 && step > -LATE_SAMPLES) {
    if (step < 0 && source.missing > 0) source.missing--
    return
  }
  const grown = (pool - source.lastPool) | 0
  const lost = (drops - source.lastDrops) | 0
  const reset = !first && (step < 0 || step > RESET_SAMPLES || grown < 0)
  if (reset) source.reset++
  if (first || reset || rate !== source.rate) {
    source.samples = source.pool = 0
    source.rate = rate
  } else {
    source.samples += step
    source.pool += grown
  }
  if (!first && !reset) {
    source.missing += step - 1
    if (lost > 0) source.dropped += lost
  }
  source.lastSequence = sequence
  source.lastPool = pool
  source.lastDrops = drops
}
