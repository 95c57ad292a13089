import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newBootClock, timeOfUptime, type BootClock } from './clock.ts'

const HOUR = 3_600_000
const BOOT = 1_700_000_000_437
const WRAP = 2 ** 32

/** Numbers below 1, the same each time. */
function createDraw(): () => number {
  let state = 7
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / WRAP
}

interface Exporter {
  /** Datagrams a second, at moments drawn at random. */
  readonly rate: number
  /** By how much its clock of the day gains on its uptime, in a million. */
  readonly ppm?: number
  /** What its uptime counts in, ms, and what it writes for that. */
  readonly tickMs?: number
  readonly unit?: number
  /** How much later than its uptime its clock is read at most, ms. */
  readonly apartMs?: number
  readonly rounds?: boolean
  readonly uptimeMs?: number
}

interface Sent {
  /** Seconds of the header as ms, and its uptime. */
  readonly exportMs: number
  readonly uptimeMs: number
  /** What its clock of the day showed when the uptime stood so. */
  readonly trueMs: number
}

/** Headers of an exporter between two moments after it was first looked at. */
function headers({ rate, ppm = 0, tickMs = 1, unit = 1, apartMs = 0, rounds = false, uptimeMs = HOUR }: Exporter, fromMs: number, toMs: number): Sent[] {
  const draw = createDraw()
  const sent: Sent[] = []
  for (let at = fromMs; ;) {
    at += (-Math.log(1 - draw()) * 1000) / rate
    if (at >= toMs) return sent
    const uptime = Math.floor((uptimeMs + at) / tickMs) * tickMs
    const trueMs = BOOT + uptimeMs + at + (at * ppm) / 1e6
    const read = trueMs + draw() * apartMs + (rounds ? 500 : 0)
    sent.push({ exportMs: Math.floor(read / 1000) * 1000, uptimeMs: (uptime / unit) % WRAP, trueMs })
  }
}

interface Outcome {
  /** Errors of the times that were given as known, ms, and how many were not. */
  readonly errors: number[]
  rough: number
}

function follow(sent: readonly Sent[], clock: BootClock = newBootClock()): Outcome {
  const outcome: Outcome = { errors: [], rough: 0 }
  for (const { exportMs, uptimeMs, trueMs } of sent) {
    const given = timeOfUptime(clock, exportMs, Math.floor(uptimeMs))
    if (clock.rough) outcome.rough++
    else outcome.errors.push(given - trueMs)
  }
  return outcome
}

const worst = (errors: readonly number[]): number => errors.reduce((most, error) => Math.max(most, Math.abs(error)), 0)
const known = ({ errors, rough }: Outcome): number => errors.length / (errors.length + rough)
/** A clock that has learnt from this exporter in its first ten minutes. */
function learnt(exporter: Exporter): BootClock {
  const clock = newBootClock()
  follow(headers(exporter, 0, 600_000), clock)
  assert.equal(clock.rough, false)
  return clock
}

test('some hundred datagrams tell the time of boot to a few ms, and before it is rough', () => {
  const outcome = follow(headers({ rate: 5 }, 0, HOUR))
  assert.ok(worst(outcome.errors) <= 10, `${worst(outcome.errors)} ms`)
  assert.ok(outcome.rough >= 50 && outcome.rough <= 600, `${outcome.rough} datagrams`)
})

test('whatever the headers say, a time lies where the header alone has it, or up to a second later', () => {
  const header = fc.record({ seconds: fc.nat({ max: 0xffff_ffff }), uptimeMs: fc.nat({ max: 0xffff_ffff }) })
  const near = fc.record({ seconds: fc.integer({ min: 1_700_000_000, max: 1_700_000_600 }), uptimeMs: fc.integer({ min: 1000, max: 700_000 }) })
  fc.assert(
    fc.property(fc.array(fc.oneof(header, near), { maxLength: 60 }), list => {
      const clock = newBootClock()
      for (const { seconds, uptimeMs } of list) {
        const later = timeOfUptime(clock, seconds * 1000, uptimeMs) - seconds * 1000
        assert.ok(later >= 0 && later <= 1000)
      }
    }),
    { numRuns: 300, seed: 5 },
  )
})

test('clocks that drift apart are followed', async t => {
  for (const [what, exporter, mostMs, share, lasts] of [
    ['20 ppm, 1 datagram a second', { rate: 1, ppm: 20 }, 20, 0.8, 6 * HOUR],
    ['-20 ppm, 1 datagram a second', { rate: 1, ppm: -20 }, 20, 0.8, 6 * HOUR],
    ['50 ppm, 50 datagrams a second', { rate: 50, ppm: 50 }, 10, 0.99, HOUR],
    ['-50 ppm, 50 datagrams a second', { rate: 50, ppm: -50 }, 10, 0.99, HOUR],
    ['uptime in hundredths', { rate: 5, ppm: 20, tickMs: 10 }, 25, 0.9, 6 * HOUR],
    ['clocks read 5 ms apart', { rate: 5, ppm: -20, apartMs: 5 }, 20, 0.9, 6 * HOUR],
  ] as const)
    await t.test(what, () => {
      const outcome = follow(headers(exporter, 0, lasts))
      assert.ok(worst(outcome.errors) <= mostMs, `${worst(outcome.errors)} ms`)
      assert.ok(known(outcome) >= share, `known in ${known(outcome)}`)
    })
})

test('what can not be known is not told as known', async t => {
  for (const [what, exporter] of [
    ['a clock that NTP slews by 500 ppm', { rate: 1, ppm: 500 }],
    ['clocks read 70 ms apart', { rate: 5, apartMs: 70 }],
    ['uptime in units of 10 ms', { rate: 5, unit: 10 }],
    ['uptime in seconds', { rate: 5, unit: 1000 }],
    ['a datagram in ten minutes', { rate: 1 / 600 }],
  ] as const)
    await t.test(what, () => {
      const outcome = follow(headers(exporter, 0, 6 * HOUR))
      assert.ok(known(outcome) < 0.05, `known in ${known(outcome)}`)
    })
})

test('a clock that rounds is half a second ahead, always by the same', () => {
  const { errors } = follow(headers({ rate: 5, rounds: true }, 0, HOUR))
  assert.ok(errors.every(error => Math.abs(error - 500) <= 10))
})

test('the day uptime begins anew changes nothing', () => {
  const outcome = follow(headers({ rate: 5, uptimeMs: WRAP - 600_000 }, 600_000 - 300_000, HOUR), learnt({ rate: 5, uptimeMs: WRAP - 600_000 }))
  assert.equal(outcome.rough, 0)
  assert.ok(worst(outcome.errors) <= 10)
})

test('a restart, and a clock that is set, are learnt anew', async t => {
  const sent = headers({ rate: 5 }, 600_000, HOUR)
  for (const [what, change] of [
    ['a restart', one => ({ ...one, uptimeMs: one.uptimeMs - HOUR - 590_000 })],
    ['a clock set back by an hour', one => ({ ...one, exportMs: one.exportMs - HOUR, trueMs: one.trueMs - HOUR })],
    ['a clock set ahead by 5 s', one => ({ ...one, exportMs: one.exportMs + 5000, trueMs: one.trueMs + 5000 })],
  ] as const satisfies readonly (readonly [string, (one: Sent) => Sent])[])
    await t.test(what, () => {
      const outcome = follow(sent.map(change), learnt({ rate: 5 }))
      assert.ok(worst(outcome.errors) <= 10, `${worst(outcome.errors)} ms`)
      assert.ok(outcome.rough > 3 && known(outcome) > 0.9, `known in ${known(outcome)}`)
    })
})

test('late datagrams count like others; one that is forged is placed by its header and changes nothing', () => {
  const clock = learnt({ rate: 5 })
  const sent = headers({ rate: 5 }, 600_000, 660_000)
  const outcome = follow(sent.toReversed(), clock)
  assert.equal(outcome.rough, 0)
  assert.ok(worst(outcome.errors) <= 10)
  assert.equal(timeOfUptime(clock, 1_600_000_000_000, 5), 1_600_000_000_000)
  assert.equal(clock.rough, true)
  assert.equal(follow(headers({ rate: 5 }, 660_000, 700_000), clock).rough, 0)
})

test('two processes behind one domain are never taken for known', () => {
  const one = headers({ rate: 5 }, 0, HOUR)
  const both = one.map((header, at) => (at % 2 === 0 ? header : { ...header, uptimeMs: header.uptimeMs - 1_234_567 + WRAP }))
  const outcome = follow(both)
  assert.ok(known(outcome) < 0.01, `known in ${known(outcome)}`)
})

test('after hours of silence nothing is known', () => {
  const outcome = follow(headers({ rate: 5 }, 5 * HOUR, 5 * HOUR + 5000), learnt({ rate: 5 }))
  assert.equal(outcome.errors.length, 0)
})
