import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type Template, type WireSet } from '../../simulate/index.ts'
import { bytes, concat } from '../../schema/fixtures/index.ts'
import { NOW, SECONDS, booksOf, createCollector, openBooks, type Collector } from '../fixtures/collector.ts'

const ONE = parseTemplate(256, '8:4 1:4')
/** The same bytes, source and destination swapped. */
const OTHER = parseTemplate(256, '12:4 1:4')
const OPTIONS = parseTemplate(300, 'S149:4 34:4')
const templates = (...list: readonly Template[]): WireSet => ({ kind: 'templates', templates: list })
const flow = (octets: number, of: Template = ONE): WireSet => ({ kind: 'data', template: of, rows: [[addressBytes('10.0.0.1'), octets]] })

interface Sender {
  readonly collector: Collector
  ipfix(sets: readonly WireSet[], at?: number, domain?: number): string | null
}

function sender(...[config, options]: Parameters<typeof createCollector>): Sender {
  const collector = createCollector(config, options)
  return {
    collector,
    ipfix: (sets, at = 0, domain = 0) => collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain }, sets), NOW + at),
  }
}

const kept = ({ exporter }: Collector, id = 256, domain = 'ipfix/0') => exporter.domains.get(domain)?.templates.get(id)
const ids = ({ exporter }: Collector, domain = 'ipfix/0'): number[] => [...(exporter.domains.get(domain)?.templates.keys() ?? [])]
const columns = (collector: Collector, ...names: readonly string[]): unknown[] => collector.rows().map(row => names.map(name => row[name]))

/** A template set and an options template set of IPFIX, by hand. */
const withdrawal = (set: number, ...withdrawn: readonly number[]): Uint8Array => {
  const words = [set, 4 + 4 * withdrawn.length, ...withdrawn.flatMap(id => [id, 0])]
  const body = bytes(words.map(word => word.toString(16).padStart(4, '0')).join(''))
  return concat([encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0, length: 16 + body.length }, []), body])
}

test('RFC 7011 §8.1: withdrawals on a connection: one template, all, all options templates; unknown ones are ignored and noted', () => {
  for (const transport of ['tcp', 'tls', 'file'] as const) {
    const { collector, ipfix } = sender({}, { transport })
    const all = [256, 257, 258].map(id => parseTemplate(id, '8:4'))
    ipfix([templates(...all), templates(OPTIONS)])
    assert.equal(collector.feed(withdrawal(2, 257)), null)
    assert.deepEqual(ids(collector), [256, 258, 300])
    assert.equal(collector.feed(withdrawal(2, 999)), null)
    assert.equal(collector.counts.noted.withdrawal_unknown, 1)
    assert.equal(collector.feed(withdrawal(3, 3)), null)
    assert.deepEqual(ids(collector), [256, 258])
    ipfix([templates(OPTIONS)])
    assert.equal(collector.feed(withdrawal(2, 2)), null)
    assert.deepEqual(ids(collector), [300])
    assert.deepEqual(collector.counts.setsRejected, { ...collector.counts.setsRejected, malformed: 0, withdrawal_udp: 0 })
  }
})

test('RFC 7011 §8.1: data of a withdrawn template is not decoded by it, and a new definition takes its id', () => {
  const { collector, ipfix } = sender({}, { transport: 'tcp' })
  ipfix([templates(ONE), flow(1)])
  collector.feed(withdrawal(2, 256))
  ipfix([flow(2, OTHER), templates(OTHER)])
  assert.deepEqual(columns(collector, 'src', 'dst', 'bytes'), [
    ['10.0.0.1', undefined, 1],
    [undefined, '10.0.0.1', 2],
  ])
  assert.deepEqual(collector.told, [], 'a withdrawal announces it')
})

test('RFC 7011 §8.4: on UDP withdrawals are ignored; templates end by their age, on a connection they do not', () => {
  const udp = sender({ lifetimeMs: 1000 })
  udp.ipfix([templates(ONE)])
  assert.equal(udp.collector.feed(withdrawal(2, 256)), null)
  assert.deepEqual([ids(udp.collector), udp.collector.counts.setsRejected.withdrawal_udp], [[256], 1])
  udp.ipfix([flow(1)], 1001)
  assert.deepEqual([udp.collector.rows().length, udp.collector.counts.noted.templates_expired], [0, 1])
  const tcp = sender({ lifetimeMs: 1000 }, { transport: 'tcp' })
  tcp.ipfix([templates(ONE)])
  tcp.ipfix([flow(1)], 10_000_000)
  assert.equal(tcp.collector.rows().length, 1)
})

test('RFC 7011 §8: domains, protocols and sessions have templates of their own', () => {
  const { collector, ipfix } = sender()
  ipfix([templates(ONE)], 0, 1)
  ipfix([templates(OTHER)], 0, 2)
  const v9 = (sets: readonly WireSet[]): void => void collector.feed(encodeV9({ uptimeMs: 1, seconds: SECONDS, sequence: 0, domain: 1 }, sets))
  v9([flow(9)])
  ipfix([flow(1)], 0, 1)
  ipfix([flow(2)], 0, 2)
  assert.deepEqual(columns(collector, 'src', 'dst'), [
    ['10.0.0.1', undefined],
    [undefined, '10.0.0.1'],
  ])
  assert.equal(collector.counts.setsPending, 1)
  assert.deepEqual(collector.told, [])
})

test('RFC 7011 §8: an invalid and a valid definition of one id act in the order of the wire', () => {
  const valid = '0100 0002 0008 0004 0001 0004'
  const invalid = '0100 0001 0008 0000'
  const message = (body: string): Uint8Array => {
    const set = bytes(`0002 ${(4 + bytes(body).length).toString(16).padStart(4, '0')} ${body}`)
    return concat([encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0, length: 16 + set.length }, []), set])
  }
  const after = createCollector()
  after.feed(message(`${invalid} ${valid}`))
  assert.deepEqual(ids(after), [256])
  const before = createCollector()
  before.feed(message(`${valid} ${invalid}`))
  assert.deepEqual(ids(before), [])
  assert.deepEqual([before.counts.setsRejected.malformed, after.counts.setsRejected.malformed], [1, 1])
})

test('a template knows when it came, what it decoded, and how often it was redefined', () => {
  const { collector, ipfix } = sender()
  ipfix([templates(ONE), flow(1), flow(2)])
  ipfix([templates(ONE), flow(3)], 60_000)
  const first = kept(collector)
  assert.deepEqual([first?.firstSeenMs, first?.lastSeenMs, first?.refreshMs, first?.records, first?.redefined], [NOW, NOW + 60_000, 60_000, 3, 0])
  ipfix([templates(OTHER)], 70_000)
  const second = kept(collector)
  assert.deepEqual([second?.firstSeenMs, second?.records, second?.redefined, second?.redefinedAtMs], [NOW, 0, 1, NOW + 70_000])
})

test('a redefinition outside the rhythm of refreshes is told with before and after; one in the rhythm is kept only', () => {
  const { collector, ipfix } = sender()
  ipfix([templates(ONE)])
  ipfix([templates(ONE)], 60_000)
  ipfix([templates(OTHER)], 120_000)
  assert.deepEqual([collector.told.length, collector.exporter.redefinitions.length, collector.counts.noted.redefinitions], [0, 1, 1])
  const third = parseTemplate(256, '8:4 2:4')
  ipfix([templates(third)], 130_000)
  assert.equal(collector.told.length, 1)
  const [told] = collector.told
  assert.deepEqual(
    [told?.before.fields.map(field => field.element), told?.after.fields.map(field => field.element), told?.flipFlop, told?.refused, told?.count],
    [[12, 1], [8, 2], false, false, 1],
  )
})

test('a template that changes to and fro is told as that, kept once with its count, and makes nothing anew', () => {
  const { collector, ipfix } = sender()
  ipfix([templates(ONE), flow(1)])
  ipfix([templates(OTHER), flow(2)], 10)
  const functions = new Set<unknown>()
  for (let turn = 0; turn < 1000; turn++) {
    ipfix([templates(turn % 2 === 0 ? ONE : OTHER)], 20 + turn)
    ipfix([flow(3)], 20 + turn)
    functions.add(kept(collector)?.decode)
  }
  assert.equal(functions.size, 2)
  assert.equal(collector.rows().length, 1002)
  assert.deepEqual(
    collector.exporter.redefinitions.map(({ count, flipFlop }) => [count, flipFlop]),
    [
      [501, false],
      [500, true],
    ],
  )
  assert.equal(collector.counts.setsRejected.template_rate, 0)
  assert.deepEqual([kept(collector)?.redefined, collector.counts.noted.redefinitions], [1001, 1001])
})

test('pinned: another definition is refused and told until the template has expired; an invalid one removes nothing', () => {
  const { collector, ipfix } = sender({ lifetimeMs: 100_000 }, { settings: { pinned: true } })
  ipfix([templates(ONE)])
  ipfix([templates(OTHER), flow(1)], 1000)
  assert.equal(collector.counts.setsRejected.template_pinned, 1)
  assert.deepEqual(
    collector.told.map(({ refused }) => refused),
    [true],
  )
  collector.feed(concat([encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0, length: 28 }, []), bytes('0002 000c 0100 0001 0008 0000')]), NOW + 2000)
  ipfix([flow(2)], 3000)
  assert.deepEqual(columns(collector, 'src', 'dst', 'bytes'), [
    ['10.0.0.1', undefined, 1],
    ['10.0.0.1', undefined, 2],
  ])
  ipfix([templates(OTHER), flow(3)], 200_000)
  assert.deepEqual(columns(collector, 'dst'), [['10.0.0.1']])
})

test('expired templates free their places', () => {
  const { collector, ipfix } = sender({ perDomain: 2, lifetimeMs: 10_000 })
  const of = (id: number): WireSet => templates(parseTemplate(id, '8:4'))
  ipfix([of(256), of(257)])
  ipfix([of(258)], 9000)
  assert.equal(collector.counts.setsRejected.template_limit, 1)
  ipfix([of(256)], 9500)
  ipfix([of(258)], 10_500)
  assert.deepEqual([ids(collector), collector.counts.setsRejected.template_limit], [[256, 258], 1])
})

test('idle domains make room for a new one, with what waits in them', () => {
  const { collector, ipfix } = sender({ domains: 2, lifetimeMs: 100_000, pendingMs: 1_000_000 })
  ipfix([templates(ONE)], 0, 1)
  ipfix([flow(1)], 0, 2)
  assert.equal(ipfix([], 50_000, 3), 'exporter_limit')
  assert.equal(ipfix([], 60_001, 3), null, 'a domain without templates is idle after a minute')
  assert.deepEqual([...collector.exporter.domains.keys()], ['ipfix/1', 'ipfix/3'])
  assert.deepEqual([collector.counts.setsRejected.no_template, collector.exporter.pendingBytes, collector.counts.noted.domains_forgotten], [1, 0, 1])
  assert.equal(ipfix([], 60_002, 4), 'exporter_limit')
  assert.equal(ipfix([], 120_005, 4), null, 'one with templates when those have expired')
  assert.deepEqual([...collector.exporter.domains.keys()].toSorted(), ['ipfix/4'])
  assert.equal(openBooks(collector.counts), '')
})

test('RFC 3954 §9: an exporter that restarts teaches its templates and options anew', () => {
  const collector = createCollector()
  const sampler = parseTemplate(300, 'S1:4 34:4')
  const v9 = (sets: readonly WireSet[], sequence: number, uptimeMs: number, seconds = SECONDS): void =>
    void collector.feed(encodeV9({ uptimeMs, seconds, sequence, domain: 0 }, sets))
  v9([templates(ONE), templates(sampler), { kind: 'data', template: sampler, rows: [[0, 100]] }, flow(1)], 900, 5_000_000)
  // It booted at SECONDS + 10.
  v9([flow(2)], 0, 1000, SECONDS + 11)
  assert.deepEqual(ids(collector, 'netflow9/0'), [])
  assert.deepEqual([collector.exporter.domains.get('netflow9/0')?.restarts, collector.counts.noted.restarts], [1, 1])
  v9([templates(ONE), flow(3)], 1, 2000, SECONDS + 12)
  assert.deepEqual(columns(collector, 'bytes', 'sampling_rate'), [
    [1, 100],
    [2, undefined],
    [3, undefined],
  ])
})

test('a sequence or an uptime that falls alone is no restart', () => {
  for (const [sequence, uptimeMs] of [
    [0, 5_001_000],
    [901, 1000],
  ] as const) {
    const collector = createCollector()
    const v9 = (sets: readonly WireSet[], at: number, uptime: number): void =>
      void collector.feed(encodeV9({ uptimeMs: uptime, seconds: SECONDS, sequence: at, domain: 0 }, sets))
    v9([templates(ONE)], 900, 5_000_000)
    v9([flow(1)], sequence, uptimeMs)
    assert.equal(collector.rows().length, 1)
    assert.equal(collector.exporter.domains.get('netflow9/0')?.restarts, 0)
  }
})

test('two senders of one address and source id, whose uptimes alternate, are not taken for restarts for ever', () => {
  const collector = createCollector()
  const v9 = (sets: readonly WireSet[], sequence: number, uptimeMs: number): void =>
    void collector.feed(encodeV9({ uptimeMs, seconds: SECONDS, sequence, domain: 0 }, sets))
  for (let turn = 0; turn < 20; turn++) {
    v9([templates(ONE), flow(turn)], 50_000 + turn, 90_000_000)
    v9([flow(turn)], 100 + turn, 2_000_000)
  }
  assert.equal(collector.exporter.domains.get('netflow9/0')?.restarts, 1)
  assert.equal(collector.rows().length, 40)
  assert.deepEqual(booksOf(collector.counts)['setsPending'], undefined)
})

test('the memory of templates is bounded; who has most loses what it used longest ago, who has little loses nothing it uses', () => {
  const collector = createCollector({ templateBytes: 1_000_000 })
  const honest = parseTemplate(256, '8:4 1:4')
  const feed = (sets: readonly WireSet[], at: number): void => void collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, sets), NOW + at)
  feed([templates(honest), flow(0)], 0)
  const flood = createCollector()
  const wide = (id: number): Template => parseTemplate(id, `8:4 ${Array.from({ length: 30 }, (_, index) => `210:${id + index}`).join(' ')}`)
  for (let id = 256; id < 1256; id++) collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [templates(wide(id))]), NOW + id, flood.exporter)
  assert.ok(collector.decoder.templateBytes <= 1_000_000)
  assert.ok(collector.counts.noted.templates_evicted > 500)
  const left = ids(flood)
  assert.ok(left.includes(1255) && !left.includes(256))
  feed([flow(1)], 2000)
  assert.equal(collector.rows().length, 2)
  collector.decoder.forget(flood.exporter)
  assert.ok(collector.decoder.templateBytes < 10_000)
})

test('templates of one definition share its memory, whoever sent them', () => {
  const collector = createCollector()
  const one = createCollector().exporter
  const message = encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [templates(ONE)])
  collector.feed(message)
  const alone = collector.decoder.templateBytes
  collector.feed(message, NOW, one)
  assert.ok(collector.decoder.templateBytes - alone < alone / 2)
  collector.decoder.forget(collector.exporter)
  assert.equal(collector.decoder.templateBytes, alone)
})
