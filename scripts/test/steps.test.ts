import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { runStep } from './steps.ts'
import { emptyTally } from './tally.ts'

const quiet = (context: TestContext): void => void context.mock.method(console, 'log', () => undefined)

test('a step without findings passes, one with findings or an error fails', async context => {
  quiet(context)
  const tally = emptyTally()
  await runStep({ name: 'good', run: async () => [] }, '/', tally)
  await runStep({ name: 'bad', run: async () => ['a.ts:1: one', 'a.ts:2: two'] }, '/', tally)
  await runStep({ name: 'broken', run: () => Promise.reject(new Error('no git')) }, '/', tally)
  assert.equal(tally.passed, 1)
  assert.deepEqual(tally.failures[0], { name: 'bad', detail: 'a.ts:1: one\na.ts:2: two' })
  assert.match(tally.failures[1]?.detail ?? '', /no git/)
})
