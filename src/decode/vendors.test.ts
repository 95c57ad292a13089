/** Quality and names of each vendor's elements (PROTOCOLS §11): datagrams of given values, and what they mean, worked out by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MEASURED_GROUPS, type MeasuredGroup } from '../schema/index.ts'
import type { PlainRow } from '../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate } from '../simulate/index.ts'
import { SECONDS, createCollector } from './fixtures/collector.ts'

type Values = readonly (number | bigint | string | Uint8Array)[]

const bits = (...groups: readonly MeasuredGroup[]): number => groups.reduce((sum, group) => sum | (1 << MEASURED_GROUPS.indexOf(group)), 0)
const F4 = 0xffff_ffff

function decode(protocol: 'v9' | 'ipfix', notation: string, values: Values): PlainRow {
  const collector = createCollector()
  const template = parseTemplate(300, notation)
  const sets = [
    { kind: 'templates', templates: [template] },
    { kind: 'data', template, rows: [values], padding: 0 },
  ] as const
  const header = { seconds: SECONDS, sequence: 0, domain: 0 }
  assert.equal(collector.feed(protocol === 'v9' ? encodeV9({ ...header, uptimeMs: 5000 }, sets) : encodeIpfix(header, sets)), null)
  const [row = {}, ...more] = collector.values()
  assert.deepEqual(more, [])
  return row
}

const CASES: readonly (readonly [what: string, protocol: 'v9' | 'ipfix', notation: string, values: Values, expected: PlainRow])[] = [
  // IANA
  [
    'flag counts',
    'ipfix',
    '218:8 219:8 220:8 221:8 222:8 223:8',
    [3, 2, 1, 5, 9, 0],
    { syn_count: 3, fin_count: 2, rst_count: 1, psh_count: 5, ack_count: 9, measured: bits('flag_counts') },
  ],
  ['jitter of RFC 3550 in ms beyond 71 minutes stays at the most', 'ipfix', '385:4', [4_294_968], { jitter: 4_294_967_295, measured: bits('jitter') }],

  // nProbe: halves of the round trip in ms
  [
    'nProbe retransmitted',
    'v9',
    '57581:4 57582:4 57599:4 57600:4',
    [3, 4, 1500, 2800],
    { retransmitted: 7, retransmitted_bytes: 4300, measured: bits('retransmitted', 'retransmitted_bytes') },
  ],
  ['nProbe retransmitted of one direction', 'ipfix', '35632/110:4', [4], { retransmitted: 4, measured: bits('retransmitted') }],
  ['nProbe out of order', 'ipfix', '35632/111:4 35632/112:4', [1, 2], { out_of_order: 3, measured: bits('out_of_order') }],
  [
    'nProbe latencies',
    'v9',
    '57595:4 57596:4 57597:4',
    [15, 20, 7],
    { rtt_client: 30_000, rtt_server: 40_000, app_latency: 7000, measured: bits('rtt_client', 'rtt_server', 'app_latency') },
  ],
  [
    'nProbe sends latencies of zero where it measured none',
    'ipfix',
    '35632/123:4 35632/124:4 35632/125:4',
    [0, 12, 0],
    { rtt_server: 24_000, measured: bits('rtt_server') },
  ],
  ['nProbe sends TCP figures of zero for flows of UDP', 'ipfix', '4:1 35632/109:4 35632/110:4 218:4', [17, 0, 0, 0], { proto: 17 }],
  [
    'zeros of a TCP flow are measured',
    'ipfix',
    '35632/109:4 35632/110:4 218:4 4:1',
    [0, 0, 0, 6],
    { proto: 6, measured: bits('retransmitted', 'flag_counts') },
  ],
  ['packets of a UDP stream out of order', 'v9', '4:1 37074:4', [17, 6], { proto: 17, out_of_order: 6, measured: bits('out_of_order') }],
  ['a score of zero is none', 'v9', '57906:4 57842:4', [0, 390], { mos: Math.fround(3.9), measured: bits('mos') }],
  ['nProbe latencies in fields of two bytes', 'ipfix', '35632/123:2', [15], { rtt_client: 30_000, measured: bits('rtt_client') }],
  ['nProbe RTP jitter', 'v9', '57626:4 57627:4', [1500, 2500], { jitter: 1500, measured: bits('jitter') }],
  ['nProbe RTP jitter, nothing came in', 'v9', '57626:4 57627:4', [F4, 2500], { jitter: 2500, measured: bits('jitter') }],
  ['nProbe RTP jitter not available', 'ipfix', '35632/154:4 35632/155:4', [F4, F4], {}],
  ['nProbe RTP loss is a share', 'v9', '57628:4 57629:4', [12, 0], { loss: 12, measured: bits('loss') }],
  ['old nProbe RTP loss counts packets, which is no share', 'ipfix', '35632/156:4', [250], {}],
  [
    'nProbe opinion score and rating',
    'v9',
    '57906:4 57908:4',
    [421, 8730],
    { mos: Math.fround(4.21), r_factor: Math.fround(87.3), measured: bits('mos', 'r_factor') },
  ],
  ['nProbe opinion score of a direction', 'v9', '57904:4', [375], { mos: 3.75, measured: bits('mos') }],
  [
    'nProbe RTP round trip, call, source and payload',
    'v9',
    '57852:4 57602:20 57909:4 57633:1',
    [84, 'a84b4c76e66710', 0xdeadbeef, 8],
    { rtt: 84_000, call_id: 'a84b4c76e66710', rtp_ssrc: 0xdeadbeef, rtp_payload_type: 8, measured: bits('rtt', 'rtp_payload_type') },
  ],

  // Cisco: sums in ms over counts
  [
    'Cisco ART retransmitted',
    'v9',
    '42035:4 42036:4 42037:4 42038:4',
    [2920, 2, 1460, 1],
    { retransmitted: 3, retransmitted_bytes: 4380, measured: bits('retransmitted', 'retransmitted_bytes') },
  ],
  [
    'Cisco ART network times',
    'v9',
    '42050:4 42081:4 42084:4 42087:4',
    [4, 100, 60, 42],
    { rtt: 25_000, rtt_client: 15_000, rtt_server: 10_500, measured: bits('rtt', 'rtt_client', 'rtt_server') },
  ],
  ['Cisco ART without a new connection has no mean', 'v9', '42050:4 42081:4', [0, 100], {}],
  ['Cisco ART sums without the count tell nothing', 'ipfix', '9/9313:4 9/9316:4', [100, 60], {}],
  [
    'Cisco ART response times',
    'ipfix',
    '9/9292:4 9/9303:4 9/9306:4 9/9309:4',
    [5, 100, 50, 150],
    { app_latency: 10_000, response_time: 30_000, measured: bits('app_latency', 'response_time') },
  ],
  ['Cisco ART response time as the router saw it', 'v9', '42060:4 42071:4', [3, 100], { response_time: 33_333, measured: bits('response_time') }],
  ['Cisco ART transactions', 'v9', '42040:4 42041:4', [8, 1000], { transaction_time: 125_000, measured: bits('transaction_time') }],
  ['Cisco media: lost of expected', 'v9', '37014:4 37019:4', [400, 10], { lost: 10, loss: 2.5, measured: bits('lost', 'loss') }],
  ['Cisco media: lost not available', 'v9', '37014:4 37019:4', [400, F4], {}],
  ['Cisco media: lost in a field of eight bytes', 'ipfix', '9/4251:8', [F4], {}],
  ['Cisco media: none expected', 'ipfix', '9/4246:4 9/4251:4', [0, 0], { measured: bits('lost') }],
  ['Cisco out of order', 'v9', '37074:4', [6], { out_of_order: 6, measured: bits('out_of_order') }],
  ['Cisco out of order not available', 'v9', '37074:4', [F4], {}],
  ['Cisco round trip', 'v9', '37016:4', [23_400], { rtt: 23_400, measured: bits('rtt') }],
  ['Cisco round trip not available', 'v9', '37016:4', [F4], {}],
  [
    'Cisco RTP',
    'v9',
    '37022:4 37041:1 37023:4',
    [77, 18, 900],
    { rtp_ssrc: 77, rtp_payload_type: 18, jitter: 900, measured: bits('jitter', 'rtp_payload_type') },
  ],
  ['payload type 0 is a codec, not an absent one', 'v9', '37041:1', [0], { measured: bits('rtp_payload_type') }],
  ['Cisco RTP jitter not available', 'ipfix', '9/4255:4', [F4], {}],
  ['Cisco opinion score', 'v9', '42123:4', [410], { mos: Math.fround(4.1), measured: bits('mos') }],
  ['Cisco opinion score, the other element', 'v9', '42115:4', [350], { mos: 3.5, measured: bits('mos') }],

  // others
  ['VMware NSX retransmissions', 'ipfix', '6876/959:4', [12], { retransmitted: 12, measured: bits('retransmitted') }],
  [
    'Flowmon',
    'ipfix',
    '39499/69:4 39499/70:4 39499/71:4 39499/72:4 39499/47:4',
    [31_000, 4000, 5, 6, 7],
    {
      rtt: 31_000,
      app_latency: 4000,
      retransmitted: 5,
      out_of_order: 6,
      lost: 7,
      measured: bits('rtt', 'app_latency', 'retransmitted', 'out_of_order', 'lost'),
    },
  ],
  [
    'Riverbed',
    'v9',
    '51108:4 51109:4 51110:4',
    [5, 7000, 42],
    { retransmitted: 5, retransmitted_bytes: 7000, rtt: 42_000, measured: bits('retransmitted', 'retransmitted_bytes', 'rtt') },
  ],
  [
    'VeloCloud',
    'ipfix',
    '45346/12244:4 45346/12243:4 45346/12311:4 45346/12293:4 45346/12295:4 45346/12292:4',
    [1, 2, 3, 4, 10, 15],
    { retransmitted: 1, lost: 5, jitter: 4000, rtt: 25_000, measured: bits('retransmitted', 'lost', 'jitter', 'rtt') },
  ],
  ['VeloCloud latency of one way is no round trip', 'ipfix', '45346/12295:4', [10], {}],
  [
    'NetScaler',
    'ipfix',
    '5951/219:2 5951/220:2 5951/128:4 5951/182:4',
    [3, 4, 55, 12],
    { retransmitted: 7, rtt: 55_000, rtt_client: 12_000, measured: bits('retransmitted', 'rtt', 'rtt_client') },
  ],
  ['YAF: the delay of the first reply', 'ipfix', '6871/21:4', [9], { rtt: 9000, measured: bits('rtt') }],
  ['Pluribus', 'ipfix', '47269/1:4', [350], { rtt: 350, measured: bits('rtt') }],
  ['Procera, Ixia and NSX latencies are of no known unit', 'ipfix', '15397/11:4 15397/12:4 3054/188:4 6876/958:4 4:1', [1, 2, 3, 4, 6], { proto: 6 }],

  // names
  ['ASA user', 'v9', '40000:20', ['CORP\\alice'], { src_user: 'CORP\\alice' }],
  [
    'ASA before 8.3: translations and event',
    'v9',
    '40001:4 40002:4 40003:2 40004:2 40005:1',
    [addressBytes('198.51.100.7'), addressBytes('203.0.113.9'), 40_000, 443, 2],
    { nat_src: '198.51.100.7', nat_dst: '203.0.113.9', nat_src_port: 40_000, nat_dst_port: 443, firewall_event: 2 },
  ],
  ['Palo Alto', 'v9', '346:4 56701:32 56702:64', [25_461, 'web-browsing', 'corp\\bob'], { app: 'web-browsing', src_user: 'corp\\bob' }],
  ['nProbe user and its RADIUS', 'v9', '57593:16', ['carol'], { src_user: 'carol' }],
  ['nProbe RADIUS user', 'ipfix', '35632/242:16', ['dave'], { src_user: 'dave' }],
  ['AnyConnect', 'v9', '45101:16 45108:16 45110:16', ['erin', 'curl', 'bash'], { src_user: 'erin', process: 'curl', parent_process: 'bash' }],
  ...(['5951/205', '5951/250', '8741/35', '12276/93', '15397/28', '39499/7232'] as const).map(
    element => [`user of ${element}`, 'ipfix', `${element}:v`, ['frank'], { src_user: 'frank' }] as const,
  ),
  ['nProbe application', 'v9', '57591:16 57973:16', ['Netflix', 'Streaming'], { app: 'Netflix', category: 'Streaming' }],
  ...(
    [
      '35632/188',
      '6871/294',
      '39499/338',
      '8057/808',
      '8057/890',
      '26866/112',
      '35632/187',
      '6871/117',
      '39499/1',
      '5951/142',
      '3054/183',
      '12276/74',
      '15397/18',
    ] as const
  ).map(element => [`server name of ${element}`, 'ipfix', `${element}:v`, ['example.org'], { server_name: 'example.org' }] as const),
  ...(['35632/180', '6871/112', '39499/2', '5951/130', '3054/184', '12276/77', '15397/22', '26866/1'] as const).map(
    element => [`URL of ${element}`, 'ipfix', `${element}:v`, ['/index.html'], { http_url: '/index.html' }] as const,
  ),
  ...(['35632/183', '6871/111', '8741/59'] as const).map(
    element => [`agent of ${element}`, 'ipfix', `${element}:v`, ['curl/8'], { user_agent: 'curl/8' }] as const,
  ),
  ...(['35632/205', '6871/179', '39499/121', '26866/204', '3054/189'] as const).map(
    element => [`DNS query of ${element}`, 'ipfix', `${element}:v`, ['example.net'], { dns_query: 'example.net' }] as const,
  ),
  ['Cisco NBAR2: the first URI of those it counted', 'ipfix', '9/9357:v', ['/search\0\0\u0003/login\0\0\u0001'], { http_url: '/search' }],
  [
    'nProbe fingerprints',
    'v9',
    '57961:32 57962:32 58048:36',
    ['a'.repeat(32), 'b'.repeat(32), 't13d1516h2'],
    { ja3: 'a'.repeat(32), ja3_server: 'b'.repeat(32), ja4: 't13d1516h2' },
  ],
  [
    'TrustSec, NetFlow v9',
    'v9',
    '34000:2 34001:4 34002:16 34003:16 34004:2',
    [10, 20, 'Staff', 'Servers', 2],
    { src_sgt: 10, dst_sgt: 20, src_sgt_name: 'Staff', dst_sgt_name: 'Servers', switch_sgt: 2 },
  ],
  [
    'TrustSec, IPFIX',
    'ipfix',
    '9/1232:2 9/1233:2 9/1234:v 9/1235:v 9/1236:2',
    [10, 20, 'Staff', 'Servers', 2],
    { src_sgt: 10, dst_sgt: 20, src_sgt_name: 'Staff', dst_sgt_name: 'Servers', switch_sgt: 2 },
  ],
  ['802.1ah tags are no SGT', 'ipfix', '411:8 412:4 4:1', [10, 20, 6], { proto: 6 }],
  [
    'nProbe tunnels',
    'v9',
    '57578:4 57592:4 57585:1 57586:4 57587:2 57588:4 57589:2',
    [7, 8, 17, addressBytes('10.1.0.1'), 5060, addressBytes('10.1.0.2'), 5061],
    { tunnel_id: 7, reverse_tunnel_id: 8, inner_proto: 17, inner_src: '10.1.0.1', inner_src_port: 5060, inner_dst: '10.1.0.2', inner_dst_port: 5061 },
  ],
  [
    'nProbe tunnels of IPv6',
    'ipfix',
    '35632/396:16 35632/397:16',
    [addressBytes('2001:db8::1'), addressBytes('2001:db8::2')],
    { inner_src: '2001:db8::1', inner_dst: '2001:db8::2' },
  ],
  [
    'VMware tenants',
    'ipfix',
    '6876/880:1 6876/881:4 6876/882:4 6876/886:2 6876/887:2',
    [6, addressBytes('10.2.0.1'), addressBytes('10.2.0.2'), 33_000, 443],
    { inner_proto: 6, inner_src: '10.2.0.1', inner_dst: '10.2.0.2', inner_src_port: 33_000, inner_dst_port: 443 },
  ],
  [
    'VMware tenants of IPv6',
    'ipfix',
    '6876/883:16 6876/884:16',
    [addressBytes('2001:db8::3'), addressBytes('2001:db8::4')],
    { inner_src: '2001:db8::3', inner_dst: '2001:db8::4' },
  ],

  ['a DSCP alone is the upper six bits of the type of service', 'ipfix', '195:1', [46], { tos: 184 }],
  ['the type of service goes before the DSCP', 'ipfix', '195:1 5:1', [46, 1], { tos: 1 }],
  ['category by name', 'ipfix', '372:v', ['browsing'], { category: 'browsing' }],
  ['Cisco category', 'v9', '45000:32', ['browsing'], { category: 'browsing' }],
  ['nProbe codecs', 'v9', '57605:16', ['PCMU,PCMA'], { codec: 'PCMU,PCMA' }],

  // counters
  ['initiator and responder', 'ipfix', '231:8 232:8 298:8 299:8', [1000, 9000, 10, 12], { bytes: 1000, reverse_bytes: 9000, packets: 10, reverse_packets: 12 }],
  ['initiator counters do not stand for deltas that are there', 'ipfix', '231:4 1:4 298:4 2:4', [1000, 7, 10, 1], { bytes: 7, packets: 1 }],
  ['Huawei’s 232 of two bytes counts no octets', 'v9', '1:4 232:2', [7, 9], { bytes: 7 }],
  ['totals after the device', 'ipfix', '1:4 171:8 172:8', [1, 500, 5], { bytes: 1, post_bytes: 500, post_packets: 5 }],
]

test('elements of vendors', async t => {
  for (const [what, protocol, notation, values, expected] of CASES) {
    await t.test(what, () => assert.deepEqual(decode(protocol, notation, values), expected))
  }
})

test('a value that is not available takes nothing from the rows beside it', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '7:2 9/4255:4 218:4')
  collector.feed(
    encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [
      { kind: 'templates', templates: [template] },
      {
        kind: 'data',
        template,
        rows: [
          [443, 5, 1],
          [443, F4, 1],
          [443, 0, 0],
        ],
        padding: 0,
      },
    ]),
  )
  const flags = bits('flag_counts')
  assert.deepEqual(collector.values(), [
    { src_port: 443, syn_count: 1, jitter: 5, measured: flags | bits('jitter') },
    { src_port: 443, syn_count: 1, measured: flags },
    { src_port: 443, measured: flags | bits('jitter') },
  ])
})
