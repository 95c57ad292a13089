/** The sFlow side of a device: flows become samples of one packet each, interfaces tell their counters. */
import { MAX_DATAGRAM, addressBytes, createWriter } from './encode.ts'
import {
  encodeSflow,
  extendedGateway,
  extendedRouter,
  extendedSwitch,
  interfaceCounters,
  portName,
  processorCounters,
  rawHeader,
  writeSample,
  type CounterSample,
  type SflowRecord,
} from './encode-sflow.ts'
import type { Body, Lane } from './exporter.ts'
import { S, type Flow } from './flow.ts'
import { writeFrame } from './frame.ts'
import type { Device, Profile } from './profiles.ts'

export interface SflowLane {
  readonly lane: Lane
  /** Datagrams with the counters of all interfaces. */
  counters(nowMs: number): readonly Uint8Array[]
  /** Writes sequences, pools and time of a datagram for this moment. */
  stamp(view: DataView, body: Body, nowMs: number): void
}

/** Bytes of a packet a switch copies into a sample, as the specification advises. */
const HEADER_BYTES = 128
/** No sample is longer: heads, the packet, and all extended records. */
const LONGEST_SAMPLE = 8 + 52 + 24 + HEADER_BYTES + 24 + 40 + 96
const SAMPLES = 64
const PLAIN: NonNullable<Profile['sflow']> = { expanded: false, tagged: false, records: [] }

export function createSflowLane(device: Device, perDatagram: number): SflowLane {
  const { bootMs, domain, samplingRate } = device
  const style = device.profile.sflow ?? PLAIN
  const agent = addressBytes(device.address)
  const headerBytes = 24 + agent.length
  const out = createWriter(2 * MAX_DATAGRAM)
  out.zeros(headerBytes)
  const packet = new Uint8Array(HEADER_BYTES)
  const packetView = new DataView(packet.buffer)
  const most = Math.min(perDatagram, SAMPLES)

  let sequence = 0
  let counterSequence = 0
  /** Samples of each interface so far; the pool is that many times the rate, so that the true rate is the one told. */
  const samplesOf = new Map<number, number>()
  let octetsSeen = 0
  let packetsSeen = 0

  let samples: number[] = []
  let octets = 0
  let sinceMs = Infinity

  const hop = (flow: Flow): Uint8Array => {
    const words = flow[S.ipVersion] === 6 ? [0, 1, 2, 3] : [3]
    return Uint8Array.from(
      words.flatMap(word => {
        const value = flow[S.hop0 + word]!
        return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
      }),
    )
  }

  const recordsOf = (flow: Flow): SflowRecord[] => {
    const frame = writeFrame(flow, packet, packetView, 0, HEADER_BYTES, style.tagged)
    octets += frame
    const records = [rawHeader(packet.subarray(0, Math.min(HEADER_BYTES, frame - 4)), frame)]
    if (style.records.includes('switch')) records.push(extendedSwitch(flow[S.vlan]!, flow[S.vlan]!))
    if (style.records.includes('router')) records.push(extendedRouter(hop(flow), flow[S.srcMask]!, flow[S.dstMask]!))
    if (style.records.includes('gateway')) {
      const path = [flow[S.dstPeerAs]!, flow[S.dstAs]!].filter(as => as !== 0)
      records.push(
        extendedGateway({
          nextHop: hop(flow),
          as: 64_500,
          srcAs: flow[S.srcAs]!,
          srcPeerAs: flow[S.srcPeerAs]!,
          path,
          communities: [64_500 * 65_536 + 100],
          localPref: 100,
        }),
      )
    }
    return records
  }

  const lane: Lane = {
    get flows() {
      return samples.length
    },
    get sinceMs() {
      return sinceMs
    },
    get full() {
      return samples.length >= most || (samples.length > 0 && out.length + LONGEST_SAMPLE > MAX_DATAGRAM)
    },

    add(flow, nowMs) {
      samples.push(out.length)
      writeSample(out, {
        kind: 'flow',
        expanded: style.expanded,
        sequence: 0,
        source: flow[S.inIf]!,
        rate: samplingRate,
        pool: 0,
        input: flow[S.inIf]!,
        output: flow[S.outIf]!,
        records: recordsOf(flow),
      })
      if (sinceMs === Infinity) sinceMs = nowMs
    },

    take(_nowMs, keep) {
      const flows = samples.length
      const body: Body = {
        bytes: keep ? out.finish() : out.peek(),
        sums: { flows, octets, packets: flows * samplingRate, scaledOctets: octets * samplingRate, scaledPackets: flows * samplingRate },
        times: new Float64Array(0),
        samples,
        records: flows,
      }
      out.rewind(headerBytes)
      samples = []
      octets = 0
      sinceMs = Infinity
      return body
    },
  }

  return {
    lane,

    stamp(view, body, nowMs) {
      view.setUint32(0, 5)
      view.setUint32(4, agent.length === 4 ? 1 : 2)
      agent.forEach((byte, index) => view.setUint8(8 + index, byte))
      const at = 8 + agent.length
      view.setUint32(at, domain)
      view.setUint32(at + 4, sequence)
      view.setUint32(at + 8, nowMs - bootMs)
      view.setUint32(at + 12, body.records)
      sequence = (sequence + 1) >>> 0
      for (const sample of body.samples) {
        const source = view.getUint32(sample + (style.expanded ? 16 : 12))
        const count = (samplesOf.get(source) ?? 0) + 1
        samplesOf.set(source, count)
        view.setUint32(sample + 8, count)
        view.setUint32(sample + (style.expanded ? 24 : 20), count * samplingRate)
      }
      octetsSeen += body.sums.scaledOctets
      packetsSeen += body.sums.scaledPackets
    },

    counters(nowMs) {
      counterSequence++
      const share = 1 / device.interfaces.length
      const all = device.interfaces.map((port): CounterSample => ({
        kind: 'counters',
        expanded: style.expanded,
        sequence: counterSequence,
        source: port.index,
        records: [
          interfaceCounters({
            index: port.index,
            speed: port.speed,
            inOctets: Math.floor(octetsSeen * share),
            inPackets: Math.floor(packetsSeen * share),
            outOctets: Math.floor(octetsSeen * share),
            outPackets: Math.floor(packetsSeen * share),
          }),
          ...(port.index === 1 ? [processorCounters(1200 + (counterSequence % 300), 8 * 2 ** 30, 5 * 2 ** 30)] : []),
          ...(style.portNames === true ? [portName(port.name)] : []),
        ],
      }))
      const perCounters = 7
      return Array.from({ length: Math.ceil(all.length / perCounters) }, (_, index) =>
        encodeSflow(
          { agent: device.address, subAgent: domain, sequence: sequence++, uptimeMs: (nowMs - bootMs) >>> 0 },
          all.slice(index * perCounters, (index + 1) * perCounters),
        ),
      )
    },
  }
}
