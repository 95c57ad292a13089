/**
 * Reads the durable frames of a stream in order of their sequence numbers. A reader holds no lock and writes nothing, so any
 * number of them, in any process, may read. What is damaged or gone is told as a gap with the exact number of rows.
 */
import { join } from 'node:path'
import { setImmediate as turn, setTimeout as sleepFor } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { ExpiryReason } from './cursor.ts'
import { readDurable, type DurablePosition } from './durable.ts'
import { codeOf, nodeFileSystem, readFully, type SpoolFileSystem } from './file-system.ts'
import { FRAME_HEADER_BYTES, SEGMENT_HEADER_BYTES, seedOf, type SegmentHeader } from './format.ts'
import { findFrame, frameAt, listSegments, peekSegmentHeader, readSegmentHeader } from './segments.ts'

export interface SpoolFrame {
  readonly kind: 'frame'
  readonly file: string
  /** Where the payload begins in the file, and its bytes. */
  readonly offset: number
  readonly length: number
  readonly payloadCrc: number
  readonly rows: number
  readonly firstSeq: number
  /** Start of the writer that wrote it; 0 where the segment's header is damaged. */
  readonly epoch: number
  readonly firstReceivedAt: number
  readonly lastReceivedAt: number
  readonly bloom: bigint
  readonly schemaId: number
  readonly codec: number
}

/** Rows that are not there any more. */
export interface SpoolGap {
  readonly kind: 'gap'
  readonly fromSeq: number
  /** Seq behind the last row. */
  readonly toSeq: number
  /** `max_bytes`: whole segments are gone; `corrupt`: a segment is damaged. */
  readonly reason: Extract<ExpiryReason, 'max_bytes' | 'corrupt'>
}

export interface FollowOptions {
  readonly signal: AbortSignal
  /** How often the durable position is looked at while nothing comes. */
  readonly pollMs?: number
}

export interface SpoolReader {
  /** Seq of the row `next` goes on with. */
  readonly position: number
  /** The durable position now; null while nothing was ever written. */
  durable(): DurablePosition | null
  /** Seq of the oldest row on the disk; 0 in an empty spool. */
  oldestSeq(): number
  /** Seq of the first frame with a row received at this time or later. Milliseconds since 1970. */
  seqAt(time: number): number
  /** Goes on with the frame that holds this row, or the next one behind it. */
  seek(seq: number): void
  /** The next durable frame or gap, null when there is none yet. Throws what the disk says. */
  next(): SpoolFrame | SpoolGap | null
  /** The payload, or null where it is damaged or gone; its rows are lost then. */
  read(frame: SpoolFrame): Uint8Array | null
  /** Frames and gaps as they come, until the signal. */
  follow(options: FollowOptions): AsyncGenerator<SpoolFrame | SpoolGap, void, void>
  close(): void
}

interface OpenSegment {
  readonly path: string
  readonly fd: number
  readonly inode: number
  readonly firstSeq: number
  readonly header: SegmentHeader | null
  readonly seed: number
  offset: number
}

export function createSpoolReader(
  config: { readonly directory: string; readonly stream: string },
  deps: { readonly fs?: SpoolFileSystem; readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void> } = {},
): SpoolReader {
  const { fs = nodeFileSystem, sleep = sleepUntil } = deps
  const directory = join(config.directory, config.stream)
  const scratch = new Uint8Array(FRAME_HEADER_BYTES)
  let current: OpenSegment | null = null
  let position = 0
  let durable: DurablePosition | null = null
  /** First seq of the segment behind the current one, as last listed. */
  let bound = Number.POSITIVE_INFINITY

  const closeCurrent = (): void => {
    if (current === null) return
    const { fd } = current
    // Gone first: whatever `close` says, a descriptor is not to be used again.
    current = null
    fs.close(fd)
  }

  /** Without a hint, as after a power cut, all rows below the newest segment are durable: it was begun when they were. */
  const refresh = (): number => {
    const hint = readDurable(fs, directory)
    if (hint !== null && (durable === null || hint.seq > durable.seq || hint.uuid !== durable.uuid)) durable = hint
    if (durable === null || hint === null) {
      const newest = listSegments(fs, directory).at(-1)
      const header = newest === undefined ? null : peekSegmentHeader(fs, newest.path)
      if (header !== null && header.firstSeq > (durable?.seq ?? -1))
        durable = { uuid: header.uuid, epoch: header.epoch, seq: header.firstSeq, at: header.createdAt }
    }
    return durable?.seq ?? 0
  }

  const openSegment = (path: string, firstSeq: number): OpenSegment | null => {
    let fd: number
    try {
      fd = fs.open(path, 'r')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      throw error
    }
    try {
      const header = readSegmentHeader(fs, fd)
      const seed = header !== null ? seedOf(header.uuid) : durable !== null ? seedOf(durable.uuid) : 0
      return { path, fd, inode: fs.stat(fd).inode, firstSeq, header, seed, offset: SEGMENT_HEADER_BYTES }
    } catch (error) {
      fs.close(fd)
      throw error
    }
  }

  /** Opens the segment that holds `position`, or the first one behind it. */
  const locate = (): boolean => {
    for (let attempt = 0; attempt < 100; attempt++) {
      const names = listSegments(fs, directory)
      let index = names.findLastIndex(({ firstSeq }) => firstSeq <= position)
      if (index < 0) index = 0
      const name = names[index]
      if (name === undefined) return false
      closeCurrent()
      current = openSegment(name.path, name.firstSeq)
      bound = names[index + 1]?.firstSeq ?? Number.POSITIVE_INFINITY
      if (current !== null) return true
      // It was deleted between the listing and now; the next listing has it no more.
    }
    return false
  }

  const gapTo = (toSeq: number, reason: SpoolGap['reason']): SpoolGap => {
    const gap: SpoolGap = { kind: 'gap', fromSeq: position, toSeq, reason }
    position = toSeq
    return gap
  }

  /** What follows when there is no frame where one should begin. */
  const overcome = (segment: OpenSegment, limit: number): SpoolGap | 'again' => {
    const { size, inode } = fs.stat(segment.fd)
    const found = findFrame(fs, segment.fd, segment.offset + 8, size, segment.seed)
    if (found !== null) {
      segment.offset = found.at
      return 'again'
    }
    const damaged = size > segment.offset
    const before = segment.path
    closeCurrent()
    const names = listSegments(fs, directory)
    const behind = names.find(({ firstSeq }) => firstSeq > segment.firstSeq)
    if (behind !== undefined && behind.firstSeq <= position) return 'again'
    if (behind !== undefined && behind.firstSeq < limit) return gapTo(behind.firstSeq, damaged ? 'corrupt' : 'max_bytes')
    if (behind === undefined && names.some(({ path }) => path === before)) {
      // The writer may have put another file in the place of a suspect one.
      const again = openSegment(before, segment.firstSeq)
      if (again !== null && again.inode !== inode) {
        current = again
        bound = Number.POSITIVE_INFINITY
        return 'again'
      }
      if (again !== null) fs.close(again.fd)
    }
    return gapTo(limit, 'corrupt')
  }

  const next = (): SpoolFrame | SpoolGap | null => {
    if (position >= (durable?.seq ?? 0) && position >= refresh()) return null
    const limit = durable?.seq ?? 0
    for (;;) {
      if (current === null && !locate()) return gapTo(limit, 'max_bytes')
      const segment: OpenSegment | null = current
      if (segment === null) return null
      if (segment.firstSeq > position && segment.offset === SEGMENT_HEADER_BYTES) return gapTo(Math.min(limit, segment.firstSeq), 'max_bytes')
      const foreign = segment.header !== null && durable !== null && segment.header.uuid !== durable.uuid
      const found = foreign ? null : frameAt(fs, segment.fd, segment.offset, fs.stat(segment.fd).size, segment.seed, scratch)
      // Durable positions are ends of frames: one that reaches beyond is what is left of a frame that was refused.
      const refused = found !== null && found.header.firstSeq < limit && found.header.firstSeq + found.header.rows > limit
      if (found === null || refused) {
        if (foreign) segment.offset = fs.stat(segment.fd).size
        const outcome = overcome(segment, limit)
        if (outcome === 'again') continue
        return outcome
      }
      const { header } = found
      const end = header.firstSeq + header.rows
      if (end <= position) {
        segment.offset = found.next
        continue
      }
      if (header.firstSeq >= bound) {
        // The rest of this segment was written again into the one behind it, after a sync that failed.
        if (bound > position) return gapTo(Math.min(bound, limit), 'corrupt')
        closeCurrent()
        continue
      }
      if (header.firstSeq > position) return gapTo(Math.min(header.firstSeq, limit), 'corrupt')
      segment.offset = found.next
      position = end
      return {
        kind: 'frame',
        file: segment.path,
        offset: found.at + FRAME_HEADER_BYTES,
        length: header.length,
        payloadCrc: header.payloadCrc,
        rows: header.rows,
        firstSeq: header.firstSeq,
        epoch: segment.header?.epoch ?? 0,
        firstReceivedAt: header.firstReceivedAt,
        lastReceivedAt: header.lastReceivedAt,
        bloom: header.bloom,
        schemaId: header.schemaId,
        codec: header.codec,
      }
    }
  }

  const seek = (seq: number): void => {
    closeCurrent()
    bound = Number.POSITIVE_INFINITY
    position = seq
  }

  return {
    get position() {
      return position
    },
    durable() {
      refresh()
      return durable
    },
    oldestSeq: () => listSegments(fs, directory)[0]?.firstSeq ?? 0,
    seqAt(time) {
      const limit = refresh()
      const start = listSegments(fs, directory).findLast(({ path }) => (peekSegmentHeader(fs, path)?.createdAt ?? Number.POSITIVE_INFINITY) <= time)
      const before = position
      seek(start?.firstSeq ?? listSegments(fs, directory)[0]?.firstSeq ?? 0)
      let seq = limit
      for (let step = next(); step !== null; step = next()) {
        if (step.kind === 'gap' || step.lastReceivedAt < time) continue
        seq = step.firstSeq
        break
      }
      seek(before)
      return seq
    },
    seek,
    next,
    read(frame) {
      const own = current !== null && current.path === frame.file ? current.fd : null
      let fd = own
      try {
        fd ??= fs.open(frame.file, 'r')
        const payload = new Uint8Array(frame.length)
        const whole = readFully(fs, fd, payload, frame.offset) === frame.length && crc32(payload) === frame.payloadCrc
        return whole ? payload : null
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null
        throw error
      } finally {
        if (own === null && fd !== null) fs.close(fd)
      }
    },
    async *follow({ signal, pollMs = 50 }) {
      for (let served = 1; !signal.aborted; served++) {
        const step = next()
        if (step === null) {
          await sleep(pollMs, signal)
          continue
        }
        yield step
        // A backlog is thousands of frames; whoever else lives in this thread gets a turn between them.
        if (served % 8 === 0) await turn()
      }
    },
    close: closeCurrent,
  }
}

async function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleepFor(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
