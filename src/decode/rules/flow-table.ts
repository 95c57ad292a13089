/**
 * A table of flows with counters, bounded and without an object a flow: rows of a typed array, eight to a set, found by 64 bits of
 * hash (two of a million flows share one with a chance of 1 in 37 million). Where a set is full the table grows as far as it
 * may; then the row that was silent longest makes room.
 */

const WAYS = 8
/** Words of a row: hash 2, time 1, counters 8. */
const WORDS = 11
const SET = WAYS * WORDS
/** Where a row has its time, and where its counters begin. */
const TIME = 2
const COUNTERS = 3
const FIRST_SETS = 4
/** 65,536 flows of one exporter. */
const MAX_SETS = 8192
/** Sets of all tables of a decoder: 64 MiB. */
const MAX_SETS_IN_ALL = 190_650

export interface FlowTable {
  /** The place of a flow's counters as `find` gives it, or -1 where the table does not have the flow. */
  lookup(low: number, high: number, nowSeconds: number, lifetimeSeconds: number): number
  /**
   * The place in `words` of the eight counters of a flow; those of a new one are zero, `isNew` tells afterwards. A row silent for
   * longer than `lifetimeSeconds` is as good as none. Times are seconds, not 0.
   */
  find(low: number, high: number, nowSeconds: number, lifetimeSeconds: number): number
  readonly isNew: boolean
  /** The counters; another array once the table has grown. */
  readonly words: Uint32Array
  /** When the flow whose counters are at `at` was found last, seconds. */
  seenAt(at: number): number
  /** Forgets the flow whose counters are at `at`. */
  forget(at: number): void
  /** Gives its memory back to the other tables; it is not used again. */
  release(): void
  /** Flows it has room for without growing. */
  readonly capacity: number
}

/** What tables share: the memory they may take together. */
export interface FlowTables {
  create(): FlowTable
}

/** Makes tables of up to `maxSets` sets of eight flows, and up to `maxSetsInAll` together. */
export function createFlowTables(maxSets = MAX_SETS, maxSetsInAll = MAX_SETS_IN_ALL): FlowTables {
  let inAll = 0
  return {
    create() {
      let sets = FIRST_SETS
      let words = new Uint32Array(sets * SET)
      let isNew = false
      inAll += sets

      /** The row of a flow, or -1. */
      function locate(low: number, high: number, nowSeconds: number, lifetimeSeconds: number): number {
        const first = (low & (sets - 1)) * SET
        for (let at = first; at < first + SET; at += WORDS) {
          if (words[at] === low && words[at + 1] === high && words[at + TIME] !== 0 && nowSeconds - words[at + TIME]! <= lifetimeSeconds) return at
        }
        return -1
      }

      /** A row of the set at `first` that is free or expired; -1 where all are taken. */
      function freeIn(first: number, nowSeconds: number, lifetimeSeconds: number): number {
        for (let at = first; at < first + SET; at += WORDS) {
          const seen = words[at + TIME]!
          if (seen === 0 || nowSeconds - seen > lifetimeSeconds) return at
        }
        return -1
      }

      function oldestIn(first: number): number {
        let oldest = first
        for (let at = first + WORDS; at < first + SET; at += WORDS) if (words[at + TIME]! < words[oldest + TIME]!) oldest = at
        return oldest
      }

      function grow(): void {
        const before = words
        inAll += sets
        sets *= 2
        words = new Uint32Array(sets * SET)
        // The rows of a set go to two sets, so each of those has room for them.
        for (let at = 0; at < before.length; at += WORDS) {
          if (before[at + TIME] === 0) continue
          words.set(before.subarray(at, at + WORDS), freeIn((before[at]! & (sets - 1)) * SET, 0, Number.POSITIVE_INFINITY))
        }
      }

      function take(low: number, high: number, nowSeconds: number, lifetimeSeconds: number): number {
        let at = freeIn((low & (sets - 1)) * SET, nowSeconds, lifetimeSeconds)
        while (at < 0 && sets < maxSets && inAll + sets <= maxSetsInAll) {
          grow()
          at = freeIn((low & (sets - 1)) * SET, nowSeconds, lifetimeSeconds)
        }
        if (at < 0) at = oldestIn((low & (sets - 1)) * SET)
        words.fill(0, at + COUNTERS, at + WORDS)
        words[at] = low
        words[at + 1] = high
        return at
      }

      return {
        get isNew() {
          return isNew
        },
        get words() {
          return words
        },
        get capacity() {
          return sets * WAYS
        },
        lookup(low, high, nowSeconds, lifetimeSeconds) {
          const at = locate(low, high, nowSeconds, lifetimeSeconds)
          return at < 0 ? -1 : at + COUNTERS
        },
        find(low, high, nowSeconds, lifetimeSeconds) {
          let at = locate(low, high, nowSeconds, lifetimeSeconds)
          isNew = at < 0
          if (isNew) at = take(low, high, nowSeconds, lifetimeSeconds)
          words[at + TIME] = nowSeconds
          return at + COUNTERS
        },
        release() {
          inAll -= sets
          words = new Uint32Array(0)
        },
        seenAt: at => words[at - COUNTERS + TIME]!,
        forget(at) {
          words.fill(0, at - COUNTERS, at - COUNTERS + WORDS)
        },
      }
    },
  }
}
