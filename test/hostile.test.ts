/** Datagrams that mean harm, or nothing: each is counted under one name, and whoever sends good ones beside them notices nothing. */
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '../src/schema/fixtures/index.ts'
import { encodeIpfix, encodeV5, encodeV9, parseTemplate } from '../src/simulate/index.ts'
import { assertClosed, makeSite, until, type Ledger, type Pipeline, type Program, type Sent, type Site } from './helpers/site.ts'

const HOSTILE = '127.0.0.250'
const SEED = 20_260_101

const seconds = Math.floor(Date.now() / 1000)
const flow = parseTemplate(256, '8:4 12:4 7:2 11:2 4:1 1:8 2:8 152:8 153:8')
const address = Uint8Array.of(10, 0, 0, 1)
const good = {
  v5: encodeV5({ uptimeMs: 3_600_000, seconds, sequence: 0 }, [
    { src: '10.0.0.1', dst: '10.0.0.2', packets: 1, octets: 40, first: 1000, last: 2000, proto: 6 },
  ]),
  v9: encodeV9({ uptimeMs: 3_600_000, seconds, sequence: 0, domain: 7 }, [
    { kind: 'templates', templates: [flow] },
    { kind: 'data', template: flow, rows: [[address, address, 1, 2, 6, 40, 1, seconds * 1000, seconds * 1000]] },
  ]),
  ipfix: encodeIpfix({ seconds, sequence: 0, domain: 7 }, [
    { kind: 'templates', templates: [flow] },
    { kind: 'data', template: flow, rows: [[address, address, 1, 2, 6, 40, 1, seconds * 1000, seconds * 1000]] },
  ]),
}

/** 16 bytes of IPFIX, then these sets as they are: `[set id, length as told, body]`. */
function message(domain: number, sets: readonly (readonly [id: number, length: number | null, body: Uint8Array])[]): Buffer {
  const parts = sets.map(([id, length, body]) => {
    const head = Buffer.alloc(4)
    head.writeUInt16BE(id, 0)
    head.writeUInt16BE(length ?? body.length + 4, 2)
    return Buffer.concat([head, body])
  })
  const header = Buffer.alloc(16)
  header.writeUInt16BE(10, 0)
  header.writeUInt16BE(
    parts.reduce((total, part) => total + part.length, 16),
    2,
  )
  header.writeUInt32BE(seconds, 4)
  header.writeUInt32BE(domain, 12)
  return Buffer.concat([header, ...parts])
}

const words = (...values: readonly number[]): Buffer => {
  const out = Buffer.alloc(values.length * 2)
  values.forEach((value, index) => out.writeUInt16BE(value, index * 2))
  return out
}

/** The malicious templates of RELIABILITY §3.2, and data for them. */
function templates(): Buffer[] {
  const zeros = Buffer.alloc(1000)
  const fields = (count: number, length: number): number[] =>
    Array.from({ length: count * 2 }, (_, index) => (index % 2 === 0 ? 1 + ((index / 2) % 200) : length))
  const hostileTimes = parseTemplate(400, '8:4 12:4 1:8 2:8 34:4 152:8 153:8')
  return [
    message(1, [[2, null, words(256, 65_535, 1, 4)]]), // M1: 65,535 fields in a few bytes
    message(1, [
      [2, null, words(256, 2, 1, 0, 2, 0)],
      [256, null, zeros],
    ]), // M2: fields of length 0
    message(1, [
      [2, null, words(257, 2, 82, 65_535, 83, 65_535)],
      [257, null, zeros],
    ]), // M3: a thousand records of nothing
    message(1, [
      [2, null, words(258, 1, 1, 65_534)],
      [258, null, zeros],
    ]), // M4: records longer than any datagram
    message(1, [
      [2, null, words(259, 600, ...fields(600, 1))],
      [259, null, zeros],
    ]), // more fields than a template may have
    message(1, [[2, null, words(260, 2000, ...fields(2000, 4))]]), // a datagram of nothing but one template
    message(1, [
      [3, null, words(261, 2, 0, 1, 4, 2, 4)],
      [3, null, words(262, 1, 9, 1, 4)],
    ]), // M8: scopes 0 and more than fields
    ...[0, 1, 3, 65_535].map(length => message(1, [[256, length, zeros]])), // M9: lengths of sets that cannot be
    message(2, [
      [2, null, words(260, 0)],
      [3, null, words(3, 0)],
      [2, null, words(2, 0)],
    ]), // M13: withdrawals over UDP
    Buffer.from(
      encodeIpfix({ seconds, sequence: 0, domain: 3 }, [
        // M14: times and counters at their ends
        { kind: 'templates', templates: [hostileTimes] },
        {
          kind: 'data',
          template: hostileTimes,
          rows: [
            [address, address, 2n ** 64n - 1n, 2n ** 64n - 1n, 0xffff_ffff, 0, 2n ** 64n - 1n],
            [address, address, 1, 1, 0, 2n ** 63n, 1],
          ],
        },
      ]),
    ),
  ]
}

/** Everything that is sent, in order. */
function arsenal(): Buffer[] {
  const draw = createRandom(SEED)
  const random = (below: number): number => Math.floor(draw() * below)
  const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random(256)))
  const all: Buffer[] = [Buffer.alloc(0)]
  for (const datagram of Object.values(good)) {
    for (let length = 0; length < datagram.length; length++) all.push(Buffer.from(datagram.subarray(0, length)))
    for (let round = 0; round < 300; round++) {
      const flipped = Buffer.from(datagram)
      const at = random(flipped.length)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random(8))
      all.push(flipped)
    }
  }
  for (const datagram of templates()) all.push(datagram, datagram)
  // M7: a template that changes with every datagram.
  for (let index = 0; index < 500; index++) all.push(message(5, [[2, null, words(300, 2, 1, index % 2 === 0 ? 4 : 8, 2, 4)]]))
  // Data whose template never comes.
  for (let index = 0; index < 200; index++) all.push(message(6, [[5000 + index, null, Buffer.alloc(1200)]]))
  for (let round = 0; round < 400; round++) all.push(bytes(random(1400)))
  for (const version of [0, 1, 5, 6, 7, 8, 9, 10, 11, 65_535]) {
    for (let round = 0; round < 60; round++) {
      const datagram = bytes(4 + random(1000))
      datagram.writeUInt16BE(version)
      // A count or a length that fits gets deeper than one that does not.
      if (round % 2 === 0) datagram.writeUInt16BE(version === 10 ? datagram.length : random(30), 2)
      // A few domains only: of the others it would be refused before a set is looked at.
      if (datagram.length >= 20) datagram.writeUInt32BE(random(8), version === 10 ? 12 : 16)
      all.push(datagram)
    }
  }
  // M5: template ids and domains without end. From here on the exporter has all the domains it may have.
  for (let index = 0; index < 1500; index++) all.push(message(index % 100, [[2, null, words(256 + index * 20, 1, 1, 4)]]))
  // sFlow in its first word only.
  const sflow = bytes(200)
  sflow.writeUInt32BE(5)
  all.push(sflow)
  for (const length of [9217, 20_000, 65_507]) all.push(bytes(length))
  return all
}

/** Sends at a pace the receiver keeps up with on a busy machine: what the kernel drops was never there to be counted. */
async function sendAll(socket: Socket, port: number, datagrams: readonly Buffer[]): Promise<void> {
  for (const [index, datagram] of datagrams.entries()) {
    await new Promise<void>((resolve, reject) => socket.send(datagram, port, '127.0.0.1', error => (error === null ? resolve() : reject(error))))
    if (index % 200 === 199) await sleep(20)
  }
}

const ledgerOf = async (program: Program): Promise<Ledger> => {
  const { ledger } = await program.get<Pipeline>('/api/v1/pipeline')
  assert.ok(ledger !== null)
  return ledger
}

/** Waits until every datagram is in the books, under whatever name. */
const counted = (program: Program, datagrams: number): Promise<Ledger> =>
  until(
    `${datagrams} datagrams`,
    () => ledgerOf(program),
    ledger => ledger.datagrams.received + ledger.listeners.reduce((total, listener) => total + (listener.kernel_dropped ?? 0), 0) === datagrams,
  )

async function checkGood(site: Site, sent: Sent): Promise<void> {
  const { totals } = await site.query(`not exporter = ${HOSTILE}`, '--last', '2d')
  assert.deepEqual(
    [totals['bytes'], totals['packets'], totals['flows']],
    [sent.scaledOctets, sent.scaledPackets, sent.flows],
    'good flows beside hostile ones are complete',
  )
}

test('hostile datagrams are counted, and cost nobody else a flow', async context => {
  const site = await makeSite(context)
  const program = await site.start()
  const ingest = site.ingestPid()
  const socket = createSocket('udp4').bind(0, HOSTILE)
  context.after(() => socket.close())
  await once(socket, 'listening')
  const datagrams = arsenal()
  context.diagnostic(`${datagrams.length} hostile datagrams, seed ${SEED}`)
  const sending = site.simulate('--protocol v9 --rate 5000 --flows 20000 --seed 81')
  await sendAll(socket, site.udp, datagrams)
  const sent = await sending
  const ledger = await counted(program, sent.datagrams + datagrams.length)

  await context.test('the books close', () => {
    assertClosed(ledger)
    assert.equal(ledger.listeners[0]?.kernel_dropped, 0)
    assert.equal(
      ledger.exporters.find(exporter => exporter.address === HOSTILE)?.datagrams,
      datagrams.length - 3,
      'oversized ones are refused before an exporter is looked for',
    )
    assert.deepEqual(
      ledger.exporters.filter(({ address: from }) => from !== HOSTILE).map(exporter => exporter.sequence_missing),
      Object.keys(sent.byExporter).map(() => 0),
    )
  })
  await context.test('each harm has its name', () => {
    const {
      datagrams: { rejected },
      sets,
    } = ledger
    assert.equal(rejected['truncated'], 3)
    for (const reason of ['bad_version', 'bad_length', 'malformed', 'exporter_limit']) assert.ok((rejected[reason] ?? 0) > 0, `datagrams: ${reason}`)
    for (const reason of ['malformed', 'withdrawal_udp', 'unknown_set']) assert.ok((sets.rejected[reason] ?? 0) > 0, `sets: ${reason}`)
    assert.ok(sets.pending > 0, 'data without a template waits')
  })
  await context.test('good flows are complete in the store, hostile ones do not stop it', async () => {
    await program.stored(ledger.rows.produced)
    await checkGood(site, sent)
    assertClosed(await ledgerOf(program))
  })
  await context.test('nothing ended, and it goes on', async () => {
    assert.equal(site.ingestPid(), ingest, 'the same ingest')
    const more = await site.simulate('--protocol ipfix --rate 5000 --flows 1000 --seed 82')
    await program.stored(ledger.rows.produced + more.flows)
    assert.doesNotMatch(program.output(), /ingest died|ERROR/i)
  })
  assert.equal(await program.stop(), 0)
})
