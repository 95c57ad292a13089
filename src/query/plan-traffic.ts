/**
 * The roll-ups of traffic: which of them answers, and from which pieces of it.
 *
 * Roll-ups answer whole minutes; from the hours that are closed they take whole hours and fill both ends with minutes. What
 * was widened stands in the answer's range.
 */
import { RESOLUTIONS, ROLLUPS, rollupTable, type QualityRollup, type Reach, type Resolution, type Rollup } from '../store/index.ts'
import type { Dimension } from './dimensions.ts'
import type { Counting } from './duplicates.ts'
import type { Metric } from './metrics.ts'
import type { Range, Source } from './model.ts'

export interface Question {
  readonly range: Range
  readonly granularity?: number
  readonly dimensions: readonly Dimension[]
  readonly metrics: readonly Metric[]
  /** Columns the filter looks at. */
  readonly filtered: ReadonlySet<string>
  /** Set where the filter holds for flows alone that anything was measured of. */
  readonly measuredOnly?: boolean
  readonly counting: Counting
}

/** A piece of the range and the table it is read from. */
export interface Span extends Range {
  readonly table: string
  readonly resolution: Resolution
}

export type QualitySource = 'quality_minute' | 'quality_hour'

export interface RawPlan {
  readonly source: 'raw'
  readonly range: Range
  readonly complete: boolean
}

export interface TrafficPlan {
  readonly source: Exclude<Source, 'raw' | QualitySource>
  readonly range: Range
  readonly complete: boolean
  readonly rollup: Rollup
  readonly spans: readonly Span[]
}

export interface QualityPlan {
  readonly source: QualitySource
  readonly range: Range
  readonly complete: boolean
  readonly rollup: QualityRollup
  readonly spans: readonly Span[]
  /** The end of the range, which raw rows tell because their minutes are not summed up yet. */
  readonly tail: RawPlan | undefined
  /** Where bytes, packets and flows come from; absent where none are asked, or the roll-up of quality holds all there are. */
  readonly traffic: TrafficPlan | undefined
}

export type Plan = RawPlan | TrafficPlan | QualityPlan

const { minute: MINUTE, hour: HOUR } = RESOLUTIONS
/** From here on hosts are told by whole hours where they are closed: an hour of their minutes has millions of rows. */
const LONG_MS = 12 * HOUR

const down = (time: number, width: number): number => Math.floor(time / width) * width
const up = (time: number, width: number): number => Math.ceil(time / width) * width

const SUMMED = new Set(['bytes', 'packets', 'sent_bytes', 'sent_packets', 'flows'])

/** Whether this roll-up has every column and sum of the question. */
function canAnswer(rollup: Rollup, { dimensions, metrics, filtered, counting }: Question): boolean {
  if (counting === 'all' || (counting === 'hops' && !rollup.hops)) return false
  const needs = metrics.flatMap(metric => metric.needs.map(need => need.kind))
  if (rollup.name !== 'hosts') {
    const columns = new Set<string>([...rollup.keys, ...rollup.names])
    const touched = [...filtered, ...dimensions.flatMap(dimension => dimension.columns)]
    return touched.every(name => columns.has(name)) && needs.every(need => SUMMED.has(need))
  }
  // A row is one side of a flow, scaled: the other side is gone, so only questions about one side can be told.
  if (needs.some(need => need === 'raw' || need === 'sent_bytes' || need === 'sent_packets') || dimensions.length > 1) return false
  const [dimension] = dimensions
  if (dimension === undefined) {
    const [side, another] = [...filtered]
    return another === undefined && (side === undefined || ((side === 'src' || side === 'dst') && !needs.includes('hosts')))
  }
  if (needs.includes('hosts')) return false
  const [side, other] = dimension.columns
  if (side !== 'src' && side !== 'dst') return false
  // Two hosts of one network have a row each here, and their flow would count twice for it.
  if (dimension.prefix !== undefined && other !== undefined) return false
  return [...filtered].every(name => other === undefined && name === side)
}

/** From the smallest to the largest. */
const BY_SIZE: readonly Rollup['name'][] = ['as', 'traffic', 'hosts']

/** Tables of a roll-up, and up to when its hours are made, ms since 1970. */
interface Tables {
  readonly minutes: string
  readonly hours: string
  readonly hoursUntil: number
  /** Whether its minutes are too many for a long range. */
  readonly large: boolean
}

/** The pieces of a range, and the range as they widen it: hours where they are made, minutes at both ends. */
export function spansOf(
  { minutes, hours, hoursUntil, large }: Tables,
  asked: Range,
  granularity: number | undefined,
  reach: Reach,
): { spans: readonly Span[]; range: Range } {
  const wholeHours = granularity === undefined || granularity % HOUR === 0
  // Where minutes are no longer kept, or are too many, the hour tells the nearest there is.
  const coarse = wholeHours && (down(asked.from, MINUTE) < reach.droppedUntil(minutes) || (large && asked.to - asked.from >= LONG_MS))
  const range = {
    from: down(asked.from, coarse && up(asked.from, HOUR) <= hoursUntil ? HOUR : MINUTE),
    to: up(asked.to, coarse && up(asked.to, HOUR) <= hoursUntil ? HOUR : MINUTE),
  }
  const first = up(range.from, HOUR)
  const last = Math.min(down(range.to, HOUR), hoursUntil)
  if (!wholeHours || last <= first) return { spans: [{ ...range, table: minutes, resolution: 'minute' }], range }
  const spans: readonly Span[] = [
    { from: range.from, to: first, table: minutes, resolution: 'minute' },
    { from: first, to: last, table: hours, resolution: 'hour' },
    { from: last, to: range.to, table: minutes, resolution: 'minute' },
  ]
  return { spans: spans.filter(span => span.to > span.from), range }
}

/** The plan of a question to the roll-ups of traffic; undefined where none can answer. */
export function trafficPlan(question: Question, reach: Reach): TrafficPlan | undefined {
  const { range, granularity } = question
  const rollup = BY_SIZE.map(name => ROLLUPS.find(one => one.name === name)).find(one => one !== undefined && canAnswer(one, question))
  if (rollup === undefined) return undefined
  const tables = {
    minutes: rollupTable(rollup, 'minute'),
    hours: rollupTable(rollup, 'hour'),
    hoursUntil: reach.hoursUntil,
    large: rollup.name === 'hosts',
  }
  const { spans, range: widened } = spansOf(tables, range, granularity, reach)
  const byHour = spans.some(span => span.resolution === 'hour')
  const source = rollup.name === 'hosts' ? (byHour ? 'host_hour' : 'host_minute') : byHour ? 'hour' : 'minute'
  return { source, range: widened, complete: spans.every(span => span.from >= reach.droppedUntil(span.table)), rollup, spans }
}
