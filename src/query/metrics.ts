/**
 * Figures that can be asked for, each as SQL over the parts of flows inside the range.
 *
 * `bytes packets flows` and what follows from them are sums; `<aggregate>_<column>` looks at single flows that end in the
 * range, and only at those where the column was measured; `count_<column>` tells how many these are; a counter's name sums it
 * over those flows; `first_seen` and `last_seen` are the earliest start and the latest end of them. Shares and figures of TCP flags are in `quality.ts`.
 */
import { columnByName, FlowLensError, type Column } from '../schema/index.ts'
import { END_MS, startMs } from '../store/index.ts'
import { measuredOnly } from './measured.ts'
import { qualityMetric } from './quality.ts'
import { rolledAggregate, rolledSum, type Rolled } from './rolled.ts'

export interface Metric {
  readonly name: string
  /** Aggregate over the inner rows, or over those of them that a condition holds for. */
  readonly sql: (condition?: string) => string
  /** What the inner rows must carry: parts of these, or an expression of raw columns under this alias. */
  readonly needs: readonly Need[]
  /** How roll-ups of quality tell it; absent where they do not. */
  readonly rolled?: Rolled | undefined
  /** Divides by the seconds of range or bucket, times this. */
  readonly perSecond?: number
  /** The parts sum up to the whole, so that "other" can be told. */
  readonly additive: boolean
  /** Whether a sum may exceed 2^53 and is taken as whole number. */
  readonly whole: boolean
  /** What no flow at all gives: zero for what is always counted, null for what is only known where it was measured. */
  readonly nothing: 0 | null
}

export type Need =
  | { readonly kind: 'bytes' | 'packets' | 'sent_bytes' | 'sent_packets' | 'flows' | 'hosts' }
  | { readonly kind: 'raw'; readonly alias: string; readonly sql: string }

const aggregate =
  (name: string, parameters: string, value: string) =>
  (condition?: string): string =>
    condition === undefined ? `${name}${parameters}(${value})` : `${name}If${parameters}(${value}, ${condition})`
const part = (kind: 'bytes' | 'packets' | 'sent_bytes' | 'sent_packets' | 'flows'): Need => ({ kind })
const sum = (name: string, kind: 'bytes' | 'packets' | 'sent_bytes' | 'sent_packets' | 'flows', perSecond?: number): Metric => ({
  name,
  sql: aggregate('sum', '', `q_${kind}`),
  needs: [part(kind)],
  additive: true,
  nothing: 0,
  whole: perSecond === undefined,
  ...(perSecond === undefined ? {} : { perSecond }),
})

/**
 * Over single flows, each of them once, whatever its bytes. A t-digest of fewer than about 200 values is the nearest rank to the
 * digit, beyond that its error is below 1 % of the rank in the middle and smaller at the ends.
 */
const AGGREGATES: Readonly<Record<string, readonly [name: string, parameters: string]>> = {
  avg: ['avg', ''],
  min: ['min', ''],
  max: ['max', ''],
  p5: ['quantileTDigest', '(0.05)'],
  p50: ['quantileTDigest', '(0.5)'],
  p95: ['quantileTDigest', '(0.95)'],
  p99: ['quantileTDigest', '(0.99)'],
}

/** Values of single flows that are not stored, null where a flow has none. */
function flowValue(column: Column, asSent: boolean): string | undefined {
  const rate = asSent ? '1' : 'greatest(sampling_rate, 1)'
  const lifetime = `(${END_MS} - ${startMs(END_MS)})`
  if (column.name === 'bps') return `if(${lifetime} > 0, toFloat64(bytes) * ${rate} * 8000 / ${lifetime}, NULL)`
  if (column.name === 'pps') return `if(${lifetime} > 0, toFloat64(packets) * ${rate} * 1000 / ${lifetime}, NULL)`
  if (column.name === 'duration') return `toFloat64(${lifetime} * 1000)`
  if (column.origin === 'computed') return undefined
  return measuredOnly(column, `toFloat64(${column.name})`)
}

const unknown = (name: string): FlowLensError =>
  new FlowLensError('FL_QUERY_INVALID', `metrics: there is no metric ${JSON.stringify(name)}`, { context: { name } })

/** The metric of this name. Throws FL_QUERY_INVALID when there is none. */
export function metricOf(name: string, asSent: boolean): Metric {
  const bytes = asSent ? 'sent_bytes' : 'bytes'
  const packets = asSent ? 'sent_packets' : 'packets'
  switch (name) {
    case 'bytes':
      return sum(name, bytes)
    case 'packets':
      return sum(name, packets)
    case 'flows':
      return sum(name, 'flows')
    case 'bytes_as_sent':
      return sum(name, 'sent_bytes')
    case 'packets_as_sent':
      return sum(name, 'sent_packets')
    case 'bps':
      return sum(name, bytes, 8)
    case 'pps':
      return sum(name, packets, 1)
    case 'fps':
      return sum(name, 'flows', 1)
    case 'hosts':
      return { name, sql: aggregate('uniqCombined64Array', '(17)', 'q_hosts'), needs: [{ kind: 'hosts' }], additive: false, whole: true, nothing: 0 }
    case 'first_seen':
    case 'last_seen': {
      const [func, time] = name === 'first_seen' ? ['min', startMs(END_MS)] : ['max', END_MS]
      return {
        name,
        sql: aggregate(func, '', `q_${name}`),
        needs: [{ kind: 'raw', alias: `q_${name}`, sql: time }],
        additive: false,
        whole: true,
        nothing: null,
      }
    }
    default:
  }
  const quality = qualityMetric(name)
  if (quality !== undefined) return quality
  const [, prefix, rest] = /^(avg|min|max|p5|p50|p95|p99|count)_(\w+)$/.exec(name) ?? []
  const column = columnByName(rest ?? name)
  if (column === undefined || column.role !== 'metric') throw unknown(name)
  const alias = `q_${name}`
  if (prefix === undefined) {
    if (column.kind !== 'count' || column.origin === 'computed') throw unknown(name)
    const nothing = column.measured === undefined ? 0 : null
    return {
      name,
      sql: aggregate('sum', '', alias),
      needs: [{ kind: 'raw', alias, sql: measuredOnly(column, column.name) }],
      rolled: rolledSum(column, alias),
      additive: true,
      whole: true,
      nothing,
    }
  }
  const value = flowValue(column, asSent)
  if (prefix === 'count' && value !== undefined) {
    const needs: readonly Need[] = [{ kind: 'raw', alias, sql: value }]
    const rolled = rolledAggregate(prefix, column, alias)
    return { name, sql: aggregate('sum', '', `toUInt64(isNotNull(${alias}))`), needs, rolled, additive: true, whole: true, nothing: 0 }
  }
  const known = AGGREGATES[prefix]
  if (value === undefined || known === undefined) throw unknown(name)
  const rolled = rolledAggregate(prefix, column, alias)
  return { name, sql: aggregate(...known, alias), needs: [{ kind: 'raw', alias, sql: value }], rolled, additive: false, whole: false, nothing: null }
}
