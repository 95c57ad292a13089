import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logTicks, timeTicks, valueTicks } from './ticks.ts'

process.env['TZ'] = 'Europe/Berlin'

test('a value axis has four to six round ticks and room for its peak', () => {
  assert.deepEqual(valueTicks(9.02e9), [0, 2e9, 4e9, 6e9, 8e9, 10e9])
  for (let exponent = 0; exponent < 12; exponent += 1) {
    for (const lead of [1, 1.01, 2.4, 3.3, 4.99, 5, 7.7, 9.99]) {
      const ticks = valueTicks(lead * 10 ** exponent)
      assert.ok(ticks.length >= 3 && ticks.length <= 6, `${ticks.length} ticks for ${lead}e${exponent}`)
      assert.ok((ticks.at(-1) ?? 0) >= lead * 10 ** exponent * 0.999)
    }
  }
})

test('nothing at all still has an axis', () => {
  assert.deepEqual(valueTicks(0, 4), [0, 1, 2, 3, 4])
})

test('a logarithmic axis has the powers of ten around its values', () => {
  assert.deepEqual(logTicks(2300, 87_000), [1000, 10_000, 100_000])
  assert.deepEqual(logTicks(1000, 10_000), [1000, 10_000])
  assert.deepEqual(logTicks(500, 500), [100, 1000])
})

test('a time axis is marked at round local times', () => {
  const from = Date.parse('2025-03-18T12:32:07Z')
  const { at, step } = timeTicks(from, from + 3_600_000, 7)
  assert.equal(step, 600_000)
  assert.equal(new Date(at[0] ?? 0).toISOString(), '2025-03-18T12:40:00.000Z')
  const days = timeTicks(from - 6 * 86_400_000, from, 7)
  assert.ok(
    days.at.every(time => new Date(time).getHours() === 0),
    'days begin at midnight of the browser',
  )
})
