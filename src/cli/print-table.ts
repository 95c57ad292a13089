/** Rows as a table for people. */
import { columnByName, protocolName, serviceName, valueName } from '../schema/index.ts'

export type Row = Readonly<Record<string, string | number | boolean | null>>

const SHORT = ['', ' k', ' M', ' G', ' T', ' P', ' E'] as const

/** A count with three significant digits and its SI prefix. */
export function short(value: number): string {
  let rest = value
  let step = 0
  while (Math.abs(rest) >= 999.5 && step < SHORT.length - 1) {
    rest /= 1000
    step++
  }
  return `${step === 0 ? String(Math.round(rest * 100) / 100) : rest.toPrecision(3)}${SHORT[step] ?? ''}`
}

const TIMES = [' µs', ' ms', ' s'] as const

/** A time of so many microseconds with three significant digits. */
function time(us: number): string {
  const step = us < 999.5 ? 0 : us < 999_500 ? 1 : 2
  return `${Number((us / 1000 ** step).toPrecision(3))}${TIMES[step]}`
}

/** Whether a figure is a time: a measured one, or a mean or percentile of it. */
const isTime = (figure: string): boolean => columnByName(figure.replace(/^(?:avg|min|max|p\d+)_/, ''))?.unit === 'µs'

function cell(figure: string, value: Row[string] | undefined): string {
  if (value === null || value === undefined) return '—'
  if (typeof value !== 'number') return String(value)
  return isTime(figure) ? time(value) : short(value)
}

/** A key as people call it: ports with their service, protocols and code points by name. */
function keyText(column: string, value: Row[string] | undefined): string {
  if (typeof value !== 'number') return String(value ?? '—')
  if (column === 'proto' || column === 'inner_proto') return protocolName(value) ?? String(value)
  const name = /(?:^|_)port$/.test(column) ? serviceName(value) : column === 'dscp' ? valueName(column, value)?.toUpperCase() : valueName(column, value)
  return name === undefined ? String(value) : `${value} ${name}`
}

/** Lines of cells as columns, each as wide as its widest cell; `right` says which are figures and end in one line. */
export function alignColumns(lines: readonly (readonly string[])[], right: (column: number) => boolean = () => false): string {
  const widths = (lines[0] ?? []).map((_, index) => Math.max(...lines.map(line => (line[index] ?? '').length)))
  return lines
    .map(
      line =>
        `${line
          .map((part, index) => (right(index) ? part.padStart(widths[index] ?? 0) : part.padEnd(widths[index] ?? 0)))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** A table with a line of totals; identifiers (numbers among the first columns of a row) are never shortened. */
export function printTable(columns: readonly string[], rows: readonly Row[], totals: Row): string {
  const isFigure = (column: string): boolean => column in totals
  const text = (row: Row, column: string): string => (isFigure(column) ? cell(column, row[column]) : keyText(column, row[column]))
  const lines = [
    columns,
    ...rows.map(row => columns.map(column => text(row, column))),
    columns.map((column, index) => (isFigure(column) ? cell(column, totals[column]) : index === 0 ? 'total' : '')),
  ]
  return alignColumns(lines, index => isFigure(columns[index] ?? ''))
}
