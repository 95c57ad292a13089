/**
 * Who did what, as a chain: the hash of an entry covers the hash of the one before, so that a change, an insertion or a removal
 * breaks it (ASVS 16.2). A removal at the end shows by SQLite's own record of the highest number given. Whoever can rewrite the
 * whole file can forge the whole chain: the head also stands in the log of each entry, away from this file.
 */
import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

export interface AuditEntry {
  /** Milliseconds since 1970. */
  readonly at: number
  /** `user:name`, `key:name`, `anonymous` or `system`. */
  readonly actor: string
  /** What was done, noun.verb: `session.create`, `key.delete`. */
  readonly action: string
  readonly target: string
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
  readonly address: string
}

export interface AuditRecord extends AuditEntry {
  readonly seq: number
  readonly hash: string
}

export interface AuditLog {
  append(entry: AuditEntry): AuditRecord
  /** The newest first; `before` is the `seq` to go on from. */
  list(limit: number, before?: number): AuditRecord[]
  /** Whether the chain is whole; else the first entry that does not fit and why. */
  verify(): { readonly ok: true; readonly entries: number } | { readonly ok: false; readonly seq: number; readonly reason: string }
}

interface Row {
  seq: number
  at: number
  actor: string
  action: string
  target: string
  detail: string
  address: string
  previous: string
  hash: string
}

const START = '0'.repeat(64)

const hashOf = (row: Omit<Row, 'hash'>): string =>
  createHash('sha256')
    .update(JSON.stringify([row.seq, row.at, row.actor, row.action, row.target, row.detail, row.address, row.previous]))
    .digest('hex')

const record = (row: Row): AuditRecord => ({
  seq: row.seq,
  at: row.at,
  actor: row.actor,
  action: row.action,
  target: row.target,
  detail: JSON.parse(row.detail) as AuditEntry['detail'],
  address: row.address,
  hash: row.hash,
})

export function createAuditLog(open: () => DatabaseSync): AuditLog {
  const highest = (): number => (open().prepare("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0) AS n").get() as { n: number }).n
  return {
    append(entry) {
      const db = open()
      db.exec('BEGIN IMMEDIATE')
      try {
        const last = db.prepare('SELECT hash FROM audit ORDER BY seq DESC LIMIT 1').get() as { hash: string } | undefined
        const unsigned = { ...entry, seq: highest() + 1, detail: JSON.stringify(entry.detail), previous: last?.hash ?? START }
        const row: Row = { ...unsigned, hash: hashOf(unsigned) }
        db.prepare('INSERT INTO audit (seq, at, actor, action, target, detail, address, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
          row.seq,
          row.at,
          row.actor,
          row.action,
          row.target,
          row.detail,
          row.address,
          row.previous,
          row.hash,
        )
        db.exec('COMMIT')
        return record(row)
      } catch (error) {
        db.exec('ROLLBACK')
        throw error
      }
    },

    list: (limit, before) =>
      (
        open()
          .prepare('SELECT * FROM audit WHERE ?1 IS NULL OR seq < ?1 ORDER BY seq DESC LIMIT ?2')
          .all(before ?? null, limit) as unknown as Row[]
      ).map(record),

    verify() {
      let expected = 1
      let previous = START
      for (const row of open().prepare('SELECT * FROM audit ORDER BY seq').iterate() as unknown as Iterable<Row>) {
        if (row.seq !== expected) return { ok: false, seq: expected, reason: 'entry is missing' }
        if (row.previous !== previous) return { ok: false, seq: row.seq, reason: 'entry does not follow the one before' }
        if (row.hash !== hashOf(row)) return { ok: false, seq: row.seq, reason: 'entry was changed' }
        previous = row.hash
        expected++
      }
      if (expected !== highest() + 1) return { ok: false, seq: expected, reason: 'entry is missing' }
      return { ok: true, entries: expected - 1 }
    },
  }
}
