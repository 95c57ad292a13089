/** The main columns of every record of the corpus are those that tshark reads, value by value. Counts are compared in test/corpus.test.ts. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { payloadsOf, scenarios, skipWithoutCorpus } from '../helpers/corpus.ts'
import { temporaryFolder } from '../helpers/index.ts'
import { compareWithTshark } from './against-tshark.ts'
import type { Capture, Kind } from './generate.ts'
import { emptyTally, printTally } from './tally.ts'
import { findTshark } from './tshark.ts'

const COUNT =
  'the header’s count is below what the datagram holds, and tshark stops there; sets are walked to the end (RFC 3954 §5.1: length tells where a set ends)'
const SCOPELESS = 'tshark takes data of this template for options, or stops at an options template of its own reading; the reference and nfdump count a flow'
const OVER = 'a set or sample runs over the end: tshark gives nothing or half a record, FlowLens whole records before the end'

/** Datagrams that both read and count otherwise, by scenario; -1 is all of them. */
const KNOWN: Readonly<Record<string, readonly [datagrams: readonly number[], why: string]>> = {
  'beats:Netflow 9 invalid 01': [[0], COUNT],
  'graylog:netflow9.pcap': [[-1], COUNT],
  'beats:Netflow 9 H3C': [[1], 'tshark gives up after the first record, at H3C’s field of type 0; nfdump and the golden file have 16 as FlowLens does'],
  'logstash:netflow5_test_invalid01': [[0], 'a count of 55,582 in 1,464 bytes is no NetFlow v5, which has at most 30 records'],
  'akvorado:data+templates': [[0], 'data before its template in one datagram: tshark does not look back (RFC 7011 §9.3, RFC 3954 §9 allow it)'],
  'logstash:ipfix_test_ixia_tpldata256': [[0], SCOPELESS],
  'graylog-int:ixflow': [[-1], SCOPELESS],
  'tcpdump:sflow_multiple_counter_30_pdus': [[-1], 'five datagrams on sFlow’s port are NetFlow v5, told by their version word; tshark goes by the port'],
  'graylog:netflow-v9-1.dat': [[0], OVER],
  'literal:goflow2:decoders_sflow_sflow_test.go#literal03': [[0], 'a drop notification (sFlow’s sample format 5), unknown to tshark 4.0'],
  'literal:goflow2:decoders_sflow_sflow_test.go#literal04': [[0], 'a drop notification (sFlow’s sample format 5), unknown to tshark 4.0'],
  'literal:gopacket:layers_sflow_test.go#literal03': [[0], OVER],
  'literal:gopacket:layers_sflow_test.go#literal06': [[0], OVER],
  'literal:gopacket:layers_sflow_test.go#literal09': [[0], OVER],
  'literal:vflow:ipfix_decoder_test.go#literal02': [[0], OVER],
  'literal:netflow_parser:src_tests.rs#literal12': [
    [0],
    'its first set has the reserved id 1: RFC 7011 §3.3.2 has it skipped, tshark reads it as options of NetFlow v9',
  ],
  'literal:ipfix:parser_test.go:ipfix': [[-1], OVER],
}

const skip = skipWithoutCorpus === false ? (findTshark() === null ? 'tshark is not installed' : false) : skipWithoutCorpus

test('records of all scenarios as tshark reads them', { skip }, async t => {
  const all = scenarios()
  const captures = all.map(({ kind, files }, seed): Capture => ({ seed, kind: kind as Kind, mutated: false, datagrams: files.flatMap(payloadsOf) }))
  const used = new Set<string>()
  const tally = await compareWithTshark(captures, join(temporaryFolder(t), 'corpus.pcap'), emptyTally(), ({ seed }, datagram) => {
    const name = all[seed]?.name ?? ''
    const [datagrams, why] = KNOWN[name] ?? [[], '']
    if (!datagrams.includes(datagram) && !datagrams.includes(-1)) return null
    used.add(name)
    return why
  })
  t.diagnostic(printTally(tally))
  const named = tally.open.map(line => `${all[Number(/^seed (\d+)/.exec(line)?.[1])]?.name}: ${line}`)
  assert.deepEqual([...new Set(named)].slice(0, 20), [])
  assert.deepEqual(
    Object.keys(KNOWN).filter(name => !used.has(name)),
    [],
  )
})
