/** One run: from a feed through the pace to the sender, until the flows are out, the time is over, or it is stopped. */
import type { Ledger } from './ledger.ts'
import { createPace } from './pace.ts'
import type { Feed } from './replay.ts'
import type { Sender } from './sender.ts'

export interface RunConfig {
  /** Flows a second; 0 is as fast as possible. */
  readonly rate: number
  /** The run ends after this long; Infinity by default. */
  readonly durationMs?: number
}

export interface RunDeps {
  readonly feed: Feed
  readonly sender: Sender
  readonly ledger: Ledger
  /** Wall clock, ms since 1970: the times in datagrams. */
  readonly now: () => number
  /** Clock that never goes back, ms: the pace. */
  readonly clock: () => number
  /** Resolves after this long; 0 is as soon as the event loop has turned. */
  readonly wait: (ms: number) => Promise<void>
  readonly signal: AbortSignal
}

/** Flows between two turns of the event loop when there is no rate to keep. */
const UNPACED_CHUNK = 16_384

/** Runs to the end and returns how long it took, ms. */
export async function run(config: RunConfig, { feed, sender, ledger, now, clock, wait, signal }: RunDeps): Promise<number> {
  const startMs = clock()
  const pace = createPace(config.rate, startMs)
  const endMs = startMs + (config.durationMs ?? Infinity)
  while (!feed.done && !signal.aborted && clock() < endMs && !ledger.full) {
    const due = pace.due(clock())
    const from = feed.drawn
    const most = Math.min(due, UNPACED_CHUNK)
    const nowMs = now()
    while (feed.drawn - from < most) {
      const built = feed.next(nowMs, most - (feed.drawn - from))
      if (built === undefined) break
      sender.put(built)
    }
    pace.spend(feed.drawn - from)
    await sender.flush()
    await wait(pace.waitMs())
  }
  // What was drawn but waits for its datagram to fill goes out too, so that a run that is stopped loses nothing it drew.
  for (let built = feed.flush(now()); built !== undefined; built = feed.flush(now())) sender.put(built)
  await sender.flush()
  return clock() - startMs
}
