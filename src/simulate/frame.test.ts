import assert from 'node:assert/strict'
import { test } from 'node:test'
import { S, createFlow } from './flow.ts'
import { writeFrame } from './frame.ts'

function write(slots: Readonly<Partial<Record<keyof typeof S, number>>>, most: number, tagged: boolean) {
  const flow = createFlow()
  for (const [slot, value] of Object.entries(slots)) flow[S[slot as keyof typeof S]] = value
  const bytes = new Uint8Array(128).fill(0xee)
  const length = writeFrame(flow, bytes, new DataView(bytes.buffer), 0, most, tagged)
  return { length, hex: Buffer.from(bytes).toString('hex') }
}

test('an IPv4 packet is framed as it would be on the wire, checksum included', () => {
  // 2 packets of 400 bytes each; checksum worked out by hand: 4500+0190+1234+4000+3f11+0a00+0001+c000+0209 = 1a3df, folded a3e0, inverted 5c1f.
  const { length, hex } = write(
    {
      ipVersion: 4,
      proto: 17,
      octets: 800,
      packets: 2,
      maxTtl: 63,
      connection: 0x1234,
      src3: 0x0a000001,
      dst3: 0xc0000209,
      srcPort: 5060,
      dstPort: 53,
      srcMac: 0x020000000001,
      dstMac: 0x020000000002,
      vlan: 7,
    },
    128,
    true,
  )
  assert.equal(length, 18 + 400 + 4)
  assert.equal(
    hex.slice(0, 92),
    ['020000000002 020000000001 8100 0007 0800', '4500 0190 1234 4000 3f11 5c1f 0a000001 c0000209', '13c4 0035 017c 0000'].join('').replaceAll(' ', ''),
  )
})

test('an IPv6 packet carries version, class, label and addresses', () => {
  const { length, hex } = write(
    {
      ipVersion: 6,
      proto: 6,
      octets: 1000,
      packets: 1,
      maxTtl: 60,
      tos: 0xb8,
      flowLabel: 0x12345,
      src0: 0x20010db8,
      src3: 1,
      dst0: 0x20010db8,
      dst3: 2,
      srcPort: 40_000,
      dstPort: 443,
      tcpFlags: 0x18,
    },
    128,
    false,
  )
  assert.equal(length, 14 + 1000 + 4)
  assert.equal(
    hex.slice(28, 108),
    ['6b812345 03c0 06 3c', '20010db8 00000000 00000000 00000001', '20010db8 00000000 00000000 00000002'].join('').replaceAll(' ', ''),
  )
  assert.equal(hex.slice(108, 136), '9c4001bb' + '00000000' + '00000000' + '5018')
})

test('a short packet is padded to the smallest frame, and no byte behind it is touched', () => {
  const { length, hex } = write({ ipVersion: 4, proto: 17, octets: 28, packets: 1 }, 128, false)
  assert.equal(length, 64)
  assert.equal(hex.slice(84, 124), '00'.repeat(18) + 'eeee')
})

test('a long packet is cut where asked', () => {
  const { length, hex } = write({ ipVersion: 4, proto: 17, octets: 1500, packets: 1 }, 100, false)
  assert.equal(length, 1518)
  assert.equal(hex.slice(198, 204), '00eeee')
})
