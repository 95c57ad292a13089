import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exactRange, isoWord, parseTyped, resolveRange, resolveWord, shiftRange, widenRange } from './time.ts'

process.env['TZ'] = 'Europe/Berlin'
const NOW = Date.parse('2025-03-18T13:32:07Z')
const HOUR = 3_600_000

test('words of the address resolve to milliseconds, others do not', () => {
  assert.equal(resolveWord('now', NOW), NOW)
  assert.equal(resolveWord('now-90m', NOW), NOW - 1.5 * HOUR)
  assert.equal(resolveWord('2025-03-18T13:00:00Z', NOW), NOW - 1_927_000)
  for (const bad of ['', 'tomorrow', 'now+1h', '18.03.2025', 'now-1y']) assert.equal(resolveWord(bad, NOW), null, bad)
})

test('a range that is none or runs backwards is the last hour', () => {
  const lastHour = { from: NOW - HOUR, to: NOW }
  assert.deepEqual(resolveRange({ from: 'now', to: 'now-1h' }, NOW), lastHour)
  assert.deepEqual(resolveRange({ from: 'x', to: 'now' }, NOW), lastHour)
})

test('an exact time keeps its fraction only where it has one', () => {
  assert.equal(isoWord(NOW), '2025-03-18T13:32:07Z')
  assert.equal(isoWord(NOW + 214), '2025-03-18T13:32:07.214Z')
})

test('arrows shift by one period and become relative again at the present', () => {
  const back = shiftRange({ from: 'now-1h', to: 'now' }, -1, NOW)
  assert.deepEqual(resolveRange(back, NOW), { from: NOW - 2 * HOUR, to: NOW - HOUR })
  assert.deepEqual(shiftRange(back, 1, NOW), { from: 'now-1h', to: 'now' })
})

test('zooming out doubles the range and never reaches beyond now', () => {
  assert.deepEqual(widenRange({ from: 'now-1h', to: 'now' }, NOW), { from: 'now-2h', to: 'now' })
  const early = exactRange({ from: NOW - 10 * HOUR, to: NOW - 8 * HOUR })
  assert.deepEqual(resolveRange(widenRange(early, NOW), NOW), { from: NOW - 11 * HOUR, to: NOW - 7 * HOUR })
})

test('what a person types becomes a range', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['last 2 days', 'now-2d', 'now'],
    ['last hour', 'now-1h', 'now'],
    ['15 min', 'now-15m', 'now'],
    ['past three weeks', 'now-3w', 'now'],
    ['yesterday', '2025-03-16T23:00:00Z', '2025-03-17T23:00:00Z'],
    ['today', '2025-03-17T23:00:00Z', '2025-03-18T13:32:07Z'],
    ['yesterday 14:00 to 15:00', '2025-03-17T13:00:00Z', '2025-03-17T14:00:00Z'],
    ['14:00 to 14:30', '2025-03-18T13:00:00Z', '2025-03-18T13:30:00Z'],
    ['14:00 – 14:30:30', '2025-03-18T13:00:00Z', '2025-03-18T13:30:30Z'],
    ['2025-03-01 to 2025-03-02 06:00', '2025-02-28T23:00:00Z', '2025-03-02T05:00:00Z'],
    ['2025-03-18T13:00:00Z to now', '2025-03-18T13:00:00Z', 'now'],
    ['now-3h to now-1h', '2025-03-18T10:32:07Z', '2025-03-18T12:32:07Z'],
  ]
  for (const [typed, from, to] of cases) assert.deepEqual(parseTyped(typed, NOW), { from, to }, typed)
})

test('what is no range gives none', () => {
  for (const typed of ['', 'soon', '25:00 to 26:00', '15:00 to 14:00', '2025-02-31', 'last 0 days', 'yesterday to'])
    assert.equal(parseTyped(typed, NOW), null, typed)
})
