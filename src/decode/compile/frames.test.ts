import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFrame, readFrame } from '../../packet/index.ts'
import { FlowBatch, STORED_COLUMNS } from '../../schema/index.ts'
import { bytes, concat } from '../../schema/fixtures/index.ts'
import { addressBytes, encodeIpfix, parseTemplate, type Template, type Value, type WireSet } from '../../simulate/index.ts'
import { NOW, SECONDS, createCollector } from '../fixtures/collector.ts'
import { STANDARD_SETTINGS, createExporter } from '../exporters.ts'
import { writeFrame } from '../frame-row.ts'
import { FRAME_COLUMNS } from './frames.ts'

const templates = (template: Template): WireSet => ({ kind: 'templates', templates: [template] })
const data = (template: Template, ...rows: (readonly Value[])[]): WireSet => ({ kind: 'data', template, rows, padding: 0 })
const message = (...sets: WireSet[]): Uint8Array => encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, sets)

function decodeOne(notation: string, values: readonly Value[]): object | undefined {
  const collector = createCollector()
  const template = parseTemplate(300, notation)
  assert.equal(collector.feed(message(templates(template), data(template, values))), null)
  return collector.values()[0]
}

// IPv4 of 1,000 bytes in all, TTL 63, UDP from 10.1.0.1:5000 to 10.1.0.2:53, of which only the headers were sampled.
const UDP = bytes('4500 03e8 0001 0000 3f 11 0000 0a010001 0a010002 1388 0035 03d4 0000')
const ETHERNET = concat([bytes('020000000002 020000000001 8100 a064 0800'), UDP])
const IP = { src: '10.1.0.1', dst: '10.1.0.2', proto: 17, src_port: 5000, dst_port: 53, min_ttl: 63, max_ttl: 63 }
const LINK = { src_mac: '02:00:00:00:00:01', dst_mac: '02:00:00:00:00:02', vlan: 100, vlan_priority: 5, ether_type: 0x0800 }

test('a sampled frame is a flow of one packet: its IP length, and the frame’s beside it', () => {
  for (const notation of ['10:4 312:2 315:v', '10:4 312:2 104:v', `10:4 312:2 315:${ETHERNET.length}`]) {
    assert.deepEqual(decodeOne(notation, [7, 1018, ETHERNET]), { in_if: 7, ...IP, ...LINK, bytes: 1000, packets: 1, layer2_bytes: 1018 }, notation)
  }
  // The length stands behind the frame too.
  assert.deepEqual(decodeOne('315:v 312:2', [ETHERNET, 1018]), { ...IP, ...LINK, bytes: 1000, packets: 1, layer2_bytes: 1018 })
})

test('a sampled IP header, and a label stack with what lies below it', () => {
  assert.deepEqual(decodeOne('10:4 313:v', [7, UDP]), { in_if: 7, ...IP, bytes: 1000, packets: 1 })
  const stack = concat([bytes('00064040 000c8140'), UDP])
  assert.deepEqual(decodeOne('316:v', [stack]), { ...IP, mpls_label_1: 100, mpls_label_2: 200, mpls_depth: 2, bytes: 1000, packets: 1 })
})

test('what the record tells itself stays; the frame fills the rest', () => {
  assert.deepEqual(decodeOne('8:4 12:4 7:2 1:8 2:8 58:2 315:v', [addressBytes('192.0.2.1'), addressBytes('192.0.2.2'), 0, 5, 0, 30, ETHERNET]), {
    ...IP,
    ...LINK,
    src: '192.0.2.1',
    dst: '192.0.2.2',
    vlan: 30,
    bytes: 5,
  })
})

test('frames of another link are no Ethernet', () => {
  // RFC 7133 §3.2.2: bit 1 is IEEE 802.11. The row counts the packet all the same.
  assert.deepEqual(decodeOne('408:2 315:v', [2, ETHERNET]), { packets: 1 })
  assert.deepEqual(decodeOne('408:2 315:v', [1, ETHERNET]), { ...IP, ...LINK, bytes: 1000, packets: 1 })
})

test('the length of a frame does not outlive its record', () => {
  const collector = createCollector()
  const [sized, bare] = [parseTemplate(300, '312:2 315:v'), parseTemplate(301, '315:v')]
  collector.feed(message(templates(sized), templates(bare), data(sized, [1018, ETHERNET]), data(bare, [ETHERNET])))
  assert.deepEqual(
    collector.rows().map(row => row['layer2_bytes']),
    [1018, undefined],
  )
})

test('frames cut at every byte', () => {
  for (let length = 0; length < ETHERNET.length; length++) {
    const row = decodeOne('10:4 315:v', [7, ETHERNET.subarray(0, length)]) as Record<string, unknown>
    assert.equal(row['in_if'], 7)
    assert.equal(row['src'], length < 38 ? undefined : '10.1.0.1', `${length} bytes`)
  }
})

test('headers fill the columns the filling knows of, and no other', () => {
  // VLAN tags, MPLS, IPv6 with a flow label, GRE, TCP inside; then ICMP.
  const gre = concat([bytes('2000 0800 00000007'), bytes('4500 0028 0001 0000 40 06 0000 0a020001 0a020002 0050 0051 00000000 00000000 5018 0000 00000000')])
  const v6 = concat([bytes('60a12345 0030 2f 40'), addressBytes('2001:db8::1'), addressBytes('2001:db8::2'), gre])
  const frames = [
    concat([bytes('020000000002 020000000001 88a8 a064 8100 6065 86dd'), v6]),
    concat([bytes('020000000002 020000000001 8847 00064140'), bytes('4500 0020 0001 0000 3f 01 0000 0a010001 0a010002 0301 0000 00000000')]),
    ETHERNET,
  ]
  const touched = new Set<string>()
  for (const family of [4, 6] as const) {
    for (const bytesOfFrame of frames) {
      const batch = new FlowBatch(1, family)
      const frame = createFrame()
      const view = new DataView(bytesOfFrame.buffer)
      readFrame(view, 0, bytesOfFrame.length, 1, frame)
      writeFrame(view, frame, batch, 0)
      STORED_COLUMNS.forEach((column, index) => batch.columns[index] !== undefined && touched.add(column.name))
    }
  }
  assert.deepEqual(
    [...touched].filter(name => !FRAME_COLUMNS.includes(name)),
    [],
  )
  assert.ok(touched.size >= 20)
})

test('records of a relay belong to the exporter they name', () => {
  const relay = createExporter(0xffff_0a00_0001n, { ...STANDARD_SETTINGS, relay: true })
  const template = parseTemplate(300, '8:4 130:4')
  const wide = parseTemplate(301, '8:4 131:16')
  const original = parseTemplate(302, '403:4 8:4 130:4')
  const [a, b, none] = ['192.0.2.1', '192.0.2.2', '0.0.0.0'].map(addressBytes) as [Uint8Array, Uint8Array, Uint8Array]
  const six = addressBytes('2001:db8::7')
  const sets = [
    templates(template),
    templates(wide),
    templates(original),
    data(template, [a, a], [a, b], [a, a], [a, none]),
    data(wide, [a, six], [a, six], [a, new Uint8Array(16)]),
    data(original, [a, a, b]),
  ]
  const collector = createCollector()
  // 130 is who sent it to the relay, 403 whose record it was at first (RFC 7119).
  const expected = ['192.0.2.1', '192.0.2.2', '192.0.2.1', '10.0.0.1', '2001:db8::7', '2001:db8::7', '10.0.0.1', '192.0.2.1']
  for (let round = 0; round < 2; round++) {
    collector.feed(message(...sets), NOW, relay)
    assert.deepEqual(
      collector.rows().map(row => row['exporter']),
      expected,
    )
    // Codes hold for one use of a batch.
    collector.recycle()
  }
  // Who is no relay may tell the same elements of itself.
  collector.feed(message(...sets), NOW)
  assert.ok(collector.rows().every(row => row['exporter'] === '10.0.0.254'))
})
