/** Signing in and what protects it in a browser. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD, testApp, type TestApp } from './fixtures/app.ts'

const login = (t: TestApp, name = 'admin', password = PASSWORD, headers: Record<string, string> = {}) =>
  t.app.inject({ method: 'POST', url: '/api/v1/session', payload: { name, password }, headers })
const code = (answer: { json(): unknown }): string => (answer.json() as { error: { code: string } }).error.code

test('sign in, ask who, sign out', async () => {
  await using t = await testApp()
  const answer = await login(t)
  assert.deepEqual([answer.statusCode, answer.json()], [200, { user: { name: 'admin', role: 'admin' } }])
  const [cookie] = answer.cookies
  assert.deepEqual({ ...cookie, value: '' }, { name: 'flowlens_session', value: '', path: '/', httpOnly: true, sameSite: 'Strict' })
  assert.match(cookie?.value ?? '', /^[\w-]{43}$/)
  const headers = { cookie: `flowlens_session=${cookie?.value ?? ''}` }
  assert.deepEqual((await t.app.inject({ url: '/api/v1/session', headers })).json(), { user: { name: 'admin', role: 'admin' } })
  const out = await t.app.inject({ method: 'DELETE', url: '/api/v1/session', headers })
  assert.deepEqual([out.statusCode, out.body, out.cookies[0]?.value], [204, '', ''])
  assert.equal((await t.app.inject({ url: '/api/v1/session', headers })).statusCode, 401)
})

test('a new sign-in ends the session the browser had', async () => {
  await using t = await testApp()
  const old = t.session('admin')
  const answer = await login(t, 'admin', PASSWORD, old)
  assert.notEqual(answer.cookies[0]?.value, old.cookie.split('=')[1])
  assert.equal((await t.app.inject({ url: '/api/v1/me', headers: old })).statusCode, 401)
})

test('a session is over after half an hour without use', async () => {
  await using t = await testApp()
  const headers = t.session('viewer')
  t.clock.now += 29 * 60_000
  assert.equal((await t.app.inject({ url: '/api/v1/me', headers })).statusCode, 200)
  t.clock.now += 30 * 60_000
  const answer = await t.app.inject({ url: '/api/v1/me', headers })
  assert.deepEqual([answer.statusCode, code(answer)], [401, 'FL_ACCESS_UNAUTHENTICATED'])
})

test('guessing is slowed down, with the time to wait', async () => {
  await using t = await testApp()
  for (let i = 0; i < 5; i++) assert.equal(code(await login(t, 'admin', 'wrong')), 'FL_ACCESS_LOGIN')
  const held = await login(t)
  assert.deepEqual([held.statusCode, code(held), held.headers['retry-after']], [429, 'FL_ACCESS_THROTTLED', '1'])
  t.clock.now += 1000
  assert.equal((await login(t)).statusCode, 200)
})

for (const [what, headers, allowed] of [
  ['no Origin, as of a program', {}, true],
  ['our own origin', { origin: 'http://flows.example', host: 'flows.example' }, true],
  ['our own origin behind a proxy with TLS', { origin: 'https://flows.example', host: 'flows.example' }, true],
  ['another site', { origin: 'https://evil.example', host: 'flows.example' }, false],
  ['our host on another port', { origin: 'http://flows.example:8081', host: 'flows.example:8080' }, false],
  ['a site that starts alike', { origin: 'http://flows.example.evil', host: 'flows.example' }, false],
  ['a hidden origin', { origin: 'null', host: 'flows.example' }, false],
  ['no Origin, but a browser says another site', { 'sec-fetch-site': 'cross-site' }, false],
  ['no Origin, and a browser says a sibling', { 'sec-fetch-site': 'same-site' }, false],
  ['a site of http.cors, with a cookie', { origin: 'https://friend.example', host: 'flows.example' }, false],
] as const) {
  test(`a change is ${allowed ? 'made' : 'refused'}: ${what}`, async () => {
    await using t = await testApp({ cors: ['https://friend.example'] })
    const session = t.session('viewer')
    const change = { method: 'POST', url: '/api/v1/views', payload: { name: 'v', address: '/' } } as const
    const answer = await t.app.inject({ ...change, headers: { ...session, ...headers } })
    assert.deepEqual([answer.statusCode, allowed ? 'ok' : code(answer)], allowed ? [201, 'ok'] : [403, 'FL_ACCESS_ORIGIN'])
    assert.equal(t.state.views.list(2).length, allowed ? 1 : 0)
    assert.equal((await login(t, 'admin', PASSWORD, headers)).statusCode, allowed ? 200 : 403, 'signing in for somebody is a change too')
  })
}

test('a site of http.cors may use a key, and its preflight is answered', async () => {
  await using t = await testApp({ cors: ['https://friend.example'] })
  const origin = 'https://friend.example'
  const preflight = await t.app.inject({
    method: 'OPTIONS',
    url: '/api/v1/query',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  })
  assert.deepEqual(
    [preflight.statusCode, preflight.headers['access-control-allow-origin'], preflight.headers['access-control-allow-credentials']],
    [204, origin, undefined],
  )
  const answer = await t.app.inject({ method: 'POST', url: '/api/v1/query', payload: {}, headers: { ...t.key('viewer'), origin } })
  assert.deepEqual([answer.statusCode, answer.headers['access-control-allow-origin']], [200, origin])
  const other = await t.app.inject({ url: '/api/v1/stats', headers: { ...t.key('viewer'), origin: 'https://evil.example' } })
  assert.equal(other.headers['access-control-allow-origin'], undefined)
})

test('a form of another site cannot send JSON in disguise', async () => {
  await using t = await testApp()
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const answer = await t.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: JSON.stringify({ name: 'admin', password: PASSWORD }),
      headers: { 'content-type': type },
    })
    assert.deepEqual([answer.statusCode, code(answer)], [400, 'FL_API_INVALID'], type)
  }
})

test('too many requests of one key, session or address are held up; others are not', async () => {
  await using t = await testApp({ rateLimit: 3 })
  const [one, other] = [t.key('viewer'), t.key('viewer')]
  const status = async (headers: Record<string, string>, url = '/api/v1/me'): Promise<number> => (await t.app.inject({ url, headers })).statusCode
  assert.deepEqual([await status(one), await status(one), await status(one), await status(one)], [200, 200, 200, 429])
  assert.equal(await status(other), 200)
  const held = await t.app.inject({ url: '/api/v1/me', headers: one })
  assert.equal(code(held), 'FL_ACCESS_THROTTLED')
  assert.ok(Number(held.headers['retry-after']) > 0)
  assert.deepEqual([await status({}), await status({}), await status({}), await status({})], [401, 401, 401, 429], 'by address, before anyone is known')
  assert.equal(await status({}, '/'), 200, 'the console itself is not counted')
})

test('a key made over the API works once its secret is known, and not after it is taken back', async () => {
  await using t = await testApp()
  const headers = t.session('operator')
  const made = await t.app.inject({ method: 'POST', url: '/api/v1/keys', headers, payload: { name: 'grafana', role: 'viewer', expires: 'now+90d' } })
  const { key, secret } = made.json() as { key: { id: number; expires_at: number; hint: string }; secret: string }
  assert.deepEqual([made.statusCode, key.expires_at, key.hint], [201, t.clock.now + 90 * 86_400_000, secret.slice(0, 8)])
  const bearer = { authorization: `Bearer ${secret}` }
  assert.deepEqual((await t.app.inject({ url: '/api/v1/me', headers: bearer })).json(), {
    user: { name: 'operator', role: 'viewer' },
    scope: '',
    by: 'key',
    version: '0.1.0',
  })
  const listed = await t.app.inject({ url: '/api/v1/keys', headers })
  assert.ok(!listed.body.includes(secret))
  assert.equal((await t.app.inject({ method: 'DELETE', url: `/api/v1/keys/${key.id}`, headers })).statusCode, 204)
  assert.equal((await t.app.inject({ url: '/api/v1/me', headers: bearer })).statusCode, 401)
})

test('users over the API: added, changed, removed; the audit log tells', async () => {
  await using t = await testApp()
  const headers = t.session('admin')
  const added = await t.app.inject({
    method: 'POST',
    url: '/api/v1/users',
    headers,
    payload: { name: 'ann', role: 'viewer', password: 'a good password', scope: 'src = 10.0.0.1' },
  })
  assert.equal(added.statusCode, 201)
  assert.ok(!added.body.includes('argon2'))
  const bad = await t.app.inject({
    method: 'POST',
    url: '/api/v1/users',
    headers,
    payload: { name: 'bob', role: 'viewer', password: 'a good password', scope: '!!' },
  })
  assert.equal(bad.statusCode, 400, 'a scope that is no filter would lock out or let in')
  const changed = await t.app.inject({ method: 'PATCH', url: '/api/v1/users/ann', headers, payload: { role: 'operator', scope: '' } })
  assert.deepEqual((changed.json() as { user: object }).user, {
    name: 'ann',
    role: 'operator',
    scope: '',
    disabled: false,
    created_at: t.clock.now,
    last_login_at: null,
  })
  assert.equal((await t.app.inject({ method: 'DELETE', url: '/api/v1/users/admin', headers })).statusCode, 409)
  assert.equal((await t.app.inject({ method: 'DELETE', url: '/api/v1/users/ann', headers })).statusCode, 204)
  const audit = (await t.app.inject({ url: '/api/v1/audit?limit=3', headers })).json() as { entries: { action: string }[]; chain: object }
  assert.deepEqual([audit.entries.map(({ action }) => action), audit.chain], [['user.delete', 'user.change', 'user.create'], { ok: true, entries: 3 }])
})
