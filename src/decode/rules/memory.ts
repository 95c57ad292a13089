/** What the rules remember of an exporter's earlier records: made when the first rule needs it, and bounded. */
import type { Exporter } from '../types.ts'
import { createFlowTables, type FlowTable } from './flow-table.ts'

export interface RuleMemory {
  /** The last totals of flows, by the keys of the flow. */
  readonly totals: FlowTable
  /** What the updates of a firewall's connections add up to, by the connection. */
  readonly connections: FlowTable
}

// The bound on memory is one for all exporters of a thread.
const tables = createFlowTables()

/** The memory of an exporter. */
export const memoryOf = (exporter: Exporter): RuleMemory => (exporter.memory ??= { totals: tables.create(), connections: tables.create() })

/** Gives back what is remembered of an exporter that is forgotten. */
export function forgetMemory(exporter: Exporter): void {
  exporter.memory?.totals.release()
  exporter.memory?.connections.release()
  exporter.memory = null
}
