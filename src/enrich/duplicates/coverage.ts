/**
 * Which sampled traffic is seen elsewhere too. A sampler that missed a flow says nothing about it, so flows cannot be matched one by
 * one; but large flows leave a trace at every exporter they pass. Of the large flows of a class of rows (an exporter's, by its
 * interfaces) it is counted how many another observer saw: where that is nearly all of them, the whole class is seen there, and
 * only one of the two counts.
 *
 * Law: of traffic that several classes tell, the last one is never left out: a class is left out only in favour of others that stay.
 */
import { rankOf, type Classes } from './observers.ts'
import type { SavedCoverage } from './saved.ts'

/** A flow is large when others miss it with a chance of a few percent: this many times the largest sampling rate, packets. */
const LARGE = 4
/** Large flows of a class before anything is said of it. */
const ENOUGH = 12
/** Share of them that another observer must have seen, and the share below which that is taken back. */
const COVERED = 0.8
const UNCOVERED = 0.65
/** Counts are halved this often, so that what was true yesterday fades. */
const FADE_MS = 300_000
const REVIEW_MS = 2000
const FORGET_MS = 180_000
/** Flows followed at most; beyond that every second one, by its key, so that all exporters' rows are of the same flows. */
const MOST_FOLLOWED = 50_000
/** Classes kept over a restart. */
const MOST_SAVED = 10_000

/** A flow that is followed: which classes told it, how many packets each (times the sampling rate), the newest telling. */
interface Followed {
  readonly classes: number[]
  readonly packets: number[]
  seenMs: number
}

export interface Coverage {
  /** Whether a flow is among those that are followed, by the first word of its key. */
  follows(a: number): boolean
  /** Notes that a class told of so many packets of a flow that is followed, times the sampling rate. */
  note(a: number, b: number, told: number, packets: number, nowMs: number): void
  /** By class: 0 it counts, 1 another exporter tells its traffic, 2 the same exporter does elsewhere. */
  readonly leftOut: Uint8Array
  /** What is known, to be kept over a restart; and back. */
  save(): SavedCoverage
  restore(saved: SavedCoverage): void
  /** Looks again who tells what; does its work every two seconds. */
  review(nowMs: number): void
}

export function createCoverage(classes: Classes): Coverage {
  const { observer, exporter, rate } = classes
  const leftOut = new Uint8Array(observer.length)
  const followed = new Map<number, Followed>()
  /** Large flows of a class, and of those the ones that a class of another observer told. */
  const large = new Map<number, number>()
  const shared = new Map<number, Map<number, number>>()
  let mask = 0
  let reviewAtMs = 0
  let fadeAtMs = 0

  const limit = (): number => LARGE * classes.mostRate

  function credit(of: number, seenBy: number, times = 1): void {
    let counts = shared.get(of)
    if (counts === undefined) shared.set(of, (counts = new Map()))
    counts.set(seenBy, (counts.get(seenBy) ?? 0) + times)
  }

  /** A class told a flow of another observer for the first time: it is seen there too. */
  function meet(flow: Followed, told: number): void {
    if (flow.classes.some(other => observer[other] === observer[told])) return
    const least = limit()
    flow.classes.forEach((other, at) => {
      if (flow.packets[at]! >= least) credit(other, told)
    })
  }

  function grown(flow: Followed, told: number): void {
    large.set(told, (large.get(told) ?? 0) + 1)
    const observers = new Set([observer[told]])
    for (const other of flow.classes) {
      if (observers.has(observer[other])) continue
      observers.add(observer[other])
      credit(told, other)
    }
  }

  function fade(): void {
    for (const [told, count] of large) {
      if (count < 2 * ENOUGH) continue
      large.set(told, count / 2)
      for (const [other, met] of shared.get(told) ?? []) shared.get(told)?.set(other, met / 2)
    }
  }

  function forget(nowMs: number): void {
    for (const [key, flow] of followed) if (nowMs - flow.seenMs > FORGET_MS) followed.delete(key)
  }

  function thin(): void {
    mask = mask * 2 + 1
    for (const key of followed.keys()) if ((Math.floor(key / 65_536) & mask) !== 0) followed.delete(key)
  }

  /** Whether one observer saw nearly all of a class's large flows, by classes that are told to stand for it. */
  function isCovered(told: number, standing: (other: number) => boolean): boolean {
    const all = large.get(told) ?? 0
    if (all < ENOUGH) return false
    const byObserver = new Map<number, number>()
    for (const [other, met] of shared.get(told) ?? []) if (standing(other)) byObserver.set(observer[other]!, (byObserver.get(observer[other]!) ?? 0) + met)
    const needed = leftOut[told] === 0 ? COVERED : UNCOVERED
    return [...byObserver.values()].some(met => met >= needed * all)
  }

  /** Who is left out: from the least telling class to the best, in favour of those that stay. */
  function judge(): void {
    const told = [...large.keys()].filter(one => rate[one]! > 1).toSorted((one, other) => rankOf(classes, other, one))
    // First what an exporter tells twice itself: of that one telling is left for its own interfaces, whoever else tells it.
    const twice = new Set<number>()
    for (const one of told) if (isCovered(one, other => exporter[other] === exporter[one] && !twice.has(other))) twice.add(one)
    const gone = new Set(twice)
    for (const one of told) {
      if (twice.has(one)) continue
      if (isCovered(one, other => exporter[other] !== exporter[one] && !gone.has(other))) gone.add(one)
    }
    for (const one of told) leftOut[one] = twice.has(one) ? 2 : gone.has(one) ? 1 : 0
  }

  return {
    leftOut,
    follows: a => (a & mask) === 0,
    note(a, b, told, packets, nowMs) {
      const key = (a >>> 0) * 65_536 + b
      let flow = followed.get(key)
      if (flow === undefined) {
        if (followed.size >= MOST_FOLLOWED) thin()
        followed.set(key, (flow = { classes: [], packets: [], seenMs: nowMs }))
      }
      flow.seenMs = nowMs
      let at = flow.classes.indexOf(told)
      if (at < 0) {
        meet(flow, told)
        at = flow.classes.push(told) - 1
        flow.packets.push(0)
      }
      const before = flow.packets[at]!
      flow.packets[at] = before + packets
      const least = limit()
      if (before < least && before + packets >= least) grown(flow, told)
    },
    save() {
      const known = [...large.keys()].slice(0, MOST_SAVED)
      const at = new Map(known.map((told, index) => [told, index]))
      return {
        version: 1,
        classes: known.map(told => {
          const { exporter: address, ...place } = classes.place(told)
          const met = [...(shared.get(told) ?? [])].flatMap(([other, count]) => (at.has(other) ? [[at.get(other)!, count] as const] : []))
          return { exporter: address.toString(16), ...place, rate: rate[told]!, large: large.get(told)!, shared: met }
        }),
      }
    },
    restore(saved) {
      const numbers = saved.classes.map(({ exporter: address, ...place }) => classes.number({ exporter: BigInt(`0x${address}`), ...place }))
      saved.classes.forEach((one, index) => {
        const told = numbers[index]!
        rate[told] = one.rate
        large.set(told, one.large)
        for (const [at, count] of one.shared) {
          const other = numbers[at]
          if (other !== undefined) credit(told, other, count)
        }
      })
      judge()
    },
    review(nowMs) {
      if (nowMs < reviewAtMs) return
      reviewAtMs = nowMs + REVIEW_MS
      forget(nowMs)
      if (nowMs >= fadeAtMs) {
        if (fadeAtMs !== 0) fade()
        fadeAtMs = nowMs + FADE_MS
      }
      judge()
    },
  }
}
