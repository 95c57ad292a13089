/** What RFC 7011 and its kin ask of a collector, a test a rule; their numbers are those of docs/reference/conformance.md. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, concat } from '../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, parseTemplate, type Template, type Value, type WireSet } from '../simulate/index.ts'
import { STANDARD_SETTINGS, createExporter } from './exporters.ts'
import { NOW, ROUTER, SECONDS, booksOf, createCollector, openBooks, type Collector } from './fixtures/collector.ts'
import type { Exporter, Transport } from './types.ts'

const A = addressBytes('10.0.0.1')
const B = addressBytes('10.0.0.2')
const FLOW = parseTemplate(256, '8:4 12:4 1:8')
/** The same number, other fields. */
const TURNED = parseTemplate(256, '12:4 8:4 1:8')

const teach = (...templates: Template[]): WireSet => ({ kind: 'templates', templates })
const data = (template: Template, ...rows: (readonly Value[])[]): WireSet => ({ kind: 'data', template, rows })
const message = (sets: readonly WireSet[], domain = 1): Uint8Array => encodeIpfix({ seconds: SECONDS, sequence: 0, domain }, sets)
const withdrawal = (id: number): Uint8Array => {
  const set = bytes(`000${id === 3 ? 3 : 2} 0008 ${id.toString(16).padStart(4, '0')} 0000`)
  const whole = concat([message([]), set])
  new DataView(whole.buffer).setUint16(2, whole.length)
  return whole
}
const session = (transport: Transport): Exporter => createExporter(ROUTER, STANDARD_SETTINGS, transport)

/** Source, destination and bytes of the rows that came. */
function flows(collector: Collector): unknown[] {
  assert.equal(openBooks(collector.counts), '')
  return collector.rows().map(({ src, dst, bytes: octets }) => [src, dst, octets])
}

const ONE = [['10.0.0.1', '10.0.0.2', 7]]

test('[RFC7011-3.3.2-a] sets of reserved numbers are passed over', () => {
  const collector = createCollector()
  for (const id of ['0000', '0001', '0004', '00ff']) {
    const whole = concat([message([teach(FLOW)]), bytes(`${id} 0008 ffffffff`), message([data(FLOW, [A, B, 7])]).subarray(16)])
    new DataView(whole.buffer).setUint16(2, whole.length)
    collector.feed(whole)
    assert.deepEqual(flows(collector), ONE)
  }
  assert.equal(collector.counts.setsRejected.unknown_set, 4)
})

test('[RFC7011-3.4.1-a] template numbers come in any order', () => {
  const collector = createCollector()
  const others = [65_535, 256, 4000, 257].map(id => parseTemplate(id, '8:4 12:4 1:8'))
  collector.feed(message([teach(...others), ...others.map(template => data(template, [A, B, 7]))]))
  assert.deepEqual(flows(collector), [...ONE, ...ONE, ...ONE, ...ONE])
})

test('[RFC7011-3.4.2.1-b] options of every scope are read, and none is a flow', () => {
  const collector = createCollector()
  const scopes = ['149:4', '144:4', '143:4', '145:2', '141:4', '130:4', '131:16', '10:4']
  const options = scopes.map((scope, index) => parseTemplate(300 + index, `S${scope} 41:8`))
  assert.equal(collector.feed(message([teach(...options), ...options.map(template => data(template, [1, 5]))])), null)
  assert.deepEqual([collector.counts.optionRecords, collector.counts.rows], [scopes.length, 0])
})

test('[RFC7011-4-a] statistics of the exporter are no traffic, options of a sampler are a rate', () => {
  const collector = createCollector()
  const statistics = parseTemplate(300, 'S149:4 40:8 41:8 42:8')
  const sampler = parseTemplate(301, 'S302:4 304:2 305:4 306:4')
  const sampled = parseTemplate(302, '8:4 12:4 1:8 302:4')
  collector.feed(
    message([
      teach(statistics, sampler, sampled),
      data(statistics, [1, 1_000_000, 2000, 3000]),
      // One of (1 + 99) packets: count-based sampling, RFC 5477 §8.2.
      data(sampler, [4, 1, 1, 99]),
      data(sampled, [A, B, 7, 4]),
    ]),
  )
  assert.deepEqual(
    collector.rows().map(({ bytes: octets, sampling_rate: rate }) => [octets, rate]),
    [[7, 100]],
  )
})

test('[RFC7011-5.2-a] seconds behind their wrap of 2106 are placed by the date', () => {
  const collector = createCollector()
  const template = parseTemplate(256, '8:4 150:4 151:4')
  const wrapMs = 2 ** 32 * 1000
  collector.feed(encodeIpfix({ seconds: 100, sequence: 0, domain: 1 }, [teach(template), data(template, [A, 50, 60])]), wrapMs + 100_000)
  assert.deepEqual(
    collector.rows().map(({ start_at: start, end_at: end }) => [start, end]),
    [[wrapMs + 50_000, wrapMs + 60_000]],
  )
})

test('[RFC7011-5.2-b] NTP times behind the wrap of 2036 belong to the next era', () => {
  const collector = createCollector()
  const template = parseTemplate(256, '8:4 156:8 157:8')
  // 2036-02-07T06:28:16Z is second 0 of era 1 (RFC 5905 §6).
  const wrapMs = Date.UTC(2036, 1, 7, 6, 28, 16)
  const late = encodeIpfix({ seconds: wrapMs / 1000 + 100, sequence: 0, domain: 1 }, [teach(template), data(template, [A, 10n << 32n, 20n << 32n])])
  collector.feed(late, wrapMs + 100_000)
  assert.deepEqual(
    collector.rows().map(({ start_at: start, end_at: end }) => [start, end]),
    [[wrapMs + 10_000, wrapMs + 20_000]],
  )
})

test('[RFC7011-6.2-a] numbers of any size up to their type’s', () => {
  for (let size = 1; size <= 8; size++) {
    const collector = createCollector()
    const template = parseTemplate(256, `8:4 12:4 1:${size}`)
    collector.feed(message([teach(template), data(template, [A, B, 7])]))
    assert.deepEqual(flows(collector), ONE)
  }
})

test('[RFC7011-8-b] [RFC7011-10-b] templates of one session decode nothing of another', () => {
  for (const transport of ['udp', 'tcp', 'tls', 'file'] as const) {
    const collector = createCollector()
    collector.feed(message([teach(FLOW)]), NOW, session('tcp'))
    collector.feed(message([data(FLOW, [A, B, 7])]), NOW, session(transport))
    assert.deepEqual([collector.counts.rows, collector.counts.setsPending], [0, 1])
  }
})

test('[RFC7011-8-c] the same element twice: the first is the outer one, and all are passed over', () => {
  const collector = createCollector()
  const template = parseTemplate(256, '8:4 8:4 12:4 12:4 4:1 4:1 7:2 7:2 1:8')
  collector.feed(message([teach(template), data(template, [A, B, B, A, 47, 6, 0, 443, 7])]))
  const [row] = collector.rows()
  assert.deepEqual([row?.['src'], row?.['dst'], row?.['proto'], row?.['src_port'] ?? 0, row?.['bytes']], ['10.0.0.1', '10.0.0.2', 47, 0, 7])
})

test('[RFC7011-8.1-a] a withdrawn template decodes nothing more', () => {
  for (const transport of ['tcp', 'tls', 'file'] as const) {
    const collector = createCollector()
    const from = session(transport)
    collector.feed(message([teach(FLOW), data(FLOW, [A, B, 7])]), NOW, from)
    collector.feed(withdrawal(256), NOW, from)
    collector.feed(message([data(FLOW, [A, B, 8])]), NOW, from)
    assert.deepEqual(flows(collector), ONE)
    assert.equal(collector.counts.setsPending, 1)
  }
})

test('[RFC7011-8.1-b] the withdrawal of an unknown template is noted and changes nothing', () => {
  const collector = createCollector()
  const from = session('tcp')
  collector.feed(message([teach(FLOW)]), NOW, from)
  assert.equal(collector.feed(withdrawal(999), NOW, from), null)
  collector.feed(message([data(FLOW, [A, B, 7])]), NOW, from)
  assert.deepEqual(flows(collector), ONE)
  assert.equal(collector.counts.noted.withdrawal_unknown, 1)
})

test('[RFC7011-8.1-c] all templates, or all options templates, are withdrawn at once', () => {
  const options = parseTemplate(300, 'S149:4 41:8')
  for (const [id, rows, optionRecords] of [
    [2, 0, 1],
    [3, 1, 0],
  ] as const) {
    const collector = createCollector()
    const from = session('tcp')
    collector.feed(message([teach(FLOW, options)]), NOW, from)
    collector.feed(withdrawal(id), NOW, from)
    collector.feed(message([data(FLOW, [A, B, 7]), data(options, [1, 2])]), NOW, from)
    assert.deepEqual([collector.counts.rows, collector.counts.optionRecords], [rows, optionRecords])
  }
})

test('[RFC7011-8.1-d] another definition without a withdrawal is noted, and a new one after a withdrawal is not', () => {
  for (const [withdrawn, noted] of [
    [false, 1],
    [true, 0],
  ] as const) {
    const collector = createCollector()
    const from = session('tcp')
    collector.feed(message([teach(FLOW)]), NOW, from)
    if (withdrawn) collector.feed(withdrawal(256), NOW, from)
    collector.feed(message([teach(TURNED)]), NOW + 1, from)
    assert.equal(collector.counts.noted.redefinitions, noted)
  }
})

test('[RFC7011-8.2-a] definitions, data and withdrawals of one message hold in its order', () => {
  const collector = createCollector()
  const from = session('tcp')
  const parts = [message([teach(FLOW), data(FLOW, [A, B, 7])]), withdrawal(256).subarray(16), message([teach(TURNED), data(TURNED, [B, A, 7])]).subarray(16)]
  const whole = concat(parts)
  new DataView(whole.buffer).setUint16(2, whole.length)
  collector.feed(whole, NOW, from)
  assert.deepEqual(flows(collector), [...ONE, ...ONE])
})

test('[RFC7011-8.4-c] a refresh over UDP is nothing worth telling', () => {
  const collector = createCollector()
  for (let times = 0; times < 10; times++) collector.feed(message([teach(FLOW)]), NOW + times * 60_000)
  assert.equal(collector.counts.noted.redefinitions, 0)
  assert.deepEqual(collector.exporter.redefinitions, [])
})

test('[RFC7011-9-b] elements that are not understood are noted with their number', () => {
  const collector = createCollector()
  const template = parseTemplate(256, '8:4 12:4 1:8 65000/77:3 32000:2')
  collector.feed(message([teach(template), data(template, [A, B, 7, 'abc', 5])]))
  assert.deepEqual(flows(collector), ONE)
  assert.equal(collector.exporter.unknown.size, 2)
})

test('[RFC7011-9.1-b] what is malformed is counted by its reason, for all and for the exporter', () => {
  const collector = createCollector()
  collector.feed(message([teach(FLOW)]).subarray(0, 30))
  assert.ok((booksOf(collector.counts)['malformed'] ?? 0) > 0)
  assert.ok(collector.exporter.rejected.size > 0)
})

test('[RFC5103-6.1-a] elements of enterprise 29305 count the other direction', () => {
  const collector = createCollector()
  const template = parseTemplate(256, '8:4 12:4 1:8 2:8 29305/1:8 29305/2:4')
  collector.feed(message([teach(template), data(template, [A, B, 7, 1, 900, 3])]))
  const [row] = collector.rows()
  assert.deepEqual([row?.['bytes'], row?.['packets'], row?.['reverse_bytes'], row?.['reverse_packets']], [7, 1, 900, 3])
})

test('[RFC6313-4.5-a] lists that nobody reads are passed over by their length', () => {
  const collector = createCollector()
  const template = parseTemplate(256, '291:v 8:4 292:v 12:4 293:v 1:8')
  const junk = bytes('ff 0102 0304 05060708')
  collector.feed(message([teach(template), data(template, [junk, A, junk, B, junk, 7], ['', A, '', B, '', 7])]))
  assert.deepEqual(flows(collector), [...ONE, ...ONE])
})

test('[RFC6313-4.5-c] lists in lists end at a bounded depth, whatever they hold', () => {
  const collector = createCollector()
  const template = parseTemplate(256, '8:4 12:4 291:v 1:8')
  let list: Uint8Array = bytes('03 0001 0004 00000007')
  for (let depth = 0; depth < 60; depth++) list = concat([bytes('03 0123 ffff'), bytes('ff'), bytes(list.length.toString(16).padStart(4, '0')), list])
  assert.equal(collector.feed(message([teach(template), data(template, [A, B, list, 7])])), null)
  assert.deepEqual(flows(collector), ONE)
})
