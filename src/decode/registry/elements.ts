/** Information elements as numbers, and how a NetFlow v9 type maps to one. */
import type { ElementRef } from '../../schema/index.ts'

/** An element as one number: enterprise × 65,536 + id. NetFlow v9 types become elements by `elementOfV9`. */
export type ElementKey = number

export const elementKey = (enterprise: number, id: number): ElementKey => enterprise * 65_536 + id

const NPROBE = 35_632
const CISCO = 9

/**
 * The element a NetFlow v9 type stands for. Types below 32,768 have the IANA meaning. nProbe's base is 57,472; Cisco's
 * types are 32,768 + its enterprise id. Two vendors without a rule keep their own space under enterprise 0
 * (PROTOCOLS §11, conversions and collisions).
 */
export function elementOfV9(type: number): ElementKey {
  if (type < 32_768) return type
  if (type >= 57_472 && type <= 58_509) return elementKey(NPROBE, type - 57_472)
  if (type === 56_701 || type === 56_702 || (type >= 51_108 && type <= 51_110)) return type
  return elementKey(CISCO, type - 32_768)
}

/** The type of NetFlow v9 that `elementOfV9` turns into this element; null where there is none. */
export function v9TypeOf(key: ElementKey): number | null {
  const enterprise = Math.floor(key / 65_536)
  const id = key % 65_536
  const type = enterprise === NPROBE ? 57_472 + id : enterprise === CISCO ? 32_768 + id : enterprise === 0 ? id : -1
  return type >= 0 && type < 65_536 && elementOfV9(type) === key ? type : null
}

/** The element a single reference names: `8`, `9/1232` or `v9:34000`. */
export function keyOf(ref: ElementRef): ElementKey {
  if (typeof ref === 'number') return ref
  if (ref.startsWith('v9:')) return elementOfV9(Number(ref.slice(3)))
  const [enterprise = '0', id = '0'] = ref.split('/')
  return elementKey(Number(enterprise), Number(id))
}

/** Elements the decoder treats by rules of its own, by their IANA numbers (RFC 5102 and its registry). */
export const IE = {
  octetDeltaCount: 1,
  sourceIPv4Address: 8,
  destinationIPv4Address: 12,
  packetDeltaCount: 2,
  protocolIdentifier: 4,
  flowEndSysUpTime: 21,
  flowStartSysUpTime: 22,
  icmpTypeCodeIPv4: 32,
  samplingInterval: 34,
  samplerId: 48,
  samplerRandomInterval: 50,
  mplsTopLabel: 70,
  mplsLastLabel: 79,
  interfaceName: 82,
  interfaceDescription: 83,
  samplerName: 84,
  commonPropertiesId: 137,
  icmpTypeCodeIPv6: 139,
  flowStartSeconds: 150,
  flowEndSeconds: 151,
  flowStartMilliseconds: 152,
  flowEndMilliseconds: 153,
  flowStartMicroseconds: 154,
  flowEndMicroseconds: 155,
  flowStartNanoseconds: 156,
  flowEndNanoseconds: 157,
  flowStartDeltaMicroseconds: 158,
  flowEndDeltaMicroseconds: 159,
  systemInitTimeMilliseconds: 160,
  flowDurationMilliseconds: 161,
  flowDurationMicroseconds: 162,
  selectorId: 302,
  samplingPacketInterval: 305,
  samplingPacketSpace: 306,
  samplingTimeInterval: 307,
  samplingTimeSpace: 308,
  samplingSize: 309,
  samplingPopulation: 310,
  samplingProbability: 311,
  observationTimeSeconds: 322,
  observationTimeMilliseconds: 323,
  observationTimeMicroseconds: 324,
  observationTimeNanoseconds: 325,
  ingressInterface: 10,
  egressInterface: 14,
  bgpSourceAsNumber: 16,
  bgpDestinationAsNumber: 17,
  postOctetDeltaCount: 23,
  postPacketDeltaCount: 24,
  octetTotalCount: 85,
  packetTotalCount: 86,
  forwardingStatus: 89,
  mplsVpnRouteDistinguisher: 90,
  layer2PacketSectionData: 104,
  exporterIPv4Address: 130,
  exporterIPv6Address: 131,
  flowId: 148,
  mplsLabelStackDepth: 202,
  responderOctets: 232,
  firewallEvent: 233,
  basicList: 291,
  subTemplateList: 292,
  subTemplateMultiList: 293,
  greKey: 296,
  dataLinkFrameSize: 312,
  ipHeaderPacketSection: 313,
  dataLinkFrameSection: 315,
  mplsLabelStackSection: 316,
  layer2SegmentId: 351,
  originalExporterIPv4Address: 403,
  originalExporterIPv6Address: 404,
  dataLinkFrameType: 408,
  bgpCommunity: 483,
  bgpSourceCommunityList: 484,
  bgpDestinationCommunityList: 485,
  bgpLargeCommunity: 489,
  bgpSourceLargeCommunityList: 490,
  bgpDestinationLargeCommunityList: 491,
  gtpuTEid: 507,
} as const
