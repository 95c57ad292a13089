/**
 * A template becomes a function (DESIGN §4): the source of one function per template, all offsets constant, the only thing
 * interpolated being integers that `int` has checked.
 *
 * What the function promises: it reads only inside `[at, end)`, writes only rows from `row` on, and leaves zero what it has
 * no field for, the row after the last too.
 */
import { STORED_COLUMNS, MEASURED_GROUPS, MAX_ROWS, indexOf, layoutOf } from '../../schema/index.ts'
import { IE, type ElementKey } from '../registry/elements.ts'
import type { Mapping } from '../registry/mapping.ts'
import { VARIABLE, type DecodeRecords, type Definition } from '../types.ts'
import { columnName, emitText, isTaken, perRow, storeAddress, storeNumber, type Emitted, type Site } from './emit.ts'
import { isOfTcp, planFormulas, type FormulaPlan } from './formulas.ts'
import { HELPERS, type Helpers } from './helpers.ts'
import { int } from './source.ts'
import { SPECIAL } from './special.ts'
import { NO_TIMES, planTimes } from './times.ts'

const RECEIVED = indexOf('received_at')
const EXPORTER = indexOf('exporter')
const PROTOCOL = indexOf('export_protocol')
const START = indexOf('start_at')
const END = indexOf('end_at')
const MEASURED = indexOf('measured')
const SRC = indexOf('src')
const DST = indexOf('dst')
const APPLICATION_ID = 95
/** IANA keeps 0 for nothing: it fills no column. */
const NO_ELEMENT = 0
/** Dictionary columns of numbers: a code a row whatever the family. */
const CODED: ReadonlySet<number> = new Set([RECEIVED, EXPORTER])

/** Whether a count has a better element in the same record: totals never mend a delta of zero (PROTOCOLS §7). */
function outranked(definition: Definition, mapping: Mapping, element: ElementKey): boolean {
  const filled = mapping.filledBy.get(element)
  if (filled === undefined || STORED_COLUMNS[filled.column]?.kind !== 'count') return false
  return definition.fields.some((other, index) => {
    const better = mapping.filledBy.get(other.element)
    return index >= definition.scopes && better !== undefined && better.column === filled.column && better.rank < filled.rank
  })
}

/** Whether an element's column is left to the formulas: they fill it, or the element's value must not go there as it came. */
function isComputed(mapping: Mapping, formulas: FormulaPlan, element: ElementKey, column: number): boolean {
  const sources = mapping.computed.get(column)
  return sources !== undefined && (formulas.columns.has(column) || !sources.some(({ plain, terms }) => plain && terms[0]?.element === element))
}

function emitFixed(site: Site, length: number, formulas: FormulaPlan): void {
  const { out, mapping, family, element, at } = site
  if (!mapping.own.has(element) && SPECIAL.get(element)?.(site) === true) return
  // Huawei sends another figure of two bytes as 232; responder octets are wider (PROTOCOLS §11).
  if (element === IE.responderOctets && length < 4) return
  const filled = mapping.filledBy.get(element)
  const kind = filled === undefined ? undefined : STORED_COLUMNS[filled.column]?.kind
  if (filled === undefined || kind === undefined || length === 0 || isComputed(mapping, formulas, element, filled.column)) return
  if (layoutOf(kind).dictionary !== undefined) {
    emitText(out, filled.column, at, site.bytes)
    return
  }
  const again = isTaken(out, filled.column)
  const zeroStands = filled.column === SRC || filled.column === DST
  const statement = kind === 'ip' ? storeAddress(filled.column, family, at, length, again, zeroStands) : storeNumber(filled.column, kind, at, length, again)
  if (statement === null) return
  out.columns.add(filled.column)
  out.body.push(statement)
}

/** A field of variable length: one length byte, or 255 and two more (RFC 7011 §7). Leaves `p` behind it. */
function emitVariable(out: Emitted, mapping: Mapping, family: 4 | 6, element: ElementKey, position: number, offset: number): void {
  const q = `q${int(position)}`
  const l = `l${int(position)}`
  out.body.push(
    `let ${q}=p+${int(offset)};if(${q}+1>end)break;let ${l}=v.getUint8(${q}++);if(${l}===255){if(${q}+2>end)break;${l}=v.getUint16(${q});${q}+=2}if(${q}+${l}>end)break;`,
  )
  if (mapping.own.has(element) || SPECIAL.get(element)?.({ out, mapping, family, element, position, at: q, length: null, bytes: l }) !== true) {
    const filled = mapping.filledBy.get(element)
    const kind = filled === undefined ? undefined : STORED_COLUMNS[filled.column]?.kind
    if (filled !== undefined && kind !== undefined) {
      if (layoutOf(kind).dictionary !== undefined) emitText(out, filled.column, q, l)
      else if (element === APPLICATION_ID) {
        const c = columnName(filled.column)
        const unset = isTaken(out, filled.column) ? `&&${c}[r*2]===0&&${c}[r*2+1]===0` : ''
        out.columns.add(filled.column)
        out.body.push(
          `if(${l}<=8${unset}){let h=0,w=0;for(let i=0;i<${l};i++){h=((h<<8)|(w>>>24))>>>0;w=((w<<8)|v.getUint8(${q}+i))>>>0}${c}[r*2]=w;${c}[r*2+1]=h}`,
        )
      }
    }
  }
  out.body.push(`p=${q}+${l};`)
}

/** Bytes of the shortest record: a field of variable length takes at least its length byte. */
export function minimumLength(definition: Definition): number {
  let sum = 0
  for (const { length } of definition.fields) sum += length === VARIABLE ? 1 : length
  return sum
}

/** Whether rows of this definition carry addresses, and how wide they lie. */
export function familyOf(definition: Definition, mapping: Mapping): 4 | 6 {
  let narrow = false
  for (const { element, length } of definition.fields.slice(definition.scopes)) {
    const filled = mapping.filledBy.get(element)
    if (filled === undefined || STORED_COLUMNS[filled.column]?.kind !== 'ip') continue
    if (length === 16) return 6
    if (length === 4 && (element === IE.sourceIPv4Address || element === IE.destinationIPv4Address)) narrow = true
  }
  return narrow ? 4 : 6
}

/**
 * The source of a definition's function, for the compiler and for the test that inspects it. With `fill` it makes no rows: it
 * writes what the one row it is given has no value for.
 */
export function sourceOf(definition: Definition, family: 4 | 6, mapping: Mapping, fill = false): string {
  const { fields } = definition
  // A row that is filled has its times and its exporter.
  const times = fill ? NO_TIMES : planTimes(definition, mapping)
  const formulas = planFormulas(definition, mapping, fill)
  const out: Emitted = { body: [], tail: [], columns: new Set(fill ? [] : [RECEIVED, EXPORTER, PROTOCOL, START, END]), fill }
  const variable = fields.some(field => field.length === VARIABLE)
  let offset = 0
  // Where a run of fixed fields begins in the body, and how many bytes it takes: it is checked once, before it is read.
  const runs = [{ at: 0, bytes: 0 }]
  const seen = new Set<ElementKey>()
  fields.forEach(({ element, length }, position) => {
    // Of an element that occurs twice the first is the outer, also where it is zero (RFC 7011 §8, PROTOCOLS §4). Of lists each counts.
    const inner = seen.has(element) && mapping.filledBy.has(element)
    seen.add(element)
    if (length === VARIABLE) {
      emitVariable(out, mapping, family, inner ? NO_ELEMENT : element, position, offset)
      offset = 0
      runs.push({ at: out.body.length, bytes: 0 })
      return
    }
    const at = `p+${int(offset)}`
    const time = times.reads.get(position)
    const operand = formulas.reads.get(position)
    if (operand !== undefined) out.body.push(operand(at))
    if (time !== undefined) out.body.push(time(at))
    else if (!inner && !outranked(definition, mapping, element))
      emitFixed({ out, mapping, family, element, position, at, length, bytes: int(length) }, length, formulas)
    offset += length
    const run = runs.at(-1)
    if (run !== undefined) run.bytes = offset
  })
  if (variable) for (const run of runs.toReversed()) if (run.bytes > 0) out.body.splice(run.at, 0, `if(p+${int(run.bytes)}>end)break;`)

  let { measured } = formulas
  let ofTcp = 0
  for (const column of out.columns) {
    const group = STORED_COLUMNS[column]?.measured
    if (group === undefined) continue
    if (formulas.tcp !== '' && isOfTcp(group)) ofTcp |= 1 << MEASURED_GROUPS.indexOf(group)
    else measured |= 1 << MEASURED_GROUPS.indexOf(group)
  }
  for (const column of formulas.columns) out.columns.add(column)
  out.body.push(formulas.tail)
  if (measured !== 0 || ofTcp !== 0 || formulas.varies) {
    out.columns.add(MEASURED)
    const all = formulas.varies ? 'm' : int(measured)
    out.body.push(`${columnName(MEASURED)}[r]${fill ? '|' : ''}=${ofTcp === 0 ? all : `${all}|(${formulas.tcp}?${int(ofTcp)}:0)`};`)
  }

  const columns = [...out.columns]
  const head =
    (fill ? '' : `const rc=x.receivedCode,ec=x.exporterCode,pc=x.protocolCode;${times.head}`) +
    columns.map(column => `const ${columnName(column)}=b.columns[${int(column)}]??b.need(${int(column)});`).join('')
  const shared = fill ? '' : `${columnName(RECEIVED)}[r]=rc;${columnName(EXPORTER)}[r]=ec;${columnName(PROTOCOL)}[r]=pc;`
  const record = `${times.record}${formulas.record}${formulas.varies ? `let m=${int(measured)};` : ''}${out.body.join('')}${shared}${times.tail}${out.tail.join('')}`
  const next = fill ? 'n++;' : 'r++;'
  const records = fill ? 'n' : 'r-row'
  const begin = fill ? 'const r=row;let n=0,p=at' : 'let r=row,p=at'
  if (!variable)
    return `${head}${begin};for(const last=end-${int(offset)};p<=last;p+=${int(offset)}){${record}${next}}x.records=${records};x.broken=false;return p`
  // A record that does not fit may have written some of its columns: they go back to zero.
  const undo = (fill ? [] : columns)
    .map(column => {
      const per = perRow(column, family, CODED)
      return per === 1 ? `${columnName(column)}[r]=0;` : `${columnName(column)}.fill(0,r*${int(per)},r*${int(per)}+${int(per)});`
    })
    .join('')
  const tail = offset === 0 ? '' : `p+=${int(offset)};`
  return (
    `${head}${begin},start=at,whole=true;while(p+${int(minimumLength(definition))}<=end&&r<${int(MAX_ROWS)}){start=p;whole=false;${record}${tail}${next}start=p;whole=true}` +
    `x.records=${records};x.broken=!whole;if(!whole){${undo}}return start`
  )
}

/** Compiles a definition. The caller keeps the result by the definition's key, so that a refresh compiles nothing. */
export function compile(definition: Definition, family: 4 | 6, mapping: Mapping, fill = false): DecodeRecords {
  // The one place where code is generated (STYLE §4): a test checks that the source holds nothing but our text and integers.
  const names = Object.keys(HELPERS).join(',')
  const make = new Function('h', `'use strict';const{${names}}=h;return function(v,at,end,b,row,x){${sourceOf(definition, family, mapping, fill)}}`) as (
    helpers: Helpers,
  ) => DecodeRecords
  return make(HELPERS)
}
