/**
 * The filter language as the console uses it. In: the text of a filter, and values that were clicked. Out: the changed text, chips,
 * colours of tokens. The grammar is the parser's alone: nothing here reads or writes the language by itself.
 */
import {
  FIELDS,
  addTerm,
  and,
  describe,
  negateChip,
  parse,
  print,
  printText,
  removeChip,
  switchChip,
  toChips,
  tokenize,
  type ChipPath,
  type Chips,
  type Filter,
  type GroupChip,
  type TermChip,
  type Token,
} from '../../../src/filter/index.ts'

export type { ChipPath, Chips, GroupChip, TermChip }

/** One value of one field, as text of the language can name it. */
export interface Condition {
  readonly field: string
  readonly value: string
  /** `=` where nothing is said. */
  readonly op?: '=' | '>='
  /** A further condition that belongs to it: an interface is one of its exporter. */
  readonly and?: Condition
}

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

export type ReadFilter =
  | { readonly ok: true; readonly text: string; readonly tree: Filter; readonly notes: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly start: number; readonly end: number }

/** Reads a filter; the text of a good one is its canonical form. */
export function readFilter(text: string): ReadFilter {
  const parsed = parse(text, { zone: ZONE })
  if (parsed.ok) return { ok: true, text: parsed.canonical, tree: parsed.tree, notes: parsed.notes.map(note => note.message) }
  const { error } = parsed
  return { ok: false, message: describe(error), start: error.start, end: Math.max(error.end, error.start + 1) }
}

/** The tree of a filter that has to be good; throws an Error with the parser's message. */
function treeOf(text: string): Filter {
  const read = readFilter(text)
  if (!read.ok) throw new Error(read.message)
  return read.tree
}

export function conditionText({ field, value, op = '=', and: further }: Condition): string {
  const own = `${field} ${op} ${printText(value)}`
  return further === undefined ? own : `${own} and ${conditionText(further)}`
}

/** The condition as a tree; its text goes through the parser, so that a strange value is refused and never misread. */
function conditionTree({ field, value, op = '=', and: further }: Condition): Filter {
  const own = treeOf(`${field} ${op} ${printText(value)}`)
  return further === undefined ? own : and(own, conditionTree(further))
}

/** The filter and the condition both. */
export const including = (filter: string, condition: Condition): string => print(addTerm(treeOf(filter), conditionTree(condition)))
/** The filter without what meets the condition. */
export const excluding = (filter: string, condition: Condition): string => print(addTerm(treeOf(filter), conditionTree(condition), true))
/** As `including`; null where either cannot be read, since then no flow could be told. */
export const narrowing = (filter: string, condition: Condition): string | null =>
  readFilter(filter).ok && readFilter(conditionText(condition)).ok ? including(filter, condition) : null
/** Two filters both, each as it is: unlike with a click nothing gives way. */
export const joining = (first: string, second: string): string => (second.trim() === '' ? first : print(and(treeOf(first), treeOf(second))))
/** The filter with `text`, which says between what a field's value is; what it said of that before gives way. */
export function bounding(filter: string, field: string, text: string): string {
  const tree = treeOf(filter)
  const bounds = (item: Filter): boolean => item.kind === 'All' || (item.kind === 'Test' && item.field === field && (item.op === 'ge' || item.op === 'lt'))
  const kept = (tree.kind === 'And' ? tree.items : [tree]).filter(item => !bounds(item))
  return print(and(...kept, treeOf(text)))
}
/** Nothing but the condition. */
export const onlyThis = (condition: Condition): string => print(conditionTree(condition))

export const withoutChip = (filter: string, path: ChipPath): string => print(removeChip(treeOf(filter), path))
export const negatingChip = (filter: string, path: ChipPath): string => print(negateChip(treeOf(filter), path))
export const switchingChip = (filter: string, path: ChipPath): string => print(switchChip(treeOf(filter), path))

/** The chips of a filter, or why it has none. */
export function chipsOf(filter: string): Chips {
  const read = readFilter(filter)
  return read.ok ? toChips(read.tree) : { ok: false, reason: read.message }
}

/** How many terms a filter has; one that chips cannot draw counts as one. */
export function countTerms(filter: string): number {
  if (filter.trim() === '') return 0
  const chips = chipsOf(filter)
  return chips.ok ? chips.chips.reduce((sum, chip) => sum + (chip.kind === 'group' ? chip.items.length : 1), 0) : 1
}

/** Where the text of a chip begins and ends in the filter as it is typed; undefined where it is written otherwise. */
export function placeOf(filter: string, path: ChipPath): { readonly start: number; readonly end: number } | undefined {
  const parsed = parse(filter, { zone: ZONE })
  if (!parsed.ok) return undefined
  const [index, within] = path
  const { tree } = parsed
  const item = tree.kind === 'And' || tree.kind === 'Or' ? tree.items[index] : tree
  const node = within !== undefined && (item?.kind === 'And' || item?.kind === 'Or') ? item.items[within] : item
  return node === undefined ? undefined : parsed.positions.get(node)
}

export interface ChipParts {
  readonly field: string
  readonly op: string
  readonly value: string
}

const OPERATOR = /^(\S+)(?: (<=|>=|!=|!~|=|<|>|~|in|contains|starts with|ends with|exists|measured))?(?: (.*))?$/s

/** Field, operator and value of a chip, apart, since each has its own tone. */
export function chipParts(chip: TermChip): ChipParts {
  const [, field = chip.text, op = '', value = ''] = OPERATOR.exec(print(chip.term)) ?? []
  return { field, op, value }
}

export type Paint = 'field' | 'operator' | 'value' | 'not' | 'list' | 'comment'

export interface Painted {
  readonly text: string
  readonly paint: Paint
}

const fieldWord = (text: string): boolean => {
  const word = text.toLowerCase()
  return FIELDS.get(word) !== undefined || FIELDS.renamed(word) !== undefined || /^(src|dst|in|out|host|net)$/.test(word)
}
const OPERATOR_WORDS = /^(in|contains|starts|ends|with|exists|measured|eq|ne|lt|le|gt|ge|off)$/i

function paintOf(token: Token, before: Token | undefined): Paint {
  switch (token.kind) {
    case 'not':
      return 'not'
    case 'list':
    case 'column':
      return 'list'
    case 'and':
    case 'or':
    case 'compare':
    case 'comma':
    case 'open':
    case 'close':
      return 'operator'
    case 'word':
      if (before?.kind === 'compare') return 'value'
      if (before?.kind === 'word' && OPERATOR_WORDS.test(token.text)) return 'operator'
      return fieldWord(token.text) ? 'field' : 'value'
    case 'string':
    case 'bad':
    case 'end':
      return 'value'
    default:
      return token satisfies never
  }
}

/** The text in stretches of one tone; together they are the text again. What lies between tokens is blank or a comment. */
export function painted(text: string): readonly Painted[] {
  const stretches: Painted[] = []
  let at = 0
  let before: Token | undefined
  for (const token of tokenize(text)) {
    if (token.start > at) stretches.push({ text: text.slice(at, token.start), paint: 'comment' })
    if (token.end > token.start) stretches.push({ text: text.slice(token.start, token.end), paint: paintOf(token, before) })
    at = Math.max(at, token.end)
    before = token
  }
  if (at < text.length) stretches.push({ text: text.slice(at), paint: 'comment' })
  return stretches
}
