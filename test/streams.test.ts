/** IPFIX over TCP and TLS, and files, from the outside: what is sent stands in the books, whatever the connection does; certificates are made by openssl. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { addressBytes, encodeIpfix, parseTemplate, type WireSet } from '../src/simulate/index.ts'
import { flowlens, freeTcpPort, type Scope } from './helpers/index.ts'
import { assertClosed, makeSite, sum, until, type Ledger, type Program, type Site } from './helpers/site.ts'

const FLOW = parseTemplate(256, '8:4 12:4 1:8 2:8')
const SECONDS = 1_795_000_000
const ROW = [addressBytes('10.0.0.1'), addressBytes('10.0.0.2'), 1500, 3] as const
const templates: WireSet = { kind: 'templates', templates: [FLOW] }
const data = (rows: number): WireSet => ({ kind: 'data', template: FLOW, rows: Array.from({ length: rows }, () => [...ROW]) })
const message = (sequence: number, ...sets: readonly WireSet[]): Uint8Array => encodeIpfix({ seconds: SECONDS, sequence, domain: 0 }, sets)

/** The withdrawal of template 256 (RFC 7011 §8.1): a template with no fields. */
function withdrawal(sequence: number): Uint8Array {
  const bytes = new Uint8Array(24)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, (10 << 16) | 24)
  view.setUint32(4, SECONDS)
  view.setUint32(8, sequence)
  view.setUint32(16, (2 << 16) | 8)
  view.setUint32(20, 256 << 16)
  return bytes
}

type StreamLedger = Omit<Ledger, 'listeners'> & {
  readonly listeners: readonly {
    readonly transport: string
    readonly datagrams: number
    readonly connections: { readonly received: number; readonly open: number; readonly closed: Readonly<Record<string, number>> } | null
  }[]
}

interface Listening {
  readonly site: Site
  readonly program: Program
  readonly tcp: number
  readonly tls: number
  ledger(): Promise<StreamLedger>
  /** Resolves with the books once so many connections have come and gone. */
  settled(connections: number): Promise<StreamLedger>
}

/** A certificate signed by an authority, both made here. */
function makeCertificate(folder: string, name: string, authority: string): void {
  const openssl = (...args: readonly string[]): void => {
    const done = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    assert.equal(done.status, 0, done.stderr)
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  if (name === authority) return openssl('req', '-x509', ...key, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`, '-days', '2')
  openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
  openssl('x509', '-req', '-in', `${name}.csr`, '-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial', '-out', `${name}.pem`, '-days', '2')
}

async function listen(scope: Scope): Promise<Listening> {
  const [tcp, tls] = [await freeTcpPort(), await freeTcpPort()]
  const site = await makeSite(scope, {
    listeners: port =>
      `[{address: 127.0.0.1, port: ${port}}, {address: 127.0.0.1, port: ${tcp}, transport: tcp}, ` +
      `{address: 127.0.0.1, port: ${tls}, transport: tls, tls: {cert: collector.pem, key: collector.key, ca: authority.pem, requireClientCertificate: true}}]`,
    more: 'streams: {connections: 8, connectionsPerAddress: 8}\n',
  })
  for (const [name, authority] of [
    ['authority', 'authority'],
    ['collector', 'authority'],
    ['exporter', 'authority'],
    ['stranger', 'stranger'],
  ] as const)
    makeCertificate(site.folder, name, authority)
  const program = await site.start()
  const ledger = async (): Promise<StreamLedger> => {
    const { ledger: books } = await program.get<{ readonly ledger: StreamLedger }>('/api/v1/pipeline')
    return books
  }
  // A refusal comes at once where nobody listens yet.
  await until('open ports', ledger, books => books?.listeners.every(({ datagrams }) => datagrams === 0) === true)
  await until(
    'the port',
    async () => {
      const socket = connect(tcp, '127.0.0.1')
      await once(socket, 'connect')
      socket.end()
      return true
    },
    Boolean,
  )
  return {
    site,
    program,
    tcp,
    tls,
    ledger,
    settled: connections =>
      until(
        `${connections} connections`,
        ledger,
        books =>
          books.rows.in_flight === 0 &&
          books.listeners.reduce((total, { connections: one }) => total + (one === null ? 0 : sum(one.closed)), 0) === connections &&
          books.listeners.every(({ connections: one }) => (one?.open ?? 0) === 0),
      ),
  }
}

/** Sends pieces over a connection, one after the other as segments of their own, and ends it. */
async function send(port: number, pieces: readonly Uint8Array[], pauseMs = 2): Promise<void> {
  const socket: Socket = connect(port, '127.0.0.1').setNoDelay(true)
  // Not `once`, which rejects on an error: the collector may close first, and then what is written after is refused.
  const closed = new Promise<void>(resolve => void socket.once('close', () => resolve()))
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  for (const piece of pieces) {
    if (piece.length > 0) socket.write(piece)
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
  socket.end()
  socket.resume()
  await closed
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap(part => [...part]))

function assertConnectionsClose(books: StreamLedger): void {
  assertClosed({ ...books, listeners: [] })
  for (const { connections } of books.listeners) if (connections !== null) assert.equal(connections.received, connections.open + sum(connections.closed))
}

test('IPFIX over TCP: any cut, templates by connection, withdrawals, garbage; the books close', { timeout: 120_000 }, async t => {
  const { program, tcp, ledger, settled } = await listen(t)
  let connections = (await settled(1)).listeners[1]?.connections?.received ?? 0
  let rows = 0

  const whole = message(0, templates, data(2))
  for (let cut = 0; cut <= whole.length; cut++) await send(tcp, [whole.subarray(0, cut), whole.subarray(cut)])
  connections += whole.length + 1
  rows += 2 * (whole.length + 1)
  let books = await settled(connections)
  assert.equal(books.rows.spooled, rows, 'split at every byte')
  assert.equal(books.listeners[1]?.datagrams, whole.length + 1)
  assert.deepEqual(books.listeners[1]?.connections?.closed, { ended: connections })

  await send(tcp, [joined([message(0, templates), message(0, data(1)), message(1, data(30)), message(31, data(1))])])
  books = await settled((connections += 1))
  assert.equal(books.rows.spooled, (rows += 32), 'several messages in one segment')
  assert.equal(books.sequence.missing, 0)

  await send(tcp, [message(32, data(5))])
  books = await settled((connections += 1))
  assert.equal(books.rows.spooled, rows, 'templates end with their connection')
  assert.equal(books.sets.rejected['pending_expired'], 1)

  await send(tcp, [joined([message(0, templates, data(1)), withdrawal(1), message(1, data(7))])])
  books = await settled((connections += 1))
  assert.equal(books.rows.spooled, (rows += 1), 'a withdrawn template is used no more')
  assert.equal(books.sets.rejected['pending_expired'], 2)
  assert.equal(books.sets.rejected['withdrawal_udp'], 0)

  await send(tcp, [Buffer.from('GET / HTTP/1.1\r\nHost: flows\r\n\r\n')])
  await send(tcp, [whole.subarray(0, 30)])
  const torn = Uint8Array.from(whole)
  torn[19] = 0xff // the length of the first set, beyond the message
  await send(tcp, [torn])
  books = await settled((connections += 3))
  assert.deepEqual(books.listeners[1]?.connections?.closed, { ended: connections - 3, bad_version: 1, truncated: 1, malformed: 1 })
  assert.equal(books.datagrams.rejected['bad_version'], 1)
  assert.equal(books.datagrams.rejected['truncated'], 1)
  assert.equal(books.datagrams.rejected['malformed'], 1)
  assert.equal(books.rows.spooled, rows)
  assert.match(program.output(), /connection closed: bad_version .*this is no IPFIX/)
  assertConnectionsClose(books)

  // More connections than there may be: the oldest that never sent a message gives its place to who does.
  const idle = Array.from({ length: 8 }, () => connect(tcp, '127.0.0.1').on('error', () => undefined))
  await Promise.all(idle.map(socket => once(socket, 'connect')))
  await until('8 open connections', ledger, one => one.listeners[1]?.connections?.open === 8)
  await send(tcp, [whole])
  for (const socket of idle) socket.destroy()
  books = await settled((connections += 9))
  assert.equal(books.listeners[1]?.connections?.closed['too_many_of_address'], 1)
  assertConnectionsClose(books)
  await program.stop()
})

/** Sends bytes through `openssl s_client`. */
async function sendByOpenssl(folder: string, port: number, bytes: Uint8Array, ...args: readonly string[]): Promise<void> {
  const client = spawn('openssl', ['s_client', '-quiet', '-no_ign_eof', '-connect', `127.0.0.1:${port}`, ...args], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  client.stdin.on('error', () => undefined)
  client.stdin.write(bytes)
  // s_client leaves when its input ends, whether or not what it read was sent.
  setTimeout(() => client.stdin.end(), 300)
  await once(client, 'exit')
}

test('IPFIX over TLS: client certificates, what is refused and why', { timeout: 120_000 }, async t => {
  const { site, program, tcp, tls, settled } = await listen(t)
  let connections = (await settled(1)).listeners[1]?.connections?.received ?? 0
  const bytes = joined([message(0, templates, data(10)), message(10, data(10))])
  const own = ['-cert', 'exporter.pem', '-key', 'exporter.key', '-CAfile', 'authority.pem', '-verify_return_error']

  await sendByOpenssl(site.folder, tls, bytes, ...own)
  await sendByOpenssl(site.folder, tls, bytes, ...own, '-tls1_2')
  let books = await settled((connections += 2))
  assert.equal(books.rows.spooled, 40)
  assert.deepEqual(books.listeners[2]?.connections?.closed, { ended: 2 })

  await sendByOpenssl(site.folder, tls, bytes)
  await sendByOpenssl(site.folder, tls, bytes, '-cert', 'stranger.pem', '-key', 'stranger.key')
  await sendByOpenssl(site.folder, tls, bytes, '-tls1_1', '-cipher', 'DEFAULT:@SECLEVEL=0')
  await sendByOpenssl(site.folder, tls, bytes, '-CAfile', 'stranger.pem', '-verify_return_error')
  await send(tls, [bytes])
  await sendByOpenssl(site.folder, tcp, bytes)
  books = await settled((connections += 6))
  assert.equal(books.rows.spooled, 40)
  assert.deepEqual(books.listeners[2]?.connections?.closed, { ended: 2, no_certificate: 1, bad_certificate: 1, handshake: 3 })
  assertConnectionsClose(books)
  for (const words of [
    /no_certificate .*showed none: give the exporter a certificate/,
    /bad_certificate .*not signed by an authority in tls\.ca/,
    /handshake .*no TLS 1\.2 or later/,
    /handshake .*does not trust the certificate of this collector/,
    /handshake .*does not speak TLS/,
    /bad_version .*it speaks TLS/,
  ])
    assert.match(program.output(), words)

  // A renewed certificate is taken while connections live.
  const open = connect(tcp, '127.0.0.1')
  open.write(message(0, templates, data(1)))
  makeCertificate(site.folder, 'collector', 'authority')
  await program.says(/certificate renewed/)
  await sendByOpenssl(site.folder, tls, bytes, ...own)
  open.end(message(1, data(1)))
  books = await settled((connections += 2))
  assert.equal(books.rows.spooled, 62)
  await program.stop()
})

test('files: an IPFIX file goes the way of received flows, is told when it comes twice, and read as far as it goes', { timeout: 120_000 }, async t => {
  const { site, program } = await listen(t)
  const file = join(site.folder, 'flows.bin')
  writeFileSync(file, joined([message(0, templates, data(10)), message(10, data(5)), withdrawal(15), message(15, data(3))]))
  const run = (...args: readonly string[]): ReturnType<typeof flowlens> => flowlens(['import', '--config', site.configFile, ...args])

  const first = await run('--exporter', '192.0.2.7', file)
  assert.equal(first.code, 0, first.stderr)
  assert.match(first.stdout, /flows\.bin: ipfix, 4 messages, 15 flows, 2026-11-18T\S+ to 2026-11-18T\S+; rejected: 1 pending_expired\n/)
  const { ledger } = await program.stored(15)
  assert.ok(ledger !== null)
  assertClosed(ledger)
  const seen = await site.query('exporter = 192.0.2.7', '--from', '2026-11-18', '--to', '2026-11-19')
  assert.equal(seen.totals['bytes'], 15 * 1500)

  const second = await run(file)
  assert.equal(second.code, 1)
  assert.match(second.stdout, /not imported: it was imported before, at .* 15 flows; --again imports it once more/)
  assert.match((await run('--again', file)).stdout, /15 flows/)

  const cut = join(site.folder, 'cut.ipfix')
  writeFileSync(cut, joined([message(0, templates, data(10)), message(10, data(5)).subarray(0, 40)]))
  const text = join(site.folder, 'notes.txt')
  writeFileSync(text, 'no flows here')
  const mixed = await run(cut, text, join(site.folder, 'nothing'))
  assert.equal(mixed.code, 1)
  assert.match(mixed.stdout, /cut\.ipfix: ipfix, 2 messages, 10 flows.*; rejected: .*1 malformed/)
  assert.match(mixed.stdout, /not read to its end: it is cut off: the message at byte \d+ is \d+ bytes long, and 40 are left; what was read is kept/)
  assert.match(mixed.stdout, /notes\.txt: not imported: it is none of pcap/)
  assert.match(mixed.stdout, /nothing: not imported: there is no such file/)
  await program.stop()

  const offline = await run(cut)
  assert.equal(offline.code, 1)
  assert.match(offline.stderr, /FL_IMPORT_OFFLINE/)
})

/** A capture of UDP packets, each a flow of its own: Ethernet, IPv4, 10.1.0.1 to 10.1.0.2. */
function captureOf(flows: number): Uint8Array {
  const FRAME_BYTES = 60
  const view = new DataView(new ArrayBuffer(24 + flows * (16 + FRAME_BYTES)))
  view.setUint32(0, 0xa1b2c3d4)
  view.setUint32(4, (2 << 16) | 4)
  view.setUint32(16, 65_535)
  view.setUint32(20, 1)
  for (let flow = 0; flow < flows; flow++) {
    const at = 24 + flow * (16 + FRAME_BYTES)
    view.setUint32(at, SECONDS + flow)
    view.setUint32(at + 8, FRAME_BYTES)
    view.setUint32(at + 12, FRAME_BYTES)
    const ip = at + 16 + 14
    view.setUint16(ip - 2, 0x0800)
    view.setUint32(ip, 0x4500_002e)
    view.setUint32(ip + 8, 0x4011_0000)
    view.setUint32(ip + 12, 0x0a01_0001)
    view.setUint32(ip + 16, 0x0a01_0002)
    view.setUint32(ip + 20, ((5000 + flow) << 16) | 53)
    view.setUint16(ip + 24, 26)
  }
  return new Uint8Array(view.buffer)
}

const noSoftflowd = spawnSync('softflowd', ['-h']).error === undefined ? false : 'softflowd is not installed'

test('a real exporter over TCP: every record that softflowd says it sent is a row', { skip: noSoftflowd, timeout: 120_000 }, async t => {
  const { site, program, tcp, settled } = await listen(t)
  const connections = (await settled(1)).listeners[1]?.connections?.received ?? 0
  const file = join(site.folder, 'traffic.pcap')
  writeFileSync(file, captureOf(40))
  const sent = spawnSync('softflowd', ['-r', file, '-v', '10', '-P', 'tcp', '-n', `127.0.0.1:${tcp}`, '-d', '-c', 'none'], {
    cwd: site.folder,
    encoding: 'utf8',
  })
  const records = Number(/Flows exported: \d+ \((\d+) records\)/.exec(sent.stdout + sent.stderr)?.[1])
  assert.equal(records, 40, sent.stderr)
  const books = await settled(connections + 1)
  assert.equal(books.rows.spooled, records)
  assert.deepEqual(books.listeners[1]?.connections?.closed, { ended: connections + 1 })
  assertConnectionsClose(books)
  await program.stop()
})
