import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBytes, encodeIpfix, parseTemplate, type Template, type Value, type WireSet } from '../simulate/index.ts'
import { NOW, SECONDS, createCollector, type Collector } from './fixtures/collector.ts'

const A = addressBytes('10.0.0.1')
const VENDOR = 40_000
const element = (id: number): number => VENDOR * 65_536 + id
const ipfix = (collector: Collector, sets: readonly WireSet[], at = NOW): void =>
  void collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, sets), at)
const templates = (template: Template): WireSet => ({ kind: 'templates', templates: [template] })
const data = (template: Template, ...rows: (readonly Value[])[]): WireSet => ({ kind: 'data', template, rows })
const sampleOf = (collector: Collector, id: number): string | undefined => {
  const known = collector.exporter.unknown.get(element(id))
  return known?.sample === null || known === undefined ? undefined : Buffer.from(known.sample).toString('hex')
}

test('RFC 7011 §9: unknown elements are noted with their length and a value of at most 32 bytes, and drop no record', () => {
  const collector = createCollector()
  const template = parseTemplate(256, `8:4 ${VENDOR}/1:2 ${VENDOR}/2:v ${VENDOR}/3:40 210:3 1:4`)
  ipfix(collector, [templates(template), data(template, [A, 0x1234, 'text', new Uint8Array(40).fill(7), 0, 99], [A, 2, 'more', new Uint8Array(40), 0, 98])])
  assert.deepEqual(
    collector.rows().map(row => row['bytes']),
    [99, 98],
  )
  assert.deepEqual([...collector.exporter.unknown.keys()], [1, 2, 3].map(element))
  assert.deepEqual(
    [1, 2, 3].map(id => sampleOf(collector, id)),
    ['1234', '74657874', '07'.repeat(32)],
  )
  assert.equal(collector.exporter.domains.get('ipfix/0')?.templates.get(256)?.records, 2)
})

test('a value is sampled once a minute, not with every record', () => {
  const collector = createCollector()
  const template = parseTemplate(256, `8:4 ${VENDOR}/1:1`)
  ipfix(collector, [templates(template)])
  const seen: unknown[] = []
  for (const [value, at] of [
    [1, 0],
    [2, 59_999],
    [3, 60_000],
    [4, 119_999],
    [5, 120_000],
  ] as const) {
    ipfix(collector, [data(template, [A, value])], NOW + at)
    seen.push(sampleOf(collector, 1))
  }
  assert.deepEqual(seen, ['01', '01', '03', '03', '05'])
})

test('records of a template that is gone still count for its elements', () => {
  const collector = createCollector()
  const one = parseTemplate(256, `8:4 ${VENDOR}/1:1`)
  ipfix(collector, [templates(one), data(one, [A, 1], [A, 2], [A, 3])])
  ipfix(collector, [templates(parseTemplate(256, '8:4'))])
  assert.equal(collector.exporter.unknown.get(element(1))?.records, 3)
})

test('an exporter that makes elements up is bounded', () => {
  const collector = createCollector()
  for (let set = 0; set < 8; set++) {
    const fields = Array.from({ length: 150 }, (_, index) => `${VENDOR}/${1 + set * 150 + index}:1`).join(' ')
    const template = parseTemplate(256 + set, fields)
    ipfix(collector, [
      templates(template),
      data(
        template,
        Array.from({ length: 150 }, () => 1),
      ),
    ])
  }
  assert.equal(collector.exporter.unknown.size, 1024)
})
