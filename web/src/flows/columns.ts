/** Columns of the flow table: which are shown, how wide, what has to be asked for, and what a value of one means to the filter. */
import { COLUMNS, columnByName, protocolName, type Column, type Kind } from '../../../src/schema/index.ts'
import type { Cell, FlowRow } from '../api/types.ts'
import type { Condition } from '../filter/language.ts'

/** Columns of a table nobody changed. */
export const DEFAULT_COLUMNS = ['start_at', 'src', 'dst', 'app', 'bytes', 'packets', 'bps', 'proto'] as const

export const ALL_COLUMNS: readonly Column[] = COLUMNS

/** The columns of the address, or the default ones. */
export function shownColumns(names: readonly string[]): readonly Column[] {
  const wanted = names.length === 0 ? DEFAULT_COLUMNS : names
  return wanted.flatMap(name => columnByName(name) ?? [])
}

const WIDTHS: Readonly<Record<Kind, number>> = {
  time: 84, ip: 0, mac: 140, port: 70, proto: 66, as: 84, id: 92, octet: 76, flags: 84, bool: 84,
  count: 80, duration: 90, real: 76, text: 112, country: 76, bits: 92, rate: 92,
}

/** Width in pixels; 0 shares what is left, at least `LEAST_SHARED`. An address stands with its port only at the two ends. */
export const widthOf = (column: Column): number => (column.kind === 'ip' && column.name !== 'src' && column.name !== 'dst' ? 130 : WIDTHS[column.kind])
export const LEAST_SHARED = 122

export const leastWidth = (columns: readonly Column[]): number => columns.reduce((sum, column) => sum + (widthOf(column) || LEAST_SHARED), 28)

const NUMERIC: ReadonlySet<Kind> = new Set<Kind>(['count', 'duration', 'real', 'bits', 'rate'])
export const isNumeric = (column: Column): boolean => NUMERIC.has(column.kind)

const AS_SENT: Readonly<Record<string, string>> = { bytes: 'bytes_as_sent', packets: 'packets_as_sent' }

/** The column that holds what is drawn: as sent, bytes are another column. */
export const sourceOf = (column: Column, asSent: boolean): string => (asSent ? AS_SENT[column.name] ?? column.name : column.name)

const BESIDE: Readonly<Record<string, readonly string[]>> = { src: ['src_port', 'src_name'], dst: ['dst_port', 'dst_name'] }

/** What has to be asked for, so that the shown columns can be drawn. Always in one order, so that the same table is one question. */
export function askedColumns(columns: readonly Column[], asSent: boolean): string {
  const names = new Set(columns.flatMap(column => [sourceOf(column, asSent), ...(BESIDE[column.name] ?? [])]))
  if (columns.some(column => column.measured !== undefined)) names.add('measured')
  names.add('sampling_rate').add('start_at').add('app').add('src').add('dst').add('src_port').add('dst_port').add(asSent ? 'bytes_as_sent' : 'bytes')
  return [...names].toSorted().join(',')
}

const number = (cell: Cell | undefined): number => (typeof cell === 'number' ? cell : Number(cell ?? 0))

/** Letters of TCP flags as the filter writes them: S, A, P. */
export function flagLetters(bits: number): string {
  const letters = [...'FSRPAUEC'].filter((_, index) => (bits & (1 << index)) !== 0).join('')
  return letters === '' ? 'none' : letters
}

/** The protocol by its name where it has one; the API tells a number or a name. */
export function protocolText(cell: Cell | undefined): string {
  if (typeof cell === 'string' && !/^\d+$/.test(cell)) return cell
  const value = number(cell)
  return protocolName(value) ?? String(value)
}

export const isAbsent = (column: Column, value: Cell | undefined): boolean =>
  value === null || value === undefined || value === '' || (column.kind === 'ip' && value === '::') || (column.kind === 'as' && value === 0) || (column.kind === 'mac' && value === '00:00:00:00:00:00')

/** What a click on a value filters by; null where that would be of no use. */
export function conditionOf(column: Column, row: FlowRow): Condition | null {
  const value = row[column.name]
  if (isAbsent(column, value) || typeof value === 'object') return null
  const field = column.name
  switch (column.kind) {
    case 'time': case 'bool': return null
    case 'proto': return { field, value: protocolText(value) }
    case 'flags': return { field, value: flagLetters(number(value)) }
    case 'duration': return { field, op: '>=', value: `${number(value)}us` }
    case 'count': return column.role === 'metric' ? { field, op: '>=', value: String(number(value)) } : { field, value: String(value) }
    case 'real': case 'bits': case 'rate': return { field, op: '>=', value: String(value) }
    case 'as': return { field, value: `AS${String(value).replace(/^AS/i, '')}` }
    case 'ip': case 'mac': case 'port': case 'id': case 'octet': case 'text': case 'country': return { field, value: String(value), ...(column.kind === 'text' || column.kind === 'country' ? { text: true } : {}) }
    default: return column.kind satisfies never
  }
}
