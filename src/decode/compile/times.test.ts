import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOTES } from '../../schema/index.ts'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate } from '../../simulate/index.ts'
import { NOW, SECONDS, createCollector } from '../fixtures/collector.ts'
import { eraOf, ntpToMs } from './times.ts'

const A = addressBytes('10.0.0.1')
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP = 2_208_988_800
const ntp = (seconds: number, milliseconds: number): bigint => (BigInt(seconds + NTP) << 32n) | ((BigInt(milliseconds) << 32n) / 1000n + 1n)

type Values = readonly (number | bigint | Uint8Array)[]

/** Start and end before the time of export, in ms, and the notes, of one IPFIX record exported `lateMs` before it came. */
function timesOf(notation: string, values: Values, lateMs = 0): readonly [start: number, end: number, notes: number] {
  const collector = createCollector()
  const template = parseTemplate(300, notation)
  collector.feed(
    encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [
      { kind: 'templates', templates: [template] },
      { kind: 'data', template, rows: [values], padding: 0 },
    ]),
    NOW + lateMs,
  )
  const [row] = collector.rows()
  return [Number(row?.['start_at']) - NOW, Number(row?.['end_at']) - NOW, Number(row?.['notes'] ?? 0)]
}

test('clocks of IPFIX', async t => {
  for (const [what, notation, values, expected] of [
    ['seconds', '8:4 150:4 151:4', [A, SECONDS - 9, SECONDS - 2], [-9000, -2000, 0]],
    ['milliseconds', '8:4 152:8 153:8', [A, NOW - 1234, NOW - 1], [-1234, -1, 0]],
    ['microseconds are NTP', '8:4 154:8 155:8', [A, ntp(SECONDS - 5, 250), ntp(SECONDS - 1, 999)], [-4750, -1, 0]],
    ['nanoseconds are NTP', '8:4 156:8 157:8', [A, ntp(SECONDS - 5, 0), ntp(SECONDS, 0)], [-5000, 0, 0]],
    ['exporters that send microseconds since 1970 instead', '8:4 154:8 155:8', [A, BigInt(NOW - 4) * 1000n, BigInt(NOW - 3) * 1000n], [-4, -3, 0]],
    ['microseconds before export', '8:4 158:4 159:4', [A, 2_500_000, 1499], [-2500, -1, 0]],
    ['uptime with the time of the start of the system', '8:4 160:8 22:4 21:4', [A, NOW - 600_000, 590_000, 595_000], [-10_000, -5000, 0]],
    ['the same, the start behind the uptimes', '8:4 22:4 21:4 160:8', [A, 590_000, 595_000, NOW - 600_000], [-10_000, -5000, 0]],
    ['uptime alone is placed by export', '8:4 22:4 21:4', [A, 7000, 9500], [-2500, 0, NOTES.time_by_export]],
    ['uptime alone over its wrap', '8:4 22:4 21:4', [A, 0xffff_ff9c, 150], [-250, 0, NOTES.time_by_export]],
    ['the start of uptime alone', '8:4 22:4', [A, 7000], [0, 0, NOTES.time_by_export]],
    ['start and duration', '8:4 152:8 161:4', [A, NOW - 5000, 1500], [-5000, -3500, 0]],
    ['end and duration', '8:4 161:4 153:8', [A, 1500, NOW - 500], [-2000, -500, 0]],
    ['duration in microseconds', '8:4 153:8 162:4', [A, NOW, 2_000_400], [-2000, 0, 0]],
    ['duration beside both is not needed', '8:4 152:8 153:8 161:4', [A, NOW - 100, NOW - 50, 9999], [-100, -50, 0]],
    ['a start alone', '8:4 152:8', [A, NOW - 700], [-700, -700, 0]],
    ['an end alone', '8:4 153:8', [A, NOW - 700], [-700, -700, 0]],
    [
      'uptime over its wrap, the time of the start from before it',
      '8:4 160:8 22:4 21:4',
      [A, NOW - 5_000_000_000, 705_000_000, 705_032_000],
      [-32_704, -704, 0],
    ],
    ['uptime with a start of the system of 0', '8:4 160:8 22:4 21:4', [A, 0, 7000, 9500], [-2500, 0, NOTES.time_by_export]],
    ['the start of uptime and a duration', '8:4 22:4 161:4', [A, 7000, 1500], [-1500, 0, NOTES.time_by_export]],
    ['a duration alone is placed by export', '8:4 161:4', [A, 1500], [-1500, 0, NOTES.time_by_export]],
    ['a duration of eight bytes', '8:4 153:8 162:8', [A, NOW, 5_000_000_000], [-5_000_000, 0, 0]],
    ['exporters that send nanoseconds since 1970 as NTP', '8:4 156:8 157:8', [A, BigInt(NOW - 4) * 1_000_000n, BigInt(NOW - 3) * 1_000_000n], [-4, -3, 0]],
    ['an event', '8:4 323:8', [A, NOW - 30], [-30, -30, 0]],
    ['an event of a connection ends what the start began', '8:4 152:8 323:8', [A, NOW - 700, NOW - 30], [-700, -30, 0]],
    ['an event beside start and end', '8:4 323:8 152:8 153:8', [A, NOW - 30, NOW - 700, NOW - 200], [-700, -200, 0]],
    ['an event beside start and duration', '8:4 323:8 152:8 161:4', [A, NOW - 30, NOW - 700, 100], [-700, -600, 0]],
    ['an event in seconds', '8:4 322:4', [A, SECONDS - 3], [-3000, -3000, 0]],
    ['an event in NTP', '8:4 325:8', [A, ntp(SECONDS - 1, 500)], [-500, -500, 0]],
    ['milliseconds are preferred to seconds', '8:4 150:4 152:8 151:4 153:8', [A, SECONDS - 9, NOW - 8999, SECONDS - 3, NOW - 2001], [-8999, -2001, 0]],
    ['no time at all', '8:4 1:4', [A, 5], [0, 0, 0]],
  ] as const) {
    await t.test(what, () => assert.deepEqual(timesOf(notation, values), expected))
  }
})

test('times that cannot be are replaced by the time of reception, and noted', async t => {
  for (const [what, notation, values] of [
    ['the year 457400', '8:4 152:8 153:8', [A, 14_371_992_000_000_000n, 14_371_992_000_000_001n]],
    ['1970', '8:4 150:4 151:4', [A, 0, 0]],
    ['more than a day ahead', '8:4 152:8 153:8', [A, NOW, NOW + 86_500_000]],
    ['more than a week ago', '8:4 152:8 153:8', [A, NOW - 8 * 86_400_000, NOW]],
    ['start behind end', '8:4 152:8 153:8', [A, NOW - 5, NOW - 6]],
    ['64 bits of ones', '8:4 152:8 153:8', [A, 2n ** 64n - 1n, 2n ** 64n - 1n]],
    ['a duration longer than a week', '8:4 153:8 161:4', [A, NOW, 0xffff_ffff]],
  ] as const) {
    await t.test(what, () => assert.deepEqual(timesOf(notation, values, 40), [40, 40, NOTES.time_replaced]))
  }
})

test('sides of NetFlow v9 wrap each for itself, and seconds of the header place them', () => {
  const template = parseTemplate(256, '8:4 22:4 21:4')
  const collector = createCollector()
  collector.feed(
    encodeV9({ uptimeMs: 500, seconds: SECONDS, sequence: 0, domain: 0 }, [
      { kind: 'templates', templates: [template] },
      {
        kind: 'data',
        template,
        rows: [
          [A, 0xffff_ff00, 100],
          [A, 100, 600],
          [A, 0xffff_ff00, 0xffff_fff0],
        ],
      },
    ]),
    NOW + 5,
  )
  assert.deepEqual(
    collector.rows().map(row => [Number(row['start_at']) - NOW, Number(row['end_at']) - NOW]),
    [
      [-756, -400],
      [-400, 100],
      [-756, -516],
    ],
  )
})

test('64-bit NTP time to milliseconds', () => {
  assert.equal(ntpToMs(NTP + SECONDS, 0, NOW), NOW)
  assert.equal(ntpToMs(NTP + SECONDS + 1, 0x8000_0000, NOW), NOW + 1500)
  assert.equal(ntpToMs(NTP + SECONDS, 0xffff_ffff, NOW), NOW + 999)
})

test('NTP’s era ends on 2036-02-07 06:28:16, and the date tells which one is meant', () => {
  const end = Date.UTC(2036, 1, 7, 6, 28, 16)
  assert.equal(ntpToMs(0, 0, end + 40), end)
  assert.equal(ntpToMs(0xffff_ffff, 0, end + 40), end - 1000)
  assert.equal(ntpToMs(5, 0x8000_0000, end - 1000), end + 5500)
  // 2040-01-01, and microseconds since 1970 in that year.
  const later = Date.UTC(2040, 0, 1)
  assert.equal(ntpToMs(later / 1000 + NTP - 2 ** 32, 0, later), later)
  const microseconds = BigInt(later) * 1000n
  assert.equal(ntpToMs(Number(microseconds >> 32n), Number(microseconds & 0xffff_ffffn), later), later)
})

test('seconds since 1970 begin anew in 2106', () => {
  const end = 2 ** 32 * 1000
  assert.equal(eraOf(3000, end + 5000), end + 3000)
  assert.equal(eraOf(end - 1000, end + 5000), end - 1000)
  assert.equal(eraOf(0, NOW), 0)
})

test('seconds of a header begin anew in 2106', () => {
  const collector = createCollector()
  const template = parseTemplate(300, '8:4 158:4')
  const end = 2 ** 32 * 1000
  collector.feed(
    encodeIpfix({ seconds: 10, sequence: 0, domain: 0 }, [
      { kind: 'templates', templates: [template] },
      { kind: 'data', template, rows: [[A, 2_500_000]], padding: 0 },
    ]),
    end + 11_000,
  )
  assert.equal(collector.rows()[0]?.['start_at'], end + 7500)
  assert.equal(collector.exporter.skewMs, 1000)
})

test('the skew of an exporter’s clock is smoothed', () => {
  const collector = createCollector()
  const send = (late: number): void => void collector.feed(encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, []), NOW + late)
  send(1600)
  assert.equal(collector.exporter.skewMs, 1600)
  send(0)
  assert.equal(collector.exporter.skewMs, 1500)
})
