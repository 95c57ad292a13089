import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes } from '../../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type Template, type Value, type WireSet } from '../../simulate/index.ts'
import { SECONDS, createCollector } from '../fixtures/collector.ts'

const A = addressBytes('10.0.0.1')
const templates = (template: Template): WireSet => ({ kind: 'templates', templates: [template] })
const data = (template: Template, values: readonly Value[]): WireSet => ({ kind: 'data', template, rows: [values], padding: 0 })

/** The row of one IPFIX record. */
function decodeOne(notation: string, values: readonly Value[]): object | undefined {
  const collector = createCollector()
  const template = parseTemplate(300, notation)
  assert.equal(collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [templates(template), data(template, values)])), null)
  return collector.values()[0]
}

/** The row of one NetFlow v9 record. */
function decodeV9(notation: string, values: readonly Value[]): object | undefined {
  const collector = createCollector()
  const template = parseTemplate(300, notation)
  assert.equal(collector.feed(encodeV9({ uptimeMs: 0, seconds: SECONDS, sequence: 0, domain: 0 }, [templates(template), data(template, values)])), null)
  return collector.values()[0]
}

const SRC = { src: '10.0.0.1' }

test('fields that are more than a value', async t => {
  for (const [what, notation, values, expected] of [
    // RFC 7270 §4.12: 64 forwarded, 128 to 143 dropped, 192 and above consumed.
    ['a forwarded flow has no reason', '8:4 89:1', [A, 64], { forwarding_status: 64 }],
    ['dropped by an ACL', '8:4 89:1', [A, 129], { forwarding_status: 129, drop_reason: 'acl_deny' }],
    ['dropped, in four bytes', '8:4 89:4', [A, 140], { forwarding_status: 140, drop_reason: 'rpf' }],
    ['dropped for a reason nobody has named', '8:4 89:1', [A, 190], { forwarding_status: 190, drop_reason: 'forwarding_status_190' }],
    ['consumed is not dropped', '8:4 89:1', [A, 193], { forwarding_status: 193 }],
    // RFC 4364 §4.2: types 0, 1 and 2.
    ['route distinguisher of an AS of two bytes', '8:4 90:8', [A, bytes('0000 fde8 00000064')], { route_distinguisher: '65000:100' }],
    ['route distinguisher of an address', '8:4 90:8', [A, bytes('0001 c0000201 0007')], { route_distinguisher: '192.0.2.1:7' }],
    ['route distinguisher of an AS of four bytes', '8:4 90:8', [A, bytes('0002 00030d40 0007')], { route_distinguisher: '200000:7' }],
    ['no route distinguisher', '8:4 90:8', [A, bytes('0000 0000 00000000')], {}],
    ['route distinguisher of variable length', '8:4 90:v', [A, bytes('0000 fde8 00000064')], { route_distinguisher: '65000:100' }],
    ['route distinguisher cut short', '8:4 90:4', [A, bytes('0000 fde8')], {}],
    // Cisco, layer2SegmentId: type in the first byte, segment in the last three.
    ['VXLAN segment', '8:4 351:8', [A, bytes('01 00000000 001388')], { tunnel_type: 'vxlan', tunnel_id: 5000 }],
    ['NVGRE segment', '8:4 351:8', [A, bytes('02 00000000 ffffff')], { tunnel_type: 'nvgre', tunnel_id: 0xff_ffff }],
    ['segment of a type nobody has named', '8:4 351:8', [A, bytes('03 00000000 000005')], { tunnel_id: 5 }],
    ['no segment', '8:4 351:8', [A, bytes('01 00000000 000000')], {}],
    ['GRE key', '8:4 296:4', [A, 77], { tunnel_type: 'gre', tunnel_id: 77 }],
    ['no GRE key', '8:4 296:4', [A, 0], {}],
    ['GTP-U tunnel', '8:4 507:4', [A, 0xdeadbeef], { tunnel_type: 'gtp', tunnel_id: 0xdeadbeef }],
    ['of two tunnels the first', '8:4 507:4 351:8', [A, 9, bytes('01 00000000 000005')], { tunnel_type: 'gtp', tunnel_id: 9 }],
    // Labels of 20 bits, class 3, bottom 1; fields of labels the packet did not have are zero.
    ['depth of a stack', '8:4 70:3 71:3 72:3', [A, bytes('000640'), bytes('000c81'), bytes('000000')], { mpls_label_1: 100, mpls_label_2: 200, mpls_depth: 2 }],
    ['depth of ten labels, of which six have columns', '8:4 70:3 79:3', [A, bytes('000640'), bytes('000c81')], { mpls_label_1: 100, mpls_depth: 10 }],
    ['depth as sent', '8:4 202:4 70:3', [A, 4, bytes('000640')], { mpls_label_1: 100, mpls_depth: 4 }],
    ['explicit null is a label', '8:4 70:3', [A, bytes('000001')], { mpls_depth: 1 }],
    // YAF: flags of the first packet, and of all others.
    ['TCP flags of YAF', '8:4 6871/14:1 6871/15:1', [A, 0x02, 0x18], { tcp_flags: 0x1a }],
    ['TCP flags of YAF in two bytes, and of the flow', '8:4 6871/14:2 6871/15:2 6:1', [A, 0x02, 0x110, 0x1b], { tcp_flags: 0x112 }],
    // Junos: 6 bits tell the property, 2 the exception code.
    ['exception of a Juniper device', '8:4 2636/137:4 2636/137:2', [A, bytes('04000000'), bytes('0842')], { drop_reason: 'juniper_exception_66' }],
    ['another property of two bytes', '8:4 2636/137:2', [A, bytes('0c42')], {}],
    // RFC 8158, RFC 8045: the events of a carrier-grade NAT.
    [
      'port block of a subscriber',
      '8:4 225:4 230:1 361:2 362:2 363:2 364:2 283:4 284:v 229:1 463:4',
      [A, addressBytes('192.0.2.7'), 16, 1024, 1535, 1, 512, 3, 'pool', 1, 9],
      {
        nat_src: '192.0.2.7',
        nat_event: 16,
        port_block_start: 1024,
        port_block_end: 1535,
        port_block_step: 1,
        port_block_size: 512,
        nat_pool: 3,
        nat_pool_name: 'pool',
        nat_realm: 1,
        nat_instance: 9,
      },
    ],
    ['quota exceeded', '8:4 230:1 466:4', [A, 13, 3], { nat_event: 13, nat_limit: 3 }],
    ['threshold passed', '8:4 230:1 467:4', [A, 18, 1], { nat_event: 18, nat_limit: 1 }],
    ['Nokia’s services and subscriber', '8:4 637/91:2 637/92:2 637/93:v', [A, 10, 20, 'sub-1'], { in_vrf: 10, out_vrf: 20, src_user: 'sub-1' }],
    ['translated IPv6 of NAT64', '281:16 27:16', [addressBytes('2001:db8::1'), addressBytes('2001:db8::2')], { src: '2001:db8::2', nat_src: '2001:db8::1' }],
    // WLAN records may have no addresses.
    [
      'a wireless station',
      '365:6 366:4 367:6 147:v 61:1',
      [0xaabb_cc00_0102, addressBytes('10.1.1.1'), 0xaabb_cc00_0103, 'guests', 1],
      { station_mac: 'aa:bb:cc:00:01:02', station_ip: '10.1.1.1', ap_mac: 'aa:bb:cc:00:01:03', ssid: 'guests', direction: 1 },
    ],
    [
      'VLAN tags of both sides',
      '8:4 243:2 244:1 245:2 254:2 255:2 256:2',
      [A, 100, 5, 200, 101, 201, 0x0800],
      { vlan: 100, vlan_priority: 5, inner_vlan: 200, post_vlan: 101, post_inner_vlan: 201, ether_type: 0x0800 },
    ],
    ['address of the egress router behind a label', '8:4 46:1 47:4', [A, 1, addressBytes('192.0.2.9')], { mpls_top_ip: '192.0.2.9' }],
  ] as const) {
    const want = notation.startsWith('8:4') ? { ...SRC, ...expected } : expected
    await t.test(what, () => assert.deepEqual(decodeOne(notation, values), want))
  }
})

test('values that NBAR2 extracts', async t => {
  // AVC Metric Definition Guide, table B-1: application 3/80 (HTTP) 0x3401 URL, 0x3402 host, 0x3403 user agent; 13/453 (SSL) 0x3401 common name.
  for (const [what, notation, values, expected] of [
    [
      'host, URL and user agent, each in a field of the same element',
      '8:4 9/12235:v 9/12235:v 9/12235:v',
      [A, bytes('03000050 3402 612e6578616d706c65'), bytes('03000050 3401 2f78'), bytes('03000050 3403 6375726c')],
      { server_name: 'a.example', http_url: '/x', user_agent: 'curl' },
    ],
    ['common name of a certificate', '8:4 9/12235:v', [A, bytes('0d0001c5 3401 622e6578616d706c65')], { server_name: 'b.example' }],
    ['what was not seen is six bytes', '8:4 9/12235:v', [A, bytes('03000050 3402')], {}],
    ['another application', '8:4 9/12235:v', [A, bytes('03000019 3401 61')], {}],
    ['another value', '8:4 9/12235:v', [A, bytes('03000050 3404 61')], {}],
    ['fewer bytes than ids', '8:4 9/12235:v', [A, bytes('0300')], {}],
    // 9/9357: the URI ends at NUL, hits in two bytes follow.
    ['URI and hits', '8:4 9/9357:v', [A, bytes('2f696e646578 00 0005')], { http_url: '/index' }],
  ] as const) {
    await t.test(what, () => assert.deepEqual(decodeOne(notation, values), { ...SRC, ...expected }))
  }
})

test('ASA in NetFlow v9: events, reasons, ACLs, users, translations', () => {
  // ASA NetFlow Implementation Guide: 33000 ingress ACL, 33001 egress ACL, 33002 extended event, 40000 user, 40001 to 40004 translations, 40005 event.
  const user = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => 'alice'.charCodeAt(index) || 0)
  assert.deepEqual(
    decodeV9('8:4 12:4 33000:12 33001:12 33002:2 40000:20 40001:4 40002:4 40003:2 40004:2 40005:1 148:4', [
      A,
      addressBytes('198.51.100.1'),
      bytes('11223344 aabbccdd 00000000'),
      bytes('00000000 00000000 00000000'),
      1001,
      user(20),
      addressBytes('192.0.2.5'),
      addressBytes('198.51.100.2'),
      4000,
      443,
      3,
      8500,
    ]),
    {
      src: '10.0.0.1',
      dst: '198.51.100.1',
      in_acl: '11223344-aabbccdd-00000000',
      firewall_reason: 1001,
      src_user: 'alice',
      nat_src: '192.0.2.5',
      nat_dst: '198.51.100.2',
      nat_src_port: 4000,
      nat_dst_port: 443,
      firewall_event: 3,
      connection_id: 8500,
    },
  )
  assert.deepEqual(decodeV9('8:4 40000:65 233:1', [A, user(65), 2]), { src: '10.0.0.1', src_user: 'alice', firewall_event: 2 })
})

test('Palo Alto in NetFlow v9: application and user', () => {
  const text = (value: string, length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => value.charCodeAt(index) || 0)
  assert.deepEqual(decodeV9('8:4 1:4 346:4 56701:32 56702:64', [A, 5, 25_461, text('ssl', 32), text('corp\\bob', 64)]), {
    src: '10.0.0.1',
    bytes: 5,
    app: 'ssl',
    src_user: 'corp\\bob',
  })
})
