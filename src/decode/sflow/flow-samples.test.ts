/** Rows of samples, against bytes written from sFlow Version 5 (sflow.org, July 2004) and the Dropped Packet Notification Structures. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlainRow } from '../../schema/fixtures/index.ts'
import { NOW, booksOf, createCollector, openBooks } from '../fixtures/collector.ts'
import { FRAME, datagram, dropped, expanded, flow, header, structure, text, word } from './fixtures/datagrams.ts'

/** What each row of a flow sample has, whatever its records. */
const SAMPLE = { sampler: 7, sampling_rate: 1000, sampling_source: 'record', in_if: 7, out_if: 8, packets: 1 }
const HEADER = {
  src: '10.0.0.1',
  dst: '10.0.0.2',
  proto: 6,
  src_port: 50_000,
  dst_port: 443,
  tcp_flags: 2,
  min_ttl: 63,
  max_ttl: 63,
  src_mac: '66:77:88:99:aa:bb',
  dst_mac: '00:11:22:33:44:55',
  ether_type: 0x0800,
}

function valuesOf(...samples: readonly string[]): PlainRow[] {
  const collector = createCollector()
  assert.equal(collector.feed(datagram(samples)), null)
  assert.equal(openBooks(collector.counts), '')
  return collector.values()
}

const valueOf = (sample: string): PlainRow => {
  const [row, ...others] = valuesOf(sample)
  assert.ok(row !== undefined && others.length === 0)
  return row
}

test('a flow sample is a row of one packet: IP bytes, frame bytes, its rate', () => {
  assert.deepEqual(valueOf(flow({}, header(FRAME, { length: 64 }))), { ...SAMPLE, ...HEADER, bytes: 40, layer2_bytes: 64 })
})

test('who sent it and when: the agent, its sub-agent, the time of reception', () => {
  const collector = createCollector()
  collector.feed(datagram([flow({}, header(FRAME))], { subAgent: 5 }))
  const [row] = collector.rows()
  const { received_at, start_at, end_at, exporter, domain, export_protocol } = row ?? {}
  assert.deepEqual(
    { received_at, start_at, end_at, exporter, domain, export_protocol },
    {
      received_at: NOW,
      start_at: NOW,
      end_at: NOW,
      exporter: '10.0.0.254',
      domain: 5,
      export_protocol: 'sflow',
    },
  )
  assert.deepEqual(booksOf(collector.counts), { datagrams: 1, datagramsDecoded: 1, records: 1, rows: 1 })
})

test('interfaces: indexes, the device itself, discarded with the reason, several outputs', () => {
  const interfaces = (sample: string): PlainRow => {
    const { in_if, out_if, out_if_name, drop_reason, forwarding_status } = valueOf(sample)
    return Object.fromEntries(
      Object.entries({ in_if, out_if, out_if_name, drop_reason, forwarding_status }).filter(([, value]) => value !== undefined),
    ) as PlainRow
  }
  const discarded = { in_if: 7, drop_reason: 'acl', forwarding_status: 130 }
  assert.deepEqual(interfaces(flow({ input: 0x3fff_ffff, output: 0x3fff_ffff })), { in_if: 0x3fff_ffff, out_if: 0x3fff_ffff })
  assert.deepEqual(interfaces(flow({ input: 0, output: 0 })), {})
  assert.deepEqual(interfaces(flow({ output: 0x4000_0000 | 258 })), discarded)
  assert.deepEqual(interfaces(flow({ output: 0x4000_0000 | 257 })), { in_if: 7, drop_reason: 'ttl_exceeded', forwarding_status: 137 })
  assert.deepEqual(interfaces(flow({ output: 0x4000_0001 })), { in_if: 7, drop_reason: 'host_unreachable', forwarding_status: 131 })
  assert.deepEqual(interfaces(flow({ output: 0x8000_0007 })), { in_if: 7, out_if_name: 'multiple (7)' })
  assert.deepEqual(interfaces(flow({ output: 0x8000_0000 })), { in_if: 7, out_if_name: 'multiple' })
  assert.deepEqual(interfaces(flow({ output: 0xc000_0001 })), { in_if: 7 }, 'a format nobody has defined')
  assert.deepEqual(interfaces(expanded({ input: 0x8000_0001, output: 0x4000_0001 })), { in_if: 0x8000_0001, out_if: 0x4000_0001 }, 'indexes of 32 bits')
  assert.deepEqual(interfaces(expanded({ outputFormat: 1, output: 258 })), discarded)
  assert.deepEqual(interfaces(expanded({ outputFormat: 2, output: 3 })), { in_if: 7, out_if_name: 'multiple (3)' })
  assert.deepEqual(interfaces(expanded({ inputFormat: 1, input: 7 })), { out_if: 8 })
})

test('sources: an interface by its index, others with their type on top', () => {
  const sampler = (sample: string): unknown => valueOf(sample)['sampler']
  assert.equal(sampler(flow({ source: 0x00ff_ffff })), 0x00ff_ffff)
  assert.equal(sampler(flow({ source: 0x0100_0064 })), 0x0100_0064)
  assert.equal(sampler(expanded({ source: 0x0100_0064 })), 0x0100_0064)
  assert.equal(sampler(expanded({ sourceType: 2, source: 9 })), 0x0200_0009)
})

test('a rate of 0 is none; the greatest is kept as sent', () => {
  const { sampling_rate, sampling_source } = valueOf(flow({ rate: 0 }))
  assert.deepEqual([sampling_rate, sampling_source], [undefined, undefined])
  assert.equal(valueOf(flow({ rate: 0xffff_ffff }))['sampling_rate'], 0xffff_ffff)
})

test('samples of IPv4, IPv6 and neither lie side by side', () => {
  const six = `001122334455 66778899aabb 86dd 60000000 0008 3a 40 20010db8000000000000000000000001 20010db8000000000000000000000002 8000 0000 00000000`
  const arp = '001122334455 66778899aabb 0806 0001 0800 0604 0001'
  const rows = valuesOf(flow({}, header(FRAME)), flow({}, header(six, { length: 72 })), flow({}, header(arp, { length: 64 })))
  assert.deepEqual(
    rows.map(({ src, ether_type, bytes, icmp_type }) => [src, ether_type, bytes, icmp_type]),
    [
      ['10.0.0.1', 0x0800, 40, undefined],
      ['2001:db8::1', 0x86dd, 48, 128],
      [undefined, 0x0806, 50, undefined],
    ],
  )
})

test('header protocols: PPP, IPv4, IPv6, MPLS, POS; of others the length is kept', () => {
  const ip = FRAME.slice(FRAME.indexOf('4500'))
  const seen = (protocol: number, hex: string): unknown[] => {
    const { src, bytes, layer2_bytes, mpls_label_1 } = valueOf(flow({}, header(hex, { protocol, length: 100 })))
    return [src, bytes, layer2_bytes, mpls_label_1]
  }
  assert.deepEqual(seen(7, `ff03 0021 ${ip}`), ['10.0.0.1', 40, 100, undefined])
  assert.deepEqual(seen(11, ip), ['10.0.0.1', 40, 100, undefined])
  assert.deepEqual(seen(12, `60000000 0000 3b 40 ${'20010db8000000000000000000000001'.repeat(2)}`), ['2001:db8::1', 100, 100, undefined])
  assert.deepEqual(seen(13, `00010140 ${ip}`), ['10.0.0.1', 40, 100, 16])
  assert.deepEqual(seen(14, `0f00 0800 ${ip}`), ['10.0.0.1', 40, 100, undefined])
  assert.deepEqual(seen(4, ip), [undefined, 100, 100, undefined])
})

test('tunnels: the outer packet is the flow, the inner one stands beside it; a bad inner header is counted', () => {
  const vxlan = (inner: string): string =>
    `001122334455 66778899aabb 0800 4500 0082 0000 0000 40 11 0000 0a000001 0a000002 c350 12b5 006e 0000 08000000 00002a00 ${inner}`
  const collector = createCollector()
  collector.feed(datagram([flow({}, header(vxlan(FRAME))), flow({ sequence: 2 }, header(vxlan('001122334455')))]))
  const [good, bad] = collector.values()
  const { tunnel_type, tunnel_id, src_port, dst_port, proto, inner_src, inner_dst, inner_proto, inner_src_port, inner_dst_port } = good ?? {}
  assert.deepEqual([tunnel_type, tunnel_id, proto, src_port, dst_port], ['vxlan', 42, 17, 50_000, 4789])
  assert.deepEqual([inner_src, inner_dst, inner_proto, inner_src_port, inner_dst_port], ['10.0.0.1', '10.0.0.2', 6, 50_000, 443])
  assert.deepEqual([bad?.['tunnel_type'], bad?.['dst_port'], bad?.['inner_src']], ['vxlan', 4789, undefined])
  assert.equal(collector.exporter.domains.get('sflow/0')?.sflow?.badInner, 1)
})

test('drop notifications: a row with the reason in words; no rate, for none was told', () => {
  assert.deepEqual(valueOf(dropped(289, {}, header(FRAME, { length: 64 }))), {
    sampler: 7,
    in_if: 7,
    packets: 1,
    forwarding_status: 128,
    drop_reason: 'unknown_l4',
    ...HEADER,
    bytes: 40,
    layer2_bytes: 64,
  })
  for (const [code, reason, status] of [
    [0, 'net_unreachable', 131],
    [256, 'unknown', 128],
    [260, 'red', 139],
    [303, 'split_horizon', 128],
    [372, 'bgp_flowspec', 128],
    [99, 'icmp_unreachable_99', 128],
    [9999, 'reason_9999', 128],
  ] as const) {
    const { drop_reason, forwarding_status } = valueOf(dropped(code, {}))
    assert.deepEqual([drop_reason, forwarding_status], [reason, status])
  }
  assert.equal(valueOf(dropped(256, {}, structure(1042, text('NETFILTER_DROP'))))['drop_reason'], 'NETFILTER_DROP')
  assert.equal(valueOf(dropped(256, {}, structure(1041, `${text('l2_drops')} ${text('ingress_vlan_filter')}`)))['drop_reason'], 'ingress_vlan_filter')
})

test('unknown samples and records are skipped by their length, counted and kept in sight', () => {
  const collector = createCollector()
  const samples = [structure(9, 'deadbeef'), structure(1, word(1), 4413), flow({}, structure(1003, '01020304', 9), header(FRAME), structure(4000, ''))]
  assert.equal(collector.feed(datagram(samples)), null)
  assert.equal(collector.values()[0]?.['src'], '10.0.0.1')
  assert.deepEqual(booksOf(collector.counts), { datagrams: 1, datagramsDecoded: 1, records: 1, rows: 1 })
  const unknown = [...(collector.exporter.domains.get('sflow/0')?.sflow?.unknown.values() ?? [])]
  assert.deepEqual(
    unknown.map(({ kind, enterprise, format, length, count, sample }) => [kind, enterprise, format, length, count, Buffer.from(sample).toString('hex')]),
    [
      ['sample', 0, 9, 4, 1, 'deadbeef'],
      ['sample', 4413, 1, 4, 1, '00000001'],
      ['flow record', 9, 1003, 4, 1, '01020304'],
      ['flow record', 0, 4000, 0, 1, ''],
    ],
  )
})

test('names of ports told by counter samples name the interfaces of rows that follow', () => {
  const collector = createCollector()
  collector.feed(datagram([flow({})]))
  collector.feed(datagram([structure(2, `${word(1)} ${word(8)} ${word(1)} ${structure(1005, text('uplink'))}`)], { sequence: 2 }))
  collector.feed(datagram([flow({ sequence: 2 })], { sequence: 3 }))
  assert.deepEqual(
    collector.values().map(({ in_if_name, out_if_name }) => [in_if_name, out_if_name]),
    [
      [undefined, undefined],
      [undefined, 'uplink'],
    ],
  )
})

test('above the limit of datagrams samples are thinned, and those taken stand for the others', () => {
  const collector = createCollector({}, { settings: { datagramsPerSecond: 50 } })
  const offered = 20_000
  for (let index = 0; index < 1000 + offered; index++) {
    if (index === 1000) collector.rows()
    collector.feed(datagram([flow({ sequence: index, pool: index * 1000 })], { sequence: index }), NOW + index)
  }
  const rates = collector.rows().map(row => Number(row['sampling_rate']))
  const packets = rates.reduce((sum, rate) => sum + rate, 0)
  assert.ok(rates.length < 20 * 50 * 1.1)
  // As in the test of the limit itself: 1,000 of 20,000 drawn at random are right within 10 %.
  assert.ok(Math.abs(packets / (offered * 1000) - 1) < 0.1, `${packets} packets`)
  assert.equal(collector.counts.datagramsRejected.rate_limited, 1000 + offered - collector.counts.datagramsDecoded)
  assert.deepEqual(collector.exporter.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 0 })
})
