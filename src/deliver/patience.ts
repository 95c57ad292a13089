/** How a sink that fails is treated: pauses between tries, and a breaker that leaves it alone for a while (RELIABILITY §2.4). */
import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, ExponentialBackoff, handleWhen, noJitterGenerator } from 'cockatiel'
import { FlowLensError } from '../schema/index.ts'

export interface PatienceConfig {
  /** First and longest pause between tries, milliseconds. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** Failures in a row that open the breaker, and how long it stays open: the first time, and at most. */
  readonly breakerFailures: number
  readonly breakerMs: number
  readonly longestBreakerMs: number
}

export const PATIENCE: PatienceConfig = { firstPauseMs: 250, longestPauseMs: 30_000, breakerFailures: 5, breakerMs: 10_000, longestBreakerMs: 60_000 }

/** Full jitter: anything from nothing to a bound that doubles with each try, so that many senders don't return at once. */
export const pauseMs = ({ firstPauseMs, longestPauseMs }: PatienceConfig, attempt: number, random: () => number): number =>
  random() * Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt, 30))

/** Whether trying again can help; errors that are none of ours are taken for passing trouble. */
export const canRetry = (error: unknown): boolean => !(error instanceof FlowLensError) || error.entry.retry

export type BreakerState = 'closed' | 'open' | 'half_open'

export interface SinkBreaker {
  readonly state: BreakerState
  /** Runs the call unless the breaker is open; `open` then, without a call. */
  call(run: () => Promise<void>): Promise<'done' | 'open'>
}

/** Refusals don't open it: a sink that answers is up. */
export function createBreaker(config: PatienceConfig): SinkBreaker {
  const policy = circuitBreaker(handleWhen(canRetry), {
    breaker: new ConsecutiveBreaker(config.breakerFailures),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: config.breakerMs, maxDelay: config.longestBreakerMs, exponent: 2, generator: noJitterGenerator }),
  })
  return {
    get state() {
      if (policy.state === CircuitState.Closed) return 'closed'
      return policy.state === CircuitState.HalfOpen ? 'half_open' : 'open'
    },
    async call(run) {
      try {
        await policy.execute(run)
        return 'done'
      } catch (error) {
        if (error instanceof BrokenCircuitError) return 'open'
        throw error
      }
    },
  }
}

/** The 95th percentile of the last 128 values. */
export function createPercentile(): { add(value: number): void; readonly p95: number | null } {
  const values: number[] = []
  let at = 0
  return {
    add(value) {
      values[at++ % 128] = value
    },
    get p95() {
      if (values.length === 0) return null
      return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? null
    },
  }
}

/**
 * How long rows are gathered for an insert. It grows when the sink answers at less than half its usual speed and falls back by
 * steps: fewer, bigger inserts are what a store under strain takes best. At most five times the configured time.
 */
export function createPace(batchMs: number): { readonly batchMs: number; observe(p95: number): void } {
  let current = batchMs
  let usual: number | null = null
  return {
    get batchMs() {
      return current
    },
    observe(p95) {
      usual = usual === null ? p95 : Math.min(p95, usual * 1.01)
      // Below 100 ms twice as slow is noise.
      current = p95 > 100 && p95 > 2 * usual ? Math.min(5 * batchMs, current * 1.25) : Math.max(batchMs, current / 1.1)
    },
  }
}
