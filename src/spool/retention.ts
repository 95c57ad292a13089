/** What may go from the disk: segments all sinks have, and, when there is too much or it is too old, others; never a planned one. */
import { codeOf, type SpoolFileSystem } from './file-system.ts'
import { readCursors, type ExpiryReason } from './cursor.ts'
import { listSegments, peekSegmentHeader, type SegmentName } from './segments.ts'

/** What cursors say about segments. */
export interface Reach {
  /** Rows below this are with every sink; 0 where a sink's cursor is damaged or there is no cursor. */
  readonly passed: number
  readonly planned: readonly { readonly from: number; readonly to: number }[]
}

/** Reads all cursors of a stream. `uuid` names the spool; cursors of another one say nothing about it. */
export function reachOf(fs: SpoolFileSystem, directory: string, uuid: string): Reach {
  const cursors = [...readCursors(fs, directory).values()]
  let passed = cursors.length === 0 ? 0 : Number.MAX_SAFE_INTEGER
  const planned: { from: number; to: number }[] = []
  for (const cursor of cursors) {
    passed = Math.min(passed, cursor === null || cursor.uuid !== uuid ? 0 : cursor.position)
    if (cursor !== null && cursor.uuid === uuid && cursor.plan !== null) planned.push(cursor.plan)
  }
  return { passed, planned }
}

export interface SegmentSpan extends SegmentName {
  readonly bytes: number
  /** First seq of the segment behind it. */
  readonly endSeq: number
}

/** All segments but the newest, which is being written, and the bytes of all of them. */
export function spansOf(fs: SpoolFileSystem, directory: string): { spans: SegmentSpan[]; bytes: number } {
  const names = listSegments(fs, directory)
  const spans: SegmentSpan[] = []
  let sum = 0
  names.forEach((name, index) => {
    let bytes = 0
    try {
      bytes = fs.sizeOf(name.path)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return
      throw error
    }
    sum += bytes
    const behind = names[index + 1]
    if (behind !== undefined) spans.push({ ...name, bytes, endSeq: behind.firstSeq })
  })
  return { spans, bytes: sum }
}

export const isPlanned = (span: SegmentSpan, reach: Reach): boolean => reach.planned.some(plan => plan.from < span.endSeq && plan.to > span.firstSeq)

export interface Removal {
  readonly fromSeq: number
  readonly toSeq: number
  readonly bytes: number
  /** `passed`: every sink had the rows, nothing is lost. */
  readonly reason: 'passed' | Extract<ExpiryReason, 'max_bytes' | 'max_age'>
}

/** Removes a segment; true when it is gone, also by another hand. */
export function removeSegment(fs: SpoolFileSystem, path: string): boolean {
  try {
    fs.unlink(path)
  } catch (error) {
    return codeOf(error) === 'ENOENT'
  }
  return true
}

export interface RetentionRule {
  readonly directory: string
  readonly uuid: string
  /** Bytes all segments may take; null leaves that to the writer. */
  readonly maxBytes: number | null
  readonly maxAgeMs: number
  readonly now: number
}

/**
 * Removes what the rule says, oldest first; gives what went. Run by the process that delivers, with its cursors on the disk
 * before it. Throws what the disk says.
 */
export function retain(rule: RetentionRule, fs: SpoolFileSystem): Removal[] {
  const { spans, bytes } = spansOf(fs, rule.directory)
  const reach = reachOf(fs, rule.directory, rule.uuid)
  const removals: Removal[] = []
  let rest = bytes
  const remove = (span: SegmentSpan, reason: Removal['reason']): void => {
    if (!removeSegment(fs, span.path)) return
    rest -= span.bytes
    removals.push({ fromSeq: span.firstSeq, toSeq: span.endSeq, bytes: span.bytes, reason })
  }
  spans.forEach((span, index) => {
    if (span.endSeq <= reach.passed) return remove(span, 'passed')
    if (isPlanned(span, reach)) return
    if (rule.maxBytes !== null && rest > rule.maxBytes) return remove(span, 'max_bytes')
    // The segment behind it was begun when this one got its last row.
    const behind = spans[index + 1]?.path ?? listSegments(fs, rule.directory).at(-1)?.path
    const header = behind === undefined ? null : peekSegmentHeader(fs, behind)
    if (header !== null && header.createdAt < rule.now - rule.maxAgeMs) remove(span, 'max_age')
  })
  if (removals.length > 0) fs.syncDirectory(rule.directory)
  return removals
}
