/** Text from the wire: UTF-8, cut at the first NUL, without what could fool a terminal or a page. */

const MAX_TEXT_BYTES = 1024
const decoder = new TextDecoder()
// Control characters, line ends and the marks that turn the direction of writing (RELIABILITY §3.1).
const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** The text of `length` bytes at `at`; ill-formed UTF-8 becomes U+FFFD, at most 1,024 bytes are kept. */
export function readText(view: DataView, at: number, length: number): string {
  let end = Math.min(length, MAX_TEXT_BYTES)
  let plain = true
  for (let index = 0; index < end; index++) {
    const byte = view.getUint8(at + index)
    if (byte === 0) {
      end = index
      break
    }
    if (byte < 32 || byte > 126) plain = false
  }
  if (end === 0) return ''
  const text = decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at, end))
  return (plain ? text : text.replace(HOSTILE, '')).trim()
}
