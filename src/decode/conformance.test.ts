import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, concat } from '../schema/fixtures/index.ts'
import {
  addressBytes,
  encodeIpfix,
  encodeSflow,
  encodeV5,
  encodeV9,
  extendedGateway,
  extendedRouter,
  extendedSwitch,
  interfaceCounters,
  parseTemplate,
  portName,
  processorCounters,
  rawHeader,
  type FlowSample,
  type SflowRecord,
  type WireSet,
} from '../simulate/index.ts'
import { DECODER_CHECKS, type DecoderUnderTest } from './conformance.ts'
import { SECONDS } from './fixtures/collector.ts'

const A = addressBytes('10.0.0.1')
const B = addressBytes('10.0.0.2')
const SIX = addressBytes('2001:db8::1')
const FLOW = parseTemplate(256, '8:4 12:4 7:2 11:2 4:1 1:4 2:4 22:4 21:4 48:1')
const OPTIONS = parseTemplate(257, 'S1:4 48:1 50:2 34:4')
const NAMES = parseTemplate(258, 'S10:4 82:v')
const TEXTS = parseTemplate(300, '27:16 28:16 460:v 152:8 153:8 1:8 35632/188:v 70:3 56:6')
const flow = [A, B, 50_000, 443, 6, 1500, 3, 90_000, 99_000, 1] as const
const text = [SIX, SIX, 'host.example', SECONDS * 1000 - 50, SECONDS * 1000, 2n ** 40n, 'x', 16, 5] as const

const v9 = (sequence: number, sets: readonly WireSet[]): Uint8Array => encodeV9({ uptimeMs: 100_000, seconds: SECONDS, sequence, domain: 1 }, sets)
const ipfix = (sequence: number, sets: readonly WireSet[]): Uint8Array => encodeIpfix({ seconds: SECONDS, sequence, domain: 1 }, sets)
const v5 = (sequence: number, records: number): Uint8Array =>
  encodeV5(
    { uptimeMs: 100_000, seconds: SECONDS, sequence, sampling: 0x4064 },
    Array.from({ length: records }, () => ({ src: '10.0.0.1', dst: '10.0.0.2', packets: 1, octets: 100, first: 90_000, last: 95_000, proto: 6 })),
  )

/** NetFlow v1 and v7 (Cisco, NetFlow Export Datagram Format): a header of 16 and 24 bytes, records of 52. */
const COMMON = '0a000001 0a000002 0a000003 0001 0002 00000005 000001f4 00015f90 0001731a c350 01bb'
const V1_RECORD = `${COMMON} 0000 06 00 1b ${'00'.repeat(11)}`
const V7_RECORD = `${COMMON} 00 1b 06 00 fde8 fde9 18 10 0000 0a0000fe`
const v1 = bytes(`0001 0002 000186a0 6553f100 00000000 ${V1_RECORD} ${V1_RECORD}`)
const v7 = (sequence: string): Uint8Array => bytes(`0007 0002 000186a0 6553f100 00000000 ${sequence} 00000000 ${V7_RECORD} ${V7_RECORD}`)

/** Ethernet with two tags, IPv4, UDP, VXLAN, Ethernet, IPv4, TCP. */
const FRAME = bytes(`
  001122334455 66778899aabb 88a8 0064 8100 00c8 0800
  4500 0064 1234 0000 40 11 0000 0a000001 0a000002  c350 12b5 0050 0000
  08000000 00002a00  001122334455 66778899aabb 0800
  4500 0032 1234 0000 40 06 0000 c0a80001 c0a80002  0050 c351 00000000 00000000 5012 0000 0000 0000`)
const sample = (sequence: number, expanded: boolean, records: readonly SflowRecord[]): FlowSample => ({
  kind: 'flow',
  expanded,
  sequence,
  source: 3,
  rate: 1000,
  pool: sequence * 1000,
  input: 3,
  output: expanded ? 4 : 0x4000_0102,
  records,
})
const GATEWAY = { nextHop: SIX, as: 64_500, srcAs: 64_501, srcPeerAs: 64_502, path: [64_503, 64_504], communities: [0xfbf4_0064], localPref: 100 }
const PORT = { index: 3, speed: 10 ** 10, inOctets: 2 ** 40, inPackets: 5, outOctets: 7, outPackets: 9 }
const sflow = (sequence: number, samples: Parameters<typeof encodeSflow>[1]): Uint8Array =>
  encodeSflow({ agent: '10.0.0.254', subAgent: 1, sequence, uptimeMs: 100_000 }, samples)

const SUBJECTS: readonly DecoderUnderTest[] = [
  { protocol: 'NetFlow v5', datagrams: [v5(0, 2), v5(2, 1)], rows: 3 },
  { protocol: 'NetFlow v1', datagrams: [v1], rows: 2 },
  { protocol: 'NetFlow v7', datagrams: [v7('00000000'), v7('00000002')], rows: 4 },
  {
    protocol: 'sFlow',
    rows: 4,
    datagrams: [
      sflow(1, [
        sample(1, false, [rawHeader(FRAME, FRAME.length + 4), extendedSwitch(100, 200), extendedRouter(A, 24, 16)]),
        sample(2, true, [extendedGateway(GATEWAY), rawHeader(FRAME.subarray(22), 104, 0, 11)]),
      ]),
      sflow(2, [
        { kind: 'counters', sequence: 1, source: 3, records: [interfaceCounters(PORT), processorCounters(1200, 2 ** 33, 2 ** 32), portName('eth3')] },
        sample(3, true, [rawHeader(FRAME, FRAME.length + 4)]),
      ]),
      sflow(3, [sample(4, false, [])]),
    ],
  },
  {
    protocol: 'NetFlow v9',
    rows: 3,
    datagrams: [
      v9(0, [
        { kind: 'templates', templates: [FLOW, OPTIONS] },
        { kind: 'data', template: OPTIONS, rows: [[0, 1, 10, 0]] },
      ]),
      v9(1, [{ kind: 'data', template: FLOW, rows: [flow, flow] }]),
      v9(2, [{ kind: 'data', template: FLOW, rows: [flow] }]),
    ],
  },
  {
    protocol: 'IPFIX',
    rows: 4,
    datagrams: [
      ipfix(0, [{ kind: 'templates', templates: [TEXTS, FLOW, NAMES] }]),
      ipfix(0, [
        { kind: 'data', template: TEXTS, rows: [text, text], padding: 0 },
        { kind: 'data', template: NAMES, rows: [[7, 'eth7']], padding: 0 },
      ]),
      ipfix(3, [
        { kind: 'data', template: FLOW, rows: [flow], padding: 2 },
        { kind: 'data', template: TEXTS, rows: [text], padding: 3 },
      ]),
    ],
  },
]

for (const subject of SUBJECTS) for (const { name, run } of DECODER_CHECKS) test(`${subject.protocol}: ${name}`, () => run(subject))

test('the suite finds rows that were not announced, and a datagram that gives none', () => {
  const [subject] = SUBJECTS
  assert.ok(subject)
  const valid = DECODER_CHECKS[0]
  assert.throws(() => valid?.run({ ...subject, rows: 4 }), /3 rows, not 4/)
  assert.throws(() => valid?.run({ ...subject, datagrams: [concat([v5(0, 2)]).subarray(0, 50)] }), /0 rows, not 3/)
})
