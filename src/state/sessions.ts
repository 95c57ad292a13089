/** Signed-in browsers. The token itself is never stored, only its SHA-256: 256 random bits need no slow hash. */
import type { DatabaseSync } from 'node:sqlite'

export interface SessionRecord {
  readonly tokenHash: string
  readonly userId: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly lastUsedAt: number
  readonly address: string
  readonly userAgent: string
}

export interface Sessions {
  add(session: SessionRecord): void
  byTokenHash(tokenHash: string): SessionRecord | undefined
  touch(tokenHash: string, at: number): void
  remove(tokenHash: string): void
  /** Ends every session of a user, save one. */
  removeOfUser(userId: number, except?: string): void
  /** Takes out sessions made before `createdBefore` or not used since `usedBefore`. */
  expire(createdBefore: number, usedBefore: number): void
}

interface Row {
  token_hash: string
  user_id: number
  created_at: number
  last_used_at: number
  address: string
  user_agent: string
}

export function createSessions(open: () => DatabaseSync): Sessions {
  return {
    add(session) {
      open()
        .prepare('INSERT INTO sessions (token_hash, user_id, created_at, last_used_at, address, user_agent) VALUES (?, ?, ?, ?, ?, ?)')
        .run(session.tokenHash, session.userId, session.createdAt, session.lastUsedAt, session.address, session.userAgent)
    },
    byTokenHash(tokenHash) {
      const row = open().prepare('SELECT * FROM sessions WHERE token_hash = ?').get(tokenHash) as Row | undefined
      return row === undefined
        ? undefined
        : {
            tokenHash: row.token_hash,
            userId: row.user_id,
            createdAt: row.created_at,
            lastUsedAt: row.last_used_at,
            address: row.address,
            userAgent: row.user_agent,
          }
    },
    touch(tokenHash, at) {
      open().prepare('UPDATE sessions SET last_used_at = ? WHERE token_hash = ?').run(at, tokenHash)
    },
    remove(tokenHash) {
      open().prepare('DELETE FROM sessions WHERE token_hash = ?').run(tokenHash)
    },
    removeOfUser(userId, except = '') {
      open().prepare('DELETE FROM sessions WHERE user_id = ? AND token_hash <> ?').run(userId, except)
    },
    expire(createdBefore, usedBefore) {
      open().prepare('DELETE FROM sessions WHERE created_at < ? OR last_used_at < ?').run(createdBefore, usedBefore)
    },
  }
}
