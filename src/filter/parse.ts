/** From the text of a filter to its tree, in one pass and linear time (FILTER §2, §5, §7). */
import { protocolNumber, servicePort, type Kind } from '../schema/index.ts'
import { looksLikeAddress } from './networks.ts'
import { Fault, fault, meant, type FilterError, type Note, type Span } from './errors.ts'
import { readMac } from './numbers.ts'
import { print } from './print.ts'
import {
  LIMITS,
  allowedFields,
  checkRole,
  count,
  createState,
  next,
  note,
  peek,
  placed,
  previous,
  refuse,
  spanning,
  type ParseContext,
  type State,
} from './state.ts'
import { fieldAt, fieldTerm, operatorAt } from './terms.ts'
import type { Token } from './tokens.ts'
import { all, and, list, mac, net, not, num, off, or, ref, test, text, walk, type Filter } from './tree.ts'
import { readLiteral, type Literal, type ValueToken } from './values.ts'

export type Parsed =
  | {
      readonly ok: true
      readonly tree: Filter
      /** The filter as it is saved and shown. */
      readonly canonical: string
      readonly notes: readonly Note[]
      /** Where each node of the tree stands in the text. */
      readonly positions: ReadonlyMap<Filter, Span>
    }
  | { readonly ok: false; readonly error: FilterError }

const proto = (number: number): Filter => test('proto', 'eq', num(BigInt(number)))
const asValue = (token: Token, value = token.text): ValueToken => ({ text: value, quoted: false, start: token.start, end: token.end })

const byArray = new WeakMap<readonly string[], ReadonlyMap<string, string>>()

/** Known applications by their names in lower case; made once for a list. */
function applications(names: readonly string[]): ReadonlyMap<string, string> {
  const known = byArray.get(names) ?? new Map(names.map(name => [name.toLowerCase(), name]))
  byArray.set(names, known)
  return known
}

const LIST_FIELDS: Partial<Record<Kind, string>> = { ip: 'ip', port: 'port', as: 'as', mac: 'mac', country: 'country', proto: 'proto' }

function literal(state: State, field: string, token: ValueToken): Literal | undefined {
  const found = state.fields.get(field)
  return found === undefined ? undefined : readLiteral({ zone: state.zone, note: (code, at, message) => note(state, code, at, message) }, found, token)
}

/** What a bare word means, the first that fits (FILTER §2), or undefined. */
function meaning(state: State, token: Token): Filter | undefined {
  const word = token.text
  const lower = word.toLowerCase()
  if (lower === 'any' || lower === 'all') return all()
  if (lower === 'ipv4' || lower === 'inet') return test('src', 'in', net(0xffff_0000_0000n, 96))
  if (lower === 'ipv6' || lower === 'inet6') return test('src', 'in', net(0n, 0))
  const address = readMac(word)
  if (address !== undefined) return test('mac', 'eq', mac(address))
  const of = (field: string, source = word): Filter | undefined => {
    const value = literal(state, field, asValue(token, source))
    return value === undefined ? undefined : test(field, 'eq', value)
  }
  if (/^as\d+(\.\d+)?$/i.test(word)) return of('as')
  if (/^\d+((-|\.\.)\d+)?$/.test(word)) return of('port')
  if (looksLikeAddress(word)) return of('ip')
  const [over = '', port] = lower.split('/')
  const overNumber = port === undefined ? undefined : protocolNumber(over)
  if (overNumber !== undefined && port !== undefined) {
    const on = of('port', port)
    if (on !== undefined) return and(proto(overNumber), on)
  }
  const number = /^\d/.test(word) && !/[a-z]/i.test(word) ? undefined : protocolNumber(word)
  if (number !== undefined) return proto(number)
  const application = applications(state.context.applications ?? []).get(lower)
  if (application !== undefined) return test('app', 'eq', text(application))
  const service = servicePort(word)
  return service === undefined ? undefined : test('port', 'eq', num(BigInt(service)))
}

/** A bare value that would also fit the field written before it must mean that field (FILTER §2, Elision). */
function checkElision(state: State, token: Token, made: Filter | undefined, fits: (field: string) => boolean): void {
  const { last } = state
  if (last === undefined || last.field.kind === 'text' || last.field.kind === 'bool' || !fits(last.field.name)) return
  const same = made?.kind === 'Test' && made.field === last.field.name && !last.negated
  if (!same) throw fault('ELIDED', token, `${token.text} could also belong to ${last.field.name}`, { fix: 'repeat the field, or use in (a, b)' })
}

function bareWord(state: State): Filter {
  const token = peek(state)
  const made = meaning(state, token)
  const { last } = state
  checkElision(state, token, made, () => {
    if (last === undefined) return false
    try {
      return readLiteral({ zone: state.zone, note: () => {} }, last.field, asValue(token), last.short) !== undefined
    } catch (error) {
      if (error instanceof Fault) return false
      throw error
    }
  })
  if (made === undefined) throw unknownWord(state, token)
  next(state)
  let terms = 0
  walk(made, node => {
    if (node.kind !== 'Test') return
    terms++
    const field = state.fields.get(node.field)
    if (field !== undefined) checkRole(state, field, token)
  })
  count(state, token, terms)
  return placed(state, made, token)
}

function unknownWord(state: State, token: Token): Fault {
  const near = meant(
    token.text,
    allowedFields(state).map(field => field.name),
  )
  const after = peek(state, 1)
  const hasValue = near !== undefined && (after.kind === 'word' || after.kind === 'string' || after.kind === 'list')
  if (operatorAt(state, 1) || hasValue) {
    return fault('FIELD', token, `there is no column ${token.text}`, { fix: near === undefined ? undefined : `did you mean ${near}?` })
  }
  const candidates = [...allowedFields(state).map(field => field.name), ...(state.context.applications ?? []), 'tcp', 'udp', 'icmp']
  const like = meant(token.text, candidates)
  return fault('BARE', token, `no application, protocol or field is called ${token.text}`, {
    fix: like === undefined ? `try host contains ${token.text}` : `did you mean ${like}? or try host contains ${token.text}`,
  })
}

/** `$name` as a term: a list on either side, or a saved filter. */
function bareList(state: State): Filter {
  const token = next(state)
  const kind = state.context.lists?.(token.text)
  if (kind !== undefined) {
    const name = LIST_FIELDS[kind]
    const field = name === undefined ? undefined : state.fields.get(name)
    if (field === undefined) throw fault('LIST_KIND', token, `$${token.text} holds values of kind ${kind}`, { fix: 'say which field: field in $…' })
    const made = test(field.name, 'in', list(token.text))
    checkElision(state, token, made, () => state.last?.field.kind === kind)
    checkRole(state, field, token)
    count(state, token, 1)
    return placed(state, made, token)
  }
  const saved = state.context.filters?.(token.text)
  if (saved === undefined) throw fault('LIST', token, `there is no list and no saved filter $${token.text}`)
  if (state.within.includes(token.text))
    throw fault('CYCLE', token, `saved filters refer to each other: ${[...state.within, token.text].map(name => `$${name}`).join(' ')}`)
  if (state.within.length >= LIMITS.savedDepth) throw fault('TOO_DEEP', token, `saved filters refer to each other more than ${LIMITS.savedDepth} deep`)
  let counted = state.saved.get(token.text)
  if (counted === undefined) {
    const inner = createState(saved, state.context, [...state.within, token.text], state.saved)
    try {
      whole(inner)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const message = error.error.message
      throw new Fault({
        ...error.error,
        start: token.start,
        end: token.end,
        message: message.startsWith('saved filter') ? message : `saved filter $${token.text}: ${message}`,
      })
    }
    counted = inner.counted
    state.saved.set(token.text, counted)
  }
  count(state, token, counted.terms, counted.regexes)
  return placed(state, ref(token.text), token)
}

function group(state: State): Filter {
  const open = next(state)
  state.depth++
  if (state.depth > LIMITS.depth) throw fault('TOO_DEEP', open, `nested more than ${LIMITS.depth} deep`)
  const inner = disjunction(state)
  const close = peek(state)
  if (close.kind === 'end') throw fault('PAREN_OPEN', open, 'this parenthesis is never closed', { fix: 'add )' })
  if (close.kind !== 'close' || close.text !== ')') refuse(state, token => fault('PAREN_CLOSE', token, 'this closes nothing', { expected: [')'] }))
  next(state)
  state.depth--
  return inner
}

function primary(state: State): Filter {
  const token = peek(state)
  if (token.kind === 'open' && token.text === '(') return group(state)
  if (token.kind === 'word' && token.text.toLowerCase() === 'off' && peek(state, 1).kind === 'open' && peek(state, 1).text === '(') {
    next(state)
    const inner = group(state)
    return placed(state, off(inner), spanning(token, previous(state)))
  }
  if (token.kind === 'list') return bareList(state)
  if (token.kind === 'word') {
    const field = fieldAt(state)
    if (field !== undefined) return fieldTerm(state, field)
    const number = /^(any|all|ipv4|ipv6|inet6?)$/i.test(token.text) ? undefined : protocolNumber(token.text)
    const following = number === undefined ? undefined : fieldAt(state, 1)
    if (number !== undefined && following !== undefined) {
      next(state)
      count(state, token, 1)
      const over = placed(state, proto(number), token)
      const term = fieldTerm(state, following)
      return placed(state, and(over, term), spanning(token, previous(state)))
    }
    return bareWord(state)
  }
  return refuse(state, at =>
    at.kind === 'string'
      ? fault('BARE', at, 'a text without a field would be looked for in every column', { fix: `try host contains ${state.text.slice(at.start, at.end)}` })
      : fault('EXPECT_TERM', at, 'a condition is missing', { expected: ['a field', 'not', '('] }),
  )
}

function negation(state: State): Filter {
  const start = peek(state)
  let negated = false
  // A loop, so that a long row of `not` costs no stack.
  while (peek(state).kind === 'not') {
    next(state)
    negated = !negated
  }
  const before = state.last
  const inner = primary(state)
  if (!negated) return inner
  if (state.last !== undefined && state.last !== before) state.last = { ...state.last, negated: true }
  return placed(state, not(inner), spanning(start, previous(state)))
}

/** Terms joined by `and`; `joined` when there are several. */
function conjunction(state: State): { node: Filter; joined: boolean; at: Span } {
  const start = peek(state)
  const items = [negation(state)]
  for (;;) {
    const token = peek(state)
    if (token.kind === 'and') {
      next(state)
      items.push(negation(state))
      continue
    }
    if (token.kind === 'end' || token.kind === 'or' || token.kind === 'close') break
    refuse(state, at =>
      at.kind === 'comma' || at.kind === 'compare'
        ? fault('EXPECT_TERM', at, 'a condition is missing', { fix: at.kind === 'comma' ? 'write a list as in (a, b)' : undefined })
        : fault('MISSING_AND', at, 'two conditions stand side by side', { fix: 'put and here, or quote the phrase' }),
    )
  }
  const at = spanning(start, previous(state))
  const node = items.length === 1 ? (items[0] ?? all()) : placed(state, and(...items), at)
  return { node, joined: items.length > 1, at }
}

function disjunction(state: State): Filter {
  const start = peek(state)
  const parts = [conjunction(state)]
  while (peek(state).kind === 'or') {
    next(state)
    parts.push(conjunction(state))
  }
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only.node
  const mixed = parts.find(part => part.joined)
  if (mixed !== undefined) note(state, 'MIXED', mixed.at, 'and binds tighter than or; pcap ranks them equal, so parentheses make it plain')
  return placed(state, or(...parts.map(part => part.node)), spanning(start, previous(state)))
}

function whole(state: State): Filter {
  if (state.text.length > LIMITS.units)
    throw fault('TOO_LONG', { start: LIMITS.units, end: state.text.length }, `longer than ${LIMITS.units} characters`, { fix: 'use a list' })
  if (peek(state).kind === 'end') return all()
  const tree = disjunction(state)
  if (peek(state).kind === 'close') refuse(state, token => fault('PAREN_CLOSE', token, 'this closes nothing'))
  return tree
}

/** Parentheses the printer writes around groups, one in another. */
function nesting(filter: Filter): number {
  switch (filter.kind) {
    case 'And':
    case 'Or':
      return Math.max(...filter.items.map(item => nesting(item) + (item.kind === 'And' || item.kind === 'Or' ? 1 : 0)))
    case 'Not':
      return nesting(filter.item) + (filter.item.kind === 'And' || filter.item.kind === 'Or' ? 1 : 0)
    case 'Off':
      return nesting(filter.item) + 1
    case 'All':
    case 'Ref':
    case 'Exists':
    case 'Measured':
    case 'Test':
      return 0
    default:
      return filter satisfies never
  }
}

/** What only the whole tree tells: ranges split over two sides, negations of values that were not measured. */
function noteTree(state: State, tree: Filter): void {
  const place = (filter: Filter): Span => state.positions.get(filter) ?? { start: 0, end: state.text.length }
  const visit = (filter: Filter, negated: boolean): void => {
    switch (filter.kind) {
      case 'Not':
        visit(filter.item, !negated)
        break
      case 'Off':
        visit(filter.item, negated)
        break
      case 'And':
      case 'Or': {
        const lower = new Set<string>()
        const upper = new Set<string>()
        for (const item of filter.items) {
          visit(item, negated)
          if (filter.kind !== 'And' || item.kind !== 'Test' || state.fields.get(item.field)?.columns.length !== 2) continue
          if (item.op === 'gt' || item.op === 'ge') lower.add(item.field)
          if (item.op === 'lt' || item.op === 'le') upper.add(item.field)
          if (lower.has(item.field) && upper.has(item.field)) {
            note(state, 'SPLIT_RANGE', place(item), `two sides may meet this, one each; ${item.field} in a..b asks for one side within`)
          }
        }
        break
      }
      case 'Test':
        if (negated && state.fields.get(filter.field)?.columns[0].measured !== undefined) {
          note(state, 'UNMEASURED', place(filter), `rows in which ${filter.field} was not measured are kept; add ${filter.field} measured to leave them out`)
        }
        break
      case 'All':
      case 'Ref':
      case 'Exists':
      case 'Measured':
        break
      default:
        filter satisfies never
    }
  }
  visit(tree, false)
}

/**
 * Reads a filter. Never throws for what a user can type: a filter that can't be read comes back as an error with its place in the
 * text. The empty text is every row.
 */
export function parse(source: string, context: ParseContext = {}): Parsed {
  const state = createState(source, context)
  try {
    const tree = whole(state)
    const canonical = print(tree, state.fields)
    const everything = { start: 0, end: source.length }
    if (canonical.length > LIMITS.units) throw fault('TOO_LONG', everything, `longer than ${LIMITS.units} characters once written out`, { fix: 'use a list' })
    if (nesting(tree) > LIMITS.depth) throw fault('TOO_DEEP', everything, `nested more than ${LIMITS.depth} deep once written out`)
    noteTree(state, tree)
    return { ok: true, tree, canonical, notes: state.notes.toSorted((a, b) => a.start - b.start), positions: state.positions }
  } catch (error) {
    if (error instanceof Fault) return { ok: false, error: error.error }
    throw error
  }
}
