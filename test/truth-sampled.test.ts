import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createNetwork, type Network, type NetworkConfig, type TrafficConfig, type Truth } from '../src/simulate/network/index.ts'
import { tallyOf } from './helpers/tally.ts'
import { openSites, type Sites } from './helpers/truth.ts'

const START = Date.UTC(2026, 0, 20, 9)
/** The marker learns in the first part; the second one is judged. Between them all caches are empty. */
const LEARNT_MS = 540_000
const JUDGED_MS = 600_000
/** Deviations of the sampling error that are allowed: a right estimate is outside once in 2,000. */
const SIGMAS = 3.5

const trafficOf = (seed: number, elephantPackets: number): readonly TrafficConfig[] => [
  { seed, durationMs: 480_000, mice: 1500, ordinary: 300, elephants: 24, elephantPackets, ways: ['lan-servers'] },
  { seed: seed + 1, fromMs: JUDGED_MS, durationMs: 1_200_000, mice: 4000, ordinary: 1000, elephants: 16, elephantPackets, ways: ['lan-servers'] },
]

/**
 * The standard error of sums over packets each of which was taken with a chance of 1 in `rate`, and then counts `rate` times: the variance of one
 * packet of b bytes is b² × (rate − 1).
 */
function standardError({ conversations }: Network, rate: number): { readonly bytes: number; readonly packets: number } {
  let squares = 0
  let packets = 0
  for (const { times, sizes } of conversations) {
    if ((times[0] ?? 0) < JUDGED_MS) continue
    packets += times.length
    for (const size of sizes) squares += size * size
  }
  return { bytes: Math.sqrt(squares * (rate - 1)), packets: Math.sqrt(packets * (rate - 1)) }
}

const partsOf = ({ parts: [learnt, judged] }: Network): readonly [Truth, Truth] => {
  assert.ok(learnt !== undefined && judged !== undefined)
  return [learnt, judged]
}

interface Case {
  readonly name: string
  readonly exporters: Pick<NetworkConfig, 'routers' | 'switches'>
  /** Sampling rate of the one that counts in the end: the smallest. */
  readonly rate: number
  readonly hops: number
  readonly elephantPackets: number
  readonly seeds: readonly number[]
}

const SEEDS = [10, 20, 30]
const CASES: readonly Case[] = [
  {
    name: 'three rates: 1 in 10, 50 and 100',
    exporters: {
      routers: [
        { device: 'distribution', protocol: 'netflow9', samplingRate: 100, rateIn: 'record' },
        { device: 'core', protocol: 'ipfix', samplingRate: 50, rateIn: 'options', activeMs: 120_000, clockMs: 300 },
        { device: 'edge', protocol: 'netflow9', samplingRate: 10, rateIn: 'options', clockMs: -200 },
      ],
    },
    rate: 10,
    hops: 3,
    elephantPackets: 3000,
    seeds: SEEDS,
  },
  {
    name: 'three rates: 1 in 100, 200 and 1000',
    exporters: {
      routers: [
        { device: 'edge', protocol: 'netflow9', samplingRate: 100, rateIn: 'options' },
        { device: 'core', protocol: 'ipfix', samplingRate: 200, rateIn: 'options', activeMs: 120_000 },
        { device: 'distribution', protocol: 'netflow9', samplingRate: 1000, rateIn: 'record' },
      ],
    },
    rate: 100,
    hops: 3,
    elephantPackets: 30_000,
    seeds: [10, 20],
  },
  {
    name: 'three times 1 in 50',
    exporters: {
      routers: (['edge', 'core', 'distribution'] as const).map(device => ({ device, protocol: 'ipfix', samplingRate: 50, rateIn: 'options' }) as const),
    },
    rate: 50,
    hops: 3,
    elephantPackets: 3000,
    seeds: SEEDS,
  },
  {
    name: 'sFlow at one hop, sampled NetFlow at the next',
    exporters: {
      routers: [{ device: 'edge', protocol: 'netflow9', samplingRate: 100, rateIn: 'options' }],
      switches: [{ device: 'core', samplingRate: 50 }],
    },
    rate: 50,
    hops: 2,
    elephantPackets: 3000,
    seeds: SEEDS,
  },
  {
    name: 'one hop exact, two sampled',
    exporters: {
      routers: [
        { device: 'edge', protocol: 'ipfix', samplingRate: 50, rateIn: 'record' },
        { device: 'core', protocol: 'netflow9', activeMs: 120_000, clockMs: 100 },
        { device: 'distribution', protocol: 'netflow9', samplingRate: 100, rateIn: 'options' },
      ],
    },
    rate: 1,
    hops: 3,
    elephantPackets: 3000,
    seeds: SEEDS,
  },
]

for (const { name, exporters, rate, hops, elephantPackets, seeds } of CASES) {
  test(`${name}: the estimate is within its sampling error`, t => {
    for (const seed of seeds) {
      const network = createNetwork({ startMs: START, traffic: trafficOf(seed, elephantPackets), ...exporters })
      const [learnt, judged] = partsOf(network)
      const error = standardError(network, rate)
      const { once, all } = tallyOf(network, { fromMs: LEARNT_MS })
      const early = tallyOf(network, { toMs: LEARNT_MS }).once
      for (const what of ['bytes', 'packets'] as const) {
        const off = once[what] - judged.total[what]
        // A thousandth for flows on either side of a moment at which somebody else begins to count.
        const allowed = SIGMAS * error[what] + judged.total[what] / 1000
        t.diagnostic(
          `seed ${seed}: ${what} ${(once[what] / judged.total[what]).toFixed(4)} of the truth, ${(early[what] / learnt.total[what]).toFixed(2)} while learning`,
        )
        assert.ok(Math.abs(off) <= allowed, `seed ${seed}: ${once[what]} of ${judged.total[what]} ${what}, more than ${Math.round(allowed)} off`)
        // What the rule prevents, within a tenth: as many times as there are hops.
        assert.ok(Math.abs(all[what] / judged.total[what] - hops) < hops / 10)
        // While it learns the rule leaves out less than it may, never more: between once and twice here.
        assert.ok(
          early[what] > 0.9 * learnt.total[what] && early[what] < 2 * learnt.total[what],
          `seed ${seed}: ${early[what]} of ${learnt.total[what]} ${what} while learning`,
        )
      }
    }
  })
}

let sites: Sites
before(async () => {
  sites = await openSites()
})
after(() => sites.close())

test('the same through the store: total, and hosts and ports as far as their packets were enough', async () => {
  const { exporters, rate } = CASES[0]!
  const network = createNetwork({ startMs: START, traffic: trafficOf(60, 3000), ...exporters })
  const [, { total, byPort }] = partsOf(network)
  const site = await sites.run(network, { fromMs: LEARNT_MS })
  const told = await site.total()
  assert.ok(Math.abs(told.bytes - total.bytes) <= SIGMAS * standardError(network, rate).bytes + total.bytes / 1000)
  for (const [port, { bytes, packets }] of byPort) {
    if (port === 0 || packets < 1000) continue
    const found = await site.total({ filter: `port = ${port}` })
    // No packet is larger than 1500 bytes, so this is more than the error.
    const allowed = SIGMAS * Math.sqrt((rate - 1) * packets) * 1500
    assert.ok(Math.abs(found.bytes - bytes) <= allowed, `port ${port}: ${found.bytes} of ${bytes}`)
  }
})
