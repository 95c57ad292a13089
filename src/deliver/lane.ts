/**
 * A lane: one cursor, one sink. Lanes share nothing but the disk, so one that hangs holds up no other.
 *
 * Always (RELIABILITY §1.4): the plan is on the disk before the sink sees a row of it; a range that may have reached the sink is
 * repeated unchanged; the cursor moves after the sink has the rows.
 */
import { join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { FlowLensError, toError } from '../schema/index.ts'
import {
  codeOf,
  copyFrames,
  createSpoolReader,
  EXPIRY_REASONS,
  isWhole,
  nodeFileSystem,
  openCursor,
  type Cursor,
  type ExpiryReason,
  type Plan,
  type SpoolFrame,
} from '../spool/index.ts'
import { createGatherer, rangeOf, type Limits, type Loss } from './gather.ts'
import { canRetry, createBreaker, createPace, createPercentile, pauseMs, type PatienceConfig } from './patience.ts'
import { deadLetterDirectory, framesToReplay, nextReplay, removeDeadLetters } from './replay.ts'
import type { DeliveryRange, Sink, SinkDefinition } from './sink.ts'
import type { DeliveryEvent, LaneStatus } from './status.ts'

const DEFAULT_LIMITS: Limits = { rows: 1_000_000, bytes: 256_000_000 }
const POLL_MS = 50
const REFUSALS = 20

export interface LaneConfig {
  readonly directory: string
  readonly stream: string
  readonly batchMs: number
  readonly patience: PatienceConfig
}

export interface LaneDeps {
  readonly now: () => number
  readonly random: () => number
  /** Waits; returns early when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly onEvent: (event: DeliveryEvent) => void
  /** Called after the cursor has moved. */
  readonly onAdvance: () => void
  /** Rows of a gap that retention of this process removed by age. */
  readonly agedRows: (fromSeq: number, toSeq: number) => number
}

export interface Lane {
  /** Runs until stopped. */
  run(): Promise<void>
  /** Lets the delivery in hand finish; `force` gives it up. */
  stop(force: boolean): void
  /** Whether the cursor is on the disk, so that retention knows of this sink. */
  readonly known: boolean
  status(): LaneStatus
}

export function createLane(definition: SinkDefinition, sink: Sink, config: LaneConfig, deps: LaneDeps): Lane {
  const { name } = definition
  const { now } = deps
  const streamDirectory = join(config.directory, config.stream)
  const ceiling = definition.limits ?? DEFAULT_LIMITS
  const stopping = new AbortController()
  const forced = new AbortController()
  const breaker = createBreaker(config.patience)
  const latency = createPercentile()
  const pace = createPace(config.batchMs)
  const reader = createSpoolReader({ directory: config.directory, stream: config.stream })
  const gatherer = createGatherer(reader, (fromSeq, toSeq, seen) => {
    const aged = deps.agedRows(fromSeq, toSeq)
    return { max_age: aged, [seen]: toSeq - fromSeq - aged }
  })
  let cursor: Cursor | null = null
  let limits = ceiling
  let oldestAt: number | null = null
  let inHand = 0
  let lastError: LaneStatus['last_error_at'] = null
  const count = { ranges: 0, failures: 0, refusals: 0 }

  const failed = (error: unknown): FlowLensError => {
    const own = toError(error, 'FL_DELIVER_SINK')
    lastError = { code: own.code, message: own.message, at: now() }
    return own
  }

  /** Repeats a step on our own disk until it works; false when stopped before. */
  const persist = async (step: () => Promise<void>): Promise<boolean> => {
    for (let attempt = 0; ; attempt++) {
      try {
        await step()
        return true
      } catch (error) {
        if (codeOf(error) === '') throw error
        deps.onEvent({ kind: 'cursor_failed', sink: name, error: toError(error, 'FL_SPOOL_IO') })
        if (stopping.signal.aborted && attempt >= 3) return false
        await deps.sleep(pauseMs(config.patience, attempt, deps.random), forced.signal)
      }
    }
  }

  const advance = async (to: number, delivered: number, expired: Partial<Record<ExpiryReason, number>> = {}, keepPlan = false): Promise<boolean> => {
    const own = cursor
    if (own === null) return false
    if (!(await persist(() => own.advance(to, delivered, expired, keepPlan)))) return false
    const lost = EXPIRY_REASONS.filter(reason => (expired[reason] ?? 0) > 0)
    for (const reason of lost) deps.onEvent({ kind: 'expired', sink: name, reason, rows: expired[reason] ?? 0, toSeq: to })
    deps.onAdvance()
    return true
  }

  const once = async (range: DeliveryRange): Promise<void> => {
    const begun = now()
    if (definition.timeoutMs === undefined) {
      // A sink without a limit of time is waited for whatever happens: its insert may still be running.
      await sink.deliver(range, forced.signal)
    } else {
      const signal = AbortSignal.any([forced.signal, AbortSignal.timeout(definition.timeoutMs)])
      const abandoned = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new FlowLensError('FL_DELIVER_SINK', `${name} did not answer in time`)), { once: true })
      })
      await Promise.race([sink.deliver(range, signal), abandoned])
    }
    latency.add(now() - begun)
    pace.observe(latency.p95 ?? 0)
  }

  /**
   * Tries until the sink has the range. `stopped`: not yet, the plan stays; `untouched`: nothing was sent, the plan may be given
   * up; `unreadable`: a frame of it is gone; `refused`: the sink will never take it.
   */
  const insist = async (range: DeliveryRange, mayHaveArrived: boolean): Promise<'done' | 'stopped' | 'untouched' | 'unreadable' | 'refused'> => {
    let arrived = mayHaveArrived
    let refusals = 0
    for (let attempt = 0; ; attempt++) {
      try {
        if ((await breaker.call(() => once(range))) === 'done') return 'done'
        // Another look at the breaker costs nothing; it opens by its own clock.
        attempt--
        if (stopping.signal.aborted) return 'stopped'
        await deps.sleep(config.patience.firstPauseMs, stopping.signal)
        continue
      } catch (error) {
        const own = failed(error)
        count.failures++
        deps.onEvent({ kind: 'failed', sink: name, error: own, attempt, fromSeq: range.fromSeq, toSeq: range.toSeq })
        if (own.code === 'FL_SPOOL_CORRUPT') return 'unreadable'
        if (own.code === 'FL_DELIVER_STAGE' && !arrived) return 'untouched'
        arrived ||= own.code !== 'FL_DELIVER_STAGE'
        refusals = canRetry(own) ? 0 : refusals + 1
        if (!canRetry(own)) count.refusals++
        if (refusals >= REFUSALS) return 'refused'
      }
      if (stopping.signal.aborted) return 'stopped'
      await deps.sleep(pauseMs(config.patience, attempt, deps.random), stopping.signal)
      if (stopping.signal.aborted) return 'stopped'
    }
  }

  /** Sets a range aside that the sink will never take. */
  const bury = async (range: DeliveryRange, uuid: string): Promise<boolean> => {
    const directory = deadLetterDirectory(config, name)
    const path = join(directory, `${String(range.fromSeq).padStart(20, '0')}.fls`)
    const written = await persist(async () => {
      await mkdir(directory, { recursive: true })
      const whole: SpoolFrame[] = []
      for (const frame of range.frames) if (await isWhole(frame)) whole.push(frame)
      await copyFrames(whole, path, { uuid, createdAt: now() })
    })
    if (!written) return false
    deps.onEvent({ kind: 'dead_letter', sink: name, rows: range.rows, file: path })
    return advance(range.toSeq, 0, { dead_letter: range.rows })
  }

  /** Delivers a planned range, whatever becomes of it. */
  const settle = async (range: DeliveryRange, plan: Plan, mayHaveArrived: boolean, uuid: string): Promise<void> => {
    inHand = range.rows
    oldestAt = range.frames[0]?.firstReceivedAt ?? null
    const outcome = await insist(range, mayHaveArrived)
    inHand = 0
    if (outcome === 'done') {
      count.ranges++
      limits = { rows: Math.min(ceiling.rows, limits.rows * 2), bytes: Math.min(ceiling.bytes, limits.bytes * 2) }
      await advance(range.toSeq, range.rows)
    } else if (outcome === 'unreadable') {
      await salvage(plan)
    } else if (outcome === 'refused') {
      await bury(range, uuid)
    } else if (outcome === 'untouched') {
      // Most likely the disk is full: smaller ranges need less of it, and each one delivered frees some.
      limits = { rows: Math.max(1, Math.floor(range.rows / 2)), bytes: Math.max(1, Math.floor(range.bytes / 2)) }
      const own = cursor
      if (own !== null) await persist(() => own.abandon())
      gatherer.seek(range.fromSeq)
      await deps.sleep(config.patience.firstPauseMs, stopping.signal)
    }
  }

  /** Whether the sink has the frame that began with this row; repeated until it answers, null when stopped before. */
  const hasFrame = async (firstSeq: number): Promise<boolean | null> => {
    if (sink.has === undefined) return false
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      try {
        return await sink.has(firstSeq)
      } catch (error) {
        failed(error)
        await deps.sleep(pauseMs(config.patience, attempt, deps.random), stopping.signal)
      }
    }
    return null
  }

  /** Goes frame by frame through a plan that can't be repeated, because a part of it is gone, asking the sink what it has. */
  const salvage = async (plan: Plan): Promise<void> => {
    const own = cursor
    if (own === null) return
    deps.onEvent({ kind: 'plan_unreadable', sink: name, fromSeq: plan.from, toSeq: plan.to })
    gatherer.seek(own.state.position)
    for (const item of await gatherer.exactly(plan.to)) {
      const { position } = own.state
      const has = await hasFrame(position)
      if (has === null) return
      const to = Math.min(plan.to, item.kind === 'loss' ? item.toSeq : item.firstSeq + item.rows)
      if (has) {
        if (!(await advance(to, to - position, {}, true))) return
      } else if (item.kind === 'loss') {
        // A loss may reach beyond the plan; what is behind it is met again, and counted, afterwards.
        if (!(await advance(to, 0, to === item.toSeq ? item.expired : { corrupt: to - position }, true))) return
      } else if (!(await salvageFrame(item, own.state.uuid))) {
        return
      }
    }
    await advance(own.state.position, 0)
    gatherer.seek(own.state.position)
  }

  const salvageFrame = async (frame: SpoolFrame, uuid: string): Promise<boolean> => {
    const range = rangeOf(uuid, [frame])
    const outcome = await insist(range, true)
    if (outcome === 'done') return advance(range.toSeq, range.rows, {}, true)
    if (outcome === 'unreadable') return advance(range.toSeq, 0, { corrupt: range.rows }, true)
    return outcome === 'refused' && (await bury(range, uuid))
  }

  /** A plan found at the start: its rows may be with the sink already. */
  const resume = async (plan: Plan): Promise<void> => {
    const own = cursor
    if (own === null) return
    const { position, uuid } = own.state
    gatherer.seek(position)
    const items = await gatherer.exactly(plan.to)
    const frames = items.filter((item): item is SpoolFrame => item.kind === 'frame')
    const range = frames.length > 0 ? rangeOf(uuid, frames) : null
    deps.onEvent({ kind: 'plan_resumed', sink: name, fromSeq: plan.from, toSeq: plan.to })
    if (range !== null && frames.length === items.length && range.token === plan.token && position === plan.from) await settle(range, plan, true, uuid)
    else await salvage(plan)
  }

  /** Opens the cursor once there is a spool; true when it is open. */
  const ready = (): boolean => {
    const durable = reader.durable()
    if (durable === null) return false
    if (cursor?.state.uuid === durable.uuid) return true
    cursor?.close()
    cursor = openCursor({ directory: streamDirectory, sink: name, uuid: durable.uuid, begin: () => reader.oldestSeq() }, nodeFileSystem)
    if (cursor.lost) deps.onEvent({ kind: 'cursor_lost', sink: name, position: cursor.state.position })
    gatherer.seek(cursor.state.position)
    return true
  }

  let replayLookedAt = Number.NEGATIVE_INFINITY

  /** Gives rows again that were asked for; true when there was such a request. What the sink says it has is left out. */
  const replay = async (own: Cursor): Promise<boolean> => {
    if (now() - replayLookedAt < 1000) return false
    replayLookedAt = now()
    const next = nextReplay(config, name)
    if (next === null) return false
    const { request } = next
    const { uuid, position } = own.state
    const missing: SpoolFrame[] = []
    let [rows, skipped, missed] = [0, 0, 0]
    for (const frame of framesToReplay(config, request)) {
      // What the cursor has not reached comes anyway.
      if (frame.firstSeq >= position) continue
      const has = await hasFrame(frame.firstSeq)
      if (has === null) return true
      if (has) skipped += frame.rows
      else if (!(await isWhole(frame))) missed += frame.rows
      else missing.push(frame)
    }
    while (missing.length > 0) {
      const frames = missing.splice(0, 1)
      let taken = frames[0]?.rows ?? 0
      for (let ahead = missing[0], last = frames[0]; ahead !== undefined && last !== undefined; ahead = missing[0]) {
        if (ahead.epoch !== last.epoch || ahead.firstSeq !== last.firstSeq + last.rows || taken + ahead.rows > limits.rows) break
        frames.push(...missing.splice(0, 1))
        taken += ahead.rows
        last = ahead
      }
      const outcome = await insist(rangeOf(uuid, frames), true)
      if (outcome === 'stopped') return true
      if (outcome === 'done') rows += taken
      else missed += taken
    }
    if (missed === 0) removeDeadLetters(config, request)
    next.done()
    deps.onEvent({ kind: 'replayed', sink: name, fromSeq: request.fromSeq, toSeq: request.toSeq, rows, skipped, missed })
    return true
  }

  const lose = async ({ toSeq, expired }: Loss): Promise<void> => {
    await advance(toSeq, 0, expired)
  }

  const cycle = async (): Promise<void> => {
    if (!ready() || cursor === null) return deps.sleep(POLL_MS, stopping.signal)
    const own = cursor
    if (own.state.plan !== null) return resume(own.state.plan)
    if (await replay(own)) return
    const gathered = await gatherer.gather({ limits, batchMs: pace.batchMs, maxLagMs: definition.maxLagMs ?? Number.POSITIVE_INFINITY, now: now() })
    if (gathered.kind === 'loss') return lose(gathered)
    if (gathered.kind === 'wait') {
      oldestAt = gathered.oldestAt
      return deps.sleep(POLL_MS, stopping.signal)
    }
    const range = rangeOf(own.state.uuid, gathered.frames)
    const plan: Plan = { epoch: range.epoch, from: range.fromSeq, to: range.toSeq, token: range.token }
    if (await persist(() => own.plan(plan))) await settle(range, plan, false, own.state.uuid)
  }

  return {
    async run() {
      try {
        for (let attempt = 0; !stopping.signal.aborted;) {
          try {
            await cycle()
            attempt = 0
          } catch (error) {
            // Our own disk, or a fault of ours: told, and begun again from what the cursor says.
            deps.onEvent({ kind: 'lane_failed', sink: name, error: failed(error) })
            await deps.sleep(pauseMs(config.patience, attempt++, deps.random), stopping.signal)
            if (cursor !== null) gatherer.seek(cursor.state.position)
          }
        }
      } finally {
        cursor?.close()
        reader.close()
      }
    },
    stop(force) {
      stopping.abort()
      if (force) forced.abort()
    },
    get known() {
      return cursor !== null
    },
    status() {
      const state = cursor?.state
      const durable = state === undefined ? 0 : Math.max(state.position, reader.durable()?.seq ?? 0)
      const waiting = durable - (state?.position ?? 0)
      return {
        name,
        kind: name,
        guarantee: definition.guarantee,
        rows_spooled: durable - (state?.start ?? 0),
        rows_delivered: state?.delivered ?? 0,
        rows_waiting: waiting,
        rows_expired: { ...state?.expired },
        breaker: breaker.state,
        oldest_waiting_ms: waiting === 0 || oldestAt === null ? null : Math.max(0, now() - oldestAt),
        last_error: lastError?.message ?? null,
        last_error_at: lastError,
        position_seq: state?.position ?? 0,
        durable_seq: durable,
        rows_in_hand: inHand,
        latency_p95_ms: latency.p95,
        batch_ms: pace.batchMs,
        ranges: count.ranges,
        failures: count.failures,
        refusals: count.refusals,
      }
    },
  }
}
