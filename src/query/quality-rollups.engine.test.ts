import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MEASURED_GROUPS, type MeasuredGroup } from '../schema/index.ts'
import { openTestStore, type TestFlow, type TestStore } from '../store/testing/index.ts'
import { createQuery, type Query, type QueryEngine, type Series, type Table } from './index.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOON = Date.UTC(2026, 0, 31, 12)

const bits = (...groups: readonly MeasuredGroup[]): number => groups.reduce((sum, group) => sum + 2 ** MEASURED_GROUPS.indexOf(group), 0)

/** Flows of three hours: some measured, some told again, sampled or not, long and short, and values that were not measured beside those that were. */
function mixed(count: number, seed: number, from = NOON, to = NOON + 3 * HOUR): readonly TestFlow[] {
  let state = seed
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const pick = <T>(values: readonly [T, ...T[]]): T => values[random(values.length)] ?? values[0]
  return Array.from({ length: count }, (): TestFlow => {
    const end = from + random(to - from)
    const tcp = random(3) > 0
    return {
      received_at: end + random(60_000),
      end_at: end,
      start_at: end - pick([0, random(900), random(20 * MINUTE)]),
      exporter: `10.0.0.${random(3)}`,
      in_if: random(2),
      out_if: random(2),
      src: `192.0.2.${random(9)}`,
      dst: `198.51.100.${random(9)}`,
      proto: tcp ? 6 : 17,
      tcp_flags: tcp ? pick([0, 2, 18, 19, 20, 27]) : 0,
      sampling_rate: pick([0, 1, 1, 100]),
      bytes: random(1_000_000),
      packets: 1 + random(1000),
      reverse_packets: pick([0, random(500)]),
      src_as: random(3),
      dst_as: random(3),
      src_country: pick(['DE', 'US']),
      app: pick(['dns', 'web', 'ssh']),
      category: pick(['work', 'play']),
      duplicate: pick([0, 0, 0, 1, 2]),
      measured: pick([
        0,
        0,
        bits('rtt'),
        bits('rtt', 'retransmitted', 'out_of_order'),
        bits('flag_counts'),
        bits('mos', 'loss', 'jitter'),
        bits('lost', 'zero_window'),
      ]),
      rtt: Math.round(Math.exp(random(1400) / 100)),
      retransmitted: random(9),
      out_of_order: random(4),
      lost: random(5),
      zero_window: random(2),
      syn_count: random(4),
      fin_count: random(2),
      ack_count: random(3),
      jitter: random(40_000),
      loss: random(500) / 100,
      mos: 1 + random(350) / 100,
    }
  })
}

let bed: TestStore
let query: QueryEngine
/** The same flows with nothing rolled up: what raw rows answer. */
let raw: QueryEngine

/** Closes what is over by the clock, as the next insert would. */
const settle = async (now: number): Promise<void> => {
  bed.setNow(now)
  await bed.add([{ received_at: now - 1, start_at: now - 1, end_at: now - 1, duplicate: 2 }])
  for (let reached = -1; reached !== bed.store.reach.quality.until;) {
    reached = bed.store.reach.quality.until
    await bed.addBlocks([], 'nothing')
  }
}

before(async () => {
  bed = await openTestStore()
  bed.setNow(NOON + HOUR)
  await bed.add(mixed(4000, 1))
  await settle(NOON + 3 * HOUR + 2 * MINUTE)
  // These come after their minutes, and some after their hour, were summed up.
  await bed.add(mixed(1500, 2))
  const deps = { waitingSince: () => null, now: () => NOON + 4 * HOUR }
  query = createQuery({ store: bed.store, ...deps })
  const { reach } = bed.store
  raw = createQuery({
    store: { query: bed.store.query, reach: { hoursUntil: reach.hoursUntil, quality: { from: 0, until: 0 }, droppedUntil: () => 0 } },
    ...deps,
  })
})
after(() => bed.close())

const BASE: Query = { from: NOON, to: NOON + 3 * HOUR, filter: '', by: [], metrics: [], limit: 100, order: '' }
const ask = (engine: QueryEngine, question: Partial<Query> & { readonly metrics: readonly string[] }): Promise<Table | Series> =>
  engine.run({ ...BASE, order: `-${question.metrics[0]}`, ...question }, new AbortController().signal)

const COUNTS = [
  'count_rtt',
  'min_rtt',
  'max_rtt',
  'avg_rtt',
  'count_mos',
  'min_mos',
  'max_mos',
  'count_retransmitted',
  'retransmitted',
  'retransmitted_percent',
  'out_of_order',
  'out_of_order_percent',
  'lost',
  'lost_percent',
  'zero_window',
  'count_zero_window',
  'syn_count',
  'fin_count',
  'ack_count',
  'flag_flows',
  'syn_flows',
  'fin_flows',
  'rst_flows',
  'rst_flows_percent',
  'handshake_failures_estimate',
  'handshake_failures_percent_estimate',
  'retransmitted_estimate',
  'retransmitted_percent_estimate',
  'count_jitter',
  'count_loss',
]
/** Rows, totals, values: everything but what answered and how. */
const told = (answer: Table | Series): unknown =>
  answer.kind === 'table' ? [answer.rows, answer.totals, answer.other] : [answer.times, answer.series, answer.totals]

test('counts, sums, extremes and shares are those of the raw rows to the digit, whatever is asked for', async () => {
  const { from, until } = bed.store.reach.quality
  assert.deepEqual([from, until > NOON + 2 * HOUR && until < NOON + 3 * HOUR], [0, true], 'the end of the range is told by raw rows')
  const few = ['count_rtt', 'avg_rtt', 'max_rtt', 'retransmitted_percent', 'lost', 'rst_flows', 'handshake_failures_percent_estimate']
  const questions: readonly (Partial<Query> & { readonly metrics: readonly string[] })[] = [
    { metrics: COUNTS, by: ['app'], order: 'app' },
    { metrics: COUNTS, granularity: 30 * MINUTE, filter: 'category = work' },
    { metrics: few, by: ['exporter', 'if'], order: 'exporter' },
    { metrics: few, by: ['exporter', 'if'], order: 'exporter', duplicates: 'once' },
    { metrics: few, by: ['app'], granularity: HOUR, limit: 2 },
    { metrics: [...few, 'flows', 'bytes', 'packets', 'bps'], by: ['app'], order: '-bytes', limit: 2 },
    { metrics: [...few, 'flows', 'bytes', 'bytes_as_sent'], granularity: 30 * MINUTE, filter: 'proto = tcp and not app = dns' },
    { metrics: ['flows', 'count_rtt', 'max_rtt'], by: ['app'], filter: 'rtt measured' },
    { metrics: few.slice(0, 5), by: ['as', 'country'], order: '-count_rtt' },
    { metrics: few.slice(0, 5), by: ['dst_as'], order: 'dst_as', compare: { from: NOON, to: NOON + HOUR } },
    { metrics: few, by: ['app'], order: 'app', from: NOON + 17 * MINUTE, to: NOON + 171 * MINUTE },
  ]
  for (const question of questions) {
    const [held, flows] = [await ask(query, question), await ask(raw, question)]
    assert.match(held.answeredFrom, /^quality_/, JSON.stringify(question))
    assert.equal(flows.answeredFrom, 'raw')
    assert.deepEqual(rounded(told(held)), rounded(told(flows)), JSON.stringify(question))
    assert.equal(held.complete, true)
  }
})

/** Means and shares of real numbers depend on the order they are summed in: 12 digits of them count. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one: unknown) => (typeof one === 'number' && !Number.isInteger(one) ? Number(one.toPrecision(10)) : one)))

test('percentiles come near those of the raw rows, in groups and in all', async () => {
  const metrics = ['p50_rtt', 'p95_rtt', 'p99_rtt', 'p5_mos', 'p95_jitter']
  for (const by of [[], ['app'], ['dst_country']]) {
    const [held, flows] = [await ask(query, { metrics, by }), await ask(raw, { metrics, by })]
    assert.ok(held.kind === 'table' && flows.kind === 'table' && held.answeredFrom === 'quality_hour')
    const byKey = new Map(flows.rows.map(row => [by.map(name => row[name]).join(), row]))
    for (const row of held.rows) {
      const other = byKey.get(by.map(name => row[name]).join())
      for (const name of metrics) {
        const [value, expected] = [Number(row[name]), Number(other?.[name])]
        assert.ok(Math.abs(value - expected) <= 0.05 * expected, `${name} by ${by.join()}: ${value}, of raw rows ${expected}`)
      }
    }
  }
})

test('what nobody measured is null out of roll-ups too', async () => {
  const metrics = ['p95_rtt_client', 'avg_app_latency', 'max_r_factor', 'retransmitted_bytes', 'count_rtt_client', 'bytes']
  const answer = await ask(query, { metrics, filter: 'app = dns' })
  assert.match(answer.answeredFrom, /^quality_/)
  assert.deepEqual(answer.kind === 'table' && Object.values(answer.rows[0] ?? {}).slice(0, 5), [null, null, null, null, 0])
  const nothing = await ask(query, { metrics, filter: 'app = nothing' })
  assert.deepEqual(nothing.kind === 'table' && Object.values(nothing.rows[0] ?? {}), [null, null, null, null, 0, 0])
})
