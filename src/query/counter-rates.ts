/**
 * From absolute counters of an interface to rates by bucket. What lies between two samples is spread evenly over the time between
 * them; a counter that fell has wrapped at 2^32, or has begun anew, and then nothing is known of that time.
 */
import type { CounterRates, CounterSide, CounterTotals } from '../telemetry/index.ts'

/** One sample as the store holds it. Counters of 64 bits are bigint; null is "the device does not keep it". */
export interface StoredCounters {
  readonly at: number
  readonly domain: number
  readonly source: string
  readonly type: number
  readonly speed: number
  readonly duplex: number
  readonly adminUp: boolean
  readonly operUp: boolean
  readonly in: StoredSide
  readonly out: StoredSide
}

export interface StoredSide {
  readonly octets: bigint | null
  readonly unicast: number | null
  readonly multicast: number | null
  readonly broadcast: number | null
  readonly discards: number | null
  readonly errors: number | null
}

/** With no sample for longer than this, nothing is said of the time between: a counter of 32 bits may have wrapped twice. */
export const LONGEST_GAP_MS = 15 * 60_000

const TURN = 2 ** 32
const HALF = 2 ** 31

/** Growth of a counter of 32 bits; null when it is not told, undefined when the counter began anew. */
export function growth32(before: number | null, after: number | null): number | null | undefined {
  if (before === null || after === null) return null
  if (after >= before) return after - before
  return before >= HALF && after < HALF ? after + TURN - before : undefined
}

/**
 * Growth of a counter of 64 bits. Agents that only keep 32 bits send them in a field of 64, so a fall from the upper half of 32 bits is
 * their wrap, unless the interface is too slow for it.
 */
export function growth64(before: bigint | null, after: bigint | null, most: number): number | null | undefined {
  if (before === null || after === null) return null
  if (after >= before) return Number(after - before)
  if (before >= BigInt(TURN)) return undefined
  const wrapped = growth32(Number(before), Number(after))
  return typeof wrapped === 'number' && wrapped > most ? undefined : wrapped
}

const FIGURES = ['bytes', 'packets', 'discards', 'errors'] as const
type Figure = (typeof FIGURES)[number]
type Growth = Readonly<Record<Figure, number | null>>

/** Growth between two samples of one side; undefined when a counter began anew, and with it all of them. */
function growthOf(before: StoredSide, after: StoredSide, mostBytes: number): Growth | undefined {
  const bytes = growth64(before.octets, after.octets, mostBytes)
  const packets = (['unicast', 'multicast', 'broadcast'] as const).map(name => growth32(before[name], after[name]))
  const discards = growth32(before.discards, after.discards)
  const errors = growth32(before.errors, after.errors)
  if (bytes === undefined || discards === undefined || errors === undefined || packets.includes(undefined)) return undefined
  const told = packets.filter(count => typeof count === 'number')
  return { bytes, packets: told.length === 0 ? null : told.reduce((sum, count) => sum + count, 0), discards, errors }
}

interface Sums {
  /** By bucket: what grew, and over how many milliseconds. */
  readonly grown: Float64Array
  readonly covered: Float64Array
  total: number
  told: boolean
}

/** The samples of whoever told the most of them: counters of two sub-agents must not be mixed. */
function mostOf(samples: readonly StoredCounters[]): readonly StoredCounters[] {
  const groups = Map.groupBy(samples, sample => `${sample.source} ${sample.domain}`)
  return [...groups.values()].reduce((most, group) => (group.length > most.length ? group : most), [])
}

/** Rates over `[from, to)` from samples in order of time; some before and after the range make its ends exact. */
export function counterRates(
  samples: readonly StoredCounters[],
  range: { readonly from: number; readonly to: number; readonly granularity: number },
): CounterRates {
  const { from, to, granularity } = range
  const start = Math.floor(from / granularity) * granularity
  const buckets = Math.max(1, Math.ceil((to - start) / granularity))
  const sumsOf = (): Record<Figure, Sums> => {
    const fresh = (): Sums => ({ grown: new Float64Array(buckets), covered: new Float64Array(buckets), total: 0, told: false })
    return { bytes: fresh(), packets: fresh(), discards: fresh(), errors: fresh() }
  }
  const sums = { in: sumsOf(), out: sumsOf() }
  const chosen = mostOf(samples)
  let resets = 0

  function spread(into: Sums, grown: number, begin: number, end: number): void {
    const length = end - begin
    const first = Math.max(begin, from)
    const last = Math.min(end, to)
    if (last <= first) return
    into.told = true
    into.total += (grown * (last - first)) / length
    for (let bucket = Math.floor((first - start) / granularity); bucket < buckets; bucket++) {
      const left = Math.max(first, start + bucket * granularity)
      const right = Math.min(last, start + (bucket + 1) * granularity)
      if (right <= left) break
      into.grown[bucket]! += (grown * (right - left)) / length
      into.covered[bucket]! += right - left
    }
  }

  chosen.forEach((after, at) => {
    const before = chosen[at - 1]
    if (before === undefined) return
    const length = after.at - before.at
    // The same sample written twice, or a device that was silent.
    if (length <= 0 || length > LONGEST_GAP_MS) return
    const mostBytes = after.speed > 0 ? ((after.speed * 1.2) / 8) * (length / 1000) : Infinity
    const grown = { in: growthOf(before.in, after.in, mostBytes), out: growthOf(before.out, after.out, mostBytes) }
    if (grown.in === undefined || grown.out === undefined) {
      if (after.at > from && before.at < to) resets++
      return
    }
    for (const side of ['in', 'out'] as const) {
      for (const figure of FIGURES) {
        const value = grown[side]?.[figure] ?? null
        if (value !== null) spread(sums[side][figure], value, before.at, after.at)
      }
    }
  })

  const rates = (figure: Sums, factor: number): (number | null)[] =>
    Array.from(figure.grown, (grown, bucket) => {
      const covered = figure.covered[bucket] ?? 0
      return covered === 0 ? null : (grown * factor * 1000) / covered
    })
  const sideOf = (of: Record<Figure, Sums>): CounterSide => ({
    bps: rates(of.bytes, 8),
    pps: rates(of.packets, 1),
    discards: rates(of.discards, 1),
    errors: rates(of.errors, 1),
  })
  const total = ({ told, total: sum }: Sums): number | null => (told ? Math.round(sum) : null)
  const totalsOf = (of: Record<Figure, Sums>): CounterTotals => ({
    bytes: total(of.bytes),
    packets: total(of.packets),
    discards: total(of.discards),
    errors: total(of.errors),
  })
  const last = chosen.findLast(sample => sample.at < to)
  return {
    times: Array.from({ length: buckets }, (_, bucket) => start + bucket * granularity),
    in: sideOf(sums.in),
    out: sideOf(sums.out),
    totals: { in: totalsOf(sums.in), out: totalsOf(sums.out) },
    last:
      last === undefined
        ? null
        : {
            at: last.at,
            source: last.source,
            type: last.type,
            speed_bps: last.speed > 0 ? last.speed : null,
            duplex: last.duplex,
            admin_up: last.adminUp,
            oper_up: last.operUp,
          },
    samples: chosen.filter(sample => sample.at >= from && sample.at < to).length,
    resets,
  }
}
