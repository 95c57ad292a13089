/**
 * What a thread tells of its exporters: a line each for the ledger once a second, and everything about one when somebody asks. Advice
 * is worked out for a bounded number of exporters a report, so that ten thousand of them never hold up the receiver.
 */
import type { Exporter } from '../decode/index.ts'
import { readAddress } from '../schema/index.ts'
import { adviseExporter, type ExporterDetail } from '../telemetry/index.ts'
import { describeExporter, type DescribeConfig } from './describe.ts'
import { exporterStatus, type ExporterStatus } from './ledger.ts'
import { mergeDetails } from './merge.ts'

/** Advice this old is worked out anew. */
const ADVICE_MS = 10_000
/** Exporters a report works it out for: 25 µs each with eight templates. */
const ADVISED_A_REPORT = 200
const NO_ADVICE: readonly string[] = []

export interface ExporterBooks {
  /** A line for each exporter. */
  statuses(exporters: Iterable<Exporter>, nowMs: number): ExporterStatus[]
  /** Everything about the exporters with this printed address; null when there is none. */
  detail(exporters: Iterable<Exporter>, address: string): ExporterDetail | null
}

export function createExporterBooks(config: DescribeConfig): ExporterBooks {
  const advised = new WeakMap<Exporter, { atMs: number; codes: readonly string[] }>()
  let known = 0

  function codesOf(exporter: Exporter, nowMs: number, mayWork: boolean): readonly string[] {
    const last = advised.get(exporter)
    // With many exporters each waits for its turn, else the first ones in the list would always be served before the others.
    const patience = Math.max(ADVICE_MS, (known / ADVISED_A_REPORT) * 1000)
    if (last !== undefined && (!mayWork || nowMs - last.atMs < patience)) return last.codes
    if (!mayWork) return NO_ADVICE
    const advice = adviseExporter(describeExporter(exporter, config, false), { now: nowMs, kernelDropped: 0, longestFlowMs: null })
    const codes = advice.length === 0 ? NO_ADVICE : advice.map(one => one.code)
    advised.set(exporter, { atMs: nowMs, codes })
    return codes
  }

  return {
    statuses(exporters, nowMs) {
      let work = 0
      const lines: ExporterStatus[] = []
      for (const exporter of exporters) {
        // Where the datagrams of an sFlow agent come from is no exporter, unless it sends of its own.
        if (exporter.datagrams === 0 && exporter.rejected.size === 0) continue
        const before = advised.get(exporter)
        const codes = codesOf(exporter, nowMs, work < ADVISED_A_REPORT)
        if (advised.get(exporter) !== before) work++
        lines.push(exporterStatus(exporter, codes))
      }
      known = lines.length
      return lines
    },
    detail(exporters, address) {
      const wanted = readAddress(address)
      const parts: ExporterDetail[] = []
      for (const exporter of exporters) if (exporter.address === wanted) parts.push(describeExporter(exporter, config))
      return mergeDetails(parts)
    },
  }
}
