/** A frame, a packet or a label stack read into a struct. */
import { PACKET, clearFrame, type Frame } from './frame.ts'
import { readLabels, readLink } from './link.ts'
import { readPacket } from './network.ts'
import { readTunnels } from './tunnels.ts'

/** Reads a frame of this link type (tcpdump LINKTYPE_). True when an IP packet was found; what the link told is kept in any case. */
export function readFrame(view: DataView, start: number, end: number, linkType: number, frame: Frame): boolean {
  clearFrame(frame)
  if (readLink(view, start, end, linkType, frame, frame.outer) !== PACKET) return false
  readTunnels(view, frame)
  return true
}

/** Reads an IP packet. */
export function readNetworkPacket(view: DataView, start: number, end: number, frame: Frame): boolean {
  clearFrame(frame)
  if (!readPacket(view, start, end, frame.outer)) return false
  frame.network = start
  readTunnels(view, frame)
  return true
}

/** Reads an MPLS label stack and what lies below it. */
export function readMplsStack(view: DataView, start: number, end: number, frame: Frame): boolean {
  clearFrame(frame)
  frame.network = start
  if (readLabels(view, start, end, frame, frame.outer) !== PACKET) return false
  readTunnels(view, frame)
  return true
}
