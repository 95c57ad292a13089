/** Single values into a row of a batch, for decoders whose records are no template. */
import type { FlowBatch } from '../schema/index.ts'

/** `::ffff:` as it lies in the third word of an address, little-endian. */
const MAPPED = 0xffff_0000

/** A value of one element a row: octets, ports, numbers, codes. */
export function put(batch: FlowBatch, column: number, row: number, value: number): void {
  const values = batch.columns[column] ?? batch.need(column)
  values[row] = value
}

/** A value of two elements a row: counts, times, hardware addresses. */
export function putWide(batch: FlowBatch, column: number, row: number, low: number, high: number): void {
  const values = batch.columns[column] ?? batch.need(column)
  values[row * 2] = low
  values[row * 2 + 1] = high
}

/** Six bytes of hardware address at `at`. */
export function putMac(view: DataView, at: number, batch: FlowBatch, column: number, row: number): void {
  putWide(batch, column, row, view.getUint32(at + 2), view.getUint16(at))
}

/** An address of 4 or 16 bytes at `at`. A batch of IPv4 rows has no room for the wide ones. */
export function putAddress(view: DataView, at: number, version: 4 | 6, batch: FlowBatch, column: number, row: number): void {
  if (batch.family === 4 && version === 6) return
  const values = batch.columns[column] ?? batch.need(column)
  if (batch.family === 4) {
    values[row] = view.getUint32(at)
    return
  }
  const first = row * 4
  if (version === 4) {
    values[first + 2] = MAPPED
    values[first + 3] = view.getUint32(at, true)
    return
  }
  values[first] = view.getUint32(at, true)
  values[first + 1] = view.getUint32(at + 4, true)
  values[first + 2] = view.getUint32(at + 8, true)
  values[first + 3] = view.getUint32(at + 12, true)
}
