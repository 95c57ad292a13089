import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { createNetwork } from '../src/simulate/network/index.ts'
import { openSites, type Site, type Sites } from './helpers/truth.ts'

const MINUTE = 60_000
/** So that an hour begins, and another one is closed, while it runs. */
const START = Date.UTC(2026, 0, 31, 7, 45)
/** Holds for every flow and is in no roll-up: raw rows answer. */
const BY_RAW = 'bytes >= 0'
const END = START + 90 * MINUTE

/** One router that tells a flow when it is over, were it an hour long; one conversation of half an hour, and others around it. */
const network = createNetwork({
  startMs: START,
  traffic: [{ seed: 3, durationMs: 5_300_000, mice: 80, ordinary: 60, elephants: 3, elephantPackets: 3000, long: 3, ways: ['lan-servers'] }],
  routers: [{ device: 'distribution', protocol: 'ipfix', activeMs: 7_200_000, inactiveMs: 60_000, clockMs: 300 }],
})
const long = network.conversations.filter(({ times }) => (times.at(-1) ?? 0) - (times[0] ?? 0) >= 1_800_000)

let sites: Sites
let site: Site
before(async () => {
  sites = await openSites()
  site = await sites.run(network)
})
after(() => sites.close())

test('a flow of half an hour that is told once draws a flat line', async () => {
  assert.ok(long.length >= 3)
  for (const { client, server, clientPort } of long) {
    if (clientPort === 0) continue
    const filter = `src = ${server} and dst = ${client} and dst_port = ${clientPort}`
    const rows = await site.table({ filter, metrics: ['flows', 'bytes'], order: 'flows' })
    assert.equal(rows.totals['flows'], 1)
    const { series, times } = await site.series({ filter, metrics: ['bytes'], granularity: MINUTE })
    const values = series[0]?.values['bytes'] ?? []
    const first = values.findIndex(value => (value ?? 0) > 0)
    const last = values.findLastIndex(value => (value ?? 0) > 0)
    const whole = values.slice(first + 1, last)
    assert.ok(whole.length >= 28, `${whole.length} whole minutes from ${new Date(times[first] ?? 0).toISOString()}`)
    const [least, most] = [Math.min(...whole.map(Number)), Math.max(...whole.map(Number))]
    assert.ok(most - least <= 1, `between ${least} and ${most} bytes a minute`)
    assert.equal(
      values.reduce<number>((sum, value) => sum + Number(value ?? 0), 0),
      rows.totals['bytes'],
    )
  }
})

const CUTS = fc.uniqueArray(fc.integer({ min: START + 1, max: END - 1 }), { maxLength: 4 })
const RUNS = { numRuns: 25, seed: 1 }

test('wherever a range is cut, to the millisecond, its parts sum up to the whole: by raw rows', async () => {
  const whole = await site.total({ filter: BY_RAW, from: START, to: END })
  assert.deepEqual(whole, network.truth.total)
  await fc.assert(
    fc.asyncProperty(CUTS, async cuts => {
      const bounds = [START, ...cuts.toSorted((a, b) => a - b), END]
      const parts = await Promise.all(bounds.slice(1).map((to, at) => site.total({ filter: BY_RAW, from: bounds[at] ?? START, to })))
      assert.deepEqual({ bytes: parts.reduce((sum, part) => sum + part.bytes, 0), packets: parts.reduce((sum, part) => sum + part.packets, 0) }, whole)
    }),
    RUNS,
  )
})

test('cut at minutes, sums by minute and hour agree with the raw rows to the digit, and sum up to the whole', async () => {
  const answered = new Set<string>()
  await fc.assert(
    fc.asyncProperty(CUTS, async cuts => {
      const bounds = [...new Set([START, ...cuts.map(cut => cut - (cut % MINUTE)).toSorted((a, b) => a - b), END])]
      let bytes = 0
      for (const [at, to] of bounds.slice(1).entries()) {
        const from = bounds[at] ?? START
        const summed = await site.table({ from, to })
        const raw = await site.table({ from, to, filter: BY_RAW })
        answered.add(summed.answeredFrom)
        assert.deepEqual([summed.totals, summed.range], [raw.totals, { from, to }])
        bytes += summed.totals['bytes'] ?? 0
      }
      assert.equal(bytes, network.truth.total.bytes)
    }),
    RUNS,
  )
  assert.deepEqual([...answered].toSorted(), ['hour', 'minute'])
})

test('a range that is widened says to what, and is right for that', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(fc.integer({ min: START, max: START + 2_000_000 }), fc.integer({ min: START + 2_600_000, max: END })), async ([from, to]) => {
      const summed = await site.table({ from, to })
      const raw = await site.table({ ...summed.range, filter: BY_RAW })
      assert.ok(summed.range.from <= from && summed.range.to >= to)
      assert.deepEqual(summed.totals, raw.totals)
    }),
    RUNS,
  )
})

test('the points of a line sum up to the total of its range, at every width', async () => {
  for (const granularity of [10_000, 30_000, MINUTE, 5 * MINUTE, 60 * MINUTE]) {
    for (const [from, to] of [
      [START, END],
      [START + 17 * MINUTE, START + 61 * MINUTE],
      [START + 123_456, START + 654_321],
    ] as const) {
      const line = await site.series({ from, to, granularity })
      const sum = (line.series[0]?.values['bytes'] ?? []).reduce<number>((all, value) => all + Number(value ?? 0), 0)
      const raw = await site.total({ ...line.range, filter: BY_RAW })
      assert.equal(sum, raw.bytes, `${granularity} ms, ${line.answeredFrom}`)
    }
  }
})
