/** Who asks, and whether the route lets them. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { allows, ANONYMOUS, type Access, type Principal } from '../access/index.ts'
import { FlowLensError } from '../schema/index.ts'
import type { RouteAccess } from './route.ts'

export interface RouteGuard {
  readonly access: RouteAccess
  readonly sessionOnly: boolean
  readonly wholeOnly: boolean
}

/** The cookie's name: `__Host-` binds it to this host and to HTTPS, so it can only be used where there is TLS (RFC 6265bis §4.1.3.2). */
export const cookieName = (tls: boolean): string => (tls ? '__Host-flowlens_session' : 'flowlens_session')

/** A bearer key, else the session cookie. A key that is no good is told apart from none: it never falls back to the cookie. */
export function identify(request: FastifyRequest, access: Access, tls: boolean): Principal | FlowLensError {
  const authorization = request.headers.authorization
  if (authorization !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
    if (token === undefined) return new FlowLensError('FL_ACCESS_UNAUTHENTICATED', 'the Authorization header holds no bearer token')
    try {
      return access.byKey(token)
    } catch (error) {
      if (error instanceof FlowLensError) return error
      throw error
    }
  }
  const cookie = request.cookies[cookieName(tls)]
  return cookie === undefined ? ANONYMOUS : access.bySession(cookie)
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const

/** Whether the request was made on this machine itself; one that a proxy here passed on was not. */
export const isLocal = (request: FastifyRequest): boolean => LOOPBACK.test(request.ip) && FORWARDED.every(name => request.headers[name] === undefined)

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined)

/**
 * Refuses a change that another site's page asks for (ASVS 3.5): with a cookie or without anything, the Origin must be this host; an
 * API key may also come from an origin of `http.cors`. Programs send no Origin; a browser that hides it says so in Sec-Fetch-Site.
 */
export function checkOrigin(request: FastifyRequest, principal: Principal, cors: readonly string[]): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
  const origin = request.headers.origin
  if (origin === undefined) {
    const site = request.headers['sec-fetch-site']
    if (site === undefined || site === 'same-origin' || site === 'none') return
    throw new FlowLensError('FL_ACCESS_ORIGIN', 'a page of another site asked for a change')
  }
  const host = hostOf(origin)
  if (host !== undefined && host === request.headers.host) return
  if (principal.kind === 'key' && cors.includes(origin)) return
  throw new FlowLensError('FL_ACCESS_ORIGIN', 'a page of another site asked for a change')
}

/** Whether the route lets this principal through. Throws FL_ACCESS_UNAUTHENTICATED or FL_ACCESS_DENIED. */
export function authorize(request: FastifyRequest, principal: Principal, guard: RouteGuard): void {
  const { access } = guard
  if (access === 'public') return
  if (access === 'metrics' && principal.kind === 'anonymous' && isLocal(request)) return
  if (principal.kind === 'anonymous') throw new FlowLensError('FL_ACCESS_UNAUTHENTICATED', 'nobody is signed in')
  if (!allows(principal, access === 'metrics' ? 'viewer' : access)) throw new FlowLensError('FL_ACCESS_DENIED', `this needs the role ${access}`)
  if (guard.sessionOnly && principal.kind !== 'session') throw new FlowLensError('FL_ACCESS_DENIED', 'this needs a person who is signed in, not an API key')
  if (guard.wholeOnly && principal.scope !== '') throw new FlowLensError('FL_ACCESS_DENIED', 'this shows all traffic, and you are limited to a part of it')
}

/** Refuses to start with a route that does not say who may use it. Only the answer to a browser's preflight is a plug-in's own. */
export function denyByDefault(app: FastifyInstance): void {
  app.addHook('onRoute', options => {
    if (options.method === 'OPTIONS' && options.url === '*')
      options.config = { ...options.config, guard: { access: 'public', sessionOnly: false, wholeOnly: false } }
    if (options.config?.guard === undefined) throw new Error(`route ${String(options.method)} ${options.url} does not say who may use it`)
  })
}
