import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Table } from '../api/types.ts'
import { oneDirection, worstOf } from './rows.ts'
import { latencySpec, VOIP } from './specs.ts'

const answer = {
  kind: 'table' as const,
  range: { from: 0, to: 1 },
  answered_from: 'raw',
  complete: true,
  notes: [],
  took_ms: 1,
  rows_read: 1,
  unknown_sampling_flows: 0,
  totals: {},
  other: {},
}
const { columns } = latencySpec('rtt')
const [, p95] = columns

test('the worst come first, of those with enough measured flows; what was not measured is no row', () => {
  const table: Table = {
    ...answer,
    by: ['host'],
    rows: [
      { host: '192.0.2.1', flows: 900, count_rtt: 100, p50_rtt: 10, p95_rtt: 50, p99_rtt: 60 },
      { host: '192.0.2.2', flows: 900, count_rtt: 30, p50_rtt: 20, p95_rtt: 80, p99_rtt: 90 },
      // One lucky or unlucky flow says nothing of a host.
      { host: '192.0.2.3', flows: 1, count_rtt: 1, p50_rtt: 900, p95_rtt: 900, p99_rtt: 900 },
      { host: '192.0.2.4', flows: 900, count_rtt: 0, p50_rtt: null, p95_rtt: null, p99_rtt: null },
    ],
  }
  assert.ok(p95 !== undefined)
  const { rows, measured } = worstOf(table, 'host', columns, p95, 20)
  assert.deepEqual([rows.map(row => row.text), measured], [['192.0.2.2', '192.0.2.1'], 3])
  assert.deepEqual(rows[0]?.condition, { field: 'ip', value: '192.0.2.2' })
  assert.deepEqual(worstOf(table, 'host', columns, p95, 1).rows[0]?.text, '192.0.2.3')
})

test('of a score the low end is the bad one, and a measured zero is a value', () => {
  const [mos] = VOIP.columns
  const loss = VOIP.columns.find(column => column.metric === 'avg_loss')
  const table: Table = {
    ...answer,
    by: ['app'],
    rows: [
      { app: 'sip', flows: 50, count_mos: 50, avg_mos: 4.3, count_loss: 50, avg_loss: 0 },
      { app: 'teams', flows: 50, count_mos: 40, avg_mos: 2.9, count_loss: 50, avg_loss: 3 },
    ],
  }
  assert.ok(mos !== undefined && loss !== undefined)
  assert.deepEqual(
    worstOf(table, 'app', VOIP.columns, mos, 20).rows.map(row => row.text),
    ['teams', 'sip'],
  )
  assert.equal(worstOf(table, 'app', VOIP.columns, loss, 20).rows[1]?.values['avg_loss'], 0)
})

test('an interface has its name, its index and its exporter; without a name the index stands for it', () => {
  const table: Table = {
    ...answer,
    by: ['exporter', 'if', 'if_name'],
    rows: [
      { exporter: '192.0.2.9', if: 7, if_name: 'xe-0/1/0', flows: 9, count_rtt: 9, p95_rtt: 5 },
      { exporter: '192.0.2.9', if: 8, if_name: '', flows: 9, count_rtt: 9, p95_rtt: 4 },
    ],
  }
  assert.ok(p95 !== undefined)
  assert.deepEqual(
    worstOf(table, 'interface', columns, p95, 1).rows.map(({ text, detail, condition }) => ({ text, detail, condition })),
    [
      { text: 'xe-0/1/0', detail: '7 · 192.0.2.9', condition: { field: 'if', value: '7', and: { field: 'exporter', value: '192.0.2.9' } } },
      { text: 'if 8', detail: '192.0.2.9', condition: { field: 'if', value: '8', and: { field: 'exporter', value: '192.0.2.9' } } },
    ],
  )
})

test('both directions of a record are one line of the worst flows', () => {
  const there = { id: '1-0', src: '192.0.2.1', src_port: 443, dst: '192.0.2.2', dst_port: 5000, proto: 6, exporter: '192.0.2.9', start_at: 't', rtt: 7 }
  const back = { ...there, id: '1-1', src: '192.0.2.2', src_port: 5000, dst: '192.0.2.1', dst_port: 443 }
  assert.deepEqual(
    oneDirection([there, back, { ...there, id: '1-2', start_at: 'u' }, { ...there, id: '1-3', rtt: 6 }], 'rtt').map(row => row.id),
    ['1-0', '1-2', '1-3'],
  )
})
