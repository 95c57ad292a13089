/**
 * Fills the roll-ups of quality: sums up the raw rows of the minutes that are over, some minutes at once, and the minutes of an hour that
 * is over into the hours.
 *
 * Flows that ended before `until` are answered by the roll-ups, later ones by raw rows; those that come for closed minutes go into the
 * roll-ups by views. Exactly once, for the reasons that hold for hours (`hours.ts`). A store that is older than these tables is summed up
 * from its raw rows bit by bit, a few minutes with every insert; meanwhile raw rows answer for the rest.
 */
import type { Engine } from './engine.ts'
import { closeMinutes, closeQualityHour, QUALITY_ROLLUPS, tellsWithin } from './quality-rollups.ts'

/** Minutes are summed up by fives, and those of the last five minutes are still waited for: active flows are told once a minute or so. */
const STEP_SECONDS = 300
const LAG_SECONDS = 300
const HOUR = 3600

export interface QualityClosing {
  /** Flows that ended within these moments are in the roll-ups, ms since 1970. */
  readonly reach: { readonly from: number; readonly until: number }
  /** Reads how far the roll-ups are made and finishes what was cut short. */
  resume(): Promise<void>
  /** Whether minutes are over that are not summed up, going by the newest row. */
  isDue(newestMs: number): boolean
  /** Sums up minutes that are over: those of one step with rows at most. No row of the store may be inserted again afterwards. */
  closeEnded(newestMs: number): Promise<void>
}

const down = (seconds: number, width: number): number => Math.floor(seconds / width) * width

export interface QualityClosingDeps {
  /** Up to when raw rows were dropped, ms since 1970. */
  readonly droppedUntil: () => number
  /** Columns of `flows` that any row has brought. */
  readonly brought: () => ReadonlySet<string>
}

export function createQualityClosing(engine: Engine, { droppedUntil, brought }: QualityClosingDeps): QualityClosing {
  let begunAt = 0
  let closedUntil = 0

  const note = (closed: number, opened: number): Promise<unknown> =>
    engine.write({ sql: `INSERT INTO closed_quality SETTINGS async_insert = 0 VALUES (${begunAt}, ${closed}, ${opened})` })

  async function tells(from: number, until: number): Promise<boolean> {
    return (await engine.write({ sql: tellsWithin(from, until) })).rows.length > 0
  }

  /** Start of the oldest day that raw rows are kept of, seconds since 1970; flows ended up to a week before. */
  async function oldestDay(): Promise<number> {
    const { rows } = await engine.write({
      sql: "SELECT toUnixTimestamp(toDateTime(min(partition), 'UTC')) FROM system.parts WHERE active AND database = currentDatabase() AND table = 'flows' HAVING count() > 0",
    })
    return Number(rows[0]?.[0] ?? 0)
  }

  /** The steps up to a moment that flows tell something in, each as [from, until]; before the first day there is one long step. */
  async function* steps(until: number): AsyncGenerator<readonly [number, number]> {
    let from = closedUntil
    if (from === 0) {
      const first = Math.min(await oldestDay(), until)
      if (first > 0 && (await tells(0, first))) yield [0, first]
      from = first
    }
    // Empty hours are passed over whole.
    for (let narrowUntil = 0; from < until;) {
      const width = from >= narrowUntil && from % HOUR === 0 && from + HOUR <= until ? HOUR : STEP_SECONDS
      const telling = await tells(from, from + width)
      if (telling && width === HOUR) narrowUntil = from + HOUR
      else {
        if (telling) yield [from, from + width]
        from += width
      }
    }
  }

  async function close(until: number): Promise<void> {
    for await (const [from, to] of steps(until)) {
      for (const sql of QUALITY_ROLLUPS.flatMap(rollup => closeMinutes(rollup, from, to, brought()))) await engine.write({ sql })
    }
    const [first, last] = [down(closedUntil, HOUR), down(until, HOUR)]
    const found =
      last === first
        ? []
        : (
            await engine.write({
              sql: `SELECT DISTINCT toUnixTimestamp(toStartOfHour(minute)) AS hour FROM quality_minute WHERE minute >= toDateTime(${first}, 'UTC') AND minute < toDateTime(${last}, 'UTC') ORDER BY hour`,
            })
          ).rows
    for (const [hour] of found) {
      for (const rollup of QUALITY_ROLLUPS) await engine.write({ sql: closeQualityHour(rollup, Number(hour)) })
    }
    await note(until, until)
    closedUntil = until
  }

  const overUntil = (newestMs: number): number => down(Math.floor(newestMs / 1000) - LAG_SECONDS, STEP_SECONDS)

  return {
    get reach() {
      return { from: begunAt * 1000, until: closedUntil * 1000 }
    },

    async resume() {
      const { rows } = await engine.write({
        sql: 'SELECT toUnixTimestamp(max(begun_at)), toUnixTimestamp(max(closed_until)), toUnixTimestamp(max(opened_until)), count() FROM closed_quality',
      })
      const [begun = 0, closed = 0, opened = 0, count = 0] = (rows[0] ?? []).map(Number)
      begunAt = begun
      closedUntil = closed
      if (count === 0) {
        // What was dropped of the raw rows before these tables were there, they never hold. The views need a row to compare with.
        begunAt = Math.floor(droppedUntil() / 1000)
        await note(0, 0)
      }
      if (opened > closedUntil) await close(opened)
    },

    isDue: newestMs => overUntil(newestMs) > closedUntil,

    async closeEnded(newestMs) {
      const over = overUntil(newestMs)
      if (over <= closedUntil) return
      // Raw rows that were dropped before they were summed up leave a gap: what is before it does not count as held.
      if (closedUntil > 0) begunAt = Math.max(begunAt, droppedUntil() > closedUntil * 1000 ? Math.floor(droppedUntil() / 1000) : 0)
      let until = over
      for await (const [, end] of steps(over)) {
        until = end
        break
      }
      await note(closedUntil, until)
      await close(until)
    },
  }
}
