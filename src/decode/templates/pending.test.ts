import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, concat } from '../../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type Template, type WireSet } from '../../simulate/index.ts'
import { createExporter } from '../index.ts'
import { SET_OVERHEAD } from './pending.ts'
import { NOW, SECONDS, booksOf, createCollector, openBooks, type Collector } from '../fixtures/collector.ts'

const FLOW = parseTemplate(256, '8:4 1:4 22:4 21:4')
const template: WireSet = { kind: 'templates', templates: [FLOW] }
const data = (octets: number, of: Template = FLOW): WireSet => ({ kind: 'data', template: of, rows: [[addressBytes('10.0.0.1'), octets, 1000, 2000]] })
const datagram = (sets: readonly WireSet[], { domain = 0, sequence = 0, uptimeMs = 2000 } = {}): Uint8Array =>
  encodeV9({ uptimeMs, seconds: SECONDS, sequence, domain }, sets)
const octets = (collector: Collector): unknown[] => collector.rows().map(row => row['bytes'])
/** Bytes of one set of one flow as it waits: without its header, with what it takes beside its bytes. */
const SET_BYTES = 16 + SET_OVERHEAD

test('data before its template waits, and is decoded with the times of its own datagram', () => {
  const collector = createCollector()
  collector.feed(datagram([data(1)], { uptimeMs: 2500 }))
  collector.feed(datagram([data(2)], { uptimeMs: 3000, sequence: 1 }), NOW + 10)
  assert.deepEqual(octets(collector), [])
  assert.deepEqual(booksOf(collector.counts), { datagrams: 2, datagramsDecoded: 2, sets: 2, setsPending: 2 })
  collector.feed(datagram([template, data(3)], { uptimeMs: 4000, sequence: 2 }), NOW + 20_000)
  const rows = collector.rows()
  assert.deepEqual(
    rows.map(row => [row['bytes'], Number(row['received_at']) - NOW, Number(row['end_at']) - NOW]),
    [
      [1, 0, -500],
      // Half a second later by the uptime, in the same second: the clock is learnt from both headers.
      [2, 10, -500],
      [3, 20_000, -2000],
    ],
  )
  assert.deepEqual(booksOf(collector.counts), { datagrams: 3, datagramsDecoded: 3, sets: 4, setsDecoded: 4, templates: 1, records: 3, rows: 3 })
  assert.equal(collector.exporter.pendingBytes, 0)
})

test('data before its template in one message, and options too', () => {
  const collector = createCollector()
  const options = parseTemplate(257, 'S149:4 34:4')
  const set = (of: Template, row: readonly (number | Uint8Array)[]): WireSet => ({ kind: 'data', template: of, rows: [row] })
  collector.feed(
    encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [
      set(options, [0, 10]),
      set(FLOW, [addressBytes('10.0.0.1'), 1, 0, 0]),
      { kind: 'templates', templates: [options] },
      { kind: 'templates', templates: [FLOW] },
    ]),
  )
  assert.deepEqual(collector.values(), [{ src: '10.0.0.1', bytes: 1, sampling_rate: 10, sampling_source: 'options', notes: 4 }])
  assert.equal(openBooks(collector.counts), '')
})

test('a set waits for the template of its own domain', () => {
  const collector = createCollector()
  collector.feed(datagram([data(1)], { domain: 1 }))
  collector.feed(datagram([template], { domain: 2 }))
  assert.deepEqual(octets(collector), [])
  collector.feed(datagram([template], { domain: 1, sequence: 1 }))
  assert.deepEqual(octets(collector), [1])
})

test('a set that waited too long is given up and counted', () => {
  const collector = createCollector({ pendingMs: 1000 })
  collector.feed(datagram([data(1)]))
  collector.feed(datagram([data(2)], { sequence: 1 }), NOW + 500)
  collector.decoder.expire(collector.exporter, NOW + 999)
  assert.equal(collector.counts.setsPending, 2)
  collector.decoder.expire(collector.exporter, NOW + 1000)
  assert.deepEqual([collector.counts.setsPending, collector.counts.setsRejected.pending_expired, collector.exporter.pendingBytes], [1, 1, SET_BYTES])
  assert.deepEqual(Object.fromEntries(collector.exporter.rejected), { pending_expired: 1 })
  collector.feed(datagram([template], { sequence: 2 }), NOW + 1100)
  assert.deepEqual(octets(collector), [2])
  assert.equal(openBooks(collector.counts), '')
})

test('the room of an exporter: what does not fit is refused, and old sets make room', () => {
  const collector = createCollector({ pendingMs: 1000, pendingBytes: 2 * SET_BYTES })
  for (const sequence of [0, 1, 2]) collector.feed(datagram([data(sequence)], { sequence }))
  assert.deepEqual([collector.counts.setsPending, collector.counts.setsRejected.pending_full], [2, 1])
  collector.feed(datagram([data(3)], { sequence: 3 }), NOW + 1000)
  assert.deepEqual([collector.counts.setsPending, collector.counts.setsRejected.pending_expired], [1, 2])
  collector.feed(datagram([template], { sequence: 4 }), NOW + 1001)
  assert.deepEqual(octets(collector), [3])
  assert.equal(openBooks(collector.counts), '')
})

test('the room of all exporters: one that fills it leaves none, and gets it back', () => {
  const collector = createCollector({ pendingTotalBytes: 2 * SET_BYTES })
  const other = createExporter(0xffff_0a00_00fdn)
  for (const sequence of [0, 1]) collector.feed(datagram([data(sequence)], { sequence }))
  collector.feed(datagram([data(9)]), NOW, other)
  assert.deepEqual([collector.counts.setsPending, collector.counts.setsRejected.pending_full, other.pendingBytes], [2, 1, 0])
  collector.feed(datagram([template], { sequence: 2 }))
  collector.feed(datagram([data(9)], { sequence: 1 }), NOW, other)
  assert.equal(collector.counts.setsPending, 1)
  assert.equal(openBooks(collector.counts), '')
})

test('sets of no content have nothing to wait for; sets of a byte are reckoned at what they take', () => {
  const collector = createCollector({ pendingBytes: 10 * (1 + SET_OVERHEAD) })
  const header = (count: number): Uint8Array => encodeV9({ uptimeMs: 2000, seconds: SECONDS, sequence: 0, domain: 0, count }, [])
  collector.feed(concat([header(360), bytes('0190 0004'.repeat(360))]))
  assert.deepEqual([collector.counts.setsDecoded, collector.counts.setsPending, collector.exporter.pendingBytes], [360, 0, 0])
  collector.feed(concat([header(200), bytes('0190 0005 00'.repeat(200))]))
  assert.deepEqual([collector.counts.setsPending, collector.counts.setsRejected.pending_full], [10, 190])
  collector.decoder.expire(collector.exporter, NOW + 60_000)
  assert.deepEqual([collector.counts.setsPending, collector.exporter.pendingBytes], [0, 0])
  assert.equal(openBooks(collector.counts), '')
})

test('a waiting set that does not fit its template is refused', () => {
  const collector = createCollector()
  // The octets 0xffff… stand where the template has the length of a text.
  const variable = parseTemplate(300, '8:4 460:v 12:4')
  collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [data(0xffff_ffff, parseTemplate(300, '8:4 1:4 22:4 21:4'))]))
  collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 1, domain: 0 }, [{ kind: 'templates', templates: [variable] }]))
  assert.deepEqual(collector.rows(), [])
  assert.deepEqual(booksOf(collector.counts), { datagrams: 2, datagramsDecoded: 2, sets: 2, setsDecoded: 1, set_malformed: 1, templates: 1 })
})

test('templates expire; what comes then waits for a new one', () => {
  const collector = createCollector({ lifetimeMs: 1000 })
  collector.feed(datagram([template]))
  collector.feed(datagram([data(1)], { sequence: 1 }), NOW + 1000)
  collector.feed(datagram([data(2)], { sequence: 2 }), NOW + 1001)
  assert.deepEqual(octets(collector), [1])
  assert.equal(collector.counts.setsPending, 1)
  collector.feed(datagram([template], { sequence: 3 }), NOW + 1002)
  assert.deepEqual(octets(collector), [2])
})

test('a template that comes anew after its end lives no longer than another', () => {
  const collector = createCollector({ lifetimeMs: 1000 })
  collector.feed(datagram([template]))
  collector.feed(datagram([data(1)], { sequence: 1 }), NOW + 10_000)
  collector.feed(datagram([template], { sequence: 2 }), NOW + 10_001)
  collector.feed(datagram([data(2)], { sequence: 3 }), NOW + 11_002)
  assert.deepEqual(octets(collector), [1])
})

test('a template refreshed seldom lives for three of its refreshes', () => {
  const collector = createCollector({ lifetimeMs: 1000 })
  collector.feed(datagram([template]))
  collector.feed(datagram([template], { sequence: 1 }), NOW + 900)
  collector.feed(datagram([data(1)], { sequence: 2 }), NOW + 900 + 2700)
  collector.feed(datagram([data(2)], { sequence: 3 }), NOW + 900 + 2701)
  assert.deepEqual(octets(collector), [1])
})

test('limits of what an exporter may teach', () => {
  const collector = createCollector({ perDomain: 2, domains: 2 })
  const of = (id: number): WireSet => ({ kind: 'templates', templates: [parseTemplate(id, '8:4')] })
  assert.equal(collector.feed(datagram([of(256), of(257), of(258)])), null)
  assert.deepEqual([collector.counts.setsRejected.template_limit, collector.exporter.domains.get('netflow9/0')?.templates.size], [1, 2])
  assert.equal(collector.feed(datagram([of(257)], { sequence: 1 })), null)
  assert.equal(collector.counts.setsRejected.template_limit, 1)
  assert.equal(collector.feed(datagram([], { domain: 1 })), null)
  assert.equal(collector.feed(datagram([], { domain: 2 })), 'exporter_limit')
  assert.equal(collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [])), 'exporter_limit')
  assert.equal(openBooks(collector.counts), '')
})

test('new templates are limited in time; refreshes are not', () => {
  const collector = createCollector()
  let sequence = 0
  const teach = (id: number, length: number, at: number): void =>
    void collector.feed(datagram([{ kind: 'templates', templates: [parseTemplate(256 + id, `8:4 210:${length}`)] }], { sequence: sequence++ }), at)
  // The burst of 4,096, then 32 a second.
  for (let change = 0; change < 4096; change++) teach(change % 16, 1 + Math.floor(change / 16), NOW)
  assert.equal(collector.counts.setsRejected.template_rate, 0)
  teach(0, 1000, NOW)
  assert.equal(collector.counts.setsRejected.template_rate, 1)
  teach(0, 256, NOW)
  assert.equal(collector.counts.setsRejected.template_rate, 1)
  for (let change = 0; change < 40; change++) teach(0, 2000 + change, NOW + 1000)
  assert.equal(collector.counts.setsRejected.template_rate, 1 + 8)
})
