/**
 * Records of a flow sample beside its packet header, each into the columns it has values for (sFlow Version 5 §5.3 and 5.4, and the
 * structures sflow.org lists beside it). A record whose bytes do not hold what its format says is left out whole.
 */
import { indexOf } from '../../schema/index.ts'
import { MPLS_DEPTH, MPLS_LABELS } from '../frame-row.ts'
import { put, putAddress, putMac } from '../put.ts'
import { APPLICATION_RECORDS } from './application-records.ts'
import type { ReadRecord, Sample } from './sample.ts'
import { behindAddress, behindBytes, putText, putTold, textAt } from './xdr.ts'

const SRC = indexOf('src')
const DST = indexOf('dst')
const PROTO = indexOf('proto')
const SRC_PORT = indexOf('src_port')
const DST_PORT = indexOf('dst_port')
const TCP_FLAGS = indexOf('tcp_flags')
const TOS = indexOf('tos')
const SRC_MAC = indexOf('src_mac')
const DST_MAC = indexOf('dst_mac')
const ETHER_TYPE = indexOf('ether_type')
const VLAN = indexOf('vlan')
const INNER_VLAN = indexOf('inner_vlan')
const VLAN_PRIORITY = indexOf('vlan_priority')
const POST_VLAN = indexOf('post_vlan')
const NEXT_HOP = indexOf('next_hop')
const SRC_MASK = indexOf('src_mask')
const DST_MASK = indexOf('dst_mask')
const BGP_NEXT_HOP = indexOf('bgp_next_hop')
const SRC_AS = indexOf('src_as')
const SRC_PEER_AS = indexOf('src_peer_as')
const DST_AS = indexOf('dst_as')
const DST_PEER_AS = indexOf('dst_peer_as')
const AS_PATH = indexOf('as_path')
const COMMUNITIES = indexOf('communities')
const LOCAL_PREF = indexOf('local_pref')
const NAT_SRC = indexOf('nat_src')
const NAT_DST = indexOf('nat_dst')
const NAT_SRC_PORT = indexOf('nat_src_port')
const NAT_DST_PORT = indexOf('nat_dst_port')
const SSID = indexOf('ssid')
const AP_MAC = indexOf('ap_mac')
const TUNNEL_TYPE = indexOf('tunnel_type')
const TUNNEL_ID = indexOf('tunnel_id')
const IN_ACL = indexOf('in_acl')
const OUT_ACL = indexOf('out_acl')
const DROP_REASON = indexOf('drop_reason')

/** Addresses and type, in front of what a frame carries. */
const ETHERNET_HEADER = 14
/** All ones: not known. */
const NOT_KNOWN = 0xffff_ffff

/** 0 length of the frame · 4 source · 12 destination (6 bytes of 8) · 20 EtherType. */
const ethernet: ReadRecord = (view, at, end, sample) => {
  if (at + 24 > end) return false
  if (sample.header) return true
  const { batch, row } = sample
  sample.frameBytes = view.getUint32(at)
  if (!sample.addresses) sample.ipBytes = Math.max(0, sample.frameBytes - ETHERNET_HEADER)
  putMac(view, at + 4, batch, SRC_MAC, row)
  putMac(view, at + 12, batch, DST_MAC, row)
  put(batch, ETHER_TYPE, row, view.getUint32(at + 20))
  return true
}

/** 0 length of the packet · 4 protocol · 8 source · destination · source port · destination port · TCP flags · ToS. */
function parsedIp(width: 4 | 16): ReadRecord {
  return (view, at, end, sample) => {
    const ports = at + 8 + 2 * width
    if (ports + 16 > end) return false
    if (sample.addresses) return true
    const { batch, row } = sample
    sample.addresses = true
    sample.ipBytes = view.getUint32(at)
    const version = width === 4 ? 4 : 6
    putAddress(view, at + 8, version, batch, SRC, row)
    putAddress(view, at + 8 + width, version, batch, DST, row)
    put(batch, PROTO, row, view.getUint32(at + 4))
    put(batch, SRC_PORT, row, view.getUint32(ports))
    put(batch, DST_PORT, row, view.getUint32(ports + 4))
    put(batch, TCP_FLAGS, row, view.getUint32(ports + 8))
    put(batch, TOS, row, view.getUint32(ports + 12))
    return true
  }
}

/** 0 VLAN in · 4 priority in · 8 VLAN out · 12 priority out. */
const extendedSwitch: ReadRecord = (view, at, end, { batch, row, tags }) => {
  if (at + 16 > end) return false
  const vlan = view.getUint32(at)
  const priority = view.getUint32(at + 4)
  const post = view.getUint32(at + 8)
  if (tags === 0) {
    if (vlan !== NOT_KNOWN) put(batch, VLAN, row, vlan)
    if (priority !== NOT_KNOWN) put(batch, VLAN_PRIORITY, row, priority)
  }
  if (post !== NOT_KNOWN) put(batch, POST_VLAN, row, post)
  return true
}

/** Next hop · lengths of the source's and the destination's prefix. */
const router: ReadRecord = (view, at, end, { batch, row }) => {
  const next = behindAddress(view, at, end)
  if (next < 0 || next + 8 > end) return false
  putTold(view, at, batch, NEXT_HOP, row)
  put(batch, SRC_MASK, row, view.getUint32(next))
  put(batch, DST_MASK, row, view.getUint32(next + 4))
  return true
}

/**
 * Next hop · own AS · AS of the source · AS the packet came from · path: segments of kind, count, AS numbers · communities · local
 * preference. The path's first AS is the neighbour, its last one the destination's.
 */
const gateway: ReadRecord = (view, at, end, { batch, row }, routes) => {
  const as = behindAddress(view, at, end)
  if (as < 0 || as + 16 > end) return false
  const segments = view.getUint32(as + 12)
  const path = as + 16
  let behind = path
  let first = 0
  let last = 0
  for (let segment = 0; segment < segments; segment++) {
    if (behind + 8 > end) return false
    const count = view.getUint32(behind + 4)
    behind += 8
    if (count > (end - behind) / 4) return false
    if (count > 0) {
      if (first === 0) first = view.getUint32(behind)
      last = view.getUint32(behind + (count - 1) * 4)
    }
    behind += count * 4
  }
  if (behind + 4 > end) return false
  const communities = view.getUint32(behind)
  const preference = behind + 4 + communities * 4
  if (preference + 4 > end) return false
  // One route a packet: the texts of a thousand in one sample would cost milliseconds.
  if ((batch.columns[AS_PATH]?.[row] ?? 0) !== 0) return true
  putTold(view, at, batch, BGP_NEXT_HOP, row)
  put(batch, SRC_AS, row, view.getUint32(as + 4))
  put(batch, SRC_PEER_AS, row, view.getUint32(as + 8))
  if (last !== 0) {
    put(batch, DST_PEER_AS, row, first)
    put(batch, DST_AS, row, last)
    put(batch, AS_PATH, row, batch.code(AS_PATH, routes.path(view, path, (behind - path) / 4, segments)))
  }
  if (communities > 0) put(batch, COMMUNITIES, row, batch.code(COMMUNITIES, routes.communities(view, behind + 4, communities)))
  put(batch, LOCAL_PREF, row, view.getUint32(preference))
  return true
}

/** Next hop · label stack in · label stack out, the top label first. What came in is told; what went out where nothing came in. */
const mpls: ReadRecord = (view, at, end, { batch, row }) => {
  const incoming = behindAddress(view, at, end)
  if (incoming < 0 || incoming + 4 > end) return false
  const pushed = incoming + 4 + view.getUint32(incoming) * 4
  if (pushed + 4 > end || pushed + 4 + view.getUint32(pushed) * 4 > end) return false
  putTold(view, at, batch, NEXT_HOP, row)
  const stack = view.getUint32(incoming) > 0 ? incoming : pushed
  const depth = view.getUint32(stack)
  for (let index = 0; index < Math.min(depth, MPLS_LABELS.length); index++) put(batch, MPLS_LABELS[index]!, row, view.getUint32(stack + 4 + index * 4) >>> 12)
  if (depth > 0) put(batch, MPLS_DEPTH, row, Math.min(depth, 255))
  return true
}

const nat: ReadRecord = (view, at, end, { batch, row }) => {
  const dst = behindAddress(view, at, end)
  if (dst < 0 || behindAddress(view, dst, end) < 0) return false
  putTold(view, at, batch, NAT_SRC, row)
  putTold(view, dst, batch, NAT_DST, row)
  return true
}

const natPorts: ReadRecord = (view, at, end, { batch, row }) => {
  if (at + 8 > end) return false
  put(batch, NAT_SRC_PORT, row, view.getUint32(at))
  put(batch, NAT_DST_PORT, row, view.getUint32(at + 4))
  return true
}

/** Tags the switch took off, the outermost first, each a protocol id and 16 bits of priority and VLAN. */
const vlanStack: ReadRecord = (view, at, end, { batch, row, tags }) => {
  if (at + 4 > end) return false
  const count = view.getUint32(at)
  if (count > (end - at - 4) / 4) return false
  if (count === 0) return true
  const outer = view.getUint32(at + 4)
  const vlan = batch.columns[VLAN]?.[row] ?? 0
  if (count > 1) put(batch, INNER_VLAN, row, view.getUint32(at + 8) & 0xfff)
  else if (tags > 0) put(batch, INNER_VLAN, row, vlan)
  put(batch, VLAN, row, outer & 0xfff)
  put(batch, VLAN_PRIORITY, row, (outer >>> 13) & 7)
  return true
}

/** SSID · BSSID, as a station receives (1014) and sends (1015). */
const wireless: ReadRecord = (view, at, end, { batch, row }) => {
  const bssid = behindBytes(view, at, end)
  if (bssid < 0 || bssid + 8 > end) return false
  putText(view, at, batch, SSID, row)
  putMac(view, bssid, batch, AP_MAC, row)
  return true
}

function tell(sample: Sample, tunnel: string, id: number): void {
  const { batch, row } = sample
  if ((batch.columns[TUNNEL_TYPE]?.[row] ?? 0) === 0) put(batch, TUNNEL_TYPE, row, batch.code(TUNNEL_TYPE, tunnel))
  if ((batch.columns[TUNNEL_ID]?.[row] ?? 0) === 0) put(batch, TUNNEL_ID, row, id)
}

/** The outer IP header of a tunnel, as parsed fields: the sampled packet is what it carries. */
function tunnel(width: 4 | 16): ReadRecord {
  const parsed = parsedIp(width)
  return (view, at, end, sample, routes) => {
    const ports = at + 8 + 2 * width
    if (ports + 16 > end) return false
    const proto = view.getUint32(at + 4)
    const port = view.getUint32(ports + 4)
    if (proto === 47) tell(sample, 'gre', 0)
    else if (proto === 4 || proto === 41) tell(sample, 'ipip', 0)
    else if (proto === 17 && (port === 4789 || port === 8472)) tell(sample, 'vxlan', 0)
    else if (proto === 17 && port === 6081) tell(sample, 'geneve', 0)
    else if (proto === 17 && port === 2152) tell(sample, 'gtp', 0)
    // Where nothing else tells addresses, the tunnel's ends are what is known.
    return sample.addresses || parsed(view, at, end, sample, routes)
  }
}

/** A network identifier; the structures of the tunnel tell its kind, VXLAN where none does. */
const vni: ReadRecord = (view, at, end, sample) => {
  if (at + 4 > end) return false
  tell(sample, 'vxlan', view.getUint32(at))
  return true
}

/** Name of the label switched path · its id · class. */
const mplsTunnel: ReadRecord = (view, at, end, sample) => {
  const id = behindBytes(view, at, end)
  if (id < 0 || id + 8 > end) return false
  tell(sample, 'mpls', view.getUint32(id))
  return true
}

/** Number · name · direction, 2 at egress. */
const acl: ReadRecord = (view, at, end, { batch, row }) => {
  const direction = behindBytes(view, at + 4, end)
  if (direction < 0 || direction + 4 > end) return false
  const column = view.getUint32(direction) === 2 ? OUT_ACL : IN_ACL
  put(batch, column, row, batch.code(column, textAt(view, at + 4) || String(view.getUint32(at))))
  return true
}

/** A kernel's own word for the reason is more exact than the code of the sample. */
const kernelReason: ReadRecord = (view, at, end, { batch, row }) => {
  if (behindBytes(view, at, end) < 0) return false
  putText(view, at, batch, DROP_REASON, row)
  return true
}

/** Group · name of a hardware trap. */
const trap: ReadRecord = (view, at, end, { batch, row }) => {
  const name = behindBytes(view, at, end)
  if (name < 0 || behindBytes(view, name, end) < 0) return false
  putText(view, name, batch, DROP_REASON, row)
  return true
}

/** Known, with nothing a column holds: its length is all that is read of it. */
const noColumn: ReadRecord = () => true

/** By format; all of enterprise 0. The packet header (1) is the sample's own. */
export const FLOW_RECORDS: ReadonlyMap<number, ReadRecord> = new Map<number, ReadRecord>([
  [2, ethernet],
  [3, parsedIp(4)],
  [4, parsedIp(16)],
  [1001, extendedSwitch],
  [1002, router],
  [1003, gateway],
  [1006, mpls],
  [1007, nat],
  [1008, mplsTunnel],
  [1012, vlanStack],
  [1014, wireless],
  [1015, wireless],
  [1020, natPorts],
  [1023, tunnel(4)],
  [1024, tunnel(4)],
  [1025, tunnel(16)],
  [1026, tunnel(16)],
  [1029, vni],
  [1030, vni],
  [1037, acl],
  [1041, trap],
  [1042, kernelReason],
  ...APPLICATION_RECORDS,
  // Virtual circuits, FECs, 802.11 payload and aggregation, Ethernet tunnels, decapsulation, queues, functions, delays, proxies.
  ...[1009, 1010, 1011, 1013, 1016, 1021, 1022, 1027, 1028, 1036, 1038, 1039, 1040, 2102, 2103].map(format => [format, noColumn] as const),
])
