/** What the headers of a frame say, in the columns of a row: the outer packet as the flow, the innermost one beside it. */
import type { Frame, Packet } from '../packet/index.ts'
import { indexOf, type FlowBatch } from '../schema/index.ts'
import { put, putAddress, putMac } from './put.ts'

const SRC_MAC = indexOf('src_mac')
const DST_MAC = indexOf('dst_mac')
const ETHER_TYPE = indexOf('ether_type')
const VLAN = indexOf('vlan')
const VLAN_PRIORITY = indexOf('vlan_priority')
const INNER_VLAN = indexOf('inner_vlan')
/** From the top of the stack. */
export const MPLS_LABELS = (['mpls_label_1', 'mpls_label_2', 'mpls_label_3', 'mpls_label_4', 'mpls_label_5', 'mpls_label_6'] as const).map(indexOf)
export const MPLS_DEPTH = indexOf('mpls_depth')
const SRC = indexOf('src')
const DST = indexOf('dst')
const PROTO = indexOf('proto')
const SRC_PORT = indexOf('src_port')
const DST_PORT = indexOf('dst_port')
const ICMP_TYPE = indexOf('icmp_type')
const ICMP_CODE = indexOf('icmp_code')
const TCP_FLAGS = indexOf('tcp_flags')
const TOS = indexOf('tos')
const MIN_TTL = indexOf('min_ttl')
const MAX_TTL = indexOf('max_ttl')
const FLOW_LABEL = indexOf('flow_label')
const TUNNEL_TYPE = indexOf('tunnel_type')
const TUNNEL_ID = indexOf('tunnel_id')
const INNER_SRC = indexOf('inner_src')
const INNER_DST = indexOf('inner_dst')
const INNER_PROTO = indexOf('inner_proto')
const INNER_SRC_PORT = indexOf('inner_src_port')
const INNER_DST_PORT = indexOf('inner_dst_port')

const TCP = 6
const ICMP = 1
const ICMPV6 = 58

/**
 * Writes what was read from `view` into `frame`. Counters are the caller's: what a frame stands for depends on who sampled it.
 * Values the frame does not have leave their columns alone.
 */
export function writeFrame(view: DataView, frame: Frame, batch: FlowBatch, row: number): void {
  if (frame.dstMac >= 0) putMac(view, frame.dstMac, batch, DST_MAC, row)
  if (frame.srcMac >= 0) putMac(view, frame.srcMac, batch, SRC_MAC, row)
  if (frame.etherType !== 0) put(batch, ETHER_TYPE, row, frame.etherType)
  if (frame.tags > 0) writeTags(frame, batch, row)
  if (frame.mplsDepth > 0) writeLabels(frame, batch, row)
  if (frame.outer.version !== 0) writePacket(view, frame.outer, frame.outer.version, batch, row)
  if (frame.tunnel !== '') writeTunnel(view, frame, batch, row)
}

function writeTags(frame: Frame, batch: FlowBatch, row: number): void {
  put(batch, VLAN, row, frame.vlan)
  put(batch, VLAN_PRIORITY, row, frame.vlanPriority)
  if (frame.tags > 1) put(batch, INNER_VLAN, row, frame.innerVlan)
}

function writeLabels(frame: Frame, batch: FlowBatch, row: number): void {
  for (let index = 0; index < frame.mplsDepth && index < MPLS_LABELS.length; index++) put(batch, MPLS_LABELS[index]!, row, frame.mplsLabels[index]!)
  put(batch, MPLS_DEPTH, row, frame.mplsDepth)
}

function writePacket(view: DataView, packet: Packet, version: 4 | 6, batch: FlowBatch, row: number): void {
  putAddress(view, packet.src, version, batch, SRC, row)
  putAddress(view, packet.dst, version, batch, DST, row)
  put(batch, PROTO, row, packet.proto)
  put(batch, TOS, row, packet.tos)
  put(batch, MIN_TTL, row, packet.ttl)
  put(batch, MAX_TTL, row, packet.ttl)
  if (packet.flowLabel !== 0) put(batch, FLOW_LABEL, row, packet.flowLabel)
  if ((packet.srcPort | packet.dstPort) !== 0) {
    put(batch, SRC_PORT, row, packet.srcPort)
    put(batch, DST_PORT, row, packet.dstPort)
  }
  if (packet.proto === TCP) put(batch, TCP_FLAGS, row, packet.tcpFlags)
  else if (packet.proto === ICMP || packet.proto === ICMPV6) {
    put(batch, ICMP_TYPE, row, packet.icmpType)
    put(batch, ICMP_CODE, row, packet.icmpCode)
  }
}

function writeTunnel(view: DataView, frame: Frame, batch: FlowBatch, row: number): void {
  put(batch, TUNNEL_TYPE, row, batch.code(TUNNEL_TYPE, frame.tunnel))
  put(batch, TUNNEL_ID, row, frame.tunnelId)
  const { inner } = frame
  if (inner.version === 0) return
  putAddress(view, inner.src, inner.version, batch, INNER_SRC, row)
  putAddress(view, inner.dst, inner.version, batch, INNER_DST, row)
  put(batch, INNER_PROTO, row, inner.proto)
  if ((inner.srcPort | inner.dstPort) === 0) return
  put(batch, INNER_SRC_PORT, row, inner.srcPort)
  put(batch, INNER_DST_PORT, row, inner.dstPort)
}
