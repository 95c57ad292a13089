/** Frames as a switch would sample them: Ethernet, a VLAN tag where wanted, IPv4 or IPv6, TCP, UDP, ICMP or another protocol. */
import { S, type Flow } from './flow.ts'
import { writeNumber } from './template.ts'

const ETHERNET = 14
const TAG = 4
const IPV4 = 20
const IPV6 = 40
/** Frame check sequence: counted in the frame's length, never in the sampled header. */
export const FCS = 4

/**
 * Writes the first bytes of one packet of this flow and returns the length of the whole frame, FCS included. The packet is as long
 * as the flow's packets are on average. At most `most` bytes are written, at least 78 so that all headers fit; `bytes` has room for them.
 */
export function writeFrame(flow: Flow, bytes: Uint8Array, view: DataView, start: number, most: number, tagged: boolean): number {
  const v6 = flow[S.ipVersion] === 6
  const proto = flow[S.proto]!
  const transport = proto === 6 ? 20 : 8
  const least = (v6 ? IPV6 : IPV4) + transport
  // Total length at layer 3.
  const packet = Math.max(least, Math.min(9000, Math.round(flow[S.octets]! / Math.max(1, flow[S.packets]!))))
  const l3 = ETHERNET + (tagged ? TAG : 0)
  const frame = Math.max(60, l3 + packet) + FCS
  const end = start + Math.min(most, frame - FCS)
  bytes.fill(0, start, end)

  writeNumber(view, start, 6, flow[S.dstMac]!)
  writeNumber(view, start + 6, 6, flow[S.srcMac]!)
  if (tagged) {
    view.setUint16(start + 12, 0x8100)
    view.setUint16(start + 14, flow[S.vlan]!)
  }
  view.setUint16(start + l3 - 2, v6 ? 0x86dd : 0x0800)

  const ip = start + l3
  const l4 = ip + (v6 ? IPV6 : IPV4)
  if (v6) {
    view.setUint32(ip, ((6 << 28) | (flow[S.tos]! << 20) | flow[S.flowLabel]!) >>> 0)
    view.setUint16(ip + 4, packet - IPV6)
    view.setUint8(ip + 6, proto)
    view.setUint8(ip + 7, flow[S.maxTtl]!)
    for (let i = 0; i < 4; i++) {
      view.setUint32(ip + 8 + i * 4, flow[S.src0 + i]!)
      view.setUint32(ip + 24 + i * 4, flow[S.dst0 + i]!)
    }
  } else {
    view.setUint8(ip, 0x45)
    view.setUint8(ip + 1, flow[S.tos]!)
    view.setUint16(ip + 2, packet)
    view.setUint16(ip + 4, flow[S.connection]!) // identification
    view.setUint16(ip + 6, 0x4000) // do not fragment
    view.setUint8(ip + 8, flow[S.maxTtl]!)
    view.setUint8(ip + 9, proto)
    view.setUint32(ip + 12, flow[S.src3]!)
    view.setUint32(ip + 16, flow[S.dst3]!)
    view.setUint16(ip + 10, checksum(view, ip, IPV4))
  }
  switch (proto) {
    case 6:
      view.setUint16(l4, flow[S.srcPort]!)
      view.setUint16(l4 + 2, flow[S.dstPort]!)
      view.setUint32(l4 + 4, flow[S.connection]!)
      view.setUint8(l4 + 12, 5 << 4)
      view.setUint8(l4 + 13, flow[S.tcpFlags]!)
      view.setUint16(l4 + 14, 0xfaf0)
      break
    case 17:
      view.setUint16(l4, flow[S.srcPort]!)
      view.setUint16(l4 + 2, flow[S.dstPort]!)
      view.setUint16(l4 + 4, packet - (l4 - ip))
      break
    case 1:
    case 58:
      view.setUint16(l4, flow[S.icmp]!) // type and code
      break
    default:
  }
  return frame
}

/** The Internet checksum (RFC 1071) of a header whose checksum field is zero. */
function checksum(view: DataView, start: number, length: number): number {
  let sum = 0
  for (let at = start; at < start + length; at += 2) sum += view.getUint16(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
