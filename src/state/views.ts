/** Saved views: a name for an address of the console, private or shared with everyone. */
import type { DatabaseSync } from 'node:sqlite'

export interface ViewRecord {
  readonly id: number
  readonly userId: number
  readonly owner: string
  readonly name: string
  /** Path and query string of the console, readable as in the address bar. */
  readonly address: string
  readonly shared: boolean
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface Views {
  /** The user's own and what others share. */
  list(userId: number): ViewRecord[]
  byId(id: number): ViewRecord | undefined
  /** Saves under a name; the user's view of that name is replaced. */
  save(view: Pick<ViewRecord, 'userId' | 'name' | 'address' | 'shared' | 'createdAt'>): ViewRecord
  remove(id: number): void
}

interface Row {
  id: number
  user_id: number
  owner: string
  name: string
  address: string
  shared: number
  created_at: number
}

const record = (row: Row): ViewRecord => ({
  id: row.id,
  userId: row.user_id,
  owner: row.owner,
  name: row.name,
  address: row.address,
  shared: row.shared === 1,
  createdAt: row.created_at,
})
const SELECT = 'SELECT views.*, users.name AS owner FROM views JOIN users ON users.id = views.user_id'

export function createViews(open: () => DatabaseSync): Views {
  return {
    list: userId =>
      (open().prepare(`${SELECT} WHERE views.user_id = ? OR views.shared = 1 ORDER BY views.name, views.id`).all(userId) as unknown as Row[]).map(record),
    byId(id) {
      const row = open().prepare(`${SELECT} WHERE views.id = ?`).get(id) as Row | undefined
      return row === undefined ? undefined : record(row)
    },
    save(view) {
      open()
        .prepare(`INSERT INTO views (user_id, name, address, shared, created_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (user_id, name) DO UPDATE SET address = excluded.address, shared = excluded.shared`)
        .run(view.userId, view.name, view.address, Number(view.shared), view.createdAt)
      return record(open().prepare(`${SELECT} WHERE views.user_id = ? AND views.name = ?`).get(view.userId, view.name) as unknown as Row)
    },
    remove(id) {
      open().prepare('DELETE FROM views WHERE id = ?').run(id)
    },
  }
}
