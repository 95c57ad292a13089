import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowBatch, MAX_ROWS, indexOf } from '../schema/index.ts'
import { batchOf, rowsIn } from '../schema/fixtures/index.ts'
import { hasRoomFor, mirror } from './mirror.ts'

const BOTH = {
  src: '10.0.0.1',
  dst: '8.8.8.8',
  proto: 6,
  src_port: 50_000,
  dst_port: 443,
  bytes: 700,
  packets: 7,
  reverse_bytes: 90_000,
  reverse_packets: 80,
  in_if: 1,
  out_if: 2,
  in_if_name: 'inside',
  out_if_name: 'outside',
  src_country: 'DE',
  dst_country: 'US',
  app: 'https',
  category: 'web',
  app_source: 'port',
  exporter: '10.0.0.254',
  sampling_rate: 10,
  tcp_flags: 0x1b,
  retransmitted: 3,
  measured: 8,
  nat_src: '203.0.113.1',
  nat_src_port: 1025,
  src_mask: 24,
  src_user: 'ann',
}

test('a record of both directions becomes two rows, the second with its ends swapped', () => {
  const batch = batchOf(4, [{ proto: 17, src_port: 53, bytes: 5 }, BOTH])
  assert.equal(mirror(batch), 1)
  const [other, first, second] = rowsIn(batch)
  assert.equal(batch.rows, 3)
  assert.deepEqual(other, { proto: 17, src_port: 53, bytes: 5 })
  assert.deepEqual([first?.bytes, first?.reverse_bytes, first?.tcp_flags], [700, 90_000, 0x1b], 'the row as it was sent stays')
  assert.deepEqual(second, {
    src: BOTH.dst,
    dst: BOTH.src,
    proto: 6,
    src_port: 443,
    dst_port: 50_000,
    bytes: 90_000,
    packets: 80,
    in_if: 2,
    out_if: 1,
    in_if_name: 'outside',
    out_if_name: 'inside',
    src_country: 'US',
    dst_country: 'DE',
    app: 'https',
    category: 'web',
    app_source: 'port',
    exporter: BOTH.exporter,
    sampling_rate: 10,
    nat_dst: BOTH.nat_src,
    nat_dst_port: 1025,
    dst_mask: 24,
    dst_user: 'ann',
  })
})

test('what the exporter measured of the connection is counted once', () => {
  const batch = batchOf(6, [BOTH])
  mirror(batch)
  assert.deepEqual(
    rowsIn(batch).map(row => [row.retransmitted, row.measured]),
    [
      [3, 8],
      [undefined, undefined],
    ],
  )
})

test('without the other direction nothing is made', () => {
  const batch = batchOf(4, [{ proto: 6, bytes: 9, reverse_bytes: 0 }])
  assert.equal(mirror(batch), 0)
  assert.equal(batch.rows, 1)
})

test('a batch takes rows only while the way back of each has room', () => {
  const batch = new FlowBatch(0, 4)
  batch.rows = MAX_ROWS - 20
  assert.ok(hasRoomFor(batch, 10))
  assert.ok(!hasRoomFor(batch, 11))
  batch.need(indexOf('reverse_packets'))
  assert.ok(!hasRoomFor(batch, 1))
  batch.rows = MAX_ROWS / 2 - 5
  assert.ok(hasRoomFor(batch, 5))
  assert.ok(!hasRoomFor(batch, 6))
})
