/** Loss as sequence numbers tell it. */
import type { Domain, Exporter } from './types.ts'

/** A jump by more than this, either way, is a restart of the counter and no loss. */
const RESET_UNITS = 1_000_000
/** A datagram this little behind is a late or repeated one. */
const LATE_UNITS = 10_000

/**
 * Takes the sequence number of a datagram that stands for `units` flows (v5), records (IPFIX) or 1 datagram (v9). Numbers are
 * modulo 2^32. One forged number must not blind it: a jump far away counts as a reset and is followed.
 */
export function trackSequence(exporter: Exporter, domain: Domain, sequence: number, units: number): void {
  const { nextSequence, sequenceSeen } = domain
  const counts = exporter.sequence
  if (!sequenceSeen) {
    domain.sequenceSeen = true
    domain.nextSequence = (sequence + units) >>> 0
    return
  }
  const gap = (sequence - nextSequence) | 0
  if (gap === 0) {
    domain.nextSequence = (sequence + units) >>> 0
    return
  }
  if (gap > 0 && gap <= RESET_UNITS) {
    counts.missing += gap
    domain.nextSequence = (sequence + units) >>> 0
    return
  }
  if (gap < 0 && gap >= -LATE_UNITS) {
    // It was counted as missing when its successor came; a repeated one was not, but the number alone cannot tell.
    if (counts.missing >= units) {
      counts.missing -= units
      counts.reordered += units
    } else counts.duplicate += units
    return
  }
  counts.reset++
  domain.nextSequence = (sequence + units) >>> 0
}
