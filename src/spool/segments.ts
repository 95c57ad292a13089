/** Segments by name, and the walk through the frames of one, damage included. */
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { codeOf, readFully, type SpoolFileSystem } from './file-system.ts'
import {
  decodeFrameHeader,
  decodeSegmentHeader,
  FRAME_HEADER_BYTES,
  FRAME_MAGIC_BYTES,
  paddedLength,
  SEGMENT_HEADER_BYTES,
  type FrameHeader,
  type SegmentHeader,
} from './format.ts'

const NAME = /^(\d{20})\.fls$/
const SEARCH_BYTES = 1024 * 1024

export interface SegmentName {
  readonly path: string
  readonly firstSeq: number
}

/** Path of the segment that begins with this row. */
export const segmentPath = (directory: string, firstSeq: number): string => join(directory, `${String(firstSeq).padStart(20, '0')}.fls`)

/** The segments of a directory in order; none where there is no directory. Throws what the disk says otherwise. */
export function listSegments(fs: SpoolFileSystem, directory: string): SegmentName[] {
  let names: string[]
  try {
    names = fs.list(directory)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
  const segments: SegmentName[] = []
  for (const name of names) {
    const digits = NAME.exec(name)?.[1]
    if (digits !== undefined) segments.push({ path: join(directory, name), firstSeq: Number(digits) })
  }
  return segments.sort((a, b) => a.firstSeq - b.firstSeq)
}

/** The header of an open segment, or null where it is damaged. */
export function readSegmentHeader(fs: SpoolFileSystem, fd: number): SegmentHeader | null {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES)
  return readFully(fs, fd, bytes, 0) < SEGMENT_HEADER_BYTES ? null : decodeSegmentHeader(bytes)
}

/** The header of a segment by path, or null where it is damaged or gone. */
export function peekSegmentHeader(fs: SpoolFileSystem, path: string): SegmentHeader | null {
  let fd: number
  try {
    fd = fs.open(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  try {
    return readSegmentHeader(fs, fd)
  } finally {
    fs.close(fd)
  }
}

/** A frame and where it lies. */
export interface FoundFrame {
  readonly header: FrameHeader
  /** Where its header begins. */
  readonly at: number
  /** Where the next frame begins. */
  readonly next: number
}

/** The frame whose header begins at `at`, or null where there is no whole one. `size` is the length of the file. */
export function frameAt(fs: SpoolFileSystem, fd: number, at: number, size: number, seed: number, scratch: Uint8Array): FoundFrame | null {
  if (at + FRAME_HEADER_BYTES > size || readFully(fs, fd, scratch, at) < FRAME_HEADER_BYTES) return null
  const header = decodeFrameHeader(scratch, seed)
  if (header === null || header.rows === 0) return null
  // The padding must be there too: a frame that misses only it was refused by a full disk, and counted so.
  const next = at + FRAME_HEADER_BYTES + paddedLength(header.length)
  return next > size ? null : { header, at, next }
}

/** The first whole frame at or behind `from`, looked for at every eighth byte; null where there is none. */
export function findFrame(fs: SpoolFileSystem, fd: number, from: number, size: number, seed: number): FoundFrame | null {
  const scratch = new Uint8Array(FRAME_HEADER_BYTES)
  const chunk = Buffer.alloc(Math.min(SEARCH_BYTES, Math.max(8, size)))
  let start = Math.max(SEGMENT_HEADER_BYTES, Math.ceil(from / 8) * 8)
  while (start + FRAME_HEADER_BYTES <= size) {
    const read = readFully(fs, fd, chunk, start)
    if (read < FRAME_MAGIC_BYTES.length) return null
    const bytes = chunk.subarray(0, read)
    for (let at = bytes.indexOf(FRAME_MAGIC_BYTES); at >= 0; at = bytes.indexOf(FRAME_MAGIC_BYTES, at + 1)) {
      if (at % 8 !== 0) continue
      const found = frameAt(fs, fd, start + at, size, seed, scratch)
      if (found !== null) return found
    }
    // Chunks begin at multiples of 8 and so do frames, so no magic of a frame is cut in two.
    start += Math.max(8, Math.floor(read / 8) * 8)
  }
  return null
}

/** Whether the payload still has the CRC of its header. `buffer` is reused from call to call. */
export function payloadIntact(fs: SpoolFileSystem, fd: number, found: FoundFrame, buffer: Uint8Array): boolean {
  let crc = 0
  let done = 0
  while (done < found.header.length) {
    const want = Math.min(buffer.length, found.header.length - done)
    const bytes = buffer.subarray(0, want)
    if (readFully(fs, fd, bytes, found.at + FRAME_HEADER_BYTES + done) < want) return false
    crc = crc32(bytes, crc)
    done += want
  }
  return crc === found.header.payloadCrc
}

/** What a scan found in one segment. */
export interface SegmentScan {
  readonly header: SegmentHeader | null
  readonly size: number
  readonly frames: number
  readonly rows: number
  /** Where the last whole frame with an intact payload ends; bytes behind it are a torn tail. */
  readonly end: number
  /** Seq behind the last row of that frame; the segment's first seq where there is no frame. */
  readonly endSeq: number
  /** Places inside that are no intact frame, the tail not counted. */
  readonly damaged: readonly { readonly at: number; readonly bytes: number }[]
  /** Where headers begin that are good while their payload is not. */
  readonly hollow: readonly number[]
  /** Frames whose link to the frame before does not fit, as after a frame was lost or put in. */
  readonly brokenLinks: number
}

/** Where the first frame begins that holds rows from this one on; the end of the file where there is none. */
export function frameFrom(fs: SpoolFileSystem, fd: number, seq: number, seed: number): number {
  const scratch = new Uint8Array(FRAME_HEADER_BYTES)
  const { size } = fs.stat(fd)
  for (let at = SEGMENT_HEADER_BYTES; at < size;) {
    const found = frameAt(fs, fd, at, size, seed, scratch) ?? findFrame(fs, fd, at + 8, size, seed)
    if (found === null) return size
    if (found.header.firstSeq + found.header.rows > seq) return found.at
    at = found.next
  }
  return size
}

/** Walks a whole segment. With `verify` every payload is read and checked, otherwise headers only. */
export function scanSegment(
  fs: SpoolFileSystem,
  fd: number,
  firstSeq: number,
  seedIfDamaged: number,
  seedOfUuid: (uuid: string) => number,
  verify: boolean,
): SegmentScan {
  const header = readSegmentHeader(fs, fd)
  const seed = header === null ? seedIfDamaged : seedOfUuid(header.uuid)
  const { size } = fs.stat(fd)
  const scratch = new Uint8Array(FRAME_HEADER_BYTES)
  const buffer = new Uint8Array(Math.max(8, Math.min(SEARCH_BYTES, size)))
  const damaged: { at: number; bytes: number }[] = []
  const hollow: number[] = []
  let [frames, rows, end, endSeq, brokenLinks] = [0, 0, Math.min(size, SEGMENT_HEADER_BYTES), firstSeq, 0]
  let previousCrc: number | null = null
  let at = SEGMENT_HEADER_BYTES
  while (at < size) {
    const found = frameAt(fs, fd, at, size, seed, scratch) ?? findFrame(fs, fd, at + 8, size, seed)
    if (found === null) break
    // A damaged payload stays behind as damage; if no intact frame follows it is part of the torn tail.
    if (!verify || payloadIntact(fs, fd, found, buffer)) {
      if (found.at > end) damaged.push({ at: end, bytes: found.at - end })
      if (previousCrc !== null && found.header.previousCrc !== previousCrc) brokenLinks++
      frames++
      rows += found.header.rows
      end = Math.min(found.next, size)
      endSeq = Math.max(endSeq, found.header.firstSeq + found.header.rows)
    } else {
      hollow.push(found.at)
    }
    previousCrc = found.header.headerCrc
    at = found.next
  }
  return { header, size, frames, rows, end, endSeq, damaged, hollow, brokenLinks }
}
