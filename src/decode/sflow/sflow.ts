/**
 * sFlow version 5 (sflow.org, sFlow Version 5, July 2004; sFlow Dropped Packet Notification Structures): datagrams of samples.
 *
 * 0 version · 4 type of the agent's address · 8 address (4 or 16 bytes), then sub-agent · sequence · uptime ms · count of samples.
 * A sample: 20 bits of enterprise, 12 of format · length · bytes.
 *
 * A flow sample is a row, and so is a drop notification; a counter sample counts as a record of options. Samples of unknown formats
 * are skipped by their length and kept in sight.
 */
import { admit } from '../limit.ts'
import type { Records } from '../records.ts'
import { nameInterfaces } from '../rules/interfaces.ts'
import { placeExporter } from '../rules/places.ts'
import { trackSequence, trackUptime } from '../sequence.ts'
import type { DatagramReason, DecodeCounts, Domain, Exporter, RowSink } from '../types.ts'
import { readCounterSample } from './counters.ts'
import { createFlowSamples } from './flow-samples.ts'
import type { Sample } from './sample.ts'
import { seeUnknown } from './structures.ts'
import { padded } from './xdr.ts'

export interface SflowDeps {
  readonly counts: DecodeCounts
  readonly records: Records
  readonly sink: RowSink
  /** The exporter of an agent's address; null where the source of a datagram is its exporter, whatever address it tells. */
  readonly exporterAt: ((address: bigint) => Exporter | null) | null
  /** The domain of a sub-agent; null when there are as many as there may be. */
  readonly domainFor: (exporter: Exporter, protocol: 'sflow', id: number) => Domain | null
}

export interface Sflow {
  /** Decodes the datagram in `[start, end)` that came from `source`. */
  decode(view: DataView, start: number, end: number, source: Exporter): DatagramReason | null
}

const MAPPED = 0xffffn << 32n
/** Format and length in front of a sample. */
const SAMPLE_HEAD = 8

/** The formats of samples, all of enterprise 0. */
const FLOW = 1
const COUNTERS = 2
const EXPANDED_FLOW = 3
const EXPANDED_COUNTERS = 4
const DROPPED = 5

export function createSflow(deps: SflowDeps): Sflow {
  const { counts, records, sink, exporterAt, domainFor } = deps
  const { context } = records
  const samples = createFlowSamples()
  let sample: Sample | null = null

  /** The exporter of the agent, or null when there are as many as there may be. An agent that tells no address is its source. */
  function agentOf(view: DataView, start: number, type: number, source: Exporter): Exporter | null {
    if (exporterAt === null || type === 0) return source
    const address = type === 1 ? MAPPED | BigInt(view.getUint32(start + 8)) : (view.getBigUint64(start + 8) << 64n) | view.getBigUint64(start + 16)
    if (address === source.address || address === MAPPED || address === 0n) return source
    const agent = exporterAt(address)
    if (agent === null) return null
    // The datagram is the agent's, and its source stands beside it.
    source.datagrams--
    agent.datagrams++
    agent.lastSeenMs = context.receivedMs
    if (agent.firstSeenMs === 0) agent.firstSeenMs = context.receivedMs
    agent.source = source.address
    // The limit of its source has let the datagram pass or not; one of its own comes on top.
    if (context.thinning > 0 && agent.settings.datagramsPerSecond > 0) context.thinning *= admit(agent, context.receivedMs)
    return agent
  }

  /** Reads a sample into the row in hand where it is one; gives how many rows it made, -1 when what it holds does not fit. */
  function readSample(view: DataView, at: number, end: number, format: number, into: Sample): number {
    switch (format) {
      case FLOW:
      case EXPANDED_FLOW:
        return samples.readFlow(view, at, end, format === EXPANDED_FLOW, into) ? 1 : -1
      case DROPPED:
        return samples.readDropped(view, at, end, into) ? 1 : -1
      case COUNTERS:
      case EXPANDED_COUNTERS:
        if (!readCounterSample(view, at, end, format === EXPANDED_COUNTERS, into, sink)) return -1
        counts.optionRecords++
        return 0
      default:
        seeUnknown(into.state, 'sample', format, view, at, end - at)
        return 0
    }
  }

  /** Reads the samples in `[start, end)`, one row after the other; gives whether all were whole. */
  function readSamples(view: DataView, start: number, end: number, count: number, into: Sample): boolean {
    let at = start
    let whole = true
    for (let left = count; left > 0; left--) {
      if (at + SAMPLE_HEAD > end) return false
      const format = view.getUint32(at)
      const length = view.getUint32(at + 4)
      at += SAMPLE_HEAD
      if (length > end - at) return false
      // What is damaged within its own length costs no other sample.
      const rows = readSample(view, at, at + length, format, into)
      if (rows < 0) whole = false
      else into.row += rows
      at += padded(length)
    }
    return whole
  }

  return {
    decode(view, start, end, source) {
      if (start + 8 > end) return 'bad_length'
      const type = view.getUint32(start + 4)
      if (type > 2) return 'malformed'
      const head = start + (type === 0 ? 8 : type === 1 ? 12 : 24)
      if (head + 16 > end) return 'bad_length'
      const exporter = agentOf(view, start, type, source)
      if (exporter === null) return 'exporter_limit'
      const domain = domainFor(exporter, 'sflow', view.getUint32(head))
      if (domain === null || domain.sflow === null) return 'exporter_limit'
      const sequence = view.getUint32(head + 4)
      if (trackUptime(exporter, domain, view.getUint32(head + 8), context.receivedMs, sequence)) counts.noted.restarts++
      trackSequence(exporter, domain, sequence, 1)
      if (context.thinning === 0) return 'rate_limited'
      const count = view.getUint32(head + 12)
      // Bound before anything is reserved: each sample has a head.
      const most = Math.min(count, Math.floor((end - head - 16) / SAMPLE_HEAD))
      // Samples of both families lie side by side: the wide one takes them all.
      const batch = sink.reserve(6, most)
      records.prepare(exporter, batch, 'sflow')
      samples.begin(context)
      const state = domain.sflow
      const { receivedMs } = context
      const first = batch.rows
      sample ??= { exporter, domain, state, receivedMs, batch, row: first, header: false, addresses: false, tags: 0, frameBytes: 0, ipBytes: 0 }
      sample.exporter = exporter
      sample.domain = domain
      sample.state = state
      sample.receivedMs = receivedMs
      sample.batch = batch
      sample.row = first
      const whole = readSamples(view, head + 16, end, count, sample)
      const rows = sample.row - first
      if (rows > 0) {
        placeExporter({ batch, first, count: rows, exporter })
        nameInterfaces({ batch, first, count: rows, exporter })
        records.commit(batch, rows, exporter, null)
      }
      return whole ? null : 'malformed'
    },
  }
}
