/** What delivery tells of itself. */
import type { FlowLensError } from '../schema/index.ts'
import type { ExpiryReason } from '../spool/index.ts'
import type { DeliveryStatus as Books, SinkStatus } from '../telemetry/index.ts'
import type { Guarantee } from './sink.ts'

/** `rows_spooled = rows_delivered + rows_waiting + rows_expired`, counted since the sink's cursor began, over all restarts. */
export interface LaneStatus extends SinkStatus {
  readonly guarantee: Guarantee
  readonly rows_spooled: number
  readonly position_seq: number
  readonly durable_seq: number
  /** Rows of the range that is being delivered; they count as waiting. */
  readonly rows_in_hand: number
  /** Time of a delivery, milliseconds; null before the first. */
  readonly latency_p95_ms: number | null
  /** How long rows are gathered for a range at the moment, milliseconds. */
  readonly batch_ms: number
  readonly ranges: number
  readonly failures: number
  readonly refusals: number
  readonly last_error_at: { readonly code: string; readonly message: string; readonly at: number } | null
}

export interface DeliveryStatus extends Books {
  readonly sinks: readonly LaneStatus[]
  readonly spool: {
    readonly durable_seq: number
    readonly oldest_seq: number
    readonly bytes: number
    readonly segments: number
    /** Segments removed by this process since its start. */
    readonly removed: Readonly<Record<'passed' | 'max_bytes' | 'max_age', number>>
  }
}

export type DeliveryEvent =
  | {
      readonly kind: 'failed'
      readonly sink: string
      readonly error: FlowLensError
      readonly attempt: number
      readonly fromSeq: number
      readonly toSeq: number
    }
  | { readonly kind: 'expired'; readonly sink: string; readonly reason: ExpiryReason; readonly rows: number; readonly toSeq: number }
  | { readonly kind: 'dead_letter'; readonly sink: string; readonly rows: number; readonly file: string }
  | { readonly kind: 'cursor_lost'; readonly sink: string; readonly position: number }
  | { readonly kind: 'cursor_failed'; readonly sink: string; readonly error: FlowLensError }
  | { readonly kind: 'cursor_retired'; readonly sink: string }
  | { readonly kind: 'plan_resumed' | 'plan_unreadable'; readonly sink: string; readonly fromSeq: number; readonly toSeq: number }
  | { readonly kind: 'lane_failed'; readonly sink: string; readonly error: FlowLensError }
  | { readonly kind: 'retention_failed'; readonly error: FlowLensError }
  | {
      readonly kind: 'replayed'
      readonly sink: string
      readonly fromSeq: number
      readonly toSeq: number
      readonly rows: number
      /** The sink had these. */
      readonly skipped: number
      /** Refused again, or unreadable. */
      readonly missed: number
    }
