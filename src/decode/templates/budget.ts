/** Memory of the templates of all exporters of a decoder: reckoned, bounded, and taken from those that have most. */
import type { Exporter, Template } from '../types.ts'

export interface Budget {
  /** Bytes reckoned now; a definition that several templates share counts once. */
  readonly bytes: number
  add(exporter: Exporter, template: Template): void
  remove(exporter: Exporter, template: Template): void
  /**
   * Takes templates away when there is too much, `newest` last: the oldest that never decoded a record, then the oldest of an exporter
   * that has more than its share. An exporter with little loses nothing it uses as long as others have more. Work is the same however
   * many templates there are.
   */
  shrink(newest: Template, drop: (exporter: Exporter, template: Template) => void): void
}

/** Bytes of a template beside its definition and function, which others may share. */
const OWN_BYTES = 800
/** Most templates looked at for one to take away. */
const MAX_STEPS = 256

export function createBudget(maxBytes: number): Budget {
  const uses = new Map<string, number>()
  /** What each exporter would take if it were alone. */
  const shares = new Map<Exporter, number>()
  /** Templates in the order they came: those not known to be used, and the others. */
  const fresh = new Map<Template, Exporter>()
  const used = new Map<Template, Exporter>()
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
    if (!fresh.delete(template)) used.delete(template)
  }

  function unused(newest: Template): readonly [Template, Exporter] | null {
    let steps = 0
    for (const [template, exporter] of fresh) {
      if (template === newest || steps++ === MAX_STEPS) return null
      if (template.records === 0) return [template, exporter]
      fresh.delete(template)
      used.set(template, exporter)
    }
    return null
  }

  function aboveShare(): readonly [Template, Exporter] | null {
    const fair = maxBytes / shares.size
    let steps = 0
    for (const [template, exporter] of used) {
      if ((shares.get(exporter) ?? 0) > fair || steps++ === MAX_STEPS) return [template, exporter]
      // Its turn comes again.
      used.delete(template)
      used.set(template, exporter)
    }
    return null
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
      fresh.set(template, exporter)
    },
    remove,
    shrink(newest, drop) {
      while (bytes > maxBytes) {
        const victim = unused(newest) ?? aboveShare()
        if (victim === null) return
        drop(victim[1], victim[0])
      }
    },
  }
}
