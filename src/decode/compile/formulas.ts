/**
 * Columns whose value is worked out of fields: units, sums, quotients, values that mean "not available" (PROTOCOLS §11). Fields are
 * read where they lie; the value is made when the whole record was read.
 */
import { MEASURED_GROUPS, STORED_COLUMNS, indexOf, layoutOf, type Column, type MeasuredGroup } from '../../schema/index.ts'
import { IE, type ElementKey } from '../registry/elements.ts'
import type { Formula, Ratio } from '../registry/formula.ts'
import type { Mapping, Source } from '../registry/mapping.ts'
import { VARIABLE, type Definition } from '../types.ts'
import { columnName } from './emit.ts'
import { float, int, signed, unsigned } from './source.ts'

const MEASURED = indexOf('measured')
const TCP = 6
const UDP = 17

/** Devices send zero where they measured none of these (PROTOCOLS §1): no packet travels in no time, no score is below 1. */
const ABOVE_ZERO: ReadonlySet<MeasuredGroup> = new Set([
  'rtt_client',
  'rtt_server',
  'rtt',
  'app_latency',
  'response_time',
  'transaction_time',
  'mos',
  'r_factor',
])
/** Groups that one protocol has: zeros in flows of others were not measured, the template has the fields for all. Streams of media are of UDP. */
const ZEROS_OF: ReadonlyMap<MeasuredGroup, number> = new Map([
  ['retransmitted', TCP],
  ['retransmitted_bytes', TCP],
  ['out_of_order', TCP],
  ['flag_counts', TCP],
  ['zero_window', TCP],
  ['jitter', UDP],
  ['loss', UDP],
])

/** Whether a group’s zeros count in flows of TCP only. */
export const isOfTcp = (group: MeasuredGroup): boolean => ZEROS_OF.get(group) === TCP

export interface FormulaPlan {
  /** Code to place where a field is read, by the field's position. */
  readonly reads: ReadonlyMap<number, (at: string) => string>
  /** Code at the head of each record, and the code that ends it. */
  readonly record: string
  readonly tail: string
  readonly columns: ReadonlySet<number>
  /** Groups of `measured` that every record has. */
  readonly measured: number
  /** Whether some records have more of them, which the code collects in `m`. */
  readonly varies: boolean
  /** The condition that a record is of TCP, where that matters and the record tells; else empty. */
  readonly tcp: string
}

const NONE: FormulaPlan = { reads: new Map(), record: '', tail: '', columns: new Set(), measured: 0, varies: false, tcp: '' }

/** An operand in generated code: its value, and the condition that it is one. `ok` is empty where it always is. */
interface Operand {
  readonly value: string
  readonly ok: string
  /** Whether it is a whole number. */
  readonly whole: boolean
  readonly position: number
  readonly read: (at: string) => string
}

/** The expression of a number of this type, or null where its length is none of such a number (RFC 7011 §6.1, §6.2). */
function numberAt(type: string, length: number): ((at: string) => string) | null {
  if (type.startsWith('float')) return length === 4 || length === 8 ? at => float(at, length) : null
  if (length < 1 || length > 8) return null
  // true is 1 and false is 2 (RFC 7011 §6.1.5).
  if (type === 'boolean') return length === 1 ? at => `(${unsigned(at, 1).low}===1?1:0)` : null
  if (type.startsWith('signed')) return at => signed(at, length)
  return at => {
    const { low, high } = unsigned(at, length)
    // Exact to 2^53; no sum or quotient of quality comes near.
    return high === '0' ? low : `(${high}*4294967296+${low})`
  }
}

/** "Not available" in a shorter field than the element's own is all ones as well. */
const sentinelIn = (sentinel: number, length: number): number => Math.min(sentinel, 2 ** (8 * Math.min(length, 4)) - 1)

const scaled = (value: string, { times, over }: Ratio): string => `${value}${times === 1 ? '' : `*${int(times)}`}${over === 1 ? '' : `/${int(over)}`}`

const all = (conditions: readonly string[]): string => conditions.filter(condition => condition !== '').join('&&')

/** A formula as code. */
interface Made {
  readonly value: string
  readonly ok: string
  /** Whether its value is a whole number. */
  readonly whole: boolean
  readonly operands: readonly Operand[]
}

/**
 * A formula over the operands of a definition; null where it lacks some. A sum of counts takes those of its terms that are there, a
 * time needs all: half of a round trip is none.
 */
function make(formula: Formula, operands: ReadonlyMap<ElementKey, Operand>, counts: boolean): Made | null {
  const there = formula.terms.flatMap(term => {
    const operand = operands.get(term.element)
    return operand === undefined ? [] : [{ operand, value: scaled(operand.value, term), ok: operand.ok, whole: term.over === 1 && operand.whole }]
  })
  const per = formula.per === null ? null : operands.get(formula.per)
  if (there.length === 0 || per === undefined || (!counts && there.length < formula.terms.length)) return null
  const some = counts && there.length > 1 && there.every(({ ok }) => ok !== '') ? `(${there.map(({ ok }) => ok).join('||')})` : ''
  const needed = there.length === 1 || !counts ? all(there.map(({ ok }) => ok)) : some
  const sum = there.map(({ value, ok }) => (counts && there.length > 1 && ok !== '' ? `(${ok}?${value}:0)` : value)).join('+')
  const used = there.map(({ operand }) => operand)
  if (per === null) return { value: sum, ok: needed, whole: there.every(({ whole }) => whole), operands: used }
  return { value: `(${sum})/${per.value}`, ok: all([needed, per.ok, `${per.value}>0`]), whole: false, operands: [...used, per] }
}

/** Code that stores a value in a column; durations beyond 71 minutes stay at the most there is. */
function store(column: number, { value, whole }: Made): string {
  const kind = STORED_COLUMNS[column]?.kind ?? 'id'
  const c = columnName(column)
  const integer = whole ? value : `Math.round(${value})`
  if (kind === 'real') return `${c}[r]=${value};`
  if (kind === 'duration') return `${c}[r]=Math.min(${integer},4294967295);`
  if (layoutOf(kind).per === 2) return `{const t=${integer};${c}[r*2]=t;${c}[r*2+1]=t*2.3283064365386963e-10}`
  return `${c}[r]=${integer};`
}

/** The operands that the fields of a definition are. */
function operandsOf(definition: Definition, mapping: Mapping): ReadonlyMap<ElementKey, Operand> {
  const operands = new Map<ElementKey, Operand>()
  definition.fields.forEach(({ element, length }, position) => {
    // Of an element that occurs twice the first is the outer (PROTOCOLS §4).
    if (position < definition.scopes || length === VARIABLE || !mapping.operands.has(element) || operands.has(element)) return
    const { type, sentinel } = mapping.facts(element)
    const read = numberAt(type, length)
    if (read === null) return
    const value = `f${int(position)}`
    // No column is below zero; a float may be no number at all.
    const positive = type.startsWith('signed') || type.startsWith('float') ? `${value}>=0` : ''
    operands.set(element, {
      value,
      position,
      read,
      whole: !type.startsWith('float'),
      ok: all([positive, sentinel === null ? '' : `${value}!==${int(sentinelIn(sentinel, length))}`]),
    })
  })
  return operands
}

/** The protocol of a record, where it matters to what the record’s quality figures mean; null otherwise, and where it is not told. */
function protocolOf(definition: Definition, mapping: Mapping): Operand | null {
  const fields = definition.fields.slice(definition.scopes)
  const matters = fields.some(({ element }) => {
    const group = STORED_COLUMNS[mapping.filledBy.get(element)?.column ?? mapping.operands.get(element) ?? -1]?.measured
    return group !== undefined && ZEROS_OF.has(group)
  })
  const at = fields.findIndex(({ element, length }) => element === IE.protocolIdentifier && length === 1 && !mapping.own.has(element))
  if (!matters || at < 0) return null
  const position = at + definition.scopes
  return { value: `f${int(position)}`, ok: '', whole: true, position, read: place => unsigned(place, 1).low }
}

/** The branches that fill a column, the preferred first, and whether the last of them always does. */
function branchesOf(sources: readonly Source[], operands: ReadonlyMap<ElementKey, Operand>, column: Column): readonly Made[] {
  const branches: Made[] = []
  for (const source of sources) {
    const made = make(source, operands, layoutOf(column.kind).per === 2)
    if (made === null) continue
    // A plain value needs no code of ours where nothing is preferred to it.
    if (source.plain && branches.length === 0) return []
    const some = column.measured !== undefined && ABOVE_ZERO.has(column.measured) ? `${made.value}>0` : ''
    // A share beyond the whole is another figure: old nProbe sent packets where percent stands.
    branches.push({ ...made, ok: all([made.ok, some, column.unit === '%' ? `${made.value}<=100` : '']) })
    if (branches.at(-1)?.ok === '') break
  }
  return branches
}

/**
 * Chooses for each column what can fill it in records of this definition, and makes the code. With `fill` a row keeps the values it
 * has (RFC 6313).
 */
export function planFormulas(definition: Definition, mapping: Mapping, fill: boolean): FormulaPlan {
  const operands = operandsOf(definition, mapping)
  const proto = protocolOf(definition, mapping)
  if (operands.size === 0 && proto === null) return NONE
  const tcp = proto === null ? '' : `${proto.value}===${int(TCP)}`
  const tail: string[] = []
  const columns = new Set<number>()
  const used = new Set<Operand>(proto === null ? [] : [proto])
  let measured = 0
  let varies = false
  for (const [index, sources] of mapping.computed) {
    const column = STORED_COLUMNS[index]
    const branches = column === undefined ? [] : branchesOf(sources, operands, column)
    if (column === undefined || branches.length === 0) continue
    const bit = column.measured === undefined ? 0 : 2 ** MEASURED_GROUPS.indexOf(column.measured)
    const empty = !fill ? '' : bit === 0 ? `${columnName(index)}[r]===0` : `(${columnName(MEASURED)}[r]&${int(bit)})===0`
    columns.add(index)
    const statements = branches.map(made => {
      for (const operand of made.operands) used.add(operand)
      const ok = all([empty, made.ok])
      const only = column.measured === undefined ? undefined : ZEROS_OF.get(column.measured)
      const unlessZero = proto === null || only === undefined ? '' : `if(${proto.value}===${int(only)}||${made.value}!==0)`
      if (ok === '' && unlessZero === '') {
        measured |= bit
        return `{${store(index, made)}}`
      }
      if (bit !== 0) varies = true
      return `${ok === '' ? '' : `if(${ok})`}{${store(index, made)}${bit === 0 ? '' : `${unlessZero}m|=${int(bit)};`}}`
    })
    tail.push(statements.join('else '))
  }
  if (used.size === 0) return NONE
  if (measured !== 0 || varies) columns.add(MEASURED)
  const reads = new Map([...used].map(({ position, value, read }) => [position, (at: string) => `${value}=${read(at)};`] as const))
  const record = `let ${[...used].map(({ value }) => `${value}=0`).join(',')};`
  return { reads, record, tail: tail.join(''), columns, measured, varies, tcp }
}
