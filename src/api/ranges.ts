/** From the texts of a request to times, buckets and periods. */
import { FlowLensError } from '../schema/index.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/** A duration as `90s`, `5m`, `1h`, `7d`, `2w`, or plain milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,15})(ms|s|m|h|d|w)?$/.exec(text)
  return match === null ? undefined : Number(match[1]) * (UNITS[match[2] ?? 'ms'] ?? 1)
}

/** A time as `now`, `now-1h`, ISO 8601 (UTC when it names no zone) or milliseconds since 1970. Throws FL_API_INVALID. */
export function parseTime(text: string, key: string, now: number): number {
  const relative = /^now(?:\s*([+-])\s*(\w+))?$/.exec(text)
  if (relative !== null) {
    if (relative[2] === undefined) return now
    const duration = parseDuration(relative[2])
    if (duration !== undefined && !/^\d+$/.test(relative[2])) return now + (relative[1] === '-' ? -duration : duration)
  } else if (/^\d{1,15}$/.test(text)) return Number(text)
  else if (/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?(Z|[+-]\d{2}:\d{2})?$/.test(text)) {
    const iso = text.replace(' ', 'T')
    const time = Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(iso) || !iso.includes('T') ? iso : `${iso}Z`)
    if (!Number.isNaN(time)) return time
  }
  throw new FlowLensError('FL_API_INVALID', `${key}: ${JSON.stringify(text)} is no time; write now, now-1h, 2026-01-31T12:00:00Z or milliseconds since 1970`)
}

export interface Range { readonly from: number, readonly to: number }

/** The range of a request, the last hour when it names none. Throws FL_API_INVALID when it is empty or backwards. */
export function parseRange(request: { readonly from?: string | number, readonly to?: string | number }, now: number): Range {
  const to = parseTime(String(request.to ?? 'now'), 'to', now)
  const from = request.from === undefined ? to - 3_600_000 : parseTime(String(request.from), 'from', now)
  if (from >= to) throw new FlowLensError('FL_API_INVALID', 'from: the range must start before it ends')
  return { from, to }
}

/** Widths of buckets that read well; the smallest that gives at most this many buckets is taken. */
const STEPS = [1000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 3 * 3_600_000, 6 * 3_600_000, 12 * 3_600_000, 86_400_000, 7 * 86_400_000]
const AUTO_BUCKETS = 240
const MAX_BUCKETS = 2000

/** Milliseconds of a bucket; `auto` fits the range. Throws FL_API_INVALID for one that gives too many buckets. */
export function parseGranularity(text: string, range: Range): number {
  const span = range.to - range.from
  if (text === 'auto') return STEPS.find(step => span / step <= AUTO_BUCKETS) ?? Math.ceil(span / AUTO_BUCKETS / 86_400_000) * 86_400_000
  const step = parseDuration(text)
  if (step === undefined || step < 1000) throw new FlowLensError('FL_API_INVALID', `granularity: ${JSON.stringify(text)} is neither auto nor a duration of a second or more, as 1m`)
  if (span / step > MAX_BUCKETS) throw new FlowLensError('FL_API_INVALID', `granularity: ${text} makes more than ${MAX_BUCKETS} buckets of this range`)
  return step
}

/** The period to compare with: `previous` lies right before, `1d` or `1w` that much earlier, `from/to` anywhere. */
export function parseCompare(text: string, range: Range, now: number): Range {
  const explicit = /^(.+?)\/(.+)$/.exec(text)
  if (explicit !== null) return parseRange({ from: explicit[1] ?? '', to: explicit[2] ?? '' }, now)
  const shift = text === 'previous' ? range.to - range.from : parseDuration(text)
  if (shift === undefined || shift <= 0) throw new FlowLensError('FL_API_INVALID', `compare: ${JSON.stringify(text)} is none of previous, a duration as 1d or 1w, or from/to`)
  return { from: range.from - shift, to: range.to - shift }
}
