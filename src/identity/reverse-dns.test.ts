import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createReverseDns, hostName, type KnownNames, type ReverseDns, type ReverseDnsConfig } from './reverse-dns.ts'

const TYPE_PTR = 12
const NOT_FOUND = 3

/** A name as DNS sends it: labels with their lengths. */
const wire = (labels: readonly string[]): Buffer =>
  Buffer.concat([...labels.map(label => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])), Buffer.from([0])])

interface Server {
  readonly address: string
  /** Questions in the order they came. */
  readonly questions: string[]
}

/** A DNS server that knows PTR records by question; undefined is NXDOMAIN, null is silence. */
async function serve(t: TestContext, records: ReadonlyMap<string, readonly (readonly string[])[] | null>): Promise<Server> {
  const socket: Socket = createSocket('udp4')
  const questions: string[] = []
  socket.on('message', (message, peer) => {
    const labels: string[] = []
    let at = 12
    for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
      labels.push(message.toString('latin1', at + 1, at + 1 + length))
      at += length + 1
    }
    const question = labels.join('.')
    questions.push(question)
    const answers = records.get(question)
    if (answers === null) return
    const header = Buffer.from(message.subarray(0, 12))
    header.writeUInt16BE(0x8180 | (answers === undefined ? NOT_FOUND : 0), 2)
    header.writeUInt16BE(answers?.length ?? 0, 6)
    header.writeUInt32BE(0, 8)
    const records_ = (answers ?? []).map(answer => {
      const data = wire(answer)
      const facts = Buffer.from([0xc0, 12, 0, TYPE_PTR, 0, 1, 0, 0, 0, 60, 0, 0])
      facts.writeUInt16BE(data.length, 10)
      return Buffer.concat([facts, data])
    })
    socket.send(Buffer.concat([header, message.subarray(12, at + 5), ...records_]), peer.port, peer.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => socket.close())
  return { address: `127.0.0.1:${socket.address().port}`, questions }
}

const RECORDS = new Map<string, readonly (readonly string[])[] | null>([
  ['1.0.0.10.in-addr.arpa', [['Printer', 'example', 'NET']]],
  [
    '2.0.0.10.in-addr.arpa',
    [
      ['zz', 'example'],
      ['a', 'example'],
    ],
  ],
  ['3.0.0.10.in-addr.arpa', [['<script>alert(1)</script>', 'example']]],
  [
    '4.0.0.10.in-addr.arpa',
    [
      ['bad\u0007bell', 'example'],
      ['good', 'example'],
    ],
  ],
  ['5.0.0.10.in-addr.arpa', null],
  ['1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa', [['six', 'example']]],
  ['1.2.0.192.in-addr.arpa', [['public', 'example']]],
])

const CONFIG: ReverseDnsConfig = { enabled: true, servers: [], queriesPerSecond: 500, cacheHours: 24, networks: ['10.0.0.0/8', 'fd00::/8'] }

/** Asks until nothing is pending. */
async function settled(dns: ReverseDns, addresses: readonly string[]): Promise<KnownNames> {
  for (let tries = 0; tries < 1000; tries++) {
    const known = dns.namesOf(addresses)
    if (known.pending === 0) return known
    await wait(5)
  }
  throw new Error('never settled')
}

function open(t: TestContext, server: Server, changes: Partial<ReverseDnsConfig> = {}, now = (): number => 0): ReverseDns {
  const dns = createReverseDns({ ...CONFIG, servers: [server.address], ...changes }, { now })
  t.after(() => dns.stop())
  return dns
}

test('names come after they were asked for, never at once', async t => {
  const server = await serve(t, RECORDS)
  const dns = open(t, server)
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.9', 'fd00::1']
  assert.deepEqual(dns.namesOf(addresses), { names: {}, pending: 4 })
  assert.deepEqual(await settled(dns, addresses), {
    names: { '10.0.0.1': 'printer.example.net', '10.0.0.2': 'a.example', 'fd00::1': 'six.example' },
    pending: 0,
  })
})

test('what is known, and that there is no name, is not asked again before its time', async t => {
  const server = await serve(t, RECORDS)
  let ms = 0
  const dns = open(t, server, { cacheHours: 2 }, () => ms)
  await settled(dns, ['10.0.0.1', '10.0.0.9'])
  const asked = (): number => server.questions.length
  assert.equal(asked(), 2)
  ms = 3_599_999
  await settled(dns, ['10.0.0.1', '10.0.0.9'])
  await wait(50)
  assert.equal(asked(), 2)
  ms = 3_600_001
  dns.namesOf(['10.0.0.1', '10.0.0.9'])
  while (asked() < 3) await wait(5)
  assert.equal(server.questions[2], '9.0.0.10.in-addr.arpa')
  ms = 7_200_001
  // The old name stands until the new one is there.
  assert.deepEqual(dns.namesOf(['10.0.0.1']), { names: { '10.0.0.1': 'printer.example.net' }, pending: 0 })
  while (asked() < 4) await wait(5)
})

test('a name that is no host name is not shown', async t => {
  const server = await serve(t, RECORDS)
  const dns = open(t, server)
  assert.deepEqual((await settled(dns, ['10.0.0.3', '10.0.0.4'])).names, { '10.0.0.4': 'good.example' })
})

test('only addresses of the named networks are asked about; all means all', async t => {
  const server = await serve(t, RECORDS)
  const dns = open(t, server)
  assert.deepEqual(dns.namesOf(['192.0.2.1', '::', 'no address', '2001:db8::1', '10.0.0.1;']), { names: {}, pending: 0 })
  await wait(50)
  assert.deepEqual(server.questions, [])
  assert.deepEqual((await settled(open(t, server, { networks: ['all'] }), ['192.0.2.1'])).names, { '192.0.2.1': 'public.example' })
})

test('no more questions a second than configured', async t => {
  const server = await serve(t, RECORDS)
  const dns = open(t, server, { queriesPerSecond: 20 })
  dns.namesOf(Array.from({ length: 200 }, (_, host) => `10.9.9.${host}`))
  await wait(1000)
  assert.ok(server.questions.length >= 10 && server.questions.length <= 21, String(server.questions.length))
})

test('switched off, nothing is asked; stopped, nothing more', async t => {
  const server = await serve(t, RECORDS)
  assert.deepEqual(open(t, server, { enabled: false }).namesOf(['10.0.0.1']), { names: {}, pending: 0 })
  const dns = open(t, server, { queriesPerSecond: 20 })
  dns.namesOf(['10.0.0.1'])
  dns.stop()
  await wait(120)
  assert.deepEqual(server.questions, [])
})

test('a server that is silent delays nobody', { timeout: 30_000 }, async t => {
  const server = await serve(t, RECORDS)
  const dns = open(t, server)
  const began = performance.now()
  assert.deepEqual(dns.namesOf(['10.0.0.5']), { names: {}, pending: 1 })
  assert.ok(performance.now() - began < 50)
  assert.deepEqual((await settled(dns, ['10.0.0.1'])).names, { '10.0.0.1': 'printer.example.net' })
})

test('host names are letters, digits, hyphens, underscores and dots', () => {
  for (const [text, name] of [
    ['Host-1.Example.net.', 'host-1.example.net'],
    ['_dmarc.example', '_dmarc.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['', undefined],
    ['.', undefined],
    ['a..b', undefined],
    ['-a.example', undefined],
    ['a b.example', undefined],
    ['a\u202eb.example', undefined],
    ['"><img src=x>.example', undefined],
    [`${'a'.repeat(64)}.example`, undefined],
    [`${'a.'.repeat(127)}`, 'a.'.repeat(127).slice(0, -1)],
    [`${'a.'.repeat(127)}b`, undefined],
  ] as const)
    assert.equal(hostName(text), name, text)
})
