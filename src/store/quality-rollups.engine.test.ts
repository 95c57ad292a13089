import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MEASURED_GROUPS, STORED_COLUMNS } from '../schema/index.ts'
import { openTestStore, type TestFlow, type TestStore } from './testing/index.ts'
import { DIGESTED, lateQualityViews, QUALITY_ROLLUPS, QUALITY_SUMS, qualityTable } from './quality-rollups.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOON = Date.UTC(2026, 0, 31, 12)
const RTT = 2 ** MEASURED_GROUPS.indexOf('rtt')

const at = (time: number, rest: TestFlow = {}): TestFlow => ({ received_at: time, start_at: time - 90_000, end_at: time, proto: 17, ...rest })
const measured = (time: number, rtt: number, rest: TestFlow = {}): TestFlow => at(time, { measured: RTT, rtt, ...rest })

/** Lets the clock run and inserts until nothing is left to sum up. */
async function settle(bed: TestStore, now: number): Promise<void> {
  bed.setNow(now)
  await bed.add([{ received_at: now, end_at: now, start_at: now, duplicate: 2 }])
  for (let until = -1; until !== bed.store.reach.quality.until;) {
    until = bed.store.reach.quality.until
    await bed.addBlocks([], 'nothing')
  }
}
const sums = (bed: TestStore, table: string): Promise<readonly unknown[]> => bed.row(`SELECT sum(flows), sum(rtt_sum) FROM ${table}`)

test('every column of quality that is a figure is held', () => {
  const held: ReadonlySet<string> = new Set([...DIGESTED, ...QUALITY_SUMS])
  const missing = STORED_COLUMNS.filter(({ measured: group, role, name }) => group !== undefined && role === 'metric' && !held.has(name))
  assert.deepEqual(
    missing.map(({ name }) => name),
    [],
    'a new one needs a step in migrate.ts',
  )
})

test('flows that tell nothing make no row; others count whole in the minute of their end, once, late ones too', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  await bed.add([
    at(NOON),
    measured(NOON, 10),
    measured(NOON + 30_000, 0, { bytes: 5, packets: 3, retransmitted: 9 }),
    measured(NOON + MINUTE, 20, { duplicate: 1 }),
    measured(NOON + MINUTE, 40, { duplicate: 2 }),
    at(NOON, { proto: 6, tcp_flags: 2 }),
    at(NOON, { proto: 6 }),
  ])
  await settle(bed, NOON + 20 * MINUTE)
  const rows = async (): Promise<readonly unknown[]> =>
    (
      await bed.store.query({
        sql: 'SELECT toUnixTimestamp(minute), proto, measured, duplicate, sum(flows), sum(rtt_sum), max(rtt_max), sum(syn_flows) FROM quality_minute GROUP BY ALL ORDER BY ALL',
      })
    ).rows.map(row => row.map(Number))
  const first = NOON / 1000
  assert.deepEqual(await rows(), [
    [first, 6, 0, 0, 1, 0, 0, 1],
    [first, 17, RTT, 0, 2, 10, 10, 0],
    [first + 60, 17, RTT, 1, 1, 20, 20, 0],
  ])
  assert.deepEqual(await sums(bed, 'quality_as_minute'), ['3', '30'])
  const late = [measured(NOON + MINUTE, 7), at(NOON, { proto: 6, tcp_flags: 2 })]
  await bed.add(late, { token: 'late', firstSeq: 9001 })
  await bed.add(late, { token: 'late', firstSeq: 9001 })
  assert.deepEqual(
    [await sums(bed, 'quality_minute'), await sums(bed, 'quality_as_minute')],
    [
      ['6', '37'],
      ['4', '37'],
    ],
  )
  await settle(bed, NOON + 2 * HOUR)
  await bed.add([measured(NOON + 2 * MINUTE, 100)])
  for (const rollup of QUALITY_ROLLUPS) {
    assert.deepEqual(await sums(bed, qualityTable(rollup, 'hour')), await sums(bed, qualityTable(rollup, 'minute')), rollup.name)
  }
  assert.deepEqual(await sums(bed, 'quality_hour'), ['7', '137'])
})

test('a store of an older program is summed up from its raw rows, some minutes with every insert', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  const tables = QUALITY_ROLLUPS.flatMap(rollup => [qualityTable(rollup, 'minute'), qualityTable(rollup, 'hour')])
  const views = lateQualityViews().flatMap(sql => /VIEW IF NOT EXISTS (\w+)/.exec(sql)?.[1] ?? [])
  for (const name of [...views, ...tables, 'late_flows', 'closed_quality']) await bed.store.query({ sql: `DROP TABLE ${name}` })
  await bed.store.query({ sql: 'ALTER TABLE store_version DELETE WHERE version > 3', settings: { mutations_sync: 2 } })
  // One that ended long before it was told, some of an hour and a half, and a day that is dropped already.
  await bed.store.query({ sql: `INSERT INTO dropped SETTINGS async_insert = 0 SELECT 'flows', ${(NOON - 84 * HOUR) / 1000}` })
  await bed.add([
    measured(NOON, 1, { end_at: NOON - 80 * HOUR, start_at: NOON - 80 * HOUR }),
    ...Array.from({ length: 90 }, (_, minute) => measured(NOON + minute * MINUTE, 1)),
  ])
  await bed.restart()
  assert.deepEqual(bed.store.reach.quality, { from: NOON - 84 * HOUR, until: 0 }, 'nothing counts as held before it is')
  bed.setNow(NOON + 100 * MINUTE)
  await bed.addBlocks([], 'nothing')
  const first = bed.store.reach.quality.until
  assert.ok(first > 0 && first < NOON + 95 * MINUTE)
  assert.deepEqual(
    await bed.row('SELECT sum(flows) FROM quality_minute'),
    await bed.row(`SELECT count() FROM flows WHERE end_at < fromUnixTimestamp64Milli(${first})`),
  )
  await settle(bed, NOON + 100 * MINUTE)
  assert.deepEqual(
    [await sums(bed, 'quality_minute'), await sums(bed, 'quality_hour')],
    [
      ['91', '91'],
      ['61', '61'],
    ],
  )
  await bed.restart()
  assert.deepEqual(bed.store.reach.quality, { from: NOON - 84 * HOUR, until: NOON + 95 * MINUTE })
})

test('minutes that were being summed up when the program was killed are summed up at the start, once', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  await bed.add(Array.from({ length: 20 }, (_, minute) => measured(NOON + minute * MINUTE, 1)))
  await settle(bed, NOON + 12 * MINUTE)
  const { until } = bed.store.reach.quality
  assert.equal(until, NOON + 5 * MINUTE)
  await bed.store.query({ sql: `INSERT INTO closed_quality SETTINGS async_insert = 0 SELECT 0, ${until / 1000}, ${NOON / 1000 + 900}` })
  await bed.restart()
  assert.deepEqual([bed.store.reach.quality.until, await sums(bed, 'quality_minute')], [NOON + 15 * MINUTE, ['15', '15']])
  // As if all but the note that it is done had been written.
  await bed.store.query({ sql: `ALTER TABLE closed_quality DELETE WHERE closed_until > ${until / 1000}`, settings: { mutations_sync: 2 } })
  await bed.restart()
  assert.deepEqual([bed.store.reach.quality.until, await sums(bed, 'quality_minute')], [NOON + 15 * MINUTE, ['15', '15']])
})
