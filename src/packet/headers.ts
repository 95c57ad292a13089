/** Link and network headers of a frame, down to UDP (RFC 791, 8200, 768; IEEE 802.1Q; the tcpdump link types). */

/** Where the IP packet of a frame begins, or -1 when the frame carries none. */
export function networkOffset(view: DataView, start: number, end: number, linkType: number): number {
  switch (linkType) {
    case 0:
    case 108:
      return start + 4 <= end ? start + 4 : -1 // BSD loopback
    case 1:
      return behindEtherType(view, start + 12, end) // Ethernet
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return start // raw IP
    case 113:
      return behindEtherType(view, start + 14, end) // Linux cooked
    case 276:
      return start + 20 <= end ? start + 20 : -1 // Linux cooked v2
    default:
      return -1
  }
}

function behindEtherType(view: DataView, at: number, end: number): number {
  let position = at
  // Two tags are usual (802.1ad), four are the most we follow.
  for (let tags = 0; tags <= 4 && position + 2 <= end; tags++) {
    const type = view.getUint16(position)
    if (type === 0x0800 || type === 0x86dd) return position + 2
    if (type !== 0x8100 && type !== 0x88a8 && type !== 0x9100) return -1
    position += 4
  }
  return -1
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
const UDP = 17
const FRAGMENT = 44

const mapped = (view: DataView, at: number): bigint => MAPPED | BigInt(view.getUint32(at))
const wide = (view: DataView, at: number): bigint => (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8)

const slice = (view: DataView, start: number, end: number): Uint8Array => new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice()

/** The UDP datagram, or the fragment of one, in an IP packet; null when it is neither. */
export function readUdp(view: DataView, start: number, end: number): UdpDatagram | Fragment | null {
  if (start >= end) return null
  const version = view.getUint8(start) >>> 4
  if (version === 4) return readIpv4(view, start, end)
  if (version === 6) return readIpv6(view, start, end)
  return null
}

function readIpv4(view: DataView, start: number, end: number): UdpDatagram | Fragment | null {
  if (start + 20 > end) return null
  const header = (view.getUint8(start) & 15) * 4
  const total = view.getUint16(start + 2)
  // A length of 0 is left by segmentation offload; then the frame tells it.
  const stop = total === 0 ? end : Math.min(end, start + total)
  if (header < 20 || start + header > stop || view.getUint8(start + 9) !== UDP) return null
  const fragment = view.getUint16(start + 6)
  const src = mapped(view, start + 12)
  const dst = mapped(view, start + 16)
  if ((fragment & 0x3fff) !== 0) {
    return {
      kind: 'fragment',
      key: `${src}/${dst}/${view.getUint16(start + 4)}`,
      src,
      dst,
      offset: (fragment & 0x1fff) * 8,
      more: (fragment & 0x2000) !== 0,
      bytes: slice(view, start + header, stop),
    }
  }
  return udpAt(view, start + header, stop, src, dst)
}

function readIpv6(view: DataView, start: number, end: number): UdpDatagram | Fragment | null {
  if (start + 40 > end) return null
  const src = wide(view, start + 8)
  const dst = wide(view, start + 24)
  const stop = Math.min(end, start + 40 + (view.getUint16(start + 4) || end))
  let next = view.getUint8(start + 6)
  let at = start + 40
  while (at + 8 <= stop) {
    if (next === UDP) return udpAt(view, at, stop, src, dst)
    if (next === FRAGMENT) {
      if (view.getUint8(at) !== UDP) return null
      const word = view.getUint16(at + 2)
      return {
        kind: 'fragment',
        key: `${src}/${dst}/${view.getUint32(at + 4)}`,
        src,
        dst,
        offset: word & 0xfff8,
        more: (word & 1) !== 0,
        bytes: slice(view, at + 8, stop),
      }
    }
    // Hop-by-hop, routing and destination options tell their own length (RFC 8200 §4).
    if (next !== 0 && next !== 43 && next !== 60) return null
    next = view.getUint8(at)
    at += (view.getUint8(at + 1) + 1) * 8
  }
  return null
}

/** The UDP datagram whose header is at `at`. */
export function udpAt(view: DataView, at: number, end: number, src: bigint, dst: bigint): UdpDatagram | null {
  if (at + 8 > end) return null
  const length = view.getUint16(at + 4)
  const wanted = length < 8 ? end : at + length
  return { src, srcPort: view.getUint16(at), dst, dstPort: view.getUint16(at + 2), view, start: at + 8, end: Math.min(wanted, end), truncated: wanted > end }
}
