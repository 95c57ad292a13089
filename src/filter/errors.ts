/** What a filter can be refused for, and what is noted about one that is kept (FILTER §5). */
import { closest, ERRORS, FlowLensError, type ErrorCode } from '../schema/index.ts'

/** A stretch of the text in UTF-16 units; the end is not part of it. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type FilterCode = Extract<ErrorCode, `FL_FILTER_${string}`>

export interface FilterError extends Span {
  readonly code: FilterCode
  readonly message: string
  /** What would have fitted here; empty where that is no list. */
  readonly expected: readonly string[]
  /** The word or the way that was most likely meant. */
  readonly fix?: string
}

export const NOTE_CODES = ['MIXED', 'SPLIT_RANGE', 'UNMEASURED', 'HOST_BITS', 'RENAMED'] as const
export type NoteCode = (typeof NOTE_CODES)[number]

/** A remark about a filter that is kept as it is. */
export interface Note extends Span {
  readonly code: NoteCode
  readonly message: string
}

/** How a refusal travels inside the parser; `parse` turns it into a result, so it never leaves this room. */
export class Fault extends Error {
  readonly error: FilterError
  constructor(error: FilterError) {
    super(error.message)
    this.error = error
  }
}

/** Makes a refusal of a stretch of text. `code` is written without `FL_FILTER_`. */
export function fault<T extends string>(
  code: `FL_FILTER_${T}` extends FilterCode ? T : never,
  at: Span,
  message: string,
  more: { expected?: readonly string[]; fix?: string | undefined } = {},
): Fault {
  const full = `FL_FILTER_${code}`
  const known = ERRORS.find(entry => entry.code === full)
  if (known === undefined) throw new Error(`${full} is not in the table of errors`)
  return new Fault({
    code: known.code as FilterCode,
    start: at.start,
    end: at.end,
    message,
    expected: more.expected ?? [],
    ...(more.fix === undefined ? {} : { fix: more.fix }),
  })
}

/** The candidate a word most likely meant: within two edits, one below four letters. */
export const meant = (word: string, candidates: Iterable<string>): string | undefined => closest(word, candidates, word.length < 4 ? 1 : 2)

/** The message with its fix, as one line. */
export const describe = (error: FilterError): string => (error.fix === undefined ? error.message : `${error.message}; ${error.fix}`)

/**
 * The error as text for a terminal: the line of the filter it is in, a caret line under it, and the message.
 * Tabs are shown as one space, so that the caret stands under its token.
 */
export function renderError(text: string, error: FilterError): string {
  const lineStart = error.start === 0 ? 0 : text.lastIndexOf('\n', error.start - 1) + 1
  const newline = text.indexOf('\n', error.start)
  const lineEnd = newline === -1 ? text.length : newline
  const shown = (part: string): string => part.replaceAll(/[\t\r]/g, ' ')
  // Columns of a terminal are characters, not UTF-16 units.
  const before = [...shown(text.slice(lineStart, error.start))].length
  const marked = Math.max(1, [...text.slice(error.start, Math.min(error.end, lineEnd))].length)
  return `${shown(text.slice(lineStart, lineEnd))}\n${' '.repeat(before)}${'^'.repeat(marked)}\n${error.code}: ${describe(error)}`
}

/** The refusal as an error of FlowLens, with `start` and `end` in its context. */
export function toFlowLensError(error: FilterError): FlowLensError {
  const { start, end, expected, fix } = error
  return new FlowLensError(error.code, describe(error), {
    context: { start, end, ...(expected.length === 0 ? {} : { expected: expected.join(', ') }), ...(fix === undefined ? {} : { fix }) },
  })
}
