/** Why packets were dropped, in words, for the column all exporters share. */
import { indexOf, type FlowBatch } from '../../schema/index.ts'

const DROP_REASON = indexOf('drop_reason')

/**
 * Reason codes of forwardingStatus that begin with 10, dropped (RFC 7270 §4.12, the IANA registry `forwardingStatus`), from 128 on.
 * What the registry calls "bad TTL" has the name sFlow's notifications have for it.
 */
const DROPPED = [
  'unknown',
  'acl_deny',
  'acl_drop',
  'unroutable',
  'adjacency',
  'fragmentation_and_df_set',
  'bad_header_checksum',
  'bad_total_length',
  'bad_header_length',
  'ttl_exceeded',
  'policer',
  'wred',
  'rpf',
  'for_us',
  'bad_output_interface',
  'hardware',
] as const
const FIRST = 128

function told(batch: FlowBatch, row: number, reason: string): void {
  const reasons = batch.need(DROP_REASON)
  if (reasons[row] === 0) reasons[row] = batch.code(DROP_REASON, reason)
}

/** The reason of a forwarding status that tells of a drop. */
export function dropped(batch: FlowBatch, row: number, status: number): void {
  told(batch, row, DROPPED[status - FIRST] ?? `forwarding_status_${status}`)
}

/** An exception code of a Juniper device (enterprise 2636, element 137); its names differ by platform, so the number is told. */
export function exception(batch: FlowBatch, row: number, code: number): void {
  told(batch, row, `juniper_exception_${code}`)
}
