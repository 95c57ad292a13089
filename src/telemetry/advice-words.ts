/** How advice is said: figures, lengths of time, lists. */
import type { AdviceCode } from './advice-table.ts'

/** Gives one piece of advice. */
export type Say = (code: AdviceCode, message: string, remedy: string) => void

const MINUTE_MS = 60_000

/** A whole number with commas at the thousands. */
export const figure = (value: number): string => Math.round(value).toLocaleString('en-US')

/** A length of time in the largest fitting unit, as people say it. */
export function span(ms: number): string {
  for (const [unit, size] of [
    ['day', 24 * 60 * MINUTE_MS],
    ['hour', 60 * MINUTE_MS],
    ['minute', MINUTE_MS],
  ] as const) {
    if (ms >= 2 * size) return `${Math.round(ms / size)} ${unit}s`
  }
  return `${Math.round(ms / 1000)} s`
}

/** A share of 1 with two digits. */
export const percent = (share: number): string => `${(share * 100).toPrecision(2)} %`

/** The first of a list, and how many more there are. */
export const listed = (items: readonly string[], most = 5): string =>
  items.length <= most ? items.join(', ') : `${items.slice(0, most).join(', ')} and ${items.length - most} more`

/** A number of things: `set of templates` becomes `3 sets of templates`. */
export const many = (count: number, one: string): string => `${figure(count)} ${count === 1 ? one : one.replace(/^\w+/, '$&s')}`
