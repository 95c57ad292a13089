import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MEASURED_GROUPS, type MeasuredGroup } from '../../schema/index.ts'
import { bytes, type PlainRow } from '../../schema/fixtures/index.ts'
import { encodeIpfix, parseTemplate } from '../../simulate/index.ts'
import { NOW, ROUTER, SECONDS, createCollector } from '../fixtures/collector.ts'
import { STANDARD_SETTINGS, createExporter } from '../exporters.ts'
import { mappingWith, type FieldRule } from '../registry/mapping.ts'

type Values = readonly (number | bigint | string | Uint8Array)[]

const bit = (group: MeasuredGroup): number => 1 << MEASURED_GROUPS.indexOf(group)

/** The row of one IPFIX record, read by these fields. */
function decode(rules: readonly FieldRule[], notation: string, values: Values): PlainRow | undefined {
  const collector = createCollector()
  const template = parseTemplate(300, notation)
  const exporter = createExporter(ROUTER, { ...STANDARD_SETTINGS, mapping: mappingWith(rules) })
  const sets = [
    { kind: 'templates', templates: [template] },
    { kind: 'data', template, rows: [values], padding: 0 },
  ] as const
  assert.equal(collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, sets), NOW, exporter), null)
  return collector.values()[0]
}

// Floats by IEEE 754: 0x4045000000000000 is 42.0, 0x42280000 too, 0x3fe0000000000000 is 0.5, 0x7ff8000000000000 is no number.
test('types of RFC 7011 §6', async t => {
  const field = (column: string, type: FieldRule['type'], more: Partial<FieldRule> = {}): readonly FieldRule[] => [{ column, from: '4242/1', type, ...more }]
  for (const [what, rules, length, value, expected] of [
    ['float64', field('r_factor', 'float64'), 8, bytes('4045000000000000'), { r_factor: 42, measured: bit('r_factor') }],
    ['float64 of four bytes', field('r_factor', 'float64'), 4, bytes('42280000'), { r_factor: 42, measured: bit('r_factor') }],
    ['float32', field('mos', 'float32'), 4, bytes('40800000'), { mos: 4, measured: bit('mos') }],
    ['a float that is no number', field('r_factor', 'float64'), 8, bytes('7ff8000000000000'), {}],
    ['a float below zero', field('r_factor', 'float64'), 8, bytes('c045000000000000'), {}],
    ['a float of a length it cannot have', field('r_factor', 'float64'), 2, 5, {}],
    ['a float of seconds', field('rtt', 'float64', { unit: 'seconds' }), 8, bytes('3fe0000000000000'), { rtt: 500_000, measured: bit('rtt') }],
    ['an unsigned number for a share', field('loss', 'unsigned32', { scale: { times: 1, over: 100 } }), 4, 250, { loss: 2.5, measured: bit('loss') }],
    ['a signed number', field('rtt', 'signed32', { unit: 'milliseconds' }), 4, 20, { rtt: 20_000, measured: bit('rtt') }],
    ['a signed number below zero', field('rtt', 'signed32'), 4, bytes('ffffffff'), {}],
    ['a signed number of one byte', field('rtt', 'signed32'), 1, bytes('7f'), { rtt: 127, measured: bit('rtt') }],
    ['a signed number of one byte below zero', field('rtt', 'signed32'), 1, bytes('80'), {}],
    ['a signed number of three bytes', field('rtt', 'signed32'), 3, bytes('010203'), { rtt: 66_051, measured: bit('rtt') }],
    ['a signed number of three bytes below zero', field('rtt', 'signed32'), 3, bytes('fffffe'), {}],
    ['a signed number of six bytes', field('custom_number_1', 'signed64'), 6, bytes('000100000002'), { custom_number_1: 2 ** 32 + 2 }],
    ['a signed number of six bytes below zero', field('custom_number_1', 'signed64'), 6, bytes('ffffffffffff'), {}],
    ['true', field('custom_number_1', 'boolean'), 1, 1, { custom_number_1: 1 }],
    ['false is 2', field('custom_number_1', 'boolean'), 1, 2, {}],
    ['seconds', field('rtt', 'unsigned32', { unit: 'seconds' }), 4, 3, { rtt: 3_000_000, measured: bit('rtt') }],
    ['nanoseconds are rounded', field('rtt', 'unsigned32', { unit: 'nanoseconds' }), 4, 2500, { rtt: 3, measured: bit('rtt') }],
    ['more than 71 minutes', field('rtt', 'unsigned32', { unit: 'seconds' }), 4, 4295, { rtt: 4_294_967_295, measured: bit('rtt') }],
    ['a sentinel', field('rtt', 'unsigned32', { sentinel: 0 }), 4, 0, {}],
    ['a sentinel in a shorter field is all ones', field('rtt', 'unsigned32', { sentinel: 0xffff_ffff }), 2, 0xffff, {}],
    ['a scale above one', field('bytes', 'unsigned32', { scale: { times: 64, over: 1 } }), 4, 1000, { bytes: 64_000 }],
    ['a number of more than 32 bits, scaled', field('bytes', 'unsigned64', { scale: { times: 8, over: 1 } }), 8, 2 ** 40, { bytes: 2 ** 43 }],
    ['a text', field('custom_text_1', 'string'), 6, 'hello', { custom_text_1: 'hello' }],
    ['a number as it is', field('custom_number_4', undefined), 8, 2n ** 64n - 1n, { custom_number_4: 2n ** 64n - 1n }],
  ] as const) {
    await t.test(what, () => assert.deepEqual(decode(rules, `4:1 4242/1:${length}`, [6, value]), { proto: 6, ...expected }))
  }
})

test('a sum of counts takes the terms that are there, a time needs all of them', () => {
  const rules: readonly FieldRule[] = [
    { column: 'retransmitted', from: '4242/1 + 4242/2', sentinel: 9 },
    { column: 'rtt', from: '4242/3 + 4242/4' },
  ]
  const measured = bit('retransmitted')
  assert.deepEqual(decode(rules, '4:1 4242/1:4 4242/2:4', [6, 1, 2]), { proto: 6, retransmitted: 3, measured })
  assert.deepEqual(decode(rules, '4:1 4242/1:4 4242/2:4', [6, 1, 9]), { proto: 6, retransmitted: 1, measured })
  assert.deepEqual(decode(rules, '4:1 4242/1:4 4242/2:4', [6, 9, 9]), { proto: 6 })
  assert.deepEqual(decode(rules, '4:1 4242/2:4', [6, 5]), { proto: 6, retransmitted: 5, measured })
  assert.deepEqual(decode(rules, '4:1 4242/3:4', [6, 5]), { proto: 6 })
  assert.deepEqual(decode(rules, '4:1 4242/3:4 4242/4:4', [6, 5, 6]), { proto: 6, rtt: 11, measured: bit('rtt') })
})

test('the preferred of several elements fills a column, another where that is not available', () => {
  const jitter = (notation: string, ...values: Values): PlainRow | undefined => decode([], notation, values)
  const measured = bit('jitter')
  assert.deepEqual(jitter('9/4255:4 386:4', 70, 50), { jitter: 50, measured })
  assert.deepEqual(jitter('35632/155:4 35632/154:4', 70, 0xffff_ffff), { jitter: 70, measured })
})

test('a field of the configuration comes first, and its element means nothing else', () => {
  const rules: readonly FieldRule[] = [
    { column: 'jitter', from: '387', unit: 'milliseconds' },
    { column: 'src_sgt', from: '411' },
    { column: 'syn_count', from: '322' },
    { column: 'custom_number_1', from: '32' },
    { column: 'custom_text_2', from: '460' },
  ]
  assert.deepEqual(decode(rules, '387:4 386:4 411:8 322:4 32:2 460:v', [3, 9, 17, 5, 0x0301, 'x']), {
    jitter: 3000,
    src_sgt: 17,
    syn_count: 5,
    custom_number_1: 0x0301,
    custom_text_2: 'x',
    measured: bit('jitter') | bit('flag_counts'),
  })
})

test('operands behind a field of variable length, and a record that does not fit', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '460:v 35632/123:4 9/4255:4')
  const rows: Values[] = [
    ['a.example', 10, 0xffff_ffff],
    ['', 20, 5],
  ]
  const datagram = encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [
    { kind: 'templates', templates: [template] },
    { kind: 'data', template, rows, padding: 0 },
  ])
  // One byte less in message and set: the second record is cut, and leaves nothing behind.
  const cut = datagram.slice(0, -1)
  const view = new DataView(cut.buffer)
  view.setUint16(2, cut.length)
  const set = 16 + 4 + 4 + 4 + 8 + 8
  view.setUint16(set + 2, cut.length - set)
  collector.feed(datagram)
  const first = { server_name: 'a.example', rtt_client: 20_000, measured: bit('rtt_client') }
  assert.deepEqual(collector.values(), [first, { rtt_client: 40_000, jitter: 5, measured: bit('rtt_client') | bit('jitter') }])
  collector.feed(cut)
  assert.deepEqual(collector.values(), [first])
})

test('figures in a list fill those the record has none for (RFC 6313)', () => {
  const inner = parseTemplate(301, '35632/123:4 35632/124:4')
  const alone = parseTemplate(302, '4:1 292:v')
  const beside = parseTemplate(303, '4:1 292:v 35632/123:4')
  // Semantic 3 (all of), template 301, one record: 15 ms and 20 ms.
  const list = bytes('03 012d 0000000f 00000014')
  const collector = createCollector()
  collector.feed(
    encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [
      { kind: 'templates', templates: [inner, alone, beside] },
      { kind: 'data', template: alone, rows: [[6, list]], padding: 0 },
      {
        kind: 'data',
        template: beside,
        rows: [
          [6, list, 7],
          [6, list, 0],
        ],
        padding: 0,
      },
    ]),
  )
  const measured = bit('rtt_client') | bit('rtt_server')
  const filled = { proto: 6, rtt_client: 30_000, rtt_server: 40_000, measured }
  assert.deepEqual(collector.values(), [filled, { ...filled, rtt_client: 14_000 }, filled])
})
