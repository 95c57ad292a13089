/** What a sink is: a plug-in that takes ranges of rows. */
import type { SpoolFrame } from '../spool/index.ts'
import type { Store } from './flow-store.ts'

/** Rows that go to a sink in one piece: frames without a hole, of one start of the writer. */
export interface DeliveryRange {
  /** The same for the same rows, in every try and after every restart. */
  readonly token: string
  readonly epoch: number
  readonly fromSeq: number
  /** Seq behind the last row. */
  readonly toSeq: number
  readonly rows: number
  /** Of all payloads. */
  readonly bytes: number
  readonly frames: readonly SpoolFrame[]
}

export interface Sink {
  /**
   * Resolves when the sink has the rows for good. Rejects otherwise; the same range comes again with the same token. An error
   * whose entry says that a retry can't help counts as a refusal. `FL_DELIVER_STAGE` promises that nothing was sent. The signal
   * fires at the time limit of the definition, and when a stop has waited long enough.
   */
  deliver(range: DeliveryRange, signal: AbortSignal): Promise<void>
  /** Whether the sink has the frame that began with this row. Asked where a planned range can't be repeated unchanged. */
  has?(firstSeq: number): Promise<boolean>
  stop(): Promise<void>
}

/** What a sink may use beside its own configuration. */
export interface SinkDeps {
  readonly dataDir: string
  /** The flow store; absent in `flowlens collect`. */
  readonly store?: Store
}

export type Guarantee = 'exactly once' | 'at least once'

export interface SinkDefinition {
  /** Name in the configuration, metrics and pages; also of its cursor. */
  readonly name: string
  readonly guarantee: Guarantee
  /** One sentence for the docs. */
  readonly doc: string
  /** Most rows and payload bytes of a range. */
  readonly limits?: { readonly rows: number; readonly bytes: number }
  /** A delivery that takes longer is given up and repeated; absent for a sink that can't be interrupted. */
  readonly timeoutMs?: number
  /** Rows that waited longer than this are given up as `max_lag`. */
  readonly maxLagMs?: number
  create(deps: SinkDeps): Sink
}

/** Declares a sink; the catalog lists it, the conformance suite tests it. */
export const defineSink = <const D extends SinkDefinition>(definition: D): D => definition
