import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type Template, type Value, type WireSet } from '../../simulate/index.ts'
import { SECONDS, createCollector, openBooks, type Collector } from '../fixtures/collector.ts'

const A = addressBytes('10.0.0.1')
const data = (template: Template, ...rows: (readonly Value[])[]): readonly WireSet[] => [
  { kind: 'templates', templates: [template] },
  { kind: 'data', template, rows, padding: 0 },
]
const v9 = (collector: Collector, sets: readonly WireSet[]): void =>
  void collector.feed(encodeV9({ uptimeMs: 0, seconds: SECONDS, sequence: 0, domain: 0 }, sets))
const ipfix = (collector: Collector, sets: readonly WireSet[], domain = 0): void =>
  void collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain }, sets))
const columns = (collector: Collector, ...names: readonly string[]): unknown[] => collector.rows().map(row => names.map(name => row[name]))

test('VRFs are named by options, unless the record names them; by 234 and by 235', () => {
  for (const key of [234, 235]) {
    const collector = createCollector()
    v9(collector, data(parseTemplate(257, `S1:4 ${key}:4 236:32`), [0, 10, 'customers'], [0, 11, 'management']))
    v9(collector, data(parseTemplate(256, '8:4 234:4 235:4'), [A, 10, 11], [A, 11, 12], [A, 0, 10]))
    v9(collector, data(parseTemplate(258, '8:4 234:4 236:8'), [A, 10, 'own'], [A, 10, '']))
    assert.deepEqual(columns(collector, 'in_vrf_name', 'out_vrf_name'), [
      ['customers', 'management'],
      ['management', undefined],
      [undefined, 'customers'],
      ['own', undefined],
      ['customers', undefined],
    ])
  }
})

test('applications are named by the exporter’s table: name and category may come apart, in any order', () => {
  const collector = createCollector()
  const NBAR = (selector: number): number => 13 * 2 ** 24 + selector
  v9(collector, data(parseTemplate(257, 'S1:4 95:4 96:24 94:55'), [0, NBAR(431), 'netflix', 'Netflix video'], [0, NBAR(1), 'egp', '']))
  // Cisco's type 45000 is element 12232 of its own space.
  v9(collector, data(parseTemplate(258, 'S1:4 95:4 45000:32'), [0, NBAR(431), 'consumer-streaming'], [0, NBAR(9), 'only-a-category']))
  v9(collector, data(parseTemplate(256, '8:4 95:4'), [A, NBAR(431)], [A, NBAR(1)], [A, NBAR(2)], [A, NBAR(9)], [A, 0]))
  assert.deepEqual(columns(collector, 'app', 'app_source', 'category'), [
    ['netflix', 'exporter', 'consumer-streaming'],
    ['egp', 'exporter', undefined],
    [undefined, undefined, undefined],
    [undefined, undefined, 'only-a-category'],
    [undefined, undefined, undefined],
  ])
  assert.deepEqual(collector.exporter.applications.get(NBAR(431)), { name: 'netflix', description: 'Netflix video', category: 'consumer-streaming' })
  v9(collector, [...data(parseTemplate(257, 'S1:4 95:4 96:24 94:55'), [0, NBAR(1), 'renamed', '']), ...data(parseTemplate(256, '8:4 95:4'), [A, NBAR(1)])])
  assert.deepEqual(columns(collector, 'app'), [['renamed']], 'in the same batch')
})

test('application ids of 8 bytes that differ beyond 2^53 are told apart; a record that names its application keeps the name', () => {
  const collector = createCollector()
  // Engine 20: 4 bytes of enterprise, 3 of selector (RFC 6759 §4).
  const id = (last: number): Uint8Array => Uint8Array.of(20, 0, 0, 0x8b, 0x30, 0, 0, last)
  ipfix(collector, data(parseTemplate(257, 'S95:8 96:16'), [id(1), 'one'], [id(2), 'two']))
  ipfix(collector, data(parseTemplate(256, '8:4 95:8'), [A, id(2)], [A, id(1)]))
  ipfix(collector, data(parseTemplate(258, '8:4 95:8 35632/119:8'), [A, id(1), 'dns']))
  assert.deepEqual(columns(collector, 'app'), [['two'], ['one'], ['dns']])
})

test('interfaces known by their VLAN only are named by it', () => {
  const collector = createCollector()
  ipfix(collector, data(parseTemplate(257, 'S58:2 82:16'), [100, 'office'], [200, 'guests']))
  ipfix(collector, data(parseTemplate(258, 'S10:4 82:16'), [7, 'eth7']))
  ipfix(collector, data(parseTemplate(256, '8:4 10:4 58:2 59:2'), [A, 7, 100, 200], [A, 8, 100, 300]))
  ipfix(collector, data(parseTemplate(259, '8:4 58:2'), [A, 200]))
  assert.deepEqual(columns(collector, 'in_if_name', 'out_if_name'), [
    ['eth7', 'guests'],
    ['office', undefined],
    ['guests', undefined],
  ])
})

test('RFC 7011 §4: figures of the exporting process are kept by domain, and are no traffic', () => {
  const collector = createCollector()
  const statistics = parseTemplate(257, 'S149:4 40:8 41:8 42:8 164:8 166:8')
  ipfix(collector, data(statistics, [1, 1_000_000, 200, 3000, 4, 5]), 1)
  ipfix(collector, data(parseTemplate(258, 'S144:4 36:2 37:2'), [0, 60, 15]), 2)
  ipfix(collector, data(statistics, [1, 2_000_000, 300, 4000, 4, 6]), 1)
  const told = (domain: number): unknown => Object.fromEntries(collector.exporter.domains.get(`ipfix/${domain}`)?.statistics ?? [])
  assert.deepEqual(told(1), {
    exportedOctetTotalCount: 2_000_000,
    exportedMessageTotalCount: 300,
    exportedFlowRecordTotalCount: 4000,
    ignoredPacketTotalCount: 4,
    notSentFlowTotalCount: 6,
  })
  assert.deepEqual(told(2), { flowActiveTimeout: 60, flowIdleTimeout: 15 })
  assert.deepEqual(collector.rows(), [])
  assert.equal(openBooks(collector.counts), '')
})

test('flow keys of a template are told by options', () => {
  const collector = createCollector()
  ipfix(collector, [{ kind: 'templates', templates: [parseTemplate(256, '8:4 12:4 1:4')] }])
  ipfix(collector, data(parseTemplate(257, 'S145:2 173:8'), [256, 0b011], [300, 1]))
  assert.equal(collector.exporter.domains.get('ipfix/0')?.templates.get(256)?.flowKeys, 3n)
})

test('RFC 5610 §3: type records tell the names of a vendor’s elements', () => {
  const collector = createCollector()
  const types = parseTemplate(257, 'S346:4 S303:2 339:1 344:1 345:2 341:v')
  ipfix(collector, data(types, [40_000, 5, 3, 1, 2, 'packetLossPermille'], [40_000, 0x8006, 13, 0, 0, 'siteName'], [40_000, 7, 3, 0, 0, '']))
  assert.deepEqual(
    [...collector.exporter.elements],
    [
      [40_000 * 65_536 + 5, { name: 'packetLossPermille', dataType: 3, semantics: 1, units: 2 }],
      [40_000 * 65_536 + 6, { name: 'siteName', dataType: 13, semantics: 0, units: 0 }],
    ],
  )
})

test('RFC 5473: records get the properties they share by naming their id', () => {
  const collector = createCollector()
  const shared = parseTemplate(257, 'S137:4 8:4 7:2 82:v')
  ipfix(collector, data(shared, [77, addressBytes('192.0.2.77'), 443, 'a'], [78, addressBytes('192.0.2.78'), 80, 'bb']))
  ipfix(collector, data(parseTemplate(256, '12:4 137:4 1:4'), [A, 78, 10], [A, 77, 20], [A, 79, 30]))
  assert.deepEqual(columns(collector, 'src', 'dst', 'src_port', 'bytes'), [
    ['192.0.2.78', '10.0.0.1', 80, 10],
    ['192.0.2.77', '10.0.0.1', 443, 20],
    [undefined, '10.0.0.1', undefined, 30],
  ])
  ipfix(collector, data(parseTemplate(258, '12:4 7:2 137:8'), [A, 22, 77]))
  assert.deepEqual(columns(collector, 'src', 'src_port'), [['192.0.2.77', 22]], 'what the record tells itself stays')
})
