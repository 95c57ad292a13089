import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STORED_COLUMNS, FlowLensError, MEASURED_GROUPS, columnByName } from '../schema/index.ts'
import { blockOf, openTestStore, type TestFlow, type TestStore } from './testing/index.ts'
import { ROLLUPS, hopsAdded, rollupDeclaration } from './rollups.ts'

const NOON = Date.UTC(2026, 0, 31, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Flows of many lengths, exporters and sampling rates; the same for the same seed. */
function flowsOf(count: number, seed: number, until = NOON): TestFlow[] {
  let state = seed
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const pick = <T>(values: readonly [T, ...T[]]): T => values[random(values.length)] ?? values[0]
  return Array.from({ length: count }, (): TestFlow => {
    const received = until - random(30 * MINUTE)
    const end = received - random(10_000)
    return {
      received_at: received,
      end_at: end,
      start_at: end - pick([0, random(900), random(2 * MINUTE), random(random(40) === 0 ? 2 * HOUR : 20_000)]),
      exporter: `10.0.0.${random(4)}`,
      in_if: random(3),
      out_if: random(3),
      src: `192.0.2.${random(20)}`,
      dst: `198.51.100.${random(20)}`,
      proto: pick([6, 17]),
      sampling_rate: pick([0, 1, 100, 4096]),
      bytes: BigInt(random(2 ** 31)) * BigInt(1 + random(3000)),
      packets: 1 + random(1_000_000),
      src_as: random(5),
      dst_as: random(5),
      app: pick(['', 'dns', 'https']),
      src_country: pick(['DE', 'US']),
    }
  })
}

const SUMS: readonly (readonly [string, string])[] = [
  [
    'flows',
    'SELECT count(), toString(sum(toUInt256(bytes) * greatest(sampling_rate, 1))), toString(sum(toUInt256(packets) * greatest(sampling_rate, 1))) FROM flows WHERE duplicate = 0',
  ],
  ...['traffic_minute', 'as_minute'].map(
    table =>
      [
        table,
        `SELECT sum(flows), toString(sum(toUInt256(bytes) * greatest(sampling_rate, 1))), toString(sum(toUInt256(packets) * greatest(sampling_rate, 1))) FROM ${table} WHERE duplicate = 0`,
      ] as const,
  ),
  ['hosts_minute', 'SELECT sum(flows), toString(sum(toUInt256(bytes))), toString(sum(toUInt256(packets))) FROM hosts_minute WHERE side != 1'],
]

async function agree(bed: TestStore): Promise<readonly unknown[]> {
  const [first, ...others] = await Promise.all(SUMS.map(([, sql]) => bed.row(sql)))
  for (const [at, sums] of others.entries()) assert.deepEqual(sums.map(String), first?.map(String), SUMS[at + 1]?.[0] ?? '')
  return first ?? []
}

test('every column comes back as it was stored, in batches of either family', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  const valueOf = (name: string): number | string | bigint => {
    switch (columnByName(name)?.kind) {
      case 'time':
        return NOON - 1234
      case 'ip':
        return '203.0.113.9'
      case 'mac':
        return 0x0011_2233_4455n
      case 'text':
        return `text ' \\ of ${name}`
      case 'country':
        return 'DE'
      case 'bool':
        return 1
      case 'count':
        return 2n ** 40n + 7n
      case 'octet':
      case 'proto':
        return 201
      case 'real':
        return 2.5
      default:
        return 60_123
    }
  }
  const own = STORED_COLUMNS.filter(column => column.name !== 'batch' && column.name !== 'row')
  const flow = Object.fromEntries(own.map(column => [column.name, valueOf(column.name)])) as TestFlow
  await bed.add([flow])
  await bed.add([{ ...flow, src: 0x2001_0db8n << 96n, next_hop: 1n }], { family: 6 })
  await bed.add([{ received_at: NOON, next_hop: 0 }])
  const shown = own.map(column => (column.kind === 'time' ? `toUnixTimestamp64Milli(${column.name})` : `toString(${column.name})`))
  const { rows } = await bed.store.query({ sql: `SELECT ${shown.join(', ')} FROM flows ORDER BY batch` })
  for (const [at, column] of own.entries()) {
    const expected = column.kind === 'ip' ? '::ffff:203.0.113.9' : String(valueOf(column.name))
    assert.equal(String(rows[0]?.[at]), expected, column.name)
    assert.equal(String(rows[1]?.[at]), column.name === 'src' ? '2001:db8::' : column.name === 'next_hop' ? '::1' : expected, column.name)
    const zero = column.kind === 'text' || column.kind === 'country' ? '' : column.kind === 'ip' ? '::' : column.name === 'received_at' ? String(NOON) : '0'
    assert.equal(String(rows[2]?.[at]), zero, column.name)
  }
})

test('a repeated insert changes nothing, in the roll-ups either, before and after a restart', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  const blocks = [
    blockOf(flowsOf(3000, 1), 1),
    blockOf(flowsOf(2000, 2), 3001),
    blockOf([{ received_at: NOON, src: 5n, bytes: 9n, ja4: 'only here' }], 5001, 6),
  ]
  await bed.addBlocks(blocks, 'uuid:1:1-5002')
  const once = await agree(bed)
  assert.equal(Number(once[0]), 5001)
  await bed.addBlocks(blocks, 'uuid:1:1-5002')
  assert.deepEqual(await agree(bed), once)
  await bed.restart()
  await bed.addBlocks(blocks, 'uuid:1:1-5002')
  assert.deepEqual(await agree(bed), once)
  await bed.addBlocks(blocks, 'uuid:1:5002-10003')
  assert.equal(Number((await agree(bed))[0]), 10_002)
  assert.equal((await bed.row("SELECT count() FROM flows WHERE ja4 = 'only here'"))[0], '2')
})

test('the test can see a doubled roll-up: without the window a repetition shows', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  await bed.store.query({ sql: 'ALTER TABLE as_minute MODIFY SETTING non_replicated_deduplication_window = 0' })
  const blocks = [blockOf(flowsOf(100, 1), 1)]
  await bed.addBlocks(blocks, 'a')
  await bed.addBlocks(blocks, 'a')
  await assert.rejects(agree(bed), /as_minute/)
})

test('an insert of several parts is repeated part by part', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  const flows = flowsOf(60_000, 3)
  const blocks = Array.from({ length: 6 }, (_, at) => blockOf(flows, 1 + at * 60_000))
  await bed.addBlocks(blocks, 'large')
  assert.ok(Number((await bed.row("SELECT count() FROM system.parts WHERE table = 'flows' AND active AND level = 0"))[0]) >= 2)
  const once = await agree(bed)
  assert.equal(Number(once[0]), 360_000)
  await bed.addBlocks(blocks, 'large')
  assert.deepEqual(await agree(bed), once)
})

/** Closes what is over, as the next insert does. */
const close = (bed: TestStore): Promise<void> => bed.addBlocks([], 'nothing')

test('an insert that is repeated after its hour could have been closed is not counted twice', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  const rtt = { measured: 2 ** MEASURED_GROUPS.indexOf('rtt'), rtt: 7 }
  bed.setNow(NOON + 80 * MINUTE)
  const flows = [20, 75].map(minute => ({
    received_at: NOON + minute * MINUTE,
    end_at: NOON + minute * MINUTE,
    start_at: NOON + minute * MINUTE,
    bytes: minute,
    ...rtt,
  }))
  const again = (): Promise<void> => bed.add(flows, { token: 'again', firstSeq: 1 })
  await again()
  await again()
  await bed.restart()
  await again()
  await close(bed)
  await close(bed)
  assert.deepEqual([bed.store.reach.hoursUntil, bed.store.reach.quality.until], [NOON + HOUR, NOON + 70 * MINUTE])
  assert.deepEqual(await bed.row('SELECT sum(bytes), sum(flows) FROM traffic_hour'), ['20', '1'])
  for (const table of ['quality_minute', 'quality_hour', 'quality_as_hour'])
    assert.deepEqual(await bed.row(`SELECT sum(flows), sum(rtt_sum) FROM ${table}`), ['1', '7'], table)
})

test('hours are closed once they are over, late flows still reach them, and all agree to the digit', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  const hours = (from: string): Promise<readonly unknown[]> =>
    bed.row(`SELECT sum(flows), toString(sum(toUInt256(bytes) * greatest(sampling_rate, 1))) FROM ${from}`)
  bed.setNow(NOON + 5 * MINUTE)
  await bed.add(flowsOf(2000, 4))
  await close(bed)
  // Ten minutes after the hour nothing more is waited for.
  assert.equal(bed.store.reach.hoursUntil, NOON - HOUR)
  assert.deepEqual(await hours('traffic_hour'), await hours(`traffic_minute WHERE minute < toDateTime(${(NOON - HOUR) / 1000}, 'UTC')`))
  bed.setNow(NOON + 3 * HOUR)
  await bed.add(flowsOf(10, 5, NOON + 3 * HOUR))
  await close(bed)
  assert.equal(bed.store.reach.hoursUntil, NOON + 2 * HOUR)
  const closed = `traffic_minute WHERE minute < toDateTime(${(NOON + 2 * HOUR) / 1000}, 'UTC')`
  assert.deepEqual(await hours('traffic_hour'), await hours(closed))
  await bed.add(flowsOf(3000, 6), { token: 'late' })
  await bed.add(flowsOf(3000, 6), { token: 'late' })
  assert.deepEqual(await hours('traffic_hour'), await hours(closed))
  for (const table of ['as', 'hosts']) {
    const sums = (name: string): Promise<readonly unknown[]> => bed.row(`SELECT sum(flows), toString(sum(toUInt256(bytes))) FROM ${name}`)
    assert.deepEqual(await sums(`${table}_hour`), await sums(`${table}_minute WHERE minute < toDateTime(${(NOON + 2 * HOUR) / 1000}, 'UTC')`), table)
  }
  await agree(bed)
})

test('a closing that was cut short is finished at the start, once', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  bed.setNow(NOON)
  await bed.add(flowsOf(2000, 7))
  await close(bed)
  const until = NOON + HOUR
  assert.equal(bed.store.reach.hoursUntil, NOON - HOUR)
  // The note that a closing begins, and one of its inserts: as after a kill in the middle.
  await bed.store.query({ sql: `INSERT INTO closed_hours SETTINGS async_insert = 0 SELECT ${(NOON - HOUR) / 1000}, ${until / 1000}` })
  await bed.restart()
  assert.equal(bed.store.reach.hoursUntil, until)
  const all = (table: string): Promise<readonly unknown[]> => bed.row(`SELECT sum(flows), sum(bytes) FROM ${table}`)
  assert.deepEqual(await all('traffic_hour'), await all('traffic_minute'))
  await bed.store.query({ sql: 'TRUNCATE TABLE closed_hours' })
  await bed.store.query({ sql: `INSERT INTO closed_hours SETTINGS async_insert = 0 SELECT ${(NOON - HOUR) / 1000}, ${until / 1000}` })
  await bed.restart()
  assert.deepEqual(await all('traffic_hour'), await all('traffic_minute'))
})

test('times no one can believe count at reception; a flow is spread over a day at most', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  await bed.add([
    { received_at: NOON, start_at: NOON - 9 * 24 * HOUR, end_at: NOON - 8 * 24 * HOUR, bytes: 10 },
    { received_at: NOON, bytes: 20 },
    { received_at: NOON, start_at: NOON + HOUR, end_at: NOON + 2 * HOUR, bytes: 40 },
    { received_at: NOON, start_at: NOON - 40 * 24 * HOUR, end_at: NOON, bytes: 80 },
    { received_at: NOON, start_at: NOON - 30 * 24 * HOUR, end_at: NOON - HOUR, bytes: 160 },
    { received_at: NOON, start_at: NOON - 3 * 24 * HOUR, end_at: NOON, bytes: 14_400 },
  ])
  assert.deepEqual(await bed.row('SELECT sum(bytes), sum(flows) FROM traffic_minute'), [String(10 + 20 + 40 + 80 + 160 + 14_400), '6'])
  const { rows } = await bed.store.query({
    sql: `SELECT toUnixTimestamp(minute) * 1000, sum(bytes) AS b FROM traffic_minute GROUP BY minute HAVING b >= 20 ORDER BY minute`,
  })
  assert.deepEqual(
    rows.map(row => row.map(Number)),
    [
      [NOON - HOUR, 170],
      [NOON, 150],
    ],
  )
  // 14,400 bytes over 1,440 minutes: ten each, in the hour before noon too.
  assert.equal(Number((await bed.row(`SELECT sum(bytes) FROM traffic_minute WHERE minute = toDateTime(${(NOON - 24 * HOUR) / 1000}, 'UTC')`))[0]), 10)
})

test('a flow is cut at minutes by floor, worked out by hand', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  // 100 bytes over 150 s from 12:00:30: 30 s, 60 s, 60 s give floor(20) = 20, floor(60) - 20 = 40, 100 - 60 = 40; 7 packets give 1, 3, 3.
  await bed.add([
    {
      received_at: NOON + 4 * MINUTE,
      start_at: NOON + 30_000,
      end_at: NOON + 180_000,
      bytes: 100,
      packets: 7,
      sampling_rate: 10,
      src: '10.0.0.1',
      dst: '10.0.0.2',
    },
  ])
  const { rows } = await bed.store.query({
    sql: 'SELECT toUnixTimestamp(minute), sum(bytes), sum(packets), sum(flows) FROM traffic_minute GROUP BY minute ORDER BY minute',
  })
  const start = NOON / 1000
  assert.deepEqual(
    rows.map(row => row.map(Number)),
    [
      [start, 20, 1, 0],
      [start + 60, 40, 3, 0],
      [start + 120, 40, 3, 0],
      [start + 180, 0, 0, 1],
    ],
  )
  const hosts = await bed.store.query({ sql: 'SELECT side, sum(bytes), sum(packets), sum(flows) FROM hosts_minute GROUP BY side ORDER BY side' })
  assert.deepEqual(
    hosts.rows.map(row => row.map(Number)),
    [
      [0, 1000, 70, 1],
      [1, 1000, 70, 1],
    ],
  )
})

test('what another exporter told already stands apart in the roll-ups and not among the hosts, and a host that talks to itself counts once', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  await bed.add([
    { received_at: NOON, start_at: NOON, end_at: NOON, bytes: 1, src: '10.0.0.1', dst: '10.0.0.1' },
    { received_at: NOON, start_at: NOON, end_at: NOON, bytes: 2, duplicate: 1 },
    { received_at: NOON, start_at: NOON, end_at: NOON, bytes: 4, duplicate: 2 },
  ])
  await agree(bed)
  assert.deepEqual((await bed.store.query({ sql: 'SELECT side, bytes FROM hosts_minute' })).rows, [[2, '1']])
  for (const table of ['traffic_minute', 'as_minute'])
    assert.deepEqual((await bed.store.query({ sql: `SELECT duplicate, sum(bytes) FROM ${table} GROUP BY duplicate ORDER BY duplicate` })).rows, [
      [0, '1'],
      [1, '2'],
    ])
})

test('roll-ups made before they told duplicates apart are brought up to date, and keep what they hold', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  const run = (sql: string): Promise<unknown> => bed.store.query({ sql })
  for (const rollup of ROLLUPS.filter(({ hops }) => hops)) {
    for (const resolution of ['minute', 'hour'] as const) {
      const older = rollupDeclaration(rollup, resolution).replace('duplicate UInt8 CODEC(ZSTD(1)), ', '').replace(', duplicate)', ')')
      for (const sql of [`DROP TABLE ${rollup.name}_${resolution}`, older]) await run(sql)
    }
  }
  await run(`INSERT INTO traffic_minute (minute, bytes, flows) SELECT toDateTime(${NOON / 1000}, 'UTC'), 7, 1`)
  for (const sql of hopsAdded()) await run(sql)
  await bed.add([{ received_at: NOON, start_at: NOON, end_at: NOON, bytes: 2, duplicate: 1 }])
  assert.deepEqual((await bed.store.query({ sql: 'SELECT duplicate, sum(bytes) FROM traffic_minute GROUP BY duplicate ORDER BY duplicate' })).rows, [
    [0, '7'],
    [1, '2'],
  ])
})

test('the batch of a frame can be found, and the sizes tell', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  await bed.add(flowsOf(10, 8), { firstSeq: 70_001 })
  assert.deepEqual([await bed.store.hasBatch(70_001), await bed.store.hasBatch(70_002)], [true, false])
  const { tables, oldest_at, disk_free_bytes } = await bed.store.sizes()
  assert.equal(tables.find(table => table.name === 'flows')?.rows, 10)
  assert.ok(oldest_at !== null && oldest_at >= NOON - 30 * MINUTE && (disk_free_bytes ?? 0) > 0)
})

test('a store of a newer program is refused and stays as it is', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  await bed.add(flowsOf(10, 9))
  await bed.store.query({ sql: 'INSERT INTO store_version SETTINGS async_insert = 0 SELECT 999, now64(3)' })
  await assert.rejects(bed.restart(), (error: unknown) => error instanceof FlowLensError && error.code === 'FL_STORE_MIGRATION')
})

test('a column that came with a newer program appears in an older store', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  await bed.store.query({ sql: 'ALTER TABLE flows DROP COLUMN ja4' })
  await bed.restart()
  await bed.add([{ received_at: NOON, ja4: 'x' }])
  assert.deepEqual(await bed.row('SELECT ja4 FROM flows'), ['x'])
})

test('days that are over are dropped and remembered; too large a store loses raw days first', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  const day = 24 * HOUR
  for (const age of [5, 2, 0]) await bed.add([{ received_at: NOON - age * day, start_at: NOON - age * day, end_at: NOON - age * day, bytes: 1 }])
  await bed.restart()
  assert.deepEqual(await bed.row('SELECT count() FROM flows'), ['2'])
  const midnight = NOON - (NOON % day)
  assert.equal(bed.store.reach.droppedUntil('flows'), midnight - 4 * day)
  assert.deepEqual(await bed.row('SELECT sum(flows) FROM traffic_minute'), ['3'])
  await bed.restart({ retention: { rawHours: 72, minuteDays: 30, hourDays: 365, maxGB: 1e-9 } })
  assert.deepEqual(await bed.row('SELECT count() FROM flows'), ['1'])
  assert.equal(bed.store.reach.droppedUntil('flows'), midnight - day)
  await bed.restart()
  assert.equal(bed.store.reach.droppedUntil('traffic_minute'), midnight - day)
})

test('a query ends on time, when it is cancelled, and when it wants too much memory; the session stays clean', async t => {
  const bed = await openTestStore({ query: { timeoutMs: 300, memoryBytes: 64 * 1024 * 1024, concurrency: 1 } })
  t.after(() => bed.close())
  const code =
    (wanted: string) =>
    (error: unknown): boolean =>
      error instanceof FlowLensError && error.code === wanted
  const endless = 'SELECT number FROM numbers(100000000000) WHERE number % 100000 = 0'
  await assert.rejects(bed.store.query({ sql: endless }), code('FL_QUERY_TIMEOUT'))
  assert.deepEqual(await bed.row('SELECT 1'), [1])
  await assert.rejects(
    bed.store.query({ sql: 'SELECT number, count() FROM numbers(100000000) GROUP BY number', settings: { max_execution_time: 60 } }),
    code('FL_QUERY_MEMORY'),
  )
  assert.deepEqual(await bed.row('SELECT 2'), [2])
  const stop = new AbortController()
  const running = bed.store.query({ sql: 'SELECT count() FROM numbers(100000000000)', settings: { max_execution_time: 60 }, signal: stop.signal })
  const waiting = bed.store.query({ sql: 'SELECT 3', signal: stop.signal })
  setImmediate(() => stop.abort())
  await Promise.all([assert.rejects(running, code('FL_QUERY_CANCELLED')), assert.rejects(waiting, code('FL_QUERY_CANCELLED'))])
  assert.deepEqual(await bed.row('SELECT 4'), [4])
  await assert.rejects(bed.store.query({ sql: 'SELECT nonsense' }), code('FL_STORE_QUERY'))
  assert.deepEqual(await bed.row('SELECT 5'), [5])
})

test('an insert goes through while queries hold all readers', async t => {
  const bed = await openTestStore({ query: { timeoutMs: 60_000, memoryBytes: 64 * 1024 * 1024, concurrency: 1 } })
  t.after(() => bed.close())
  const stop = new AbortController()
  const running = bed.store.query({ sql: 'SELECT count() FROM numbers(100000000000)', signal: stop.signal })
  await bed.add(flowsOf(1000, 10))
  assert.equal(await bed.store.hasBatch(1), true)
  stop.abort()
  await assert.rejects(running)
})

test('values of parameters stay values', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  for (const text of ["a'b", 'a\\b', 'a\tb\nc\rd', '\\N', "'; DROP TABLE flows; --", '{x:String}', 'ä\u0000z', '']) {
    const { rows } = await bed.store.query({ sql: 'SELECT {value:String}, {list:Array(String)}', parameters: { value: text, list: [text, 'x'] } })
    assert.deepEqual(rows, [[text, [text, 'x']]])
  }
  await assert.rejects(bed.store.query({ sql: 'SELECT {n:UInt32}', parameters: { n: '1 OR 1' } }))
  await assert.rejects(bed.store.query({ sql: 'SELECT 1', parameters: { 'a = 1; DROP': 'x' } }))
})

test('a stage file that cannot be read is refused, and the next insert goes through', async t => {
  const bed = await openTestStore()
  t.after(() => bed.close())
  const whole = blockOf(flowsOf(100, 11), 1)
  await assert.rejects(
    bed.addBlocks([whole.subarray(0, whole.length - 5)], 'cut'),
    (error: unknown) => error instanceof FlowLensError && error.code === 'FL_STORE_INSERT',
  )
  await bed.addBlocks([whole], 'cut')
  assert.equal(Number((await agree(bed))[0]), 100)
})
