/**
 * simulate: a fleet of exporters that look real, for the demo, the tests and the benchmark.
 *
 * In: a seed and what the fleet should be like. Out: datagrams of NetFlow v5 and v9, IPFIX and sFlow as several vendors' devices
 * send them, and a ledger of what was sent. The same seed draws the same flows; every datagram is valid at the moment it is sent
 * (sequence, uptime, times); templates and options come before the data that needs them; the ledger counts what the kernel took,
 * to the octet. How they are received, and what becomes of them, is none of this room's business.
 */
export { createFleet, type Built, type Fleet, type FleetConfig } from './fleet.ts'
export { createFeed, createReplay, type Feed } from './replay.ts'
export { createSender, planSources, resolveTarget, type Sender, type SenderConfig, type SendMethod, type SourcePlan, type Target } from './sender.ts'
export { createStreamSender } from './stream-sender.ts'
export { createLedger, type ExporterEntry, type Ledger, type LedgerEntry, type LedgerReport } from './ledger.ts'
export { run, type RunConfig, type RunDeps } from './run.ts'
export { type Pace } from './pace.ts'
export { PROFILES, PROTOCOLS, type Device, type Profile, type Protocol } from './profiles.ts'
export type { Body, Exporter, Sums } from './exporter.ts'
export type { Episode } from './traffic.ts'
export { parseTemplate, type Field, type Template } from './template.ts'
export {
  addressBytes,
  encodeIpfix,
  encodeV5,
  encodeV9,
  type ByteWriter,
  type IpfixHeader,
  type V5Header,
  type V5Record,
  type V9Header,
  type Value,
  type WireSet,
} from './encode.ts'
export {
  encodeSflow,
  extendedGateway,
  extendedRouter,
  extendedSwitch,
  interfaceCounters,
  portName,
  processorCounters,
  rawHeader,
  type CounterSample,
  type FlowSample,
  type Gateway,
  type InterfaceCounters,
  type SflowHeader,
  type SflowRecord,
} from './encode-sflow.ts'
export { createDemo, type Demo, type DemoConfig, type DemoDeps } from './demo.ts'
