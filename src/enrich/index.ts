/**
 * Enrich: rows become richer rows, a batch at a time, in the thread that decoded them. In: a FlowBatch as decoded. Out: the same
 * batch with application, category, ICMP, codec and call score columns filled. Holds always: a value an exporter sent is never
 * overwritten, no row is added or dropped. Names that can change later are joined when asked for, not here.
 */
import type { FlowBatch } from '../schema/index.ts'
import { classify } from './classify.ts'
import { readIcmpPort } from './icmp.ts'
import { rateCalls } from './voice/index.ts'

/** Runs every enricher over a finished batch. */
export function enrich(batch: FlowBatch): void {
  readIcmpPort(batch)
  classify(batch)
  rateCalls(batch)
}
