/**
 * Room on a disk that is full: the reserve (two files that hold space for the moment when a commit must be finished), and
 * the segments that may go by the full policy.
 */
import { randomFillSync } from 'node:crypto'
import { join } from 'node:path'
import { codeOf, writeFully, type SpoolFileSystem } from './file-system.ts'
import { isPlanned, reachOf, removeSegment, spansOf, type SegmentSpan } from './retention.ts'

const RESERVE_FILES = 2
const STEP_BYTES = 1024 * 1024
const RECOUNT_MS = 5000

export type FullPolicy = 'drop-oldest' | 'drop-newest'

export interface Gap {
  readonly fromSeq: number
  readonly toSeq: number
  readonly bytes: number
}

export interface Room {
  /** Frees something after the disk said it is full; false when nothing may go. */
  free(): boolean
  /** Frees a part of the reserve only. */
  freeReserve(): boolean
  /** Whether this many more bytes stay below the limit, after removing what may go. `now` in milliseconds. */
  fits(bytes: number, now: number): boolean
  /** Counts what lies in the directory. */
  count(): void
  /** The same every few seconds, since others remove segments too; a disk that does not answer is asked again later. */
  recount(now: number): void
  /** Tells of bytes written to segments. */
  grew(bytes: number): void
  /** Writes a step of the reserve where it is not whole; for idle moments. */
  replenish(now: number): void
  /** Bytes of all segments, as last counted plus what grew since. */
  readonly bytes: number
}

export function createRoom(
  config: { readonly directory: string; readonly maxBytes: number; readonly reserveFileBytes: number; readonly fullPolicy: FullPolicy },
  deps: { readonly fs: SpoolFileSystem; readonly uuid: () => string; readonly onGap: (gap: Gap) => void },
): Room {
  const { fs } = deps
  let bytes = 0
  let countedAt = Number.NEGATIVE_INFINITY
  let recountedAt = Number.NEGATIVE_INFINITY
  let replenishAt = Number.NEGATIVE_INFINITY
  let filler: Uint8Array | null = null
  const reservePath = (index: number): string => join(config.directory, `reserve-${index}`)

  /** Removes the segments all sinks have; where there are none, the oldest one if the policy allows. */
  const removeSome = (spans: readonly SegmentSpan[], mayLose: boolean): number => {
    const reach = reachOf(fs, config.directory, deps.uuid())
    let freed = 0
    for (const span of spans) {
      if (span.endSeq <= reach.passed && removeSegment(fs, span.path)) freed += span.bytes
    }
    if (freed > 0 || !mayLose) return freed
    const oldest = spans.find(span => !isPlanned(span, reach))
    if (oldest === undefined || !removeSegment(fs, oldest.path)) return 0
    deps.onGap({ fromSeq: oldest.firstSeq, toSeq: oldest.endSeq, bytes: oldest.bytes })
    return Math.max(1, oldest.bytes)
  }

  const removeReserve = (): boolean => {
    for (let index = 0; index < RESERVE_FILES; index++) {
      try {
        fs.unlink(reservePath(index))
        return true
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') continue
      }
    }
    return false
  }

  return {
    get bytes() {
      return bytes
    },
    free() {
      try {
        const { spans } = spansOf(fs, config.directory)
        if (removeSome(spans, false) > 0) return true
        if (removeReserve()) return true
        return config.fullPolicy === 'drop-oldest' && removeSome(spans, true) > 0
      } catch (error) {
        // The disk does not even list: nothing can be freed, and the caller counts what is lost by that.
        if (codeOf(error) === '') throw error
        return false
      }
    },
    freeReserve: removeReserve,
    fits(more, now) {
      if (bytes + more <= config.maxBytes) return true
      // Counting lists the directory; while rows are refused four times a second is often enough to see room again.
      if (now - countedAt < 250 && config.fullPolicy === 'drop-newest') return false
      countedAt = now
      try {
        let counted = spansOf(fs, config.directory)
        bytes = counted.bytes
        while (bytes + more > config.maxBytes) {
          if (removeSome(counted.spans, config.fullPolicy === 'drop-oldest') === 0) break
          counted = spansOf(fs, config.directory)
          bytes = counted.bytes
        }
      } catch (error) {
        if (codeOf(error) === '') throw error
        return true
      }
      return bytes + more <= config.maxBytes
    },
    count() {
      bytes = spansOf(fs, config.directory).bytes
    },
    recount(now) {
      if (now - recountedAt < RECOUNT_MS) return
      recountedAt = now
      try {
        bytes = spansOf(fs, config.directory).bytes
      } catch (error) {
        if (codeOf(error) === '') throw error
      }
    },
    grew(more) {
      bytes += more
    },
    replenish(now) {
      if (now < replenishAt) return
      try {
        for (let index = 0; index < RESERVE_FILES; index++) {
          const path = reservePath(index)
          let fd: number
          try {
            fd = fs.open(path, 'r+')
          } catch (error) {
            if (codeOf(error) !== 'ENOENT') throw error
            // A reserve that takes the last room would fill the disk it is there to help.
            if (fs.freeBytes(config.directory) < 4 * RESERVE_FILES * config.reserveFileBytes) break
            fd = fs.open(path, 'w')
          }
          try {
            const { size } = fs.stat(fd)
            if (size >= config.reserveFileBytes) continue
            // Random bytes, because a file system that compresses holds no space for zeros.
            filler ??= randomFillSync(new Uint8Array(Math.min(STEP_BYTES, config.reserveFileBytes)))
            writeFully(fs, fd, [filler.subarray(0, Math.min(filler.length, config.reserveFileBytes - size))], size)
            return
          } finally {
            fs.close(fd)
          }
        }
        filler = null
        replenishAt = now + 10_000
      } catch (error) {
        if (codeOf(error) === '') throw error
        replenishAt = now + 10_000
      }
    },
  }
}
