/** Counter samples, against bytes written from sFlow Version 5 §5.5 and the sFlow Host Structures. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { booksOf, createCollector, NOW, type Collector } from '../fixtures/collector.ts'
import { counters, datagram, structure, text, word } from './fixtures/datagrams.ts'

const words = (...values: readonly number[]): string => values.map(word).join('')
const wide = (value: bigint): string => value.toString(16).padStart(16, '0')
const sflowOf = (collector: Collector) => collector.exporter.domains.get('sflow/0')?.sflow

test('interface counters: 64-bit octets, all ones are null, a record of options in the books', () => {
  const collector = createCollector()
  const record = structure(
    1,
    [
      words(3, 6),
      wide(10_000_000_000n),
      words(1, 3),
      wide(2n ** 40n),
      words(1, 2, 3, 4, 5, 0xffff_ffff),
      wide(2n ** 64n - 1n),
      words(6, 0xffff_ffff, 8, 9, 10, 1),
    ].join(''),
  )
  assert.equal(collector.feed(datagram([counters(3, record)], { subAgent: 2 })), null)
  assert.deepEqual(collector.interfaceCounters, [
    {
      exporter: 0xffff_0a00_00fen,
      domain: 2,
      receivedMs: NOW,
      index: 3,
      type: 6,
      speed: 10_000_000_000n,
      duplex: 1,
      adminUp: true,
      operUp: true,
      inOctets: 2n ** 40n,
      inUnicast: 1,
      inMulticast: 2,
      inBroadcast: 3,
      inDiscards: 4,
      inErrors: 5,
      inUnknownProtocols: null,
      outOctets: null,
      outUnicast: 6,
      outMulticast: null,
      outBroadcast: 8,
      outDiscards: 9,
      outErrors: 10,
    },
  ])
  assert.deepEqual(booksOf(collector.counts), { datagrams: 1, datagramsDecoded: 1, optionRecords: 1 })
})

test('expanded counter samples, and status bit by bit', () => {
  const collector = createCollector()
  const port = (status: number): string => structure(1, words(3, 6, 0, 0, 2, status) + word(0).repeat(16))
  collector.feed(datagram([0, 1, 2].map(status => structure(4, `${words(1, 0, 0x0100_0003, 1)} ${port(status)}`))))
  assert.deepEqual(
    collector.interfaceCounters.map(({ adminUp, operUp, duplex }) => [adminUp, operUp, duplex]),
    [
      [false, false, 2],
      [true, false, 2],
      [false, true, 2],
    ],
  )
})

test('figures of the device: processor, host; what is not kept is all ones', () => {
  const collector = createCollector()
  const float = (value: number): string => {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatBE(value)
    return bytes.toString('hex')
  }
  collector.feed(
    datagram([
      counters(0x0200_0001, structure(1001, `${words(1250, 0xffff_ffff, 900)} ${wide(2n ** 33n)} ${wide(2n ** 64n - 1n)}`)),
      counters(0x0200_0001, structure(2003, `${float(0.5)} ${float(0.25)} ${float(-1)} ${words(1, 200, 8, 2400, 86_400)} ${word(0).repeat(9)}`)),
      counters(0x0200_0001, structure(2005, `${wide(10n ** 12n)} ${wide(10n ** 11n)} ${word(0).repeat(9)}`)),
    ]),
  )
  assert.deepEqual(Object.fromEntries(collector.exporter.domains.get('sflow/0')?.statistics ?? []), {
    cpu_5s_percent: 12.5,
    cpu_5m_percent: 9,
    memory_total_bytes: 2 ** 33,
    load_1m: 0.5,
    load_5m: 0.25,
    cpu_count: 8,
    uptime_seconds: 86_400,
    disk_total_bytes: 1e12,
    disk_free_bytes: 1e11,
  })
})

test('records are walked by their length: known ones, unknown ones, too short ones', () => {
  const collector = createCollector()
  const records = [
    structure(2, word(0).repeat(13)), // Ethernet errors
    structure(7, word(0).repeat(14)), // LAG
    structure(2000, `${text('host')} ${'00'.repeat(16)} ${words(2, 2)} ${text('6.1')}`),
    structure(2203, '01020304'),
    structure(3999, '01020304'),
    structure(5, '01020304', 8800),
    structure(1, words(1, 2, 3)), // shorter than an interface's counters
    structure(1001, words(1, 2, 3)),
    structure(1005, words(0xffff_fff0)),
  ]
  assert.equal(collector.feed(datagram([counters(3, ...records)])), null)
  const state = sflowOf(collector)
  assert.deepEqual([state?.counterSamples, state?.badRecords, collector.interfaceCounters.length], [1, 3, 0])
  assert.deepEqual(
    [...(state?.unknown.values() ?? [])].map(({ kind, enterprise, format }) => [kind, enterprise, format]),
    [
      ['counter record', 0, 3999],
      ['counter record', 8800, 5],
    ],
  )
})

test('a port name of another source than an interface names none; an empty one neither', () => {
  const collector = createCollector()
  collector.feed(
    datagram([counters(0x0100_0003, structure(1005, text('vlan'))), counters(3, structure(1005, text(''))), counters(4, structure(1005, text('eth4')))]),
  )
  assert.deepEqual([...collector.exporter.interfaces], [[4, { name: 'eth4', description: '' }]])
})
