/** RFC 7011: the IPFIX protocol, its rules for collecting processes. */
import type { RuleBook } from './rules.ts'

const IPFIX = 'src/decode/ipfix.test.ts'
const V9 = 'src/decode/netflow9.test.ts'
const PENDING = 'src/decode/templates/pending.test.ts'
const FRAMING = 'src/ingest/framing.test.ts'
const STREAMS = 'test/streams.test.ts'
const SCTP = 'SCTP is not offered; IPFIX comes over UDP, TCP and TLS. Node has no SCTP, and no exporter was found that offers nothing else.'
const DTLS = 'DTLS is not offered. Export over TLS, or keep UDP on a network of its own.'

export const RFC7011: RuleBook = {
  document: 'RFC7011',
  title: 'RFC 7011, IPFIX',
  rules: [
    {
      id: 'RFC7011-3.1-a',
      level: 'should',
      rule: 'Streams of one exporter are told apart by transport session and observation domain.',
      tests: [[V9, 'source ids are worlds of their own']],
    },
    { id: 'RFC7011-3.1-b', level: 'must', rule: 'The length of a message is the one in its header.', tests: [[IPFIX, 'the length of the message rules']] },
    { id: 'RFC7011-3.3.2-a', level: 'must', rule: 'Sets of reserved numbers are no data; they are passed over by their length.' },
    { id: 'RFC7011-3.4.1-a', level: 'must', rule: 'Nothing is assumed of the order of template numbers.' },
    {
      id: 'RFC7011-3.4.2.1-a',
      level: 'must',
      rule: 'An options template without a scope field is malformed.',
      tests: [[IPFIX, 'malformed options templates are refused']],
    },
    {
      id: 'RFC7011-3.4.2.1-b',
      level: 'should',
      rule: 'Scopes are understood: observation domain, exporting and metering process, template, line card, exporter address, ingress interface.',
    },
    {
      id: 'RFC7011-3.4.2.2-a',
      level: 'must',
      rule: 'Templates and options templates share one space of numbers, and nothing is assumed from a number.',
      tests: [[IPFIX, 'templates and options templates share their ids']],
    },
    {
      id: 'RFC7011-4-a',
      level: 'must',
      rule: 'What an options template describes is told by the combination of its elements; statistics of the exporter are no traffic.',
    },
    {
      id: 'RFC7011-5.2-a',
      level: 'should',
      rule: 'Seconds since 1970 that have wrapped (2106) are placed by the current date.',
    },
    { id: 'RFC7011-5.2-b', level: 'should', rule: 'The era of NTP times (next in 2036) is told by the current date.' },
    {
      id: 'RFC7011-6.1.6-a',
      level: 'should',
      rule: 'Messages with ill-formed UTF-8 are detected and ignored.',
      gap: 'They are detected and kept: what is ill-formed is replaced in the text, since exporters cut names in the middle of a character and the flow itself is sound.',
    },
    { id: 'RFC7011-6.2-a', level: 'may', rule: 'Numbers come in fewer bytes than their type has.' },
    {
      id: 'RFC7011-7-a',
      level: 'must',
      rule: 'Lengths of variable fields come in one byte or in three, for short values too.',
      tests: [[IPFIX, 'variable length: short form, long form']],
    },
    {
      id: 'RFC7011-8-a',
      level: 'must',
      rule: 'Templates are kept as long as their session, or until they are withdrawn or expire.',
      tests: [[PENDING, 'templates expire; what comes then waits']],
    },
    { id: 'RFC7011-8-b', level: 'must', rule: 'Templates of one session decode nothing of another one.' },
    { id: 'RFC7011-8-c', level: 'must', rule: 'A template may hold the same element several times.' },
    {
      id: 'RFC7011-8-d',
      level: 'must',
      rule: 'Data and their template may come in different messages.',
      tests: [[PENDING, 'data before its template in one message']],
    },
    {
      id: 'RFC7011-8-e',
      level: 'must',
      rule: 'Two domains may give one number to different templates.',
      tests: [[PENDING, 'a set waits for the template of its own domain']],
    },
    { id: 'RFC7011-8-f', level: 'may', rule: 'Data that come before their template wait for it.', tests: [[PENDING, 'data before its template waits']] },
    { id: 'RFC7011-8.1-a', level: 'must', rule: 'A withdrawn template decodes nothing that comes after (TCP, TLS, files).' },
    { id: 'RFC7011-8.1-b', level: 'must', rule: 'The withdrawal of an unknown template is ignored, and counted.' },
    { id: 'RFC7011-8.1-c', level: 'must', rule: 'Number 2 withdraws all templates, number 3 all options templates.' },
    { id: 'RFC7011-8.1-d', level: 'should', rule: 'Another definition for a number in use, without a withdrawal, is logged.' },
    {
      id: 'RFC7011-8.1-e',
      level: 'should',
      rule: 'The same definition sent again on a reliable transport is logged.',
      gap: 'It is taken as a refresh: exporters that repeat templates on TCP do no harm, and a log of it would only be long.',
    },
    { id: 'RFC7011-8.2-a', level: 'must', rule: 'Definitions and withdrawals hold in the order in which they were sent.' },
    { id: 'RFC7011-8.4-a', level: 'must', rule: 'Withdrawals over UDP are ignored.', tests: [[IPFIX, 'withdrawals over UDP are ignored']] },
    {
      id: 'RFC7011-8.4-b',
      level: 'must',
      rule: 'Over UDP a new definition replaces the old one.',
      tests: [[V9, 'a refreshed template goes on, a redefined one takes over']],
    },
    { id: 'RFC7011-8.4-c', level: 'should', rule: 'A refresh over UDP is not logged.' },
    {
      id: 'RFC7011-8.4-d',
      level: 'should',
      rule: 'The lifetime of templates is at least three times the interval of refreshes seen.',
      tests: [[PENDING, 'a template refreshed seldom lives']],
    },
    {
      id: 'RFC7011-8.4-e',
      level: 'should',
      rule: 'Templates are kept by device, its source port, the collector’s address and port, domain and number.',
      gap: 'Kept by device, transport, domain and number: the source port changes with each restart of many exporters, and saved templates would be lost with it.',
    },
    { id: 'RFC7011-9-a', level: 'must', rule: 'New sessions are listened for.', tests: [[STREAMS, 'IPFIX over TCP:']] },
    { id: 'RFC7011-9-b', level: 'must', rule: 'Elements that are not understood are noted.' },
    {
      id: 'RFC7011-9-c',
      level: 'must',
      rule: 'Padding in sets of data and of templates is accepted, zero or not.',
      tests: [
        [V9, 'padding of any value is no record'],
        [IPFIX, 'padding in template sets is no template'],
      ],
    },
    { id: 'RFC7011-9-d', level: 'should', rule: 'Messages out of sequence are told.', tests: [[IPFIX, 'the sequence counts records of flows and options']] },
    {
      id: 'RFC7011-9.1-a',
      level: 'must',
      rule: 'A malformed message is discarded.',
      tests: [[IPFIX, 'the length of the message rules']],
      gap: 'Whole records in front of the damage are kept, as other collectors do; the rest is discarded, and the message counted as malformed.',
    },
    { id: 'RFC7011-9.1-b', level: 'should', rule: 'The error is logged.' },
    {
      id: 'RFC7011-9.1-c',
      level: 'should',
      rule: 'Messages of an exporter that is clearly broken are no longer processed.',
      gap: 'They are, within the limits of each exporter; refusals are counted and shown, and an exporter can be shut out or limited in the configuration.',
    },
    { id: 'RFC7011-9.2-a', level: 'must', rule: 'Several SCTP streams are supported.', gap: SCTP },
    {
      id: 'RFC7011-9.3-a',
      level: 'should',
      rule: 'Over UDP data are accepted without their template.',
      tests: [[PENDING, 'a set that waited too long is given up']],
    },
    { id: 'RFC7011-10-a', level: 'must', rule: 'Messages have up to 65,535 bytes.', tests: [[FRAMING, 'the longest message is 65,535 bytes']] },
    { id: 'RFC7011-10-b', level: 'must', rule: 'State of a session is not carried over to another transport.' },
    { id: 'RFC7011-10.1-a', level: 'must', rule: 'SCTP with partial reliability is offered.', gap: SCTP },
    { id: 'RFC7011-10.1-b', level: 'may', rule: 'UDP and TCP are offered.', tests: [[STREAMS, 'IPFIX over TCP:']] },
    { id: 'RFC7011-10.1-c', level: 'must', rule: 'Ports can be configured.', tests: [['src/ingest/sockets.test.ts', 'a listener has one socket a worker']] },
    { id: 'RFC7011-10.4-a', level: 'must', rule: 'After a connection has broken off, new ones are listened for.', tests: [[STREAMS, 'IPFIX over TCP:']] },
    { id: 'RFC7011-11-a', level: 'must', rule: 'DTLS is offered for UDP and SCTP.', gap: DTLS },
    { id: 'RFC7011-11-b', level: 'must', rule: 'SSL and TLS before 1.1 are not used.', tests: [[STREAMS, 'IPFIX over TLS:']] },
    {
      id: 'RFC7011-11.3-a',
      level: 'must',
      rule: 'Exporters can be asked for certificates, and those that cannot show a valid one are refused.',
      tests: [[STREAMS, 'IPFIX over TLS:']],
    },
    {
      id: 'RFC7011-11.3-b',
      level: 'must',
      rule: 'The name in an exporter’s certificate is compared with an authorised list.',
      gap: 'Who is signed by the configured authority is let in; names are not compared. Use an authority of the exporters’ own.',
    },
    {
      id: 'RFC7011-11.4-a',
      level: 'should',
      rule: 'Rate and new state are limited.',
      tests: [
        [PENDING, 'limits of what an exporter may teach'],
        [PENDING, 'new templates are limited in time'],
      ],
    },
    {
      id: 'RFC7011-11.6-a',
      level: 'must',
      rule: 'Loss and insertion are told by the sequence number, modulo 2^32; one forged number does not blind it.',
      tests: [
        [IPFIX, 'one forged sequence number does not blind it'],
        [V9, 'a gap over the wrap of the sequence'],
      ],
    },
    {
      id: 'RFC7011-11.7-a',
      level: 'should',
      rule: 'Lengths of messages, sets and fields are checked against each other.',
      tests: [['test/hostile.test.ts', 'hostile datagrams are counted']],
    },
  ],
}
