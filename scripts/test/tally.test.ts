import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyTally, summary } from './tally.ts'

test('the last line counts, skips with their reasons stand above it', () => {
  const { text, failed } = summary({ ...emptyTally(), passed: 3, skips: [{ name: 'a real exporter', reason: 'softflowd is not installed' }] }, false)
  assert.equal(failed, false)
  assert.match(text, /^Skipped:\n {2}a real exporter: softflowd is not installed$/m)
  assert.equal(text.split('\n').at(-1), '3 passed, 0 failed, 1 skipped')
})

test('where skips are forbidden they count as failed', () => {
  const { text, failed } = summary({ ...emptyTally(), passed: 3, skips: [{ name: 'a', reason: 'b' }] }, true)
  assert.equal(failed, true)
  assert.equal(text.split('\n').at(-1), '3 passed, 1 failed, 0 skipped')
})

test('a failure is told with its detail and again by name', () => {
  const { text, failed } = summary({ ...emptyTally(), failures: [{ name: 'lint', detail: 'line one\nline two\n' }] }, false)
  assert.equal(failed, true)
  assert.match(text, /^FAILED {2}lint\n {4}line one\n {4}line two$/m)
  assert.match(text, /^Failed:\n {2}lint$/m)
})

test('a run of nothing has failed', () => {
  assert.equal(summary(emptyTally(), false).failed, true)
})

test('of many files the ten that took longest are told, the longest first', () => {
  const times = Array.from({ length: 12 }, (_, at) => ({ name: `${at}.test.ts`, tookMs: at * 1100 }))
  const { text } = summary({ ...emptyTally(), passed: 12, times }, false)
  assert.match(text, /^Slowest:\n {4}12\.1 s {2}11\.test\.ts\n {4}11\.0 s {2}10\.test\.ts$/m)
  assert.doesNotMatch(text, /\b1\.test\.ts/)
  assert.doesNotMatch(summary({ ...emptyTally(), passed: 2, times: times.slice(0, 2) }, false).text, /Slowest/)
})
