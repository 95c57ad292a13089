/** Which exporters of a thread are to be saved now: those that taught something new, and those whose saved times grow old. */
import { saveExporter, type Exporter } from '../decode/index.ts'
import { stateLine } from './saved-states.ts'

/** An exporter is saved at most this often, ms. */
const LEAST_MS = 5000
/** Saved again though nothing changed, so that its templates are not taken for expired after a restart; ms. */
const REFRESH_MS = 300_000
/** Most exporters at once: making a line takes about 20 µs, and the thread receives. */
const MOST = 200

export interface StateSaver {
  /** Lines of exporters that are due, or of all that changed. */
  due(exporters: Iterable<Exporter>, nowMs: number, all?: boolean): string[]
}

export function createStateSaver(lifetimeMs: number): StateSaver {
  const saved = new WeakMap<Exporter, { readonly changes: number; readonly atMs: number }>()
  const refreshMs = Math.min(REFRESH_MS, lifetimeMs / 4)

  function isDue(exporter: Exporter, nowMs: number, all: boolean): boolean {
    const last = saved.get(exporter)
    if (last === undefined) return exporter.changes > 0
    if (exporter.changes !== last.changes) return all || nowMs - last.atMs >= LEAST_MS
    return exporter.changes > 0 && nowMs - last.atMs >= refreshMs && exporter.lastSeenMs > last.atMs
  }

  return {
    due(exporters, nowMs, all = false) {
      const lines: string[] = []
      for (const exporter of exporters) {
        if (!isDue(exporter, nowMs, all)) continue
        saved.set(exporter, { changes: exporter.changes, atMs: nowMs })
        const state = saveExporter(exporter, nowMs)
        if (state !== null) lines.push(stateLine(exporter.address, state))
        if (!all && lines.length >= MOST) break
      }
      return lines
    },
  }
}
