/** The network put together: traffic, wires and exporters give datagrams in order of time, and the truth beside them. */
import { createConversations, type Conversation, type TrafficConfig } from './conversations.ts'
import { crossingsOf, type Crossing, type Route } from './crossings.ts'
import { exportRouter, type ExporterConfig } from './exporter.ts'
import { exportFirewall, type FirewallConfig } from './firewall.ts'
import type { Datagram } from './pack.ts'
import { exportSflow, type SflowConfig } from './sflow.ts'
import { countTruth, type Truth } from './truth.ts'

export interface NetworkConfig {
  /** When the network starts, ms since 1970; every ms elsewhere counts from here. */
  readonly startMs: number
  /** One after the other, when they are several. */
  readonly traffic: readonly TrafficConfig[]
  readonly routers?: readonly ExporterConfig[]
  readonly switches?: readonly SflowConfig[]
  readonly firewalls?: readonly FirewallConfig[]
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
  /** The truth of each part of the traffic. */
  readonly parts: readonly Truth[]
}

/** A network of a seed: the same config gives the same datagrams. */
export function createNetwork({
  startMs,
  traffic,
  routers = [],
  switches = [],
  firewalls = [],
  afterMs = 60_000,
  route = () => 'core',
}: NetworkConfig): Network {
  const parts: { readonly conversations: readonly Conversation[]; readonly crossings: readonly Crossing[] }[] = []
  let count = 0
  for (const part of traffic) {
    const conversations = createConversations(part, count)
    count += conversations.length
    parts.push({ conversations, crossings: conversations.flatMap(conversation => crossingsOf(conversation, route)) })
  }
  const conversations = parts.flatMap(part => part.conversations)
  const crossings = parts.flatMap(part => part.crossings)
  const untilMs = Math.max(...traffic.map(({ fromMs = 0, durationMs }) => fromMs + durationMs)) + afterMs
  const seedOf = (kind: number, at: number): number => (traffic[0]?.seed ?? 0) * 97 + kind * 31 + at
  const datagrams = [
    ...routers.flatMap((config, at) => exportRouter(config, crossings, startMs, untilMs, seedOf(0, at))),
    ...switches.flatMap((config, at) => exportSflow(config, crossings, untilMs, seedOf(1, at))),
    ...firewalls.flatMap((config, at) => exportFirewall(config, crossings, startMs, untilMs, seedOf(2, at))),
  ].toSorted((a, b) => a.ms - b.ms)
  return {
    startMs,
    untilMs,
    conversations,
    crossings,
    datagrams,
    truth: countTruth(conversations, crossings),
    parts: parts.map(part => countTruth(part.conversations, part.crossings)),
  }
}
