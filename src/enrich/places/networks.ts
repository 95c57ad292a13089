/** Known networks as a table: of nested prefixes the most specific holds. */
import type { Prefix } from '../../schema/index.ts'
import { failNetworks, readNetworkList } from './network-list.ts'
import type { NetworkTable } from './places.ts'
import { createRanges, type Ranges } from './ranges.ts'

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
 * Networks of a file's text; `path` leads to the list in JSON. Throws FL_ENRICH_NETWORKS with file, line and remedy at the first mistake;
 * a prefix that stands twice is one too.
 */
export function readNetworks(file: string, text: string, path = ''): NetworkTable {
  const entries = readNetworkList(file, text, path)
  const seen = new Map<string, () => number>()
  for (const { line, prefix } of entries) {
    const key = `${prefix.first}/${prefix.last}`
    const before = seen.get(key)
    if (before !== undefined) failNetworks(file, line, `this prefix stands on line ${before()} already; keep one of them`)
    seen.set(key, line)
  }
  const numbered = entries.map((entry, index) => ({ prefix: entry.prefix, value: index + 1 }))
  const of = (v4: boolean): (readonly [Prefix, number])[] => numbered.filter(({ prefix }) => prefix.v4 === v4).map(({ prefix, value }) => [prefix, value])
  return {
    v4: flatten(of(true), 1),
    v6: flatten(of(false), 4),
    list: entries.map(({ name, site, role, tenant, as }) => ({ name, site, role, tenant, as })),
  }
}
