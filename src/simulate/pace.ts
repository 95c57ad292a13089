/** Pacing: how many flows are due, so that the rate holds over the whole run without drift and without bursts. */

export interface Pace {
  /** Flows due at this moment (milliseconds of a clock that never goes back); may be negative when a datagram ran ahead. */
  due(nowMs: number): number
  /** Takes flows off what is due. */
  spend(flows: number): void
  /** How long until something is due. */
  waitMs(): number
}

/** What was missed while the sender could not run is made up at this multiple of the rate at most: a burst would test buffers, not receivers. */
const CATCH_UP = 1.5
const LONGEST_BURST_MS = 20
const SMALLEST_BURST = 64

/** Paces to `rate` flows a second; 0 is as fast as possible. */
export function createPace(rate: number, startMs: number): Pace {
  let owed = 0
  let lastMs = startMs
  return {
    due(nowMs) {
      if (rate === 0) return Infinity
      const elapsed = Math.max(0, nowMs - lastMs)
      lastMs = nowMs
      owed += (rate * elapsed) / 1000
      const burst = Math.max(SMALLEST_BURST, (rate * Math.min(elapsed * CATCH_UP, LONGEST_BURST_MS)) / 1000)
      return Math.min(owed, burst)
    },
    spend(flows) {
      owed -= flows
    },
    waitMs: () => (rate === 0 ? 0 : Math.min(50, Math.max(1, ((1 - owed) / rate) * 1000))),
  }
}
