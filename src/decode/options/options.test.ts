import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOTES } from '../../schema/index.ts'
import { bytes, concat } from '../../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type Template, type Value, type WireSet } from '../../simulate/index.ts'
import { SECONDS, booksOf, createCollector, type Collector } from '../fixtures/collector.ts'
import { STANDARD_SETTINGS, createExporter } from '../exporters.ts'

const A = addressBytes('10.0.0.1')
const float64 = (value: number): Uint8Array => new Uint8Array(Float64Array.of(value).buffer).reverse()
const float32 = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer).reverse()
const data = (template: Template, ...rows: (readonly Value[])[]): readonly WireSet[] => [
  { kind: 'templates', templates: [template] },
  { kind: 'data', template, rows, padding: 0 },
]
const v9 = (collector: Collector, sets: readonly WireSet[], domain = 0): void =>
  void collector.feed(encodeV9({ uptimeMs: 0, seconds: SECONDS, sequence: 0, domain }, sets))
const ipfix = (collector: Collector, sets: readonly WireSet[], domain = 0): void =>
  void collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain }, sets))
const FLOW = data(parseTemplate(256, '8:4'), [A])
/** Rate, source and notes of the rows decoded since. */
const sampling = (collector: Collector): unknown[] =>
  collector.rows().map(row => [row['sampling_rate'] ?? 0, row['sampling_source'] ?? '', (Number(row['notes'] ?? 0) & NOTES.sampling_guessed) !== 0])

test('the rate that options tell', async t => {
  for (const [what, notation, values, rate] of [
    ['sampling interval and algorithm', 'S1:4 34:4 35:1', [0, 100, 2], 100],
    ['a sampler by name', 'S1:4 48:1 49:1 50:4 84:8', [0, 1, 2, 512, 'edge'], 512],
    ['packet interval and space', 'S302:4 304:2 305:4 306:4', [1, 1, 1, 999], 1000],
    ['several packets of an interval', 'S302:4 304:2 305:4 306:4', [1, 1, 10, 990], 100],
    ['an interval without its space', 'S302:4 305:4', [1, 64], 64],
    ['time interval and space', 'S302:4 304:2 307:4 308:4', [1, 2, 1000, 9000], 10],
    ['n of N', 'S302:4 304:2 309:4 310:4', [1, 3, 1, 2048], 2048],
    ['3 of 10', 'S302:4 309:4 310:4', [1, 3, 10], 3],
    ['a probability of 8 bytes', 'S302:4 311:8', [1, float64(0.001)], 1000],
    ['a probability of 4 bytes', 'S302:4 311:4', [1, float32(0.01)], 100],
    ['a random interval of 0 beside an interval', 'S1:4 34:4 50:4', [0, 20, 0], 20],
    ['64 bits', 'S1:4 34:8', [0, 100], 100],
    ['the largest', 'S1:4 34:4', [0, 0xffff_ffff], 0xffff_ffff],
    ['rate 0 tells nothing', 'S1:4 34:4 35:1', [0, 0, 1], 0],
    ['a rate above 32 bits tells nothing', 'S1:4 34:8', [0, 2 ** 32], 0],
    ['probability 0 tells nothing', 'S302:4 311:8', [1, float64(0)], 0],
    ['a probability above 1 tells nothing', 'S302:4 311:8', [1, float64(1.5)], 0],
    ['a probability that is no number tells nothing', 'S302:4 311:8', [1, float64(Number.NaN)], 0],
    ['packet interval 0 tells nothing', 'S302:4 305:4 306:4', [1, 0, 99], 0],
    ['statistics tell nothing', 'S149:4 41:8 42:8', [0, 100, 200], 0],
  ] as const) {
    await t.test(what, () => {
      const collector = createCollector()
      ipfix(collector, data(parseTemplate(257, notation), values))
      ipfix(collector, FLOW)
      assert.deepEqual(sampling(collector), [[rate, rate === 0 ? '' : 'options', false]])
      assert.equal(collector.counts.optionRecords, 1)
    })
  }
})

test('options that come after data in one datagram hold for that datagram, not for the one before', () => {
  const collector = createCollector()
  const options = data(parseTemplate(257, 'S1:4 34:4'), [0, 100])
  v9(collector, FLOW)
  v9(collector, [...FLOW, ...options, ...FLOW])
  assert.deepEqual(sampling(collector), [
    [0, '', false],
    [100, 'options', false],
    [100, 'options', false],
  ])
  v9(collector, FLOW)
  assert.deepEqual(sampling(collector), [[100, 'options', false]])
})

test('a record names its sampler; one nobody told of has no rate', () => {
  for (const element of [48, 302]) {
    const collector = createCollector()
    v9(collector, data(parseTemplate(257, `S1:4 ${element}:1 50:4`), [0, 1, 10], [0, 2, 20]))
    v9(collector, data(parseTemplate(258, `8:4 ${element}:1`), [A, 2], [A, 1], [A, 0], [A, 3]))
    assert.deepEqual(sampling(collector), [
      [20, 'options', false],
      [10, 'options', false],
      [0, '', false],
      [0, '', false],
    ])
  }
})

test('the rate in the record is preferred, unless it is 0', () => {
  const collector = createCollector()
  v9(collector, data(parseTemplate(257, 'S1:4 34:4'), [0, 100]))
  v9(collector, data(parseTemplate(258, '8:4 34:4 35:1'), [A, 7, 1], [A, 0, 0], [A, 9, 1]))
  assert.deepEqual(sampling(collector), [
    [7, 'record', false],
    [100, 'options', false],
    [9, 'record', false],
  ])
  v9(collector, data(parseTemplate(259, 'S1:4 48:1 50:4'), [0, 1, 10]))
  v9(collector, data(parseTemplate(260, '8:4 34:4 48:1'), [A, 7, 1], [A, 0, 1]))
  assert.deepEqual(sampling(collector), [
    [7, 'record', false],
    [10, 'options', false],
  ])
  const alone = createCollector()
  v9(alone, data(parseTemplate(258, '8:4 34:4'), [A, 0], [A, 5]))
  assert.deepEqual(sampling(alone), [
    [0, '', false],
    [5, 'record', false],
  ])
})

test('the packet interval of a record is no rate: its space is missing', () => {
  const collector = createCollector()
  ipfix(collector, data(parseTemplate(258, '8:4 305:4'), [A, 1]))
  assert.deepEqual(sampling(collector), [[0, '', false]])
})

test('what another domain told is taken as a guess, and marked', () => {
  const collector = createCollector()
  ipfix(collector, data(parseTemplate(257, 'S149:4 34:4'), [0, 100]), 1)
  ipfix(collector, FLOW, 2)
  ipfix(collector, FLOW, 1)
  v9(collector, FLOW, 1)
  assert.deepEqual(sampling(collector), [
    [100, 'options_of_other_domain', true],
    [100, 'options', false],
    [0, '', false],
  ])
  ipfix(collector, data(parseTemplate(257, 'S149:4 34:4'), [0, 50]), 2)
  ipfix(collector, FLOW, 2)
  assert.deepEqual(sampling(collector), [[50, 'options', false]])
})

test('interfaces are named by options', async t => {
  for (const [what, notation, values] of [
    ['v9 scope 2', 'S2:4 82:16', [7, 'eth7']],
    ['input interface', 'S1:4 10:4 82:16', [0, 7, 'eth7']],
    ['output interface', 'S1:4 14:2 82:8', [0, 7, 'eth7']],
    ['a description where the name is empty', 'S2:4 82:8 83:8', [7, '', 'eth7']],
    ['the name before the description', 'S2:4 83:8 82:8', [7, 'uplink', 'eth7']],
  ] as const) {
    await t.test(what, () => {
      const collector = createCollector()
      const flows = data(parseTemplate(256, '8:4 10:4 14:4'), [A, 7, 8], [A, 8, 7])
      v9(collector, [...flows, ...data(parseTemplate(257, notation), values), ...flows])
      assert.deepEqual(
        collector.rows().map(row => [row['in_if_name'], row['out_if_name']]),
        [
          [undefined, undefined],
          [undefined, undefined],
          ['eth7', undefined],
          [undefined, 'eth7'],
        ],
      )
    })
  }
})

test('an interface that is renamed has its new name from then on, in the same batch', () => {
  const collector = createCollector()
  const flows = data(parseTemplate(256, '8:4 10:4'), [A, 7])
  const name = (text: string): readonly WireSet[] => data(parseTemplate(257, 'S2:4 82:8'), [7, text])
  v9(collector, [...name('old'), ...flows, ...name('new'), ...flows])
  assert.deepEqual(
    collector.rows().map(row => row['in_if_name']),
    ['old', 'new'],
  )
})

test('names hold when a batch is used again', () => {
  const collector = createCollector()
  const flows = (index: number): readonly WireSet[] => data(parseTemplate(256, '8:4 10:4'), [A, index])
  v9(collector, data(parseTemplate(257, 'S2:4 82:8'), [7, 'seven'], [8, 'eight']))
  for (const order of [
    [7, 8],
    [8, 7],
    [9, 8],
  ]) {
    collector.recycle()
    for (const index of order) v9(collector, flows(index))
    const names: Readonly<Record<number, string>> = { 7: 'seven', 8: 'eight' }
    assert.deepEqual(
      collector.rows().map(row => row['in_if_name']),
      order.map(index => names[index]),
    )
  }
})

test('options of variable length; a record that breaks off is refused after the whole ones', () => {
  const collector = createCollector()
  const template = parseTemplate(257, 'S10:4 82:v')
  ipfix(collector, data(template, [7, 'eth7'], [8, 'x'.repeat(260)]))
  assert.deepEqual(
    [...collector.exporter.interfaces].map(([index, { name }]) => [index, name]),
    [
      [7, 'eth7'],
      [8, 'x'.repeat(260)],
    ],
  )
  const body = bytes('0101 0013 00000009 01 61 0000000a 08 6162')
  collector.feed(concat([encodeIpfix({ seconds: SECONDS, sequence: 2, domain: 0, length: 16 + 19 }, []), body, new Uint8Array(19 - body.length)]))
  assert.equal(collector.exporter.interfaces.get(9)?.name, 'a')
  assert.equal(collector.exporter.interfaces.has(10), false)
  assert.deepEqual(booksOf(collector.counts), {
    datagrams: 2,
    datagramsDecoded: 2,
    sets: 3,
    setsDecoded: 2,
    set_malformed: 1,
    optionTemplates: 1,
    optionRecords: 3,
  })
})

test('rates of the configuration', async t => {
  const record = data(parseTemplate(257, '8:4 34:4'), [A, 50], [A, 0])
  const bySampler = data(parseTemplate(258, '8:4 48:1'), [A, 1], [A, 9])
  const told = data(parseTemplate(300, 'S1:4 48:1 50:4'), [0, 1, 512])
  for (const [what, settings, sets, expected] of [
    ['one that holds whatever the exporter tells', { samplingRate: 7 }, [...told, ...FLOW, ...record], [7, 7, 7]],
    ['one that says unsampled', { samplingRate: 1 }, [...told, ...FLOW], [1]],
    ['a default where nothing is told', { samplingRateDefault: 100 }, FLOW, [100]],
    ['a default beside records that tell their rate', { samplingRateDefault: 100 }, record, [50, 100]],
    ['a default beside options', { samplingRateDefault: 100 }, [...told, ...FLOW], [512]],
    ['a default beside samplers, one unknown', { samplingRateDefault: 100 }, [...told, ...bySampler], [512, 100]],
    ['both', { samplingRate: 7, samplingRateDefault: 100 }, FLOW, [7]],
  ] as const) {
    await t.test(what, () => {
      const collector = createCollector()
      const exporter = createExporter(0xffff_0a00_00fdn, { ...STANDARD_SETTINGS, ...settings })
      collector.feed(encodeV9({ uptimeMs: 0, seconds: SECONDS, sequence: 0, domain: 0 }, sets), undefined, exporter)
      const rows = collector.rows()
      assert.deepEqual(
        rows.map(row => row['sampling_rate']),
        expected,
      )
      const own: readonly number[] = Object.values(settings)
      for (const row of rows) assert.equal(row['sampling_source'] === 'config', own.includes(Number(row['sampling_rate'])))
    })
  }
})
