import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eachOf } from './run-files.ts'
import type { Tally } from './tally.ts'

test('work is begun in order, no more of it at a time than may be', async () => {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const done = eachOf([0, 1, 2, 3], 2, item => {
    begun.push(item)
    return new Promise(resolve => (ends[item] = resolve))
  })
  const step = (item: number): Promise<void> => {
    ends[item]?.()
    return new Promise(resolve => setImmediate(resolve))
  }
  assert.deepEqual(begun, [0, 1])
  await step(1)
  assert.deepEqual(begun, [0, 1, 2])
  await step(0)
  await step(3)
  assert.deepEqual(begun, [0, 1, 2, 3])
  await step(2)
  await done
})

// A runner inside a test of the runner would report to the outer one; so it is told that there is none.
const TALLY = `import { runFiles } from ${JSON.stringify(join(import.meta.dirname, 'run-files.ts'))}
const tally = { passed: 0, failures: [], skips: [], times: [] }
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

  assert.deepEqual(
    mixed.times.map(({ name }) => name),
    ['a.test.ts'],
  )

  const crashed = run("throw new Error('at load')")
  assert.equal(crashed.failures.length, 1)
})
