/** Changes to an input: bits, numbers that hurt, pieces cut, doubled, moved and taken from others. */

/** Whole numbers in [0, below). */
export type Random = (below: number) => number

/** What a target is fed: one part or several, in order. */
export type Input = readonly Uint8Array[]

/** mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

/** Most bytes a part grows to: that of a UDP payload. */
const MOST_BYTES = 65_507
/** Inputs stay small, so that many of them run. */
const USUAL_BYTES = 2048
const MOST_PARTS = 8
const HURT = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 31, 63, 64, 127, 128, 254, 255, 256, 257, 0x3fff, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff] as const

const pick = <T>(from: readonly T[], random: Random): T => from[random(from.length)] as T

function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = Math.min(
    MOST_BYTES,
    pieces.reduce((sum, { length: one }) => sum + one, 0),
  )
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece.subarray(0, length - at), at)
    at = Math.min(length, at + piece.length)
  }
  return whole
}

/** Changes bytes in place. */
function overwrite(bytes: Uint8Array, random: Random): void {
  const at = random(bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const even = at & ~1
  switch (random(6)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8))
      break
    case 1:
      bytes[at] = random(256)
      break
    case 2:
      if (even + 2 <= bytes.length) view.setUint16(even, pick(HURT, random))
      break
    case 3:
      if (even + 4 <= bytes.length) view.setUint32(even, random(2) === 0 ? pick(HURT, random) : (pick(HURT, random) * 65_537) >>> 0)
      break
    case 4:
      // A number near the one that stands there: lengths and counts that are almost right.
      if (even + 2 <= bytes.length) view.setUint16(even, (view.getUint16(even) + random(9) - 4) & 0xffff)
      break
    default: {
      // A 16-bit number of another place: element, template and set numbers meet.
      const from = random(bytes.length) & ~1
      if (even + 2 <= bytes.length && from + 2 <= bytes.length) view.setUint16(even, view.getUint16(from))
    }
  }
}

function reshape(bytes: Uint8Array<ArrayBuffer>, other: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  // Structures of flow protocols lie on 2 or 4 bytes.
  const step = pick([1, 2, 4, 4], random)
  const place = (): number => Math.floor(random(bytes.length + 1) / step) * step
  const [from, to] = [place(), place()].toSorted((a, b) => a - b) as [number, number]
  switch (random(5)) {
    case 0:
      return bytes.slice(0, from)
    case 1:
      return joined(bytes.subarray(0, from), bytes.subarray(Math.min(to, from + 64)))
    case 2:
      return joined(bytes.subarray(0, to), bytes.subarray(from))
    case 3: {
      const start = Math.floor(random(other.length + 1) / step) * step
      return joined(bytes.subarray(0, from), other.subarray(start, start + 4 + random(60)), bytes.subarray(from))
    }
    default:
      return joined(
        bytes.subarray(0, from),
        Uint8Array.from({ length: step * (1 + random(4)) }, () => random(256)),
        bytes.subarray(from),
      )
  }
}

/** A changed copy. `repair` puts lengths and checks of a part right again, so that changes get past the first look; it is used mostly. */
export function mutate(input: Input, other: Input, random: Random, repair?: (part: Uint8Array) => void): Input {
  const parts = input.map(part => Uint8Array.from(part))
  for (let changes = 1 << random(4); changes > 0; changes--) {
    const index = random(parts.length)
    const part = parts[index] ?? new Uint8Array(0)
    const kind = random(12)
    if (kind === 0 && parts.length > 1) parts.splice(index, 1)
    else if (kind === 1 && parts.length < MOST_PARTS) parts.splice(index, 0, Uint8Array.from(random(2) === 0 ? part : pick(other, random)))
    else if (kind === 2 && parts.length > 1) parts.push(...parts.splice(index, 1))
    else if (kind < 6 || part.length === 0) {
      const changed = reshape(part, pick(other, random), random)
      parts[index] = changed.length > USUAL_BYTES && random(50) !== 0 ? changed.slice(0, USUAL_BYTES) : changed
    } else overwrite(part, random)
  }
  if (repair !== undefined && random(4) !== 0) for (const part of parts) repair(part)
  return parts
}
