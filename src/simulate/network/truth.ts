/** What really happened: counted from the packets themselves, before any exporter looks. */
import type { Conversation } from './conversations.ts'
import type { Crossing } from './crossings.ts'
import type { DeviceName } from './topology.ts'

export interface Amount {
  bytes: number
  packets: number
}

/** Counters of an interface, as SNMP would tell them. */
export interface PortCounters {
  readonly in: Amount
  readonly out: Amount
}

export interface Truth {
  readonly total: Amount
  /** By the address that sent. */
  readonly bySource: ReadonlyMap<string, Amount>
  /** By the port of the server, both directions. */
  readonly byPort: ReadonlyMap<number, Amount>
  /** By whole minutes since the start of the network. */
  readonly byMinute: ReadonlyMap<number, Amount>
  /** By device, then by interface. */
  readonly ports: ReadonlyMap<DeviceName, ReadonlyMap<number, PortCounters>>
}

const none = (): Amount => ({ bytes: 0, packets: 0 })

function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}

function add(amount: Amount, bytes: number): void {
  amount.bytes += bytes
  amount.packets++
}

/** Counts every packet once, and once more at each interface it passes. */
export function countTruth(conversations: readonly Conversation[], crossings: readonly Crossing[]): Truth {
  const total = none()
  const bySource = new Map<string, Amount>()
  const byPort = new Map<number, Amount>()
  const byMinute = new Map<number, Amount>()
  for (const { times, sizes, up, client, server, serverPort } of conversations) {
    const port = at(byPort, serverPort, none)
    for (let index = 0; index < times.length; index++) {
      const bytes = sizes[index] ?? 0
      add(total, bytes)
      add(at(bySource, up[index] === 1 ? client : server, none), bytes)
      add(port, bytes)
      add(at(byMinute, Math.floor((times[index] ?? 0) / 60_000), none), bytes)
    }
  }
  const ports = new Map<DeviceName, Map<number, PortCounters>>()
  for (const { device, inIf, outIf, packets, conversation } of crossings) {
    const own = at(ports, device, () => new Map<number, PortCounters>())
    const input = at(own, inIf, () => ({ in: none(), out: none() })).in
    const output = at(own, outIf, () => ({ in: none(), out: none() })).out
    for (const index of packets) {
      const bytes = conversation.sizes[index] ?? 0
      add(input, bytes)
      add(output, bytes)
    }
  }
  return { total, bySource, byPort, byMinute, ports }
}
