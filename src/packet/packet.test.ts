import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, concat, createRandom } from '../schema/fixtures/index.ts'
import { createReassembly, networkOffset, readUdp, type Fragment, type UdpDatagram } from './index.ts'

const PAYLOAD = '0102030405'
/** UDP from port 50,000 to 2,055: RFC 768. */
const UDP = `c350 0807 000d 0000 ${PAYLOAD}`
/** IPv4 without options: RFC 791 §3.1. */
const ipv4 = ({ protocol = '11', fragment = '0000', total = '0021', id = '1234', header = '45', body = UDP } = {}): string =>
  `${header} 00 ${total} ${id} ${fragment} 40 ${protocol} 0000 0a000001 0a000002 ${body}`
const ADDRESSES = '20010db8000000000000000000000001 20010db8000000000000000000000002'
/** IPv6: RFC 8200 §3. */
const ipv6 = (next: string, body: string): string =>
  `60000000 ${(body.replaceAll(/\s/g, '').length / 2).toString(16).padStart(4, '0')} ${next} 40 ${ADDRESSES} ${body}`
const MACS = '001122334455 66778899aabb'

const MARGIN = 40

/** Reads a frame that lies among other bytes; what is read must not depend on them. */
function read(hex: string | Uint8Array, linkType: number, cut = Infinity): UdpDatagram | Fragment | null {
  const frame = (typeof hex === 'string' ? bytes(hex) : hex).subarray(0, cut)
  const seen = [0x00, 0xff].map(canary => {
    const around = new Uint8Array(frame.length + 2 * MARGIN).fill(canary)
    around.set(frame, MARGIN)
    const view = new DataView(around.buffer)
    const network = networkOffset(view, MARGIN, MARGIN + frame.length, linkType)
    assert.ok(network === -1 || network >= MARGIN)
    const found = network < 0 ? null : readUdp(view, network, MARGIN + frame.length)
    if (found !== null && !('kind' in found)) assert.ok(found.start <= found.end && found.start >= MARGIN && found.end <= MARGIN + frame.length)
    return found
  })
  const [one, other] = seen.map(found => (found === null || 'kind' in found ? found : { ...found, view: null }))
  assert.deepEqual(one, other)
  return seen[0] ?? null
}

const payload = (found: UdpDatagram | Fragment | null): string | null =>
  found === null || 'kind' in found ? null : Buffer.from(found.view.buffer, found.view.byteOffset + found.start, found.end - found.start).toString('hex')

test('links: what is in front of the IP packet', async t => {
  for (const [what, linkType, head] of [
    ['Ethernet', 1, `${MACS} 0800`],
    ['Ethernet with a VLAN tag', 1, `${MACS} 8100 0064 0800`],
    ['Ethernet with two tags (802.1ad)', 1, `${MACS} 88a8 0064 8100 00c8 0800`],
    ['Ethernet with old double tags', 1, `${MACS} 9100 0064 8100 00c8 0800`],
    ['Linux cooked', 113, '0000 0001 0006 001122334455 0000 0800'],
    ['Linux cooked with a VLAN tag', 113, '0000 0001 0006 001122334455 0000 8100 0064 0800'],
    ['Linux cooked v2', 276, '0800 0000 00000002 0001 00 06 0011223344550000'],
    ['BSD loopback', 0, '02000000'],
    ['OpenBSD loopback', 108, '00000002'],
    ['raw IP', 101, ''],
    ['raw IP', 12, ''],
    ['raw IP', 14, ''],
    ['raw IPv4', 228, ''],
  ] as const) {
    await t.test(`${what} (${linkType})`, () => {
      const found = read(`${head} ${ipv4()}`, linkType)
      assert.ok(found !== null && !('kind' in found))
      assert.deepEqual([found.src, found.srcPort, found.dst, found.dstPort, found.truncated], [0xffff_0a00_0001n, 50_000, 0xffff_0a00_0002n, 2055, false])
      assert.equal(payload(found), PAYLOAD)
    })
  }
})

test('frames without IP, without UDP, of an unknown link or too many tags give nothing', () => {
  for (const [hex, linkType] of [
    [`${MACS} 0806 0001080006040001`, 1],
    [`${MACS} 88cc ${ipv4()}`, 1],
    [`${MACS} ${'8100 0064 '.repeat(5)} 0800 ${ipv4()}`, 1],
    [ipv4(), 147],
    [ipv4({ protocol: '06' }), 101],
    [ipv6('06', UDP), 101],
    [`55 ${ipv4().slice(2)}`, 101],
    ['', 101],
    ['', 1],
  ] as const)
    assert.equal(read(hex, linkType), null, hex)
  assert.equal(payload(read(`${MACS} ${'8100 0064 '.repeat(4)} 0800 ${ipv4()}`, 1)), PAYLOAD)
})

test('IPv4: options, a length of 0, bytes behind the packet', () => {
  assert.equal(payload(read(ipv4({ header: '47', total: '0029', body: `0101010101010100 ${UDP}` }), 101)), PAYLOAD)
  assert.equal(payload(read(ipv4({ total: '0000' }), 101)), PAYLOAD)
  // Ethernet pads to 60 bytes.
  assert.equal(payload(read(`${ipv4()} ${'00'.repeat(13)}`, 101)), PAYLOAD)
})

test('IPv6: extension headers on the way to UDP', () => {
  const options = (next: string): string => `${next} 00 010400000000`
  for (const packet of [
    ipv6('11', UDP),
    ipv6('00', `${options('11')} ${UDP}`),
    ipv6('00', `${options('3c')} ${options('2b')} 11 01 ${'00'.repeat(14)} ${UDP}`),
  ]) {
    const found = read(packet, 101)
    assert.equal(payload(found), PAYLOAD)
    assert.equal(found?.src, 0x20010db8_0000_0000_0000_0000_0000_0001n)
  }
  // Authentication (51) counts in 4 bytes less 2 (RFC 4302 §2.2); behind encryption (50) nothing can be read.
  assert.equal(payload(read(ipv6('33', `11 01 0000 00000001 00000002 ${UDP}`), 101)), PAYLOAD)
  assert.equal(read(ipv6('32', `${options('11')} ${UDP}`), 101), null)
  // A header that says it is longer than the packet.
  assert.equal(read(ipv6('00', `11 ff 010400000000 ${UDP}`), 101), null)
})

test('a capture cut short is told; every cut of every packet is survived', () => {
  const frame = `${MACS} 8100 0064 0800 ${ipv4()}`
  const whole = bytes(frame).length
  const cut = read(frame, 1, whole - 2)
  assert.ok(cut !== null && !('kind' in cut))
  assert.deepEqual([payload(cut), cut.truncated], [PAYLOAD.slice(0, -4), true])
  for (const [hex, linkType] of [
    [frame, 1],
    [ipv6('00', `3c 00 010400000000 11 00 010400000000 ${UDP}`), 101],
    [ipv6('2c', `11 00 0009 00000007 ${UDP}`), 101],
    [ipv4({ fragment: '2000' }), 101],
  ] as const) {
    for (let length = 0; length < bytes(hex).length; length++) read(hex, linkType, length)
  }
})

test('hostile lengths: nothing throws, nothing outside is read', () => {
  for (const hex of [
    ipv4({ total: '000a' }),
    ipv4({ total: '000a', fragment: '2000' }),
    ipv4({ total: '0013', fragment: '0001' }),
    ipv4({ total: 'ffff' }),
    ipv4({ header: '4f' }),
    ipv4({ header: '40' }),
    ipv4({ body: 'c350 0807 0007 0000' }),
    ipv4({ body: 'c350 0807 ffff 0000 01' }),
    `60000000 ffff 11 40 ${ADDRESSES} ${UDP}`,
    `60000000 0000 11 40 ${ADDRESSES} ${UDP}`,
    `60000000 0004 11 40 ${ADDRESSES} ${UDP}`,
  ])
    read(hex, 101)
  const random = createRandom(7)
  const models = [
    `${MACS} 0800 ${ipv4()}`,
    `${MACS} 86dd ${ipv6('2c', `11 00 0009 00000007 ${UDP}`)}`,
    `${MACS} 86dd ${ipv6('00', `11 00 010400000000 ${UDP}`)}`,
  ].map(bytes)
  for (let run = 0; run < 3000; run++) {
    const frame = (models[run % models.length] ?? bytes('')).slice()
    for (let changes = 0; changes < 3; changes++) frame[12 + Math.floor(random() * (frame.length - 12))] = Math.floor(random() * 256)
    const found = read(frame, 1)
    if (found !== null && 'kind' in found) createReassembly().add(found)
  }
})

/** Fragments of a UDP datagram, each with this many bytes. */
function fragments(body: Uint8Array, size: number, key = 'a'): Fragment[] {
  const pieces: Fragment[] = []
  for (let offset = 0; offset < body.length; offset += size) {
    pieces.push({ kind: 'fragment', key, src: 1n, dst: 2n, offset, more: offset + size < body.length, bytes: body.slice(offset, offset + size) })
  }
  return pieces
}

const LONG = concat([bytes('c350 0807 0030 0000'), Uint8Array.from({ length: 40 }, (_, index) => index)])
const LONG_PAYLOAD = Buffer.from(LONG.subarray(8)).toString('hex')

test('fragments of IPv4 and IPv6 are read with their place', () => {
  const first = read(ipv4({ fragment: '2000', body: 'c350 0807 0030 0000' }), 101)
  assert.ok(first !== null && 'kind' in first)
  assert.deepEqual([first.offset, first.more, first.bytes.length], [0, true, 8])
  const later = read(ipv4({ fragment: '0003', body: '00'.repeat(13) }), 101)
  assert.ok(later !== null && 'kind' in later)
  assert.deepEqual([later.offset, later.more, later.bytes.length, later.key], [24, false, 13, first.key])
  const six = read(ipv6('2c', `11 00 0019 00000007 ${'00'.repeat(16)}`), 101)
  assert.ok(six !== null && 'kind' in six)
  assert.deepEqual([six.offset, six.more, six.bytes.length], [24, true, 16])
})

test('fragments in any order give the datagram once', () => {
  const pieces = fragments(LONG, 16)
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    const reassembly = createReassembly()
    const found = order.map(index => reassembly.add(pieces[index] as Fragment))
    assert.deepEqual(
      found.map(datagram => datagram === null),
      [true, true, false],
      order.join(),
    )
    const datagram = found[2] as UdpDatagram
    assert.deepEqual([payload(datagram), datagram.srcPort, datagram.src, datagram.dst], [LONG_PAYLOAD, 50_000, 1n, 2n])
  }
})

test('a repeated fragment fills no gap; an overlapping one does no harm', () => {
  const [a, b, c] = fragments(LONG, 16) as [Fragment, Fragment, Fragment]
  const reassembly = createReassembly()
  for (const piece of [a, a, c, a, c]) assert.equal(reassembly.add(piece), null)
  assert.equal(payload(reassembly.add(b)), LONG_PAYLOAD)
  const overlapping = createReassembly()
  overlapping.add(a)
  overlapping.add({ ...b, offset: 8, bytes: LONG.slice(8, 40) })
  assert.equal(payload(overlapping.add(c)), LONG_PAYLOAD)
})

test('packets are told apart, and the oldest is given up when too many wait', () => {
  const reassembly = createReassembly()
  const of = (key: number): [Fragment, Fragment, Fragment] => fragments(LONG, 16, String(key)) as [Fragment, Fragment, Fragment]
  for (let key = 0; key < 257; key++) {
    const [a, b] = of(key)
    reassembly.add(a)
    reassembly.add(b)
  }
  assert.equal(reassembly.add(of(0)[2]), null)
  // Packet 1 made room for the last piece of packet 0, which waits alone now.
  assert.equal(reassembly.add(of(1)[2]), null)
  assert.equal(payload(reassembly.add(of(256)[2])), LONG_PAYLOAD)
})

test('more fragments than a packet can have, and ones beyond 64 KiB, are given up', () => {
  const reassembly = createReassembly()
  const [a, b, c] = fragments(LONG, 16) as [Fragment, Fragment, Fragment]
  reassembly.add(a)
  for (let index = 0; index < 64; index++) assert.equal(reassembly.add(b), null)
  assert.equal(reassembly.add(c), null)
  const most = createReassembly()
  const pieces = fragments(concat([LONG.subarray(0, 8), new Uint8Array(65_528)]), 8192, 'b')
  assert.deepEqual(
    pieces.map(piece => most.add(piece)),
    pieces.map(() => null),
  )
})
