import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterValue, keyLabel, keyText, shownKey } from './key.ts'
import type { KeyStyle } from './rankings.ts'

const CASES: readonly (readonly [KeyStyle, string | number | null, string, text: string, detail: string, filter: string])[] = [
  ['as', 15169, 'Google', 'Google', 'AS15169', '15169'],
  ['as', 4200000001, '', 'AS4200000001', '', '4200000001'],
  // RFC 7607: AS 0 is no AS.
  ['as', 0, '', 'not known', '', '0'],
  ['country', 'DE', '', 'Germany', 'DE', 'DE'],
  ['country', 'XK', '', 'Kosovo', 'XK', 'XK'],
  // The registries' code of Asia and the Pacific as a whole is none of Unicode.
  ['country', 'AP', '', 'AP', '', 'AP'],
  ['country', '', '', 'not known', '', ''],
  ['country', '<b>', '', '<b>', '', '<b>'],
  ['category', 'file transfer', '', 'File transfer', '', 'file transfer'],
  ['category', 'voip', '', 'VoIP', '', 'voip'],
  ['category', '', '', 'not known', '', ''],
  ['port', 443, '', 'https', '443', '443'],
  ['port', 64_999, '', '64999', '', '64999'],
  ['port', 0, '', '0', '', '0'],
  ['dscp', 46, '', 'EF', '46', '46'],
  ['dscp', 0, '', 'CS0', '0', '0'],
  ['dscp', 47, '', '47', '', '47'],
  ['text', 'Campus', '', 'Campus', '', 'Campus'],
  ['text', null, '', 'not known', '', ''],
  // A network may be called 0; only an AS cannot.
  ['text', '0', '', '0', '', '0'],
]

for (const [style, cell, name, text, detail, filter] of CASES) {
  test(`${style} ${JSON.stringify(cell)} is shown as ${text} ${detail}`, () => {
    const key = keyText(style, cell)
    assert.deepEqual(shownKey(style, key, name), { text, detail })
    assert.equal(filterValue(style, key), filter)
  })
}

test('on one line the detail follows the text', () => {
  assert.equal(keyLabel({ text: 'Google', detail: 'AS15169' }), 'Google AS15169')
  assert.equal(keyLabel({ text: 'Campus', detail: '' }), 'Campus')
})
