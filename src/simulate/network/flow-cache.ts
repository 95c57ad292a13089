/** A flow cache: the packets of a crossing become records when a timeout, the end of the conversation or the end of time says so. */
import type { Random } from '../random.ts'
import type { Crossing } from './crossings.ts'

export interface CacheConfig {
  /** A flow that lasts is told each time it has lasted this long. */
  readonly activeMs: number
  /** A flow without a packet for so long is told. */
  readonly inactiveMs: number
  /** One packet in this many is looked at, by chance; 1 looks at all. */
  readonly samplingRate: number
}

/** Times are ms from the start of the network, by no device's clock. */
export interface CachedFlow {
  readonly crossing: Crossing
  readonly firstMs: number
  readonly lastMs: number
  /** When the cache lets go of it. */
  readonly exportMs: number
  readonly bytes: number
  readonly packets: number
  readonly flags: number
  /** 1 idle, 2 active timeout, 3 end seen, 4 flushed (IPFIX element 136). */
  readonly endReason: 1 | 2 | 3 | 4
}

const TCP = 6
const [FIN, SYN, ACK] = [1, 2, 16]
/** A cache looks at its flows once in this time. */
const SCAN_MS = 1000

/** The records of a crossing. Those open at `untilMs` are flushed then. */
export function flowsOf(crossing: Crossing, config: CacheConfig, untilMs: number, random: Random): readonly CachedFlow[] {
  const { conversation, delayMs, packets } = crossing
  const { times, sizes, proto, up } = conversation
  const flows: CachedFlow[] = []
  let first = 0
  let last = 0
  let bytes = 0
  let count = 0
  let flags = 0
  const close = (dueMs: number, endReason: CachedFlow['endReason']): void => {
    const exportMs = Math.min(untilMs, Math.max(last, dueMs) + random.int(SCAN_MS))
    flows.push({ crossing, firstMs: first, lastMs: last, exportMs, bytes, packets: count, flags, endReason })
    count = bytes = flags = 0
  }
  // The last packet of each side carries FIN.
  const end = packets.at(-1) ?? 0
  for (const index of packets) {
    if (config.samplingRate > 1 && !random.chance(1 / config.samplingRate)) continue
    const time = (times[index] ?? 0) + delayMs
    if (count > 0 && first + config.activeMs <= time && first + config.activeMs <= last + config.inactiveMs) close(first + config.activeMs, 2)
    else if (count > 0 && last + config.inactiveMs < time) close(last + config.inactiveMs, 1)
    if (count === 0) first = time
    last = time
    bytes += sizes[index] ?? 0
    count++
    if (proto === TCP) flags |= (index === packets[0] ? (up[index] === 1 ? SYN : SYN | ACK) : ACK) | (index === end ? FIN : 0)
    if (index === end && proto === TCP) close(time, 3)
  }
  if (count > 0) {
    const due = Math.min(first + config.activeMs, last + config.inactiveMs)
    close(due, due >= untilMs ? 4 : due === first + config.activeMs ? 2 : 1)
  }
  return flows
}
