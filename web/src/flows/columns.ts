/** Columns of the flow table: which are shown, how wide, what has to be asked for, and what a value of one means to the filter. */
import { numberOf } from '../api/cells.ts'
import {
  COLUMNS,
  columnByName,
  icmpCodeName,
  icmpTypeName,
  protocolName,
  protocolNumber,
  serviceName,
  valueName,
  type Column,
  type Kind,
} from '../../../src/schema/index.ts'
import type { Cell, FlowRow } from '../api/types.ts'
import type { Condition } from '../filter/language.ts'
import { words } from '../words.ts'

/** Columns of a table nobody changed. */
export const DEFAULT_COLUMNS = ['start_at', 'src', 'dst', 'app', 'bytes', 'packets', 'bps', 'proto', 'exporter', 'in_if'] as const

export const ALL_COLUMNS: readonly Column[] = COLUMNS

/** The columns of the address, or the default ones. */
export function shownColumns(names: readonly string[]): readonly Column[] {
  const wanted = names.length === 0 ? DEFAULT_COLUMNS : names
  return wanted.flatMap(name => columnByName(name) ?? [])
}

const WIDTHS: Readonly<Record<Kind, number>> = {
  time: 84,
  ip: 0,
  mac: 140,
  port: 108,
  proto: 76,
  as: 84,
  id: 92,
  octet: 76,
  flags: 84,
  bool: 84,
  count: 82,
  duration: 90,
  real: 76,
  text: 104,
  country: 76,
  bits: 90,
  rate: 92,
}

/** Numbers that are shown by names of several words. */
const WORDY: ReadonlySet<string> = new Set(['icmp_type', 'icmp_code', 'end_reason', 'forwarding_status', 'nat_event'])

/** Width in pixels; 0 shares what is left, at least `LEAST_SHARED`. An address stands with its port only at the two ends. */
export function widthOf(column: Column): number {
  if (column.kind === 'ip' && column.name !== 'src' && column.name !== 'dst') return 130
  return WORDY.has(column.name) || isInterface(column) ? 130 : WIDTHS[column.kind]
}
export const LEAST_SHARED = 116

export const leastWidth = (columns: readonly Column[]): number => columns.reduce((sum, column) => sum + (widthOf(column) || LEAST_SHARED), 28)

const NUMERIC: ReadonlySet<Kind> = new Set<Kind>(['count', 'duration', 'real', 'bits', 'rate'])
export const isNumeric = (column: Column): boolean => NUMERIC.has(column.kind)

/** Counters the API tells as they were sent; shown times the sampling rate. */
const SAMPLED: Readonly<Record<string, string>> = { bytes: 'bytes_as_sent', packets: 'packets_as_sent' }

/** An index of SNMP: it means something at its exporter only, and stands beside the interface’s name. */
export const isInterface = ({ name }: Pick<Column, 'name'>): boolean => name === 'in_if' || name === 'out_if'

/** What a column is drawn with. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  src: ['src_port', 'src_name'],
  dst: ['dst_port', 'dst_name'],
  exporter: ['exporter_name'],
  in_if: ['in_if_name', 'exporter'],
  out_if: ['out_if_name', 'exporter'],
  icmp_type: ['proto'],
  icmp_code: ['proto', 'icmp_type'],
}

/** What has to be asked for, so that the shown columns can be drawn. Always in one order, so that the same table is one question. */
export function askedColumns(columns: readonly Column[]): string {
  const names = new Set(columns.flatMap(column => [SAMPLED[column.name] ?? column.name, ...(BESIDE[column.name] ?? [])]))
  if (columns.some(column => column.measured !== undefined)) names.add('measured')
  for (const name of ['sampling_rate', 'start_at', 'app', 'src', 'dst', 'src_port', 'dst_port', 'bytes_as_sent', 'duplicate']) names.add(name)
  return [...names].toSorted().join(',')
}

/** Columns of the CSV file: those shown, and the sampling rate beside counters that are as sent. */
export function csvColumns(columns: readonly Column[]): string {
  const names = columns.map(column => column.name)
  return [...names, ...(names.some(name => SAMPLED[name] !== undefined) && !names.includes('sampling_rate') ? ['sampling_rate'] : [])].join(',')
}

/** Why a row is left out of totals: it tells of a flow once more. Null for one that counts. */
export function duplicateText(row: FlowRow): string | null {
  const value = row['duplicate']
  if (value === 1) return words.counting.byOther
  if (value === 2) return words.counting.bySame
  return value === true ? words.counting.before : null
}

/** How many packets one seen stands for; 1 where nothing is known. */
export const factorOf = (row: FlowRow): number => Math.max(1, numberOf(row['sampling_rate']))

/** The value of a column as it is shown: counters with their sampling rate, unless they are wanted as sent. */
export function shownValue(column: Column, row: FlowRow, asSent: boolean): Cell | undefined {
  const sent = SAMPLED[column.name]
  if (sent !== undefined) {
    // One flow with all its fields has the stored counter only, under the name of the column: it is as sent too.
    const value = row[sent] ?? row[column.name]
    return value === undefined || value === null || asSent ? value : numberOf(value) * factorOf(row)
  }
  const value = row[column.name]
  if (column.kind !== 'bits' && column.kind !== 'rate') return value
  // A flow of no duration has no rate; the API tells 0, which it never is otherwise.
  if (value === undefined || value === null || numberOf(value) === 0) return null
  return asSent ? numberOf(value) / factorOf(row) : value
}

/** Letters of TCP flags as the filter writes them: S, A, P. */
export function flagLetters(bits: number): string {
  const letters = [...'FSRPAUEC'].filter((_, index) => (bits & (1 << index)) !== 0).join('')
  return letters === '' ? 'none' : letters
}

/** The protocol by its name where it has one; the API tells a number or a name. */
export function protocolText(cell: Cell | undefined): string {
  if (typeof cell === 'string' && !/^\d+$/.test(cell)) return cell
  const value = numberOf(cell)
  return protocolName(value) ?? String(value)
}

/** The name of a number in words, where it has one; empty where it is only a number. ICMP needs the row: it differs by protocol. */
export function valueWords(column: Column, row: FlowRow): string {
  const value = numberOf(row[column.name])
  switch (column.name) {
    case 'icmp_type':
      return icmpTypeName(protocolOf(row), value) ?? ''
    case 'icmp_code':
      return icmpCodeName(protocolOf(row), numberOf(row['icmp_type']), value) ?? ''
    case 'dscp':
      return valueName(column.name, value)?.toUpperCase() ?? ''
    default:
      if (column.kind === 'port') return serviceName(value) ?? ''
      return column.kind === 'octet' ? (valueName(column.name, value)?.replaceAll('-', ' ') ?? '') : ''
  }
}

/** ICMP type 0 is an echo reply and also what a record without a type holds, so it is not named. */
const protocolOf = (row: FlowRow): number => {
  const { proto } = row
  return numberOf(row['icmp_type']) === 0 ? 0 : typeof proto === 'string' ? (protocolNumber(proto) ?? 0) : numberOf(proto)
}

export const isAbsent = (column: Column, value: Cell | undefined): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (column.kind === 'ip' && value === '::') ||
  (column.kind === 'as' && value === 0) ||
  // Degrees of a place that is not known.
  (column.kind === 'real' && column.role === 'dimension' && value === 0) ||
  (column.kind === 'mac' && value === '00:00:00:00:00:00')

/** What a click on a value filters by; null where that would be of no use. */
export function conditionOf(column: Column, row: FlowRow): Condition | null {
  const value = shownValue(column, row, false)
  if (isAbsent(column, value) || value === null || value === undefined) return null
  const field = column.name
  const exporter = row['exporter']
  if (isInterface(column) && typeof exporter === 'string') return { field, value: String(value), and: { field: 'exporter', value: exporter } }
  switch (column.kind) {
    case 'time':
    case 'bool':
      return null
    case 'proto':
      return { field, value: protocolText(value) }
    case 'flags':
      return { field, value: flagLetters(numberOf(value)) }
    case 'duration':
      return { field, op: '>=', value: `${numberOf(value)}us` }
    case 'count':
      return column.role === 'metric' ? { field, op: '>=', value: String(numberOf(value)) } : { field, value: String(value) }
    case 'real':
      return column.role === 'metric' ? { field, op: '>=', value: String(value) } : { field, value: String(value) }
    case 'bits':
    case 'rate':
      return { field, op: '>=', value: String(value) }
    case 'as':
      return { field, value: `AS${String(value).replace(/^AS/i, '')}` }
    case 'octet':
      return { field, value: valueName(field, numberOf(value)) ?? String(value) }
    case 'ip':
    case 'mac':
    case 'port':
    case 'id':
    case 'text':
    case 'country':
      return { field, value: String(value) }
    default:
      return column.kind satisfies never
  }
}
