/** CSV by RFC 4180, safe to open in a spreadsheet (ASVS 1.2.10). */
import type { Cell } from '../query/index.ts'

/**
 * One value. Text is always quoted; text that a spreadsheet would run as a formula gets an apostrophe in front. Numbers are
 * written as they are: they cannot be formulas. A line of a series without a key is all others together.
 */
export function csvCell(value: Cell | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`
}

/** One line with its end. */
export const csvLine = (values: readonly (Cell | undefined)[]): string => values.map(csvCell).join(',') + '\r\n'

/** The header and the rows of each page, one chunk a page; the next page is asked for when the reader has taken the last. */
export async function* csvPages(columns: readonly string[], pages: AsyncIterable<readonly Readonly<Record<string, Cell>>[]>): AsyncGenerator<string> {
  yield csvLine(columns)
  for await (const rows of pages) {
    let chunk = ''
    for (const row of rows) chunk += csvLine(columns.map(column => row[column]))
    if (chunk !== '') yield chunk
  }
}
