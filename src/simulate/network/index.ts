/**
 * A simulated network whose truth is known. In: a seed, how much traffic, which routers export and how. Out: datagrams in order of a
 * simulated time, and what really happened, counted from the packets. Always: the same config gives the same bytes; the truth is
 * counted before any exporter looks; an exporter tells what its cache, sampler and clock make of the packets that pass its
 * interfaces, and nothing else. Receiving and judging is left to the tests.
 */
export { createNetwork, type Network, type NetworkConfig } from './network.ts'
export type { Conversation, TrafficConfig } from './conversations.ts'
export type { Crossing, Route } from './crossings.ts'
export type { ExporterConfig } from './exporter.ts'
export type { FirewallConfig } from './firewall.ts'
export type { Datagram } from './pack.ts'
export { DEVICES, type DeviceName, type Middle, type Way } from './topology.ts'
export type { Amount, PortCounters, Truth } from './truth.ts'
