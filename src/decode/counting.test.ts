import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type WireSet } from '../simulate/index.ts'
import { SECONDS, createCollector, type Collector } from './fixtures/collector.ts'

const FLOWS = parseTemplate(256, '8:4 12:4 1:4 2:4')
const OPTIONS = parseTemplate(257, 'S149:4 41:8')
const A = addressBytes('10.0.0.1')
const B = addressBytes('10.0.0.2')
const NOTHING = { missing: 0, duplicate: 0, reordered: 0, reset: 0 }

interface Sent {
  readonly flows: number
  readonly options: number
}

/** Datagrams of uneven sizes, every fifth with a record of options too. */
const TRAFFIC: readonly Sent[] = Array.from({ length: 40 }, (_, index) => ({ flows: 3 + ((index * 7) % 5), options: index % 5 === 4 ? 1 : 0 }))

type Numbering = (before: { readonly flows: number; readonly records: number; readonly datagrams: number }, now: Sent) => number

/** What the collector counts of an exporter that numbers its datagrams this way; those of `lost` never arrive. */
function sequenceOf(protocol: 'v9' | 'ipfix', number: Numbering, lost: readonly number[] = []): Collector['exporter']['sequence'] {
  const collector = createCollector()
  const before = { flows: 0, records: 0, datagrams: 0 }
  TRAFFIC.forEach((now, index) => {
    const sets: WireSet[] = [
      ...(index === 0 ? [{ kind: 'templates', templates: [FLOWS] } as const, { kind: 'templates', templates: [OPTIONS] } as const] : []),
      { kind: 'data', template: FLOWS, rows: Array.from({ length: now.flows }, () => [A, B, 100, 1]) },
      ...(now.options > 0 ? [{ kind: 'data', template: OPTIONS, rows: [[0, 5]] } as const] : []),
    ]
    const sequence = number(before, now) >>> 0
    const header = { seconds: SECONDS, sequence, domain: 0 }
    const datagram = protocol === 'v9' ? encodeV9({ ...header, uptimeMs: 1000 }, sets) : encodeIpfix(header, sets)
    if (!lost.includes(index)) collector.feed(datagram)
    before.flows += now.flows
    before.records += now.flows + now.options
    before.datagrams++
  })
  return collector.exporter.sequence
}

test('numbers by the letter of the protocol tell no loss, and tell the real one', () => {
  assert.deepEqual(
    sequenceOf('ipfix', before => before.records),
    NOTHING,
  )
  assert.deepEqual(
    sequenceOf('v9', before => before.datagrams),
    NOTHING,
  )
  // Of the 40 datagrams the 11th and the 21st are lost, with their records.
  const lost = [10, 20].map(index => (TRAFFIC[index]?.flows ?? 0) + (TRAFFIC[index]?.options ?? 0))
  assert.deepEqual(
    sequenceOf('ipfix', before => before.records, [10, 20]),
    { ...NOTHING, missing: (lost[0] ?? 0) + (lost[1] ?? 0) },
  )
  assert.deepEqual(
    sequenceOf('v9', before => before.datagrams, [10, 20]),
    { ...NOTHING, missing: 2 },
  )
})

test('softflowd counts the flows of the message itself too, and no options: its numbers tell no loss', () => {
  assert.deepEqual(
    sequenceOf('ipfix', (before, now) => before.flows + now.flows),
    NOTHING,
  )
})

test('an exporter of NetFlow v9 that counts flows tells no loss', () => {
  assert.deepEqual(
    sequenceOf('v9', before => before.flows),
    { ...NOTHING, reset: 0 },
  )
  assert.deepEqual(
    sequenceOf('v9', (before, now) => before.flows + now.flows),
    NOTHING,
  )
})

test('what such an exporter loses is told in flows', () => {
  const flows = TRAFFIC[30]?.flows ?? 0
  assert.deepEqual(
    sequenceOf('ipfix', (before, now) => before.flows + now.flows, [30]),
    { ...NOTHING, missing: flows },
  )
  assert.deepEqual(
    sequenceOf('v9', before => before.flows, [30]),
    { ...NOTHING, missing: flows },
  )
})

test('numbers that follow no rule stay what the protocol says', () => {
  const { missing, reordered, duplicate } = sequenceOf('ipfix', before => before.records + ((before.datagrams * 13) % 7))
  assert.ok(missing + reordered + duplicate > 0)
})
