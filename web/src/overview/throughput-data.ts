/** The throughput of the overview: history, extended by the stream. */
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Scope } from '../address/scope.ts'
import { resolveRange, type RangeMs } from '../address/time.ts'
import { askedOf } from '../api/counting.ts'
import { useSeries } from '../api/queries.ts'
import { live } from '../api/session.tsx'
import { secondMs, type Sight } from '../api/sight.ts'
import type { LiveSecond, Series } from '../api/types.ts'
import { granularityFor, liveGranularityFor } from '../chart/granularity.ts'
import { createTimeline, type Stack, type Timeline } from '../chart/timeline.ts'
import { bucketsOf, seriesKeys } from '../api/history.ts'

const NAMES = 7
const SETTLED_MS = 120_000

/** Milliseconds a range is wide; the same for relative words whenever they are asked. */
function widthOf(words: Sight['words']): number {
  const { from, to } = resolveRange(words, Date.now())
  return to - from
}

export interface Throughput {
  readonly total: Series | undefined
  readonly parts: Series | undefined
  readonly error: Error | null
  readonly stack: Stack | null
  readonly range: RangeMs
  readonly granularity: number
  readonly liveGranularity: number
}

/** Throughput by application: history by query, then a bucket that grows with each second of the stream. `held` pauses drawing only. */
export function useThroughput(scope: Scope, sight: Sight, held: boolean): Throughput {
  const { moving, words } = sight
  const width = useMemo(() => widthOf(words), [words])
  const base = { ...sight.words, ...askedOf(scope), granularity: granularityFor(width), order: '-bytes' }
  const total = useSeries({ ...base, by: [], metrics: ['bytes', 'packets', 'flows'] }, sight.mark)
  const parts = useSeries({ ...base, by: ['app'], metrics: ['bytes'], limit: NAMES }, sight.mark)
  const totalData = total.data
  const partsData = parts.data
  const settled = partsData !== undefined || parts.error !== null
  const timeline = useRef<Timeline | null>(null)
  const [drawn, setDrawn] = useState<{ readonly stack: Stack; readonly range: RangeMs } | null>(null)
  const heldNow = useRef(held)
  useEffect(() => {
    heldNow.current = held
  }, [held])

  useEffect(() => {
    if (totalData === undefined || !settled) return undefined
    const clockNow = (): number => {
      const { last } = live.view()
      return last === null ? Date.now() : secondMs(last)
    }
    const fixed = moving ? null : resolveRange(words, Date.now())
    const recent = live.recent()
    const firstLive = recent[0] === undefined ? clockNow() : secondMs(recent[0])
    // The stream knows the last two minutes better: history of them still grows. Older ones history knows better.
    const until = fixed?.to ?? Math.max(firstLive, clockNow() - SETTLED_MS)
    const history = bucketsOf(totalData, partsData, 'app', until)
    const made = createTimeline(
      { granularity: totalData.granularity, liveGranularity: Math.min(totalData.granularity, liveGranularityFor(width)), names: NAMES },
      history,
      partsData === undefined ? [] : seriesKeys(partsData, 'app').filter(key => key !== ''),
    )
    timeline.current = made
    const draw = (): void => {
      const range = fixed ?? resolveRange(words, clockNow())
      setDrawn({ stack: made.stack(range.from, range.to), range })
    }
    if (fixed !== null) {
      draw()
      return undefined
    }
    const take = (second: LiveSecond): void => made.push(secondMs(second) - 1, second.apps, second.bps)
    const told = (history.at(-1)?.at ?? 0) + totalData.granularity
    for (const second of recent) if (secondMs(second) > told) take(second)
    draw()
    return live.onSecond(second => {
      take(second)
      if (!heldNow.current) draw()
    })
  }, [totalData, partsData, settled, moving, words, width])

  return {
    total: totalData,
    parts: partsData,
    error: total.error ?? parts.error,
    stack: drawn?.stack ?? null,
    range: drawn?.range ?? sight.range,
    granularity: totalData?.granularity ?? 60_000,
    liveGranularity: moving ? Math.min(totalData?.granularity ?? 60_000, liveGranularityFor(width)) : (totalData?.granularity ?? 60_000),
  }
}
