import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { batchOf, rowsIn, type PlainRow } from '../../schema/fixtures/index.ts'
import { createPlacesEnricher } from './fill.ts'
import { writeMmdb } from './fixtures/mmdb.ts'
import { loadPlaces, type PlacesConfig } from './load.ts'

function sourceOf(config: PlacesConfig, src: string): PlainRow {
  const by = createPlacesEnricher()
  by.use(loadPlaces(config).places)
  const batch = batchOf(src.includes(':') ? 6 : 4, [{ src }])
  by.fill(batch)
  return rowsIn(batch)[0] ?? {}
}

const BUNDLED = { asDatabase: 'bundled', countryDatabase: 'bundled' }

test('the bundled databases know the great networks of the world', () => {
  // Addresses of public resolvers and of the root servers K and M: their holders have kept them for decades.
  const { places, report } = loadPlaces(BUNDLED)
  assert.deepEqual([report.as, report.countries, report.networks], ['bundled', 'bundled', 0])
  assert.ok(report.asNumbers > 70_000, `${report.asNumbers} systems`)
  const by = createPlacesEnricher()
  by.use(places)
  const look = (src: string): unknown[] => {
    const batch = batchOf(src.includes(':') ? 6 : 4, [{ src }])
    by.fill(batch)
    const row = rowsIn(batch)[0] ?? {}
    return [row['src_as'], row['src_country']]
  }
  assert.deepEqual(look('8.8.8.8'), [15_169, 'US'])
  assert.deepEqual(look('193.0.14.129'), [25_152, 'NL'])
  assert.deepEqual(look('2001:dc3::35')[0], 7500)
  assert.deepEqual(look('2001:4860:4860::8888'), [15_169, 'US'])
  assert.deepEqual(look('10.0.0.1'), [undefined, undefined])
})

test('a user’s own database and networks stand in the place of the bundled ones', t => {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-places-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const database = join(folder, 'own.mmdb')
  const networks = join(folder, 'networks.csv')
  writeFileSync(database, writeMmdb('Own-Country', { '10.0.0.0/8': { country: { iso_code: 'CH' } } }))
  writeFileSync(networks, 'prefix,name\n10.2.0.0/16,Lab\n')
  assert.deepEqual(sourceOf({ asDatabase: 'off', countryDatabase: database, networks }, '10.2.3.4'), {
    src: '10.2.3.4',
    src_country: 'CH',
    src_net_name: 'Lab',
  })
  assert.throws(() => loadPlaces({ asDatabase: database, countryDatabase: 'off' }), {
    code: 'FL_ENRICH_DATABASE',
    message: `${database} (Own-Country) knows no AS numbers; name another database or bundled`,
  })
  assert.throws(() => loadPlaces({ ...BUNDLED, networks: join(folder, 'none.yaml') }), { code: 'FL_ENRICH_NETWORKS', message: /none\.yaml cannot be read: / })
})
