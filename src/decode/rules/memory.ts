/** What the rules remember of an exporter's earlier records: made when the first rule needs it, bounded by itself. */
import type { FlowTable } from './flow-table.ts'

export interface RuleMemory {
  /** The last totals of flows, by flow key. */
  readonly totals: FlowTable
  /** What the updates of a firewall's connections add up to, by connection. */
  readonly connections: FlowTable
}
