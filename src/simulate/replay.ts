/**
 * A pool of datagrams sent round and round, for rates above what can be drawn flow by flow. Each time a datagram goes out it gets
 * its own sequence number and times, so that every one is valid and exact; only addresses, ports and counters repeat.
 */
import type { Body } from './exporter.ts'
import type { Built, Fleet } from './fleet.ts'

/** Where a sender gets its datagrams from. */
export interface Feed {
  /** See `Fleet.next`. */
  next(nowMs: number, budget: number): Built | undefined
  /** What is begun and not yet sent, datagram by datagram; for the end of a run. */
  flush(nowMs: number): Built | undefined
  /** Flows taken from the budget so far. */
  readonly drawn: number
  /** Whether all flows are drawn and sent. */
  readonly done: boolean
}

/** Datagrams of one exporter follow each other up to this many, as they do from a busy device; one system call sends them. */
const RUN = 16

/** Every flow drawn afresh. `flows` as in the configuration of the fleet. */
export function createFeed(fleet: Fleet, flows: number): Feed {
  let ended = false
  return {
    get drawn() {
      return fleet.drawn
    },
    get done() {
      return ended
    },
    next(nowMs, budget) {
      const built = fleet.next(nowMs, budget)
      if (built === undefined && fleet.drawn >= flows) ended = true
      return built
    },
    flush: nowMs => fleet.flush(nowMs),
  }
}

/** A pool of `size` datagrams drawn from the fleet, sent until `flows` are out. */
export function createReplay(fleet: Fleet, size: number, flows: number, nowMs: number): Feed {
  const bySource = fleet.exporters.map((): Body[] => [])
  for (let i = 0; i < size; i++) {
    const drawn = fleet.nextBody(nowMs)
    if (drawn === undefined) break
    bySource[drawn.source]!.push(drawn.body)
  }
  // Flows left in unfinished datagrams are no part of the pool.
  const empty = (atMs: number): void => {
    for (const { lanes } of fleet.exporters) for (const lane of lanes) if (lane.flows > 0) lane.take(atMs, false)
  }
  empty(nowMs)

  const pool: { readonly source: number; readonly body: Body; readonly view: DataView }[] = []
  const rounds = Math.max(0, ...bySource.map(bodies => Math.ceil(bodies.length / RUN)))
  for (let round = 0; round < rounds; round++) {
    bySource.forEach((bodies, source) => {
      for (const body of bodies.slice(round * RUN, (round + 1) * RUN))
        pool.push({ source, body, view: new DataView(body.bytes.buffer, body.bytes.byteOffset, body.bytes.length) })
    })
  }

  const waiting: Built[] = []
  let at = 0
  let drawn = 0
  return {
    get drawn() {
      return drawn
    },
    get done() {
      return drawn >= flows && waiting.length === 0
    },
    next(sendMs, budget) {
      const first = waiting.shift()
      if (first !== undefined) return first
      if (budget <= 0 || drawn >= flows) return undefined
      const { source, body, view } = pool[at]!
      if (body.sums.flows > flows - drawn) {
        // The last datagrams are drawn afresh, each from empty lanes, so that the number of flows is exactly the one asked for.
        empty(sendMs)
        const last = fleet.next(sendMs, Infinity, flows - drawn)
        drawn += last?.flows ?? 0
        return last
      }
      at = (at + 1) % pool.length
      const exporter = fleet.exporters[source]!
      const announced = exporter.announce(sendMs)
      exporter.stamp(body.bytes, view, body, sendMs, true)
      const built: Built = { datagram: body.bytes, source, ...body.sums }
      drawn += body.sums.flows
      if (announced.length === 0) return built
      for (const datagram of announced) waiting.push({ datagram, source, flows: 0, octets: 0, packets: 0, scaledOctets: 0, scaledPackets: 0 })
      waiting.push(built)
      return waiting.shift()
    },
    flush: () => waiting.shift(),
  }
}
