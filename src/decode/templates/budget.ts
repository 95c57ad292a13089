/** Memory of the templates of all exporters of a decoder: reckoned, bounded, and taken from those that have most. */
import type { Exporter, Template } from '../types.ts'

/** What is given back at once when there is too much, so that it is not done for each template. */
const ROOM = 0.1

export interface Budget {
  /** Bytes reckoned now; a definition that several templates share counts once. */
  readonly bytes: number
  add(exporter: Exporter, template: Template): void
  remove(exporter: Exporter, template: Template): void
  /**
   * Takes templates away until there is room again, when there is too much: those that never decoded a record, then of the exporters
   * with most those not used for longest. An exporter with little loses nothing it uses as long as others have more.
   */
  shrink(drop: Drop): void
}

type Drop = (exporter: Exporter, template: Template) => void

/** How far the level sinks when cutting to it was not enough, because definitions are shared. */
const LOWER = 0.7

/** The level to which shares must be cut for their sum to be this part of what it is. */
function levelOf(shares: readonly number[], part: number): number {
  const sorted = shares.toSorted((one, other) => one - other)
  let left = sorted.reduce((sum, share) => sum + share, 0) * part
  for (const [index, share] of sorted.entries()) {
    const even = left / (sorted.length - index)
    if (share >= even) return even
    left -= share
  }
  return Infinity
}

/** Bytes of a template beside its definition and function, which others may share. */
const OWN_BYTES = 800

const lastUse = (template: Template): number => Math.max(template.lastSeenMs, template.lastUsedMs)

export function createBudget(maxBytes: number): Budget {
  const uses = new Map<string, number>()
  /** What each exporter would take if it were alone. */
  const shares = new Map<Exporter, number>()
  let bytes = 0

  const shapeOf = (exporter: Exporter, template: Template): string => `${exporter.settings.mapping.id} ${template.key}`

  function remove(exporter: Exporter, template: Template): void {
    const shape = shapeOf(exporter, template)
    const left = (uses.get(shape) ?? 1) - 1
    bytes -= OWN_BYTES
    if (left > 0) uses.set(shape, left)
    else {
      uses.delete(shape)
      bytes -= template.sizeBytes - OWN_BYTES
    }
    const share = (shares.get(exporter) ?? 0) - template.sizeBytes
    if (share > 0) shares.set(exporter, share)
    else shares.delete(exporter)
  }

  /** Drops templates of an exporter, those not used for longest first, until its share is at the level. */
  function cut(exporter: Exporter, level: number, enough: number, drop: Drop, may: (template: Template) => boolean): void {
    const candidates = [...exporter.domains.values()].flatMap(domain => [...domain.templates.values()].filter(may))
    for (const template of candidates.toSorted((one, other) => lastUse(one) - lastUse(other))) {
      if (bytes <= enough || (shares.get(exporter) ?? 0) <= level) return
      drop(exporter, template)
    }
  }

  return {
    get bytes() {
      return bytes
    },
    add(exporter, template) {
      const shape = shapeOf(exporter, template)
      const users = uses.get(shape) ?? 0
      uses.set(shape, users + 1)
      bytes += users === 0 ? template.sizeBytes : OWN_BYTES
      shares.set(exporter, (shares.get(exporter) ?? 0) + template.sizeBytes)
    },
    remove,
    shrink(drop) {
      if (bytes <= maxBytes) return
      const enough = maxBytes * (1 - ROOM)
      // First what never decoded a record: a flood is of such templates.
      for (const [exporter] of [...shares]) cut(exporter, 0, enough, drop, template => template.records === 0)
      for (let level = levelOf([...shares.values()], enough / bytes); bytes > enough && level >= 1; level *= LOWER)
        for (const [exporter, share] of [...shares]) if (share > level) cut(exporter, level, enough, drop, () => true)
    },
  }
}
