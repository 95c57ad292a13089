/** A file of known networks: prefix, name, and where known site, role and tenant; YAML (a list of maps) or CSV with a heading. */
import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import { FlowLensError, closest, readPrefix, type Prefix } from '../../schema/index.ts'
import type { Network, NetworkTable } from './places.ts'
import { createRanges, type Ranges } from './ranges.ts'

const KEYS = ['prefix', 'name', 'site', 'role', 'tenant'] as const
type Key = (typeof KEYS)[number]

interface Entry extends Network {
  readonly line: number
  readonly prefix: Prefix
}

type Values = Partial<Record<Key, string>>

/** What is wrong and where, for the one error a file ends with. */
function fail(file: string, line: number, message: string): never {
  throw new FlowLensError('FL_ENRICH_NETWORKS', `${file}:${line}: ${message}`)
}

function unknownKey(file: string, line: number, key: string): never {
  const near = closest(key, KEYS)
  return fail(file, line, `unknown key "${key}"${near === undefined ? '' : `; did you mean ${near}?`} Known are ${KEYS.join(', ')}`)
}

function entryOf(file: string, line: number, { prefix, name, site = '', role = '', tenant = '' }: Values): Entry {
  if (prefix === undefined || prefix === '') return fail(file, line, 'a network needs a prefix, such as 10.1.0.0/16')
  if (name === undefined || name === '') return fail(file, line, `the network ${prefix} needs a name`)
  const read = readPrefix(prefix)
  if (read === undefined) return fail(file, line, `"${prefix}" is no prefix; write an address and a length, such as 10.1.0.0/16 or 2001:db8::/32`)
  return { line, prefix: read, name, site, role, tenant }
}

function readYaml(file: string, text: string): Entry[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const lineOf = (offset: number | undefined): number => lines.linePos(offset ?? 0).line
  const [broken] = document.errors
  if (broken !== undefined) fail(file, lineOf(broken.pos[0]), broken.message.split(' at line ')[0] ?? 'no YAML')
  if (document.contents === null) return []
  if (!isSeq(document.contents)) return fail(file, 1, 'a list of networks is wanted: lines like "- {prefix: 10.1.0.0/16, name: Office}"')
  return document.contents.items.map(item => {
    if (!isMap(item)) return fail(file, lineOf(item.range?.[0]), 'a network is a map with prefix and name')
    const values: Values = {}
    for (const { key, value } of item.items) {
      const word = isScalar(key) ? String(key.value) : ''
      const known = KEYS.find(one => one === word)
      if (known === undefined) unknownKey(file, lineOf(isScalar(key) ? key.range?.[0] : undefined), word)
      else values[known] = isScalar(value) && value.value !== null ? String(value.value) : ''
    }
    return entryOf(file, lineOf(item.range?.[0]), values)
  })
}

/** The fields of a line; one in quotes may hold commas and doubled quotes. */
function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? '').trim())
}

function readCsv(file: string, text: string): Entry[] {
  const rows = text.split(/\r?\n/)
  const heading = fieldsOf(rows[0] ?? '').map(word => word.toLowerCase())
  const keys = heading.map(word => KEYS.find(key => key === word) ?? unknownKey(file, 1, word))
  return rows.slice(1).flatMap((row, index) => {
    if (row.trim() === '' || row.startsWith('#')) return []
    const fields = fieldsOf(row)
    if (fields.length > keys.length) fail(file, index + 2, `${fields.length} fields where the heading has ${keys.length}; a comma inside a field wants quotes`)
    return [entryOf(file, index + 2, Object.fromEntries(keys.map((key, at) => [key, fields[at] ?? ''])))]
  })
}

const wordsOf = (value: bigint, words: 1 | 4): number[] =>
  words === 1 ? [Number(value & 0xffff_ffffn)] : [96n, 64n, 32n, 0n].map(shift => Number((value >> shift) & 0xffff_ffffn))

/** Nested prefixes as ranges: the innermost of an address holds. */
function flatten(entries: readonly (readonly [Prefix, number])[], words: 1 | 4): Ranges {
  const ranges = createRanges(words)
  const sorted = entries.toSorted(([a], [b]) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.last > b.last ? -1 : a.last < b.last ? 1 : 0))
  const open: (readonly [Prefix, number])[] = []
  let next = 0n
  const cover = (last: bigint, value: number): void => {
    if (last < next) return
    ranges.add(wordsOf(next, words), wordsOf(last, words), value)
    next = last + 1n
  }
  const closeBefore = (first: bigint): void => {
    for (let top = open.at(-1); top !== undefined && top[0].last < first; top = open.at(-1)) {
      cover(top[0].last, top[1])
      open.pop()
    }
  }
  for (const entry of sorted) {
    const [prefix] = entry
    closeBefore(prefix.first)
    const around = open.at(-1)
    if (around !== undefined && prefix.first > next) cover(prefix.first - 1n, around[1])
    next = prefix.first > next ? prefix.first : next
    open.push(entry)
  }
  closeBefore(1n << 128n)
  return ranges.finish()
}

/**
 * Networks of a file's text. Throws FL_ENRICH_NETWORKS with file, line and remedy at the first mistake; a prefix that stands twice is
 * one too.
 */
export function readNetworks(file: string, text: string): NetworkTable {
  const entries = file.endsWith('.csv') ? readCsv(file, text) : readYaml(file, text)
  const seen = new Map<string, number>()
  for (const { line, prefix } of entries) {
    const key = `${prefix.first}/${prefix.last}`
    const before = seen.get(key)
    if (before !== undefined) fail(file, line, `this prefix stands on line ${before} already; keep one of them`)
    seen.set(key, line)
  }
  const numbered = entries.map((entry, index) => ({ prefix: entry.prefix, value: index + 1 }))
  const of = (v4: boolean): (readonly [Prefix, number])[] => numbered.filter(({ prefix }) => prefix.v4 === v4).map(({ prefix, value }) => [prefix, value])
  return {
    v4: flatten(of(true), 1),
    v6: flatten(of(false), 4),
    list: entries.map(({ name, site, role, tenant }) => ({ name, site, role, tenant })),
  }
}
