/** The books of a simulation: what the kernel took, by protocol and by exporter, so that a test can compare sums exactly. */
import type { Sums } from './exporter.ts'
import { PROTOCOL_NAMES, type Device } from './profiles.ts'

export interface LedgerEntry extends Omit<Sums, 'reverse'> {
  readonly datagrams: number
  /** As whoever counts both directions of a record sees it. */
  readonly bothWays: Omit<Sums, 'reverse'>
}

export interface ExporterEntry extends LedgerEntry {
  /** As in the column `export_protocol`. */
  readonly protocol: string
  readonly profile: string
  readonly domain: number
  readonly samplingRate: number
}

export interface LedgerReport extends LedgerEntry {
  readonly byProtocol: Readonly<Record<string, LedgerEntry>>
  /** By source address; where exporters share one, by `address/protocol/domain`. */
  readonly byExporter: Readonly<Record<string, ExporterEntry>>
}

export interface Ledger {
  /** Counts one datagram of this exporter. */
  count(source: number, sums: Sums): void
  /** Whether the sums come near 2^53, beyond which they would no longer be exact: time to end the run. */
  readonly full: boolean
  report(): LedgerReport
}

const FIELDS = ['datagrams', 'flows', 'octets', 'packets', 'scaledOctets', 'scaledPackets', 'reverseFlows', 'reverseOctets', 'reversePackets'] as const

/** An empty ledger. `sharedAddress` is the address all devices send from, where they share one. */
export function createLedger(devices: readonly Device[], sharedAddress?: string): Ledger {
  let largest = 0
  const books = devices.map(() => new Float64Array(FIELDS.length))
  const entry = (book: Float64Array): LedgerEntry => {
    const [datagrams = 0, flows = 0, octets = 0, packets = 0, scaledOctets = 0, scaledPackets = 0, backFlows = 0, backOctets = 0, backPackets = 0] = book
    return {
      datagrams,
      flows,
      octets,
      packets,
      scaledOctets,
      scaledPackets,
      // Devices that tell both directions sample nothing.
      bothWays: {
        flows: flows + backFlows,
        octets: octets + backOctets,
        packets: packets + backPackets,
        scaledOctets: scaledOctets + backOctets,
        scaledPackets: scaledPackets + backPackets,
      },
    }
  }
  const total = (wanted: (device: Device) => boolean): LedgerEntry => {
    const sum = new Float64Array(FIELDS.length)
    devices.forEach((device, index) => {
      if (wanted(device))
        books[index]!.forEach((value, field) => {
          sum[field] = sum[field]! + value
        })
    })
    return entry(sum)
  }
  return {
    count(source, { flows, octets, packets, scaledOctets, scaledPackets, reverse }) {
      largest += scaledOctets
      const book = books[source]!
      book[0] = book[0]! + 1
      book[1] = book[1]! + flows
      book[2] = book[2]! + octets
      book[3] = book[3]! + packets
      book[4] = book[4]! + scaledOctets
      book[5] = book[5]! + scaledPackets
      if (reverse === undefined) return
      book[6] = book[6]! + reverse.flows
      book[7] = book[7]! + reverse.octets
      book[8] = book[8]! + reverse.packets
    },
    get full() {
      return largest > 2 ** 52
    },
    report() {
      const protocols = [...new Set(devices.map(device => device.profile.protocol))]
      return {
        ...total(() => true),
        byProtocol: Object.fromEntries(protocols.map(protocol => [PROTOCOL_NAMES[protocol], total(device => device.profile.protocol === protocol)])),
        byExporter: Object.fromEntries(
          devices.map((device, index): [string, ExporterEntry] => {
            const protocol = PROTOCOL_NAMES[device.profile.protocol]
            const key = sharedAddress === undefined ? device.address : `${sharedAddress}/${protocol}/${device.domain}`
            return [key, { ...entry(books[index]!), protocol, profile: device.profile.name, domain: device.domain, samplingRate: device.samplingRate }]
          }),
        ),
      }
    },
  }
}
