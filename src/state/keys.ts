/** API keys. The secret is shown once and stored as its SHA-256 (256 random bits need no slow hash). */
import type { DatabaseSync } from 'node:sqlite'
import type { Role } from './users.ts'

export interface KeyRecord {
  readonly id: number
  readonly userId: number
  readonly name: string
  readonly role: Role
  readonly secretHash: string
  /** The first characters of the secret, to tell keys apart. */
  readonly hint: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
}

export interface Keys {
  /** All keys, or those of one user. */
  list(userId?: number): KeyRecord[]
  byId(id: number): KeyRecord | undefined
  bySecretHash(secretHash: string): KeyRecord | undefined
  /** Names are unique for a user; the caller has checked. */
  add(key: Omit<KeyRecord, 'id' | 'lastUsedAt'>): KeyRecord
  touch(id: number, at: number): void
  remove(id: number): void
}

interface Row {
  id: number
  user_id: number
  name: string
  role: Role
  secret_hash: string
  hint: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
}

const record = (row: Row): KeyRecord => ({
  id: row.id,
  userId: row.user_id,
  name: row.name,
  role: row.role,
  secretHash: row.secret_hash,
  hint: row.hint,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
})

export function createKeys(open: () => DatabaseSync): Keys {
  const one = (where: string, value: string | number): KeyRecord | undefined => {
    const row = open().prepare(`SELECT * FROM api_keys WHERE ${where}`).get(value) as Row | undefined
    return row === undefined ? undefined : record(row)
  }
  return {
    list: userId =>
      (
        open()
          .prepare('SELECT * FROM api_keys WHERE ?1 IS NULL OR user_id = ?1 ORDER BY id')
          .all(userId ?? null) as unknown as Row[]
      ).map(record),
    byId: id => one('id = ?', id),
    bySecretHash: secretHash => one('secret_hash = ?', secretHash),
    add(key) {
      const row = open()
        .prepare('INSERT INTO api_keys (user_id, name, role, secret_hash, hint, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *')
        .get(key.userId, key.name, key.role, key.secretHash, key.hint, key.createdAt, key.expiresAt) as unknown as Row
      return record(row)
    },
    touch(id, at) {
      open().prepare('UPDATE api_keys SET last_used_at = ? WHERE id = ?').run(at, id)
    },
    remove(id) {
      open().prepare('DELETE FROM api_keys WHERE id = ?').run(id)
    },
  }
}
