import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConformance } from './page.ts'
import type { RuleBook } from './rules.ts'

const book = (...rules: RuleBook['rules']): RuleBook[] => [{ document: 'RFC1', title: 'RFC 1', rules }]
const files = (text: string): Map<string, string> => new Map([['src/a.test.ts', text]])

test('a rule needs a test or a gap', () => {
  const rule = { id: 'RFC1-2-a', level: 'must', rule: 'be kind' } as const
  assert.deepEqual(checkConformance(book(rule), files('')), ['RFC1-2-a has neither a test nor a gap'])
  assert.deepEqual(checkConformance(book({ ...rule, gap: 'not done' }), files('')), [])
  assert.deepEqual(checkConformance(book(rule), files("test('[RFC1-2-a] kindness', () => {})")), [])
})

test('a test that names no rule, and a rule that names no test', () => {
  assert.deepEqual(checkConformance(book(), files("test('[RFC1-9-z] nothing', () => {})")), ['a test names RFC1-9-z, which is no rule'])
  const rule = { id: 'RFC1-2-a', level: 'should', rule: 'be kind', tests: [['src/a.test.ts', 'kindness to']] } as const
  assert.deepEqual(checkConformance(book(rule), files("test('kindness to all', () => {})")), [])
  assert.deepEqual(checkConformance(book(rule), files("test('other', () => {})")), ['RFC1-2-a names a test that is not there: src/a.test.ts: kindness to'])
  assert.deepEqual(checkConformance(book(rule, rule), files("test('kindness to all', () => {})")), ['RFC1-2-a is there twice'])
})
