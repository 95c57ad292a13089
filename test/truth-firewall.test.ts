import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createNetwork } from '../src/simulate/network/index.ts'
import { openSites, type Site, type Sites } from './helpers/truth.ts'

const START = Date.UTC(2026, 0, 31, 9)
const network = createNetwork({
  startMs: START,
  traffic: [
    {
      seed: 5,
      durationMs: 2_400_000,
      mice: 200,
      ordinary: 80,
      elephants: 2,
      elephantPackets: 4000,
      long: 3,
      ways: ['lan-internet', 'servers-internet'],
    },
  ],
  firewalls: [{ device: 'firewall', updateMs: 60_000, teardown: 'sum', clockMs: 200 }],
})
let sites: Sites
let site: Site
before(async () => {
  sites = await openSites()
  site = await sites.run(network)
})
after(() => sites.close())

test('a firewall alone: updates and a teardown that repeats them, both directions, count once', async () => {
  assert.deepEqual(await site.total(), network.truth.total)
  const sources = await site.table({ by: ['src'] })
  for (const row of sources.rows)
    assert.deepEqual({ bytes: row['bytes'], packets: row['packets'] }, network.truth.bySource.get(String(row['src'])) ?? { bytes: 0, packets: 0 })
})

test('minute by minute, a firewall that tells updates each minute draws what was there', async () => {
  const line = await site.series({ granularity: 60_000, from: START, metrics: ['bytes'] })
  const values = line.series[0]?.values['bytes'] ?? []
  for (const [minute, { bytes }] of network.truth.byMinute) {
    const near = [minute - 1, minute, minute + 1].map(at => network.truth.byMinute.get(at)?.bytes ?? 0)
    assert.ok(Number(values[minute]) <= 1.3 * Math.max(...near), `minute ${minute}: ${values[minute]} of ${bytes} bytes`)
  }
})
