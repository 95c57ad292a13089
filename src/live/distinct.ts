/**
 * How many different flows were seen in the last minute: one HyperLogLog a second, merged when asked (Flajolet et al., 2007; linear
 * counting below 2.5 registers' worth). 16,384 registers: 0.8 % standard error, near exact below 10,000.
 */

const BITS = 14
const REGISTERS = 1 << BITS
const SECONDS = 60

export interface DistinctFlows {
  /** Adds a flow by a 32-bit hash and a second one, independent of it. */
  add(hash: number, rest: number, second: number): void
  /** Different flows in the minute that ends with this second; rounded. */
  count(second: number): number
}

export function createDistinctFlows(): DistinctFlows {
  const registers = new Uint8Array(REGISTERS * SECONDS)
  const seconds = new Float64Array(SECONDS)

  return {
    add(hash, rest, second) {
      const ring = second % SECONDS
      const base = ring * REGISTERS
      if (seconds[ring] !== second) {
        seconds[ring] = second
        registers.fill(0, base, base + REGISTERS)
      }
      const at = base + (hash >>> (32 - BITS))
      const rank = Math.clz32(rest | 1) + 1
      if (rank > registers[at]!) registers[at] = rank
    },
    count(second) {
      const merged = new Uint8Array(REGISTERS)
      for (let ring = 0; ring < SECONDS; ring++) {
        if (seconds[ring]! <= second - SECONDS || seconds[ring]! > second) continue
        const base = ring * REGISTERS
        for (let at = 0; at < REGISTERS; at++) if (registers[base + at]! > merged[at]!) merged[at] = registers[base + at]!
      }
      let sum = 0
      let empty = 0
      for (let at = 0; at < REGISTERS; at++) {
        sum += 2 ** -merged[at]!
        if (merged[at] === 0) empty++
      }
      const estimate = (0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * (REGISTERS / sum)
      return Math.round(estimate <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : estimate)
    },
  }
}
