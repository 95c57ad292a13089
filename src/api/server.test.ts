/** Listening, TLS, and the pages. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { setImmediate as turn } from 'node:timers/promises'
import { FlowLensError } from '../schema/index.ts'
import { createApi } from './api.ts'
import { testApp, testDeps } from './fixtures/app.ts'
import { anchor, renderMarkdown } from './markdown.ts'
import { parseCompare, parseGranularity } from './ranges.ts'

const config = { address: '127.0.0.1', port: 0, cors: [], rateLimit: 1000 }

test('a port that is taken is told in words, and can be tried again', async () => {
  await using base = await testDeps()
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const api = createApi({ ...config, port }, base.deps)
  await assert.rejects(
    api.start(),
    (error: unknown) =>
      error instanceof FlowLensError &&
      error.code === 'FL_API_LISTEN' &&
      error.message === `cannot open console and API on 127.0.0.1 port ${port}: another program uses the port`,
  )
  await new Promise(resolve => other.close(resolve))
  await api.start()
  assert.equal(api.address(), `http://127.0.0.1:${port}`)
  await api.stop()
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

/** A self-signed pair of this name. */
function makePair(directory: string, name: string): { cert: string; key: string } {
  const [cert, key] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)]
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    key,
    '-out',
    cert,
  ])
  assert.equal(made.status, 0, String(made.stderr))
  return { cert, key }
}

const certificateName = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, minVersion: 'TLSv1.2' }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    }).on('error', reject)
  })

test(
  'HTTPS: the cookie is bound to host and TLS, a renewed certificate is taken, a bad one is not',
  { skip: hasOpenssl ? false : 'openssl is not installed' },
  async () => {
    await using base = await testDeps()
    const pairs = join(base.directory, 'pairs')
    const live = join(base.directory, 'live')
    mkdirSync(pairs)
    mkdirSync(live)
    const [one, two] = [makePair(pairs, 'one'), makePair(pairs, 'two')]
    const tls = { cert: join(live, 'cert.pem'), key: join(live, 'key.pem') }
    copyFileSync(one.cert, tls.cert)
    copyFileSync(two.key, tls.key)
    const refused = createApi({ ...config, tls }, base.deps)
    await assert.rejects(refused.start(), (error: unknown) => error instanceof FlowLensError && error.code === 'FL_API_TLS')
    copyFileSync(one.key, tls.key)
    const api = createApi({ ...config, tls }, base.deps)
    await api.start()
    try {
      const url = new URL(api.address() ?? '')
      assert.equal(url.protocol, 'https:')
      assert.equal(await certificateName(Number(url.port)), 'one')

      const replace = (pair: { cert: string; key: string }): void => {
        for (const part of ['cert', 'key'] as const) {
          copyFileSync(pair[part], `${tls[part]}.new`)
          renameSync(`${tls[part]}.new`, tls[part])
        }
      }
      const logged = async (text: string): Promise<void> => {
        while (!base.logged.some(line => line.includes(text))) await turn()
      }
      replace({ cert: two.cert, key: one.key })
      await logged('certificate not renewed')
      assert.equal(await certificateName(Number(url.port)), 'one')
      replace(two)
      await logged('certificate renewed')
      assert.equal(await certificateName(Number(url.port)), 'two')
    } finally {
      await api.stop()
    }
  },
)

test('with TLS the cookie is Secure with the __Host- prefix, and HSTS is sent', { skip: hasOpenssl ? false : 'openssl is not installed' }, async () => {
  await using base = await testDeps()
  const tls = makePair(base.directory, 'one')
  await using t = await testApp({ tls })
  const answer = await t.app.inject({ method: 'POST', url: '/api/v1/session', payload: { name: 'admin', password: 'correct horse battery' } })
  const [cookie] = answer.cookies
  assert.deepEqual({ ...cookie, value: '' }, { name: '__Host-flowlens_session', value: '', path: '/', httpOnly: true, secure: true, sameSite: 'Strict' })
  assert.equal(answer.headers['strict-transport-security'], 'max-age=31536000')
  const headers = { cookie: `__Host-flowlens_session=${cookie?.value ?? ''}` }
  assert.equal((await t.app.inject({ url: '/api/v1/me', headers })).statusCode, 200)
  assert.equal(
    (await t.app.inject({ url: '/api/v1/me', headers: { cookie: `flowlens_session=${cookie?.value ?? ''}` } })).statusCode,
    401,
    'a sibling host can set the plain name',
  )
})

test('serving passwords in the clear beyond loopback is warned of', async () => {
  await using base = await testDeps()
  for (const [address, warned] of [
    ['127.0.0.1', false],
    ['0.0.0.0', true],
  ] as const) {
    base.logged.length = 0
    const api = createApi({ ...config, address }, base.deps)
    await api.start()
    assert.equal(
      base.logged.some(line => line.includes('without TLS')),
      warned,
      address,
    )
    assert.match(api.address() ?? '', address === '0.0.0.0' ? /^http:\/\/localhost:\d+$/ : /^http:\/\/127\.0\.0\.1:\d+$/)
    await api.stop()
  }
})

test('the console: files by name, its own addresses by index.html, never in the way of the API', async () => {
  await using t = await testApp()
  const get = async (url: string, headers: Record<string, string> = {}) => t.app.inject({ url, headers })
  for (const url of ['/', '/hosts/10.0.0.1', '/flows/7-1?filter=x&any=key', '/explore', '/apis']) {
    const answer = await get(url)
    assert.deepEqual([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']], [200, 'text/html; charset=utf-8', 'no-cache'], url)
  }
  const asset = await get('/assets/a-1.js')
  assert.deepEqual([asset.body, asset.headers['cache-control']], ['export {}', 'public, max-age=31536000, immutable'])
  for (const url of ['/api', '/api/', '/api/v1', '/api/v1/hosts/', '/api/v2/stats', '/assets/missing.js']) {
    const answer = await get(url)
    assert.deepEqual([answer.statusCode, answer.headers['content-type']], [404, 'application/json; charset=utf-8'], url)
  }
  for (const url of [
    '/assets/../../state/flowlens.sqlite',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/..%2f..%2fetc%2fpasswd',
    '/....//etc/passwd',
    '/%5c..%5cstate',
  ])
    assert.doesNotMatch((await get(url)).body, /root:|SQLite/, url)
})

test('index.html is asked for again only when it has changed', async () => {
  await using t = await testApp()
  const { headers } = await t.app.inject('/')
  const again = await t.app.inject({ url: '/', headers: { 'if-none-match': String(headers.etag) } })
  assert.deepEqual([again.statusCode, again.body], [304, ''])
  assert.equal((await t.app.inject({ url: '/', headers: { 'if-none-match': '"other"' } })).statusCode, 200)
})

test('large files of the console go compressed to who takes that', async () => {
  await using base = await testDeps()
  writeFileSync(join(base.deps.webDirectory, 'assets', 'big-2.js'), 'const x = 1\n'.repeat(1000))
  const { createConsole } = await import('./console.ts')
  const { fastify } = await import('fastify')
  const web = createConsole(base.deps.webDirectory)
  const app = fastify()
  app.get('/*', (request, reply) => void web.send(request.url, request, reply))
  const answer = await app.inject({ url: '/assets/big-2.js', headers: { 'accept-encoding': 'br, gzip' } })
  assert.deepEqual([answer.headers['content-encoding'], answer.rawPayload.length < 1000, answer.headers.vary], ['gzip', true, 'accept-encoding'])
  assert.equal((await app.inject('/assets/big-2.js')).body.length, 12_000)
  await app.close()
})

test('inline scripts of index.html are allowed by their hash and no other is', async () => {
  await using t = await testApp()
  const policy = String((await t.app.inject('/')).headers['content-security-policy'])
  // printf 'document.title' | openssl dgst -sha256 -binary | base64
  assert.match(policy, /script-src 'self' 'sha256-o3vzFSF4YhB5rDb5tpELAmIlJDq\+2XOarY4IDsOum1c='/)
})

test('without a built console the start page says so, and the API works', async () => {
  await using base = await testDeps()
  rmSync(base.deps.webDirectory, { recursive: true })
  const api = createApi(config, base.deps)
  await api.start()
  const home = await fetch(api.address() ?? '')
  assert.deepEqual([home.status, /not built/.test(await home.text())], [404, true])
  assert.equal((await fetch(`${api.address() ?? ''}/healthz`)).status, 200)
  await api.stop()
})

test('documents are served as pages, and the API as one', async () => {
  await using t = await testApp()
  const start = await t.app.inject('/docs/start')
  assert.equal(start.statusCode, 200)
  assert.match(start.body, /<title>Start · FlowLens<\/title>/)
  assert.match(start.body, /<p>A <code>code<\/code> &amp; &lt;b&gt;more&lt;\/b&gt;, see <a href="api">the API<\/a>\.<\/p>/)
  assert.match((await t.app.inject('/docs')).body, /<a href="\/docs\/start">Start<\/a>/)
  assert.equal((await t.app.inject('/docs/nothing')).statusCode, 404)
  const api = (await t.app.inject('/docs/api')).body
  for (const text of ['/api/v1/top-talkers', 'Columns to group by', 'For an admin.', 'unknown_sampling_flows']) assert.ok(api.includes(text), text)
  assert.doesNotMatch(api + start.body, /<script|style="/)
})

test('health and metrics: 503 only when not ready', async () => {
  await using t = await testApp()
  const verdict = (status: string) => Object.assign(t.deps.health, { assess: () => ({ status, reasons: status === 'ok' ? [] : ['the disk is slow'] }) })
  for (const [status, code] of [
    ['ok', 200],
    ['degraded', 200],
    ['not_ready', 503],
  ] as const) {
    verdict(status)
    const answer = await t.app.inject('/healthz')
    assert.deepEqual([answer.statusCode, (answer.json() as { status: string }).status], [code, status])
  }
})

test('a question counts in the metrics', async () => {
  await using t = await testApp()
  await t.app.inject({ url: '/api/v1/hosts', headers: t.session('viewer') })
  const text = (await t.app.inject('/metrics')).body
  assert.match(text, /flowlens_query_duration_seconds_count\{answered_from="minute"\} 1/)
  assert.match(text, /flowlens_http_requests_total\{method="GET",route="\/api\/v1\/hosts",status="200"\} 1/)
})

for (const [markdown, html] of [
  ['# A *b*\n## Über `x`', '<h1 id="a-b">A <em>b</em></h1>\n<h2 id="über-x">Über <code>x</code></h2>'],
  ['one\ntwo\n\nthree', '<p>one two</p>\n<p>three</p>'],
  ['- a\n- b\n  - c\n- d', '<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>'],
  ['1. a\n   more\n2. b', '<ol><li>a more</li><li>b</li></ol>'],
  ['```sh\nx < **y**\n```', '<pre><code>x &lt; **y**</code></pre>'],
  [
    '| a | b |\n|---|:-:|\n| `x` | p\\|q |',
    '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td><code>x</code></td><td>p|q</td></tr></tbody></table>',
  ],
  ['> quoted', '<blockquote><p>quoted</p></blockquote>'],
  ['---', '<hr>'],
  ['**bold** and 2 * 3 * 4 and snake_case_name', '<p><strong>bold</strong> and 2 * 3 * 4 and snake_case_name</p>'],
  [
    '[a](reference/columns.md#src) [b](https://example.org/?a=1&b=2)',
    '<p><a href="reference/columns#src">a</a> <a href="https://example.org/?a=1&amp;b=2">b</a></p>',
  ],
  ['[x](javascript:alert(1)) <script>alert(1)</script>', '<p>[x](javascript:alert(1)) &lt;script&gt;alert(1)&lt;/script&gt;</p>'],
  ['[`a`](b.md)', '<p><a href="b"><code>a</code></a></p>'],
  ['`` a`b `` `[x](y)`', '<p><code>a`b</code> <code>[x](y)</code></p>'],
] as const) {
  test(`Markdown: ${JSON.stringify(markdown)}`, () => assert.equal(renderMarkdown(markdown), html))
}

test('anchors are those of GitHub', () => assert.equal(anchor('2.1 Sockets & `buffers`'), '21-sockets--buffers'))

test('buckets and periods of a range', () => {
  const hour = { from: 0, to: 3_600_000 }
  assert.equal(parseGranularity('90s', hour), 90_000)
  assert.throws(() => parseGranularity('10ms', hour), /granularity/)
  assert.deepEqual(parseCompare('1w', hour, 0), { from: -604_800_000, to: -601_200_000 })
  assert.deepEqual(parseCompare('2026-01-01/2026-01-02', hour, 0), { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) })
  assert.throws(() => parseCompare('2026-01-02/2026-01-01', hour, 0), /before it ends/)
})
