/** What the parser knows while it reads: the tokens and its place in them, the context, and what it has counted and noted. */
import type { Kind } from '../schema/index.ts'
import { Fault, fault, type Note, type NoteCode, type Span } from './errors.ts'
import { FIELDS, type Field, type Fields } from './fields.ts'
import { tokenize, type Token } from './tokens.ts'
import type { Filter } from './tree.ts'

/** Limits of a filter (FILTER §7). */
export const LIMITS = { units: 8192, depth: 32, terms: 512, values: 1000, savedDepth: 8, regexes: 8 } as const

/** What a filter may refer to, and by whom. All parts are optional: without them there are no lists, applications or limits by role. */
export interface ParseContext {
  /** Names of applications that may stand as bare words. */
  readonly applications?: readonly string[]
  /** Kind of the values of a `$list`; undefined where there is none. */
  readonly lists?: (name: string) => Kind | undefined
  /** Text of a saved filter; undefined where there is none. */
  readonly filters?: (name: string) => string | undefined
  /** Zone of times without one, an IANA name; UTC if absent. */
  readonly zone?: string
  /** Whether the reader's role may filter by a column. */
  readonly allowed?: (column: string) => boolean
  /** The fields there are, in place of those over the columns of a flow. */
  readonly fields?: Fields
}

/** The field written last, for the rule of elision. */
export interface LastField {
  readonly field: Field
  readonly negated: boolean
  /** Written as `net`, where a short network fits. */
  readonly short: boolean
}

export interface State {
  readonly text: string
  readonly tokens: readonly Token[]
  readonly context: ParseContext
  readonly fields: Fields
  readonly zone: string
  readonly notes: Note[]
  readonly positions: Map<Filter, Span>
  /** Names of the saved filters being read, the outermost first. */
  readonly within: readonly string[]
  /** Terms and regexes of saved filters already read. */
  readonly saved: Map<string, Counted>
  at: number
  depth: number
  counted: Counted
  last: LastField | undefined
}

export interface Counted {
  readonly terms: number
  readonly regexes: number
}

export function createState(text: string, context: ParseContext, within: readonly string[] = [], saved = new Map<string, Counted>()): State {
  return {
    text,
    tokens: tokenize(text),
    context,
    fields: context.fields ?? FIELDS,
    zone: context.zone ?? 'UTC',
    notes: [],
    positions: new Map(),
    within,
    saved,
    at: 0,
    depth: 0,
    counted: { terms: 0, regexes: 0 },
    last: undefined,
  }
}

const END: Token = { kind: 'end', text: '', start: 0, end: 0 }

/** The token `ahead` of the next one; the last one again beyond the end. */
export const peek = (state: State, ahead = 0): Token => state.tokens[Math.min(state.at + ahead, state.tokens.length - 1)] ?? END

/** Whether a token is this word, in any case and without quotes. */
export const isKeyword = (token: Token, ...words: readonly string[]): boolean => token.kind === 'word' && words.includes(token.text.toLowerCase())

/** Takes the next token. Throws its `Fault` when it could not be read. */
export function next(state: State): Token {
  const token = peek(state)
  if (token.kind === 'bad') throw new Fault(token.error)
  if (token.kind !== 'end') state.at++
  return token
}

/** Refuses the next token, with its own error when it could not be read. */
export function refuse(state: State, otherwise: (token: Token) => Fault): never {
  const token = peek(state)
  throw token.kind === 'bad' ? new Fault(token.error) : otherwise(token)
}

/** From the start of one stretch to the end of another. */
export const spanning = (from: Span, to: Span): Span => ({ start: from.start, end: to.end })

/** The token before the next one. */
export const previous = (state: State): Token => state.tokens[Math.max(0, state.at - 1)] ?? END

export function note(state: State, code: NoteCode, at: Span, message: string): void {
  if (state.notes.some(known => known.code === code && known.start === at.start)) return
  state.notes.push({ code, start: at.start, end: at.end, message })
}

/** Remembers where a node stands, and gives it back. */
export function placed<T extends Filter>(state: State, node: T, at: Span): T {
  state.positions.set(node, at)
  return node
}

/** Counts terms and regexes towards the limits. */
export function count(state: State, at: Span, terms: number, regexes = 0): void {
  state.counted = { terms: state.counted.terms + terms, regexes: state.counted.regexes + regexes }
  if (state.counted.terms > LIMITS.terms) throw fault('TOO_MANY', at, `more than ${LIMITS.terms} terms`, { fix: 'use a list' })
  if (state.counted.regexes > LIMITS.regexes) throw fault('REGEX', at, `more than ${LIMITS.regexes} regular expressions`)
}

/** Refuses a field that the role may not filter by. */
export function checkRole(state: State, field: Field, at: Span): void {
  for (const { name } of field.columns) {
    if (state.context.allowed?.(name) === false) throw fault('FIELD_ROLE', at, `your role may not filter by ${name}`)
  }
}

/** The fields the role may use, for suggestions. */
export const allowedFields = (state: State): Field[] =>
  state.fields.all.filter(field => field.columns.every(({ name }) => state.context.allowed?.(name) !== false))
