/** Elements no column takes: how many records carry them, and what their values look like. Looked at rarely, never on the hot path. */
import { fieldAt } from './options/values.ts'
import type { Exporter, Template } from './types.ts'

/** The first record of a template is looked at, then one about once a minute. */
const SAMPLE_MS = 60_000
const SAMPLE_BYTES = 32
/** Most elements kept of one exporter. */
const MAX_UNKNOWN = 1024

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
