/**
 * A list of known networks as text: prefix, name, and where known site, role, tenant and AS. Written by people it is YAML (a list of
 * maps) or CSV with a heading, and a word that is not known is a mistake; made by a program it is JSON, which may say more than
 * is asked for.
 */
import { LineCounter, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml'
import { FlowLensError, closest, readPrefix, type Prefix } from '../../schema/index.ts'
import type { Network } from './places.ts'

const KEYS = ['prefix', 'name', 'site', 'role', 'tenant', 'as'] as const
type Key = (typeof KEYS)[number]

type Line = () => number

export interface NetworkEntry extends Network {
  /** The line it stands on; worked out when a mistake is told. */
  readonly line: Line
  readonly prefix: Prefix
}

type Values = Partial<Record<Key, string>>

/** What is wrong and where, for the one error a file ends with. */
export function failNetworks(file: string, line: number | Line, message: string): never {
  throw new FlowLensError('FL_ENRICH_NETWORKS', `${file}:${typeof line === 'number' ? line : line()}: ${message}`)
}

function unknownKey(file: string, line: number, key: string): never {
  const near = closest(key, KEYS)
  return failNetworks(file, line, `unknown key "${key}"${near === undefined ? '' : `; did you mean ${near}?`} Known are ${KEYS.join(', ')}`)
}

function numberOfAs(file: string, line: Line, text: string): number {
  const number = /^(?:AS)?(\d{1,10})$/i.exec(text)?.[1]
  return number !== undefined && Number(number) <= 0xffff_ffff
    ? Number(number)
    : failNetworks(file, line, `"${text}" is no AS number; write a whole number up to 4294967295, such as 64512`)
}

function entryOf(file: string, line: Line, { prefix, name, site = '', role = '', tenant = '', as = '' }: Values): NetworkEntry {
  if (prefix === undefined || prefix === '') return failNetworks(file, line, 'a network needs a prefix, such as 10.1.0.0/16')
  if (name === undefined || name === '') return failNetworks(file, line, `the network ${prefix} needs a name`)
  const read = readPrefix(prefix)
  if (read === undefined) return failNetworks(file, line, `"${prefix}" is no prefix; write an address and a length, such as 10.1.0.0/16 or 2001:db8::/32`)
  return { line, prefix: read, name, site, role, tenant, as: as === '' ? 0 : numberOfAs(file, line, as) }
}

function readYaml(file: string, text: string): NetworkEntry[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const lineOf = (offset: number | undefined): number => lines.linePos(offset ?? 0).line
  const [broken] = document.errors
  if (broken !== undefined) failNetworks(file, lineOf(broken.pos[0]), broken.message.split(' at line ')[0] ?? 'no YAML')
  if (document.contents === null) return []
  if (!isSeq(document.contents)) return failNetworks(file, 1, 'a list of networks is wanted: lines like "- {prefix: 10.1.0.0/16, name: Office}"')
  return document.contents.items.map(item => {
    if (!isMap(item)) return failNetworks(file, lineOf(item.range?.[0]), 'a network is a map with prefix and name')
    const values: Values = {}
    for (const { key, value } of item.items) {
      const word = isScalar(key) ? String(key.value) : ''
      const known = KEYS.find(one => one === word)
      if (known === undefined) unknownKey(file, lineOf(isScalar(key) ? key.range?.[0] : undefined), word)
      else values[known] = isScalar(value) && value.value !== null ? String(value.value) : ''
    }
    return entryOf(file, () => lineOf(item.range?.[0]), values)
  })
}

/** The fields of a line; one in quotes may hold commas and doubled quotes. */
function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? '').trim())
}

function readCsv(file: string, text: string): NetworkEntry[] {
  const rows = text.split(/\r?\n/)
  const heading = fieldsOf(rows[0] ?? '').map(word => word.toLowerCase())
  const keys = heading.map(word => KEYS.find(key => key === word) ?? unknownKey(file, 1, word))
  return rows.slice(1).flatMap((row, index) => {
    if (row.trim() === '' || row.startsWith('#')) return []
    const fields = fieldsOf(row)
    if (fields.length > keys.length)
      failNetworks(file, index + 2, `${fields.length} fields where the heading has ${keys.length}; a comma inside a field wants quotes`)
    return [entryOf(file, () => index + 2, Object.fromEntries(keys.map((key, at) => [key, fields[at] ?? ''])))]
  })
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value as text: an object, as IPAM systems give for a site or role, by its name; of an AS by its number. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number') return String(value)
  return isObject(value) ? textOf(value['name'] ?? value['asn'] ?? value['display'] ?? value['value'] ?? '') : ''
}

/** The line of an item of a list in JSON, which YAML reads too, and tells of lines. */
function lineOfItem(text: string, path: string, index: number): number {
  const lines = new LineCounter()
  const item = parseDocument(text, { lineCounter: lines }).getIn([...(path === '' ? [] : path.split('.')), index], true)
  return lines.linePos((isNode(item) ? item.range?.[0] : undefined) ?? 0).line
}

function readJson(file: string, text: string, path: string): NetworkEntry[] {
  let whole: unknown
  try {
    whole = JSON.parse(text)
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    const position = /position (\d+)/.exec(said)?.[1]
    const line = text.slice(0, position === undefined ? text.length : Number(position)).split('\n').length
    return failNetworks(file, line, `no JSON: ${said.replace(/ \(line \d+ column \d+\)$/, '')}`)
  }
  const list = path === '' ? whole : path.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), whole)
  if (!Array.isArray(list)) {
    const keys = isObject(whole) ? Object.entries(whole).flatMap(([key, value]) => (Array.isArray(value) ? [key] : [])) : []
    const remedy =
      keys.length === 0 ? 'wanted is [{"prefix": "10.1.0.0/16", "name": "Office"}]' : `name the key that holds it in enrich.networksPath: ${keys.join(' or ')}`
    return failNetworks(file, 1, `${path === '' ? 'no list of networks' : `no list at ${path}`}; ${remedy}`)
  }
  return list.map((item: unknown, index) => {
    const line = (): number => lineOfItem(text, path, index)
    if (!isObject(item)) return failNetworks(file, line, 'a network is an object with prefix and name')
    const values: Values = {}
    for (const key of KEYS) values[key] = textOf(item[key])
    // What an IPAM system calls a network is often its description alone.
    const name = values.name || textOf(item['description']) || (values.prefix ?? '')
    return entryOf(file, line, { ...values, name, as: values.as || textOf(item['asn']) })
  })
}

/** YAML, CSV or JSON: by the end of the file's name, else by how the text begins. */
function formatOf(file: string, text: string): 'yaml' | 'csv' | 'json' {
  const ending = /\.(csv|json|ya?ml)(?:\.gz)?(?:[?#].*)?$/i.exec(file)?.[1]?.toLowerCase()
  if (ending !== undefined) return ending === 'csv' || ending === 'json' ? ending : 'yaml'
  const begin = text.trimStart()
  if (begin.startsWith('{') || begin.startsWith('[')) return 'json'
  return /^[^\n:]*\bprefix\b[^\n:]*,|^[^\n:]*,[^\n:]*\bprefix\b/i.test(begin) ? 'csv' : 'yaml'
}

/** The networks of a text in the order they stand. `path` leads to the list in JSON: keys joined by dots. Throws FL_ENRICH_NETWORKS. */
export function readNetworkList(file: string, text: string, path: string): NetworkEntry[] {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  switch (formatOf(file, plain)) {
    case 'csv':
      return readCsv(file, plain)
    case 'json':
      return readJson(file, plain, path)
    case 'yaml':
      return readYaml(file, plain)
  }
}
