import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { FlowLensError, MEASURED_GROUPS } from '../schema/index.ts'
import { openTestStore, type TestFlow, type TestStore } from '../store/testing/index.ts'
import { createQuery, type Query, type QueryEngine, type Series, type Table } from './index.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOON = Date.UTC(2026, 0, 31, 12)
const LATE = NOON + 4 * HOUR
/** Holds for every flow and is in no roll-up. */
const BY_RAW = 'bytes >= 0'

let seed = 42
const random = (below: number): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}
const pick = <T>(values: readonly [T, ...T[]]): T => values[random(values.length)] ?? values[0]

function flow(): TestFlow {
  const received = NOON + random(3 * HOUR)
  const end = received - random(20_000)
  return {
    received_at: received,
    end_at: end,
    start_at: end - pick([0, random(900), random(90_000), random(20 * MINUTE), random(90 * MINUTE)]),
    exporter: `10.0.0.${random(3)}`,
    in_if: random(3),
    out_if: random(3),
    src: `192.0.2.${random(12)}`,
    dst: pick([`198.51.100.${random(12)}`, `192.0.2.${random(12)}`]),
    src_port: 1024 + random(50),
    dst_port: pick([53, 443, 1030]),
    proto: pick([6, 17]),
    sampling_rate: pick([0, 1, 100, 4096]),
    bytes: random(2 ** 31),
    packets: 1 + random(1_000_000),
    src_as: random(4),
    dst_as: random(4),
    src_as_name: '',
    app: pick(['', 'dns', 'https']),
    src_country: pick(['DE', 'US']),
    tos: pick([0, 184]),
    src_mac: BigInt(random(3)) * 0x0001_0203_0405n,
    src_latitude: pick([0, 52.52, -33.8688]),
    measured: pick([0, 1 << MEASURED_GROUPS.indexOf('rtt_client')]),
    rtt_client: random(1000),
    duplicate: random(20) === 0 ? 1 : 0,
  }
}

let bed: TestStore
let query: QueryEngine
let waiting: number | null = null
const signal = new AbortController().signal

before(async () => {
  bed = await openTestStore()
  bed.setNow(LATE)
  for (let batch = 0; batch < 3; batch++) await bed.add(Array.from({ length: 800 }, flow))
  // The last insert closes the hours before it.
  await bed.add([{ ...flow(), received_at: LATE - 5 * MINUTE, start_at: LATE - 6 * MINUTE, end_at: LATE - 5 * MINUTE, duplicate: 0 }])
  query = createQuery({ store: bed.store, waitingSince: () => waiting, now: () => LATE })
})
after(() => bed.close())

const BASE: Query = { from: NOON - 2 * HOUR, to: LATE, filter: '', by: [], metrics: ['bytes', 'packets', 'flows'], limit: 10, order: '-bytes' }

async function table(question: Partial<Query>): Promise<Table> {
  const answer = await query.run({ ...BASE, ...question }, signal)
  assert.equal(answer.kind, 'table')
  return answer as Table
}

async function series(question: Partial<Query> & { granularity: number }): Promise<Series> {
  const answer = await query.run({ ...BASE, ...question }, signal)
  assert.equal(answer.kind, 'series')
  return answer as Series
}

const invalid = (error: unknown): boolean => error instanceof FlowLensError && error.code === 'FL_QUERY_INVALID'
const sum = (values: readonly (number | null)[]): number => values.reduce<number>((total, value) => total + (value ?? 0), 0)

test('raw rows, minutes and hours give the same answer to the digit', async () => {
  for (const by of [
    [],
    ['exporter'],
    ['app', 'proto'],
    ['exporter', 'in_if', 'out_if'],
    ['as'],
    ['src_as', 'dst_as'],
    ['src_country'],
    ['src'],
    ['dst'],
    ['host'],
  ]) {
    for (const asSent of by.some(name => ['src', 'dst', 'host'].includes(name)) ? [false] : [false, true]) {
      const summed = await table({ by, asSent })
      const raw = await table({ by, asSent, filter: BY_RAW })
      assert.deepEqual([raw.answeredFrom, summed.answeredFrom], ['raw', by.some(name => ['src', 'dst', 'host'].includes(name)) ? 'host_hour' : 'hour'])
      assert.deepEqual(
        [summed.rows, summed.totals, summed.other, summed.unknownSamplingFlows],
        [raw.rows, raw.totals, raw.other, raw.unknownSamplingFlows],
        by.join(),
      )
      assert.ok(summed.totals['flows']! > 2000 && summed.unknownSamplingFlows > 0)
    }
  }
})

test('the same holds for series, by minutes and by hours', async () => {
  for (const granularity of [5 * MINUTE, HOUR]) {
    for (const by of [['app'], ['host'], []]) {
      const summed = await series({ by, granularity, limit: 3 })
      const raw = await series({ by, granularity, limit: 3, filter: BY_RAW })
      assert.notEqual(summed.answeredFrom, 'raw')
      assert.deepEqual([summed.times, summed.series], [raw.times, raw.series])
    }
  }
})

test('however a range is cut, the parts sum to the whole', async () => {
  const whole = await table({ filter: BY_RAW })
  const cut = fc.integer({ min: BASE.from + 1, max: BASE.to - 1 })
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(cut, { minLength: 1, maxLength: 4 }), async cuts => {
      const edges = [BASE.from, ...cuts.toSorted((a, b) => a - b), BASE.to]
      const sums = { bytes: 0, packets: 0, flows: 0 }
      for (let at = 1; at < edges.length; at++) {
        const { totals } = await table({ from: edges[at - 1]!, to: edges[at]!, filter: BY_RAW })
        for (const name of ['bytes', 'packets', 'flows'] as const) sums[name] += totals[name] ?? 0
      }
      assert.deepEqual(sums, whole.totals)
    }),
    { numRuns: 12, seed: 7 },
  )
})

test('the buckets of a series sum to its range, whatever their width and the edges', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 0, max: 3 * HOUR }),
      fc.integer({ min: 1, max: 2 * HOUR }),
      async (width, offset, span) => {
        const from = NOON - HOUR + offset
        const range = { from, to: from + span, filter: BY_RAW }
        const granularity = Math.max(1, Math.round((width * span) / 20_000 / 1000)) * 1000
        if (span / granularity > 4000) return
        const { totals } = await table(range)
        const answer = await series({ ...range, granularity })
        for (const name of ['bytes', 'packets', 'flows']) assert.equal(sum(answer.series[0]?.values[name] ?? []), totals[name], name)
      },
    ),
    { numRuns: 12, seed: 11 },
  )
})

test('a part of a flow is worked out by hand', async () => {
  // The flow of the last insert: 60 s, ends five minutes before LATE. Half of it lies in the range.
  const range = { from: LATE - 5.5 * MINUTE, to: LATE - 4 * MINUTE, filter: BY_RAW }
  const { totals } = await table({ ...range, metrics: ['bytes', 'flows'] })
  const [bytes, rate] = await bed.row('SELECT bytes, greatest(sampling_rate, 1) FROM flows ORDER BY received_at DESC LIMIT 1')
  assert.deepEqual(totals, { bytes: (Number(bytes) - Math.floor(Number(bytes) / 2)) * Number(rate), flows: 1 })
})

test('rows, other and totals close; either side counts a flow for both', async () => {
  for (const by of ['app', 'src_port', 'port', 'host', 'dst']) {
    const answer = await table({ by: [by], limit: 2 })
    const all = await table({ by: [by], limit: 10_000 })
    assert.equal(answer.rows.length, 2)
    const rows = all.rows.slice(2)
    for (const metric of ['bytes', 'packets', 'flows'])
      assert.equal(
        answer.other[metric],
        rows.reduce((total, row) => total + Number(row[metric]), 0),
        `${by} ${metric}`,
      )
    assert.deepEqual(answer.totals, (await table({ filter: BY_RAW })).totals)
    assert.equal(
      answer.notes.some(note => note.includes('both of its sides')),
      by === 'port' || by === 'host',
    )
  }
})

test('rates are over the seconds of the range that have passed', async () => {
  const { totals } = await table({ from: NOON, to: LATE + 10 * HOUR, metrics: ['bytes', 'bps', 'packets', 'pps', 'flows', 'fps'] })
  const seconds = 4 * 3600
  assert.equal(totals['bps'], (totals['bytes']! * 8) / seconds)
  assert.equal(totals['pps'], totals['packets']! / seconds)
  assert.equal(totals['fps'], totals['flows']! / seconds)
})

test('figures of single flows look at measured flows that end in the range', async () => {
  const answer = await table({
    by: ['app'],
    metrics: ['flows', 'avg_rtt_client', 'max_rtt_client', 'p95_bps', 'avg_rtt_server', 'retransmitted', 'reverse_bytes'],
    order: 'app',
  })
  const { rows } = await bed.store.query({
    sql: 'SELECT app, avg(rtt_client), max(rtt_client) FROM flows WHERE duplicate = 0 AND measured != 0 GROUP BY app ORDER BY app',
  })
  assert.deepEqual(
    answer.rows.map(row => [row['app'], row['avg_rtt_client'], row['max_rtt_client']]),
    rows,
  )
  for (const row of answer.rows)
    assert.deepEqual([row['avg_rtt_server'], row['retransmitted'], row['reverse_bytes'], Number(row['p95_bps']) > 0], [null, null, 0, true])
})

test('hosts are counted once, whichever table tells', async () => {
  const summed = await table({ metrics: ['hosts', 'bytes'] })
  const raw = await table({ metrics: ['hosts', 'bytes'], filter: BY_RAW })
  const [count] = await bed.row('SELECT uniqExact(arrayJoin([src, dst])) FROM flows WHERE duplicate = 0')
  assert.deepEqual([summed.answeredFrom, summed.totals['hosts'], raw.totals['hosts']], ['host_hour', Number(count), Number(count)])
  assert.equal(summed.totals['bytes'], raw.totals['bytes'])
})

test('filters narrow, in roll-ups as in raw rows', async () => {
  for (const [filter, by] of [
    ['app = dns and exporter = 10.0.0.1', 'in_if'],
    ['as = 2', 'src_as'],
    ['src = 192.0.2.3', 'src'],
    ['not dst in 198.51.100.0/24', 'dst'],
    ['src = 192.0.2.3', undefined],
    ['dst = 192.0.2.3', undefined],
  ] as const) {
    const summed = await table({ filter, by: by === undefined ? [] : [by] })
    const raw = await table({ filter: `(${filter}) and ${BY_RAW}`, by: by === undefined ? [] : [by] })
    assert.notEqual(summed.answeredFrom, 'raw', filter)
    assert.deepEqual([summed.rows, summed.totals], [raw.rows, raw.totals], filter)
    assert.ok(raw.totals['flows']! > 0)
  }
})

test('another range is answered for the same keys', async () => {
  const compare = { from: NOON - 4 * HOUR, to: NOON }
  const answer = await table({ by: ['app'], compare, limit: 2 })
  const alone = await table({ ...compare, by: ['app'], limit: 100 })
  assert.deepEqual(answer.compare?.totals, alone.totals)
  for (const [at, row] of answer.rows.entries())
    assert.deepEqual(
      answer.compare?.rows[at],
      alone.rows.find(other => other['app'] === row['app']),
    )
  assert.equal(answer.compare?.other['bytes'], alone.totals['bytes']! - answer.compare!.rows.reduce((total, row) => total + Number(row['bytes']), 0))
  const before = await table({ by: ['host'], compare: { from: NOON - 20 * HOUR, to: NOON - 10 * HOUR } })
  assert.deepEqual(
    before.compare?.rows.map(row => [row['host'], row['bytes']]),
    before.rows.map(row => [row['host'], 0]),
  )
  const lines = await series({ by: ['app'], compare, granularity: HOUR, limit: 2 })
  assert.deepEqual(
    lines.compare?.series.map(line => line.key),
    [...lines.series.slice(0, 2).map(line => line.key), {}],
  )
  for (const line of lines.compare?.series ?? []) assert.equal(sum(line.values['bytes'] ?? []), line.total['bytes'])
})

test('keys of every kind come back as they are shown, in series too', async () => {
  for (const by of [
    ['src_mac'],
    ['dscp', 'src_country'],
    ['exporter', 'proto'],
    ['src_port'],
    ['sampling_rate', 'app'],
    ['duplicate'],
    ['in_if_speed'],
    ['src_latitude'],
    ['latitude'],
  ]) {
    const answer = await series({ by, granularity: HOUR, limit: 3 })
    const rows = (await table({ by, limit: 3 })).rows
    assert.deepEqual(
      answer.series.filter(line => Object.keys(line.key).length > 0).map(line => line.key),
      rows.map(row => Object.fromEntries(by.map(name => [name, row[name]]))),
    )
    for (const line of answer.series) assert.equal(sum(line.values['bytes'] ?? []), line.total['bytes'], JSON.stringify(line.key))
  }
  assert.match(String((await table({ by: ['src_mac'] })).rows[0]?.['src_mac']), /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
  assert.match(String((await table({ by: ['src'] })).rows[0]?.['src']), /^192\.0\.2\.\d+$/)
  const [south] = (await table({ by: ['src_latitude'], filter: 'src_latitude < -33.8' })).rows
  assert.equal(south?.['src_latitude'], -33.8688)
})

test('a bucket that still grows is marked, one that has not begun has no value', async () => {
  const answer = await series({ from: LATE - 2 * HOUR, to: LATE + 2 * HOUR, granularity: HOUR })
  assert.equal(answer.unfinished, LATE)
  assert.deepEqual(
    answer.series[0]?.values['bytes']?.map(value => value === null),
    [false, false, true, true],
  )
  assert.equal((await series({ from: NOON, to: LATE, granularity: HOUR })).unfinished, null)
})

test('answers say how many flows nobody told the sampling rate of, where it matters', async () => {
  const told = async (question: Partial<Query>): Promise<readonly string[]> => (await table(question)).notes.filter(note => note.includes('sampling rate'))
  const { unknownSamplingFlows: unknown } = await table({})
  assert.ok(unknown > 0)
  assert.match((await told({ metrics: ['bytes'] })).join(), new RegExp(`sampling rate of ${unknown} flows.*samplingRateDefault`))
  assert.equal((await told({ metrics: ['pps'], order: '-pps' })).length, 1)
  assert.deepEqual(await told({ metrics: ['flows'], order: '-flows' }), [], 'flows are counted as they come')
  assert.deepEqual(await told({ filter: 'sampling_rate > 0' }), [])
  assert.equal((await series({ from: LATE - 2 * HOUR, to: LATE, granularity: HOUR })).notes.filter(note => note.includes('sampling rate')).length, 1)
})

test('what waits to be stored is said, and so is what was widened', async () => {
  // Figures that no sampling rate has a part in, of which there would be more to say.
  const TOLD = { metrics: ['flows'], order: '-flows' } as const
  waiting = LATE - HOUR
  const late = await table(TOLD)
  assert.deepEqual([late.complete, late.notes.some(note => note.includes('still wait'))], [false, true])
  assert.equal((await table({ ...TOLD, to: NOON })).complete, true)
  waiting = null
  assert.deepEqual([(await table(TOLD)).complete, (await table(TOLD)).notes], [true, []])
  const widened = await table({ ...TOLD, from: NOON + 1 })
  assert.deepEqual([widened.range.from, widened.notes.length], [NOON, 1])
})

test('sums beyond 2^53 keep every digit', async () => {
  const at = NOON - 30 * 24 * HOUR
  const huge = { received_at: at, start_at: at, end_at: at, bytes: 2n ** 53n + 1n, packets: 1, src: '203.0.113.1', dst: '203.0.113.2' }
  await bed.add([huge])
  const answer = await table({ from: at, to: at + MINUTE, by: ['src'] })
  assert.equal(answer.rows[0]?.['bytes'], '9007199254740993')
})

test('single flows are listed page by page, while others arrive', async () => {
  const listing = { from: NOON - 2 * HOUR, to: LATE + HOUR, filter: 'proto = tcp', columns: ['received_at', 'bytes', 'app', 'bps'], limit: 170 }
  const [count] = await bed.row(`SELECT count() FROM flows WHERE proto = 6 AND received_at > toDateTime(${NOON / 1000 - 7200}, 'UTC')`)
  for (const order of ['-received_at', 'received_at', '-bytes', 'app', '-bps', 'src']) {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await query.flows({ ...listing, order, ...(cursor === undefined ? {} : { cursor }) }, signal)
      seen.push(...page.rows.map(row => String(row['id'])))
      cursor = page.next ?? undefined
      if (order === '-received_at' && seen.length === 170) await bed.add([{ ...flow(), received_at: LATE - 1, start_at: LATE - 2, end_at: LATE - 1, proto: 6 }])
    } while (cursor !== undefined)
    assert.equal(new Set(seen).size, seen.length, order)
    assert.equal(seen.length, Number(count) + (order === '-received_at' ? 0 : 1), order)
  }
  const first = await query.flows({ ...listing, columns: ['received_at', 'bytes', 'sampling_rate'], order: '-bytes', limit: 170 }, signal)
  const shownBytes = first.rows.map(row => Number(row['bytes']) * Math.max(1, Number(row['sampling_rate'])))
  assert.deepEqual(
    shownBytes,
    shownBytes.toSorted((a, b) => b - a),
    'the order is that of the figures shown, sampling applied',
  )
  assert.deepEqual(first.total, { flows: Number(count) + 1, more: false })
  assert.match(String(first.rows[0]?.['received_at']), /^2026-01-31T\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test('one flow has all its columns, and only inside the scope', async () => {
  const { rows } = await query.flows({ from: NOON, to: LATE, filter: '', columns: ['src', 'bytes'], order: '-bytes', limit: 1 }, signal)
  const found = await query.flow(String(rows[0]?.['id']), '', signal)
  assert.deepEqual([found?.['id'], found?.['src'], found?.['bytes'], found?.['ja3']], [rows[0]?.['id'], rows[0]?.['src'], rows[0]?.['bytes'], ''])
  assert.ok(typeof found?.['computed'] === 'object')
  assert.equal(await query.flow(String(rows[0]?.['id']), 'proto = gre', signal), null)
  assert.equal(await query.flow('999999999-1', '', signal), null)
  await assert.rejects(query.flow("1-1' or 1", '', signal), invalid)
})

test('values complete by their traffic, inside the scope', async () => {
  const ask = (filter: string, scope = ''): Promise<readonly { text: string; bytes?: number }[]> =>
    query.complete({ filter, caret: filter.length, from: BASE.from, to: NOON + 2 * HOUR, scope }, signal).then(answer => answer.items)
  const apps = (await ask('app = ')).filter(item => item.bytes !== undefined)
  assert.deepEqual(apps.map(item => item.text).toSorted(), ['dns', 'https'])
  assert.ok((apps[0]?.bytes ?? 0) >= (apps[1]?.bytes ?? 0))
  assert.deepEqual(
    (await ask('app = ', 'app = dns')).filter(item => item.bytes !== undefined).map(item => item.text),
    ['dns'],
  )
  const texts = async (filter: string): Promise<readonly string[]> => (await ask(filter)).map(item => item.text)
  assert.ok((await texts('app = netfl')).includes('netflix'), 'an application without traffic')
  assert.ok((await texts('category = file')).includes('"file transfer"'), 'a category without traffic')
  assert.equal((await texts('app = dns')).filter(text => text === 'dns').length, 1, 'one with traffic stands once')
  assert.ok((await ask('ip = 192.0.2.')).every(item => item.text.startsWith('192.0.2.')))
  assert.ok((await ask('ip = 192.0.2.')).length > 5)
  const plain = await query.complete({ filter: 'src = 192.0.2.', caret: 14, from: BASE.from, to: NOON + 2 * HOUR, scope: '' }, signal)
  assert.deepEqual(Object.keys(plain), ['start', 'end', 'items'], 'an answer is plain data')
  await assert.rejects(ask('app = ', 'nope ='), FlowLensError)
})

test('no input becomes SQL', async () => {
  const flows = async (): Promise<unknown> => (await bed.row('SELECT count() FROM flows'))[0]
  const count = await flows()
  const texts = ["x' OR 1=1 --", "'; DROP TABLE flows; --", '{q_from:Int64}', '\\', "\\' OR 1=1", '`flows`', "') UNION ALL SELECT 1 --", '/* */', 'ä"\u2028']
  for (const text of texts) {
    const answer = await table({ filter: `app = ${JSON.stringify(text).replaceAll('\u2028', '')} and ${BY_RAW}` }).catch((error: unknown) => error)
    if (!(answer instanceof FlowLensError)) assert.equal((answer as Table).totals['flows'], 0, text)
    await assert.rejects(table({ by: [text] }), invalid)
    await assert.rejects(table({ metrics: [text], order: text }), invalid)
    await assert.rejects(table({ order: text }), invalid)
    const listing = { from: NOON, to: LATE, filter: '', columns: ['src'], order: '-bytes', limit: 1 }
    await assert.rejects(query.flows({ ...listing, columns: [text] }, signal), invalid)
    await assert.rejects(query.flows({ ...listing, order: text }, signal), invalid)
    await assert.rejects(query.flows({ ...listing, cursor: text }, signal), invalid)
    const cursor = Buffer.from(JSON.stringify(['-bytes', text, '1', 1])).toString('base64url')
    await assert.rejects(query.flows({ ...listing, cursor }, signal), FlowLensError)
  }
  // A key that came from the wire is a value again when its lines are asked for.
  await bed.add(texts.map(text => ({ received_at: LATE - 1, start_at: LATE - 1, end_at: LATE - 1, bytes: 1, server_name: text })))
  const lines = await series({ by: ['server_name'], filter: 'server_name exists', granularity: HOUR, from: LATE - HOUR })
  assert.deepEqual(lines.series.map(line => line.key['server_name']).toSorted(), texts.toSorted())
  for (const line of lines.series) assert.equal(sum(line.values['bytes'] ?? []), 1)
  assert.equal(Number(await flows()), Number(count) + texts.length)
})

test('a question that does not fit is refused before it reaches the engine', async () => {
  const wrong: readonly Partial<Query>[] = [
    { from: LATE, to: NOON },
    { from: 0.5 },
    { to: Number.NaN },
    { by: ['src', 'dst', 'app', 'proto', 'in_if'] },
    { by: ['src', 'src'] },
    { by: ['host', 'if'] },
    { metrics: [] },
    { metrics: ['bytes', 'bytes'] },
    { limit: 0 },
    { limit: 1.5 },
    { limit: 1e9 },
    { granularity: 10 },
    { granularity: 1000 },
    { order: '-nope' },
    { compare: { from: 5, to: 5 } },
  ]
  for (const question of wrong) await assert.rejects(query.run({ ...BASE, ...question }, signal), invalid, JSON.stringify(question))
  await assert.rejects(
    query.run({ ...BASE, filter: 'src = ' }, signal),
    (error: unknown) => error instanceof FlowLensError && error.code === 'FL_FILTER_EXPECT_VALUE' && typeof error.context['start'] === 'number',
  )
})

test('a query that is cancelled ends', async () => {
  const stop = new AbortController()
  const running = query.run({ ...BASE, by: ['src', 'dst'], filter: BY_RAW }, stop.signal)
  stop.abort()
  await assert.rejects(running, (error: unknown) => error instanceof FlowLensError && error.code === 'FL_QUERY_CANCELLED')
})

test('first and last seen are the earliest start and the latest end of single flows, and null where there is none', async () => {
  const [from, to] = [NOON + 10 * MINUTE + 1, NOON + 90 * MINUTE]
  const page = await query.flows({ from, to, filter: 'duplicate = false', columns: ['src', 'start_at', 'end_at'], order: '-end_at', limit: 10_000 }, signal)
  const seen = new Map<string, { first: number; last: number }>()
  for (const row of page.rows) {
    const [start, end] = [Date.parse(String(row['start_at'])), Date.parse(String(row['end_at']))]
    if (end >= to) continue
    const known = seen.get(String(row['src']))
    seen.set(String(row['src']), { first: Math.min(start, known?.first ?? start), last: Math.max(end, known?.last ?? end) })
  }
  const answer = await table({ from, to, by: ['src'], metrics: ['bytes', 'first_seen', 'last_seen'], limit: 100 })
  assert.equal(answer.answeredFrom, 'raw')
  assert.deepEqual(new Map(answer.rows.map(row => [String(row['src']), { first: row['first_seen'], last: row['last_seen'] }])), seen)
  assert.ok(seen.size > 5)
  const none = await table({ filter: 'src = 203.0.113.1', metrics: ['bytes', 'first_seen'] })
  assert.deepEqual(none.rows, [{ bytes: 0, first_seen: null }])
})
