/**
 * The columns of a flow, declared once: one line a column. The type of a row, the decoders' maps, the tables and their
 * migrations, the filter's fields, the API's schema, the CSV header and the docs derive from this list (DESIGN §3).
 */
import type { Kind } from './kinds.ts'

export const GROUPS = [
  'time', 'exporter', 'interfaces', 'addresses', 'transport', 'counters', 'routing', 'application', 'quality',
  'layer 2', 'tunnel', 'translation', 'identity', 'custom', 'bookkeeping',
] as const
export type Group = (typeof GROUPS)[number]

/**
 * Groups of quality values. A bit a group in the column `measured` tells whether the values of that group were measured in a
 * row: zero never stands for "unknown". The order is stored data: append only.
 */
export const MEASURED_GROUPS = [
  'rtt_client', 'rtt_server', 'app_latency', 'retransmitted', 'out_of_order', 'lost', 'flag_counts', 'zero_window',
  'jitter', 'loss', 'mos', 'rtt', 'response_time', 'transaction_time', 'retransmitted_bytes', 'r_factor',
  'rtp_payload_type',
] as const
export type MeasuredGroup = (typeof MEASURED_GROUPS)[number]

/** An information element: `n` is IPFIX element n of IANA (and NetFlow v9 type n below 32768); `pen/n` an enterprise's; `v9:n` a type of NetFlow v9. */
type Element = `${number}` | `${number}/${number}` | `v9:${number}`

/**
 * What fills a column: an element, or a formula of several: a factor (`'2 * 35632/123'`), a sum (`'35632/109 + 35632/110'`), a quotient
 * (`'9/9316 per 9/9282'`). Units of time need no factor: they lead from the element's, which the registry knows, to the column's.
 */
export type ElementRef = number | Element | `${number} * ${Element}` | `${Element | `${number} * ${Element}`} + ${string}` | `${string} per ${Element}`

export interface Column {
  /** snake_case; the same in SQL, JSON, filter, CSV and docs. */
  readonly name: string
  readonly kind: Kind
  readonly group: Group
  /** A metric is summed or averaged, a dimension is grouped by. */
  readonly role: 'dimension' | 'metric'
  readonly unit?: 'bytes' | 'packets' | 'flows' | 'bit/s' | 'packets/s' | 'µs' | 'ms' | '%'
  /** Elements that fill it, the preferred one first. */
  readonly elements?: readonly ElementRef[]
  /** What fills it when no element does. */
  readonly origin?: 'receiver' | 'header' | 'options' | 'enrichment' | 'packets' | 'computed'
  /** Set for quality values: the bit of `measured` that guards it. */
  readonly measured?: MeasuredGroup
  readonly label: string
  readonly doc: string
  /** Former names; a filter or link with one still opens. */
  readonly formerly?: readonly string[]
}

const declare = <const T extends readonly Column[]>(columns: T): T => columns

export const COLUMNS = declare([
  // time
  { name: 'received_at', kind: 'time', group: 'time', role: 'dimension', origin: 'receiver', label: 'Received', doc: 'When FlowLens received the datagram.' },
  { name: 'start_at', kind: 'time', group: 'time', role: 'dimension', elements: [152, 150, 154, 156, 158, 22, 323, 324, 325, 322], origin: 'header', label: 'Start', doc: 'When the first packet of the flow was seen, by the exporter’s clock; the time of reception where the exporter tells none.' },
  { name: 'end_at', kind: 'time', group: 'time', role: 'dimension', elements: [153, 151, 155, 157, 159, 21], origin: 'header', label: 'End', doc: 'When the last packet of the flow was seen, by the exporter’s clock.' },
  { name: 'duration', kind: 'duration', group: 'time', role: 'metric', unit: 'µs', origin: 'computed', label: 'Duration', doc: 'From the first to the last packet.' },

  // exporter
  { name: 'exporter', kind: 'ip', group: 'exporter', role: 'dimension', origin: 'receiver', label: 'Exporter', doc: 'Address of the device that sent the flow.' },
  { name: 'domain', kind: 'id', group: 'exporter', role: 'dimension', origin: 'header', label: 'Observation domain', doc: 'IPFIX observation domain, NetFlow v9 source id, v5 engine type × 256 + id, sFlow sub-agent.' },
  { name: 'export_protocol', kind: 'text', group: 'exporter', role: 'dimension', origin: 'receiver', label: 'Export protocol', doc: 'netflow1, netflow5, netflow7, netflow9, ipfix or sflow.' },
  { name: 'sampler', kind: 'id', group: 'exporter', role: 'dimension', elements: [302, 48], label: 'Sampler', doc: 'Sampler or selector id the record names.' },
  { name: 'sampling_rate', kind: 'id', group: 'exporter', role: 'dimension', elements: [34, 50, '305 + 306 per 305', '310 per 309', '318 per 319'], origin: 'options', label: 'Sampling rate', doc: 'One packet in this many was seen; 0 where nothing is known, which counts as 1.' },
  { name: 'sampling_source', kind: 'text', group: 'exporter', role: 'dimension', origin: 'options', label: 'Sampling known from', doc: 'Where the sampling rate came from: record, options, options_of_other_domain, header or config; empty where nothing told it.' },
  { name: 'exporter_name', kind: 'text', group: 'exporter', role: 'dimension', origin: 'enrichment', label: 'Exporter name', doc: 'Name the configuration gives the exporter (exporters.name).' },
  { name: 'exporter_group', kind: 'text', group: 'exporter', role: 'dimension', origin: 'enrichment', label: 'Exporter group', doc: 'Group of the exporter (exporters.group).' },
  { name: 'exporter_role', kind: 'text', group: 'exporter', role: 'dimension', origin: 'enrichment', label: 'Exporter role', doc: 'What the exporter is for: edge, core, access … (exporters.role).' },
  { name: 'exporter_site', kind: 'text', group: 'exporter', role: 'dimension', origin: 'enrichment', label: 'Exporter site', doc: 'Where the exporter stands (exporters.site).' },
  { name: 'exporter_region', kind: 'text', group: 'exporter', role: 'dimension', origin: 'enrichment', label: 'Exporter region', doc: 'Region of its site (exporters.region).' },
  { name: 'exporter_tenant', kind: 'text', group: 'exporter', role: 'dimension', origin: 'enrichment', label: 'Exporter tenant', doc: 'Whom the exporter serves (exporters.tenant).' },

  // interfaces
  { name: 'in_if', kind: 'id', group: 'interfaces', role: 'dimension', elements: [10, 252], label: 'Input interface', doc: 'SNMP index of the interface the packets came in by.' },
  { name: 'out_if', kind: 'id', group: 'interfaces', role: 'dimension', elements: [14, 253], label: 'Output interface', doc: 'SNMP index of the interface the packets went out by; 0 is dropped or unknown, 1073741823 the device itself (sFlow).' },
  { name: 'in_if_name', kind: 'text', group: 'interfaces', role: 'dimension', origin: 'options', label: 'Input interface name', doc: 'Name of the input interface as the configuration has it, else as the exporter’s options tell it.' },
  { name: 'out_if_name', kind: 'text', group: 'interfaces', role: 'dimension', origin: 'options', label: 'Output interface name', doc: 'Name of the output interface as the configuration has it, else as the exporter’s options tell it.' },
  { name: 'in_if_speed', kind: 'count', group: 'interfaces', role: 'dimension', unit: 'bit/s', origin: 'enrichment', label: 'Input speed', doc: 'Speed of the input interface.' },
  { name: 'out_if_speed', kind: 'count', group: 'interfaces', role: 'dimension', unit: 'bit/s', origin: 'enrichment', label: 'Output speed', doc: 'Speed of the output interface.' },
  { name: 'in_if_boundary', kind: 'text', group: 'interfaces', role: 'dimension', origin: 'enrichment', label: 'Input boundary', doc: 'external or internal: which side of the network the input interface faces.' },
  { name: 'out_if_boundary', kind: 'text', group: 'interfaces', role: 'dimension', origin: 'enrichment', label: 'Output boundary', doc: 'external or internal: which side of the network the output interface faces.' },
  { name: 'in_if_connectivity', kind: 'text', group: 'interfaces', role: 'dimension', origin: 'enrichment', label: 'Input connectivity', doc: 'What the input interface leads to: transit, peering, customer … (interfaceRules).' },
  { name: 'out_if_connectivity', kind: 'text', group: 'interfaces', role: 'dimension', origin: 'enrichment', label: 'Output connectivity', doc: 'What the output interface leads to: transit, peering, customer … (interfaceRules).' },
  { name: 'in_if_provider', kind: 'text', group: 'interfaces', role: 'dimension', origin: 'enrichment', label: 'Input provider', doc: 'Who is behind the input interface (interfaceRules).' },
  { name: 'out_if_provider', kind: 'text', group: 'interfaces', role: 'dimension', origin: 'enrichment', label: 'Output provider', doc: 'Who is behind the output interface (interfaceRules).' },

  // addresses
  { name: 'src', kind: 'ip', group: 'addresses', role: 'dimension', elements: [8, 27], label: 'Source', doc: 'Source address of the flow.' },
  { name: 'dst', kind: 'ip', group: 'addresses', role: 'dimension', elements: [12, 28], label: 'Destination', doc: 'Destination address of the flow.' },
  { name: 'src_mask', kind: 'octet', group: 'addresses', role: 'dimension', elements: [9, 29], label: 'Source mask', doc: 'Length of the source route’s prefix.' },
  { name: 'dst_mask', kind: 'octet', group: 'addresses', role: 'dimension', elements: [13, 30], label: 'Destination mask', doc: 'Length of the destination route’s prefix.' },
  { name: 'src_name', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Source name', doc: 'Host name of the source.' },
  { name: 'dst_name', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Destination name', doc: 'Host name of the destination.' },
  { name: 'src_net_name', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Source network', doc: 'Name of the known network the source is in; the most specific wins.' },
  { name: 'dst_net_name', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Destination network', doc: 'Name of the known network the destination is in.' },
  { name: 'src_net_site', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Source site', doc: 'Site of the known network the source is in.' },
  { name: 'dst_net_site', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Destination site', doc: 'Site of the known network the destination is in.' },
  { name: 'src_net_role', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Source role', doc: 'Role of the known network the source is in.' },
  { name: 'dst_net_role', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Destination role', doc: 'Role of the known network the destination is in.' },
  { name: 'src_net_tenant', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Source tenant', doc: 'Tenant of the known network the source is in.' },
  { name: 'dst_net_tenant', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Destination tenant', doc: 'Tenant of the known network the destination is in.' },
  { name: 'src_country', kind: 'country', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Source country', doc: 'ISO 3166 code of the source’s country.', formerly: ['src_geo'] },
  { name: 'dst_country', kind: 'country', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Destination country', doc: 'ISO 3166 code of the destination’s country.', formerly: ['dst_geo'] },
  { name: 'src_city', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Source city', doc: 'City of the source, in English; with a database of cities (enrich.cityDatabase).' },
  { name: 'dst_city', kind: 'text', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Destination city', doc: 'City of the destination, in English; with a database of cities (enrich.cityDatabase).' },
  { name: 'src_latitude', kind: 'real', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Source latitude', doc: 'Degrees north of the equator, negative south of it, of the source’s place; 0 where it is not known.' },
  { name: 'dst_latitude', kind: 'real', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Destination latitude', doc: 'Degrees north of the equator, negative south of it, of the destination’s place; 0 where it is not known.' },
  { name: 'src_longitude', kind: 'real', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Source longitude', doc: 'Degrees east of Greenwich, negative west of it, of the source’s place; 0 where it is not known.' },
  { name: 'dst_longitude', kind: 'real', group: 'addresses', role: 'dimension', origin: 'enrichment', label: 'Destination longitude', doc: 'Degrees east of Greenwich, negative west of it, of the destination’s place; 0 where it is not known.' },

  // transport
  { name: 'proto', kind: 'proto', group: 'transport', role: 'dimension', elements: [4], label: 'Protocol', doc: 'IP protocol number: tcp, udp, icmp, gre, esp …', formerly: ['protocol'] },
  { name: 'src_port', kind: 'port', group: 'transport', role: 'dimension', elements: [7, 180, 182], label: 'Source port', doc: 'Source port of TCP, UDP, SCTP or DCCP.' },
  { name: 'dst_port', kind: 'port', group: 'transport', role: 'dimension', elements: [11, 181, 183], label: 'Destination port', doc: 'Destination port of TCP, UDP, SCTP or DCCP.' },
  { name: 'icmp_type', kind: 'octet', group: 'transport', role: 'dimension', elements: [176, 178], label: 'ICMP type', doc: 'Type of an ICMP or ICMPv6 flow.' },
  { name: 'icmp_code', kind: 'octet', group: 'transport', role: 'dimension', elements: [177, 179], label: 'ICMP code', doc: 'Code of an ICMP or ICMPv6 flow.' },
  { name: 'tcp_flags', kind: 'flags', group: 'transport', role: 'dimension', elements: [6], label: 'TCP flags', doc: 'Flags of all packets of the flow, joined by or.', formerly: ['flags'] },
  { name: 'tos', kind: 'octet', group: 'transport', role: 'dimension', elements: [5, '4 * 195'], label: 'ToS', doc: 'Type of service or traffic class octet; the upper six bits are the DSCP.' },
  { name: 'dscp', kind: 'octet', group: 'transport', role: 'dimension', origin: 'computed', label: 'DSCP', doc: 'Differentiated services code point: the upper six bits of the type of service.' },
  { name: 'min_ttl', kind: 'octet', group: 'transport', role: 'dimension', elements: [52, 192], label: 'Lowest TTL', doc: 'Lowest time to live or hop limit seen in the flow.' },
  { name: 'max_ttl', kind: 'octet', group: 'transport', role: 'dimension', elements: [53], label: 'Highest TTL', doc: 'Highest time to live or hop limit seen in the flow.' },
  { name: 'min_ip_length', kind: 'id', group: 'transport', role: 'dimension', elements: [25], label: 'Shortest packet', doc: 'Length of the shortest IP packet of the flow.' },
  { name: 'max_ip_length', kind: 'id', group: 'transport', role: 'dimension', elements: [26], label: 'Longest packet', doc: 'Length of the longest IP packet of the flow.' },
  { name: 'flow_label', kind: 'id', group: 'transport', role: 'dimension', elements: [31], label: 'IPv6 flow label', doc: 'Flow label of the IPv6 header.' },
  { name: 'direction', kind: 'octet', group: 'transport', role: 'dimension', elements: [61], label: 'Direction', doc: '0 seen at ingress, 1 at egress.' },
  { name: 'end_reason', kind: 'octet', group: 'transport', role: 'dimension', elements: [136], label: 'End reason', doc: '1 idle, 2 active timeout, 3 end of flow seen, 4 forced, 5 lack of resources.' },
  { name: 'forwarding_status', kind: 'octet', group: 'transport', role: 'dimension', elements: [89], label: 'Forwarding', doc: 'As sent: the upper two bits tell 1 forwarded, 2 dropped, 3 consumed; the lower six the reason.' },
  { name: 'drop_reason', kind: 'text', group: 'transport', role: 'dimension', origin: 'enrichment', label: 'Drop reason', doc: 'Why the packets were dropped, in words; empty where they were not.' },
  { name: 'community_id', kind: 'text', group: 'transport', role: 'dimension', origin: 'computed', label: 'Community ID', doc: 'Name of the connection that Zeek, Suricata, Arkime and others give it too (version 1, seed 0): the same for both directions.' },

  // counters
  { name: 'bytes', kind: 'count', group: 'counters', role: 'metric', unit: 'bytes', elements: [1, 231, 85], label: 'Bytes', doc: 'Bytes of the flow at layer 3. Stored as sent; shown and summed times the sampling rate.', formerly: ['octets'] },
  { name: 'packets', kind: 'count', group: 'counters', role: 'metric', unit: 'packets', elements: [2, 298, 86], label: 'Packets', doc: 'Packets of the flow. Stored as sent; shown and summed times the sampling rate.', formerly: ['pkts'] },
  { name: 'bytes_as_sent', kind: 'count', group: 'counters', role: 'metric', unit: 'bytes', origin: 'computed', label: 'Bytes as sent', doc: 'Bytes as the exporter counted them, without the sampling rate.' },
  { name: 'packets_as_sent', kind: 'count', group: 'counters', role: 'metric', unit: 'packets', origin: 'computed', label: 'Packets as sent', doc: 'Packets as the exporter counted them, without the sampling rate.' },
  { name: 'reverse_bytes', kind: 'count', group: 'counters', role: 'metric', unit: 'bytes', elements: ['29305/1', 232, '29305/85', '6871/12'], label: 'Reverse bytes', doc: 'Bytes of the other direction, where one record tells both (RFC 5103, responder counters).' },
  { name: 'reverse_packets', kind: 'count', group: 'counters', role: 'metric', unit: 'packets', elements: ['29305/2', 299, '29305/86', '6871/13'], label: 'Reverse packets', doc: 'Packets of the other direction, where one record tells both.' },
  { name: 'post_bytes', kind: 'count', group: 'counters', role: 'metric', unit: 'bytes', elements: [23, 171], label: 'Bytes after', doc: 'Bytes after the device’s own processing.' },
  { name: 'post_packets', kind: 'count', group: 'counters', role: 'metric', unit: 'packets', elements: [24, 172], label: 'Packets after', doc: 'Packets after the device’s own processing.' },
  { name: 'layer2_bytes', kind: 'count', group: 'counters', role: 'metric', unit: 'bytes', elements: [352, 353], label: 'Layer 2 bytes', doc: 'Bytes with the layer 2 header.' },
  { name: 'flow_count', kind: 'count', group: 'counters', role: 'metric', unit: 'flows', elements: [3], label: 'Aggregated flows', doc: 'How many flows the exporter merged into this record.' },
  { name: 'bps', kind: 'bits', group: 'counters', role: 'metric', unit: 'bit/s', origin: 'computed', label: 'Throughput', doc: 'Bits a second over the flow’s lifetime, with sampling.' },
  { name: 'pps', kind: 'rate', group: 'counters', role: 'metric', unit: 'packets/s', origin: 'computed', label: 'Packet rate', doc: 'Packets a second over the flow’s lifetime, with sampling.' },

  // routing
  { name: 'src_as', kind: 'as', group: 'routing', role: 'dimension', elements: [16], label: 'Source AS', doc: 'Autonomous system of the source.' },
  { name: 'dst_as', kind: 'as', group: 'routing', role: 'dimension', elements: [17], label: 'Destination AS', doc: 'Autonomous system of the destination.' },
  { name: 'src_as_name', kind: 'text', group: 'routing', role: 'dimension', origin: 'enrichment', label: 'Source AS name', doc: 'Name of the source’s autonomous system.' },
  { name: 'dst_as_name', kind: 'text', group: 'routing', role: 'dimension', origin: 'enrichment', label: 'Destination AS name', doc: 'Name of the destination’s autonomous system.' },
  { name: 'src_peer_as', kind: 'as', group: 'routing', role: 'dimension', elements: [129], label: 'Source peer AS', doc: 'Neighbour AS the packets came from.' },
  { name: 'dst_peer_as', kind: 'as', group: 'routing', role: 'dimension', elements: [128], label: 'Destination peer AS', doc: 'Neighbour AS the packets went to.' },
  { name: 'as_path', kind: 'text', group: 'routing', role: 'dimension', origin: 'enrichment', label: 'AS path', doc: 'Autonomous systems on the way to the destination, where sent.' },
  { name: 'communities', kind: 'text', group: 'routing', role: 'dimension', origin: 'enrichment', label: 'Communities', doc: 'BGP communities of the destination’s route, where sent; of the source’s where only those are.' },
  { name: 'local_pref', kind: 'id', group: 'routing', role: 'dimension', origin: 'enrichment', label: 'Local preference', doc: 'BGP local preference of the destination’s route, where sent.' },
  { name: 'next_hop', kind: 'ip', group: 'routing', role: 'dimension', elements: [15, 62], label: 'Next hop', doc: 'Address of the next router.' },
  { name: 'bgp_next_hop', kind: 'ip', group: 'routing', role: 'dimension', elements: [18, 63], label: 'BGP next hop', doc: 'Address of the next router by BGP.' },
  { name: 'in_vrf', kind: 'id', group: 'routing', role: 'dimension', elements: [234, '637/91'], label: 'Input VRF', doc: 'VRF the packets came in by.' },
  { name: 'out_vrf', kind: 'id', group: 'routing', role: 'dimension', elements: [235, '637/92'], label: 'Output VRF', doc: 'VRF the packets went out by.' },
  { name: 'in_vrf_name', kind: 'text', group: 'routing', role: 'dimension', elements: [236], origin: 'options', label: 'Input VRF name', doc: 'Name of the VRF the packets came in by.' },
  { name: 'out_vrf_name', kind: 'text', group: 'routing', role: 'dimension', origin: 'options', label: 'Output VRF name', doc: 'Name of the VRF the packets went out by.' },
  { name: 'mpls_label_1', kind: 'id', group: 'routing', role: 'dimension', elements: [70], label: 'MPLS top label', doc: 'Top label of the MPLS stack.' },
  { name: 'mpls_label_2', kind: 'id', group: 'routing', role: 'dimension', elements: [71], label: 'MPLS second label', doc: 'Second label of the MPLS stack.' },
  { name: 'mpls_label_3', kind: 'id', group: 'routing', role: 'dimension', elements: [72], label: 'MPLS third label', doc: 'Third label of the MPLS stack.' },
  { name: 'mpls_label_4', kind: 'id', group: 'routing', role: 'dimension', elements: [73], label: 'MPLS fourth label', doc: 'Fourth label of the MPLS stack.' },
  { name: 'mpls_label_5', kind: 'id', group: 'routing', role: 'dimension', elements: [74], label: 'MPLS fifth label', doc: 'Fifth label of the MPLS stack.' },
  { name: 'mpls_label_6', kind: 'id', group: 'routing', role: 'dimension', elements: [75], label: 'MPLS sixth label', doc: 'Sixth label of the MPLS stack.' },
  { name: 'mpls_depth', kind: 'octet', group: 'routing', role: 'dimension', elements: [202], label: 'MPLS depth', doc: 'How many labels the MPLS stack has.' },
  { name: 'mpls_top_ip', kind: 'ip', group: 'routing', role: 'dimension', elements: [47, 140], label: 'MPLS top address', doc: 'Address behind the top label: the egress router.' },
  { name: 'route_distinguisher', kind: 'text', group: 'routing', role: 'dimension', elements: [90], label: 'Route distinguisher', doc: 'MPLS VPN route distinguisher as administrator:number (RFC 4364).' },

  // application
  { name: 'app', kind: 'text', group: 'application', role: 'dimension', elements: ['35632/119', 'v9:56701'], origin: 'enrichment', label: 'Application', doc: 'Application protocol: dns, https, ssh …' },
  { name: 'category', kind: 'text', group: 'application', role: 'dimension', elements: [372, '9/12232', '35632/501'], origin: 'enrichment', label: 'Category', doc: 'What the application is for: web, mail, file transfer …' },
  { name: 'app_source', kind: 'text', group: 'application', role: 'dimension', origin: 'enrichment', label: 'Application known from', doc: 'How the application was found: rule, exporter, server_name, port or protocol.' },
  { name: 'app_id', kind: 'count', group: 'application', role: 'dimension', elements: [95], label: 'Application id', doc: 'Application id as sent: engine and selector (RFC 6759).' },
  { name: 'server_name', kind: 'text', group: 'application', role: 'dimension', elements: [460, '35632/188', '6871/294', '39499/338', '8057/808', '8057/890', '26866/112', '35632/187', '6871/117', '39499/1', '5951/142', '3054/183', '12276/74', '15397/18'], label: 'Server name', doc: 'Name the client asked for: TLS server name or HTTP host.' },
  { name: 'http_url', kind: 'text', group: 'application', role: 'dimension', elements: [461, '35632/180', '6871/112', '39499/2', '5951/130', '3054/184', '12276/77', '15397/22', '26866/1', '9/9357'], label: 'HTTP target', doc: 'Target of the HTTP request.' },
  { name: 'http_method', kind: 'text', group: 'application', role: 'dimension', elements: [459], label: 'HTTP method', doc: 'Method of the HTTP request.' },
  { name: 'http_status', kind: 'id', group: 'application', role: 'dimension', elements: [457], label: 'HTTP status', doc: 'Status code of the HTTP answer.' },
  { name: 'user_agent', kind: 'text', group: 'application', role: 'dimension', elements: [468, '35632/183', '6871/111', '8741/59'], label: 'User agent', doc: 'User agent of the HTTP request.' },
  { name: 'dns_query', kind: 'text', group: 'application', role: 'dimension', elements: ['35632/205', '6871/179', '39499/121', '26866/204', '3054/189'], label: 'DNS query', doc: 'Name asked for in a DNS flow.' },
  { name: 'ja3', kind: 'text', group: 'application', role: 'dimension', elements: ['35632/489'], label: 'JA3', doc: 'JA3 fingerprint of the TLS client.' },
  { name: 'ja4', kind: 'text', group: 'application', role: 'dimension', elements: ['35632/576'], label: 'JA4', doc: 'JA4 fingerprint of the TLS client.' },
  { name: 'ja3_server', kind: 'text', group: 'application', role: 'dimension', elements: ['35632/490'], label: 'JA3 server', doc: 'JA3 fingerprint of the TLS server.' },
  { name: 'http_version', kind: 'text', group: 'application', role: 'dimension', elements: [462], label: 'HTTP version', doc: 'Version of HTTP the request names.' },
  { name: 'content_type', kind: 'text', group: 'application', role: 'dimension', elements: [469], label: 'Content type', doc: 'Media type of the HTTP answer.' },

  // quality
  { name: 'measured', kind: 'id', group: 'quality', role: 'dimension', origin: 'computed', label: 'Measured', doc: 'Bit set of the quality groups measured in this row.' },
  { name: 'rtt_client', kind: 'duration', group: 'quality', role: 'metric', unit: 'µs', measured: 'rtt_client', elements: ['2 * 35632/123', '9/9316 per 9/9282', '5951/182'], label: 'Client RTT', doc: 'Round-trip time between the observation point and the client.' },
  { name: 'rtt_server', kind: 'duration', group: 'quality', role: 'metric', unit: 'µs', measured: 'rtt_server', elements: ['2 * 35632/124', '9/9319 per 9/9282'], label: 'Server RTT', doc: 'Round-trip time between the observation point and the server.' },
  { name: 'rtt', kind: 'duration', group: 'quality', role: 'metric', unit: 'µs', measured: 'rtt', elements: ['9/9313 per 9/9282', '9/4248', '39499/69', '5951/128', '6871/21', 'v9:51110', '35632/380', '45346/12295 + 45346/12292', '47269/1'], label: 'Round-trip time', doc: 'Round-trip time of the whole path, where the exporter tells only the whole.' },
  { name: 'app_latency', kind: 'duration', group: 'quality', role: 'metric', unit: 'µs', measured: 'app_latency', elements: ['35632/125', '9/9306 per 9/9292', '39499/70'], label: 'Application latency', doc: 'Time the server took to answer, without the network.' },
  { name: 'response_time', kind: 'duration', group: 'quality', role: 'metric', unit: 'µs', measured: 'response_time', elements: ['9/9309 per 9/9292', '9/9303 per 9/9292'], label: 'Response time', doc: 'From the request to the first packet of the answer, the network included.' },
  { name: 'transaction_time', kind: 'duration', group: 'quality', role: 'metric', unit: 'µs', measured: 'transaction_time', elements: ['9/9273 per 9/9272'], label: 'Transaction time', doc: 'From the first packet of the request to the last of the answer.' },
  { name: 'retransmitted', kind: 'count', group: 'quality', role: 'metric', unit: 'packets', measured: 'retransmitted', elements: ['35632/109 + 35632/110', '9/9268 + 9/9270', '6876/959', '39499/71', '45346/12244', '5951/219 + 5951/220', 'v9:51108'], label: 'Retransmitted', doc: 'Packets sent again.' },
  { name: 'retransmitted_bytes', kind: 'count', group: 'quality', role: 'metric', unit: 'bytes', measured: 'retransmitted_bytes', elements: ['35632/127 + 35632/128', '9/9267 + 9/9269', 'v9:51109'], label: 'Retransmitted bytes', doc: 'Bytes sent again.' },
  { name: 'out_of_order', kind: 'count', group: 'quality', role: 'metric', unit: 'packets', measured: 'out_of_order', elements: ['35632/111 + 35632/112', '9/4306', '39499/72'], label: 'Out of order', doc: 'Packets that arrived out of order.' },
  { name: 'lost', kind: 'count', group: 'quality', role: 'metric', unit: 'packets', measured: 'lost', elements: ['9/4251', '45346/12243 + 45346/12311', '39499/47'], label: 'Lost', doc: 'Packets that never arrived.' },
  { name: 'syn_count', kind: 'count', group: 'quality', role: 'metric', unit: 'packets', measured: 'flag_counts', elements: [218], label: 'SYN packets', doc: 'Packets with SYN set.' },
  { name: 'fin_count', kind: 'count', group: 'quality', role: 'metric', unit: 'packets', measured: 'flag_counts', elements: [219], label: 'FIN packets', doc: 'Packets with FIN set.' },
  { name: 'rst_count', kind: 'count', group: 'quality', role: 'metric', unit: 'packets', measured: 'flag_counts', elements: [220], label: 'RST packets', doc: 'Packets with RST set.' },
  { name: 'psh_count', kind: 'count', group: 'quality', role: 'metric', unit: 'packets', measured: 'flag_counts', elements: [221], label: 'PSH packets', doc: 'Packets with PSH set.' },
  { name: 'ack_count', kind: 'count', group: 'quality', role: 'metric', unit: 'packets', measured: 'flag_counts', elements: [222], label: 'ACK packets', doc: 'Packets with ACK set.' },
  { name: 'urg_count', kind: 'count', group: 'quality', role: 'metric', unit: 'packets', measured: 'flag_counts', elements: [223], label: 'URG packets', doc: 'Packets with URG set.' },
  { name: 'zero_window', kind: 'count', group: 'quality', role: 'metric', unit: 'packets', measured: 'zero_window', origin: 'packets', label: 'Zero window', doc: 'Packets that announced a full receive buffer.' },
  { name: 'jitter', kind: 'duration', group: 'quality', role: 'metric', unit: 'µs', measured: 'jitter', elements: [386, 385, 387, '9/4255', '35632/154', '35632/155', '45346/12293', '45346/12290'], label: 'Jitter', doc: 'Interarrival jitter as RFC 3550 defines it.' },
  { name: 'loss', kind: 'real', group: 'quality', role: 'metric', unit: '%', measured: 'loss', elements: ['100 * 9/4251 per 9/4246', '35632/156', '35632/157'], label: 'Loss', doc: 'Share of packets of a media stream that never arrived.' },
  { name: 'mos', kind: 'real', group: 'quality', role: 'metric', measured: 'mos', elements: ['0.01 * 35632/434', '0.01 * 35632/370', '0.01 * 35632/432', '0.01 * 9/9355', '0.01 * 9/9347'], origin: 'enrichment', label: 'MOS', doc: 'Mean opinion score of a call, 1 to 4.5; worked out where `notes` has the bit 32.' },
  { name: 'r_factor', kind: 'real', group: 'quality', role: 'metric', measured: 'r_factor', elements: ['0.01 * 35632/436'], origin: 'enrichment', label: 'R factor', doc: 'Transmission rating of a call by the E-model, 0 to 100 (ITU-T G.107).' },
  { name: 'codec', kind: 'text', group: 'quality', role: 'dimension', elements: ['35632/133'], origin: 'enrichment', label: 'Codec', doc: 'Codec of a media stream; by its static payload type (RFC 3551) where nobody names it.' },
  { name: 'rtp_ssrc', kind: 'id', group: 'quality', role: 'dimension', elements: ['9/4254', '35632/437'], label: 'RTP source', doc: 'Synchronization source of an RTP stream.' },
  { name: 'rtp_payload_type', kind: 'octet', group: 'quality', role: 'dimension', measured: 'rtp_payload_type', elements: ['9/4273', '35632/161', '35632/158'], label: 'RTP payload type', doc: 'Payload type of an RTP stream (RFC 3551).' },
  { name: 'call_id', kind: 'text', group: 'quality', role: 'dimension', elements: ['35632/130'], label: 'Call', doc: 'SIP call id the stream belongs to.' },

  // layer 2
  { name: 'src_mac', kind: 'mac', group: 'layer 2', role: 'dimension', elements: [56], label: 'Source MAC', doc: 'Source hardware address as it came in.' },
  { name: 'dst_mac', kind: 'mac', group: 'layer 2', role: 'dimension', elements: [80], label: 'Destination MAC', doc: 'Destination hardware address as it came in.' },
  { name: 'src_mac_vendor', kind: 'text', group: 'layer 2', role: 'dimension', origin: 'enrichment', label: 'Source MAC vendor', doc: 'Maker of the source’s network interface by the registry of the IEEE; “locally administered”, “multicast” and “broadcast” where an address is no maker’s.' },
  { name: 'dst_mac_vendor', kind: 'text', group: 'layer 2', role: 'dimension', origin: 'enrichment', label: 'Destination MAC vendor', doc: 'Maker of the destination’s network interface, as src_mac_vendor.' },
  { name: 'post_src_mac', kind: 'mac', group: 'layer 2', role: 'dimension', elements: [81], label: 'Source MAC after', doc: 'Source hardware address as it went out.' },
  { name: 'post_dst_mac', kind: 'mac', group: 'layer 2', role: 'dimension', elements: [57], label: 'Destination MAC after', doc: 'Destination hardware address as it went out.' },
  { name: 'vlan', kind: 'id', group: 'layer 2', role: 'dimension', elements: [58, 243], label: 'VLAN', doc: 'VLAN id of the outer tag.' },
  { name: 'inner_vlan', kind: 'id', group: 'layer 2', role: 'dimension', elements: [245], label: 'Inner VLAN', doc: 'VLAN id of the inner tag (802.1ad customer).' },
  { name: 'vlan_priority', kind: 'octet', group: 'layer 2', role: 'dimension', elements: [244], label: 'VLAN priority', doc: 'Priority of the outer VLAN tag (802.1p).' },
  { name: 'post_vlan', kind: 'id', group: 'layer 2', role: 'dimension', elements: [59, 254], label: 'VLAN after', doc: 'VLAN id as the packets went out.' },
  { name: 'post_inner_vlan', kind: 'id', group: 'layer 2', role: 'dimension', elements: [255], label: 'Inner VLAN after', doc: 'VLAN id of the inner tag as the packets went out.' },
  { name: 'ether_type', kind: 'id', group: 'layer 2', role: 'dimension', elements: [256], label: 'EtherType', doc: 'EtherType of the frame.' },
  { name: 'station_mac', kind: 'mac', group: 'layer 2', role: 'dimension', elements: [365], label: 'Station MAC', doc: 'Hardware address of a wireless station.' },
  { name: 'station_ip', kind: 'ip', group: 'layer 2', role: 'dimension', elements: [366], label: 'Station', doc: 'Address of a wireless station.' },
  { name: 'ap_mac', kind: 'mac', group: 'layer 2', role: 'dimension', elements: [367], label: 'Access point MAC', doc: 'Hardware address of the access point.' },
  { name: 'ssid', kind: 'text', group: 'layer 2', role: 'dimension', elements: [147], label: 'SSID', doc: 'Name of the wireless network.' },

  // tunnel
  { name: 'tunnel_type', kind: 'text', group: 'tunnel', role: 'dimension', origin: 'packets', label: 'Tunnel', doc: 'gre, nvgre, pptp, erspan, ipip, vxlan, geneve, gtp or mpls: the outermost, where tunnels lie in each other.' },
  { name: 'tunnel_id', kind: 'id', group: 'tunnel', role: 'dimension', elements: [296, 507, '35632/106'], origin: 'packets', label: 'Tunnel id', doc: 'GRE key, PPTP call, ERSPAN session, GTP TEID, or network identifier of VXLAN, NVGRE or Geneve.' },
  { name: 'reverse_tunnel_id', kind: 'id', group: 'tunnel', role: 'dimension', elements: ['35632/120'], label: 'Reverse tunnel id', doc: 'Tunnel id of the other direction.' },
  { name: 'inner_src', kind: 'ip', group: 'tunnel', role: 'dimension', elements: ['35632/114', '35632/396', '6876/881', '6876/883'], origin: 'packets', label: 'Inner source', doc: 'Source address inside the tunnel.' },
  { name: 'inner_dst', kind: 'ip', group: 'tunnel', role: 'dimension', elements: ['35632/116', '35632/397', '6876/882', '6876/884'], origin: 'packets', label: 'Inner destination', doc: 'Destination address inside the tunnel.' },
  { name: 'inner_src_port', kind: 'port', group: 'tunnel', role: 'dimension', elements: ['35632/115', '6876/886'], origin: 'packets', label: 'Inner source port', doc: 'Source port inside the tunnel.' },
  { name: 'inner_dst_port', kind: 'port', group: 'tunnel', role: 'dimension', elements: ['35632/117', '6876/887'], origin: 'packets', label: 'Inner destination port', doc: 'Destination port inside the tunnel.' },
  { name: 'inner_proto', kind: 'proto', group: 'tunnel', role: 'dimension', elements: ['35632/113', '6876/880'], origin: 'packets', label: 'Inner protocol', doc: 'IP protocol inside the tunnel.' },

  // translation
  { name: 'nat_src', kind: 'ip', group: 'translation', role: 'dimension', elements: [225, 281, '9/7233'], label: 'Translated source', doc: 'Source address after translation.' },
  { name: 'nat_dst', kind: 'ip', group: 'translation', role: 'dimension', elements: [226, 282, '9/7234'], label: 'Translated destination', doc: 'Destination address after translation.' },
  { name: 'nat_src_port', kind: 'port', group: 'translation', role: 'dimension', elements: [227, '9/7235'], label: 'Translated source port', doc: 'Source port after translation.' },
  { name: 'nat_dst_port', kind: 'port', group: 'translation', role: 'dimension', elements: [228, '9/7236'], label: 'Translated destination port', doc: 'Destination port after translation.' },
  { name: 'nat_event', kind: 'octet', group: 'translation', role: 'dimension', elements: [230], label: 'NAT event', doc: 'What happened to the translation (IANA natEvent).' },
  { name: 'nat_pool', kind: 'id', group: 'translation', role: 'dimension', elements: [283], label: 'NAT pool', doc: 'Id of the address pool.' },
  { name: 'nat_pool_name', kind: 'text', group: 'translation', role: 'dimension', elements: [284], label: 'NAT pool name', doc: 'Name of the address pool.' },
  { name: 'nat_realm', kind: 'octet', group: 'translation', role: 'dimension', elements: [229], label: 'NAT realm', doc: '1 where the source is on the private side, 2 on the public side.' },
  { name: 'nat_instance', kind: 'id', group: 'translation', role: 'dimension', elements: [463], label: 'NAT instance', doc: 'Id of the NAT instance.' },
  { name: 'nat_limit', kind: 'id', group: 'translation', role: 'dimension', elements: [466, 467], label: 'NAT limit', doc: 'Which quota (1 sessions, 2 bindings, 3 entries a user, 4 subscribers, 5 fragments) or threshold a NAT event reports (RFC 8158).' },
  { name: 'port_block_start', kind: 'port', group: 'translation', role: 'dimension', elements: [361], label: 'Port block start', doc: 'First port of an assigned port block.' },
  { name: 'port_block_end', kind: 'port', group: 'translation', role: 'dimension', elements: [362], label: 'Port block end', doc: 'Last port of an assigned port block.' },
  { name: 'port_block_step', kind: 'port', group: 'translation', role: 'dimension', elements: [363], label: 'Port block step', doc: 'Step between the ports of a block.' },
  { name: 'port_block_size', kind: 'port', group: 'translation', role: 'dimension', elements: [364], label: 'Port block size', doc: 'Ports of a block.' },
  { name: 'firewall_event', kind: 'octet', group: 'translation', role: 'dimension', elements: [233, '9/7237'], label: 'Firewall event', doc: '1 created, 2 deleted, 3 denied, 4 alert, 5 update.' },
  { name: 'firewall_reason', kind: 'id', group: 'translation', role: 'dimension', elements: ['9/234'], label: 'Firewall reason', doc: 'Extended event of an ASA or FTD: 1001 denied by ingress ACL, 1002 by egress ACL, 1003 refused, 1004 first packet no SYN, above 2000 a normal end.' },
  { name: 'in_acl', kind: 'text', group: 'translation', role: 'dimension', elements: ['9/232'], label: 'Input ACL', doc: 'Ids of the input access list, its entry and its extended entry, hexadecimal.' },
  { name: 'out_acl', kind: 'text', group: 'translation', role: 'dimension', elements: ['9/233'], label: 'Output ACL', doc: 'Ids of the output access list, its entry and its extended entry, hexadecimal.' },
  { name: 'connection_id', kind: 'count', group: 'translation', role: 'dimension', elements: [148], label: 'Connection id', doc: 'The exporter’s own id of the flow.' },

  // identity
  { name: 'src_user', kind: 'text', group: 'identity', role: 'dimension', elements: [371, '9/7232', '35632/121', '35632/242', '9/12333', '5951/205', '5951/250', '8741/35', '12276/93', '15397/28', '39499/7232', '637/93', 'v9:56702'], label: 'Source user', doc: 'User behind the source at the time of the flow.' },
  { name: 'dst_user', kind: 'text', group: 'identity', role: 'dimension', origin: 'enrichment', label: 'Destination user', doc: 'User behind the destination at the time of the flow.' },
  { name: 'imsi', kind: 'text', group: 'identity', role: 'dimension', elements: [455], label: 'IMSI', doc: 'International mobile subscriber identity.' },
  { name: 'msisdn', kind: 'text', group: 'identity', role: 'dimension', elements: [456], label: 'MSISDN', doc: 'Telephone number of a mobile subscriber.' },
  { name: 'process', kind: 'text', group: 'identity', role: 'dimension', elements: ['9/12340'], label: 'Process', doc: 'Program that opened the connection, where the host tells.' },
  { name: 'parent_process', kind: 'text', group: 'identity', role: 'dimension', elements: ['9/12342'], label: 'Parent process', doc: 'Program that started the one that opened the connection.' },
  { name: 'src_sgt', kind: 'id', group: 'identity', role: 'dimension', elements: ['9/1232'], label: 'Source SGT', doc: 'TrustSec security group of the source.' },
  { name: 'dst_sgt', kind: 'id', group: 'identity', role: 'dimension', elements: ['9/1233'], label: 'Destination SGT', doc: 'TrustSec security group of the destination.' },
  { name: 'src_sgt_name', kind: 'text', group: 'identity', role: 'dimension', elements: ['9/1234'], label: 'Source SGT name', doc: 'Name of the source’s security group.' },
  { name: 'dst_sgt_name', kind: 'text', group: 'identity', role: 'dimension', elements: ['9/1235'], label: 'Destination SGT name', doc: 'Name of the destination’s security group.' },
  { name: 'switch_sgt', kind: 'id', group: 'identity', role: 'dimension', elements: ['9/1236'], label: 'Switch SGT', doc: 'TrustSec security group of the reporting switch.' },

  // custom
  { name: 'custom_text_1', kind: 'text', group: 'custom', role: 'dimension', origin: 'header', label: 'Custom text 1', doc: 'Text of a field mapped in the configuration (exporters.fields), or of a dictionary (enrich.dictionaries).' },
  { name: 'custom_text_2', kind: 'text', group: 'custom', role: 'dimension', origin: 'header', label: 'Custom text 2', doc: 'Text of a field mapped in the configuration (exporters.fields), or of a dictionary (enrich.dictionaries).' },
  { name: 'custom_text_3', kind: 'text', group: 'custom', role: 'dimension', origin: 'header', label: 'Custom text 3', doc: 'Text of a field mapped in the configuration (exporters.fields), or of a dictionary (enrich.dictionaries).' },
  { name: 'custom_text_4', kind: 'text', group: 'custom', role: 'dimension', origin: 'header', label: 'Custom text 4', doc: 'Text of a field mapped in the configuration (exporters.fields), or of a dictionary (enrich.dictionaries).' },
  { name: 'custom_number_1', kind: 'count', group: 'custom', role: 'dimension', origin: 'header', label: 'Custom number 1', doc: 'Number of a field mapped in the configuration (exporters.fields).' },
  { name: 'custom_number_2', kind: 'count', group: 'custom', role: 'dimension', origin: 'header', label: 'Custom number 2', doc: 'Number of a field mapped in the configuration (exporters.fields).' },
  { name: 'custom_number_3', kind: 'count', group: 'custom', role: 'dimension', origin: 'header', label: 'Custom number 3', doc: 'Number of a field mapped in the configuration (exporters.fields).' },
  { name: 'custom_number_4', kind: 'count', group: 'custom', role: 'dimension', origin: 'header', label: 'Custom number 4', doc: 'Number of a field mapped in the configuration (exporters.fields).' },

  // bookkeeping
  { name: 'batch', kind: 'count', group: 'bookkeeping', role: 'dimension', origin: 'receiver', label: 'Batch', doc: 'Sequence number of the first row of the spool frame the row came in.' },
  { name: 'row', kind: 'port', group: 'bookkeeping', role: 'dimension', origin: 'receiver', label: 'Row', doc: 'Number of the row in its spool frame; with `batch` the id of a flow.' },
  { name: 'duplicate', kind: 'bool', group: 'bookkeeping', role: 'dimension', origin: 'enrichment', label: 'Duplicate', doc: 'Who told the flow already: 0 nobody, so the row counts; 1 another exporter; 2 the same one. Filters take it for true where it is not 0.' },
  { name: 'notes', kind: 'id', group: 'bookkeeping', role: 'dimension', origin: 'receiver', label: 'Notes', doc: 'Bit set of what had to be mended or worked out: 1 time replaced by the time of reception, 2 sampling rate guessed from another domain, 4 time placed by the time of export, 8 counters without what earlier records of the same flow had counted, 16 datagrams thinned by a limit, which the sampling rate includes, 32 MOS and R factor worked out by the E-model from loss, jitter, round-trip time and codec, 64 time known to a second only, because NetFlow v9 tells the clock of the exporter in whole seconds and too few datagrams came to know more.' },
])

export type ColumnName = (typeof COLUMNS)[number]['name']

/** Columns that lie in batches and tables; the others are computed when asked for. */
export const STORED_COLUMNS: readonly Column[] = (COLUMNS as readonly Column[]).filter(column => column.origin !== 'computed' || column.name === 'measured')

const byName = new Map<string, Column>((COLUMNS as readonly Column[]).map(column => [column.name, column]))

/** The column of this name, or undefined. Former names are not looked up. */
export const columnByName = (name: string): Column | undefined => byName.get(name)

/** Bits of the column `notes`. The values are stored data. */
export const NOTES = { time_replaced: 1, sampling_guessed: 2, time_by_export: 4, counted_before: 8, limited: 16, mos_estimated: 32, time_rough: 64 } as const
