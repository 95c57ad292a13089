/** Numbered steps from one version of the tables to the next, and the columns that came since. */
import { FlowLensError, STORED_COLUMNS } from '../schema/index.ts'
import { countersTable } from './counters.ts'
import { aliasDeclaration, flowsTable, isStarting, storedDeclaration, TABLE_SETTINGS } from './tables.ts'
import { closedQualityTable, lateQualityViews, QUALITY_ROLLUPS, qualityDeclaration } from './quality-rollups.ts'
import { ROLLUPS, hopsAdded, rollupDeclaration, rollupView, spreadDeclarations } from './rollups.ts'
import type { Engine } from './engine.ts'

/** Each step can be repeated: it may have been cut short. The order is stored data: append only. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    flowsTable(),
    `CREATE TABLE IF NOT EXISTS closed_hours (closed_until DateTime('UTC'), opened_until DateTime('UTC')) ENGINE = MergeTree ORDER BY closed_until SETTINGS ${TABLE_SETTINGS.join(', ')}`,
    `CREATE TABLE IF NOT EXISTS dropped (name String, dropped_until DateTime('UTC')) ENGINE = MergeTree ORDER BY name SETTINGS ${TABLE_SETTINGS.join(', ')}`,
    ...spreadDeclarations(),
    ...ROLLUPS.flatMap(rollup => (['minute', 'hour'] as const).flatMap(resolution => [rollupDeclaration(rollup, resolution), rollupView(rollup, resolution)])),
  ],
  [countersTable()],
  hopsAdded(),
  [
    closedQualityTable(),
    ...QUALITY_ROLLUPS.flatMap(rollup => (['minute', 'hour'] as const).map(resolution => qualityDeclaration(rollup, resolution))),
    ...lateQualityViews(),
  ],
]

export const STORE_VERSION = MIGRATIONS.length

/**
 * Brings the tables to this version and gives the names of the columns that lie on disk. Throws FL_STORE_MIGRATION when the
 * store is newer than this program, before anything is changed.
 */
export async function migrate(engine: Engine): Promise<Set<string>> {
  await engine.write({
    sql: `CREATE TABLE IF NOT EXISTS store_version (version UInt32, made_at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY version SETTINGS ${TABLE_SETTINGS.join(', ')}`,
  })
  const found = Number((await engine.write({ sql: 'SELECT max(version) FROM store_version' })).rows[0]?.[0] ?? 0)
  if (found > STORE_VERSION) {
    throw new FlowLensError('FL_STORE_MIGRATION', `the flow store has version ${found}, this program knows ${STORE_VERSION}`, {
      context: { found, known: STORE_VERSION },
    })
  }
  for (let version = found; version < STORE_VERSION; version++) {
    for (const sql of MIGRATIONS[version] ?? []) await engine.write({ sql })
    await engine.write({ sql: `INSERT INTO store_version SETTINGS async_insert = 0 VALUES (${version + 1}, now64(3))` })
  }
  return await addColumns(engine)
}

async function addColumns(engine: Engine): Promise<Set<string>> {
  const { rows } = await engine.write({ sql: "SELECT name, default_kind FROM system.columns WHERE database = currentDatabase() AND table = 'flows'" })
  const kinds = new Map(rows.map(([name, kind]) => [String(name), String(kind)]))
  for (const column of STORED_COLUMNS) {
    if (kinds.has(column.name)) continue
    await engine.write({ sql: `ALTER TABLE flows ADD COLUMN ${isStarting(column) ? storedDeclaration(column) : aliasDeclaration(column)}` })
    kinds.set(column.name, isStarting(column) ? '' : 'ALIAS')
  }
  return new Set([...kinds].filter(([, kind]) => kind === '').map(([name]) => name))
}
