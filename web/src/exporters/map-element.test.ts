import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { parseConfig } from '../../../src/config/index.ts'
import { guess, hexadecimal, mappingYaml } from './map-element.ts'

test('what is shown to paste is a configuration FlowLens takes', () => {
  for (const [address, element, length, sample, column] of [
    ['192.0.2.1', '9/12292', 4, '00001f90', 'custom_number_1'],
    ['192.0.2.1', '9/12235', 4, '65646765', 'custom_text_1'],
    ['2001:db8::', 'v9:51120', 32, null, 'custom_text_1'],
    ['2001:db8::1', '400', 2, '01bb', 'custom_number_1'],
  ] as const) {
    const text = mappingYaml(address, { element, length, sample })
    const parsed = parseConfig(text, '/')
    assert.ok(parsed.ok, `${text}\n${JSON.stringify(parsed)}`)
    const [entry] = parsed.config.exporters
    assert.deepEqual([entry?.match, entry?.fields.map(field => [String(field.element), field.column])], [[address], [[element, column]]], text)
  }
})

test('text that came from the network stays one value of YAML', () => {
  const read: unknown = parse(mappingYaml('192.0.2.1', { element: '9/1]\n- evil: true', length: 4, sample: null }))
  assert.deepEqual(read, { exporters: [{ match: ['192.0.2.1'], fields: [{ element: '9/1]\n- evil: true', column: 'custom_number_1', type: 'unsigned64' }] }] })
})

test('a sample is guessed as text, as a number, or not at all', () => {
  assert.equal(guess('65646765'), '“edge”')
  assert.equal(guess('6564676500000000'), '“edge”')
  assert.equal(guess('00001f90'), '8080')
  assert.equal(guess('ffffffffffffffff'), '18446744073709551615')
  assert.equal(guess('000102030405060708'), null)
  assert.equal(guess(null), null)
  assert.equal(guess('zz'), null)
  assert.equal(hexadecimal('00001f90'), '00 00 1f 90')
})
