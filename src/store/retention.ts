/** What is kept how long: whole days are dropped, and how far a table reaches back is remembered. */
import { statfsSync } from 'node:fs'
import type { Log, StoreSizes } from '../telemetry/index.ts'
import { COUNTERS_TABLE } from './counters.ts'
import { QUALITY_ROLLUPS } from './quality-rollups.ts'
import { ROLLUPS } from './rollups.ts'
import type { Engine } from './engine.ts'

export interface Retention {
  readonly rawHours: number
  readonly minuteDays: number
  readonly hourDays: number
  readonly maxGB?: number | undefined
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const GB = 1000 ** 3

export interface Keeper {
  /** Until when rows of a table were dropped, ms since 1970; 0 when none were. */
  droppedUntil(table: string): number
  /** Reads what was dropped before. */
  resume(): Promise<void>
  /** Drops the days that are over their time, then the oldest while the store is over its size. */
  expire(): Promise<void>
  sizes(): Promise<StoreSizes>
}

interface Day {
  readonly table: string
  readonly partition: string
  readonly start: number
  readonly bytes: number
}

export function createKeeper(path: string, retention: Retention, engine: Engine, deps: { readonly log: Log; readonly now: () => number }): Keeper {
  const dropped = new Map<string, number>()
  const keepMs = new Map<string, number>([
    ['flows', retention.rawHours * HOUR_MS],
    [COUNTERS_TABLE, retention.minuteDays * DAY_MS],
    ...[...ROLLUPS, ...QUALITY_ROLLUPS].flatMap((rollup): [string, number][] => [
      [`${rollup.name}_minute`, retention.minuteDays * DAY_MS],
      [`${rollup.name}_hour`, retention.hourDays * DAY_MS],
    ]),
  ])

  async function days(): Promise<Day[]> {
    const { rows } = await engine.ask({
      sql: `SELECT table, partition, toUnixTimestamp(toDateTime(partition, 'UTC')), sum(bytes_on_disk) FROM system.parts
      WHERE active AND database = currentDatabase() AND partition LIKE '____-__-__' GROUP BY table, partition ORDER BY partition, table`,
    })
    return rows.map(([table, partition, start, bytes]) => ({
      table: String(table),
      partition: String(partition),
      start: Number(start) * 1000,
      bytes: Number(bytes),
    }))
  }

  async function drop(day: Day, why: string): Promise<void> {
    const until = day.start + DAY_MS
    await engine.write({ sql: `INSERT INTO dropped SETTINGS async_insert = 0 VALUES ('${day.table}', ${until / 1000})` })
    dropped.set(day.table, Math.max(dropped.get(day.table) ?? 0, until))
    await engine.write({ sql: `ALTER TABLE ${day.table} DROP PARTITION '${day.partition}'` })
    deps.log.info('a day of the flow store was dropped', { table: day.table, day: day.partition, bytes: day.bytes, why })
  }

  return {
    droppedUntil: table => dropped.get(table) ?? 0,

    async resume() {
      const { rows } = await engine.write({ sql: 'SELECT name, toUnixTimestamp(max(dropped_until)) FROM dropped GROUP BY name' })
      for (const [name, until] of rows) dropped.set(String(name), Number(until) * 1000)
    },

    async expire() {
      const now = deps.now()
      let kept: Day[] = []
      for (const day of await days()) {
        if (day.start + DAY_MS <= now - (keepMs.get(day.table) ?? Infinity)) await drop(day, 'age')
        else kept.push(day)
      }
      if (retention.maxGB === undefined) return
      let bytes = kept.reduce((sum, day) => sum + day.bytes, 0)
      // Raw rows go first: they weigh the most, and the roll-ups still answer for their time. The day that is being written stays, and one
      // that ended just now, until the roll-ups of quality are made of it.
      kept = [...kept.filter(day => day.table === 'flows'), ...kept.filter(day => day.table !== 'flows')].filter(day => day.start + DAY_MS + HOUR_MS <= now)
      for (const day of kept) {
        if (bytes <= retention.maxGB * GB) return
        await drop(day, 'size')
        bytes -= day.bytes
      }
    },

    async sizes() {
      const { rows } = await engine.ask({
        sql: "SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase() AND table NOT IN ('store_version', 'closed_hours', 'closed_quality', 'dropped') GROUP BY table ORDER BY table",
      })
      const oldest = await engine.ask({ sql: 'SELECT toUnixTimestamp64Milli(min(received_at)), count() FROM flows' })
      const [first, count] = oldest.rows[0] ?? []
      const disk = statfsSync(path)
      return {
        tables: rows.map(([name, count, bytes]) => ({ name: String(name), rows: Number(count), bytes: Number(bytes) })),
        oldest_at: Number(count ?? 0) === 0 ? null : Number(first),
        disk_free_bytes: disk.bavail * disk.bsize,
      }
    },
  }
}
