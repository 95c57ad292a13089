import assert from 'node:assert/strict'
import { test } from 'node:test'
import { G711, impairmentOf } from './codecs.ts'
import { equipment, mosOf, pureDelay, ratingOf } from './mos.ts'

const near = (actual: number, expected: number, within: number, what: string): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${what}: ${actual} is not ${expected}`)

test('all defaults give R 93.2 and MOS 4.41 (G.107 table 3, §7.7)', () => {
  const rating = ratingOf(0, 0, 1, G711)
  near(rating, 93.2, 0.05, 'R')
  near(mosOf(rating), 4.41, 0.005, 'MOS')
})

test('the curve from R to MOS goes through the points of G.107 table B.1', () => {
  for (const [rating, mos] of [
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
  ] as const)
    near(mosOf(rating), mos, 0.01, `R ${rating}`)
  assert.deepEqual([-1, 0, 3, 6.5, 100, 120].map(mosOf), [1, 1, 1, mosOf(6.5), 4.5, 4.5])
  for (let rating = 0; rating < 100; rating++) assert.ok(mosOf(rating) <= mosOf(rating + 1), 'a better rating never has a lower score')
})

test('loss of the common codecs as G.113 Appendix I gives it', () => {
  // Ie by percent of random loss, table I.2 of the edition of 2001, which the formula of G.107 was fitted to.
  for (const [codec, points] of [
    [
      'G.729A',
      [
        [0, 11],
        [1, 15],
        [2, 19],
        [3, 23],
        [4, 26],
        [8, 36],
        [16, 49],
      ],
    ],
    [
      'G.723.1',
      [
        [0, 15],
        [1, 19],
        [2, 24],
        [8, 41],
        [16, 55],
      ],
    ],
    [
      'PCMA',
      [
        [0, 0],
        [2, 7],
      ],
    ],
  ] as const) {
    const impairment = impairmentOf(codec) ?? assert.fail(codec)
    for (const [loss, ie] of points) near(equipment(impairment, loss, 1), ie, 0.75, `${codec} at ${loss} %`)
  }
  near(equipment({ ie: 0, bpl: 4.3 }, 2, 1), 30.16, 0.01, 'G.711 without concealment, by hand: 95 · 2 / 6.3')
  near(equipment(G711, 2, 2), 7.28, 0.01, 'the same loss in bursts, by hand: 95 · 2 / 26.1')
})

test('pure delay as published for ten codecs, and the codecs by it', () => {
  // The delay at which R falls from 94 to 70 with perfect echo control: Idd is then what the codec leaves of 24.
  // De Vleeschauwer, Janssen, Petit, Poppe: Quality bounds for packetized voice transport, 2000, table 3.
  for (const [codec, ie, delayMs] of [
    ['G.711', 0, 400],
    ['G726-40', 2, 375],
    ['GSM-EFR', 5, 342],
    ['G726-32', 7, 322],
    ['G.728', 7, 322],
    ['G.729', 10, 294],
    ['G.723.1 at 6.3 kbit/s', 15, 251],
    ['G.723.1 at 5.3 kbit/s', 19, 219],
    ['GSM', 20, 210],
    ['GSM-HR', 23, 177],
  ] as const) {
    near(pureDelay(delayMs), 24 - ie, 0.16, codec)
    const ours = impairmentOf(codec)
    // Of G.729 the one with silence suppression is taken, which costs 1 more.
    if (ours !== undefined) near(24 - ours.ie, pureDelay(delayMs), codec === 'G.729' ? 1.16 : 0.16, `${codec} as the table has it`)
  }
  assert.equal(pureDelay(100), 0)
})

test('delay with echo is within one and a half of the straight lines that others fitted', () => {
  // Cole, Rosenbluth: Voice over IP performance monitoring, 2001: Id = 0.024 d + 0.11 (d − 177.3) beyond 177.3 ms.
  const best = ratingOf(0, 0, 1, G711)
  for (const delay of [25, 50, 100, 150, 200, 250, 300])
    near(best - ratingOf(delay, 0, 1, G711), 0.024 * delay + Math.max(0, 0.11 * (delay - 177.3)), 1.5, `${delay} ms`)
})

test('scores of the common codecs, worked out by hand from R 93.2', () => {
  for (const [codec, loss, mos] of [
    ['G.711', 0, 4.41], // R 93.2
    ['G.711', 1, 4.33], // R 93.2 − 95 / 26.1 = 89.56
    ['G.711', 5, 3.92], // R 93.2 − 475 / 30.1 = 77.42
    ['G.729A', 0, 4.1], // R 82.2
    ['G.729A', 2, 3.79], // R 93.2 − 11 − 168 / 21 = 74.2
    ['G.723.1', 0, 3.95], // R 78.2
    ['G.723.1', 1, 3.76], // R 93.2 − 15 − 80 / 17.1 = 73.52
    ['GSM-EFR', 0, 4.29], // R 88.2
    ['GSM-EFR', 1, 4.02], // R 93.2 − 5 − 90 / 11 = 80.02
    ['G726-40', 0, 4.37], // R 91.2
    ['G726-32', 0, 4.24], // R 86.2
    ['G726-24', 0, 3.51], // R 68.2
    ['G726-16', 0, 2.22], // R 43.2
    ['G728', 0, 4.24], // R 86.2
    ['GSM', 0, 3.74], // R 73.2
    ['EVRC', 0, 4.26], // R 87.2
  ] as const) {
    const rating = ratingOf(0, loss, 1, impairmentOf(codec) ?? assert.fail(codec))
    near(mosOf(rating), mos, 0.01, `${codec} at ${loss} %`)
  }
})

test('G.711 without concealment, worked out by hand', () => {
  // R 93.2 − 95 / 5.3 = 75.28, and 93.2 − 475 / 9.3 = 42.12.
  for (const [loss, mos] of [
    [0, 4.41],
    [1, 3.83],
    [5, 2.17],
  ] as const)
    near(mosOf(ratingOf(0, loss, 1, { ie: 0, bpl: 4.3 })), mos, 0.01, `${loss} %`)
})

test('a codec of which nobody knows how it bears loss is rated without loss only', () => {
  assert.deepEqual(
    [impairmentOf('iLBC'), impairmentOf('opus'), impairmentOf('G722'), impairmentOf('constructor')],
    [undefined, undefined, undefined, undefined],
  )
  assert.ok(Number.isNaN(ratingOf(0, 0.1, 1, impairmentOf('G728') ?? assert.fail())))
})

test('a rating stays between 0 and 100 whatever comes in', () => {
  for (const [delay, loss] of [
    [0, 100],
    [1e9, 100],
    [-5, 0],
    [0, 0],
  ] as const) {
    const rating = ratingOf(delay, loss, 1, G711)
    assert.ok(rating >= 0 && rating <= 100, String(rating))
  }
})
