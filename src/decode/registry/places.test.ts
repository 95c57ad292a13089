import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAddress } from '../../schema/index.ts'
import { STANDARD_SETTINGS } from '../exporters.ts'
import type { InterfacePlace, Places } from '../types.ts'
import type { InterfaceRule } from './places.ts'
import { ruleMistakes, settingsFor, type ExporterRule, type ExporterRules } from './settings.ts'

const entry = (match: readonly string[], more: Partial<ExporterRule> = {}): ExporterRule => ({ match, profiles: [], fields: [], ...more })
const placesAt = (rules: ExporterRules, address: string): Places | null => settingsFor(rules)(readAddress(address) ?? 0n).places
const NONE = { name: '', speed: 0, boundary: '', connectivity: '', provider: '' }

/** What rules find for an interface with this name and description. */
const found = (interfaceRules: readonly InterfaceRule[], name: string, description: string): InterfacePlace | null | undefined =>
  placesAt({ interfaceRules }, '192.0.2.1')?.placeOf?.(3, { name, description })

test('labels: of several entries the longer prefix says more, key by key', () => {
  const exporters = [
    entry(['10.1.1.1'], { name: 'edge1', site: 'Paris' }),
    entry(['10.0.0.0/8'], { name: 'any', group: 'edge', site: 'Europe', tenant: 'acme' }),
  ]
  assert.deepEqual(placesAt({ exporters }, '10.1.1.1'), { name: 'edge1', group: 'edge', role: '', site: 'Paris', region: '', tenant: 'acme', placeOf: null })
  assert.equal(placesAt({ exporters }, '10.2.2.2')?.name, 'any')
})

test('where nothing is said of places there are none', () => {
  assert.equal(placesAt({ exporters: [entry(['10.0.0.0/8'], { relay: true })] }, '10.1.1.1'), null)
  assert.equal(settingsFor({ interfaceRules: [{ match: ['10.0.0.0/8'], boundary: 'external' }] })(readAddress('192.0.2.1') ?? 0n), STANDARD_SETTINGS)
})

test('interfaces of several entries add up, key by key; speeds are read', () => {
  const exporters = [
    entry(['10.0.0.0/8'], {
      interfaces: [
        { index: 3, name: 'uplink', speed: '1G', boundary: 'internal' },
        { index: 4, speed: 64_000 },
      ],
    }),
    entry(['10.1.1.1'], {
      interfaces: [
        { index: 3, boundary: 'external', provider: 'Cogent' },
        { index: 5, speed: '2.5g' },
      ],
    }),
  ]
  const placeOf = placesAt({ exporters }, '10.1.1.1')?.placeOf
  assert.deepEqual(placeOf?.(3, undefined), { ...NONE, name: 'uplink', speed: 1e9, boundary: 'external', provider: 'Cogent' })
  assert.deepEqual(
    [4, 5].map(index => placeOf?.(index, undefined)?.speed),
    [64_000, 2.5e9],
  )
  assert.equal(placeOf?.(6, { name: 'told', description: '' }), null)
})

test('the first rule that matches gives everything; what it does not give stays empty', () => {
  const rules: readonly InterfaceRule[] = [
    { description: String.raw`^Transit: (?<provider>\w+)`, boundary: 'external', connectivity: 'transit' },
    { description: '^Transit', boundary: 'internal', provider: 'nobody' },
    { name: '^lo', description: '^$', boundary: 'internal' },
  ]
  assert.deepEqual(found(rules, 'xe-0/0/0', 'transit: Cogent, 10G'), { ...NONE, boundary: 'external', connectivity: 'transit', provider: 'Cogent' })
  assert.deepEqual(found(rules, 'xe-0/0/0', 'Transit-less'), { ...NONE, boundary: 'internal', provider: 'nobody' })
  assert.deepEqual(found(rules, 'lo0', ''), { ...NONE, boundary: 'internal' })
  assert.equal(found(rules, 'lo0', 'management'), null)
  assert.equal(found(rules, '', ''), null)
})

test('groups of both expressions stand in connectivity and provider; one that took no part is empty', () => {
  const rules: readonly InterfaceRule[] = [
    {
      name: String.raw`^(?<kind>[a-z]+)`,
      description: String.raw`^(?<who>\S+)(?: at (?<where>\S+))?`,
      connectivity: 'by $<kind>',
      provider: '$<who> $<where>',
    },
  ]
  assert.deepEqual(found(rules, 'xe-1', 'Cogent at AMS'), { ...NONE, connectivity: 'by xe', provider: 'Cogent AMS' })
  assert.deepEqual(found(rules, 'xe-1', 'Cogent'), { ...NONE, connectivity: 'by xe', provider: 'Cogent' })
})

test('what the configuration says of an interface goes before rules, and rules see its name', () => {
  const exporters = [entry(['192.0.2.1'], { interfaces: [{ index: 3, description: 'Transit: Lumen', connectivity: 'backup' }] })]
  const interfaceRules: readonly InterfaceRule[] = [{ description: String.raw`^Transit: (?<provider>\w+)`, boundary: 'external', connectivity: 'transit' }]
  const placeOf = placesAt({ exporters, interfaceRules }, '192.0.2.1')?.placeOf
  assert.deepEqual(placeOf?.(3, { name: 'xe-0', description: 'other' }), { ...NONE, boundary: 'external', connectivity: 'backup', provider: 'Lumen' })
})

test('a rule is for the exporters of its prefixes and of its group', () => {
  const exporters = [entry(['10.0.0.0/8'], { group: 'edge' }), entry(['10.9.0.0/16'], { group: 'core' })]
  const boundary = (rule: InterfaceRule, address: string): string | undefined =>
    placesAt({ exporters, interfaceRules: [{ boundary: 'external', ...rule }] }, address)?.placeOf?.(1, undefined)?.boundary
  for (const [rule, inside, outside] of [
    [{ group: 'edge' }, '10.1.1.1', '10.9.1.1'],
    [{ match: ['10.1.0.0/16', '2001:db8::/32'] }, '2001:db8::1', '10.2.0.1'],
    [{ match: ['10.0.0.0/8'], group: 'core' }, '10.9.1.1', '10.1.1.1'],
  ] as const) {
    assert.equal(boundary(rule, inside), 'external', JSON.stringify(rule))
    assert.equal(boundary(rule, outside), undefined, JSON.stringify(rule))
  }
  assert.equal(boundary({}, '198.51.100.7'), 'external')
})

test('no interface, and the device itself, are nobody’s boundary', () => {
  const placeOf = placesAt({ interfaceRules: [{ boundary: 'external' }] }, '192.0.2.1')?.placeOf
  assert.deepEqual(
    [0, 0x3fff_ffff].map(index => placeOf?.(index, undefined)),
    [null, null],
  )
})

test('mistakes: where they are and what helps', () => {
  const told = (rule: InterfaceRule): string[] =>
    ruleMistakes({ exporters: [entry(['10.0.0.1'], { group: 'edge' })], interfaceRules: [rule] }).map(({ path, message }) => `${path.join('.')}: ${message}`)
  assert.deepEqual(told({ group: 'edge', description: '(?<provider>a)' }), [])
  assert.deepEqual(told({ match: ['10.0.0'], boundary: 'external' }), [
    'interfaceRules.0.match.0: 10.0.0 is no address or prefix; write 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32',
  ])
  assert.deepEqual(told({ group: 'edges', boundary: 'external' }), ['interfaceRules.0.group: no entry of exporters has the group edges; did you mean edge?'])
  assert.deepEqual(told({ group: 'datacentre', boundary: 'external' }), [
    'interfaceRules.0.group: no entry of exporters has the group datacentre; give one that group, or use match',
  ])
  assert.deepEqual(told({ name: 'a', description: '(?<other>b)' }), ['interfaceRules.0: the rule gives nothing; add boundary, connectivity or provider'])
  assert.deepEqual(told({ description: '(?<who>b)', provider: '$<whom> $1' }), [
    'interfaceRules.0.provider: no expression of this rule has a group whom; did you mean who?',
    'interfaceRules.0.provider: groups are told by name: write $<provider> for $1, and (?<provider>…) in the expression',
  ])
  assert.deepEqual(ruleMistakes({ exporters: [entry(['10.0.0.1'], { interfaces: [{ index: 7 }, { index: 7 }] })] }), [
    { path: ['exporters', 0, 'interfaces', 1, 'index'], message: 'interface 7 stands in interfaces.0 already; put both into one' },
  ])
})
