/**
 * Packets within packets: GRE (RFC 2784, 2890, 2637, 7637, ERSPAN), IP in IP (RFC 2003, 2473, 4213), MPLS in IP (RFC 4023), VXLAN
 * (RFC 7348), Geneve (RFC 8926), GTP-U (3GPP TS 29.281).
 */
import { BAD, MAX_DEPTH, OTHER, PACKET, type Frame, type Outcome, type Packet, type Tunnel } from './frame.ts'
import { ETHERNET, PPP, readInnerEthernet, readLabels, readNetwork } from './link.ts'
import { UDP, readPacket } from './network.ts'

const IP_IN_IP = 4
const IPV6_IN_IP = 41
const GRE = 47
const MPLS_IN_IP = 137

const GTP_U = 2152
const VXLAN = 4789
/** Where Linux had VXLAN before a port was assigned. */
const VXLAN_LINUX = 8472
const GENEVE = 6081

const ERSPAN_2 = 0x88be
const ERSPAN_3 = 0x22eb

/** Whether this packet is no tunnel. */
const NO_TUNNEL = 2

/** Follows tunnels from the outer packet on; the innermost packet becomes `frame.inner`. */
export function readTunnels(view: DataView, frame: Frame): void {
  let packet = frame.outer
  while (frame.depth < MAX_DEPTH && packet.fragmentOffset === 0) {
    const found = readTunnel(view, packet, frame, frame.spare)
    if (found === NO_TUNNEL) return
    frame.depth++
    if (found !== PACKET) {
      if (found === BAD) frame.badInner = true
      return
    }
    packet = frame.spare
    frame.spare = frame.inner
    frame.inner = packet
  }
}

function name(frame: Frame, tunnel: Tunnel, id: number): void {
  if (frame.tunnel !== '') return
  frame.tunnel = tunnel
  frame.tunnelId = id
}

function readTunnel(view: DataView, packet: Packet, frame: Frame, into: Packet): Outcome | typeof NO_TUNNEL {
  const { payload: at, end } = packet
  switch (packet.proto) {
    case IP_IN_IP:
    case IPV6_IN_IP:
      name(frame, 'ipip', 0)
      return readPacket(view, at, end, into) ? PACKET : BAD
    case MPLS_IN_IP:
      return readLabels(view, at, end, frame, into)
    case GRE:
      return readGre(view, at, end, frame, into)
    case UDP:
      if (packet.dstPort === VXLAN || packet.dstPort === VXLAN_LINUX) return readVxlan(view, at + 8, end, frame, into)
      if (packet.dstPort === GENEVE) return readGeneve(view, at + 8, end, frame, into)
      if (packet.dstPort === GTP_U || packet.srcPort === GTP_U) return readGtp(view, at + 8, end, frame, into)
      return NO_TUNNEL
    default:
      return NO_TUNNEL
  }
}

/** 0 flags: C 0x8000, R 0x4000, K 0x2000, S 0x1000, version 7 · 2 protocol · then checksum, key and sequence where their flags are set. */
function readGre(view: DataView, start: number, end: number, frame: Frame, into: Packet): Outcome {
  if (start + 4 > end) {
    name(frame, 'gre', 0)
    return BAD
  }
  const flags = view.getUint16(start)
  const protocol = view.getUint16(start + 2)
  if ((flags & 7) === 1) return readPptp(view, start, end, flags, frame, into)
  let at = start + 4
  if ((flags & 0x8000) !== 0) at += 4
  const keyed = (flags & 0x2000) !== 0
  const key = keyed && at + 4 <= end ? view.getUint32(at) : 0
  if (keyed) at += 4
  const numbered = (flags & 0x1000) !== 0
  if (numbered) at += 4
  if (protocol === ERSPAN_2 || protocol === ERSPAN_3) return readErspan(view, at, end, protocol, numbered, frame, into)
  // NVGRE always has a key, of 24 bits of subnet and 8 of flow, and neither checksum nor number (RFC 7637 §3.2).
  if (protocol === ETHERNET && (flags & 0xb000) === 0x2000) name(frame, 'nvgre', key >>> 8)
  else name(frame, 'gre', key)
  // Version 0 only; source routes (R) went away with RFC 2784.
  if (at > end || (flags & 0x4007) !== 0) return BAD
  return readNetwork(view, at, end, protocol, frame, into)
}

/** Version 1: 4 length of the payload · 6 call · then sequence and acknowledgement (A 0x0080) where their flags are set. */
function readPptp(view: DataView, start: number, end: number, flags: number, frame: Frame, into: Packet): Outcome {
  name(frame, 'pptp', start + 8 <= end ? view.getUint16(start + 6) : 0)
  // Without a sequence number it is an acknowledgement and carries nothing.
  if ((flags & 0x1000) === 0) return OTHER
  return readNetwork(view, start + ((flags & 0x0080) === 0 ? 12 : 16), end, PPP, frame, into)
}

/**
 * Type I has no header, type II 8 bytes, type III 12 and 8 more where its last bit (O) is set. 0 version (4 bits), VLAN (12) ·
 * 2 class and flags (6 bits), session (10); type III at 10: frame type in bits 10-14, 0 Ethernet, 2 IP.
 */
function readErspan(view: DataView, start: number, end: number, protocol: number, numbered: boolean, frame: Frame, into: Packet): Outcome {
  const header = protocol === ERSPAN_3 ? 12 : numbered ? 8 : 0
  const fits = start + header <= end
  name(frame, 'erspan', header > 0 && fits ? view.getUint16(start + 2) & 0x3ff : 0)
  if (!fits) return BAD
  if (header < 12) return readInnerEthernet(view, start + header, end, frame, into)
  const last = view.getUint16(start + 10)
  const at = start + ((last & 1) === 0 ? 12 : 20)
  const type = (last >>> 10) & 31
  if (type === 2) return readPacket(view, at, end, into) ? PACKET : BAD
  return type === 0 ? readInnerEthernet(view, at, end, frame, into) : OTHER
}

/** 0 flags, 0x08 = network identifier given · 4 identifier (24 bits) · 8 Ethernet frame. */
function readVxlan(view: DataView, start: number, end: number, frame: Frame, into: Packet): Outcome | typeof NO_TUNNEL {
  if (start >= end) return NO_TUNNEL
  // Another program on the port.
  if ((view.getUint8(start) & 0x08) === 0) return NO_TUNNEL
  name(frame, 'vxlan', start + 8 <= end ? view.getUint32(start + 4) >>> 8 : 0)
  return readInnerEthernet(view, start + 8, end, frame, into)
}

/** 0 version (2 bits), length of options in 4 bytes (6) · 2 protocol · 4 identifier (24 bits) · 8 options. */
function readGeneve(view: DataView, start: number, end: number, frame: Frame, into: Packet): Outcome | typeof NO_TUNNEL {
  if (start >= end || view.getUint8(start) >>> 6 !== 0) return NO_TUNNEL
  const fits = start + 8 <= end
  name(frame, 'geneve', fits ? view.getUint32(start + 4) >>> 8 : 0)
  return fits ? readNetwork(view, start + 8 + (view.getUint8(start) & 0x3f) * 4, end, view.getUint16(start + 2), frame, into) : BAD
}

/**
 * 0 version (3 bits), PT, reserved, E, S, PN · 1 type · 2 length · 4 TEID, and where any of E, S, PN is set: 8 sequence ·
 * 10 N-PDU · 11 type of the next extension. Extensions: length in 4 bytes, content, type of the next.
 */
function readGtp(view: DataView, start: number, end: number, frame: Frame, into: Packet): Outcome | typeof NO_TUNNEL {
  if (start + 8 > end || view.getUint8(start) >>> 4 !== 3 || view.getUint8(start + 1) !== 255) return NO_TUNNEL
  const flags = view.getUint8(start) & 7
  name(frame, 'gtp', view.getUint32(start + 4))
  let at = start + 8
  if (flags !== 0) {
    if (at + 4 > end) return BAD
    let next = (flags & 4) === 0 ? 0 : view.getUint8(at + 3)
    at += 4
    while (next !== 0) {
      if (at + 4 > end) return BAD
      const length = view.getUint8(at) * 4
      if (length === 0 || at + length > end) return BAD
      next = view.getUint8(at + length - 1)
      at += length
    }
  }
  if (at >= end) return BAD
  const version = view.getUint8(at) >>> 4
  // A session may carry Ethernet or nothing known (TS 29.281 §4.4).
  if (version !== 4 && version !== 6) return OTHER
  return readPacket(view, at, end, into) ? PACKET : BAD
}
