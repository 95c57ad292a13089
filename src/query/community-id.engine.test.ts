/** Community IDs as the engine works them out: listed, sorted by, filtered by, and of one flow. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readAddress } from '../schema/index.ts'
import { COMMUNITY_FLOWS } from '../filter/fixtures/community-id.ts'
import { openTestStore, type TestStore } from '../store/testing/index.ts'
import { createQuery, type QueryEngine } from './index.ts'

const NOON = Date.UTC(2026, 0, 31, 12)
const RANGE = { from: NOON - 60_000, to: NOON + 60_000 }
const signal = new AbortController().signal

let bed: TestStore
let query: QueryEngine
before(async () => {
  bed = await openTestStore()
  bed.setNow(NOON)
  // The place of a flow in the baseline is its count of packets.
  const flows = COMMUNITY_FLOWS.map(({ row }, packets) => ({
    ...row,
    src: readAddress(row.src) ?? 0n,
    dst: readAddress(row.dst) ?? 0n,
    packets,
    received_at: NOON,
    start_at: NOON,
    end_at: NOON,
  }))
  await bed.add([...flows, { packets: flows.length, proto: 6, src: 0n, dst: 0n, received_at: NOON, start_at: NOON, end_at: NOON }], { family: 6 })
  query = createQuery({ store: bed.store, waitingSince: () => null, now: () => NOON })
})
after(() => bed.close())

const COLUMNS = ['packets_as_sent', 'community_id']

test('the ids of the specification’s baseline; none without addresses', async () => {
  const { rows } = await query.flows({ ...RANGE, filter: '', columns: COLUMNS, order: 'packets', limit: 100 }, signal)
  assert.deepEqual(
    rows.map(row => [row['packets_as_sent'], row['community_id']]),
    [...COMMUNITY_FLOWS.map(({ id }) => id), ''].map((id, at) => [at, id]),
  )
})

test('both directions of a connection are found by the id of one', async () => {
  const { rows } = await query.flows(
    { ...RANGE, filter: 'community_id = "1:LQU9qZlK+B5F3KDmev6m5PMibrg="', columns: ['src_port'], order: 'src_port', limit: 100 },
    signal,
  )
  assert.deepEqual(
    rows.map(row => row['src_port']),
    [80, 34_855],
  )
  const { total } = await query.flows({ ...RANGE, filter: 'not community_id exists', columns: ['src_port'], order: 'src_port', limit: 100 }, signal)
  assert.equal(total.flows, 1)
})

test('pages are cut by the id, and one flow has its own', async () => {
  const seen: unknown[] = []
  let cursor: string | undefined
  do {
    const page = await query.flows(
      { ...RANGE, filter: '', columns: COLUMNS, order: '-community_id', limit: 5, ...(cursor === undefined ? {} : { cursor }) },
      signal,
    )
    for (const row of page.rows) {
      seen.push(row['community_id'])
      const one = await query.flow(String(row['id']), '', signal)
      assert.deepEqual(
        Object.entries(one?.['computed'] ?? {}).find(([name]) => name === 'community_id'),
        ['community_id', row['community_id']],
      )
    }
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  const wanted = ['', ...COMMUNITY_FLOWS.map(({ id }) => id)].toSorted().toReversed()
  assert.deepEqual(seen, wanted)
})

test('it is no column to group by', async () => {
  await assert.rejects(query.run({ ...RANGE, filter: '', by: ['community_id'], metrics: ['bytes'], limit: 1, order: '-bytes' }, signal), {
    code: 'FL_QUERY_INVALID',
  })
})
