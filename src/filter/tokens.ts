/** Cuts the text of a filter into tokens (FILTER §2). Never throws: what can't be read becomes a `bad` token at its place. */
import { fault, type FilterError, type Span } from './errors.ts'

export type Compare = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~'

export type Token = Span &
  (
    | { readonly kind: 'word'; readonly text: string }
    /** A quoted text; `text` is what it means. */
    | { readonly kind: 'string'; readonly text: string }
    /** `$name`. */
    | { readonly kind: 'list'; readonly text: string }
    /** `@name`. */
    | { readonly kind: 'column'; readonly text: string }
    | { readonly kind: 'compare'; readonly text: Compare }
    | { readonly kind: 'open' | 'close'; readonly text: string }
    | { readonly kind: 'and' | 'or' | 'not' | 'comma'; readonly text: string }
    | { readonly kind: 'end'; readonly text: '' }
    | { readonly kind: 'bad'; readonly text: string; readonly error: FilterError }
  )

/** Longest run of letters, marks, digits and signs, ending before a comment; sticky, so it reads where it is put. */
const WORD = /(?:(?!\/\*)[\p{L}\p{M}\p{N}_.:/@%+-])+/uy
const SPACE = /\p{White_Space}+/uy
const NAME = /[A-Za-z_][A-Za-z0-9_]{0,63}/y
/** Signs, the longer before those they begin with. */
const SIGNS: readonly (readonly [string, 'and' | 'or' | 'not' | 'comma' | 'open' | 'close' | Compare])[] = [
  ['&&', 'and'],
  ['||', 'or'],
  ['!=', '!='],
  ['!~', '!~'],
  ['!', 'not'],
  ['==', '='],
  ['=', '='],
  ['<=', '<='],
  ['<', '<'],
  ['>=', '>='],
  ['>', '>'],
  ['~', '~'],
  [',', 'comma'],
  ['(', 'open'],
  ['[', 'open'],
  ['{', 'open'],
  [')', 'close'],
  [']', 'close'],
  ['}', 'close'],
]
const QUOTES = new Set('“”„«»‘’`')

/** Characters a quoted text holds only as an escape: controls, line ends, marks that turn the direction of writing. */
export const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** Whether a text can stand without quotes. */
export function isWord(text: string): boolean {
  WORD.lastIndex = 0
  const found = WORD.exec(text)
  return found !== null && found[0].length === text.length && !text.startsWith('@') && !/^(and|or|not)$/i.test(text)
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t' }

const bad = (text: string, error: FilterError): Token => ({ kind: 'bad', text, start: error.start, end: error.end, error })

function quoted(source: string, start: number): Token {
  const quote = source[start]
  let text = ''
  let at = start + 1
  while (at < source.length) {
    const char = String.fromCodePoint(source.codePointAt(at) ?? 0)
    if (char === quote) return { kind: 'string', text: text.normalize('NFC'), start, end: at + 1 }
    if (char === '\n' || char === '\r') break
    if (UNSEEN.test(char)) {
      return bad(
        char,
        fault('CHAR', { start: at, end: at + char.length }, 'a quoted text holds no control characters', { fix: 'write it as \\u{…} in "…"' }).error,
      )
    }
    if (quote === '"' && char === '\\') {
      const next = source[at + 1] ?? ''
      const simple = Object.hasOwn(ESCAPES, next) ? ESCAPES[next] : undefined
      const hex = simple === undefined ? /^\\u\{([0-9a-f]{1,6})\}/i.exec(source.slice(at, at + 10)) : null
      const code = hex === null ? -1 : Number.parseInt(hex[1] ?? '', 16)
      const surrogate = code >= 0xd800 && code <= 0xdfff
      if (simple === undefined && (hex === null || code > 0x10ffff || surrogate)) {
        return bad(
          source.slice(at, at + 2),
          fault('ESCAPE', { start: at, end: Math.min(source.length, at + 2) }, `unknown escape \\${next}`, {
            expected: ['\\"', '\\\\', '\\n', '\\t', '\\u{…}'],
            fix: "for a regex or a backslash use '…'",
          }).error,
        )
      }
      text += simple ?? String.fromCodePoint(code)
      at += hex === null ? 2 : hex[0].length
      continue
    }
    text += char
    at += char.length
  }
  return bad(quote ?? '', fault('STRING_OPEN', { start, end: start + 1 }, 'this quoted text is never closed', { fix: `add ${quote}` }).error)
}

function named(source: string, start: number, kind: 'list' | 'column'): Token | undefined {
  NAME.lastIndex = start + 1
  const name = NAME.exec(source)?.[0]
  return name === undefined ? undefined : { kind, text: name, start, end: start + 1 + name.length }
}

function word(source: string, start: number): Token | undefined {
  WORD.lastIndex = start
  const text = WORD.exec(source)?.[0]
  if (text === undefined || text.startsWith('@')) return undefined
  const end = start + text.length
  const lower = text.toLowerCase()
  if (lower === 'and' || lower === 'or' || lower === 'not') return { kind: lower, text, start, end }
  return { kind: 'word', text: text.normalize('NFC'), start, end }
}

function sign(source: string, start: number): Token | undefined {
  for (const [text, kind] of SIGNS) {
    if (!source.startsWith(text, start)) continue
    const end = start + text.length
    switch (kind) {
      case 'and':
      case 'or':
      case 'not':
      case 'comma':
      case 'open':
      case 'close':
        return { kind, text, start, end }
      default:
        return { kind: 'compare', text: kind, start, end }
    }
  }
  return undefined
}

/** Where the next token starts, past white space and comments; the start of a comment that is never closed as `open`. */
function skip(source: string, from: number): { at: number; open?: number } {
  let at = from
  for (;;) {
    SPACE.lastIndex = at
    const space = SPACE.exec(source)
    if (space !== null) at += space[0].length
    if (source[at] === '#') {
      const line = source.indexOf('\n', at)
      at = line === -1 ? source.length : line + 1
    } else if (source.startsWith('/*', at)) {
      const close = source.indexOf('*/', at + 2)
      if (close === -1) return { at, open: at }
      at = close + 2
    } else if (space === null) return { at }
  }
}

/** All tokens of a text, the last one `end`, or `bad` where reading stopped. Linear in the length of the text. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    const skipped = skip(source, at)
    const start = skipped.at
    if (skipped.open !== undefined) {
      tokens.push(bad('/*', fault('COMMENT_OPEN', { start, end: start + 2 }, 'this comment is never closed', { fix: 'add */' }).error))
      return tokens
    }
    if (start >= source.length) {
      tokens.push({ kind: 'end', text: '', start: source.length, end: source.length })
      return tokens
    }
    const char = source[start]
    const token =
      char === '"' || char === "'"
        ? quoted(source, start)
        : char === '$'
          ? named(source, start, 'list')
          : char === '@'
            ? named(source, start, 'column')
            : (word(source, start) ?? sign(source, start))
    if (token === undefined) {
      const text = String.fromCodePoint(source.codePointAt(start) ?? 0)
      const fix = QUOTES.has(text)
        ? 'use "'
        : char === '&' || char === '|'
          ? `write ${char}${char}`
          : char === '$' || char === '@'
            ? 'a name of letters, digits and _ follows it'
            : undefined
      tokens.push(
        bad(
          text,
          fault(
            'CHAR',
            { start, end: start + text.length },
            `unexpected character ${UNSEEN.test(text) ? `U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}` : text}`,
            { fix },
          ).error,
        ),
      )
      return tokens
    }
    tokens.push(token)
    if (token.kind === 'bad') return tokens
    at = token.end
  }
}
