/**
 * Common properties (RFC 5473): a record of options tells what several records of flows have in common, under an id
 * (commonPropertiesId, element 137) that those name. Rows get the values where their own record has none.
 */
import { compile } from '../compile/compile.ts'
import { IE } from '../registry/elements.ts'
import type { DecodeRecords, Domain, Exporter, Template } from '../types.ts'
import { fieldAt, type Values } from './values.ts'

/** Most ids kept of one domain. */
const MAX_COMMON = 4096

const functions = new WeakMap<Template, { 4: DecodeRecords; 6: DecodeRecords }>()

/** Functions that fill a row with the fields of this template's records behind the scope. */
function fillsOf(template: Template, exporter: Exporter): { readonly 4: DecodeRecords; readonly 6: DecodeRecords } {
  const known = functions.get(template)
  if (known !== undefined) return known
  const { mapping } = exporter.settings
  const definition = { ...template.definition, fields: template.definition.fields.slice(template.definition.scopes), scopes: 0, options: false }
  const made = { 4: compile(definition, 4, mapping, true), 6: compile(definition, 6, mapping, true) }
  functions.set(template, made)
  return made
}

/** Keeps the record in `[start, end)` when its scope is an id of common properties. */
export function learnCommon(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain, template: Template, values: Values): void {
  const { fields, scopes } = template.definition
  if (scopes === 0 || scopes === fields.length || !fields.some(({ element }, position) => position < scopes && element === IE.commonPropertiesId)) return
  const id = values.number(IE.commonPropertiesId)
  if (id === undefined || (!domain.common.has(id) && domain.common.size >= MAX_COMMON)) return
  const first = fieldAt(view, start, end, template.definition, scopes)
  if (first === null) return
  // The length of a field that varies stands before its bytes, so the shared part begins where the last scope field ends.
  const last = fieldAt(view, start, end, template.definition, scopes - 1)
  const from = last === null ? first.at : last.at + last.length
  const bytes = new Uint8Array(view.buffer, view.byteOffset + from, end - from).slice()
  domain.common.set(id, { bytes: new DataView(bytes.buffer), fill: fillsOf(template, exporter) })
}
