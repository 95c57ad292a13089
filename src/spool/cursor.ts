/**
 * Cursors: how far a sink has come. A file of 8 KiB for each, `cursors/<sink>.cursor`: two slots of 4 KiB, written in turn, the
 * higher generation with a good CRC counts. The file has its full size from the start, so advancing needs no disk space, and
 * a full disk drains. A cursor may lag, never lead: it is written after the sink has the rows.
 */
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { codeOf, readFully, writeFully, type SpoolFileSystem } from './file-system.ts'

const SLOT_BYTES = 4096
const SLOT_HEADER_BYTES = 16
const MAGIC = 0x5543_4c46

export const EXPIRY_REASONS = ['max_bytes', 'max_age', 'max_lag', 'corrupt', 'dead_letter'] as const
export type ExpiryReason = (typeof EXPIRY_REASONS)[number]

/** A range that is being given to the sink; it is repeated unchanged until the sink has it. */
export interface Plan {
  readonly epoch: number
  readonly from: number
  /** Seq behind the last row. */
  readonly to: number
  readonly token: string
}

export interface CursorState {
  readonly generation: number
  /** Of the spool the position belongs to. */
  readonly uuid: string
  /** Where this cursor began: `position - start = delivered + expired`. */
  readonly start: number
  /** Seq of the first row the sink does not have. */
  readonly position: number
  readonly delivered: number
  readonly expired: Readonly<Record<ExpiryReason, number>>
  readonly plan: Plan | null
}

export const NOTHING_EXPIRED: Readonly<Record<ExpiryReason, number>> = { max_bytes: 0, max_age: 0, max_lag: 0, corrupt: 0, dead_letter: 0 }

export const cursorDirectory = (directory: string): string => join(directory, 'cursors')
export const cursorPath = (directory: string, sink: string): string => join(cursorDirectory(directory), `${sink}.cursor`)

function encodeSlot(state: CursorState): Uint8Array {
  const slot = Buffer.alloc(SLOT_BYTES)
  const text = Buffer.from(JSON.stringify(state))
  if (text.length > SLOT_BYTES - SLOT_HEADER_BYTES) throw new RangeError(`cursor takes ${text.length} bytes`)
  slot.writeUInt32LE(MAGIC, 0)
  slot.writeUInt32LE(text.length, 8)
  text.copy(slot, SLOT_HEADER_BYTES)
  slot.writeUInt32LE(crc32(slot.subarray(8)), 4)
  return slot
}

function isCursorState(value: unknown): value is CursorState {
  return typeof value === 'object' && value !== null && 'generation' in value && 'uuid' in value && 'position' in value && 'expired' in value && 'plan' in value
}

function decodeSlot(slot: Buffer): CursorState | null {
  if (slot.length < SLOT_BYTES || slot.readUInt32LE(0) !== MAGIC || slot.readUInt32LE(4) !== crc32(slot.subarray(8))) return null
  const value: unknown = JSON.parse(slot.toString('utf8', SLOT_HEADER_BYTES, SLOT_HEADER_BYTES + slot.readUInt32LE(8)))
  return isCursorState(value) ? value : null
}

function readSlots(fs: SpoolFileSystem, fd: number): CursorState | null {
  const bytes = Buffer.alloc(2 * SLOT_BYTES)
  readFully(fs, fd, bytes, 0)
  const first = decodeSlot(bytes.subarray(0, SLOT_BYTES))
  const second = decodeSlot(bytes.subarray(SLOT_BYTES))
  if (first === null || second === null) return first ?? second
  return first.generation > second.generation ? first : second
}

/** What a cursor's file says, or null where there is none or both slots are damaged. */
export function readCursor(fs: SpoolFileSystem, path: string): CursorState | null {
  let fd: number
  try {
    fd = fs.open(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  try {
    return readSlots(fs, fd)
  } finally {
    fs.close(fd)
  }
}

/** All cursors of a stream by the name of their sink. A damaged one is given as null: nobody knows how far that sink is. */
export function readCursors(fs: SpoolFileSystem, directory: string): Map<string, CursorState | null> {
  const cursors = new Map<string, CursorState | null>()
  let names: string[]
  try {
    names = fs.list(cursorDirectory(directory))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return cursors
    throw error
  }
  for (const name of names) {
    if (name.endsWith('.cursor')) cursors.set(name.slice(0, -'.cursor'.length), readCursor(fs, join(cursorDirectory(directory), name)))
  }
  return cursors
}

export interface Cursor {
  readonly state: CursorState
  /** True where the file was missing or damaged, so that the position is the one given as the beginning. */
  readonly fresh: boolean
  /** True where both slots of an existing file were damaged: the sink will get rows twice. */
  readonly lost: boolean
  /** Writes the plan and waits until it is on the disk; only then may the sink see the range. */
  plan(plan: Plan): Promise<void>
  /** Gives a plan up. Only for a plan of which the sink has seen nothing. */
  abandon(): Promise<void>
  /**
   * Moves to `to`, clears the plan, adds to the counts, and waits for the disk. `delivered + expired` must fill the way. With
   * `keepPlan` the plan stays, for a way through it in steps.
   */
  advance(to: number, delivered: number, expired?: Partial<Record<ExpiryReason, number>>, keepPlan?: boolean): Promise<void>
  close(): void
}

/**
 * Opens the cursor of a sink, making it where there is none. `begin` says where a new one starts. A cursor of another spool is
 * begun anew. Methods reject with what the disk says; the state is then as before, and the call may be repeated.
 */
export function openCursor(options: { directory: string; sink: string; uuid: string; begin: () => number }, fs: SpoolFileSystem): Cursor {
  const path = cursorPath(options.directory, options.sink)
  fs.makeDirectory(cursorDirectory(options.directory))
  let existed = true
  let fd: number
  try {
    fd = fs.open(path, 'r+')
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    fd = -1
    existed = false
  }
  const found = fd < 0 ? null : readSlots(fs, fd)
  const fresh = found === null || found.uuid !== options.uuid
  let state: CursorState = fresh
    ? (at => ({ generation: (found?.generation ?? 0) + 1, uuid: options.uuid, start: at, position: at, delivered: 0, expired: NOTHING_EXPIRED, plan: null }))(
        options.begin(),
      )
    : found
  if (fresh) {
    if (fd >= 0) fs.close(fd)
    // Made beside and renamed, so that a power cut leaves the old file or the whole new one.
    const draft = `${path}.draft`
    fd = fs.open(draft, 'w')
    const slot = encodeSlot(state)
    writeFully(fs, fd, [slot, slot], 0)
    fs.dataSync(fd)
    fs.rename(draft, path)
    fs.syncDirectory(cursorDirectory(options.directory))
  } else {
    // What was read may be of a write whose sync failed before a kill: it is acted upon only once it is on the disk for certain.
    state = { ...state, generation: state.generation + 1 }
    try {
      writeFully(fs, fd, [encodeSlot(state)], (state.generation % 2) * SLOT_BYTES)
      fs.dataSync(fd)
    } catch (error) {
      fs.close(fd)
      throw error
    }
  }

  const write = async (next: Omit<CursorState, 'generation'>): Promise<void> => {
    const numbered: CursorState = { ...next, generation: state.generation + 1 }
    if (fd < 0) fd = fs.open(path, 'r+')
    try {
      writeFully(fs, fd, [encodeSlot(numbered)], (numbered.generation % 2) * SLOT_BYTES)
      await fs.dataSyncAsync(fd)
    } catch (error) {
      // A descriptor whose sync failed may call its lost pages clean; the next try writes the slot again by a new one.
      const failed = fd
      fd = -1
      fs.close(failed)
      throw error
    }
    state = numbered
  }

  return {
    get state() {
      return state
    },
    fresh,
    lost: existed && found === null,
    plan: plan => write({ ...state, plan }),
    abandon: () => write({ ...state, plan: null }),
    advance: (to, delivered, expired = {}, keepPlan = false) => {
      const sums = { ...state.expired }
      for (const reason of EXPIRY_REASONS) sums[reason] += expired[reason] ?? 0
      return write({ ...state, position: to, delivered: state.delivered + delivered, expired: sums, plan: keepPlan ? state.plan : null })
    },
    close() {
      if (fd >= 0) fs.close(fd)
      fd = -1
    },
  }
}
