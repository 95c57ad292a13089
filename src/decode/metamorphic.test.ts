/** The same flows put on the wire in other ways give the same rows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytes, concat, type PlainRow } from '../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type Template, type Value, type WireSet } from '../simulate/index.ts'
import { NOW, SECONDS, batchesOf, createCollector, openBooks } from './fixtures/collector.ts'

const SEED = 20_260_302
type Field = readonly [notation: string, value: Value]
type Protocol = 'netflow9' | 'ipfix'

const u = (bits: number): fc.Arbitrary<number> => fc.nat(2 ** bits - 1)
const time = fc.nat(60_000).map(ago => NOW - ago)
/** Fields in the order of a template, each drawn on its own. */
const FLOW: readonly (readonly [notation: string, value: fc.Arbitrary<Value>])[] = [
  ['8:4', u(31)],
  ['12:4', u(31)],
  ['7:2', u(16)],
  ['11:2', u(16)],
  ['4:1', u(8)],
  ['1:8', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  ['2:3', u(24)],
  ['10:4', u(31)],
  ['16:4', u(31)],
  ['56:6', u(48)],
  ['6:2', u(9)],
  ['460:16', fc.stringMatching(/^[a-z.]{0,16}$/)],
  ['70:3', u(24)],
  ['386:4', u(31)],
  ['152:8', time],
  ['34:2', u(16)],
]
const records = fc.array(fc.tuple(...FLOW.map(([, value]) => value)), { minLength: 1, maxLength: 8 })
const FIELDS = FLOW.map(([notation]) => notation)

const templateOf = (id: number, fields: readonly string[]): Template => parseTemplate(id, fields.join(' '))
const data = (template: Template, rows: readonly (readonly Value[])[], padding = 0): WireSet => ({ kind: 'data', template, rows, padding })
const teach = (...templates: Template[]): WireSet => ({ kind: 'templates', templates })

/** Datagrams of these sets; the sequence is none of these tests' business. */
const encode = (protocol: Protocol, sets: readonly WireSet[], domain = 3): Uint8Array =>
  protocol === 'ipfix'
    ? encodeIpfix({ seconds: SECONDS, sequence: 0, domain }, sets)
    : encodeV9({ uptimeMs: 1000, seconds: SECONDS, sequence: 0, domain }, sets)

/** Their memory is most of what a collector costs. */
const batches = batchesOf()

function decode(datagrams: readonly Uint8Array[]): readonly PlainRow[] {
  const collector = createCollector({}, {}, batches)
  for (const datagram of datagrams) assert.equal(collector.feed(datagram), null)
  assert.equal(openBooks(collector.counts), '')
  assert.equal(collector.counts.setsPending, 0)
  const rows = collector.rows()
  collector.recycle()
  return rows
}

const sorted = (rows: readonly PlainRow[]): string[] =>
  rows.map(row => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).toSorted()

const shuffled = <T>(values: readonly T[], random: () => number): T[] =>
  values
    .map(value => ({ value, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value)

function law(name: string, other: (protocol: Protocol, rows: readonly (readonly Value[])[], random: () => number) => readonly Uint8Array[]): void {
  test(name, () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Protocol>('netflow9', 'ipfix'),
        records,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (protocol, rows, stream) => {
          const template = templateOf(300, FIELDS)
          const plainly = decode([encode(protocol, [teach(template), data(template, rows)])])
          assert.equal(plainly.length, rows.length)
          const numbers = stream[Symbol.iterator]()
          const changed = decode(other(protocol, rows, () => numbers.next().value as number))
          assert.deepEqual(sorted(changed), sorted(plainly))
        },
      ),
      { seed: SEED, numRuns: 60 },
    )
  })
}

law('one message or a message a record', (protocol, rows) => {
  const template = templateOf(300, FIELDS)
  return [encode(protocol, [teach(template)]), ...rows.map(row => encode(protocol, [data(template, [row])]))]
})

law('one set or several, with padding', (protocol, rows, random) => {
  const template = templateOf(300, FIELDS)
  return [encode(protocol, [teach(template), ...rows.map(row => data(template, [row], Math.floor(random() * 60)))])]
})

law('templates before, between or behind the data', (protocol, rows, random) => {
  const template = templateOf(300, FIELDS)
  const sets = rows.map(row => data(template, [row]))
  sets.splice(Math.floor(random() * (sets.length + 1)), 0, teach(template))
  return [encode(protocol, sets)]
})

law('sets of other templates and reserved ids between', (protocol, rows) => {
  const template = templateOf(300, FIELDS)
  const other = parseTemplate(301, 'S149:4 41:4')
  const message = encode(protocol, [teach(template, other), data(other, [[1, 2]]), data(template, rows), data(other, [[3, 4]])])
  const whole = concat([message, bytes('00fe 0008 ffffffff')])
  if (protocol === 'ipfix') new DataView(whole.buffer).setUint16(2, whole.length)
  return [whole]
})

law('unknown elements anywhere in the template', (protocol, rows, random) => {
  const fields: Field[] = FIELDS.map(notation => [notation, ''])
  const unknown: readonly Field[] =
    protocol === 'ipfix'
      ? [
          ['65000/7:5', 'abcde'],
          ['511:v', 'text of any length'],
          ['65001/8:v', ''],
          ['210:1', 0xff],
        ]
      : [
          ['33333:5', 'abcde'],
          ['0:2', 7],
          ['210:1', 0xff],
        ]
  const places = unknown.map(field => ({ field, at: Math.floor(random() * (fields.length + 1)) })).toSorted((a, b) => b.at - a.at)
  const notations = [...FIELDS]
  for (const { field, at } of places) notations.splice(at, 0, field[0])
  const template = templateOf(300, notations)
  return [
    encode(protocol, [
      teach(template),
      data(
        template,
        rows.map(row => {
          const values = [...row]
          for (const { field, at } of places) values.splice(at, 0, field[1])
          return values
        }),
      ),
    ]),
  ]
})

law('fields in another order', (protocol, rows, random) => {
  const order = FIELDS.map((_, index) => ({ index, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ index }) => index)
  const template = templateOf(
    300,
    order.map(index => FIELDS[index] ?? ''),
  )
  return [
    encode(protocol, [
      teach(template),
      data(
        template,
        rows.map(row => order.map(index => row[index] ?? 0)),
      ),
    ]),
  ]
})

law('texts of variable length instead of fixed', (protocol, rows) => {
  const template = templateOf(
    300,
    FIELDS.map(notation => (protocol === 'ipfix' ? notation.replace('460:16', '460:v') : notation)),
  )
  return [encode(protocol, [teach(template), data(template, rows)])]
})

law('a template sent again between its records', (protocol, rows) => {
  const template = templateOf(300, FIELDS)
  return [encode(protocol, [teach(template), ...rows.flatMap(row => [data(template, [row]), teach(template)])]), encode(protocol, [teach(template)])]
})

law('messages in another order, the template among them', (protocol, rows, random) => {
  const template = templateOf(300, FIELDS)
  return shuffled([encode(protocol, [teach(template)]), ...rows.map(row => encode(protocol, [data(template, [row])]))], random)
})

law('records spread over templates of the same fields under other numbers', (protocol, rows, random) => {
  const templates = [300, 65_535, 256].map(id => templateOf(id, FIELDS))
  const sets = rows.map(row => data(templates[Math.floor(random() * templates.length)] ?? templateOf(300, FIELDS), [row]))
  return [encode(protocol, [teach(...templates), ...shuffled(sets, random)])]
})

law('other domains between, with the same numbers for other fields', (protocol, rows) => {
  const template = templateOf(300, FIELDS)
  const other = parseTemplate(300, 'S149:4 41:4')
  return [encode(protocol, [teach(template)]), encode(protocol, [teach(other), data(other, [[1, 2]])], 9), encode(protocol, [data(template, rows)])]
})

/** Bytes that the numbers of a column need, in all rows. */
const bytesNeeded = (values: readonly Value[]): number =>
  Math.max(1, ...values.map(value => (typeof value === 'string' ? 0 : Math.ceil(value.toString(16).length / 2))))
const MAY_SHRINK = new Set(['7', '11', '1', '2', '10', '16', '6', '386', '34'])

law('numbers in no more bytes than they need, as reduced-size encoding has them', (protocol, rows) => {
  const notations = FIELDS.map((notation, index) => {
    const [element = ''] = notation.split(':')
    // Numbers are all that is drawn for these elements.
    const values = rows.map(row => row[index] ?? 0)
    return protocol === 'ipfix' && MAY_SHRINK.has(element) ? `${element}:${bytesNeeded(values)}` : notation
  })
  const template = templateOf(300, notations)
  return [encode(protocol, [teach(template), data(template, rows)])]
})

test('NetFlow v9 and IPFIX of the same flows give the same rows', () => {
  const template = templateOf(300, FIELDS)
  const neutral = (protocol: Protocol, rows: readonly (readonly Value[])[]): string[] =>
    sorted(decode([encode(protocol, [teach(template), data(template, rows)])]).map(({ export_protocol: _, ...row }) => row))
  fc.assert(
    fc.property(records, rows => assert.deepEqual(neutral('netflow9', rows), neutral('ipfix', rows))),
    { seed: SEED, numRuns: 60 },
  )
})

test('addresses of IPv4 in templates for both families give the same rows', () => {
  fc.assert(
    fc.property(u(32), u(32), (src, dst) => {
      const narrow = templateOf(300, ['8:4', '12:4', '1:4'])
      const wide = templateOf(300, ['8:4', '12:4', '27:16', '28:16', '1:4'])
      const nothing = addressBytes('::')
      const strip = (rows: readonly PlainRow[]): unknown[] => rows.map(row => [row['src'] ?? '0.0.0.0', row['dst'] ?? '0.0.0.0', row['bytes']])
      assert.deepEqual(
        strip(decode([encode('ipfix', [teach(wide), data(wide, [[src, dst, nothing, nothing, 5]])])])),
        strip(decode([encode('ipfix', [teach(narrow), data(narrow, [[src, dst, 5]])])])),
      )
    }),
    { seed: SEED, numRuns: 50 },
  )
})
