import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createNetwork, type Network, type NetworkConfig, type Truth } from '../src/simulate/network/index.ts'
import { ASKED_MS, GREETING, JUDGED_MS, meetsTheTruth } from './helpers/truth-checks.ts'
import { openSites, type Sites } from './helpers/truth.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 20, 9)
const traffic: NetworkConfig['traffic'] = [
  GREETING,
  { seed: 40, fromMs: JUDGED_MS, durationMs: 1_200_000, mice: 300, ordinary: 120, elephants: 4, elephantPackets: 5000, ways: ['lan-servers'] },
]

function judged({ parts: [, truth] }: Network): Truth {
  assert.ok(truth !== undefined)
  return truth
}

let sites: Sites
before(async () => {
  sites = await openSites()
})
after(() => sites.close())

test('two exporters that see different flows: nothing is lost', async () => {
  const network = createNetwork({
    startMs: START,
    traffic,
    routers: [
      { device: 'edge', protocol: 'netflow9', sees: ({ conversation }) => conversation.id % 2 === 0 },
      { device: 'edge', protocol: 'ipfix', activeMs: 120_000, address: '192.0.2.100', sees: ({ conversation }) => conversation.id % 2 === 1 },
    ],
  })
  await meetsTheTruth(await sites.run(network, { fromMs: ASKED_MS }), judged(network))
})

test('two exporters, one for each direction: nothing is lost', async () => {
  const network = createNetwork({
    startMs: START + DAY,
    traffic,
    routers: [
      { device: 'edge', protocol: 'netflow9', sees: ({ forward }) => forward },
      { device: 'distribution', protocol: 'netflow9', sees: ({ forward }) => !forward },
    ],
  })
  await meetsTheTruth(await sites.run(network, { fromMs: ASKED_MS }), judged(network))
})

test('two ways of equal cost, a flow takes one of them: nothing is lost, and nothing counts twice', async () => {
  const config = { traffic, route: ({ id }) => (id % 2 === 0 ? 'core' : 'spare') } satisfies Partial<NetworkConfig>
  const middle = [
    { device: 'core', protocol: 'netflow9' },
    { device: 'spare', protocol: 'ipfix' },
  ] as const
  const network = createNetwork({ ...config, startMs: START + 2 * DAY, routers: middle })
  await meetsTheTruth(await sites.run(network, { fromMs: ASKED_MS }), judged(network))
  const withEdge = createNetwork({ ...config, startMs: START + 3 * DAY, routers: [...middle, { device: 'edge', protocol: 'netflow9', activeMs: 300_000 }] })
  await meetsTheTruth(await sites.run(withEdge, { fromMs: ASKED_MS }), judged(withEdge))
})

test('two tenants with the same addresses, and the same flows at the same time: each has its own', async () => {
  const one = createNetwork({ startMs: START + 4 * DAY, traffic, routers: [{ device: 'edge', protocol: 'netflow9' }] })
  const other = createNetwork({ startMs: START + 4 * DAY, traffic, routers: [{ device: 'edge', protocol: 'netflow9', address: '192.0.2.200', clockMs: 400 }] })
  const both = { ...one, datagrams: [...one.datagrams, ...other.datagrams].toSorted((a, b) => a.ms - b.ms) }
  const rule = { profiles: [], fields: [] }
  const site = await sites.run(both, {
    rules: {
      exporters: [
        { match: ['192.0.2.1'], tenant: 'north', ...rule },
        { match: ['192.0.2.200'], tenant: 'south', ...rule },
      ],
    },
  })
  const { bytes, packets } = one.truth.total
  assert.deepEqual(await site.total(), { bytes: 2 * bytes, packets: 2 * packets })
  for (const tenant of ['north', 'south']) assert.deepEqual(await site.total({ filter: `exporter_tenant = ${tenant}`, duplicates: 'once' }), one.truth.total)
})
