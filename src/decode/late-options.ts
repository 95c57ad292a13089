/** Options that come after data in one datagram hold for that datagram (PROTOCOLS §8): its rows are remembered until it ends. */
import type { FlowBatch } from '../schema/index.ts'
import { sampleAgain } from './rules/sampling.ts'
import type { RowSink, Rows } from './types.ts'

interface Part extends Rows {
  /** The use of the batch; one that was given away meanwhile is not ours any more. */
  use: number
  /** How often the samplers of its domain had changed. */
  changes: number
}

export interface LateOptions {
  /** A new datagram begins. */
  begin(): void
  /** Rows that a set of the datagram gave. */
  keep(rows: Rows): void
  /** The datagram has ended. */
  apply(thinning: number): void
}

export function createLateOptions(sink: RowSink): LateOptions {
  // Kept from datagram to datagram: nothing is made for a set.
  const parts: Part[] = []
  let count = 0

  /** Whether the rows are still where they were written: a full batch is handed over in the middle of a datagram. */
  const isOpen = (batch: FlowBatch, use: number): boolean => sink.reserve(batch.family, 0) === batch && batch.use === use

  return {
    begin() {
      count = 0
    },
    keep(rows) {
      const { batch, first, domain, exporter, template } = rows
      const part = parts[count]
      if (part === undefined) parts.push({ ...rows, use: batch.use, changes: domain.samplerChanges })
      else {
        part.batch = batch
        part.use = batch.use
        part.first = first
        part.count = rows.count
        part.exporter = exporter
        part.domain = domain
        part.template = template
        part.changes = domain.samplerChanges
      }
      count++
    },
    apply(thinning) {
      for (let index = 0; index < count; index++) {
        const part = parts[index]
        if (part !== undefined && part.domain.samplerChanges !== part.changes && isOpen(part.batch, part.use)) sampleAgain(part, thinning)
      }
    },
  }
}
