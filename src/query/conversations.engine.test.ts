import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MEASURED_GROUPS, NOTES, type MeasuredGroup } from '../schema/index.ts'
import { openTestStore, type TestFlow, type TestStore } from '../store/testing/index.ts'
import { createQuery, type Conversation, type ConversationsPage, type ConversationsQuery, type QueryEngine } from './index.ts'

const NOON = Date.UTC(2026, 0, 31, 12)
const MINUTE = 60_000
const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16]
const ALL = FIN | SYN | PSH | ACK
const measured = (...groups: readonly MeasuredGroup[]): number => groups.reduce((bits, group) => bits + 2 ** MEASURED_GROUPS.indexOf(group), 0)

const CLIENT = '192.0.2.1'
const SERVER = '198.51.100.1'

/** From the client to the server, `ms` after noon, for so many ms. The name of its test stands in `app`. */
function request(app: string, ms: number, forMs: number, rest: TestFlow = {}): TestFlow {
  const end = NOON + ms + forMs
  const base = {
    app,
    src: CLIENT,
    dst: SERVER,
    src_port: 50_000,
    dst_port: 443,
    proto: 6,
    tcp_flags: ALL,
    exporter: '10.0.0.1',
    bytes: 100,
    packets: 5,
    sampling_rate: 1,
  }
  return { ...base, export_protocol: 'ipfix', received_at: end + 1000, start_at: NOON + ms, end_at: end, ...rest }
}
/** The other way. */
function response(app: string, ms: number, forMs: number, rest: TestFlow = {}): TestFlow {
  return request(app, ms, forMs, { src: SERVER, dst: CLIENT, src_port: 443, dst_port: 50_000, bytes: 9000, packets: 8, ...rest })
}
const UDP: TestFlow = { proto: 17, tcp_flags: 0 }

const FLOWS: readonly TestFlow[] = [
  request('web', 1005, 200, { server_name: 'example.org' }),
  response('web', 1030, 170),
  // Cut by the active timeout, with pauses shorter than the gap; the long one covers them.
  request('long', 1001, 130_000, { tcp_flags: SYN | ACK, sampling_rate: 10 }),
  response('long', 1002, 10_000, { tcp_flags: SYN | ACK, sampling_rate: 10 }),
  response('long', 130_000, 900, { tcp_flags: ACK | FIN, sampling_rate: 10 }),
  // Four minutes of nothing, then the same ports again; then again after 500 ms, opened and closed.
  request('again', 1000, 100),
  response('again', 1010, 90),
  request('again', 241_000, 100),
  response('again', 241_010, 90),
  request('again', 241_600, 100),
  response('again', 241_610, 90),
  // Three SYN of one attempt, each a flow of its own, and no answer.
  ...[0, 1003, 3007].map(ms => request('silent', ms, 0, { tcp_flags: SYN, packets: 1 })),
  request('refused', 1007, 0, { tcp_flags: SYN, packets: 1 }),
  response('refused', 1009, 0, { tcp_flags: RST | ACK, packets: 1 }),
  request('denied', 1007, 0, { tcp_flags: 0, packets: 0, bytes: 0, firewall_event: 3 }),
  request('event', 1007, 0, { tcp_flags: 0, packets: 0, bytes: 0, firewall_event: 1 }),
  response('one way', 1000, 400),
  request('sampled', 1007, 0, { ...UDP, sampling_rate: 100, dst_port: 53 }),
  request('dns', 2001, 0, { ...UDP, dst_port: 53, packets: 1 }),
  response('dns', 2013, 0, { ...UDP, src_port: 53, packets: 1 }),
  // A record of both directions and its mirror; the ports alone would tell the other end.
  request('both', 1003, 70, { src_port: 20, dst_port: 60_000, tcp_flags: 0, reverse_bytes: 900, reverse_packets: 4 }),
  response('both', 1003, 70, { src_port: 60_000, dst_port: 20, tcp_flags: 0, bytes: 900, packets: 4 }),
  // Nobody saw the opening: the first flow told is the server's.
  response('middle', 1003, 50_000, { tcp_flags: ACK }),
  request('middle', 1203, 50_000, { tcp_flags: ACK }),
  // SYN without ACK is the client's, whatever the ports and the order by another exporter's clock.
  response('syn', 1003, 80, { src_port: 7000, dst_port: 80, exporter: '10.0.0.2' }),
  request('syn', 1903, 0, { src_port: 80, dst_port: 7000, tcp_flags: SYN, packets: 1 }),
  request('two exporters', 1005, 200),
  response('two exporters', 1030, 170, { exporter: '10.0.0.2' }),
  request('seconds', 1000, 2000),
  response('seconds', 2000, 1000),
  request('one record', 1005, 195),
  response('one record', 1005, 195),
  request('at once', 1005, 195),
  response('at once', 1005, 190),
  // By a clock that is known to a second the answer may seem to come first.
  request('v9', 1905, 200, { export_protocol: 'netflow9', notes: NOTES.time_rough }),
  response('v9', 1030, 170, { export_protocol: 'netflow9', notes: NOTES.time_rough }),
  request('v9 learnt', 1005, 200, { export_protocol: 'netflow9' }),
  response('v9 learnt', 1030, 170, { export_protocol: 'netflow9' }),
  // A clock that is ahead: the flow counts from its reception on, which is not when its first packet came.
  request('ahead', 1005, 200),
  response('ahead', 1030, 170, { received_at: NOON + 1100 }),
  request('placed', 1005, 200, { notes: NOTES.time_by_export }),
  response('placed', 1030, 170),
  request('measured', 1005, 200, { response_time: 7000, rtt: 3000, measured: measured('response_time', 'rtt') }),
  response('measured', 1030, 170),
  // Told twice: the second telling counts for its exporter only.
  request('hops', 1005, 200),
  response('hops', 1030, 170),
  request('hops', 1006, 200, { exporter: '10.0.0.9', duplicate: 1 }),
  response('hops', 1029, 170, { exporter: '10.0.0.9', duplicate: 1 }),
  request('ping', 1005, 0, { proto: 1, tcp_flags: 0, src_port: 0, dst_port: 2048 }),
  response('ping', 1017, 0, { proto: 1, tcp_flags: 0, src_port: 0, dst_port: 0 }),
  request('open', 595_000, 4000, { tcp_flags: SYN | PSH | ACK }),
  response('open', 595_010, 3990, { tcp_flags: SYN | PSH | ACK }),
  // Began a second before noon, and ends after it.
  request('earlier', -1005, 2000),
  response('earlier', -1000, 1900),
  // The answer comes after the end of the range.
  request('late', 599_999, 0, { ...UDP, dst_port: 53 }),
  response('late', 600_004, 0, { ...UDP, src_port: 53 }),
  // Both ends are here, and one of them is not to be seen by whoever sees one exporter only.
  request('scope', 1005, 200),
  response('scope', 1030, 170, { exporter: '10.0.0.2' }),
]
// Each name has hosts of its own, so that they never meet.
const NAMES = [...new Set(FLOWS.map(flow => flow.app))]
const apart = (flow: TestFlow): TestFlow => {
  const at = NAMES.indexOf(flow.app)
  const moved = (address: TestFlow['src']): string => String(address).replace(/\d+$/, String(at + 1))
  return { ...flow, src: moved(flow.src), dst: moved(flow.dst) }
}

let bed: TestStore
let query: QueryEngine
before(async () => {
  bed = await openTestStore()
  bed.setNow(NOON + 10 * MINUTE)
  await bed.add(FLOWS.map(apart))
  query = createQuery({ store: bed.store, waitingSince: () => null, now: () => NOON + 10 * MINUTE })
})
after(() => bed.close())

const BASE: ConversationsQuery = { from: NOON, to: NOON + 10 * MINUTE, filter: '', scope: '', order: 'started', limit: 100 }
const signal = new AbortController().signal
const page = async (question: Partial<ConversationsQuery>): Promise<ConversationsPage> => await query.conversations({ ...BASE, ...question }, signal)
const of = async (app: string, question: Partial<ConversationsQuery> = {}): Promise<readonly Conversation[]> =>
  (await page({ filter: `app = "${app}"`, ...question })).rows
async function only(app: string, question: Partial<ConversationsQuery> = {}): Promise<Conversation> {
  const rows = await of(app, question)
  assert.equal(rows.length, 1, `${app}: ${JSON.stringify(rows)}`)
  return rows[0] ?? assert.fail()
}

test('both directions are one conversation, with what each of them carried', async () => {
  assert.deepEqual(await only('web'), {
    client: '192.0.2.1',
    client_port: 50_000,
    server: '198.51.100.1',
    server_port: 443,
    proto: 6,
    app: 'web',
    category: '',
    server_name: 'example.org',
    started: '2026-01-31T12:00:01.005Z',
    ended: '2026-01-31T12:00:01.205Z',
    duration: 200_000,
    state: 'answered',
    client_by: 'first',
    request_bytes: 100,
    request_packets: 5,
    request_flows: 1,
    response_bytes: 9000,
    response_packets: 8,
    response_flows: 1,
    request_flags: ALL,
    response_flags: ALL,
    response_time: null,
    response_time_estimate: 25_000,
    rtt: null,
    rtt_client: null,
    rtt_server: null,
    sampled: false,
    exporters: ['10.0.0.1'],
  })
  const long = await only('long')
  assert.deepEqual(
    [long.request_bytes, long.request_flows, long.response_bytes, long.response_packets, long.response_flows, long.duration, long.sampled],
    [1000, 1, 180_000, 160, 2, 130_000_000, true],
    'times the sampling rate; a pause inside a long flow is none',
  )
  assert.equal(long.response_time_estimate, null, 'of a sampled flow the first packet is not known')
  const ping = await only('ping')
  assert.deepEqual([ping.state, ping.client_port, ping.server_port, ping.response_time_estimate], ['answered', 0, 0, 12_000], 'the type of ICMP is no port')
})

test('a gap, and a port opened again after it was closed, begin a new conversation; SYN sent again do not', async () => {
  assert.deepEqual(
    (await of('again')).map(row => [row.started.slice(17, 23), row.request_flows, row.response_flows]),
    [
      ['01.000', 1, 1],
      ['01.000', 1, 1],
      ['01.600', 1, 1],
    ],
  )
  assert.deepEqual((await of('again', { gapMs: 300_000 })).length, 3, 'closed is closed, however long the gap')
  assert.equal((await of('long', { gapMs: 1000 })).length, 1)
  assert.equal((await of('silent', { gapMs: 1500 })).length, 2)
  assert.deepEqual([(await only('silent')).request_packets, (await only('silent')).state], [3, 'no answer'])
})

test('how a conversation went', async () => {
  for (const [app, state] of [
    ['web', 'answered'],
    ['silent', 'no answer'],
    ['refused', 'refused'],
    ['denied', 'refused'],
    ['one way', 'one-way'],
    ['sampled', 'unknown'],
    ['dns', 'answered'],
    ['open', 'in progress'],
    ['late', 'answered'],
  ] as const)
    assert.equal((await only(app)).state, state, app)
  assert.equal((await only('open', { to: NOON + 20 * MINUTE })).state, 'in progress', 'the future is not known')
  assert.deepEqual(await of('event'), [], 'an event without traffic is no conversation')
})

test('the client is who opened, by the best sign there is', async () => {
  for (const [app, by, client, port] of [
    ['web', 'first', CLIENT, 50_000],
    ['both', 'initiator', CLIENT, 20],
    ['refused', 'syn', CLIENT, 50_000],
    ['middle', 'port', CLIENT, 50_000],
    ['syn', 'syn', CLIENT, 80],
    ['one way', 'port', CLIENT, 50_000],
    ['dns', 'first', CLIENT, 50_000],
    ['ping', 'first', CLIENT, 0],
    ['v9', 'port', CLIENT, 50_000],
    ['v9 learnt', 'first', CLIENT, 50_000],
    ['two exporters', 'port', CLIENT, 50_000],
  ] as const) {
    const row = await only(app)
    assert.deepEqual([row.client_by, row.client.replace(/\d+$/, '1'), row.client_port], [by, client, port], app)
  }
  assert.deepEqual([(await only('both')).request_bytes, (await only('both')).response_bytes], [100, 900], 'a record of both directions counts each once')
})

test('a response time is estimated only where the first packets are known, and never where it was measured', async () => {
  for (const app of ['both', 'middle', 'syn', 'two exporters', 'seconds', 'placed', 'one record', 'v9', 'ahead', 'sampled', 'long', 'silent', 'earlier'])
    assert.equal((await only(app)).response_time_estimate, null, app)
  assert.equal((await only('dns')).response_time_estimate, 12_000)
  assert.equal((await only('late')).response_time_estimate, 5000)
  assert.equal((await only('v9 learnt')).response_time_estimate, 25_000)
  assert.equal((await only('at once')).response_time_estimate, 0, 'below a millisecond')
  const row = await only('measured')
  assert.deepEqual([row.response_time, row.response_time_estimate, row.rtt], [7000, null, 3000])
})

test('a flow that several exporters told counts once, or at each of them', async () => {
  const once = await only('hops')
  assert.deepEqual([once.request_bytes, once.exporters], [100, ['10.0.0.1']])
  const hops = await of('hops', { duplicates: 'hops' })
  assert.deepEqual(
    hops.map(row => [row.exporters, row.request_bytes, row.response_time_estimate]),
    [
      [['10.0.0.1'], 100, 25_000],
      [['10.0.0.9'], 100, 23_000],
    ],
  )
  assert.deepEqual(
    (await page({ filter: 'exporter = 10.0.0.9' })).rows.map(row => row.exporters),
    [['10.0.0.9']],
    'who asks for an exporter asks what it saw',
  )
})

test('the filter chooses by either direction; the scope hides what is outside it', async () => {
  const dst = (await page({ filter: 'src_port = 53 and bytes > 1k' })).rows
  assert.deepEqual(
    dst.map(row => [row.app, row.request_flows, row.response_flows]),
    [['dns', 1, 1]],
    'flows after the range choose nothing',
  )
  const scoped = await only('scope', { scope: 'exporter = 10.0.0.1' })
  assert.deepEqual([scoped.response_flows, scoped.response_bytes, scoped.exporters], [0, 0, ['10.0.0.1']])
  assert.deepEqual(await of('scope', { scope: 'exporter = 10.0.0.7' }), [])
})

test('pages follow one another in every order, without repeating or losing any', async () => {
  const all = await page({})
  assert.ok(all.total > 20 && all.rows.length === all.total && all.next === null)
  for (const order of ['started', '-ended', '-bytes', 'packets', '-duration', '-flows', '-response_time', '-response_time_estimate']) {
    const seen: string[] = []
    let next: string | null = null
    do {
      const { rows, next: more, total }: ConversationsPage = await page({ order, limit: 7, ...(next === null ? {} : { cursor: next }) })
      assert.equal(total, all.total)
      seen.push(...rows.map(row => `${row.app} ${row.started}`))
      next = more
    } while (next !== null)
    assert.deepEqual([seen.length, new Set(seen).size], [all.total, all.total], order)
  }
  assert.equal((await page({ order: '-bytes', limit: 1 })).rows[0]?.app, 'long')
  assert.equal((await page({ order: '-response_time', limit: 1 })).rows[0]?.app, 'measured')
  await assert.rejects(page({ order: 'started', cursor: 'WyItYnl0ZXMiXQ' }), /cursor/)
  await assert.rejects(page({ order: 'rtt' }), /order/)
  await assert.rejects(page({ gapMs: 10 }), /gap/)
})

test('figures count each conversation where it began, and its estimate by the columns of the flow that opened', async () => {
  const ask = async (
    by: readonly string[],
    rest: {
      readonly filter?: string
      readonly order?: string
      readonly from?: number
      readonly to?: number
      readonly keys?: readonly Record<string, string>[]
    } = {},
  ) => await query.conversationFigures({ ...BASE, by, order: '-p95_response_time_estimate', ...rest }, signal)
  const { rows, totals } = await ask(['app'])
  const row = (app: string): readonly unknown[] => Object.values(rows.find(one => one['app'] === app) ?? {})
  assert.deepEqual(row('web'), ['web', 1, 1, 1, 25_000, 25_000, 25_000])
  assert.deepEqual(row('again'), ['again', 3, 3, 3, 10_000, 10_000, 10_000])
  assert.deepEqual(row('silent'), ['silent', 1, 0, 0, null, null, null])
  assert.deepEqual(row('measured'), ['measured', 1, 1, 0, null, null, null])
  assert.equal(row('earlier').length, 0, 'it began before')
  assert.deepEqual([(await ask(['app'], { from: NOON - MINUTE, to: NOON })).rows.map(one => [one['app'], one['conversations']])], [[['earlier', 1]]])
  assert.equal(
    totals['conversations'],
    rows.reduce((sum, one) => sum + Number(one['conversations']), 0),
  )
  assert.equal(rows[0]?.['p95_response_time_estimate'], 25_000)
  assert.equal(rows.at(-1)?.['p95_response_time_estimate'], null, 'what is not known stands last')

  const hosts = await ask(['host'], { filter: 'app = web' })
  assert.deepEqual(hosts.rows.map(one => one['host']).toSorted(), ['192.0.2.1', '198.51.100.1'])
  assert.deepEqual([hosts.totals['conversations'], hosts.rows.map(one => one['conversations'])], [1, [1, 1]], 'either side: once in the totals')
  const named = await ask(['app'], { keys: [{ app: 'dns' }, { app: 'nothing' }] })
  assert.deepEqual([named.rows.map(one => one['app']), named.totals], [['dns'], totals])
  assert.equal((await ask([])).totals['conversations'], totals['conversations'])
})
