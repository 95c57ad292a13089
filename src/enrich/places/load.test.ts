import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { test } from 'node:test'
import { batchOf, rowsIn, type PlainRow } from '../../schema/fixtures/index.ts'
import { createPlacesEnricher } from './fill.ts'
import { writeMmdb } from './fixtures/mmdb.ts'
import { tarOf } from './fixtures/tar.ts'
import { createPlacesLoader, type PlacesConfig, type PlacesLoader } from './load.ts'
import { shownSource } from './source-name.ts'

const content = (bytes: Buffer | string): { bytes: Buffer; readAt: number } => ({ bytes: Buffer.from(bytes), readAt: 5 })

function sourceOf(loader: PlacesLoader, src: string, sent: PlainRow = {}): PlainRow {
  const by = createPlacesEnricher()
  by.use(loader.make().places)
  const batch = batchOf(src.includes(':') ? 6 : 4, [{ src, ...sent }])
  by.fill(batch)
  return rowsIn(batch)[0] ?? {}
}

const OFF: PlacesConfig = { asDatabase: 'off', countryDatabase: 'off' }
const CITY = writeMmdb('Own-City', {
  '10.0.0.0/8': { country: { iso_code: 'CH' }, city: { names: { en: 'Zürich' } }, location: { latitude: 47.38, longitude: 8.54 } },
})

test('the bundled databases know the great networks of the world', () => {
  // Addresses of public resolvers and of the root servers K and M: their holders have kept them for decades.
  const { places, report } = createPlacesLoader({ asDatabase: 'bundled', countryDatabase: 'bundled' }).make()
  assert.deepEqual(
    report.sources.map(({ use, kind, error }) => [use, kind, error]),
    [
      ['as', 'bundled', null],
      ['country', 'bundled', null],
      ['city', 'off', null],
      ['networks', 'off', null],
    ],
  )
  assert.ok((report.sources[0]?.entries ?? 0) > 70_000, `${report.sources[0]?.entries} systems`)
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

test('one file for cities and countries, in an archive as MaxMind gives it out; networks from another', () => {
  const loader = createPlacesLoader({ ...OFF, countryDatabase: '/city.tar.gz', cityDatabase: '/city.tar.gz', networks: '/networks.csv' })
  assert.deepEqual(loader.sources, ['/city.tar.gz', '/networks.csv'])
  const archive = gzipSync(tarOf({ 'City_20260101/COPYRIGHT.txt': Buffer.from('x'), 'City_20260101/City.mmdb': CITY }))
  assert.equal(loader.take('/city.tar.gz', content(archive)), null)
  assert.equal(loader.take('/networks.csv', content('prefix,name,site,as\n10.2.0.0/16,Lab,BER,AS64600\n')), null)
  assert.deepEqual(sourceOf(loader, '10.2.3.4'), {
    src: '10.2.3.4',
    src_as: 64_600,
    src_country: 'CH',
    src_net_name: 'Lab',
    src_net_site: 'BER',
    src_city: 'Zürich',
    src_latitude: Math.fround(47.38),
    src_longitude: Math.fround(8.54),
  })
  assert.deepEqual(
    loader.report().map(({ use, kind, built_at, read_at, entries }) => [use, kind, built_at, read_at, entries]),
    [
      ['as', 'off', 0, 0, 0],
      ['country', 'Own-City', 1_700_000_000_000, 5, 0],
      ['city', 'Own-City', 1_700_000_000_000, 5, 1],
      ['networks', 'networks', 0, 5, 1],
    ],
  )
})

test('a source that cannot be used leaves what was known of it, and takes nothing from others', () => {
  const loader = createPlacesLoader({ ...OFF, cityDatabase: '/city.mmdb', networks: '/n.yaml' })
  loader.take('/city.mmdb', content(CITY))
  loader.take('/n.yaml', content('- {prefix: 10.0.0.0/8, name: One}'))
  const error = loader.take('/n.yaml', content('- {prefix: 10.0.0.0/99, name: Two}'))
  assert.match(error?.message ?? '', /^\/n\.yaml:1: "10\.0\.0\.0\/99" is no prefix/)
  for (const [bytes, reason] of [
    [CITY.subarray(0, CITY.length - 40), /is no database in MaxMind's format, or it is damaged/],
    [gzipSync(CITY).subarray(0, 60), /cannot be unpacked: /],
    [writeMmdb('Own-Country', { '10.0.0.0/8': { country_code: 'CH' } }), /knows neither|knows no cities/],
    [gzipSync(tarOf({ 'a/README.txt': Buffer.from('x') })), /the archive holds no \.mmdb file/],
  ] as const)
    assert.match(loader.take('/city.mmdb', content(Buffer.from(bytes)))?.message ?? '', reason)
  assert.equal(sourceOf(loader, '10.0.0.1')['src_city'], 'Zürich')
  assert.equal(loader.take('/n.yaml', content('- {prefix: 10.0.0.0/8, name: Two}')), null)
  assert.deepEqual(
    loader.report().map(({ error: said }) => said !== null),
    [false, false, true, false],
  )
  assert.deepEqual([sourceOf(loader, '10.0.0.1')['src_net_name'], sourceOf(loader, '10.0.0.1')['src_city']], ['Two', 'Zürich'])
})

test('bundled data stand in for a database that was never there', () => {
  const loader = createPlacesLoader({ asDatabase: 'https://example.net/asn.mmdb', countryDatabase: 'off' })
  assert.equal(sourceOf(loader, '8.8.8.8')['src_as'], 15_169)
})

test('what is longer than allowed is not unpacked', () => {
  const loader = createPlacesLoader({ ...OFF, networks: '/n.yaml.gz', downloadBytes: 1000 })
  const error = loader.take('/n.yaml.gz', content(gzipSync(Buffer.alloc(100_000, '#'))))
  assert.match(error?.message ?? '', /longer than 1000 bytes when unpacked; raise enrich\.downloadBytes/)
})

test('the AS by the order of sources', () => {
  const as = writeMmdb('ASN', {
    '198.51.100.0/24': { autonomous_system_number: 3320, autonomous_system_organization: 'Database AG' },
    '192.0.2.0/24': { autonomous_system_number: 64_500, autonomous_system_organization: 'Sent AG' },
  })
  const networks = '- {prefix: 198.51.100.0/25, name: Ours, as: 65010}\n- {prefix: 198.51.100.128/26, name: No AS}'
  const told = (asOrder: PlacesConfig['asOrder'], src: string, sent?: number): unknown[] => {
    const loader = createPlacesLoader({ ...OFF, asDatabase: '/as.mmdb', networks: '/n.yaml', asOrder })
    loader.take('/as.mmdb', content(as))
    loader.take('/n.yaml', content(networks))
    const row = sourceOf(loader, src, sent === undefined ? {} : { src_as: sent })
    return [row['src_as'], row['src_as_name']]
  }
  const [inOurs, inNamed, outside] = ['198.51.100.1', '198.51.100.129', '198.51.100.200']
  for (const [order, src, sent, expected] of [
    [undefined, inOurs, undefined, [65_010, undefined]],
    [undefined, inOurs, 64_500, [64_500, 'Sent AG']],
    [['networks', 'flow', 'database'], inOurs, 64_500, [65_010, undefined]],
    [['networks', 'flow', 'database'], outside, 64_500, [64_500, 'Sent AG']],
    [['database', 'flow'], inOurs, 64_500, [3320, 'Database AG']],
    [['database'], inOurs, 64_500, [3320, 'Database AG']],
    [['networks'], outside, 64_500, [undefined, undefined]],
    [['flow'], outside, undefined, [undefined, undefined]],
    [['flow'], outside, 65_001, [65_001, undefined]],
    [[], outside, 64_500, [undefined, undefined]],
    // A private number holds in networks of ours, and where nobody knows better.
    [undefined, inNamed, 65_001, [65_001, undefined]],
    [undefined, inOurs, 4_200_000_000, [4_200_000_000, undefined]],
    [undefined, outside, 65_001, [3320, 'Database AG']],
    [undefined, '10.0.0.1', 65_001, [65_001, undefined]],
    // No number of a system.
    [undefined, outside, 23_456, [3320, 'Database AG']],
    [undefined, '10.0.0.1', 23_456, [undefined, undefined]],
    [undefined, '10.0.0.1', 65_535, [undefined, undefined]],
  ] as const)
    assert.deepEqual(told(order, src, sent), expected, `${String(order)} ${src} ${String(sent)}`)
})

test('a URL is shown without its secrets', () => {
  for (const [source, shown] of [
    ['/var/lib/GeoIP/City.mmdb', '/var/lib/GeoIP/City.mmdb'],
    ['https://1234:secret@example.net/asn/download?suffix=tar.gz', 'https://***@example.net/asn/download?suffix=tar.gz'],
    ['https://example.net/d?edition_id=ASN&license_key=abc', 'https://example.net/d?edition_id=ASN&license_key=***'],
    ['https://example.net/d?t=0123456789abcdef0123', 'https://example.net/d?t=***'],
  ] as const)
    assert.equal(shownSource(source), shown)
})
