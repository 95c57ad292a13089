import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test, type TestContext } from 'node:test'
import type { ExporterDetail, Ledger } from '../telemetry/index.ts'
import { configKey, connectControl, controlPath, onLines, serveControl, type ControlServer, type IngestSays, type MainSays } from './control.ts'

const HELLO = { kind: 'hello', pid: 7, key: 'k' } as const

interface Bench {
  readonly path: string
  readonly server: ControlServer
  /** Resolves at the next word to stop. */
  stopped(): Promise<void>
}

async function bench(context: TestContext): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-test-'))
  const path = join(folder, 'run', 'ingest.sock')
  let stop = (): void => {}
  const server = await serveControl(path, HELLO, () => stop())
  context.after(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  return { path, server, stopped: () => new Promise(resolve => (stop = resolve)) }
}

/** Connects as main does; `next` is what ingest says next, null when it has gone. */
async function attach(path: string): Promise<{ readonly next: () => Promise<IngestSays | null>; readonly say: () => void; readonly close: () => void }> {
  const said: (IngestSays | null)[] = []
  const waiting: ((message: IngestSays | null) => void)[] = []
  const push = (message: IngestSays | null): void => {
    const first = waiting.shift()
    if (first === undefined) said.push(message)
    else first(message)
  }
  const client = await connectControl(path, { says: push, closed: () => push(null) })
  assert.ok(client !== null)
  return {
    next: () => (said.length > 0 ? Promise.resolve(said.shift() ?? null) : new Promise(resolve => waiting.push(resolve))),
    say: () => client.say({ kind: 'stop' }),
    close: () => client.close(),
  }
}

async function raw(path: string): Promise<Socket> {
  const socket = connect(path)
  await once(socket, 'connect')
  return socket
}

test('ingest says who it is, then its books to every main; a main tells it to stop', async context => {
  const { path, server, stopped } = await bench(context)
  const [one, two] = [await attach(path), await attach(path)]
  assert.deepEqual([await one.next(), await two.next()], [HELLO, HELLO])
  assert.equal(server.connected, 2)
  const message = { kind: 'ledger', ledger: { at: 5 } as Ledger } as const
  server.say(message)
  assert.deepEqual([await one.next(), await two.next()], [message, message])
  const stop = stopped()
  two.say()
  await stop
  server.close()
  assert.deepEqual([await one.next(), await two.next()], [null, null], 'the end of the socket tells that ingest has ended')
})

test('a message in pieces is one message, several in one piece are several', async () => {
  const stream = new PassThrough()
  const values: unknown[] = []
  onLines(stream, value => values.push(value))
  for (const piece of ['{"a', '":1}\n{"b":', '2}\n\n{"c":"', Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1), '"}\n3\n4']) {
    stream.write(piece)
    // A piece a turn, as they come from a socket.
    await new Promise(resolve => void setImmediate(resolve))
  }
  assert.deepEqual(values, [{ a: 1 }, { b: 2 }, { c: 'é' }, 3])
})

test('who writes no JSON is cut off, and nobody else', async context => {
  const { path, server } = await bench(context)
  const main = await attach(path)
  await main.next()
  const stranger = await raw(path)
  const cut = once(stranger.resume(), 'close')
  stranger.write('GET / HTTP/1.1\r\n\r\n')
  await cut
  server.say({ kind: 'ledger', ledger: { at: 1 } as Ledger })
  assert.equal((await main.next())?.kind, 'ledger')
  for (const words of ['null\n', '5\n', '[]\n']) {
    const harmless = await raw(path)
    harmless.end(words)
    await once(harmless.resume(), 'close')
  }
  assert.equal(server.connected, 1)
  main.close()
})

test('a socket file that a dead process left is replaced; where nobody listens there is no client', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-test-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'ingest.sock')
  const nobody = { says: () => assert.fail(), closed: () => assert.fail() }
  assert.equal(await connectControl(path, nobody), null)
  writeFileSync(path, '')
  assert.equal(await connectControl(path, nobody), null)
  const server = await serveControl(path, HELLO, () => {})
  const client = await attach(path)
  assert.deepEqual(await client.next(), HELLO)
  client.close()
  server.close()
})

test('the path of the socket fits whatever the data directory is, and differs between two', () => {
  assert.equal(controlPath('/var/lib/flowlens'), '/var/lib/flowlens/run/ingest.sock')
  const [a, b] = [controlPath(`/${'deep/'.repeat(40)}a`), controlPath(`/${'deep/'.repeat(40)}b`)]
  assert.ok(a.length <= 107 && a !== b, `${a} ${b}`)
})

test('the key of a configuration changes with every setting and with the version', () => {
  const keys = [configKey('1', { a: 1 }), configKey('1', { a: 2 }), configKey('2', { a: 1 })]
  assert.equal(new Set(keys).size, 3)
  assert.equal(configKey('1', { a: 1 }), keys[0])
})

/** What ingest knows of one exporter, as far as the socket cares. */
const detailOf = (address: string): ExporterDetail => ({ address, rows: 5 }) as ExporterDetail

test('main asks for an exporter and gets the answer to its own question', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-test-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'ingest.sock')
  const held: (() => void)[] = []
  const server = await serveControl(path, HELLO, (said, answer) => {
    if (said.kind !== 'exporter') return
    held.push(() => answer({ kind: 'exporter', id: said.id, detail: said.address === '10.0.0.1' ? detailOf(said.address) : null }))
  })
  const silent = { says: () => {}, closed: () => {} }
  const [one, two] = [await connectControl(path, silent), await connectControl(path, silent)]
  assert.ok(one !== null && two !== null)
  const answers = [one.exporter('10.0.0.1'), one.exporter('10.0.0.9'), two.exporter('10.0.0.1')]
  while (held.length < 3) await new Promise(resolve => void setImmediate(resolve))
  for (const tell of held.toReversed()) tell()
  assert.deepEqual(await Promise.all(answers), [detailOf('10.0.0.1'), null, detailOf('10.0.0.1')])

  const open = assert.rejects(one.exporter('10.0.0.1'), { code: 'FL_RECEIVE_ANSWER', message: /has ended/ })
  server.close()
  await open
  one.close()
  two.close()
})

test('so many questions wait at once and no more', async context => {
  const { path, server } = await bench(context)
  const client = await connectControl(path, { says: () => {}, closed: () => {} })
  assert.ok(client !== null)
  const waiting = Array.from({ length: 16 }, () => assert.rejects(client.exporter('10.0.0.1'), { code: 'FL_RECEIVE_ANSWER' }))
  await assert.rejects(client.exporter('10.0.0.1'), { code: 'FL_RECEIVE_ANSWER', message: /too many/ })
  server.close()
  await Promise.all(waiting)
})

test('an answer that never comes is an error after five seconds', async context => {
  const { path } = await bench(context)
  const client = await connectControl(path, { says: () => {}, closed: () => {} })
  assert.ok(client !== null)
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const asked = assert.rejects(client.exporter('10.0.0.1'), { code: 'FL_RECEIVE_ANSWER', message: /within 5 s/ })
  context.mock.timers.tick(5000)
  await asked
  client.close()
})

test('counters of interfaces go to main, and its word that they are stored comes back', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-test-'))
  const path = join(folder, 'ingest.sock')
  const said: MainSays[] = []
  let heard = (): void => {}
  const server = await serveControl(path, HELLO, word => {
    said.push(word)
    heard()
  })
  context.after(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  const main = await attach(path)
  await main.next()
  const page = { kind: 'counters', epoch: 1, upTo: 2, samples: [] } as const
  server.say(page)
  assert.deepEqual(await main.next(), page)
  const client = await raw(path)
  const word = new Promise<void>(resolve => (heard = resolve))
  client.write('{"kind":"counters_stored","epoch":"1"}\n{"kind":"exporter","id":7}\n{"kind":"counters_stored","epoch":1,"upTo":2}\n')
  await word
  assert.deepEqual(said, [{ kind: 'counters_stored', epoch: 1, upTo: 2 }], 'what is not whole is not heard')
  client.destroy()
  main.close()
})
