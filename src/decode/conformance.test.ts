import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat } from '../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, encodeV5, encodeV9, parseTemplate, type WireSet } from '../simulate/index.ts'
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

const SUBJECTS: readonly DecoderUnderTest[] = [
  { protocol: 'NetFlow v5', datagrams: [v5(0, 2), v5(2, 1)], rows: 3 },
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
