/** UDP datagrams out of captured frames, for whoever wants their payload. */
import { createFrame, createPacket } from './frame.ts'
import { readLink } from './link.ts'
import { UDP, readPacket } from './network.ts'

/** Where the IP packet of a frame begins, or -1 when the frame carries none. */
export function networkOffset(view: DataView, start: number, end: number, linkType: number): number {
  const frame = createFrame()
  readLink(view, start, end, linkType, frame, frame.outer)
  return frame.outer.version === 0 ? -1 : frame.outer.at
}

/** A UDP datagram in a frame. Addresses are 128-bit integers, IPv4 mapped. */
export interface UdpDatagram {
  readonly src: bigint
  readonly srcPort: number
  readonly dst: bigint
  readonly dstPort: number
  /** Where the payload lies in the view it was read from, or the payload itself when it was put together from fragments. */
  readonly view: DataView
  readonly start: number
  readonly end: number
  /** True when the capture cut the payload short. */
  readonly truncated: boolean
}

/** A piece of an IP packet. */
export interface Fragment {
  readonly kind: 'fragment'
  readonly key: string
  readonly src: bigint
  readonly dst: bigint
  readonly offset: number
  readonly more: boolean
  readonly bytes: Uint8Array
}

const MAPPED = 0xffffn << 32n

const addressAt = (view: DataView, at: number, version: 4 | 6): bigint =>
  version === 4 ? MAPPED | BigInt(view.getUint32(at)) : (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8)

const slice = (view: DataView, start: number, end: number): Uint8Array => new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice()

/** The UDP datagram, or the fragment of one, in an IP packet; null when it is neither. */
export function readUdp(view: DataView, start: number, end: number): UdpDatagram | Fragment | null {
  const packet = createPacket()
  if (!readPacket(view, start, end, packet) || packet.version === 0 || packet.proto !== UDP || packet.payload > packet.end) return null
  const src = addressAt(view, packet.src, packet.version)
  const dst = addressAt(view, packet.dst, packet.version)
  const { fragmentOffset: offset, moreFragments: more } = packet
  if (offset === 0 && !more) return udpAt(view, packet.payload, packet.end, src, dst)
  const key = `${src}/${dst}/${packet.fragmentId}`
  return { kind: 'fragment', key, src, dst, offset, more, bytes: slice(view, packet.payload, packet.end) }
}

/** The UDP datagram whose header is at `at`. */
export function udpAt(view: DataView, at: number, end: number, src: bigint, dst: bigint): UdpDatagram | null {
  if (at + 8 > end) return null
  const length = view.getUint16(at + 4)
  const wanted = length < 8 ? end : at + length
  return { src, srcPort: view.getUint16(at), dst, dstPort: view.getUint16(at + 2), view, start: at + 8, end: Math.min(wanted, end), truncated: wanted > end }
}
