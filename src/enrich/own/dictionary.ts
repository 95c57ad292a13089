/** A dictionary of the operator's own: a value for keys of one column, from a file of CSV or YAML. */
import { LineCounter, isMap, isScalar, parseDocument } from 'yaml'
import {
  FlowLensError,
  MAPPED,
  columnByName,
  indexOf,
  protocolNumber,
  readPrefix,
  servicePort,
  valueNamed,
  type Column,
  type ColumnName,
} from '../../schema/index.ts'

/** What the configuration says of one. */
export interface DictionaryConfig {
  readonly file: string
  /** Column whose value is looked up. */
  readonly key: string
  /** Column the found value goes to. */
  readonly fill: string
}

/** Plain data: made in a thread of its own, copied to every receiving thread. */
export interface OwnDictionary {
  /** Indexes of the columns. */
  readonly key: number
  readonly fill: number
  /** Values by number; the first stands for none. */
  readonly values: readonly string[]
  /** Number of the value by key: texts in lower case, all others as numbers. */
  readonly numbers: ReadonlyMap<number, number>
  readonly texts: ReadonlyMap<string, number>
  /** For addresses by length of prefix, the longest first: number of the value by the first address of the network, IPv4 as mapped. */
  readonly networks: readonly { readonly length: number; readonly values: ReadonlyMap<bigint, number> }[]
}

/** What is wrong and where, for the one error a file ends with. */
function fail(file: string, line: number, message: string): never {
  throw new FlowLensError('FL_ENRICH_DICTIONARY', `${file}:${line}: ${message}`)
}

interface Entry {
  readonly line: number
  readonly key: string
  readonly value: string
}

/** The fields of a line; one in quotes may hold commas and doubled quotes. */
const fieldsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? '').trim())

function readCsv(file: string, text: string): Entry[] {
  return text.split(/\r?\n/).flatMap((row, index) => {
    if (row.trim() === '' || row.startsWith('#')) return []
    const [key = '', value = '', ...rest] = fieldsOf(row)
    if (index === 0 && key.toLowerCase() === 'key' && value.toLowerCase() === 'value') return []
    if (rest.length > 0) fail(file, index + 1, 'a line is key,value; a comma inside one of them wants quotes')
    return [{ line: index + 1, key, value }]
  })
}

function readYaml(file: string, text: string): Entry[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const lineOf = (offset: number | undefined): number => lines.linePos(offset ?? 0).line
  const [broken] = document.errors
  if (broken !== undefined) fail(file, lineOf(broken.pos[0]), broken.message.split(' at line ')[0] ?? 'no YAML')
  if (document.contents === null) return []
  if (!isMap(document.contents)) return fail(file, 1, 'lines like "10.1.0.0/16: Berlin" are wanted')
  return document.contents.items.map(({ key, value }) => {
    const line = lineOf(isScalar(key) ? key.range?.[0] : undefined)
    if (!isScalar(key) || !isScalar(value)) return fail(file, line, 'a key has one value, which is a text or a number')
    return { line, key: key.source ?? String(key.value), value: value.value === null ? '' : String(value.value) }
  })
}

const LARGEST: Readonly<Partial<Record<Column['kind'], number>>> = { port: 65_535, proto: 255, octet: 255, flags: 65_535, as: 2 ** 32 - 1, id: 2 ** 32 - 1 }

function numberOf({ name, kind }: Column, text: string): number | undefined {
  if (kind === 'mac') {
    const digits = text.replaceAll(/[:.-]/g, '')
    return /^[0-9a-f]{12}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined
  }
  const named = kind === 'port' ? servicePort(text) : kind === 'proto' ? protocolNumber(text) : kind === 'octet' ? valueNamed(name, text) : undefined
  if (named !== undefined) return typeof named === 'number' ? named : named.low === named.high ? named.low : undefined
  const digits = kind === 'as' ? text.replace(/^as/i, '') : text
  return /^\d{1,16}$/.test(digits) && Number(digits) <= (LARGEST[kind] ?? Number.MAX_SAFE_INTEGER) ? Number(digits) : undefined
}

const LONGEST_VALUE = 255

/**
 * A dictionary from the text of its file. Throws FL_ENRICH_DICTIONARY with file, line and remedy at the first mistake; a key that stands
 * twice is one too.
 */
export function readDictionary({ file, key: keyName, fill }: DictionaryConfig, text: string): OwnDictionary {
  const column = columnByName(keyName)
  if (column === undefined) return fail(file, 1, `there is no column ${keyName}`)
  const entries = /\.ya?ml$/i.test(file) ? readYaml(file, text) : readCsv(file, text)
  const values: string[] = ['']
  const valueNumbers = new Map<string, number>()
  const numbers = new Map<number, number>()
  const texts = new Map<string, number>()
  const byLength = new Map<number, Map<bigint, number>>()
  const enter = <K>(into: Map<K, number>, key: K, { line, key: written }: Entry, value: number): void => {
    if (into.has(key)) fail(file, line, `${written} stands there already; keep one of them`)
    into.set(key, value)
  }
  for (const entry of entries) {
    const { line, key, value } = entry
    if (value === '' || value.length > LONGEST_VALUE) fail(file, line, `${key} needs a value of at most ${LONGEST_VALUE} characters`)
    const number = valueNumbers.get(value) ?? values.push(value) - 1
    valueNumbers.set(value, number)
    if (column.kind === 'ip') {
      const prefix = readPrefix(key)
      if (prefix === undefined) return fail(file, line, `"${key}" is no address or prefix; write 10.1.2.3, 10.1.0.0/16 or 2001:db8::/32`)
      // As many bits less as the network has for its hosts.
      const length = 128 - (prefix.last === prefix.first ? 0 : (prefix.last - prefix.first).toString(2).length)
      const networks = byLength.get(length) ?? new Map<bigint, number>()
      byLength.set(length, networks)
      enter(networks, prefix.v4 ? MAPPED | prefix.first : prefix.first, entry, number)
    } else if (column.kind === 'text' || column.kind === 'country') enter(texts, key.toLowerCase(), entry, number)
    else {
      const read = numberOf(column, key)
      if (read === undefined) return fail(file, line, `"${key}" is no value of ${keyName}`)
      enter(numbers, read, entry, number)
    }
  }
  const networks = [...byLength].map(([length, found]) => ({ length, values: found })).toSorted((a, b) => b.length - a.length)
  // The configuration has checked both names.
  return { key: indexOf(keyName as ColumnName), fill: indexOf(fill as ColumnName), values, numbers, texts, networks }
}

/** The number of the value of an address, by the longest prefix it is in. */
export function valueOfAddress(networks: OwnDictionary['networks'], address: bigint): number {
  for (const { length, values } of networks) {
    const bits = BigInt(128 - length)
    const found = values.get((address >> bits) << bits)
    if (found !== undefined) return found
  }
  return 0
}
