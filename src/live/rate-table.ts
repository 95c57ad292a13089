/**
 * Rates by key, for keys that may be a million: open addressing over typed arrays, no object per key. A key is 128 bits. A value
 * fades by `FADE` a second, so its sum over the seconds weighs the last ten or so; the rate is that sum times (1 - FADE).
 */

/** Where a key stood: as source or input, as destination or output, or either. */
export type Side = 0 | 1
export const EITHER = 2

/** What is left of a second's bytes a second later: a mean age of ten seconds. */
const FADE = 10 / 11

const powers = Float64Array.from({ length: 256 }, (_, seconds) => FADE ** seconds)
const fade = (seconds: number): number => (seconds < 256 ? (powers[seconds] as number) : 0)

export interface Ranked {
  /** The key's four words. */
  readonly key: readonly [number, number, number, number]
  /** Bytes a second, and of each side alone. */
  readonly rate: number
  readonly sides: readonly [number, number]
  /** Since the key was first seen. */
  readonly bytes: number
  readonly packets: number
  /** Seconds since 1970. */
  readonly firstSeen: number
  readonly lastSeen: number
}

export interface RateTable {
  /** Adds to one side of a key in this second. */
  add(k0: number, k1: number, k2: number, k3: number, side: Side, bytes: number, packets: number, second: number): void
  /** The keys with the highest rates on a side, and the rate of all together. */
  top(count: number, second: number, side: Side | typeof EITHER): { readonly rows: readonly Ranked[]; readonly rate: number }
  /** Keys seen within this many seconds. */
  active(second: number, within: number): number
  /** Forgets keys not seen for this many seconds. */
  sweep(second: number, within: number): void
}

interface Columns {
  readonly keys: Uint32Array
  /** Two sides a key. */
  readonly faded: Float64Array
  readonly bytes: Float64Array
  readonly packets: Float64Array
  readonly first: Uint32Array
  readonly last: Uint32Array
}

const columnsOf = (capacity: number): Columns => ({
  keys: new Uint32Array(capacity * 4),
  faded: new Float64Array(capacity * 2),
  bytes: new Float64Array(capacity),
  packets: new Float64Array(capacity),
  first: new Uint32Array(capacity),
  last: new Uint32Array(capacity),
})

const FIRST_CAPACITY = 1024

/** A table of at most `mostKeys` keys; a new key beyond is not taken (its bytes are in the totals, not in a list). */
export function createRateTable(mostKeys: number): RateTable {
  let capacity = FIRST_CAPACITY
  let used = 0
  let columns = columnsOf(capacity)

  /** The slot of a key, or of the free place where it belongs. A slot is free when it was never seen: `last` is 0. */
  function find(k0: number, k1: number, k2: number, k3: number): number {
    const { keys, last } = columns
    const mask = capacity - 1
    // The low bits of an address in a site hardly differ: all bits must reach the mask (MurmurHash3's finaliser).
    let hash = k3 ^ Math.imul(k2, 0x9e37_79b1) ^ Math.imul(k1, 0x27d4_eb2f) ^ Math.imul(k0, 0x1656_67b1)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
    hash ^= hash >>> 16
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      if (last[slot] === 0) return slot
      const at = slot * 4
      if (keys[at + 3] === k3 && keys[at + 2] === k2 && keys[at + 1] === k1 && keys[at] === k0) return slot
    }
  }

  function rebuild(to: number, keep: (slot: number) => boolean): void {
    const old = columns
    const slots = capacity
    capacity = to
    columns = columnsOf(capacity)
    used = 0
    for (let slot = 0; slot < slots; slot++) {
      if (old.last[slot] === 0 || !keep(slot)) continue
      const at = slot * 4
      const target = find(old.keys[at]!, old.keys[at + 1]!, old.keys[at + 2]!, old.keys[at + 3]!)
      columns.keys.set(old.keys.subarray(at, at + 4), target * 4)
      columns.faded[target * 2] = old.faded[slot * 2]!
      columns.faded[target * 2 + 1] = old.faded[slot * 2 + 1]!
      columns.bytes[target] = old.bytes[slot]!
      columns.packets[target] = old.packets[slot]!
      columns.first[target] = old.first[slot]!
      columns.last[target] = old.last[slot]!
      used++
    }
  }

  function sidesOf(slot: number, second: number): readonly [number, number] {
    const share = (1 - FADE) * fade(Math.max(0, second - columns.last[slot]!))
    return [columns.faded[slot * 2]! * share, columns.faded[slot * 2 + 1]! * share]
  }

  return {
    add(k0, k1, k2, k3, side, bytes, packets, second) {
      let slot = find(k0, k1, k2, k3)
      if (columns.last[slot] === 0) {
        if (used >= mostKeys) return
        if (used * 2 >= capacity) {
          rebuild(capacity * 2, () => true)
          slot = find(k0, k1, k2, k3)
        }
        used++
        const at = slot * 4
        columns.keys[at] = k0
        columns.keys[at + 1] = k1
        columns.keys[at + 2] = k2
        columns.keys[at + 3] = k3
        columns.first[slot] = second
        columns.last[slot] = second
      }
      const { faded, last } = columns
      const age = second - last[slot]!
      if (age > 0) {
        const left = fade(age)
        faded[slot * 2] = faded[slot * 2]! * left
        faded[slot * 2 + 1] = faded[slot * 2 + 1]! * left
        last[slot] = second
      }
      faded[slot * 2 + side] = faded[slot * 2 + side]! + bytes
      columns.bytes[slot] = columns.bytes[slot]! + bytes
      columns.packets[slot] = columns.packets[slot]! + packets
    },
    top(count, second, side) {
      const { keys, faded, last } = columns
      const best: { slot: number; rate: number }[] = []
      let sum = 0
      let least = 0
      for (let slot = 0; slot < capacity; slot++) {
        if (last[slot] === 0) continue
        const kept = side === EITHER ? faded[slot * 2]! + faded[slot * 2 + 1]! : faded[slot * 2 + side]!
        const rate = kept * fade(Math.max(0, second - last[slot]!))
        sum += rate
        if (rate <= least) continue
        best.push({ slot, rate })
        best.sort((a, b) => b.rate - a.rate)
        if (best.length > count) {
          best.pop()
          least = best[count - 1]!.rate
        }
      }
      const share = 1 - FADE
      return {
        rate: sum * share,
        rows: best.map(({ slot, rate }) => ({
          key: [keys[slot * 4]!, keys[slot * 4 + 1]!, keys[slot * 4 + 2]!, keys[slot * 4 + 3]!] as const,
          rate: rate * share,
          sides: sidesOf(slot, second),
          bytes: columns.bytes[slot]!,
          packets: columns.packets[slot]!,
          firstSeen: columns.first[slot]!,
          lastSeen: last[slot]!,
        })),
      }
    },
    active(second, within) {
      const { last } = columns
      const since = second - within
      let count = 0
      for (let slot = 0; slot < capacity; slot++) if (last[slot]! > since) count++
      return count
    },
    sweep(second, within) {
      const { last } = columns
      const since = second - within
      let keep = 0
      for (let slot = 0; slot < capacity; slot++) if (last[slot]! > since) keep++
      if (keep === used) return
      let to = FIRST_CAPACITY
      while (to < keep * 4) to *= 2
      rebuild(to, slot => last[slot]! > since)
    },
  }
}
