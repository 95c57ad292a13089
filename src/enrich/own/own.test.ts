import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowLensError } from '../../schema/index.ts'
import { batchOf, rowsIn, type PlainRow } from '../../schema/fixtures/index.ts'
import { readDictionary, type OwnDictionary } from './dictionary.ts'
import { createOwnDictionaries } from './fill.ts'

const made = (key: string, text: string, file = 'own.csv', fill = 'custom_text_1'): OwnDictionary => readDictionary({ file, key, fill }, text)

/** What a column holds after the dictionaries were asked, row by row. */
function filled(dictionaries: readonly OwnDictionary[], family: 4 | 6, rows: readonly PlainRow[], column = 'custom_text_1'): unknown[] {
  const own = createOwnDictionaries()
  own.use(dictionaries)
  const batch = batchOf(family, rows)
  own.fill(batch)
  const once = rowsIn(batch).map(row => row[column])
  // A second batch in the same memory has codes of its own.
  const again = batchOf(family, rows.toReversed(), batch)
  own.fill(again)
  assert.deepEqual(
    rowsIn(again).map(row => row[column]),
    once.toReversed(),
  )
  return once
}

const NETWORKS = 'key,value\n# sites\n10.0.0.0/8,"Company, Inc."\n10.1.0.0/16,Berlin\n10.1.2.3,Printer\n2001:db8::/32,Lab\n::/0,Elsewhere\n'

test('an address has the value of the longest prefix it is in', () => {
  const dictionary = made('src', NETWORKS)
  const rows = (texts: readonly string[]): PlainRow[] => texts.map(src => ({ src }))
  assert.deepEqual(filled([dictionary], 4, rows(['10.9.9.9', '10.1.9.9', '10.1.2.3', '192.0.2.1', '10.1.2.3'])), [
    'Company, Inc.',
    'Berlin',
    'Printer',
    'Elsewhere',
    'Printer',
  ])
  assert.deepEqual(filled([dictionary], 6, rows(['2001:db8::1', '2001:db9::1', '10.1.2.3', '2001:db8::1'])), ['Lab', 'Elsewhere', 'Printer', 'Lab'])
})

test('without a prefix of everything others stay empty, and batches without the column get none', () => {
  const dictionary = made('src', '192.0.2.0/24,Test\n')
  assert.deepEqual(filled([dictionary], 4, [{ src: '192.0.3.0' }, { src: '192.0.2.255' }]), [undefined, 'Test'])
  assert.deepEqual(filled([dictionary], 4, [{ dst: '192.0.2.1' }]), [undefined])
})

test('every kind of column is a key, by number or name', () => {
  for (const [key, text, row, want] of [
    ['in_if', '7,Uplink\n', { in_if: 7 }, 'Uplink'],
    ['in_if', '7,Uplink\n', { in_if: 8 }, undefined],
    ['src_port', 'https,Web\n8080,Proxy\n', { src_port: 443 }, 'Web'],
    ['src_port', 'https,Web\n8080,Proxy\n', { src_port: 8080 }, 'Proxy'],
    ['proto', 'gre,Tunnel\n', { proto: 47 }, 'Tunnel'],
    ['vlan', '4094,Guests\n', { vlan: 4094 }, 'Guests'],
    ['src_as', 'AS64500,Partner\n', { src_as: 64_500 }, 'Partner'],
    ['end_reason', 'forced-end,Forced\n', { end_reason: 4 }, 'Forced'],
    ['src_mac', '00-1B-21-00-00-0A,Camera\n', { src_mac: '00:1b:21:00:00:0a' }, 'Camera'],
    ['connection_id', '9007199254740991,Long\n', { connection_id: 9_007_199_254_740_991 }, 'Long'],
    ['app', 'DNS,Names\n', { app: 'dns' }, 'Names'],
    ['src_country', 'de,Home\n', { src_country: 'DE' }, 'Home'],
    ['exporter', '192.0.2.0/24,Core\n', { exporter: '192.0.2.9' }, 'Core'],
  ] as const)
    assert.deepEqual(filled([made(key, text)], 4, [row]), [want], `${key} ${text}`)
})

test('what is there stays, and the first dictionary that knows a key goes before', () => {
  const first = made('src', '10.0.0.1,First\n')
  const second = made('dst_port', '53,Second\n')
  assert.deepEqual(
    filled([first, second], 4, [
      { src: '10.0.0.1', dst_port: 53 },
      { src: '10.0.0.2', dst_port: 53 },
      { src: '10.0.0.1', dst_port: 53, custom_text_1: 'sent' },
    ]),
    ['First', 'Second', 'sent'],
  )
  assert.deepEqual(filled([made('src', '10.0.0.1,A\n', 'a.csv', 'custom_text_4')], 4, [{ src: '10.0.0.1' }], 'custom_text_4'), ['A'])
})

test('YAML is lines of key and value', () => {
  const dictionary = made('dst', '# sites\n10.0.0.0/8: Company\n"2001:db8::/32": Lab\n', 'own.yaml')
  assert.deepEqual(filled([dictionary], 4, [{ dst: '10.0.0.1' }]), ['Company'])
  assert.deepEqual(filled([made('vlan', '10: Guests\n20: 7\n', 'own.yml')], 4, [{ vlan: 10 }, { vlan: 20 }]), ['Guests', '7'])
})

test('a mistake is told with file, line and remedy', () => {
  const refused = (key: string, text: string, file = 'own.csv'): string => {
    try {
      made(key, text, file)
    } catch (thrown) {
      assert.ok(thrown instanceof FlowLensError && thrown.code === 'FL_ENRICH_DICTIONARY')
      return thrown.message
    }
    return 'taken'
  }
  assert.match(refused('src', '10.0.0.1,A\n10.0.0.0/33,B\n'), /^own\.csv:2: "10\.0\.0\.0\/33" is no address or prefix; write/)
  assert.match(refused('src', '10.0.0.1,A\n\n10.0.0.1/32,B\n'), /^own\.csv:3: 10\.0\.0\.1\/32 stands there already/)
  assert.match(refused('src', '10.0.0.1\n'), /^own\.csv:1: 10\.0\.0\.1 needs a value/)
  assert.match(refused('src', '10.0.0.1,a,b\n'), /^own\.csv:1: .*comma/)
  assert.match(refused('vlan', '4096x,a\n'), /^own\.csv:1: "4096x" is no value of vlan/)
  assert.match(refused('src_port', '65536,a\n'), /^own\.csv:1: "65536" is no value of src_port/)
  assert.match(refused('src', 'a: [\n', 'own.yaml'), /^own\.yaml:\d: /)
  assert.match(refused('src', '- a\n', 'own.yaml'), /^own\.yaml:1: lines like/)
  assert.match(refused('app', 'a: {b: c}\n', 'own.yaml'), /^own\.yaml:1: a key has one value/)
})
