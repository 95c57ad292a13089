import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytes, concat } from '../../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, parseTemplate, type Template, type Value, type WireSet } from '../../simulate/index.ts'
import { NOW, SECONDS, createCollector, type Collector } from '../fixtures/collector.ts'

const A = addressBytes('10.0.0.1')
const B = addressBytes('10.0.0.2')
const templates = (...list: Template[]): WireSet => ({ kind: 'templates', templates: list })
const data = (template: Template, ...rows: (readonly Value[])[]): WireSet => ({ kind: 'data', template, rows, padding: 0 })
const send = (collector: Collector, ...sets: WireSet[]): string | null => collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, sets))

/** The values of one record of `notation`, with these templates known in its domain. */
function decodeOne(notation: string, values: readonly Value[], ...known: Template[]): { readonly row: object | undefined; readonly lists: object } {
  const collector = createCollector()
  const template = parseTemplate(300, notation)
  assert.equal(send(collector, templates(template, ...known), data(template, values)), null)
  const [row] = collector.values()
  return { row, lists: Object.fromEntries(Object.entries(collector.exporter.lists).filter(([, count]) => count !== 0)) }
}

const HTTP = parseTemplate(400, '460:v 461:v')
const TCP = parseTemplate(401, '184:4 6871/14:1 6871/15:1')
const PORTS = parseTemplate(402, '7:2 11:2')

test('a subTemplateMultiList fills what the record leaves empty, from each of its templates', () => {
  // RFC 6313 §4.5.3: semantic, then template, length with these four bytes, records.
  const list = bytes(`
    03                                    | allOf
    0190 0010 046874 7470 0661 622f 632f 64 | 400, 16 bytes: "http", "ab/c/d"
    0191 000a 00000001 02 18              | 401, 10 bytes: sequence number, SYN, ACK PSH
  `)
  const { row, lists } = decodeOne('8:4 12:4 7:2 293:v', [A, B, 80, list], HTTP, TCP)
  assert.deepEqual(row, { src: '10.0.0.1', dst: '10.0.0.2', src_port: 80, server_name: 'http', http_url: 'ab/c/d', tcp_flags: 0x1a })
  assert.deepEqual(lists, { read: 2 })
})

test('what the record tells itself stays, and of several records of a list the first tells', () => {
  // RFC 6313 §4.5.2: semantic, template, records.
  const list = bytes('04 0192 0035 0050 01bb 01bc')
  // The list stands before the field of the record.
  assert.deepEqual(decodeOne('292:v 8:4 7:2', [list, A, 443], PORTS), { row: { src: '10.0.0.1', src_port: 443, dst_port: 80 }, lists: { read: 2 } })
  assert.deepEqual(decodeOne('292:v 8:4 7:2', [list, A, 0], PORTS), { row: { src: '10.0.0.1', src_port: 53, dst_port: 80 }, lists: { read: 2 } })
})

test('lists of fixed length, and lists in the middle of fixed and variable fields', () => {
  const list = bytes('04 0192 0035 0050')
  assert.deepEqual(decodeOne('8:4 292:7 460:v 12:4', [A, list, 'x', B], PORTS).row, {
    src: '10.0.0.1',
    dst: '10.0.0.2',
    src_port: 53,
    dst_port: 80,
    server_name: 'x',
  })
  assert.deepEqual(decodeOne('8:4 292:7 12:4', [A, list, B], PORTS).row, { src: '10.0.0.1', dst: '10.0.0.2', src_port: 53, dst_port: 80 })
})

test('a basicList of an element gives its first value; of an enterprise too', () => {
  // RFC 6313 §4.5.1: semantic, field, length, enterprise where the bit is set, values.
  assert.deepEqual(decodeOne('8:4 291:v', [A, bytes('03 000a 0004 00000007 00000008')]), { row: { src: '10.0.0.1', in_if: 7 }, lists: { read: 2 } })
  assert.deepEqual(decodeOne('8:4 291:v', [A, bytes('01 80bc ffff 00008b30 0568 65 6c 6c 6f')]), {
    row: { src: '10.0.0.1', server_name: 'hello' },
    lists: { read: 1 },
  })
})

test('AS paths and communities are joined', () => {
  assert.deepEqual(decodeOne('8:4 291:v', [A, bytes('04 0011 0004 0000fde8 00000d1c 0003 0d40')]).row, { src: '10.0.0.1', as_path: '65000 3356 200000' })
  // RFC 8549: 485 and 484 are lists of 483, 491 of 489; the destination's are kept wherever they stand.
  const destination = bytes('ff 01e3 0004 fde80064 fde8ffff')
  const source = bytes('ff 01e3 0004 00010002')
  assert.deepEqual(decodeOne('8:4 484:v 485:v', [A, source, destination]).row, { src: '10.0.0.1', communities: '65000:100 65000:65535' })
  assert.deepEqual(decodeOne('8:4 484:v', [A, source]).row, { src: '10.0.0.1', communities: '1:2' })
  assert.deepEqual(decodeOne('8:4 491:v', [A, bytes('ff 01e9 000c 00030d40 00000001 00000002')]).row, { src: '10.0.0.1', communities: '200000:1:2' })
  // One AS number is the AS of the destination.
  assert.deepEqual(decodeOne('8:4 291:v', [A, bytes('01 0011 0004 0000fde8')]).row, { src: '10.0.0.1', dst_as: 65_000 })
})

test('a huge AS path is cut', () => {
  const path = concat([bytes('04 0011 0004'), new Uint8Array(40_000).fill(1)])
  const { row } = decodeOne('8:4 291:v', [A, path])
  const text = String((row as Record<string, unknown>)['as_path'])
  assert.ok(text.length >= 1024 && text.length < 1040 && text.startsWith('16843009 16843009 '))
})

test('unknown templates and elements in lists are counted and skipped', () => {
  assert.deepEqual(decodeOne('8:4 293:v', [A, bytes('03 0999 0006 abcd 0192 0008 0035 0050')], PORTS), {
    row: { src: '10.0.0.1', src_port: 53, dst_port: 80 },
    lists: { unknownTemplate: 1, read: 1 },
  })
  assert.deepEqual(decodeOne('8:4 292:v', [A, bytes('03 0999 abcd')]).lists, { unknownTemplate: 1 })
  assert.deepEqual(decodeOne('8:4 291:v', [A, bytes('03 7001 0002 abcd')]).lists, { unknownElement: 1 })
})

test('templates are found in the domain of the record only', () => {
  const collector = createCollector()
  const outer = parseTemplate(300, '8:4 292:v')
  collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 2 }, [templates(PORTS)]))
  send(collector, templates(outer), data(outer, [A, bytes('04 0192 0035 0050')]))
  assert.deepEqual(collector.values(), [{ src: '10.0.0.1' }])
  assert.equal(collector.exporter.lists.unknownTemplate, 1)
})

test('lists cut at every byte give what was whole before, and no more', () => {
  const list = bytes('03 0190 0010 0468747470 0661622f632f64 0191 000a 00000001 02 18')
  for (let length = 0; length <= list.length; length++) {
    const { row, lists } = decodeOne('8:4 293:v', [A, list.subarray(0, length)], HTTP, TCP)
    const whole =
      length < 17 ? {} : length < list.length ? { server_name: 'http', http_url: 'ab/c/d' } : { server_name: 'http', http_url: 'ab/c/d', tcp_flags: 0x1a }
    assert.deepEqual(row, { src: '10.0.0.1', ...whole }, `${length} bytes`)
    assert.equal(
      (lists as Record<string, number>)['malformed'] ?? 0,
      length === 0 || length === 1 || length === 17 || length === list.length ? 0 : 1,
      `${length} bytes`,
    )
  }
})

test('a record of a list that breaks off, and lengths that are none', () => {
  for (const [notation, hex] of [
    ['292:v', '04 0192 0035'], // shorter than a record
    ['292:v', '04 0190 01 61 05 62'], // the second text runs over
    ['293:v', '04 0192 0003'], // a length below its own header
    ['293:v', '04 0192 ffff 0035 0050'],
    ['291:v', '04 000a'],
    ['291:v', '04 800a 0004 0000'],
    ['291:v', '04 000a 0000'], // elements of no length would never end
    ['291:v', '04 000a 0004 000000'],
    ['291:v', '04 01cc ffff ff'],
  ] as const) {
    const { lists } = decodeOne(`8:4 ${notation}`, [A, bytes(hex)], PORTS, HTTP)
    assert.equal((lists as Record<string, number>)['malformed'], 1, hex)
  }
})

test('lists in lists are followed to a depth of four', () => {
  // A template that holds a list of itself, each level with a name of its own column.
  const nested = parseTemplate(500, '460:v 292:v')
  const wrap = (inner: Uint8Array): Uint8Array => concat([bytes('04 01f4 00'), Uint8Array.of(inner.length), inner])
  let list: Uint8Array = bytes('04 01f4 0464656570 00')
  for (const [levels, expected] of [
    [1, { server_name: 'deep' }],
    [2, { server_name: 'deep' }],
    [3, { server_name: 'deep' }],
    [4, { server_name: 'deep' }],
    [5, {}],
  ] as const) {
    const { row, lists } = decodeOne('8:4 292:v', [A, list], nested)
    assert.deepEqual(row, { src: '10.0.0.1', ...expected }, `${levels} levels`)
    assert.equal((lists as Record<string, number>)['tooDeep'] ?? 0, levels > 4 ? 1 : 0)
    list = wrap(list)
  }
})

test('facts in a list fill what the same facts fill as fields of the record', () => {
  const FIELDS = [
    '7:2',
    '11:2',
    '4:1',
    '5:1',
    '6:1',
    '10:4',
    '14:4',
    '16:4',
    '56:6',
    '58:2',
    '89:1',
    '70:3',
    '71:3',
    '136:1',
    '1:8',
    '2:8',
    '29305/1:4',
    '148:8',
    '225:4',
    '230:1',
    '351:8',
    '90:8',
    '218:4',
    '386:4',
    '35632/123:4',
    '9/232:12',
    '6871/14:1',
    '6871/15:1',
    '176:1',
    '32:2',
    '95:4',
    '460:v',
    '9/12235:v',
  ] as const
  const lengthOf = (field: string): number => (field.endsWith(':v') ? 9 : Number(field.slice(field.indexOf(':') + 1)))
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.nat(255)), (fields, stream) => {
      const values = fields.map(field => Uint8Array.from({ length: lengthOf(field) }, () => stream.next().value))
      const wire = fields.flatMap((field, index) => (field.endsWith(':v') ? [Uint8Array.of(9), values[index]!] : [values[index]!]))
      const inner = parseTemplate(400, fields.join(' '))
      const part = concat(wire)
      const list = concat([bytes('03 0190'), Uint8Array.of(0, part.length + 4), part])
      const direct = decodeOne(`8:4 ${fields.join(' ')}`, [A, ...values]).row
      assert.deepEqual(decodeOne('8:4 293:v', [A, list], inner).row, direct)
      // Filled over a row that has them already, they change nothing.
      assert.deepEqual(decodeOne(`293:v 8:4 ${fields.join(' ')}`, [list, A, ...values], inner).row, direct)
    }),
    { seed: 20_260_302, numRuns: 400 },
  )
})

test('no list reads beyond itself or throws, whatever it holds', () => {
  const outer = parseTemplate(300, '291:v 292:v 293:v 8:4')
  const nested = parseTemplate(400, '293:v 460:v 7:2')
  const collector = createCollector()
  send(collector, templates(outer, nested, PORTS, TCP))
  let now = 0
  // Bytes that are often a template's id, a short length or an element.
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 4, 5, 6, 8, 10, 0x90, 0x91, 0x92, 255))
  const listBytes = fc.oneof(
    fc.array(byte, { maxLength: 60 }),
    fc.array(byte, { maxLength: 60 }).map(rest => [3, 1, 0x90, ...rest]),
    fc.array(byte, { maxLength: 60 }).map(rest => [3, 0, 7, 0, 2, ...rest]),
  )
  fc.assert(
    fc.property(fc.tuple(listBytes, listBytes, listBytes), lists => {
      const message = encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [data(outer, [...lists.map(list => Uint8Array.from(list)), A])])
      // A view of exactly the message: reading beyond it throws.
      const view = new DataView(message.slice().buffer)
      assert.equal(collector.decoder.decode(view, 0, view.byteLength, collector.exporter, NOW + now++), null)
      assert.equal(collector.rows().length, 1)
    }),
    { seed: 20_260_303, numRuns: 3000 },
  )
  const { read, unknownTemplate, unknownElement, malformed } = collector.exporter.lists
  for (const count of [read, unknownTemplate, unknownElement, malformed]) assert.ok(count > 10, JSON.stringify(collector.exporter.lists))
})

test('lists of many new elements or templates do not keep the decoder compiling', () => {
  const collector = createCollector()
  const outer = parseTemplate(300, '291:v')
  // 200 lists of one millisecond, each of another length of the HTTP host.
  const lists = Array.from({ length: 200 }, (_, index) => concat([bytes('04 01cc'), Uint8Array.of(0, index + 1), new Uint8Array(index + 1).fill(65)]))
  send(collector, templates(outer))
  for (const list of lists) send(collector, data(outer, [list]))
  assert.equal(collector.counts.rows, 200)
  assert.deepEqual([collector.exporter.lists.read, collector.exporter.lists.notCompiled], [8, 192])

  const many = parseTemplate(301, '293:v')
  const parts = Array.from({ length: 20 }, (_, index) => parseTemplate(400 + index, `460:${index + 1}`))
  const list = concat([
    bytes('03'),
    ...parts.map(({ id }, index) => concat([Uint8Array.of(id >> 8, id & 255, 0, 5 + index), new Uint8Array(index + 1).fill(65)])),
  ])
  const fresh = createCollector()
  send(fresh, templates(many), ...parts.map(part => templates(part)))
  for (let ms = 0; ms < 4; ms++) fresh.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [data(many, [list])]), NOW + ms)
  // Eight a millisecond; what is known is read every time.
  assert.deepEqual([fresh.exporter.lists.read, fresh.exporter.lists.notCompiled], [8 + 16 + 20 + 20, 12 + 4])
})
