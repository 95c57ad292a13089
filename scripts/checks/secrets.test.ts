import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkSecrets } from './secrets.ts'

const find = (text: string): readonly string[] => checkSecrets(new Map([['docs/a.md', text]]))

test('ordinary text passes', () => {
  assert.deepEqual(find('Put it in /var/lib/flowlens, or ./data; docs/work/flow.md tells how; see https://example.org/root/.\n'), [])
})

test('paths of a machine, hosts of registries, keys and tokens are found with their line', () => {
  assert.deepEqual(find(`one\n${'/wo'}rk/main/src\n`), [`docs/a.md:2: a path of one machine: ${'/wo'}rk/`])
  assert.equal(find(`/${'home'}/somebody/flowlens`).length, 1)
  assert.equal(find(`https://${'registry'}.npmjs.org/chdb`).length, 1)
  assert.equal(find(`-----BEGIN EC PRIVATE ${'KEY'}-----`).length, 1)
  assert.equal(find(`npm${'_'}${'a1B2'.repeat(9)}`).length, 1)
})
