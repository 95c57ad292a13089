/** The doors: sign-in, session, API key. */
import { randomInt } from 'node:crypto'
import { FlowLensError, toError } from '../schema/index.ts'
import type { State, UserRecord } from '../state/index.ts'
import type { Log } from '../telemetry/index.ts'
import { createAdminister, hashSecret, KEY_PREFIX, randomSecret, type Administer, type Audit, type Guess } from './administer.ts'
import { verifyPassword } from './passwords.ts'
import { ANONYMOUS, lesser, SYSTEM, type Principal } from './principal.ts'
import { createThrottle } from './throttle.ts'

export interface AccessConfig {
  /** A session ends after this long, used or not. */
  readonly sessionHours: number
  /** Password of the first admin; a random one is made when absent. */
  readonly adminPassword?: string
}

export interface AccessDeps {
  readonly state: State
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface Access extends Administer {
  /** Makes the first admin when there is no user yet. Throws FL_ACCESS_PASSWORD for an unfit `adminPassword`. */
  start(): Promise<void>
  stop(): void
  /** Name and password of an admin this start made with a random password, once; null after that and in every other case. */
  takeFirstAdmin(): { readonly name: string; readonly password: string } | null
  /**
   * Signs in. Throws FL_ACCESS_LOGIN with one text for every cause, FL_ACCESS_THROTTLED with `context.retry_after_s`.
   * The token is what the cookie holds.
   */
  login(
    name: string,
    password: string,
    from: { readonly address: string; readonly userAgent: string },
  ): Promise<{ readonly token: string; readonly principal: Principal }>
  logout(principal: Principal, address: string): void
  /** Who holds this session token; ANONYMOUS for one that is unknown, idle or over. Counts as use. */
  bySession(token: string): Principal
  /** Who holds this API key. Throws FL_ACCESS_UNAUTHENTICATED for one that is unknown, expired or taken back. */
  byKey(secret: string): Principal
  /** The principal as of now, ANONYMOUS when its session or key has ended meanwhile; for streams that stay open. Counts as use. */
  renew(principal: Principal): Principal
  readonly audit: State['audit']
}

export const IDLE_MS = 30 * 60_000

/** Use is written down at most this often: each write is a sync of the disk. */
const TOUCH_MS = 60_000
const SWEEP_MS = 10 * 60_000

const ADMIN = 'admin'
/** No look-alikes, so that it can be typed from a screen: 20 of 32 characters are 100 bits. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'
const randomPassword = (): string => Array.from({ length: 4 }, () => Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')).join('-')

/** Makes the access of a process; inert until started. */
export function createAccess(config: AccessConfig, deps: AccessDeps): Access {
  const { state, now } = deps
  const log = deps.log.child({ room: 'access' })
  const throttle = createThrottle({ now })
  const lifeMs = config.sessionHours * 3_600_000
  let firstAdmin: { readonly name: string; readonly password: string } | null = null
  let sweeper: NodeJS.Timeout | undefined

  const audit: Audit = (by, address, action, target, detail = {}) => {
    const record = state.audit.append({ at: now(), actor: by.actor, action, target, detail, address })
    log.info('audit', { seq: record.seq, actor: by.actor, action, target, address, hash: record.hash })
  }
  /** Writes what only keeps the books of sessions and keys: a full disk that takes no note turns nobody away. */
  const note = (what: string, write: () => void): void => {
    try {
      write()
    } catch (thrown) {
      log.warn(`cannot note ${what}`, { error: toError(thrown).message })
    }
  }
  /** One try of a password. Counted as failed before the slow hash, or a burst of parallel guesses would all pass the check. */
  const guess: Guess = async (name, address, password, stored) => {
    const wait = throttle.waitMs(name, address)
    if (wait > 0) throw new FlowLensError('FL_ACCESS_THROTTLED', 'too many tries, wait a little', { context: { retry_after_s: Math.ceil(wait / 1000) } })
    throttle.failed(name, address)
    const fits = await verifyPassword(password, stored)
    if (fits) throttle.succeeded(name, address)
    return fits
  }
  const administer = createAdminister({ state, now, audit, guess })

  const ofUser = (user: UserRecord, tokenHash: string): Principal => ({
    kind: 'session',
    actor: `user:${user.name}`,
    userId: user.id,
    name: user.name,
    role: user.role,
    scope: user.scope,
    credential: tokenHash,
  })

  const byTokenHash = (tokenHash: string): Principal => {
    const session = state.sessions.byTokenHash(tokenHash)
    if (session === undefined) return ANONYMOUS
    const at = now()
    const user = state.users.byId(session.userId)
    if (user === undefined || user.disabled || at - session.createdAt >= lifeMs || at - session.lastUsedAt >= IDLE_MS) {
      note('an ended session', () => state.sessions.remove(tokenHash))
      return ANONYMOUS
    }
    if (at - session.lastUsedAt >= TOUCH_MS) note('the use of a session', () => state.sessions.touch(tokenHash, at))
    return ofUser(user, tokenHash)
  }

  const ofKey = (key: ReturnType<State['keys']['byId']>): Principal => {
    if (key === undefined || (key.expiresAt !== null && key.expiresAt <= now())) return ANONYMOUS
    const user = state.users.byId(key.userId)
    if (user === undefined || user.disabled) return ANONYMOUS
    if (now() - (key.lastUsedAt ?? 0) >= TOUCH_MS) note('the use of a key', () => state.keys.touch(key.id, now()))
    return {
      kind: 'key',
      actor: `key:${user.name}/${key.name}`,
      userId: user.id,
      name: user.name,
      role: lesser(key.role, user.role),
      scope: user.scope,
      credential: String(key.id),
    }
  }

  return {
    ...administer,
    audit: state.audit,

    async start() {
      if (state.users.count() === 0) {
        const password = config.adminPassword ?? randomPassword()
        await administer.addUser(SYSTEM, '', { name: ADMIN, role: 'admin', password })
        if (config.adminPassword === undefined) firstAdmin = { name: ADMIN, password }
      }
      const sweep = (): void => state.sessions.expire(now() - lifeMs, now() - IDLE_MS)
      sweep()
      sweeper = setInterval(sweep, SWEEP_MS).unref()
    },

    stop() {
      clearInterval(sweeper)
    },

    takeFirstAdmin() {
      const taken = firstAdmin
      firstAdmin = null
      return taken
    },

    async login(name, password, { address, userAgent }) {
      const user = state.users.byName(name)
      const fits = await guess(name, address, password, user?.passwordHash)
      if (!fits || user === undefined || user.disabled) {
        // A name that is no user's may be a password typed into the wrong field; it is not written down.
        audit(ANONYMOUS, address, 'session.refuse', user?.name ?? '')
        throw new FlowLensError('FL_ACCESS_LOGIN', 'name or password is wrong')
      }
      const token = randomSecret()
      const at = now()
      const principal = ofUser(user, hashSecret(token))
      state.sessions.add({ tokenHash: principal.credential, userId: user.id, createdAt: at, lastUsedAt: at, address, userAgent: userAgent.slice(0, 200) })
      state.users.update(user.id, { lastLoginAt: at })
      audit(principal, address, 'session.create', user.name)
      return { token, principal }
    },

    logout(principal, address) {
      if (principal.kind !== 'session') return
      state.sessions.remove(principal.credential)
      audit(principal, address, 'session.delete', principal.name)
    },

    bySession: token => byTokenHash(hashSecret(token)),

    byKey(secret) {
      const principal = secret.startsWith(KEY_PREFIX) ? ofKey(state.keys.bySecretHash(hashSecret(secret))) : ANONYMOUS
      if (principal.kind === 'anonymous') throw new FlowLensError('FL_ACCESS_UNAUTHENTICATED', 'the API key is unknown, expired or was taken back')
      return principal
    },

    renew(principal) {
      if (principal.kind === 'session') return byTokenHash(principal.credential)
      if (principal.kind === 'key') return ofKey(state.keys.byId(Number(principal.credential)))
      return principal
    },
  }
}
