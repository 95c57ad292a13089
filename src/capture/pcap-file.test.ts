import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, concat, createRandom } from '../schema/fixtures/index.ts'
import { isFrameFile, readFrames } from './index.ts'

/** Numbers in one byte order, as a capturing machine writes them. */
const order = (little: boolean) => {
  const number =
    (size: 2 | 4) =>
    (value: number): Uint8Array => {
      const view = new DataView(new ArrayBuffer(size))
      if (size === 2) view.setUint16(0, value, little)
      else view.setUint32(0, value, little)
      return new Uint8Array(view.buffer)
    }
  return { u16: number(2), u32: number(4) }
}

const frames = (file: Uint8Array): unknown[] =>
  [...readFrames(file)].map(({ bytes: frame, linkType, timeMs }) => [Buffer.from(frame).toString('hex'), linkType, timeMs])

function pcap(little: boolean, magic: number, packets: readonly (readonly [seconds: number, fraction: number, frame: string])[]): Uint8Array {
  const { u16, u32 } = order(little)
  return concat([
    u32(magic),
    u16(2),
    u16(4),
    u32(0),
    u32(0),
    u32(65_535),
    u32(1),
    ...packets.flatMap(([seconds, fraction, frame]) => [u32(seconds), u32(fraction), u32(bytes(frame).length), u32(1500), bytes(frame)]),
  ])
}

test('a pcap file by hand', () => {
  const file = bytes(`
    d4c3b2a1 0200 0400 00000000 00000000 ffff0000 71000000   | little-endian, version 2.4, snap length, link 113
    00f15365 20a10700 02000000 02000000 abcd                 | 1,700,000,000 s and 500,000 µs, 2 bytes
  `)
  assert.equal(isFrameFile(file), true)
  assert.deepEqual(frames(file), [['abcd', 113, 1_700_000_000_500]])
})

test('both byte orders, micro and nanoseconds', () => {
  for (const little of [true, false]) {
    assert.deepEqual(
      frames(
        pcap(little, 0xa1b2c3d4, [
          [10, 1999, 'aa'],
          [11, 999_999, ''],
        ]),
      ),
      [
        ['aa', 1, 10_001],
        ['', 1, 11_999],
      ],
    )
    assert.deepEqual(
      frames(
        pcap(little, 0xa1b23c4d, [
          [10, 1_999_999, 'aabb'],
          [11, 999_999_999, 'cc'],
        ]),
      ),
      [
        ['aabb', 1, 10_001],
        ['cc', 1, 11_999],
      ],
    )
  }
})

test('a pcap file ends at the first frame that is cut', () => {
  const file = pcap(true, 0xa1b2c3d4, [
    [1, 0, 'aaaa'],
    [2, 0, 'bbbb'],
  ])
  for (let length = 24; length < file.length; length++) assert.equal(frames(file.subarray(0, length)).length, length < 42 ? 0 : 1, String(length))
  const hostile = pcap(true, 0xa1b2c3d4, [
    [1, 0, 'aaaa'],
    [2, 0, 'bbbb'],
  ])
  new DataView(hostile.buffer).setUint32(24 + 8, 0xffff_ffff, true)
  assert.deepEqual(frames(hostile), [])
})

/** A pcapng block: type, length, body padded to 4 bytes, length. */
function block(little: boolean, type: number, parts: readonly Uint8Array[]): Uint8Array {
  const { u32 } = order(little)
  const body = concat(parts)
  const padded = concat([body, new Uint8Array((4 - (body.length % 4)) % 4)])
  return concat([u32(type), u32(12 + padded.length), padded, u32(12 + padded.length)])
}

const section = (little: boolean): Uint8Array => {
  const { u16, u32 } = order(little)
  return block(little, 0x0a0d0d0a, [u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffff_ffff), u32(0xffff_ffff)])
}
const described = (little: boolean, linkType: number, ...options: readonly (readonly [code: number, value: Uint8Array])[]): Uint8Array => {
  const { u16, u32 } = order(little)
  return block(little, 1, [
    u16(linkType),
    u16(0),
    u32(0),
    ...options.flatMap(([code, value]) => [u16(code), u16(value.length), value, new Uint8Array((4 - (value.length % 4)) % 4)]),
  ])
}
const enhanced = (little: boolean, at: number, units: bigint, frame: string): Uint8Array => {
  const { u32 } = order(little)
  return block(little, 6, [u32(at), u32(Number(units >> 32n)), u32(Number(units & 0xffff_ffffn)), u32(bytes(frame).length), u32(9000), bytes(frame)])
}

test('a pcapng file by hand', () => {
  const file = bytes(`
    0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000    | section, little-endian
    01000000 14000000 6500 0000 00000000 14000000                     | interface 0: raw IP, microseconds
    06000000 24000000 00000000 240a0600 88531e18              | a packet of interface 0 at 0x00060a24181e5388 µs: 1,700,000,000.005 s
    01000000 01000000 ab000000 24000000                               | 1 byte captured of 1, padded to 4
  `)
  assert.deepEqual(frames(file), [['ab', 101, 1_700_000_000_005]])
})

test('interfaces have their own link type and resolution', () => {
  for (const little of [true, false]) {
    const power = (value: number): readonly [number, Uint8Array] => [9, Uint8Array.of(value)]
    const file = concat([
      section(little),
      described(little, 1),
      described(little, 113, power(9)),
      described(little, 276, [2, bytes('65746830')], power(3)),
      described(little, 101, power(0x8a)),
      described(little, 12, power(0)),
      described(little, 14, [0, bytes('')], power(3)),
      described(little, 9, power(0xc0)),
      enhanced(little, 0, 1_700_000_000_123_456n, 'a0'),
      enhanced(little, 1, 1_700_000_000_123_456_789n, 'a1'),
      enhanced(little, 2, 1_700_000_000_123n, 'a2'),
      enhanced(little, 3, 1024n * 1_700_000_000n + 512n, 'a3'),
      enhanced(little, 4, 1_700_000_000n, 'a4'),
      enhanced(little, 5, 5_000_000n, 'a5'),
      enhanced(little, 6, 2n ** 63n, 'a6'),
      enhanced(little, 7, 0n, 'ff'),
    ])
    assert.deepEqual(frames(file), [
      ['a0', 1, 1_700_000_000_123],
      ['a1', 113, 1_700_000_000_123],
      ['a2', 276, 1_700_000_000_123],
      ['a3', 101, 1_700_000_000_500],
      ['a4', 12, 1_700_000_000_000],
      ['a5', 14, 5000],
      ['a6', 9, 500],
    ])
  }
})

test('sections follow each other, each with its byte order and its interfaces', () => {
  const file = concat([
    section(true),
    described(true, 1),
    enhanced(true, 0, 1_000_000n, 'aa'),
    section(false),
    enhanced(false, 0, 0n, 'ff'),
    described(false, 101),
    enhanced(false, 0, 2_000_000n, 'bb'),
    section(true),
    described(true, 113),
    enhanced(true, 0, 3_000_000n, 'cc'),
  ])
  assert.deepEqual(frames(file), [
    ['aa', 1, 1000],
    ['bb', 101, 2000],
    ['cc', 113, 3000],
  ])
})

test('simple packets have no time; blocks of other types are skipped', () => {
  const { u32 } = order(true)
  const file = concat([
    section(true),
    described(true, 1),
    block(true, 5, [bytes('00112233')]),
    block(true, 3, [u32(3), bytes('aabbcc')]),
    block(true, 0x0bad, []),
    block(true, 3, [u32(99), bytes('aabb')]),
  ])
  assert.deepEqual(frames(file), [
    ['aabbcc', 1, 0],
    ['aabb0000', 1, 0],
  ])
})

test('hostile lengths end the reading or skip a block; no input throws or hangs', () => {
  const good = concat([section(true), described(true, 1, [9, Uint8Array.of(6)]), enhanced(true, 0, 1n, 'aabb'), enhanced(true, 0, 2n, 'ccdd')])
  for (let length = 0; length < good.length; length++) assert.ok(frames(good.subarray(0, length)).length < 2)
  const random = createRandom(11)
  const models = [
    good,
    pcap(true, 0xa1b2c3d4, [
      [1, 0, 'aaaa'],
      [2, 0, 'bbbb'],
    ]),
    pcap(false, 0xa1b23c4d, [[1, 0, 'aaaa']]),
  ]
  for (let run = 0; run < 4000; run++) {
    const file = (models[run % models.length] ?? good).slice()
    for (let changes = 0; changes < 3; changes++) file[4 + Math.floor(random() * (file.length - 4))] = random() < 0.5 ? 0xff : Math.floor(random() * 256)
    for (const { bytes: frame } of readFrames(file))
      assert.ok(frame.byteOffset >= file.byteOffset && frame.byteOffset + frame.length <= file.byteOffset + file.length)
  }
  for (const length of [0, 4, 11]) {
    const broken = good.slice()
    new DataView(broken.buffer).setUint32(section(true).length + 4, length, true)
    assert.deepEqual(frames(broken), [])
  }
})

test('other files are no files of frames', () => {
  for (const file of [bytes(''), bytes('d4c3b2a1'), Buffer.from('a text that is longer than a header'), bytes('0005'.repeat(20))]) {
    assert.equal(isFrameFile(file), false)
    assert.deepEqual(frames(file), [])
  }
})

/** How the reading of a file ends. */
function endOf(file: Uint8Array): string | null {
  const read = readFrames(file)
  for (let next = read.next(); ; next = read.next()) if (next.done === true) return next.value
}

test('Kuznetzov’s pcap has longer headers of frames', () => {
  const file = bytes(`
    34cdb2a1 0200 0400 00000000 00000000 ffff0000 01000000
    00f15365 00000000 02000000 02000000   | time and lengths
    05000000 0008 04 00 abcd              | interface, protocol, kind of packet, the frame
  `)
  assert.deepEqual(frames(file), [['abcd', 1, 1_700_000_000_000]])
})

test('an offset in seconds is added to the times of an interface (if_tsoffset), and nanoseconds pass 2^53', () => {
  for (const little of [true, false]) {
    const offset = new Uint8Array(8)
    new DataView(offset.buffer).setBigInt64(0, 1_600_000_000n, little)
    const nanoseconds = 100_000_000_999_999_999n // 100,000,000.999,999,999 s
    const file = concat([section(little), described(little, 1, [9, Uint8Array.of(9)], [14, offset]), enhanced(little, 0, nanoseconds, 'abcd')])
    assert.deepEqual(frames(file), [['abcd', 1, 1_700_000_000_999]])
    assert.equal(endOf(file), null)
  }
})

test('the obsolete packet block is read; a simple one holds no more than its interface keeps', () => {
  const { u16, u32 } = order(true)
  const file = concat([
    section(true),
    block(true, 1, [u16(101), u16(0), u32(3)]),
    block(true, 2, [u16(0), u16(7), u32(0), u32(5_000_000), u32(2), u32(9), bytes('abcd0000')]),
    block(true, 3, [u32(60), bytes('01020304')]),
  ])
  assert.deepEqual(frames(file), [
    ['abcd', 101, 5000],
    ['010203', 101, 0],
  ])
})

test('what is cut off is told', () => {
  const whole = pcap(true, 0xa1b2c3d4, [[1, 0, 'aabb']])
  assert.equal(endOf(whole), null)
  assert.match(endOf(whole.subarray(0, whole.length - 1)) ?? '', /cut off: what begins at byte 24 of 41/)
  assert.match(endOf(concat([bytes('0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000'), bytes('06000000')])) ?? '', /byte 28 of 32/)
})
