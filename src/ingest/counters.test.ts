import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InterfaceCounters } from '../decode/index.ts'
import { counterSample, createCounterBuffer } from './counters.ts'

const told = (index: number): InterfaceCounters => ({
  exporter: 0xffff_c000_0201n,
  domain: 3,
  receivedMs: 1000,
  index,
  type: 6,
  speed: 10_000_000_000n,
  duplex: 1,
  adminUp: true,
  operUp: false,
  inOctets: 2n ** 64n - 1n,
  inUnicast: 5,
  inMulticast: null,
  inBroadcast: 0,
  inDiscards: 1,
  inErrors: 2,
  inUnknownProtocols: 3,
  outOctets: null,
  outUnicast: 6,
  outMulticast: 7,
  outBroadcast: 8,
  outDiscards: 9,
  outErrors: 10,
})
const samples = (from: number, count: number) => Array.from({ length: count }, (_, at) => counterSample(told(from + at)))

test('counters as they travel keep every digit, and what is not kept stays unknown', () => {
  const { exporter, index, speed, in_octets: octets, out_octets: out, in_multicast: multicast, in_broadcast: broadcast, oper_up: up } = counterSample(told(9))
  assert.deepEqual(
    [exporter, index, speed, octets, out, multicast, broadcast, up],
    ['192.0.2.1', 9, '10000000000', '18446744073709551615', null, null, 0, false],
  )
})

test('a page waits for its acknowledgement, comes again without one, and leaves with it', () => {
  const buffer = createCounterBuffer({ epoch: 5, most: 100 })
  assert.equal(buffer.page(0), null)
  buffer.add(samples(1, 3))
  const page = buffer.page(0)
  assert.deepEqual([page?.epoch, page?.upTo, page?.samples.length], [5, 3, 3])
  buffer.add(samples(4, 1))
  assert.equal(buffer.page(9000), null, 'it is being stored')
  assert.equal(buffer.page(10_000)?.upTo, 4, 'nobody has said so: again, with what came since')
  buffer.stored(4, 4)
  assert.equal(buffer.counts().waiting, 4, 'of another ingest')
  buffer.stored(5, 3)
  assert.equal(buffer.counts().waiting, 1)
  buffer.stored(5, 4)
  buffer.stored(5, 4)
  assert.deepEqual(buffer.counts(), { received: 4, stored: 4, waiting: 0, dropped: 0 })
  assert.equal(buffer.page(99_000), null)
})

test('small pages go out every five seconds, full ones at once', () => {
  const buffer = createCounterBuffer({ epoch: 1, most: 10_000 })
  buffer.add(samples(0, 1))
  buffer.stored(1, buffer.page(0)?.upTo ?? 0)
  buffer.add(samples(1, 1))
  assert.equal(buffer.page(4999), null)
  assert.equal(buffer.page(5000)?.samples.length, 1)
  buffer.stored(1, 2)
  buffer.add(samples(2, 4500))
  assert.equal(buffer.page(5001)?.samples.length, 2000)
  buffer.stored(1, 2002)
  assert.equal(buffer.page(5002)?.samples[0]?.index, 2002)
})

test('when nobody stores them the oldest are given up and counted; what was sent of them does no harm', () => {
  const buffer = createCounterBuffer({ epoch: 1, most: 4 })
  buffer.add(samples(0, 3))
  assert.equal(buffer.page(0)?.upTo, 3)
  buffer.add(samples(3, 3))
  assert.deepEqual(buffer.counts(), { received: 6, stored: 0, waiting: 4, dropped: 2 })
  buffer.stored(1, 3)
  assert.deepEqual(buffer.counts(), { received: 6, stored: 1, waiting: 3, dropped: 2 })
  assert.deepEqual(
    buffer.page(50_000)?.samples.map(one => one.index),
    [3, 4, 5],
  )
})
