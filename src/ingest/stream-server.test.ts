/** Connections of a stream listener under a clock of the test's own: what is slow or silent ends, what has no room waits. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDecoder } from '../decode/index.ts'
import { LIMITS, SECONDS } from '../decode/fixtures/collector.ts'
import { addressBytes, encodeIpfix, parseTemplate } from '../simulate/index.ts'
import { createBatches } from './batches.ts'
import { createSessions } from './sessions.ts'
import { createStreamServer, type Places } from './stream-server.ts'

const FLOW = parseTemplate(256, '8:4 1:4')
const rows = Array.from({ length: 10 }, () => [addressBytes('10.0.0.1'), 40])
const message = encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [
  { kind: 'templates', templates: [FLOW] },
  { kind: 'data', template: FLOW, rows },
])

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

interface Scope {
  after(run: () => void): void
}

async function listen(scope: Scope, { room = () => true, streams = {} }: { readonly room?: () => boolean; readonly streams?: object } = {}) {
  const real = createBatches({ queueBytes: 1 << 26 }, { hand: () => {}, collect: () => {} })
  const batches = { ...real, hasRoom: room }
  const decoder = createDecoder(LIMITS, { sink: batches })
  const sessions = createSessions(10, {})
  const clock = { ms: 1_000_000 }
  const log: string[] = []
  const places: Places = { all: 0, byAddress: new Map(), makeRoom: () => server.makeRoom() }
  let opened = (): void => undefined
  const open = new Promise<void>(resolve => (opened = resolve))
  const port = await freePort()
  const server = createStreamServer(
    { address: '127.0.0.1', port, transport: 'tcp', accept: ['auto'] },
    { connections: 3, connectionsPerAddress: 10, idleSeconds: 60, messageSeconds: 10, ...streams },
    { decoder, batches, sessions, places, now: () => clock.ms, log: (_, text) => void log.push(text), opened, refused: (_, text) => assert.fail(text) },
  )
  server.open()
  await open
  scope.after(() => server.close())
  const dial = async (): Promise<Socket> => {
    const before = server.connections.received
    const socket = connect(port, '127.0.0.1').on('error', () => undefined)
    socket.resume()
    await eventually(() => server.connections.received > before)
    scope.after(() => void socket.destroy())
    return socket
  }
  return { server, decoder, sessions, clock, log, dial }
}

/** Waits for an event of the kernel to arrive; the clock of the server stands meanwhile. */
async function eventually(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !holds(); tries++) await sleep(5)
  assert.ok(holds())
}

test('a message that was begun must be whole in time; a whole one gives the time anew', async t => {
  const { server, decoder, clock, log, dial } = await listen(t)
  const socket = await dial()
  socket.write(message.subarray(0, 20))
  await eventually(() => server.bytesRead === 20)
  clock.ms += 9000
  socket.write(message.subarray(20))
  await eventually(() => decoder.counts.rows === 10)
  socket.write(message.subarray(0, 1))
  await eventually(() => server.bytesRead === message.length + 1)
  clock.ms += 9000
  server.sweep()
  assert.equal(server.connections.open, 1)
  // A byte now and then does not help: the message as a whole has its time.
  socket.write(message.subarray(1, 2))
  await eventually(() => server.bytesRead === message.length + 2)
  clock.ms += 1001
  server.sweep()
  await eventually(() => socket.closed)
  await eventually(() => server.connections.open === 0)
  assert.deepEqual(server.connections, { received: 1, open: 0, closed: { slow: 1 } })
  assert.equal(decoder.counts.datagramsRejected.truncated, 1)
  assert.ok(log.includes('connection closed: slow'))
})

test('a silent connection ends after its time, one that speaks does not', async t => {
  const { server, decoder, clock, dial } = await listen(t)
  const [silent, speaking] = [await dial(), await dial()]
  clock.ms += 50_000
  speaking.write(message)
  await eventually(() => decoder.counts.rows === 10)
  clock.ms += 10_001
  server.sweep()
  await eventually(() => silent.closed)
  await eventually(() => server.connections.open === 1)
  assert.deepEqual(server.connections.closed, { idle: 1 })
})

test('without room for rows a connection waits, nothing is dropped, and its time stands still', async t => {
  let room = false
  const { server, decoder, clock, dial } = await listen(t, { room: () => room })
  const socket = await dial()
  socket.write(message)
  socket.write(message.subarray(0, 30))
  await eventually(() => server.bytesRead > 0)
  server.tick()
  clock.ms += 100_000
  server.sweep()
  assert.equal(server.connections.open, 1)
  assert.equal(decoder.counts.datagrams, 0)
  room = true
  server.tick()
  await eventually(() => decoder.counts.rows === 10)
  socket.write(message.subarray(30))
  await eventually(() => decoder.counts.rows === 20)
  assert.equal(server.connections.open, 1)
})

test('a connection that is gone while it waits loses nothing', async t => {
  let room = false
  const { server, decoder, dial } = await listen(t, { room: () => room })
  const socket = await dial()
  socket.write(message)
  await eventually(() => server.bytesRead === message.length)
  socket.resetAndDestroy()
  room = true
  server.tick()
  await eventually(() => server.connections.open === 0)
  assert.equal(decoder.counts.rows, 10)
})

test('the oldest connection that never sent a message gives way; where all have, a new one is refused', async t => {
  const { server, decoder, dial } = await listen(t)
  const first = await dial()
  for (let count = 0; count < 2; count++) (await dial()).write(message)
  await eventually(() => decoder.counts.rows === 20)
  const next = await dial()
  await eventually(() => first.closed)
  next.write(message)
  await eventually(() => decoder.counts.rows === 30)
  const refused = await dial()
  await eventually(() => refused.closed)
  await eventually(() => server.connections.open === 3)
  assert.deepEqual(server.connections, { received: 5, open: 3, closed: { gave_way: 1, too_many: 1 } })
})

test('what ended sessions of an address counted is kept together, without their templates', async t => {
  const { server, sessions, decoder, dial } = await listen(t)
  for (let count = 1; count <= 2; count++) {
    const socket = await dial()
    socket.end(message)
    await eventually(() => server.connections.open === 0 && decoder.counts.rows === count * 10)
  }
  const [sum, ...more] = sessions.exporters()
  assert.deepEqual(more, [])
  assert.deepEqual([sum?.transport, sum?.datagrams, sum?.rows], ['tcp', 2, 20])
  assert.deepEqual(
    [...(sum?.domains.values() ?? [])].map(domain => [domain.protocol, domain.templates.size]),
    [['ipfix', 0]],
  )
})
