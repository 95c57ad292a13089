import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkSpelling } from './spelling.ts'

const find = (text: string): readonly string[] => checkSpelling(new Map([['a.ts', text]]))

// The mistakes are put together from parts, so that this file is in order itself.
test('ordinary text and names pass', () => {
  assert.deepEqual(find('The receiver separates what occurred; receivedAt, max_length. In in-memory tables it is of use.'), [])
})

test('a misspelt word is found, also inside a name', () => {
  assert.deepEqual(find(`one\nthe ${'rec'}ieved datagram`), [`a.ts:2: ${'rec'}ieved, meant is received`])
  assert.equal(find(`const max${'Len'}ght = 1`).length, 1)
  assert.equal(find(`max_${'len'}ght`).length, 1)
})

test('a word written twice is found', () => {
  assert.deepEqual(find(`const a = 1\n// read ${'the'} the file`), [`a.ts:2: ${'the'} the: a word too many`])
  assert.deepEqual(find('for (const template of of) write(template)'), [])
})
