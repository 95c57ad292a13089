import { useStats } from '../api/queries.ts'
import type { LiveSecond } from '../api/types.ts'

const EVER = { from: 'now-365d', to: 'now', filter: '' } as const

/** True while no flow ever came: nothing was received since the start, and nothing is stored. */
export function useWaiting(last: LiveSecond | null): boolean {
  const silent = last !== null && last.books.rows === 0
  const stored = useStats(EVER, 0, silent)
  return silent && stored.data !== undefined && stored.data.totals.flows === 0
}
