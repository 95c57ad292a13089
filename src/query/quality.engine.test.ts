import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MEASURED_GROUPS, type MeasuredGroup } from '../schema/index.ts'
import { openTestStore, type TestFlow, type TestStore } from '../store/testing/index.ts'
import { createQuery, type Query, type QueryEngine, type Series, type Table } from './index.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 0, 31, 12)
const measured = (...groups: readonly MeasuredGroup[]): number => groups.reduce((bits, group) => bits + 2 ** MEASURED_GROUPS.indexOf(group), 0)

const TCP = 6
const UDP = 17
const [FIN, SYN, RST, ACK] = [1, 2, 4, 16]

/** A flow of one second in the first minute after noon. */
const flow = (rest: TestFlow): TestFlow => ({
  received_at: NOON + 10_000,
  start_at: NOON + 5000,
  end_at: NOON + 6000,
  src: '192.0.2.1',
  dst: '198.51.100.1',
  proto: TCP,
  bytes: 1000,
  packets: 10,
  measured: 0,
  ...rest,
})

const FLOWS: readonly TestFlow[] = [
  // Ten measured round trips of 1 to 10 ms; the largest flow is the fastest, which must not matter. Unmeasured ones lie between.
  ...Array.from({ length: 10 }, (_, at) =>
    flow({ app: 'web', rtt: (10 - at) * 1000, measured: measured('rtt'), bytes: at === 9 ? 1e9 : 1000, packets: at === 9 ? 1e6 : 10 }),
  ),
  ...Array.from({ length: 30 }, () => flow({ app: 'web', rtt: 0 })),
  flow({ app: 'web', rtt: 9_999_999, start_at: NOON + 6000 }),
  flow({ app: 'dns', proto: UDP, rtt: 40, measured: measured('rtt') }),
  flow({ app: 'dns', proto: UDP, rtt: 60, measured: measured('rtt') }),
  flow({ app: 'dns', proto: UDP, rtt: 0 }),
  flow({ app: 'idle', proto: UDP, src_port: 1025, dst_port: 53 }),
  // The other hour: measured as zero, which is a value.
  flow({ app: 'idle', rtt: 0, measured: measured('rtt'), received_at: NOON + 70 * MINUTE, start_at: NOON + 69 * MINUTE, end_at: NOON + 69 * MINUTE }),
]

const TRANSPORT: readonly TestFlow[] = [
  flow({ exporter: '10.0.0.1', packets: 100, reverse_packets: 100, retransmitted: 5, measured: measured('retransmitted') }),
  flow({ exporter: '10.0.0.1', packets: 300, retransmitted: 0, measured: measured('retransmitted') }),
  flow({ exporter: '10.0.0.1', packets: 1_000_000, retransmitted: 7 }),
  flow({ exporter: '10.0.0.1', packets: 90, lost: 10, measured: measured('lost') }),
  flow({ exporter: '10.0.0.2', packets: 50 }),
  flow({ exporter: '10.0.0.2', packets: 1, tcp_flags: SYN }),
  flow({ exporter: '10.0.0.2', packets: 1, syn_count: 2, measured: measured('flag_counts') }),
  flow({ exporter: '10.0.0.2', tcp_flags: SYN | ACK | FIN }),
  flow({ exporter: '10.0.0.2', syn_count: 1, ack_count: 3, rst_count: 1, measured: measured('flag_counts') }),
  flow({ exporter: '10.0.0.2', tcp_flags: RST | ACK }),
  flow({ exporter: '10.0.0.2', packets: 1, tcp_flags: SYN, sampling_rate: 100 }),
  flow({ exporter: '10.0.0.2', packets: 1, tcp_flags: SYN, duplicate: 1 }),
  flow({ exporter: '10.0.0.2', proto: UDP, tcp_flags: SYN }),
].map(one => ({ ...one, app: 'tcp' }))

let bed: TestStore
let query: QueryEngine

before(async () => {
  bed = await openTestStore()
  bed.setNow(NOON + 2 * 60 * MINUTE)
  await bed.add([...FLOWS, ...TRANSPORT, ...GUESSED])
  query = createQuery({ store: bed.store, waitingSince: () => null, now: () => NOON + 120 * MINUTE })
})
after(() => bed.close())

const BASE: Query = { from: NOON, to: NOON + MINUTE, filter: 'not app in (tcp, guessed)', by: [], metrics: [], limit: 10, order: '' }

async function ask(question: Partial<Query> & { readonly metrics: readonly string[] }): Promise<Table | Series> {
  return await query.run({ ...BASE, order: `-${question.metrics[0]}`, ...question }, new AbortController().signal)
}

async function table(question: Partial<Query> & { readonly metrics: readonly string[] }): Promise<Table> {
  const answer = await ask(question)
  assert.equal(answer.kind, 'table')
  return answer as Table
}

const RTT = ['avg_rtt', 'min_rtt', 'p5_rtt', 'p50_rtt', 'p95_rtt', 'p99_rtt', 'max_rtt', 'count_rtt']

test('percentiles are the nearest rank of the measured flows, each once, in groups and in all', async () => {
  const { rows, totals, other, answeredFrom, notes } = await table({ by: ['app'], metrics: RTT })
  const row = (app: string): readonly unknown[] => RTT.map(name => rows.find(one => one['app'] === app)?.[name])
  assert.deepEqual(row('web'), [5500, 1000, 1000, 5000, 10_000, 10_000, 10_000, 10])
  assert.deepEqual(row('dns'), [50, 40, 40, 40, 60, 60, 60, 2])
  assert.deepEqual(row('idle'), [null, null, null, null, null, null, null, 0], 'nothing measured is no zero')
  assert.deepEqual(totals, {
    avg_rtt: 55_100 / 12,
    min_rtt: 40,
    p5_rtt: 40,
    p50_rtt: 4000,
    p95_rtt: 10_000,
    p99_rtt: 10_000,
    max_rtt: 10_000,
    count_rtt: 12,
  })
  assert.deepEqual([other, answeredFrom, notes.some(note => note.includes('single flows'))], [{ count_rtt: 0 }, 'raw', true])
  assert.equal(rows.at(-1)?.['app'], 'idle', 'what is not known stands last')
})

test('without columns the one row has null for what nobody measured', async () => {
  const metrics = ['bytes', 'p95_jitter', 'retransmitted', 'lost_percent', 'handshake_failures_estimate']
  const { rows, totals } = await table({ metrics, filter: 'app = idle' })
  assert.deepEqual(
    [rows, totals],
    [[{ bytes: 1000, p95_jitter: null, retransmitted: null, lost_percent: null, handshake_failures_estimate: null }], { bytes: 1000 }],
  )
  const empty = await table({ metrics, filter: 'app = nothing' })
  assert.deepEqual(empty.rows, [{ bytes: 0, p95_jitter: null, retransmitted: null, lost_percent: null, handshake_failures_estimate: null }])
})

test('a measured zero is a value, in series, in filters and in the range compared with', async () => {
  const metrics = ['p95_rtt', 'retransmitted', 'bytes']
  const answer = await ask({ metrics, filter: 'app = idle', to: NOON + 120 * MINUTE, granularity: 60 * MINUTE })
  assert.equal(answer.kind, 'series')
  assert.deepEqual((answer as Series).series[0]?.values, { p95_rtt: [null, 0], retransmitted: [null, null], bytes: [1000, 1000] })
  const later = { from: NOON + 60 * MINUTE, to: NOON + 120 * MINUTE }
  const compared = await table({ by: ['app'], metrics, compare: later, order: 'app' })
  assert.deepEqual(compared.compare?.rows, [
    { app: 'dns', p95_rtt: null, retransmitted: null, bytes: 0 },
    { app: 'idle', p95_rtt: 0, retransmitted: null, bytes: 1000 },
    { app: 'web', p95_rtt: null, retransmitted: null, bytes: 0 },
  ])
  assert.equal((await table({ metrics: ['count_rtt'], filter: 'app = web and rtt > 5ms' })).totals['count_rtt'], 5)
})

test('throughput is that of each flow; one without a duration has none', async () => {
  const { totals } = await table({ metrics: ['p50_bps', 'max_bps', 'count_bps', 'flows'], filter: 'app = web' })
  assert.deepEqual(totals, { p50_bps: 8000, max_bps: 8e9, count_bps: 40, flows: 41 })
})

test('shares are of the packets of the flows they were measured in', async () => {
  const metrics = ['retransmitted_percent', 'retransmitted', 'lost_percent', 'lost', 'out_of_order_percent', 'count_retransmitted']
  const { rows, totals, other } = await table({ by: ['exporter'], metrics, filter: 'app = tcp', order: 'exporter', duplicates: 'once' })
  assert.deepEqual(rows, [
    {
      exporter: '10.0.0.1',
      retransmitted_percent: 1,
      retransmitted: 5,
      lost_percent: 10,
      lost: 10,
      out_of_order_percent: null,
      count_retransmitted: 2,
    },
    {
      exporter: '10.0.0.2',
      retransmitted_percent: null,
      retransmitted: null,
      lost_percent: null,
      lost: null,
      out_of_order_percent: null,
      count_retransmitted: 0,
    },
  ])
  assert.deepEqual(totals, { retransmitted_percent: 1, retransmitted: 5, lost_percent: 10, lost: 10, count_retransmitted: 2 })
  assert.deepEqual(other, { count_retransmitted: 0 }, 'the rest was not measured, so it is not told as zero')
  const first = await table({ by: ['host'], metrics, filter: 'app = tcp' })
  assert.deepEqual(first.totals, totals, 'either side: a flow counts once in the totals')
})

test('flows by flags, and handshakes that failed where all packets were seen', async () => {
  const metrics = [
    'flag_flows',
    'syn_flows',
    'fin_flows',
    'rst_flows',
    'rst_flows_percent',
    'syn_count',
    'handshake_failures_estimate',
    'handshake_failures_percent_estimate',
  ]
  const { rows } = await table({ by: ['exporter'], metrics, filter: 'app = tcp', order: 'exporter', duplicates: 'once' })
  assert.deepEqual(
    rows.map(row => metrics.map(name => row[name])),
    [
      [null, null, null, null, null, null, null, null],
      [6, 5, 1, 2, 200 / 6, 3, 2, 50],
    ],
  )
})

test('fields of either side are told of the same side', async () => {
  const { rows, totals, notes } = await table({ by: ['host', 'port'], metrics: ['flows'], filter: 'app = idle' })
  assert.deepEqual(
    rows.map(row => [row['host'], row['port'], row['flows']]),
    [
      ['192.0.2.1', 1025, 1],
      ['198.51.100.1', 53, 1],
    ],
  )
  assert.deepEqual([totals['flows'], notes.length], [1, 1])
})

test('a single flow has null for what was not measured', async () => {
  const listing = { from: NOON, to: NOON + MINUTE, columns: ['rtt', 'rtt_client', 'bytes'], order: '-bytes', limit: 3 }
  const page = await query.flows({ ...listing, filter: 'app = dns' }, new AbortController().signal)
  assert.deepEqual(
    page.rows.map(row => [row['rtt'], row['rtt_client'], row['bytes']]),
    [
      [null, null, 1000],
      [60, null, 1000],
      [40, null, 1000],
    ],
  )
  const one = await query.flow(String(page.rows[1]?.['id']), '', new AbortController().signal)
  assert.deepEqual([one?.['rtt'], one?.['jitter'], one?.['mos']], [60, null, null])
})

const GUESSED: readonly TestFlow[] = [
  // Three SYN and no answer, with the offer of ECN; one SYN alone; one with an answer, whose packets may be any.
  flow({ exporter: '10.0.1.1', packets: 3, tcp_flags: SYN | 0xc0 }),
  flow({ exporter: '10.0.1.1', packets: 1, tcp_flags: SYN }),
  flow({ exporter: '10.0.1.1', packets: 96, tcp_flags: SYN | ACK | FIN }),
  // Counted flags: four SYN of one connection, of two connections, and of both directions of one.
  flow({ exporter: '10.0.1.2', packets: 10, syn_count: 4, ack_count: 6, fin_count: 1, measured: measured('flag_counts') }),
  flow({ exporter: '10.0.1.2', packets: 10, syn_count: 4, ack_count: 6, fin_count: 2, measured: measured('flag_counts') }),
  flow({ exporter: '10.0.1.2', packets: 10, reverse_packets: 10, syn_count: 4, ack_count: 16, measured: measured('flag_counts') }),
  // Nothing can be told: counted by the exporter, sampled, without flags, no TCP.
  flow({ exporter: '10.0.1.3', packets: 3, tcp_flags: SYN, retransmitted: 1, measured: measured('retransmitted') }),
  flow({ exporter: '10.0.1.3', packets: 3, tcp_flags: SYN, sampling_rate: 10 }),
  flow({ exporter: '10.0.1.3', packets: 3 }),
  flow({ exporter: '10.0.1.3', packets: 3, tcp_flags: SYN, proto: UDP }),
].map(one => ({ ...one, app: 'guessed' }))

test('what was sent again is estimated from SYN alone, where nobody counted, and never mixed with what was counted', async () => {
  const metrics = ['retransmitted', 'retransmitted_estimate', 'retransmitted_percent', 'retransmitted_percent_estimate']
  const { rows, totals } = await table({ by: ['exporter'], metrics, filter: 'app = guessed', order: 'exporter' })
  assert.deepEqual(
    rows.map(row => metrics.map(name => row[name])),
    [
      [null, 2, null, 2],
      [null, 3 + 2 + 2, null, 17.5],
      [1, null, (100 * 1) / 3, null],
    ],
  )
  assert.deepEqual([totals['retransmitted'], totals['retransmitted_estimate']], [1, 9])
})

/** Every figure of TCP, and a flow that is enough to know it as zero. */
const ZEROS: Readonly<Record<string, TestFlow>> = {
  retransmitted: { measured: measured('retransmitted') },
  retransmitted_percent: { measured: measured('retransmitted') },
  retransmitted_bytes: { measured: measured('retransmitted_bytes') },
  retransmitted_bytes_percent: { measured: measured('retransmitted_bytes') },
  retransmitted_estimate: { tcp_flags: ACK },
  retransmitted_percent_estimate: { tcp_flags: ACK },
  out_of_order: { measured: measured('out_of_order') },
  out_of_order_percent: { measured: measured('out_of_order') },
  lost: { measured: measured('lost') },
  lost_percent: { measured: measured('lost') },
  zero_window: { measured: measured('zero_window') },
  syn_count: { measured: measured('flag_counts') },
  fin_count: { measured: measured('flag_counts') },
  rst_count: { measured: measured('flag_counts') },
  psh_count: { measured: measured('flag_counts') },
  ack_count: { measured: measured('flag_counts') },
  urg_count: { measured: measured('flag_counts') },
  syn_flows: { tcp_flags: ACK },
  fin_flows: { tcp_flags: ACK },
  rst_flows: { tcp_flags: ACK },
  rst_flows_percent: { tcp_flags: ACK },
  handshake_failures_estimate: { tcp_flags: ACK },
  handshake_failures_percent_estimate: { tcp_flags: SYN | ACK },
}

test('each figure of TCP is null where it is not known, and zero where it is known to be none', async () => {
  for (const [at, [name, enough]] of Object.entries(ZEROS).entries()) {
    const app = `zero ${at}`
    await bed.add([flow({ app })])
    assert.deepEqual((await table({ metrics: [name], filter: `app = "${app}"` })).rows, [{ [name]: null }], `${name} of a flow without it`)
    await bed.add([flow({ app, ...enough })])
    assert.deepEqual((await table({ metrics: [name], filter: `app = "${app}"` })).rows, [{ [name]: 0 }], `${name} of a flow with none`)
  }
})

test('throughput of a sampled flow is times its rate, each flow counts once in its group, and a group without lifetimes has none', async () => {
  const group = (app: string, flows: readonly TestFlow[]): readonly TestFlow[] => flows.map(one => flow({ app, ...one }))
  await bed.add([
    // One giant among ten: the middle flow is a small one.
    ...group('throughput many', [...Array.from({ length: 9 }, (_, at) => ({ bytes: (at + 1) * 1000 })), { bytes: 1e9 }]),
    ...group('throughput sampled', [{ bytes: 1000, sampling_rate: 10 }]),
    ...group('throughput instant', [{ start_at: NOON + 6000 }, { start_at: NOON + 7000 }]),
  ])
  const { rows, totals } = await table({
    by: ['app'],
    metrics: ['p50_bps', 'p95_bps', 'p99_bps', 'count_bps', 'p50_pps'],
    filter: 'app starts with throughput',
    order: 'app',
  })
  assert.deepEqual(
    rows.map(row => Object.values(row)),
    [
      ['throughput instant', null, null, null, 0, null],
      ['throughput many', 40_000, 8e9, 8e9, 10, 10],
      ['throughput sampled', 80_000, 80_000, 80_000, 1, 100],
    ],
  )
  assert.equal(totals['count_bps'], 11)
})
