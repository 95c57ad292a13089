/**
 * Regular expressions of filters: RE2's syntax, read and run here in linear time, so that the live filter keeps the rows that the
 * store's `match` keeps and no pattern can hang it (FILTER §3, §7). A pattern becomes a Thompson automaton over code points.
 * As in ClickHouse, `.` also matches a line end, and `$` only the end of the text. Source: RE2, wiki/Syntax.
 */

/** Why a pattern is refused. */
export class RegexProblem extends Error {}

const refuse = (message: string): never => {
  throw new RegexProblem(message)
}

export const MAX_PATTERN = 256
const MAX_REPEAT = 100
/** Of repeats within repeats; RE2 refuses a product beyond it. */
const MAX_NESTED_REPEAT = 1000
/** Steps of the automaton, weighed by what RE2 makes of a step; well inside the server's memory limit for a pattern. */
const MAX_STEPS = 50_000

type Accept = (code: number) => boolean
type Assertion = 'start' | 'end' | 'line_start' | 'line_end' | 'word' | 'not_word'
type Node =
  | { readonly kind: 'char'; readonly accept: Accept; readonly weight: number }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence' | 'either'; readonly items: readonly Node[] }
  | { readonly kind: 'repeat'; readonly item: Node; readonly low: number; readonly high: number }

interface Flags {
  readonly fold: boolean
  readonly multiline: boolean
  readonly dotNewline: boolean
  readonly lazy: boolean
}

const PERL: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r ', w: '0-9A-Za-z_' }
const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\0-\\x7F',
  blank: '\\t ',
  cntrl: '\\0-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t-\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}
const ESCAPED: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }

const hex = (code: number): string => `\\u{${code.toString(16)}}`

/** Tests single characters with the engine's own classes, whose folding of case is Unicode's simple one, like RE2's. */
function acceptor(body: string, negated: boolean, fold: boolean): Accept {
  const test = new RegExp(`^[${negated ? '^' : ''}${body}]$`, fold ? 'iu' : 'u')
  const ascii = Array.from({ length: 128 }, (_, code) => test.test(String.fromCharCode(code)))
  return code => ascii[code] ?? test.test(String.fromCodePoint(code))
}

/** The part of a class in brackets that RE2 takes apart from the rest: its complement inside a class, by the ranges between. */
const COMPLEMENTS: Readonly<Record<string, string>> = {
  D: '\\0-\\/:-\\u{10ffff}',
  S: '\\0-\\x08\\x0b\\x0e-\\x1f!-\\u{10ffff}',
  W: '\\0-\\/:-@\\[-\\^`\\{-\\u{10ffff}',
}

class PatternReader {
  at = 0
  readonly #source: string
  readonly #names = new Set<string>()
  constructor(source: string) {
    this.#source = source
  }

  name(name: string): void {
    if (this.#names.has(name)) refuse(`two groups are named ${name}`)
    this.#names.add(name)
  }
  get done(): boolean {
    return this.at >= this.#source.length
  }
  peek(text: string): boolean {
    return this.#source.startsWith(text, this.at)
  }
  take(text: string): boolean {
    if (!this.peek(text)) return false
    this.at += text.length
    return true
  }
  code(): number {
    const code = this.#source.codePointAt(this.at)
    if (code === undefined) throw new RegexProblem('the pattern ends early')
    this.at += code > 0xffff ? 2 : 1
    return code
  }
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#source)
    if (found === null) return undefined
    this.at += found[0].length
    return found
  }
}

/** What `\` begins, when it is one character; undefined for classes and assertions. */
function escapedCode(reader: PatternReader): number | undefined {
  const wide = reader.match(/\\x\{([0-9A-Fa-f]{1,6})\}/y) ?? reader.match(/\\x([0-9A-Fa-f]{2})/y)
  if (wide !== undefined) {
    const code = Number.parseInt(wide[1] ?? '', 16)
    return code > 0x10_ffff ? refuse('\\x beyond U+10FFFF') : code
  }
  const octal = reader.match(/\\(0[0-7]{0,2}|[1-7][0-7]{2}|[1-7][0-7])/y)
  if (octal !== undefined)
    return (octal[1] ?? '').startsWith('0') || (octal[1] ?? '').length === 3 ? Number.parseInt(octal[1] ?? '', 8) : refuse('no back-references')
  const control = reader.match(/\\([aftnrv])/y)
  if (control !== undefined) return ESCAPED[control[1] ?? ''] ?? 0
  const plain = reader.match(/\\([^0-9A-Za-z])/uy)
  return plain?.[1]?.codePointAt(0)
}

function unicodeClass(reader: PatternReader): string | undefined {
  const found = reader.match(/\\([pP])(?:\{(\^)?([A-Za-z_]+)\}|([A-Z]))/y)
  if (found === undefined) return undefined
  const [, letter, caret, long, short] = found
  const name = long ?? short ?? ''
  const negated = (letter === 'P') !== (caret === '^')
  if (name === 'Any') return negated ? refuse('a class of no character') : '\\0-\\u{10ffff}'
  for (const body of [name, `Script=${name}`]) {
    // RE2 knows general categories by their short names, and scripts.
    if (body === name && name.length > 2) continue
    try {
      new RegExp(`\\p{${body}}`, 'u')
      return `\\${negated ? 'P' : 'p'}{${body}}`
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return refuse(`no character class ${name}`)
}

const WIDE_CLASS = 300

function bracket(reader: PatternReader, flags: Flags): Node {
  const negated = reader.take('^')
  let body = ''
  let weight = negated ? 10 : 4
  for (let first = true; first || !reader.take(']'); first = false) {
    if (reader.done) refuse('[ is never closed')
    const posix = reader.match(/\[:(\^)?(\w+):\]/y)
    if (posix !== undefined) {
      const set = Object.hasOwn(POSIX, posix[2] ?? '') ? POSIX[posix[2] ?? ''] : undefined
      if (set === undefined || posix[1] !== undefined) refuse(`no class ${posix[0]}`)
      body += set
      continue
    }
    const perl = reader.match(/\\([dswDSW])/y)?.[1]
    if (perl !== undefined) {
      body += PERL[perl] ?? COMPLEMENTS[perl] ?? ''
      weight += 10
      continue
    }
    const unicode = unicodeClass(reader)
    if (unicode !== undefined) {
      body += unicode
      weight += WIDE_CLASS
      continue
    }
    const low = classCode(reader)
    if (reader.peek('-') && !reader.peek('-]')) {
      reader.take('-')
      const high = classCode(reader)
      if (high < low) refuse('a range of characters descends')
      body += `${hex(low)}-${hex(high)}`
      weight += 10
    } else body += hex(low)
  }
  return { kind: 'char', accept: acceptor(body, negated, flags.fold), weight: flags.fold ? weight * 2 : weight }
}

function classCode(reader: PatternReader): number {
  if (!reader.peek('\\')) return reader.code()
  return escapedCode(reader) ?? refuse('an unknown escape in [ ]')
}

const character = (code: number, fold: boolean): Node => ({
  kind: 'char',
  accept: fold ? acceptor(hex(code), false, true) : other => other === code,
  weight: 4,
})

function escape(reader: PatternReader, flags: Flags): Node {
  const perl = reader.match(/\\([dswDSW])/y)?.[1]
  if (perl !== undefined) {
    const lower = perl.toLowerCase()
    return { kind: 'char', accept: acceptor(PERL[lower] ?? '', perl !== lower, flags.fold), weight: 10 }
  }
  const assertion = reader.match(/\\([AzbB])/y)?.[1]
  if (assertion !== undefined) {
    return { kind: 'assert', what: assertion === 'A' ? 'start' : assertion === 'z' ? 'end' : assertion === 'b' ? 'word' : 'not_word' }
  }
  const quote = reader.match(/\\Q(.*?)(?:\\E|$)/suy)
  if (quote !== undefined && reader.match(/[*+?]|\{\d+(?:,\d*)?\}/y) !== undefined) refuse('a repeat after \\E needs (?:…)')
  if (quote !== undefined) return { kind: 'sequence', items: [...(quote[1] ?? '')].map(char => character(char.codePointAt(0) ?? 0, flags.fold)) }
  const unicode = unicodeClass(reader)
  if (unicode !== undefined) return { kind: 'char', accept: acceptor(unicode, false, flags.fold), weight: WIDE_CLASS }
  const code = escapedCode(reader)
  if (code !== undefined) return character(code, flags.fold)
  return refuse(reader.match(/\\[1-9k]/y) === undefined ? 'an unknown escape' : 'no back-references')
}

function atom(reader: PatternReader, flags: Flags, depth: number): Node {
  if (reader.take('(')) return group(reader, flags, depth)
  if (reader.take('[')) return bracket(reader, flags)
  if (reader.take('.')) return { kind: 'char', accept: flags.dotNewline ? () => true : code => code !== 10, weight: 10 }
  if (reader.take('^')) return { kind: 'assert', what: flags.multiline ? 'line_start' : 'start' }
  if (reader.take('$')) return { kind: 'assert', what: flags.multiline ? 'line_end' : 'end' }
  if (reader.peek('\\')) return escape(reader, flags)
  return character(reader.code(), flags.fold)
}

/** Flags that `(?i)` sets for what follows it in the same group. */
function withFlags(flags: Flags, on: string, off: string): Flags {
  const set = (letter: string, value: boolean): boolean => (value || on.includes(letter)) && !off.includes(letter)
  return { fold: set('i', flags.fold), multiline: set('m', flags.multiline), dotNewline: set('s', flags.dotNewline), lazy: set('U', flags.lazy) }
}

function group(reader: PatternReader, flags: Flags, depth: number): Node {
  if (depth > 50) refuse('nested too deeply')
  let inner = flags
  if (reader.peek('?')) {
    const named = reader.match(/\?P?<([A-Za-z_]\w*)>/y)
    const flagged = named === undefined ? reader.match(/\?([imsU]*)(?:-([imsU]+))?:/y) : undefined
    if (named !== undefined) reader.name(named[1] ?? '')
    else if (flagged !== undefined) inner = withFlags(flags, flagged[1] ?? '', flagged[2] ?? '')
    else refuse(reader.match(/\?<?[=!]/y) === undefined ? 'an unknown kind of group' : 'no look-around')
  }
  const node = alternatives(reader, inner, depth + 1)
  if (!reader.take(')')) refuse('( is never closed')
  return node
}

function repeated(reader: PatternReader, item: Node): Node {
  const found = reader.match(/(?:([*+?])|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})(\?)?/y)
  if (found === undefined) return item
  const [, sign, from, comma, to] = found
  const low = sign === undefined ? Number(from) : sign === '+' ? 1 : 0
  const high = sign === undefined ? (comma === undefined ? low : to === undefined ? Infinity : Number(to)) : sign === '?' ? 1 : Infinity
  if (low > MAX_REPEAT || (high !== Infinity && high > MAX_REPEAT)) refuse(`more than ${MAX_REPEAT} repeats`)
  if (high < low) refuse('a repeat descends')
  if (reader.match(/[*+?]|\{\d+(?:,\d*)?\}/y) !== undefined) refuse('a repeat of a repeat needs (?:…)')
  return { kind: 'repeat', item, low, high }
}

/** All branches up to the end of a group, which the caller reads. */
function alternatives(reader: PatternReader, flags: Flags, depth: number): Node {
  const branches: Node[] = []
  let sequence: Node[] = []
  while (!reader.done && !reader.peek(')')) {
    if (reader.take('|')) {
      branches.push({ kind: 'sequence', items: sequence })
      sequence = []
      continue
    }
    if (reader.match(/[*+?]/y) !== undefined) refuse('nothing to repeat')
    const flagged = reader.match(/\(\?([imsU]*)(?:-([imsU]+))?\)/y)
    if (flagged !== undefined) {
      // The flags hold to the end of the group, across `|`, so what is read so far is kept and the reading goes on with them.
      const rest = alternatives(reader, withFlags(flags, flagged[1] ?? '', flagged[2] ?? ''), depth)
      const [head, ...tail] = rest.kind === 'either' ? rest.items : [rest]
      branches.push({ kind: 'sequence', items: head === undefined ? sequence : [...sequence, head] }, ...tail)
      return branches.length === 1 && branches[0] !== undefined ? branches[0] : { kind: 'either', items: branches }
    }
    const node = atom(reader, flags, depth)
    sequence.push(repeated(reader, node))
  }
  if (depth === 0 && !reader.done) refuse(') closes nothing')
  branches.push({ kind: 'sequence', items: sequence })
  return branches.length === 1 && branches[0] !== undefined ? branches[0] : { kind: 'either', items: branches }
}

/** Steps the node takes in the automaton, and the largest product of repeats in it. */
function cost(node: Node): { steps: number; product: number } {
  switch (node.kind) {
    case 'assert':
      return { steps: 1, product: 1 }
    case 'char':
      return { steps: node.weight, product: 1 }
    case 'sequence':
    case 'either': {
      const parts = node.items.map(cost)
      return { steps: parts.reduce((sum, part) => sum + part.steps + 1, 1), product: Math.max(1, ...parts.map(part => part.product)) }
    }
    case 'repeat': {
      const inner = cost(node.item)
      const times = Math.max(1, node.low, node.high === Infinity ? node.low + 1 : node.high)
      return { steps: (inner.steps + 1) * times, product: inner.product * (node.high === Infinity ? Math.max(1, node.low) : Math.max(1, node.high)) }
    }
    default:
      return node satisfies never
  }
}

type Step =
  | { readonly kind: 'char'; readonly accept: Accept; next: number }
  | { readonly kind: 'assert'; readonly what: Assertion; next: number }
  | { readonly kind: 'fork'; next: number; other: number }
  | { readonly kind: 'done' }

/** Lays the node before the step `next` and gives where it starts. */
function lay(steps: Step[], node: Node, next: number): number {
  switch (node.kind) {
    case 'char':
      return steps.push({ kind: 'char', accept: node.accept, next }) - 1
    case 'assert':
      return steps.push({ kind: 'assert', what: node.what, next }) - 1
    case 'sequence':
      return node.items.reduceRight((after, item) => lay(steps, item, after), next)
    case 'either':
      return node.items.map(item => lay(steps, item, next)).reduceRight((other, start) => steps.push({ kind: 'fork', next: start, other }) - 1)
    case 'repeat': {
      let start = next
      if (node.high === Infinity) {
        const fork: Step = { kind: 'fork', next: -1, other: next }
        start = steps.push(fork) - 1
        fork.next = lay(steps, node.item, start)
      } else {
        for (let optional = node.low; optional < node.high; optional++) {
          start = steps.push({ kind: 'fork', next: lay(steps, node.item, start), other: next }) - 1
        }
      }
      for (let required = 0; required < node.low; required++) start = lay(steps, node.item, start)
      return start
    }
    default:
      return node satisfies never
  }
}

const isWordCode = (code: number | undefined): boolean =>
  code !== undefined && ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122))

function holds(what: Assertion, before: number | undefined, after: number | undefined): boolean {
  switch (what) {
    case 'start':
      return before === undefined
    case 'end':
      return after === undefined
    case 'line_start':
      return before === undefined || before === 10
    case 'line_end':
      return after === undefined || after === 10
    case 'word':
      return isWordCode(before) !== isWordCode(after)
    case 'not_word':
      return isWordCode(before) === isWordCode(after)
    default:
      return what satisfies never
  }
}

/**
 * Compiles a pattern into a test of texts: whether it matches anywhere in them. Throws `RegexProblem` when the pattern is not
 * RE2 or over a limit.
 */
export function compileRegex(pattern: string): (text: string) => boolean {
  if (pattern.length > MAX_PATTERN) refuse(`longer than ${MAX_PATTERN} characters`)
  const node = alternatives(new PatternReader(pattern), { fold: false, multiline: false, dotNewline: true, lazy: false }, 0)
  const { steps: weight, product } = cost(node)
  if (product > MAX_NESTED_REPEAT || weight > MAX_STEPS) refuse('too many repeats within repeats')
  const steps: Step[] = [{ kind: 'done' }]
  const first = lay(steps, node, 0)
  const seen = new Int32Array(steps.length)
  let mark = 0

  return text => {
    const codes = Array.from(text, char => char.codePointAt(0) ?? 0)
    let current: number[] = []
    for (let at = 0; at <= codes.length; at++) {
      const [before, code] = [codes[at - 1], codes[at]]
      // A match may begin at each place, so the first step joins those that are under way.
      const open = [...current, first]
      const waiting: number[] = []
      mark++
      for (let step = open.pop(); step !== undefined; step = open.pop()) {
        if (seen[step] === mark) continue
        seen[step] = mark
        const what = steps[step]
        if (what === undefined) continue
        if (what.kind === 'done') return true
        if (what.kind === 'fork') open.push(what.other, what.next)
        else if (what.kind === 'char') waiting.push(step)
        else if (holds(what.what, before, code)) open.push(what.next)
      }
      if (code === undefined) return false
      current = []
      for (const step of waiting) {
        const what = steps[step]
        if (what?.kind === 'char' && what.accept(code)) current.push(what.next)
      }
    }
    return false
  }
}
