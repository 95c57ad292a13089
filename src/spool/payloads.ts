/**
 * Payloads of frames as a stream of pieces, for whoever copies them elsewhere; and copies of whole frames, for dead letters.
 * Asynchronous: these run in the process that serves, where a quarter of a gigabyte read at once would hold everything up.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { FlowLensError, toError } from '../schema/index.ts'
import { codeOf } from './file-system.ts'
import { encodeSegmentHeader, FRAME_HEADER_BYTES, paddedLength } from './format.ts'
import type { SpoolFrame } from './reader.ts'

/** Reading and checking this much takes half a millisecond. */
const PIECE_BYTES = 1024 * 1024

const damaged = (frame: SpoolFrame, cause?: unknown): FlowLensError =>
  new FlowLensError('FL_SPOOL_CORRUPT', `the frame of row ${frame.firstSeq} is damaged or gone`, {
    context: { firstSeq: frame.firstSeq, rows: frame.rows, file: frame.file },
    cause,
  })

/**
 * The payloads one after the other, in pieces of at most 1 MiB; a piece is valid until the next is asked for. Throws
 * `FL_SPOOL_CORRUPT` at the end of a frame whose CRC does not fit, and where a file is gone; context `firstSeq` names the frame.
 */
export async function* payloadPieces(frames: readonly SpoolFrame[]): AsyncGenerator<Uint8Array, void, void> {
  const buffer = Buffer.allocUnsafe(PIECE_BYTES)
  let handle: FileHandle | null = null
  let file = ''
  try {
    for (const frame of frames) {
      if (handle === null || frame.file !== file) {
        await handle?.close()
        handle = await openFrame(frame)
        file = frame.file
      }
      let crc = 0
      for (let done = 0; done < frame.length;) {
        const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, frame.length - done), frame.offset + done)
        if (bytesRead === 0) throw damaged(frame)
        const piece = buffer.subarray(0, bytesRead)
        crc = crc32(piece, crc)
        done += bytesRead
        yield piece
      }
      if (crc !== frame.payloadCrc) throw damaged(frame)
    }
  } finally {
    await handle?.close()
  }
}

async function openFrame(frame: SpoolFrame): Promise<FileHandle> {
  try {
    return await open(frame.file, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw damaged(frame, error)
    throw toError(error, 'FL_SPOOL_IO')
  }
}

/** Whether the payload of a frame is there and whole. Throws `FL_SPOOL_IO` when the disk does not say. */
export async function isWhole(frame: SpoolFrame): Promise<boolean> {
  try {
    for await (const piece of payloadPieces([frame])) void piece
    return true
  } catch (error) {
    if (error instanceof FlowLensError && error.code === 'FL_SPOOL_CORRUPT') return false
    throw toError(error, 'FL_SPOOL_IO')
  }
}

/** Copies whole frames into a segment of their own, on the disk when it resolves. Rejects with what the disk says. */
export async function copyFrames(frames: readonly SpoolFrame[], path: string, spool: { readonly uuid: string; readonly createdAt: number }): Promise<void> {
  const first = frames[0]
  if (first === undefined) return
  const target = await open(path, 'w')
  try {
    await target.write(encodeSegmentHeader({ uuid: spool.uuid, epoch: first.epoch, firstSeq: first.firstSeq, createdAt: spool.createdAt }))
    const header = Buffer.alloc(FRAME_HEADER_BYTES)
    for (const frame of frames) {
      const source = await openFrame(frame)
      try {
        await source.read(header, 0, FRAME_HEADER_BYTES, frame.offset - FRAME_HEADER_BYTES)
      } finally {
        await source.close()
      }
      await target.write(header)
      for await (const piece of payloadPieces([frame])) await target.write(piece)
      await target.write(Buffer.alloc(paddedLength(frame.length) - frame.length))
    }
    await target.datasync()
  } finally {
    await target.close()
  }
}
