/** What the headers of a frame say. One struct is read into again and again: nothing is allocated for a frame. */

/** Kinds of tunnels, as they stand in `tunnel_type`. */
export type Tunnel = '' | 'gre' | 'nvgre' | 'pptp' | 'erspan' | 'ipip' | 'vxlan' | 'geneve' | 'gtp'

/** An IP packet. Offsets are of the view it was read from. */
export interface Packet {
  /** 4 or 6; 0 while there is none, and then nothing else here holds. */
  version: 0 | 4 | 6
  at: number
  /** Where it ends: by its own length, or where the bytes do. */
  end: number
  /** Bytes with all headers as the IP header tells them; 0 where it tells none (jumbograms, segmentation offload). */
  length: number
  /** Where the addresses lie, 4 or 16 bytes. */
  src: number
  dst: number
  /** The protocol above IP; with IPv6 what stands in the last extension header. */
  proto: number
  ttl: number
  /** Type of service or traffic class. */
  tos: number
  flowLabel: number
  /** Bytes of payload in front of this fragment. */
  fragmentOffset: number
  moreFragments: boolean
  fragmentId: number
  /** Where the headers of IP end. */
  payload: number
  /** 0 where there are none: other protocols, later fragments, headers cut short. */
  srcPort: number
  dstPort: number
  tcpFlags: number
  icmpType: number
  icmpCode: number
}

/** Most labels of an MPLS stack that are kept. */
export const MPLS_LABELS = 6

export interface Frame {
  /** Where hardware addresses lie, 6 bytes; -1 where there are none. */
  srcMac: number
  dstMac: number
  /** EtherType behind all VLAN tags; 0 where the link has none. */
  etherType: number
  /** VLAN tags, and what the first two say. */
  tags: number
  vlan: number
  vlanPriority: number
  innerVlan: number
  /** Labels of the MPLS stack, and the first ones from the top; the class is the top one's. */
  mplsDepth: number
  mplsClass: number
  readonly mplsLabels: Uint32Array
  /** Where the header of the link and its tags ends; -1 when the bytes end before. */
  network: number
  outer: Packet
  /** The outermost tunnel, and its id: GRE key, call, session, VNI or TEID. */
  tunnel: Tunnel
  tunnelId: number
  /** The innermost packet within tunnels. */
  inner: Packet
  /** Set when a tunnel was found and what it carries is cut or no packet. */
  badInner: boolean
  /** Headers entered below the outer packet; no more than `MAX_DEPTH`. */
  depth: number
  /** Where a packet is read into before it takes the place of `inner`. */
  spare: Packet
}

/** Most packets within packets that are followed (RELIABILITY §3.1). */
export const MAX_DEPTH = 4

/** What reading of headers ended with: an IP packet, something that is none, or bytes that are not what they were said to be. */
export const PACKET = 1
export const OTHER = 0
export const BAD = -1
export type Outcome = typeof PACKET | typeof OTHER | typeof BAD

/** A packet to read into. */
export function createPacket(): Packet {
  return {
    version: 0,
    at: 0,
    end: 0,
    length: 0,
    src: 0,
    dst: 0,
    proto: 0,
    ttl: 0,
    tos: 0,
    flowLabel: 0,
    fragmentOffset: 0,
    moreFragments: false,
    fragmentId: 0,
    payload: 0,
    srcPort: 0,
    dstPort: 0,
    tcpFlags: 0,
    icmpType: 0,
    icmpCode: 0,
  }
}

/** A frame to read into. */
export function createFrame(): Frame {
  return {
    srcMac: -1,
    dstMac: -1,
    etherType: 0,
    tags: 0,
    vlan: 0,
    vlanPriority: 0,
    innerVlan: 0,
    mplsDepth: 0,
    mplsClass: 0,
    mplsLabels: new Uint32Array(MPLS_LABELS),
    network: -1,
    outer: createPacket(),
    tunnel: '',
    tunnelId: 0,
    inner: createPacket(),
    badInner: false,
    depth: 0,
    spare: createPacket(),
  }
}

/** Forgets what was read before. */
export function clearFrame(frame: Frame): void {
  frame.srcMac = frame.dstMac = frame.network = -1
  frame.etherType = frame.tags = frame.vlan = frame.vlanPriority = frame.innerVlan = 0
  frame.mplsDepth = frame.mplsClass = 0
  frame.outer.version = frame.inner.version = 0
  frame.tunnel = ''
  frame.tunnelId = frame.depth = 0
  frame.badInner = false
}
