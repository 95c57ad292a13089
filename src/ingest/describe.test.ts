import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createExporter } from '../decode/index.ts'
import { createCollector, LIMITS, NOW, SECONDS, type Collector } from '../decode/fixtures/collector.ts'
import { addressBytes, encodeIpfix, encodeV5, encodeV9, parseTemplate, type Template, type Value, type WireSet } from '../simulate/index.ts'
import { adviseExporter } from '../telemetry/index.ts'
import { describeExporter } from './describe.ts'
import { createExporterBooks } from './exporter-books.ts'
import { mergeDetails } from './merge.ts'

const A = addressBytes('10.0.0.1')
const templates = (...list: Template[]): WireSet => ({ kind: 'templates', templates: list })
const data = (template: Template, ...rows: (readonly Value[])[]): WireSet => ({ kind: 'data', template, rows, padding: 0 })
const ipfix = (collector: Collector, sets: readonly WireSet[], at = NOW, domain = 7, sequence = 0): void =>
  void collector.feed(encodeIpfix({ seconds: Math.floor(at / 1000), sequence, domain }, sets), at)
const describe = (collector: Collector) => describeExporter(collector.exporter, LIMITS)
const codesOf = (collector: Collector, now = NOW): string[] =>
  adviseExporter(describe(collector), { now, kernelDropped: 0, longestFlowMs: null }).map(one => one.code)

test('templates are told with the names of their fields and the columns they fill', () => {
  const collector = createCollector()
  const flow = parseTemplate(256, '8:4 12:4 2:8 29305/30000:4')
  ipfix(collector, [templates(flow), data(flow, [A, A, 9, 42])], NOW, 7, 0)
  ipfix(collector, [templates(flow), data(flow, [A, A, 9, 43], [A, A, 9, 44])], NOW + 60_000, 7, 1)
  const { domain_details: domains, unknown_elements: unknown, ...detail } = describe(collector)
  const domain = domains[0]
  assert.deepEqual(
    [domain?.protocol, domain?.transport, domain?.id, domain?.sequence_unit, domain?.sequence.missing, domain?.last_seen],
    ['ipfix', 'udp', 7, 'records', 0, NOW + 60_000],
  )
  const { fields, ...template } = domain?.templates[0] ?? assert.fail('no template')
  assert.deepEqual(fields, [
    { element: '8', name: 'sourceIPv4Address', length: 4, scope: false, column: 'src', skipped: false },
    { element: '12', name: 'destinationIPv4Address', length: 4, scope: false, column: 'dst', skipped: false },
    { element: '2', name: 'packetDeltaCount', length: 8, scope: false, column: 'packets', skipped: false },
    { element: '29305/30000', name: null, length: 4, scope: false, column: null, skipped: true },
  ])
  assert.deepEqual(template, {
    id: 256,
    kind: 'data',
    first_seen: NOW,
    last_seen: NOW + 60_000,
    refresh_ms: 60_000,
    records: 3,
    redefined: 0,
    redefined_at: null,
    restored: false,
  })
  assert.deepEqual(
    unknown,
    [{ element: '29305/30000', name: null, kind: 'unknown', length: 4, sample: '0000002b', records: 3, templates: [256] }],
    'a new sample a minute',
  )
  assert.deepEqual([detail.address, detail.first_seen, detail.rows, detail.templates, detail.notes], ['10.0.0.254', NOW, 3, 1, []])
  assert.ok(codesOf(collector).includes('unknown_elements'))
})

test('options of NetFlow v9 have scopes of their own; what they tell is shown', () => {
  const collector = createCollector()
  const names = parseTemplate(257, 'S2:4 82:8')
  const message = encodeV9({ uptimeMs: 0, seconds: SECONDS, sequence: 0, domain: 1 }, [templates(names), data(names, [3, 'xe-0'])])
  assert.equal(collector.feed(message), null)
  const detail = describe(collector)
  assert.deepEqual(detail.domain_details[0]?.templates[0]?.fields, [
    { element: 'scope 2', name: 'Interface', length: 4, scope: true, column: null, skipped: false },
    { element: '82', name: 'interfaceName', length: 8, scope: false, column: null, skipped: false },
  ])
  assert.equal(detail.domain_details[0]?.templates[0]?.kind, 'options')
  assert.deepEqual(detail.interfaces, [{ index: 3, name: 'xe-0', description: '' }])
})

test('data without a template waits, and the advice says how much', () => {
  const collector = createCollector()
  const flow = parseTemplate(256, '8:4 2:4')
  ipfix(collector, [data(flow, [A, 1])])
  const detail = describe(collector)
  assert.deepEqual(detail.domain_details[0]?.waiting, { sets: 1, bytes: 8 })
  assert.deepEqual(codesOf(collector), ['no_template'])
})

test('where a rate comes from: options with a sampler, a guess from another domain, the header of v5', () => {
  const collector = createCollector()
  const rate = parseTemplate(300, 'S302:4 305:4 306:4')
  const flow = parseTemplate(256, '8:4 2:4')
  ipfix(collector, [templates(rate), data(rate, [5, 1, 99])], NOW, 1)
  ipfix(collector, [templates(flow), data(flow, [A, 1])], NOW, 2)
  collector.feed(
    encodeV5({ uptimeMs: 5000, seconds: SECONDS, sequence: 0, sampling: 512 }, [
      { src: '10.0.0.1', dst: '10.0.0.2', packets: 1, octets: 40, first: 1, last: 2, proto: 6 },
    ]),
  )
  const told = Object.fromEntries(describe(collector).domain_details.map(domain => [`${domain.protocol} ${domain.id}`, domain.samplers]))
  assert.ok(
    told['ipfix 1']?.some(sampler => sampler.id === 5 && sampler.rate === 100 && sampler.source === 'options'),
    JSON.stringify(told),
  )
  assert.deepEqual(told['ipfix 2'], [{ id: null, name: null, rate: 100, source: 'options_of_other_domain' }])
  assert.deepEqual(told['netflow5 0'], [{ id: null, name: null, rate: 512, source: 'header' }])
  assert.ok(codesOf(collector).includes('sampling_other_domain'))
})

test('a rate of the configuration goes before what the exporter tells, a default behind it', () => {
  const flow = parseTemplate(256, '8:4 2:4')
  const rate = parseTemplate(300, 'S302:4 305:4 306:4')
  for (const [settings, options, sampler] of [
    [{ samplingRate: 1000, samplingRateDefault: 0 }, true, { rate: 1000, source: 'config' }],
    [{ samplingRate: 0, samplingRateDefault: 64 }, false, { rate: 64, source: 'config' }],
    [{ samplingRate: 0, samplingRateDefault: 64 }, true, { rate: 100, source: 'options' }],
  ] as const) {
    const collector = createCollector()
    Object.assign(collector.exporter, { settings: { ...collector.exporter.settings, ...settings } })
    ipfix(collector, [templates(flow), data(flow, [A, 1])])
    if (options) ipfix(collector, [templates(rate), data(rate, [5, 1, 99])])
    const detail = describe(collector)
    assert.deepEqual([detail.sampling?.rate, detail.sampling?.source], [sampler.rate, sampler.source])
    assert.deepEqual([detail.domain_details[0]?.samplers[0]?.rate, detail.domain_details[0]?.samplers[0]?.source], [sampler.rate, sampler.source])
    assert.ok(!codesOf(collector).includes('sampling_unknown'))
  }
})

test('where the datagrams of an sFlow agent come from is in no list', () => {
  const agent = createExporter(1n)
  const source = createExporter(2n)
  agent.datagrams = 1
  assert.deepEqual(
    createExporterBooks(LIMITS)
      .statuses([agent, source], NOW)
      .map(line => line.address),
    ['::1'],
  )
})

test('another definition of a live template is shown before and after', () => {
  const collector = createCollector()
  ipfix(collector, [templates(parseTemplate(256, '8:4 2:4'))])
  ipfix(collector, [templates(parseTemplate(256, '12:4 2:4'))], NOW + 1000)
  const [change] = describe(collector).template_changes
  assert.deepEqual([change?.template, change?.domain, change?.count, change?.refused, change?.at], [256, 7, 1, false, NOW + 1000])
  assert.deepEqual([change?.before[0]?.name, change?.after[0]?.name], ['sourceIPv4Address', 'destinationIPv4Address'])
  assert.ok(codesOf(collector, NOW + 2000).includes('template_redefined'))
})

test('of thousands of templates the newest are shown, and the rest is told in a sentence', () => {
  const collector = createCollector()
  for (let id = 256; id < 256 + 2000; id += 20) {
    const twenty = Array.from({ length: 20 }, (_, at) => parseTemplate(id + at, '8:4'))
    ipfix(collector, [templates(...twenty)], NOW + id)
  }
  const detail = describe(collector)
  assert.equal(detail.templates, 2000)
  assert.deepEqual(detail.notes, ['2000 templates, of which the 1000 sent last are shown'])
  const shown = detail.domain_details[0]?.templates ?? []
  assert.deepEqual([shown.length, shown[0]?.id, shown.at(-1)?.id], [1000, 1256, 2255])
})

test('parts of one address in several threads are one exporter', () => {
  const [one, two] = [createCollector(), createCollector()]
  const flow = parseTemplate(256, '8:4 2:4 29305/30000:4')
  ipfix(one, [templates(flow), data(flow, [A, 1, 1])], NOW)
  ipfix(two, [templates(flow), data(flow, [A, 1, 2], [A, 1, 3])], NOW + 500)
  ipfix(two, [data(parseTemplate(299, '8:4'), [A])], NOW + 600, 8)
  assert.equal(mergeDetails([]), null)
  const merged = mergeDetails([describe(one), describe(two)])
  assert.ok(merged !== null)
  assert.deepEqual([merged.datagrams, merged.rows, merged.domains, merged.first_seen, merged.last_seen], [3, 3, 2, NOW, NOW + 600])
  assert.deepEqual(
    merged.domain_details.map(domain => [
      domain.id,
      domain.templates.map(template => [template.id, template.records, template.last_seen]),
      domain.waiting.sets,
    ]),
    [
      [7, [[256, 3, NOW + 500]], 0],
      [8, [], 1],
    ],
  )
  assert.deepEqual(
    merged.unknown_elements.map(element => [element.element, element.records, element.templates]),
    [['29305/30000', 3, [256]]],
  )
})

test('a thread advises a bounded number of exporters a report, each in its turn', () => {
  const books = createExporterBooks(LIMITS)
  const all = Array.from({ length: 480 }, (_, at) => {
    const exporter = createExporter(0xffff_0a00_0000n + BigInt(at))
    exporter.lastSeenMs = NOW
    exporter.firstSeenMs = NOW
    exporter.skewMs = 1e6
    exporter.datagrams = 1
    return exporter
  })
  const advised = (nowMs: number): number => books.statuses(all, nowMs).filter(line => line.advice.includes('clock_skew')).length
  assert.deepEqual([advised(NOW), advised(NOW + 1000), advised(NOW + 2000), advised(NOW + 3000)], [200, 400, 480, 480])
  for (const exporter of all) exporter.skewMs = 0
  assert.equal(advised(NOW + 9000), 480, 'advice stands for ten seconds')
  assert.deepEqual([advised(NOW + 13_000), advised(NOW + 14_000), advised(NOW + 15_000)], [280, 80, 0])
  assert.equal(books.detail(all, '10.0.0.3')?.address, '10.0.0.3')
  assert.equal(books.detail(all, '192.0.2.1'), null)
})
