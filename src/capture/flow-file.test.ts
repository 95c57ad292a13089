import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, concat } from '../schema/fixtures/index.ts'
import { kindOfFile, readFlowFile, type FlowFileKind } from './index.ts'

/** An IPFIX message without sets, of this export time (RFC 7011 §3.1). */
const message = (seconds: number, length = 16): Uint8Array => {
  const made = new Uint8Array(length)
  const view = new DataView(made.buffer)
  view.setUint32(0, (10 << 16) | length)
  view.setUint32(4, seconds)
  return made
}

/** What is read: lengths and times, and how it ends. */
function read(
  file: Uint8Array,
  kind: FlowFileKind | null = kindOfFile(file),
): { readonly parts: (readonly [length: number, timeMs: number])[]; readonly end: string | null } {
  assert.ok(kind !== null)
  const parts: (readonly [number, number])[] = []
  const datagrams = readFlowFile(file, kind)
  for (let next = datagrams.next(); ; next = datagrams.next()) {
    if (next.done === true) return { parts, end: next.value }
    parts.push([next.value.end - next.value.start, next.value.timeMs])
  }
}

test('an IPFIX file is messages end to end, each with its export time (RFC 5655 §3)', () => {
  const file = concat([message(10), message(11, 40), message(12)])
  assert.equal(kindOfFile(file), 'ipfix')
  assert.deepEqual(read(file), {
    parts: [
      [16, 10_000],
      [40, 11_000],
      [16, 12_000],
    ],
    end: null,
  })
})

test('padding, garbage and a short end of an IPFIX file are told; what is whole is read', () => {
  const whole = message(10)
  assert.deepEqual(read(concat([whole, new Uint8Array(7)])), { parts: [[16, 10_000]], end: '7 bytes of padding follow the last message' })
  assert.match(read(concat([whole, bytes('ffff 0010 00')])).end ?? '', /no message begins at byte 16 of 21/)
  assert.match(read(concat([whole, bytes('000a 0003')])).end ?? '', /no message begins at byte 16/)
  // The decoder gets what there is of the last one, and refuses it.
  const cut = read(concat([whole, message(11, 40).subarray(0, 30)]))
  assert.deepEqual(cut.parts, [
    [16, 10_000],
    [30, 11_000],
  ])
  assert.match(cut.end ?? '', /the message at byte 16 is 40 bytes long, and 30 are left/)
  assert.match(read(concat([whole, bytes('000a')])).end ?? '', /byte 16 of 18/)
})

test('a datagram is told by its version word, other bytes are nothing we know', () => {
  const datagram = (head: string): Uint8Array => concat([bytes(head), new Uint8Array(20)])
  for (const head of ['0001', '0005', '0007', '0009', '00000005']) {
    assert.equal(kindOfFile(datagram(head)), 'datagram', head)
    assert.equal(read(datagram(head)).parts.length, 1)
  }
  for (const head of ['', '0008', '00000006', '7f454c46', '1f8b0800']) assert.equal(kindOfFile(datagram(head)), null, head)
  assert.equal(kindOfFile(new Uint8Array(3)), null)
  assert.equal(kindOfFile(bytes('0ca5 0200')), 'nfcapd')
})

/** An IPv4 packet of UDP, or a fragment of one: `more` and the offset in units of 8 bytes. */
const ipv4 = (flags: string, payload: string): string => {
  const length = (20 + payload.replaceAll(' ', '').length / 2).toString(16).padStart(4, '0')
  return `4500 ${length} 0007 ${flags} 4011 0000 c0000201 c0000202 ${payload}`
}

test('a capture gives the flow datagrams in it, put together from fragments, and passes over the rest', () => {
  const flows = '0009 0000 00000000 00000000 00000000 00000000'
  const frame = (hex: string, second: number): Uint8Array => {
    const body = bytes(hex)
    const head = new DataView(new ArrayBuffer(16))
    head.setUint32(0, second)
    head.setUint32(8, body.length)
    head.setUint32(12, body.length)
    return concat([new Uint8Array(head.buffer), body])
  }
  const file = concat([
    bytes('a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000065'), // raw IP
    frame(ipv4('0000', `1234 0807 001c 0000 ${flows}`), 1),
    frame(ipv4('0000', `1234 0035 000c 0000 01020304`), 2), // no flows
    frame(ipv4('2000', `1234 0807 001c 0000 ${flows.slice(0, 19)}`), 3),
    frame(ipv4('0002', flows.slice(19)), 4),
  ])
  assert.deepEqual(read(file), {
    parts: [
      [20, 1000],
      [20, 4000],
    ],
    end: null,
  })
})
