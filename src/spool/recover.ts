/** What a spool is found to be when its writer starts (RELIABILITY §1.6). */
import type { DurablePosition } from './durable.ts'
import { codeOf, readFully, writeFully, type SpoolFileSystem } from './file-system.ts'
import { readCursors } from './cursor.ts'
import { FRAME_HEADER_BYTES, seedOf } from './format.ts'
import { frameFrom, listSegments, peekSegmentHeader, scanSegment } from './segments.ts'

export interface Recovered {
  /** Null in a directory that never held a spool. */
  readonly uuid: string | null
  /** The highest epoch there was; 0 for none. */
  readonly epoch: number
  /** Where the next row goes. */
  readonly nextSeq: number
  readonly segments: number
  /** Rows of the last segment that were written but not told as durable, and are whole. */
  readonly rowsBeyondHint: number
  /** Bytes behind the last whole frame, cut off. */
  readonly tornBytes: number
  /** Places inside the last segment that are no frame. */
  readonly damaged: number
  /** Rows that were told as durable and are not there. */
  readonly rowsMissing: number
}

/**
 * Scans the last segment in full and cuts its torn tail off, with a sync before anyone is told. Older segments were synced when
 * the next was begun; readers walk them by their headers. Throws what the disk says.
 */
export function recover(fs: SpoolFileSystem, directory: string, hint: DurablePosition | null): Recovered {
  const names = listSegments(fs, directory)
  // Drafts of segments that were never renamed hold no row.
  for (const name of fs.list(directory)) if (name.endsWith('.draft')) removeDraft(fs, `${directory}/${name}`)

  let [uuid, epoch]: [string | null, number] = [null, 0]
  for (const { path } of names.toReversed()) {
    const header = peekSegmentHeader(fs, path)
    if (header === null) continue
    uuid ??= header.uuid
    if (header.uuid === uuid) epoch = Math.max(epoch, header.epoch)
  }
  uuid ??= hint?.uuid ?? null
  const known = hint !== null && hint.uuid === uuid ? hint : null
  epoch = Math.max(epoch, known?.epoch ?? 0)

  let [scanned, tornBytes, damaged] = [0, 0, 0]
  const last = names.at(-1)
  if (last !== undefined) {
    const fd = fs.open(last.path, 'r+')
    try {
      const scan = scanSegment(fs, fd, last.firstSeq, uuid === null ? 0 : seedOf(uuid), seedOf, true)
      scanned = Math.max(last.firstSeq, scan.endSeq)
      damaged = scan.damaged.length
      tornBytes = scan.size - scan.end
      // Without a header of ours this may be a newer version's file: it is left as it is, and readers pass it by.
      if (tornBytes > 0 && scan.header !== null) fs.truncate(fd, scan.end)
      // A header without its payload may be left of a frame that a full disk refused and another one followed: its rows were
      // given again, so readers must not count by it. The frame behind it tells what is missing.
      for (const at of scan.hollow) if (at < scan.end) writeFully(fs, fd, [new Uint8Array(FRAME_HEADER_BYTES)], at)
      rewrite(fs, fd, frameFrom(fs, fd, known?.seq ?? 0, uuid === null ? 0 : seedOf(uuid)), scan.end)
      fs.dataSync(fd)
    } finally {
      fs.close(fd)
    }
  }

  // A number that was ever told as durable, or that a sink has, is never given to another row.
  let told = known?.seq ?? 0
  for (const cursor of readCursors(fs, directory).values()) {
    if (cursor === null || (uuid !== null && cursor.uuid !== uuid)) continue
    uuid ??= cursor.uuid
    told = Math.max(told, cursor.position, cursor.plan?.to ?? 0)
    epoch = Math.max(epoch, cursor.plan?.epoch ?? 0)
  }
  return {
    uuid,
    epoch,
    nextSeq: Math.max(scanned, told),
    segments: names.length,
    rowsBeyondHint: Math.max(0, scanned - (known?.seq ?? scanned)),
    tornBytes,
    damaged,
    rowsMissing: Math.max(0, told - scanned),
  }
}

/**
 * Writes bytes over themselves. A sync that failed before the process was killed may have left them in memory only, called
 * clean, and then the next sync would promise what is not on the disk.
 */
function rewrite(fs: SpoolFileSystem, fd: number, from: number, to: number): void {
  const buffer = new Uint8Array(Math.max(0, Math.min(1024 * 1024, to - from)))
  for (let at = from; at < to; at += buffer.length) {
    const bytes = buffer.subarray(0, readFully(fs, fd, buffer.subarray(0, to - at), at))
    writeFully(fs, fd, [bytes], at)
  }
}

function removeDraft(fs: SpoolFileSystem, path: string): void {
  try {
    fs.unlink(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}
