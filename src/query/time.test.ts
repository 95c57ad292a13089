import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { autoGranularity, GRANULARITIES, parseDuration, parseTime } from './time.ts'

const NOW = Date.UTC(2026, 0, 31, 12)

test('times are read as people write them', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['now', NOW],
    ['now-1h', NOW - 3_600_000],
    ['now - 90s', NOW - 90_000],
    ['now+1h30m', NOW + 5_400_000],
    ['now-2w', NOW - 1_209_600_000],
    ['2026-01-31', NOW - 12 * 3_600_000],
    ['2026-01-31T12:00', NOW],
    ['2026-01-31 12:00:00.5', NOW + 500],
    ['2026-01-31T12:00:00Z', NOW],
    ['2026-01-31T14:00:00+02:00', NOW],
    ['1769860800000', NOW],
    ['0', 0],
    ['', undefined],
    ['now-', undefined],
    ['now-5', undefined],
    ['yesterday', undefined],
    ['2026-02-30', undefined],
    ['2026-13-01', undefined],
    ['2026-01-31T25:00', undefined],
    ['-5', undefined],
    ['1e9', undefined],
    ['now-1x', undefined],
  ]
  for (const [text, expected] of cases) assert.equal(parseTime(text, NOW), expected, text)
})

test('durations may be chained', () => {
  assert.deepEqual(['90s', '1h30m', '5', '250ms', '2min', '1h 5m', 'm', '-5m'].map(parseDuration), [
    90_000,
    5_400_000,
    5,
    250,
    120_000,
    undefined,
    undefined,
    undefined,
  ])
})

test('buckets are at most 120 and as narrow as that allows', () => {
  assert.equal(autoGranularity(0, 3_600_000), 30_000)
  assert.equal(autoGranularity(0, 86_400_000), 900_000)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4e12 }), span => {
      const width = autoGranularity(0, span)
      assert.ok(span / width <= 120)
      const narrower = GRANULARITIES[GRANULARITIES.indexOf(width) - 1]
      if (narrower !== undefined) assert.ok(span / narrower > 120)
    }),
  )
})
