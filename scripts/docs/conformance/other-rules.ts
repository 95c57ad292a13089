/** RFC 3954, sFlow version 5, RFC 5103, 5610, 5655 and 6313: their rules for collectors. */
import type { RuleBook } from './rules.ts'

const V9 = 'src/decode/netflow9.test.ts'
const PENDING = 'src/decode/templates/pending.test.ts'
const SAMPLES = 'src/decode/sflow/flow-samples.test.ts'
const SOURCES = 'src/decode/sflow/sources.test.ts'
const MALFORMED = 'src/decode/sflow/malformed.test.ts'
const LISTS = 'src/decode/compile/lists.test.ts'

const RFC3954: RuleBook = {
  document: 'RFC3954',
  title: 'RFC 3954, NetFlow version 9',
  rules: [
    {
      id: 'RFC3954-5.1-a',
      level: 'should',
      rule: 'Exporters are told apart by source address and source id.',
      tests: [[V9, 'source ids are worlds of their own']],
    },
    {
      id: 'RFC3954-5.1-b',
      level: 'should',
      rule: 'The sequence counts export datagrams, and tells what was lost.',
      tests: [[V9, 'lost datagrams are counted by the sequence']],
    },
    {
      id: 'RFC3954-5.1-c',
      level: 'must',
      rule: 'Sets are walked to the end; the count in the header decides nothing.',
      tests: [[V9, 'a wrong count in the header changes nothing']],
    },
    {
      id: 'RFC3954-5.2-a',
      level: 'must',
      rule: 'Data sets are numbered above 255; 0 is templates, 1 options templates, others are passed over by their length.',
      tests: [[V9, 'sets of ids 2 to 255 are skipped']],
    },
    {
      id: 'RFC3954-5.3-a',
      level: 'must',
      rule: 'The length of a set includes its padding, which is shorter than a record.',
      tests: [[V9, 'padding of any value is no record']],
    },
    {
      id: 'RFC3954-6.1-a',
      level: 'must',
      rule: 'Lengths of scopes and options in an options template are bytes.',
      tests: [[V9, 'a datagram written by hand']],
    },
    {
      id: 'RFC3954-8-a',
      level: 'should',
      rule: 'Fields of unknown type are passed over by their length.',
      tests: [[V9, 'a field of length 0 takes no bytes']],
    },
    {
      id: 'RFC3954-9-a',
      level: 'must',
      rule: 'Data and template may come in any order and in different datagrams.',
      tests: [[PENDING, 'data before its template waits']],
    },
    { id: 'RFC3954-9-b', level: 'must', rule: 'Templates expire when they are not refreshed.', tests: [[PENDING, 'templates expire']] },
    {
      id: 'RFC3954-9-c',
      level: 'must',
      rule: 'A new definition replaces the one before.',
      tests: [[V9, 'a refreshed template goes on, a redefined one takes over']],
    },
    { id: 'RFC3954-9-d', level: 'should', rule: 'A restart of the exporter is seen by its uptime.', tests: [[V9, 'a restart of the exporter is a reset']] },
  ],
}

const SFLOW5: RuleBook = {
  document: 'SFLOW5',
  title: 'sFlow version 5',
  rules: [
    {
      id: 'SFLOW5-5-a',
      level: 'must',
      rule: 'Unknown structures are passed over by their length.',
      tests: [[SAMPLES, 'unknown samples and records are skipped']],
    },
    { id: 'SFLOW5-5-b', level: 'must', rule: 'Data are aligned to four bytes (XDR).', tests: [[MALFORMED, 'lengths that are no multiple of four']] },
    {
      id: 'SFLOW5-5-c',
      level: 'must',
      rule: 'The device is the agent’s address with its sub-agent, not the source of the datagram.',
      tests: [[SAMPLES, 'who sent it and when']],
    },
    { id: 'SFLOW5-5-d', level: 'must', rule: 'Sequences of datagrams count by sub-agent.', tests: [[MALFORMED, 'sequences of datagrams']] },
    { id: 'SFLOW5-5-e', level: 'must', rule: 'Sequences of samples count by source, and sources are not mixed.', tests: [[SOURCES, 'sources are kept apart']] },
    {
      id: 'SFLOW5-5-f',
      level: 'must',
      rule: 'Pools and drops wrap at 32 bits; a jump is a reset.',
      tests: [
        [SOURCES, 'pool, drops and sequence wrap'],
        [SOURCES, 'a big step back is a reset'],
      ],
    },
    {
      id: 'SFLOW5-5-g',
      level: 'should',
      rule: 'The rate in effect is what the pool grew by, divided by the samples.',
      tests: [[SOURCES, 'the rate in effect']],
    },
    { id: 'SFLOW5-5-h', level: 'must', rule: 'Expanded samples are read as compact ones.' },
    {
      id: 'SFLOW5-5-i',
      level: 'must',
      rule: 'Formats of interfaces: an index, discarded with a reason, several outputs.',
      tests: [[SAMPLES, 'interfaces: indexes, the device itself']],
    },
    {
      id: 'SFLOW5-5-j',
      level: 'must',
      rule: 'Counters of all ones were not kept by the device.',
      tests: [['src/decode/sflow/counters.test.ts', 'interface counters: 64-bit octets, all ones']],
    },
    { id: 'SFLOW5-5-k', level: 'should', rule: 'Drop notifications (sFlow-DROPS) tell the reason.', tests: [[SAMPLES, 'drop notifications']] },
  ],
}

const RFC5103: RuleBook = {
  document: 'RFC5103',
  title: 'RFC 5103, both directions in one record',
  rules: [
    { id: 'RFC5103-6.1-a', level: 'must', rule: 'Elements of enterprise 29305 are the reverse of IANA’s of the same number.' },
    {
      id: 'RFC5103-6.3-a',
      level: 'should',
      rule: 'The direction of a biflow tells what made it the forward one.',
      gap: 'Element 239 fills no column; forward is the direction of the addresses as sent.',
    },
  ],
}

const RFC5610: RuleBook = {
  document: 'RFC5610',
  title: 'RFC 5610, types of vendors’ elements',
  rules: [
    {
      id: 'RFC5610-3.9-a',
      level: 'should',
      rule: 'Records that describe elements teach name and type of those the collector does not know.',
      tests: [['src/decode/options/tables.test.ts', 'RFC 5610 §3: type records']],
    },
  ],
}

const RFC5655: RuleBook = {
  document: 'RFC5655',
  title: 'RFC 5655, files of IPFIX',
  rules: [
    { id: 'RFC5655-6-a', level: 'must', rule: 'A file is messages end to end, read in order.', tests: [['test/streams.test.ts', 'files: an IPFIX file']] },
    {
      id: 'RFC5655-6-b',
      level: 'must',
      rule: 'One file is one session: its templates hold for it alone.',
      gap: 'With several files on one command line the templates of one serve the next, since captures are often split; given alone, a file is a session.',
    },
    {
      id: 'RFC5655-7-a',
      level: 'may',
      rule: 'Message checksums and details of export sessions are read.',
      gap: 'They are passed over as options of no interest; checksums are not verified.',
    },
  ],
}

const RFC6313: RuleBook = {
  document: 'RFC6313',
  title: 'RFC 6313, structured data',
  rules: [
    { id: 'RFC6313-4.5-a', level: 'must', rule: 'Lists of each kind are passed over by their length where they are not understood.' },
    {
      id: 'RFC6313-4.5-b',
      level: 'must',
      rule: 'basicList, subTemplateList and subTemplateMultiList are read.',
      tests: [
        [LISTS, 'a subTemplateMultiList fills'],
        [LISTS, 'a basicList of an element'],
        [LISTS, 'lists of fixed length'],
      ],
    },
    { id: 'RFC6313-4.5-c', level: 'should', rule: 'Lists in lists are read to a bounded depth.', tests: [[LISTS, 'lists in lists are followed']] },
  ],
}

export const OTHER_RULES: readonly RuleBook[] = [RFC3954, SFLOW5, RFC5103, RFC5610, RFC5655, RFC6313]
