/**
 * What exporters taught, on the disk: one file, `templates/exporters.log`, a line an exporter, the newest line of an address holds. A
 * line is `checksum time address JSON`; one that does not fit its checksum costs only itself, as a torn end does. Changed
 * exporters are appended; when most of the file is old lines it is written anew, beside it and renamed.
 *
 * Any thread may look for any exporter: which one an exporter belongs to is the kernel's choice, and differs after a restart with
 * another number of threads.
 */
import { closeSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { readSaved, type SavedExporter } from '../decode/index.ts'
import { toError } from '../schema/index.ts'
import type { Log } from '../telemetry/index.ts'

const HEAD = 'flowlens-exporters 1'
const MiB = 1024 * 1024
/** Exporters that were not saved again for longer are given up: their templates would have expired long before. */
const KEPT_MS = 24 * 3600 * 1000
/** Most bytes of one exporter, and of all: what a flood of made-up exporters leaves is no treasure. */
const MAX_LINE_BYTES = 8 * MiB
const MAX_LIVE_BYTES = 128 * MiB
/** The file is written anew when it is so much longer than what holds in it. */
const SLACK = 2
const SLACK_BYTES = 4 * MiB

interface Line {
  readonly at: number
  readonly bytes: number
}

/** Where each exporter's line lies; crosses threads without a copy. */
export interface SavedStates {
  readonly bytes: SharedArrayBuffer
  readonly lines: ReadonlyMap<string, Line>
}

/** The exporter of a changed state as one line of the file. */
export function stateLine(address: bigint, saved: SavedExporter): string {
  const body = `${saved.at} ${address.toString(16)} ${JSON.stringify(saved)}`
  return `${crc32(body).toString(16).padStart(8, '0')} ${body}\n`
}

/** What was saved of an exporter; null where nothing was, or what was is damaged. */
export function stateOf({ bytes, lines }: SavedStates, address: bigint): SavedExporter | null {
  const line = lines.get(address.toString(16))
  if (line === undefined) return null
  const text = Buffer.from(bytes, line.at, line.bytes).toString('utf8')
  return readSaved(JSON.parse(text.slice(text.indexOf('{'))))
}

interface Scan {
  readonly lines: Map<string, Line>
  readonly damaged: number
  readonly known: boolean
}

/** Finds the newest whole line of each exporter. */
function scan(file: Uint8Array, nowMs: number): Scan {
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const lines = new Map<string, Line>()
  const first = buffer.indexOf(10)
  if (buffer.length > 0 && (first < 0 || buffer.toString('latin1', 0, first) !== HEAD)) return { lines, damaged: 0, known: false }
  let damaged = 0
  for (let at = first + 1; at < buffer.length;) {
    const end = buffer.indexOf(10, at)
    const stop = end < 0 ? buffer.length : end
    const [checksum = '', time = '', address = ''] = buffer.toString('latin1', at, Math.min(stop, at + 80)).split(' ')
    if (end < 0 || Number.parseInt(checksum, 16) !== crc32(buffer.subarray(at + 9, stop))) damaged++
    else if (nowMs - Number(time) <= KEPT_MS) lines.set(address, { at, bytes: stop - at })
    else lines.delete(address)
    at = stop + 1
  }
  return { lines, damaged, known: true }
}

export interface StateFile {
  /** What the last run left. */
  readonly states: SavedStates
  /** Appends lines of changed exporters (`stateLine`); on the disk when it returns. */
  append(lines: readonly string[]): void
  close(): void
}

const addressOf = (line: string): string => line.slice(0, 80).split(' ')[2] ?? ''

/** Opens the file of a directory, tidied. A file that cannot be read or written is told and done without: it costs the first datagrams only. */
export function openStateFile(directory: string, deps: { readonly log: Log; readonly nowMs: number }): StateFile {
  const { log } = deps
  const path = join(directory, 'exporters.log')
  const live = new Map<string, number>()
  let liveBytes = 0
  let fileBytes = 0
  let fd: number | null = null

  function fail(what: string, thrown: unknown): void {
    log.warn(what, { path, code: 'FL_RECEIVE_STATE', error: toError(thrown).message })
    if (fd !== null) closeSync(fd)
    fd = null
  }

  function read(): Buffer {
    try {
      return readFileSync(path)
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) fail('saved templates cannot be read', thrown)
      return Buffer.alloc(0)
    }
  }

  /** Writes the lines that hold to a new file and puts it in the place of the old. */
  function rewrite(file: Uint8Array, lines: ReadonlyMap<string, Line>): void {
    const fresh = `${path}.new`
    const out = openSync(fresh, 'w', 0o600)
    writeSync(out, `${HEAD}\n`)
    fileBytes = HEAD.length + 1
    liveBytes = 0
    live.clear()
    for (const [address, { at, bytes }] of lines) {
      // With its line end.
      writeSync(out, file, at, bytes + 1)
      fileBytes += bytes + 1
      liveBytes += bytes + 1
      live.set(address, bytes + 1)
    }
    fsyncSync(out)
    closeSync(out)
    if (fd !== null) closeSync(fd)
    fd = null
    renameSync(fresh, path)
    const folder = openSync(directory, 'r')
    fsyncSync(folder)
    closeSync(folder)
    fd = openSync(path, 'a', 0o600)
  }

  const file = read()
  const { lines, damaged, known } = scan(file, deps.nowMs)
  if (!known) log.warn('saved templates are of another version or damaged; they are ignored', { path, code: 'FL_RECEIVE_STATE' })
  else if (damaged > 0) log.warn('saved templates of some exporters are damaged; they are ignored', { path, code: 'FL_RECEIVE_STATE', exporters: damaged })
  const bytes = new SharedArrayBuffer(lines.size === 0 ? 0 : file.length)
  if (lines.size > 0) new Uint8Array(bytes).set(file)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    rewrite(file, lines)
  } catch (thrown) {
    fail('templates cannot be saved', thrown)
  }

  return {
    states: { bytes, lines },
    append(added) {
      if (fd === null) return
      try {
        for (const line of added) {
          const length = Buffer.byteLength(line)
          const address = addressOf(line)
          const grows = length - (live.get(address) ?? 0)
          if (length > MAX_LINE_BYTES || liveBytes + grows > MAX_LIVE_BYTES) continue
          writeSync(fd, line)
          live.set(address, length)
          liveBytes += grows
          fileBytes += length
        }
        fdatasyncSync(fd)
        if (fileBytes > SLACK * liveBytes + SLACK_BYTES) {
          const old = readFileSync(path)
          rewrite(old, scan(old, 0).lines)
        }
      } catch (thrown) {
        fail('templates cannot be saved any more', thrown)
      }
    },
    close() {
      if (fd !== null) closeSync(fd)
      fd = null
    },
  }
}
