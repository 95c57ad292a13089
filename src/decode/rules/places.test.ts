import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBytes, encodeV9, parseTemplate, type Value } from '../../simulate/index.ts'
import { SECONDS, createCollector, type Collector } from '../fixtures/collector.ts'
import { settingsFor, type ExporterRules } from '../registry/index.ts'
import { FRAME, datagram, flow, header } from '../sflow/fixtures/datagrams.ts'

const EXPORTER = 0xffff_0a00_00fen
const A = addressBytes('10.0.0.1')
const RULES: ExporterRules = {
  exporters: [
    {
      match: ['10.0.0.0/8'],
      profiles: [],
      fields: [],
      name: 'edge1',
      group: 'edge',
      role: 'border',
      site: 'Paris',
      region: 'EU',
      tenant: 'acme',
      interfaces: [
        { index: 7, name: 'uplink', speed: '10G', boundary: 'external', connectivity: 'transit', provider: 'Cogent' },
        { index: 70_000, name: 'far', speed: 8_000_000_000_000 },
      ],
    },
  ],
  interfaceRules: [
    { description: String.raw`^Peering: (?<provider>\w+)`, boundary: 'external', connectivity: 'peering' },
    { name: '^ae', boundary: 'internal' },
  ],
}
const LABELS = {
  exporter_name: 'edge1',
  exporter_group: 'edge',
  exporter_role: 'border',
  exporter_site: 'Paris',
  exporter_region: 'EU',
  exporter_tenant: 'acme',
}

const collectorOf = (rules: ExporterRules): Collector => createCollector({}, { settings: settingsFor(rules)(EXPORTER) })

const send = (collector: Collector, notation: string, ...rows: readonly (readonly Value[])[]): void => {
  const template = parseTemplate(notation.startsWith('S') ? 257 : 256, notation)
  collector.feed(
    encodeV9({ uptimeMs: 0, seconds: SECONDS, sequence: 0, domain: 0 }, [
      { kind: 'templates', templates: [template] },
      { kind: 'data', template, rows, padding: 0 },
    ]),
  )
}
const FLOW = '8:4 10:4 14:4'
const NAMES = 'S1:4 10:4 82:16 83:32'

/** Columns of the rows that came, by name. */
const columns = (collector: Collector, ...names: readonly string[]): unknown[] => collector.rows().map(row => names.map(name => row[name]))

test('the place of the exporter stands in every row, also of templates without interfaces', () => {
  const collector = collectorOf(RULES)
  send(collector, '8:4 12:4', [A, A], [A, A])
  assert.deepEqual(collector.values(), [
    { src: '10.0.0.1', dst: '10.0.0.1', ...LABELS },
    { src: '10.0.0.1', dst: '10.0.0.1', ...LABELS },
  ])
})

test('configured interfaces, each side for itself; no interface has nothing', () => {
  const collector = collectorOf(RULES)
  send(collector, FLOW, [A, 7, 0], [A, 70_000, 7], [A, 99, 98])
  const inside = { in_if_name: 'uplink', in_if_speed: 10_000_000_000n, in_if_boundary: 'external', in_if_connectivity: 'transit', in_if_provider: 'Cogent' }
  const outside = Object.fromEntries(Object.entries(inside).map(([name, value]) => [name.replace('in_', 'out_'), value]))
  assert.deepEqual(
    collector
      .values()
      .map(row =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'number' && name.endsWith('speed') ? BigInt(value) : value])),
      ),
    [
      { src: '10.0.0.1', in_if: 7, ...LABELS, ...inside },
      { src: '10.0.0.1', in_if: 70_000, in_if_name: 'far', in_if_speed: 8_000_000_000_000n, out_if: 7, ...outside, ...LABELS },
      { src: '10.0.0.1', in_if: 99, out_if: 98, ...LABELS },
    ],
  )
})

test('rules see what options tell; a new description counts from then on, in the same batch too', () => {
  const collector = collectorOf(RULES)
  const asked = ['in_if_name', 'in_if_boundary', 'in_if_connectivity', 'in_if_provider'] as const
  send(collector, NAMES, [0, 3, 'xe-0/0/3', 'Peering: AMSIX'], [0, 4, 'ae4', 'to the core'])
  send(collector, FLOW, [A, 3, 0], [A, 4, 0], [A, 5, 0])
  assert.deepEqual(columns(collector, ...asked), [
    ['xe-0/0/3', 'external', 'peering', 'AMSIX'],
    ['ae4', 'internal', undefined, undefined],
    [undefined, undefined, undefined, undefined],
  ])
  send(collector, NAMES, [0, 3, 'xe-0/0/3', 'Peering: DECIX'])
  send(collector, FLOW, [A, 3, 0])
  assert.deepEqual(columns(collector, 'in_if_provider'), [['DECIX']])
})

test('the configured name goes before the one of options', () => {
  const collector = collectorOf(RULES)
  send(collector, NAMES, [0, 7, 'Te1/1', ''])
  send(collector, FLOW, [A, 7, 7])
  assert.deepEqual(columns(collector, 'in_if_name', 'out_if_name'), [['uplink', 'uplink']])
})

test('codes are of one batch: the next one has its own', () => {
  const collector = collectorOf(RULES)
  send(collector, FLOW, [A, 7, 0], [A, 0, 70_000])
  const once = collector.rows()
  collector.recycle()
  send(collector, FLOW, [A, 0, 70_000], [A, 7, 0])
  assert.deepEqual(
    collector.rows().map(({ received_at: _, ...row }) => row),
    once.toReversed().map(({ received_at: _, ...row }) => row),
  )
})

test('rows of sFlow', () => {
  const collector = collectorOf(RULES)
  collector.feed(datagram([flow({}, header(FRAME))]))
  const asked = ['in_if', 'in_if_name', 'in_if_boundary', 'in_if_provider', 'out_if_boundary', 'exporter_site'] as const
  assert.deepEqual(columns(collector, ...asked), [[7, 'uplink', 'external', 'Cogent', undefined, 'Paris']])
})

test('each interface is shown to the rules once for each name it had, however many flows and batches it has', () => {
  const shown: number[] = []
  const settings = settingsFor(RULES)(EXPORTER)
  assert.ok(settings.places?.placeOf)
  const { placeOf } = settings.places
  const count: typeof placeOf = (index, told) => {
    if (told !== undefined) shown.push(index)
    return placeOf(index, told)
  }
  const collector = createCollector({}, { settings: { ...settings, places: { ...settings.places, placeOf: count } } })
  send(collector, NAMES, [0, 3, 'xe-0/0/3', 'old'], [0, 4, 'ae4', ''])
  for (let batch = 0; batch < 3; batch++) {
    send(collector, FLOW, ...Array.from({ length: 50 }, (): Value[] => [A, 3, 4]))
    collector.recycle()
  }
  assert.deepEqual(shown, [3, 4])
  send(collector, NAMES, [0, 3, 'xe-0/0/3', 'new'])
  send(collector, FLOW, [A, 3, 4])
  assert.deepEqual(shown, [3, 4, 3])
})

test('made-up indexes all get what the rules say, and nothing grows with them', () => {
  const collector = collectorOf({ interfaceRules: [{ boundary: 'external' }] })
  const many = 17_000
  for (let from = 1; from <= many; from += 1000) send(collector, FLOW, ...Array.from({ length: 1000 }, (_, at): Value[] => [A, from + at, 0]))
  const rows = collector.rows()
  assert.equal(rows.length, many)
  assert.ok(rows.every(row => row['in_if_boundary'] === 'external'))
  const { places, codes } = collector.exporter
  assert.equal(places, null)
  const side = codes[4]?.places?.in
  assert.deepEqual([side?.ofPlaces.size, side?.slots.length, side?.far.size], [1, 4096, 1024])
})

test('what a relay passes on is another’s and gets nothing; its own flows do', () => {
  const settings = settingsFor({ ...RULES, exporters: RULES.exporters?.map(entry => ({ ...entry, relay: true })) ?? [] })(EXPORTER)
  const collector = createCollector({}, { settings })
  send(collector, '8:4 10:4 130:4', [A, 7, addressBytes('192.0.2.9')], [A, 7, addressBytes('0.0.0.0')])
  assert.deepEqual(columns(collector, 'exporter', 'exporter_name', 'in_if_boundary'), [
    ['192.0.2.9', undefined, undefined],
    ['10.0.0.254', 'edge1', 'external'],
  ])
})

test('without settings of places nothing is filled and nothing is kept', () => {
  const collector = createCollector()
  send(collector, FLOW, [A, 7, 8])
  assert.deepEqual(collector.values(), [{ src: '10.0.0.1', in_if: 7, out_if: 8 }])
  assert.equal(collector.exporter.places, null)
})
