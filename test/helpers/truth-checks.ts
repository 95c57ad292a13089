/** How near an answer is to the truth of a simulated network. */
import assert from 'node:assert/strict'
import { DEVICES, type DeviceName, type Network } from '../../src/simulate/network/index.ts'
import type { Site } from './truth.ts'

/** Total, ports of servers and sources, to the digit. */
export async function meetsTheTruth(site: Site, { truth }: Pick<Network, 'truth'>): Promise<void> {
  assert.deepEqual(await site.total(), truth.total)
  for (const [port, amount] of truth.byPort) if (port !== 0) assert.deepEqual(await site.total({ filter: `port = ${port}` }), amount, `port ${port}`)
  const { rows } = await site.table({ by: ['src'] })
  const told = rows.filter(row => row['bytes'] !== 0)
  assert.equal(told.length, truth.bySource.size)
  for (const { src, bytes, packets } of told) assert.deepEqual({ bytes, packets }, truth.bySource.get(String(src)), String(src))
}

/** What an exporter tells of each of its interfaces, within a thousandth of the counters of that interface. */
export async function meetsTheCounters(site: Site, { truth }: Network, devices: readonly DeviceName[]): Promise<void> {
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
