/** Signing in, one's own account, keys, users, the audit log. */
import { Type } from 'typebox'
import type { Principal } from '../../access/index.ts'
import { FlowLensError } from '../../schema/index.ts'
import type { KeyRecord, UserRecord } from '../../state/index.ts'
import type { ApiDeps } from '../deps.ts'
import { cookieName } from '../guard.ts'
import { timeOf } from '../ranges.ts'
import { route, type Route } from '../route.ts'
import { input, keyAnswer, limit, meAnswer, NONE, role, time, userAnswer } from '../schemas.ts'

const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$', description: 'Letters, digits and . _ @ -' })
const keyName = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\x00-\\x1f\\x7f]+$' })
const password = Type.String({ minLength: 1, maxLength: 1024 })
const scope = Type.Optional(Type.String({ maxLength: 2000, description: 'Filter every query of this user is limited to; empty for none.' }))
const byName = input({ name })

const me = (principal: Principal) => ({ user: { name: principal.name, role: principal.role } })
const person = (user: UserRecord) => ({
  name: user.name,
  role: user.role,
  scope: user.scope,
  disabled: user.disabled,
  created_at: user.createdAt,
  last_login_at: user.lastLoginAt,
})
const apiKey = (key: KeyRecord, owner: string) => ({
  id: key.id,
  name: key.name,
  owner,
  role: key.role,
  hint: key.hint,
  created_at: key.createdAt,
  expires_at: key.expiresAt,
  last_used_at: key.lastUsedAt,
})

export function peopleRoutes(deps: ApiDeps, tls: boolean): Route[] {
  const { access } = deps
  // No Max-Age: the cookie goes with the browser; the server ends the session in any case.
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: tls } as const
  const checkScope = (filter: string | undefined): void => {
    if (filter !== undefined && filter !== '') deps.query.check(filter)
  }

  return [
    route(
      {
        method: 'POST',
        url: '/api/v1/session',
        access: 'public',
        tag: 'Access',
        params: NONE,
        query: NONE,
        answer: meAnswer,
        summary: 'Signs in and sets the session cookie.',
        body: input({ name: Type.String({ minLength: 1, maxLength: 200 }), password }),
      },
      async ({ body, principal, address, userAgent }, reply) => {
        try {
          const session = await access.login(body.name, body.password, { address, userAgent })
          // A session that was still open in this browser ends here: a token is never carried over a sign-in (ASVS 7.2.4).
          access.logout(principal, address)
          deps.metrics.count('flowlens_logins_total', { outcome: 'ok' })
          void reply.setCookie(cookieName(tls), session.token, cookie)
          return me(session.principal)
        } catch (error) {
          if (error instanceof FlowLensError)
            deps.metrics.count('flowlens_logins_total', { outcome: error.code === 'FL_ACCESS_THROTTLED' ? 'throttled' : 'refused' })
          throw error
        }
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/session',
        access: 'viewer',
        tag: 'Access',
        params: NONE,
        query: NONE,
        body: null,
        answer: meAnswer,
        summary: 'Who is signed in.',
      },
      ({ principal }) => me(principal),
    ),

    route(
      {
        method: 'DELETE',
        url: '/api/v1/session',
        access: 'viewer',
        sessionOnly: true,
        tag: 'Access',
        params: NONE,
        query: NONE,
        body: null,
        answer: Type.Null(),
        status: 204,
        summary: 'Signs out.',
      },
      ({ principal, address }, reply) => {
        access.logout(principal, address)
        void reply.clearCookie(cookieName(tls), cookie).header('clear-site-data', '"cache"')
        return null
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/me',
        access: 'viewer',
        tag: 'Access',
        params: NONE,
        query: NONE,
        body: null,
        summary: 'Who asks, with which rights, and what runs here.',
        answer: Type.Object({
          user: Type.Object({ name: Type.String(), role }),
          scope: Type.String(),
          by: Type.String({ description: 'session or key' }),
          version: Type.String(),
        }),
      },
      ({ principal }) => ({ ...me(principal), scope: principal.scope, by: principal.kind, version: deps.version }),
    ),

    route(
      {
        method: 'PATCH',
        url: '/api/v1/me',
        access: 'viewer',
        sessionOnly: true,
        tag: 'Access',
        params: NONE,
        query: NONE,
        answer: Type.Null(),
        status: 204,
        summary: 'Changes one’s own password; other sessions end.',
        body: input({ current_password: password, password }),
      },
      async ({ body, principal, address }) => {
        await access.changeOwnPassword(principal, address, body.current_password, body.password)
        return null
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/keys',
        access: 'viewer',
        tag: 'Access',
        params: NONE,
        query: NONE,
        body: null,
        summary: 'One’s own API keys; everyone’s for an admin.',
        answer: Type.Object({ keys: Type.Array(keyAnswer) }),
      },
      ({ principal }) => ({ keys: access.listKeys(principal).map(key => apiKey(key, key.owner)) }),
    ),

    route(
      {
        method: 'POST',
        url: '/api/v1/keys',
        access: 'viewer',
        sessionOnly: true,
        tag: 'Access',
        params: NONE,
        query: NONE,
        status: 201,
        summary: 'Makes an API key. The secret is shown this once.',
        body: input({ name: keyName, role, expires: Type.Optional(Type.Union([time('When it ends, as now+90d'), Type.Integer(), Type.Null()])) }),
        answer: Type.Object({ key: keyAnswer, secret: Type.String() }),
      },
      ({ body, principal, address }, reply) => {
        const expiresAt = body.expires === undefined || body.expires === null ? null : timeOf(String(body.expires), 'expires', deps.now())
        const { key, secret } = access.addKey(principal, address, { name: body.name, role: body.role, expiresAt })
        void reply.header('cache-control', 'no-store')
        return { key: apiKey(key, principal.name), secret }
      },
    ),

    route(
      {
        method: 'DELETE',
        url: '/api/v1/keys/:id',
        access: 'viewer',
        sessionOnly: true,
        tag: 'Access',
        query: NONE,
        body: null,
        answer: Type.Null(),
        status: 204,
        summary: 'Takes an API key back, at once.',
        params: input({ id: Type.Integer({ minimum: 1 }) }),
      },
      ({ params, principal, address }) => {
        access.removeKey(principal, address, params.id)
        return null
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/users',
        access: 'admin',
        tag: 'Access',
        params: NONE,
        query: NONE,
        body: null,
        summary: 'Everyone who may sign in.',
        answer: Type.Object({ users: Type.Array(userAnswer) }),
      },
      () => ({ users: access.listUsers().map(person) }),
    ),

    route(
      {
        method: 'POST',
        url: '/api/v1/users',
        access: 'admin',
        sessionOnly: true,
        tag: 'Access',
        params: NONE,
        query: NONE,
        status: 201,
        summary: 'Adds a user.',
        body: input({ name, role, password, scope }),
        answer: Type.Object({ user: userAnswer }),
      },
      async ({ body, principal, address }) => {
        checkScope(body.scope)
        return {
          user: person(await access.addUser(principal, address, { name: body.name, role: body.role, password: body.password, scope: body.scope ?? '' })),
        }
      },
    ),

    route(
      {
        method: 'PATCH',
        url: '/api/v1/users/:name',
        access: 'admin',
        sessionOnly: true,
        tag: 'Access',
        params: byName,
        query: NONE,
        summary: 'Changes a user; its sessions end.',
        body: input({ role: Type.Optional(role), password: Type.Optional(password), scope, disabled: Type.Optional(Type.Boolean()) }),
        answer: Type.Object({ user: userAnswer }),
      },
      async ({ params, body, principal, address }) => {
        checkScope(body.scope)
        return { user: person(await access.changeUser(principal, address, params.name, body)) }
      },
    ),

    route(
      {
        method: 'DELETE',
        url: '/api/v1/users/:name',
        access: 'admin',
        sessionOnly: true,
        tag: 'Access',
        params: byName,
        query: NONE,
        body: null,
        answer: Type.Null(),
        status: 204,
        summary: 'Removes a user with its sessions, keys and views.',
      },
      ({ params, principal, address }) => {
        access.removeUser(principal, address, params.name)
        return null
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/audit',
        access: 'admin',
        tag: 'Access',
        params: NONE,
        body: null,
        summary: 'Who changed what and who signed in, the newest first, and whether the chain of entries is whole.',
        query: input({
          limit: Type.Optional(limit(1000, 100)),
          before: Type.Optional(Type.Integer({ minimum: 1, description: 'Entries older than this `seq`.' })),
        }),
        answer: Type.Object({
          entries: Type.Array(
            Type.Object({
              seq: Type.Integer(),
              at: Type.Number(),
              actor: Type.String(),
              action: Type.String(),
              target: Type.String(),
              detail: Type.Record(Type.String(), Type.Unknown()),
              address: Type.String(),
              hash: Type.String(),
            }),
          ),
          chain: Type.Object({ ok: Type.Boolean() }, { additionalProperties: true }),
        }),
      },
      ({ query }) => ({ entries: access.audit.list(query.limit ?? 100, query.before), chain: access.audit.verify() }),
    ),
  ]
}
