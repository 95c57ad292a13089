/**
 * The few file-system calls the spool makes, as a value, so that tests can put a disk in their place that fails, fills up or
 * loses power. Every call may throw an error with a `code` (`ENOSPC`, `EIO`, `ENOENT`, …), as Node's do.
 */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statfsSync,
  statSync,
  unlinkSync,
  writevSync,
} from 'node:fs'

export interface SpoolFileSystem {
  open(path: string, flags: 'r' | 'r+' | 'w' | 'wx'): number
  close(fd: number): void
  /** Fills `into` from `position`; gives the bytes read, fewer at the end of the file. */
  read(fd: number, into: Uint8Array, position: number): number
  /** Writes the pieces one after the other at `position`; gives the bytes written, which may be fewer. */
  write(fd: number, pieces: readonly Uint8Array[], position: number): number
  /** Waits until the file's bytes and length are on the disk. */
  dataSync(fd: number): void
  dataSyncAsync(fd: number): Promise<void>
  truncate(fd: number, length: number): void
  /** Length in bytes, and a number that differs between two files that had the same name. */
  stat(fd: number): { readonly size: number; readonly inode: number }
  list(directory: string): string[]
  sizeOf(path: string): number
  unlink(path: string): void
  rename(from: string, to: string): void
  /** Gives a file a second name; throws EEXIST where that name is taken. */
  link(from: string, to: string): void
  /** Makes the directory and its parents. */
  makeDirectory(path: string): void
  /** Waits until names made, changed and removed in the directory are on the disk. */
  syncDirectory(path: string): void
  /** Bytes an ordinary user may still write on the disk that holds the directory. */
  freeBytes(directory: string): number
}

/** The real disk. */
export const nodeFileSystem: SpoolFileSystem = {
  open: (path, flags) => openSync(path, flags, 0o640),
  close: fd => closeSync(fd),
  read: (fd, into, position) => readSync(fd, into, 0, into.length, position),
  write: (fd, pieces, position) => writevSync(fd, pieces, position),
  dataSync: fd => fdatasyncSync(fd),
  dataSyncAsync: fd => new Promise((resolve, reject) => fdatasync(fd, error => (error === null ? resolve() : reject(error)))),
  truncate: (fd, length) => ftruncateSync(fd, length),
  stat: fd => {
    const { size, ino } = fstatSync(fd)
    return { size, inode: ino }
  },
  list: directory => readdirSync(directory),
  sizeOf: path => statSync(path).size,
  unlink: path => unlinkSync(path),
  rename: (from, to) => renameSync(from, to),
  link: (from, to) => linkSync(from, to),
  makeDirectory: path => {
    mkdirSync(path, { recursive: true })
  },
  syncDirectory: path => {
    const fd = openSync(path, 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  },
  freeBytes: directory => {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize
  },
}

/** The `code` of an error of the file system, `''` for anything else thrown. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
}

/** Fills `into` from `position` as far as the file goes; gives the bytes read. */
export function readFully(fs: SpoolFileSystem, fd: number, into: Uint8Array, position: number): number {
  let read = 0
  while (read < into.length) {
    const count = fs.read(fd, into.subarray(read), position + read)
    if (count === 0) break
    read += count
  }
  return read
}

/** Writes all pieces at `position`; goes on after short writes, and throws what the disk says when it takes no more. */
export function writeFully(fs: SpoolFileSystem, fd: number, pieces: readonly Uint8Array[], position: number): void {
  let total = 0
  for (const piece of pieces) total += piece.length
  let written = fs.write(fd, pieces, position)
  while (written < total) {
    const rest: Uint8Array[] = []
    let skip = written
    for (const piece of pieces) {
      if (skip < piece.length) rest.push(piece.subarray(skip))
      skip = Math.max(0, skip - piece.length)
    }
    const more = fs.write(fd, rest, position + written)
    if (more === 0) throw Object.assign(new Error('the disk takes no more bytes'), { code: 'ENOSPC' })
    written += more
  }
}
