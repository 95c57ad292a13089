import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchOf, type PlainRow } from '../schema/fixtures/index.ts'
import { rowsOf } from './rows.ts'

const lines = (family: 4 | 6, rows: readonly PlainRow[]): unknown[] => [...rowsOf(batchOf(family, rows).seal())].map(line => JSON.parse(line) as unknown)

test('values as JSON: times in ISO 8601, addresses and hardware addresses as text', () => {
  assert.deepEqual(
    lines(6, [
      {
        received_at: 1_700_000_000_123,
        start_at: 1_700_000_000_000,
        exporter: '10.0.0.254',
        src: '2001:db8::1',
        dst: '10.0.0.2',
        src_mac: '00:1b:21:aa:bb:cc',
        proto: 6,
        src_port: 50_000,
        tcp_flags: 0x1c2,
        bytes: 1500,
        app: 'dns',
        in_if: 4_000_000_000,
        mos: 4.5,
        measured: 1 << 10,
      },
    ]),
    [
      {
        received_at: '2023-11-14T22:13:20.123Z',
        start_at: '2023-11-14T22:13:20.000Z',
        exporter: '10.0.0.254',
        src: '2001:db8::1',
        dst: '10.0.0.2',
        src_mac: '00:1b:21:aa:bb:cc',
        proto: 6,
        src_port: 50_000,
        tcp_flags: 0x1c2,
        bytes: 1500,
        app: 'dns',
        in_if: 4_000_000_000,
        mos: 4.5,
        measured: 1 << 10,
      },
    ],
  )
})

test('what is empty is left out, zero is told; a family of 4 keeps 0.0.0.0 of a flow but not of a next hop', () => {
  const rows = [
    { src: '10.0.0.1', dst: '0.0.0.0', next_hop: '0.0.0.0', app: 'dns', bytes: 0, src_mac: '00:00:00:00:00:00' },
    { src: '10.0.0.2', next_hop: '10.0.0.9' },
  ]
  assert.deepEqual(lines(4, rows), [
    { src: '10.0.0.1', dst: '0.0.0.0', app: 'dns', bytes: 0 },
    { src: '10.0.0.2', dst: '0.0.0.0', next_hop: '10.0.0.9', bytes: 0 },
  ])
  assert.deepEqual(lines(6, [{ src: '2001:db8::1' }, { dst: '2001:db8::2' }]), [{ src: '2001:db8::1' }, { dst: '2001:db8::2' }])
})

test('counts above 2^53 are strings, exact to the digit', () => {
  const counts = [2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 64n - 1n]
  assert.deepEqual(
    lines(
      6,
      counts.map(bytes => ({ bytes })),
    ),
    [{ bytes: 9_007_199_254_740_991 }, { bytes: '9007199254740993' }, { bytes: '18446744073709551615' }],
  )
})

test('a quality value that was not measured is null, one that was is its number, zero too', () => {
  const [JITTER, FLAGS] = [1 << 8, 1 << 6]
  assert.deepEqual(
    lines(6, [
      { jitter: 5, syn_count: 0, measured: JITTER },
      { jitter: 0, measured: JITTER | FLAGS },
      { jitter: 7, measured: 0 },
    ]),
    [
      { measured: JITTER, jitter: 5, syn_count: null },
      { measured: JITTER | FLAGS, jitter: 0, syn_count: 0 },
      { measured: 0, jitter: null, syn_count: null },
    ],
  )
  assert.deepEqual(lines(6, [{ jitter: 5 }]), [{ jitter: null }])
})

test('a batch without rows gives no line', () => {
  assert.deepEqual(lines(4, []), [])
})
