import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, concat } from '../schema/fixtures/index.ts'
import { NOTES } from '../schema/index.ts'
import { encodeV5, type V5Header, type V5Record } from '../simulate/index.ts'
import { NOW, SECONDS, booksOf, createCollector } from './fixtures/collector.ts'

const HEADER: V5Header = { uptimeMs: 100_000, seconds: SECONDS, sequence: 0 }
const RECORD: V5Record = { src: '10.0.0.1', dst: '10.0.0.2', packets: 1, octets: 100, first: 90_000, last: 95_000, proto: 6 }

test('a datagram written by hand gives the row its bytes say', () => {
  const collector = createCollector()
  // Cisco, NetFlow Export Datagram Format, version 5.
  const datagram = bytes(`
    0005 0001                   | version, count
    000186a0                    | sysUptime 100,000 ms
    6553f100 1dcd6500           | 1,700,000,000 s and 500,000,000 ns
    00000007                    | sequence
    02 03                       | engine type and id
    4064                        | mode 1, one packet in 100
    c0000201 c6336402 cb007103  | 192.0.2.1, 198.51.100.2, next hop 203.0.113.3
    0011 0016                   | interfaces 17 and 22
    fffffffe ffffffff           | packets, octets
    00015f90 00017318           | first 90,000 ms, last 95,000 ms
    c001 01bb                   | ports 49,153 and 443
    00 1b 06 b8                 | pad, flags, tcp, tos
    fbf4 3b41                   | AS 64,500 and 15,169
    18 10 0000                  | masks, pad
  `)
  assert.equal(datagram.length, 72)
  assert.equal(collector.feed(datagram), null)
  assert.deepEqual(collector.rows(), [
    {
      received_at: NOW,
      start_at: NOW + 500 - 10_000,
      end_at: NOW + 500 - 5000,
      exporter: '10.0.0.254',
      domain: 0x0203,
      export_protocol: 'netflow5',
      sampling_rate: 100,
      sampling_source: 'header',
      in_if: 17,
      out_if: 22,
      src: '192.0.2.1',
      dst: '198.51.100.2',
      src_mask: 24,
      dst_mask: 16,
      proto: 6,
      src_port: 49_153,
      dst_port: 443,
      tcp_flags: 0x1b,
      tos: 0xb8,
      bytes: 4_294_967_295,
      packets: 4_294_967_294,
      src_as: 64_500,
      dst_as: 15_169,
      next_hop: '203.0.113.3',
    },
  ])
  assert.deepEqual(booksOf(collector.counts), { datagrams: 1, datagramsDecoded: 1, records: 1, rows: 1 })
})

test('times hold over a wrap of sysUptime, and for a packet a little later than the header', () => {
  for (const [uptimeMs, first, last, start, end] of [
    [100_000, 90_000, 95_000, -10_000, -5000],
    // The uptime wrapped 1,000 ms ago, the flow began 500 ms before that.
    [1000, 0xffff_fe0c, 200, -1500, -800],
    [100_000, 99_990, 100_007, -10, 7],
    // The same at the wrap: the last packet is on the far side of it.
    [0xffff_ffff, 0xffff_fff0, 4, -15, 5],
  ] as const) {
    const collector = createCollector()
    collector.feed(encodeV5({ ...HEADER, uptimeMs, nanoseconds: 1_000_000 }, [{ ...RECORD, first, last }]))
    const [row] = collector.rows()
    assert.deepEqual([row?.['start_at'], row?.['end_at'], row?.['notes']], [NOW + 1 + start, NOW + 1 + end, undefined], `uptime ${uptimeMs}`)
  }
})

test('where the nanoseconds are 0 the clock is one of whole seconds', () => {
  const collector = createCollector()
  for (const [sequence, uptimeMs, nanoseconds] of [
    [0, 100_000, 0],
    [1, 100_000, 5_000_000],
  ] as const)
    collector.feed(encodeV5({ ...HEADER, uptimeMs, nanoseconds, sequence }, [RECORD]))
  assert.deepEqual(
    collector.rows().map(row => [row['end_at'], row['notes']]),
    [
      [NOW - 5000, NOTES.time_rough],
      [NOW - 4995, undefined],
    ],
  )
})

test('times that cannot be are replaced by the time of reception, and noted', () => {
  for (const [first, last] of [
    [95_000, 90_000],
    [100_000 - 8 * 86_400_000, 90_000],
  ] as const) {
    const collector = createCollector()
    collector.feed(encodeV5(HEADER, [{ ...RECORD, first: first >>> 0, last }]))
    const [row] = collector.rows()
    assert.deepEqual([row?.['start_at'], row?.['end_at'], row?.['notes']], [NOW, NOW, 1])
  }
})

test('the sampling word: the interval counts in every mode, 0 tells nothing', () => {
  for (const [sampling, rate] of [
    [0, undefined],
    [0x4000, undefined],
    [0x4001, 1],
    [0x0064, 100],
    [0x8064, 100],
    [0xffff, 16_383],
  ] as const) {
    const collector = createCollector()
    collector.feed(encodeV5({ ...HEADER, sampling }, [RECORD]))
    const [row] = collector.rows()
    assert.deepEqual([row?.['sampling_rate'], row?.['sampling_source']], [rate, rate === undefined ? undefined : 'header'], sampling.toString(16))
  }
})

test('each engine has its own sampling and its own sequence', () => {
  const collector = createCollector()
  collector.feed(encodeV5({ ...HEADER, engineId: 1, sampling: 0x400a }, [RECORD]))
  collector.feed(encodeV5({ ...HEADER, engineId: 2, sequence: 900 }, [RECORD]))
  collector.feed(encodeV5({ ...HEADER, engineId: 1, sequence: 1, sampling: 0x400a }, [RECORD]))
  assert.deepEqual(
    collector.rows().map(row => [row['domain'], row['sampling_rate']]),
    [
      [1, 10],
      [2, undefined],
      [1, 10],
    ],
  )
  assert.deepEqual(collector.exporter.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 0 })
})

test('a count beyond the length, a count of 0 and a cut header refuse the datagram; bytes behind the records do not', () => {
  const collector = createCollector()
  const two = encodeV5(HEADER, [RECORD, RECORD])
  assert.equal(collector.feed(encodeV5({ ...HEADER, count: 3 }, [RECORD, RECORD])), 'bad_length')
  assert.equal(collector.feed(encodeV5({ ...HEADER, count: 65_535 }, [RECORD])), 'bad_length')
  assert.equal(collector.feed(encodeV5({ ...HEADER, count: 0 }, [RECORD])), 'bad_length')
  assert.equal(collector.feed(two.subarray(0, two.length - 1)), 'bad_length')
  assert.equal(collector.feed(two.subarray(0, 23)), 'bad_length')
  assert.equal(collector.feed(two.subarray(0, 3)), 'bad_length')
  assert.equal(collector.feed(new Uint8Array(0)), 'bad_length')
  assert.deepEqual(collector.rows(), [])
  assert.equal(collector.feed(concat([two, new Uint8Array(100).fill(255)])), null)
  assert.equal(collector.feed(encodeV5({ ...HEADER, count: 1 }, [RECORD, RECORD])), null)
  assert.equal(collector.rows().length, 3)
  assert.deepEqual(booksOf(collector.counts), { datagrams: 9, datagramsDecoded: 2, bytes_behind_records: 2, bad_length: 7, records: 3, rows: 3 })
  assert.deepEqual(Object.fromEntries(collector.exporter.rejected), { bad_length: 7 })
})

test('versions we do not read are told apart from nonsense', () => {
  const collector = createCollector()
  for (const [version, reason] of [
    ['0001', 'bad_length'],
    ['0007', 'bad_length'],
    ['00000006', 'bad_version'],
    ['0008', 'bad_version'],
    ['3030', 'bad_version'],
  ] as const) {
    assert.equal(collector.feed(concat([bytes(version), new Uint8Array(60)])), reason, version)
  }
})

test('lost flows are counted by the sequence of flows', () => {
  const collector = createCollector()
  const send = (sequence: number, records: number): void =>
    void collector.feed(
      encodeV5(
        { ...HEADER, sequence },
        Array.from({ length: records }, () => RECORD),
      ),
    )
  send(0xffff_fff0, 16)
  send(0, 10)
  assert.equal(collector.exporter.sequence.missing, 0)
  send(25, 5)
  assert.deepEqual(collector.exporter.sequence, { missing: 15, duplicate: 0, reordered: 0, reset: 0 })
})
