/**
 * A table of flows with a few counters each, bounded and without an object a flow: rows of a typed array, eight to a set, found
 * by 64 bits of hash (two flows of a million share one with a chance of 1 in 37 million). Where a set is full the
 * row that was silent longest makes room, after the table has grown as far as it may.
 */

const WAYS = 8
/** Words of a row: hash 2, time 1, counters 4. */
const WORDS = 7
const FIRST_SETS = 16

/** Sets of all tables together: 64 MiB of rows. */
const MAX_SETS_IN_ALL = 299_593

export interface FlowTable {
  /**
   * The place in `words` of the counters of a flow, four words; new ones are zero. `isNew` tells afterwards whether it was. Rows
   * silent for longer than `lifetimeSeconds` are as good as none.
   */
  find(low: number, high: number, nowSeconds: number, lifetimeSeconds: number): number
  readonly isNew: boolean
  /** The counters; another array once the table has grown. */
  readonly words: Uint32Array
  /** Forgets the flow whose counters are at `at`. */
  forget(at: number): void
  /** Rows taken, expired ones too. */
  readonly size: number
}

/** What tables of one process share: how many sets there are in all. */
export interface FlowTables {
  create(maxSets?: number): FlowTable
}

/** Tables that take no more than `maxSets` sets together. */
export function createFlowTables(maxSetsInAll = MAX_SETS_IN_ALL): FlowTables {
  let inAll = 0
  return {
    create(maxSets = 8192) {
      let sets = FIRST_SETS
      let words = new Uint32Array(sets * WAYS * WORDS)
      let size = 0
      let isNew = false
      inAll += sets

      /** The row to use for a new flow in the set that begins at `first`: a free one, an expired one, or -1. */
      function freeIn(first: number, nowSeconds: number, lifetimeSeconds: number): number {
        for (let at = first; at < first + WAYS * WORDS; at += WORDS) {
          const seen = words[at + 2]!
          if (seen === 0 || nowSeconds - seen > lifetimeSeconds) return at
        }
        return -1
      }

      function oldestIn(first: number): number {
        let oldest = first
        for (let at = first + WORDS; at < first + WAYS * WORDS; at += WORDS) if (words[at + 2]! < words[oldest + 2]!) oldest = at
        return oldest
      }

      function grow(): void {
        const before = words
        inAll += sets
        sets *= 2
        words = new Uint32Array(sets * WAYS * WORDS)
        // A set's rows go to its two successors, so each has room for them.
        for (let at = 0; at < before.length; at += WORDS) {
          if (before[at + 2] === 0) continue
          const first = (before[at]! & (sets - 1)) * WAYS * WORDS
          words.set(before.subarray(at, at + WORDS), freeIn(first, 0, Number.POSITIVE_INFINITY))
        }
      }

      return {
        get isNew() {
          return isNew
        },
        get words() {
          return words
        },
        get size() {
          return size
        },
        find(low, high, nowSeconds, lifetimeSeconds) {
          for (;;) {
            const first = (low & (sets - 1)) * WAYS * WORDS
            for (let at = first; at < first + WAYS * WORDS; at += WORDS) {
              if (words[at] !== low || words[at + 1] !== high || words[at + 2] === 0) continue
              isNew = nowSeconds - words[at + 2]! > lifetimeSeconds
              if (isNew) words.fill(0, at + 3, at + WORDS)
              words[at + 2] = nowSeconds
              return at + 3
            }
            let at = freeIn(first, nowSeconds, lifetimeSeconds)
            if (at < 0 && sets < maxSets && inAll + sets <= maxSetsInAll) {
              grow()
              continue
            }
            if (at < 0) at = oldestIn(first)
            if (words[at + 2] === 0) size++
            isNew = true
            words[at] = low
            words[at + 1] = high
            words[at + 2] = nowSeconds
            words.fill(0, at + 3, at + WORDS)
            return at + 3
          }
        },
        forget(at) {
          words.fill(0, at - 3, at - 3 + WORDS)
          size--
        },
      }
    },
  }
}
