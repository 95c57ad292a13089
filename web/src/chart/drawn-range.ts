import type { RangeMs } from '../address/time.ts'
import type { Series } from '../api/types.ts'

/** The range a chart draws: that of its answer, up to when it came, since one that ends now has nothing after; `asked` until there is one. */
export function drawnRange(series: Series | undefined, asked: RangeMs, answeredAt: number): RangeMs {
  if (series === undefined) return asked
  const { from, to } = series.range
  return { from, to: answeredAt > from ? Math.min(to, answeredAt) : to }
}
