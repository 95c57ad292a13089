/**
 * Closes hours: sums the minutes of an hour that is over into the hours, once.
 *
 * Hours before `closed_until` are answered by the hours' tables, later ones by the minutes; minutes that arrive for a closed
 * hour go into both by the views. Exactly once, because: nothing is inserted between the note that a closing begins
 * (`opened_until`) and the note that it is done, since both run on the writer's session right before an insert that is no repetition; and a
 * closing cut short is repeated before the first insert after the start, from the same minutes and with the same tokens.
 */
import { closeHour, ROLLUPS } from './rollups.ts'
import type { Engine } from './engine.ts'

/** Rows of an hour still arrive for a while after its end; what comes later costs a little more, nothing else. */
const LAG_SECONDS = 600
const HOUR = 3600

export interface Hours {
  /** Start of the first hour that is not closed, seconds since 1970; 0 while none is. */
  readonly closedUntil: number
  /** Reads how far the hours are closed and finishes a closing that was cut short. */
  resume(): Promise<void>
  /** Whether hours are over that are not closed, going by the newest row. */
  isDue(newestMs: number): boolean
  /** Closes the hours that are over. No row of the store may be inserted again afterwards, or it would be summed twice. */
  closeEnded(newestMs: number): Promise<void>
}

export function createHours(engine: Engine): Hours {
  let closedUntil = 0

  async function close(until: number): Promise<void> {
    const from = closedUntil
    const found = await engine.write({
      sql: `SELECT DISTINCT toUnixTimestamp(toStartOfHour(minute)) AS hour FROM traffic_minute WHERE minute >= toDateTime(${from}, 'UTC') AND minute < toDateTime(${until}, 'UTC') ORDER BY hour`,
      settings: { max_threads: 1 },
    })
    for (const [hour] of found.rows) {
      for (const rollup of ROLLUPS) await engine.write({ sql: closeHour(rollup, Number(hour), `hour:${rollup.name}:${Number(hour)}:${until}`) })
    }
    await engine.write({ sql: `INSERT INTO closed_hours SETTINGS async_insert = 0 VALUES (${until}, ${until})` })
    closedUntil = until
  }

  const overUntil = (newestMs: number): number => Math.floor((Math.floor(newestMs / 1000) - LAG_SECONDS) / HOUR) * HOUR

  return {
    get closedUntil() {
      return closedUntil
    },

    async resume() {
      const { rows } = await engine.write({ sql: 'SELECT toUnixTimestamp(max(closed_until)), toUnixTimestamp(max(opened_until)), count() FROM closed_hours' })
      const [closed, opened, count] = (rows[0] ?? []).map(Number)
      // The views compare with the newest row, so there must be one.
      if (count === 0) await engine.write({ sql: 'INSERT INTO closed_hours SETTINGS async_insert = 0 VALUES (0, 0)' })
      closedUntil = closed ?? 0
      if (opened !== undefined && opened > closedUntil) await close(opened)
    },

    isDue: newestMs => overUntil(newestMs) > closedUntil,

    async closeEnded(newestMs) {
      const until = overUntil(newestMs)
      if (until <= closedUntil) return
      await engine.write({ sql: `INSERT INTO closed_hours SETTINGS async_insert = 0 VALUES (${closedUntil}, ${until})` })
      await close(until)
    },
  }
}
