import assert from 'node:assert/strict'
import { test } from 'node:test'

// Formats of dates take the zone when they are made: it is set before they are.
process.env['TZ'] = 'Europe/Berlin'
const { bitRate, count, duration, exactTime, join, longTime, percent, rate, shortCount, span, volume, whole } = await import('./format.ts')
const plain = (text: string): string => text.replace(/[\u00a0\u2009]/g, ' ')

test('numbers have three significant digits and their unit', () => {
  const cases: readonly (readonly [string, string])[] = [
    [join(bitRate(8.42e9)), '8.42 Gb/s'],
    [join(bitRate(999.6e6)), '1.00 Gb/s'],
    [join(bitRate(0)), '0 b/s'],
    [join(rate(48_200)), '48.2 k/s'],
    [join(rate(0.25)), '0.25 /s'],
    [join(volume(4_822_417_310)), '4.82 GB'],
    [join(volume(64)), '64 B'],
    [join(count(12_418)), '12 418'],
    [join(count(386_000)), '386 k'],
    [join(shortCount(3_412_906)), '3.41 M'],
    [join(percent(0.3684)), '36.8 %'],
    [join(percent(1)), '100 %'],
    [whole(1_284_910), '1 284 910'],
  ]
  for (const [actual, wanted] of cases) assert.equal(plain(actual), wanted)
})

test('durations are read in two units', () => {
  assert.deepEqual(
    [340, 12_400, 3_200_000, 64_000_000, 8_040_000_000].map(us => plain(join(duration(us)))),
    ['340 µs', '12.4 ms', '3.20 s', '1 m 04 s', '2 h 14 m'],
  )
  assert.equal(span(48_000), '48 s')
  assert.equal(span(266_400_000), '3 d 2 h')
})

test('times show their zone', () => {
  const at = Date.parse('2025-03-18T13:32:07.214Z')
  assert.equal(longTime(at), 'Tue 18 March 2025, 14:32:07 CET')
  assert.equal(exactTime(at), '18 Mar 2025, 14:32:07.214 CET')
})
