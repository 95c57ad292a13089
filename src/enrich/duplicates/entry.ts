/**
 * How a flow lies in the table: five words, three flows in a line of the processor's cache.
 *
 * 32 bits of the key · end of what is told · seconds of the last telling (16) and length of what is told (16) · who told it (16) and
 * 16 more bits of the key · hash of the last record. An alias leads to the entry of another key, which stands in place of end and
 * record. All values are signed words; times are in ticks, modulo 2^32.
 */
export const LINE = 16
export const WORDS = 5
export const WAYS = 3
/** Times are told in these, so that 16 bits of length hold more than two hours. */
export const TICK_MS = 128
/** Stands for who told it where the entry is another name. */
export const ALIAS = 0xffff
const MOST_LENGTH = 0xffff

export const ownerOf = (words: Int32Array, at: number): number => words[at + 3]! >>> 16
/** Seconds of the last telling, modulo 2^16. */
export const stampOf = (words: Int32Array, at: number): number => words[at + 2]! >>> 16
/** Whether the entry is of this key. */
export const isKey = (words: Int32Array, at: number, a: number, b: number): boolean =>
  words[at] === a && (words[at + 3]! & 0xffff) === b && words[at + 3]! >>> 16 !== 0
/** Writes who told a flow, from when to when in ticks, with the hash of the record; `now` in seconds. */
export function writeFlow(words: Int32Array, at: number, owner: number, b: number, start: number, end: number, record: number, now: number): void {
  words[at + 1] = end
  words[at + 2] = ((now & 0xffff) << 16) | Math.min(MOST_LENGTH, Math.max(0, (end - start) | 0))
  words[at + 3] = (owner << 16) | b
  words[at + 4] = record
}
