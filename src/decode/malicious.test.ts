/** The malicious inputs of RELIABILITY §3.2, by their numbers, and the known weaknesses of other collectors they stand for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, concat } from '../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, encodeV5, encodeV9, parseTemplate, type Template, type WireSet } from '../simulate/index.ts'
import { createExporter } from './index.ts'
import { NOW, SECONDS, booksOf, createCollector, openBooks, type Collector } from './fixtures/collector.ts'

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
/** An IPFIX message of this body, its length right. */
const message = (body: Uint8Array | string, domain = 0): Uint8Array => {
  const content = typeof body === 'string' ? bytes(body) : body
  return concat([encodeIpfix({ seconds: SECONDS, sequence: 0, domain, length: 16 + content.length }, []), content])
}
const v9 = (body: string): Uint8Array => concat([encodeV9({ uptimeMs: 2000, seconds: SECONDS, sequence: 0, domain: 0, count: 1 }, []), bytes(body)])
const FLOW = parseTemplate(256, '8:4 12:4 1:4')
const flow = (octets: number, of: Template = FLOW): WireSet => ({
  kind: 'data',
  template: of,
  rows: [[addressBytes('10.0.0.1'), addressBytes('10.0.0.2'), octets]],
})
const taught = (...templates: readonly Template[]): WireSet => ({ kind: 'templates', templates })
const ipfix = (sets: readonly WireSet[], sequence = 0): Uint8Array => encodeIpfix({ seconds: SECONDS, sequence, domain: 0 }, sets)

/** After whatever came, templates and flows of the same exporter are read as ever, and the books close. */
function assertWell(collector: Collector): void {
  collector.rows()
  const well = parseTemplate(9999, '8:4 12:4 1:4')
  collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 77 }, [taught(well), flow(42, well)]), NOW + 5000)
  assert.deepEqual(
    collector.rows().map(row => row['bytes']),
    [42],
  )
  assert.equal(openBooks(collector.counts), '')
}

test('M1: a field count of 65,535 in 40 bytes', () => {
  for (const datagram of [v9(`0000 0028 0100 ffff ${'0008 0004'.repeat(8)}`), message(`0002 0028 0100 ffff ${'0008 0004'.repeat(8)}`)]) {
    const collector = createCollector()
    assert.equal(collector.feed(datagram), null)
    assert.deepEqual(booksOf(collector.counts)['set_malformed'], 1)
    assert.equal(collector.decoder.templateBytes, 0)
    assertWell(collector)
  }
})

test('M2: only fields of length 0 would loop for ever: the template is refused (FastNetMon CVE-2024-56073)', () => {
  const collector = createCollector()
  collector.feed(message('0002 0010 0100 0002 0008 0000 000c 0000'))
  collector.feed(v9('0000 0010 0100 0002 0008 0000 000c 0000'))
  collector.feed(message(`0100 0014 ${'00'.repeat(16)}`))
  assert.deepEqual([collector.counts.setsRejected.malformed, collector.counts.setsPending, collector.counts.records], [2, 1, 0])
  assertWell(collector)
})

test('M3: only fields of variable length, all empty: a byte is a record, and no more records than bytes', () => {
  const collector = createCollector()
  collector.feed(message('0002 000c 0100 0001 0052 ffff'))
  collector.feed(message(`0100 ${hex(4 + 1400, 4)} ${'00'.repeat(1400)}`))
  assert.deepEqual([collector.counts.records, collector.counts.setsRejected.malformed], [1400, 0])
  assertWell(collector)
})

test('M4: a record length of 65,535, and one beyond it', () => {
  const collector = createCollector()
  collector.feed(message('0002 0010 0100 0002 0008 0004 00d2 fffb'))
  collector.feed(message('0002 0014 0101 0003 0008 0004 00d2 fffe 00d2 fffe'))
  assert.deepEqual([collector.counts.setsDecoded, collector.counts.setsRejected.malformed], [1, 1])
  collector.feed(message(`0100 0404 ${'00'.repeat(1024)}`))
  assert.equal(collector.counts.records, 0, 'what is shorter than a record is padding')
  assertWell(collector)
})

test('M5: template ids × domains × sources: places, rate and memory are bounded, and each refusal is counted', () => {
  const collector = createCollector({ perDomain: 100, domains: 4, templateBytes: 2_000_000 })
  for (let source = 0; source < 5; source++) {
    const exporter = createExporter(BigInt(source))
    for (let domain = 0; domain < 6; domain++) {
      for (let id = 256; id < 456; id++)
        collector.feed(
          encodeIpfix({ seconds: SECONDS, sequence: 0, domain }, [taught(parseTemplate(id, `8:4 210:${id} 210:${1 + source * 6 + domain}`))]),
          NOW,
          exporter,
        )
    }
    assert.ok(exporter.domains.size <= 4)
    for (const { templates } of exporter.domains.values()) assert.ok(templates.size <= 100)
  }
  assert.ok(collector.decoder.templateBytes <= 2_000_000)
  assert.equal(collector.counts.datagramsRejected.exporter_limit, 5 * 2 * 200)
  assert.equal(collector.counts.setsRejected.template_limit, 5 * 4 * 100)
  assert.ok(collector.counts.noted.templates_evicted > 1000)
  assertWell(collector)
})

test('M5: new templates are limited in time', () => {
  const collector = createCollector()
  for (let id = 0; id < 6000; id++) collector.feed(ipfix([taught(parseTemplate(256 + (id % 50), `8:4 210:${1 + id}`))]))
  assert.equal(collector.counts.setsRejected.template_rate, 6000 - 4096)
  assert.equal(openBooks(collector.counts), '')
})

test('M6: a forged redefinition (source and destination swapped, octets scaled) is told with before and after; pinned, it is refused', () => {
  const forged = parseTemplate(256, '12:4 8:4 2:4')
  const open = createCollector()
  open.feed(ipfix([taught(FLOW), flow(1)]))
  open.feed(ipfix([taught(FLOW)]), NOW + 60_000)
  open.feed(ipfix([taught(forged)]), NOW + 75_000)
  assert.deepEqual(
    open.told.map(({ before, after, refused }) => [before.fields.map(field => field.element), after.fields.map(field => field.element), refused]),
    [[[8, 12, 1], [12, 8, 2], false]],
  )
  // The exporter's own refresh, within one interval, is told as well: two definitions in turns.
  open.feed(ipfix([taught(FLOW)]), NOW + 120_000)
  assert.deepEqual([open.told.length, open.told[1]?.flipFlop], [2, true])
  const pinned = createCollector({}, { settings: { pinned: true } })
  pinned.feed(ipfix([taught(FLOW)]))
  pinned.feed(ipfix([taught(forged), flow(7)]), NOW + 1000)
  assert.deepEqual(pinned.values(), [{ src: '10.0.0.1', dst: '10.0.0.2', bytes: 7 }])
  assert.deepEqual([pinned.counts.setsRejected.template_pinned, pinned.told[0]?.refused], [1, true])
  assertWell(open)
})

test('M7: 1,000 changes to and fro in a second compile two functions, keep two redefinitions, and lose no flow', () => {
  const collector = createCollector()
  const other = parseTemplate(256, '12:4 8:4 1:4')
  const functions = new Set<unknown>()
  for (let turn = 0; turn < 1000; turn++) {
    const template = turn % 2 === 0 ? FLOW : other
    collector.feed(ipfix([taught(template), flow(turn, template)]), NOW + turn)
    functions.add(collector.exporter.domains.get('ipfix/0')?.templates.get(256)?.decode)
  }
  assert.deepEqual([functions.size, collector.exporter.redefinitions.length, collector.rows().length], [2, 2, 1000])
  assert.deepEqual([collector.counts.noted.redefinitions, collector.counts.setsRejected.template_rate], [999, 0])
  assertWell(collector)
})

test('M8: options with a scope count of 0 or beyond the field count; v9 lengths that are no multiple of 4', () => {
  for (const datagram of [
    message('0003 0012 0100 0002 0000 0095 0004 0022 0004'),
    message('0003 0012 0100 0002 0003 0095 0004 0022 0004'),
    message('0003 0012 0100 0002 ffff 0095 0004 0022 0004'),
    v9('0001 0012 0100 0003 0004 0001 0004 0022 0004'),
    v9('0001 0012 0100 0004 0006 0001 0004 0022 0004'),
    v9('0001 0012 0100 fffc fffc 0001 0004 0022 0004'),
  ]) {
    const collector = createCollector()
    assert.equal(collector.feed(datagram), null)
    assert.deepEqual([collector.counts.setsRejected.malformed, collector.counts.optionTemplates, collector.decoder.templateBytes], [1, 0, 0])
    assertWell(collector)
  }
})

test('M9: set lengths of 0 to 3 and beyond the message; a message length that is not the datagram’s', () => {
  for (const length of [0, 1, 2, 3]) {
    for (const datagram of [message(`0100 ${hex(length, 4)} 00000000`), v9(`0100 ${hex(length, 4)} 00000000`)]) {
      const collector = createCollector()
      assert.equal(collector.feed(datagram), 'malformed')
      assert.equal(collector.counts.setsRejected.malformed, 1)
      assertWell(collector)
    }
  }
  const over = createCollector()
  over.feed(ipfix([taught(FLOW)]))
  assert.equal(over.feed(message(`0100 ffff 0a000001 0a000002 00000007`)), 'malformed')
  assert.deepEqual(
    over.rows().map(row => row['bytes']),
    [7],
  )
  for (const length of [0, 15, 18, 65_535]) {
    const collector = createCollector()
    const reason = collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0, length }, [taught(FLOW)]))
    assert.equal(reason, length < 16 ? 'bad_length' : length === 18 ? null : 'malformed', String(length))
    assertWell(collector)
  }
  const behind = createCollector()
  assert.equal(behind.feed(concat([ipfix([taught(FLOW), flow(1)]), new Uint8Array(500).fill(0xff)])), null)
  assert.deepEqual([behind.rows().length, behind.counts.noted.bytes_behind_message], [1, 1])
})

test('M10: nested sFlow counts of 2^32 − 1 allocate nothing (goflow CVE-2022-2529, gopacket GHSA-g6v3-7xmc-w563)', () => {
  const head = `00000005 00000001 0a000001 00000000 00000001 00001000`
  const samples = `${head} ffffffff`
  const records = `${head} 00000001 00000001 00000020 00000001 00000001 00000001 00000001 00000000 00000001 00000002 ffffffff`
  const record = `${head} 00000001 00000001 00000028 00000001 00000001 00000001 00000001 00000000 00000001 00000002 00000001 00000001 ffffffff`
  // An AS path of 2^32 − 1 segments, and a segment of as many systems.
  const gateway = (path: string): string =>
    `${head} 00000001 00000001 ${hex(0x28 + 24 + bytes(path).length, 8)} 00000001 00000001 00000001 00000001 00000000 00000001 00000002 00000001 000003eb ${hex(24 + bytes(path).length, 8)} 00000001 0a000001 0000fde8 0000fde9 0000fdea ${path}`
  for (const datagram of [samples, records, record, gateway('ffffffff'), gateway('00000001 00000002 ffffffff')]) {
    const collector = createCollector()
    const before = process.memoryUsage().arrayBuffers
    collector.feed(bytes(datagram))
    assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024)
    assert.equal(openBooks(collector.counts), '')
    assertWell(collector)
  }
})

test('M11: huge user strings are cut at 1,024 bytes, and lists of communities at their text', () => {
  const collector = createCollector()
  collector.feed(message('0002 000c 0100 0001 0173 ffff'))
  collector.feed(message(`0100 ${hex(4 + 3 + 60_000, 4)} ff ${hex(60_000, 4)} ${'41'.repeat(60_000)}`))
  // A basicList of 10,000 communities (element 483 of 4 bytes).
  collector.feed(message('0002 000c 0101 0001 0123 ffff'))
  collector.feed(message(`0101 ${hex(4 + 3 + 40_005, 4)} ff ${hex(40_005, 4)} 04 01e3 0004 ${'fde80001'.repeat(10_000)}`))
  for (const row of collector.rows()) for (const value of Object.values(row)) if (typeof value === 'string') assert.ok(value.length <= 1100)
  assert.equal(collector.counts.records, 2)
  assertWell(collector)
})

test('M12: lists in lists, ten thousand deep, are followed to their bound in steps that stay few', () => {
  // A basicList (element 291) of one value, which is a basicList, and so on.
  const depth = 4000
  let list = bytes('04 0001 0004 00000001')
  for (let level = 0; level < depth; level++) {
    const head = list.length < 255 ? bytes(`04 0123 ffff ${hex(list.length, 2)}`) : bytes(`04 0123 ffff ff ${hex(list.length, 4)}`)
    list = concat([head, list])
  }
  const collector = createCollector()
  collector.feed(message('0002 000c 0100 0001 0123 ffff'))
  collector.feed(message(concat([bytes(`0100 ${hex(4 + 3 + list.length, 4)} ff ${hex(list.length, 4)}`), list])))
  assert.equal(collector.counts.records, 1)
  assert.ok(collector.exporter.lists.tooDeep > 0)
  assertWell(collector)
})

test('M13: withdrawals over UDP are ignored and counted (nfdump CVE-2019-14459)', () => {
  const collector = createCollector()
  collector.feed(ipfix([taught(FLOW)]))
  for (const withdrawal of ['0002 0008 0100 0000', '0002 0008 0002 0000', '0003 0008 0003 0000']) collector.feed(message(withdrawal))
  collector.feed(ipfix([flow(1)]))
  assert.deepEqual([collector.rows().length, collector.counts.setsRejected.withdrawal_udp], [1, 3])
  assertWell(collector)
})

test('M14: absurd times, uptimes that wrap, counters of 2^64 − 1, sampling rates of 0 and 2^32 − 1', () => {
  const collector = createCollector()
  const wide = parseTemplate(256, '8:4 1:8 2:8 152:8 153:8')
  const all = new Uint8Array(8).fill(0xff)
  // The year 457400: 0x33fffffffffff ms and what is near it; a date of 2^64 − 1.
  const far = bytes('000cffffffffffff')
  collector.feed(
    ipfix([
      taught(wide),
      {
        kind: 'data',
        template: wide,
        rows: [
          [addressBytes('10.0.0.1'), all, all, far, far],
          [addressBytes('10.0.0.1'), all, all, all, all],
        ],
      },
    ]),
  )
  for (const row of collector.rows()) {
    assert.deepEqual([row['bytes'], row['start_at'], row['end_at']], [2n ** 64n - 1n, NOW, NOW])
    assert.equal(Number(row['notes']) & 1, 1)
  }
  const rate = parseTemplate(257, 'S149:4 34:4')
  for (const [told, expected] of [
    [0, undefined],
    [0xffff_ffff, 0xffff_ffff],
  ] as const) {
    collector.feed(ipfix([taught(rate), { kind: 'data', template: rate, rows: [[0, told]] }, taught(FLOW), flow(1)]))
    assert.equal(collector.rows()[0]?.['sampling_rate'], expected)
  }
  const record = { src: '10.0.0.1', dst: '10.0.0.2', packets: 0xffff_ffff, octets: 0xffff_ffff, first: 0xffff_fff0, last: 0xffff_ffff, proto: 6 }
  collector.feed(encodeV5({ uptimeMs: 5, seconds: SECONDS, sequence: 0 }, [record]))
  const [wrapped] = collector.rows()
  assert.deepEqual([wrapped?.['end_at'], wrapped?.['bytes']], [NOW - 6, 0xffff_ffff])
  assertWell(collector)
})

test('one datagram of 65,507 bytes asks for no more work than it may: definitions, changes, options, waiting sets', () => {
  const repeated = (count: number, make: (index: number) => string): string => Array.from({ length: count }, (_, index) => make(index)).join('')
  const definitions = createCollector()
  definitions.feed(message(`0002 ${hex(4 + 5000 * 12, 4)} ${repeated(5000, index => `${hex(256 + index, 4)} 0002 0008 0004 00d2 ${hex(1 + index, 4)}`)}`))
  assert.deepEqual(
    [definitions.counts.templates, definitions.exporter.domains.get('ipfix/0')?.templates.size, definitions.counts.setsRejected.work_limit],
    [512, 64, 1],
  )
  const changes = createCollector()
  changes.feed(message(`0002 ${hex(4 + 4000 * 8, 4)} ${repeated(4000, index => `0100 0001 ${index % 2 === 0 ? '0008' : '000c'} 0004`)}`))
  assert.equal(changes.counts.noted.redefinitions, 63)
  const options = createCollector()
  const names = parseTemplate(256, 'S10:4 82:4')
  options.feed(ipfix([taught(names)]))
  options.feed(message(`0100 ${hex(4 + 8000 * 8, 4)} ${repeated(8000, index => `${hex(index, 8)} 61626364`)}`))
  assert.deepEqual([options.counts.optionRecords, options.exporter.interfaces.size, options.counts.setsRejected.work_limit], [1024, 1024, 1])
  const waiting = createCollector()
  waiting.feed(message(repeated(13_000, () => '012c 0005 00')))
  assert.deepEqual([waiting.counts.setsPending, waiting.counts.setsRejected.work_limit], [512, 12_488])
  for (const collector of [definitions, changes, options, waiting]) assertWell(collector)
  // On a connection templates are sent once: none is refused.
  const tcp = createCollector({}, { transport: 'tcp' })
  tcp.feed(message(`0002 ${hex(4 + 500 * 12, 4)} ${repeated(500, index => `${hex(256 + index, 4)} 0002 0008 0004 00d2 ${hex(1 + index, 4)}`)}`))
  assert.equal(tcp.exporter.domains.get('ipfix/0')?.templates.size, 500)
})

test('data of a template that was never sent is held within bounds and then counted, not guessed', () => {
  const collector = createCollector({ pendingMs: 1000, pendingBytes: 4096 })
  for (let sequence = 0; sequence < 500; sequence++) collector.feed(ipfix([flow(1, parseTemplate(300 + sequence, '8:4 12:4 1:4'))]))
  assert.ok(collector.exporter.pendingBytes <= 4096)
  collector.decoder.expire(collector.exporter, NOW + 2000)
  const { pending_full: full, pending_expired: expired } = collector.counts.setsRejected
  assert.deepEqual([full + expired, collector.counts.setsPending, collector.counts.records], [500, 0, 0])
  assertWell(collector)
})
