import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom, batchOf, rowsIn, type PlainRow } from '../schema/fixtures/index.ts'
import { classify } from './classify.ts'

const TCP = 6
const UDP = 17
const SCTP = 132
const SYN = 0x02
const SYN_ACK = 0x12
const COMPLETE = 0x1b

type Expected = readonly [app: string | undefined, category: string | undefined, source: string | undefined]
const UNKNOWN: Expected = [undefined, undefined, undefined]

/** What is said of the row, among others of its batch. */
function said(row: PlainRow): Expected {
  const batch = batchOf(4, [{ proto: TCP, src_port: 22, dst_port: 22 }, row, { proto: 50 }])
  classify(batch)
  const { app, category, app_source: source } = rowsIn(batch)[1] ?? {}
  return [app, category, source] as Expected
}

const client = 51_000
const tcp = (src: number, dst: number, more: PlainRow = {}): PlainRow => ({ proto: TCP, src_port: src, dst_port: dst, ...more })
const udp = (src: number, dst: number, more: PlainRow = {}): PlainRow => ({ proto: UDP, src_port: src, dst_port: dst, ...more })

/** Ports: IANA Service Name and Transport Protocol Port Number Registry, or the vendor's documentation where IANA has another word. */
const GOLDEN: readonly (readonly [what: string, row: PlainRow, expected: Expected])[] = [
  // by port, both ways
  ['to the server', tcp(client, 443), ['https', 'web', 'port']],
  ['from the server', tcp(443, client), ['https', 'web', 'port']],
  ['another transport, another application', udp(client, 443), ['quic', 'web', 'port']],
  ['both ports the same', udp(123, 123), ['ntp', 'network', 'port']],
  ['the last port there is', udp(65_535, 53), ['dns', 'dns', 'port']],
  ['mail', tcp(client, 993), ['imaps', 'mail', 'port']],
  ['files', tcp(client, 445), ['smb', 'file transfer', 'port']],
  ['database', tcp(client, 5432), ['postgresql', 'database', 'port']],
  ['desktop', tcp(client, 3389), ['rdp', 'remote access', 'port']],
  ['phones', udp(client, 5060), ['sip', 'voip', 'port']],
  ['updates among neighbours', tcp(client, 7680), ['delivery-optimization', 'update', 'port']],
  ['printing', tcp(client, 9100), ['jetdirect', 'printing', 'port']],
  ['a high port of a service', udp(client, 51_820), ['wireguard', 'vpn', 'port']],
  ['plants', tcp(client, 502), ['modbus', 'industrial', 'port']],
  ['SCTP has ports of its own', { proto: SCTP, src_port: 36_412, dst_port: client }, ['s1ap', 'mobile', 'port']],
  ['SCTP of unknown ports', { proto: SCTP, src_port: 1, dst_port: client }, ['sctp', 'network', 'protocol']],
  // which side is the server's
  ['of two known ports the lower', tcp(3306, 22), ['ssh', 'remote access', 'port']],
  ['the same, the other way round', tcp(22, 3306), ['ssh', 'remote access', 'port']],
  ['the known one where the lower is unknown', tcp(1, 3306), ['mysql', 'database', 'port']],
  ['the same, the other way round', tcp(3306, 1), ['mysql', 'database', 'port']],
  ['a SYN goes to the server, though the lower port is known', tcp(3306, 8080, { tcp_flags: SYN }), ['http', 'web', 'port']],
  ['a SYN to an unknown port names nothing', tcp(443, 50_001, { tcp_flags: SYN }), UNKNOWN],
  ['a single SYN-ACK comes from the server', tcp(8080, 3306, { tcp_flags: SYN_ACK, packets: 1 }), ['http', 'web', 'port']],
  ['SYN and ACK of several packets tell no side', tcp(8080, 3306, { tcp_flags: SYN_ACK, packets: 2 }), ['mysql', 'database', 'port']],
  ['2^32 + 1 packets are not one', tcp(8080, 3306, { tcp_flags: SYN_ACK, packets: 2n ** 32n + 1n }), ['mysql', 'database', 'port']],
  ['all flags tell no side', tcp(3306, 8080, { tcp_flags: COMPLETE }), ['mysql', 'database', 'port']],
  ['UDP has no flags', udp(5353, 1900, { tcp_flags: SYN }), ['ssdp', 'network', 'port']],
  ['a record of both directions begins with the client', tcp(3306, 8080, { reverse_bytes: 9 }), ['http', 'web', 'port']],
  ['unless its source is privileged', tcp(443, 3306, { reverse_bytes: 9 }), ['https', 'web', 'port']],
  ['its client’s port is no service', udp(51_820, 40_001, { reverse_bytes: 9 }), UNKNOWN],
  ['one direction alone may come from the server', udp(51_820, 40_001), ['wireguard', 'vpn', 'port']],
  // by protocol
  ['ICMP, whatever its ports hold', { proto: 1, dst_port: 0x0800 }, ['icmp', 'network', 'protocol']],
  ['ESP', { proto: 50 }, ['ipsec', 'vpn', 'protocol']],
  ['GRE', { proto: 47 }, ['gre', 'tunnel', 'protocol']],
  ['OSPF', { proto: 89 }, ['ospf', 'routing', 'protocol']],
  ['a protocol that only IANA names', { proto: 118 }, ['stp', 'network', 'protocol']],
  ['an unassigned protocol', { proto: 253 }, UNKNOWN],
  ['no protocol', { src_port: 443, dst_port: 443 }, UNKNOWN],
  ['TCP without ports', { proto: TCP }, UNKNOWN],
  ['upper ports on both sides', udp(50_001, 50_002), UNKNOWN],
  // by the server's name
  ['a suffix', tcp(client, 443, { server_name: 'rr4---sn-4g5e6nsk.googlevideo.com' }), ['youtube', 'streaming', 'server_name']],
  ['the name itself', tcp(client, 443, { server_name: 'youtube.com' }), ['youtube', 'streaming', 'server_name']],
  ['over QUIC too', udp(client, 443, { server_name: 'www.netflix.com' }), ['netflix', 'streaming', 'server_name']],
  ['the longest suffix wins', tcp(client, 443, { server_name: 'drive.google.com' }), ['google-drive', 'file transfer', 'server_name']],
  ['the shorter one otherwise', tcp(client, 443, { server_name: 'www.google.com' }), ['google', 'web', 'server_name']],
  ['a suffix ends at a dot', tcp(client, 443, { server_name: 'notyoutube.com' }), ['https', 'web', 'port']],
  ['in any case, with a dot, with a port', tcp(client, 80, { server_name: 'WWW.Example.Slack.COM.:8080' }), ['slack', 'collaboration', 'server_name']],
  ['under a suffix of two labels', tcp(client, 443, { server_name: 'www.bbc.co.uk' }), ['bbc', 'news', 'server_name']],
  ['an unknown name is read by its port', tcp(client, 443, { server_name: 'intranet.corp.example' }), ['https', 'web', 'port']],
  ['a name of one label', tcp(client, 443, { server_name: 'localhost' }), ['https', 'web', 'port']],
  ['an address for a name', tcp(client, 80, { server_name: '192.0.2.1' }), ['http', 'web', 'port']],
  ['a name on a port nobody knows', tcp(50_001, 50_002, { server_name: 'teams.microsoft.com' }), ['teams', 'collaboration', 'server_name']],
  ['a name without protocol', { server_name: 'github.com' }, ['github', 'development', 'server_name']],
  ['a question for a name is DNS, not what it asks for', udp(client, 5999, { dns_query: 'www.youtube.com' }), ['dns', 'dns', 'server_name']],
  // by the exporter
  ['our word', tcp(client, 443, { app: 'netflix' }), ['netflix', 'streaming', 'exporter']],
  ['NBAR', tcp(client, 443, { app: 'ms-office-365', app_source: 'exporter' }), ['microsoft-365', 'collaboration', 'exporter']],
  ['NBAR’s word for HTTPS', tcp(client, 443, { app: 'secure-http' }), ['https', 'web', 'exporter']],
  ['nDPI', tcp(client, 443, { app: 'TLS.YouTube' }), ['youtube', 'streaming', 'exporter']],
  ['nDPI that knows the carrier only', udp(client, 443, { app: 'QUIC.Unknown' }), ['quic', 'web', 'exporter']],
  ['nDPI of a question', udp(client, 53, { app: 'DNS.Google' }), ['dns', 'dns', 'exporter']],
  ['nDPI with underscores', tcp(client, 443, { app: 'MS_OneDrive' }), ['onedrive', 'file transfer', 'exporter']],
  ['App-ID', tcp(client, 443, { app: 'facebook-base' }), ['facebook', 'social', 'exporter']],
  ['App-ID of a part', tcp(client, 443, { app: 'facebook-posting' }), ['facebook-posting', 'social', 'exporter']],
  ['App-ID for the web', tcp(client, 80, { app: 'web-browsing' }), ['http', 'web', 'exporter']],
  ['a name of its own', tcp(client, 9999, { app: 'Warehouse Robots' }), ['warehouse-robots', undefined, 'exporter']],
  ['its own category stays', tcp(client, 9999, { app: 'robots', category: 'logistics' }), ['robots', 'logistics', 'exporter']],
  ['its category in our words', tcp(client, 9999, { app: 'robots', category: 'voice-and-video' }), ['robots', 'voip', 'exporter']],
  ['our category for what we know', tcp(client, 443, { app: 'youtube', category: 'consumer-stuff' }), ['youtube', 'streaming', 'exporter']],
  ['a category alone', tcp(client, 443, { category: 'instant-messaging' }), ['https', 'messaging', 'port']],
  ['"unknown" is no name', tcp(client, 443, { app: 'unknown', app_source: 'exporter' }), ['https', 'web', 'port']],
  ['nor is App-ID’s word for an unfinished handshake', tcp(client, 22, { app: 'incomplete' }), ['ssh', 'remote access', 'port']],
  ['and where nothing else tells', udp(50_001, 50_002, { app: 'unknown-udp', category: 'unknown' }), UNKNOWN],
  ['the exporter before the name', tcp(client, 443, { app: 'ssl', server_name: 'www.netflix.com' }), ['https', 'web', 'exporter']],
  ['measured as RTP', udp(20_001, 30_001, { rtp_ssrc: 77 }), ['rtp', 'voip', 'exporter']],
  // RFC 6759: engine and selector
  ['IANA-L4', tcp(client, 8080, { app_id: 0x0300_0050 }), ['http', 'web', 'exporter']],
  ['IANA-L4 of UDP', udp(client, 50_001, { app_id: 0x0300_0035 }), ['dns', 'dns', 'exporter']],
  ['IANA-L4 with three bytes', tcp(client, 50_001, { app_id: 0x03_0016 }), ['ssh', 'remote access', 'exporter']],
  ['IANA-L3', { proto: 89, app_id: 0x0100_0059 }, ['ospf', 'routing', 'exporter']],
  ['IANA-L3 with two bytes', { proto: 47, app_id: 0x01_2f }, ['gre', 'tunnel', 'exporter']],
  ['IANA-L3 that says TCP says nothing', tcp(client, 22, { app_id: 0x0100_0006 }), ['ssh', 'remote access', 'port']],
  ['a selector that is no protocol', tcp(client, 22, { app_id: 0x0100_0159 }), ['ssh', 'remote access', 'port']],
  ['the vendor’s own ports', tcp(client, 443, { app_id: 0x0400_0016 }), ['https', 'web', 'port']],
  ['NBAR without its table: ssl', tcp(client, 8000, { app_id: 0x0d00_01c5 }), ['https', 'web', 'exporter']],
  ['NBAR without its table: ms-office-365', tcp(client, 443, { app_id: 0x0d00_01ef }), ['microsoft-365', 'collaboration', 'exporter']],
  ['NBAR without its table: active-directory', tcp(client, 50_001, { app_id: 0x0d00_01d9 }), ['ldap', 'authentication', 'exporter']],
  ['NBAR that says unknown', tcp(client, 443, { app_id: 0x0d00_0001 }), ['https', 'web', 'port']],
  ['a number of NBAR we do not know', tcp(client, 443, { app_id: 0x0dff_ffff }), ['https', 'web', 'port']],
  ['an id wider than four bytes', tcp(client, 443, { app_id: 0x14_0300_0016n }), ['https', 'web', 'port']],
]

test('flows and what they are', async t => {
  for (const [what, row, expected] of GOLDEN) await t.test(what, () => assert.deepEqual(said(row), expected))
})

test('classifying twice changes nothing more', () => {
  const batch = batchOf(
    4,
    GOLDEN.map(([, row]) => row),
  )
  classify(batch)
  const once = rowsIn(batch)
  classify(batch)
  assert.deepEqual(rowsIn(batch), once)
})

test('a flow is the same alone and among all others', () => {
  const batch = batchOf(
    4,
    GOLDEN.map(([, row]) => row),
  )
  classify(batch)
  assert.deepEqual(
    rowsIn(batch).map(({ app, category, app_source: source }) => [app, category, source]),
    GOLDEN.map(([, , expected]) => expected),
  )
})

test('both directions of a conversation are the same application, whatever the ports', () => {
  const random = createRandom(20_240_711)
  const port = (): number => Math.floor(random() * (random() < 0.5 ? 10_000 : 65_536))
  for (let run = 0; run < 2000; run++) {
    const [one, other] = [port(), port()]
    const proto = random() < 0.5 ? TCP : UDP
    const batch = batchOf(4, [
      { proto, src_port: one, dst_port: other, tcp_flags: COMPLETE, packets: 4 },
      { proto, src_port: other, dst_port: one, tcp_flags: COMPLETE, packets: 3 },
    ])
    classify(batch)
    const [there, back] = rowsIn(batch).map(row => row['app'])
    assert.equal(there, back, `${proto}: ${one} and ${other}`)
  }
})

test('a batch that tells neither protocol nor name stays as it is', () => {
  const batch = batchOf(6, [{ src_port: 443, dst_port: 443, bytes: 5 }])
  classify(batch)
  assert.deepEqual(rowsIn(batch), [{ src_port: 443, dst_port: 443, bytes: 5 }])
})

test('batches do not share codes: the next one has its own dictionary', () => {
  for (const ports of [
    [443, 22],
    [22, 53],
    [53, 443],
  ] as const) {
    const batch = batchOf(
      4,
      ports.map(port => tcp(50_000, port, { server_name: `host.${port}.example` })),
    )
    classify(batch)
    const names = { 22: 'ssh', 53: 'dns', 443: 'https' } as const
    assert.deepEqual(
      rowsIn(batch).map(row => row['app']),
      ports.map(port => names[port]),
    )
  }
})

test('more server names than are remembered', () => {
  for (let turn = 0; turn < 2; turn++) {
    const batch = batchOf(
      4,
      Array.from({ length: 40_000 }, (_, at) => tcp(client, 443, { server_name: `${turn}-${at}.${at % 2 === 0 ? 'netflix.com' : 'corp.example'}` })),
    )
    classify(batch)
    const apps = rowsIn(batch).map(row => row['app'])
    assert.ok(apps.every((app, at) => app === (at % 2 === 0 ? 'netflix' : 'https')))
  }
})

test('rows behind the last are not touched', () => {
  const batch = batchOf(4, [tcp(client, 443), tcp(client, 443)])
  batch.rows = 1
  classify(batch)
  batch.rows = 2
  assert.deepEqual(
    rowsIn(batch).map(row => row['app']),
    ['https', undefined],
  )
})
