/** Records of one template into a batch: the values all records of a set share, the template's function, then its rules. */
import { indexOf, type FlowBatch } from '../schema/index.ts'
import { createLists } from './compile/lists.ts'
import { codesOf } from './exporters.ts'
import { createLateOptions, type LateOptions } from './late-options.ts'
import { scaleRates } from './rules/sampling.ts'
import type { DecodeCounts, Domain, Exporter, ExportProtocol, RecordContext, RowSink, Rows, Template } from './types.ts'

const RECEIVED = indexOf('received_at')
const PROTOCOL = indexOf('export_protocol')
const DOMAIN = indexOf('domain')

export interface Records {
  /** What holds for the datagram in hand; set before records are decoded. */
  readonly context: RecordContext
  /** Puts the codes of exporter, protocol and time of reception into the context, for rows of this batch. */
  prepare(exporter: Exporter, batch: FlowBatch, protocol: ExportProtocol): void
  /** Decodes records in `[start, end)`; gives where it stopped. `context.records` and `context.broken` tell how it went. */
  decode(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain, template: Template): number
  /** The rows of the datagram in hand, for samplers that it tells of later. */
  readonly late: LateOptions
  /** Counts rows that were written at the end of a batch and hands them to the sink. */
  commit(batch: FlowBatch, count: number, exporter: Exporter, template: Template | null): void
}

export function createRecords(deps: { readonly sink: RowSink; readonly counts: DecodeCounts; readonly nobody: Exporter; readonly nowhere: Domain }): Records {
  const { sink, counts } = deps
  const context: RecordContext = {
    exporter: deps.nobody,
    domain: deps.nowhere,
    lists: createLists(),
    linkType: 0,
    frameBytes: 0,
    receivedMs: 0,
    receivedCode: 0,
    exporterCode: 0,
    protocolCode: 0,
    exportMs: 0,
    uptimeMs: 0,
    uptimeAtMs: 0,
    rough: false,
    thinning: 1,
    records: 0,
    broken: false,
  }
  // Datagrams of one millisecond share a code.
  const lastReceived = { 4: { batch: null as FlowBatch | null, use: 0, ms: 0, code: 0 }, 6: { batch: null as FlowBatch | null, use: 0, ms: 0, code: 0 } }
  let rows: Rows | null = null
  const late = createLateOptions(sink)

  function prepare(exporter: Exporter, batch: FlowBatch, protocol: ExportProtocol): void {
    const cache = codesOf(exporter, batch)
    context.exporterCode = cache.exporter
    let code = cache.protocols.get(protocol)
    if (code === undefined) {
      code = batch.code(PROTOCOL, protocol)
      cache.protocols.set(protocol, code)
    }
    context.protocolCode = code
    const last = lastReceived[batch.family]
    if (last.batch !== batch || last.use !== batch.use || last.ms !== context.receivedMs) {
      last.batch = batch
      last.use = batch.use
      last.ms = context.receivedMs
      last.code = batch.code(RECEIVED, context.receivedMs)
    }
    context.receivedCode = last.code
  }

  function commit(batch: FlowBatch, count: number, exporter: Exporter, template: Template | null): void {
    const first = batch.rows
    // Rows that waited for their template are older than what was decoded before them.
    batch.firstReceivedAt = first === 0 ? context.receivedMs : Math.min(batch.firstReceivedAt, context.receivedMs)
    batch.lastReceivedAt = first === 0 ? context.receivedMs : Math.max(batch.lastReceivedAt, context.receivedMs)
    batch.rows = first + count
    if (context.thinning > 1) scaleRates(batch, first, count, context.thinning)
    counts.records += count
    counts.rows += count
    exporter.rows += count
    sink.committed(batch, first, count, template)
  }

  return {
    context,
    prepare,
    commit,
    late,
    decode(view, start, end, exporter, domain, template) {
      const most = Math.floor((end - start) / template.minLength)
      context.records = 0
      context.broken = false
      if (most === 0) return start
      const batch = sink.reserve(template.family, most)
      prepare(exporter, batch, domain.protocol)
      context.exporter = exporter
      context.domain = domain
      context.linkType = context.frameBytes = 0
      const first = batch.rows
      const stopped = template.decode(view, start, end, batch, first, context)
      const count = context.records
      if (count === 0) return stopped
      if (domain.id !== 0) batch.need(DOMAIN).fill(domain.id, first, first + count)
      rows ??= { batch, first, count, exporter, domain, template }
      rows.batch = batch
      rows.first = first
      rows.count = count
      rows.exporter = exporter
      rows.domain = domain
      rows.template = template
      for (const rule of template.after) rule(rows)
      commit(batch, count, exporter, template)
      late.keep(rows)
      template.records += count
      template.lastUsedMs = context.receivedMs
      return stopped
    },
  }
}
