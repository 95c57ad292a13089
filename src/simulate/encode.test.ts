import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBytes, encodeIpfix, encodeV5, encodeV9 } from './encode.ts'
import { encodeSflow, extendedSwitch, rawHeader } from './encode-sflow.ts'
import { parseTemplate } from './template.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
/** Joins hand-written groups of hex, one field a word. */
const bytes = (text: string): string => text.replaceAll(/\s+/g, '')

test('a v5 datagram has the bytes of the published record table', () => {
  const datagram = encodeV5({ uptimeMs: 0x01020304, seconds: 0x65000000, nanoseconds: 500, sequence: 7, engineType: 1, engineId: 2, sampling: 0x4064 }, [
    {
      src: '10.1.2.3',
      dst: '192.0.2.9',
      nextHop: '10.0.0.1',
      inIf: 3,
      outIf: 4,
      packets: 5,
      octets: 1500,
      first: 1000,
      last: 2000,
      srcPort: 51_000,
      dstPort: 443,
      tcpFlags: 0x1b,
      proto: 6,
      tos: 0xb8,
      srcAs: 64_500,
      dstAs: 15_169,
      srcMask: 24,
      dstMask: 16,
    },
  ])
  assert.equal(
    hex(datagram),
    bytes(`
    0005 0001 01020304 65000000 000001f4 00000007 01 02 4064
    0a010203 c0000209 0a000001 0003 0004 00000005 000005dc 000003e8 000007d0
    c738 01bb 00 1b 06 b8 fbf4 3b41 18 10 0000`),
  )
})

test('a v9 datagram carries template, options and data sets as RFC 3954 lays them out', () => {
  const flow = parseTemplate(256, '8:4 12:4 1:4 4:1')
  const sampler = parseTemplate(257, 'S1:4 48:1 50:2')
  const datagram = encodeV9({ uptimeMs: 1000, seconds: 0x65000000, sequence: 9, domain: 5 }, [
    { kind: 'templates', templates: [flow, sampler] },
    { kind: 'data', template: sampler, rows: [[0, 1, 100]] },
    { kind: 'data', template: flow, rows: [[addressBytes('10.0.0.1'), addressBytes('10.0.0.2'), 70_000, 17]] },
  ])
  assert.equal(
    hex(datagram),
    bytes(`
    0009 0004 000003e8 65000000 00000009 00000005
    0000 0018  0100 0004  0008 0004  000c 0004  0001 0004  0004 0001
    0001 0018  0101 0004 0008  0001 0004  0030 0001  0032 0002  0000
    0101 000c  00000000 01 0064 00
    0100 0014  0a000001 0a000002 00011170 11 000000`),
  )
})

test('an IPFIX message carries enterprise and variable-length fields as RFC 7011 lays them out', () => {
  const template = parseTemplate(300, '8:4 1:8 35632/188:v')
  const options = parseTemplate(301, 'S144:4 34:4')
  const message = encodeIpfix({ seconds: 0x65000000, sequence: 42, domain: 7 }, [
    { kind: 'templates', templates: [template, options] },
    { kind: 'data', template, rows: [[addressBytes('10.0.0.1'), 2n ** 40n, 'a.example']] },
  ])
  assert.equal(
    hex(message),
    bytes(`
    000a 0056 65000000 0000002a 00000007
    0002 0018  012c 0003  0008 0004  0001 0008  80bc ffff 00008b30
    0003 0012  012d 0002 0001  0090 0004  0022 0004
    012c 001c  0a000001 0000010000000000 09 612e6578616d706c65 0000`),
  )
})

test('a text of 255 bytes and more takes the long form of its length', () => {
  const template = parseTemplate(256, '82:v')
  const message = encodeIpfix({ seconds: 0, sequence: 0, domain: 0 }, [{ kind: 'data', template, rows: [['x'.repeat(300)]], padding: 0 }])
  assert.equal(hex(message.subarray(20, 24)), 'ff012c78')
  assert.equal(message.length, 16 + 4 + 3 + 300)
})

test('an sFlow datagram has the bytes of the specification', () => {
  const datagram = encodeSflow({ agent: '10.0.0.1', subAgent: 3, sequence: 8, uptimeMs: 1000 }, [
    {
      kind: 'flow',
      sequence: 2,
      source: 5,
      rate: 512,
      pool: 1024,
      input: 5,
      output: 6,
      records: [rawHeader(Uint8Array.of(1, 2, 3, 4, 5), 64), extendedSwitch(10, 20)],
    },
  ])
  assert.equal(
    hex(datagram),
    bytes(`
    00000005 00000001 0a000001 00000003 00000008 000003e8 00000001
    00000001 00000058 00000002 00000005 00000200 00000400 00000000 00000005 00000006 00000002
    00000001 00000018 00000001 00000040 00000004 00000005 0102030405 000000
    000003e9 00000010 0000000a 00000000 00000014 00000000`),
  )
})

test('a template in a wrong notation is refused by name', () => {
  assert.throws(() => parseTemplate(256, '8:4 twelve:4'), /template 256: "twelve:4"/)
})

test('IPv6 addresses may be shortened', () => {
  assert.equal(hex(addressBytes('2001:db8::1')), '20010db8000000000000000000000001')
  assert.equal(hex(addressBytes('::')), '0'.repeat(32))
})
