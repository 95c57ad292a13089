import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExporterSummary } from './answers.ts'
import { nextOrder, ordered, readOrder } from './order.ts'

const row = (exporter: string, change: Partial<ExporterSummary> = {}): ExporterSummary => ({
  exporter,
  name: '',
  group: '',
  site: '',
  bps: 0,
  fps: 0,
  protocols: [],
  transports: [],
  domains: 1,
  templates: 0,
  last_seen: null,
  sampling: null,
  skew_ms: null,
  datagrams: 0,
  sequence_missing: 0,
  rejected: {},
  state: 'ok',
  advice: [],
  ...change,
})

const names = (sort: string, rows: readonly ExporterSummary[]): readonly string[] => ordered(rows, readOrder(sort)).map(each => each.exporter)

test('what needs attention comes first, then what fell silent, then the busiest', () => {
  const rows = [row('a', { bps: 9 }), row('b', { state: 'unknown' }), row('c', { state: 'attention' }), row('d', { bps: 10 })]
  assert.deepEqual(names('', rows), ['c', 'b', 'd', 'a'])
  assert.deepEqual(names('nonsense', rows), ['c', 'b', 'd', 'a'])
})

test('addresses are in the order of their numbers, a clock by how far it is off', () => {
  assert.deepEqual(names('exporter', [row('10.0.0.10'), row('10.0.0.9'), row('10.0.0.100')]), ['10.0.0.9', '10.0.0.10', '10.0.0.100'])
  assert.deepEqual(names('-clock', [row('a', { skew_ms: 5 }), row('b', { skew_ms: -90 }), row('c')]), ['b', 'a', 'c'])
})

test('a click begins with the largest, or the lowest address, and turns the order round the second time', () => {
  assert.equal(nextOrder(readOrder(''), 'rate'), '-rate')
  assert.equal(nextOrder(readOrder('-rate'), 'rate'), 'rate')
  assert.equal(nextOrder(readOrder('rate'), 'exporter'), 'exporter')
  assert.equal(nextOrder(readOrder('-rate'), 'state'), '', 'the default needs no key')
})
