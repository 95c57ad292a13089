import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Series, Table } from '../api/types.ts'
import { OTHER } from '../chart/timeline.ts'
import { rowsOf, stackOf } from './figures.ts'

const answer = { range: { from: 0, to: 120_000 }, answered_from: 'minute', complete: true, notes: [], took_ms: 1, rows_read: 1, unknown_sampling_flows: 0 }

test('an AS under several names is one row; sums beyond 2^53 come as text', () => {
  const table: Table = {
    ...answer,
    kind: 'table',
    by: ['src_as', 'src_as_name'],
    rows: [
      { src_as: 2906, src_as_name: 'Netflix', bytes: 500, packets: 5, flows: 1, bps: 40 },
      { src_as: 15169, src_as_name: '', bytes: 400, packets: 4, flows: 1, bps: 30 },
      { src_as: 15169, src_as_name: 'Google', bytes: '300', packets: 3, flows: 2, bps: 20 },
      { src_as: 0, src_as_name: '', bytes: 10, packets: 1, flows: 1, bps: null },
    ],
    totals: {},
    other: {},
  }
  assert.deepEqual(rowsOf(table, 'as'), [
    { key: '15169', name: 'Google', bytes: 700, packets: 7, flows: 3, bps: 50 },
    { key: '2906', name: 'Netflix', bytes: 500, packets: 5, flows: 1, bps: 40 },
    { key: '', name: '', bytes: 10, packets: 1, flows: 1, bps: 0 },
  ])
})

test('layers stack in the order of the answer, what is not known among them, others last; a bucket to come is a gap', () => {
  const series: Series = {
    ...answer,
    kind: 'series',
    by: ['app'],
    granularity: 60_000,
    times: [0, 60_000, 120_000],
    totals: {},
    series: [
      { key: { app: 'dns' }, values: { bps: [10, 20, null] }, total: {} },
      { key: { app: '' }, values: { bps: [5, 0, null] }, total: {} },
      { key: {}, values: { bps: [1, 2, null] }, total: {} },
    ],
  }
  assert.deepEqual(stackOf(series, 'text'), {
    times: [0, 60_000, 120_000],
    layers: [
      { key: 'dns', own: [10, 20, null], sum: [10, 20, null] },
      { key: '', own: [5, 0, null], sum: [15, 20, null] },
      { key: OTHER, own: [1, 2, null], sum: [16, 22, null] },
    ],
    peak: 22,
    peakAt: 60_000,
  })
})

test('a range without traffic has no layer and no peak', () => {
  const series: Series = { ...answer, kind: 'series', by: ['app'], granularity: 60_000, times: [0], totals: {}, series: [] }
  assert.deepEqual(stackOf(series, 'text'), { times: [0], layers: [], peak: 0, peakAt: 0 })
})
