import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAddress, STORED_COLUMNS } from '../../schema/index.ts'
import { STANDARD_SETTINGS } from '../exporters.ts'
import type { ExporterSettings } from '../types.ts'
import { elementKey, elementOfV9 } from './elements.ts'
import { STANDARD_MAPPING, columnOf } from './mapping.ts'
import { PROFILES } from './profiles.ts'
import { ruleMistakes, settingsFor, type ExporterRule, type FieldSetting } from './settings.ts'

const entry = (match: readonly string[], more: Partial<ExporterRule> = {}): ExporterRule => ({ match, profiles: [], fields: [], ...more })
const at = (rules: readonly ExporterRule[], address: string): ExporterSettings => settingsFor({ exporters: rules })(readAddress(address) ?? 0n)
const fill = (element: string, column: string, more: Partial<FieldSetting> = {}): FieldSetting => ({ element, column, ...more })

test('an exporter no entry is for has the standard settings', () => {
  assert.equal(at([entry(['10.0.0.0/8'], { relay: true })], '192.0.2.1'), STANDARD_SETTINGS)
  assert.equal(at([], '192.0.2.1'), STANDARD_SETTINGS)
})

test('prefixes of both families, whole addresses, and none reaches into the other family', () => {
  const named = (match: string, address: string): boolean => at([entry([match], { relay: true })], address).relay
  for (const [match, inside, outside] of [
    ['10.1.0.0/16', '10.1.255.255', '10.2.0.0'],
    ['10.1.2.3/16', '10.1.0.1', '10.2.2.3'],
    ['10.1.2.3', '10.1.2.3', '10.1.2.4'],
    ['0.0.0.0/0', '255.255.255.255', '2001:db8::1'],
    ['2001:db8::/32', '2001:db8:ffff::1', '2001:db9::1'],
    ['2001:db8::1', '2001:db8::1', '2001:db8::2'],
    ['::ffff:10.0.0.0/104', '10.9.9.9', '11.0.0.0'],
  ] as const) {
    assert.equal(named(match, inside), true, `${match} holds ${inside}`)
    assert.equal(named(match, outside), false, `${match} holds ${outside}`)
  }
  assert.equal(named('::/0', '10.0.0.1'), true)
})

test('of settings the longer prefix wins, then the later entry; fields and profiles add up', () => {
  const rules = [
    entry(['10.1.1.0/24'], { relay: true, datagramsPerSecond: 5, fields: [fill('4242/1', 'custom_number_1')] }),
    entry(['10.0.0.0/8'], {
      postCounters: 'post',
      datagramsPerSecond: 7,
      templates: 'pin',
      profiles: ['request-numbers'],
      fields: [fill('4242/1', 'custom_number_2'), fill('4242/2', 'custom_text_1')],
    }),
    entry(['10.0.0.0/8', '10.1.0.0/16'], { postCounters: 'reverse', samplingRateDefault: 100, profiles: ['nprobe', 'request-numbers'] }),
  ]
  const { mapping, ...settings } = at(rules, '10.1.1.1')
  assert.deepEqual(settings, {
    postCounters: 'reverse',
    relay: true,
    pinned: true,
    datagramsPerSecond: 5,
    samplingRate: 0,
    samplingRateDefault: 100,
    duplicates: 'find',
    profiles: ['request-numbers', 'nprobe'],
    fields: 3,
    places: null,
  })
  const column = (element: number): string | null => columnOf(mapping, element)
  assert.deepEqual(
    [column(elementKey(4242, 1)), column(elementKey(4242, 2)), column(411), column(321)],
    ['custom_number_1', 'custom_text_1', 'src_sgt', 'retransmitted'],
  )
  const wide = at(rules, '10.9.9.9')
  assert.equal(columnOf(wide.mapping, elementKey(4242, 1)), 'custom_number_2')
  assert.equal(wide.relay, false)
})

test('a longer prefix that says learn takes back a pin', () => {
  assert.equal(at([entry(['10.0.0.0/8'], { templates: 'pin' }), entry(['10.0.0.1'], { templates: 'learn' })], '10.0.0.1').pinned, false)
})

test('settings and mappings are shared by what they say', () => {
  const fields = [fill('4242/1', 'custom_number_1')]
  const rules = [entry(['10.0.0.0/8'], { fields }), entry(['192.0.2.0/24'], { fields, relay: true })]
  const settingsOf = settingsFor({ exporters: rules })
  const address = (text: string): bigint => readAddress(text) ?? 0n
  assert.equal(settingsOf(address('10.0.0.1')), settingsOf(address('10.0.0.2')))
  assert.equal(settingsOf(address('10.0.0.1')).mapping, settingsOf(address('192.0.2.9')).mapping)
  assert.notEqual(settingsOf(address('10.0.0.1')).mapping.id, STANDARD_MAPPING.id)
})

test('profiles are without mistakes, and their elements fill their columns', () => {
  for (const { name, fields } of PROFILES) {
    const { mapping } = at([entry(['10.0.0.1'], { profiles: [name] })], '10.0.0.1')
    for (const { column, from } of fields) {
      assert.ok(
        STORED_COLUMNS.some(one => one.name === column),
        `${name}: ${column}`,
      )
      for (const element of String(from).matchAll(/(?:(\d+)\/|(v9:))?(\d+)(?= |$)/g)) {
        const [, enterprise, v9, id] = element
        if (String(from).slice(element.index).startsWith(`${element[0]} *`)) continue
        const key = v9 === undefined ? elementKey(Number(enterprise ?? 0), Number(id)) : elementOfV9(Number(id))
        assert.equal(columnOf(mapping, key), column, `${name}: ${element[0]}`)
      }
    }
  }
})

test('a profile that says what holds anyway needs no mapping of its own', () => {
  for (const profiles of [['palo-alto'], ['cisco-trustsec', 'riverbed', 'cisco-asa-old', 'fortigate', 'nprobe']] as const) {
    assert.equal(at([entry(['10.0.0.1'], { profiles })], '10.0.0.1').mapping, STANDARD_MAPPING)
  }
  // After one that took its number it matters.
  const rules = [entry(['10.0.0.0/8'], { fields: [fill('v9:56702', 'custom_text_1', { type: 'string' })] })]
  assert.equal(columnOf(at(rules, '10.0.0.1').mapping, 56_702), 'custom_text_1')
})

test('an element fills one column: what a field names, it takes from everything else', () => {
  const { mapping } = at([entry(['10.0.0.1'], { fields: [fill('9/4251', 'custom_number_1'), fill('35632/109', 'custom_number_2')] })], '10.0.0.1')
  // The loss rate of Cisco and nProbe’s sum of both directions need these elements.
  for (const formulas of mapping.computed.values()) {
    for (const { terms, per } of formulas) assert.ok(terms.length === 1 || !terms.some(term => term.element === elementKey(35_632, 109)) || per !== null)
  }
  assert.equal(columnOf(mapping, elementKey(9, 4251)), 'custom_number_1')
  assert.equal(columnOf(mapping, elementKey(9, 4246)), null)
})

test('mistakes are placed at their key', () => {
  assert.deepEqual(ruleMistakes({ exporters: [entry(['10.0.0.1'])] }), [])
  assert.deepEqual(
    ruleMistakes({ exporters: [entry(['10.0.0.1']), entry(['10.0.0'], { fields: [fill('8', 'src_usr')] })] }).map(({ path }) => path),
    [
      ['exporters', 1, 'match', 0],
      ['exporters', 1, 'fields', 0, 'column'],
    ],
  )
})
