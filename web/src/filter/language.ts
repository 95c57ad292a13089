/**
 * The filter language as the console uses it: conditions made from values that were clicked, put into the text of a filter.
 * The grammar is the parser's alone; this file only asks it.
 */

/** One value of one field, as text of the language can name it. */
export interface Condition {
  readonly field: string
  readonly value: string
  /** `=` where nothing is said. */
  readonly op?: '=' | '>='
  /** The value is text of the network: it is quoted, so that it never reads as a number or a keyword. */
  readonly text?: boolean
  /** A further condition that belongs to it: an interface is one of its exporter. */
  readonly and?: Condition
}

const BARE = /^[\p{L}\p{M}\p{N}_.:/%+-][\p{L}\p{M}\p{N}_.:/@%+-]*$/u

/** A value as a word of the language; quoted unless it is plain. */
export function quoted(value: string): string {
  if (BARE.test(value) && !/^(and|or|not)$/i.test(value) && !value.includes('/*')) return value
  const escaped = value.replace(/["\\]/g, found => `\\${found}`).replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, found => `\\u{${found.charCodeAt(0).toString(16)}}`)
  return `"${escaped}"`
}

export function conditionText({ field, value, op = '=', and }: Condition): string {
  const own = `${field} ${op} ${quoted(value)}`
  return and === undefined ? own : `${own} and ${conditionText(and)}`
}

const joined = (filter: string, term: string): string => (filter.trim() === '' ? term : `${/\bor\b|\|\|/i.test(filter) ? `(${filter})` : filter} and ${term}`)

/** The filter and the condition both. */
export const including = (filter: string, condition: Condition): string => joined(filter, conditionText(condition))

/** The filter without what meets the condition. */
export function excluding(filter: string, condition: Condition): string {
  const text = conditionText(condition)
  return joined(filter, condition.and === undefined ? `not ${text}` : `not (${text})`)
}

/** Nothing but the condition. */
export const onlyThis = (condition: Condition): string => conditionText(condition)

/** How many terms a filter has. */
export const countTerms = (filter: string): number => (filter.trim() === '' ? 0 : filter.split(/\b(?:and|or)\b/i).length)

export type ReadFilter =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly start: number; readonly end: number }

export const readFilter = (text: string): ReadFilter => ({ ok: true, text: text.trim() })
