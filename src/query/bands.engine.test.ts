/** Flows counted by the bands that a measured time is in. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FlowLensError, MEASURED_GROUPS, type MeasuredGroup } from '../schema/index.ts'
import { openTestStore, type TestFlow, type TestStore } from '../store/testing/index.ts'
import { createQuery, type Query, type QueryEngine, type Series, type Table } from './index.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 0, 31, 12)
const signal = new AbortController().signal
const measured = (...groups: readonly MeasuredGroup[]): number => groups.reduce((bits, group) => bits + 2 ** MEASURED_GROUPS.indexOf(group), 0)

const flow = (rest: TestFlow): TestFlow => ({
  received_at: NOON + 10_000,
  start_at: NOON + 5000,
  end_at: NOON + 6000,
  src: '192.0.2.1',
  dst: '198.51.100.1',
  app: 'web',
  proto: 6,
  bytes: 1000,
  packets: 10,
  sampling_rate: 1,
  measured: measured('rtt'),
  ...rest,
})
const later = { received_at: NOON + 2.5 * MINUTE, start_at: NOON + 2 * MINUTE, end_at: NOON + 2.2 * MINUTE }

const FLOWS: readonly TestFlow[] = [
  // Both sides of an edge: a band holds its lower one alone.
  flow({ rtt: 999 }),
  flow({ rtt: 1000 }),
  flow({ rtt: 1999, bytes: 5_000_000 }),
  flow({ rtt: 2000 }),
  // Zero is a time when it was measured, and none where it was not.
  flow({ rtt: 0 }),
  flow({ rtt: 0, measured: 0 }),
  flow({ rtt: 77_000, measured: measured('rtt_server'), rtt_server: 60_000 }),
  // The slowest there are.
  flow({ rtt: 100_000_000, app: 'dns' }),
  flow({ rtt: 4_000_000_000, app: 'dns' }),
  flow({ ...later, rtt: 1500, app: 'dns', sampling_rate: 100 }),
  flow({ ...later, rtt: 1500, app: 'dns', duplicate: 1 }),
  flow({ ...later, rtt: 1500, app: 'dns', duplicate: 2 }),
  // A call of three minutes: its bytes lie in all of them, the flow where it ended.
  flow({ ...later, start_at: NOON, rtt: 55_000, measured: measured('rtt', 'app_latency'), app_latency: 3, app: 'call', bytes: 132_000 }),
]

let bed: TestStore
let query: QueryEngine
before(async () => {
  bed = await openTestStore()
  bed.setNow(NOON + 20 * MINUTE)
  await bed.add(FLOWS)
  query = createQuery({ store: bed.store, waitingSince: () => null, now: () => NOON + 20 * MINUTE })
})
after(() => bed.close())

const BASE: Query = { from: NOON, to: NOON + 20 * MINUTE, filter: '', by: ['rtt/3'], metrics: ['flows'], limit: 100, order: 'rtt/3' }

async function table(more: Partial<Query> = {}): Promise<Table> {
  const answer = await query.run({ ...BASE, ...more }, signal)
  assert.equal(answer.kind, 'table')
  return answer as Table
}
const figures = ({ by, rows }: Table): unknown[] => rows.map(row => [...by.map(name => row[name]), row['flows']])

test('every measured flow is in the one band that holds its time, and no other flow is in any', async () => {
  const answer = await table()
  assert.deepEqual(figures(answer), [
    ['0..1us', 1],
    ['500us..1ms', 1],
    ['1ms..2ms', 3],
    ['2ms..5ms', 1],
    ['50ms..100ms', 1],
    ['100s..', 2],
  ])
  assert.deepEqual([answer.totals, answer.other, answer.answeredFrom], [{ flows: 9 }, { flows: 0 }, 'raw'])
  assert.ok(answer.notes.some(note => note.includes('"rtt measured"')))
  assert.deepEqual((await table({ by: [], filter: 'rtt measured', order: 'flows' })).totals, answer.totals, 'as the filter has it')
})

test('the width of bands is in the name; other times have theirs', async () => {
  assert.deepEqual(figures(await table({ by: ['rtt/1'], order: 'rtt/1' })), [
    ['0..1us', 1],
    ['100us..1ms', 1],
    ['1ms..10ms', 4],
    ['10ms..100ms', 1],
    ['100s..', 2],
  ])
  assert.deepEqual(figures(await table({ by: ['rtt/9'], order: '-rtt/9', limit: 2 })), [
    ['100s..', 2],
    ['50ms..60ms', 1],
  ])
  assert.deepEqual(figures(await table({ by: ['rtt_server/3'], order: 'rtt_server/3' })), [['50ms..100ms', 1]])
  const both = await table({ by: ['rtt/1', 'app_latency/1'], order: '-flows' })
  assert.deepEqual([figures(both), both.totals], [[['10ms..100ms', '1us..10us', 1]], { flows: 1 }], 'both have to be measured')
})

test('a flow that several exporters told counts as asked, and bytes by the sampling rate', async () => {
  const band = async (more: Partial<Query>) =>
    (await table({ ...more, metrics: ['flows', 'bytes', 'packets_as_sent'] })).rows.find(row => row['rtt/3'] === '1ms..2ms')
  assert.deepEqual(await band({}), { 'rtt/3': '1ms..2ms', flows: 3, bytes: 5_101_000, packets_as_sent: 30 })
  assert.equal((await band({ duplicates: 'hops' }))?.['flows'], 4)
  assert.equal((await band({ duplicates: 'all' }))?.['flows'], 5)
  assert.equal((await band({ asSent: true }))?.['bytes'], 5_002_000)
})

test('over time a flow is counted where it ended, its bytes where they were', async () => {
  const answer = (await query.run({ ...BASE, to: NOON + 4 * MINUTE, metrics: ['flows', 'bytes'], granularity: MINUTE }, signal)) as Series
  assert.deepEqual(
    answer.series.map(({ key, values }) => [key['rtt/3'], values['flows']]),
    [
      ['0..1us', [1, 0, 0, 0]],
      ['500us..1ms', [1, 0, 0, 0]],
      ['1ms..2ms', [2, 0, 1, 0]],
      ['2ms..5ms', [1, 0, 0, 0]],
      ['50ms..100ms', [0, 0, 1, 0]],
      ['100s..', [2, 0, 0, 0]],
    ],
  )
  assert.deepEqual(answer.series[4]?.values['bytes'], [60_000, 60_000, 12_000, 0])
})

test('other columns, given bands and a second range stand beside them', async () => {
  assert.deepEqual(figures(await table({ by: ['app', 'rtt/3'], order: '-flows', limit: 2 })), [
    ['dns', '100s..', 2],
    ['web', '1ms..2ms', 2],
  ])
  const { rows, totals, other } = await table({ keys: [{ 'rtt/3': '2ms..5ms' }, { 'rtt/3': '5ms..10ms' }, { 'rtt/3': 'nonsense' }] })
  assert.deepEqual([rows.map(row => row['flows']), totals, other], [[1, 0, 0], { flows: 9 }, { flows: 8 }])
  const compared = await table({ to: NOON + MINUTE, compare: { from: NOON + 2 * MINUTE, to: NOON + 3 * MINUTE } })
  assert.deepEqual(
    compared.compare?.rows.map(row => [row['rtt/3'], row['flows']]),
    [
      ['0..1us', 0],
      ['500us..1ms', 0],
      ['1ms..2ms', 1],
      ['2ms..5ms', 0],
      ['50ms..100ms', 1],
      ['100s..', 0],
    ],
  )
})

test('a filter by the edges of a band keeps its flows', async () => {
  for (const [filter, flows] of [
    ['rtt >= 1ms and rtt < 2ms', 3],
    ['rtt < 1us', 1],
    ['rtt >= 100s', 2],
  ] as const)
    assert.deepEqual((await table({ by: [], filter, order: 'flows' })).totals, { flows }, filter)
})

test('what has no bands is refused with a way out; conversations are no flows', async () => {
  for (const [by, words] of [
    ['rtt/2', 'write rtt/3'],
    ['rtt/', 'write rtt/3'],
    ['rtt/3/3', 'write rtt/3'],
    ['rtt', 'write rtt/3'],
    ['duration/3', 'duration'],
    ['bytes/3', 'bytes'],
    ['__proto__/3', '__proto__'],
  ] as const)
    await assert.rejects(table({ by: [by] }), error => error instanceof FlowLensError && error.code === 'FL_QUERY_INVALID' && error.message.includes(words), by)
  await assert.rejects(
    query.conversationFigures({ from: NOON, to: NOON + MINUTE, filter: '', scope: '', by: ['rtt/3'], order: '-conversations', limit: 5 }, signal),
    /conversations have response_time_estimate/,
  )
})
