/** Fields that are more than a value for a column: each has a rule that makes its code. */
import { indexOf } from '../../schema/index.ts'
import { IE, elementKey, type ElementKey } from '../registry/elements.ts'
import { columnName, isTaken, placeOf, type Emit, type Emitted } from './emit.ts'
import { TUNNELS } from './helpers.ts'
import { int, unsigned } from './source.ts'

const ICMP_TYPE = indexOf('icmp_type')
const ICMP_CODE = indexOf('icmp_code')
const FORWARDING = indexOf('forwarding_status')
const MPLS_DEPTH = indexOf('mpls_depth')
const ROUTE_DISTINGUISHER = indexOf('route_distinguisher')
const IN_ACL = indexOf('in_acl')
const OUT_ACL = indexOf('out_acl')
const TCP_FLAGS = indexOf('tcp_flags')
const TUNNEL_ID = indexOf('tunnel_id')

const CISCO = 9
const YAF = 6871
const JUNIPER = 2636

/** The condition that a column of one number has no value, or `true` where nothing wrote it yet. */
const unset = (out: Emitted, column: number): string => (isTaken(out, column) ? `${columnName(column)}[r]===0` : 'true')

/** ICMP type × 256 + code in one field of two bytes. */
const icmpTypeCode: Emit = ({ out, at, length }) => {
  if (length !== 2) return false
  const free = `${unset(out, ICMP_TYPE)}&&${unset(out, ICMP_CODE)}`
  out.columns.add(ICMP_TYPE).add(ICMP_CODE)
  out.body.push(`{const t=v.getUint16(${at});if(t!==0&&${free}){${columnName(ICMP_TYPE)}[r]=t>>>8;${columnName(ICMP_CODE)}[r]=t}}`)
  return true
}

/**
 * 20 bits of label, 3 of class, 1 that ends the stack (RFC 3032 §2.1). A field that is all zero holds no label: devices send the
 * fields of labels the packet did not have as zero. The deepest one tells the depth where element 202 does not.
 */
const mplsLabel =
  (depth: number): Emit =>
  ({ out, mapping, element, at, length }) => {
    if (length !== 3) return true
    const filled = mapping.filledBy.get(element)
    const free = filled === undefined ? '' : `if(${unset(out, filled.column)})${columnName(filled.column)}[r]=t>>>4;`
    if (filled !== undefined) out.columns.add(filled.column)
    out.columns.add(MPLS_DEPTH)
    const d = columnName(MPLS_DEPTH)
    out.body.push(`{const t=${unsigned(at, 3).low};if(t!==0){${free}if(${d}[r]<${int(depth)})${d}[r]=${int(depth)}}}`)
    return true
  }

/** One byte of status; longer encodings carry it in the last (RFC 7270 §4.12). A drop's reason is told in words too. */
const forwardingStatus: Emit = ({ out, at, length }) => {
  if (length === null || length < 1 || length > 8) return false
  const free = unset(out, FORWARDING)
  out.columns.add(FORWARDING)
  out.body.push(`{const t=v.getUint8(${at}+${int(length - 1)});if(t!==0&&${free}){${columnName(FORWARDING)}[r]=t;if((t&192)===128)dropped(b,r,t)}}`)
  return true
}

/** Juniper's common properties: 6 bits tell which, 10 bits or more are the value; 2 is the exception code (Junos Resiliency Interface). */
const juniperProperty: Emit = ({ out, at, length }) => {
  if (length === 2) out.body.push(`{const t=v.getUint16(${at});if((t>>>10)===2&&(t&1023)!==0)exception(b,r,t&1023)}`)
  return true
}

/** A field whose bytes one of the helpers prints. */
const printed =
  (column: number, print: 'acl' | 'distinguisher'): Emit =>
  ({ out, at, bytes }) => {
    const free = unset(out, column)
    out.columns.add(column)
    out.body.push(`if(${free}){const t=${print}(v,${at},${bytes});if(t!=='')${columnName(column)}[r]=b.code(${int(column)},t)}`)
    return true
  }

/** Cisco's layer2SegmentId: the first of 8 bytes tells the encapsulation, the last three the segment. */
const layer2Segment: Emit = ({ out, at, length }) => {
  if (length !== 8) return false
  const free = unset(out, TUNNEL_ID)
  out.columns.add(TUNNEL_ID)
  const id = unsigned(`${at}+5`, 3).low
  out.body.push(`{const t=${id};if(t!==0&&${free}){${columnName(TUNNEL_ID)}[r]=t;const h=v.getUint8(${at});if(h<3)tunnel(b,r,h)}}`)
  return true
}

/** A tunnel id whose element tells what kind of tunnel it is of; the id itself goes the common way. */
const tunnelOf =
  (name: 'gre' | 'gtp'): Emit =>
  ({ out, mapping, element, at, length }) => {
    if (length === null || length < 1 || length > 4 || mapping.filledBy.get(element)?.column !== TUNNEL_ID) return false
    out.body.push(`if(${unsigned(at, length).low}!==0)tunnel(b,r,${int(TUNNELS.indexOf(name))});`)
    return false
  }

/** YAF tells the flags of the first packet and of all others apart; the flow's are both. */
const moreTcpFlags: Emit = ({ out, at, length }) => {
  if (length === null || length < 1 || length > 2) return false
  out.columns.add(TCP_FLAGS)
  out.body.push(`${columnName(TCP_FLAGS)}[r]|=${unsigned(at, length).low};`)
  return true
}

/** What a record tells of the frame it carries, kept until the frame is read. */
const ofFrame =
  (property: 'frameBytes' | 'linkType'): Emit =>
  ({ out, at, length }) => {
    if (length !== null && length >= 1 && length <= 4) out.body.push(`x.${property}=${unsigned(at, length).low};`)
    return true
  }

/** Fields that are read when the record is whole, since they fill what the others leave empty. */
const frame: Emit = site => {
  site.out.tail.push(`sampled(${int(site.element)},v,${placeOf(site)},${site.bytes},b,r,x);`)
  return true
}

const listOf =
  (kind: number): Emit =>
  site => {
    site.out.tail.push(`list(${int(kind)},v,${placeOf(site)},${site.bytes},b,r,x);`)
    return true
  }

/** A list that goes before the other lists of its record: of two routes the destination's is kept. */
const firstListOf =
  (kind: number): Emit =>
  site => {
    site.out.tail.unshift(`list(${int(kind)},v,${placeOf(site)},${site.bytes},b,r,x);`)
    return true
  }

/** The address of another exporter; the one told by the original exporter's elements is the last to be written. */
const exporterAt =
  (original: boolean): Emit =>
  site => {
    if (site.out.fill) return true
    const statement = `relay(v,${placeOf(site)},${site.bytes},b,r,x);`
    if (original) site.out.tail.push(statement)
    else site.out.tail.unshift(statement)
    return true
  }

const extractedText: Emit = ({ out, at, bytes }) => {
  out.body.push(`extracted(v,${at},${bytes},b,r);`)
  return true
}

/** Properties that records share fill what the record has no value for, when it is whole (RFC 5473). */
const sharedProperties: Emit = site => {
  if (site.length === null || site.length < 1 || site.length > 8 || site.out.fill) return true
  const { low, high } = unsigned(placeOf(site), site.length)
  site.out.tail.push(`shared(${low},${high},b,r,x);`)
  return true
}

const labels = Array.from({ length: IE.mplsLastLabel - IE.mplsTopLabel + 1 }, (_, index) => [IE.mplsTopLabel + index, mplsLabel(index + 1)] as const)

/** Rules by element. */
export const SPECIAL: ReadonlyMap<ElementKey, Emit> = new Map<ElementKey, Emit>([
  [IE.icmpTypeCodeIPv4, icmpTypeCode],
  [IE.icmpTypeCodeIPv6, icmpTypeCode],
  ...labels,
  [IE.forwardingStatus, forwardingStatus],
  [IE.mplsVpnRouteDistinguisher, printed(ROUTE_DISTINGUISHER, 'distinguisher')],
  [elementKey(CISCO, 232), printed(IN_ACL, 'acl')],
  [elementKey(CISCO, 233), printed(OUT_ACL, 'acl')],
  [elementKey(CISCO, 12_235), extractedText],
  [elementKey(JUNIPER, 137), juniperProperty],
  [elementKey(YAF, 14), moreTcpFlags],
  [elementKey(YAF, 15), moreTcpFlags],
  [IE.commonPropertiesId, sharedProperties],
  [IE.layer2SegmentId, layer2Segment],
  [IE.greKey, tunnelOf('gre')],
  [IE.gtpuTEid, tunnelOf('gtp')],
  [IE.dataLinkFrameSize, ofFrame('frameBytes')],
  [IE.dataLinkFrameType, ofFrame('linkType')],
  [IE.layer2PacketSectionData, frame],
  [IE.ipHeaderPacketSection, frame],
  [IE.dataLinkFrameSection, frame],
  [IE.mplsLabelStackSection, frame],
  [IE.exporterIPv4Address, exporterAt(false)],
  [IE.exporterIPv6Address, exporterAt(false)],
  [IE.originalExporterIPv4Address, exporterAt(true)],
  [IE.originalExporterIPv6Address, exporterAt(true)],
  [IE.basicList, listOf(IE.basicList)],
  [IE.subTemplateList, listOf(IE.subTemplateList)],
  [IE.subTemplateMultiList, listOf(IE.subTemplateMultiList)],
  [IE.bgpDestinationCommunityList, firstListOf(IE.basicList)],
  [IE.bgpDestinationLargeCommunityList, firstListOf(IE.basicList)],
  [IE.bgpSourceCommunityList, listOf(IE.basicList)],
  [IE.bgpSourceLargeCommunityList, listOf(IE.basicList)],
])
