/** What goes into the writer and what comes out. */
import type { FlowLensError } from '../schema/index.ts'
import type { SpoolFileSystem } from './file-system.ts'
import type { ProcessTable } from './lock.ts'
import type { Recovered } from './recover.ts'
import type { FullPolicy } from './room.ts'

export interface SpoolWriterConfig {
  /** The directory of all streams. */
  readonly directory: string
  readonly stream: string
  readonly segmentBytes: number
  /** A row is on the disk at most this long after it was received. */
  readonly syncMs: number
  /** Most bytes of all segments. */
  readonly maxBytes: number
  readonly fullPolicy: FullPolicy
  readonly syncBytes?: number
  readonly heldBytes?: number
}

export type SpoolEvent =
  | { readonly kind: 'recovered'; readonly recovered: Recovered }
  | { readonly kind: 'lock_taken_over'; readonly pid: number }
  | { readonly kind: 'gap'; readonly reason: 'max_bytes'; readonly fromSeq: number; readonly toSeq: number; readonly bytes: number }
  | { readonly kind: 'disk_full' }
  | { readonly kind: 'disk_error'; readonly operation: 'open' | 'write' | 'sync' | 'hint' | 'close'; readonly error: FlowLensError }
  | { readonly kind: 'memory_only' }
  | { readonly kind: 'disk_well' }

export interface SpoolWriterDeps {
  readonly fs?: SpoolFileSystem
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly onEvent?: (event: SpoolEvent) => void
  readonly processes?: ProcessTable
  readonly newUuid?: () => string
}

export interface AppendFrame {
  readonly rows: number
  /**
   * Gives the payload for this sequence number of its first row. The pieces are written as they lie, and must stay as they
   * are until `durableSeq` has passed the frame: while it has not they are the copy from which a failed sync is made good.
   */
  readonly encode: (firstSeq: number) => readonly Uint8Array[]
  /** Milliseconds since 1970 by our clock. */
  readonly firstReceivedAt: number
  readonly lastReceivedAt: number
  readonly bloom?: bigint | readonly [low: number, high: number]
  readonly schemaId?: number
}

export type DropReason = 'spool_full' | 'disk_error'

export type AppendOutcome =
  | { readonly kind: 'written'; readonly firstSeq: number; readonly durableSeq: number }
  /** Kept in memory, because the disk takes nothing at the moment. */
  | { readonly kind: 'held'; readonly firstSeq: number; readonly durableSeq: number }
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly durableSeq: number }

export interface PollOutcome {
  readonly durableSeq: number
  /** When the next commit or retry is due, in milliseconds since 1970; null while nothing waits. */
  readonly dueAt: number | null
}

export interface SpoolWriterStats {
  /** `unready`: the spool could not be read yet; `memory`: the disk takes nothing, rows are held; `full`: rows are refused. */
  readonly state: 'ok' | 'full' | 'memory' | 'unready' | 'closed'
  readonly uuid: string
  readonly epoch: number
  readonly nextSeq: number
  readonly durableSeq: number
  readonly durableAt: number
  /** Bytes of all segments. */
  readonly bytes: number
  /** `appended = spooled + held + lost at close`. */
  readonly rowsAppended: number
  /** On the disk. */
  readonly rowsSpooled: number
  /** On their way to the disk. */
  readonly rowsHeld: number
  readonly rowsDropped: Readonly<Record<DropReason, number>>
  /** Rows removed from the disk to make room, whether or not a sink had them. */
  readonly rowsRemoved: number
  readonly heldBytes: number
  readonly frames: number
  readonly bytesWritten: number
  readonly segments: number
  readonly syncs: number
  readonly syncFailures: number
  readonly lastSyncMs: number
  readonly slowestSyncMs: number
}

export interface SpoolWriter {
  /** Takes the lock, recovers, begins a segment. Throws `FL_SPOOL_LOCKED`; what the disk refuses is tried again by `poll`. */
  open(): { readonly nextSeq: number; readonly recovered: Recovered | null }
  append(frame: AppendFrame): AppendOutcome
  /** Commits what is due, and tries again what failed. To be called at `dueAt`, and a few times a second besides. */
  poll(now?: number): PollOutcome
  /** Commits at once; true when every row is on the disk. */
  commit(): boolean
  stats(): SpoolWriterStats
  /** Commits, lets the lock go. Rows that could not be written are counted as dropped. */
  close(): void
}
