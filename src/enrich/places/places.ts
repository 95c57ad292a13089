/**
 * Where addresses belong: AS, country and known network of each range, laid over each other into one table a family, so that a flow
 * costs one look-up an address. Plain data in shared memory: made once, read by every receiving thread, replaced as a whole.
 */
import type { OwnDictionary } from '../own/dictionary.ts'
import type { AsTable, Table } from './bundled.ts'
import type { Vendors } from '../vendors/registry.ts'
import { indexOfRanges, overlay, type Ranges } from './ranges.ts'

/** A network somebody named; what is not said is the empty text. */
export interface Network {
  readonly name: string
  readonly site: string
  readonly role: string
  readonly tenant: string
}

/** Named networks: position in `list` + 1 by range, the most specific prefix of an address winning. */
export interface NetworkTable extends Table {
  readonly list: readonly Network[]
}

/** A table that is ready to be asked. */
export interface Lookup {
  readonly ranges: Ranges
  readonly index: Uint32Array
}

export interface Places {
  readonly v4: Lookup
  readonly v6: Lookup
  /** By the values of the tables; record 0 is "nothing known". Country as two letters in a number, network by position + 1. */
  readonly as: Uint32Array
  /** Position of the record's AS in `asNumbers` + 1, 0 where it has no name. */
  readonly asPosition: Uint32Array
  readonly country: Uint16Array
  readonly network: Uint32Array
  /** AS numbers in ascending order, and their names. */
  readonly asNumbers: Uint32Array
  readonly asNames: readonly string[]
  readonly networks: readonly Network[]
  /** Who makes what hardware addresses belong to; null where nobody asked. */
  readonly vendors: Vendors | null
  /** The operator's own dictionaries. */
  readonly dictionaries?: readonly OwnDictionary[]
}

export interface PlacesSources {
  readonly as: AsTable
  readonly countries: Table
  readonly networks: NetworkTable | null
  readonly vendors?: Vendors | undefined
}

const shared32 = (values: readonly number[]): Uint32Array => {
  const array = new Uint32Array(new SharedArrayBuffer(values.length * 4))
  array.set(values)
  return array
}

const shared16 = (values: readonly number[]): Uint16Array => {
  const array = new Uint16Array(new SharedArrayBuffer(values.length * 2))
  array.set(values)
  return array
}

/** Lays the sources over each other. Takes about half a second with the databases that come with FlowLens. */
export function makePlaces({ as, countries, networks, vendors }: PlacesSources): Places {
  const asOf: number[] = [0]
  const countryOf: number[] = [0]
  const networkOf: number[] = [0]
  // Record 0 of every stage is "nothing known"; pairs become records on first sight.
  const stage = (...columns: number[][]): ((...values: number[]) => number) => {
    const known = new Map<number, number>([[0, 0]])
    return (first, second) => {
      const key = first! * 2 ** 21 + second!
      const record = known.get(key)
      if (record !== undefined) return record
      const made = known.size
      known.set(key, made)
      columns[0]!.push(first!)
      columns[1]!.push(second!)
      return made
    }
  }
  const whereabouts = stage(asOf, countryOf)
  const family = (of: (table: Table) => Ranges): Ranges => overlay(of(as), of(countries), whereabouts)
  let v4 = family(table => table.v4)
  let v6 = family(table => table.v6)
  let records = { as: asOf, country: countryOf }
  if (networks !== null) {
    const base: number[] = [0]
    const named = stage(base, networkOf)
    v4 = overlay(v4, networks.v4, named)
    v6 = overlay(v6, networks.v6, named)
    records = { as: base.map(record => asOf[record]!), country: base.map(record => countryOf[record]!) }
  }
  const names = [...as.names].toSorted(([a], [b]) => a - b)
  const asNumbers = shared32(names.map(([number]) => number))
  return {
    v4: { ranges: v4, index: indexOfRanges(v4) },
    v6: { ranges: v6, index: indexOfRanges(v6) },
    as: shared32(records.as),
    asPosition: shared32(records.as.map(number => positionOfAs(asNumbers, number) + 1)),
    country: shared16(records.country),
    network: shared32(networks === null ? records.as.map(() => 0) : networkOf),
    asNumbers,
    asNames: names.map(([, name]) => name),
    networks: networks?.list ?? [],
    vendors: vendors ?? null,
  }
}

/** Position of an AS number in the sorted list, -1 where it has no name. */
export function positionOfAs(numbers: Uint32Array, number: number): number {
  let low = 0
  let high = numbers.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = numbers[middle]!
    if (found === number) return middle
    if (found < number) low = middle + 1
    else high = middle - 1
  }
  return -1
}
