import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPackages } from './packages.ts'

const lock = (entry: Readonly<Record<string, unknown>>): Parameters<typeof checkPackages>[1] => ({
  packages: { '': {}, 'node_modules/a': { version: '1.0.0', ...entry } },
})

test('pinned packages under allowed licences pass', () => {
  assert.deepEqual(checkPackages({ dependencies: { a: '1.0.0', b: '2.0.0-rc.1' } }, lock({ license: 'MIT' })), [])
  assert.deepEqual(checkPackages({}, lock({ license: '(GPL-2.0-only OR MIT)' })), [])
  assert.deepEqual(checkPackages({}, lock({ license: 'MPL-2.0', dev: true })), [])
})

test('a loose version, an address and a foreign licence are found', () => {
  assert.match(checkPackages({ devDependencies: { a: '^1.0.0' } }, lock({ license: 'MIT' })).join(), /a is not pinned/)
  assert.match(checkPackages({}, lock({ license: 'MIT', resolved: 'https://example.org/a.tgz' })).join(), /names where to download/)
  assert.match(checkPackages({}, lock({ license: 'GPL-3.0-only' })).join(), /licence GPL-3.0-only/)
  assert.match(checkPackages({}, lock({ license: 'MIT AND GPL-3.0-only' })).join(), /is not on the list/)
  assert.match(checkPackages({}, lock({ license: 'MPL-2.0' })).join(), /MPL-2.0/)
  assert.match(checkPackages({}, lock({})).join(), /licence unknown/)
})
