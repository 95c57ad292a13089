import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../random.ts'
import { flowsOf, type CacheConfig } from './flow-cache.ts'
import { createNetwork, type NetworkConfig } from './index.ts'

const START = Date.UTC(2026, 0, 31, 9)
const CONFIG: NetworkConfig = {
  startMs: START,
  traffic: [{ seed: 7, durationMs: 2_400_000, mice: 60, ordinary: 30, elephants: 2, elephantPackets: 2000, long: 2 }],
  routers: [
    { device: 'edge', protocol: 'netflow9' },
    { device: 'distribution', protocol: 'ipfix', metering: 'both' },
  ],
  switches: [{ device: 'core', samplingRate: 10 }],
  firewalls: [{ device: 'firewall', updateMs: 60_000 }],
}
const network = createNetwork(CONFIG)

test('the same seed gives the same datagrams, another seed others', () => {
  const same = createNetwork(CONFIG)
  assert.deepEqual(same.datagrams, network.datagrams)
  assert.deepEqual(same.truth, network.truth)
  assert.notDeepEqual(createNetwork({ ...CONFIG, traffic: CONFIG.traffic.map(part => ({ ...part, seed: 8 })) }).truth.total, network.truth.total)
})

test('the truth closes: by source, by port and by minute it is the same sum, and what goes into a device comes out', () => {
  const { total, bySource, byPort, byMinute, ports } = network.truth
  for (const parts of [bySource, byPort, byMinute]) {
    const sum = { bytes: 0, packets: 0 }
    for (const { bytes, packets } of parts.values()) {
      sum.bytes += bytes
      sum.packets += packets
    }
    assert.deepEqual(sum, total)
  }
  for (const own of ports.values()) {
    let balance = 0
    for (const { in: input, out } of own.values()) balance += input.bytes - out.bytes
    assert.equal(balance, 0)
  }
})

test('a cache loses no packet, cuts flows by its timeouts, and tells a flow after its last packet', () => {
  const config: CacheConfig = { activeMs: 60_000, inactiveMs: 15_000, samplingRate: 1 }
  const random = createRandom(1)
  for (const crossing of network.crossings) {
    const flows = flowsOf(crossing, config, network.untilMs, random)
    let last = -1
    for (const { firstMs, lastMs, exportMs } of flows) {
      assert.ok(firstMs > last || firstMs === lastMs, 'flows of one key follow each other')
      assert.ok(lastMs - firstMs <= config.activeMs)
      assert.ok(exportMs >= lastMs)
      last = lastMs
    }
    assert.equal(
      flows.reduce((sum, { packets }) => sum + packets, 0),
      crossing.packets.length,
    )
  }
})

test('a sampler takes one packet in so many', () => {
  const random = createRandom(2)
  const config: CacheConfig = { activeMs: 60_000, inactiveMs: 15_000, samplingRate: 10 }
  const passing = network.crossings.reduce((sum, { packets }) => sum + packets.length, 0)
  const taken = network.crossings.flatMap(crossing => flowsOf(crossing, config, network.untilMs, random)).reduce((sum, { packets }) => sum + packets, 0)
  assert.ok(Math.abs(taken * 10 - passing) < 3.5 * Math.sqrt(passing * 10), `${taken} of ${passing}`)
})
