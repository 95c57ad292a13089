/**
 * Figures of quality that are more than a column: shares of packets, flows by their TCP flags, handshakes that failed.
 *
 * A share divides the sum of a counter by the packets of the very flows it was measured in, so that flows without the
 * measurement neither thin it out nor hide it. Figures that the exporter did not measure say so by `_estimate` in their name.
 */
import type { MeasuredGroup } from '../schema/index.ts'
import { ALL_SEEN, BYTES, FAILED, FLAGS_TOLD, has, isMeasured, NOBODY_COUNTED, PACKETS, SENT_AGAIN } from '../store/index.ts'
import type { Metric } from './metrics.ts'
import { summedPart, total } from './rolled.ts'

/** Percent of what: packets that never arrived are no packets of the flow, so they join those that did (RFC 3550 §6.4.1, A.3: of those expected). */
const SHARES: ReadonlyMap<string, { readonly group: MeasuredGroup; readonly of: string }> = new Map([
  ['retransmitted_percent', { group: 'retransmitted', of: PACKETS }],
  ['out_of_order_percent', { group: 'out_of_order', of: PACKETS }],
  ['lost_percent', { group: 'lost', of: `${PACKETS} + lost` }],
  ['retransmitted_bytes_percent', { group: 'retransmitted_bytes', of: BYTES }],
])

/** A value of flows that figures sum up: of a flow, null where it is not known, and of a row of the roll-ups. */
interface Value {
  readonly flow: string
  readonly held: string
  readonly flags: boolean
}

const counter = (known: string, value: string): Value => ({ flow: `if(${known}, ${value}, NULL)`, held: `if(${known}, ${value}, NULL)`, flags: false })

/** One where the condition holds, zero where it does not, null where that is not known; and the sums of the flows it holds for and is known of. */
const flagged = (known: string, knownSum: string, condition: string, sum: string): Value => ({
  flow: `if(${known}, toUInt64(${condition}), NULL)`,
  held: `if(${knownSum} > 0, ${sum}, NULL)`,
  flags: true,
})

const TOLD = flagged(FLAGS_TOLD, 'flag_flows', '1', 'flag_flows')
const RESET = flagged(FLAGS_TOLD, 'flag_flows', has('rst'), 'rst_flows')
const FAILURES = flagged(ALL_SEEN, 'seen_flows', FAILED, 'failed_flows')
const ASKING = flagged(ALL_SEEN, 'seen_flows', has('syn'), 'asking_flows')
const AGAIN = flagged(NOBODY_COUNTED, 'uncounted_flows', SENT_AGAIN, 'sent_again')
const UNCOUNTED = flagged(NOBODY_COUNTED, 'uncounted_flows', PACKETS, 'uncounted_packets')

const COUNTS: ReadonlyMap<string, Value> = new Map([
  ['flag_flows', TOLD],
  ['syn_flows', flagged(FLAGS_TOLD, 'flag_flows', has('syn'), 'syn_flows')],
  ['fin_flows', flagged(FLAGS_TOLD, 'flag_flows', has('fin'), 'fin_flows')],
  ['rst_flows', RESET],
  ['handshake_failures_estimate', FAILURES],
  ['retransmitted_estimate', AGAIN],
])

/** A quotient in percent of two values of flows; null where nothing is below the line. */
function percent(name: string, above: Value, below: Value): Metric {
  const [upper, lower] = [`q_${name}_a`, `q_${name}_b`]
  const parts = [summedPart(upper, above.held), summedPart(lower, below.held)] as const
  const share = (over: string, under: string) => (condition?: string) => `100 * ${total(over, condition)} / nullIf(${total(under, condition)}, 0)`
  return {
    name,
    sql: share(upper, lower),
    needs: [
      { kind: 'raw', alias: upper, sql: above.flow },
      { kind: 'raw', alias: lower, sql: below.flow },
    ],
    rolled: { parts, flags: above.flags, sql: share(parts[0].alias, parts[1].alias) },
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
    return percent(name, counter(known, share.group), counter(known, share.of))
  }
  if (name === 'rst_flows_percent') return percent(name, RESET, TOLD)
  if (name === 'handshake_failures_percent_estimate') return percent(name, FAILURES, ASKING)
  if (name === 'retransmitted_percent_estimate') return percent(name, AGAIN, UNCOUNTED)
  const count = COUNTS.get(name)
  if (count === undefined) return undefined
  const alias = `q_${name}`
  const part = summedPart(alias, count.held)
  return {
    name,
    sql: condition => total(alias, condition),
    needs: [{ kind: 'raw', alias, sql: count.flow }],
    rolled: { parts: [part], flags: count.flags, sql: condition => total(part.alias, condition) },
    additive: true,
    whole: true,
    nothing: null,
  }
}
