/** Loss as sequence numbers tell it, and restarts as the uptime does. */
import type { Domain, Exporter, SequenceCounts } from './types.ts'

/** A jump by more than this, either way, is a restart of the counter and no loss. */
const RESET_UNITS = 1_000_000
/** A datagram this little behind is a late or repeated one. */
const LATE_UNITS = 10_000
/** So many late ones in a row that follow each other are no late ones: the counter began again not far back. */
const LATE_RUN = 8
/** An uptime that falls by more than this is a restart of the exporter; by less, a datagram was overtaken. */
const UPTIME_FALL_MS = 60_000

function count(exporter: Exporter, domain: Domain, what: keyof SequenceCounts, units: number): void {
  domain.sequence[what] += units
  exporter.sequence[what] += units
}

/**
 * Takes the sequence number of a datagram that stands for `units` flows (v5), records (IPFIX) or 1 datagram (v9). Numbers are
 * modulo 2^32. One forged number must not blind it: a jump far away counts as a reset and is followed.
 */
export function trackSequence(exporter: Exporter, domain: Domain, sequence: number, units: number): void {
  const follow = (): void => {
    domain.sequenceSeen = true
    domain.lateRun = 0
    domain.nextSequence = (sequence + units) >>> 0
  }
  if (!domain.sequenceSeen) return follow()
  const gap = (sequence - domain.nextSequence) | 0
  if (gap === 0) return follow()
  if (gap > 0 && gap <= RESET_UNITS) {
    count(exporter, domain, 'missing', gap)
    return follow()
  }
  if (gap < 0 && gap >= -LATE_UNITS) {
    domain.lateRun = domain.lateRun > 0 && sequence === domain.lateNext ? domain.lateRun + 1 : 1
    domain.lateNext = (sequence + units) >>> 0
    if (domain.lateRun < LATE_RUN) {
      // It was counted as missing when its successor came; a repeated one was not, but the number alone cannot tell.
      if (domain.sequence.missing >= units) {
        count(exporter, domain, 'missing', -units)
        count(exporter, domain, 'reordered', units)
      } else count(exporter, domain, 'duplicate', units)
      return
    }
  }
  count(exporter, domain, 'reset', 1)
  follow()
}

/** Uptimes wrap after 49.7 days, and a time of boot that is reckoned from them with it. */
const WRAP_MS = 2 ** 32

/**
 * Whether a domain whose templates were kept from before our own restart has restarted since: by its time of boot (NetFlow v9), else by
 * a sequence number far behind the one it had (IPFIX).
 */
export function restartedSince(domain: Domain, sequence: number, bootMs: number | null): boolean {
  const { saved } = domain
  if (saved === null) return false
  domain.saved = null
  if (bootMs === null) return ((sequence - saved.sequence) | 0) < -LATE_UNITS
  const apart = (((bootMs - saved.bootMs) % WRAP_MS) + WRAP_MS) % WRAP_MS
  return Math.min(apart, WRAP_MS - apart) > UPTIME_FALL_MS && !domain.alternates
}

/**
 * Takes the sysUptime of a datagram (v1, v5, v7, v9), its time of export, and its sequence number, null where it has none; true when
 * the exporter has restarted: uptime and sequence fell (RFC 3954 §9). Its sequence begins anew then. A wrap of the uptime at 2^32 ms
 * is no restart, and no more are two senders with one address and domain, whose uptimes alternate.
 */
export function trackUptime(exporter: Exporter, domain: Domain, uptimeMs: number, exportMs: number, sequence: number | null): boolean {
  const step = (uptimeMs - domain.lastUptimeMs) | 0
  const bootMs = exportMs - uptimeMs
  const gap = sequence === null ? -1 : (sequence - domain.nextSequence) | 0
  const known = sequence === null ? domain.lastUptimeMs > 0 : domain.sequenceSeen
  const fell = known && step < -UPTIME_FALL_MS && (gap < 0 || gap > RESET_UNITS)
  if (!fell && step > UPTIME_FALL_MS && domain.formerBootMs !== null && Math.abs(bootMs - domain.formerBootMs) < UPTIME_FALL_MS) domain.alternates = true
  if (fell) {
    count(exporter, domain, 'reset', 1)
    domain.sequenceSeen = false
    domain.formerBootMs = domain.bootMs
  }
  if (fell || !domain.sequenceSeen || step > 0) {
    domain.lastUptimeMs = uptimeMs
    domain.bootMs = bootMs
  }
  if (!fell || domain.alternates) return false
  domain.restarts++
  return true
}
