import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_ROWS } from '../../schema/index.ts'
import { batchOf, rowsIn, type PlainRow } from '../../schema/fixtures/index.ts'
import { readAsTable, readCountryTable } from './bundled.ts'
import { createPlacesEnricher, type PlacesEnricher } from './fill.ts'
import { readNetworks } from './networks.ts'
import { AS_SOURCES, makePlaces, type AsSource } from './places.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

// 192.0.2.0/25 and the rest of 192.0.2.0/24 in two systems; 2001:db8::/33 in one.
const AS_V4 = '3221225984,3221226111,64500,"Example, Inc."\n3221226112,3221226239,64501,Beispiel AG\n'
const AS_V6 = '2001:db8::,2001:db8:7fff:ffff:ffff:ffff:ffff:ffff,64500,"Example, Inc."\n'
// The country goes across both; the next network has a country only.
const COUNTRY_V4 = '3221225984,3221226239,DE\n3405803776,3405804031,NZ\n'
const COUNTRY_V6 = '2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,FR\n'
const NETWORKS = '- {prefix: 192.0.2.128/25, name: Branch}\n- {prefix: 10.0.0.0/8, name: Inside}\n'

function enricher(networks = NETWORKS, asOrder: readonly AsSource[] = AS_SOURCES): PlacesEnricher {
  const made = createPlacesEnricher()
  made.use(
    makePlaces({
      as: readAsTable(bytes(AS_V4), bytes(AS_V6)),
      countries: readCountryTable(bytes(COUNTRY_V4), bytes(COUNTRY_V6)),
      networks: readNetworks('networks.yaml', networks),
      asOrder,
    }),
  )
  return made
}

/** What is added to a row among others; without the row's own values. */
function added(row: PlainRow, family: 4 | 6 = 4, by = enricher()): PlainRow {
  const batch = batchOf(family, [{ src: '198.51.100.1' }, row, { dst: '198.51.100.1' }])
  by.fill(batch)
  const [before, filled = {}, behind] = rowsIn(batch)
  assert.deepEqual([before, behind], [{ src: '198.51.100.1' }, { dst: '198.51.100.1' }], 'others keep what they are')
  return Object.fromEntries(Object.entries(filled).filter(([name]) => !(name in row)))
}

test('both ends of a flow get AS, name, country and network', () => {
  assert.deepEqual(added({ src: '192.0.2.127', dst: '192.0.2.128' }), {
    src_as: 64_500,
    src_as_name: 'Example, Inc.',
    src_country: 'DE',
    dst_as: 64_501,
    dst_as_name: 'Beispiel AG',
    dst_country: 'DE',
    dst_net_name: 'Branch',
  })
})

test('what is not known of an address stays unset', () => {
  assert.deepEqual(added({ src: '203.0.113.5', dst: '10.200.0.1' }), { src_country: 'NZ', dst_net_name: 'Inside' })
  assert.deepEqual(added({ src: '8.8.8.8', dst: '0.0.0.0' }), {})
})

test('an AS the exporter told holds, with the name of that number', () => {
  assert.deepEqual(added({ src: '192.0.2.1', src_as: 64_501 }), { src_as_name: 'Beispiel AG', src_country: 'DE' })
  assert.deepEqual(added({ src: '192.0.2.1', src_as: 3320 }), { src_country: 'DE' })
  assert.deepEqual(added({ src: '8.8.8.8', src_as: 64_501 }), { src_as_name: 'Beispiel AG' })
})

/** A whole row after the filling. */
function filled(row: PlainRow, by: PlacesEnricher): PlainRow | undefined {
  const batch = batchOf(4, [row])
  by.fill(batch)
  return rowsIn(batch)[0]
}

test('a country and a name that were sent stay; the name of a number that gives way goes with it', () => {
  const sent = { src: '192.0.2.1', src_as: 3320, src_as_name: 'Told', src_country: 'XX' }
  assert.deepEqual(filled(sent, enricher()), sent)
  assert.deepEqual(filled(sent, enricher(NETWORKS, ['database'])), { ...sent, src_as: 64_500, src_as_name: 'Example, Inc.' })
  assert.deepEqual(filled({ ...sent, src: '10.0.0.1' }, enricher(NETWORKS, ['database'])), {
    src: '10.0.0.1',
    src_country: 'XX',
    src_net_name: 'Inside',
  })
})

test('each row of a long batch gets its own, and each batch its own codes', () => {
  const by = enricher()
  const kinds = ['192.0.2.127', '192.0.2.128', '203.0.113.5', '198.51.100.1']
  for (const shift of [0, 1, 2]) {
    const rows = Array.from({ length: 1300 }, (_, at): PlainRow => ({ src: kinds[(at + shift) % kinds.length] ?? '' }))
    const batch = batchOf(4, rows)
    by.fill(batch)
    const expected = ['Example, Inc. DE', 'Beispiel AG DE', ' NZ', ' ']
    for (const [at, row] of rowsIn(batch).entries())
      assert.equal(`${row['src_as_name'] ?? ''} ${row['src_country'] ?? ''}`, expected[(at + shift) % kinds.length], `row ${at}`)
    for (const column of batch.columns) assert.ok(column === undefined || column[1300 * (column.length / MAX_ROWS)] === 0, 'nothing behind the last row')
  }
})

test('IPv6, and IPv4 in rows of IPv6', () => {
  assert.deepEqual(added({ src: '2001:db8::1', dst: '2001:db8:8000::1' }, 6), {
    src_as: 64_500,
    src_as_name: 'Example, Inc.',
    src_country: 'FR',
    dst_country: 'FR',
  })
  assert.deepEqual(added({ src: '192.0.2.130' }, 6), { src_as: 64_501, src_as_name: 'Beispiel AG', src_country: 'DE', src_net_name: 'Branch' })
})

test('a table put in the place of another holds from the next batch on', () => {
  const by = enricher()
  assert.equal(added({ src: '10.0.0.1' }, 4, by)['src_net_name'], 'Inside')
  by.use(
    makePlaces({
      as: readAsTable(bytes(''), bytes('')),
      countries: readCountryTable(bytes(''), bytes('')),
      networks: readNetworks('n.yaml', '- {prefix: 10.0.0.0/8, name: Renamed}'),
    }),
  )
  assert.deepEqual(added({ src: '10.0.0.1', dst: '192.0.2.1' }, 4, by), { src_net_name: 'Renamed' })
})

test('without a table nothing is touched', () => {
  assert.deepEqual(added({ src: '192.0.2.1' }, 4, createPlacesEnricher()), {})
})
