import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, concat } from '../schema/fixtures/index.ts'
import { NOTES } from '../schema/index.ts'
import { addressBytes, encodeV9, parseTemplate, type Template, type V9Header, type WireSet } from '../simulate/index.ts'
import { NOW, SECONDS, booksOf, createCollector, type Collector } from './fixtures/collector.ts'

const HEADER: V9Header = { uptimeMs: 100_000, seconds: SECONDS, sequence: 0, domain: 0 }
const FLOW = parseTemplate(256, '8:4 12:4 1:4')
const flow = (octets: number): readonly [Uint8Array, Uint8Array, number] => [addressBytes('10.0.0.1'), addressBytes('10.0.0.2'), octets]
const templates = (...list: Template[]): WireSet => ({ kind: 'templates', templates: list })
const data = (template: Template, ...rows: (readonly (number | string | Uint8Array)[])[]): WireSet => ({ kind: 'data', template, rows })
const send = (collector: Collector, sets: readonly WireSet[], header: Partial<V9Header> = {}, at = NOW): string | null =>
  collector.feed(encodeV9({ ...HEADER, ...header }, sets), at)
const octets = (collector: Collector): unknown[] => collector.rows().map(row => row['bytes'])

test('a datagram written by hand: template, options template, options, flow', () => {
  const collector = createCollector()
  // RFC 3954 §5 and §6.
  const datagram = bytes(`
    0009 0004 000186a0 6553f100 00000009 00000005  | version, count, uptime 100,000 ms, 1,700,000,000 s, sequence, source id
    0000 0030 0100 000a                            | template set, 48 bytes; template 256 of 10 fields
    0008 0004 000c 0004 000f 0004                  | source, destination, next hop
    0002 0004 0001 0004                            | packets, octets
    0016 0004 0015 0004                            | first and last switched
    0007 0002 000b 0002 0004 0001                  | ports, protocol
    0001 001c 0101 0004 000c                       | options template set; 257: 4 bytes of scope fields, 12 of option fields
    0001 0004                                      | scope 1 system
    0022 0004 0023 0001 0029 0002                  | sampling interval, algorithm, total packets
    0000                                           | padding
    0101 0010 c0000201 00000064 02 0007 00         | one in 100, random; padding
    0100 0028                                      | data of 256: 33 bytes and 3 of padding
    0a000001 0a000002 0a0000fe
    00000003 000005dc 00013880 000182b8            | 3 packets, 1,500 octets, first 80,000 ms, last 99,000 ms
    0035 c350 11
    000000
  `)
  assert.equal(collector.feed(datagram), null)
  assert.deepEqual(collector.rows(), [
    {
      received_at: NOW,
      start_at: NOW - 20_000,
      end_at: NOW - 1000,
      exporter: '10.0.0.254',
      domain: 5,
      export_protocol: 'netflow9',
      sampling_rate: 100,
      sampling_source: 'options',
      src: '10.0.0.1',
      dst: '10.0.0.2',
      next_hop: '10.0.0.254',
      proto: 17,
      src_port: 53,
      dst_port: 50_000,
      bytes: 1500,
      packets: 3,
      // The first datagram tells the clock to a second.
      notes: NOTES.time_rough,
    },
  ])
  assert.deepEqual(booksOf(collector.counts), {
    datagrams: 1,
    datagramsDecoded: 1,
    sets: 4,
    setsDecoded: 4,
    templates: 1,
    optionTemplates: 1,
    optionRecords: 1,
    records: 1,
    rows: 1,
  })
})

test('a wrong count in the header changes nothing', () => {
  for (const count of [0, 1, 65_535]) {
    const collector = createCollector()
    assert.equal(send(collector, [templates(FLOW), data(FLOW, flow(1), flow(2))], { count }), null)
    assert.deepEqual(octets(collector), [1, 2])
    assert.equal(collector.counts.noted.wrong_count, 1)
  }
})

test('padding of any value is no record', () => {
  const collector = createCollector()
  send(collector, [templates(FLOW), { ...data(FLOW, flow(1)), padding: 3 } as WireSet])
  const datagram = encodeV9({ ...HEADER, sequence: 1 }, [{ kind: 'data', template: FLOW, rows: [flow(2)], padding: 11 }])
  collector.feed(datagram.fill(0xff, datagram.length - 11))
  assert.deepEqual(octets(collector), [1, 2])
  assert.deepEqual(booksOf(collector.counts), { datagrams: 2, datagramsDecoded: 2, sets: 3, setsDecoded: 3, templates: 1, records: 2, rows: 2 })
})

test('a refreshed template goes on, a redefined one takes over, and flip-flop compiles nothing', () => {
  const collector = createCollector()
  const other = parseTemplate(256, '1:4 8:4 12:4')
  const kept = (): unknown => collector.exporter.domains.get('netflow9/0')?.templates.get(256)?.decode
  send(collector, [templates(FLOW), data(FLOW, flow(1))])
  const first = kept()
  send(collector, [templates(FLOW), data(FLOW, flow(2))], { sequence: 1 })
  assert.equal(kept(), first)
  send(collector, [templates(other), data(other, [3, addressBytes('10.0.0.1'), addressBytes('10.0.0.2')])], { sequence: 2 })
  const second = kept()
  assert.notEqual(second, first)
  for (let turn = 0; turn < 20; turn++) {
    send(collector, [templates(turn % 2 === 0 ? FLOW : other)], { sequence: 3 + turn })
    assert.equal(kept(), turn % 2 === 0 ? first : second)
  }
  assert.deepEqual(octets(collector), [1, 2, 3])
})

test('templates that cannot be one are refused and remove an older one of their id', () => {
  for (const [what, set] of [
    ['no field', '0000 0008 0100 0000'],
    ['fields of length 0 only', '0000 0010 0100 0002 0008 0000 000c 0000'],
    ['65,535 fields in 40 bytes', `0000 0028 0100 ffff ${'0008 0004'.repeat(8)}`],
    ['one field more than the set has', '0000 0010 0100 0003 0008 0004 000c 0004'],
    ['more than 512 fields', `0000 0814 0100 0203 ${'0001 0001'.repeat(515)}`],
    ['a record of more than 65,535 bytes', '0000 0010 0100 0002 0008 ffff 000c ffff'],
    ['options: scope bytes that are no multiple of 4', '0001 0014 0100 0003 0004 0001 0004 0022 0004 0000'],
    ['options: option bytes that are no multiple of 4', '0001 0014 0100 0004 0005 0001 0004 0022 0004 0000'],
    ['options: lengths beyond the set', '0001 0012 0100 fffc fffc 0001 0004 0022 0004'],
  ] as const) {
    const collector = createCollector()
    send(collector, [templates(FLOW)])
    const header = encodeV9({ ...HEADER, sequence: 1 }, [])
    const wanted = what === 'a record of more than 65,535 bytes' ? bytes(set.replaceAll('ffff', '8000')) : bytes(set)
    assert.equal(collector.feed(concat([header, wanted])), null, what)
    assert.equal(collector.counts.setsRejected.malformed, 1, what)
    assert.equal(collector.exporter.domains.get('netflow9/0')?.templates.size, 0, what)
    send(collector, [data(FLOW, flow(1))], { sequence: 2 })
    assert.deepEqual(collector.rows(), [], what)
    assert.equal(collector.counts.setsPending, 1, what)
  }
})

test('a field of length 0 takes no bytes; type 0 and unknown types are skipped by their length', () => {
  const collector = createCollector()
  const odd = parseTemplate(300, '8:4 0:3 12:4 1:0 40000:5 210:2 2:4')
  send(collector, [templates(odd), data(odd, [addressBytes('10.0.0.1'), 0xffffff, addressBytes('10.0.0.2'), 0, 7, 0xffff, 9])])
  assert.deepEqual(collector.values(), [{ src: '10.0.0.1', dst: '10.0.0.2', packets: 9 }])
})

test('options without a scope are options, not flows', () => {
  const collector = createCollector()
  // An options template whose scope length is 0: 34, 35 and 1, which must not become a flow of 77 bytes.
  const options = bytes('0001 0018 0101 0000 000c 0022 0004 0023 0001 0001 0004 0000')
  const record = bytes('0101 0010 00000032 02 0000004d 000000')
  assert.equal(collector.feed(concat([encodeV9(HEADER, []), options, record])), null)
  send(collector, [templates(FLOW), data(FLOW, flow(5))], { sequence: 1 })
  assert.deepEqual(collector.values(), [{ src: '10.0.0.1', dst: '10.0.0.2', bytes: 5, sampling_rate: 50, sampling_source: 'options' }])
  assert.equal(collector.counts.optionRecords, 1)
})

test('the same fields as options and then as flows are two templates', () => {
  const collector = createCollector()
  const fields = '0022 0004 0023 0001 0001 0004'
  collector.feed(concat([encodeV9(HEADER, []), bytes(`0001 0018 0101 0000 000c ${fields} 0000`), bytes('0101 0010 00000032 02 0000004d 000000')]))
  collector.feed(concat([encodeV9({ ...HEADER, sequence: 1 }, []), bytes(`0000 0014 0101 0003 ${fields}`), bytes('0101 0010 00000032 02 0000004d 000000')]))
  assert.deepEqual(octets(collector), [77])
  assert.equal(collector.counts.optionRecords, 1)
})

test('vendors’ types: Cisco’s and nProbe’s ranges become their enterprise elements', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '34000:2 34002:8 57677:12 8:4 12:4')
  send(collector, [templates(template), data(template, [17, 'guests', 'a.example', addressBytes('10.0.0.1'), addressBytes('10.0.0.2')])])
  assert.deepEqual(collector.values(), [{ src: '10.0.0.1', dst: '10.0.0.2', src_sgt: 17, src_sgt_name: 'guests', dns_query: 'a.example' }])
})

test('sets of ids 2 to 255 are skipped by their length and counted', () => {
  const collector = createCollector()
  collector.feed(concat([encodeV9(HEADER, []), bytes('0002 0008 01020304 00ff 0004'), encodeV9(HEADER, [templates(FLOW), data(FLOW, flow(4))]).subarray(20)]))
  assert.deepEqual(octets(collector), [4])
  assert.deepEqual(booksOf(collector.counts), {
    datagrams: 1,
    datagramsDecoded: 1,
    sets: 4,
    setsDecoded: 2,
    set_unknown_set: 2,
    templates: 1,
    records: 1,
    rows: 1,
    wrong_count: 1,
  })
})

test('a set shorter than its header ends the datagram; what came before it is kept', () => {
  for (let length = 0; length < 4; length++) {
    const collector = createCollector()
    const good = encodeV9(HEADER, [templates(FLOW), data(FLOW, flow(4))])
    assert.equal(collector.feed(concat([good, bytes(`0100 000${length} 00000000`)])), 'malformed')
    assert.deepEqual(octets(collector), [4])
    assert.deepEqual(booksOf(collector.counts), { datagrams: 1, malformed: 1, sets: 3, setsDecoded: 2, set_malformed: 1, templates: 1, records: 1, rows: 1 })
  }
})

test('a set that runs over the end gives its whole records, then the datagram is refused', () => {
  const collector = createCollector()
  send(collector, [templates(FLOW)])
  const datagram = encodeV9({ ...HEADER, sequence: 1 }, [data(FLOW, flow(1), flow(2), flow(3))])
  assert.equal(collector.feed(datagram.subarray(0, datagram.length - 5)), 'malformed')
  assert.deepEqual(octets(collector), [1, 2])
})

test('up to three bytes behind the last set are no set', () => {
  const collector = createCollector()
  assert.equal(collector.feed(concat([encodeV9(HEADER, [templates(FLOW), data(FLOW, flow(4))]), bytes('ffffff')])), null)
  assert.deepEqual(octets(collector), [4])
})

test('source ids are worlds of their own', () => {
  const collector = createCollector()
  const swapped = parseTemplate(256, '12:4 8:4 1:4')
  send(collector, [templates(FLOW)], { domain: 1 })
  send(collector, [templates(swapped)], { domain: 2 })
  send(collector, [data(FLOW, flow(1))], { domain: 1, sequence: 1 })
  send(collector, [data(FLOW, flow(1))], { domain: 2, sequence: 1 })
  send(collector, [data(FLOW, flow(1))], { domain: 3 })
  assert.deepEqual(collector.values(), [
    { domain: 1, src: '10.0.0.1', dst: '10.0.0.2', bytes: 1 },
    { domain: 2, src: '10.0.0.2', dst: '10.0.0.1', bytes: 1 },
  ])
  assert.equal(collector.counts.setsPending, 1)
})

test('lost datagrams are counted by the sequence', () => {
  const collector = createCollector()
  const at = (sequence: number, uptimeMs = 100_000): void => void send(collector, [], { sequence, uptimeMs })
  at(0xffff_ffff)
  at(0)
  at(1)
  assert.deepEqual(collector.exporter.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 0 })
  at(5)
  assert.deepEqual(collector.exporter.sequence, { missing: 3, duplicate: 0, reordered: 0, reset: 0 })
  at(3)
  assert.deepEqual(collector.exporter.sequence, { missing: 2, duplicate: 0, reordered: 1, reset: 0 })
  at(6)
  at(2_000_000)
  at(2_000_001)
  assert.deepEqual(collector.exporter.sequence, { missing: 2, duplicate: 0, reordered: 1, reset: 1 })
})

test('a restart of the exporter is a reset, not thousands of late datagrams', () => {
  const collector = createCollector()
  const at = (sequence: number, uptimeMs: number): void => void send(collector, [], { sequence, uptimeMs })
  at(5000, 900_000_000)
  at(5001, 900_001_000)
  at(0, 12_000)
  at(1, 13_000)
  assert.deepEqual(collector.exporter.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 1 })
  at(4, 14_000)
  assert.equal(collector.exporter.sequence.missing, 2)
})

test('a gap over the wrap of the sequence is a gap', () => {
  const collector = createCollector()
  send(collector, [], { sequence: 0xffff_ffef })
  send(collector, [], { sequence: 5 })
  assert.deepEqual(collector.exporter.sequence, { missing: 21, duplicate: 0, reordered: 0, reset: 0 })
})

test('a wrap of sysUptime is no restart', () => {
  const collector = createCollector()
  send(collector, [], { sequence: 7, uptimeMs: 0xffff_ff00 })
  send(collector, [], { sequence: 8, uptimeMs: 100 })
  assert.deepEqual(collector.exporter.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 0 })
})

test('two messages in one datagram: the first is read, the rest is refused', () => {
  const collector = createCollector()
  const one = encodeV9(HEADER, [templates(FLOW), data(FLOW, flow(4))])
  // The second header reads as a set of id 9 and length 2 or so: shorter than a set.
  assert.equal(collector.feed(concat([one, one])), 'malformed')
  assert.deepEqual(octets(collector), [4])
})

test('headers tell whole seconds: flows of all datagrams lie on one clock, and are marked until it is learnt', () => {
  const collector = createCollector()
  const timed = parseTemplate(256, '8:4 22:4 21:4')
  const BOOT = NOW - 100_000
  // 487 ms apart, so that the headers are written at every part of a second.
  for (let sequence = 0; sequence < 500; sequence++) {
    const uptimeMs = 100_000 + sequence * 487
    const row = [addressBytes('10.0.0.1'), uptimeMs - 2000, uptimeMs - 500]
    const seconds = Math.floor((BOOT + 333 + uptimeMs) / 1000)
    send(collector, [...(sequence === 0 ? [templates(timed)] : []), data(timed, row)], { sequence, uptimeMs, seconds }, NOW + sequence * 487)
  }
  const rows = collector.rows()
  const bootOf = (row: (typeof rows)[number], sequence: number): number => Number(row['end_at']) - (100_000 + sequence * 487 - 500) - BOOT
  assert.ok(rows.every(row => Number(row['end_at']) - Number(row['start_at']) === 1500))
  assert.equal(bootOf(rows[0]!, 0), 0)
  assert.equal(rows[0]?.['notes'], NOTES.time_rough)
  const learnt = rows.findIndex(row => row['notes'] === undefined)
  assert.ok(learnt > 1 && learnt < 400, `marked until ${learnt}`)
  rows.forEach((row, sequence) => {
    if (sequence >= learnt) assert.deepEqual([row['notes'], Math.abs(bootOf(row, sequence) - 333) <= 10], [undefined, true])
  })
})

test('times since 1970 need no clock', () => {
  const collector = createCollector()
  const absolute = parseTemplate(256, '8:4 152:8 153:8')
  send(collector, [templates(absolute), data(absolute, [addressBytes('10.0.0.1'), NOW - 5, NOW - 1])])
  assert.deepEqual(
    collector.rows().map(row => [row['start_at'], row['end_at'], row['notes']]),
    [[NOW - 5, NOW - 1, undefined]],
  )
})
