/**
 * Exporters as their vendors build them: the templates in the order and with the lengths the devices send (taken from captures of
 * those devices), how each tells its sampling, its options tables, its timeouts.
 */
import { addressBytes, type Value } from './encode.ts'
import { parseTemplate, type Template } from './template.ts'
import { SERVICES, type Reach } from './world.ts'

export const PROTOCOLS = ['v5', 'v9', 'ipfix', 'sflow'] as const
export type Protocol = (typeof PROTOCOLS)[number]

/** The name of a protocol in the ledger, as in the column `export_protocol`. */
export const PROTOCOL_NAMES = { v5: 'netflow5', v9: 'netflow9', ipfix: 'ipfix', sflow: 'sflow' } as const satisfies Record<Protocol, string>

export interface Interface {
  readonly index: number
  readonly name: string
  readonly description: string
  /** Bits a second. */
  readonly speed: number
  readonly uplink: boolean
}

/** One simulated device. */
export interface Device {
  readonly name: string
  readonly profile: Profile
  /** Address its datagrams come from, where the machine has it. */
  readonly address: string
  readonly domain: number
  /** When it started, ms since 1970: the zero of its uptime. */
  readonly bootMs: number
  readonly interfaces: readonly Interface[]
  readonly samplingRate: number
}

/** An options table: its template and the rows it is sent with. */
export interface OptionsTable {
  readonly template: Template
  readonly rows: readonly (readonly Value[])[]
}

export interface Profile {
  readonly name: string
  /** The device whose records these are. */
  readonly device: string
  readonly protocol: Protocol
  /** What it sees: see `Viewpoint`. */
  readonly reach: Readonly<Partial<Record<Reach, number>>>
  /** Share of the fleet's flows in proportion. */
  readonly weight: number
  readonly v4?: Template
  readonly v6?: Template
  /** IPv4 and IPv6 never share a datagram. */
  readonly apart?: boolean
  readonly samplingRate: number
  /** Elements 35 and 49: 1 every n-th packet, 2 at random. */
  readonly samplingMode?: number
  readonly options?: (device: Device) => readonly OptionsTable[]
  readonly refreshMs: number
  readonly activeTimeoutMs: number
  readonly bothWays?: boolean
  /** How its sFlow samples look. */
  readonly sflow?: {
    readonly expanded: boolean
    /** The sampled packet has its VLAN tag. */
    readonly tagged: boolean
    /** Counter samples name their port. */
    readonly portNames?: boolean
    readonly records: readonly ('switch' | 'router' | 'gateway')[]
  }
  /** Observation domain; counted up from here where several exporters share an address. */
  readonly domain: number
}

/** IE 130 and 131: the address in the one that fits, zeros in the other. */
function ownAddress({ address }: Device): readonly [Uint8Array, Uint8Array] {
  const bytes = addressBytes(address)
  return bytes.length === 4 ? [bytes, new Uint8Array(16)] : [new Uint8Array(4), bytes]
}

const EDGE = { out: 0.6, in: 0.32, device: 0.08 } as const
const CORE = { local: 0.72, out: 0.2, device: 0.08 } as const
const FIREWALL = { out: 0.7, in: 0.25, local: 0.05 } as const

const WIDE_AREA_APPS: readonly (readonly [id: number, name: string])[] =
  [...new Map(SERVICES.map(service => [service.nbar, service.name] as const))]

/** IOS `option interface-table`, `option application-table`, `option sampler-table`. */
const iosOptions = (device: Device): readonly OptionsTable[] => [
  {
    template: parseTemplate(257, 'S1:4 10:4 82:32 83:64'),
    rows: device.interfaces.map(port => [0, port.index, port.name, port.description]),
  },
  {
    template: parseTemplate(258, 'S1:4 95:4 96:24 94:55'),
    rows: WIDE_AREA_APPS.map(([id, name]) => [0, id, name, `${name} traffic`]),
  },
  {
    template: parseTemplate(259, 'S1:4 48:1 84:41 49:1 50:2'),
    rows: [[0, 1, 'FLOW-SAMPLER', 2, device.samplingRate]],
  },
]

export const PROFILES: readonly Profile[] = [
  {
    name: 'cisco-ios-v5', device: 'Cisco 7200, IOS 12.4, sampled 1 in 100', protocol: 'v5', reach: EDGE, weight: 6,
    samplingRate: 100, samplingMode: 1, refreshMs: 60_000, activeTimeoutMs: 60_000, domain: 0,
  },
  {
    name: 'softflowd-v5', device: 'softflowd 1.0 on Linux', protocol: 'v5', reach: CORE, weight: 4,
    samplingRate: 1, refreshMs: 60_000, activeTimeoutMs: 60_000, domain: 0,
  },
  {
    name: 'cisco-ios-v9', device: 'Cisco ISR 4451, IOS XE, Flexible NetFlow with NBAR2', protocol: 'v9', reach: EDGE, weight: 8,
    v4: parseTemplate(260, '8:4 12:4 5:1 4:1 7:2 11:2 10:4 14:4 61:1 6:1 16:4 17:4 9:1 13:1 15:4 95:4 1:8 2:8 22:4 21:4'),
    v6: parseTemplate(261, '27:16 28:16 5:1 4:1 7:2 11:2 10:4 14:4 61:1 6:1 16:4 17:4 29:1 30:1 62:16 95:4 1:8 2:8 22:4 21:4'),
    samplingRate: 1, samplingMode: 2, options: iosOptions, refreshMs: 60_000, activeTimeoutMs: 60_000, domain: 256,
  },
  {
    name: 'cisco-iosxe-v9', device: 'Cisco Catalyst 9500, record netflow-original', protocol: 'v9', reach: CORE, weight: 8,
    v4: parseTemplate(257, '8:4 12:4 5:1 4:1 7:2 11:2 32:2 10:4 9:1 13:1 16:4 17:4 18:4 6:1 14:4 15:4 1:4 2:4 22:4 21:4 60:1'),
    samplingRate: 64, samplingMode: 2,
    options: device => [{ template: parseTemplate(256, 'S1:0 35:1 34:4'), rows: [['', 2, device.samplingRate]] }],
    refreshMs: 30_000, activeTimeoutMs: 60_000, domain: 17_170_432,
  },
  {
    name: 'cisco-asr9k-v9', device: 'Cisco ASR 9000, IOS XR', protocol: 'v9', reach: EDGE, weight: 14,
    v4: parseTemplate(260, '2:4 1:4 8:4 12:4 10:4 14:4 21:4 22:4 7:2 11:2 16:4 17:4 18:4 9:1 13:1 4:1 6:1 5:1 61:1 89:1 48:2 234:4 235:4'),
    v6: parseTemplate(266, '2:4 1:4 27:16 28:16 10:4 14:4 22:4 21:4 31:4 64:4 7:2 11:2 16:4 17:4 63:16 30:1 29:1 4:1 6:1 5:1 61:1 89:1 48:2 234:4 235:4'),
    apart: true, samplingRate: 1000, samplingMode: 2,
    options: device => [
      { template: parseTemplate(257, 'S1:4 48:2 50:4 49:1 84:32'), rows: [[0, 1, device.samplingRate, 2, 'SAMPLER-1-IN-1000']] },
      { template: parseTemplate(256, 'S1:4 10:4 83:64 82:64'), rows: device.interfaces.map(port => [0, port.index, port.description, port.name]) },
      { template: parseTemplate(258, 'S1:4 234:4 236:32'), rows: [[0, 0x60000000, 'default'], [0, 0x60000001, 'management']] },
    ],
    refreshMs: 30_000, activeTimeoutMs: 60_000, domain: 2177,
  },
  {
    name: 'cisco-xr-ipfix', device: 'Cisco 8000, IOS XR 7', protocol: 'ipfix', reach: EDGE, weight: 12,
    v4: parseTemplate(347, '2:8 1:8 8:4 12:4 10:4 14:4 21:4 22:4 7:2 11:2 16:4 17:4 18:4 9:1 13:1 4:1 6:2 5:1 61:1 89:4 302:4 234:4 235:4 52:1 53:1 198:8 56:6 80:6 256:2 243:2 245:2 244:1'),
    v6: parseTemplate(348, '2:8 1:8 27:16 28:16 10:4 14:4 22:4 21:4 31:4 64:4 7:2 11:2 16:4 17:4 63:16 30:1 29:1 4:1 6:2 5:1 61:1 89:4 302:4 234:4 235:4 52:1 53:1 198:8 56:6 80:6 256:2 243:2 245:2 244:1'),
    samplingRate: 256, samplingMode: 2,
    options: device => [
      { template: parseTemplate(338, 'S149:4 160:8'), rows: [[device.domain, device.bootMs]] },
      { template: parseTemplate(257, 'S302:4 305:4 304:2 309:4 310:4 84:90 335:v'), rows: [[1, 1, 3, 1, device.samplingRate, 'NETFLOW-SAMPLER-MAP', 'NETFLOW-SAMPLER-MAP']] },
      { template: parseTemplate(256, 'S10:4 S14:4 83:64 82:64'), rows: device.interfaces.map(port => [port.index, port.index, port.description, port.name]) },
      { template: parseTemplate(334, 'S234:4 236:32 234:4 235:4 90:8'), rows: [[0x60000000, 'default', 0x60000000, 0x60000000, 0]] },
    ],
    refreshMs: 30_000, activeTimeoutMs: 60_000, domain: 33_312,
  },
  {
    name: 'juniper-mx-ipfix', device: 'Juniper MX, inline-jflow', protocol: 'ipfix', reach: EDGE, weight: 12,
    v4: parseTemplate(256, '8:4 12:4 5:1 4:1 7:2 11:2 32:2 10:4 58:2 9:1 13:1 16:4 17:4 15:4 6:1 14:4 1:8 2:8 52:1 53:1 152:8 153:8 136:1 243:2 245:2'),
    v6: parseTemplate(257, '27:16 28:16 5:1 4:1 7:2 11:2 139:2 10:4 58:2 29:1 30:1 16:4 17:4 62:16 6:1 14:4 1:8 2:8 52:1 53:1 152:8 153:8 136:1 243:2 245:2'),
    apart: true, samplingRate: 2000, samplingMode: 1,
    options: device => [{
      template: parseTemplate(512, 'S144:4 41:8 42:8 160:8 130:4 131:16 34:4 36:2 37:2 214:1 215:1'),
      rows: [[1, 0, 0, device.bootMs, ...ownAddress(device), device.samplingRate, 60, 15, 10, 17]],
    }],
    refreshMs: 30_000, activeTimeoutMs: 60_000, domain: 524_288,
  },
  {
    name: 'nokia-sr-ipfix', device: 'Nokia 7750 SR, cflowd', protocol: 'ipfix', reach: EDGE, weight: 8,
    v4: parseTemplate(258, '8:4 12:4 15:4 18:4 10:4 14:4 2:8 1:8 152:8 153:8 7:2 11:2 89:1 6:1 4:1 5:1 60:1 32:2 61:1 16:4 17:4 9:1 13:1 52:1 53:1 136:1'),
    v6: parseTemplate(259, '27:16 28:16 62:16 63:16 10:4 14:4 2:8 1:8 152:8 153:8 7:2 11:2 89:1 6:1 4:1 5:1 60:1 139:2 61:1 16:4 17:4 29:1 30:1 52:1 53:1 136:1'),
    samplingRate: 500, samplingMode: 1,
    options: device => [
      { template: parseTemplate(256, 'S144:4 302:4 304:2 305:4 306:4'), rows: [[1, 1, 1, 1, device.samplingRate - 1]] },
      { template: parseTemplate(257, 'S10:4 82:32 83:64'), rows: device.interfaces.map(port => [port.index, port.name, port.description]) },
    ],
    refreshMs: 60_000, activeTimeoutMs: 60_000, domain: 65_537,
  },
  {
    name: 'mikrotik-v9', device: 'MikroTik CCR, RouterOS 6', protocol: 'v9', reach: EDGE, weight: 5,
    v4: parseTemplate(256, '60:1 22:4 21:4 2:4 1:4 7:2 11:2 10:4 14:4 4:1 6:1 8:4 12:4 15:4 225:4 226:4'),
    v6: parseTemplate(257, '60:1 22:4 21:4 2:4 1:4 7:2 11:2 10:4 14:4 4:1 6:1 27:16 28:16 62:16'),
    samplingRate: 1, refreshMs: 60_000, activeTimeoutMs: 1_800_000, domain: 0,
  },
  {
    name: 'softflowd-v9', device: 'softflowd 1.0 on FreeBSD', protocol: 'v9', reach: CORE, weight: 4,
    v4: parseTemplate(1024, '8:4 12:4 21:4 22:4 1:4 2:4 10:4 14:4 7:2 11:2 4:1 6:1 60:1 5:1'),
    v6: parseTemplate(2048, '27:16 28:16 21:4 22:4 1:4 2:4 10:4 14:4 7:2 11:2 4:1 6:1 60:1 5:1'),
    samplingRate: 10, samplingMode: 1,
    options: device => [{ template: parseTemplate(256, 'S2:4 34:4 35:1'), rows: [[0, device.samplingRate, 1]] }],
    refreshMs: 20_000, activeTimeoutMs: 60_000, domain: 0,
  },
  {
    name: 'softflowd-ipfix', device: 'softflowd 1.1 on OpenWrt', protocol: 'ipfix', reach: FIREWALL, weight: 4,
    v4: parseTemplate(1024, '8:4 12:4 22:4 21:4 1:4 2:4 10:4 14:4 61:1 136:1 7:2 11:2 4:1 6:1 60:1 5:1'),
    v6: parseTemplate(2048, '27:16 28:16 22:4 21:4 1:4 2:4 10:4 14:4 61:1 136:1 7:2 11:2 4:1 6:1 60:1 5:1'),
    samplingRate: 1, samplingMode: 1,
    options: device => [{ template: parseTemplate(256, 'S143:4 160:8 305:4 306:4 304:2 82:16'), rows: [[1, device.bootMs, 1, device.samplingRate - 1, 1, 'br-lan']] }],
    refreshMs: 20_000, activeTimeoutMs: 60_000, domain: 0,
  },
  {
    name: 'huawei-v9', device: 'Huawei NE40E, NetStream', protocol: 'v9', reach: EDGE, weight: 6,
    v4: parseTemplate(1507, '8:4 12:4 15:4 2:4 1:4 22:4 21:4 18:4 10:4 14:4 7:2 11:2 16:2 17:2 58:2 59:2 6:1 4:1 5:1 61:1 34:4 35:1 9:1 13:1'),
    samplingRate: 512, samplingMode: 2, refreshMs: 60_000, activeTimeoutMs: 60_000, domain: 369_099_009,
  },
  {
    name: 'h3c-v9', device: 'H3C S12500, NetStream', protocol: 'v9', reach: CORE, weight: 3,
    v4: parseTemplate(3281, '2:8 1:8 22:4 21:4 10:4 14:4 8:4 12:4 15:4 16:4 17:4 7:2 11:2 60:1 6:1 4:1 5:1 9:1 13:1 61:1 89:1 43:2 35:1 0:1 34:4 93:4 92:4'),
    samplingRate: 100, samplingMode: 1, refreshMs: 60_000, activeTimeoutMs: 60_000, domain: 2816,
  },
  {
    name: 'nprobe-ipfix', device: 'ntop nProbe Pro on a mirror port', protocol: 'ipfix', reach: FIREWALL, weight: 5,
    v4: parseTemplate(257, '1:8 2:8 4:1 5:1 6:1 7:2 8:4 9:1 10:4 11:2 12:4 13:1 14:4 15:4 16:4 17:4 55:1 56:6 57:6 60:1 152:8 153:8 35632/123:4 35632/124:4 35632/125:4 35632/127:4 35632/109:4 35632/118:2 35632/188:v 35632/205:v'),
    v6: parseTemplate(258, '1:8 2:8 4:1 5:1 6:1 7:2 10:4 11:2 14:4 16:4 17:4 27:16 28:16 29:1 30:1 55:1 56:6 57:6 60:1 62:16 152:8 153:8 35632/123:4 35632/124:4 35632/125:4 35632/127:4 35632/109:4 35632/118:2 35632/188:v 35632/205:v'),
    samplingRate: 1, refreshMs: 30_000, activeTimeoutMs: 60_000, domain: 231,
  },
  {
    name: 'paloalto-v9', device: 'Palo Alto PA-5200, PAN-OS 10, with App-ID and User-ID', protocol: 'v9', reach: FIREWALL, weight: 5,
    v4: parseTemplate(257, '1:8 2:4 4:1 5:1 6:1 7:2 8:4 10:4 11:2 12:4 14:4 21:4 22:4 32:2 61:1 148:8 233:1 346:4 56701:32 56702:64'),
    v6: parseTemplate(259, '1:8 2:4 4:1 5:1 6:1 7:2 27:16 10:4 11:2 28:16 14:4 21:4 22:4 32:2 61:1 148:8 233:1 346:4 56701:32 56702:64'),
    samplingRate: 1, refreshMs: 60_000, activeTimeoutMs: 60_000, domain: 1,
  },
  {
    name: 'fortigate-v9', device: 'FortiGate 600E, FortiOS 6: both directions in one record', protocol: 'v9', reach: FIREWALL, weight: 4,
    v4: parseTemplate(257, '1:8 23:8 2:4 24:4 22:4 21:4 7:2 11:2 10:2 14:2 4:1 8:4 12:4'),
    v6: parseTemplate(258, '1:8 23:8 2:4 24:4 22:4 21:4 7:2 11:2 10:2 14:2 4:1 27:16 28:16'),
    samplingRate: 1, bothWays: true,
    options: device => [{ template: parseTemplate(256, 'S1:2 40:8 41:8 42:8 36:2 37:2 34:4 35:1'), rows: [[0, 0, 0, 0, 60, 15, device.samplingRate, 1]] }],
    refreshMs: 60_000, activeTimeoutMs: 60_000, domain: 1,
  },
  {
    name: 'arista-sflow', device: 'Arista 7280, EOS: headers, switch, router and gateway records', protocol: 'sflow', reach: EDGE, weight: 8,
    sflow: { expanded: false, tagged: false, records: ['switch', 'router', 'gateway'] },
    samplingRate: 2048, refreshMs: 20_000, activeTimeoutMs: 60_000, domain: 0,
  },
  {
    name: 'aruba-sflow', device: 'Aruba 5400R: tagged headers, switch records, port names', protocol: 'sflow', reach: CORE, weight: 6,
    sflow: { expanded: false, tagged: true, portNames: true, records: ['switch'] },
    samplingRate: 512, refreshMs: 30_000, activeTimeoutMs: 60_000, domain: 0,
  },
  {
    name: 'juniper-ex-sflow', device: 'Juniper EX4600: expanded samples', protocol: 'sflow', reach: CORE, weight: 4,
    sflow: { expanded: true, tagged: false, records: ['switch', 'router'] },
    samplingRate: 1000, refreshMs: 20_000, activeTimeoutMs: 60_000, domain: 16,
  },
]
