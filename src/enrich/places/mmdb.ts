/**
 * A database in MaxMind's format (MaxMind DB File Format Specification 2.0), the user's own: country, AS, or both. It is read once, range
 * by range, into the same tables as the databases that come with FlowLens. Both the nested shape of MaxMind's files and the flat one
 * of others are understood.
 */
import { Reader, type Response } from 'mmdb-lib'
import { FlowLensError, printAddress, toError } from '../../schema/index.ts'
import { countryNumber, type AsTable, type Table } from './bundled.ts'
import { createRanges, type Ranges } from './ranges.ts'

export interface MmdbTables {
  /** What the file says of itself, such as GeoLite2-Country, and when it was built, ms since 1970. */
  readonly type: string
  readonly builtMs: number
  /** Null where the file tells nothing of the kind. */
  readonly countries: Table | null
  readonly as: AsTable | null
}

interface Found {
  readonly country: number
  readonly as: number
  readonly name: string
}

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown): number => (typeof value === 'number' && value > 0 && value <= 0xffff_ffff ? value : 0)

function read(record: unknown): Found {
  const of = object(record)
  const country = object(of['country'])
  const code = text(country['iso_code']) || text(of['country_code']) || text(object(of['registered_country'])['iso_code'])
  const asText = /^(?:AS)?(\d+)/.exec(text(of['asn']))
  return {
    country: code.length === 2 ? countryNumber(code.charCodeAt(0), code.charCodeAt(1)) : 0,
    as: number(of['autonomous_system_number']) || number(of['as_number']) || number(Number(asText?.[1] ?? 0)),
    name: text(of['autonomous_system_organization']) || text(of['as_name']) || text(of['as_organization']),
  }
}

/** Blocks of IPv6 that only repeat the IPv4 part of the tree: 6to4 and Teredo (MaxMind's aliases). */
const ALIASES: readonly (readonly [first: bigint, bits: bigint])[] = [
  [0x2001_0000n << 96n, 32n],
  [0x2002n << 112n, 16n],
]

/** Steps through the tree network by network. */
function* networks(reader: Reader<Response>, v4: boolean): Generator<{ readonly first: bigint; readonly last: bigint; readonly record: unknown }> {
  const width = v4 ? 32n : 128n
  const end = v4 ? 1n << 32n : 0x4000n << 112n
  // Addresses of hosts lie in 2000::/3; below stands what is IPv4 again.
  for (let at = v4 ? 0n : 0x2000n << 112n; at < end;) {
    const alias = v4 ? undefined : ALIASES.find(([first, bits]) => at >= first && at < first + (1n << (128n - bits)))
    if (alias !== undefined) {
      at = alias[0] + (1n << (128n - alias[1]))
      continue
    }
    const [record, bits] = reader.getWithPrefixLength(printAddress(v4 ? at | (0xffffn << 32n) : at))
    const size = 1n << (width - BigInt(Math.max(1, bits)))
    const first = at - (at % size)
    yield { first, last: first + size - 1n, record }
    at = first + size
  }
}

function fill(of: readonly Found[], words: 1 | 4, starts: readonly bigint[], ends: readonly bigint[], value: (found: Found) => number): Ranges {
  const ranges = createRanges(words, starts.length + 1)
  const wordsOf = (address: bigint): number[] => (words === 1 ? [Number(address)] : [96n, 64n, 32n, 0n].map(shift => Number((address >> shift) & 0xffff_ffffn)))
  of.forEach((found, index) => {
    const known = value(found)
    if (known !== 0) ranges.add(wordsOf(starts[index] ?? 0n), wordsOf(ends[index] ?? 0n), known)
  })
  return ranges.finish()
}

function family(reader: Reader<Response>, v4: boolean): { readonly countries: Ranges; readonly as: Ranges; readonly names: ReadonlyMap<number, string> } {
  const found: Found[] = []
  const starts: bigint[] = []
  const ends: bigint[] = []
  const names = new Map<number, string>()
  // A tree for IPv4 alone cannot be asked for the other.
  if (v4 || reader.metadata.ipVersion === 6) {
    for (const { first, last, record } of networks(reader, v4)) {
      if (record === null) continue
      const one = read(record)
      found.push(one)
      starts.push(first)
      ends.push(last)
      if (one.as !== 0 && one.name !== '' && !names.has(one.as)) names.set(one.as, one.name)
    }
  }
  const words = v4 ? 1 : 4
  return { countries: fill(found, words, starts, ends, one => one.country), as: fill(found, words, starts, ends, one => one.as), names }
}

/** Reads a whole file. Throws FL_ENRICH_DATABASE for one that is none, or that knows neither countries nor AS numbers. */
export function readMmdb(file: string, bytes: Buffer): MmdbTables {
  try {
    const reader = new Reader<Response>(bytes)
    const [v4, v6] = [family(reader, true), family(reader, false)]
    const some = (ranges: Ranges): boolean => ranges.count > 1
    const countries = some(v4.countries) || some(v6.countries) ? { v4: v4.countries, v6: v6.countries } : null
    const as = some(v4.as) || some(v6.as) ? { v4: v4.as, v6: v6.as, names: new Map([...v6.names, ...v4.names]) } : null
    const { databaseType, buildEpoch } = reader.metadata
    if (countries === null && as === null)
      throw new FlowLensError('FL_ENRICH_DATABASE', `${file} (${databaseType}) knows neither countries nor AS numbers; use a Country, City or ASN database`)
    return { type: databaseType, builtMs: buildEpoch.getTime(), countries, as }
  } catch (thrown) {
    if (thrown instanceof FlowLensError) throw thrown
    throw new FlowLensError('FL_ENRICH_DATABASE', `${file} is no database in MaxMind's format, or it is damaged: ${toError(thrown).message}`, { cause: thrown })
  }
}
