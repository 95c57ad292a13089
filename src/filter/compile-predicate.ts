/**
 * From a tree to a test of rows in memory, over the blocks the spool holds (FILTER §3). It keeps the rows that the SQL of the same
 * tree keeps. Literals are made ready once; binding to a block tests each entry of a dictionary once and picks typed arrays, so
 * that a row costs a few comparisons and no allocation.
 */
import { FlowLensError, type Block, type Column } from '../schema/index.ts'
import { addressWord, byCode, isZeroAbsent, milliseconds, numbersOf, storedNumbers, textsOf, wideOf, type Bound } from './block-values.ts'
import { checkOf, guardOf, isFloat, type Check } from './checks.ts'
import { storedUsed } from './columns.ts'
import { communityIdsOf } from './community-id.ts'
import { FIELDS } from './fields.ts'
import { resolve } from './saved.ts'
import { test as makeTest, values, withoutOff, type Filter, type SetItem, type Term, type Test } from './tree.ts'
import { addressTest, compareNumbers, compareWide, numberTest, textTest, wideTest, wordsOf } from './value-tests.ts'

export interface PredicateContext {
  /** The moment of the query in ms. */
  readonly now: number
  /** The values of a `$list`. */
  readonly lists?: (name: string) => readonly SetItem[] | undefined
  /** The tree of a saved filter. */
  readonly filters?: (name: string) => Filter | undefined
}

export interface Predicate {
  /** Stored columns it reads: what `parseBlock` must be asked for. */
  readonly columns: ReadonlySet<string>
  /** The test of a block's rows by their number, below `block.rows`. The block must not change while it is used. */
  readonly bind: (block: Block) => (row: number) => boolean
  /** The same, or the one answer for all rows of the block where its dictionaries tell it. */
  readonly decide: (block: Block) => boolean | ((row: number) => boolean)
}

type Binder = (block: Block) => Bound

const constant =
  (bound: boolean): Binder =>
  () =>
    bound

function allOf(binders: readonly Binder[]): Binder {
  return block => {
    const open: ((row: number) => boolean)[] = []
    for (const bind of binders) {
      const bound = bind(block)
      if (bound === false) return false
      if (bound !== true) open.push(bound)
    }
    const [first, second] = open
    if (first === undefined) return true
    if (second === undefined) return first
    if (open.length === 2) return row => first(row) && second(row)
    return row => open.every(holds => holds(row))
  }
}

function anyOf(binders: readonly Binder[]): Binder {
  return block => {
    const open: ((row: number) => boolean)[] = []
    for (const bind of binders) {
      const bound = bind(block)
      if (bound === true) return true
      if (bound !== false) open.push(bound)
    }
    const [first, second] = open
    if (first === undefined) return false
    if (second === undefined) return first
    if (open.length === 2) return row => first(row) || second(row)
    return row => open.some(holds => holds(row))
  }
}

const noneOf =
  (binder: Binder): Binder =>
  block => {
    const bound = binder(block)
    return typeof bound === 'boolean' ? !bound : row => !bound(row)
  }

/** Whether a column is a 64-bit number compared exactly, by halves. */
const isWide = (column: Column): boolean => (column.kind === 'count' && !isFloat(column)) || column.kind === 'mac'

const isText = (column: Column): boolean => column.kind === 'text' || column.kind === 'country'

/** The least table of verdicts that pays: one comparison is quicker than a look-up, a set is not. */
const isManyValued = (check: Check): boolean => check.kind === 'set' && check.singles.length + check.intervals.length > 1

function numberBinder(column: Column, check: Check): Binder {
  const holds = numberTest(check)
  const zero = holds(0)
  let table: Uint8Array | undefined
  return block => {
    const stored = block.columns.get(column.name)
    if (stored?.values !== undefined) return byCode(stored, value => holds(Number(value)))
    const { data } = stored ?? {}
    if ((data instanceof Uint8Array || data instanceof Uint16Array) && isManyValued(check)) {
      const verdicts = (table ??= Uint8Array.from({ length: 65_536 }, (_, value) => (holds(value) ? 1 : 0)))
      return row => verdicts[data[row] ?? 0] === 1
    }
    const read = numbersOf(block, column)
    return read === null ? zero : row => holds(read(row))
  }
}

function wideBinder(column: Column, check: Check): Binder {
  const holds = wideTest(check)
  return block => {
    const read = wideOf(block, column)
    return read === null ? holds(0, 0) : row => holds(read.high(row), read.low(row))
  }
}

function addressBinder(column: Column, check: Check): Binder {
  const holds = addressTest(check)
  const none = holds.words(0, 0, 0, 0)
  return block => {
    const stored = block.columns.get(column.name)
    if (stored === undefined) return none
    if (stored.values !== undefined) return byCode(stored, value => holds.words(...wordsOf(BigInt(value))))
    if (stored.type === 'IPv4') {
      const { data } = stored
      if (!isZeroAbsent(column.name)) return row => holds.v4(data[row] ?? 0)
      return row => {
        const value = data[row] ?? 0
        return value === 0 ? none : holds.v4(value)
      }
    }
    const word = addressWord(block, column)
    return word === null ? none : row => holds.words(word(row, 0), word(row, 1), word(row, 2), word(row, 3))
  }
}

/** The one text that is not stored: it is worked out row by row. */
const isComputedText = (column: Column): boolean => column.name === 'community_id'

function textBinder(column: Column, check: Check): Binder {
  const holds = textTest(check)
  if (isComputedText(column))
    return block => {
      const idOf = communityIdsOf(block)
      return row => holds(idOf(row))
    }
  return block => {
    const stored = block.columns.get(column.name)
    return stored === undefined ? holds('') : byCode(stored, value => holds(String(value)))
  }
}

/** One column against another. */
function columnBinder(column: Column, { op, other }: Extract<Check, { kind: 'column' }>): Binder {
  if (isText(column)) {
    if (isComputedText(column) || isComputedText(other)) {
      const textOf = (block: Block, { name }: Column): ((row: number) => string) => {
        if (name === 'community_id') return communityIdsOf(block)
        const stored = textsOf(block, { name })
        return row => stored?.values[stored.code(row)] ?? ''
      }
      return block => {
        const [left, right] = [textOf(block, column), textOf(block, other)]
        return row => left(row).toLowerCase() === right(row).toLowerCase()
      }
    }
    const lower = (texts: readonly string[]): readonly string[] => (column.kind === 'country' ? texts : texts.map(text => text.toLowerCase()))
    return block => {
      const [left, right] = [textsOf(block, column), textsOf(block, other)]
      const [mine, theirs] = [lower(left?.values ?? ['']), lower(right?.values ?? [''])]
      return row => mine[left?.code(row) ?? 0] === theirs[right?.code(row) ?? 0]
    }
  }
  if (column.kind === 'ip') {
    return block => {
      const [left, right] = [addressWord(block, column), addressWord(block, other)]
      return row => {
        for (let word = 0; word < 4; word++) if ((left?.(row, word) ?? 0) !== (right?.(row, word) ?? 0)) return false
        return true
      }
    }
  }
  if (isWide(column) && isWide(other)) {
    return block => {
      const [left, right] = [wideOf(block, column), wideOf(block, other)]
      return row => compareWide(op, left?.high(row) ?? 0, left?.low(row) ?? 0, right?.high(row) ?? 0, right?.low(row) ?? 0)
    }
  }
  return block => {
    const [left, right] = [numbersOf(block, column), numbersOf(block, other)]
    return row => compareNumbers(op, left?.(row) ?? 0, right?.(row) ?? 0)
  }
}

function checkBinder(column: Column, check: Check): Binder {
  if (check.kind === 'column') return columnBinder(column, check)
  if (isText(column)) return textBinder(column, check)
  if (column.kind === 'ip') return addressBinder(column, check)
  return isWide(column) ? wideBinder(column, check) : numberBinder(column, check)
}

const measuredBinder =
  (bits: number): Binder =>
  block => {
    const read = storedNumbers(block, 'measured')
    return read === null ? false : row => (read(row) & bits) === bits
  }

const lastsBinder: Binder = block => {
  const ms = milliseconds(block)
  return row => ms(row) > 0
}

/** Nothing holds of a value that was not measured, or of a rate over no time. */
function guarded(columns: readonly Column[], binder: Binder): Binder {
  const bits = columns.reduce((sum, column) => sum | guardOf(column), 0)
  const guards = [...(bits === 0 ? [] : [measuredBinder(bits)]), ...(columns.some(({ kind }) => kind === 'bits' || kind === 'rate') ? [lastsBinder] : [])]
  return guards.length === 0 ? binder : allOf([...guards, binder])
}

function existsBinder(column: Column): Binder {
  if (guardOf(column) !== 0) return measuredBinder(guardOf(column))
  if (isComputedText(column))
    return block => {
      const idOf = communityIdsOf(block)
      return row => idOf(row) !== ''
    }
  if (isText(column))
    return block => {
      const stored = block.columns.get(column.name)
      return stored === undefined ? false : byCode(stored, value => value !== '')
    }
  if (column.kind === 'ip') return noneOf(addressBinder(column, { kind: 'set', singles: [0n], intervals: [], open: false, lists: [] }))
  return guarded([column], block => {
    const read = numbersOf(block, column)
    return read === null ? false : row => read(row) !== 0
  })
}

/** Compiles a filter. Throws `FL_FILTER_LIST` where a list or saved filter can't be found, `Error` for a tree that no parser made. */
export function compileToPredicate(filter: Filter, context: PredicateContext): Predicate {
  const listed = (name: string): readonly SetItem[] => {
    const items = context.lists?.(name)
    if (items === undefined) throw new FlowLensError('FL_FILTER_LIST', `there is no list $${name}`)
    return items
  }
  /** The test with the values of its lists in their place. An empty list holds nothing. */
  const filled = (one: Test): Test | undefined => {
    const items = one.value.kind === 'Values' ? one.value.items : one.value.kind === 'List' ? [one.value] : undefined
    if (items === undefined || !items.some(item => item.kind === 'List')) return one
    const flat = items.flatMap(item => (item.kind === 'List' ? listed(item.name) : [item]))
    return flat.length === 0 ? undefined : makeTest(one.field, 'in', values(flat))
  }

  function termBinder(term: Term): Binder {
    const field = FIELDS.get(term.field)
    if (field === undefined) throw new Error(`${term.field} is no field`)
    return anyOf(
      field.columns.map((column): Binder => {
        switch (term.kind) {
          case 'Exists':
            return existsBinder(column)
          case 'Measured':
            return measuredBinder(guardOf(column))
          case 'Test': {
            const one = filled(term)
            if (one === undefined) return constant(false)
            const check = checkOf(column, one, context.now)
            return guarded(check.kind === 'column' ? [column, check.other] : [column], checkBinder(column, check))
          }
          default:
            return term satisfies never
        }
      }),
    )
  }

  function nodeBinder(node: Filter): Binder {
    switch (node.kind) {
      case 'All':
        return constant(true)
      case 'And':
        return allOf(node.items.map(nodeBinder))
      case 'Or':
        return anyOf(node.items.map(nodeBinder))
      case 'Not':
        return noneOf(nodeBinder(node.item))
      case 'Test':
      case 'Exists':
      case 'Measured':
        return termBinder(node)
      case 'Off':
      case 'Ref':
        throw new Error(`${node.kind} is left`)
      default:
        return node satisfies never
    }
  }

  const settled = withoutOff(resolve(filter, context.filters))
  if (settled === undefined) return { columns: new Set(), bind: () => () => true, decide: () => true }
  const binder = nodeBinder(settled)
  return {
    columns: storedUsed(settled),
    decide: binder,
    bind: block => {
      const bound = binder(block)
      return typeof bound === 'boolean' ? () => bound : bound
    },
  }
}
