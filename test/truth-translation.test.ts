import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createNetwork, type ExporterConfig, type FirewallConfig, type NetworkConfig } from '../src/simulate/network/index.ts'
import { ASKED_MS, GREETING, JUDGED_MS } from './helpers/truth-checks.ts'
import { openSites, type Sites } from './helpers/truth.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 20, 9)

let sites: Sites
before(async () => {
  sites = await openSites()
})
after(() => sites.close())

/** Runs a network behind a translation and says how many times its traffic was counted. */
async function counted(day: number, config: Pick<NetworkConfig, 'routers' | 'firewalls'>): Promise<{ readonly bytes: number; readonly packets: number }> {
  const network = createNetwork({
    startMs: START + day * DAY,
    traffic: [
      { ...GREETING, ways: ['servers-internet'] },
      { seed: 30 + day, fromMs: JUDGED_MS, durationMs: 2_400_000, mice: 300, long: 3, ways: ['lan-internet', 'servers-internet'] },
    ],
    ...config,
  })
  const [, judged] = network.parts
  assert.ok(judged !== undefined)
  const { bytes, packets } = await (await sites.run(network, { fromMs: ASKED_MS })).total()
  return { bytes: bytes / judged.total.bytes, packets: packets / judged.total.packets }
}

function isNear(counts: { readonly bytes: number; readonly packets: number }, within: number): void {
  assert.ok(Math.abs(counts.bytes - 1) <= within && Math.abs(counts.packets - 1) <= within, JSON.stringify(counts))
}

const INSIDE: ExporterConfig = { device: 'distribution', protocol: 'netflow9' }
const OUTSIDE: ExporterConfig = { device: 'isp', protocol: 'ipfix', activeMs: 120_000, clockMs: 200 }
const ROUTER: ExporterConfig = { device: 'firewall', protocol: 'netflow9', tellsTranslation: true }
const FIREWALL: FirewallConfig = { device: 'firewall', updateMs: 60_000, teardown: 'sum' }

test('a firewall that tells events, and routers inside, outside, and both: both directions count once', async () => {
  isNear(await counted(0, { routers: [INSIDE], firewalls: [FIREWALL] }), 0.001)
  isNear(await counted(1, { routers: [OUTSIDE], firewalls: [FIREWALL] }), 0.001)
  isNear(await counted(4, { routers: [INSIDE, OUTSIDE], firewalls: [FIREWALL] }), 0.001)
})

test('a router that tells both sides of its translation, and a hop before or behind it: once', async () => {
  isNear(await counted(2, { routers: [INSIDE, ROUTER] }), 0.001)
  isNear(await counted(3, { routers: [ROUTER, OUTSIDE] }), 0.001)
})

test('hops before and behind it: once, but for flows that are told outside before it told anything', async () => {
  isNear(await counted(5, { routers: [INSIDE, ROUTER, OUTSIDE] }), 0.03)
})
