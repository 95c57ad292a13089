import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchOf, rowsIn } from '../../schema/fixtures/index.ts'
import { createVendorsEnricher, type VendorsEnricher } from './fill.ts'
import { makeVendors, readVendors, vendorOf, type Vendors } from './registry.ts'

// 00:1B:21 has a part of 28 bits, and that one of 36; 40:D8:55 is given away in parts only.
const MADE = makeVendors([
  ['001B21', 'Whole'],
  ['001B214', 'Part'],
  ['001B21456', 'Small'],
  ['40D855', 'IEEE Registration Authority'],
  ['40D8551', 'Given'],
  ['AA0004', 'Old and local'],
  ['FCFFFF', 'Last'],
])

const nameOf = (vendors: Vendors, mac: string): string => {
  const value = Number.parseInt(mac.replaceAll(':', ''), 16)
  return vendors.names[vendorOf(vendors, Math.floor(value / 2 ** 32), value >>> 0 === value ? value : value % 2 ** 32)] ?? ''
}

test('the smallest block of an address names it, at both of its edges', () => {
  for (const [mac, name] of [
    ['00:1b:20:ff:ff:ff', ''],
    ['00:1b:21:00:00:00', 'Whole'],
    ['00:1b:21:3f:ff:ff', 'Whole'],
    ['00:1b:21:40:00:00', 'Part'],
    ['00:1b:21:45:5f:ff', 'Part'],
    ['00:1b:21:45:60:00', 'Small'],
    ['00:1b:21:45:6f:ff', 'Small'],
    ['00:1b:21:45:70:00', 'Part'],
    ['00:1b:21:50:00:00', 'Whole'],
    ['00:1b:21:ff:ff:ff', 'Whole'],
    ['00:1b:22:00:00:00', ''],
    ['40:d8:55:00:00:00', ''],
    ['40:d8:55:1f:ff:ff', 'Given'],
    ['40:d8:55:20:00:00', ''],
    ['fc:ff:ff:ff:ff:ff', 'Last'],
    ['fe:ff:ff:ff:ff:ff', 'locally administered'],
  ] as const)
    assert.equal(nameOf(MADE, mac), name, mac)
})

test('addresses that are no maker’s say so; the registry goes first', () => {
  assert.equal(nameOf(MADE, '02:00:00:00:00:01'), 'locally administered')
  assert.equal(nameOf(MADE, 'aa:00:04:00:00:01'), 'Old and local')
  assert.equal(nameOf(MADE, '01:00:5e:00:00:fb'), 'multicast')
  assert.equal(nameOf(MADE, '33:33:00:00:00:01'), 'multicast')
  assert.equal(nameOf(MADE, 'ff:ff:ff:ff:ff:ff'), 'broadcast')
})

test('the registry that comes along knows its makers by 24, 28 and 36 bits', () => {
  const vendors = readVendors()
  assert.ok(vendors.names.length > 25_000, String(vendors.names.length))
  assert.ok(vendors.starts.byteLength + vendors.values.byteLength < 2 * 1024 * 1024)
  assert.equal(nameOf(vendors, '00:1b:21:01:02:03'), 'Intel Corporate')
  assert.equal(nameOf(vendors, '00:00:0c:01:02:03'), 'Cisco Systems, Inc')
  // MA-M 10:06:48:0 and MA-S C8:5C:E2:7AB, as the registry’s own files have them.
  assert.equal(nameOf(vendors, '10:06:48:01:02:03'), 'FLEXTRONICS TECHNOLOGIES (INDIA) PVT LTD')
  assert.equal(nameOf(vendors, 'c8:5c:e2:7a:bc:de'), 'SYNERGY SYSTEMS AND SOLUTIONS')
})

const using = (vendors: Vendors): VendorsEnricher => {
  const made = createVendorsEnricher()
  made.use(vendors)
  return made
}

test('both ends of each row are filled, batch after batch', () => {
  const by = using(MADE)
  const first = batchOf(4, [
    { src_mac: '00:1b:21:45:60:01', dst_mac: '00:1b:21:00:00:01' },
    { src_mac: '00:1b:21:00:00:01', dst_mac: '08:00:00:00:00:01' },
    { src: '10.0.0.1' },
    { src_mac: '00:1b:21:00:00:01' },
  ])
  by.fill(first)
  const vendors = (batch: typeof first): unknown[] => rowsIn(batch).map(row => [row['src_mac_vendor'], row['dst_mac_vendor']])
  assert.deepEqual(vendors(first), [
    ['Small', 'Whole'],
    ['Whole', undefined],
    [undefined, undefined],
    ['Whole', undefined],
  ])
  const second = batchOf(6, [{ dst_mac: '00:1b:21:45:60:01' }, { dst_mac: '00:1b:21:00:00:01' }])
  by.fill(second)
  assert.deepEqual(vendors(second), [
    [undefined, 'Small'],
    [undefined, 'Whole'],
  ])
})

test('a batch without hardware addresses gets no column', () => {
  const batch = batchOf(4, [{ src: '10.0.0.1' }])
  using(MADE).fill(batch)
  assert.deepEqual(rowsIn(batch), [{ src: '10.0.0.1' }])
})
