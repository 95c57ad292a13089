/** Reads a term that begins with a field: the field, its operator, its value (FILTER §2). */
import { fault, meant, type Span } from './errors.ts'
import { OPERATORS, type Chooser, type Direction, type Field, DIRECTIONS } from './fields.ts'
import { RegexProblem, compileRegex } from './regex.ts'
import { LIMITS, allowedFields, checkRole, count, isKeyword, next, note, peek, placed, previous, refuse, spanning, type State } from './state.ts'
import type { Token } from './tokens.ts'
import { and, column, exists, list, measured, not, test, text, truth, values, type Filter, type SetItem, type TestOp, type Value } from './tree.ts'
import { noLiteral, readLiteral, readMacPrefix, type ValueToken } from './values.ts'

type Target = { readonly kind: 'field'; readonly field: Field } | { readonly kind: 'chooser'; readonly chooser: Chooser }

/** A field as written: one target, or two of `src and dst`. */
export interface FieldRef {
  readonly targets: readonly Target[]
  /** How many tokens it takes. */
  readonly length: number
  /** A former name it was written with. */
  readonly former?: string
}

const isDirection = (word: string): word is Direction => (DIRECTIONS as readonly string[]).includes(word)

function byName(state: State, name: string): { field: Field; former?: string } | undefined {
  const present = state.fields.get(name)
  if (present !== undefined) return { field: present }
  const renamed = state.fields.renamed(name)
  const field = renamed === undefined ? undefined : state.fields.get(renamed)
  return field === undefined ? undefined : { field, former: name }
}

function directed(state: State, direction: Direction, stem: string): Target | undefined {
  const chooser = state.fields.chooser(stem, direction)
  if (chooser !== undefined) return { kind: 'chooser', chooser }
  const name = state.fields.directed(direction, stem)
  const field = name === undefined ? undefined : state.fields.get(name)
  return field === undefined ? undefined : { kind: 'field', field }
}

/** Of a direction and a stem: the stem's former name when it is one. */
const formerStem = (target: Target, direction: Direction, stem: string): { former?: string } =>
  target.kind === 'field' && stem !== 'ip' && target.field.name !== `${direction}_${stem}` ? { former: stem } : {}

function bothSides(state: State, start: number): FieldRef | undefined {
  const joint = peek(state, start + 1)
  if ((joint.kind !== 'and' && joint.kind !== 'or') || !isKeyword(peek(state, start + 2), 'dst')) return undefined
  const stemToken = peek(state, start + 3)
  const stem = stemToken.kind === 'word' ? stemToken.text.toLowerCase() : ''
  if (joint.kind === 'or') {
    const chooser = state.fields.chooser(stem)
    const found = chooser === undefined ? byName(state, stem) : undefined
    const target: Target | undefined =
      chooser !== undefined ? { kind: 'chooser', chooser } : found?.field.columns.length === 2 ? { kind: 'field', field: found.field } : undefined
    if (target !== undefined) return { targets: [target], length: 4, ...(found?.former === undefined ? {} : { former: found.former }) }
    const either = state.fields.get('ip')
    return either === undefined ? undefined : { targets: [{ kind: 'field', field: either }], length: 3 }
  }
  const [left, right] = [directed(state, 'src', stem), directed(state, 'dst', stem)]
  if (left !== undefined && right !== undefined) return { targets: [left, right], length: 4, ...formerStem(left, 'src', stem) }
  const [source, destination] = [directed(state, 'src', 'ip'), directed(state, 'dst', 'ip')]
  return source === undefined || destination === undefined ? undefined : { targets: [source, destination], length: 3 }
}

/** The field that begins `ahead` tokens from here, if one does; nothing is taken. Throws `FL_FILTER_FIELD_GONE`. */
export function fieldAt(state: State, ahead = 0): FieldRef | undefined {
  const token = peek(state, ahead)
  if (token.kind !== 'word') return undefined
  const word = token.text.toLowerCase()
  if (word === 'src') {
    const both = bothSides(state, ahead)
    if (both !== undefined) return both
  }
  const stem = peek(state, ahead + 1)
  if (isDirection(word) && stem.kind === 'word') {
    const target = directed(state, word, stem.text.toLowerCase())
    if (target !== undefined) return { targets: [target], length: 2, ...formerStem(target, word, stem.text.toLowerCase()) }
  }
  const chooser = state.fields.chooser(word)
  if (chooser !== undefined) return { targets: [{ kind: 'chooser', chooser }], length: 1 }
  const found = byName(state, word)
  if (found !== undefined)
    return { targets: [{ kind: 'field', field: found.field }], length: 1, ...(found.former === undefined ? {} : { former: found.former }) }
  const replacement = state.fields.removed(word)
  if (replacement !== undefined) throw fault('FIELD_GONE', token, `${word} was removed`, { fix: `use ${replacement}` })
  return undefined
}

/** An operator as written; `explicit` unless a value right after the field implies it. */
export type Operator = { readonly op: TestOp | 'exists' | 'measured'; readonly negated: boolean; readonly at: Span; readonly explicit: boolean }

const COMPARES: Readonly<Record<string, readonly [TestOp, boolean]>> = {
  '=': ['eq', false],
  '!=': ['eq', true],
  '<': ['lt', false],
  '<=': ['le', false],
  '>': ['gt', false],
  '>=': ['ge', false],
  '~': ['match', false],
  '!~': ['match', true],
}
const WORDS: Readonly<Record<string, string>> = { eq: '=', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' }
const SETS = ['in', 'contains', 'starts', 'ends', 'exists', 'measured'] as const

/** How operators are written, for messages and for the table of kinds. */
const SPELLING: Readonly<Record<TestOp, string>> = {
  eq: '=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  in: 'in',
  match: '~',
  contains: 'contains',
  starts: 'starts with',
  ends: 'ends with',
}

const comparison = (token: Token): readonly [TestOp, boolean] | undefined =>
  token.kind === 'compare' ? COMPARES[token.text] : token.kind === 'word' ? COMPARES[WORDS[token.text.toLowerCase()] ?? ''] : undefined

/** Whether an operator begins here; nothing is taken. */
export const operatorAt = (state: State, ahead = 0): boolean => {
  const token = peek(state, ahead)
  return (
    comparison(token) !== undefined || isKeyword(token, ...SETS) || (token.kind === 'not' && token.text !== '!' && isKeyword(peek(state, ahead + 1), ...SETS))
  )
}

/** Takes the operator that stands here, if one does. */
export function takeOperator(state: State): Operator | undefined {
  const first = peek(state)
  const compared = comparison(first)
  if (compared !== undefined) {
    next(state)
    return { op: compared[0], negated: compared[1], at: first, explicit: true }
  }
  const negated = first.kind === 'not'
  const keyword = SETS.find(word => isKeyword(peek(state, negated ? 1 : 0), word))
  if (keyword === undefined) return undefined
  if (negated) next(state)
  next(state)
  if (keyword === 'starts' || keyword === 'ends') {
    if (!isKeyword(peek(state), 'with')) refuse(state, token => fault('EXPECT_OP', token, `${keyword} needs with`, { expected: [`${keyword} with`] }))
    next(state)
  }
  return { op: keyword, negated, at: spanning(first, previous(state)), explicit: true }
}

const TEXT_ONLY: readonly string[] = ['match', 'contains', 'starts', 'ends']

function misfit(field: Field, operator: Operator): ReturnType<typeof fault> {
  const has = [...OPERATORS[field.kind], ...(field.kind === 'bool' ? [] : ['exists'])]
  return fault('OP', operator.at, `this does not fit ${field.name}, which has ${has.join(' ')}`, { expected: has })
}

/** The token of a value, without taking it; undefined where none stands. */
function valueToken(token: Token): ValueToken | undefined {
  return token.kind === 'word' || token.kind === 'string'
    ? { text: token.text, quoted: token.kind === 'string', start: token.start, end: token.end }
    : undefined
}

/** Settles which field a target means, by the operator and the first value (FILTER §2, Chosen by value). */
function settle(state: State, target: Target, operator: Operator, first: Token): Field {
  const listKind = first.kind === 'list' ? state.context.lists?.(first.text) : undefined
  const textual = TEXT_ONLY.includes(operator.op)
  if (target.kind === 'chooser') {
    const [address, named] = [state.fields.get(target.chooser.address), state.fields.get(target.chooser.text)]
    if (address === undefined || named === undefined) throw new Error(`${target.chooser.name} has no field`)
    if (textual || listKind === 'text') return named
    const value = valueToken(first)
    if (value === undefined) return first.kind === 'column' && byName(state, first.text.toLowerCase())?.field.kind === 'text' ? named : address
    if (value.quoted) return named
    const silent = { zone: state.zone, note: () => {} }
    return readLiteral(silent, address, value, target.chooser.name === 'net') === undefined ? named : address
  }
  const { field } = target
  const companion = field.companion === undefined ? undefined : state.fields.get(field.companion)
  if (companion === undefined) return field
  if ((textual && field.kind !== 'flags') || listKind === 'text') return companion
  const value = valueToken(first)
  if (value === undefined) return field
  if (readLiteral({ zone: state.zone, note: () => {} }, field, value) !== undefined) return field
  const known = value.quoted || !operator.explicit ? undefined : byName(state, value.text.toLowerCase())?.field
  return known?.kind === field.kind ? field : companion
}

interface Reading {
  readonly state: State
  readonly field: Field
  readonly operator: Operator
  /** Written as `net`, where `10.1` is a network. */
  readonly short: boolean
  readonly fieldAt: Span
}

function columnValue({ state, field, fieldAt: left, operator }: Reading, token: Token, name: string): Value {
  const found = byName(state, name.toLowerCase())
  if (found === undefined) {
    const near = meant(
      name,
      allowedFields(state).map(one => one.name),
    )
    throw fault('FIELD', token, `there is no column ${name}`, { fix: near === undefined ? undefined : `did you mean @${near}?` })
  }
  if (!['eq', 'lt', 'le', 'gt', 'ge'].includes(operator.op)) throw misfit(field, operator)
  if (field.columns.length === 2)
    throw fault('EITHER', left, `${field.name} is either side, so it has no single value`, { fix: `say ${field.columns[0].name} or ${field.columns[1].name}` })
  const [other, second] = found.field.columns
  if (second !== undefined)
    throw fault('EITHER', token, `${found.field.name} is either side, so it has no single value`, { fix: `say ${other.name} or ${second.name}` })
  if (other.kind !== field.kind || field.kind === 'bool')
    throw fault('KINDS', token, `${field.name} is of kind ${field.kind}, ${other.name} of kind ${other.kind}`)
  checkRole(state, found.field, token)
  if (found.former !== undefined) note(state, 'RENAMED', token, `${found.former} is now ${other.name}`)
  return column(other.name)
}

function listValue({ state, field, operator }: Reading, token: Token): SetItem {
  const kind = state.context.lists?.(token.text)
  if (kind === undefined) throw fault('LIST', token, `there is no list $${token.text}`)
  if (operator.op !== 'eq' && operator.op !== 'in') throw misfit(field, operator)
  if (kind !== field.kind) throw fault('LIST_KIND', token, `$${token.text} holds values of kind ${kind}, ${field.name} is of kind ${field.kind}`)
  return list(token.text)
}

function checkedPattern(state: State, token: ValueToken): Value {
  count(state, token, 0, 1)
  try {
    compileRegex(text(token.text).value)
  } catch (error) {
    if (!(error instanceof RegexProblem)) throw error
    throw fault('REGEX', token, error.message, { fix: 'patterns are those of RE2' })
  }
  return text(token.text)
}

/** One value. `single` where no range and no network may stand. */
function oneValue(reading: Reading): Value {
  const { state, field, operator } = reading
  const token = peek(state)
  if (token.kind === 'column') {
    if (!operator.explicit || operator.op === 'in' || TEXT_ONLY.includes(operator.op))
      refuse(state, at => fault('EXPECT_VALUE', at, 'a value is missing; a column stands after a comparison only'))
    next(state)
    return columnValue(reading, token, token.text)
  }
  if (token.kind === 'list') {
    next(state)
    return listValue(reading, token)
  }
  const value = valueToken(token)
  if (value === undefined)
    return refuse(state, at =>
      fault(
        'EXPECT_VALUE',
        at,
        'a value is missing',
        at.kind === 'and' || at.kind === 'or' || at.kind === 'not' ? { fix: `to mean the word, write "${at.text}"` } : {},
      ),
    )
  next(state)
  if (operator.op === 'match') return checkedPattern(state, value)
  if (operator.op === 'starts' && field.kind === 'mac') return readMacPrefix(field, value)
  const literals = { zone: state.zone, note: (code: Parameters<typeof note>[1], at: Span, message: string): void => note(state, code, at, message) }
  const literal = readLiteral(literals, field, value, reading.short)
  if (literal !== undefined) {
    if (literal.kind === 'Flags' && literal.bits === 0 && operator.op === 'contains')
      throw fault('VALUE', token, 'none has no flag to contain', { fix: `${field.name} = none` })
    return literal
  }
  if (!value.quoted && operator.explicit && byName(state, value.text.toLowerCase()) !== undefined) return columnValue(reading, token, value.text)
  throw noLiteral(field, value)
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

function listOf(reading: Reading): Value {
  const { state, field } = reading
  const open = next(state)
  const items: SetItem[] = []
  const isClose = (token: Token): boolean => token.kind === 'close' && token.text === CLOSERS[open.text]
  if (isClose(peek(state))) throw fault('LIST_EMPTY', open, 'the list is empty', { fix: 'give it a value' })
  for (;;) {
    const token = peek(state)
    if (token.kind === 'end') throw fault('PAREN_OPEN', open, 'this list is never closed', { fix: `add ${CLOSERS[open.text]}` })
    if (items.length >= LIMITS.values) throw fault('TOO_MANY', token, `more than ${LIMITS.values} values`, { fix: 'use a $list' })
    if (token.kind === 'column') throw fault('EXPECT_VALUE', token, 'a list holds no columns')
    const value = oneValue({ ...reading, operator: { ...reading.operator, explicit: false } })
    switch (value.kind) {
      case 'Column':
      case 'True':
      case 'Values':
        throw misfit(field, reading.operator)
      default:
        items.push(value)
    }
    const after = peek(state)
    if (isClose(after)) break
    if (after.kind === 'close') throw fault('PAREN_CLOSE', after, `${open.text} is closed by ${CLOSERS[open.text]}`)
    if (after.kind === 'comma' || after.kind === 'or') next(state)
  }
  next(state)
  return values(items)
}

/** `duplicate`, `duplicate = false`, `duplicate true`. */
function boolTerm(state: State, field: Field, operator: Operator | undefined): Filter {
  const is = test(field.name, 'eq', truth())
  const token = peek(state)
  const word = token.kind === 'word' || token.kind === 'string' ? token.text.toLowerCase() : ''
  const said = ['true', 'yes', '1'].includes(word) ? true : ['false', 'no', '0'].includes(word) ? false : undefined
  if (operator === undefined) {
    if (said === undefined || token.kind === 'string') return is
    next(state)
    return said ? is : not(is)
  }
  if (operator.op !== 'eq') throw misfit(field, operator)
  const value = valueToken(token)
  if (value === undefined) return refuse(state, at => fault('EXPECT_VALUE', at, 'a value is missing', { expected: ['true', 'false'] }))
  if (said === undefined) throw noLiteral(field, value)
  next(state)
  return said === operator.negated ? not(is) : is
}

/** The operator that a value right after the field implies. */
function implied(field: Field, value: Value): TestOp {
  if (field.kind !== 'flags') return 'eq'
  return value.kind === 'Flags' && value.bits === 0 ? 'eq' : 'contains'
}

function testTerm(reading: Reading): Filter {
  const { state, field } = reading
  let { operator } = reading
  const spelled = operator.op
  if (spelled === 'exists' || spelled === 'measured') throw new Error('no test')
  const opens = peek(state).kind === 'open'
  if (operator.explicit) {
    if (!OPERATORS[field.kind].includes(SPELLING[spelled])) throw misfit(field, operator)
    if (opens && !['eq', 'in', 'contains', 'starts', 'ends'].includes(spelled))
      throw fault('OP', operator.at, `${SPELLING[spelled]} takes one value`, { fix: 'use in (…)' })
  } else if (field.kind === 'flags' && !isKeyword(peek(state), 'none')) operator = { ...operator, op: 'contains' }
  const value = opens ? listOf({ ...reading, operator }) : oneValue({ ...reading, operator })
  const op = operator.explicit ? spelled : implied(field, value)
  const made = test(field.name, op, value)
  if (['lt', 'le', 'gt', 'ge'].includes(op) && ['Net', 'Range', 'List'].includes(value.kind))
    throw fault('OP', operator.at, `${SPELLING[op]} takes one value`, { fix: 'use in' })
  if (!operator.explicit && !OPERATORS[field.kind].includes(SPELLING[made.op])) throw misfit(field, operator)
  return operator.negated ? not(made) : made
}

function settledTerm(state: State, target: Target, fieldSpan: Span): Filter {
  const operator = takeOperator(state)
  const here = peek(state)
  const plain: Operator = operator ?? { op: 'eq', negated: false, at: here, explicit: false }
  const first = here.kind === 'open' ? peek(state, 1) : here
  const field = settle(state, target, plain, first)
  checkRole(state, field, fieldSpan)
  const short = target.kind === 'chooser' && target.chooser.name === 'net'
  const remember = (negated: boolean): void => {
    state.last = { field, negated, short }
  }

  if (plain.op === 'exists' || plain.op === 'measured') {
    if (field.kind === 'bool') throw misfit(field, plain)
    if (plain.op === 'measured' && field.columns[0].measured === undefined)
      throw fault('MEASURED', plain.at, `${field.name} is always measured`, { fix: 'use exists' })
    const made = plain.op === 'exists' ? exists(field.name) : measured(field.name)
    remember(plain.negated)
    return plain.negated ? not(made) : made
  }
  if (field.kind === 'bool') {
    const made = boolTerm(state, field, operator)
    remember(made.kind === 'Not')
    return made
  }
  if (operator === undefined && here.kind !== 'word' && here.kind !== 'string' && here.kind !== 'list' && here.kind !== 'open') {
    const expected = [...OPERATORS[field.kind], 'exists']
    refuse(state, at => fault('EXPECT_OP', at, `${field.name} needs an operator or a value`, { expected }))
  }
  const made = testTerm({ state, field, operator: plain, short, fieldAt: fieldSpan })
  remember(made.kind === 'Not')
  return made
}

/** Reads a term of the field that stands here. Its targets share operator and value, which are read for each. */
export function fieldTerm(state: State, ref: FieldRef): Filter {
  const start = peek(state)
  for (let taken = 0; taken < ref.length; taken++) next(state)
  const fieldSpan = spanning(start, previous(state))
  const [target] = ref.targets
  if (ref.former !== undefined && target?.kind === 'field') note(state, 'RENAMED', fieldSpan, `${ref.former} is now ${target.field.name}`)
  const from = state.at
  const terms = ref.targets.map(one => {
    state.at = from
    const term = settledTerm(state, one, fieldSpan)
    count(state, fieldSpan, 1)
    return placed(state, term, spanning(start, previous(state)))
  })
  return placed(state, and(...terms), spanning(start, previous(state)))
}
