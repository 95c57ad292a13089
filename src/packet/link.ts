/**
 * From the link to the network: Ethernet and its tags, PPP, Linux cooked captures, MPLS (IEEE 802.3, 802.1Q, 802.1ad; RFC 1661,
 * 1662, 2516, 3032, 4385; the tcpdump link types).
 */
import { BAD, MAX_DEPTH, MPLS_LABELS, OTHER, PACKET, type Frame, type Outcome, type Packet } from './frame.ts'
import { readPacket } from './network.ts'

const IPV4 = 0x0800
const IPV6 = 0x86dd
const MPLS = 0x8847
const MPLS_MULTICAST = 0x8848
const PPPOE_SESSION = 0x8864
export const PPP = 0x880b
/** Transparent Ethernet bridging. */
export const ETHERNET = 0x6558
/** EtherTypes below are lengths (IEEE 802.3). */
const LEAST_ETHERTYPE = 0x0600
/** Two tags are usual (802.1ad), this many are followed. */
const MAX_TAGS = 5

const isTag = (type: number): boolean => type === 0x8100 || type === 0x88a8 || type === 0x9100

/** Reads what a frame of this link type (tcpdump LINKTYPE_) carries into `packet`, and what the link says into `frame`. */
export function readLink(view: DataView, start: number, end: number, linkType: number, frame: Frame, packet: Packet): Outcome {
  switch (linkType) {
    case 0:
    case 108: // BSD loopback: 4 bytes of address family, in the order of bytes of whoever wrote it
      return carried(view, start + 4, end, frame, packet)
    case 1:
      if (start + 14 > end) return BAD
      frame.dstMac = start
      frame.srcMac = start + 6
      return readTagged(view, start + 12, end, frame, packet, true)
    case 9:
    case 50: // PPP, PPP in HDLC-like framing
      return readPpp(view, start, end, frame, packet)
    case 51: // PPPoE session
      return readPpp(view, start + 6, end, frame, packet)
    case 104: // Cisco HDLC: address, control, EtherType
      return readTagged(view, start + 2, end, frame, packet, true)
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return carried(view, start, end, frame, packet)
    case 113: // Linux cooked: 0 kind · 2 hardware type · 4 length of address · 6 address · 14 protocol
      if (start + 16 > end) return BAD
      if (view.getUint16(start + 4) === 6) frame.srcMac = start + 6
      return readTagged(view, start + 14, end, frame, packet, true)
    case 276: // Linux cooked v2: 0 protocol · 4 interface · 8 hardware type · 10 kind · 11 length of address · 12 address
      if (start + 20 > end) return BAD
      if (view.getUint8(start + 11) === 6) frame.srcMac = start + 12
      return readCooked2(view, start, end, frame, packet)
    default:
      return OTHER
  }
}

/** An IP packet right behind the link's header. */
function carried(view: DataView, at: number, end: number, frame: Frame, packet: Packet): Outcome {
  if (at >= end) return BAD
  frame.network = at
  return readPacket(view, at, end, packet) ? PACKET : BAD
}

function readCooked2(view: DataView, start: number, end: number, frame: Frame, packet: Packet): Outcome {
  const type = view.getUint16(start)
  const at = start + 20
  if (!isTag(type)) {
    frame.etherType = type
    frame.network = at
    return readNetwork(view, at, end, type, frame, packet)
  }
  // The tag's own type stands where the EtherType would, and the rest of it before the packet.
  if (at + 4 > end) return BAD
  keepTag(frame, view.getUint16(at))
  return readTagged(view, at + 2, end, frame, packet, true)
}

function keepTag(frame: Frame, tag: number): void {
  if (frame.tags === 0) {
    frame.vlan = tag & 0xfff
    frame.vlanPriority = tag >>> 13
  } else if (frame.tags === 1) frame.innerVlan = tag & 0xfff
  frame.tags++
}

/** From the EtherType at `at` on, through tags. Only the outer frame's are kept. */
function readTagged(view: DataView, at: number, end: number, frame: Frame, packet: Packet, outer: boolean): Outcome {
  let position = at
  for (let tags = 0; tags < MAX_TAGS; tags++) {
    if (position + 2 > end) return BAD
    const type = view.getUint16(position)
    if (!isTag(type)) {
      if (outer) {
        frame.etherType = type < LEAST_ETHERTYPE ? 0 : type
        frame.network = position + 2
      }
      return type < LEAST_ETHERTYPE ? readLlc(view, position + 2, end, frame, packet, outer) : readNetwork(view, position + 2, end, type, frame, packet)
    }
    if (position + 4 > end) return BAD
    if (outer) keepTag(frame, view.getUint16(position + 2))
    position += 4
  }
  return OTHER
}

/** LLC with SNAP names an EtherType behind AA AA 03 and three zeroes (RFC 1042); other LLC carries no IP. */
function readLlc(view: DataView, at: number, end: number, frame: Frame, packet: Packet, outer: boolean): Outcome {
  if (at + 8 > end || view.getUint32(at) !== 0xaaaa_0300 || view.getUint16(at + 4) !== 0) return OTHER
  const type = view.getUint16(at + 6)
  if (outer) {
    frame.etherType = type
    frame.network = at + 8
  }
  return readNetwork(view, at + 8, end, type, frame, packet)
}

/** What an EtherType names, at `at`. */
export function readNetwork(view: DataView, at: number, end: number, etherType: number, frame: Frame, packet: Packet): Outcome {
  switch (etherType) {
    case IPV4:
    case IPV6:
      return readPacket(view, at, end, packet) ? PACKET : BAD
    case MPLS:
    case MPLS_MULTICAST:
      return readLabels(view, at, end, frame, packet)
    case PPPOE_SESSION: // version and type, code, session, length
      return readPpp(view, at + 6, end, frame, packet)
    case PPP:
      return readPpp(view, at, end, frame, packet)
    case ETHERNET:
      return readInnerEthernet(view, at, end, frame, packet)
    default:
      return OTHER
  }
}

/** An Ethernet frame within another header: the outer frame's addresses and tags stay. */
export function readInnerEthernet(view: DataView, at: number, end: number, frame: Frame, packet: Packet): Outcome {
  if (++frame.depth > MAX_DEPTH) return OTHER
  return at + 14 > end ? BAD : readTagged(view, at + 12, end, frame, packet, false)
}

/** PPP, with address and control or without them, the protocol in two bytes or one (RFC 1661 §6.5); Cisco's HDLC on POS. */
function readPpp(view: DataView, start: number, end: number, frame: Frame, packet: Packet): Outcome {
  let at = start
  if (at + 2 > end) return BAD
  const first = view.getUint16(at)
  if (first === 0x0f00 || first === 0x8f00) return readTagged(view, at + 2, end, frame, packet, false)
  if (first === 0xff03) at += 2
  if (at + 2 > end) return BAD
  const compressed = (view.getUint8(at) & 1) === 1
  const protocol = compressed ? view.getUint8(at) : view.getUint16(at)
  at += compressed ? 1 : 2
  if (frame.network < 0) frame.network = at
  switch (protocol) {
    case 0x0021:
    case 0x0057:
      return readPacket(view, at, end, packet) ? PACKET : BAD
    case 0x0281:
    case 0x0283:
      return readLabels(view, at, end, frame, packet)
    default:
      return OTHER
  }
}

/** An MPLS stack at `at`: entries of 20 bits of label, 3 of class, 1 at the bottom, 8 of TTL (RFC 3032 §2.1). */
export function readLabels(view: DataView, start: number, end: number, frame: Frame, packet: Packet): Outcome {
  let at = start
  const outer = frame.mplsDepth === 0
  for (let depth = 1; ; depth++, at += 4) {
    if (at + 4 > end) return BAD
    const entry = view.getUint32(at)
    if (outer) {
      if (depth === 1) frame.mplsClass = (entry >>> 9) & 7
      if (depth <= MPLS_LABELS) frame.mplsLabels[depth - 1] = entry >>> 12
      frame.mplsDepth = Math.min(255, depth)
    }
    if ((entry & 0x100) !== 0) break
  }
  at += 4
  if (at >= end) return BAD
  // No header names what lies below the stack: an IP version, a control word of pseudowires (RFC 4385 §3), or an Ethernet frame.
  const nibble = view.getUint8(at) >>> 4
  if ((nibble === 4 || nibble === 6) && readPacket(view, at, end, packet)) return PACKET
  if (nibble !== 0) return readInnerEthernet(view, at, end, frame, packet)
  // Hardware addresses begin with 0 too: where no packet stands behind a control word, there was none.
  const { depth } = frame
  const behindWord = readInnerEthernet(view, at + 4, end, frame, packet)
  if (behindWord === PACKET) return PACKET
  frame.depth = depth
  return readInnerEthernet(view, at, end, frame, packet) === PACKET ? PACKET : behindWord
}
