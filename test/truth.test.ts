import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createNetwork, type ExporterConfig, type Network, type Truth } from '../src/simulate/network/index.ts'
import { ASKED_MS, GREETING, JUDGED_MS, meetsTheCounters, meetsTheTruth } from './helpers/truth-checks.ts'
import { openSites, type Site, type Sites } from './helpers/truth.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 20, 9)

let sites: Sites
before(async () => {
  sites = await openSites()
})
after(() => sites.close())

const networkOf = (day: number, routers: readonly ExporterConfig[]): Network =>
  createNetwork({
    startMs: START + day * DAY,
    traffic: [GREETING, { seed: 11 + day, fromMs: JUDGED_MS, durationMs: 2_700_000, long: 4, ways: ['lan-servers'] }],
    routers,
  })

async function run(network: Network): Promise<[Site, Truth]> {
  const {
    parts: [, truth],
  } = network
  assert.ok(truth !== undefined)
  return [await sites.run(network, { fromMs: ASKED_MS }), truth]
}

async function countsEvery(site: Site, truth: Truth, times: number): Promise<void> {
  assert.deepEqual(await site.total({ duplicates: 'all' }), { bytes: times * truth.total.bytes, packets: times * truth.total.packets })
}

test('three hops, three timeouts, three clocks: each flow counts once, each interface has what its counters say', async () => {
  const network = networkOf(0, [
    { device: 'edge', protocol: 'netflow9', activeMs: 60_000, clockMs: -300 },
    { device: 'core', protocol: 'ipfix', activeMs: 300_000, clockMs: 250 },
    { device: 'distribution', protocol: 'netflow9', activeMs: 1_800_000, inactiveMs: 30_000, clockMs: 100 },
  ])
  const [site, truth] = await run(network)
  await meetsTheTruth(site, truth)
  await meetsTheCounters(site, truth, ['edge', 'core', 'distribution'])
  // Without the rule the same traffic would be there three times.
  await countsEvery(site, truth, 3)
})

test('the last hop tells first: the same', async () => {
  const network = networkOf(1, [
    { device: 'edge', protocol: 'ipfix', activeMs: 1_800_000, clockMs: 400 },
    { device: 'core', protocol: 'netflow9', activeMs: 120_000, inactiveMs: 60_000 },
    { device: 'distribution', protocol: 'ipfix', activeMs: 60_000, inactiveMs: 10_000, clockMs: -400 },
  ])
  const [site, truth] = await run(network)
  await meetsTheTruth(site, truth)
  await meetsTheCounters(site, truth, ['edge', 'core', 'distribution'])
})

test('metering at ingress and at egress of one router: the same', async () => {
  const network = networkOf(2, [{ device: 'distribution', protocol: 'netflow9', metering: 'both', activeMs: 120_000 }])
  const [site, truth] = await run(network)
  await meetsTheTruth(site, truth)
  await meetsTheCounters(site, truth, ['distribution'])
  await countsEvery(site, truth, 2)
})

test('both meterings at one hop, egress alone at the next: the same', async () => {
  const network = networkOf(3, [
    { device: 'edge', protocol: 'ipfix', metering: 'both', activeMs: 300_000, clockMs: 200 },
    { device: 'distribution', protocol: 'netflow9', metering: 'egress', activeMs: 60_000 },
  ])
  const [site, truth] = await run(network)
  await meetsTheTruth(site, truth)
  await meetsTheCounters(site, truth, ['edge', 'distribution'])
  await countsEvery(site, truth, 3)
})
