/** A switch that samples packets (sFlow v5): each sample a packet with its rate, and the counters of its interfaces each half minute. */
import { encodeSflow, interfaceCounters, rawHeader, type CounterSample, type FlowSample } from '../encode-sflow.ts'
import { addressBytes } from '../encode.ts'
import { createFlow, S } from '../flow.ts'
import { FCS, writeFrame } from '../frame.ts'
import { createRandom } from '../random.ts'
import { icmpOf } from './icmp.ts'
import type { Crossing, Ends } from './crossings.ts'
import type { Datagram } from './pack.ts'
import { DEVICES, type DeviceName } from './topology.ts'

export interface SflowConfig {
  readonly device: DeviceName
  readonly samplingRate: number
  /** From here on nothing comes any more, ms from the start of the network. */
  readonly diesMs?: number
}

interface Taken {
  readonly ms: number
  readonly crossing: Crossing
  readonly index: number
}

const MOST_SAMPLES = 6
const COUNTERS_MS = 30_000
const HEADER_BYTES = 128
const UPTIME_MS = 3_600_000

/** The first bytes of a packet as the switch samples it, and the length of its frame. */
function createFrames(): (crossing: Crossing, index: number) => { readonly header: Uint8Array; readonly frame: number } {
  const flow = createFlow()
  const bytes = new Uint8Array(256)
  const view = new DataView(bytes.buffer)
  const words = (slot: number, text: string): void => {
    const address = addressBytes(text)
    const wide = new DataView(new ArrayBuffer(16))
    address.forEach((byte, at) => wide.setUint8(16 - address.length + at, byte))
    for (let at = 0; at < 4; at++) flow[slot + at] = wide.getUint32(at * 4)
  }
  return ({ conversation, forward, ends }, index) => {
    const { family, proto, sizes } = conversation
    const { src, dst, srcPort, dstPort }: Ends = ends
    flow[S.ipVersion] = family
    flow[S.proto] = proto
    flow[S.octets] = sizes[index] ?? 0
    flow[S.packets] = 1
    flow[S.srcPort] = srcPort
    flow[S.dstPort] = dstPort
    flow[S.icmp] = icmpOf(proto, forward)
    flow[S.maxTtl] = 60
    flow[S.tcpFlags] = 16
    words(S.src0, src)
    words(S.dst0, dst)
    const frame = writeFrame(flow, bytes, view, 0, HEADER_BYTES, false)
    return { header: bytes.slice(0, Math.min(HEADER_BYTES, frame - FCS)), frame }
  }
}

/** The datagrams of a switch, in order of time. */
export function exportSflow(config: SflowConfig, crossings: readonly Crossing[], untilMs: number, seed: number): readonly Datagram[] {
  const { device, samplingRate, diesMs = Infinity } = config
  const random = createRandom(seed)
  const taken: Taken[] = []
  const passing: { readonly ms: number; readonly bytes: number; readonly inIf: number; readonly outIf: number }[] = []
  for (const crossing of crossings) {
    if (crossing.device !== device) continue
    const { conversation, packets, delayMs, inIf, outIf } = crossing
    for (const index of packets) {
      const ms = (conversation.times[index] ?? 0) + delayMs
      passing.push({ ms, bytes: conversation.sizes[index] ?? 0, inIf, outIf })
      if (random.chance(1 / samplingRate)) taken.push({ ms, crossing, index })
    }
  }
  taken.sort((a, b) => a.ms - b.ms)
  passing.sort((a, b) => a.ms - b.ms)

  const made: Datagram[] = []
  const source = DEVICES[device].address
  const frameOf = createFrames()
  const sequences = new Map<number, number>()
  const ports = new Map(
    Object.keys(DEVICES[device].interfaces).map(index => [
      Number(index),
      { index: Number(index), speed: 1e9, inOctets: 0, inPackets: 0, outOctets: 0, outPackets: 0 },
    ]),
  )
  let sequence = 0
  let passed = 0
  const send = (ms: number, samples: readonly (FlowSample | CounterSample)[]): void => {
    if (ms < diesMs && samples.length > 0)
      made.push({ ms, source, bytes: encodeSflow({ agent: source, subAgent: 0, sequence: ++sequence, uptimeMs: UPTIME_MS + ms }, samples) })
  }
  const sendCounters = (ms: number): void => {
    for (; passed < passing.length && (passing[passed]?.ms ?? 0) <= ms; passed++) {
      const { bytes, inIf, outIf } = passing[passed]!
      const [input, output] = [ports.get(inIf)!, ports.get(outIf)!]
      input.inOctets += bytes
      input.inPackets++
      output.outOctets += bytes
      output.outPackets++
    }
    send(
      ms,
      [...ports.values()].map((port): CounterSample => ({
        kind: 'counters',
        sequence: Math.floor(ms / COUNTERS_MS) + 1,
        source: port.index,
        records: [interfaceCounters(port)],
      })),
    )
  }
  let waiting: FlowSample[] = []
  let nextCounters = 0
  for (const [at, { ms, crossing, index }] of taken.entries()) {
    for (; nextCounters <= ms; nextCounters += COUNTERS_MS) sendCounters(nextCounters)
    const number = (sequences.get(crossing.inIf) ?? 0) + 1
    sequences.set(crossing.inIf, number)
    const { header, frame } = frameOf(crossing, index)
    waiting.push({
      kind: 'flow',
      sequence: number,
      source: crossing.inIf,
      rate: samplingRate,
      pool: number * samplingRate,
      input: crossing.inIf,
      output: crossing.outIf,
      records: [rawHeader(header, frame)],
    })
    // A switch sends when a datagram is full, and never keeps a sample for long.
    if (waiting.length < MOST_SAMPLES && (taken[at + 1]?.ms ?? Infinity) - ms < 1000) continue
    send(ms, waiting)
    waiting = []
  }
  sendCounters(untilMs)
  return made
}
