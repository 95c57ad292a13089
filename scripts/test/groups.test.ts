import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { LONG, groupOf, longestFirst } from './groups.ts'

test('every test file belongs to one group', () => {
  assert.equal(groupOf('src/spool/spool.test.ts'), 'unit')
  assert.equal(groupOf('web/src/address/time.test.ts'), 'unit')
  assert.equal(groupOf('test/package.test.ts'), 'program')
  assert.equal(groupOf('web/test/overview.test.ts'), 'browser')
  assert.equal(groupOf('test/browser/login.test.ts'), 'browser')
})

test('the longest files are begun first, then those that wait, then the short ones; all that are named exist', () => {
  const [long = ''] = LONG
  assert.deepEqual(longestFirst(['src/a.test.ts', 'test/b.test.ts', long, 'web/test/c.test.ts']), [
    long,
    'test/b.test.ts',
    'web/test/c.test.ts',
    'src/a.test.ts',
  ])
  for (const file of LONG) assert.ok(existsSync(join(import.meta.dirname, '..', '..', file)), file)
})
