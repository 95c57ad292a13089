/** How near an answer is to the truth of a simulated network. */
import assert from 'node:assert/strict'
import { DEVICES, type Amount, type DeviceName, type TrafficConfig, type Truth } from '../../src/simulate/network/index.ts'
import type { Site } from './truth.ts'

/**
 * A few flows before the traffic that is judged: until a second exporter has spoken, which takes a moment after a start, nothing can be
 * known to be told twice.
 */
export const GREETING: TrafficConfig = { seed: 99, durationMs: 60_000, mice: 20, ordinary: 0, elephants: 0, ways: ['lan-servers'] }
/** When judged traffic begins, ms from the start of the network, and from when on questions ask. */
export const JUDGED_MS = 180_000
export const ASKED_MS = 120_000

/** Total, ports of servers and sources: to the digit, or within a share of each. */
export async function meetsTheTruth(site: Site, truth: Truth, within = 0): Promise<void> {
  const meets = (told: Amount, real: Amount | undefined, what: string): void => {
    for (const counter of ['bytes', 'packets'] as const) {
      const wanted = real?.[counter] ?? 0
      assert.ok(Math.abs(told[counter] - wanted) <= within * wanted, `${what}: ${told[counter]} of ${wanted} ${counter}`)
    }
  }
  meets(await site.total(), truth.total, 'total')
  for (const [port, amount] of truth.byPort) if (port !== 0) meets(await site.total({ filter: `port = ${port}` }), amount, `port ${port}`)
  const { rows } = await site.table({ by: ['src'] })
  const told = rows.filter(row => row['bytes'] !== 0)
  assert.equal(told.length, truth.bySource.size)
  for (const { src, bytes, packets } of told) meets({ bytes: Number(bytes), packets: Number(packets) }, truth.bySource.get(String(src)), String(src))
}

/** What an exporter tells of each of its interfaces, within a thousandth of the counters of that interface. */
export async function meetsTheCounters(site: Site, truth: Truth, devices: readonly DeviceName[]): Promise<void> {
  for (const device of devices) {
    for (const [index, port] of truth.ports.get(device) ?? []) {
      for (const side of ['in', 'out'] as const) {
        const told = await site.total({ filter: `exporter = ${DEVICES[device].address} and ${side}_if = ${index}` })
        for (const what of ['bytes', 'packets'] as const) {
          const counted = port[side][what]
          assert.ok(Math.abs(told[what] - counted) <= counted / 1000, `${device}, ${side}_if ${index}: ${told[what]} of ${counted} ${what}`)
        }
      }
    }
  }
}
