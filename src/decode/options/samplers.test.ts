import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOTES } from '../../schema/index.ts'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type Template, type Value, type WireSet } from '../../simulate/index.ts'
import { NOW, SECONDS, createCollector, openBooks, type Collector } from '../fixtures/collector.ts'

const A = addressBytes('10.0.0.1')
const templates = (...list: readonly Template[]): WireSet => ({ kind: 'templates', templates: list })
const records = (template: Template, ...rows: (readonly Value[])[]): WireSet => ({ kind: 'data', template, rows, padding: 0 })
const data = (template: Template, ...rows: (readonly Value[])[]): readonly WireSet[] => [templates(template), records(template, ...rows)]
const ipfix = (collector: Collector, sets: readonly WireSet[], domain = 0, at = NOW): void =>
  void collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain }, sets), at)
const sampling = (collector: Collector): unknown[] =>
  collector.rows().map(row => [row['sampling_rate'] ?? 0, row['sampling_source'] ?? '', Number(row['notes'] ?? 0) & NOTES.sampling_guessed])
const FLOW = parseTemplate(256, '8:4')

test('a filter selects by content: nothing can be scaled (RFC 5477 §8.2)', () => {
  const collector = createCollector()
  ipfix(collector, data(parseTemplate(257, 'S302:4 304:2 305:4 306:4'), [1, 5, 1, 99]))
  ipfix(collector, data(FLOW, [A]))
  assert.deepEqual(sampling(collector), [[0, '', 0]])
})

test('packets observed and selected are totals: the rate is that of what came between two reports (RFC 5477 §8.1)', () => {
  const collector = createCollector()
  const report = parseTemplate(257, 'S302:4 318:8 319:8')
  const rates: unknown[] = []
  for (const row of [
    [1, 10_000, 100],
    // 400,000 more seen, 1,000 more taken.
    [1, 410_000, 1100],
    [1, 410_000, 1100],
    // The counters began anew.
    [1, 5000, 10],
  ]) {
    ipfix(collector, [...data(report, row), ...data(FLOW, [A])])
    rates.push(...sampling(collector))
  }
  assert.deepEqual(rates, [
    [100, 'options', 0],
    [400, 'options', 0],
    [373, 'options', 0],
    [500, 'options', 0],
  ])
})

test('sampling in the record itself: packet interval and space, n of N, observed and selected', () => {
  const collector = createCollector()
  ipfix(collector, data(parseTemplate(257, 'S1:4 34:4'), [0, 7]))
  ipfix(collector, data(parseTemplate(258, '8:4 305:4 306:4'), [A, 1, 99], [A, 2, 98], [A, 0, 0]))
  ipfix(collector, data(parseTemplate(259, '8:4 310:4 309:4'), [A, 1024, 1]))
  ipfix(collector, data(parseTemplate(260, '8:4 318:8 319:8'), [A, 3000, 10]))
  assert.deepEqual(sampling(collector), [
    [100, 'record', 0],
    [50, 'record', 0],
    [7, 'options', 0],
    [1024, 'record', 0],
    [300, 'record', 0],
  ])
})

test('several samplers of a device, each with its name; records name theirs', () => {
  const collector = createCollector()
  ipfix(collector, data(parseTemplate(257, 'S48:1 49:1 50:4 84:8'), [1, 2, 100, 'core'], [2, 2, 1000, 'edge'], [3, 1, 10, '']))
  ipfix(collector, data(parseTemplate(258, '8:4 48:1'), [A, 3], [A, 2], [A, 1]))
  assert.deepEqual(sampling(collector), [
    [10, 'options', 0],
    [1000, 'options', 0],
    [100, 'options', 0],
  ])
  assert.deepEqual(
    [...(collector.exporter.domains.get('ipfix/0')?.samplers ?? [])].map(([id, { name }]) => [id, name]),
    [
      [1, 'core'],
      [2, 'edge'],
      [3, ''],
    ],
  )
})

test('options behind data in one datagram: what the record tells itself stays, a guess is no guess any more, samplers hold too', () => {
  const collector = createCollector()
  ipfix(collector, data(parseTemplate(257, 'S1:4 34:4'), [0, 9]), 1)
  const own = parseTemplate(258, '8:4 34:4')
  const named = parseTemplate(259, '8:4 48:1')
  const late = data(parseTemplate(300, 'S48:1 50:4'), [4, 40])
  ipfix(collector, [...data(FLOW, [A]), ...data(own, [A, 5], [A, 0]), ...data(named, [A, 4], [A, 6]), ...late], 2)
  assert.deepEqual(sampling(collector), [
    [40, 'options', 0],
    [5, 'record', 0],
    [40, 'options', 0],
    [40, 'options', 0],
    [0, '', 0],
  ])
  assert.equal(openBooks(collector.counts), '')
})

test('options in a later datagram change nothing that was decoded before', () => {
  const collector = createCollector()
  const v9 = (sequence: number, sets: readonly WireSet[]): void => void collector.feed(encodeV9({ uptimeMs: 0, seconds: SECONDS, sequence, domain: 0 }, sets))
  v9(0, data(FLOW, [A]))
  v9(1, data(parseTemplate(257, 'S1:4 34:4'), [0, 50]))
  v9(2, [records(FLOW, [A])])
  assert.deepEqual(sampling(collector), [
    [0, '', 0],
    [50, 'options', 0],
  ])
})
