import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, createRandom } from '../schema/fixtures/index.ts'
import { createFrame, readFrame, readMplsStack, readNetworkPacket, type Frame } from './index.ts'

const MARGIN = 16
const MACS = '001122334455 66778899aabb'
const frame = createFrame()

/** IPv4 without options (RFC 791 §3.1) from 10.0.0.1 to 10.0.0.2, or 192.168.0.1 to .2. */
const ipv4 = (proto: number, body: string, { inner = false, fragment = '4000', ttl = '40', tos = '00', header = '45', options = '' } = {}): string => {
  const length = 20 + bytes(options + body).length
  const [src, dst] = inner ? ['c0a80001', 'c0a80002'] : ['0a000001', '0a000002']
  return `${header} ${tos} ${hex(length, 4)} 1234 ${fragment} ${ttl} ${hex(proto, 2)} 0000 ${src} ${dst} ${options} ${body}`
}
/** IPv6 (RFC 8200 §3), traffic class 0xb8, flow label 0x12345. */
const ipv6 = (next: number, body: string): string =>
  `6b812345 ${hex(bytes(body).length, 4)} ${hex(next, 2)} 40 20010db8000000000000000000000001 20010db8000000000000000000000002 ${body}`
const tcp = 'c350 01bb 00000001 00000002 5112 ffff 0000 0000'
const udp = (src: number, dst: number, body: string): string => `${hex(src, 4)} ${hex(dst, 4)} ${hex(8 + bytes(body).length, 4)} 0000 ${body}`
const inner = ipv4(6, tcp, { inner: true })

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

type Read = (view: DataView, start: number, end: number, into: Frame) => boolean
const link =
  (type: number): Read =>
  (view, start, end, into) =>
    readFrame(view, start, end, type, into)
const ethernet = link(1)

/** Reads bytes that lie among others; what is read must not depend on those. */
function read(text: string, by: Read = ethernet, cut = Infinity): Frame {
  const whole = bytes(text)
  const part = whole.subarray(0, cut)
  let seen = ''
  for (const canary of [0x00, 0xff]) {
    const around = new Uint8Array(part.length + 2 * MARGIN).fill(canary)
    around.set(part, MARGIN)
    by(new DataView(around.buffer), MARGIN, MARGIN + part.length, frame)
    const { spare: _spare, outer, inner: within, ...rest } = frame
    const now = JSON.stringify([rest, outer.version === 0 ? null : outer, within.version === 0 ? null : within])
    if (canary === 0xff) assert.equal(now, seen, 'bytes outside the frame are seen')
    seen = now
  }
  return frame
}

const packet = ({ version, proto, srcPort, dstPort, tcpFlags }: Frame['outer']): unknown[] => [version, proto, srcPort, dstPort, tcpFlags]
const OUTER_TCP = [4, 6, 50_000, 443, 0x112]
const tunnelOf = ({ tunnel, tunnelId, badInner }: Frame): unknown[] => [tunnel, tunnelId, badInner]

test('Ethernet: addresses, type, and what IP says', () => {
  const { dstMac, srcMac, etherType, network, tags, outer } = read(`${MACS} 0800 ${ipv4(6, tcp, { tos: 'b8', ttl: '3f' })} 0000`)
  assert.deepEqual([dstMac, srcMac, etherType, network, tags], [MARGIN, MARGIN + 6, 0x0800, MARGIN + 14, 0])
  assert.deepEqual(packet(outer), OUTER_TCP)
  assert.deepEqual([outer.tos, outer.ttl, outer.length, outer.end, outer.src, outer.dst], [0xb8, 0x3f, 40, MARGIN + 54, MARGIN + 26, MARGIN + 30])
})

test('VLAN tags: 802.1Q, 802.1ad, old double tags; the first two are kept', () => {
  const seen = (tags: string): unknown[] => {
    const { vlan, vlanPriority, innerVlan, etherType, outer, ...rest } = read(`${MACS} ${tags} 0800 ${ipv4(6, tcp)}`)
    return [rest.tags, vlan, vlanPriority, innerVlan, etherType, outer.version]
  }
  assert.deepEqual(seen('8100 a064'), [1, 100, 5, 0, 0x0800, 4])
  assert.deepEqual(seen('88a8 6064 8100 00c8'), [2, 100, 3, 200, 0x0800, 4])
  assert.deepEqual(seen('9100 0064 9100 00c8 8100 012c'), [3, 100, 0, 200, 0x0800, 4])
})

test('links: PPP, POS, Cisco HDLC, PPPoE, Linux cooked, SNAP, raw IP', async t => {
  const ip = ipv4(6, tcp)
  for (const [what, type, text, vlan] of [
    ['PPP with address and control', 9, `ff03 0021 ${ip}`, 0],
    ['PPP without them', 9, `0021 ${ip}`, 0],
    ['PPP, protocol in one byte', 9, `21 ${ip}`, 0],
    ['PPP with MPLS', 9, `ff03 0281 00064140 ${ip}`, 0],
    ['Cisco HDLC on POS', 9, `0f00 0800 ${ip}`, 0],
    ['Cisco HDLC', 104, `0f00 0800 ${ip}`, 0],
    ['PPPoE', 1, `${MACS} 8864 1100 0001 002a 0021 ${ip}`, 0],
    ['PPPoE in a VLAN', 1, `${MACS} 8100 0007 8864 1100 0001 002a 0021 ${ip}`, 7],
    ['LLC with SNAP', 1, `${MACS} 0030 aaaa03 000000 0800 ${ip}`, 0],
    ['Linux cooked', 113, `0000 0001 0006 66778899aabb 0000 0800 ${ip}`, 0],
    ['Linux cooked with a tag', 113, `0000 0001 0006 66778899aabb 0000 8100 0007 0800 ${ip}`, 7],
    ['Linux cooked v2', 276, `0800 0000 00000002 0001 00 06 66778899aabb 0000 ${ip}`, 0],
    ['Linux cooked v2 with a tag', 276, `8100 0000 00000002 0001 00 06 66778899aabb 0000 0007 0800 ${ip}`, 7],
    ['BSD loopback', 0, `02000000 ${ip}`, 0],
    ['raw IP', 101, ip, 0],
  ] as const) {
    await t.test(what, () => {
      const found = read(text, link(type))
      assert.deepEqual(packet(found.outer), OUTER_TCP)
      assert.equal(found.vlan, vlan)
    })
  }
})

test('MPLS: labels, class, depth; IP, a control word or Ethernet below', () => {
  const stack = '00010a40 00011040 00012140' // 16, 17 and 18; class 5 on top; the last at the bottom
  const below = (text: string): Frame => read(`${MACS} 8847 ${stack} ${text}`)
  const seen = below(ipv4(6, tcp))
  assert.deepEqual([seen.mplsDepth, seen.mplsClass, [...seen.mplsLabels.subarray(0, 3)], seen.etherType], [3, 5, [16, 17, 18], 0x8847])
  assert.deepEqual(packet(seen.outer), OUTER_TCP)
  assert.equal(below(ipv6(6, tcp)).outer.version, 6)
  assert.deepEqual(packet(below(`00000000 ${MACS} 8100 0009 0800 ${ipv4(6, tcp)}`).outer), OUTER_TCP)
  assert.equal(seen.vlan, 0, 'tags of the pseudowire are not the frame’s')
  assert.deepEqual(packet(below(`${MACS} 0800 ${ipv4(6, tcp)}`).outer), OUTER_TCP)
  assert.deepEqual(packet(read(`${stack} ${ipv4(6, tcp)}`, readMplsStack).outer), OUTER_TCP)
  const eight = read(`${'00020040'.repeat(7)} 00030140 ${ipv4(6, tcp)}`, readMplsStack)
  assert.deepEqual([eight.mplsDepth, [...eight.mplsLabels]], [8, [32, 32, 32, 32, 32, 32]])
})

test('IPv4: options, fragments, transports', () => {
  assert.deepEqual(packet(read(ipv4(6, tcp, { header: '46', options: '94040000' }), readNetworkPacket).outer), OUTER_TCP)
  const first = read(ipv4(17, udp(53, 9999, ''), { fragment: '2000' }), readNetworkPacket).outer
  assert.deepEqual([first.srcPort, first.moreFragments, first.fragmentOffset, first.fragmentId], [53, true, 0, 0x1234])
  const later = read(ipv4(17, udp(53, 9999, ''), { fragment: '00b9' }), readNetworkPacket).outer
  assert.deepEqual([later.proto, later.srcPort, later.dstPort, later.fragmentOffset], [17, 0, 0, 185 * 8])
  for (const proto of [17, 33, 132, 136]) assert.equal(read(ipv4(proto, '1388 1389 00000000'), readNetworkPacket).outer.dstPort, 5001)
  const ping = read(ipv4(1, '0301 0000 00000000'), readNetworkPacket).outer
  assert.deepEqual([ping.icmpType, ping.icmpCode, ping.srcPort], [3, 1, 0])
  assert.equal(read(ipv4(50, '1388 1389 00000000'), readNetworkPacket).outer.srcPort, 0, 'ESP has no ports')
})

test('IPv6: class, flow label, extension headers, fragments', () => {
  const plain = read(ipv6(6, tcp), readNetworkPacket).outer
  assert.deepEqual([plain.version, plain.tos, plain.flowLabel, plain.ttl, plain.length], [6, 0xb8, 0x1_2345, 64, 60])
  const extended = read(ipv6(0, `2b00 010400000000 2c00 000000000000 0600 0001 00000007 ${tcp}`), readNetworkPacket).outer
  assert.deepEqual([extended.proto, extended.dstPort, extended.moreFragments, extended.fragmentId], [6, 443, true, 7])
  const later = read(ipv6(44, `1100 05c8 00000007 ${udp(53, 9999, '')}`), readNetworkPacket).outer
  assert.deepEqual([later.proto, later.srcPort, later.fragmentOffset], [17, 0, 0x5c8])
  assert.deepEqual(packet(read(ipv6(51, `0604 0000 00000001 00000001 000000000000000000000000 ${tcp}`), readNetworkPacket).outer), [6, 6, 50_000, 443, 0x112])
  const neighbour = read(ipv6(58, '8700 0000 00000000'), readNetworkPacket).outer
  assert.deepEqual([neighbour.icmpType, neighbour.icmpCode], [135, 0])
})

test('tunnels: kind, id, and the packet inside', async t => {
  const inEthernet = `${MACS} 8100 0007 0800 ${inner}`
  const vxlan = `08000000 00002a00 ${inEthernet}`
  const cases: readonly (readonly [string, string, string, number])[] = [
    ['GRE', ipv4(47, `0000 0800 ${inner}`), 'gre', 0],
    ['GRE with key', ipv4(47, `2000 0800 0000002a ${inner}`), 'gre', 42],
    ['GRE with checksum, key and sequence', ipv4(47, `b000 0800 00000000 0000002a 00000001 ${inner}`), 'gre', 42],
    ['GRE with Ethernet', ipv4(47, `0000 6558 ${inEthernet}`), 'gre', 0],
    ['GRE with MPLS', ipv4(47, `0000 8847 00010140 ${inner}`), 'gre', 0],
    ['NVGRE (RFC 7637)', ipv4(47, `2000 6558 00002a05 ${inEthernet}`), 'nvgre', 42],
    ['PPTP (RFC 2637)', ipv4(47, `3081 880b 002c 002a 00000001 00000001 ff03 0021 ${inner}`), 'pptp', 42],
    ['ERSPAN I', ipv4(47, `0000 88be ${inEthernet}`), 'erspan', 0],
    ['ERSPAN II', ipv4(47, `1000 88be 00000001 1064 002a 00000000 ${inEthernet}`), 'erspan', 42],
    ['ERSPAN III', ipv4(47, `1000 22eb 00000001 2064 002a 00000000 0000 0000 ${inEthernet}`), 'erspan', 42],
    ['ERSPAN III with its subheader', ipv4(47, `1000 22eb 00000001 2064 002a 00000000 0000 0001 0000000000000000 ${inEthernet}`), 'erspan', 42],
    ['IP in IP', ipv4(4, inner), 'ipip', 0],
    ['IPv4 in IPv6', ipv6(4, inner), 'ipip', 0],
    ['behind a routing header (SRv6)', ipv6(43, `0400 0400 00000000 ${inner}`), 'ipip', 0],
    ['VXLAN', ipv4(17, udp(50_000, 4789, vxlan)), 'vxlan', 42],
    ['VXLAN on Linux’s old port', ipv6(17, udp(50_000, 8472, vxlan)), 'vxlan', 42],
    ['Geneve with options', ipv4(17, udp(50_000, 6081, `0240 6558 00002a00 0102 8001 00000000 ${inEthernet}`)), 'geneve', 42],
    ['Geneve with IP', ipv4(17, udp(50_000, 6081, `0000 0800 00002a00 ${inner}`)), 'geneve', 42],
    ['GTP-U', ipv4(17, udp(2152, 2152, `30ff 0028 0000002a ${inner}`)), 'gtp', 42],
    ['GTP-U with a sequence number', ipv4(17, udp(2152, 2152, `32ff 002c 0000002a 0001 00 00 ${inner}`)), 'gtp', 42],
    ['GTP-U with extensions (PDU session)', ipv4(17, udp(2152, 2152, `34ff 0034 0000002a 0000 00 85 01 1009 85 01 1009 00 ${inner}`)), 'gtp', 42],
  ]
  for (const [what, text, kind, id] of cases) {
    await t.test(what, () => {
      const found = read(text, readNetworkPacket)
      assert.deepEqual(tunnelOf(found), [kind, id, false])
      assert.deepEqual(packet(found.inner), OUTER_TCP)
      assert.equal(found.inner.version, 4)
    })
  }
})

test('tunnels in tunnels: the outermost is named, the innermost packet kept, four are followed', () => {
  const two = read(ipv4(47, `2000 0800 00000007 ${ipv4(4, inner)}`), readNetworkPacket)
  assert.deepEqual([tunnelOf(two), packet(two.inner)], [['gre', 7, false], OUTER_TCP])
  let deep = inner
  for (let depth = 0; depth < 6; depth++) deep = ipv4(4, deep)
  const found = read(deep, readNetworkPacket)
  assert.deepEqual([found.tunnel, found.inner.proto, found.badInner], ['ipip', 4, false])
})

test('what is no tunnel: other versions and types, other programs on the ports', () => {
  for (const text of [
    ipv4(17, udp(50_000, 4789, '00000000 00002a00')),
    ipv4(17, udp(50_000, 6081, '4000 6558 00002a00')),
    ipv4(17, udp(2152, 2152, '3001 0000 00000000')),
    ipv4(17, udp(2152, 2152, '52ff 0028 0000002a')),
    ipv4(17, udp(53, 4790, inner)),
    ipv4(47, `0000 0800 ${inner}`, { fragment: '0010' }),
  ])
    assert.deepEqual(tunnelOf(read(text, readNetworkPacket)), ['', 0, false])
})

test('a bad inner header keeps the outer packet and is told', () => {
  for (const text of [
    ipv4(47, '2000 0800 0000'),
    ipv4(47, `4000 0800 00000000 ${inner}`),
    ipv4(4, '4500 0028'),
    ipv4(4, `42${inner.slice(2)}`),
    ipv4(17, udp(50_000, 4789, `08000000 00002a00 ${MACS}`)),
    ipv4(17, udp(2152, 2152, '34ff 0034 0000002a 0000 00 85 00 1009 00')),
  ]) {
    const found = read(text, readNetworkPacket)
    assert.deepEqual([found.outer.version, found.inner.version, found.badInner], [4, 0, true])
  }
  assert.equal(
    read(ipv4(17, udp(50_000, 4789, `08000000 00002a00 ${MACS} 0806 0001 0800 0604 0001`)), readNetworkPacket).badInner,
    false,
    'ARP is no bad header',
  )
})

test('no IP: what the link told stays', () => {
  const arp = read(`${MACS} 8100 0007 0806 0001 0800 0604 0001`)
  assert.deepEqual([arp.outer.version, arp.etherType, arp.vlan, arp.network], [0, 0x0806, 7, MARGIN + 18])
  const spanningTree = read(`${MACS} 0026 4242 03 0000 00`)
  assert.deepEqual([spanningTree.outer.version, spanningTree.etherType, spanningTree.network], [0, 0, MARGIN + 14])
  for (const bad of [`${MACS} 0800 41`, `${MACS} 0800 44${ipv4(6, tcp).slice(2)}`, `${MACS} 0800 4500 0013 ${'00'.repeat(16)}`, `${MACS} 86dd 6000`, MACS])
    assert.equal(read(bad).outer.version, 0, bad)
})

test('every cut of every frame is survived, and nothing outside is read', () => {
  for (const text of [
    `${MACS} 88a8 0064 8100 00c8 8847 00010140 ${ipv4(47, `b000 6558 00000000 0000002a 00000001 ${MACS} 0800 ${inner}`)}`,
    `${MACS} 86dd ${ipv6(0, `2b00 010400000000 1100 000000000000 ${udp(50_000, 6081, `0240 6558 00002a00 0102 8001 00000000 ${MACS} 0800 ${inner}`)}`)}`,
    `${MACS} 0800 ${ipv4(17, udp(2152, 2152, `34ff 0034 0000002a 0000 00 85 01 1009 00 ${inner}`))}`,
    `${MACS} 0800 ${ipv4(47, `1000 22eb 00000001 2064 002a 00000000 0000 0001 0000000000000000 ${MACS} 0800 ${inner}`)}`,
  ])
    for (let cut = 0; cut < bytes(text).length; cut++) read(text, ethernet, cut)
})

test('random bytes behind valid heads end, and read nothing outside', () => {
  const random = createRandom(5)
  const heads = [
    `${MACS} 8847`,
    `${MACS} 0800 4500 0100 0000 0000 40 2f 0000 0a000001 0a000002`,
    `${MACS} 86dd 60000000 0100 2b 40 ${'20'.repeat(32)}`,
    `${MACS} 8864`,
  ]
  for (let run = 0; run < 5000; run++) {
    const tail = Array.from({ length: Math.floor(random() * 120) }, () => hex(Math.floor(random() * 256), 2)).join('')
    read(`${heads[run % heads.length]} ${tail}`)
  }
  // A stack of labels that never ends, and tags that never end.
  read(`${MACS} 8847 ${'00010040'.repeat(5000)}`)
  read(`${MACS} ${'81000001'.repeat(5000)}`)
  // Pseudowires in pseudowires are followed four deep.
  read(`${MACS} 8847 ${`00010140 ${MACS} 8847`.repeat(3000)}`)
})
