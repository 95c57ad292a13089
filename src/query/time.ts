/** Times and durations as people write them. Free of Node: console, CLI and server read them alike. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/** A duration as `90s`, `1h30m`, `7d`, `2w`, or plain milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  if (!/^(?:\d{1,15}(?:ms|min|[smhdw]))+$/.test(text)) return undefined
  let sum = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|min|[smhdw])/g)) sum += Number(count) * (UNITS[unit ?? ''] ?? 0)
  return sum
}

/**
 * A time as milliseconds since 1970: `now`, `now-1h`, `now+5m`, ISO 8601 to the day, minute or second (UTC when it names no
 * zone), or milliseconds. Undefined for anything else.
 */
export function parseTime(text: string, now: number): number | undefined {
  const relative = /^now(?:\s*([+-])\s*(\w+))?$/.exec(text)
  if (relative !== null) {
    const [, sign, span] = relative
    if (span === undefined) return now
    const duration = /^\d+$/.test(span) ? undefined : parseDuration(span)
    return duration === undefined ? undefined : now + (sign === '-' ? -duration : duration)
  }
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text)
  if (iso === null) return undefined
  const [, year, month, day, clock, zone] = iso
  const date = `${year}-${month}-${day}`
  // The engine of JavaScript carries the 30th of February over into March.
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return undefined
  const time = Date.parse(`${date}T${clock ?? '00:00'}${zone ?? 'Z'}`)
  return Number.isNaN(time) ? undefined : time
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Widths of buckets that read well, ms. */
export const GRANULARITIES: readonly number[] = [
  SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
]
const MOST_BUCKETS = 120

/** The narrowest width that cuts the range into at most 120 buckets; whole weeks beyond the list. */
export function autoGranularity(from: number, to: number): number {
  const span = Math.max(1, to - from)
  return GRANULARITIES.find(width => span / width <= MOST_BUCKETS) ?? Math.ceil(span / MOST_BUCKETS / (7 * DAY)) * 7 * DAY
}
