/** What a page looks at: a range that moves with the stream, or one that stands still. */
import { useEffect, useMemo, useState } from 'react'
import type { Scope } from '../address/scope.ts'
import { exactRange, isRelative, resolveRange, type RangeMs } from '../address/time.ts'
import { useLive } from './session.tsx'
import type { LiveSecond } from './types.ts'

/** A flow is told when it ends or after a minute: history of the last minute grows, so it is asked again once, later rarely. */
const ASK_SOON_MS = 75_000
const ASK_AGAIN_MS = 300_000

export const secondMs = (second: LiveSecond): number => (typeof second.at === 'number' ? second.at : Date.parse(second.at))

export interface Sight {
  readonly moving: boolean
  /** The range as words for a query. */
  readonly words: { readonly from: string; readonly to: string }
  /** The range in milliseconds, of now or of when it stopped. */
  readonly range: RangeMs
  /** Grows when history has to be asked anew. */
  readonly mark: number
}

/** Resolves the scope's range; while it moves, words stay relative and `range` follows the stream's clock. */
export function useSight(scope: Scope): Sight {
  const { from, to } = scope
  const moving = scope.live && isRelative(scope)
  const { run, last } = useLive()
  const [asked, setAsked] = useState(0)
  useEffect(() => {
    if (!moving) return undefined
    const timer = window.setTimeout(() => setAsked(count => count + 1), asked === 0 ? ASK_SOON_MS : ASK_AGAIN_MS)
    return () => window.clearTimeout(timer)
  }, [moving, asked])
  const still = useMemo(() => (moving ? null : resolveRange({ from, to }, Date.now())), [moving, from, to])
  const range = still ?? resolveRange({ from, to }, last === null ? Date.now() : secondMs(last))
  const words = useMemo(() => (still === null ? { from, to } : exactRange(still)), [still, from, to])
  return { moving, words, range, mark: moving ? run * 1000 + asked : 0 }
}
