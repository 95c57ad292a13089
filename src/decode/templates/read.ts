/** Template sets, read into actions in wire order; nothing is kept here. */
import { elementKey, elementOfV9 } from '../registry/elements.ts'
import type { Mapping } from '../registry/mapping.ts'
import type { Definition, Field, SetReason } from '../types.ts'
import { shapeOf, type Shape } from './shapes.ts'

/** Most fields of one template (RELIABILITY §3.1). */
const MAX_FIELDS = 512

/** Not an enterprise anyone has: keeps v9's scope types apart from elements. */
export const SCOPE_SPACE = 0x1_0000

/** What a template set asks for, one action after the other. */
export type TemplateAction =
  | { readonly kind: 'define'; readonly id: number; readonly shape: Shape }
  /** Id 2 or 3 withdraws all templates, or all options templates (RFC 7011 §8.1). */
  | { readonly kind: 'withdraw'; readonly id: number }
  /** A definition that was refused; an older one of this id must go too. */
  | { readonly kind: 'refuse'; readonly id: number }

/** What reading a template set found. */
export interface TemplateSet {
  /** In wire order. */
  readonly actions: readonly TemplateAction[]
  /** Whole definitions read, refused ones included. */
  readonly definitions: number
  readonly reason: SetReason | null
}

type Result = { actions: TemplateAction[]; definitions: number; reason: SetReason | null }
const noResult = (): Result => ({ actions: [], definitions: 0, reason: null })

function refuse(result: Result, id: number): void {
  result.actions.push({ kind: 'refuse', id })
  result.reason = 'malformed'
}

function add(result: Result, id: number, definition: Definition, mapping: Mapping): void {
  result.definitions++
  const shape = shapeOf(definition, mapping)
  if (shape === null) refuse(result, id)
  else result.actions.push({ kind: 'define', id, shape })
}

/** NetFlow v9 template FlowSet (RFC 3954 §5.2) and options template FlowSet (§6.1), whose lengths are in bytes. `most` definitions are read. */
export function readTemplatesV9(view: DataView, start: number, end: number, options: boolean, mapping: Mapping, most = Infinity): TemplateSet {
  const result = noResult()
  let at = start
  const head = options ? 6 : 4
  // Padding is shorter than a definition, and zero; ids below 256 cannot be templates.
  while (at + head <= end) {
    if (result.actions.length >= most) {
      result.reason = 'work_limit'
      break
    }
    const id = view.getUint16(at)
    if (id < 256) {
      if (id !== 0) result.reason = 'malformed'
      break
    }
    const first = view.getUint16(at + 2)
    const scopeBytes = options ? first : 0
    const optionBytes = options ? view.getUint16(at + 4) : first * 4
    if (scopeBytes % 4 !== 0 || optionBytes % 4 !== 0) {
      refuse(result, id)
      break
    }
    const count = (scopeBytes + optionBytes) / 4
    at += head
    if (count > MAX_FIELDS || at + count * 4 > end) {
      refuse(result, id)
      break
    }
    const fields: Field[] = []
    const scopes = scopeBytes / 4
    for (let index = 0; index < count; index++, at += 4) {
      const type = view.getUint16(at)
      // Scope types are a namespace of their own: 1 system, 2 interface … (RFC 3954 §6.1).
      fields.push({ element: index < scopes ? elementKey(SCOPE_SPACE, type) : elementOfV9(type), length: view.getUint16(at + 2) })
    }
    add(result, id, { protocol: 'netflow9', fields, scopes, options }, mapping)
  }
  return result
}

/** IPFIX template set (RFC 7011 §3.4.1) and options template set (§3.4.2), whose counts are fields. `most` definitions are read. */
export function readTemplatesIpfix(view: DataView, start: number, end: number, options: boolean, mapping: Mapping, most = Infinity): TemplateSet {
  const result = noResult()
  let at = start
  while (at + 4 <= end) {
    if (result.actions.length >= most) {
      result.reason = 'work_limit'
      break
    }
    const id = view.getUint16(at)
    const count = view.getUint16(at + 2)
    if (id < 256 && !(count === 0 && (id === 2 || id === 3))) {
      if (id !== 0) result.reason = 'malformed'
      break
    }
    at += 4
    if (count === 0) {
      result.actions.push({ kind: 'withdraw', id })
      continue
    }
    let scopes = 0
    if (options) {
      if (at + 2 > end) {
        result.reason = 'malformed'
        break
      }
      scopes = view.getUint16(at)
      at += 2
    }
    // A field takes at least 4 bytes, so the count is bounded before anything is made of it.
    if (count > MAX_FIELDS || at + count * 4 > end || scopes > count || (options && scopes === 0)) {
      refuse(result, id)
      break
    }
    const fields: Field[] = []
    for (let index = 0; index < count; index++) {
      if (at + 4 > end) break
      const element = view.getUint16(at)
      const length = view.getUint16(at + 2)
      at += 4
      if (element < 0x8000) {
        fields.push({ element, length })
        continue
      }
      if (at + 4 > end) break
      fields.push({ element: elementKey(view.getUint32(at), element & 0x7fff), length })
      at += 4
    }
    if (fields.length < count) {
      refuse(result, id)
      break
    }
    add(result, id, { protocol: 'ipfix', fields, scopes, options }, mapping)
  }
  return result
}
