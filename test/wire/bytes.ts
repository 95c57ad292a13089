/** Datagrams written byte by byte, big-endian, and the random numbers they are drawn from: apart from the product's own encoders. */

/** Draws: whole numbers in [0, below), one of a list, true once in so many. */
export interface Draw {
  (below: number): number
  of<T>(from: readonly T[]): T
  once(inSoMany: number): boolean
}

/** xorshift128 on a seed spread by a multiplicative hash, another generator than the product's. */
export function drawFrom(seed: number): Draw {
  let [a, b, c, d] = [0x9e3779b9 ^ seed, Math.imul(seed + 1, 0x85ebca6b), Math.imul(seed + 2, 0xc2b2ae35), 0x27d4eb2f] as [number, number, number, number]
  const next = (): number => {
    const t = d ^ (d << 11)
    d = c
    c = b
    b = a
    a = (a ^ (a >>> 19) ^ t ^ (t >>> 8)) | 0
    return a >>> 0
  }
  for (let warm = 0; warm < 16; warm++) next()
  const below = (most: number): number => Math.floor((next() / 4_294_967_296) * most)
  return Object.assign(below, { of: <T>(from: readonly T[]): T => from[below(from.length)] as T, once: (inSoMany: number): boolean => below(inSoMany) === 0 })
}

/** A number of so many bytes; what does not fit is cut off at the top. */
export function uint(value: number | bigint, length: number): number[] {
  const all: number[] = []
  for (let rest = BigInt(value), left = length; left > 0; left--, rest >>= 8n) all.unshift(Number(rest & 0xffn))
  return all
}

export const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255]
export const u32 = (value: number): number[] => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]

/** So many bytes drawn at random. */
export const noise = (draw: Draw, length: number): number[] => Array.from({ length }, () => draw(256))

export const zeros = (length: number): number[] => Array.from({ length }, () => 0)
