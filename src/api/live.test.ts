/** The stream of /live over a real connection, since it is written to the socket itself. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { FlowLensError } from '../schema/index.ts'
import { createApi } from './api.ts'
import { testDeps } from './fixtures/app.ts'

async function served(t: TestContext) {
  const base = await testDeps()
  const api = createApi({ address: '127.0.0.1', port: 0, cors: [], rateLimit: 10_000 }, base.deps)
  await api.start()
  const url = api.address() ?? assert.fail()
  t.after(async () => {
    await api.stop()
    await base[Symbol.asyncDispose]()
  })
  return { ...base, api, url }
}

/** Opens the stream and gives the text that comes, piece by piece, until `until` is in it. */
async function open(url: string, headers: Record<string, string>, query = '') {
  const abort = new AbortController()
  const answer = await fetch(`${url}/api/v1/live${query}`, { headers, signal: abort.signal })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    answer,
    close: () => abort.abort(),
    async read(until: string): Promise<string> {
      while (!text.includes(until)) {
        const piece = await reader?.read()
        if (piece === undefined || piece.done) throw new Error(`the stream ended at ${JSON.stringify(text)}`)
        text += piece.value
      }
      return text
    },
    async ended(): Promise<boolean> {
      for (;;) if ((await reader?.read())?.done !== false) return true
    },
  }
}

async function until(condition: () => boolean): Promise<void> {
  // Bounded, so that what never comes is a failure and not a hang.
  for (let turns = 0; !condition(); turns++) {
    if (turns > 2_000_000) throw new Error(`never came: ${condition.toString()}`)
    await turn()
  }
}

test('one event a second, the latest at once, with the headers of every answer', async t => {
  const { url, live, session, deps } = await served(t)
  const stream = await open(url, session('viewer'))
  assert.deepEqual(
    [stream.answer.status, stream.answer.headers.get('content-type'), stream.answer.headers.get('cache-control')],
    [200, 'text/event-stream; charset=utf-8', 'no-store'],
  )
  assert.match(stream.answer.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  const first = await stream.read('"age_ms":800}\n\n')
  assert.match(first, /^retry: 2000\n\nevent: live\nid: \d+\ndata: \{"at":\d+,"age_ms":800\}\n\n$/)
  live.tick({ at: 42, age_ms: 900 })
  assert.match(await stream.read('"age_ms":900}\n\n'), /event: live\nid: 42\ndata: \{"at":42,"age_ms":900\}\n\n$/)
  assert.match(deps.metrics.text(), /flowlens_live_clients 1\n/)
  stream.close()
  await until(() => live.listeners() === 0)
})

test('a filter is handed to the feed inside the scope; a bad one is an ordinary error', async t => {
  const { url, live, session } = await served(t)
  const headers = session('viewer', 'exporter = 192.0.2.1')
  const stream = await open(url, headers, '?filter=dst_port%20%3D%2053')
  live.tick({ at: 1 })
  await stream.read('id: 1\n')
  assert.deepEqual(live.filters, ['(exporter = 192.0.2.1\n) and (dst_port = 53\n)'])
  stream.close()
  const bad = await fetch(`${url}/api/v1/live?filter=!!`, { headers })
  assert.equal(bad.status, 400)
  assert.equal(((await bad.json()) as { error: { code: string } }).error.code, 'FL_QUERY_INVALID')
  await until(() => live.listeners() === 0)
})

test('who is limited gets no figures of the whole at once', async t => {
  const { url, live, session } = await served(t)
  const stream = await open(url, session('viewer', 'exporter = 192.0.2.1'))
  live.tick({ at: 7 })
  assert.equal(await stream.read('id: 7\n'), 'retry: 2000\n\nevent: live\nid: 7\ndata: {"at":7}\n\n')
  stream.close()
})

test('a client that does not read loses seconds; the server queues none and others get all', async t => {
  const { url, live, session, deps } = await served(t)
  const headers = session('viewer')
  const slow: Socket = connect(Number(new URL(url).port), '127.0.0.1')
  slow.pause()
  slow.write(`GET /api/v1/live HTTP/1.1\r\nHost: x\r\nCookie: ${headers.cookie}\r\n\r\n`)
  await until(() => live.listeners() === 1)
  const quick = await open(url, headers)
  await until(() => live.listeners() === 2)
  const padding = 'x'.repeat(200_000)
  let ticks = 0
  while (!deps.metrics.text().includes('flowlens_live_events_dropped_total')) {
    live.tick({ at: ++ticks, padding } as { at: number })
    await quick.read(`id: ${ticks}\n`)
    assert.ok(ticks < 500, 'nothing was dropped')
  }
  const dropped = (): number => Number(/dropped_total (\d+)/.exec(deps.metrics.text())?.[1])
  live.tick({ at: ++ticks, padding } as { at: number })
  await quick.read(`id: ${ticks}\n`)
  assert.equal(dropped(), 2)
  slow.destroy()
  quick.close()
  await until(() => live.listeners() === 0)
})

test('a stream ends when its session ends', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { url, access, session, clock } = await served(t)
  const headers = session('viewer')
  const stream = await open(url, headers)
  t.mock.timers.tick(15_000)
  await stream.read(': alive\n\n')
  access.logout(access.bySession(headers.cookie.split('=')[1] ?? ''), '')
  clock.now += 15_000
  t.mock.timers.tick(15_000)
  assert.ok(await stream.ended())
})

test('stop ends streams and closes', async t => {
  const { url, api, session } = await served(t)
  const stream = await open(url, session('viewer'))
  await api.stop()
  assert.ok(await stream.ended())
  assert.equal(api.address(), null)
  await assert.rejects(fetch(url))
})

test('HEAD opens no stream', async t => {
  const { url, live, session } = await served(t)
  assert.equal((await fetch(`${url}/api/v1/live`, { method: 'HEAD', headers: session('viewer') })).status, 404)
  assert.equal(live.listeners(), 0)
})

test('a question is cancelled when its asker goes away', async t => {
  const { url, session, engine, deps } = await served(t)
  let signal: AbortSignal | undefined
  const asked = Promise.withResolvers<void>()
  Object.assign(deps.query, {
    run: (_query: unknown, given: AbortSignal) => {
      signal = given
      asked.resolve()
      return once(given, 'abort').then(() => {
        throw given.reason as Error
      })
    },
  })
  assert.equal(deps.query, engine)
  const abort = new AbortController()
  const answer = fetch(`${url}/api/v1/hosts`, { headers: session('viewer'), signal: abort.signal })
  await asked.promise
  abort.abort()
  await assert.rejects(answer)
  await until(() => signal?.aborted === true)
})

test('a file is not made for who has gone away, and that is no failure', async t => {
  const { url, session, engine, logged } = await served(t)
  engine.flowRows = Array.from({ length: 400_000 }, (_, index) => ({ id: `1-${index}`, src_name: 'x'.repeat(50), bytes: index }))
  const { flows } = engine
  let asked: AbortSignal | undefined
  engine.flows = (query, signal) => {
    asked = signal
    return flows(query, signal)
  }
  const abort = new AbortController()
  const answer = await fetch(`${url}/api/v1/flows?format=csv&columns=src_name`, { headers: session('viewer'), signal: abort.signal })
  await answer.body?.getReader().read()
  abort.abort()
  await until(() => asked?.aborted === true)
  for (let i = 0; i < 20; i++) await turn()
  const pages = engine.askedFlows.length
  assert.ok(pages < 80, `${pages} of 80 pages were asked for`)
  for (let i = 0; i < 20; i++) await turn()
  assert.equal(engine.askedFlows.length, pages)
  assert.deepEqual(
    logged.filter(line => line.includes('"level":"error"')),
    [],
  )
})

test('a file that breaks off is cut, so that nobody takes it for whole', async t => {
  const { url, session, engine, logged } = await served(t)
  engine.flowRows = Array.from({ length: 20_000 }, (_, index) => ({ id: `1-${index}`, bytes: index }))
  const { flows } = engine
  engine.flows = async (query, signal) => {
    if (query.cursor !== undefined) throw new FlowLensError('FL_QUERY_TIMEOUT', 'stopped after 20 s')
    return await flows(query, signal)
  }
  const answer = await fetch(`${url}/api/v1/flows?format=csv&columns=bytes`, { headers: session('viewer') })
  assert.equal(answer.status, 200)
  await assert.rejects(answer.text())
  await until(() => logged.some(line => line.includes('answer broke off') && line.includes('FL_QUERY_TIMEOUT')))
})
