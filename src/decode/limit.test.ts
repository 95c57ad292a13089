import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOTES } from '../schema/index.ts'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type WireSet } from '../simulate/index.ts'
import { NOW, SECONDS, createCollector, openBooks, type Collector } from './fixtures/collector.ts'

const FLOW = parseTemplate(256, '8:4 1:4')
const flow: WireSet = { kind: 'data', template: FLOW, rows: [[addressBytes('10.0.0.1'), 1000]] }
const taught: WireSet = { kind: 'templates', templates: [FLOW] }
const v9 = (sequence: number, sets: readonly WireSet[]): Uint8Array => encodeV9({ uptimeMs: 2000, seconds: SECONDS, sequence, domain: 0 }, sets)

/** Feeds so many datagrams of one flow, evenly over seconds from `from` on. */
function offer(collector: Collector, perSecond: number, from: number, seconds: number): void {
  for (let index = 0; index < perSecond * seconds; index++)
    collector.feed(v9(1 + from * perSecond + index, [flow]), NOW + from * 1000 + Math.floor((index * 1000) / perSecond))
}

test('what is above the limit is refused, and what is taken stands for it: totals stay right', () => {
  const collector = createCollector({}, { settings: { datagramsPerSecond: 50 } })
  collector.feed(v9(0, [taught]))
  offer(collector, 1000, 0, 1)
  collector.rows()
  offer(collector, 1000, 1, 20)
  const rows = collector.rows()
  const scaled = rows.reduce((sum, row) => sum + Number(row['bytes']) * Number(row['sampling_rate']), 0)
  const offered = 20 * 1000 * 1000
  assert.ok(rows.length <= 20 * 50 * 1.1, `${rows.length} rows of 20 s at 50 datagrams/s`)
  // 1,000 rows drawn at random of 20,000 give a total that is right within 1/√1000, three times over.
  assert.ok(Math.abs(scaled / offered - 1) < 0.1, `${scaled} of ${offered}`)
  assert.ok(rows.every(row => (Number(row['notes']) & NOTES.limited) !== 0))
  assert.equal(collector.counts.datagramsRejected.rate_limited, 21_001 - collector.counts.datagramsDecoded)
  assert.deepEqual(collector.exporter.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 0 }, 'what we refuse is not lost on the way')
  assert.equal(openBooks(collector.counts), '')
})

test('below the limit nothing is refused or scaled, and after a flood all is as before', () => {
  const collector = createCollector({}, { settings: { datagramsPerSecond: 200 } })
  collector.feed(v9(0, [taught]))
  offer(collector, 150, 0, 3)
  assert.equal(collector.counts.datagramsRejected.rate_limited, 0)
  assert.ok(collector.rows().every(row => row['sampling_rate'] === undefined && row['notes'] === undefined))
  offer(collector, 2000, 3, 2)
  collector.rows()
  offer(collector, 150, 6, 1)
  collector.rows()
  offer(collector, 150, 7, 2)
  const rows = collector.rows()
  assert.equal(rows.length, 300)
  assert.ok(rows.every(row => row['sampling_rate'] === undefined))
})

test('a sampling rate that is known is multiplied', () => {
  const collector = createCollector({}, { settings: { datagramsPerSecond: 10 } })
  const options = parseTemplate(257, 'S1:4 34:4')
  collector.feed(v9(0, [taught, { kind: 'templates', templates: [options] }, { kind: 'data', template: options, rows: [[0, 100]] }]))
  offer(collector, 40, 0, 1)
  collector.rows()
  offer(collector, 40, 1, 1)
  const rates = new Set(collector.rows().map(row => [row['sampling_rate'], row['sampling_source']].join(' ')))
  assert.deepEqual([...rates], ['500 options'], '41 datagrams came in the second before, one in 5 is taken')
})

test('templates and options of a refused datagram are taken', () => {
  const collector = createCollector({}, { settings: { datagramsPerSecond: 1 } })
  const message = (sequence: number, sets: readonly WireSet[]): Uint8Array => encodeIpfix({ seconds: SECONDS, sequence, domain: 0 }, sets)
  for (let index = 0; index < 10; index++) collector.feed(message(0, []))
  const before = collector.counts.datagramsRejected.rate_limited
  assert.equal(collector.feed(message(0, [taught, flow])), 'rate_limited')
  assert.equal(collector.counts.datagramsRejected.rate_limited, before + 1)
  assert.equal(collector.exporter.domains.get('ipfix/0')?.templates.size, 1)
  assert.deepEqual(collector.rows(), [])
  assert.equal(openBooks(collector.counts), '')
})
