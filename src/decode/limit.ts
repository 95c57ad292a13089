/** The limit of an exporter's datagrams: what is above it is refused, and what is taken stands for it (RELIABILITY §2.3). */
import type { DatagramLimit, Exporter } from './types.ts'

const SECOND_MS = 1000

const newLimit = (exporter: Exporter, perSecond: number, nowMs: number): DatagramLimit => ({
  sinceMs: nowMs,
  offered: 0,
  thinning: 1,
  tokens: 2 * perSecond,
  tokensAtMs: nowMs,
  random: Number(exporter.address & 0xffff_ffffn) | 1,
})

/** A number below 1, xorshift: which datagrams are taken must follow no pattern the exporter may have. */
function draw(limit: DatagramLimit): number {
  limit.random ^= limit.random << 13
  limit.random ^= limit.random >>> 17
  limit.random ^= limit.random << 5
  return (limit.random >>> 0) / 4_294_967_296
}

/**
 * Whether a datagram of a limited exporter is taken: 0 when it is not, else how many datagrams it stands for. One in N is taken at
 * random, N being what came in the second before over the limit; so totals stay right, and small flows become less exact. A burst
 * of two seconds passes.
 */
export function admit(exporter: Exporter, nowMs: number): number {
  const perSecond = exporter.settings.datagramsPerSecond
  const limit = (exporter.limit ??= newLimit(exporter, perSecond, nowMs))
  const elapsed = nowMs - limit.sinceMs
  if (elapsed >= SECOND_MS || elapsed < 0) {
    limit.thinning = Math.max(1, Math.ceil((limit.offered * SECOND_MS) / Math.max(elapsed, SECOND_MS) / perSecond))
    limit.sinceMs = nowMs
    limit.offered = 0
  }
  limit.offered++
  if (limit.thinning > 1 && draw(limit) * limit.thinning >= 1) return 0
  limit.tokens = Math.min(2 * perSecond, limit.tokens + (Math.max(0, nowMs - limit.tokensAtMs) / SECOND_MS) * perSecond)
  limit.tokensAtMs = nowMs
  if (limit.tokens < 1) return 0
  limit.tokens--
  return limit.thinning
}
