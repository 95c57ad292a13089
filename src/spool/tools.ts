/** Looking into a spool from outside: what is there, whether it is whole, frame by frame. Nothing here writes. */
import { join } from 'node:path'
import { readCursors, type CursorState } from './cursor.ts'
import { readDurable, type DurablePosition } from './durable.ts'
import { codeOf, nodeFileSystem, type SpoolFileSystem } from './file-system.ts'
import { FRAME_HEADER_BYTES, SEGMENT_HEADER_BYTES, seedOf } from './format.ts'
import { createSpoolReader, type SpoolFrame } from './reader.ts'
import { findFrame, frameAt, listSegments, readSegmentHeader, scanSegment } from './segments.ts'

export interface SegmentReport {
  readonly file: string
  readonly firstSeq: number
  /** Null where the header is damaged. */
  readonly epoch: number | null
  readonly createdAt: number | null
  readonly bytes: number
  readonly frames: number
  readonly rows: number
  /** Places inside that are no intact frame. */
  readonly damaged: number
  /** Bytes behind the last whole frame. */
  readonly tailBytes: number
}

export interface SpoolReport {
  readonly directory: string
  readonly durable: DurablePosition | null
  readonly segments: readonly SegmentReport[]
  /** Rows behind the oldest segment's first that can't be read, by range. */
  readonly lost: readonly { readonly fromSeq: number; readonly toSeq: number }[]
  /** Null for a cursor that is damaged. */
  readonly cursors: Readonly<Record<string, CursorState | null>>
  /** Nothing lost, nothing damaged, every cursor readable. */
  readonly whole: boolean
}

interface Place {
  readonly directory: string
  readonly stream: string
}

/** Checks a spool. With `verify` each payload is read and its CRC compared, otherwise the headers only. */
export function fsck(place: Place, { verify, fs = nodeFileSystem }: { readonly verify: boolean; readonly fs?: SpoolFileSystem }): SpoolReport {
  const directory = join(place.directory, place.stream)
  const durable = readDurable(fs, directory)
  const segments: SegmentReport[] = []
  for (const { path, firstSeq } of listSegments(fs, directory)) {
    let fd: number
    try {
      fd = fs.open(path, 'r')
    } catch (error) {
      // Delivered and removed between the listing and now.
      if (codeOf(error) === 'ENOENT') continue
      throw error
    }
    try {
      const scan = scanSegment(fs, fd, firstSeq, durable === null ? 0 : seedOf(durable.uuid), seedOf, verify)
      segments.push({
        file: path,
        firstSeq,
        epoch: scan.header?.epoch ?? null,
        createdAt: scan.header?.createdAt ?? null,
        bytes: scan.size,
        frames: scan.frames,
        rows: scan.rows,
        damaged: scan.damaged.length,
        tailBytes: scan.size - scan.end,
      })
    } finally {
      fs.close(fd)
    }
  }
  const lost: { fromSeq: number; toSeq: number }[] = []
  const reader = createSpoolReader(place, { fs })
  reader.seek(reader.oldestSeq())
  for (let step = reader.next(); step !== null; step = reader.next()) {
    if (step.kind === 'gap') lost.push({ fromSeq: step.fromSeq, toSeq: step.toSeq })
    else if (verify && reader.read(step) === null) lost.push({ fromSeq: step.firstSeq, toSeq: step.firstSeq + step.rows })
  }
  reader.close()
  const cursors = Object.fromEntries(readCursors(fs, directory))
  const whole =
    lost.length === 0 && segments.every(segment => segment.epoch !== null && segment.damaged === 0) && Object.values(cursors).every(cursor => cursor !== null)
  return { directory, durable, segments, lost, cursors, whole }
}

/** The frames of one segment file in order, durable or not: for dead letters, and for files taken out of a spool. */
export function* framesOf(path: string, fs: SpoolFileSystem = nodeFileSystem): Generator<SpoolFrame, void, void> {
  const fd = fs.open(path, 'r')
  try {
    const segment = readSegmentHeader(fs, fd)
    if (segment === null) return
    const seed = seedOf(segment.uuid)
    const { size } = fs.stat(fd)
    const scratch = new Uint8Array(FRAME_HEADER_BYTES)
    for (let at = SEGMENT_HEADER_BYTES; at < size;) {
      const found = frameAt(fs, fd, at, size, seed, scratch) ?? findFrame(fs, fd, at + 8, size, seed)
      if (found === null) return
      const { length, payloadCrc, rows, firstSeq, firstReceivedAt, lastReceivedAt, bloom, schemaId, codec } = found.header
      yield {
        kind: 'frame',
        file: path,
        offset: found.at + FRAME_HEADER_BYTES,
        length,
        payloadCrc,
        rows,
        firstSeq,
        epoch: segment.epoch,
        firstReceivedAt,
        lastReceivedAt,
        bloom,
        schemaId,
        codec,
      }
      at = found.next
    }
  } finally {
    fs.close(fd)
  }
}
