/** Blocks of nfdump files unpacked: LZ4 (lz4_Block_format.md) and LZO1X (as the Linux kernel's Documentation/staging/lzo.rst tells it). */

/** Thrown inside this room when packed bytes make no sense; a damaged block ends the reading of its file. */
export class DamagedBlock extends Error {}

/** Longest block; nfdump writes 1 MiB, and 5 MiB at most. */
export const MAX_BLOCK = 16 * 1024 * 1024

/** Output with its checks: nothing is written beyond it, nothing is copied from before it. */
function createOutput(most: number): {
  copy(from: Uint8Array, at: number, count: number): void
  repeat(distance: number, count: number): void
  bytes(): Uint8Array
} {
  let out = new Uint8Array(Math.min(most, 1 << 20))
  let end = 0
  function room(count: number): void {
    if (end + count > most) throw new DamagedBlock('a block is longer than it may be')
    if (end + count <= out.length) return
    const larger = new Uint8Array(Math.min(most, Math.max(end + count, out.length * 2)))
    larger.set(out.subarray(0, end))
    out = larger
  }
  return {
    copy(from, at, count) {
      if (at + count > from.length) throw new DamagedBlock('literals run over the end')
      room(count)
      out.set(from.subarray(at, at + count), end)
      end += count
    },
    repeat(distance, count) {
      if (distance <= 0 || distance > end) throw new DamagedBlock('a match begins before the block')
      room(count)
      // Byte by byte: a match may overlap what it writes.
      for (let left = count; left > 0; left--, end++) out[end] = out[end - distance]!
    },
    bytes: () => out.subarray(0, end),
  }
}

/** One LZ4 block without a frame. Throws DamagedBlock. */
export function unpackLz4(packed: Uint8Array, most = MAX_BLOCK): Uint8Array {
  const output = createOutput(most)
  let at = 0
  const next = (): number => {
    const byte = packed[at++]
    if (byte === undefined) throw new DamagedBlock('the block ends too soon')
    return byte
  }
  const length = (nibble: number): number => {
    let sum = nibble
    if (nibble === 15) {
      let byte: number
      do sum += byte = next()
      while (byte === 255)
    }
    return sum
  }
  while (at < packed.length) {
    const token = next()
    const literals = length(token >>> 4)
    output.copy(packed, at, literals)
    at += literals
    // The last sequence has no match.
    if (at >= packed.length) break
    const distance = next() | (next() << 8)
    output.repeat(distance, length(token & 15) + 4)
  }
  return output.bytes()
}

/** Literals just copied: none, one to three behind a match, or a run of four and more. */
const RUN = 4

/** One LZO1X block. Throws DamagedBlock. */
export function unpackLzo(packed: Uint8Array, most = MAX_BLOCK): Uint8Array {
  const output = createOutput(most)
  let at = 0
  const next = (): number => {
    const byte = packed[at++]
    if (byte === undefined) throw new DamagedBlock('the block ends too soon')
    return byte
  }
  /** A length of which the instruction has no bits left: zeros of 255 each, and the rest. */
  const long = (base: number): number => {
    let sum = base
    for (;;) {
      const byte = next()
      if (byte !== 0) return sum + byte
      sum += 255
    }
  }
  const literals = (count: number): void => {
    output.copy(packed, at, count)
    at += count
  }
  let state = 0
  const first = packed[0] ?? 0
  if (first > 17) {
    at = 1
    literals(first - 17)
    state = Math.min(first - 17, RUN)
  }
  for (;;) {
    const code = next()
    let behind: number
    if (code >= 64) {
      output.repeat(1 + ((code >> 2) & 7) + (next() << 3), (code >> 5) + 1)
      behind = code & 3
    } else if (code >= 32) {
      const count = ((code & 31) === 0 ? long(31) : code & 31) + 2
      const word = next() | (next() << 8)
      output.repeat(1 + (word >> 2), count)
      behind = word & 3
    } else if (code >= 16) {
      const count = ((code & 7) === 0 ? long(7) : code & 7) + 2
      const word = next() | (next() << 8)
      const far = ((code & 8) << 11) + (word >> 2)
      // A match at no distance ends the block.
      if (far === 0) return output.bytes()
      output.repeat(far + 0x4000, count)
      behind = word & 3
    } else if (state === 0) {
      literals((code === 0 ? long(15) : code) + 3)
      state = RUN
      continue
    } else {
      const near = (code >> 2) + (next() << 2)
      if (state === RUN) output.repeat(near + 0x801, 3)
      else output.repeat(near + 1, 2)
      behind = code & 3
    }
    literals(behind)
    state = behind
  }
}
