import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader, type Response } from 'mmdb-lib'
import type { Table } from './bundled.ts'
import { askOf } from './fixtures/ask.ts'
import { writeMmdb } from './fixtures/mmdb.ts'
import { readMmdb } from './mmdb.ts'

const v4 = (table: Table, a: number, b: number, c: number, d: number): number => askOf(table.v4)(((a * 256 + b) * 256 + c) * 256 + d).value
const v6 = (table: Table, a: number, b: number): number => askOf(table.v6)(a, b, 0, 1).value
const letters = (number: number): string => (number === 0 ? '' : String.fromCharCode(number >>> 8, number & 255))

const NESTED = writeMmdb('GeoLite2-City', {
  '192.0.2.0/25': { country: { iso_code: 'DE' }, city: { names: { en: 'Berlin' } } },
  '192.0.2.128/25': { registered_country: { iso_code: 'AT' } },
  '2001:db8::/32': { country: { iso_code: 'FR' } },
})

test('the writer of this test makes files the library reads', () => {
  const reader = new Reader<Response>(NESTED)
  assert.deepEqual(reader.getWithPrefixLength('192.0.2.1'), [{ country: { iso_code: 'DE' }, city: { names: { en: 'Berlin' } } }, 25])
})

test('countries of MaxMind’s nested files', () => {
  const { countries, as, type, builtMs } = readMmdb('city.mmdb', NESTED)
  assert.ok(countries !== null)
  assert.deepEqual([type, builtMs, as], ['GeoLite2-City', 1_700_000_000_000, null])
  assert.deepEqual(
    [
      v4(countries, 192, 0, 2, 127),
      v4(countries, 192, 0, 2, 128),
      v4(countries, 192, 0, 3, 0),
      v6(countries, 0x2001_0db8, 5),
      v6(countries, 0x2001_0db9, 0),
    ].map(letters),
    ['DE', 'AT', '', 'FR', ''],
  )
})

test('AS numbers and names; countries of flat files', () => {
  const { countries, as } = readMmdb(
    'asn.mmdb',
    writeMmdb('GeoLite2-ASN', {
      '198.51.100.0/24': { autonomous_system_number: 64_500, autonomous_system_organization: 'Example' },
      '203.0.113.0/24': { country_code: 'NZ', asn: 'AS64501', as_name: 'Beispiel' },
    }),
  )
  assert.ok(countries !== null && as !== null)
  assert.deepEqual([v4(as, 198, 51, 100, 1), v4(as, 203, 0, 113, 9), v4(as, 192, 0, 2, 1)], [64_500, 64_501, 0])
  assert.deepEqual(
    [...as.names],
    [
      [64_500, 'Example'],
      [64_501, 'Beispiel'],
    ],
  )
  assert.equal(letters(v4(countries, 203, 0, 113, 9)), 'NZ')
})

test('a file that is none, is damaged or of no use is refused with its name and a remedy', () => {
  assert.throws(() => readMmdb('x.mmdb', Buffer.from('no database')), {
    code: 'FL_ENRICH_DATABASE',
    message: /^x\.mmdb is no database in MaxMind's format, or it is damaged: /,
  })
  assert.throws(() => readMmdb('x.mmdb', NESTED.subarray(0, NESTED.length - 40)), { code: 'FL_ENRICH_DATABASE' })
  assert.throws(() => readMmdb('isp.mmdb', writeMmdb('Domain', { '10.0.0.0/8': { domain: 'example.net' } })), {
    message: 'isp.mmdb (Domain) knows neither countries nor AS numbers nor cities; use a Country, City or ASN database',
  })
})
