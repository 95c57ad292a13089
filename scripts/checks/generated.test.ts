import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkGenerated } from './generated.ts'

const pages = [{ path: 'docs/a.md', text: 'new\n' }]

test('a page as its source makes it passes', () => {
  assert.deepEqual(checkGenerated(new Map([['docs/a.md', 'new\n']]), pages), [])
})

test('an old page and a missing one are found', () => {
  assert.deepEqual(checkGenerated(new Map([['docs/a.md', 'old\n']]), pages), ['docs/a.md: is out of date; run npm run docs'])
  assert.deepEqual(checkGenerated(new Map(), pages), ['docs/a.md: is missing; run npm run docs'])
})
