/** What is legal at the caret, best first (FILTER §6). Stored values come from the caller: the result says which it wants. */
import { COUNTRIES, PROTOCOLS, SERVICES, namedValues, readAddress, type Kind } from '../schema/index.ts'
import { Fault } from './errors.ts'
import { DIRECTIONS, OPERATORS, type Direction, type Field } from './fields.ts'
import { printText } from './print.ts'
import { allowedFields, createState, isKeyword, peek, type ParseContext, type State } from './state.ts'
import { fieldAt, takeOperator, type FieldRef } from './terms.ts'
import { tokenize } from './tokens.ts'

export interface StoredValue {
  readonly value: string
  /** Traffic in the range, for ranking. */
  readonly bytes?: number
}

export interface CompleteContext extends ParseContext {
  readonly listNames?: readonly string[]
  readonly filterNames?: readonly string[]
  /** Values fetched for what an earlier call wanted. */
  readonly values?: readonly StoredValue[]
  /** How often the reader has used a completion. */
  readonly used?: (text: string) => number
}

export const COMPLETION_KINDS = ['field', 'operator', 'keyword', 'value', 'protocol', 'application', 'list', 'filter', 'column', 'unit'] as const

export interface Completion {
  /** What replaces the stretch from `start` to `end`. */
  readonly text: string
  readonly kind: (typeof COMPLETION_KINDS)[number]
  /** One line about it; may be empty. */
  readonly detail: string
  readonly bytes?: number
}

/** Stored values that would help: those of these columns whose text holds the prefix, best by bytes. */
export interface WantedValues {
  readonly field: string
  readonly columns: readonly string[]
  readonly prefix: string
  /** For addresses the stretch to look in, first and last; there are no values without it. */
  readonly between?: readonly [bigint, bigint]
}

export interface Completed {
  readonly start: number
  readonly end: number
  readonly items: readonly Completion[]
  readonly wants?: WantedValues
}

/** Most completions that are given. */
const MOST = 20

type Place =
  | { readonly kind: 'term'; readonly direction?: Direction }
  | { readonly kind: 'field'; readonly ref: FieldRef; readonly direction?: Direction }
  | { readonly kind: 'value'; readonly ref: FieldRef; readonly explicit: boolean; readonly inList: boolean }
  | { readonly kind: 'after'; readonly protocol: boolean }
  | { readonly kind: 'nothing' }

const isDirection = (text: string): text is Direction => (DIRECTIONS as readonly string[]).includes(text)

/** Walks the tokens before the caret; after what is wrong it goes on at the next `and`, `or` or `)`. */
function placeOf(state: State): { place: Place; depth: number } {
  let place: Place = { kind: 'term' }
  let depth = 0
  for (;;) {
    const token = peek(state)
    if (token.kind === 'end') return { place, depth }
    if (token.kind === 'bad') return { place: { kind: 'nothing' }, depth }
    if (token.kind === 'and' || token.kind === 'or') {
      if (place.kind !== 'value' || !place.inList) place = { kind: 'term' }
      state.at++
      continue
    }
    switch (place.kind) {
      case 'term': {
        const ref: FieldRef | undefined = fieldAt(state)
        if (ref !== undefined) {
          const word = token.text.toLowerCase()
          place = { kind: 'field', ref, ...(ref.length === 1 && isDirection(word) ? { direction: word } : {}) }
          state.at += ref.length
          continue
        }
        if (token.kind === 'open') depth++
        else if (token.kind === 'close') place = { kind: 'after', protocol: false }
        else if (token.kind === 'word' && isDirection(token.text.toLowerCase())) place = { kind: 'term', direction: token.text.toLowerCase() as Direction }
        else if (token.kind !== 'not' && !(isKeyword(token, 'off') && peek(state, 1).kind === 'open')) {
          place = { kind: 'after', protocol: PROTOCOLS.some(({ name }) => isKeyword(token, name)) }
        }
        if (token.kind === 'close' && depth > 0) depth--
        state.at++
        continue
      }
      case 'field': {
        const { ref }: { ref: FieldRef } = place
        const operator = takeOperator(state)
        if (operator !== undefined)
          place =
            operator.op === 'exists' || operator.op === 'measured'
              ? { kind: 'after', protocol: false }
              : { kind: 'value', ref, explicit: operator.op !== 'in', inList: false }
        else if (token.kind === 'close') place = { kind: 'after', protocol: false }
        // Half an operator: `app not …`.
        else if (token.kind === 'not') state.at++
        else place = { kind: 'value', ref, explicit: false, inList: false }
        continue
      }
      case 'value':
        if (token.kind === 'open' && !place.inList) place = { kind: 'value', ref: place.ref, explicit: place.explicit, inList: true }
        else if (!place.inList || token.kind === 'close') place = { kind: 'after', protocol: false }
        state.at++
        continue
      case 'after':
        if (token.kind === 'close') {
          depth = Math.max(0, depth - 1)
          state.at++
          place = { kind: 'after', protocol: false }
        } else if (token.kind === 'word' || token.kind === 'not' || token.kind === 'open' || token.kind === 'list') place = { kind: 'term' }
        else state.at++
        continue
      default:
        place satisfies never
    }
  }
}

/** The stretch a completion replaces: the token the caret is in or at the end of. */
function stretch(text: string, caret: number): { start: number; end: number; prefix: string; quoted: boolean } {
  for (const token of tokenize(text)) {
    if (token.kind === 'bad' && token.error.code === 'FL_FILTER_STRING_OPEN' && token.start < caret) {
      return { start: token.start, end: text.length, prefix: text.slice(token.start + 1, caret), quoted: true }
    }
    if (token.start >= caret || token.end < caret) continue
    if (token.kind === 'bad' && (token.text === '$' || token.text === '@')) return { start: token.start, end: token.end, prefix: token.text, quoted: false }
    if (token.kind === 'string')
      return { start: token.start, end: token.end, prefix: text.slice(token.start + 1, Math.min(caret, token.end - 1)), quoted: true }
    if (token.kind === 'word' || token.kind === 'list' || token.kind === 'column' || (token.kind !== 'bad' && /^(and|or|not)$/i.test(token.text))) {
      return { start: token.start, end: token.end, prefix: text.slice(token.start, caret), quoted: false }
    }
  }
  return { start: caret, end: caret, prefix: '', quoted: false }
}

/** How well a text meets what is typed: 0 at its start, 1 at the start of a word, 2 inside; undefined not at all. */
function fit(text: string, prefix: string): number | undefined {
  const [whole, part] = [text.toLowerCase(), prefix.toLowerCase()]
  const at = whole.indexOf(part)
  if (at <= 0) return at === 0 ? 0 : undefined
  return new RegExp(`[^\\p{L}\\p{N}]${part.replaceAll(/[^\p{L}\p{N}]/gu, '.')}`, 'u').test(whole) ? 1 : 2
}

const item = (kind: Completion['kind'], text: string, detail = ''): Completion => ({ kind, text, detail })

const jointItems = (depth: number): Completion[] => [item('keyword', 'and'), item('keyword', 'or'), ...(depth > 0 ? [item('keyword', ')')] : [])]

function fieldItems(state: State, direction?: Direction): Completion[] {
  const fields = allowedFields(state)
  if (direction === undefined) {
    const both = fields.filter(({ columns }) => columns.length === 2)
    const single = fields.filter(({ columns }) => columns.length === 1)
    return [...both, item('field', 'host', 'address, or text in a host name'), item('field', 'net', 'network, or its name'), ...single].map(one =>
      'kind' in one && 'detail' in one ? one : item('field', one.name, one.label),
    )
  }
  return fields.filter(({ name }) => name.startsWith(`${direction}_`)).map(({ name, label }) => item('field', name.slice(direction.length + 1), label))
}

function termItems(state: State, context: CompleteContext): Completion[] {
  return [
    ...fieldItems(state),
    item('keyword', 'not'),
    item('keyword', '('),
    item('keyword', 'src'),
    item('keyword', 'dst'),
    ...['tcp', 'udp', 'icmp', 'ipv4', 'ipv6'].map(name => item('protocol', name)),
    ...(context.applications ?? []).map(name => item('application', name)),
    ...PROTOCOLS.map(({ name, number }) => item('protocol', name, `IP protocol ${number}`)),
    ...(context.filterNames ?? []).map(name => item('filter', `$${name}`, 'saved filter')),
    ...(context.listNames ?? []).map(name => item('list', `$${name}`, 'list')),
  ]
}

const targetsOf = (state: State, ref: FieldRef): Field[] =>
  ref.targets.flatMap(target =>
    target.kind === 'field'
      ? [target.field]
      : [target.chooser.address, target.chooser.text].map(name => state.fields.get(name)).filter(field => field !== undefined),
  )

function operatorItems(fields: readonly Field[]): Completion[] {
  const names = fields.flatMap(field => [
    ...OPERATORS[field.kind],
    ...(field.kind === 'bool' ? [] : ['exists']),
    ...(field.columns[0].measured === undefined ? [] : ['measured']),
  ])
  const negatives: Readonly<Record<string, string>> = { '=': '!=', in: 'not in', contains: 'not contains', '~': '!~' }
  return [...new Set([...names, ...names.flatMap(name => negatives[name] ?? [])])].map(name => item('operator', name))
}

const UNITS: Partial<Record<Kind, readonly string[]>> = {
  count: ['k', 'M', 'G', 'Ki', 'Mi', 'Gi'],
  bits: ['kbit/s', 'Mbit/s', 'Gbit/s', 'MB/s'],
  rate: ['/s', 'k/s', 'M/s'],
  duration: ['ms', 's', 'm', 'h', 'd', 'us'],
}

const countryName = (code: string): string => {
  // The region codes of address registries are no regions to Unicode; they stand for themselves.
  return new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' }).of(code) ?? code
}

function enumerated(field: Field): Completion[] {
  switch (field.kind) {
    case 'proto':
      return PROTOCOLS.map(({ name, number }) => item('value', name, `IP protocol ${number}`))
    case 'port':
      return SERVICES.map(({ name, port }) => item('value', name, `port ${port}`))
    case 'octet':
      return namedValues(field.columns[0].name).map(({ name, low, high }) => item('value', name, low === high ? String(low) : `${low} to ${high}`))
    case 'country':
      return COUNTRIES.map(code => item('value', code, countryName(code)))
    case 'flags':
      return ['S', 'SA', 'F', 'R', 'none'].map(letters =>
        item('value', letters, letters === 'S' ? 'SYN' : letters === 'SA' ? 'SYN and ACK' : letters === 'F' ? 'FIN' : letters === 'R' ? 'RST' : 'no flag'),
      )
    case 'bool':
      return [item('value', 'true'), item('value', 'false')]
    case 'time':
      return ['now', 'now-15m', 'now-1h', 'now-24h', 'now-7d'].map(text => item('value', text))
    default:
      return []
  }
}

function valueItems(state: State, context: CompleteContext, fields: readonly Field[], place: Extract<Place, { kind: 'value' }>, prefix: string): Completion[] {
  const kinds = new Set(fields.map(({ kind }) => kind))
  const digits = /^\d+(\.\d+)?$/.exec(prefix)?.[0]
  const units = digits === undefined ? [] : fields.flatMap(({ kind }) => (UNITS[kind] ?? []).map(unit => item('unit', `${digits}${unit}`)))
  const lists = (context.listNames ?? [])
    .filter(name => {
      const kind = context.lists?.(name)
      return kind !== undefined && kinds.has(kind)
    })
    .map(name => item('list', `$${name}`, 'list'))
  // A bare word right of a text field is text, so its columns come with their @ only.
  const asked = prefix === '' || prefix.startsWith('@') || !kinds.has('text')
  const comparable = asked && place.explicit && !place.inList && fields.some(({ columns }) => columns.length === 1)
  const columns = comparable
    ? allowedFields(state)
        .filter(other => other.columns.length === 1 && kinds.has(other.kind) && !fields.includes(other))
        .map(other => item('column', `@${other.name}`, other.label))
    : []
  return [...units, ...storedItems(context), ...fields.flatMap(enumerated), ...lists, ...columns]
}

const storedItems = (context: CompleteContext): Completion[] =>
  (context.values ?? []).map(({ value, bytes }) => ({ ...item('value', printText(value)), ...(bytes === undefined ? {} : { bytes }) }))

const STORED: readonly Kind[] = ['text', 'ip', 'as', 'id', 'port', 'country', 'mac', 'octet']

/** Addresses that the finished octets or groups of a prefix leave open; undefined below the second. */
function addressesBetween(prefix: string): readonly [bigint, bigint] | undefined {
  const v6 = prefix.includes(':')
  const done = prefix.split(v6 ? ':' : '.').slice(0, -1)
  const gap = done.indexOf('')
  const parts = gap === -1 ? done : done.slice(0, gap)
  const most = v6 ? 7 : 3
  if (parts.length === 0 || parts.length > most) return undefined
  const low = readAddress(v6 ? `${parts.join(':')}::` : [...parts, '0', '0', '0'].slice(0, 4).join('.'))
  return low === undefined ? undefined : [low, low + (1n << BigInt((v6 ? 128 : 32) - parts.length * (v6 ? 16 : 8))) - 1n]
}

function wanted(fields: readonly Field[], prefix: string): WantedValues | undefined {
  for (const field of fields) {
    // Numbers with names are completed by these, whatever traffic there is.
    if (!STORED.includes(field.kind) || namedValues(field.columns[0].name).length > 0) continue
    const base = { field: field.name, columns: field.columns.map(({ name }) => name), prefix }
    if (field.kind !== 'ip') return base
    const between = addressesBetween(prefix)
    if (between !== undefined) return { ...base, between }
  }
  return undefined
}

function ranked(items: readonly Completion[], prefix: string, used: (text: string) => number): Completion[] {
  const seen = new Set<string>()
  return items
    .flatMap((one, order) => {
      const label = one.kind === 'value' && one.text.startsWith('"') ? one.text.slice(1) : one.text
      const fitted = fit(label, prefix) ?? (one.kind === 'value' && one.detail !== '' && prefix.length > 1 && fit(one.detail, prefix) === 0 ? 2 : undefined)
      return fitted === undefined ? [] : [{ one, fitted, order }]
    })
    .toSorted((a, b) => a.fitted - b.fitted || (b.one.bytes ?? 0) - (a.one.bytes ?? 0) || used(b.one.text) - used(a.one.text) || a.order - b.order)
    .flatMap(({ one }) => {
      if (seen.has(one.text)) return []
      seen.add(one.text)
      return [one]
    })
    .slice(0, MOST)
}

/** What may stand at the caret of a text (UTF-16 units), at most 20. Without an answer there are no items, never an error. */
export function complete(text: string, caret: number, context: CompleteContext = {}): Completed {
  const { start, end, prefix, quoted } = stretch(text, caret)
  const state = createState(text.slice(0, start), context)
  let found: { place: Place; depth: number }
  try {
    found = placeOf(state)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { start, end, items: [] }
  }
  const { place, depth } = found
  const finish = (items: readonly Completion[], wants?: WantedValues): Completed => ({
    start,
    end,
    items: ranked(items, prefix, context.used ?? (() => 0)),
    ...(wants === undefined ? {} : { wants }),
  })
  switch (place.kind) {
    case 'nothing':
      return finish([])
    case 'term':
      return quoted ? finish([]) : finish(place.direction === undefined ? termItems(state, context) : fieldItems(state, place.direction))
    case 'after': {
      const joints = jointItems(depth)
      return finish(place.protocol ? [...joints, ...fieldItems(state)] : joints)
    }
    case 'field': {
      const fields = targetsOf(state, place.ref)
      const stems = place.direction === undefined ? [] : fieldItems(state, place.direction)
      const sugar = { kind: 'value', ref: place.ref, explicit: false, inList: false } as const
      const values = prefix === '' ? [] : valueItems(state, context, fields, sugar, prefix)
      const joints = fields.every(({ kind }) => kind === 'bool') ? jointItems(depth) : []
      return finish([...operatorItems(fields), ...joints, ...stems, ...values], prefix === '' ? undefined : wanted(fields, prefix))
    }
    case 'value': {
      const fields = targetsOf(state, place.ref)
      return finish(valueItems(state, context, fields, place, prefix), wanted(fields, prefix))
    }
    default:
      return place satisfies never
  }
}
