/** The counters of a row, for rules that work on them. Values are exact up to 2^53. */
import { indexOf, type FlowBatch } from '../../schema/index.ts'

/** bytes, packets and those of the other direction, in the order their words stand in a flow table. */
export const COUNTERS = [indexOf('bytes'), indexOf('packets'), indexOf('reverse_bytes'), indexOf('reverse_packets')] as const

export const readCounter = (words: ArrayLike<number>, at: number): number => words[at + 1]! * 4_294_967_296 + words[at]!

export function writeCounter(words: { [index: number]: number }, at: number, value: number): void {
  words[at] = value
  words[at + 1] = value / 4_294_967_296
}

/** A counter of a row; 0 where the batch has no such column. */
export function counterOf(batch: FlowBatch, column: number, row: number): number {
  const words = batch.columns[column]
  return words === undefined ? 0 : readCounter(words, row * 2)
}

/** Sets a counter of a row whose column exists. */
export function setCounter(batch: FlowBatch, column: number, row: number, value: number): void {
  const words = batch.columns[column]
  if (words !== undefined) writeCounter(words, row * 2, value)
}
