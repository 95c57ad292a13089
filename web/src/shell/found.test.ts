import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typedEntities } from './found.ts'

const paths = (text: string): readonly string[] => typedEntities(text).map(({ path }) => path)

test('what is typed as an address, a number or a country leads to its page', () => {
  assert.deepEqual(paths('10.20.4.18'), ['/hosts/10.20.4.18'])
  assert.deepEqual(paths(' 2001:DB8::5 '), ['/hosts/2001:db8::5'])
  assert.deepEqual(paths('AS15169'), ['/as/15169'])
  assert.deepEqual(paths('443'), ['/as/443', '/ports/443'])
  assert.deepEqual(paths('germ'), ['/countries/DE'])
  assert.deepEqual(paths('de'), ['/countries/DE'])
  for (const none of ['', ' ', 'x', 'src = 10.0.0.1', '10.0.0', '99999999999']) assert.deepEqual(paths(none), [], none)
})
