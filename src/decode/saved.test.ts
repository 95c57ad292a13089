import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type Template, type WireSet } from '../simulate/index.ts'
import { NOW, SECONDS, createCollector, type Collector } from './fixtures/collector.ts'
import { readSaved, saveExporter } from './saved.ts'

const FLOW = parseTemplate(256, '8:4 1:4 10:4 234:4 95:4')
const flow = (octets: number, of: Template = FLOW): WireSet => ({ kind: 'data', template: of, rows: [[addressBytes('10.0.0.1'), octets, 7, 3, 11]] })
const table = (id: number, notation: string, row: readonly (number | string)[]): readonly WireSet[] => {
  const template = parseTemplate(id, notation)
  return [
    { kind: 'templates', templates: [template] },
    { kind: 'data', template, rows: [row] },
  ]
}
const taught: readonly WireSet[] = [
  { kind: 'templates', templates: [FLOW] },
  ...table(300, 'S149:4 34:4', [0, 100]),
  ...table(301, 'S149:4 10:4 82:8 83:16', [0, 7, 'eth7', 'uplink']),
  ...table(302, 'S149:4 234:4 236:8', [0, 3, 'blue']),
  ...table(303, 'S149:4 95:4 96:8', [0, 11, 'netflix']),
]
const UPTIME = 50_000_000
const v9 = (sets: readonly WireSet[], { sequence = 500, uptimeMs = UPTIME, seconds = SECONDS, domain = 4 } = {}): Uint8Array =>
  encodeV9({ uptimeMs, seconds, sequence, domain }, sets)
const ipfix = (sets: readonly WireSet[], { sequence = 0, seconds = SECONDS, domain = 4 } = {}): Uint8Array => encodeIpfix({ seconds, sequence, domain }, sets)

/** The state as a file gives it back, put into another decoder. */
function restart(before: Collector, at: number, config: Parameters<typeof createCollector>[0] = {}): Collector {
  const saved = readSaved(JSON.parse(JSON.stringify(saveExporter(before.exporter, NOW))))
  assert.ok(saved !== null)
  const after = createCollector(config)
  after.decoder.restore(after.exporter, saved, at)
  return after
}

const told = (collector: Collector): unknown[] =>
  collector.rows().map(row => ['bytes', 'sampling_rate', 'in_if_name', 'in_vrf_name', 'app'].map(name => row[name]))

test('a restart decodes the first datagram, with rates and names, in NetFlow v9 and IPFIX', () => {
  for (const encode of [v9, ipfix]) {
    const before = createCollector()
    before.feed(encode(taught))
    const after = restart(before, NOW + 60_000)
    // A minute later by the exporter's clock too.
    after.feed(encode([flow(5)], { sequence: 600, uptimeMs: UPTIME + 60_000, seconds: SECONDS + 60 }), NOW + 60_000)
    assert.deepEqual(told(after), [[5, 100, 'eth7', 'blue', 'netflix']])
    assert.equal(after.counts.setsPending, 0)
    assert.deepEqual(after.exporter.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 0 }, 'what came while ingest was away is not known')
  }
})

test('restored templates say so until they are sent again', () => {
  const before = createCollector()
  before.feed(v9(taught))
  const after = restart(before, NOW + 1000)
  const kept = () => after.exporter.domains.get('netflow9/4')?.templates.get(256)
  assert.deepEqual([kept()?.restored, kept()?.firstSeenMs, kept()?.lastSeenMs], [true, NOW, NOW])
  after.feed(v9(taught, { sequence: 501, uptimeMs: UPTIME + 1000, seconds: SECONDS + 1 }), NOW + 1000)
  assert.deepEqual([kept()?.restored, kept()?.refreshMs, kept()?.lastSeenMs], [false, 0, NOW + 1000])
})

test('what has expired meanwhile is not restored', () => {
  const before = createCollector()
  before.feed(v9(taught))
  assert.equal(restart(before, NOW + 1_800_000).exporter.domains.get('netflow9/4')?.templates.size, 5)
  const late = restart(before, NOW + 1_800_001)
  assert.equal(late.exporter.domains.get('netflow9/4')?.templates.size, 0)
  assert.equal(late.exporter.interfaces.size, 1, 'names last longer')
  assert.equal(restart(before, NOW + 25 * 3600_000).exporter.interfaces.size, 0)
})

test('an exporter that restarted too is not read by what it had taught: v9 by its uptime, IPFIX by its sequence', () => {
  const before = createCollector()
  before.feed(v9(taught))
  before.feed(ipfix(taught, { sequence: 100_000 }))
  const after = restart(before, NOW + 60_000)
  after.feed(v9([flow(1)], { sequence: 3, uptimeMs: 20_000, seconds: SECONDS + 60 }), NOW + 60_000)
  after.feed(ipfix([flow(2)], { sequence: 0, seconds: SECONDS + 60 }), NOW + 60_000)
  assert.deepEqual(told(after), [])
  assert.equal(after.counts.setsPending, 2)
  const wrapped = restart(before, NOW + 60_000)
  // The uptime has wrapped at 2^32 ms since: the same boot.
  wrapped.feed(v9([flow(3)], { sequence: 700, uptimeMs: 10_000, seconds: SECONDS + Math.floor((2 ** 32 - UPTIME + 10_000) / 1000) }), NOW + 60_000)
  assert.equal(wrapped.rows().length, 1)
})

test('the first template that contradicts what was restored ends all of that time, and is no redefinition', () => {
  const before = createCollector()
  before.feed(ipfix(taught))
  const after = restart(before, NOW + 1000)
  after.feed(ipfix([{ kind: 'templates', templates: [parseTemplate(256, '12:4 1:4')] }], { sequence: 10 }), NOW + 1000)
  assert.deepEqual([...(after.exporter.domains.get('ipfix/4')?.templates.keys() ?? [])], [256])
  assert.deepEqual([after.told.length, after.counts.noted.redefinitions], [0, 0])
})

test('sessions of TCP, TLS and files are never saved; an exporter that taught nothing is not either', () => {
  for (const transport of ['tcp', 'tls', 'file'] as const) {
    const collector = createCollector({}, { transport })
    collector.feed(ipfix(taught))
    assert.equal(saveExporter(collector.exporter, NOW), null)
  }
  const silent = createCollector()
  silent.feed(ipfix([]))
  assert.equal(saveExporter(silent.exporter, NOW), null)
})

test('what a file gives back is checked: whatever is not as it was saved is refused', () => {
  const before = createCollector()
  before.feed(v9(taught))
  const whole = JSON.stringify(saveExporter(before.exporter, NOW))
  assert.ok(readSaved(JSON.parse(whole)) !== null)
  assert.equal(readSaved(null), null)
  assert.equal(readSaved([]), null)
  for (const [from, to] of [
    ['"format":1', '"format":2'],
    ['"netflow9"', '"netflow11"'],
    ['"uplink"', '7'],
    ['"id":256', '"id":"256"'],
    ['"scopes":1', '"scopes":100'],
    ['"fields":[8,', '"fields":['],
    ['"fields":[8,', '"fields":[-8,'],
    ['["11",', '["x",'],
    ['"samplers":[]', '"samplers":[[1]]'],
  ] as const) {
    assert.ok(whole.includes(from), from)
    assert.equal(readSaved(JSON.parse(whole.replace(from, to))), null, to)
  }
})
