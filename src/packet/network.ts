/** IP and what lies on it, down to the ports (RFC 791, 8200, 4302, 9293, 768, 9260, 4340, 792, 4443). */
import type { Packet } from './frame.ts'

const TCP = 6
export const UDP = 17
const ICMP = 1
const DCCP = 33
const ICMPV6 = 58
const SCTP = 132
const UDP_LITE = 136

const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const AUTHENTICATION = 51
const DESTINATION = 60
const MOBILITY = 135
const HIP = 139
const SHIM6 = 140

/** Reads the IP packet at `at`; false when there is no whole IP header in `[at, end)`. */
export function readPacket(view: DataView, at: number, end: number, packet: Packet): boolean {
  packet.version = 0
  if (at < 0 || at >= end) return false
  const version = view.getUint8(at) >>> 4
  if (version === 4) return readIpv4(view, at, end, packet)
  return version === 6 && readIpv6(view, at, end, packet)
}

/**
 * 0 version, words of header · 1 ToS · 2 length · 4 id · 6 flags (3 bits), fragment offset in 8 bytes · 8 TTL · 9 protocol ·
 * 10 checksum · 12 source · 16 destination · 20 options.
 */
function readIpv4(view: DataView, at: number, end: number, packet: Packet): boolean {
  if (at + 20 > end) return false
  const header = (view.getUint8(at) & 15) * 4
  const length = view.getUint16(at + 2)
  // A length of 0 is left by segmentation offload; then the frame tells it.
  if (header < 20 || at + header > end || (length !== 0 && length < header)) return false
  const fragment = view.getUint16(at + 6)
  packet.version = 4
  packet.at = at
  packet.end = length === 0 ? end : Math.min(end, at + length)
  packet.length = length
  packet.src = at + 12
  packet.dst = at + 16
  packet.proto = view.getUint8(at + 9)
  packet.ttl = view.getUint8(at + 8)
  packet.tos = view.getUint8(at + 1)
  packet.flowLabel = 0
  packet.fragmentOffset = (fragment & 0x1fff) * 8
  packet.moreFragments = (fragment & 0x2000) !== 0
  packet.fragmentId = view.getUint16(at + 4)
  packet.payload = at + header
  readTransport(view, packet)
  return true
}

/** 0 version (4 bits), traffic class (8), flow label (20) · 4 payload length · 6 next header · 7 hop limit · 8 source · 24 destination. */
function readIpv6(view: DataView, at: number, end: number, packet: Packet): boolean {
  if (at + 40 > end) return false
  const first = view.getUint32(at)
  const length = view.getUint16(at + 4)
  packet.version = 6
  packet.at = at
  packet.end = length === 0 ? end : Math.min(end, at + 40 + length)
  packet.length = length === 0 ? 0 : 40 + length
  packet.src = at + 8
  packet.dst = at + 24
  packet.proto = view.getUint8(at + 6)
  packet.ttl = view.getUint8(at + 7)
  packet.tos = (first >>> 20) & 0xff
  packet.flowLabel = first & 0xf_ffff
  packet.fragmentOffset = 0
  packet.moreFragments = false
  packet.fragmentId = 0
  packet.payload = at + 40
  readExtensions(view, packet)
  readTransport(view, packet)
  return true
}

/** Walks the extension headers (RFC 8200 §4): each tells the next one and its length, which is never 0, so the walk ends. */
function readExtensions(view: DataView, packet: Packet): void {
  let at = packet.payload
  while (at + 8 <= packet.end) {
    switch (packet.proto) {
      case HOP_BY_HOP:
      case ROUTING:
      case DESTINATION:
      case MOBILITY:
      case HIP:
      case SHIM6:
        packet.proto = view.getUint8(at)
        at += (view.getUint8(at + 1) + 1) * 8
        break
      case AUTHENTICATION:
        packet.proto = view.getUint8(at)
        at += (view.getUint8(at + 1) + 2) * 4
        break
      case FRAGMENT: {
        const word = view.getUint16(at + 2)
        packet.proto = view.getUint8(at)
        packet.fragmentOffset = word & 0xfff8
        packet.moreFragments = (word & 1) !== 0
        packet.fragmentId = view.getUint32(at + 4)
        at += 8
        packet.payload = at
        // What a later fragment begins with is no header.
        if (packet.fragmentOffset !== 0) return
        break
      }
      default:
        packet.payload = at
        return
    }
  }
  packet.payload = at
}

/** Ports, flags, types. A later fragment has none (PROTOCOLS §13). */
function readTransport(view: DataView, packet: Packet): void {
  const { payload: at, end } = packet
  packet.srcPort = packet.dstPort = packet.tcpFlags = packet.icmpType = packet.icmpCode = 0
  if (packet.fragmentOffset !== 0) return
  switch (packet.proto) {
    case TCP:
      // 0 ports · 4 sequence · 8 acknowledgement · 12 offset (4 bits), reserved (3), flags (9)
      if (at + 14 <= end) packet.tcpFlags = view.getUint16(at + 12) & 0x1ff
      readPorts(view, packet)
      break
    case UDP:
    case UDP_LITE:
    case SCTP:
    case DCCP:
      readPorts(view, packet)
      break
    case ICMP:
    case ICMPV6:
      if (at + 2 > end) break
      packet.icmpType = view.getUint8(at)
      packet.icmpCode = view.getUint8(at + 1)
      break
    default:
      break
  }
}

function readPorts(view: DataView, packet: Packet): void {
  if (packet.payload + 4 > packet.end) return
  packet.srcPort = view.getUint16(packet.payload)
  packet.dstPort = view.getUint16(packet.payload + 2)
}
