/**
 * A simulated flow: one number a slot, so that a record is written by looking slots up and nothing is allocated per flow.
 * Addresses take four slots of 32 bits (IPv4 in the last one); text slots hold an index into the texts of the fleet.
 */
export const SLOTS = [
  'start',
  'end', // milliseconds since 1970
  'octets',
  'packets',
  'reverseOctets',
  'reversePackets',
  'ipVersion',
  'proto',
  'tos',
  'tcpFlags',
  'srcPort',
  'dstPort',
  'icmp',
  'flowLabel',
  'minTtl',
  'maxTtl',
  'src0',
  'src1',
  'src2',
  'src3',
  'dst0',
  'dst1',
  'dst2',
  'dst3',
  'hop0',
  'hop1',
  'hop2',
  'hop3',
  'natSrc',
  'natDst',
  'natSrcPort',
  'natDstPort',
  'inIf',
  'outIf',
  'srcMask',
  'dstMask',
  'srcAs',
  'dstAs',
  'srcPeerAs',
  'dstPeerAs',
  'inVrf',
  'outVrf',
  'direction',
  'endReason',
  'forwarding',
  'srcMac',
  'dstMac',
  'vlan',
  'etherType',
  'appId',
  'ndpiId',
  'connection',
  'firewallEvent',
  'clientLatency',
  'serverLatency',
  'appLatency',
  'retransmitted',
  'samplingRate',
  'samplingMode',
  'sampler',
  'one',
  'serverName',
  'dnsQuery',
  'appName',
  'userName', // texts
] as const
export type Slot = (typeof SLOTS)[number]

/** Where each slot lies. */
export const S = Object.fromEntries(SLOTS.map((slot, index) => [slot, index])) as Readonly<Record<Slot, number>>

export type Flow = Float64Array

/** A flow with every slot zero, but the constant one. */
export function createFlow(): Flow {
  const flow = new Float64Array(SLOTS.length)
  flow[S.one] = 1
  return flow
}

/** Texts that flows point to, as UTF-8. Index 0 is the empty text. */
export interface Texts {
  intern(text: string): number
  bytes(index: number): Uint8Array
}

export function createTexts(): Texts {
  const encoder = new TextEncoder()
  const list: Uint8Array[] = [new Uint8Array(0)]
  const known = new Map<string, number>([['', 0]])
  return {
    intern(text) {
      const found = known.get(text)
      if (found !== undefined) return found
      known.set(text, list.length)
      list.push(encoder.encode(text))
      return list.length - 1
    },
    bytes: index => list[index] ?? list[0]!,
  }
}
