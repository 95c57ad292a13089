/** Structures told by enterprise, format and length: whether they fit, and what is known of those no rule reads. */
import type { SflowState, UnknownStructure } from '../types.ts'
import { padded } from './xdr.ts'

/** Enterprise, format and length in front of a record. */
const RECORD_HEAD = 8
/** Most unknown structures of a sub-agent that are kept in sight. */
const MAX_UNKNOWN = 64
const MAX_SAMPLE = 32
const KINDS: readonly UnknownStructure['kind'][] = ['sample', 'flow record', 'counter record']

/** Whether `count` records fit in `[start, end)`, so that they can be walked without another look. */
export function recordsFit(view: DataView, start: number, end: number, count: number): boolean {
  // Bound before the walk: each record has a head.
  if (count > (end - start) / RECORD_HEAD) return false
  let at = start
  for (let left = count; left > 0; left--) {
    if (at + RECORD_HEAD > end) return false
    const length = view.getUint32(at + 4)
    at += RECORD_HEAD
    if (length > end - at) return false
    // The padding of the last one may be missing.
    at += padded(length)
  }
  return true
}

/** Counts a structure no rule reads, and keeps a sample of the first. */
export function seeUnknown(state: SflowState, kind: UnknownStructure['kind'], format: number, view: DataView, at: number, length: number): void {
  const key = KINDS.indexOf(kind) * 2 ** 32 + format
  const known = state.unknown.get(key)
  if (known !== undefined) {
    known.count++
    known.length = length
    return
  }
  if (state.unknown.size >= MAX_UNKNOWN) return
  const sample = new Uint8Array(view.buffer, view.byteOffset + at, Math.min(length, MAX_SAMPLE)).slice()
  state.unknown.set(key, { kind, enterprise: format >>> 12, format: format & 0xfff, length, sample, count: 1 })
}
