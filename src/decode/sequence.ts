/** Loss as sequence numbers tell it. */
import type { Domain, Exporter } from './types.ts'

/** A jump by more than this, either way, is a restart of the counter and no loss. */
const RESET_UNITS = 1_000_000
/** A datagram this little behind is a late or repeated one. */
const LATE_UNITS = 10_000
/** So many late ones in a row that follow each other are no late ones: the counter began again not far back. */
const LATE_RUN = 8
/** An uptime that falls by more than this is a restart of the exporter; by less, a datagram was overtaken. */
const UPTIME_FALL_MS = 60_000

/**
 * Takes the sequence number of a datagram that stands for `units` flows (v5), records (IPFIX) or 1 datagram (v9). Numbers are
 * modulo 2^32. One forged number must not blind it: a jump far away counts as a reset and is followed.
 */
export function trackSequence(exporter: Exporter, domain: Domain, sequence: number, units: number): void {
  const counts = exporter.sequence
  const follow = (): void => {
    domain.sequenceSeen = true
    domain.lateRun = 0
    domain.nextSequence = (sequence + units) >>> 0
  }
  if (!domain.sequenceSeen) return follow()
  const gap = (sequence - domain.nextSequence) | 0
  if (gap === 0) return follow()
  if (gap > 0 && gap <= RESET_UNITS) {
    counts.missing += gap
    return follow()
  }
  if (gap < 0 && gap >= -LATE_UNITS) {
    domain.lateRun = domain.lateRun > 0 && sequence === domain.lateNext ? domain.lateRun + 1 : 1
    domain.lateNext = (sequence + units) >>> 0
    if (domain.lateRun < LATE_RUN) {
      // It was counted as missing when its successor came; a repeated one was not, but the number alone cannot tell.
      if (counts.missing >= units) {
        counts.missing -= units
        counts.reordered += units
      } else counts.duplicate += units
      return
    }
  }
  counts.reset++
  follow()
}

/** Takes the sysUptime of a datagram (v5, v9): when the exporter restarted, its sequence begins anew. A wrap at 2^32 is no restart. */
export function trackUptime(exporter: Exporter, domain: Domain, uptimeMs: number): void {
  const step = (uptimeMs - domain.lastUptimeMs) | 0
  if (domain.sequenceSeen && step < -UPTIME_FALL_MS) {
    exporter.sequence.reset++
    domain.sequenceSeen = false
  }
  if (!domain.sequenceSeen || step > 0) domain.lastUptimeMs = uptimeMs
}
