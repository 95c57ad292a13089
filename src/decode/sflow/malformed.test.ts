/** Datagrams that are cut, lie or are made to hurt (RELIABILITY §3.2: M10, M11). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes } from '../../schema/fixtures/index.ts'
import { booksOf, createCollector, openBooks } from '../fixtures/collector.ts'
import { FRAME, counters, datagram, flow, header, structure, word } from './fixtures/datagrams.ts'

const words = (...values: readonly number[]): string => values.map(word).join('')
const sample = flow({}, header(FRAME))

/** What becomes of a datagram: the reason, and how many rows it gave. */
function fed(bytesOfIt: Uint8Array): readonly [string | null, number] {
  const collector = createCollector()
  const reason = collector.feed(bytesOfIt)
  assert.equal(openBooks(collector.counts), '')
  assert.equal(collector.values().length, collector.counts.rows)
  return [reason, collector.counts.rows]
}

test('a datagram cut anywhere gives the whole samples before the cut', () => {
  const whole = datagram([sample, sample, sample])
  const sampleBytes = bytes(sample).length
  for (let length = 28; length < whole.length; length++)
    assert.deepEqual(fed(whole.subarray(0, length)), ['malformed', Math.floor((length - 28) / sampleBytes)])
  for (let length = 4; length < 28; length++) assert.deepEqual(fed(whole.subarray(0, length)), ['bad_length', 0])
})

test('a damaged sample costs no other: its own length leads on', () => {
  const recordTooLong = structure(1, words(1, 7, 1000, 0, 0, 7, 8, 1, 1001, 0xffff_ff00, 1, 2))
  assert.deepEqual(fed(datagram([sample, recordTooLong, sample])), ['malformed', 2])
  assert.deepEqual(fed(datagram([structure(1, words(1, 2, 3)), sample])), ['malformed', 1])
  assert.deepEqual(fed(datagram([structure(2, words(1)), sample])), ['malformed', 1])
  assert.deepEqual(fed(datagram([structure(5, words(1)), sample])), ['malformed', 1])
})

test('counts and lengths of 2^32 - 1, everywhere', () => {
  const huge = 0xffff_ffff
  assert.deepEqual(fed(datagram([sample], { count: huge })), ['malformed', 1])
  assert.deepEqual(fed(bytes(`00000005 00000001 0a0000fe ${words(0, 1, 1, 1, 1, huge)}`)), ['malformed', 0])
  assert.deepEqual(fed(datagram([structure(1, words(1, 7, 1000, 0, 0, 7, 8, huge))])), ['malformed', 0])
  assert.deepEqual(fed(datagram([structure(3, words(1, 0, 7, 1000, 0, 0, 0, 7, 0, 8, huge))])), ['malformed', 0])
  assert.deepEqual(fed(datagram([structure(2, words(1, 7, huge))])), ['malformed', 0])
  assert.deepEqual(fed(datagram([structure(5, words(1, 0, 7, 0, 7, 0, 256, huge))])), ['malformed', 0])
  assert.deepEqual(fed(datagram([flow({}, `${word(1001)} ${word(huge)}`)])), ['malformed', 0])
})

test('fewer samples than there are: the rest is not looked at', () => {
  assert.deepEqual(fed(datagram([sample, sample], { count: 1 })), [null, 1])
  assert.deepEqual(fed(datagram([])), [null, 0])
})

test('addresses of agents: IPv4, IPv6, none; of another kind the datagram is refused', () => {
  assert.deepEqual(fed(datagram([sample], { agent: '00000002 20010db8000000000000000000000001' })), [null, 1])
  assert.deepEqual(fed(datagram([sample], { agent: '00000000' })), [null, 1])
  assert.deepEqual(fed(datagram([sample], { agent: '00000003 0a000001' })), ['malformed', 0])
})

test('lengths that are no multiple of four are followed by their padding', () => {
  const odd = `${word(9 * 4096 + 1)} ${word(3)} 01020300`
  assert.deepEqual(fed(datagram([flow({}, odd, header(FRAME)), sample])), [null, 2])
})

test('a sub-agent above the limit is refused, and those known go on', () => {
  const collector = createCollector({ domains: 2 })
  const reasons = [0, 1, 2, 0].map((subAgent, index) => collector.feed(datagram([sample], { subAgent, sequence: index })))
  assert.deepEqual(reasons, [null, null, 'exporter_limit', null])
})

test('a datagram full of the smallest samples: as many rows, no more memory', () => {
  const collector = createCollector()
  const most = Math.floor((65_507 - 28) / bytes(flow({})).length)
  assert.equal(collector.feed(datagram(Array.from({ length: most }, () => flow({})))), null)
  assert.equal(collector.counts.rows, most)
})

test('unknown structures and names of ports are bounded', () => {
  const collector = createCollector()
  for (let round = 0; round < 10; round++) collector.feed(datagram(Array.from({ length: 200 }, (_, index) => structure(1, '', 1 + round * 200 + index))))
  assert.equal(collector.exporter.domains.get('sflow/0')?.sflow?.unknown.size, 64)
})

test('sequences of datagrams: losses are counted, each sub-agent its own', () => {
  const collector = createCollector()
  for (const [subAgent, sequence] of [
    [0, 1],
    [1, 500],
    [0, 2],
    [0, 5],
    [1, 501],
  ] as const)
    collector.feed(datagram([counters(1)], { subAgent, sequence }))
  assert.deepEqual(collector.exporter.sequence, { missing: 2, duplicate: 0, reordered: 0, reset: 0 })
  assert.deepEqual(booksOf(collector.counts), { datagrams: 5, datagramsDecoded: 5, optionRecords: 5 })
})
