/** A tree as one line of text, the form that is saved and shown. Law: parsing what is printed gives the same tree (FILTER §4). */
import { namedValues, printAddress, protocolName, valueName } from '../schema/index.ts'
import { printNetwork } from './networks.ts'
import { FIELDS, type Field, type Fields } from './fields.ts'
import { printFlags, printMac, printQuantity, printReal } from './numbers.ts'
import { printDuration, printNow, printTime } from './times.ts'
import { UNSEEN, isWord } from './tokens.ts'
import type { Filter, Range, SetItem, Test, Value } from './tree.ts'

/** A text as a filter writes it: bare where that is possible, raw for backslashes, else quoted. */
export function printText(text: string): string {
  if (isWord(text)) return text
  const plain = !UNSEEN.test(text)
  if (plain && /[\\"]/.test(text) && !text.includes("'")) return `'${text}'`
  const escaped = [...text].map(char => {
    if (char === '"' || char === '\\') return `\\${char}`
    if (char === '\n') return '\\n'
    if (char === '\t') return '\\t'
    return UNSEEN.test(char) ? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}` : char
  })
  return `"${escaped.join('')}"`
}

function printNumber(field: Field | undefined, value: bigint): string {
  switch (field?.kind) {
    case 'as':
      return `AS${value}`
    case 'proto':
      return protocolName(Number(value)) ?? value.toString()
    case 'octet':
      return valueName(field.columns[0].name, Number(value)) ?? value.toString()
    case 'count':
      return printQuantity(value)
    case 'bits':
      return `${printQuantity(value)}bit/s`
    case 'rate':
      return `${printQuantity(value)}/s`
    case 'duration':
      return printDuration(value)
    default:
      return value.toString()
  }
}

/** The name of a range of numbers, such as `dropped` of 128..191 in forwarding_status. */
function rangeName(field: Field | undefined, { low, high }: Range): string | undefined {
  if (field?.kind !== 'octet' || low.kind !== 'Num' || high.kind !== 'Num') return undefined
  const [first, last] = [Number(low.value), Number(high.value)]
  return namedValues(field.columns[0].name).find(named => named.low === first && named.high === last && first !== last)?.name
}

/** A value as a filter writes it for a field. */
export function printValue(fieldName: string, value: Value, fields: Fields = FIELDS): string {
  switch (value.kind) {
    case 'Num':
      return printNumber(fields.get(fieldName), value.value)
    case 'Real':
      return printReal(value.value)
    case 'Text':
      return printText(value.value)
    case 'Ip':
      return printAddress(value.value)
    case 'Net':
      return printNetwork(value.value, value.length)
    case 'Mac':
      return printMac(value.value, value.octets)
    case 'Flags':
      return printFlags(value.bits)
    case 'Time':
      return printTime(value.ms)
    case 'Now':
      return printNow(value.offset)
    case 'Range':
      return rangeName(fields.get(fieldName), value) ?? `${printValue(fieldName, value.low, fields)}..${printValue(fieldName, value.high, fields)}`
    case 'Column':
      return `@${value.name}`
    case 'List':
      return `$${value.name}`
    case 'True':
      return 'true'
    case 'Values':
      return `(${value.items.map((item: SetItem) => printValue(fieldName, item, fields)).join(', ')})`
    default:
      return value satisfies never
  }
}

function printTest({ field, op, value }: Test, negated: boolean, fields: Fields): string {
  const shown = printValue(field, value, fields)
  const not = negated ? 'not ' : ''
  if (value.kind === 'True') return `${not}${field}`
  switch (op) {
    case 'eq':
      return `${field} ${negated ? '!=' : '='} ${shown}`
    case 'match':
      return `${field} ${negated ? '!~' : '~'} ${shown}`
    case 'lt':
      return `${not}${field} < ${shown}`
    case 'le':
      return `${not}${field} <= ${shown}`
    case 'gt':
      return `${not}${field} > ${shown}`
    case 'ge':
      return `${not}${field} >= ${shown}`
    case 'in':
      return `${field} ${not}in ${shown}`
    case 'contains':
      return `${field} ${not}contains ${shown}`
    case 'starts':
      return `${field} ${not}starts with ${shown}`
    case 'ends':
      return `${field} ${not}ends with ${shown}`
    default:
      return op satisfies never
  }
}

function printNode(filter: Filter, negated: boolean, fields: Fields): string {
  const not = negated ? 'not ' : ''
  switch (filter.kind) {
    case 'All':
      return `${not}any`
    case 'Test':
      return printTest(filter, negated, fields)
    case 'Exists':
      return `${filter.field} ${not}exists`
    case 'Measured':
      return `${filter.field} ${not}measured`
    case 'Ref':
      return `${not}$${filter.name}`
    case 'Off':
      return `${not}off (${printNode(filter.item, false, fields)})`
    case 'Not':
      return printNode(filter.item, true, fields)
    case 'And':
    case 'Or': {
      const inner = filter.items.map(item =>
        item.kind === 'And' || item.kind === 'Or' ? `(${printNode(item, false, fields)})` : printNode(item, false, fields),
      )
      const joined = inner.join(filter.kind === 'And' ? ' and ' : ' or ')
      return negated ? `not (${joined})` : joined
    }
    default:
      return filter satisfies never
  }
}

/** The filter as one canonical line; every row is the empty text. */
export const print = (filter: Filter, fields: Fields = FIELDS): string => (filter.kind === 'All' ? '' : printNode(filter, false, fields))
