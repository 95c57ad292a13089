import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askOf } from './fixtures/ask.ts'
import { readNetworks } from './networks.ts'
import type { NetworkTable } from './places.ts'

const nameOf = ({ v4, list }: NetworkTable, address: readonly number[]): string =>
  list[askOf(v4)(address.reduce((value, part) => value * 256 + part, 0)).value - 1]?.name ?? ''

const YAML = `
- {prefix: 10.0.0.0/8, name: Company}
- prefix: 10.1.0.0/16
  name: Berlin
  site: BER
  role: office
  tenant: north
- {prefix: 10.1.2.0/24, name: Servers}
- {prefix: 10.1.255.0/24, name: Guests}
- {prefix: 192.0.2.7, name: One host}
- {prefix: 2001:db8::/32, name: Lab}
- {prefix: 2001:db8:1::/48, name: Lab one}
`

test('the most specific prefix of an address names its network', () => {
  const table = readNetworks('networks.yaml', YAML)
  for (const [address, name] of [
    [[10, 0, 0, 0], 'Company'],
    [[10, 255, 255, 255], 'Company'],
    [[10, 1, 0, 1], 'Berlin'],
    [[10, 1, 2, 0], 'Servers'],
    [[10, 1, 2, 255], 'Servers'],
    [[10, 1, 3, 0], 'Berlin'],
    [[10, 1, 255, 255], 'Guests'],
    [[10, 2, 0, 0], 'Company'],
    [[192, 0, 2, 7], 'One host'],
    [[192, 0, 2, 8], ''],
    [[11, 0, 0, 0], ''],
  ] as const)
    assert.equal(nameOf(table, address), name, address.join('.'))
  const wide = (a: number, b: number): string => table.list[askOf(table.v6)(a, b, 0, 5).value - 1]?.name ?? ''
  assert.deepEqual([wide(0x2001_0db8, 0), wide(0x2001_0db8, 0x0001_0000), wide(0x2001_0db9, 0)], ['Lab', 'Lab one', ''])
  assert.deepEqual(table.list[1], { name: 'Berlin', site: 'BER', role: 'office', tenant: 'north', as: 0 })
})

test('CSV with a heading in any order, quotes, comments and empty lines says the same', () => {
  const csv = 'name,prefix,site\n# ours\n"Berlin, ""north""",10.1.0.0/16,BER\r\n\nCompany,10.0.0.0/8\n'
  const table = readNetworks('networks.csv', csv)
  assert.deepEqual([nameOf(table, [10, 1, 0, 1]), nameOf(table, [10, 2, 0, 1])], ['Berlin, "north"', 'Company'])
  assert.equal(table.list[0]?.site, 'BER')
})

test('an empty file names nothing', () => assert.deepEqual(readNetworks('n.yaml', '').list, []))

test('a mistake is told with file, line and remedy', async t => {
  for (const [what, file, text, message] of [
    ['no prefix', 'n.yaml', '- {prefix: 10.0.0.0/8, name: A}\n- {name: B}', 'n.yaml:2: a network needs a prefix, such as 10.1.0.0/16'],
    ['no name', 'n.yaml', '- {prefix: 10.0.0.0/8}', 'n.yaml:1: the network 10.0.0.0/8 needs a name'],
    [
      'a length that is none',
      'n.yaml',
      '- {prefix: 10.0.0.0/33, name: A}',
      'n.yaml:1: "10.0.0.0/33" is no prefix; write an address and a length, such as 10.1.0.0/16 or 2001:db8::/32',
    ],
    [
      'a key that is none',
      'n.yaml',
      '\n- prefix: 10.0.0.0/8\n  nmae: A',
      'n.yaml:3: unknown key "nmae"; did you mean name? Known are prefix, name, site, role, tenant, as',
    ],
    [
      'a prefix twice',
      'n.yaml',
      '- {prefix: 10.0.0.0/8, name: A}\n- {prefix: 10.9.9.9/8, name: B}',
      'n.yaml:2: this prefix stands on line 1 already; keep one of them',
    ],
    ['no list', 'n.yaml', 'prefix: 10.0.0.0/8', 'n.yaml:1: a list of networks is wanted: lines like "- {prefix: 10.1.0.0/16, name: Office}"'],
    ['a comma too many', 'n.csv', 'prefix,name\n10.0.0.0/8,A,B', 'n.csv:2: 3 fields where the heading has 2; a comma inside a field wants quotes'],
    ['a heading that is none', 'n.csv', 'prefix,nam\n', 'n.csv:1: unknown key "nam"; did you mean name? Known are prefix, name, site, role, tenant, as'],
  ] as const)
    await t.test(what, () => assert.throws(() => readNetworks(file, text), { code: 'FL_ENRICH_NETWORKS', message }))
  assert.throws(() => readNetworks('n.yaml', '- {prefix: 10.0.0.0/8, name: "A}'), /n\.yaml:\d+: /)
})
