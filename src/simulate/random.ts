/** Randomness that a seed decides: one stream of numbers, the same on every machine. */

export interface Random {
  /** A whole number below 2^32. */
  u32(): number
  /** A number in [0, 1). */
  unit(): number
  /** A whole number in [0, below); `below` is at most 2^32. */
  int(below: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** A log-normal number with this median; `sigma` is the spread of its logarithm. */
  logNormal(median: number, sigma: number): number
  /** An exponential number with this mean. */
  exponential(mean: number): number
  /** A random stream of its own; the same label gives the same stream. */
  fork(label: number): Random
}

/** Quantiles of the standard normal distribution, so that a normal number costs one table look-up. */
const NORMAL = normalQuantiles(4096)

function normalQuantiles(size: number): Float64Array {
  const table = new Float64Array(size)
  // The distribution function is integrated once from -6 in small steps; each quantile is read off on the way.
  const step = 1e-4
  let area = 0
  let z = -6
  for (let i = 0; i < size; i++) {
    const wanted = (i + 0.5) / size
    while (area < wanted && z < 6) {
      area += (Math.exp(-0.5 * z * z) * step) / Math.sqrt(2 * Math.PI)
      z += step
    }
    table[i] = z
  }
  return table
}

/** Spreads a seed over the four words of a state (splitmix32). */
function* spread(seed: number): Generator<number, never> {
  let state = seed >>> 0
  for (;;) {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    yield (mixed ^ (mixed >>> 15)) >>> 0
  }
}

/** A stream of random numbers (sfc32) from a seed of 32 bits. */
export function createRandom(seed: number): Random {
  const words = spread(seed)
  let a = words.next().value | 0
  let b = words.next().value | 0
  let c = words.next().value | 0
  let counter = 1

  const u32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let i = 0; i < 12; i++) u32()

  const unit = (): number => u32() * 2 ** -32
  return {
    u32,
    unit,
    int: below => Math.floor(unit() * below),
    chance: probability => unit() < probability,
    logNormal: (median, sigma) => median * Math.exp(sigma * NORMAL[u32() & 4095]!),
    exponential: mean => -mean * Math.log(1 - unit()),
    fork: label => createRandom((Math.imul(seed + 1, 0x85ebca6b) ^ Math.imul(label + 1, 0xc2b2ae35)) >>> 0),
  }
}

/** Draws an index with a chance in proportion to its weight, in constant time (alias method). */
export function createAlias(weights: readonly number[]): (random: Random) => number {
  const size = weights.length
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const share = Float64Array.from(weights, weight => (weight * size) / total)
  const alias = new Uint32Array(size)
  const small: number[] = []
  const large: number[] = []
  share.forEach((value, index) => (value < 1 ? small : large).push(index))
  while (small.length > 0 && large.length > 0) {
    const low = small.pop()!
    const high = large.pop()!
    alias[low] = high
    share[high] = share[high]! + share[low]! - 1
    ;(share[high]! < 1 ? small : large).push(high)
  }
  for (const rest of [...small, ...large]) share[rest] = 1
  return random => {
    const index = random.int(size)
    return random.unit() < share[index]! ? index : alias[index]!
  }
}

/** Draws a rank below `size` by Zipf's law: rank r is drawn in proportion to 1 / (r + 1)^exponent. */
export function createZipf(size: number, exponent: number): (random: Random) => number {
  return createAlias(Array.from({ length: size }, (_, rank) => 1 / (rank + 1) ** exponent))
}
