/**
 * Conversations as SQL. Flows of both directions have one key: the unordered pair of address and port, and the protocol. Inside, all
 * flows of a key become one list in order of time, which is cut into conversations; outside, each conversation is a row.
 *
 * Lists are small (two flows, as a rule), so 10 M flows of 5 M conversations take 11 s of CPU and 0.4 GB; beyond a part of a query's memory
 * the engine puts them on disk.
 */
import { NOTES, type ColumnName, type MeasuredGroup } from '../schema/index.ts'
import { ALL_SEEN, END_MS, has, isMeasured, LATEST_MS, LONGEST_MS, startMs } from '../store/index.ts'
import { countedSql } from './duplicates.ts'

const ICMP = '(1, 58)'
/** The type of an ICMP message may lie in its port, and an answer is of another type. */
const port = (name: string): string => `if(proto IN ${ICMP}, 0, ${name})`
const [SRC_PORT, DST_PORT] = [port('src_port'), port('dst_port')]

/** 1 where the flow goes from the lower to the upper end of its key. */
const FORWARD = `((src, ${SRC_PORT}) <= (dst, ${DST_PORT}))`
/** A number for the key. Two of five million keys share one with a chance of one in a million. */
const keySql = ({ counting }: Wanted): string => {
  // What each exporter saw is a conversation of its own, or its flows would count as often as there are exporters.
  const more = counting === 'once' ? 'proto' : 'proto, exporter'
  return `if(${FORWARD}, cityHash64(src, ${SRC_PORT}, dst, ${DST_PORT}, ${more}), cityHash64(dst, ${DST_PORT}, src, ${SRC_PORT}, ${more}))`
}

/** One record told both directions (RFC 5103, firewalls): whoever it names first opened. */
const BOTH_WAYS = '(reverse_bytes > 0 OR reverse_packets > 0)'
const TCP_SYN = `(proto = 6 AND ${has('syn')})`
const ENDS = `(proto = 6 AND (${has('fin')} OR ${has('rst')}))`
/** A SYN that was never followed by an ACK is the client's; a single packet of SYN and ACK the server's. */
const OPENS = `(${TCP_SYN} AND NOT ${has('ack')})`
const ACCEPTS = `(${TCP_SYN} AND ${has('ack')} AND packets = 1 AND sampling_rate <= 1)`
/** Records without packets tell events of a firewall or of a translation; only a refusal says something of the conversation. */
const IS_TRAFFIC = '(bytes > 0 OR packets > 0 OR firewall_event = 3)'

/**
 * Times of packets to the millisecond. A sample of sFlow has the time of reception, and so has a flow that ended after it was received, by a
 * clock that is ahead.
 */
const EXACT = `(bitAnd(notes, ${NOTES.time_replaced | NOTES.time_by_export | NOTES.time_rough}) = 0 AND export_protocol != 'sflow' AND end_at <= received_at)`

/**
 * Whether the start of a flow is the moment of its first packet: nothing was sampled away, the exporter told the time itself, and of
 * TCP the opening was seen.
 */
const TIMED = `(sampling_rate <= 1 AND ${EXACT} AND NOT ${BOTH_WAYS} AND (proto != 6 OR ${TCP_SYN}))`

/** Longest an answer may take to be one, ms. */
const LONGEST_ANSWER_MS = 30_000
/** Beyond this part of a query's memory the lists go to disk. */
export const SPILL = { max_bytes_ratio_before_external_group_by: 0.4 } as const
/** As many bits of a key find the flows of the keys that a filter holds for, so that their set never outgrows 64 MB. */
const FEW_BITS = 2 ** 22 - 1

/** What a conversation can be sorted by, and what each of its flows adds to that. */
export const ORDERS = {
  started: { flow: '0', value: 'begun' },
  ended: { flow: '0', value: 'ended' },
  duration: { flow: '0', value: 'ended - begun' },
  flows: { flow: '0', value: 'toInt64(length(s))' },
  bytes: { flow: 'toInt64(bytes * greatest(sampling_rate, 1))', value: 'arraySum(r -> r.6, s)' },
  packets: { flow: 'toInt64(packets * greatest(sampling_rate, 1))', value: 'arraySum(r -> r.6, s)' },
  response_time: { flow: `if(${isMeasured('response_time')}, toInt64(response_time), -1)`, value: 'arrayMax(r -> r.6, s)' },
  response_time_estimate: { flow: '0', value: 'ifNull(estimate, -1)' },
} as const
export type ConversationOrder = keyof typeof ORDERS

/** Conditions over the columns of `flows`: whose flows may be seen at all, and which of them make a conversation wanted. */
export interface Wanted {
  readonly scope: string
  readonly filter: string
  readonly counting: 'once' | 'hops'
}

/** Flows of the range and of a gap on both sides of it, so that what began before is known to have, and answers are found that came after. */
function rowsIn(columns: string, { scope, counting }: Wanted, more = ''): string {
  return `SELECT ${columns} FROM flows PREWHERE ${countedSql[counting]} AND (${scope})${more}
    WHERE received_at >= fromUnixTimestamp64Milli({q_from:Int64} - {q_gap:Int64}, 'UTC')
      AND received_at < fromUnixTimestamp64Milli({q_to:Int64} + {q_gap:Int64} + ${LATEST_MS + LONGEST_MS}, 'UTC')
      AND ${END_MS} >= {q_from:Int64} - {q_gap:Int64} AND ${startMs(END_MS)} < {q_to:Int64} + {q_gap:Int64} AND ${IS_TRAFFIC}`
}

const bits = (...conditions: readonly string[]): string => conditions.map((condition, at) => `${2 ** at} * (${condition})`).join(' + ')
/** Bits of a flow in its list. */
const BIT = { forward: 0, timed: 1, told: 2, wanted: 3, syn: 4, ends: 5 } as const
const is = (row: string, bit: keyof typeof BIT): string => `bitTest(${row}.4, ${BIT[bit]})`

/** Flows that begin at once are in the order of who opened: as a record tells, by a SYN, towards the lower port. */
const RANK = `multiIf(${BOTH_WAYS}, 0, ${OPENS}, 1, ${DST_PORT} < ${SRC_PORT}, 2, 3)`

/**
 * A row a conversation: `k` its key, `s` its flows, `begun` and `ended` in ms, `estimate` of its response time in µs or null. A flow
 * is (begin, rank, end, bits, exporter, `value`, `carried` …). A new conversation begins after a gap, and with a SYN after a FIN or
 * RST while nothing else runs: the port was used again.
 */
export function conversationsSql(wanted: Wanted, value: string, carried: readonly string[] = []): string {
  const flags = bits(
    FORWARD,
    TIMED,
    `${BOTH_WAYS} OR ${isMeasured('response_time')}`,
    `q_end >= {q_from:Int64} AND q_begin < {q_to:Int64} AND (${wanted.filter})`,
    TCP_SYN,
    ENDS,
  )
  const flow = ['q_begin', `toUInt8(${RANK})`, 'q_end', `toUInt8(${flags})`, "cityHash64(CAST(exporter, 'IPv6'))", value, ...carried]
  const key = keySql(wanted)
  const keys = `SELECT bitAnd(${key}, ${FEW_BITS}) FROM flows PREWHERE ${countedSql[wanted.counting]} AND (${wanted.scope}) AND (${wanted.filter})
    WHERE received_at >= fromUnixTimestamp64Milli({q_from:Int64}, 'UTC') AND received_at < fromUnixTimestamp64Milli({q_to:Int64} + ${LATEST_MS + LONGEST_MS}, 'UTC')
      AND ${END_MS} >= {q_from:Int64} AND ${startMs(END_MS)} < {q_to:Int64}`
  const rows = rowsIn(
    `${key} AS k, ${END_MS} AS q_end, ${startMs('q_end')} AS q_begin, (${flow.join(', ')}) AS flow`,
    wanted,
    wanted.filter === '1' ? '' : ` AND bitAnd(${key}, ${FEW_BITS}) IN (${keys})`,
  )
  // Of starts and ends, each sorted by itself, the start of a flow lies beyond all ends before it just where it lies beyond the
  // end of the same place: a running maximum without one.
  const lists = `SELECT k, arraySort(groupArray(flow)) AS list,
      arrayPushFront(arrayPopBack(arraySort(arrayMap(r -> r.3, list))), toInt64(-1000000000000)) AS before,
      bitAnd(arrayFirst(r -> ${is('r', 'syn')}, list).4, 1) AS opening,
      arrayMap(r -> ${is('r', 'syn')} AND bitAnd(r.4, 1) = opening, list) AS openings,
      arrayPushFront(arrayPopBack(arrayCumSum(r -> ${is('r', 'ends')}, list)), 0) AS closed,
      arrayDifference(arrayFilter((c, o) -> o, closed, openings)) AS since,
      arrayMap((r, b, o, n) -> r.1 > b + {q_gap:Int64} OR (o AND r.1 > b AND since[n] > 0), list, before, openings, arrayCumSum(openings)) AS cuts
    FROM (${rows}) GROUP BY k`
  // softflowd and other probes that hold both directions as one tell the times of both for each.
  const timed = 'bitTest(s[1].4, 1) AND bitTest(s[at].4, 1) AND s[1].5 = s[at].5 AND (s[1].1 != s[at].1 OR s[1].3 != s[at].3)'
  // Times in whole seconds are those of an exporter that tells no milliseconds.
  const exact = '(begun % 1000 != 0 OR s[1].3 % 1000 != 0 OR s[at].1 % 1000 != 0 OR s[at].3 % 1000 != 0)'
  return `SELECT k, s, s[1].1 AS begun, arrayMax(r -> r.3, s) AS ended,
      arrayFirstIndex(r -> bitAnd(r.4, 1) != bitAnd(s[1].4, 1), s) AS at,
      if(at > 0 AND ${timed} AND NOT arrayExists(r -> ${is('r', 'told')}, s) AND begun >= {q_from:Int64}
        AND s[at].1 - begun < ${LONGEST_ANSWER_MS} AND ${exact}, (s[at].1 - begun) * 1000, NULL) AS estimate
    FROM (SELECT k, arrayJoin(arraySplit((r, cut) -> cut, list, cuts)) AS s FROM (${lists}))
    WHERE arrayExists(r -> ${is('r', 'wanted')}, s)`
}

const measuredMean = (column: string, group: MeasuredGroup): string => `avgIf(${column}, ${isMeasured(group)})`
const FLAGS = `bitOr(tcp_flags, if(${isMeasured('flag_counts')}, (fin_count > 0) + 2 * (syn_count > 0) + 4 * (rst_count > 0) + 16 * (ack_count > 0), 0))`

/** Columns of one direction, the one where `forward` is 1 or 0. */
const side = (forward: string): readonly string[] => [
  `sumIf(bytes * greatest(sampling_rate, 1), ${forward})`,
  `sumIf(packets * greatest(sampling_rate, 1), ${forward})`,
  `countIf(${forward})`,
  `groupBitOrIf(${FLAGS}, ${forward})`,
  `maxIf(toUInt8(${BOTH_WAYS}), ${forward})`,
  `maxIf(toUInt8(${OPENS}), ${forward})`,
  `maxIf(toUInt8(${ACCEPTS}), ${forward})`,
  `minIf(begin, ${forward})`,
]

/** Columns of an answer to `detailsSql`, in this order; those of a direction stand twice, of the lower end's first. */
export const DETAILS = {
  at: 0,
  low: 1,
  high: 2,
  lowPort: 3,
  highPort: 4,
  proto: 5,
  app: 6,
  category: 7,
  serverName: 8,
  exporters: 9,
  responseTime: 10,
  rtt: 11,
  rttClient: 12,
  rttServer: 13,
  denied: 14,
  endReason: 15,
  sampled: 16,
  allSeen: 17,
  comparable: 18,
  forwards: 19,
  backwards: 27,
} as const
export const SIDE = { bytes: 0, packets: 1, flows: 2, flags: 3, bothWays: 4, opens: 5, accepts: 6, first: 7 } as const

/** Columns the details are made of. */
const READ: readonly ColumnName[] = [
  'end_at',
  'received_at',
  'exporter',
  'export_protocol',
  'notes',
  'sampling_rate',
  'src',
  'dst',
  'src_port',
  'dst_port',
  'proto',
  'tcp_flags',
  'end_reason',
  'bytes',
  'packets',
  'reverse_bytes',
  'reverse_packets',
  'app',
  'category',
  'server_name',
  'measured',
  'response_time',
  'rtt',
  'rtt_client',
  'rtt_server',
  'fin_count',
  'syn_count',
  'rst_count',
  'ack_count',
  'firewall_event',
]

/** All that is known of the conversations in `q_keys`, `q_begun` and `q_ended`; `at` is their place there, from 1. */
export function detailsSql(wanted: Wanted): string {
  const named = (column: string): string => `anyIf(toString(${column}), ${column} != '')`
  const columns = [
    'any(if(f, src, dst))',
    'any(if(f, dst, src))',
    `any(if(f, ${SRC_PORT}, ${DST_PORT}))`,
    `any(if(f, ${DST_PORT}, ${SRC_PORT}))`,
    'any(proto)',
    named('app'),
    named('category'),
    named('server_name'),
    'groupUniqArray(64)(toString(exporter))',
    measuredMean('response_time', 'response_time'),
    measuredMean('rtt', 'rtt'),
    measuredMean('rtt_client', 'rtt_client'),
    measuredMean('rtt_server', 'rtt_server'),
    'max(firewall_event = 3)',
    'argMax(end_reason, end)',
    'max(sampling_rate > 1)',
    `min(toUInt8(${ALL_SEEN}))`,
    `min(toUInt8(${EXACT})) AND uniqExact(exporter) = 1`,
    ...side('f'),
    ...side('NOT f'),
  ]
  const key = keySql(wanted)
  const told = `${READ.join(', ')}, ${key} AS k, ${FORWARD} AS f, ${END_MS} AS end, ${startMs('end')} AS begin`
  const rows = rowsIn(told, wanted, ` AND ${key} IN ({q_keys:Array(UInt64)})`)
  return `SELECT at, ${columns.join(', ')} FROM (${rows}) AS flow
    INNER JOIN (SELECT q.1 AS k, q.2 AS begun, q.3 AS ended, q.4 AS at
      FROM (SELECT arrayJoin(arrayZip({q_keys:Array(UInt64)}, {q_begun:Array(Int64)}, {q_ended:Array(Int64)}, range(1, length({q_keys:Array(UInt64)}) + 1))) AS q)) AS conversation
    USING k WHERE begin BETWEEN begun AND ended GROUP BY at`
}
