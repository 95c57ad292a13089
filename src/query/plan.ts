/**
 * Which tables answer: raw rows, or the smallest roll-up that holds all columns the question touches. Traffic and figures of quality have
 * roll-ups of their own. Ranges under ten minutes are answered by raw rows to the millisecond.
 */
import { RESOLUTIONS, type Reach } from '../store/index.ts'
import { qualityPlan } from './plan-quality.ts'
import { trafficPlan, type Plan, type Question } from './plan-traffic.ts'

const { minute: MINUTE } = RESOLUTIONS
const SHORT_MS = 10 * MINUTE

/** The plan of a question. */
export function planOf(question: Question, reach: Reach): Plan {
  const { range, granularity } = question
  const rawHeld = range.from >= reach.droppedUntil('flows')
  const raw: Plan = { source: 'raw', range, complete: rawHeld }
  if (granularity !== undefined && granularity % MINUTE !== 0) return raw
  const aligned = range.from % MINUTE === 0 && range.to % MINUTE === 0
  if (range.to - range.from < SHORT_MS && !aligned && rawHeld) return raw
  return trafficPlan(question, reach) ?? qualityPlan(question, reach) ?? raw
}
