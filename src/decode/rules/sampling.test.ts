import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAddress } from '../../schema/index.ts'
import { addressBytes, encodeIpfix, encodeV5, encodeV9, parseTemplate, type Template, type Value, type WireSet } from '../../simulate/index.ts'
import { NOW, SECONDS, createCollector, openBooks, type Collector } from '../fixtures/collector.ts'
import { settingsFor, type ExporterRule } from '../registry/settings.ts'

const A = addressBytes('10.0.0.1')
const data = (template: Template, ...rows: (readonly Value[])[]): readonly WireSet[] => [
  { kind: 'templates', templates: [template] },
  { kind: 'data', template, rows, padding: 0 },
]
const ipfix = (collector: Collector, domain: number, ...sets: readonly (readonly WireSet[])[]): void =>
  void collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain }, sets.flat()), NOW)
const rates = (collector: Collector): readonly unknown[] => collector.rows().map(row => [row['sampling_rate'] ?? 0, row['sampling_source'] ?? ''])

const RECORD = { src: '10.0.0.1', dst: '10.0.0.2', packets: 1, octets: 40, first: 0, last: 0, proto: 6 }
const FLOW = parseTemplate(256, '8:4 48:1')
const PLAIN = parseTemplate(257, '8:4')
const OWN = parseTemplate(258, '8:4 34:4')
const SAMPLERS = parseTemplate(300, 'S48:1 50:4')
const INTERVAL = parseTemplate(301, 'S1:4 34:4')

test('a sampler is one of its exporter and domain: the same id elsewhere is another', () => {
  const [one, other] = [createCollector(), createCollector()]
  ipfix(one, 1, data(SAMPLERS, [7, 100], [8, 10]))
  ipfix(one, 2, data(SAMPLERS, [7, 4000]))
  ipfix(one, 1, data(FLOW, [A, 7], [A, 8]))
  ipfix(one, 2, data(FLOW, [A, 7], [A, 8]))
  ipfix(other, 1, data(FLOW, [A, 7]))
  assert.deepEqual(rates(one), [
    [100, 'options'],
    [10, 'options'],
    [4000, 'options'],
    [0, ''],
  ])
  assert.deepEqual(rates(other), [[0, '']], 'another exporter’s samplers are not its own')
})

test('a flow of no sampler, or of one that was never told of, is not multiplied by the rate of another', () => {
  const collector = createCollector()
  ipfix(collector, 0, data(SAMPLERS, [7, 100]))
  ipfix(collector, 0, data(FLOW, [A, 0], [A, 9], [A, 7]))
  assert.deepEqual(rates(collector), [
    [0, ''],
    [0, ''],
    [100, 'options'],
  ])
})

test('a sampler that changes its rate changes it for what comes after, before and behind options of the same datagram alike', () => {
  const collector = createCollector()
  ipfix(collector, 0, data(SAMPLERS, [7, 100]), data(FLOW, [A, 7]))
  ipfix(collector, 0, data(FLOW, [A, 7]), data(SAMPLERS, [7, 200]))
  ipfix(collector, 0, data(FLOW, [A, 7]))
  assert.deepEqual(rates(collector), [
    [100, 'options'],
    [200, 'options'],
    [200, 'options'],
  ])
})

test('a rate of 0 tells nothing, and drops nothing: in options, in records, in the header of NetFlow v5', () => {
  const collector = createCollector()
  ipfix(collector, 0, data(INTERVAL, [0, 0]), data(SAMPLERS, [7, 0]))
  ipfix(collector, 0, data(PLAIN, [A]), data(OWN, [A, 0]), data(FLOW, [A, 7]))
  collector.feed(encodeV5({ uptimeMs: 5000, seconds: SECONDS, sequence: 0, sampling: 0 }, [RECORD]))
  assert.deepEqual(
    rates(collector),
    Array.from({ length: 4 }, () => [0, '']),
  )
  assert.equal(openBooks(collector.counts), '')

  ipfix(collector, 1, data(INTERVAL, [0, 100]))
  ipfix(collector, 1, data(INTERVAL, [0, 0]), data(PLAIN, [A]), data(OWN, [A, 0], [A, 1]))
  assert.deepEqual(
    rates(collector),
    [
      [100, 'options'],
      [100, 'options'],
      [1, 'record'],
    ],
    'what was told before holds, and a record that says 1 is unsampled',
  )
})

test('the configuration by prefix goes over everything, the longest prefix first; its default only where nothing is told', () => {
  const rule = (match: string, more: Partial<ExporterRule>): ExporterRule => ({ match: [match], interfaces: [], profiles: [], fields: [], ...more })
  const settingsOf = settingsFor({
    exporters: [
      rule('192.0.2.0/24', { samplingRate: 1000 }),
      rule('192.0.2.1', { samplingRate: 1 }),
      rule('198.51.100.0/24', { samplingRateDefault: 64 }),
      rule('2001:db8::/32', { samplingRate: 5 }),
    ],
  })
  const told = (address: string): readonly unknown[] => {
    const collector = createCollector({}, { settings: settingsOf(readAddress(address) ?? 0n) })
    ipfix(collector, 0, data(SAMPLERS, [7, 100]), data(FLOW, [A, 7], [A, 9]), data(OWN, [A, 50]))
    collector.feed(encodeV9({ uptimeMs: 0, seconds: SECONDS, sequence: 0, domain: 9 }, data(PLAIN, [A])))
    collector.feed(encodeV5({ uptimeMs: 5000, seconds: SECONDS, sequence: 0, sampling: 0x4000 + 16 }, [RECORD]))
    return rates(collector).map(rate => (rate as readonly unknown[]).join(' '))
  }
  assert.deepEqual(
    told('192.0.2.9'),
    Array.from({ length: 5 }, () => '1000 config'),
  )
  assert.deepEqual(
    told('192.0.2.1'),
    Array.from({ length: 5 }, () => '1 config'),
  )
  assert.deepEqual(
    told('2001:db8::7'),
    Array.from({ length: 5 }, () => '5 config'),
  )
  assert.deepEqual(told('198.51.100.7'), ['100 options', '64 config', '50 record', '64 config', '16 header'])
  assert.deepEqual(told('203.0.113.1'), ['100 options', '0 ', '50 record', '0 ', '16 header'])
})
