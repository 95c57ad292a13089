/**
 * Which places of the source have run, by V8's precise block coverage. A map of characters instead of V8's ranges: ranges that
 * count alike are merged, so the same block comes under other bounds as the counts change. Code without a file (templates made
 * into functions) is left out: each one would be new.
 */
import { Session, type Profiler } from 'node:inspector'

export interface Coverage {
  /** Characters of source that ran since the last call and had never run before; with `keep` they count as known from now on. */
  take(keep: boolean): number
  /** Characters of source known to have run. */
  readonly known: number
  stop(): void
}

/** Begins to count, for sources whose path holds one of the parts. */
export function startCoverage(parts: readonly string[]): Coverage {
  const session = new Session()
  session.connect()
  let scripts: readonly Profiler.ScriptCoverage[] = []
  const seen = new Map<string, Uint8Array>()
  /** Characters of one source, used again for the next. */
  let now = new Uint8Array(0)
  let known = 0
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

  function takeScript({ url, functions }: Profiler.ScriptCoverage, keep: boolean): number {
    let fresh = 0
    const end = functions.reduce((most, { ranges }) => Math.max(most, ranges[0]?.endOffset ?? 0), 0)
    let map = seen.get(url)
    if (map === undefined) seen.set(url, (map = new Uint8Array(end)))
    if (now.length < end) now = new Uint8Array(end)
    else now.fill(0, 0, end)
    // Outer functions and ranges come first; what lies inside them says more.
    for (const { ranges } of functions) for (const { startOffset, endOffset, count } of ranges) now.fill(count > 0 ? 1 : 0, startOffset, endOffset)
    for (let at = 0; at < end; at++) {
      if (now[at] !== 1 || map[at] === 1) continue
      fresh++
      if (keep) map[at] = 1
    }
    return fresh
  }

  return {
    take(keep) {
      // Within one thread the answer comes before `post` returns.
      session.post('Profiler.takePreciseCoverage', (error, taken) => {
        if (error === null) scripts = taken.result
      })
      let fresh = 0
      for (const script of scripts) if (parts.some(part => script.url.includes(part))) fresh += takeScript(script, keep)
      if (keep) known += fresh
      return fresh
    },
    get known() {
      return known
    },
    stop() {
      session.post('Profiler.stopPreciseCoverage')
      session.disconnect()
    },
  }
}
