import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { groupOf } from './groups.ts'
import type { Tally } from './tally.ts'

test('every test file belongs to one group', () => {
  assert.equal(groupOf('src/spool/spool.test.ts'), 'unit')
  assert.equal(groupOf('web/src/address/time.test.ts'), 'unit')
  assert.equal(groupOf('test/package.test.ts'), 'program')
  assert.equal(groupOf('web/test/overview.test.ts'), 'browser')
  assert.equal(groupOf('test/browser/login.test.ts'), 'browser')
})

// A runner inside a test of the runner would report to the outer one; so it is told that there is none.
const TALLY = `import { runFiles } from ${JSON.stringify(join(import.meta.dirname, 'groups.ts'))}
const tally = { passed: 0, failures: [], skips: [] }
await runFiles([process.argv[2]], 1, process.argv[3], tally)
console.log('TALLY' + JSON.stringify(tally))
`

test('passes, failures below a parent, skips with reasons and a file that crashes are counted', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-runner-'))
  context.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'tally.ts'), TALLY)
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const run = (text: string): Tally => {
    writeFileSync(join(folder, 'a.test.ts'), text)
    const output = execFileSync(process.execPath, [join(folder, 'tally.ts'), join(folder, 'a.test.ts'), folder], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return JSON.parse(output.slice(output.lastIndexOf('TALLY') + 5))
  }

  const mixed = run(`
    import { describe, it, test } from 'node:test'
    describe('outer', () => {
      it('good', () => {})
      it('bad', () => { throw new Error('boom') })
    })
    test('parent', async t => { await t.test('child', () => { throw new Error('bang') }) })
    test('absent', { skip: 'softflowd is not installed' }, () => {})
  `)
  assert.equal(mixed.passed, 1)
  assert.deepEqual(
    mixed.failures.map(({ name }) => name),
    ['a.test.ts: outer > bad', 'a.test.ts: parent > child'],
  )
  assert.match(mixed.failures[0]?.detail ?? '', /boom/)
  assert.deepEqual(mixed.skips, [{ name: 'a.test.ts: absent', reason: 'softflowd is not installed' }])

  const crashed = run("throw new Error('at load')")
  assert.equal(crashed.failures.length, 1)
})
