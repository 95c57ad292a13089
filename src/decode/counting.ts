/**
 * What an exporter counts in its sequence numbers, where it is not what its protocol says. IPFIX counts the data records before a
 * message (RFC 7011 §3.1); softflowd 1.1 counts those in it too, and no options. NetFlow v9 counts datagrams (RFC 3954 §5.1);
 * some exporters count flows. Taken by the letter their numbers would tell of losses nobody had.
 */
import { trackSequence } from './sequence.ts'
import type { Domain, Exporter } from './types.ts'

/** By the letter of the protocol, the flows before the datagram, or the flows up to its end. */
const COUNTINGS = ['standard', 'flows_before', 'flows_so_far'] as const
export type Counting = (typeof COUNTINGS)[number]

const STANDARD = COUNTINGS.indexOf('standard')
const SO_FAR = COUNTINGS.indexOf('flows_so_far')

/** What is known of an exporter's way to count. */
export interface CountingHabit {
  counting: Counting
  /** Whether a datagram came before, whose records are known. */
  seen: boolean
  /** By way: the number the next datagram begins with, and in how many datagrams on end it was right while the way in use was wrong. */
  readonly next: Uint32Array
  readonly better: Uint8Array
}

/** So often a way must be right where the one in use is wrong, and never wrong in between, before it is believed. */
const BELIEVED = 4

export const noHabit = (): CountingHabit => ({
  counting: 'standard',
  seen: false,
  next: new Uint32Array(COUNTINGS.length),
  better: new Uint8Array(COUNTINGS.length),
})

/** What was counted by the wrong way never happened. */
function adopt(exporter: Exporter, domain: Domain, habit: CountingHabit, counting: Counting): void {
  habit.counting = counting
  habit.better.fill(0)
  domain.sequenceSeen = false
  for (const what of ['missing', 'duplicate', 'reordered'] as const) {
    exporter.sequence[what] -= domain.sequence[what]
    domain.sequence[what] = 0
  }
}

/** The number of the first unit a datagram stands for, by this way of counting. */
const startOf = (way: number, sequence: number, flows: number): number => (way === SO_FAR ? sequence - flows : sequence) >>> 0

const isRight = (habit: CountingHabit, way: number, start: number): boolean => habit.seen && habit.next[way] === start

/**
 * Takes the sequence number of a v9 or IPFIX datagram that stands for `units` by its protocol and holds `flows` records of flows;
 * `known` is false where it has records nobody could count.
 */
export function trackCounting(exporter: Exporter, domain: Domain, sequence: number, units: number, flows: number, known: boolean): void {
  const { habit } = domain
  const inUse = COUNTINGS.indexOf(habit.counting)
  const wrong = habit.seen && !isRight(habit, inUse, startOf(inUse, sequence, flows))
  let believed = inUse
  for (let way = 0; way < COUNTINGS.length; way++) {
    const start = startOf(way, sequence, flows)
    if (!isRight(habit, way, start)) habit.better[way] = 0
    else if (wrong && ++habit.better[way]! >= BELIEVED && believed === inUse) believed = way
    habit.next[way] = start + (way === STANDARD ? units : flows)
  }
  habit.seen = known
  if (believed !== inUse) adopt(exporter, domain, habit, COUNTINGS[believed]!)
  const standard = habit.counting === 'standard'
  trackSequence(exporter, domain, startOf(believed, sequence, flows), standard ? units : flows)
  // How many records a waiting or damaged set holds is not known, so a count of records starts anew behind it.
  if (!known && (!standard || domain.protocol === 'ipfix')) domain.sequenceSeen = false
}
