/** From the texts of a request to times, buckets and periods. */
import { autoGranularity, parseDuration, parseTime, type Range } from '../query/index.ts'
import { FlowLensError } from '../schema/index.ts'

/** A time of a request. Throws FL_API_INVALID. */
export function timeOf(text: string, key: string, now: number): number {
  const time = parseTime(text, now)
  if (time === undefined)
    throw new FlowLensError('FL_API_INVALID', `${key}: ${JSON.stringify(text)} is no time; write now, now-1h, 2026-01-31T12:00:00Z or milliseconds since 1970`)
  return time
}

/** The range of a request, the last hour when it names none. Throws FL_API_INVALID when it is empty or backwards. */
export function parseRange(request: { readonly from?: string | number; readonly to?: string | number }, now: number): Range {
  const to = timeOf(String(request.to ?? 'now'), 'to', now)
  const from = request.from === undefined ? to - 3_600_000 : timeOf(String(request.from), 'from', now)
  if (from >= to) throw new FlowLensError('FL_API_INVALID', 'from: the range must start before it ends')
  return { from, to }
}

const MAX_BUCKETS = 2000

/** Milliseconds of a bucket; `auto` fits the range. Throws FL_API_INVALID for one that gives too many buckets. */
export function parseGranularity(text: string, range: Range): number {
  const span = range.to - range.from
  if (text === 'auto') return autoGranularity(range.from, range.to)
  const step = parseDuration(text)
  if (step === undefined || step < 1000)
    throw new FlowLensError('FL_API_INVALID', `granularity: ${JSON.stringify(text)} is neither auto nor a duration of a second or more, as 1m`)
  if (span / step > MAX_BUCKETS) throw new FlowLensError('FL_API_INVALID', `granularity: ${text} makes more than ${MAX_BUCKETS} buckets of this range`)
  return step
}

/** The period to compare with: `previous` lies right before, `1d` or `1w` that much earlier, `from/to` anywhere. */
export function parseCompare(text: string, range: Range, now: number): Range {
  const explicit = /^(.+?)\/(.+)$/.exec(text)
  if (explicit !== null) return parseRange({ from: explicit[1] ?? '', to: explicit[2] ?? '' }, now)
  const shift = text === 'previous' ? range.to - range.from : parseDuration(text)
  if (shift === undefined || shift <= 0)
    throw new FlowLensError('FL_API_INVALID', `compare: ${JSON.stringify(text)} is none of previous, a duration as 1d or 1w, or from/to`)
  return { from: range.from - shift, to: range.to - shift }
}
