/**
 * What the throughput chart draws: history of a query, extended by the live stream. In: buckets of a Series, then seconds.
 * Out: stacked layers. Always holds: each layer is the sum of those below it; "Other" is what the total has more than the
 * named keys; a bucket nobody reported is a gap, never zero; the unfinished bucket is the mean of the seconds so far.
 */

export const OTHER = '\u0000other'

/** Buckets apart that are a gap: the stream begins within two of where history ends. */
const GAP = 2.2

export interface TimelineOptions {
  /** Width of a bucket of history in milliseconds. */
  readonly granularity: number
  /** Width of a bucket that the stream fills; not wider. */
  readonly liveGranularity: number
  /** Most keys drawn by name. */
  readonly names: number
}

export interface Bucket {
  readonly at: number
  readonly total: number | null
  readonly byKey: ReadonlyMap<string, number>
}

export interface Layer {
  readonly key: string
  /** Own values and the sum up to this layer, one a bucket. */
  readonly own: readonly (number | null)[]
  readonly sum: readonly (number | null)[]
}

export interface Stack {
  /** Starts of the buckets, milliseconds. */
  readonly times: readonly number[]
  /** From the bottom up; Other last. */
  readonly layers: readonly Layer[]
  readonly peak: number
  readonly peakAt: number
}

export interface Timeline {
  readonly keys: () => readonly string[]
  readonly push: (atMs: number, items: readonly { readonly key: string; readonly bps: number }[], total: number) => void
  readonly stack: (from: number, to: number) => Stack
}

/** What a chart draws while its figures are asked for. */
export const EMPTY_STACK: Stack = { times: [], layers: [], peak: 0, peakAt: 0 }

interface Open {
  start: number
  seconds: number
  total: number
  byKey: Map<string, number>
}

/** Creates a timeline from history; `keys` fixes order and colour of the names it knows. */
export function createTimeline(options: TimelineOptions, history: readonly Bucket[], firstKeys: readonly string[]): Timeline {
  const { granularity, liveGranularity, names } = options
  const keys = firstKeys.slice(0, names)
  let buckets: Bucket[] = [...history]
  let open: Open | null = null

  const settle = (bucket: Open): Bucket => ({
    at: bucket.start,
    total: bucket.total / bucket.seconds,
    byKey: new Map([...bucket.byKey].map(([key, sum]) => [key, sum / bucket.seconds])),
  })

  const put = (bucket: Bucket): void => {
    const last = buckets.at(-1)
    // Live buckets come in order; one that history also told replaces it, since history had only part of it.
    if (last !== undefined && last.at >= bucket.at) buckets = buckets.filter(other => other.at < bucket.at)
    buckets.push(bucket)
  }

  return {
    keys: () => keys,
    push: (atMs, items, total) => {
      const start = Math.floor(atMs / liveGranularity) * liveGranularity
      if (open === null || open.start !== start) {
        open = { start, seconds: 0, total: 0, byKey: new Map() }
      }
      open.seconds += 1
      open.total += total
      for (const { key, bps } of items) {
        // Traffic without a name is part of Other.
        if (key !== '' && keys.length < names && !keys.includes(key) && bps > 0) keys.push(key)
        open.byKey.set(key, (open.byKey.get(key) ?? 0) + bps)
      }
      put(settle(open))
    },
    stack: (from, to) => {
      const shown = buckets.filter(bucket => bucket.at + granularity > from && bucket.at < to)
      const layers: { key: string; own: (number | null)[]; sum: (number | null)[] }[] = [...keys, OTHER].map(key => ({ key, own: [], sum: [] }))
      const times: number[] = []
      let peak = 0
      let peakAt = from
      let previous: number | null = null
      for (const bucket of shown) {
        if (previous !== null && bucket.at - previous > granularity * GAP) {
          times.push(previous + granularity)
          for (const layer of layers) {
            layer.own.push(null)
            layer.sum.push(null)
          }
        }
        previous = bucket.at
        times.push(bucket.at)
        if (bucket.total === null) {
          for (const layer of layers) {
            layer.own.push(null)
            layer.sum.push(null)
          }
          continue
        }
        let sum = 0
        let rest = bucket.total
        for (const layer of layers) {
          const own = layer.key === OTHER ? Math.max(0, rest) : (bucket.byKey.get(layer.key) ?? 0)
          rest -= own
          sum += own
          layer.own.push(own)
          layer.sum.push(sum)
        }
        if (sum > peak) {
          peak = sum
          peakAt = bucket.at
        }
      }
      return { times, layers, peak, peakAt }
    },
  }
}
