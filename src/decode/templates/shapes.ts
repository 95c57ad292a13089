/**
 * What follows from a definition alone: lengths, the function, the rules. Templates of the same definition share one shape, whoever
 * sent them, so that a refresh, a flip-flop or another exporter of the same model makes nothing anew. The function is compiled
 * when the first record comes: templates that nobody uses cost no compiling.
 */
import { indexOf } from '../../schema/index.ts'
import { compile, familyOf, minimumLength } from '../compile/compile.ts'
import { SPECIAL } from '../compile/special.ts'
import { IE, type ElementKey } from '../registry/elements.ts'
import type { Mapping } from '../registry/mapping.ts'
import { rulesFor } from '../rules/rules.ts'
import { VARIABLE, type AfterRecords, type DecodeRecords, type Definition, type Template } from '../types.ts'

const RATE = indexOf('sampling_rate')
const SAMPLER = indexOf('sampler')

const MAX_RECORD_BYTES = 65_535
/** Shapes kept for another use, those used last. */
const MAX_KEPT = 4096
/**
 * Bytes of a template with its function, and of each of its fields: measured 7.2 KB at 10 fields, 12.5 KB at 30, 30 KB at 100, 64 KB
 * at 400, and a third of it before the first record. `test/template-flood.test.ts` holds the sum against the memory of a process.
 */
const TEMPLATE_BYTES = 6000
const FIELD_BYTES = 400

export interface Shape {
  readonly key: string
  readonly definition: Definition
  readonly minLength: number
  readonly variable: boolean
  readonly family: 4 | 6
  readonly after: readonly AfterRecords[]
  readonly hasOctets: boolean
  readonly hasPackets: boolean
  readonly hasSampler: boolean
  readonly hasRate: boolean
  readonly unknown: readonly number[]
  readonly sizeBytes: number
  readonly mapping: Mapping
  /** Null until the first record. */
  decode: DecodeRecords | null
}

const kept = new Map<string, Shape>()

/** Padding octets (NetFlow v9 and IPFIX), and elements that rules of the decoder read. */
const UNDERSTOOD: ReadonlySet<ElementKey> = new Set<ElementKey>([210, ...Object.values(IE), ...SPECIAL.keys()])

const keyOf = (definition: Definition): string =>
  `${definition.protocol}/${definition.options ? 'o' : ''}${definition.scopes}:${definition.fields.map(field => `${field.element}.${field.length}`).join(',')}`

/** Whether a column or a rule takes this element's value. */
export const isTaken = (element: ElementKey, mapping: Mapping): boolean =>
  mapping.filledBy.has(element) || mapping.operands.has(element) || UNDERSTOOD.has(element)

function makeShape(key: string, definition: Definition, mapping: Mapping): Shape | null {
  const minLength = minimumLength(definition)
  if (definition.fields.length === 0 || minLength === 0 || minLength > MAX_RECORD_BYTES) return null
  const fields = definition.fields.slice(definition.scopes)
  const has = (element: ElementKey): boolean => fields.some(field => field.element === element)
  const fills = (column: number): boolean =>
    fields.some(({ element }) => mapping.filledBy.get(element)?.column === column || mapping.operands.get(element) === column)
  const unknown = definition.options
    ? []
    : definition.fields.flatMap(({ element, length }, position) => (length > 0 && !isTaken(element, mapping) ? [position] : []))
  return {
    key,
    definition,
    minLength,
    variable: definition.fields.some(field => field.length === VARIABLE),
    family: familyOf(definition, mapping),
    after: rulesFor(definition, mapping),
    hasOctets: has(IE.octetDeltaCount),
    hasPackets: has(IE.packetDeltaCount),
    hasSampler: fills(SAMPLER),
    hasRate: fills(RATE),
    unknown,
    sizeBytes: TEMPLATE_BYTES + definition.fields.length * FIELD_BYTES,
    mapping,
    decode: null,
  }
}

/** The shape of a definition; null when it can not be a template (no field, no length, too long). */
export function shapeOf(definition: Definition, mapping: Mapping): Shape | null {
  const key = keyOf(definition)
  const place = `${mapping.id} ${key}`
  const shape = kept.get(place) ?? makeShape(key, definition, mapping)
  if (shape === null) return null
  // The newest stands last.
  kept.delete(place)
  kept.set(place, shape)
  if (kept.size > MAX_KEPT)
    for (const [oldest] of kept) {
      kept.delete(oldest)
      break
    }
  return shape
}

/** A template of this shape, new at `nowMs`. */
export function makeTemplate(id: number, shape: Shape, nowMs: number): Template {
  const { key, definition, minLength, variable, family, after, hasOctets, hasPackets, hasSampler, hasRate, unknown, sizeBytes } = shape
  const template: Template = {
    id,
    definition,
    key,
    minLength,
    family,
    variable,
    after,
    decode(view, at, end, batch, row, context) {
      shape.decode ??= compile(definition, family, shape.mapping)
      template.decode = shape.decode
      return shape.decode(view, at, end, batch, row, context)
    },
    hasOctets,
    hasPackets,
    hasSampler,
    hasRate,
    sizeBytes,
    firstSeenMs: nowMs,
    lastSeenMs: nowMs,
    lastUsedMs: nowMs,
    refreshMs: 0,
    records: 0,
    redefined: 0,
    redefinedAtMs: 0,
    former: [],
    restored: false,
    flowKeys: null,
    unknown,
    sampleAtMs: unknown.length > 0 ? 0 : Infinity,
  }
  if (shape.decode !== null) template.decode = shape.decode
  return template
}
