import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, concat } from '../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, parseTemplate, type IpfixHeader, type Template, type WireSet } from '../simulate/index.ts'
import { NOW, SECONDS, booksOf, createCollector, type Collector } from './fixtures/collector.ts'

const HEADER: IpfixHeader = { seconds: SECONDS, sequence: 0, domain: 0 }
const A = addressBytes('10.0.0.1')
const B = addressBytes('10.0.0.2')
const FLOW = parseTemplate(256, '8:4 12:4 1:4')
const templates = (...list: Template[]): WireSet => ({ kind: 'templates', templates: list })
const data = (template: Template, ...rows: (readonly (number | bigint | string | Uint8Array)[])[]): WireSet => ({ kind: 'data', template, rows, padding: 0 })
const send = (collector: Collector, sets: readonly WireSet[], header: Partial<IpfixHeader> = {}): string | null =>
  collector.feed(encodeIpfix({ ...HEADER, ...header }, sets))
/** The rows of one record of one template, without frame. */
const decodeOne = (notation: string, values: readonly (number | bigint | string | Uint8Array)[]): object | undefined => {
  const collector = createCollector()
  const template = parseTemplate(300, notation)
  assert.equal(send(collector, [templates(template), data(template, values)]), null)
  return collector.values()[0]
}

test('a message written by hand: enterprise and variable fields, 64-bit counters, absolute times', () => {
  const collector = createCollector()
  // RFC 7011 §3.
  const message = bytes(`
    000a 0086 6553f100 0000002a 00000007        | version, length 134, 1,700,000,000 s, sequence, domain
    0002 0030 012c 0009                         | template set; template 300 of 9 fields
    001b 0010 001c 0010                         | source and destination, IPv6
    0098 0008 0099 0008                         | flow start and end, ms
    0001 0008 0002 0004                         | octets 8 bytes, packets reduced to 4
    0004 0001
    80bc ffff 00008b30                          | enterprise 35632, element 188, variable length
    01cc ffff                                   | element 460, variable length
    012c 0046                                   | data of 300: one record of 66 bytes
    20010db8 00000000 00000000 00000001
    20010db8 00000000 00000000 00000002
    0000018bcfe567d0                            | 1,699,999,999,952 ms
    0000018bcfe567ff                            | 1,699,999,999,999 ms
    0020000000000001                            | 2^53 + 1 octets
    00000007 06
    ff 0001 61                                  | "a", its length in the long form, which is legal for short values too
    00                                          | the empty text
  `)
  assert.equal(message.length, 134)
  assert.equal(collector.feed(message), null)
  assert.deepEqual(collector.rows(), [
    {
      received_at: NOW,
      start_at: NOW - 48,
      end_at: NOW - 1,
      exporter: '10.0.0.254',
      domain: 7,
      export_protocol: 'ipfix',
      src: '2001:db8::1',
      dst: '2001:db8::2',
      proto: 6,
      bytes: 2n ** 53n + 1n,
      packets: 7,
      server_name: 'a',
    },
  ])
})

test('variable length: short form, long form, empty, several in a record, and fixed fields between them', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '460:v 8:4 461:v 459:v 12:4 1:2')
  const long = 'x'.repeat(300)
  send(collector, [templates(template), data(template, ['host', A, long, '', B, 1], ['', A, '/', 'GET', B, 2])])
  assert.deepEqual(collector.values(), [
    { src: '10.0.0.1', dst: '10.0.0.2', server_name: 'host', http_url: long, bytes: 1 },
    { src: '10.0.0.1', dst: '10.0.0.2', http_url: '/', http_method: 'GET', bytes: 2 },
  ])
})

test('a record of variable length that breaks off is undone, in every field before the break', () => {
  const template = parseTemplate(300, '8:4 460:v 12:4 1:8 461:v 56:6')
  const record = [A, 'host.example', B, 2n ** 40n, '/path', 0xaabbccddeeff] as const
  const prelude = encodeIpfix(HEADER, [templates(template)])
  const whole = encodeIpfix({ ...HEADER, sequence: 0 }, [data(template, record, record)])
  const bytesOfOne = (whole.length - 20) / 2
  for (let cut = 1; cut < bytesOfOne; cut++) {
    const collector = createCollector()
    collector.feed(prelude)
    const end = whole.length - cut
    const datagram = whole.slice(0, end)
    const view = new DataView(datagram.buffer)
    view.setUint16(2, end)
    view.setUint16(18, end - 16)
    collector.feed(datagram)
    // rows() checks that nothing is left behind the last row.
    assert.equal(collector.rows().length, 1, `cut by ${cut}`)
    const short = bytesOfOne - cut < template.fields.reduce((sum, { length }) => sum + (length === 65_535 ? 1 : length), 0)
    assert.equal(collector.counts.setsRejected.malformed, short ? 0 : 1, `cut by ${cut}`)
  }
})

test('a text that ends the record is not read beyond the set', () => {
  for (const length of ['05', 'fe', 'ff0005', 'ffffff', 'ff00', 'ff']) {
    const collector = createCollector()
    const set = concat([bytes('012c 0000 0a000001'), bytes(length), bytes('61626364')])
    new DataView(set.buffer).setUint16(2, set.length)
    send(collector, [templates(parseTemplate(300, '8:4 460:v'))])
    collector.feed(concat([encodeIpfix({ ...HEADER, length: 16 + set.length }, []), set]))
    assert.deepEqual(collector.rows(), [], length)
    assert.equal(collector.counts.setsRejected.malformed, 1, length)
  }
})

test('values of fields', async t => {
  for (const [what, notation, values, expected] of [
    ['texts end at NUL', '8:4 460:12', [A, 'host\0garbage'], { src: '10.0.0.1', server_name: 'host' }],
    [
      'texts lose control characters and marks of direction',
      '8:4 460:v',
      [A, '\u0007a\u202eb\u2066c\u061cd\u0085e\u2028f\ufeff\u200f'],
      { src: '10.0.0.1', server_name: 'abcdef' },
    ],
    ['texts keep letters of all scripts', '8:4 460:v', [A, 'zürich-日本-𝕏'], { src: '10.0.0.1', server_name: 'zürich-日本-𝕏' }],
    ['ill-formed UTF-8 is replaced', '8:4 460:4', [A, bytes('61 c3 28 ff')], { src: '10.0.0.1', server_name: 'a\ufffd(\ufffd' }],
    ['of a long text 1,024 bytes are kept', '8:4 460:v', [A, 'y'.repeat(5000)], { src: '10.0.0.1', server_name: 'y'.repeat(1024) }],
    ['a text of blanks is none', '8:4 460:4', [A, '    '], { src: '10.0.0.1' }],
    ['counters of 1 to 8 bytes', '8:4 1:1 2:3', [A, 255, 0x010203], { src: '10.0.0.1', bytes: 255, packets: 0x010203 }],
    [
      'counters of 5, 6 and 7 bytes',
      '8:4 1:5 2:6 23:7',
      [A, 2 ** 40 - 1, 2 ** 48 - 2, 2n ** 56n - 3n],
      { src: '10.0.0.1', bytes: 2 ** 40 - 1, packets: 2 ** 48 - 2, post_bytes: 2n ** 56n - 3n },
    ],
    ['counters above 2^53', '8:4 1:8 2:8', [A, 2n ** 64n - 1n, 2n ** 53n + 1n], { src: '10.0.0.1', bytes: 2n ** 64n - 1n, packets: 2n ** 53n + 1n }],
    ['counters of 2^32', '8:4 1:8', [A, 2 ** 32], { src: '10.0.0.1', bytes: 2 ** 32 }],
    ['a delta is preferred to a total, before and behind it', '85:8 8:4 1:8', [7, A, 5], { src: '10.0.0.1', bytes: 5 }],
    ['a delta of zero is not mended by a total', '8:4 1:8 85:8 2:4 86:4', [A, 0, 7, 0, 9], { src: '10.0.0.1' }],
    ['totals alone are the counters', '8:4 85:8 86:8', [A, 7, 9], { src: '10.0.0.1', bytes: 7, packets: 9 }],
    [
      'counters after the device stay apart',
      '8:4 1:4 23:4 2:4 24:4',
      [A, 1, 2, 3, 4],
      { src: '10.0.0.1', bytes: 1, packets: 3, post_bytes: 2, post_packets: 4 },
    ],
    ['the reverse direction', '8:4 1:4 29305/1:4 29305/2:4', [A, 1, 2, 3], { src: '10.0.0.1', bytes: 1, reverse_bytes: 2, reverse_packets: 3 }],
    ['responder counters', '8:4 232:8 299:8', [A, 2, 3], { src: '10.0.0.1', reverse_bytes: 2, reverse_packets: 3 }],
    ['ports and protocol of odd sizes', '8:4 7:4 11:1 4:2', [A, 50_000, 53, 17], { src: '10.0.0.1', src_port: 50_000, dst_port: 53, proto: 17 }],
    ['flags of one and of two bytes', '8:4 6:2', [A, 0x01c2], { src: '10.0.0.1', tcp_flags: 0x1c2 }],
    [
      'hardware addresses',
      '8:4 56:6 80:6',
      [A, 0x001122334455, 0xfffefdfcfbfan],
      { src: '10.0.0.1', src_mac: '00:11:22:33:44:55', dst_mac: 'ff:fe:fd:fc:fb:fa' },
    ],
    [
      'MPLS labels without class and bottom bit',
      '8:4 70:3 71:3 72:3 73:3',
      [A, bytes('186a01'), bytes('fffff0'), bytes('00010f'), bytes('ffffff')],
      { src: '10.0.0.1', mpls_label_1: 100_000, mpls_label_2: 1_048_575, mpls_label_3: 16, mpls_label_4: 1_048_575, mpls_depth: 4 },
    ],
    ['an MPLS label of another length is left out', '8:4 70:4', [A, 0x12345678], { src: '10.0.0.1' }],
    ['ICMP of one element, IPv4', '8:4 4:1 32:2', [A, 1, 0x0301], { src: '10.0.0.1', proto: 1, icmp_type: 3, icmp_code: 1 }],
    ['ICMP of one element, IPv6', '8:4 139:2', [A, 0x8000], { src: '10.0.0.1', icmp_type: 128 }],
    ['ICMP of two elements', '8:4 176:1 177:1', [A, 11, 1], { src: '10.0.0.1', icmp_type: 11, icmp_code: 1 }],
    ['jitter in ms', '8:4 385:4', [A, 3], { src: '10.0.0.1', jitter: 3000, measured: 1 << 8 }],
    ['jitter in µs', '8:4 386:4', [A, 3], { src: '10.0.0.1', jitter: 3, measured: 1 << 8 }],
    ['jitter in ns', '8:4 387:4', [A, 3999], { src: '10.0.0.1', jitter: 4, measured: 1 << 8 }],
    ['a measured zero is told apart from none', '8:4 218:8 386:4', [A, 0, 0], { src: '10.0.0.1', measured: (1 << 6) | (1 << 8) }],
    ['an application id keeps engine and selector', '8:4 95:4', [A, bytes('0d00 01f5')], { src: '10.0.0.1', app_id: 0x0d0001f5 }],
    ['an application id of variable length', '8:4 95:v', [A, bytes('14 00000009 000102')], { src: '10.0.0.1', app_id: 0x1400000009000102n }],
    ['an application id that is too long is left out', '8:4 95:v', [A, bytes('14 00000009 0001020304')], { src: '10.0.0.1' }],
    [
      'an element twice: the first is the outer',
      '8:4 8:4 58:2 58:2 460:v 460:v',
      [A, B, 5, 6, 'outer', 'inner'],
      { src: '10.0.0.1', vlan: 5, server_name: 'outer' },
    ],
    ['an element twice, the outer empty', '8:4 8:4 58:2 58:2 460:v 460:v 4:1', [0, B, 0, 6, '', 'inner', 4], { proto: 4 }],
    ['GRE: protocol and ports of the inner packet are not its own', '8:4 8:4 4:1 4:1 7:2 7:2', [A, B, 47, 17, 0, 80], { src: '10.0.0.1', proto: 47 }],
    ['unknown elements of all sizes', '65000/1:v 8:4 32767/5:40 12:4 511:1', ['abc', A, '', B, 9], { src: '10.0.0.1', dst: '10.0.0.2' }],
    ['numbers of a length they cannot have are left out', '8:4 1:9 2:0 4:1', [A, 5, 0, 6], { src: '10.0.0.1', proto: 6 }],
  ] as const) {
    await t.test(what, () => assert.deepEqual(decodeOne(notation, values), expected))
  }
})

test('addresses decide the family of a batch', async t => {
  const six = addressBytes('2001:db8::1')
  const none = new Uint8Array(16)
  for (const [what, notation, values, expected] of [
    ['IPv4', '8:4 12:4 15:4', [A, B, 0], { src: '10.0.0.1', dst: '10.0.0.2' }],
    ['IPv6', '27:16 28:16 62:16', [six, six, none], { src: '2001:db8::1', dst: '2001:db8::1' }],
    ['both in a template, IPv4 used', '8:4 12:4 27:16 28:16 15:4 62:16', [A, B, none, none, 0, none], { src: '10.0.0.1', dst: '10.0.0.2' }],
    ['both, the other way round', '27:16 28:16 8:4 12:4 62:16 15:4', [none, none, A, B, none, 0], { src: '10.0.0.1', dst: '10.0.0.2' }],
    [
      'both in a template, IPv6 used',
      '8:4 12:4 27:16 28:16 15:4 62:16',
      [0, 0, six, six, 0, six],
      { src: '2001:db8::1', dst: '2001:db8::1', next_hop: '2001:db8::1' },
    ],
    ['an IPv6 flow with an IPv4 next hop', '27:16 28:16 15:4', [six, six, B], { src: '2001:db8::1', dst: '2001:db8::1', next_hop: '10.0.0.2' }],
    ['an IPv6 flow with the next hop 0.0.0.0, which is none', '27:16 28:16 15:4', [six, six, 0], { src: '2001:db8::1', dst: '2001:db8::1' }],
    ['IPv4 flows translated to IPv6', '8:4 281:16', [A, six], { src: '10.0.0.1', nat_src: '2001:db8::1' }],
    ['an IPv6 address twice: the first is the outer', '27:16 27:16', [six, addressBytes('2001:db8::2')], { src: '2001:db8::1' }],
    ['an IPv4 address twice among IPv6 ones', '281:16 8:4 8:4', [none, A, B], { src: '10.0.0.1' }],
    ['both families, both used: the first stays', '8:4 27:16 281:16', [A, six, none], { src: '10.0.0.1' }],
    ['no address at all', '1:4 56:6', [5, 1], { bytes: 5, src_mac: '00:00:00:00:00:01' }],
    ['a next hop alone', '15:4 1:4', [B, 5], { next_hop: '10.0.0.2', bytes: 5 }],
    ['addresses of a length they cannot have', '8:3 12:5 1:4', ['', '', 5], { bytes: 5 }],
  ] as const) {
    await t.test(what, () => assert.deepEqual(decodeOne(notation, values), expected))
  }
})

test('a row without an address is in a batch of family 6, where zero is no address', () => {
  const collector = createCollector()
  for (const [id, notation, family] of [
    [300, '8:4', 4],
    [301, '27:16', 6],
    [302, '1:4', 6],
    [303, '8:4 62:16', 6],
    [304, '8:2 1:4', 6],
    [305, 'S8:4 1:4', 6],
  ] as const) {
    send(collector, [templates(parseTemplate(id, notation))])
    assert.equal(collector.exporter.domains.get('ipfix/0')?.templates.get(id)?.family, family, notation)
  }
})

test('withdrawals over UDP are ignored and counted', () => {
  const collector = createCollector()
  send(collector, [templates(FLOW)])
  for (const withdrawal of ['0002 0008 0100 0000', '0002 0008 0002 0000', '0003 0008 0003 0000']) {
    const header = encodeIpfix({ ...HEADER, length: 24 }, [])
    assert.equal(collector.feed(concat([header, bytes(withdrawal)])), null)
  }
  send(collector, [data(FLOW, [A, B, 5])])
  assert.equal(collector.rows().length, 1)
  assert.equal(collector.counts.setsRejected.withdrawal_udp, 3)
})

test('the length of the message rules: bytes behind it are ignored, one beyond the datagram is refused', () => {
  const one = encodeIpfix(HEADER, [templates(FLOW), data(FLOW, [A, B, 5])])
  const collector = createCollector()
  assert.equal(collector.feed(concat([one, bytes('0100 0010 0a000001 0a000002 00000007')])), null)
  assert.deepEqual(
    collector.rows().map(row => row['bytes']),
    [5],
  )
  assert.equal(collector.feed(concat([one, one])), null)
  assert.deepEqual(
    collector.rows().map(row => row['bytes']),
    [5],
  )
  assert.equal(collector.feed(encodeIpfix({ ...HEADER, length: one.length + 1 }, [data(FLOW, [A, B, 5])])), 'malformed')
  assert.deepEqual(
    collector.rows().map(row => row['bytes']),
    [5],
  )
  assert.equal(collector.feed(encodeIpfix({ ...HEADER, length: 15 }, [data(FLOW, [A, B, 5])])), 'bad_length')
  assert.equal(collector.feed(one.subarray(0, 15)), 'bad_length')
})

test('malformed options templates are refused and remove an older template of their id', () => {
  for (const [what, set] of [
    ['no scope', '0003 0012 0100 0002 0000 0095 0004 0022 0004'],
    ['more scopes than fields', '0003 0012 0100 0002 0003 0095 0004 0022 0004'],
    ['65,535 fields', '0003 0012 0100 ffff 0001 0095 0004 0022 0004'],
    ['an enterprise number cut off', '0002 0010 0100 0002 0008 0004 80bc 0004'],
    ['fields cut off', '0002 000c 0100 0002 0008 0004'],
    ['fields of length 0 only', '0002 000c 0100 0001 0008 0000'],
  ] as const) {
    const collector = createCollector()
    send(collector, [templates(FLOW)])
    const body = bytes(set)
    assert.equal(collector.feed(concat([encodeIpfix({ ...HEADER, length: 16 + body.length }, []), body])), null, what)
    assert.equal(collector.counts.setsRejected.malformed, 1, what)
    assert.equal(collector.exporter.domains.get('ipfix/0')?.templates.size, 0, what)
  }
})

test('templates and options templates share their ids', () => {
  const collector = createCollector()
  const options = parseTemplate(256, 'S149:4 34:4')
  send(collector, [templates(FLOW), data(FLOW, [A, B, 1])])
  send(collector, [templates(options), data(options, [0, 10])], { sequence: 1 })
  send(collector, [templates(FLOW), data(FLOW, [A, B, 2])], { sequence: 2 })
  assert.deepEqual(
    collector.rows().map(row => [row['bytes'], row['sampling_rate']]),
    [
      [1, undefined],
      [2, 10],
    ],
  )
  assert.equal(collector.counts.optionRecords, 1)
})

test('padding in template sets is no template', () => {
  const collector = createCollector()
  const set = bytes('0002 0018 0100 0003 0008 0004 000c 0004 0001 0004 00000000')
  assert.equal(collector.feed(concat([encodeIpfix({ ...HEADER, length: 16 + set.length }, []), set])), null)
  assert.deepEqual(booksOf(collector.counts), { datagrams: 1, datagramsDecoded: 1, sets: 1, setsDecoded: 1, templates: 1 })
})

test('the sequence counts records of flows and options, not templates', () => {
  const collector = createCollector()
  const options = parseTemplate(257, 'S149:4 34:4')
  const row = [A, B, 1] as const
  send(collector, [templates(FLOW, options), data(options, [0, 10]), data(FLOW, row, row)], { sequence: 0xffff_fffe })
  send(collector, [data(FLOW, row)], { sequence: 1 })
  send(collector, [templates(FLOW)], { sequence: 2 })
  send(collector, [data(FLOW, row)], { sequence: 2 })
  assert.deepEqual(collector.exporter.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 0 })
  send(collector, [data(FLOW, row, row)], { sequence: 10 })
  assert.equal(collector.exporter.sequence.missing, 7)
  // The repeated one cannot be told from a late one while records are missing.
  send(collector, [data(FLOW, row, row)], { sequence: 10 })
  assert.deepEqual(collector.exporter.sequence, { missing: 5, duplicate: 0, reordered: 2, reset: 0 })
})

test('records that waited for their template count for the message they came in', () => {
  const collector = createCollector()
  const row = [A, B, 1] as const
  send(collector, [data(FLOW, row, row, row)], { sequence: 0 })
  send(collector, [data(FLOW, row), templates(FLOW), data(FLOW, row)], { sequence: 3 })
  send(collector, [data(FLOW, row)], { sequence: 5 })
  send(collector, [data(FLOW, row)], { sequence: 6 })
  assert.equal(collector.rows().length, 7)
  assert.deepEqual(collector.exporter.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 0 })
  // What is decoded within its message leaves nothing unknown: the next gap is seen.
  const other = parseTemplate(257, '8:4 12:4 1:4')
  send(collector, [data(other, row), templates(other)], { sequence: 7 })
  send(collector, [data(FLOW, row)], { sequence: 12 })
  assert.equal(collector.exporter.sequence.missing, 4)
})

test('a counter that began again not far back is a reset after a few records', () => {
  const collector = createCollector()
  send(collector, [templates(FLOW), data(FLOW, [A, B, 1])], { sequence: 5000 })
  for (let sequence = 0; sequence < 100; sequence++) send(collector, [data(FLOW, [A, B, 1])], { sequence })
  assert.equal(collector.exporter.sequence.reset, 1)
  assert.ok(collector.exporter.sequence.duplicate < 10, JSON.stringify(collector.exporter.sequence))
})

test('one forged sequence number does not blind it', () => {
  const collector = createCollector()
  send(collector, [templates(FLOW), data(FLOW, [A, B, 1])], { sequence: 5000 })
  send(collector, [], { sequence: 0x8000_0000 })
  for (const sequence of [5001, 5002, 5004]) send(collector, [data(FLOW, [A, B, 1])], { sequence })
  assert.deepEqual(collector.exporter.sequence, { missing: 1, duplicate: 0, reordered: 0, reset: 2 })
})
