/** What the structures of sFlow are made of (RFC 4506): addresses and byte strings, everything on four bytes. */
import type { FlowBatch } from '../../schema/index.ts'
import { readText } from '../compile/text.ts'
import { put, putAddress } from '../put.ts'

export const padded = (length: number): number => length + ((4 - (length % 4)) % 4)

/** Behind the address at `at`: a type (0 none, 1 IPv4, 2 IPv6), then its bytes. -1 when it does not fit or the type is another. */
export function behindAddress(view: DataView, at: number, end: number): number {
  if (at < 0 || at + 4 > end) return -1
  const type = view.getUint32(at)
  if (type > 2) return -1
  const next = at + (type === 0 ? 4 : type === 1 ? 8 : 20)
  return next > end ? -1 : next
}

/** Behind the byte string at `at`: its length, its bytes, zeroes up to four; -1 when it does not fit. */
export function behindBytes(view: DataView, at: number, end: number): number {
  if (at < 0 || at + 4 > end) return -1
  const length = view.getUint32(at)
  // The padding of the last one may be missing.
  return at + 4 + length > end ? -1 : Math.min(end, at + 4 + padded(length))
}

/** The text at `at`, a byte string that `behindBytes` has found whole. */
export const textAt = (view: DataView, at: number): string => readText(view, at + 4, view.getUint32(at))

/** Puts the text at `at` into a column unless it is empty. */
export function putText(view: DataView, at: number, batch: FlowBatch, column: number, row: number): void {
  const text = textAt(view, at)
  if (text !== '') put(batch, column, row, batch.code(column, text))
}

/** Puts the address at `at`, which `behindAddress` has found whole, into a column; 0.0.0.0 and no address are none. */
export function putTold(view: DataView, at: number, batch: FlowBatch, column: number, row: number): void {
  const type = view.getUint32(at)
  if (type === 2) putAddress(view, at + 4, 6, batch, column, row)
  else if (type === 1 && view.getUint32(at + 4) !== 0) putAddress(view, at + 4, 4, batch, column, row)
}
