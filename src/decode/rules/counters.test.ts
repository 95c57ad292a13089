import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOTES } from '../../schema/index.ts'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type Template, type Value, type WireSet } from '../../simulate/index.ts'
import { createExporter, STANDARD_SETTINGS } from '../exporters.ts'
import { NOW, ROUTER, SECONDS, createCollector, type Collector } from '../fixtures/collector.ts'
import type { Exporter, ExporterSettings } from '../types.ts'

const A = addressBytes('10.0.0.1')
const B = addressBytes('10.0.0.2')
const templates = (...list: Template[]): WireSet => ({ kind: 'templates', templates: list })
const data = (template: Template, ...rows: (readonly Value[])[]): WireSet => ({ kind: 'data', template, rows, padding: 0 })
const ipfix = (sets: readonly WireSet[], domain = 0): Uint8Array => encodeIpfix({ seconds: SECONDS, sequence: 0, domain }, sets)
const v9 = (...sets: WireSet[]): Uint8Array => encodeV9({ uptimeMs: 0, seconds: SECONDS, sequence: 0, domain: 0 }, sets)
const exporterWith = (settings: Partial<ExporterSettings>): Exporter => createExporter(ROUTER, { ...STANDARD_SETTINGS, ...settings })

/** Counters of the rows since the last call: bytes, packets, reverse bytes, reverse packets, and whether earlier records were taken off. */
const counted = (collector: Collector): unknown[] =>
  collector
    .rows()
    .map(row => [
      ...['bytes', 'packets', 'reverse_bytes', 'reverse_packets'].map(name => row[name] ?? 0),
      (Number(row['notes'] ?? 0) & NOTES.counted_before) !== 0,
    ])

test('totals: the first record is the value, a later one of the same flow what was added', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '8:4 12:4 7:2 11:2 4:1 85:8 86:8 29305/85:8 29305/86:8 152:8 136:1')
  const record = (
    bytes: bigint | number,
    packets: number,
    more: { readonly port?: number; readonly start?: number; readonly end?: number; readonly reverse?: number } = {},
  ): readonly Value[] => [A, B, more.port ?? 1, 2, 6, bytes, packets, more.reverse ?? 0, 0, NOW - (more.start ?? 9000), more.end ?? 2]
  const send = (...rows: (readonly Value[])[]): unknown[] => {
    collector.feed(ipfix([templates(template), data(template, ...rows)]))
    return counted(collector)
  }
  assert.deepEqual(send(record(1000, 10)), [[1000, 10, 0, 0, false]])
  assert.deepEqual(send(record(1500, 12, { reverse: 70 })), [[500, 2, 70, 0, true]])
  // Sent twice by the network, it adds nothing.
  assert.deepEqual(send(record(1500, 12, { reverse: 70 })), [[0, 0, 0, 0, true]])
  // Another port, another start, another domain: another flow.
  assert.deepEqual(send(record(2000, 13, { port: 9 })), [[2000, 13, 0, 0, false]])
  assert.deepEqual(send(record(2000, 13, { start: 500 })), [[2000, 13, 0, 0, false]])
  collector.feed(ipfix([templates(template), data(template, record(2000, 13, { reverse: 70 }))], 7))
  assert.deepEqual(counted(collector), [[2000, 13, 70, 0, false]])
  // One that falls behind tells of another flow.
  assert.deepEqual(send(record(400, 3)), [[400, 3, 0, 0, false]])
  // Beyond 32 bits, twice in one set, and the end, after which the keys are free.
  assert.deepEqual(send(record(2n ** 33n + 400n, 5), record(2n ** 33n + 500n, 6, { end: 3 }), record(2n ** 33n + 700n, 7)), [
    [2 ** 33, 2, 0, 0, true],
    [100, 1, 0, 0, true],
    [2 ** 33 + 700, 7, 0, 0, false],
  ])
})

test('totals beside deltas are left alone', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '8:4 12:4 85:8 86:8 1:8 2:8')
  for (const [octets, packets] of [
    [10, 1],
    [7, 1],
  ] as const)
    collector.feed(ipfix([templates(template), data(template, [A, B, 1000, 100, octets, packets])]))
  assert.deepEqual(counted(collector), [
    [10, 1, 0, 0, false],
    [7, 1, 0, 0, false],
  ])
})

test('totals of what no key tells apart are values each', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '5:1 85:8')
  for (const octets of [10, 30]) collector.feed(ipfix([templates(template), data(template, [0, octets])]))
  assert.deepEqual(counted(collector), [
    [10, 0, 0, 0, false],
    [30, 0, 0, 0, false],
  ])
})

test('a flow silent for more than an hour is forgotten', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '8:4 12:4 85:8')
  const send = (octets: number, at: number): void => void collector.feed(ipfix([templates(template), data(template, [A, B, octets])]), at)
  send(100, NOW)
  send(150, NOW + 3_600_000)
  send(190, NOW + 2 * 3_600_000 + 2000)
  assert.deepEqual(counted(collector), [
    [100, 0, 0, 0, false],
    [50, 0, 0, 0, true],
    [190, 0, 0, 0, false],
  ])
})

test('behind a relay, flows of the same keys are those of their exporters', () => {
  const collector = createCollector()
  const relay = exporterWith({ relay: true })
  const template = parseTemplate(300, '8:4 12:4 403:4 85:8')
  for (const [original, octets] of [
    [1, 100],
    [2, 150],
    [1, 170],
  ] as const) {
    collector.feed(ipfix([templates(template), data(template, [A, B, addressBytes(`192.0.2.${original}`), octets])]), NOW, relay)
  }
  assert.deepEqual(counted(collector), [
    [100, 0, 0, 0, false],
    [150, 0, 0, 0, false],
    [70, 0, 0, 0, true],
  ])
})

test('with an exporter its flows are forgotten', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '8:4 12:4 85:8')
  const send = (octets: number): unknown[] => {
    collector.feed(ipfix([templates(template), data(template, [A, B, octets])]))
    return counted(collector)
  }
  assert.deepEqual([send(100), send(150)], [[[100, 0, 0, 0, false]], [[50, 0, 0, 0, true]]])
  collector.decoder.forget(collector.exporter)
  assert.deepEqual(send(170), [[170, 0, 0, 0, false]])
})

const NSEL = parseTemplate(300, '8:4 12:4 148:4 233:1 231:4 232:4 298:4 299:4')
const [CREATED, DELETED, DENIED, ALERT, UPDATE] = [1, 2, 3, 4, 5]

/** Feeds events of a connection as `[event, bytes, reverse bytes, packets, reverse packets]`. */
function connection(events: readonly (readonly number[])[], id = 8500): unknown[] {
  const collector = createCollector()
  for (const [event = 0, ...values] of events) collector.feed(v9(templates(NSEL), data(NSEL, [A, B, id, event, ...values])))
  return counted(collector)
}

test('ASA: a teardown that repeats the sum of the updates counts what is more', () => {
  assert.deepEqual(
    connection([
      [CREATED, 0, 0, 0, 0],
      [UPDATE, 100, 50, 2, 1],
      [UPDATE, 200, 60, 3, 2],
      [DELETED, 350, 110, 6, 3],
    ]),
    [
      [0, 0, 0, 0, false],
      [100, 2, 50, 1, false],
      [200, 3, 60, 2, false],
      [50, 1, 0, 0, true],
    ],
  )
})

test('ASA: a teardown that tells less than the updates counts whole', () => {
  assert.deepEqual(
    connection([
      [UPDATE, 100, 50, 2, 1],
      [DELETED, 30, 60, 1, 1],
    ]),
    [
      [100, 2, 50, 1, false],
      [30, 1, 60, 1, false],
    ],
  )
})

test('ASA: what an update tells began with the update before, not with the connection', () => {
  const collector = createCollector()
  const timed = parseTemplate(301, '8:4 12:4 148:4 152:8 323:8 233:1 231:4')
  for (const [minutes, event, octets] of [
    [1, UPDATE, 100],
    [2, UPDATE, 200],
    [3, DELETED, 350],
  ] as const) {
    const at = NOW + minutes * 60_000
    collector.feed(v9(templates(timed), data(timed, [A, B, 77, NOW, at, event, octets])), at)
  }
  assert.deepEqual(
    collector.rows().map(row => [(Number(row['start_at']) - NOW) / 60_000, (Number(row['end_at']) - NOW) / 60_000, row['bytes']]),
    [
      [0, 1, 100],
      [1, 2, 200],
      [2, 3, 50],
    ],
  )
})

test('ASA: a connection without updates counts at its teardown, and its id may come again', () => {
  const once = [[DELETED, 30, 60, 1, 1]]
  assert.deepEqual(connection(once), [[30, 1, 60, 1, false]])
  assert.deepEqual(connection([[UPDATE, 100, 50, 2, 1], [DELETED, 100, 50, 2, 1], ...once]), [
    [100, 2, 50, 1, false],
    [0, 0, 0, 0, true],
    [30, 1, 60, 1, false],
  ])
})

test('ASA: created and denied connections are no traffic, alerts stay as sent, and nothing is kept of connections without an id', () => {
  assert.deepEqual(
    connection([
      [CREATED, 7, 7, 7, 7],
      [DENIED, 7, 7, 7, 7],
      [ALERT, 7, 8, 9, 10],
    ]),
    [
      [0, 0, 0, 0, false],
      [0, 0, 0, 0, false],
      [7, 9, 8, 10, false],
    ],
  )
  assert.deepEqual(
    connection(
      [
        [UPDATE, 100, 0, 1, 0],
        [DELETED, 100, 0, 1, 0],
      ],
      0,
    ),
    [
      [100, 1, 0, 0, false],
      [100, 1, 0, 0, false],
    ],
  )
})

test('ASA before 8.4: one total at the teardown', () => {
  const collector = createCollector()
  const old = parseTemplate(301, '8:4 12:4 148:4 40005:1 85:4')
  for (let round = 0; round < 2; round++) collector.feed(v9(templates(old), data(old, [A, B, 8500, DELETED, 56])))
  assert.deepEqual(counted(collector), [
    [56, 0, 0, 0, false],
    [56, 0, 0, 0, false],
  ])
})

test('Palo Alto tells events beside deltas: a created flow is traffic', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '8:4 12:4 148:4 233:1 1:4 2:4')
  for (const event of [CREATED, UPDATE, DELETED]) collector.feed(v9(templates(template), data(template, [A, B, 1, event, 100, 2])))
  assert.deepEqual(counted(collector), [
    [100, 2, 0, 0, false],
    [100, 2, 0, 0, false],
    [100, 2, 0, 0, false],
  ])
})

test('23 and 24: after the device, or the other direction', async t => {
  const both = parseTemplate(300, '8:4 1:4 2:4 23:4 24:4')
  const alone = parseTemplate(301, '8:4 23:4 24:4')
  const told = parseTemplate(302, '8:4 1:4 23:4 29305/1:4')
  const POST = { post_bytes: 7, post_packets: 3 }
  const OTHER = { reverse_bytes: 7, reverse_packets: 3 }
  for (const [what, settings, template, values, protocol, expected] of [
    ['v9, beside 1 and 2', 'auto', both, [A, 9, 4, 7, 3], 'v9', { bytes: 9, packets: 4, ...OTHER }],
    ['v9, alone', 'auto', alone, [A, 7, 3], 'v9', POST],
    ['IPFIX', 'auto', both, [A, 9, 4, 7, 3], 'ipfix', { bytes: 9, packets: 4, ...POST }],
    ['v9, said to be after', 'post', both, [A, 9, 4, 7, 3], 'v9', { bytes: 9, packets: 4, ...POST }],
    ['IPFIX, said to be the other direction', 'reverse', both, [A, 9, 4, 7, 3], 'ipfix', { bytes: 9, packets: 4, ...OTHER }],
    ['alone, said to be the other direction', 'reverse', alone, [A, 7, 3], 'v9', OTHER],
    ['the reverse element is meant for it', 'reverse', told, [A, 9, 7, 5], 'ipfix', { bytes: 9, reverse_bytes: 5 }],
  ] as const) {
    await t.test(what, () => {
      const collector = createCollector()
      const sets = [templates(template), data(template, values)]
      collector.feed(protocol === 'v9' ? v9(...sets) : ipfix(sets), NOW, exporterWith({ postCounters: settings }))
      assert.deepEqual(collector.values(), [{ src: '10.0.0.1', ...expected }])
    })
  }
})

test('both directions in one record: RFC 5103, YAF, initiator and responder', async t => {
  for (const [what, notation, values, expected] of [
    ['reverse elements', '8:4 1:4 2:4 29305/1:4 29305/2:4 239:1', [A, 9, 4, 7, 3, 1], { bytes: 9, packets: 4, reverse_bytes: 7, reverse_packets: 3 }],
    ['reverse totals', '8:4 85:4 86:4 29305/85:4 29305/86:4', [A, 9, 4, 7, 3], { bytes: 9, packets: 4, reverse_bytes: 7, reverse_packets: 3 }],
    ['YAF before RFC 5103', '8:4 85:4 86:4 6871/12:4 6871/13:4', [A, 9, 4, 7, 3], { bytes: 9, packets: 4, reverse_bytes: 7, reverse_packets: 3 }],
    ['initiator and responder', '8:4 231:8 298:8 232:8 299:8', [A, 9, 4, 7, 3], { bytes: 9, packets: 4, reverse_bytes: 7, reverse_packets: 3 }],
    // Flags of the other direction are another flow's: a scan answered with RST must not look like one that was.
    ['flags of the other direction', '8:4 6:1 29305/6:1', [A, 2, 0x14], { tcp_flags: 2 }],
  ] as const) {
    await t.test(what, () => {
      const collector = createCollector()
      const template = parseTemplate(300, notation)
      collector.feed(ipfix([templates(template), data(template, values)]))
      assert.deepEqual(collector.values(), [{ src: '10.0.0.1', ...expected }])
    })
  }
})
