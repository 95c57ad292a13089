/** A filter as chips, and what a click does to one: trees in, trees out (FILTER §4). */
import { FIELDS } from './fields.ts'
import { print } from './print.ts'
import { all, and, not, off, or, test, truth, type Filter, type Term } from './tree.ts'
import { readLiteral } from './values.ts'

/** Where a chip lies: its number at the root, and in a group the number within it. */
export type ChipPath = readonly [number] | readonly [number, number]

export interface TermChip {
  readonly kind: 'term'
  readonly path: ChipPath
  readonly term: Term
  readonly negated: boolean
  /** Switched off: drawn, but left out. */
  readonly off: boolean
  /** What is written on it: the term with its negation, not whether it is off. */
  readonly text: string
}

export interface GroupChip {
  readonly kind: 'group'
  readonly path: ChipPath
  readonly items: readonly TermChip[]
}

export type Chips =
  /** How the chips at the root are joined; those of a group are joined the other way. */
  | { readonly ok: true; readonly joint: 'and' | 'or'; readonly chips: readonly (TermChip | GroupChip)[] }
  /** Why the filter can only be shown as text. */
  | { readonly ok: false; readonly reason: string }

function termChip(filter: Filter, path: ChipPath): TermChip | undefined {
  const isOff = filter.kind === 'Off'
  const shown = isOff ? filter.item : filter
  const negated = shown.kind === 'Not'
  const term = negated ? shown.item : shown
  return term.kind === 'Test' || term.kind === 'Exists' || term.kind === 'Measured'
    ? { kind: 'term', path, term, negated, off: isOff, text: print(shown) }
    : undefined
}

const itemsOf = (filter: Filter): readonly Filter[] => (filter.kind === 'And' || filter.kind === 'Or' ? filter.items : filter.kind === 'All' ? [] : [filter])

const jointOf = (filter: Filter): 'and' | 'or' => (filter.kind === 'Or' ? 'or' : 'and')

/** The chips of a filter, or why it has none. */
export function toChips(filter: Filter): Chips {
  const chips: (TermChip | GroupChip)[] = []
  for (const [index, item] of itemsOf(filter).entries()) {
    const chip = termChip(item, [index])
    if (chip !== undefined) {
      chips.push(chip)
      continue
    }
    if (item.kind === 'Ref') return { ok: false, reason: `it refers to the saved filter $${item.name}` }
    if (item.kind === 'Not') return { ok: false, reason: 'it negates a group' }
    if (item.kind === 'Off') return { ok: false, reason: 'it switches off a group' }
    if (item.kind !== 'And' && item.kind !== 'Or') return { ok: false, reason: 'it has a part for every row' }
    const inner = item.items.map((one, within) => termChip(one, [index, within]))
    const terms = inner.filter(one => one !== undefined)
    if (terms.length < inner.length) return { ok: false, reason: 'it is nested too deeply' }
    chips.push({ kind: 'group', path: [index], items: terms })
  }
  return { ok: true, joint: jointOf(filter), chips }
}

const joined = (joint: 'and' | 'or', items: readonly Filter[]): Filter => (items.length === 0 ? all() : joint === 'and' ? and(...items) : or(...items))

/** The filter with one chip changed, or dropped where `change` gives nothing. A path that leads nowhere changes nothing. */
export function editChip(filter: Filter, path: ChipPath, change: (item: Filter) => Filter | undefined): Filter {
  const [index, within] = path
  const edited = (items: readonly Filter[], at: number, edit: (item: Filter) => Filter | undefined): Filter[] =>
    items.flatMap((item, number) => (number === at ? [edit(item)].filter(one => one !== undefined) : [item]))
  return joined(
    jointOf(filter),
    edited(itemsOf(filter), index, item => {
      if (within === undefined) return change(item)
      const inner = edited(itemsOf(item), within, change)
      return inner.length === 0 ? undefined : joined(jointOf(item), inner)
    }),
  )
}

const negated = (item: Filter): Filter => (item.kind === 'Off' ? off(not(item.item)) : not(item))

/** Turns what a chip asks for into its opposite, on or off as it was. */
export const negateChip = (filter: Filter, path: ChipPath): Filter => editChip(filter, path, negated)

/** Switches a chip off, or on again. */
export const switchChip = (filter: Filter, path: ChipPath): Filter => editChip(filter, path, item => (item.kind === 'Off' ? item.item : off(item)))

export const removeChip = (filter: Filter, path: ChipPath): Filter => editChip(filter, path, () => undefined)

/** Puts another filter in the place of a chip. */
export const replaceChip = (filter: Filter, path: ChipPath, by: Filter): Filter => editChip(filter, path, () => by)

/**
 * Narrows a filter to the rows a term keeps, or with `exclude` to those it does not. A chip that says the opposite gives way, one that
 * says the same is switched on, and nothing is said twice.
 */
export function addTerm(filter: Filter, term: Filter, exclude = false): Filter {
  const wanted = exclude ? not(term) : term
  const [same, opposite] = [print(wanted), print(not(wanted))]
  const kept = (filter.kind === 'Or' ? [filter] : itemsOf(filter)).filter(item => {
    const said = print(item.kind === 'Off' ? item.item : item)
    return said !== same && said !== opposite
  })
  return and(...kept, wanted)
}

/**
 * The term that a value of a table cell stands for, by the field's name and the value as the API shows it; undefined for fields
 * that are not asked for by one value, such as times, and for values that are none of the field's.
 */
export function termOf(fieldName: string, value: string | number | boolean): Filter | undefined {
  const field = FIELDS.get(fieldName)
  if (field === undefined || field.kind === 'time') return undefined
  if (field.kind === 'bool') {
    const is = test(field.name, 'eq', truth())
    return value === true || value === 1 || value === 'true' ? is : not(is)
  }
  const durations = field.kind === 'duration' && typeof value === 'number'
  const source = { text: durations ? `${value}us` : String(value), quoted: field.companion === undefined ? false : typeof value === 'string', start: 0, end: 0 }
  const literal = readLiteral({ zone: 'UTC', note: () => {} }, field, source)
  return literal === undefined ? undefined : test(field.name, 'eq', literal)
}
