/**
 * Counters that are no plain deltas, and records that are more than values, over real captures. The sums are the reference's own, of a
 * decoder that adds up the elements as they lie; what single records hold is what tshark 4.0.17 prints of the same files.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeFiles } from '../src/cli/decode.ts'
import { CORPUS, scenarios, skipWithoutCorpus } from './helpers/corpus.ts'

type Row = Readonly<Record<string, string | number | null>>

async function rowsOf(files: readonly string[]): Promise<Row[]> {
  const rows: Row[] = []
  await decodeFiles(files, line => {
    rows.push(JSON.parse(line) as Row)
    return Promise.resolve()
  })
  return rows
}

const inCorpus = (...files: string[]): string[] => files.map(file => join(CORPUS, file))

/** Counters of the reference, and the columns they are in. Totals stand in the columns of deltas where there are no deltas. */
const COLUMN: Readonly<Record<string, string>> = {
  ie85_octetTotal: 'bytes',
  ie86_packetTotal: 'packets',
  reverse_ie85_octetTotal: 'reverse_bytes',
  reverse_ie86_packetTotal: 'reverse_packets',
  ie231_initiatorOctets: 'bytes',
  ie298_initiatorPackets: 'packets',
  ie232_responderOctets: 'reverse_bytes',
  ie299_responderPackets: 'reverse_packets',
}

/** `name=sum` pairs of the twelfth column, by scenario; only where there are no deltas beside them. */
function otherCounters(): Map<string, readonly (readonly [column: string, sum: number])[]> {
  const lines = readFileSync(join(CORPUS, 'REFERENCE.tsv'), 'utf8').split('\n')
  return new Map(
    lines.flatMap(line => {
      const cells = line.split('\t')
      const pairs = [...(cells[12] ?? '').matchAll(/(\w+)=(\d+)/g)].flatMap(([, name = '', sum]) =>
        COLUMN[name] === undefined ? [] : [[COLUMN[name], Number(sum)] as const],
      )
      return pairs.length === 0 || cells[10] !== '0' ? [] : [[cells[0] ?? '', pairs] as const]
    }),
  )
}

test('totals, initiators and responders add up to the reference', { skip: skipWithoutCorpus }, async t => {
  const expected = skipWithoutCorpus === false ? otherCounters() : new Map<string, never>()
  assert.ok(expected.size >= 4)
  for (const { name, files } of scenarios().filter(scenario => expected.has(scenario.name))) {
    await t.test(name, async () => {
      const rows = await rowsOf(files)
      for (const [column, sum] of expected.get(name) ?? []) {
        assert.equal(
          rows.reduce((all, row) => all + Number(row[column] ?? 0), 0),
          sum,
          column,
        )
      }
    })
  }
})

/** Addresses of the captures stay out of the repository: a test knows the first bytes of their digest. */
const digestOf = (value: unknown): string => createHash('sha256').update(String(value)).digest('hex').slice(0, 12)

/** The row holds these values, and at these columns what has these digests; what else it holds is not looked at. */
function assertHolds(row: Row | undefined, values: Row, digests: Readonly<Record<string, string>>): void {
  assert.deepEqual(Object.fromEntries(Object.keys(values).map(name => [name, row?.[name]])), values)
  for (const [name, digest] of Object.entries(digests)) assert.equal(digestOf(row?.[name]), digest, `${name}: ${row?.[name]}`)
}

test('a frame of element 315, tagged', { skip: skipWithoutCorpus }, async () => {
  const [row] = await rowsOf(inCorpus('ipfix/akvorado/datalink-template.pcap', 'ipfix/akvorado/datalink-data.pcap'))
  assertHolds(
    row,
    {
      in_if: 582,
      vlan: 231,
      ether_type: 0x0800,
      proto: 17,
      src_port: 55_501,
      dst_port: 11_777,
      min_ttl: 119,
      bytes: 96,
      packets: 1,
      layer2_bytes: 114,
    },
    {
      src_mac: 'c535418a78bd',
      dst_mac: '7357a15749db',
      src: '19a24b32ab71',
      dst: '6c316cc41d42',
    },
  )
})

test('a frame of element 315 with IPv4 in IPv6, and the exception of a Juniper router', { skip: skipWithoutCorpus }, async () => {
  const [row] = await rowsOf(inCorpus('ipfix/akvorado/juniper-cpid-template.pcap', 'ipfix/akvorado/juniper-cpid-data.pcap'))
  assertHolds(
    row,
    {
      proto: 4,
      tunnel_type: 'ipip',
      inner_proto: 1,
      bytes: 104,
      packets: 1,
      layer2_bytes: 118,
      drop_reason: 'juniper_exception_195',
    },
    {
      src: '8cbe7565e81f',
      dst: 'c75b17525eac',
      inner_src: '838c4c257384',
      inner_dst: 'f289957984e7',
    },
  )
})

test('events of an ASA before 8.4', { skip: skipWithoutCorpus }, async () => {
  const folder = 'netflow9/logstash/netflow9_test_cisco_asa_1_'
  const [row] = await rowsOf(inCorpus(`${folder}tpl.dat`, `${folder}data.dat`))
  // As elastic/beats decodes it (Netflow-9-Cisco-ASA.golden.json); type and code of an echo reply are zero.
  assertHolds(
    row,
    {
      nat_dst_port: 17_549,
      firewall_event: 2,
      firewall_reason: 2025,
      connection_id: 8500,
      bytes: 56,
    },
    {
      src: 'ffcf4b7ec5d9',
      dst: 'ff9758a2fa59',
      nat_src: 'ffcf4b7ec5d9',
      nat_dst: 'ff9758a2fa59',
      in_acl: '901c8e1403cb',
    },
  )
  assert.equal(row?.['icmp_type'] ?? 0, 0)
})

test('translations a carrier-grade NAT logs are events without traffic', { skip: skipWithoutCorpus }, async () => {
  const rows = await rowsOf(inCorpus('netflow9/akvorado/nat.pcap'))
  assertHolds(
    rows[0],
    {
      src_port: 35_303,
      nat_src_port: 35_303,
      dst_port: 53,
      nat_event: 1,
      start_at: '2025-06-04T15:09:00.450Z',
    },
    {
      src: '71141924e9df',
      nat_src: 'f2c67931673a',
      dst: '8ec0e39722ea',
      nat_dst: '8ec0e39722ea',
    },
  )
  assert.ok(rows.every(row => (row['bytes'] ?? 0) === 0 && (row['packets'] ?? 0) === 0))
})

test('the TCP flags of YAF stand in a list', { skip: skipWithoutCorpus }, async () => {
  const rows = await rowsOf(inCorpus(...[0, 1, 2, 3, 4, 5, 6].map(part => `ipfix/telegraf/ipfix_example__ipfix_${part}.bin`)))
  // The third message, by hand: 293 at the end of its record holds template 49155, whose flags are 14 (RST ACK) and 00.
  assertHolds(
    rows[0],
    { src_port: 51_008, tcp_flags: 0x14, bytes: 52, packets: 1 },
    {
      src: '7b0b57d99b52',
      dst: 'fa796fbaccd9',
    },
  )
  assert.ok(rows.filter(row => row['proto'] === 6).every(row => Number(row['tcp_flags']) > 0))
})
