/**
 * A template becomes a function (DESIGN §4): the source of one function per template, all offsets constant, the only thing
 * interpolated being integers that `int` has checked.
 *
 * What the function promises: it reads only inside `[at, end)`, writes only rows from `row` on, and leaves zero what it has
 * no field for, the row after the last too.
 */
import { STORED_COLUMNS, MEASURED_GROUPS, MAX_ROWS, indexOf, layoutOf, type FlowBatch, type Kind } from '../schema/index.ts'
import { FILLED_BY, IE, type ElementKey } from './elements.ts'
import { int, unsigned } from './source.ts'
import { readText } from './text.ts'
import { ntpToMs, planTimes } from './times.ts'
import { VARIABLE, type DecodeRecords, type Definition } from './types.ts'

/** An exporter's clock that is further off than this is not believed. */
const FUTURE_MS = 86_400_000
const PAST_MS = 7 * 86_400_000

const RECEIVED = indexOf('received_at')
const EXPORTER = indexOf('exporter')
const PROTOCOL = indexOf('export_protocol')
const START = indexOf('start_at')
const END = indexOf('end_at')
const MEASURED = indexOf('measured')
const NOTE = indexOf('notes')
const SRC = indexOf('src')
const DST = indexOf('dst')
const ICMP_TYPE = indexOf('icmp_type')
const ICMP_CODE = indexOf('icmp_code')
const APPLICATION_ID = 95

const columnName = (column: number): string => `c${int(column)}`

/** Elements per row of a column in a batch of this family. */
function perRow(column: number, family: 4 | 6): number {
  if (column === RECEIVED || column === EXPORTER) return 1
  const kind = STORED_COLUMNS[column]?.kind ?? 'id'
  return kind === 'ip' && family === 4 ? 1 : layoutOf(kind).per
}

/** Writes an address; of several for one column the first that is not zero stays (PROTOCOLS §4: the first is the outer). */
function storeAddress(column: number, family: 4 | 6, at: string, length: number, again: boolean): string | null {
  const c = columnName(column)
  if (length === 4 && family === 4) return again ? `if(${c}[r]===0)${c}[r]=v.getUint32(${at});` : `${c}[r]=v.getUint32(${at});`
  // A mapped 0.0.0.0 gives way as well: templates for both families leave the addresses of the other one zero.
  const unset = `(${c}[r*4]|${c}[r*4+1]|${c}[r*4+3])===0&&(${c}[r*4+2]===0||${c}[r*4+2]===0xffff0000)`
  if (length === 4) {
    const write = `${c}[r*4]=0;${c}[r*4+1]=0;${c}[r*4+2]=0xffff0000;${c}[r*4+3]=v.getUint32(${at},true);`
    // 0.0.0.0 is an address of a flow; as next hop and the like it is none, which is `::` here.
    const some = `v.getUint32(${at})!==0`
    if (again) return `if(${some}&&${unset}){${write}}`
    return column === SRC || column === DST ? write : `if(${some}){${write}}`
  }
  if (length !== 16 || family === 4) return null
  const words = [0, 4, 8, 12].map(offset => `v.getUint32(${at}+${int(offset)},true)`)
  const write = words.map((word, index) => `${c}[r*4+${int(index)}]=${word};`).join('')
  return again ? `if((${words.join('||')})&&${unset}){${write}}` : write
}

/** Writes a number; of two elements for one column a second one fills only what is still zero. */
function storeNumber(column: number, kind: Kind, element: ElementKey, at: string, length: number, again: boolean): string | null {
  if (length < 1 || length > 8) return null
  const c = columnName(column)
  const { low, high } = unsigned(at, length)
  const wide = layoutOf(kind).per === 2
  let statement: string
  if (wide) statement = high === '0' ? `${c}[r*2]=${low};` : `${c}[r*2]=${low};${c}[r*2+1]=${high};`
  else if (element >= IE.mplsTopLabel && element <= IE.mplsLastLabel) {
    // 20 bits of label, 3 of class, 1 that ends the stack (RFC 3032 §2.1).
    if (length !== 3) return null
    statement = `${c}[r]=${low}>>>4;`
  } else if (element === IE.jitterMilliseconds) statement = `${c}[r]=${low}*1000;`
  else if (element === IE.jitterNanoseconds) statement = `${c}[r]=${low}/1000;`
  else if (kind === 'real') {
    if (length !== 4) return null
    statement = `${c}[r]=v.getFloat32(${at});`
  } else statement = `${c}[r]=${low};`
  if (!again) return statement
  return wide ? `if(${c}[r*2]===0&&${c}[r*2+1]===0){${statement}}` : `if(${c}[r]===0){${statement}}`
}

/** Whether a count has a better element in the same record: totals never mend a delta of zero (PROTOCOLS §7). */
function outranked(definition: Definition, element: ElementKey): boolean {
  const filled = FILLED_BY.get(element)
  if (filled === undefined || STORED_COLUMNS[filled.column]?.kind !== 'count') return false
  return definition.fields.some((other, index) => {
    const better = FILLED_BY.get(other.element)
    return index >= definition.scopes && better !== undefined && better.column === filled.column && better.rank < filled.rank
  })
}

interface Emitted {
  readonly body: string[]
  readonly columns: Set<number>
}

/** Writes a text; of several for one column the first that is not empty stays. */
function emitText(out: Emitted, column: number, at: string, length: string): void {
  const c = columnName(column)
  const write = `{const t=text(v,${at},${length});if(t!=='')${c}[r]=b.code(${int(column)},t)}`
  out.body.push(out.columns.has(column) ? `if(${c}[r]===0)${write}` : write)
  out.columns.add(column)
}

function emitFixed(out: Emitted, family: 4 | 6, element: ElementKey, at: string, length: number): void {
  if ((element === IE.icmpTypeCodeIPv4 || element === IE.icmpTypeCodeIPv6) && length === 2) {
    out.columns.add(ICMP_TYPE).add(ICMP_CODE)
    out.body.push(`{const t=v.getUint16(${at});if(t!==0){${columnName(ICMP_TYPE)}[r]=t>>>8;${columnName(ICMP_CODE)}[r]=t}}`)
    return
  }
  const filled = FILLED_BY.get(element)
  const kind = filled === undefined ? undefined : STORED_COLUMNS[filled.column]?.kind
  if (filled === undefined || kind === undefined || length === 0) return
  if (layoutOf(kind).dictionary !== undefined) {
    emitText(out, filled.column, at, int(length))
    return
  }
  const again = out.columns.has(filled.column)
  const statement = kind === 'ip' ? storeAddress(filled.column, family, at, length, again) : storeNumber(filled.column, kind, element, at, length, again)
  if (statement === null) return
  out.columns.add(filled.column)
  out.body.push(statement)
}

/** A field of variable length: one length byte, or 255 and two more (RFC 7011 §7). Leaves `p` behind it. */
function emitVariable(out: Emitted, element: ElementKey, position: number, offset: number): void {
  const q = `q${int(position)}`
  const l = `l${int(position)}`
  out.body.push(
    `let ${q}=p+${int(offset)};if(${q}+1>end)break;let ${l}=v.getUint8(${q}++);if(${l}===255){if(${q}+2>end)break;${l}=v.getUint16(${q});${q}+=2}if(${q}+${l}>end)break;`,
  )
  const filled = FILLED_BY.get(element)
  const kind = filled === undefined ? undefined : STORED_COLUMNS[filled.column]?.kind
  if (filled !== undefined && kind !== undefined) {
    if (layoutOf(kind).dictionary !== undefined) emitText(out, filled.column, q, l)
    else if (element === APPLICATION_ID) {
      const c = columnName(filled.column)
      out.columns.add(filled.column)
      out.body.push(`if(${l}<=8){let h=0,w=0;for(let i=0;i<${l};i++){h=((h<<8)|(w>>>24))>>>0;w=((w<<8)|v.getUint8(${q}+i))>>>0}${c}[r*2]=w;${c}[r*2+1]=h}`)
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
export function familyOf(definition: Definition): 4 | 6 {
  let narrow = false
  for (const { element, length } of definition.fields.slice(definition.scopes)) {
    const filled = FILLED_BY.get(element)
    if (filled === undefined || STORED_COLUMNS[filled.column]?.kind !== 'ip') continue
    if (length === 16) return 6
    if (length === 4 && (element === IE.sourceIPv4Address || element === IE.destinationIPv4Address)) narrow = true
  }
  return narrow ? 4 : 6
}

/** The source of a definition's function, for the compiler and for the test that inspects it. */
export function sourceOf(definition: Definition, family: 4 | 6): string {
  const { fields } = definition
  const times = planTimes(definition)
  const out: Emitted = { body: [], columns: new Set([RECEIVED, EXPORTER, PROTOCOL, START, END]) }
  const variable = fields.some(field => field.length === VARIABLE)
  let offset = 0
  // Where a run of fixed fields begins in the body, and how many bytes it takes: it is checked once, before it is read.
  const runs = [{ at: 0, bytes: 0 }]
  fields.forEach(({ element, length }, position) => {
    if (length === VARIABLE) {
      emitVariable(out, element, position, offset)
      offset = 0
      runs.push({ at: out.body.length, bytes: 0 })
      return
    }
    const at = `p+${int(offset)}`
    const time = times.reads.get(position)
    if (time !== undefined) out.body.push(time(at))
    else if (!outranked(definition, element)) emitFixed(out, family, element, at, length)
    offset += length
    const run = runs.at(-1)
    if (run !== undefined) run.bytes = offset
  })
  if (variable) for (const run of runs.toReversed()) if (run.bytes > 0) out.body.splice(run.at, 0, `if(p+${int(run.bytes)}>end)break;`)

  let measured = 0
  for (const column of out.columns) {
    const group = STORED_COLUMNS[column]?.measured
    if (group !== undefined) measured |= 1 << MEASURED_GROUPS.indexOf(group)
  }
  if (measured !== 0) {
    out.columns.add(MEASURED)
    out.body.push(`${columnName(MEASURED)}[r]=${int(measured)};`)
  }

  const columns = [...out.columns]
  const head =
    `const rc=x.receivedCode,ec=x.exporterCode,pc=x.protocolCode;${times.head}` +
    columns.map(column => `const ${columnName(column)}=b.columns[${int(column)}]??b.need(${int(column)});`).join('')
  const shared = `${columnName(RECEIVED)}[r]=rc;${columnName(EXPORTER)}[r]=ec;${columnName(PROTOCOL)}[r]=pc;`
  const record = `${times.record}${out.body.join('')}${shared}${times.tail}`
  if (!variable)
    return `${head}let r=row,p=at;for(const last=end-${int(offset)};p<=last;p+=${int(offset)}){${record}r++}x.records=r-row;x.broken=false;return p`
  // A record that does not fit may have written some of its columns: they go back to zero.
  const undo = columns
    .map(column => {
      const per = perRow(column, family)
      return per === 1 ? `${columnName(column)}[r]=0;` : `${columnName(column)}.fill(0,r*${int(per)},r*${int(per)}+${int(per)});`
    })
    .join('')
  const tail = offset === 0 ? '' : `p+=${int(offset)};`
  return (
    `${head}let r=row,p=at,start=at,whole=true;while(p+${int(minimumLength(definition))}<=end&&r<${int(MAX_ROWS)}){start=p;whole=false;${record}${tail}r++;start=p;whole=true}` +
    `x.records=r-row;x.broken=!whole;if(!whole){${undo}}return start`
  )
}

/** Marks a row in `notes`, a column made only when something had to be mended. */
function note(batch: FlowBatch, row: number, bit: number): void {
  const notes = batch.need(NOTE)
  notes[row] = (notes[row] ?? 0) | bit
}

/** Compiles a definition. The caller keeps the result by the definition's key, so that a refresh compiles nothing. */
export function compile(definition: Definition, family: 4 | 6): DecodeRecords {
  // The one place where code is generated (STYLE §4): a test checks that the source holds nothing but our text and integers.
  const make = new Function('text', 'note', 'ntp', 'FUTURE', 'PAST', `'use strict';return function(v,at,end,b,row,x){${sourceOf(definition, family)}}`) as (
    text: typeof readText,
    mark: typeof note,
    ntp: typeof ntpToMs,
    future: number,
    past: number,
  ) => DecodeRecords
  return make(readText, note, ntpToMs, FUTURE_MS, PAST_MS)
}
