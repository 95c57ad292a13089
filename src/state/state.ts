/** The state file: opened, brought to the newest migration, handed out as repositories. */
import { existsSync, mkdirSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FlowLensError } from '../schema/index.ts'
import { createAuditLog, type AuditLog } from './audit.ts'
import { createKeys, type Keys } from './keys.ts'
import { MIGRATIONS, type Migration } from './migrations.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createUsers, type Users } from './users.ts'
import { createViews, type Views } from './views.ts'

export interface State {
  /** Opens and migrates the file. Throws FL_STATE_OPEN, FL_STATE_MIGRATION. */
  start(): void
  stop(): void
  readonly users: Users
  readonly sessions: Sessions
  readonly keys: Keys
  readonly audit: AuditLog
  readonly views: Views
}

function migrate(db: DatabaseSync, file: string, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.version ?? 0
  const current = Number((db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version)
  if (current > newest)
    throw new FlowLensError('FL_STATE_MIGRATION', `${file} is of state version ${current}; this FlowLens knows ${newest}`, { context: { current, newest } })
  if (current === newest) return
  if (current > 0) db.prepare('VACUUM INTO ?').run(`${file}.v${current}.${process.pid}-${process.hrtime.bigint()}.backup`)
  for (const { version, name, sql } of migrations) {
    if (version <= current) continue
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(sql)
      db.exec(`PRAGMA user_version = ${version}`)
      db.exec('COMMIT')
    } catch (cause) {
      db.exec('ROLLBACK')
      throw new FlowLensError('FL_STATE_OPEN', `migration ${version} (${name}) of ${file} failed; the file is as it was`, { cause })
    }
  }
}

/** Makes the state of a data directory. `deps.migrations` is for tests. */
export function createState(config: { readonly dataDir: string }, deps: { readonly migrations?: readonly Migration[] } = {}): State {
  const directory = join(config.dataDir, 'state')
  const file = join(directory, 'flowlens.sqlite')
  let db: DatabaseSync | undefined
  const open = (): DatabaseSync => {
    if (db === undefined) throw new Error('the state is not started')
    return db
  }
  return {
    start() {
      if (db !== undefined) return
      let opened: DatabaseSync | undefined
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 })
        const fresh = !existsSync(file)
        opened = new DatabaseSync(file, { timeout: 5000 })
        if (fresh) chmodSync(file, 0o600)
        // FULL: a key that was taken back must not come back after a power cut.
        opened.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
        migrate(opened, file, deps.migrations ?? MIGRATIONS)
        db = opened
      } catch (cause) {
        opened?.close()
        if (cause instanceof FlowLensError) throw cause
        throw new FlowLensError('FL_STATE_OPEN', `cannot open ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
      }
    },
    stop() {
      db?.close()
      db = undefined
    },
    users: createUsers(open),
    sessions: createSessions(open),
    keys: createKeys(open),
    audit: createAuditLog(open),
    views: createViews(open),
  }
}
