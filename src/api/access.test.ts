/** Every route for everybody: who gets in, and how the others are turned away. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify, type InjectOptions } from 'fastify'
import { isAtMost } from '../access/index.ts'
import type { Role } from '../state/index.ts'
import { routesOf } from './api.ts'
import { createConsole } from './console.ts'
import { testApp, type TestApp } from './fixtures/app.ts'
import type { Route } from './route.ts'

const BODIES: Readonly<Record<string, object>> = {
  'POST /api/v1/query': { by: ['src'] },
  'POST /api/v1/filter/check': { filter: 'src = 10.0.0.1' },
  'POST /api/v1/session': { name: 'nobody', password: 'wrong' },
  'PATCH /api/v1/me': { current_password: 'wrong', password: 'a new password' },
  'POST /api/v1/keys': { name: 'made', role: 'viewer' },
  'POST /api/v1/users': { name: 'made', role: 'viewer', password: 'a new password' },
  'PATCH /api/v1/users/:name': { role: 'viewer' },
  'POST /api/v1/views': { name: 'made', address: '/explore?by=src' },
}

const tableOf = (t: TestApp): Route[] => routesOf(t.deps, createConsole(t.deps.webDirectory), t.streams, false, () => ({}))
const name = (route: Route): string => `${route.method} ${route.url}`
const call = (route: Route): InjectOptions => ({
  method: route.method,
  url: route.url.replace(':id', '7').replace(':name', 'nobody').replace('*', 'start'),
  ...(BODIES[name(route)] === undefined ? {} : { payload: BODIES[name(route)] }),
})

/** What the guard decided: the codes of refusal, or nothing when the route itself answered. */
function refusal(status: number, body: string): string | null {
  const code = status === 401 || status === 403 ? (JSON.parse(body) as { error: { code: string } }).error.code : null
  return code === 'FL_ACCESS_LOGIN' ? null : code
}

test('every route × anonymous, viewer, operator, admin, read-only key, admin key, expired key, made-up key', async () => {
  await using t = await testApp()
  const remote = '192.0.2.50'
  const expiring = t.key('admin', { expiresAt: t.clock.now + 1000 })
  t.clock.now += 1000
  const callers: readonly (readonly [who: string, headers: Record<string, string>, role: Role | null, kind: 'none' | 'session' | 'key' | 'bad'])[] = [
    ['anonymous', {}, null, 'none'],
    ['viewer', {}, 'viewer', 'session'],
    ['operator', {}, 'operator', 'session'],
    ['admin', {}, 'admin', 'session'],
    ['read-only key of an admin', t.key('admin', { keyRole: 'viewer' }), 'viewer', 'key'],
    ['admin key', t.key('admin'), 'admin', 'key'],
    ['expired key', expiring, null, 'bad'],
    ['made-up key', { authorization: `Bearer flk_${'x'.repeat(43)}` }, null, 'bad'],
    ['basic login', { authorization: 'Basic YWRtaW46YWRtaW4=' }, null, 'bad'],
  ]
  let checked = 0
  for (const route of tableOf(t)) {
    if (route.url === '/api/v1/live') continue // its answer does not end; live.test.ts
    for (const [who, given, role, kind] of callers) {
      const headers = kind === 'session' && role !== null ? t.session(role) : given
      const answer = await t.app.inject({ ...call(route), headers, remoteAddress: remote })
      const needed = route.access === 'metrics' ? 'viewer' : route.access
      const expected =
        needed === 'public'
          ? null
          : role === null
            ? 'FL_ACCESS_UNAUTHENTICATED'
            : !isAtMost(needed, role) || (route.sessionOnly === true && kind === 'key')
              ? 'FL_ACCESS_DENIED'
              : null
      assert.equal(refusal(answer.statusCode, answer.body), expected, `${name(route)} for ${who}: ${answer.statusCode} ${answer.body}`)
      assert.ok(answer.statusCode < 500, `${name(route)} for ${who}: ${answer.statusCode} ${answer.body}`)
      checked++
    }
  }
  assert.ok(checked > 250, String(checked))
})

test('the live stream turns away who has no role', async () => {
  await using t = await testApp()
  assert.equal((await t.app.inject('/api/v1/live')).statusCode, 401)
})

test('every route of the server is in the table, and the other way round', async () => {
  await using t = await testApp()
  const table = tableOf(t)
  for (const route of table) assert.ok(t.app.hasRoute({ method: route.method, url: route.url }), name(route))
  const printed = t.app.printRoutes()
  const served = printed
    .split('\n')
    .flatMap(line => /\(([A-Z, ]+)\)/.exec(line)?.[1]?.split(', ') ?? [])
    .filter(method => method !== 'HEAD' && method !== 'OPTIONS')
  assert.equal(served.length, table.length, printed)
})

test('a route that does not say who may use it stops the start', async () => {
  await using t = await testApp()
  const app = fastify()
  // The same hook the server uses, on a server that is still open for routes.
  const { denyByDefault } = await import('./guard.ts')
  denyByDefault(app)
  assert.throws(() => app.get('/forgotten', () => 'open to all'), /does not say who may use it/)
  assert.ok(t.app)
})

test('no route changes anything on GET', async () => {
  await using t = await testApp()
  for (const route of tableOf(t)) if (route.method === 'GET') assert.equal(route.body, null, name(route))
})

test('who is limited to a part of the traffic: every question carries the limit, figures of the whole are refused', async () => {
  await using t = await testApp()
  const headers = t.session('viewer', 'exporter = 192.0.2.1 # mine')
  for (const route of tableOf(t)) {
    if (route.tag !== 'Explore' && route.tag !== 'Traffic' && route.tag !== 'Flows') continue
    const before = t.engine.asked.length + t.engine.askedFlows.length
    const joint = route.method === 'GET' && route.url !== '/api/v1/flows/:id' ? '?filter=src%20%3D%2010.0.0.1' : ''
    const answer = await t.app.inject({ ...call(route), url: `${String(call(route).url)}${joint}`, headers })
    if (route.wholeOnly === true) {
      assert.equal(answer.statusCode, 403, name(route))
      continue
    }
    const asked = [...t.engine.asked, ...t.engine.askedFlows].slice(-(t.engine.asked.length + t.engine.askedFlows.length - before))
    if (route.url !== '/api/v1/flows/:id') assert.ok(asked.length > 0, name(route))
    for (const { filter } of asked)
      assert.ok(filter.startsWith('exporter = 192.0.2.1 # mine') || filter.startsWith('(exporter = 192.0.2.1 # mine\n) and ('), `${name(route)}: ${filter}`)
  }
  for (const url of ['/api/v1/pipeline', '/metrics']) assert.equal((await t.app.inject({ url, headers })).statusCode, 403)
  const escape = await t.app.inject({ url: `/api/v1/stats?filter=${encodeURIComponent('src = 1 !!) or (dst = 2')}`, headers })
  assert.deepEqual([escape.statusCode, (escape.json() as { error: { position: object } }).error.position], [400, { start: 8, end: 10 }])
})

test('/metrics: open on this machine, but not through a proxy on it', async () => {
  await using t = await testApp()
  const status = async (options: InjectOptions): Promise<number> => (await t.app.inject({ url: '/metrics', ...options })).statusCode
  assert.equal(await status({ remoteAddress: '127.0.0.1' }), 200)
  assert.equal(await status({ remoteAddress: '::1' }), 200)
  assert.equal(await status({ remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': '203.0.113.5' } }), 401)
  assert.equal(await status({ remoteAddress: '203.0.113.5' }), 401)
  assert.equal(await status({ remoteAddress: '203.0.113.5', headers: t.key('viewer') }), 200)
})

test('a key that is no good never falls back to the cookie', async () => {
  await using t = await testApp()
  const headers = { ...t.session('admin'), authorization: 'Bearer flk_wrong' }
  assert.equal((await t.app.inject({ url: '/api/v1/users', headers })).statusCode, 401)
  assert.equal((await t.app.inject({ url: '/metrics', headers, remoteAddress: '127.0.0.1' })).statusCode, 401, 'nor to the rights of this machine')
})
