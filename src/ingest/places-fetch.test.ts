import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { fetchSource, keptCopy, type Fetched } from './places-fetch.ts'

interface Bed {
  readonly url: (path: string, user?: string) => string
  readonly requests: IncomingMessage[]
  readonly directory: string
  fetch(source: string, limits?: { bytes?: number; silenceMs?: number }): Promise<Fetched>
}

async function bed(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Bed> {
  const requests: IncomingMessage[] = []
  const listener: RequestListener = (request, response) => {
    requests.push(request)
    answer(request, response)
  }
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const directory = mkdtempSync(join(tmpdir(), 'flowlens-fetch-'))
  t.after(() => {
    server.closeAllConnections()
    server.close()
    rmSync(directory, { recursive: true })
  })
  const { port } = server.address() as AddressInfo
  return {
    url: (path, user = '') => `http://${user}127.0.0.1:${port}${path}`,
    requests,
    directory,
    fetch: (source, { bytes = 1e6, silenceMs = 5000 } = {}) =>
      fetchSource(source, {
        directory,
        code: 'FL_ENRICH_DATABASE',
        limits: { bytes, silenceMs },
        now: () => 1_700_000_000_000,
        signal: new AbortController().signal,
      }),
  }
}

const messageOf = (got: Fetched): string => (got.kind === 'failed' ? got.error.message : got.kind)

test('content is kept, and asked for again with the tags of the server', async t => {
  const at = await bed(t, (request, response) => {
    if (request.headers['if-none-match'] === '"one"') return void response.writeHead(304).end()
    response.writeHead(200, { etag: '"one"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }).end('content')
  })
  const source = at.url('/networks.csv')
  assert.equal(keptCopy(at.directory, source), null)
  const got = await at.fetch(source)
  assert.equal(got.kind, 'content')
  assert.equal(keptCopy(at.directory, source), null, 'nothing is kept before it is read')
  if (got.kind === 'content') got.keep()
  assert.equal(keptCopy(at.directory, source)?.content.bytes.toString(), 'content')
  assert.equal((await at.fetch(source)).kind, 'unchanged')
  assert.equal(at.requests[1]?.headers['if-modified-since'], 'Thu, 01 Jan 2026 00:00:00 GMT')

  // A copy that does not fit its tags is fetched anew, without tags.
  const [data = ''] = readdirSync(at.directory).filter(name => !name.endsWith('.json'))
  writeFileSync(join(at.directory, data), 'cut')
  assert.equal(keptCopy(at.directory, source), null)
  assert.equal((await at.fetch(source)).kind, 'content')
  assert.equal(at.requests[2]?.headers['if-none-match'], undefined)
})

test('user and password go to the server and nowhere else', async t => {
  const other = await bed(t, (request, response) => void response.writeHead(200).end(request.headers.authorization ?? 'none'))
  const at = await bed(t, (request, response) => void response.writeHead(302, { location: other.url('/file') }).end())
  const source = at.url('/download?license_key=abc', '1234:s%3Acret@')
  const got = await at.fetch(source)
  assert.equal(at.requests[0]?.headers.authorization, `Basic ${Buffer.from('1234:s:cret').toString('base64')}`)
  assert.equal(got.kind === 'content' && got.content.bytes.toString(), 'none', 'another server does not get them')
  if (got.kind === 'content') got.keep()
  const written = readdirSync(at.directory)
    .map(name => readFileSync(join(at.directory, name), 'utf8'))
    .join()
  assert.doesNotMatch(written, /s:cret|s%3Acret|abc/)
})

test('what goes wrong is told with the URL, without secrets, and a remedy', async t => {
  const at = await bed(t, ({ url = '' }, response) => {
    const status = Number(url.slice(1, 4))
    if (status === 429) response.setHeader('retry-after', '120')
    if (url.startsWith('/slow')) return void response.writeHead(200).write('begun')
    if (url.startsWith('/silent')) return
    if (url.startsWith('/large')) return void response.writeHead(200).end(Buffer.alloc(5000))
    if (url.startsWith('/bomb')) return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1e6)))
    if (url.startsWith('/cut')) {
      response.writeHead(200, { 'content-length': '1000' }).write('half')
      return void setImmediate(() => response.destroy())
    }
    response.writeHead(status).end('no')
  })
  for (const [path, said] of [
    ['/401', /^http:\/\/\*\*\*@127\.0\.0\.1:\d+\/401 cannot be fetched: HTTP 401: check user, password or key/],
    ['/404', /HTTP 404: there is nothing at this address/],
    ['/500', /HTTP 500: the server has trouble/],
    ['/429', /HTTP 429: the server wants fewer requests/],
    ['/slow', /nothing came for 0\.2 s; check that the server can be reached/],
    ['/silent', /nothing came for 0\.2 s/],
    ['/large', /it is longer than 2000 bytes; raise enrich\.downloadBytes/],
    ['/bomb', /it is longer than 2000 bytes/],
    ['/cut', /cannot be fetched: /],
  ] as const) {
    const got = await at.fetch(at.url(path, 'me:secret@'), { bytes: 2000, silenceMs: 200 })
    assert.match(messageOf(got), said, path)
    assert.doesNotMatch(messageOf(got), /secret/)
    if (path === '/429') assert.equal(got.kind === 'failed' && got.afterMs, 120_000)
  }
  assert.match(messageOf(await at.fetch('http://me:secret@127.0.0.1:9/x')), /^http:\/\/\*\*\*@127\.0\.0\.1:9\/x cannot be fetched: (?!fetch failed)/)
  assert.deepEqual(readdirSync(at.directory), [])
})
