/**
 * Counters of interfaces on their way to main: plain data, a bounded number, the oldest given up first. They are absolute, so one
 * that is lost costs resolution and no byte; whoever stores them says so, and only then they leave.
 */
import type { InterfaceCounters } from '../decode/index.ts'
import { printAddress } from '../schema/index.ts'
import type { CounterSample } from '../telemetry/index.ts'
import type { CounterPage } from './control.ts'

/** Samples of a page: about 400 bytes each as JSON. */
const PAGE_SAMPLES = 2000
/** A page that is not full goes out this often: each becomes a part of the table, and small parts cost merging. */
const PAGE_MS = 5000
/** A page that was not acknowledged by then is sent again: main may have been replaced. */
const AGAIN_MS = 10_000

/** Counters as an sFlow agent told them, as they travel. */
export const counterSample = (counters: InterfaceCounters): CounterSample => ({
  received_at: counters.receivedMs,
  exporter: printAddress(counters.exporter),
  domain: counters.domain,
  index: counters.index,
  source: 'sflow',
  type: counters.type,
  speed: counters.speed.toString(),
  duplex: counters.duplex,
  admin_up: counters.adminUp,
  oper_up: counters.operUp,
  in_octets: counters.inOctets?.toString() ?? null,
  in_unicast: counters.inUnicast,
  in_multicast: counters.inMulticast,
  in_broadcast: counters.inBroadcast,
  in_discards: counters.inDiscards,
  in_errors: counters.inErrors,
  in_unknown_protocols: counters.inUnknownProtocols,
  out_octets: counters.outOctets?.toString() ?? null,
  out_unicast: counters.outUnicast,
  out_multicast: counters.outMulticast,
  out_broadcast: counters.outBroadcast,
  out_discards: counters.outDiscards,
  out_errors: counters.outErrors,
})

export interface CounterBuffer {
  add(samples: readonly CounterSample[]): void
  /** The next page to hand over, null when there is none or the last one is still being stored. */
  page(nowMs: number): CounterPage | null
  /** A page was stored: its samples leave. */
  stored(epoch: number, upTo: number): void
  /** What came and what became of it; `dropped` was given up because nobody stored it in time. */
  counts(): { readonly received: number; readonly stored: number; readonly waiting: number; readonly dropped: number }
}

/** `epoch` tells the buffers of two ingests apart: numbers begin anew with each. */
export function createCounterBuffer(config: { readonly epoch: number; readonly most: number }): CounterBuffer {
  const { epoch, most } = config
  let samples: CounterSample[] = []
  /** Number of the first sample in the list. */
  let first = 0
  let sentUpTo = 0
  let sentAtMs = -Infinity
  let dropped = 0
  return {
    add(more) {
      samples.push(...more)
      const over = samples.length - most
      if (over <= 0) return
      samples.splice(0, over)
      first += over
      dropped += over
    },
    page(nowMs) {
      const waits = sentUpTo > first ? AGAIN_MS : samples.length < PAGE_SAMPLES ? PAGE_MS : 0
      if (samples.length === 0 || nowMs - sentAtMs < waits) return null
      const page = samples.slice(0, PAGE_SAMPLES)
      sentUpTo = first + page.length
      sentAtMs = nowMs
      return { epoch, upTo: sentUpTo, samples: page }
    },
    stored(theirEpoch, upTo) {
      if (theirEpoch !== epoch || upTo <= first) return
      const gone = Math.min(upTo - first, samples.length)
      samples = samples.slice(gone)
      first += gone
    },
    counts: () => ({ received: first + samples.length, stored: first - dropped, waiting: samples.length, dropped }),
  }
}
