/**
 * Telemetry: what FlowLens says about itself. In: log lines from every room, counts and timings, the ledger of ingest, the
 * status of delivery, the sizes of store and spool. Out: lines on standard error, the Prometheus text of /metrics, the verdict
 * of /healthz in words. Always: secrets are struck out of every line, a line that repeats is folded and counted, a metric exists
 * only if it stands in the table, and a figure nobody knows is absent instead of zero. Gathering the figures is left to those
 * who own them.
 */
export { createLog, type Log, type LogConfig, type LogFields, type LogLevel } from './log.ts'
export { METRICS, type MetricName } from './metric-table.ts'
export { createMetrics, METRICS_CONTENT_TYPE, type Metrics, type Sample } from './metrics.ts'
export { bookSamples, processSamples } from './samples.ts'
export { adviseExporter, needsAttention } from './advice.ts'
export { ADVICE, type AdviceCode } from './advice-table.ts'
export { createHealth, type Health, type HealthFacts } from './health.ts'
export type { Advice, AdvisedExporter, Ledger, LedgerExporter, LedgerListener, DeliveryStatus, SinkStatus, StoreSizes, SpoolStatus } from './books.ts'
export type { PlacesStatus, PlacesUpdates } from './books.ts'
export type { DomainDetail, ExporterDetail, SamplerDetail, SourceDetail, TemplateChange, TemplateDetail, TemplateField, UnknownElement } from './books.ts'
export type { CounterRates, CounterSample, CounterSide, CounterTotals } from './counters.ts'
