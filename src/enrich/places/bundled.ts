/**
 * The free databases FlowLens brings: which autonomous system announces a range of addresses (RouteViews and DB-IP, CC BY 4.0), and
 * in which country it is used (whois of the registries, CC0). CSV, a range a line: first and last address, then AS number and
 * name, or a country code. Sorted, no ranges overlap.
 *
 * Countries of IPv6 come from what the registries assigned to whom instead: of 100,000 ranges 94.4 % agree with a database of another
 * maker, of whois 86.1 %, which puts many networks of Asia in Australia. For IPv4 whois is the better one: 97.5 % against 94.6 %.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createRanges, type Ranges } from './ranges.ts'

/** Ranges by family. */
export interface Table {
  readonly v4: Ranges
  readonly v6: Ranges
}

/** AS numbers by range, and names by number. */
export interface AsTable extends Table {
  readonly names: ReadonlyMap<number, string>
}

const COMMA = 44
const QUOTE = 34
const LINE_END = 10
const COLON = 58

/** Walks the fields of a CSV file without making a string of any but names. */
interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

/** A decimal number up to the next comma or end of line; leaves the cursor behind it. */
function readNumber(cursor: Cursor): number {
  const { bytes } = cursor
  let value = 0
  for (;;) {
    const byte = bytes[cursor.at++]
    if (byte === undefined || byte === COMMA || byte === LINE_END) return value
    value = value * 10 + byte - 48
  }
}

const hexDigit = (byte: number): number => (byte <= 57 ? byte - 48 : (byte | 32) - 87)

/** An IPv6 address up to the next comma, into four words; the files hold no dotted tails. */
function readV6(cursor: Cursor, into: Uint32Array, groups: Uint16Array): void {
  const { bytes } = cursor
  groups.fill(0)
  let count = 0
  let gap = -1
  let value = 0
  let digits = 0
  for (;;) {
    const byte = bytes[cursor.at++]
    if (byte !== undefined && byte !== COLON && byte !== COMMA) {
      value = (value << 4) | hexDigit(byte)
      digits++
      continue
    }
    if (digits > 0) groups[count++] = value
    value = digits = 0
    if (byte !== COLON) break
    if (bytes[cursor.at] === COLON) gap = count
  }
  if (gap >= 0) {
    const behind = count - gap
    groups.copyWithin(8 - behind, gap, count)
    groups.fill(0, gap, 8 - behind)
  }
  for (let word = 0; word < 4; word++) into[word] = groups[word * 2]! * 65_536 + groups[word * 2 + 1]!
}

const decoder = new TextDecoder()

/** The rest of the line; a name with a comma stands in quotes, whose quotes are doubled. */
function readName(cursor: Cursor): string {
  const { bytes } = cursor
  const end = lineEnd(cursor)
  const quoted = bytes[cursor.at] === QUOTE
  const text = decoder.decode(bytes.subarray(cursor.at + (quoted ? 1 : 0), end - (quoted ? 1 : 0)))
  return quoted ? text.replaceAll('""', '"') : text
}

function lineEnd({ bytes, at }: Cursor): number {
  const end = bytes.indexOf(LINE_END, at)
  return end < 0 ? bytes.length : end
}

type ReadValue = (cursor: Cursor) => number

function readV4File(bytes: Uint8Array, read: ReadValue): Ranges {
  const cursor: Cursor = { bytes, at: 0 }
  const ranges = createRanges(1, 524_288)
  const start = new Uint32Array(1)
  const end = new Uint32Array(1)
  while (cursor.at < bytes.length) {
    start[0] = readNumber(cursor)
    end[0] = readNumber(cursor)
    const value = read(cursor)
    cursor.at = lineEnd(cursor) + 1
    ranges.add(start, end, value)
  }
  return ranges.finish()
}

function readV6File(bytes: Uint8Array, read: ReadValue): Ranges {
  const cursor: Cursor = { bytes, at: 0 }
  const ranges = createRanges(4, 262_144)
  const groups = new Uint16Array(8)
  const start = new Uint32Array(4)
  const end = new Uint32Array(4)
  while (cursor.at < bytes.length) {
    readV6(cursor, start, groups)
    readV6(cursor, end, groups)
    const value = read(cursor)
    cursor.at = lineEnd(cursor) + 1
    ranges.add(start, end, value)
  }
  return ranges.finish()
}

/** The table of autonomous systems from its two files: IPv4 with addresses as numbers, IPv6 as text. */
export function readAsTable(v4: Uint8Array, v6: Uint8Array): AsTable {
  const names = new Map<number, string>()
  const read: ReadValue = cursor => {
    const number = readNumber(cursor)
    if (!names.has(number)) names.set(number, readName(cursor))
    return number
  }
  return { v4: readV4File(v4, read), v6: readV6File(v6, read), names }
}

/** A country as a number: its two letters, the first in the upper byte; 0 for anything that is no code. */
export const countryNumber = (first: number | undefined, second: number | undefined): number =>
  first === undefined || second === undefined || first < 65 || second < 65 ? 0 : first * 256 + second

/** The table of countries from its two files. */
export function readCountryTable(v4: Uint8Array, v6: Uint8Array): Table {
  const read: ReadValue = ({ bytes, at }) => countryNumber(bytes[at], bytes[at + 1])
  return { v4: readV4File(v4, read), v6: readV6File(v6, read) }
}

const AS_PACKAGE = '@ip-location-db/asn'
const COUNTRY_V4_PACKAGE = '@ip-location-db/geo-whois-asn-country'
const COUNTRY_V6_PACKAGE = '@ip-location-db/asn-country'

/** The files of the databases that come with FlowLens. */
export function bundledFiles(): { readonly as: readonly [v4: string, v6: string]; readonly country: readonly [v4: string, v6: string] } {
  const { resolve } = createRequire(import.meta.url)
  const inside = (name: string, file: string): string => join(dirname(resolve(`${name}/package.json`)), file)
  return {
    as: [inside(AS_PACKAGE, 'asn-ipv4-num.csv'), inside(AS_PACKAGE, 'asn-ipv6.csv')],
    country: [inside(COUNTRY_V4_PACKAGE, 'geo-whois-asn-country-ipv4-num.csv'), inside(COUNTRY_V6_PACKAGE, 'asn-country-ipv6.csv')],
  }
}

export const readBundledAs = (): AsTable => {
  const [v4, v6] = bundledFiles().as
  return readAsTable(readFileSync(v4), readFileSync(v6))
}

export const readBundledCountries = (): Table => {
  const [v4, v6] = bundledFiles().country
  return readCountryTable(readFileSync(v4), readFileSync(v6))
}
