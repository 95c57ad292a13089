import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createQuestions } from './questions.ts'

test('a question is done when every thread has answered; who knows nothing is left out', async () => {
  const questions = createQuestions<string>()
  const ids: number[] = []
  const [one, two] = [questions.ask(3, id => ids.push(id)), questions.ask(1, id => ids.push(id))]
  const [first = 0, second = 0] = ids
  questions.answered(first, 'a')
  questions.answered(second, 'b')
  questions.answered(first, null)
  questions.answered(99, 'nobody asked')
  questions.answered(first, 'c')
  assert.deepEqual([await one, await two], [['a', 'c'], ['b']])
  assert.deepEqual(await questions.ask(0, () => assert.fail()), [], 'there is no thread')
})
