/**
 * What a flow tells of quality, in SQL over the columns of `flows`: which values were measured, and what its TCP flags say. Roll-ups and
 * raw queries use these expressions both, so that they count alike.
 */
import { MEASURED_GROUPS, type MeasuredGroup } from '../schema/index.ts'

/** Whether a row's values of this group were measured, as a condition: zero never stands for "unknown". */
export const isMeasured = (group: MeasuredGroup): string => `bitTest(measured, ${MEASURED_GROUPS.indexOf(group)})`

/** The counters count both directions of a record that tells both, and so do these. */
export const PACKETS = 'packets + reverse_packets'
export const BYTES = 'bytes + reverse_bytes'

const TCP = 6
/** Bits of `tcp_flags` (RFC 9293 §3.1), and the counter of the same packets. */
const FLAGS = { fin: [0, 'fin_count'], syn: [1, 'syn_count'], rst: [2, 'rst_count'], ack: [4, 'ack_count'] } as const

/** No flag at all is no TCP packet: such an exporter tells no flags. */
export const FLAGS_TOLD = `proto = ${TCP} AND (tcp_flags != 0 OR ${isMeasured('flag_counts')})`
/** Of a sampled flow most packets were not seen, and a lone SYN says nothing. */
export const ALL_SEEN = `${FLAGS_TOLD} AND sampling_rate <= 1`

/** Whether a packet of the flow had this flag, by the joined flags or by the counters. */
export function has(flag: keyof typeof FLAGS): string {
  const [bit, counter] = FLAGS[flag]
  return `(bitTest(tcp_flags, ${bit}) OR (${isMeasured('flag_counts')} AND ${counter} > 0))`
}

/** Whoever opens a connection acknowledges from its second packet on (RFC 9293 §3.5): a flow with SYN and no ACK got no answer, or was refused. */
export const FAILED = `${has('syn')} AND NOT ${has('ack')}`

const SYN_ALONE = 2
/** All flags but ECE and CWR, which a SYN may carry to offer ECN (RFC 3168 §6.1.1). */
const PLAIN_FLAGS = 0x3f
const BOTH_WAYS = '(reverse_packets > 0 OR reverse_bytes > 0)'
/** Flows of an exporter that counts what was sent again are left to that count. */
export const NOBODY_COUNTED = `${ALL_SEEN} AND NOT ${isMeasured('retransmitted')}`
/**
 * Packets that were sent again at least, UInt64. Each direction of a connection has one SYN, and each connection ends with a FIN or RST:
 * further SYN were sent again. Joined flags tell that of SYN alone; with ACK among them the packets may be any.
 */
export const SENT_AGAIN = `toUInt64(multiIf(
  ${isMeasured('flag_counts')}, greatest(toInt64(syn_count) - greatest(1 + ${BOTH_WAYS}, toInt64(fin_count + rst_count)), 0),
  bitAnd(tcp_flags, ${PLAIN_FLAGS}) = ${SYN_ALONE}, greatest(toInt64(packets) - 1, 0),
  0))`
