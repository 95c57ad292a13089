/**
 * The durable position: a file of 128 B, `durable`, that the writer overwrites after each sync and readers look at. A hint
 * only, never synced: it may lag behind the truth, and it never leads it, because it is written after the sync it tells of.
 */
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { codeOf, readFully, writeFully, type SpoolFileSystem } from './file-system.ts'

const MAGIC = 'FLDP'
const BYTES = 128

export interface DurablePosition {
  readonly uuid: string
  readonly epoch: number
  /** Rows below this are on the disk. */
  readonly seq: number
  /** Milliseconds since 1970 at the sync. */
  readonly at: number
}

export const durablePath = (directory: string): string => join(directory, 'durable')

export function encodeDurable(position: DurablePosition): Uint8Array {
  const bytes = Buffer.alloc(BYTES, ' ')
  bytes.write(MAGIC, 0, 'latin1')
  bytes.write(`${position.uuid} ${position.epoch} ${position.seq} ${Math.floor(position.at)}`, 8, 'latin1')
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
  return bytes
}

export function decodeDurable(bytes: Uint8Array): DurablePosition | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length < BYTES || buffer.toString('latin1', 0, 4) !== MAGIC) return null
  if (buffer.readUInt32LE(4) !== crc32(buffer.subarray(8, BYTES))) return null
  const [uuid, epoch, seq, at] = buffer.toString('latin1', 8, BYTES).trim().split(' ')
  return uuid === undefined ? null : { uuid, epoch: Number(epoch), seq: Number(seq), at: Number(at) }
}

/** The last position published, or null where there is none or it is being written this moment. */
export function readDurable(fs: SpoolFileSystem, directory: string): DurablePosition | null {
  let fd: number
  try {
    fd = fs.open(durablePath(directory), 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  try {
    const bytes = new Uint8Array(BYTES)
    return readFully(fs, fd, bytes, 0) < BYTES ? null : decodeDurable(bytes)
  } finally {
    fs.close(fd)
  }
}

/** Opens the hint for overwriting, making it where it is missing. Its bytes are taken from the disk once and kept. */
export function openDurable(fs: SpoolFileSystem, directory: string): number {
  try {
    return fs.open(durablePath(directory), 'r+')
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return fs.open(durablePath(directory), 'w')
  }
}

export function writeDurable(fs: SpoolFileSystem, fd: number, position: DurablePosition): void {
  writeFully(fs, fd, [encodeDurable(position)], 0)
}
