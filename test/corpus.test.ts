/** Every scenario of the corpus gives the counts other decoders see in it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeFiles, type Summary } from '../src/cli/decode.ts'

const CORPUS = join(import.meta.dirname, '../../shared/corpus')

interface Scenario {
  readonly name: string
  readonly kind: string
  readonly files: readonly string[]
  readonly expected: Readonly<Record<'datagrams' | 'records' | 'optionRecords' | 'templates' | 'optionTemplates' | 'octets' | 'packets', number>>
}

function scenarios(): Scenario[] {
  const lines = readFileSync(join(CORPUS, 'REFERENCE.tsv'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
  return lines.slice(1).map(line => {
    const cells = line.split('\t')
    const number = (index: number): number => Number(cells[index] ?? 0)
    return {
      name: cells[0] ?? '',
      kind: cells[1] ?? '',
      files: (cells[3] ?? '').split(' ; ').map(file => join(CORPUS, file.trim())),
      expected: {
        datagrams: number(5),
        records: number(6),
        optionRecords: number(7),
        templates: number(8),
        optionTemplates: number(9),
        octets: number(10),
        packets: number(11),
      },
    }
  })
}

const skip = existsSync(CORPUS) ? false : 'the corpus of real captures is not beside the checkout (../shared/corpus)'

/** Scenarios where FlowLens differs on purpose, with the argument from the specification. */
const EXPLAINED: Readonly<Record<string, { readonly why: string; readonly counts: Partial<Summary> }>> = {
  'logstash:netflow5_test_invalid01': {
    why: 'The header promises 55,582 records in 1,464 bytes. A count beyond the length means the datagram is no NetFlow v5 (at most 30 records): it is refused whole, as nfdump does.',
    counts: { records: 0, octets: 0, packets: 0, rejected: { bad_length: 1 } },
  },
  'akvorado:data+templates': {
    why: 'A data set comes before its template in the same datagram. RFC 7011 §9.3 and RFC 3954 §9 let a collector hold it; the 11 records are decoded when the template comes.',
    counts: { records: 21, octets: 58_329, packets: 66, waiting: 0 },
  },
  'beats:IPFIX': {
    why: 'The file holds three messages end to end, each told by its length: an IPFIX file (RFC 5655 §3), and all of it is read, as the golden decode does. In one UDP datagram the first alone would count.',
    counts: { datagrams: 3, records: 12, octets: 13_279, packets: 54 },
  },
  'literal:ipfix:parser_test.go:ipfix': {
    why: 'One of its six files holds four messages end to end: an IPFIX file, read as the one above.',
    counts: { datagrams: 9, records: 78, templates: 12, packets: 1108 },
  },
  'tcpdump:sflow_multiple_counter_30_pdus': {
    why: 'Five of the datagrams on port 6343 are NetFlow v5, told by their version word (Cisco, NetFlow Export Datagram Format): their 7 records come on top of the 144 samples.',
    counts: { records: 144 + 7, octets: 1953, packets: 12, rejected: {} },
  },
  'literal:gopacket:layers_sflow_test.go#literal03': {
    why: 'The sample says 52 bytes, its one record ends at byte 56. flow_records<> lies inside the opaque sample_data<> (sFlow v5 §5.3, RFC 4506 §4.10), so one of the two lengths is wrong and nothing tells which: the sample is refused, as sfcapd does.',
    counts: { records: 0, packets: 0, rejected: { malformed: 1 } },
  },
  'literal:gopacket:layers_sflow_test.go#literal06': {
    why: 'The same with a record that ends at byte 68 of 52.',
    counts: { records: 0, packets: 0, rejected: { malformed: 1 } },
  },
  'literal:gopacket:layers_sflow_test.go#literal09': {
    why: 'The sample says 116 bytes and the datagram ends after 76 of them: it was cut. Whole samples count (RFC 4506 §4.10: opaque data has the n bytes its length says), this one is none.',
    counts: { records: 0, rejected: { malformed: 1 } },
  },
  'literal:gopacket:layers_sflow_test.go#literal10': {
    why: 'Parsed Ethernet data (0:2) begins with the length of the MAC packet, 16 in each of the 7 samples (sFlow v5 §5.3, sampled_ethernet). The reference sums only the frame lengths of packet headers (0:1).',
    counts: { octets: 7 * 16, rejected: {} },
  },
}

/** The reference counts samples of any kind as data records; in FlowLens those of counters are records of options. */
function countsOf(kind: string, summary: Summary): Summary {
  return kind === 'sflow' ? { ...summary, records: summary.records + summary.optionRecords, optionRecords: 0 } : summary
}

test('scenarios of NetFlow v5, v9, IPFIX and sFlow', { skip }, async t => {
  for (const { name, kind, files, expected } of skip === false ? scenarios() : []) {
    await t.test(`${kind} ${name}`, async () => {
      const got = countsOf(kind, await decodeFiles(files))
      const want = { ...expected, ...EXPLAINED[name]?.counts }
      assert.deepEqual(Object.fromEntries(Object.keys(want).map(key => [key, got[key as keyof Summary]])), want)
    })
  }
})

test('nothing in the corpus crashes or hangs the decoder', { skip }, async () => {
  const files = readdirSync(CORPUS, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
  assert.ok(files.length > 1500)
  for (const file of files) await decodeFiles([file])
})
