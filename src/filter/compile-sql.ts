/**
 * From a tree to the condition of a ClickHouse statement (FILTER §3, §7): each literal is a typed parameter, and the only names in
 * the text are those of the declaration.
 */
import { FlowLensError, printAddress, type Column, type Kind } from '../schema/index.ts'
import { checkOf, guardOf, isFloat, isScaled, type Check, type Order } from './checks.ts'
import { MILLISECONDS_SQL, columnSql } from './columns.ts'
import { FIELDS, type Field } from './fields.ts'
import { createParameters, type Parameters } from './parameters.ts'
import { resolve } from './saved.ts'
import { withoutOff, type Filter, type Term, type Test } from './tree.ts'

export interface SqlContext {
  /** The moment of the query in ms, the same for all its parts. */
  readonly now: number
  /** SQL that stands for a column, where it is not the flows table's own; from the store, never from a user. */
  readonly columns?: Readonly<Record<string, string>>
  /** Where the values go; a fresh collection if absent. */
  readonly parameters?: Parameters
  /** The dictionary that holds a `$list`. */
  readonly lists?: (name: string) => string | undefined
  /** The tree of a saved filter. */
  readonly filters?: (name: string) => Filter | undefined
}

export interface CompiledSql {
  /** A condition for WHERE; `1` for every row. */
  readonly sql: string
  readonly params: Parameters['values']
}

/** SQL, and whether it stands in parentheses of its own or needs none. */
interface Part {
  readonly sql: string
  readonly closed: boolean
}

const TYPES: Readonly<Record<Kind, string>> = {
  time: "DateTime64(3, 'UTC')",
  ip: 'IPv6',
  mac: 'UInt64',
  port: 'UInt16',
  proto: 'UInt8',
  as: 'UInt32',
  id: 'UInt32',
  octet: 'UInt8',
  flags: 'UInt16',
  bool: 'UInt8',
  count: 'UInt64',
  duration: 'UInt64',
  real: 'Float64',
  text: 'String',
  country: 'String',
  bits: 'Float64',
  rate: 'Float64',
}
const SIGNS: Readonly<Record<Order, string>> = { eq: '=', lt: '<', le: '<=', gt: '>', ge: '>=' }

/** More stretches than this are a search in an array instead of a row of comparisons. */
const MOST_BETWEENS = 32

const typeOf = (column: Column): string => (isFloat(column) ? 'Float64' : TYPES[column.kind])

function scalarParameter(column: Column, value: bigint | number): string | number {
  switch (column.kind) {
    case 'ip':
      return printAddress(BigInt(value))
    case 'time':
      return new Date(Number(value)).toISOString().replace('T', ' ').replace('Z', '')
    default:
      return isFloat(column) || TYPES[column.kind] === 'UInt64' ? String(value) : Number(value)
  }
}

/** Compiles a filter. Throws `FL_FILTER_LIST` where a list or saved filter can't be found, `Error` for a tree that no parser made. */
export function compileToSql(filter: Filter, context: SqlContext): CompiledSql {
  const parameters = context.parameters ?? createParameters()
  const expression = (column: Column): string => context.columns?.[column.name] ?? columnSql(column.name)

  const single = (column: Column, value: bigint | number): string => parameters.add(typeOf(column), scalarParameter(column, value))
  const array = (column: Column, values: readonly (bigint | number)[]): string => {
    const type = typeOf(column)
    const shown = values.map(value => scalarParameter(column, value))
    if (type === 'UInt64' || type === 'Float64') return parameters.add(`Array(${type})`, `[${shown.join(',')}]`)
    return parameters.add(`Array(${type})`, shown.every(value => typeof value === 'number') ? shown : shown.map(String))
  }

  const dictionary = (name: string): string => {
    const found = context.lists?.(name)
    if (found === undefined) throw new FlowLensError('FL_FILTER_LIST', `there is no list $${name}`)
    return parameters.add('String', found)
  }

  const any = (parts: readonly string[]): Part =>
    parts.length === 1 ? { sql: parts[0] ?? '0', closed: false } : { sql: parts.length === 0 ? '0' : `(${parts.join(' or ')})`, closed: true }

  function setPart(column: Column, check: Extract<Check, { kind: 'set' }>): Part {
    const value = expression(column)
    const parts: string[] = []
    const [first] = check.singles
    if (check.singles.length === 1 && first !== undefined) parts.push(`${value} = ${single(column, first)}`)
    else if (check.singles.length > 1) parts.push(`${value} in ${array(column, check.singles)}`)
    if (check.intervals.length > MOST_BETWEENS) {
      const lows = array(
        column,
        check.intervals.map(([low]) => low),
      )
      const highs = array(
        column,
        check.intervals.map(([, high]) => high),
      )
      parts.push(`arrayExists((l, h) -> ${value} >= l and ${value} ${check.open ? '<' : '<='} h, ${lows}, ${highs})`)
    } else {
      for (const [low, high] of check.intervals) {
        parts.push(
          check.open
            ? `(${value} >= ${single(column, low)} and ${value} < ${single(column, high)})`
            : `${value} between ${single(column, low)} and ${single(column, high)}`,
        )
      }
    }
    for (const name of check.lists) parts.push(`dictHas(${dictionary(name)}, ${value})`)
    return any(parts)
  }

  function textPart(column: Column, { how, texts, exact, lists }: Extract<Check, { kind: 'text' }>): Part {
    const raw = expression(column)
    const value = exact || how === 'match' ? raw : `lowerUTF8(${raw})`
    const [first = ''] = texts
    const tested = (one: string): string => {
      switch (how) {
        case 'eq':
          return `${value} = ${one}`
        case 'contains':
          return `position(${value}, ${one}) > 0`
        case 'starts':
          return `startsWith(${value}, ${one})`
        case 'ends':
          return `endsWith(${value}, ${one})`
        case 'match':
          return `match(${value}, ${one})`
        default:
          return how satisfies never
      }
    }
    const parts: string[] = []
    if (texts.length === 1) parts.push(tested(parameters.add('String', first)))
    else if (texts.length > 1) {
      const all = parameters.add('Array(String)', texts)
      parts.push(how === 'eq' ? `${value} in ${all}` : `arrayExists(t -> ${tested('t')}, ${all})`)
    }
    for (const name of lists) parts.push(`dictHas(${dictionary(name)}, ${value})`)
    return any(parts)
  }

  function columnPart(column: Column, { op, other }: Extract<Check, { kind: 'column' }>): Part {
    const float = isFloat(column) || isFloat(other)
    const side = (one: Column): string => {
      const value = expression(one)
      if (one.kind === 'text') return `lowerUTF8(${value})`
      return float && !isFloat(one) ? `toFloat64(${value})` : value
    }
    return { sql: `${side(column)} ${SIGNS[op]} ${side(other)}`, closed: false }
  }

  function checkPart(column: Column, check: Check): Part {
    const value = expression(column)
    switch (check.kind) {
      case 'truth':
        return { sql: value, closed: true }
      case 'compare':
        return { sql: `${value} ${SIGNS[check.op]} ${single(column, check.value)}`, closed: false }
      case 'column':
        return columnPart(column, check)
      case 'set':
        return setPart(column, check)
      case 'text':
        return textPart(column, check)
      case 'bits':
        return any(
          check.masks.map(mask => {
            const bits = single(column, mask)
            return `bitAnd(${value}, ${bits}) = ${bits}`
          }),
        )
      default:
        return check satisfies never
    }
  }

  /** Nothing holds of a value that was not measured, or of a rate over no time. */
  function guarded(columns: readonly Column[], part: Part): Part {
    const bits = columns.reduce((sum, column) => sum | guardOf(column), 0)
    const conditions: string[] = []
    if (bits !== 0) {
      const group = parameters.add('UInt32', bits)
      conditions.push(`bitAnd(measured, ${group}) = ${group}`)
    }
    if (columns.some(({ kind }) => kind === 'bits' || kind === 'rate')) conditions.push(`${MILLISECONDS_SQL} > 0`)
    return conditions.length === 0 ? part : { sql: `(${[...conditions, part.sql].join(' and ')})`, closed: true }
  }

  function existsPart(column: Column): Part {
    if (guardOf(column) !== 0) return measuredPart(column)
    const value = context.columns?.[column.name] ?? (isScaled(column) ? column.name : columnSql(column.name))
    switch (column.kind) {
      case 'text':
      case 'country':
        return { sql: `${value} != ''`, closed: false }
      case 'ip':
        return { sql: `${value} != toIPv6('::')`, closed: false }
      case 'time':
        return { sql: `toUnixTimestamp64Milli(${value}) != 0`, closed: false }
      default:
        return guarded([column], { sql: `${value} != 0`, closed: false })
    }
  }

  function measuredPart(column: Column): Part {
    const group = parameters.add('UInt32', guardOf(column))
    return { sql: `bitAnd(measured, ${group}) = ${group}`, closed: false }
  }

  const testPart = (column: Column, test: Test): Part => {
    const check = checkOf(column, test, context.now)
    return guarded(check.kind === 'column' ? [column, check.other] : [column], checkPart(column, check))
  }

  function termPart(term: Term): Part {
    const field: Field | undefined = FIELDS.get(term.field)
    if (field === undefined) throw new Error(`${term.field} is no field`)
    const parts = field.columns.map(column => {
      switch (term.kind) {
        case 'Test':
          return testPart(column, term)
        case 'Exists':
          return existsPart(column)
        case 'Measured':
          return measuredPart(column)
        default:
          return term satisfies never
      }
    })
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : { sql: `(${parts.map(part => part.sql).join(' or ')})`, closed: true }
  }

  const enclosed = ({ sql, closed }: Part): string => (closed ? sql : `(${sql})`)

  function nodePart(node: Filter): Part {
    switch (node.kind) {
      case 'All':
        return { sql: '1', closed: false }
      case 'Test':
      case 'Exists':
      case 'Measured':
        return termPart(node)
      case 'Not':
        return { sql: `not ${enclosed(nodePart(node.item))}`, closed: false }
      case 'And':
      case 'Or': {
        const joined = node.items
          .map(item => (item.kind === 'And' || item.kind === 'Or' ? enclosed(nodePart(item)) : nodePart(item).sql))
          .join(node.kind === 'And' ? ' and ' : ' or ')
        return { sql: joined, closed: false }
      }
      case 'Off':
      case 'Ref':
        throw new Error(`${node.kind} is left`)
      default:
        return node satisfies never
    }
  }

  const settled = withoutOff(resolve(filter, context.filters))
  return { sql: settled === undefined ? '1' : nodePart(settled).sql, params: parameters.values }
}
