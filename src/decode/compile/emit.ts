/** What the generated code of one template collects, and the statements that store a value of the wire in a column. */
import { STORED_COLUMNS, layoutOf, type Kind } from '../../schema/index.ts'
import type { ElementKey } from '../registry/elements.ts'
import type { Mapping } from '../registry/mapping.ts'
import { int, unsigned } from './source.ts'

/** The body of a function in the making, and the columns it writes. */
export interface Emitted {
  readonly body: string[]
  /** What runs once the record is known to be whole: fields whose values give way to those of all others. */
  readonly tail: string[]
  readonly columns: Set<number>
  /** Whether values go only where the row has none: records of a list fill the row of the record they came in (RFC 6313). */
  readonly fill: boolean
}

/** Whether a column may already have its value when a statement runs; then the statement must look first. */
export const isTaken = (out: Emitted, column: number): boolean => out.fill || out.columns.has(column)

/** A field in its place: what a special rule needs to make code of it. */
export interface Site {
  readonly out: Emitted
  readonly mapping: Mapping
  readonly family: 4 | 6
  readonly element: ElementKey
  /** Its place among the fields of the template. */
  readonly position: number
  /** Where its bytes begin, as source text. */
  readonly at: string
  /** How many there are; null where the length varies. */
  readonly length: number | null
  /** The same as source text. */
  readonly bytes: string
}

/** Makes the code of a field that is more than a value for a column; false leaves the field to the common way. */
export type Emit = (site: Site) => boolean

/** Where a field lies as statements of the tail can say it: `p` has moved on by then. */
export function placeOf({ out, position, at, length }: Site): string {
  // A field of variable length has its place in a variable already.
  if (length === null) return at
  const q = `q${int(position)}`
  out.body.push(`const ${q}=${at};`)
  return q
}

/** The variable of a column in generated code. */
export const columnName = (column: number): string => `c${int(column)}`

/** Writes an address; of several for one column the first that is not zero stays (PROTOCOLS §4: the first is the outer). */
export function storeAddress(column: number, family: 4 | 6, at: string, length: number, again: boolean, zeroStands: boolean): string | null {
  const c = columnName(column)
  if (length === 4 && family === 4) return again ? `if(${c}[r]===0)${c}[r]=v.getUint32(${at});` : `${c}[r]=v.getUint32(${at});`
  // A mapped 0.0.0.0 gives way as well: templates for both families leave the addresses of the other one zero.
  const unset = `(${c}[r*4]|${c}[r*4+1]|${c}[r*4+3])===0&&(${c}[r*4+2]===0||${c}[r*4+2]===0xffff0000)`
  if (length === 4) {
    const write = `${c}[r*4]=0;${c}[r*4+1]=0;${c}[r*4+2]=0xffff0000;${c}[r*4+3]=v.getUint32(${at},true);`
    // 0.0.0.0 is an address of a flow; as next hop and the like it is none, which is `::` here.
    const some = `v.getUint32(${at})!==0`
    if (again) return `if(${some}&&${unset}){${write}}`
    return zeroStands ? write : `if(${some}){${write}}`
  }
  if (length !== 16 || family === 4) return null
  const words = [0, 4, 8, 12].map(offset => `v.getUint32(${at}+${int(offset)},true)`)
  const write = words.map((word, index) => `${c}[r*4+${int(index)}]=${word};`).join('')
  return again ? `if((${words.join('||')})&&${unset}){${write}}` : write
}

/** Writes an unsigned number as it is; of two elements for one column a second one fills only what is still zero. */
export function storeNumber(column: number, kind: Kind, at: string, length: number, again: boolean): string | null {
  if (length < 1 || length > 8) return null
  const c = columnName(column)
  const { low, high } = unsigned(at, length)
  const wide = layoutOf(kind).per === 2
  let statement: string
  if (wide) statement = high === '0' ? `${c}[r*2]=${low};` : `${c}[r*2]=${low};${c}[r*2+1]=${high};`
  else statement = `${c}[r]=${low};`
  if (!again) return statement
  return wide ? `if(${c}[r*2]===0&&${c}[r*2+1]===0){${statement}}` : `if(${c}[r]===0){${statement}}`
}

/** Writes a text; of several for one column the first that is not empty stays. */
export function emitText(out: Emitted, column: number, at: string, bytes: string): void {
  const c = columnName(column)
  const write = `{const t=text(v,${at},${bytes});if(t!=='')${c}[r]=b.code(${int(column)},t)}`
  out.body.push(isTaken(out, column) ? `if(${c}[r]===0)${write}` : write)
  out.columns.add(column)
}

/** Elements per row of a column in a batch of this family. */
export function perRow(column: number, family: 4 | 6, coded: ReadonlySet<number>): number {
  if (coded.has(column)) return 1
  const kind = STORED_COLUMNS[column]?.kind ?? 'id'
  return kind === 'ip' && family === 4 ? 1 : layoutOf(kind).per
}
