/**
 * The one schema of flowlens.yaml. The text on a key is its documentation: the reference page, the commented example and the
 * messages derive from it. Keys are camelCase in the file; every default is a working value.
 */
import { z } from 'zod'
import { closest, readPrefix } from '../schema/index.ts'
import { DICTIONARY_KEYS, noKey } from './dictionary-keys.ts'
import { BOUNDARIES, FIELD_TYPES, FIELD_UNITS, PROFILE_NAMES } from '../decode/registry/index.ts'

const MiB = 1024 * 1024
const GB = 1000 ** 3

const port = z.int().min(1).max(65_535)
const address = z.string().min(1)

export const LISTENER_TRANSPORTS = ['udp', 'tcp', 'tls'] as const
export const LISTENER_ACCEPTS = ['auto', 'netflow1', 'netflow5', 'netflow7', 'netflow9', 'ipfix', 'sflow'] as const

const file = z.string().min(1)

/** Who may say the AS of an address. */
const AS_SOURCES = ['flow', 'networks', 'database'] as const

/** A keyword, a path or a URL. */
const source = z.string().min(1).refine(text => !/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || (/^https?:/i.test(text) && URL.canParse(text)), 'write the path of a file, or a URL that begins with http:// or https://')

const listenerTls = z.strictObject({
  cert: file.describe('Certificate chain of this collector, PEM. A renewed file is taken without a restart.'),
  key: file.describe('Its private key, PEM.'),
  ca: file.optional().describe('Certificates of the authorities that sign those of exporters, PEM. With it an exporter that shows a certificate must show one of theirs.'),
  requireClientCertificate: z.boolean().default(false).describe('Take only exporters that show a certificate of `ca` (mutual TLS, RFC 7011 §11.3).'),
})

const listener = z.strictObject({
  address: address.default('0.0.0.0').describe('Address to listen on; 0.0.0.0 is every IPv4 address, :: every address.'),
  port: port.describe('Port.'),
  transport: z.enum(LISTENER_TRANSPORTS).default('udp').describe('udp takes every protocol; tcp and tls take IPFIX (RFC 7011 §10.4, §11), usually on 4739 and 4740.'),
  tls: listenerTls.optional().describe('Certificates of a listener whose transport is tls.'),
  accept: z.array(z.enum(LISTENER_ACCEPTS)).min(1).default(['auto']).describe('Which protocols this port takes; auto takes every one, told by its version word. Others are counted as not_allowed.'),
  name: z.string().regex(/^[\w.-]{1,40}$/).optional().describe('Name in metrics and pages; by default the port, and of tcp and tls the transport too: 4739-tcp.'),
})

const exporterField = z.strictObject({
  // A bare number is an element of IANA: YAML reads it as one.
  element: z.preprocess(value => (typeof value === 'number' ? String(value) : value), z.string()).describe('Information element: 8 (IANA), 9/1234 (enterprise/element) or v9:34000 (a type of NetFlow v9).'),
  column: z.string().describe('Column it fills, before everything that fills it by default.'),
  type: z.enum(FIELD_TYPES).optional().describe('Type of its values; the element registry’s by default, an unsigned number or text for elements it does not know.'),
  unit: z.enum(FIELD_UNITS).optional().describe('Unit of its values where the column is a time; the registry’s by default, us for elements it does not know.'),
  scale: z.number().optional().describe('What values are multiplied by.'),
  sentinel: z.int().min(0).max(0xffff_ffff).optional().describe('The value that means “not available”; the registry’s by default.'),
})

const label = z.string().trim().min(1).max(100)
const pattern = z.string().min(1).max(200)

const SPEED_MISTAKE = 'write bits a second, or 100M, 10G, 2.5G'

const interfaceEntry = z.strictObject({
  index: z.int().min(1).max(0xffff_ffff).describe('SNMP index of the interface, as flows carry it.'),
  name: label.optional().describe('Its name, before the one that the exporter’s options tell.'),
  description: label.optional().describe('Its description, for interfaceRules; before the one of options.'),
  speed: z.union([z.int().min(1), z.string().regex(/^\d+(?:\.\d+)?[KMGT]$/i, SPEED_MISTAKE)], SPEED_MISTAKE).optional().describe('Its speed: bits a second, or 100M, 10G, 2.5G.'),
  boundary: z.enum(BOUNDARIES).optional().describe('Whether it faces another network or the own one; before what rules find, as are the next two.'),
  connectivity: label.optional().describe('What it leads to: transit, peering, customer …'),
  provider: label.optional().describe('Who is behind it.'),
})

const interfaceRule = z.strictObject({
  match: z.array(address).min(1).optional().describe('Addresses and prefixes of the exporters it is for; every one by default.'),
  group: label.optional().describe('Group of the exporters it is for (exporters.group).'),
  name: pattern.optional().describe('Regular expression for the name of the interface, case ignored.'),
  description: pattern.optional().describe('Regular expression for its description, case ignored.'),
  boundary: z.enum(BOUNDARIES).optional().describe('Whether it faces another network or the own one.'),
  connectivity: label.optional().describe('What it leads to; $<name> stands for a group (?<name>…) of the expressions. Without it a group called connectivity.'),
  provider: label.optional().describe('Who is behind it, likewise; without it a group called provider.'),
})

const exporterEntry = z.strictObject({
  match: z.array(address).min(1).describe('Addresses and prefixes of the exporters this is for. Where several entries hold for one, profiles, fields and interfaces add up, and of settings the entry with the longer prefix wins.'),
  name: label.optional().describe('Name of the exporter: column exporter_name.'),
  group: label.optional().describe('Group it belongs to: column exporter_group, and what interfaceRules may be for.'),
  role: label.optional().describe('What it is for, such as edge or core: column exporter_role.'),
  site: label.optional().describe('Where it stands: column exporter_site.'),
  region: label.optional().describe('Region of the site: column exporter_region.'),
  tenant: label.optional().describe('Whom it serves: column exporter_tenant.'),
  interfaces: z.array(interfaceEntry).default([]).describe('Names and more of interfaces that the exporter does not tell, or tells wrong. Of several entries they add up.'),
  profiles: z.array(z.enum(PROFILE_NAMES, { error: issue => unknownName(issue.input, PROFILE_NAMES, 'profile') })).default([]).describe('Ready-made profiles of exporters whose numbers mean something of their own.'),
  fields: z.array(exporterField).default([]).describe('Elements that fill a column of your choice, without code.'),
  postCounters: z.enum(['auto', 'post', 'reverse']).optional().describe('What types 23 and 24 count: post what left the device, reverse the other direction; auto takes reverse where 1 and 23 stand together in NetFlow v9.'),
  samplingRate: z.int().min(1).max(0xffff_ffff).optional().describe('The sampling rate of its NetFlow and IPFIX, whatever it tells itself: one packet in this many was seen, 1 is every one. For devices that tell wrong rates (RouterOS 6).'),
  samplingRateDefault: z.int().min(1).max(0xffff_ffff).optional().describe('The sampling rate where it tells none; without it such flows count as unsampled, and the exporter’s page says so.'),
  duplicates: z.enum(['find', 'none', 'all']).optional().describe('Whether other exporters tell its flows too: find looks for it; none, nobody else does, so all of it counts; all, others tell everything it tells, so nothing of it counts in totals. For networks whose addresses repeat, and for samplers whose traffic has no large flows to tell by.'),
  relay: z.boolean().optional().describe('Whether it passes on what others export: the exporter is then the address in elements 130, 131, 403 or 404.'),
  templates: z.enum(['learn', 'pin']).optional().describe('learn takes a template’s new definition, pin keeps the first until it expires and counts others as template_pinned.'),
  datagramsPerSecond: z.int().min(1).optional().describe('Most datagrams a second that are taken; beyond that they are thinned, and the sampling rate says so.'),
})

const prefixOrAll = z.string().refine(text => text === 'all' || readPrefix(text) !== undefined, { error: issue => `${String(issue.input)} is no prefix; write 10.0.0.0/8, fd00::/8 or all` })

const dictionary = z.strictObject({
  file: file.describe('The file: CSV, a line key,value each; or YAML (.yaml, .yml), lines like 10.1.0.0/16: Berlin. A changed file is read again by itself.'),
  key: z.string().refine(name => DICTIONARY_KEYS.includes(name), { error: issue => noKey(String(issue.input)) }).describe('Column whose value is looked up: src, dst, in_if, vlan, src_port, app … Keys of addresses may be prefixes; the longest holds.'),
  fill: z.enum(['custom_text_1', 'custom_text_2', 'custom_text_3', 'custom_text_4']).describe('Column that the value found goes to, where nothing filled it before.'),
})

const nameOf = z.string().trim().min(1).max(64).regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._+&/()-]*$/u, 'a name begins with a letter or digit and has letters, digits, blanks and . _ + & / ( ) -')

const applicationRule = z.strictObject({
  filter: z.string().min(1).describe('Which flows it is for, in the language of filters: dst in 10.1.0.0/16 and port = 8443.'),
  app: nameOf.optional().describe('Their application: one FlowLens knows, or a name of your own.'),
  category: nameOf.optional().describe('Their category: one FlowLens knows, or one of your own. Without it that of `app` where FlowLens knows it, else what was found.'),
})

function unknownName(input: unknown, names: readonly string[], what: string): string {
  const meant = typeof input === 'string' ? closest(input, names) : undefined
  return `there is no ${what} ${String(input)}; ${meant === undefined ? `known are ${names.join(', ')}` : `did you mean ${meant}?`}`
}

export const configSchema = z.strictObject({
  dataDir: z.string().min(1).default('./data').describe('Directory for everything that lasts: spool, flow store, state. Relative paths count from this file.'),

  listeners: z.array(listener).default([
    { address: '0.0.0.0', port: 2055, transport: 'udp', accept: ['auto'] },
    { address: '0.0.0.0', port: 9995, transport: 'udp', accept: ['auto'] },
    { address: '0.0.0.0', port: 4739, transport: 'udp', accept: ['auto'] },
    { address: '0.0.0.0', port: 4739, transport: 'tcp', accept: ['auto'] },
    { address: '0.0.0.0', port: 6343, transport: 'udp', accept: ['auto'] },
  ]).describe('Ports that exporters send to.'),

  exporters: z.array(exporterEntry).default([]).describe('What is particular to some exporters: what they are called and where they stand, how their numbers are read, how much of them is taken.'),

  interfaceRules: z.array(interfaceRule).max(1000).default([]).describe('What interfaces are, by their names and descriptions: the first rule that matches gives boundary, connectivity and provider.'),

  applicationRules: z.array(applicationRule).max(500).default([]).describe('Applications and categories of your own: the first rule that keeps a flow names it, whatever else was found.'),

  aggregate: z.strictObject({
    seconds: z.int().min(0).max(300).default(0).describe('Merge flows of equal keys that come within this time before they are stored: counters are added, times widened. 0 stores every flow as it comes. Rows come later by up to this time, and a crash loses as much.'),
    keep: z.array(z.string()).min(1).optional().describe('Columns that stay beside counters and times; flows that differ in others become one, and those columns are empty. Without it every column stays.'),
  }).prefault({}).describe('Fewer, larger rows.'),

  receive: z.strictObject({
    method: z.enum(['auto', 'recvmmsg', 'dgram']).default('auto').describe('recvmmsg takes many datagrams a call and needs Linux; dgram works everywhere and loses more under load; auto takes recvmmsg where it works.'),
    workers: z.int().min(1).max(64).default(1).describe('Threads that receive and decode. An exporter always belongs to one of them. One takes a few million flows a second.'),
    bufferBytes: z.int().min(4096).max(1024 * MiB).default(32 * MiB).describe('Receive buffer asked of the kernel for each socket. The log says what was granted and how to raise the limit.'),
    datagramBytes: z.int().min(1500).max(65_535).default(9216).describe('Longest datagram taken; longer ones are counted as truncated.'),
    queueBytes: z.int().min(32 * MiB).default(256 * MiB).describe('Memory for rows on their way to the disk; when it is full, rows are dropped and counted as queue_full.'),
  }).prefault({}).describe('How datagrams are received.'),

  streams: z.strictObject({
    connections: z.int().min(1).max(10_000).default(1000).describe('Most connections at once.'),
    connectionsPerAddress: z.int().min(1).max(10_000).default(16).describe('Most connections of one address at once.'),
    idleSeconds: z.int().min(10).default(1800).describe('A connection without a message for this long is closed.'),
    messageSeconds: z.int().min(1).max(600).default(30).describe('A message that was begun must be whole, and a TLS handshake done, within this time.'),
  }).prefault({}).describe('Limits of listeners whose transport is tcp or tls.'),

  templates: z.strictObject({
    lifetimeSeconds: z.int().min(60).default(1800).describe('A template that was not sent again for this long is forgotten (at least three times the refresh seen).'),
    pendingSeconds: z.int().min(1).max(600).default(30).describe('Data that comes before its template waits this long.'),
    pendingBytes: z.int().min(0).default(8 * MiB).describe('Memory for waiting data of one exporter.'),
    perDomain: z.int().min(1).default(4096).describe('Most templates of one exporter and observation domain.'),
    domains: z.int().min(1).default(64).describe('Most observation domains of one exporter.'),
    exporters: z.int().min(1).default(10_000).describe('Most exporters.'),
  }).prefault({}).describe('Limits of what exporters teach.'),

  enrich: z.strictObject({
    asDatabase: source.default('bundled').describe('Which autonomous system an address belongs to, where the exporter does not say: bundled, off, or the path or URL of an ASN database in MaxMind’s format (.mmdb). A changed file is read again by itself.'),
    countryDatabase: source.default('bundled').describe('In which country an address is: bundled, off, or the path or URL of a Country or City database in MaxMind’s format.'),
    cityDatabase: source.default('off').describe('City, latitude and longitude of an address: off, or the path or URL of a City database in MaxMind’s format.'),
    networks: source.optional().describe('File or URL of known networks: prefix, name, site, role, tenant, as of each; YAML, CSV or JSON. The most specific prefix of an address names it. A changed file is read again by itself.'),
    networksPath: z.string().max(200).default('').describe('Where the list of networks stands in JSON: keys joined by dots, such as results.'),
    asOrder: z.array(z.enum(AS_SOURCES)).max(AS_SOURCES.length).default(['flow', 'networks', 'database']).describe('Who is asked for the AS of an address, the first that knows it holds: flow (what the exporter sends), networks (the file of networks), database. What is left out is not asked.'),
    updateHours: z.number().min(0.1).max(720).default(24).describe('Sources named by a URL are fetched at the start and this often.'),
    downloadBytes: z.int().min(1 * MiB).max(4 * GB).default(1024 * MiB).describe('Largest source that is taken, as it is sent and unpacked.'),
    dictionaries: z.array(dictionary).max(16).default([]).describe('Dictionaries of your own: what their files say of a column’s value goes to a column of your choice.'),
    reverseDns: z.strictObject({
      enabled: z.boolean().default(false).describe('Ask DNS for the names of addresses that people look at. The servers asked learn which addresses these are.'),
      servers: z.array(address).max(8).default([]).describe('Servers to ask: addresses, with a port where it is not 53 as 10.0.0.53:5353 or [fd00::53]:5353. Those of this machine where none is named.'),
      queriesPerSecond: z.int().min(1).max(1000).default(20).describe('Most questions a second.'),
      cacheHours: z.number().positive().max(720).default(24).describe('How long a name is remembered; that there is none, an hour.'),
      networks: z.array(prefixOrAll).min(1).default(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']).describe('Only addresses of these prefixes are asked about; all for every address.'),
    }).prefault({}).describe('Names of hosts, shown in the console.'),
  }).prefault({}).describe('What is known of addresses.'),

  duplicates: z.strictObject({
    mark: z.boolean().default(true).describe('Find flows that several exporters tell, or one tells twice, mark them and count them once. Off: every row counts.'),
    memoryBytes: z.int().min(4 * MiB).max(4096 * MiB).default(128 * MiB).describe('Most memory for flows seen lately; 21 bytes each. It grows to this only under load, and while more than one exporter sends.'),
  }).prefault({}).describe('Flows that are told more than once.'),

  spool: z.strictObject({
    segmentBytes: z.int().min(1 * MiB).default(64 * MiB).describe('Size of a file of the spool.'),
    syncMs: z.int().min(10).max(1000).default(200).describe('A row is on the disk at most this long after it came.'),
    maxBytes: z.int().min(8 * MiB).default(20 * GB).describe('Most disk for rows that wait for a sink.'),
    maxAgeHours: z.number().positive().default(72).describe('Rows that waited longer are given up.'),
    fullPolicy: z.enum(['drop-oldest', 'drop-newest']).default('drop-oldest').describe('What goes when the spool is full.'),
  }).prefault({}).describe('Rows on disk between receiving and everything else.'),

  store: z.strictObject({
    memoryBytes: z.int().min(256 * MiB).default(768 * MiB).describe('Memory of the embedded engine.'),
    threads: z.int().min(1).max(64).default(2).describe('Threads of one query.'),
    insertSeconds: z.number().min(0.2).max(60).default(1).describe('Rows are inserted at least this often.'),
    retention: z.strictObject({
      rawHours: z.number().positive().default(72).describe('How long every flow is kept.'),
      minuteDays: z.number().positive().default(30).describe('How long figures by the minute are kept.'),
      hourDays: z.number().positive().default(365).describe('How long figures by the hour are kept.'),
      maxGB: z.number().positive().optional().describe('Most disk of the store; the oldest day goes first.'),
    }).prefault({}).describe('What is kept how long.'),
  }).prefault({}).describe('The flow store, ClickHouse in this process.'),

  query: z.strictObject({
    timeoutMs: z.int().min(100).default(20_000).describe('A query is stopped after this long.'),
    memoryBytes: z.int().min(64 * MiB).default(512 * MiB).describe('Memory of one query.'),
    concurrency: z.int().min(1).max(32).default(4).describe('Queries that run at once; more wait.'),
  }).prefault({}).describe('Limits of a query.'),

  http: z.strictObject({
    address: address.default('127.0.0.1').describe('Address of console and API. The default is reached from this machine only; 0.0.0.0 opens it to the network, which wants tls.'),
    port: port.default(8080).describe('Port of console and API.'),
    tls: z.strictObject({
      cert: z.string().describe('Certificate chain, PEM.'),
      key: z.string().describe('Private key, PEM.'),
    }).optional().describe('Serve HTTPS.'),
    cors: z.array(z.string()).default([]).describe('Origins of other sites that may call the API.'),
    rateLimit: z.int().min(1).default(1200).describe('Requests a minute of one key, session or address.'),
    sessionHours: z.number().positive().default(12).describe('A session ends after this long; after 30 minutes without use too.'),
  }).prefault({}).describe('Console and API.'),

  log: z.strictObject({
    level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info').describe('Least level that is written.'),
    format: z.enum(['text', 'json']).default('text').describe('text for people, json for machines.'),
  }).prefault({}).describe('Log on standard error.'),
})

/** A whole configuration, defaults filled in, paths absolute. */
export type Config = z.output<typeof configSchema>
export type ListenerConfig = Config['listeners'][number]
