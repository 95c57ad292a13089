/** People who may use FlowLens. */
import type { DatabaseSync } from 'node:sqlite'

/** From least to most; each role may do what the one before may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

export interface UserRecord {
  readonly id: number
  readonly name: string
  readonly role: Role
  /** A filter every query of this user is limited to; empty for none. */
  readonly scope: string
  readonly passwordHash: string
  readonly disabled: boolean
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly lastLoginAt: number | null
}

export interface Users {
  count(): number
  list(): UserRecord[]
  byId(id: number): UserRecord | undefined
  /** Names are compared without case (ASCII). */
  byName(name: string): UserRecord | undefined
  /** The caller has checked that the name is free. */
  add(user: Pick<UserRecord, 'name' | 'role' | 'scope' | 'passwordHash' | 'createdAt'>): UserRecord
  update(id: number, change: Partial<Pick<UserRecord, 'role' | 'scope' | 'passwordHash' | 'disabled' | 'lastLoginAt'>>): void
  /** Sessions, keys and views of the user go with it. */
  remove(id: number): void
  /** Admins that are not disabled; there must always be one. */
  activeAdmins(): number
}

interface Row {
  id: number
  name: string
  role: Role
  scope: string
  password_hash: string
  disabled: number
  created_at: number
  last_login_at: number | null
}

const record = (row: Row): UserRecord => ({
  id: row.id,
  name: row.name,
  role: row.role,
  scope: row.scope,
  passwordHash: row.password_hash,
  disabled: row.disabled === 1,
  createdAt: row.created_at,
  lastLoginAt: row.last_login_at,
})

export function createUsers(open: () => DatabaseSync): Users {
  const one = (where: string, value: string | number): UserRecord | undefined => {
    const row = open().prepare(`SELECT * FROM users WHERE ${where}`).get(value) as Row | undefined
    return row === undefined ? undefined : record(row)
  }
  const number = (sql: string): number => (open().prepare(sql).get() as { n: number }).n
  return {
    count: () => number('SELECT count(*) AS n FROM users'),
    list: () => (open().prepare('SELECT * FROM users ORDER BY name').all() as unknown as Row[]).map(record),
    byId: id => one('id = ?', id),
    byName: name => one('name = ?', name),
    add(user) {
      const row = open()
        .prepare('INSERT INTO users (name, role, scope, password_hash, created_at) VALUES (?, ?, ?, ?, ?) RETURNING *')
        .get(user.name, user.role, user.scope, user.passwordHash, user.createdAt) as unknown as Row
      return record(row)
    },
    update(id, change) {
      open()
        .prepare(`UPDATE users SET role = coalesce(?, role), scope = coalesce(?, scope), password_hash = coalesce(?, password_hash),
        disabled = coalesce(?, disabled), last_login_at = coalesce(?, last_login_at) WHERE id = ?`)
        .run(
          change.role ?? null,
          change.scope ?? null,
          change.passwordHash ?? null,
          change.disabled === undefined ? null : Number(change.disabled),
          change.lastLoginAt ?? null,
          id,
        )
    },
    remove(id) {
      open().prepare('DELETE FROM users WHERE id = ?').run(id)
    },
    activeAdmins: () => number("SELECT count(*) AS n FROM users WHERE role = 'admin' AND disabled = 0"),
  }
}
