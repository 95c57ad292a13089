/** Text from the wire: UTF-8, cut at the first NUL, without what could fool a terminal or a page. */

const MAX_TEXT_BYTES = 1024
const decoder = new TextDecoder()
// Control characters, line ends and the marks that turn the direction of writing (RELIABILITY §3.1).
const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

// The same few names come again and again: those read lately are found by their bytes, which spares making a string of each.
const SLOTS = 2048
const SLOT_BYTES = 64
const kept: string[] = Array.from({ length: SLOTS }, () => '')
const keptLengths = new Uint8Array(SLOTS)
const keptBytes = new Uint8Array(SLOTS * SLOT_BYTES)

function isKept(view: DataView, at: number, length: number, slot: number): boolean {
  if (keptLengths[slot] !== length) return false
  for (let index = 0, from = slot * SLOT_BYTES; index < length; index++) if (keptBytes[from + index] !== view.getUint8(at + index)) return false
  return true
}

/** The text of `length` bytes at `at`; ill-formed UTF-8 becomes U+FFFD, at most 1,024 bytes are kept. */
export function readText(view: DataView, at: number, length: number): string {
  let end = Math.min(length, MAX_TEXT_BYTES)
  let plain = true
  let hash = 0x811c_9dc5
  for (let index = 0; index < end; index++) {
    const byte = view.getUint8(at + index)
    if (byte === 0) {
      end = index
      break
    }
    if (byte < 32 || byte > 126) plain = false
    hash = Math.imul(hash ^ byte, 0x0100_0193)
  }
  if (end === 0) return ''
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
  if (isKept(view, at, end, slot)) return kept[slot]!
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, end)
  const decoded = decoder.decode(bytes)
  const text = (plain ? decoded : decoded.replace(HOSTILE, '')).trim()
  if (end <= SLOT_BYTES) {
    kept[slot] = text
    keptLengths[slot] = end
    keptBytes.set(bytes, slot * SLOT_BYTES)
  }
  return text
}
