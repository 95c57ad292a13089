import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PATTERN_TEXT, createPattern, groupsIn, patternMistake } from './patterns.ts'

test('expressions people write for descriptions have no mistake', () => {
  for (const pattern of [
    String.raw`^Transit: (?<provider>\w+)`,
    String.raw`^(?<connectivity>transit|peering|ix)[ :_-]+(?<provider>[^\s,]+)`,
    String.raw`^(?:ae|xe-|et-)\d+(?:/\d+)?$`,
    String.raw`\[(?<provider>[^\]]*)\]`,
    String.raw`(?<!not )core`,
    '.*',
  ]) {
    assert.equal(patternMistake(pattern), null, pattern)
  }
})

test('what is no expression, and what may take for ever, is told with what helps', () => {
  for (const [pattern, told] of [
    [String.raw`^Transit: (\w+`, /no regular expression: .*write it as in JavaScript/],
    ['(?<a>x)(?<a>y)', /Duplicate capture group name/],
    ['(a+)+$', /repeated group/],
    [String.raw`^(\w+\s?)*$`, /repeated group/],
    ['(?:a|aa){2,}', /repeated group/],
    ['((?:a*))+', /repeated group/],
    ['a*b*c*d*e*', /repeats 5 times/],
    ['a?b?c?d?e?f?g?h?i?', /9 quantifiers/],
  ] as const) {
    assert.match(patternMistake(pattern) ?? '', told, pattern)
  }
})

test('an escaped or bracketed sign is no quantifier', () => {
  assert.equal(patternMistake(String.raw`^\(a\*\+\?\)[*+?|(){}]+\*\*\*\*\*$`), null)
})

test('named groups are read; case is ignored; no match is null', () => {
  const read = createPattern(String.raw`^transit: (?<provider>\w+)(?: via (?<port>\S+))?`)
  assert.deepEqual({ ...read('TRANSIT: Cogent rest') }, { provider: 'Cogent', port: undefined })
  assert.equal(read('peering: Cogent'), null)
  assert.deepEqual(groupsIn(String.raw`\(?<no>(?<provider>a)(?:b)(?<=c)(?<port>d)`), ['provider', 'port'])
})

test('only the first characters of a text are looked at', () => {
  assert.equal(createPattern('x$')(`${'a'.repeat(PATTERN_TEXT)}x`), null)
  assert.notEqual(createPattern('x$')(`${'a'.repeat(PATTERN_TEXT - 1)}xyz`), null)
})
