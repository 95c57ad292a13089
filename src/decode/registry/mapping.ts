/**
 * Which information element fills which column. The standard mapping derives from the schema's declaration; an exporter may have
 * one of its own, with the profiles and fields its configuration names.
 */
import { STORED_COLUMNS, layoutOf, type Column, type ElementRef } from '../../schema/index.ts'
import type { ElementKey } from './elements.ts'
import { describeElement, type ElementFacts, type ElementType } from './facts.ts'
import { product, ratio, readFormula, type Formula, type Ratio } from './formula.ts'

/** A column an element can fill; a lower `rank` is preferred when a record has several elements for it. */
export interface Filled {
  readonly column: number
  readonly rank: number
}

/** What can fill a computed column. */
export interface Source extends Formula {
  /** Whether it is one element whose value stands as it came. */
  readonly plain: boolean
}

export interface Mapping {
  /** Mappings with the same id fill alike: compiled functions are kept by it. The standard one's is empty. */
  readonly id: string
  /** Elements that fill a column by themselves: as they are, or by the formula that `computed` has for the column. */
  readonly filledBy: ReadonlyMap<ElementKey, Filled>
  /**
   * Columns whose value is worked out (a factor, a unit, a sum, a quotient) or may be "not available", with what can fill them, the
   * preferred first. Factors lead to the column's unit.
   */
  readonly computed: ReadonlyMap<number, readonly Source[]>
  /** Elements in a formula of `computed`, each with the first column it helps to fill. */
  readonly operands: ReadonlyMap<ElementKey, number>
  /** Elements the configuration gave another meaning: no rule of the decoder applies to them. */
  readonly own: ReadonlySet<ElementKey>
  /** Type and sentinel of an element in a formula. */
  readonly facts: (element: ElementKey) => Pick<ElementFacts, 'type' | 'sentinel'>
}

/** A field of a profile or of the configuration: `from` fills `column`, before everything that fills it by default. */
export interface FieldRule {
  readonly column: string
  readonly from: ElementRef
  readonly type?: ElementType | undefined
  /** In the registry's words; milliseconds by default where the registry says so. */
  readonly unit?: string | undefined
  readonly scale?: Ratio | undefined
  readonly sentinel?: number | undefined
}

const NANOSECONDS: Readonly<Record<string, number>> = { seconds: 1e9, milliseconds: 1e6, microseconds: 1000, nanoseconds: 1, µs: 1000, ms: 1e6 }
const ONE: Ratio = { times: 1, over: 1 }

/** `a × b`; throws a RangeError where it does not fit. */
function times(a: Ratio, b: Ratio): Ratio {
  const made = product(a, b)
  if (made === null) throw new RangeError(`a factor of ${a.times}/${a.over} × ${b.times}/${b.over} is too large or too fine`)
  return made
}

/** The factor from an element's unit of time to a column's; 1 where one of them is no time. */
export function unitFactor(unit: string, column: Column): Ratio {
  const from = NANOSECONDS[unit]
  const to = NANOSECONDS[column.unit ?? '']
  return (from === undefined || to === undefined ? null : ratio(from, to)) ?? ONE
}

/** Whether a value of this type may be read as an unsigned integer. */
const isUnsigned = (type: ElementType): boolean => !(type.startsWith('signed') || type.startsWith('float') || type === 'boolean')

export const isText = ({ kind }: Column): boolean => layoutOf(kind).dictionary === 'text'

/** Numbers that formulas can be of: addresses, texts and times are stored by ways of their own. */
export const isNumber = (column: Column): boolean => column.kind !== 'ip' && column.kind !== 'mac' && column.kind !== 'time' && !isText(column)

/** Columns that FlowLens fills itself, or reads by rules of its own from several elements: no field may name them. */
export const COLLECTED: ReadonlySet<string> = new Set([
  'received_at',
  'start_at',
  'end_at',
  'exporter',
  'domain',
  'export_protocol',
  'sampler',
  'sampling_rate',
  'sampling_source',
  'exporter_name',
  'exporter_group',
  'exporter_role',
  'exporter_site',
  'exporter_region',
  'exporter_tenant',
  'in_if_name',
  'out_if_name',
  'measured',
  'batch',
  'row',
  'duplicate',
  'notes',
])

function inUnitOf(column: Column, { terms, per }: Formula, unitOf: (element: ElementKey) => string, scale: Ratio): Formula {
  return { terms: terms.map(term => ({ element: term.element, ...times(times(term, unitFactor(unitOf(term.element), column)), scale) })), per }
}

/** The elements of a formula, each as often as it stands there. */
export const elementsOf = ({ terms, per }: Formula): readonly ElementKey[] => [...terms.map(term => term.element), ...(per === null ? [] : [per])]

const indexByName = new Map(STORED_COLUMNS.map((column, index) => [column.name, index]))

const UNKNOWN = { type: 'unsigned64', sentinel: null } as const

/**
 * A mapping of the schema's declaration with these fields before it. An element that a field names fills nothing else. Throws a
 * SyntaxError for a formula that is none, a RangeError for a column that is not stored or a factor that does not fit.
 */
function makeMapping(id: string, rules: readonly FieldRule[]): Mapping {
  const own = new Set<ElementKey>()
  const given = new Map<ElementKey, FieldRule>()
  const ruled = new Map<number, Formula[]>()
  for (const rule of rules) {
    const index = indexByName.get(rule.column)
    const column = STORED_COLUMNS[index ?? -1]
    if (index === undefined || column === undefined) throw new RangeError(`no stored column ${rule.column}`)
    const formula = readFormula(rule.from)
    for (const element of elementsOf(formula)) {
      own.add(element)
      given.set(element, rule)
    }
    const unitOf = (element: ElementKey): string => rule.unit ?? describeElement(element)?.unit ?? ''
    ruled.set(index, [...(ruled.get(index) ?? []), inUnitOf(column, formula, unitOf, rule.scale ?? ONE)])
  }
  const facts = (element: ElementKey): Pick<ElementFacts, 'type' | 'sentinel'> => {
    const known = describeElement(element) ?? UNKNOWN
    const rule = given.get(element)
    return rule === undefined ? known : { type: rule.type ?? known.type, sentinel: rule.sentinel ?? known.sentinel }
  }

  const filledBy = new Map<ElementKey, Filled>()
  const computed = new Map<number, readonly Source[]>()
  const operands = new Map<ElementKey, number>()
  STORED_COLUMNS.forEach((column, index) => {
    const standard = (column.elements ?? [])
      .map(ref => readFormula(ref))
      .filter(formula => !elementsOf(formula).some(element => own.has(element)))
      .map(formula => inUnitOf(column, formula, element => describeElement(element)?.unit ?? '', ONE))
    const formulas = [...(ruled.get(index) ?? []), ...standard]
    const plain = ({ terms: [first, ...more], per }: Formula): boolean => {
      if (first === undefined || more.length > 0 || per !== null || first.times !== first.over) return false
      const { type, sentinel } = facts(first.element)
      // Durations stay at the most there is, which takes a look at the value.
      return column.kind !== 'duration' && column.kind !== 'real' && isUnsigned(type) && sentinel === null
    }
    const sources = formulas.map(formula => ({ ...formula, plain: plain(formula) }))
    if (isNumber(column) && !sources.every(source => source.plain)) {
      computed.set(index, sources)
      for (const element of formulas.flatMap(elementsOf)) if (!operands.has(element)) operands.set(element, index)
    }
    formulas.forEach(({ terms: [term, ...more], per }, rank) => {
      if (term !== undefined && more.length === 0 && per === null && !filledBy.has(term.element)) filledBy.set(term.element, { column: index, rank })
    })
  })
  return { id, filledBy, computed, operands, own, facts }
}

/** What exporters of every kind are read by. */
export const STANDARD_MAPPING: Mapping = makeMapping('', [])

const made = new Map<string, Mapping>()

/** The mapping with these fields, the same object for the same fields. */
export function mappingWith(rules: readonly FieldRule[]): Mapping {
  if (rules.length === 0) return STANDARD_MAPPING
  const key = JSON.stringify(rules)
  const known = made.get(key)
  if (known !== undefined) return known
  const mapping = makeMapping(`m${made.size + 1}`, rules)
  made.set(key, mapping)
  return mapping
}

/** The column an element fills or helps to fill; null where it fills none. */
export function columnOf(mapping: Mapping, element: ElementKey): string | null {
  const index = mapping.filledBy.get(element)?.column ?? mapping.operands.get(element)
  return index === undefined ? null : (STORED_COLUMNS[index]?.name ?? null)
}
