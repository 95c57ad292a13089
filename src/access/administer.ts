/** Changes of users and keys. Each is checked, written and audited in one place. */
import { createHash, randomBytes } from 'node:crypto'
import { FlowLensError } from '../schema/index.ts'
import type { AuditEntry, KeyRecord, Role, State, UserRecord } from '../state/index.ts'
import { checkPassword, hashPassword } from './passwords.ts'
import { isAtMost, type Principal } from './principal.ts'

export interface NewUser {
  readonly name: string
  readonly role: Role
  readonly password: string
  readonly scope?: string
}
export interface ChangeUser {
  readonly role?: Role
  readonly password?: string
  readonly scope?: string
  readonly disabled?: boolean
}
export interface NewKey {
  readonly name: string
  readonly role: Role
  readonly expiresAt: number | null
}

export type Audit = (by: Principal, address: string, action: string, target: string, detail?: AuditEntry['detail']) => void

/** Tries a password under the throttle; `stored` undefined is a user there is not. Throws FL_ACCESS_THROTTLED. */
export type Guess = (name: string, address: string, password: string, stored: string | undefined) => Promise<boolean>

export const KEY_PREFIX = 'flk_'

/** What is stored of a token or key. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** 256 random bits, 43 characters that need no quoting anywhere. */
export const randomSecret = (): string => randomBytes(32).toString('base64url')

const known = <T>(record: T | undefined, what: string): T => {
  if (record === undefined) throw new FlowLensError('FL_API_NOT_FOUND', `there is no ${what}`)
  return record
}

export interface Administer {
  listUsers(): readonly UserRecord[]
  /** FL_ACCESS_CONFLICT when the name is taken, FL_ACCESS_PASSWORD. */
  addUser(by: Principal, address: string, user: NewUser): Promise<UserRecord>
  /** Ends the user's sessions when role, scope or password change or the user is disabled. FL_API_NOT_FOUND, FL_ACCESS_CONFLICT for the last admin. */
  changeUser(by: Principal, address: string, name: string, change: ChangeUser): Promise<UserRecord>
  removeUser(by: Principal, address: string, name: string): void
  /** One's own password; other sessions of the user end. FL_ACCESS_LOGIN when the current one is wrong, FL_ACCESS_THROTTLED. */
  changeOwnPassword(by: Principal, address: string, current: string, next: string): Promise<void>
  /** The secret is given once, here. A key never has more rights than its owner. */
  addKey(by: Principal, address: string, key: NewKey): { readonly key: KeyRecord; readonly secret: string }
  /** One's own keys; an admin sees and takes back everyone's. */
  listKeys(by: Principal): readonly (KeyRecord & { readonly owner: string })[]
  removeKey(by: Principal, address: string, id: number): void
}

export function createAdminister(deps: { readonly state: State; readonly now: () => number; readonly audit: Audit; readonly guess: Guess }): Administer {
  const { state, now, audit, guess } = deps
  const user = (name: string): UserRecord => known(state.users.byName(name), `user ${name}`)
  const keepAnAdmin = (record: UserRecord): void => {
    if (record.role === 'admin' && !record.disabled && state.users.activeAdmins() <= 1)
      throw new FlowLensError('FL_ACCESS_CONFLICT', `${record.name} is the last admin`)
  }
  return {
    listUsers: () => state.users.list(),

    async addUser(by, address, { name, role, password, scope = '' }) {
      checkPassword(name, password)
      const passwordHash = await hashPassword(password)
      if (state.users.byName(name) !== undefined) throw new FlowLensError('FL_ACCESS_CONFLICT', `there is a user ${name} already`)
      const added = state.users.add({ name, role, scope, passwordHash, createdAt: now() })
      audit(by, address, 'user.create', name, { role, scope })
      return added
    },

    async changeUser(by, address, name, change) {
      if (change.password !== undefined) checkPassword(name, change.password)
      const passwordHash = change.password === undefined ? undefined : await hashPassword(change.password)
      const record = user(name)
      if ((change.role !== undefined && change.role !== 'admin') || change.disabled === true) keepAnAdmin(record)
      const { role, scope, disabled } = change
      state.users.update(record.id, {
        ...(role === undefined ? {} : { role }),
        ...(scope === undefined ? {} : { scope }),
        ...(disabled === undefined ? {} : { disabled }),
        ...(passwordHash === undefined ? {} : { passwordHash }),
      })
      state.sessions.removeOfUser(record.id, by.userId === record.id && by.kind === 'session' && disabled !== true ? by.credential : '')
      audit(by, address, 'user.change', record.name, {
        ...(role === undefined ? {} : { role }),
        ...(scope === undefined ? {} : { scope }),
        ...(disabled === undefined ? {} : { disabled }),
        ...(passwordHash === undefined ? {} : { password_changed: true }),
      })
      return user(name)
    },

    removeUser(by, address, name) {
      const record = user(name)
      keepAnAdmin(record)
      state.users.remove(record.id)
      audit(by, address, 'user.delete', record.name)
    },

    async changeOwnPassword(by, address, current, next) {
      const record = known(state.users.byId(by.userId), 'such user')
      checkPassword(record.name, next)
      if (!(await guess(record.name, address, current, record.passwordHash))) throw new FlowLensError('FL_ACCESS_LOGIN', 'the current password is wrong')
      state.users.update(record.id, { passwordHash: await hashPassword(next) })
      state.sessions.removeOfUser(record.id, by.credential)
      audit(by, address, 'user.change', record.name, { password_changed: true })
    },

    addKey(by, address, { name, role, expiresAt }) {
      if (by.role === null || !isAtMost(role, by.role)) throw new FlowLensError('FL_ACCESS_DENIED', `a key of yours cannot be ${role}`)
      if (expiresAt !== null && expiresAt <= now()) throw new FlowLensError('FL_API_INVALID', 'expires: the time has passed')
      if (state.keys.list(by.userId).some(key => key.name === name)) throw new FlowLensError('FL_ACCESS_CONFLICT', `you have a key ${name} already`)
      const secret = KEY_PREFIX + randomSecret()
      const key = state.keys.add({ userId: by.userId, name, role, secretHash: hashSecret(secret), hint: secret.slice(0, 8), createdAt: now(), expiresAt })
      audit(by, address, 'key.create', `${by.name}/${name}`, { role, expires_at: expiresAt })
      return { key, secret }
    },

    listKeys(by) {
      const names = new Map(state.users.list().map(record => [record.id, record.name]))
      return state.keys.list(by.role === 'admin' ? undefined : by.userId).map(key => ({ ...key, owner: names.get(key.userId) ?? '' }))
    },

    removeKey(by, address, id) {
      const key = state.keys.byId(id)
      // The key of someone else and no key at all answer alike.
      if (key === undefined || (key.userId !== by.userId && by.role !== 'admin')) throw new FlowLensError('FL_API_NOT_FOUND', `there is no key ${id}`)
      state.keys.remove(id)
      audit(by, address, 'key.delete', `${state.users.byId(key.userId)?.name ?? ''}/${key.name}`)
    },
  }
}
