/**
 * Figures of quality that are more than a column: shares of packets, flows by their TCP flags, handshakes that failed.
 *
 * A share divides the sum of a counter by the packets of the very flows it was measured in, so that flows without the
 * measurement neither thin it out nor hide it. Figures that the exporter did not measure say so by `_estimate` in their name.
 */
import type { MeasuredGroup } from '../schema/index.ts'
import { isMeasured } from './measured.ts'
import type { Metric } from './metrics.ts'

/** The counters count both directions of a record that tells both, and so do these. */
const PACKETS = 'packets + reverse_packets'
const BYTES = 'bytes + reverse_bytes'

/** Percent of what: packets that never arrived are no packets of the flow, so they join those that did (RFC 3550 §6.4.1, A.3: of those expected). */
const SHARES: ReadonlyMap<string, { readonly group: MeasuredGroup; readonly of: string }> = new Map([
  ['retransmitted_percent', { group: 'retransmitted', of: PACKETS }],
  ['out_of_order_percent', { group: 'out_of_order', of: PACKETS }],
  ['lost_percent', { group: 'lost', of: `${PACKETS} + lost` }],
  ['retransmitted_bytes_percent', { group: 'retransmitted_bytes', of: BYTES }],
])

const TCP = 6
/** Bits of `tcp_flags` (RFC 9293 §3.1), and the counter of the same packets. */
const FLAGS = { fin: [0, 'fin_count'], syn: [1, 'syn_count'], rst: [2, 'rst_count'], ack: [4, 'ack_count'] } as const

/** No flag at all is no TCP packet: such an exporter tells no flags. */
const FLAGS_TOLD = `proto = ${TCP} AND (tcp_flags != 0 OR ${isMeasured('flag_counts')})`
/** Of a sampled flow most packets were not seen, and a lone SYN says nothing. */
export const ALL_SEEN = `${FLAGS_TOLD} AND sampling_rate <= 1`

/** Whether a packet of the flow had this flag, by the joined flags or by the counters. */
export function has(flag: keyof typeof FLAGS): string {
  const [bit, counter] = FLAGS[flag]
  return `(bitTest(tcp_flags, ${bit}) OR (${isMeasured('flag_counts')} AND ${counter} > 0))`
}

/** One where the condition holds, zero where it does not, null where that is not known. */
const oneIf = (known: string, condition: string): string => `if(${known}, toUInt64(${condition}), NULL)`

// Whoever opens a connection acknowledges from its second packet on (RFC 9293 §3.5): a flow with SYN and no ACK got no answer, or was refused.
const FAILED = oneIf(ALL_SEEN, `${has('syn')} AND NOT ${has('ack')}`)

const SYN_ALONE = 2
/** All flags but ECE and CWR, which a SYN may carry to offer ECN (RFC 3168 §6.1.1). */
const PLAIN_FLAGS = 0x3f
const BOTH_WAYS = '(reverse_packets > 0 OR reverse_bytes > 0)'
/** Flows of an exporter that counts what was sent again are left to that count. */
const NOBODY_COUNTED = `${ALL_SEEN} AND NOT ${isMeasured('retransmitted')}`
// Each direction of a connection has one SYN, and each connection ends with a FIN or RST: further SYN were sent again. Joined flags tell
// that of SYN alone; with ACK among them the packets may be any.
const SENT_AGAIN = `if(${NOBODY_COUNTED}, toUInt64(multiIf(
  ${isMeasured('flag_counts')}, greatest(toInt64(syn_count) - greatest(1 + ${BOTH_WAYS}, toInt64(fin_count + rst_count)), 0),
  bitAnd(tcp_flags, ${PLAIN_FLAGS}) = ${SYN_ALONE}, greatest(toInt64(packets) - 1, 0),
  0)), NULL)`

const RESET = oneIf(FLAGS_TOLD, has('rst'))

const COUNTS: ReadonlyMap<string, string> = new Map([
  ['flag_flows', oneIf(FLAGS_TOLD, '1')],
  ['syn_flows', oneIf(FLAGS_TOLD, has('syn'))],
  ['fin_flows', oneIf(FLAGS_TOLD, has('fin'))],
  ['rst_flows', RESET],
  ['handshake_failures_estimate', FAILED],
  ['retransmitted_estimate', SENT_AGAIN],
])

const total = (alias: string, condition: string | undefined): string => (condition === undefined ? `sum(${alias})` : `sumIf(${alias}, ${condition})`)

/** A quotient in percent of two values of flows; null where nothing is below the line. */
function percent(name: string, above: string, below: string): Metric {
  const [upper, lower] = [`q_${name}_a`, `q_${name}_b`]
  return {
    name,
    sql: condition => `100 * ${total(upper, condition)} / nullIf(${total(lower, condition)}, 0)`,
    needs: [
      { kind: 'raw', alias: upper, sql: above },
      { kind: 'raw', alias: lower, sql: below },
    ],
    additive: false,
    whole: false,
    nothing: null,
  }
}

/** The figure of this name; undefined when it is none of these. */
export function qualityMetric(name: string): Metric | undefined {
  const share = SHARES.get(name)
  if (share !== undefined) {
    const known = isMeasured(share.group)
    return percent(name, `if(${known}, ${share.group}, NULL)`, `if(${known}, ${share.of}, NULL)`)
  }
  if (name === 'rst_flows_percent') return percent(name, RESET, oneIf(FLAGS_TOLD, '1'))
  if (name === 'handshake_failures_percent_estimate') return percent(name, FAILED, oneIf(ALL_SEEN, has('syn')))
  if (name === 'retransmitted_percent_estimate') return percent(name, SENT_AGAIN, `if(${NOBODY_COUNTED}, ${PACKETS}, NULL)`)
  const count = COUNTS.get(name)
  if (count === undefined) return undefined
  const alias = `q_${name}`
  return { name, sql: condition => total(alias, condition), needs: [{ kind: 'raw', alias, sql: count }], additive: true, whole: true, nothing: null }
}
