/**
 * Time of a flow, in SQL: when it counts as begun and ended, and what part of its bytes and packets falls into a span.
 *
 * A flow ends at `end_at`, but not after it was received; an end more than a week before reception, or none, is not believed
 * and the time of reception holds. It begins at `start_at`, at most 24 hours before its end, so that one flow touches at most
 * 1,441 minutes. A flow of no duration lies in the bucket of its end. The part up to an offset is floor(value × offset ÷
 * duration): whole numbers whose differences sum to the value, however the time is cut. Roll-ups and raw queries use these
 * expressions both, so their sums agree to the digit.
 */
const WEEK_MS = 604_800_000
const DAY_MS = 86_400_000

/** Longest a flow may end before it was received, and longest it is spread over, ms. */
export const LATEST_MS = WEEK_MS
export const LONGEST_MS = DAY_MS

const RECEIVED = 'toUnixTimestamp64Milli(received_at)'
const END = 'toUnixTimestamp64Milli(end_at)'
const START = 'toUnixTimestamp64Milli(start_at)'

/** End of a flow in ms, Int64. */
export const END_MS = `if(${END} < ${RECEIVED} - ${WEEK_MS}, ${RECEIVED}, least(${END}, ${RECEIVED}))`

/** Begin of a flow in ms, Int64; `end` is the expression or alias of its end. */
export const startMs = (end: string): string => `if(${START} < ${RECEIVED} - ${WEEK_MS}, ${end}, greatest(least(${START}, ${end}), ${end} - ${DAY_MS}))`

/**
 * Part of `value` (UInt64) between the offsets `low` and `high` of a flow of `duration` ms. The quotient and the remainder are
 * taken apart, because value × offset would overflow 64 bits; remainder × offset stays below 2^53.
 */
export const share = (value: string, low: string, high: string, duration: string): string =>
  `(intDiv(${value}, ${duration}) * toUInt64(${high} - ${low}) + toUInt64(intDiv(${value} % ${duration} * ${high}, ${duration}) - intDiv(${value} % ${duration} * ${low}, ${duration})))`
