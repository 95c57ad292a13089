import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BANDS_A_DECADE, bandFilter, bandsOf, type Band } from './bands.ts'
import { parse } from './parse.ts'

const bands = (aDecade: string): readonly Band[] => bandsOf(aDecade) ?? []

test('bands follow one another from zero on, without a gap, and the last has no end', () => {
  for (const aDecade of BANDS_A_DECADE) {
    const all = bands(aDecade)
    assert.equal(all.length, 1 + 8 * Number(aDecade) + 1)
    assert.deepEqual(
      [all[0], all.at(-1)],
      [
        { low: 0, high: 1, text: '0..1us' },
        { low: 100_000_000, high: null, text: '100s..' },
      ],
    )
    for (const [at, band] of all.entries()) assert.equal(band.high, all[at + 1]?.low ?? null)
    assert.equal(new Set(all.map(band => band.text)).size, all.length)
  }
  assert.deepEqual(
    bands('3')
      .filter(({ low }) => low >= 1000 && low < 100_000)
      .map(band => band.text),
    ['1ms..2ms', '2ms..5ms', '5ms..10ms', '10ms..20ms', '20ms..50ms', '50ms..100ms'],
  )
  for (const none of ['', '0', '2', '03', '10', 'constructor']) assert.equal(bandsOf(none), undefined, none)
})

test('the filter of bands is one of the language, as it would be printed', () => {
  const [zero, first] = bands('3')
  const at = (text: string): Band => bands('3').find(band => band.text === text) ?? assert.fail(text)
  const last = at('100s..')
  assert.ok(zero !== undefined && first !== undefined)
  for (const [filter, expected] of [
    [bandFilter('rtt', at('50ms..100ms'), at('50ms..100ms')), 'rtt >= 50ms and rtt < 100ms'],
    [bandFilter('rtt_client', at('500us..1ms'), at('5ms..10ms')), 'rtt_client >= 500us and rtt_client < 10ms'],
    [bandFilter('rtt', zero, first), 'rtt < 2us'],
    [bandFilter('app_latency', last, last), 'app_latency >= 100s'],
    [bandFilter('jitter', zero, last), 'jitter measured'],
  ] as const) {
    assert.equal(filter, expected)
    const parsed = parse(filter)
    assert.deepEqual(parsed.ok && [parsed.canonical, parsed.notes], [expected, []])
  }
})
