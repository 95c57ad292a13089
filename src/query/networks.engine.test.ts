/** Addresses grouped by the networks they are in. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FlowLensError, readAddress } from '../schema/index.ts'
import { openTestStore, type TestFlow, type TestStore } from '../store/testing/index.ts'
import { createQuery, type Query, type QueryEngine, type Series, type Table } from './index.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 0, 31, 12)
const signal = new AbortController().signal

const flow = (src: string, dst: string, bytes: number, at = NOON): TestFlow => ({
  received_at: at + 1000,
  start_at: at,
  end_at: at,
  src: readAddress(src) ?? 0n,
  dst: readAddress(dst) ?? 0n,
  bytes,
  packets: 1,
  sampling_rate: 1,
})

const FLOWS: readonly TestFlow[] = [
  flow('10.1.2.1', '10.1.3.1', 100),
  flow('10.1.2.200', '10.1.2.5', 20),
  flow('10.1.2.200', '192.0.2.1', 3, NOON + MINUTE),
  flow('10.2.0.1', '10.1.2.9', 4000),
  flow('2001:db8:1:1::1', '2001:db8:1:2::1', 50_000),
  flow('2001:db8:2::1', '10.1.2.1', 600_000),
]

let bed: TestStore
let query: QueryEngine
before(async () => {
  bed = await openTestStore()
  bed.setNow(NOON + 20 * MINUTE)
  await bed.add(FLOWS, { family: 6 })
  query = createQuery({ store: bed.store, waitingSince: () => null, now: () => NOON + 20 * MINUTE })
})
after(() => bed.close())

const BASE: Query = { from: NOON, to: NOON + 20 * MINUTE, filter: '', by: [], metrics: ['bytes', 'flows'], limit: 20, order: '-bytes' }

async function table(by: readonly string[], more: Partial<Query> = {}): Promise<Table> {
  const answer = await query.run({ ...BASE, by, ...more }, signal)
  assert.equal(answer.kind, 'table')
  return answer as Table
}

const figures = (answer: Table, name: string): unknown[] => answer.rows.map(row => [row[name], row['bytes'], row['flows']])

test('a network is told as CIDR, each family by its own length', async () => {
  assert.deepEqual(figures(await table(['src/24']), 'src/24'), [
    ['2001:db8:2::/48', 600_000, 1],
    ['2001:db8:1::/48', 50_000, 1],
    ['10.2.0.0/24', 4000, 1],
    ['10.1.2.0/24', 123, 3],
  ])
  assert.deepEqual(figures(await table(['src/8/32']), 'src/8/32'), [
    ['2001:db8::/32', 650_000, 2],
    ['10.0.0.0/8', 4123, 4],
  ])
  // A length no IPv4 address has is one of IPv6.
  assert.deepEqual(
    (await table(['src/64'])).rows.map(row => row['src/64']),
    ['2001:db8:2::/64', '2001:db8:1:1::/64', '10.2.0.0/24', '10.1.2.0/24'],
  )
})

test('a flow inside one network counts once for it, by either side', async () => {
  const answer = await table(['ip/24'])
  assert.deepEqual(figures(answer, 'ip/24'), [
    ['10.1.2.0/24', 604_123, 5],
    ['2001:db8:2::/48', 600_000, 1],
    ['2001:db8:1::/48', 50_000, 1],
    ['10.2.0.0/24', 4000, 1],
    ['10.1.3.0/24', 100, 1],
    ['192.0.2.0/24', 3, 1],
  ])
  assert.deepEqual(answer.totals, { bytes: 654_123, flows: 6 })
})

test('sums of hosts answer for one side as the flows themselves do', async () => {
  const [summed, raw] = [await table(['dst/16']), await table(['dst/16'], { filter: 'packets >= 0' })]
  assert.deepEqual([summed.answeredFrom, raw.answeredFrom], ['host_minute', 'raw'])
  assert.deepEqual([summed.rows, summed.totals, summed.other], [raw.rows, raw.totals, raw.other])
})

test('the key of a row is a filter', async () => {
  for (const row of (await table(['src/24'])).rows) {
    const { totals } = await table([], { filter: `src in ${String(row['src/24'])}` })
    assert.deepEqual([totals['bytes'], totals['flows']], [row['bytes'], row['flows']], String(row['src/24']))
  }
})

test('series, comparison and other columns beside', async () => {
  const answer = (await query.run({ ...BASE, by: ['src/24', 'proto'], limit: 2, order: 'bytes', granularity: MINUTE }, signal)) as Series
  assert.deepEqual(
    answer.series.map(({ key, values }) => [key['src/24'], values['bytes']?.slice(0, 2)]),
    [
      ['10.1.2.0/24', [120, 3]],
      ['10.2.0.0/24', [4000, 0]],
      [undefined, [650_000, 0]],
    ],
  )
  const compared = await table(['src/24'], { compare: { from: NOON + MINUTE, to: NOON + 2 * MINUTE } })
  assert.deepEqual(
    compared.compare?.rows.map(row => row['bytes']),
    [0, 0, 0, 3],
  )
})

test('lengths that no address has, and columns that are none, are refused', async () => {
  for (const by of ['src/0', 'src/129', 'src/33/48', 'src/24/129', 'src/24/48/1', 'src/', 'src/x', 'proto/8', 'nope/24', 'src/24/24/24'])
    await assert.rejects(table([by]), error => error instanceof FlowLensError && error.code === 'FL_QUERY_INVALID', by)
})
