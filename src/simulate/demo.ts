/** The fleet as a guest in the product: a gentle stream to the listeners of this machine, with busy and quiet hours. */
import type { Sums } from './exporter.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { createLedger, type Ledger, type LedgerReport } from './ledger.ts'
import { createPace, type Pace } from './pace.ts'
import type { Protocol } from './profiles.ts'
import { createSender, planSources, type Sender, type Target } from './sender.ts'
import { DAY_SHAPES } from './world.ts'

export interface DemoConfig {
  readonly seed?: number
  /** Flows a second at the busiest hour; 2000 by default. */
  readonly rate?: number
  /** Where each protocol goes; the protocols that are named take part. */
  readonly targets: Readonly<Partial<Record<Protocol, Target>>>
}

export interface DemoDeps {
  /** Wall clock, ms since 1970. */
  readonly now: () => number
  /** Calls `tick` every so many ms until the returned function is called; setInterval by default. */
  readonly every?: (ms: number, tick: () => void) => () => void
  /** Told once when the demo cannot go on. */
  readonly onError?: (error: unknown) => void
}

export interface Demo {
  start(): Promise<void>
  /** Sends what is begun and closes the sockets. */
  stop(): Promise<void>
  /** What was sent so far. */
  report(): LedgerReport
}

const TICK_MS = 50

const everyTimer = (ms: number, tick: () => void): (() => void) => {
  const timer = setInterval(tick, ms)
  return () => clearInterval(timer)
}

/** How busy the network is at this moment, above 0 up to about 1: the day's shape, and slow waves so that no minute is like the next. */
export function demoLevel(nowMs: number): number {
  const hour = (nowMs / 3_600_000) % 24
  const at = (shape: readonly number[]): number => {
    const from = Math.floor(hour)
    const share = hour - from
    return shape[from % 24]! * (1 - share) + shape[(from + 1) % 24]! * share
  }
  const day = 0.3 + 0.7 * (0.65 * at(DAY_SHAPES.office) + 0.35 * at(DAY_SHAPES.evening))
  const wave = (periodMs: number, height: number): number => height * Math.sin((nowMs / periodMs) * 2 * Math.PI)
  return day * (1 + wave(47_000, 0.05) + wave(211_000, 0.08) + wave(1_327_000, 0.06))
}

/** A demo that is still until started. Every flow is drawn afresh, so the picture is alive. */
export function createDemo(config: DemoConfig, deps: DemoDeps): Demo {
  const rate = config.rate ?? 2000
  const protocols = Object.keys(config.targets) as Protocol[]
  let fleet: Fleet | undefined
  let ledger: Ledger | undefined
  let sender: Sender | undefined
  let pace: Pace | undefined
  let stopTimer: (() => void) | undefined
  let lastMs = 0
  /** A clock that runs as fast as the network is busy: pacing by it makes the hours. */
  let levelled = 0
  let flushing: Promise<void> = Promise.resolve()

  const fail = (error: unknown): void => {
    stopTimer?.()
    stopTimer = undefined
    deps.onError?.(error)
  }

  const tick = (): void => {
    if (fleet === undefined || sender === undefined || pace === undefined) return
    const nowMs = deps.now()
    levelled += Math.max(0, nowMs - lastMs) * demoLevel(nowMs)
    lastMs = nowMs
    const due = pace.due(levelled)
    const from = fleet.drawn
    try {
      while (fleet.drawn - from < due) {
        const built = fleet.next(nowMs, due - (fleet.drawn - from))
        if (built === undefined) break
        sender.put(built)
      }
      pace.spend(fleet.drawn - from)
      flushing = sender.flush()
      flushing.catch(fail)
    } catch (error) {
      fail(error)
    }
  }

  return {
    async start() {
      const first = Object.values(config.targets)[0]
      if (first === undefined) throw new Error('the demo has no target; name one for a protocol')
      const plan = await planSources(first)
      lastMs = deps.now()
      fleet = createFleet(
        {
          seed: config.seed ?? 1,
          protocols,
          ...(plan.sharedAddress === undefined ? {} : { address: plan.sharedAddress }),
          // A scan three minutes after the start and a flood after eight, and so on every hour, at the full rate.
          episodes: [
            { kind: 'scan', from: rate * 180, flows: rate * 60, share: 0.3, every: rate * 3600 },
            { kind: 'flood', from: rate * 480, flows: rate * 90, share: 0.5, every: rate * 3600 },
          ],
        },
        { now: deps.now },
      )
      const devices = fleet.exporters.map(exporter => exporter.device)
      const books = createLedger(devices, plan.sharedAddress)
      ledger = books
      sender = createSender(
        {
          targets: devices.map(device => config.targets[device.profile.protocol] ?? first),
          sources: devices.map(device => (plan.bind === 'each' ? device.address : undefined)),
        },
        { onTaken: (source: number, sums: Sums) => books.count(source, sums) },
      )
      pace = createPace(rate, levelled)
      stopTimer = (deps.every ?? everyTimer)(TICK_MS, tick)
    },

    async stop() {
      stopTimer?.()
      stopTimer = undefined
      if (fleet === undefined || sender === undefined) return
      await flushing
      for (let built = fleet.flush(deps.now()); built !== undefined; built = fleet.flush(deps.now())) sender.put(built)
      await sender.close()
      sender = undefined
    },

    report: () => (ledger ?? createLedger([])).report(),
  }
}
