import assert from 'node:assert/strict'
import { test } from 'node:test'
import { granularityFor, liveGranularityFor } from './granularity.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

test('a range has a number of buckets that can be seen', () => {
  for (const width of [MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY]) {
    const buckets = width / granularityFor(width)
    assert.ok(buckets >= 12 && buckets <= 200, `${buckets} buckets of ${width} ms`)
  }
})

test('from an hour on, roll-ups can answer', () => {
  for (const width of [HOUR, 3 * HOUR, DAY]) assert.equal(granularityFor(width) % MINUTE, 0)
  for (const width of [7 * DAY, 30 * DAY, 365 * DAY]) assert.equal(granularityFor(width) % HOUR, 0)
})

test('the stream draws at least as fine as history', () => {
  assert.equal(liveGranularityFor(HOUR), 10_000)
  for (const width of [MINUTE, HOUR, DAY, 30 * DAY]) assert.ok(liveGranularityFor(width) <= granularityFor(width))
})
