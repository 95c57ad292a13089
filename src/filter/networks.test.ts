import { test } from 'node:test'
import assert from 'node:assert/strict'
import { printAddress, readAddress } from '../schema/index.ts'
import { mergeIntervals, networkInterval, readNetwork, rowIntervals } from './networks.ts'

test('addresses are printed as RFC 5952 says', () => {
  // Section 4 and 5 of the RFC, and RFC 4291 §2.2.
  for (const [text, printed] of [
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['fe80:0:0:0:0:0:0:0', 'fe80::'],
    ['::13.1.68.3', '::d01:4403'],
  ] as const)
    assert.equal(printAddress(readAddress(text) ?? -1n), printed)
})

test('what is no address is none', () => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    ':::',
    '1::2::3',
    '12345::',
    'g::',
    '::1%eth0',
    '1:2:3:4:5:6:7::8',
    '::1.2.3',
  ])
    assert.equal(readAddress(text), undefined, text)
})

test('networks in all their forms', () => {
  const shown = (text: string): string | undefined => {
    const network = readNetwork(text)
    return network === undefined ? undefined : `${printAddress(network.value)} ${network.length}`
  }
  assert.equal(shown('10/8'), '10.0.0.0 104')
  assert.equal(shown('10.1.0.0/255.255.0.0'), '10.1.0.0 112')
  assert.equal(shown('0.0.0.0/0.0.0.0'), '0.0.0.0 96')
  assert.equal(shown('1.2.3.4/255.255.255.255'), '1.2.3.4 128')
  assert.equal(shown('2001:db8::/32'), '2001:db8:: 32')
  for (const text of ['10/33', '10.0.0.0/255.0.255.0', '::/129', '10', '/8', 'x/8', '10/', '1.2.3.4.5/8']) assert.equal(readNetwork(text), undefined, text)
})

test('an IPv6 stretch holds neither IPv4 rows nor no address', () => {
  assert.deepEqual(rowIntervals(networkInterval(0n, 0)), [
    [1n, 0xfffe_ffff_ffffn],
    [1n << 48n, (1n << 128n) - 1n],
  ])
  assert.deepEqual(rowIntervals([0n, 5n]), [[1n, 5n]])
  assert.deepEqual(rowIntervals([0xffff_0000_0001n, 0xffff_0000_0002n]), [[0xffff_0000_0001n, 0xffff_0000_0002n]])
  assert.deepEqual(rowIntervals([0xfffe_ffff_ffffn, 1n << 48n]), [
    [0xfffe_ffff_ffffn, 0xfffe_ffff_ffffn],
    [1n << 48n, 1n << 48n],
  ])
})

test('stretches are merged where they touch', () => {
  assert.deepEqual(
    mergeIntervals([
      [8n, 9n],
      [1n, 3n],
      [4n, 5n],
      [2n, 2n],
    ]),
    [
      [1n, 5n],
      [8n, 9n],
    ],
  )
})
