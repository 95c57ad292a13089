/** Columns of the records of a flow sample, against bytes written from sFlow Version 5 §5.3 to 5.4 and the structures listed at sflow.org. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MEASURED_GROUPS } from '../../schema/index.ts'
import type { PlainRow } from '../../schema/fixtures/index.ts'
import { createCollector } from '../fixtures/collector.ts'
import { FRAME, datagram, flow, header, structure, text, word } from './fixtures/datagrams.ts'

const HEAD = new Set(['sampler', 'sampling_rate', 'sampling_source', 'in_if', 'out_if', 'packets'])
const V4 = (last: number): string => `${word(1)} 0a0000${last.toString(16).padStart(2, '0')}`
const V6 = `${word(2)} 20010db8000000000000000000000009`
const words = (...values: readonly number[]): string => values.map(word).join('')

/** What records put into a row, beside what every sample has. */
function told(...records: readonly string[]): PlainRow {
  const collector = createCollector()
  assert.equal(collector.feed(datagram([flow({}, ...records)])), null)
  assert.equal(collector.exporter.domains.get('sflow/0')?.sflow?.badRecords, 0)
  return Object.fromEntries(Object.entries(collector.values()[0] ?? {}).filter(([name]) => !HEAD.has(name)))
}

/** The same beside a packet header, without what that says. */
function toldBeside(frame: string, ...records: readonly string[]): PlainRow {
  const alone = told(header(frame))
  return Object.fromEntries(Object.entries(told(header(frame), ...records)).filter(([name, value]) => alone[name] !== value))
}

const TAGGED = FRAME.replace(' 0800', ' 8100 0064 0800')
const MACS = '667788 99aabb 0000 001122334455 0000'

test('parsed Ethernet, IPv4 and IPv6 stand for the header where there is none', () => {
  const ethernet = structure(2, `${word(1500)} ${MACS} ${word(0x0800)}`)
  const four = structure(3, `${words(1480, 17)} 0a000001 0a000002 ${words(53, 5353, 0, 0xb8)}`)
  const six = structure(4, `${words(1480, 6)} ${'20010db8000000000000000000000001'} ${'20010db8000000000000000000000002'} ${words(443, 50_000, 0x12, 0)}`)
  const frame = { layer2_bytes: 1500, src_mac: '66:77:88:99:aa:bb', dst_mac: '00:11:22:33:44:55', ether_type: 0x0800 }
  const packet = { bytes: 1480, src: '10.0.0.1', dst: '10.0.0.2', proto: 17, src_port: 53, dst_port: 5353, tos: 0xb8 }
  assert.deepEqual(told(ethernet), { ...frame, bytes: 1486 })
  assert.deepEqual(told(four), packet)
  assert.deepEqual(told(ethernet, four), { ...frame, ...packet })
  assert.deepEqual(told(four, ethernet), { ...frame, ...packet })
  assert.deepEqual(told(six), { bytes: 1480, src: '2001:db8::1', dst: '2001:db8::2', proto: 6, src_port: 443, dst_port: 50_000, tcp_flags: 0x12 })
  assert.deepEqual(toldBeside(FRAME, ethernet, four), {}, 'the header is believed')
})

test('switch: VLAN and priority in and out; a tag in the header is more exact', () => {
  const record = structure(1001, words(100, 5, 200, 3))
  assert.deepEqual(told(record), { vlan: 100, vlan_priority: 5, post_vlan: 200 })
  assert.deepEqual(toldBeside(TAGGED, structure(1001, words(7, 5, 200, 3))), { post_vlan: 200 })
  assert.deepEqual(told(record, header(TAGGED))['vlan'], 100, 'wherever the header stands')
  const none = 0xffff_ffff
  assert.deepEqual(told(structure(1001, words(none, none, none, none))), {})
})

test('router: next hop and masks', () => {
  assert.deepEqual(told(structure(1002, `${V4(9)} ${words(24, 16)}`)), { next_hop: '10.0.0.9', src_mask: 24, dst_mask: 16 })
  assert.deepEqual(told(structure(1002, `${V6} ${words(48, 32)}`)), { next_hop: '2001:db8::9', src_mask: 48, dst_mask: 32 })
  assert.deepEqual(told(structure(1002, `${word(0)} ${words(24, 16)}`)), { src_mask: 24, dst_mask: 16 }, 'an address of no kind')
  assert.deepEqual(told(structure(1002, `${word(1)} 00000000 ${words(24, 16)}`)), { src_mask: 24, dst_mask: 16 })
})

test('gateway: AS numbers, path with sets, communities, preference', () => {
  const communities = words(2, 0xfbf4_0064, 0x0000_ffff)
  const sequenceAndSet = words(2, 2, 3, 64_500, 64_501, 4_200_000_000, 1, 2, 65_001, 65_002)
  assert.deepEqual(told(structure(1003, `${V4(9)} ${words(64_499, 64_510, 64_511)} ${sequenceAndSet} ${communities} ${word(150)}`)), {
    bgp_next_hop: '10.0.0.9',
    src_as: 64_510,
    src_peer_as: 64_511,
    dst_peer_as: 64_500,
    dst_as: 65_002,
    as_path: '64500 64501 4200000000 {65001,65002}',
    communities: '64500:100 0:65535',
    local_pref: 150,
  })
  assert.deepEqual(
    told(structure(1003, `${V6} ${words(64_499, 0, 0)} ${word(0)} ${word(0)} ${word(100)}`)),
    { bgp_next_hop: '2001:db8::9', local_pref: 100 },
    'a destination of its own',
  )
})

test('a packet has one route: the first that is told', () => {
  const route = (as: number): string => structure(1003, `${V4(9)} ${words(1, as, as, 1, 2, 1, as)} ${words(0, as)}`)
  const { src_as, dst_as, as_path, local_pref } = told(route(64_500), route(64_501))
  assert.deepEqual([src_as, dst_as, as_path, local_pref], [64_500, 64_500, '64500', 64_500])
})

test('paths that repeat are told apart by their bytes, in every row and after a batch is used again', () => {
  const path = (...numbers: readonly number[]): string =>
    flow({}, structure(1003, `${V4(9)} ${words(1, 2, 3, 1, 2, numbers.length, ...numbers)} ${words(1, numbers[0] ?? 0)} ${word(100)}`))
  const collector = createCollector()
  const expected = [
    ['1 2 3', '0:1'],
    ['1 2 4', '0:1'],
    ['1 2 3', '0:1'],
    ['5', '0:5'],
  ]
  for (let round = 0; round < 3; round++) {
    collector.feed(datagram([path(1, 2, 3), path(1, 2, 4), path(1, 2, 3), path(5)]))
    assert.deepEqual(
      collector.values().map(({ as_path, communities }) => [as_path, communities]),
      expected,
    )
    collector.recycle()
  }
})

test('users and URLs', () => {
  assert.deepEqual(told(structure(1004, `${word(106)} ${text('alice')} ${word(106)} ${text('bob')}`)), { src_user: 'alice', dst_user: 'bob' })
  assert.deepEqual(told(structure(1005, `${word(2)} ${text('/index.html')} ${text('example.org')}`)), { http_url: '/index.html', server_name: 'example.org' })
  assert.deepEqual(
    told(structure(1004, `${word(106)} ${text('eve\u202e\u0007')} ${word(106)} ${text('')}`)),
    { src_user: 'eve' },
    'what fools a page is taken out',
  )
})

test('MPLS: the stack that came in, or went out; tunnels by their id', () => {
  const record = (into: readonly number[], out: readonly number[]): string =>
    structure(1006, `${V4(9)} ${words(into.length, ...into)} ${words(out.length, ...out)}`)
  assert.deepEqual(told(record([0x0001_0040, 0x0001_1140], [0x0002_0140])), { next_hop: '10.0.0.9', mpls_label_1: 16, mpls_label_2: 17, mpls_depth: 2 })
  assert.deepEqual(told(record([], [0x0002_0140])), { next_hop: '10.0.0.9', mpls_label_1: 32, mpls_depth: 1 })
  assert.deepEqual(told(structure(1008, `${text('lsp-1')} ${words(42, 5)}`)), { tunnel_type: 'mpls', tunnel_id: 42 })
})

test('NAT: addresses and ports after translation', () => {
  assert.deepEqual(told(structure(1007, `${V4(8)} ${V6}`), structure(1020, words(1024, 80))), {
    nat_src: '10.0.0.8',
    nat_dst: '2001:db8::9',
    nat_src_port: 1024,
    nat_dst_port: 80,
  })
})

test('tags a switch took off are the outer ones', () => {
  assert.deepEqual(told(structure(1012, words(2, 0x88a8_a064, 0x8100_00c8))), { vlan: 100, vlan_priority: 5, inner_vlan: 200 })
  assert.deepEqual(told(structure(1012, words(1, 0x88a8_00c8)), header(TAGGED))['inner_vlan'], 100, 'the header’s tag is below')
  assert.deepEqual(told(structure(1012, words(0))), {})
})

test('wireless: network and access point', () => {
  assert.deepEqual(told(structure(1014, `${text('office')} 667788 99aabb 0000 ${words(1, 6, 0, 54, 1, 2, 3)}`)), {
    ssid: 'office',
    ap_mac: '66:77:88:99:aa:bb',
  })
})

test('tunnels: kind from the outer header, network identifier; the sampled packet stays the flow', () => {
  const outer = structure(1024, `${words(100, 17)} c0a80001 c0a80002 ${words(50_000, 4789, 0, 0)}`)
  assert.deepEqual(toldBeside(FRAME, outer, structure(1030, words(42))), { tunnel_type: 'vxlan', tunnel_id: 42 })
  assert.deepEqual(toldBeside(FRAME, structure(1023, `${words(100, 47)} c0a80001 c0a80002 ${words(0, 0, 0, 0)}`)), { tunnel_type: 'gre' })
  assert.deepEqual(told(outer), { bytes: 100, src: '192.168.0.1', dst: '192.168.0.2', proto: 17, src_port: 50_000, dst_port: 4789, tunnel_type: 'vxlan' })
})

test('access lists by name or number, at ingress and egress', () => {
  assert.deepEqual(told(structure(1037, `${word(3)} ${text('block-all')} ${word(1)}`)), { in_acl: 'block-all' })
  assert.deepEqual(told(structure(1037, `${word(3)} ${text('')} ${word(2)}`)), { out_acl: '3' })
})

test('sockets and HTTP requests: who asks is the source', () => {
  const socket = structure(2100, `${word(6)} 0a000002 0a000001 ${words(80, 50_000)}`)
  const request = structure(
    2206,
    [
      words(2, 1001),
      text('/search?q=1'),
      text('example.org'),
      text('http://referer/'),
      text('curl/8'),
      text(''),
      text('alice'),
      text('text/html'),
      words(0, 300),
      words(1, 2),
      words(4500, 200),
    ].join(' '),
  )
  assert.deepEqual(told(socket, request), {
    src: '10.0.0.1',
    dst: '10.0.0.2',
    proto: 6,
    src_port: 50_000,
    dst_port: 80,
    http_method: 'GET',
    http_version: 'HTTP/1.1',
    http_url: '/search?q=1',
    server_name: 'example.org',
    user_agent: 'curl/8',
    src_user: 'alice',
    content_type: 'text/html',
    http_status: 200,
    bytes: 300,
    reverse_bytes: 2 ** 32 + 2,
    response_time: 4500,
    measured: 1 << MEASURED_GROUPS.indexOf('response_time'),
  })
  const six = structure(2101, `${word(6)} ${'20010db8000000000000000000000002'} ${'20010db8000000000000000000000001'} ${words(80, 50_000)}`)
  assert.equal(told(six)['src'], '2001:db8::1')
})

test('a record whose bytes are not what its format says puts nothing into the row, and is counted', () => {
  const bad: readonly string[] = [
    structure(1, words(1, 64, 4, 60)),
    structure(2, words(1)),
    structure(3, words(1)),
    structure(1001, words(1, 2, 3)),
    structure(1002, `${word(3)} ${words(24, 16)}`),
    structure(1003, `${V4(9)} ${words(1, 2, 3, 0xffff_ffff, 2)}`),
    structure(1003, `${V4(9)} ${words(1, 2, 3, 1, 2, 0x4000_0000, 7, 0, 100)}`),
    structure(1003, `${V4(9)} ${words(1, 2, 3, 0, 0x4000_0001, 7, 100)}`),
    structure(1004, `${word(106)} ${word(0xffff_fff0)} ${words(0, 0)}`),
    structure(1006, `${V4(9)} ${words(0x4000_0000, 0)}`),
    structure(1012, words(0x4000_0000, 1)),
    structure(2206, words(2, 1001, 0, 0, 0, 0, 0, 0, 0)),
  ]
  for (const record of bad) {
    const collector = createCollector()
    assert.equal(collector.feed(datagram([flow({}, record)])), null)
    const row = Object.keys(collector.values()[0] ?? {}).filter(name => !HEAD.has(name))
    assert.deepEqual([row, collector.exporter.domains.get('sflow/0')?.sflow?.badRecords], [[], 1], record)
  }
})

test('a path or communities longer than a text may be are cut, with a mark', () => {
  const many = Array.from({ length: 2000 }, () => 4_200_000_000)
  const row = told(structure(1003, `${V4(9)} ${words(1, 2, 3, 1, 2, many.length, ...many)} ${words(many.length, ...many)} ${word(100)}`))
  for (const name of ['as_path', 'communities'] as const) {
    const value = String(row[name])
    assert.deepEqual([value.length, value.at(-1)], [1024, '…'])
  }
  assert.equal(row['dst_as'], 4_200_000_000)
})
