/**
 * Delivery: from a cursor to a sink (RELIABILITY §1.4, §1.7, §2.4).
 *
 * In: durable frames of the spool. Out: ranges of rows at each sink, and segments removed that all sinks have. Always: a range is
 * planned on the disk before its sink sees it and is repeated unchanged until the sink has it; cursors move afterwards; each row
 * of the spool ends as delivered, waiting or expired with a reason, for each sink; sinks don't wait for each other.
 *
 * Left to others: what an insert does (`store`), what is on the disk (`spool`), showing the figures (`telemetry`, `api`).
 */
export { createDelivery, type Delivery, type DeliveryConfig, type DeliveryDeps } from './delivery.ts'
export { requestReplay, type ReplayRequest } from './replay.ts'
export { sinkByName } from './catalog.ts'
export { store } from './sinks/store/index.ts'
export type { Store } from './flow-store.ts'
export type { DeliveryRange, Guarantee, Sink, SinkDefinition, SinkDeps } from './sink.ts'
export type { DeliveryEvent, DeliveryStatus, LaneStatus } from './status.ts'
