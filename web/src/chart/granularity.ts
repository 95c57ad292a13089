/** How fine a series is asked for. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Widest range for each width of a bucket. From an hour on they are whole minutes, then whole hours, so that roll-ups can answer. */
const STEPS: readonly (readonly [upTo: number, step: number])[] = [
  [5 * MINUTE, 5000],
  [15 * MINUTE, 10_000],
  [30 * MINUTE, 30_000],
  [2 * HOUR, MINUTE],
  [6 * HOUR, 2 * MINUTE],
  [12 * HOUR, 5 * MINUTE],
  [DAY, 10 * MINUTE],
  [2 * DAY, 15 * MINUTE],
  [8 * DAY, HOUR],
  [31 * DAY, 6 * HOUR],
]

/** Milliseconds of a bucket for a range of so many: 30 to 190 of them up to a month, days beyond. */
export function granularityFor(width: number): number {
  return STEPS.find(([upTo]) => width <= upTo)?.[1] ?? DAY * Math.ceil(width / (180 * DAY))
}

const LIVE_STEPS = [1000, 2000, 5000, 10_000, 30_000, MINUTE, 5 * MINUTE] as const
const LIVE_POINTS = 360

/** Milliseconds of a bucket that the stream fills: finer than history where there is room to see it, never wider. */
export function liveGranularityFor(width: number): number {
  const step = LIVE_STEPS.find(each => width / each <= LIVE_POINTS) ?? 5 * MINUTE
  return Math.min(step, granularityFor(width))
}
