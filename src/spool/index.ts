/**
 * The spool: rows on disk, the only door between receiving and everything else (RELIABILITY §1).
 *
 * In: frames, a payload of opaque bytes and the number of its rows. Out: the same frames in order, to any number of readers;
 * gaps, where rows were given up or a disk lost them, with their exact number. Always: a row told as durable survives a kill
 * and a power cut; readers see durable frames only; a damaged frame costs that frame only; a cursor may lag, never lead; a full
 * or failing disk never ends the process. Invariants of the bytes stand in `format.ts`, of writing in `writer.ts`.
 *
 * Left to others: what a payload means (`schema`), when to append and from which thread (`ingest`), to whom rows go (`deliver`).
 */
export { createSpoolWriter } from './writer.ts'
export type {
  AppendFrame,
  AppendOutcome,
  DropReason,
  PollOutcome,
  SpoolEvent,
  SpoolWriter,
  SpoolWriterConfig,
  SpoolWriterDeps,
  SpoolWriterStats,
} from './writer-face.ts'
export type { Recovered } from './recover.ts'
export type { FullPolicy } from './room.ts'
export { createSpoolReader, type FollowOptions, type SpoolFrame, type SpoolGap, type SpoolReader } from './reader.ts'
export type { DurablePosition } from './durable.ts'
export { EXPIRY_REASONS, openCursor, type Cursor, type CursorState, type ExpiryReason, type Plan } from './cursor.ts'
export { retain, spansOf, type Removal, type RetentionRule } from './retention.ts'
export { nodeFileSystem, codeOf, type SpoolFileSystem } from './file-system.ts'
export { nodeProcessTable, takeLock, type ProcessTable } from './lock.ts'
export { copyFrames, isWhole, payloadPieces } from './payloads.ts'
export { framesOf, fsck, type SegmentReport, type SpoolReport } from './tools.ts'
