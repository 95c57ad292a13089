import { test } from 'node:test'
import assert from 'node:assert/strict'
import { MAX_PATTERN, RegexProblem, compileRegex } from './regex.ts'

const matched = (pattern: string, ...texts: readonly string[]): string[] => texts.filter(compileRegex(pattern))

test('patterns are those of RE2', () => {
  assert.deepEqual(matched('^db\\d+$', 'db1', 'db', 'xdb1', 'db12\n'), ['db1'])
  assert.deepEqual(matched('a.c', 'abc', 'a\nc', 'ac'), ['abc', 'a\nc'])
  assert.deepEqual(matched('(?-s)a.c', 'abc', 'a\nc'), ['abc'])
  assert.deepEqual(matched('(?i)K', 'k', '\u212a', 'x'), ['k', '\u212a'])
  assert.deepEqual(matched('\\s', '\u00a0', ' ', '\v'), [' '])
  assert.deepEqual(matched('\\w', 'é', '_'), ['_'])
  assert.deepEqual(matched('x{2,3}y', 'xy', 'xxy', 'xxxxy'), ['xxy', 'xxxxy'])
  assert.deepEqual(matched('^(a|b)*$', '', 'abba', 'abc'), ['', 'abba'])
  assert.deepEqual(matched('\\p{Greek}', 'α', 'a'), ['α'])
  assert.deepEqual(matched('[^\\d]', '1', 'x1'), ['x1'])
  assert.deepEqual(matched('', '', 'x'), ['', 'x'])
  assert.deepEqual(matched('😀$', 'x😀', '\ud83d'), ['x😀'])
})

for (const pattern of [
  '(?=a)',
  '(?<!a)',
  '(?<=a)',
  '(a)\\1',
  '\\k<a>',
  '(',
  ')',
  'a)',
  '(?i)a)',
  '[a',
  '*a',
  'a**',
  'a{2}{3}',
  'a{3,2}',
  'a{101}',
  '(?:a{100}){11}',
  '[z-a]',
  '\\8',
  '[[:nope:]]',
  '\\p{Nope}',
  '\\C',
  'a\\',
  '(?P<x>a)(?P<x>b)',
  '(?x)a',
  'a'.repeat(MAX_PATTERN + 1),
  `(?:${'\\pL'.repeat(10)}){100}`,
]) {
  test(`refuses ${pattern.slice(0, 40)}`, () => assert.throws(() => compileRegex(pattern), RegexProblem))
}

test('a pattern that hangs a backtracking engine ends at once', () => {
  const steps = compileRegex('(a*)*(a|aa)+(a?){50}$')
  assert.equal(steps(`${'a'.repeat(5000)}b`), false)
})
