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

/** Bytes and packets a thousandth off the truth at most: in total, and all that is wrong of ports and of sources together. */
export async function meetsTheTruth(site: Site, truth: Truth): Promise<void> {
  const wrong = { total: { bytes: 0, packets: 0 }, ports: { bytes: 0, packets: 0 }, sources: { bytes: 0, packets: 0 } }
  const compare = (sum: Amount, told: Amount, real: Amount = { bytes: 0, packets: 0 }): void => {
    sum.bytes += Math.abs(told.bytes - real.bytes)
    sum.packets += Math.abs(told.packets - real.packets)
  }
  compare(wrong.total, await site.total(), truth.total)
  for (const [port, amount] of truth.byPort) if (port !== 0) compare(wrong.ports, await site.total({ filter: `port = ${port}` }), amount)
  const { rows } = await site.table({ by: ['src'] })
  for (const { src, bytes, packets } of rows) compare(wrong.sources, { bytes: Number(bytes), packets: Number(packets) }, truth.bySource.get(String(src)))
  assert.equal(rows.filter(({ bytes }) => bytes !== 0).length, truth.bySource.size)
  for (const [what, { bytes, packets }] of Object.entries(wrong))
    assert.ok(
      bytes <= truth.total.bytes / 1000 && packets <= truth.total.packets / 1000,
      `${what}: ${bytes} bytes, ${packets} packets of ${JSON.stringify(truth.total)} wrong`,
    )
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
