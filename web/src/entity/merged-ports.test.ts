import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Table } from '../api/types.ts'
import { DEEP, mergedPorts } from './merged-ports.ts'

const table = (column: string, rows: readonly (readonly [port: number, bytes: number])[]): Table => ({
  kind: 'table',
  by: [column, 'proto'],
  range: { from: 0, to: 1 },
  answered_from: 'raw',
  complete: true,
  notes: [],
  took_ms: 1,
  rows_read: 1,
  unknown_sampling_flows: 0,
  rows: rows.map(([port, bytes]) => ({ [column]: port, proto: 6, bytes, packets: 1, flows: 1 })),
  totals: {},
  other: {},
})

test('a port of both directions is one row, the most bytes first; one that no answer has sent nothing', () => {
  const rows = mergedPorts(
    table('dst_port', [
      [22, 10],
      [443, 5],
    ]),
    table('src_port', [[443, 100]]),
    ['dst_port', 'src_port'],
  )
  assert.deepEqual(
    rows.map(({ port, bytes, figures }) => [port, bytes, figures['bytes'], figures['flows']]),
    [
      ['443', [5, 100], 105, 2],
      ['22', [10, 0], 10, 1],
    ],
  )
})

test('what an answer that is cut short does not have is not known', () => {
  const cut = table(
    'src_port',
    Array.from({ length: DEEP }, (_, index) => [index + 1000, 1] as const),
  )
  const rows = mergedPorts(table('dst_port', [[22, 10]]), cut, ['dst_port', 'src_port'])
  assert.deepEqual(rows.find(({ port }) => port === '22')?.bytes, [10, null])
  assert.deepEqual(rows.find(({ port }) => port === '1000')?.bytes, [0, 1])
})
