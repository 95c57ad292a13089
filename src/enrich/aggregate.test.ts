import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batchOf, dirtBehind, rowsIn, type PlainRow } from '../schema/fixtures/index.ts'
import { FlowBatch, MAX_ROWS, MEASURED_GROUPS, STORED_COLUMNS, indexOf, type MeasuredGroup } from '../schema/index.ts'
import { createAggregator, type AggregateConfig } from './aggregate.ts'

const SEED = 20_260_403
const bit = (group: MeasuredGroup): number => 1 << MEASURED_GROUPS.indexOf(group)

/** What batches of rows become in one window. */
function aggregated(batches: readonly (readonly PlainRow[])[], config: AggregateConfig = { seconds: 60 }, family: 4 | 6 = 4): PlainRow[] {
  const { begin, add } = createAggregator(config)
  const window = new FlowBatch(9, family)
  begin()
  for (const rows of batches) {
    const batch = batchOf(family, rows)
    assert.equal(add(window, batch, 0), rows.length)
  }
  assert.equal(dirtBehind(window), '')
  return rowsIn(window)
}

const web: PlainRow = { exporter: '192.0.2.1', src: '10.0.0.1', dst: '10.0.0.2', proto: 6, src_port: 50_000, dst_port: 443, in_if: 1, sampling_rate: 100 }

test('equal rows become one: counters are added, times widened, flags joined, flows counted', () => {
  const rows = [
    { ...web, bytes: 100, packets: 2, start_at: 2000, end_at: 3000, tcp_flags: 2, received_at: 5000, min_ttl: 60, max_ttl: 61 },
    { ...web, bytes: 2 ** 32 - 1, packets: 3, start_at: 1000, end_at: 2500, tcp_flags: 16, received_at: 6000, min_ttl: 58, max_ttl: 60 },
    { ...web, bytes: 2 ** 33, packets: 5, start_at: 4000, end_at: 9000, tcp_flags: 1, received_at: 7000, min_ttl: 64, max_ttl: 64, flow_count: 7 },
  ]
  const merged = [
    {
      ...web,
      bytes: 2 ** 33 + 2 ** 32 + 99,
      packets: 10,
      start_at: 1000,
      end_at: 9000,
      tcp_flags: 19,
      received_at: 5000,
      min_ttl: 58,
      max_ttl: 64,
      flow_count: 9,
    },
  ]
  assert.deepEqual(aggregated([rows]), merged)
  assert.deepEqual(aggregated(rows.map(row => [row])), merged, 'from batch to batch too')
})

test('a row that is alone stays as it was', () => {
  assert.deepEqual(aggregated([[{ ...web, bytes: 1 }]]), [{ ...web, bytes: 1 }])
})

test('what differs in anything that is no counter stays apart', () => {
  for (const other of [
    { exporter: '192.0.2.2' },
    { sampling_rate: 0 },
    { in_if: 2 },
    { src_port: 50_001 },
    { dst: '10.0.0.3' },
    { app: 'dns' },
    { notes: 1 },
    { firewall_event: 3 },
    { connection_id: 2 ** 40 },
    { src_mac: '00:00:00:00:00:01' },
    { measured: bit('rtt'), rtt: 5 },
    { measured: bit('lost') },
    { received_at: 60_000 },
  ])
    assert.equal(
      aggregated([
        [
          { ...web, bytes: 1, received_at: 59_999 },
          { ...web, bytes: 1, received_at: 59_999, ...other },
        ],
      ]).length,
      2,
      JSON.stringify(other),
    )
})

test('a time to live that one row tells and the other does not has no least: they stay apart, and lose nothing', () => {
  const rows = [
    { ...web, bytes: 1, min_ttl: 5 },
    { ...web, bytes: 2 },
    { ...web, bytes: 4, min_ttl: 3 },
  ]
  assert.deepEqual(aggregated([rows]), [
    { ...web, bytes: 5, min_ttl: 3, flow_count: 2 },
    { ...web, bytes: 2 },
  ])
})

test('a mean of latencies is none: rows of other latencies stay apart, counters of quality add up', () => {
  const measured = bit('rtt') | bit('lost')
  const rows = [
    { ...web, measured, rtt: 5, lost: 1 },
    { ...web, measured, rtt: 6, lost: 2 },
    { ...web, measured, rtt: 5, lost: 4 },
  ]
  assert.deepEqual(aggregated([rows]), [
    { ...web, measured, rtt: 5, lost: 5, flow_count: 2 },
    { ...web, measured, rtt: 6, lost: 2 },
  ])
  const kept = aggregated([rows], { seconds: 60, keep: ['src', 'dst'] })
  assert.deepEqual(
    kept,
    [{ src: web['src'], dst: web['dst'], sampling_rate: 100, measured: bit('lost'), lost: 7, flow_count: 3 }],
    'nothing is measured that was left out',
  )
})

test('texts are the same text in every batch', () => {
  const [first, second] = [
    [
      { ...web, app: 'https', bytes: 1 },
      { ...web, app: 'dns', bytes: 2 },
    ],
    [
      { ...web, app: 'dns', bytes: 4 },
      { ...web, app: 'https', bytes: 8 },
      { ...web, bytes: 16 },
    ],
  ]
  assert.deepEqual(aggregated([first, second]), [
    { ...web, app: 'https', bytes: 9, flow_count: 2 },
    { ...web, app: 'dns', bytes: 6, flow_count: 2 },
    { ...web, bytes: 16 },
  ])
})

test('a window without room for a chunk takes no more, and says where it stopped; the next goes on there', () => {
  const { begin, add } = createAggregator({ seconds: 60 })
  const window = new FlowBatch(9, 4)
  begin()
  const batch = new FlowBatch(1, 4)
  const fill = (from: number, rows: number): FlowBatch => {
    batch.reset(4)
    const hosts = batch.need(indexOf('src'))
    for (let row = 0; row < rows; row++) hosts[row] = from + row
    batch.rows = rows
    return batch
  }
  assert.equal(add(window, fill(0, 1000), 0), 1000)
  const stopped = add(window, fill(1000, MAX_ROWS - 500), 0)
  assert.ok(stopped > 62_000 && stopped < MAX_ROWS - 500, `${stopped}`)
  assert.equal(window.rows, 1000 + stopped)
  const next = new FlowBatch(8, 4)
  begin()
  assert.equal(add(next, batch, stopped), MAX_ROWS - 500)
  assert.equal(window.rows + next.rows, MAX_ROWS + 500)
  assert.deepEqual(
    [...(next.columns[indexOf('src')] ?? [])].slice(0, next.rows),
    Array.from({ length: next.rows }, (_, row) => 1000 + stopped + row),
  )
})

const KEYS = {
  src: ['10.0.0.1', '10.0.0.2'],
  src_port: [1, 2],
  app: ['dns', 'https', ''],
  in_if: [0, 1],
  sampling_rate: [0, 10],
  measured: [0, bit('lost')],
  received_at: [1000, 1500, 70_000],
}
const SUMS = ['bytes', 'packets', 'lost', 'reverse_bytes'] as const

const someRow = fc.record(
  {
    ...Object.fromEntries(Object.entries(KEYS).map(([name, values]) => [name, fc.constantFrom<string | number>(...values)])),
    ...Object.fromEntries(SUMS.map(name => [name, fc.oneof(fc.nat(3), fc.maxSafeNat())])),
    flow_count: fc.nat(3),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<PlainRow>

test('the sums over every key are what they were, whatever is kept, and no key stands twice', () => {
  const kept = fc.option(fc.subarray(Object.keys(KEYS)), { nil: undefined })
  fc.assert(
    fc.property(fc.array(fc.array(someRow, { maxLength: 30 }), { maxLength: 4 }), kept, (batches, keep) => {
      const names = Object.keys(KEYS).filter(name => keep === undefined || ['sampling_rate', 'measured', 'received_at', ...keep].includes(name))
      const keyOf = (row: PlainRow): string =>
        JSON.stringify(names.map(name => (name === 'received_at' ? Math.floor(Number(row[name] ?? 0) / 60_000) : (row[name] ?? 0) || 0)))
      const sumsOf = (rows: readonly PlainRow[]): Record<string, string> =>
        Object.fromEntries(
          [...Map.groupBy(rows, keyOf)].map(([key, same]) => [
            key,
            [
              ...SUMS.map(name => same.reduce((sum, row) => sum + BigInt(row[name] ?? 0), 0n)),
              same.reduce((sum, row) => sum + Math.max(1, Number(row['flow_count'] ?? 0)), 0),
            ].join(),
          ]),
        )
      const made = aggregated(batches, { seconds: 60, keep })
      assert.deepEqual(sumsOf(made), sumsOf(batches.flat()))
      assert.equal(new Set(made.map(keyOf)).size, made.length)
      for (const row of made) for (const name of Object.keys(KEYS)) assert.ok(names.includes(name) || row[name] === undefined, `${name} was left out`)
    }),
    { seed: SEED, numRuns: 300 },
  )
})

test('every column has its part: what is stored is a key, a counter, or told how it is merged', () => {
  const row: PlainRow = Object.fromEntries(
    STORED_COLUMNS.filter(({ name }) => name !== 'batch' && name !== 'row').map(({ name, kind }) => [
      name,
      kind === 'ip' ? '10.0.0.9' : kind === 'mac' ? '00:00:00:00:00:09' : kind === 'text' ? 'x' : kind === 'country' ? 'DE' : kind === 'bool' ? 1 : 3,
    ]),
  )
  const [merged, ...more] = aggregated([[row, row]])
  assert.deepEqual(more, [])
  const counters = STORED_COLUMNS.filter(({ role, kind, name }) => role === 'metric' && kind === 'count' && name !== 'flow_count').map(({ name }) => name)
  assert.deepEqual(merged, { ...row, ...Object.fromEntries(counters.map(name => [name, 6])), flow_count: 6 })
})
