/** Elements no column takes: how many records carry them, and what their values look like. Looked at rarely, never on the hot path. */
import { fieldAt } from './options/values.ts'
import type { Exporter, Template, Unknown } from './types.ts'
import type { ElementKey } from './registry/elements.ts'

/** The first record of a template is looked at, then one about once a minute. */
const SAMPLE_MS = 60_000
const SAMPLE_BYTES = 32
/** Most elements kept of one exporter. */
export const MAX_UNKNOWN = 1024

/** Keeps the values of the first record at `start` of elements nobody takes. */
export function sampleUnknown(view: DataView, start: number, end: number, exporter: Exporter, template: Template, nowMs: number): void {
  template.sampleAtMs = nowMs + SAMPLE_MS
  for (const position of template.unknown) {
    const field = template.definition.fields[position]
    const place = fieldAt(view, start, end, template.definition, position)
    if (field === undefined || place === null) return
    let known = exporter.unknown.get(field.element)
    if (known === undefined) {
      if (exporter.unknown.size >= MAX_UNKNOWN) continue
      known = { length: field.length, sample: null, records: 0 }
      exporter.unknown.set(field.element, known)
    }
    known.sample = new Uint8Array(view.buffer, view.byteOffset + place.at, Math.min(SAMPLE_BYTES, place.length)).slice()
  }
}

/** An unknown element with the records that carried it, of templates that live and that are gone. */
export interface UnknownUse extends Unknown {
  readonly element: ElementKey
  /** Ids of the live templates that have it. */
  readonly templates: readonly number[]
}

/** Elements of an exporter that no column takes. */
export function unknownElements(exporter: Exporter): readonly UnknownUse[] {
  const uses = new Map<ElementKey, { length: number; sample: Uint8Array | null; records: number; templates: number[] }>()
  for (const [element, { length, sample, records }] of exporter.unknown) uses.set(element, { length, sample, records, templates: [] })
  for (const domain of exporter.domains.values()) {
    for (const template of domain.templates.values()) {
      // An element may stand in a template twice; its records are counted once.
      for (const element of new Set(template.unknown.map(position => template.definition.fields[position]?.element ?? 0))) {
        const length = template.definition.fields.find(field => field.element === element)?.length ?? 0
        const use = uses.get(element) ?? { length, sample: null, records: 0, templates: [] }
        use.records += template.records
        if (!use.templates.includes(template.id)) use.templates.push(template.id)
        uses.set(element, use)
      }
    }
  }
  return [...uses].map(([element, use]) => ({ element, ...use }))
}
