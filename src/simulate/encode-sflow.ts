/** sFlow version 5 datagrams from explicit values (sFlow.org, sflow_version_5.txt): XDR, every field on four bytes. */
import { addressBytes, createWriter, type ByteWriter } from './encode.ts'

export interface SflowHeader {
  /** Address of the agent, IPv4 or IPv6 as text. */
  readonly agent: string
  readonly subAgent: number
  readonly sequence: number
  readonly uptimeMs: number
}

/** A record of a sample: its format and how its bytes are written; the functions below make the common ones. */
export interface SflowRecord {
  readonly enterprise?: number
  readonly format: number
  readonly write: (out: ByteWriter) => void
}

export interface FlowSample {
  readonly kind: 'flow'
  /** Written as an expanded sample (format 3). */
  readonly expanded?: boolean
  readonly sequence: number
  /** ifIndex of the source. */
  readonly source: number
  readonly rate: number
  readonly pool: number
  readonly drops?: number
  /** As in the datagram, with format bits on top in the compact form. */
  readonly input: number
  readonly output: number
  readonly records: readonly SflowRecord[]
}

export interface CounterSample {
  readonly kind: 'counters'
  readonly expanded?: boolean
  readonly sequence: number
  readonly source: number
  readonly records: readonly SflowRecord[]
}

/** An sFlow version 5 datagram. */
export function encodeSflow(header: SflowHeader, samples: readonly (FlowSample | CounterSample)[]): Uint8Array {
  const out = createWriter()
  const agent = addressBytes(header.agent)
  out.u32(5)
  out.u32(agent.length === 4 ? 1 : 2)
  out.bytes(agent)
  out.u32(header.subAgent)
  out.u32(header.sequence)
  out.u32(header.uptimeMs)
  out.u32(samples.length)
  for (const sample of samples) writeSample(out, sample)
  return out.finish()
}

/** Writes one sample with its head of format and length. */
export function writeSample(out: ByteWriter, sample: FlowSample | CounterSample): void {
  const expanded = sample.expanded === true
  out.u32((sample.kind === 'flow' ? 1 : 2) + (expanded ? 2 : 0))
  const start = out.length
  out.u32(0)
  out.u32(sample.sequence)
  if (expanded) out.u32(0) // source type: ifIndex
  out.u32(sample.source)
  if (sample.kind === 'flow') {
    out.u32(sample.rate)
    out.u32(sample.pool)
    out.u32(sample.drops ?? 0)
    if (expanded) out.u32(0)
    out.u32(sample.input)
    if (expanded) out.u32(0)
    out.u32(sample.output)
  }
  out.u32(sample.records.length)
  for (const { enterprise = 0, format, write } of sample.records) {
    out.u32(((enterprise << 12) | format) >>> 0)
    const at = out.length
    out.u32(0)
    write(out)
    out.patchU32(at, out.length - at - 4)
  }
  out.patchU32(start, out.length - start - 4)
}

/** Raw packet header (0:1). `protocol` 1 is Ethernet; `stripped` bytes were taken off the end before sampling. */
export function rawHeader(header: Uint8Array, frameLength: number, stripped = 4, protocol = 1): SflowRecord {
  return {
    format: 1,
    write(out) {
      out.u32(protocol)
      out.u32(frameLength)
      out.u32(stripped)
      writeOpaque(out, header)
    },
  }
}

/** Extended switch data (0:1001): VLAN and priority in and out. */
export function extendedSwitch(inVlan: number, outVlan: number): SflowRecord {
  return { format: 1001, write: out => [inVlan, 0, outVlan, 0].forEach(out.u32) }
}

/** Extended router data (0:1002): next hop and the masks of the routes. */
export function extendedRouter(nextHop: Uint8Array, srcMask: number, dstMask: number): SflowRecord {
  return {
    format: 1002,
    write(out) {
      writeAddress(out, nextHop)
      out.u32(srcMask)
      out.u32(dstMask)
    },
  }
}

export interface Gateway {
  readonly nextHop: Uint8Array
  readonly as: number
  readonly srcAs: number
  readonly srcPeerAs: number
  /** AS numbers to the destination, the nearest first. */
  readonly path: readonly number[]
  readonly communities: readonly number[]
  readonly localPref: number
}

/** Extended gateway data (0:1003): what BGP knows of the route. */
export function extendedGateway(gateway: Gateway): SflowRecord {
  return {
    format: 1003,
    write(out) {
      writeAddress(out, gateway.nextHop)
      out.u32(gateway.as)
      out.u32(gateway.srcAs)
      out.u32(gateway.srcPeerAs)
      out.u32(gateway.path.length > 0 ? 1 : 0) // segments
      if (gateway.path.length > 0) {
        out.u32(2) // an ordered sequence
        out.u32(gateway.path.length)
        gateway.path.forEach(out.u32)
      }
      out.u32(gateway.communities.length)
      gateway.communities.forEach(out.u32)
      out.u32(gateway.localPref)
    },
  }
}

export interface InterfaceCounters {
  readonly index: number
  /** Bits a second. */
  readonly speed: number
  readonly inOctets: number
  readonly inPackets: number
  readonly outOctets: number
  readonly outPackets: number
}

/** Generic interface counters (0:1), 88 bytes: an Ethernet port, full duplex, up. */
export function interfaceCounters(port: InterfaceCounters): SflowRecord {
  return {
    format: 1,
    write(out) {
      out.u32(port.index)
      out.u32(6) // ifType ethernetCsmacd
      out.uint(port.speed, 8)
      out.u32(1) // full duplex
      out.u32(3) // admin up, oper up
      out.uint(port.inOctets, 8)
      ;[port.inPackets, 0, 0, 0, 0, 0xffffffff].forEach(out.u32) // unicast, multicast, broadcast, discards, errors, unknown protocols (not kept)
      out.uint(port.outOctets, 8)
      ;[port.outPackets, 0, 0, 0, 0].forEach(out.u32)
      out.u32(0) // promiscuous
    },
  }
}

/** Processor (0:1001): load in hundredths of a percent over 5 s, 1 min, 5 min, memory in bytes. */
export function processorCounters(load: number, totalMemory: number, freeMemory: number): SflowRecord {
  return {
    format: 1001,
    write(out) {
      ;[load, load, load].forEach(out.u32)
      out.uint(totalMemory, 8)
      out.uint(freeMemory, 8)
    },
  }
}

/** Name of a port (0:1005). */
export function portName(name: string): SflowRecord {
  return { format: 1005, write: out => writeOpaque(out, new TextEncoder().encode(name)) }
}

function writeOpaque(out: ByteWriter, bytes: Uint8Array): void {
  out.u32(bytes.length)
  out.bytes(bytes)
  out.zeros((4 - (bytes.length % 4)) % 4)
}

function writeAddress(out: ByteWriter, address: Uint8Array): void {
  out.u32(address.length === 4 ? 1 : 2)
  out.bytes(address)
}
