import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createNetwork } from '../src/simulate/network/index.ts'
import { runSite, type Site } from './helpers/truth.ts'

const START = Date.UTC(2026, 0, 31, 9)
const network = createNetwork({
  startMs: START,
  traffic: { seed: 1, durationMs: 600_000, ways: ['lan-servers', 'lan-internet', 'branch-lan'] },
  routers: [{ device: 'edge', protocol: 'netflow9' }],
})

let site: Site
before(async () => {
  site = await runSite(network)
})
after(() => site.close())

test('one unsampled router tells the truth', async () => {
  assert.deepEqual(await site.total(), network.truth.total)
  for (const [port, amount] of network.truth.byPort) if (port !== 0) assert.deepEqual(await site.total({ filter: `port = ${port}` }), amount)
  const sources = await site.table({ by: ['src'] })
  assert.deepEqual(
    new Map(sources.rows.map(row => [row['src'], { bytes: row['bytes'], packets: row['packets'] }])).get('10.1.0.1'),
    network.truth.bySource.get('10.1.0.1'),
  )
})
