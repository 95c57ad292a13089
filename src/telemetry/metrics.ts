/**
 * Metrics in the Prometheus text format (version 0.0.4). Most of our counters are absolute figures from other processes, which a
 * client library that only increments cannot hold; so the writer is our own.
 */
import { METRICS, type MetricEntry, type MetricName } from './metric-table.ts'

/** One figure of a snapshot; the labels must be those of the table. */
export interface Sample {
  readonly name: MetricName
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

export interface Metrics {
  /** Adds to a counter of this process. */
  count(name: MetricName, labels?: Readonly<Record<string, string>>, by?: number): void
  /** Adds one observation to a histogram. */
  observe(name: MetricName, labels: Readonly<Record<string, string>>, value: number): void
  /** Registers a source of absolute figures, asked at each `text()`. Gives back how to take it out again. */
  collect(source: () => Iterable<Sample>): () => void
  /** The Prometheus text; a metric nobody fed is absent. */
  text(): string
}

/** `Content-Type` of the text. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Different label values of one metric; beyond it the rest is counted under `other`, so that no input can grow the memory. */
const MAX_SERIES = 2000

interface Histogram {
  readonly labels: Readonly<Record<string, string>>
  readonly counts: number[]
  sum: number
  count: number
}

const escapeLabel = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
const printLabels = (labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escapeLabel(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
const printValue = (value: number): string => (value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value))

/** Makes the metrics of a process. */
export function createMetrics(): Metrics {
  const table = new Map<string, MetricEntry>(METRICS.map(entry => [entry.name, entry]))
  const counters = new Map<string, { name: string; labels: Readonly<Record<string, string>>; value: number }>()
  const histograms = new Map<string, Map<string, Histogram>>()
  const sources = new Set<() => Iterable<Sample>>()

  const checked = (name: string, labels: Readonly<Record<string, string>>): MetricEntry => {
    const entry = table.get(name)
    if (entry === undefined) throw new Error(`metric ${name} is not in the table`)
    const keys = Object.keys(labels)
    if (keys.length !== entry.labels.length || !entry.labels.every(label => label in labels))
      throw new Error(`metric ${name} has the labels ${entry.labels.join(', ')}, not ${keys.join(', ')}`)
    return entry
  }
  const other = (labels: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.keys(labels).map(key => [key, 'other']))

  return {
    count(name, labels = {}, by = 1) {
      checked(name, labels)
      let key = name + printLabels(labels)
      if (!counters.has(key) && counters.size >= MAX_SERIES) {
        labels = other(labels)
        key = name + printLabels(labels)
      }
      const counter = counters.get(key)
      if (counter === undefined) counters.set(key, { name, labels, value: by })
      else counter.value += by
    },

    observe(name, labels, value) {
      const buckets = checked(name, labels).buckets ?? []
      let series = histograms.get(name)
      if (series === undefined) histograms.set(name, (series = new Map()))
      let key = printLabels(labels)
      if (!series.has(key) && series.size >= MAX_SERIES) {
        labels = other(labels)
        key = printLabels(labels)
      }
      let histogram = series.get(key)
      if (histogram === undefined) series.set(key, (histogram = { labels, counts: buckets.map(() => 0), sum: 0, count: 0 }))
      const at = buckets.findIndex(bound => value <= bound)
      if (at >= 0) histogram.counts[at] = (histogram.counts[at] ?? 0) + 1
      histogram.sum += value
      histogram.count++
    },

    collect(source) {
      sources.add(source)
      return () => sources.delete(source)
    },

    text() {
      const lines = new Map<string, string[]>()
      const put = (name: string, line: string): void => {
        const at = lines.get(name)
        if (at === undefined) lines.set(name, [line])
        else at.push(line)
      }
      for (const { name, labels, value } of counters.values()) put(name, `${name}${printLabels(labels)} ${printValue(value)}`)
      for (const source of sources) {
        for (const { name, labels = {}, value } of source()) {
          checked(name, labels)
          put(name, `${name}${printLabels(labels)} ${printValue(value)}`)
        }
      }
      for (const [name, series] of histograms) {
        for (const { labels, counts, sum, count } of series.values()) {
          let below = 0
          for (const [at, bound] of (table.get(name)?.buckets ?? []).entries()) {
            below += counts[at] ?? 0
            put(name, `${name}_bucket${printLabels({ ...labels, le: String(bound) })} ${below}`)
          }
          put(name, `${name}_bucket${printLabels({ ...labels, le: '+Inf' })} ${count}`)
          put(name, `${name}_sum${printLabels(labels)} ${printValue(sum)}`)
          put(name, `${name}_count${printLabels(labels)} ${count}`)
        }
      }
      let text = ''
      for (const { name, type, help } of METRICS) {
        const at = lines.get(name)
        if (at !== undefined) text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${at.join('\n')}\n`
      }
      return text
    },
  }
}
