/**
 * The world the simulated exporters watch: a company with sites, the networks its people reach, and the services in use. The
 * prefixes and AS numbers of well-known networks are public facts (routing registries), so that maps and AS names look alive.
 */

/** A network on the Internet. */
export interface Provider {
  readonly name: string
  readonly as: number
  /** First address and prefix length of the IPv4 block that servers are drawn from. */
  readonly v4: readonly [address: string, bits: number]
  /** The first 64 bits of its IPv6 servers. */
  readonly v6: readonly [number, number]
  /** Names its servers answer to. */
  readonly names: readonly string[]
}

export const PROVIDERS = {
  google: { name: 'Google', as: 15169, v4: ['142.250.0.0', 15], v6: [0x2a001450, 0x40010809], names: ['www.google.com', 'mail.google.com', 'www.youtube.com', 'rr4---sn-4g5e6nsk.googlevideo.com', 'fonts.gstatic.com'] },
  cloudflare: { name: 'Cloudflare', as: 13335, v4: ['104.16.0.0', 13], v6: [0x26064700, 0x00000000], names: ['cdnjs.cloudflare.com', 'discord.com', 'www.npmjs.com', 'medium.com'] },
  microsoft: { name: 'Microsoft', as: 8075, v4: ['52.112.0.0', 14], v6: [0x26031000, 0x01000000], names: ['teams.microsoft.com', 'outlook.office365.com', 'login.microsoftonline.com', 'sharepoint.com'] },
  amazon: { name: 'Amazon', as: 16509, v4: ['52.28.0.0', 16], v6: [0x2a05d014, 0x00000000], names: ['s3.eu-central-1.amazonaws.com', 'dynamodb.eu-central-1.amazonaws.com', 'www.amazon.de', 'slack.com'] },
  akamai: { name: 'Akamai', as: 20940, v4: ['23.32.0.0', 11], v6: [0x2a0226f0, 0x00cc0000], names: ['www.microsoft.com', 'swcdn.apple.com', 'images.akamaized.net', 'ardmediathek.akamaized.net'] },
  apple: { name: 'Apple', as: 714, v4: ['17.248.0.0', 16], v6: [0x26200149, 0x0a440000], names: ['gateway.icloud.com', 'push.apple.com', 'itunes.apple.com'] },
  meta: { name: 'Meta', as: 32934, v4: ['157.240.0.0', 16], v6: [0x2a032880, 0xf11cface], names: ['www.facebook.com', 'scontent.xx.fbcdn.net', 'www.instagram.com', 'web.whatsapp.com'] },
  netflix: { name: 'Netflix', as: 2906, v4: ['45.57.0.0', 17], v6: [0x2a0086c0, 0x20080000], names: ['www.netflix.com', 'ipv4-c001-fra001-ix.1.oca.nflxvideo.net'] },
  fastly: { name: 'Fastly', as: 54113, v4: ['151.101.0.0', 16], v6: [0x2a044e42, 0x00000000], names: ['github.githubassets.com', 'www.reddit.com', 'time.com', 'www.theguardian.com'] },
  hetzner: { name: 'Hetzner', as: 24940, v4: ['88.198.0.0', 16], v6: [0x2a0104f8, 0x01610000], names: ['git.partner.example', 'mirror.hetzner.com', 'cloud.partner.example'] },
  ovh: { name: 'OVH', as: 16276, v4: ['51.68.0.0', 16], v6: [0x200141d0, 0x00080000], names: ['backup.partner.example', 'proof.ovh.net'] },
  telekom: { name: 'Deutsche Telekom', as: 3320, v4: ['80.128.0.0', 11], v6: [0x20030000, 0xeb1d0000], names: ['www.t-online.de'] },
  comcast: { name: 'Comcast', as: 7922, v4: ['73.0.0.0', 8], v6: [0x26010240, 0x41000000], names: [] },
  orange: { name: 'Orange', as: 3215, v4: ['90.0.0.0', 9], v6: [0x2a01cb00, 0x08a00000], names: [] },
  telefonica: { name: 'Telefónica', as: 3352, v4: ['83.32.0.0', 11], v6: [0x2a020b00, 0x00010000], names: [] },
  ntt: { name: 'NTT OCN', as: 4713, v4: ['153.128.0.0', 9], v6: [0x24004050, 0x80000000], names: [] },
  vivo: { name: 'Vivo', as: 26599, v4: ['177.24.0.0', 13], v6: [0x280404d4, 0x00000000], names: [] },
  airtel: { name: 'Bharti Airtel', as: 24560, v4: ['122.160.0.0', 11], v6: [0x24014900, 0x10000000], names: [] },
  quad9: { name: 'Quad9', as: 19281, v4: ['9.9.9.8', 30], v6: [0x262000fe, 0x00000000], names: ['dns.quad9.net'] },
  pool: { name: 'PTB', as: 680, v4: ['192.53.103.104', 29], v6: [0x20010638, 0x06100000], names: ['ptbtime1.ptb.de'] },
} as const satisfies Record<string, Provider>
export type ProviderName = keyof typeof PROVIDERS

/** Networks whose people visit the company's public servers. */
export const EYEBALLS: readonly ProviderName[] = ['telekom', 'comcast', 'orange', 'telefonica', 'ntt', 'vivo', 'airtel', 'microsoft', 'google', 'hetzner']

/** A place of the company. */
export interface Site {
  readonly name: string
  /** Second octet of its 10.x.0.0/16. */
  readonly net: number
  /** Its public IPv4 /24, of the documentation ranges. */
  readonly publicNet: string
  /** The first 48 bits of its IPv6 network. */
  readonly v6: readonly [number, number]
  readonly as: number
  readonly clients: number
  /** Hours its clocks are ahead of UTC. */
  readonly utcOffset: number
}

export const SITES: readonly Site[] = [
  { name: 'fra', net: 10, publicNet: '203.0.113.0', v6: [0x20010db8, 0x00100000], as: 64_500, clients: 3000, utcOffset: 1 },
  { name: 'nyc', net: 20, publicNet: '198.51.100.0', v6: [0x20010db8, 0x00200000], as: 64_501, clients: 1200, utcOffset: -5 },
  { name: 'sin', net: 30, publicNet: '192.0.2.0', v6: [0x20010db8, 0x00300000], as: 64_502, clients: 600, utcOffset: 8 },
  { name: 'dc1', net: 40, publicNet: '203.0.113.128', v6: [0x20010db8, 0x00400000], as: 64_500, clients: 400, utcOffset: 1 },
]

/** How much of a service is used at each hour of the local day; 1 is its busiest hour. */
export const DAY_SHAPES = {
  office: [0.06, 0.05, 0.05, 0.05, 0.06, 0.1, 0.22, 0.5, 0.85, 1, 1, 0.95, 0.75, 0.85, 1, 0.97, 0.88, 0.7, 0.45, 0.3, 0.22, 0.17, 0.12, 0.08],
  evening: [0.35, 0.2, 0.12, 0.08, 0.07, 0.08, 0.15, 0.25, 0.3, 0.32, 0.35, 0.38, 0.45, 0.42, 0.4, 0.42, 0.5, 0.62, 0.78, 0.92, 1, 1, 0.85, 0.6],
  night: [0.9, 1, 1, 0.95, 0.7, 0.4, 0.15, 0.05, 0.03, 0.03, 0.03, 0.03, 0.05, 0.03, 0.03, 0.03, 0.04, 0.05, 0.08, 0.12, 0.2, 0.35, 0.6, 0.8],
  flat: Array.from({ length: 24 }, () => 1),
} as const satisfies Record<string, readonly number[]>

/**
 * Where the two ends of a service are: `out` a client of the site and a server on the Internet, `in` the other way round,
 * `local` both within the company, `device` between network devices.
 */
export type Reach = 'out' | 'in' | 'local' | 'device'

export interface Service {
  readonly name: string
  readonly proto: number
  /** Port of the server; for ICMP type × 256 + code of the question; 0 where the protocol has none. */
  readonly port: number
  readonly reach: Reach
  /** Share among the services of one reach, at its busiest hour. */
  readonly weight: number
  readonly day: keyof typeof DAY_SHAPES
  /** Median payload from client to server and back, bytes. */
  readonly up: number
  readonly down: number
  /** Spread of the logarithm of both: 0.3 is steady, 2 has elephants. */
  readonly sigma: number
  /** Median duration, ms. */
  readonly durationMs: number
  /** Payload of a full packet, bytes. */
  readonly segment: number
  readonly dscp: number
  /** How readily it runs over IPv6: 1 as the network does, 0 never. */
  readonly v6: number
  readonly providers?: Readonly<Partial<Record<ProviderName, number>>>
  /** Application id as NBAR2 sends it (RFC 6759): engine in the upper 8 bits; and the id nDPI has for it. */
  readonly nbar: number
  readonly ndpi: number
}

const L4 = 3 << 24 // engine 3: an IANA port is the selector
const L7 = 13 << 24 // engine 13: NBAR2 names the application

const WEB = { google: 24, cloudflare: 18, microsoft: 17, amazon: 14, akamai: 12, fastly: 7, apple: 5, meta: 9, hetzner: 3, ovh: 2, telekom: 1 } as const

export const SERVICES: readonly Service[] = [
  { name: 'https', proto: 6, port: 443, reach: 'out', weight: 40, day: 'office', up: 2600, down: 14_000, sigma: 1.7, durationMs: 4500, segment: 1400, dscp: 0, v6: 1, providers: WEB, nbar: L7 | 453, ndpi: 91 },
  { name: 'quic', proto: 17, port: 443, reach: 'out', weight: 17, day: 'evening', up: 4000, down: 26_000, sigma: 1.8, durationMs: 6000, segment: 1250, dscp: 0, v6: 1.2, providers: { google: 55, cloudflare: 20, meta: 20, fastly: 5 }, nbar: L7 | 1475, ndpi: 188 },
  { name: 'video', proto: 6, port: 443, reach: 'out', weight: 2, day: 'evening', up: 40_000, down: 4_000_000, sigma: 1.4, durationMs: 90_000, segment: 1420, dscp: 0, v6: 1.1, providers: { netflix: 40, google: 45, akamai: 15 }, nbar: L7 | 82, ndpi: 133 },
  { name: 'http', proto: 6, port: 80, reach: 'out', weight: 5, day: 'office', up: 600, down: 5000, sigma: 1.6, durationMs: 900, segment: 1400, dscp: 0, v6: 0.8, providers: WEB, nbar: L4 | 80, ndpi: 7 },
  { name: 'dns', proto: 17, port: 53, reach: 'out', weight: 14, day: 'office', up: 44, down: 130, sigma: 0.3, durationMs: 18, segment: 512, dscp: 0, v6: 0.7, providers: { google: 40, cloudflare: 25, quad9: 35 }, nbar: L4 | 53, ndpi: 5 },
  { name: 'ntp', proto: 17, port: 123, reach: 'out', weight: 2, day: 'flat', up: 48, down: 48, sigma: 0, durationMs: 22, segment: 48, dscp: 0, v6: 0.5, providers: { pool: 1 }, nbar: L4 | 123, ndpi: 9 },
  { name: 'imaps', proto: 6, port: 993, reach: 'out', weight: 3, day: 'office', up: 1500, down: 9000, sigma: 1.8, durationMs: 60_000, segment: 1400, dscp: 0, v6: 1, providers: { microsoft: 60, google: 30, hetzner: 10 }, nbar: L4 | 993, ndpi: 51 },
  { name: 'submission', proto: 6, port: 587, reach: 'out', weight: 1, day: 'office', up: 38_000, down: 3000, sigma: 1.9, durationMs: 3500, segment: 1400, dscp: 0, v6: 0.6, providers: { microsoft: 60, google: 40 }, nbar: L4 | 587, ndpi: 29 },
  { name: 'ssh', proto: 6, port: 22, reach: 'out', weight: 1.5, day: 'office', up: 6000, down: 14_000, sigma: 2, durationMs: 120_000, segment: 1400, dscp: 4, v6: 0.9, providers: { hetzner: 50, amazon: 30, ovh: 20 }, nbar: L4 | 22, ndpi: 92 },
  { name: 'meeting', proto: 17, port: 3478, reach: 'out', weight: 1.2, day: 'office', up: 900_000, down: 1_600_000, sigma: 1.3, durationMs: 240_000, segment: 1000, dscp: 34, v6: 0.6, providers: { microsoft: 85, google: 15 }, nbar: L7 | 1427, ndpi: 250 },
  { name: 'wireguard', proto: 17, port: 51_820, reach: 'out', weight: 0.6, day: 'evening', up: 60_000, down: 300_000, sigma: 1.8, durationMs: 200_000, segment: 1350, dscp: 0, v6: 0.5, providers: { hetzner: 50, telekom: 50 }, nbar: L4 | 51_820, ndpi: 206 },
  { name: 'ping', proto: 1, port: 2048, reach: 'out', weight: 1.2, day: 'flat', up: 56, down: 56, sigma: 0.2, durationMs: 4000, segment: 56, dscp: 0, v6: 0.6, providers: { google: 50, cloudflare: 30, quad9: 20 }, nbar: L7 | 479, ndpi: 81 },

  { name: 'https', proto: 6, port: 443, reach: 'in', weight: 60, day: 'evening', up: 1800, down: 22_000, sigma: 1.6, durationMs: 3800, segment: 1400, dscp: 0, v6: 1, nbar: L7 | 453, ndpi: 91 },
  { name: 'http', proto: 6, port: 80, reach: 'in', weight: 6, day: 'evening', up: 400, down: 700, sigma: 0.8, durationMs: 300, segment: 1400, dscp: 0, v6: 0.8, nbar: L4 | 80, ndpi: 7 },
  { name: 'smtp', proto: 6, port: 25, reach: 'in', weight: 8, day: 'office', up: 26_000, down: 1800, sigma: 1.7, durationMs: 2600, segment: 1400, dscp: 0, v6: 0.6, nbar: L4 | 25, ndpi: 3 },
  { name: 'dns', proto: 17, port: 53, reach: 'in', weight: 12, day: 'flat', up: 46, down: 180, sigma: 0.4, durationMs: 4, segment: 512, dscp: 0, v6: 0.9, nbar: L4 | 53, ndpi: 5 },
  { name: 'ssh', proto: 6, port: 22, reach: 'in', weight: 3, day: 'flat', up: 2400, down: 2600, sigma: 0.6, durationMs: 2500, segment: 1400, dscp: 0, v6: 0.1, nbar: L4 | 22, ndpi: 92 },
  { name: 'ipsec', proto: 50, port: 0, reach: 'in', weight: 0.6, day: 'office', up: 400_000, down: 700_000, sigma: 1.5, durationMs: 240_000, segment: 1380, dscp: 0, v6: 0.2, nbar: L7 | 50, ndpi: 79 },

  { name: 'smb', proto: 6, port: 445, reach: 'local', weight: 16, day: 'office', up: 12_000, down: 60_000, sigma: 2.1, durationMs: 30_000, segment: 1440, dscp: 0, v6: 0.7, nbar: L4 | 445, ndpi: 41 },
  { name: 'dns', proto: 17, port: 53, reach: 'local', weight: 26, day: 'office', up: 42, down: 110, sigma: 0.3, durationMs: 2, segment: 512, dscp: 0, v6: 0.8, nbar: L4 | 53, ndpi: 5 },
  { name: 'ldap', proto: 6, port: 389, reach: 'local', weight: 7, day: 'office', up: 1600, down: 4200, sigma: 1.1, durationMs: 900, segment: 1400, dscp: 0, v6: 0.8, nbar: L4 | 389, ndpi: 112 },
  { name: 'kerberos', proto: 6, port: 88, reach: 'local', weight: 5, day: 'office', up: 1500, down: 1600, sigma: 0.4, durationMs: 12, segment: 1400, dscp: 0, v6: 0.8, nbar: L4 | 88, ndpi: 111 },
  { name: 'https', proto: 6, port: 443, reach: 'local', weight: 16, day: 'office', up: 2200, down: 11_000, sigma: 1.6, durationMs: 2200, segment: 1440, dscp: 0, v6: 0.8, nbar: L7 | 453, ndpi: 91 },
  { name: 'mysql', proto: 6, port: 3306, reach: 'local', weight: 6, day: 'flat', up: 3200, down: 18_000, sigma: 1.9, durationMs: 15_000, segment: 1440, dscp: 0, v6: 0.3, nbar: L4 | 3306, ndpi: 20 },
  { name: 'postgresql', proto: 6, port: 5432, reach: 'local', weight: 5, day: 'flat', up: 2800, down: 21_000, sigma: 1.9, durationMs: 20_000, segment: 1440, dscp: 0, v6: 0.4, nbar: L4 | 5432, ndpi: 19 },
  { name: 'rdp', proto: 6, port: 3389, reach: 'local', weight: 2, day: 'office', up: 150_000, down: 1_800_000, sigma: 1.4, durationMs: 420_000, segment: 1400, dscp: 18, v6: 0.3, nbar: L4 | 3389, ndpi: 88 },
  { name: 'sip', proto: 17, port: 5060, reach: 'local', weight: 1.5, day: 'office', up: 1900, down: 2100, sigma: 0.5, durationMs: 9000, segment: 900, dscp: 24, v6: 0, nbar: L4 | 5060, ndpi: 100 },
  { name: 'rtp', proto: 17, port: 16_384, reach: 'local', weight: 2, day: 'office', up: 1_400_000, down: 1_400_000, sigma: 0.9, durationMs: 150_000, segment: 172, dscp: 46, v6: 0, nbar: L7 | 61, ndpi: 87 },
  { name: 'ntp', proto: 17, port: 123, reach: 'local', weight: 2.5, day: 'flat', up: 48, down: 48, sigma: 0, durationMs: 1, segment: 48, dscp: 0, v6: 0.4, nbar: L4 | 123, ndpi: 9 },
  { name: 'ssh', proto: 6, port: 22, reach: 'local', weight: 2, day: 'office', up: 5000, down: 16_000, sigma: 2, durationMs: 200_000, segment: 1440, dscp: 4, v6: 0.6, nbar: L4 | 22, ndpi: 92 },
  { name: 'backup', proto: 6, port: 10_006, reach: 'local', weight: 3, day: 'night', up: 60_000_000, down: 300_000, sigma: 1.2, durationMs: 900_000, segment: 1448, dscp: 8, v6: 0.2, nbar: L4 | 10_006, ndpi: 0 },
  { name: 'iscsi', proto: 6, port: 3260, reach: 'local', weight: 1, day: 'flat', up: 4_000_000, down: 9_000_000, sigma: 1.3, durationMs: 600_000, segment: 8900, dscp: 0, v6: 0, nbar: L4 | 3260, ndpi: 0 },

  { name: 'bgp', proto: 6, port: 179, reach: 'device', weight: 3, day: 'flat', up: 900, down: 1100, sigma: 1, durationMs: 60_000, segment: 500, dscp: 48, v6: 1, nbar: L4 | 179, ndpi: 13 },
  { name: 'snmp', proto: 17, port: 161, reach: 'device', weight: 5, day: 'flat', up: 4200, down: 9800, sigma: 0.9, durationMs: 1500, segment: 480, dscp: 16, v6: 0.3, nbar: L4 | 161, ndpi: 14 },
  { name: 'syslog', proto: 17, port: 514, reach: 'device', weight: 3, day: 'flat', up: 2100, down: 0, sigma: 1.1, durationMs: 20_000, segment: 260, dscp: 16, v6: 0.2, nbar: L4 | 514, ndpi: 17 },
  { name: 'gre', proto: 47, port: 0, reach: 'device', weight: 0.3, day: 'office', up: 900_000, down: 1_300_000, sigma: 1.3, durationMs: 300_000, segment: 1380, dscp: 0, v6: 0, nbar: L7 | 47, ndpi: 80 },
  { name: 'ospf', proto: 89, port: 0, reach: 'device', weight: 1, day: 'flat', up: 480, down: 0, sigma: 0.2, durationMs: 60_000, segment: 80, dscp: 48, v6: 0.6, nbar: L7 | 89, ndpi: 85 },
]
