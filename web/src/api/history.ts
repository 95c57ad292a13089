/** Turns series of the API into rates and buckets. */
import type { Series } from './types.ts'
import type { Bucket } from '../chart/timeline.ts'

/** Rate a bucket: the metric `bps` where the answer has it, else from the bytes of the bucket. */
export function rateAt(values: Readonly<Record<string, readonly (number | null)[]>>, index: number, granularity: number): number | null {
  const bps = values['bps']
  if (bps !== undefined) return bps[index] ?? null
  const bytes = values['bytes']?.[index]
  return bytes === undefined || bytes === null ? null : (bytes * 8000) / granularity
}

/** The names of a series by one column, most traffic first, as the answer orders them. */
export function seriesKeys(series: Series, column: string): readonly string[] {
  return series.series.map(item => String(item.key[column] ?? ''))
}

/** Buckets of the timeline: the total of one answer, the parts of the other; only buckets that ended before `until`. */
export function bucketsOf(total: Series, parts: Series | undefined, column: string, until: number): readonly Bucket[] {
  const whole = total.series[0]
  const sameGrid = parts !== undefined && parts.granularity === total.granularity
  const placeOf = new Map(parts?.times.map((time, index) => [time, index]))
  return total.times.flatMap((at, index) => {
    if (at + total.granularity > until) return []
    const byKey = new Map<string, number>()
    const place = placeOf.get(at)
    if (sameGrid && place !== undefined) {
      for (const item of parts.series) {
        const value = rateAt(item.values, place, parts.granularity)
        if (value !== null) byKey.set(String(item.key[column] ?? ''), value)
      }
    }
    return [{ at, total: whole === undefined ? null : rateAt(whole.values, index, total.granularity), byKey }]
  })
}

/** The values of one metric of a total, for a sparkline. */
export function sparkOf(total: Series | undefined, metric: string): readonly (number | null)[] {
  return total?.series[0]?.values[metric] ?? []
}
