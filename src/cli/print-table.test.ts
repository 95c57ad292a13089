import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printTable, type Row } from './print-table.ts'

test('figures are short and to the right, names to the left, totals at the end', () => {
  assert.equal(
    printTable(
      ['src', 'bytes', 'flows'],
      [
        { src: '10.0.0.1', bytes: 1_234_567, flows: 12 },
        { src: '2001:db8::1', bytes: 999, flows: 3 },
      ],
      { bytes: 1_235_566, flows: 15 },
    ),
    ['src           bytes  flows', '10.0.0.1     1.23 M     12', '2001:db8::1     999      3', 'total        1.24 M     15', ''].join('\n'),
  )
})

test('figures keep three digits in every size', () => {
  const shown = (value: Row[string]): string => (printTable(['bytes'], [{ bytes: value }], { bytes: 0 }).split('\n')[1] ?? '').trim()
  for (const [value, text] of [
    [0, '0'],
    [7, '7'],
    [1.234, '1.23'],
    [999, '999'],
    [999.6, '1.00 k'],
    [1000, '1.00 k'],
    [12_345, '12.3 k'],
    [999_499, '999 k'],
    [999_500, '1.00 M'],
    [5e9, '5.00 G'],
    [5e12, '5.00 T'],
    [5e15, '5.00 P'],
    [5e18, '5.00 E'],
    [-12_345, '-12.3 k'],
    [null, '—'],
  ] as const)
    assert.equal(shown(value), text)
})

test('identifiers are shown as they are, however large; what is missing is a dash', () => {
  assert.equal(
    printTable(['dst_as', 'bytes'], [{ dst_as: 64_500, bytes: 1 }, { bytes: null }], { bytes: 1 }),
    'dst_as  bytes\n64500       1\n—           —\ntotal       1\n',
  )
})

test('a table without rows has its head and its totals', () => {
  assert.equal(printTable(['app', 'bytes'], [], { bytes: 0 }), 'app    bytes\ntotal      0\n')
})

test('keys have the names of their numbers', () => {
  const shown = (column: string, value: number): string =>
    (printTable([column, 'bytes'], [{ [column]: value, bytes: 1 }], { bytes: 1 }).split('\n')[1] ?? '').replace(/ +1$/, '')
  assert.deepEqual(
    [shown('proto', 6), shown('dst_port', 443), shown('port', 64_999), shown('dscp', 46), shown('end_reason', 2), shown('vlan', 1_234_567)],
    ['tcp', '443 https', '64999', '46 EF', '2 active-timeout', '1234567'],
  )
})

test('measured times stand with their unit', () => {
  const shown = (figure: string, value: number): string => (printTable([figure], [{ [figure]: value }], { [figure]: 0 }).split('\n')[1] ?? '').trim()
  assert.deepEqual(
    [shown('p95_rtt_client', 87_812), shown('avg_app_latency', 412), shown('max_rtt', 2_400_000), shown('p50_jitter', 0), shown('count_rtt', 87_812)],
    ['87.8 ms', '412 µs', '2.4 s', '0 µs', '87.8 k'],
  )
})
