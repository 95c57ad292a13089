/**
 * The time of boot of an exporter whose headers tell whole seconds beside sysUptime in ms (NetFlow v9, RFC 3954 §5.1; v5 of Juniper MX,
 * whose nanoseconds are 0). Seconds less uptime is that time less what the clock showed behind its second, 0 to 999 ms: another value in each
 * datagram, by which the flows of one would lie up to a second aside of those of the next. The greatest of many such values is nearly the time of
 * boot, and the smallest tells how nearly, as a second lies between the extremes (Trammell et al., Peeling Away Timing Error in NetFlow Data, PAM 2011).
 *
 * Uptimes drift against the clock of the day and clocks are set, so old values are forgotten. Whatever an exporter sends, a time is placed at most
 * a second behind where the header alone has it, and where values contradict each other, just there. A clock that rounds is half a
 * second ahead, always by the same; nothing in a header tells.
 */

const SECOND_MS = 1000
/** Uptimes are 32 bits and begin anew after 49.7 days. */
const WRAP_MS = 2 ** 32
/**
 * By so much values may be farther apart than a second: uptimes count hundredths (SNMP's TimeTicks), seconds and uptime are read one after
 * the other, and clocks drift, by 1 ms a minute as a rule.
 */
const SLACK_MS = 10
/** Within this the time of boot is known well enough to compare times of several datagrams. */
const KNOWN_MS = 10
/**
 * Values are kept by halves, the one in hand and the one before. A half ends when it has seen enough and lasted a little, at the latest when
 * drift may matter. 240 datagrams leave 8 ms open in the mean, 1000 leave 2.
 */
const HALF = { datagrams: 1000, leastMs: 30_000, mostMs: 240_000 } as const
/** So many datagrams on end that contradict what was learnt are a restart, or a clock that was set; fewer were late, or of somebody else. */
const CONTRADICTIONS = 3
/**
 * Where more than one datagram in 200 contradicts, the exporter reads its clocks apart (by 70 ms on the routers of that paper), its clock is being
 * set, or there are two exporters: nothing is known well. A contradiction raises doubt by 200, an agreement lowers it by 1.
 */
const DOUBT = { each: 200, allowed: 600, most: 4000 } as const

/** What is known of the time of boot. Values are in ms, seconds less uptime of a datagram, less those of the first one. */
export interface BootClock {
  /** The first value, ms since 1970. */
  originMs: number
  high: number
  low: number
  formerHigh: number
  formerLow: number
  /** Datagrams of the half in hand, and when it began by the exporter's clock. */
  datagrams: number
  sinceMs: number
  /** Datagrams on end that contradicted. */
  contradictions: number
  doubt: number
  /** Out: whether the time last given may be off by up to a second. */
  rough: boolean
}

/** A clock nothing is known of. */
export const newBootClock = (): BootClock => ({
  originMs: 0,
  high: 0,
  low: 0,
  formerHigh: 0,
  formerLow: 0,
  datagrams: 0,
  sinceMs: 0,
  contradictions: 0,
  doubt: 0,
  rough: true,
})

function beginAnew(clock: BootClock, exportMs: number, uptimeMs: number): void {
  clock.originMs = exportMs - uptimeMs
  clock.high = clock.low = clock.formerHigh = clock.formerLow = 0
  clock.datagrams = 1
  clock.sinceMs = exportMs
  clock.contradictions = 0
  clock.rough = true
}

/**
 * Takes the seconds of a header, as ms since 1970, and its sysUptime; gives when it was that the uptime stood so, ms since 1970: `exportMs`, or up
 * to a second later. `rough` tells whether that may still be off by as much.
 */
export function timeOfUptime(clock: BootClock, exportMs: number, uptimeMs: number): number {
  const elapsedMs = exportMs - clock.sinceMs
  if (clock.datagrams === 0 || elapsedMs > 2 * HALF.mostMs) {
    beginAnew(clock, exportMs, uptimeMs)
    return exportMs
  }
  const turned = exportMs - uptimeMs - clock.originMs
  const value = turned - Math.round(turned / WRAP_MS) * WRAP_MS
  const high = Math.max(clock.high, clock.formerHigh, value)
  const low = Math.min(clock.low, clock.formerLow, value)
  if (high - low > SECOND_MS + SLACK_MS) {
    clock.doubt = Math.min(DOUBT.most, clock.doubt + DOUBT.each)
    if (++clock.contradictions >= CONTRADICTIONS) beginAnew(clock, exportMs, uptimeMs)
    clock.rough = true
    return exportMs
  }
  clock.contradictions = 0
  if (clock.doubt > 0) clock.doubt--
  if (elapsedMs >= HALF.mostMs || (clock.datagrams >= HALF.datagrams && elapsedMs >= HALF.leastMs)) {
    clock.formerHigh = clock.high
    clock.formerLow = clock.low
    clock.high = clock.low = value
    clock.datagrams = 0
    clock.sinceMs = exportMs
  }
  clock.high = Math.max(clock.high, value)
  clock.low = Math.min(clock.low, value)
  clock.datagrams++
  clock.rough = SECOND_MS - (high - low) > KNOWN_MS || clock.doubt > DOUBT.allowed
  return exportMs + Math.min(SECOND_MS, high - value)
}
