/** Rows as a table for people. */
import { protocolName, serviceName, valueName } from '../schema/index.ts'

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

function cell(value: Row[string] | undefined): string {
  if (value === null || value === undefined) return '—'
  return typeof value === 'number' ? short(value) : String(value)
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
  const text = (row: Row, column: string): string => (isFigure(column) ? cell(row[column]) : keyText(column, row[column]))
  const lines = [
    columns,
    ...rows.map(row => columns.map(column => text(row, column))),
    columns.map((column, index) => (isFigure(column) ? cell(totals[column]) : index === 0 ? 'total' : '')),
  ]
  return alignColumns(lines, index => isFigure(columns[index] ?? ''))
}
