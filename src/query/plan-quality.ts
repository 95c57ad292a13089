/**
 * Whether roll-ups of quality answer, and from where: the minutes and hours that are made, then raw rows of the last minutes, and the
 * roll-ups of traffic beside them for bytes, packets and flows, since those hold flows that nothing was measured of.
 */
import { QUALITY_ROLLUPS, qualityTable, RESOLUTIONS, type QualityRollup, type Reach } from '../store/index.ts'
import { spansOf, trafficPlan, type QualityPlan, type Question, type RawPlan, type Span, type TrafficPlan } from './plan-traffic.ts'

const { hour: HOUR } = RESOLUTIONS

/** Whether this roll-up has every column and figure of quality of the question. */
function canAnswer({ keys, names, flags }: QualityRollup, { dimensions, metrics, filtered, counting }: Question): boolean {
  if (counting === 'all') return false
  const columns = new Set<string>([...keys, ...names])
  // Every row tells whether it counts; a question for that column itself wants rows that are in no roll-up.
  columns.delete('duplicate')
  const touched = [...filtered, ...dimensions.flatMap(dimension => dimension.columns)]
  return touched.every(name => columns.has(name)) && metrics.every(({ rolled }) => rolled === undefined || flags || !rolled.flags)
}

/** Where bytes, packets and flows come from: null where nothing but raw rows can tell them. */
function volumeOf(question: Question, reach: Reach): TrafficPlan | undefined | null {
  const metrics = question.metrics.filter(({ rolled }) => rolled === undefined)
  if (metrics.length === 0) return undefined
  // A flow counts in one minute, so that those of measured flows are held; bytes are spread over many.
  if (question.measuredOnly === true && metrics.every(({ needs }) => needs.every(({ kind }) => kind === 'flows'))) return undefined
  const plan = trafficPlan({ ...question, metrics }, reach)
  return plan === undefined || plan.source.startsWith('host') ? null : plan
}

/** The plan of a question that asks for figures of quality; undefined where raw rows must answer, or are all there is. */
export function qualityPlan(question: Question, reach: Reach): QualityPlan | undefined {
  if (question.metrics.every(({ rolled }) => rolled === undefined)) return undefined
  const { range: asked, granularity } = question
  const { from: madeFrom, until: madeUntil } = reach.quality
  const rollup = QUALITY_ROLLUPS.find(one => canAnswer(one, question))
  if (rollup === undefined || asked.from >= madeUntil) return undefined
  // What ended before the roll-ups begin, raw rows tell as long as they are kept.
  const rawFrom = reach.droppedUntil('flows')
  if (asked.from < madeFrom && rawFrom <= asked.from) return undefined
  const tables = {
    minutes: qualityTable(rollup, 'minute'),
    hours: qualityTable(rollup, 'hour'),
    hoursUntil: Math.floor(madeUntil / HOUR) * HOUR,
    large: false,
  }
  const { spans: all, range } = spansOf(tables, asked, granularity, reach)
  const spans: readonly Span[] = all.map(span => ({ ...span, to: Math.min(span.to, madeUntil) })).filter(span => span.to > span.from)
  const tail: RawPlan | undefined =
    range.to > madeUntil ? { source: 'raw', range: { from: Math.max(range.from, madeUntil), to: range.to }, complete: madeUntil >= rawFrom } : undefined
  const traffic = volumeOf({ ...question, range }, reach)
  if (traffic === null || (traffic !== undefined && (traffic.range.from !== range.from || traffic.range.to !== range.to))) return undefined
  const complete =
    range.from >= madeFrom && spans.every(span => span.from >= reach.droppedUntil(span.table)) && tail?.complete !== false && traffic?.complete !== false
  const source = spans.some(({ resolution }) => resolution === 'hour') ? 'quality_hour' : 'quality_minute'
  return { source, range, complete, rollup, spans, tail, traffic }
}
