/** The network put together: traffic, wires and exporters give datagrams in order of time, and the truth beside them. */
import { createConversations, type Conversation, type TrafficConfig } from './conversations.ts'
import { crossingsOf, type Crossing, type Route } from './crossings.ts'
import { exportRouter, type ExporterConfig } from './exporter.ts'
import type { Datagram } from './pack.ts'
import { countTruth, type Truth } from './truth.ts'

export interface NetworkConfig {
  /** When the network starts, ms since 1970; every ms elsewhere counts from here. */
  readonly startMs: number
  readonly traffic: TrafficConfig
  readonly routers: readonly ExporterConfig[]
  /** Caches are flushed this long after the last packet; a minute by default. */
  readonly afterMs?: number
  /** All by the core by default. */
  readonly route?: Route
}

export interface Network {
  readonly startMs: number
  /** When all caches have been flushed, ms from the start. */
  readonly untilMs: number
  readonly conversations: readonly Conversation[]
  readonly crossings: readonly Crossing[]
  /** In order of time. */
  readonly datagrams: readonly Datagram[]
  readonly truth: Truth
}

/** A network of a seed: the same config gives the same datagrams. */
export function createNetwork({ startMs, traffic, routers, afterMs = 60_000, route = () => 'core' }: NetworkConfig): Network {
  const conversations = createConversations(traffic)
  const crossings = conversations.flatMap(conversation => crossingsOf(conversation, route))
  const untilMs = traffic.durationMs + afterMs
  const datagrams = routers.flatMap((router, at) => exportRouter(router, crossings, startMs, untilMs, traffic.seed * 97 + at)).toSorted((a, b) => a.ms - b.ms)
  return { startMs, untilMs, conversations, crossings, datagrams, truth: countTruth(conversations, crossings) }
}
