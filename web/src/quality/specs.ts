/**
 * What each page of quality shows: figures, charts, columns of its table and the flows it leads to, all by the names the API gives
 * them. Layout is elsewhere.
 */
import { TIMES, type MeasuredTime } from '../address/scope.ts'
import { duration, shortCount, significant, type Measure } from '../ui/format.ts'
import type { Scale } from '../chart/scale.ts'
import { words } from './words.ts'

/** One figure of an answer. */
export interface Shown {
  readonly metric: string
  readonly label: string
  readonly title: string
  readonly format: (value: number) => Measure
  /** The metric that tells how many flows stand behind it. */
  readonly counted: string
  /** Columns of a flow that have to be measured for it. */
  readonly columns: readonly string[]
  /** Which end is the bad one. */
  readonly worst: 'high' | 'low'
  /** Worked out rather than measured. */
  readonly estimate?: true
}

export interface Headline extends Shown {
  /** Further figures of the same flows, printed small. */
  readonly tail?: readonly [p95: string, p99: string]
}

export interface ChartSpec {
  readonly id: string
  readonly title: string
  readonly note?: string
  readonly lines: readonly Shown[]
  readonly scale: Scale
  readonly format: (value: number) => Measure
}

export interface QualitySpec {
  readonly id: 'latency' | 'tcp' | 'voip'
  readonly title: string
  /** Address of the named question. */
  readonly url: string
  readonly figures: readonly Headline[]
  readonly charts: readonly ChartSpec[]
  readonly columns: readonly Shown[]
  /** The flows to look at for the figure that is ranked: a condition, an order, and the columns that say why. */
  /** Which flows a row's figure is about. */
  readonly measured: (ranked: Shown) => string
  readonly flows: (ranked: Shown) => { readonly condition: string; readonly order: string; readonly columns: readonly string[] }
}

export const MEASURED_TIMES = TIMES.filter(time => time !== '')

const percent = (value: number): Measure => ({ value: significant(value), unit: '%' })
const score = (value: number): Measure => ({ value: value.toFixed(2), unit: '' })
const rating = (value: number): Measure => ({ value: significant(value), unit: '' })
/** A time on an axis or in a row: minutes stay seconds, so that figures below one another compare. */
const time = (us: number): Measure => (us < 60_000_000 ? duration(us) : { value: significant(us / 1_000_000), unit: 's' })

const timeFigure = (column: MeasuredTime, percentile: 'p50' | 'p95' | 'p99', label: string): Shown => ({
  metric: `${percentile}_${column}`,
  label,
  title: `${percentile}: ${words.timeTitles[column]}`,
  format: time,
  counted: `count_${column}`,
  columns: [column],
  worst: 'high',
})

/** Latency, with one of the times drawn and ranked. */
export function latencySpec(measure: MeasuredTime): QualitySpec {
  const lines = (['p50', 'p95', 'p99'] as const).map(percentile => timeFigure(measure, percentile, words.percentile[percentile]))
  return {
    id: 'latency',
    title: words.titles.latency,
    url: '/latency',
    figures: MEASURED_TIMES.map(column => ({ ...timeFigure(column, 'p50', words.times[column]), tail: [`p95_${column}`, `p99_${column}`] })),
    charts: [
      { id: 'latency', title: words.latencyChart(words.times[measure]), note: words.logScale, lines, scale: { kind: 'log', least: 1000 }, format: time },
    ],
    columns: lines,
    measured: () => `${measure} measured`,
    flows: () => ({ condition: `${measure} measured`, order: `-${measure}`, columns: [measure] }),
  }
}

const share = (metric: string, column: string, label: string, title: string): Shown => ({
  metric,
  label,
  title,
  format: percent,
  counted: `count_${column}`,
  columns: [column],
  worst: 'high',
})

const RETRANSMITTED = share('retransmitted_percent', 'retransmitted', words.retransmitted, words.shareTitles.retransmitted)
const OUT_OF_ORDER = share('out_of_order_percent', 'out_of_order', words.outOfOrder, words.shareTitles.outOfOrder)
const LOST = share('lost_percent', 'lost', words.lost, words.shareTitles.lost)
const RESETS: Shown = { ...share('rst_flows_percent', 'tcp_flags', words.resets, words.shareTitles.resets), counted: 'flag_flows' }
const HANDSHAKES: Shown = {
  ...share('handshake_failures_percent_estimate', 'tcp_flags', words.handshakes, words.shareTitles.handshakes),
  counted: 'syn_flows',
  estimate: true,
}
const ZERO_WINDOW: Shown = { ...share('zero_window', 'zero_window', words.zeroWindow, words.shareTitles.zeroWindow), format: shortCount }

const COUNTED_FLOWS: Readonly<Record<string, string>> = {
  rst_flows_percent: 'proto = tcp and tcp_flags contains R',
  handshake_failures_percent_estimate: 'proto = tcp and tcp_flags contains S and not tcp_flags contains A and sampling_rate < 2',
}

export const TCP: QualitySpec = {
  id: 'tcp',
  title: words.titles.tcp,
  url: '/tcp',
  figures: [RETRANSMITTED, OUT_OF_ORDER, LOST, RESETS, HANDSHAKES, ZERO_WINDOW],
  charts: [
    { id: 'packets', title: words.packetsChart, lines: [RETRANSMITTED, OUT_OF_ORDER, LOST], scale: { kind: 'linear', least: 1 }, format: percent },
    { id: 'flows', title: words.flowsChart, lines: [RESETS, HANDSHAKES], scale: { kind: 'linear', least: 1 }, format: percent },
  ],
  columns: [RETRANSMITTED, OUT_OF_ORDER, LOST, RESETS, HANDSHAKES, ZERO_WINDOW],
  measured: ({ columns: [column = 'tcp_flags'] }) => (column === 'tcp_flags' ? 'proto = tcp' : `proto = tcp and ${column} measured`),
  flows: ranked => {
    const condition = COUNTED_FLOWS[ranked.metric]
    if (condition !== undefined) return { condition, order: '-bytes', columns: ['tcp_flags', 'bytes'] }
    const [column = 'retransmitted'] = ranked.columns
    return { condition: `${column} measured`, order: `-${column}`, columns: [column, 'packets'] }
  },
}

const MOS: Shown = {
  metric: 'avg_mos',
  label: words.mos,
  title: words.mosTitle,
  format: score,
  counted: 'count_mos',
  columns: ['mos'],
  worst: 'low',
}
const MOS_LOW: Shown = { ...MOS, metric: 'p5_mos', label: `${words.mos} ${words.mosLow}` }
const RATING: Shown = { ...MOS, metric: 'avg_r_factor', label: words.rating, title: words.ratingTitle, format: rating, columns: ['r_factor'] }
const JITTER: Shown = {
  metric: 'p95_jitter',
  label: `${words.jitter} ${words.p95}`,
  title: words.jitterTitle,
  format: time,
  counted: 'count_jitter',
  columns: ['jitter'],
  worst: 'high',
}
const LOSS: Shown = {
  metric: 'avg_loss',
  label: `${words.loss} ${words.mean}`,
  title: words.lossTitle,
  format: percent,
  counted: 'count_loss',
  columns: ['loss'],
  worst: 'high',
}

export const VOIP: QualitySpec = {
  id: 'voip',
  title: words.titles.voip,
  url: '/voip',
  figures: [MOS, MOS_LOW, RATING, JITTER, LOSS, { ...LOSS, metric: 'p95_loss', label: `${words.loss} ${words.p95}` }],
  charts: [
    {
      id: 'mos',
      title: words.mosChart,
      lines: [
        { ...MOS, label: words.mosMean },
        { ...MOS_LOW, label: words.mosLow },
      ],
      scale: { kind: 'linear', base: 1, least: 5 },
      format: score,
    },
    {
      id: 'jitter',
      title: words.jitterChart,
      lines: [
        { ...JITTER, metric: 'p50_jitter', label: words.p50 },
        { ...JITTER, label: words.p95 },
      ],
      scale: { kind: 'linear', least: 5000 },
      format: time,
    },
    {
      id: 'loss',
      title: words.lossChart,
      lines: [
        { ...LOSS, label: words.mean },
        { ...LOSS, metric: 'p95_loss', label: words.p95 },
      ],
      scale: { kind: 'linear', least: 1 },
      format: percent,
    },
  ],
  columns: [MOS, MOS_LOW, RATING, JITTER, LOSS],
  measured: ({ columns: [column = 'mos'] }) => `${column} measured`,
  flows: ranked => {
    const [column = 'mos'] = ranked.columns
    return {
      condition: `${column} measured`,
      order: ranked.worst === 'low' ? column : `-${column}`,
      columns: ['mos', 'r_factor', 'codec', 'jitter', 'loss', 'rtt', 'notes'],
    }
  },
}
