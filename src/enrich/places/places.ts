/**
 * Where addresses belong: AS, country, known network and city of each range, laid over each other into one table a family, so that a
 * flow costs one look-up an address. Plain data in shared memory: made once, read by every receiving thread, replaced as a whole.
 */
import type { OwnDictionary } from '../own/dictionary.ts'
import type { Vendors } from '../vendors/registry.ts'
import type { AsTable, Table } from './bundled.ts'
import { makeLookup, type Lookup } from './lookup.ts'
import { createPairs } from './pairs.ts'
import { join, overlay, type Ranges } from './ranges.ts'

/** Who is asked for the AS of an address, the first that knows it holds: the exporter, the file of networks, the database. */
export const AS_SOURCES = ['flow', 'networks', 'database'] as const
export type AsSource = (typeof AS_SOURCES)[number]

/** A network somebody named; what is not said is the empty text, AS 0. */
export interface Network {
  readonly name: string
  readonly site: string
  readonly role: string
  readonly tenant: string
  readonly as: number
}

/** Named networks: position in `list` + 1 by range, the most specific prefix of an address winning. */
export interface NetworkTable extends Table {
  readonly list: readonly Network[]
}

/** Cities: a place by range; of each place the position in `names` + 1 (0 where it has no name) and degrees. Place 0 is "not known". */
export interface CityTable extends Table {
  readonly city: Uint32Array
  readonly latitude: Float32Array
  readonly longitude: Float32Array
  readonly names: readonly string[]
}

/** Distinct texts, and by something else's number the position of its text + 1; 0 where it has none. */
export interface Texts {
  readonly list: readonly string[]
  readonly of: Uint32Array
}

/**
 * What a record holds, in words; few, since flows wait for them. `texts` has the position of the AS's name + 1 in its lower 20 bits, that
 * of the country in `countries` + 1 in the next 10, and above them whether the AS holds before what was sent. Network is the position
 * in the list of networks + 1.
 */
export const RECORD = { as: 0, texts: 1, network: 2, words: 3 } as const
export const NAME_BITS = 20
export const COUNTRY_BITS = 10
const MOST_NAMES = 2 ** NAME_BITS - 1
/** In the upper bits of `texts`: the AS of the record holds before what the exporter sent. */
export const BEFORE_SENT = 1
/** The AS of the record holds before a private number that the exporter sent. */
export const BEFORE_PRIVATE = 2

/** What is known of a place, in words: the position of the city's name + 1, and degrees as numbers of 32 bits with a point. */
export const PLACE = { name: 0, latitude: 1, longitude: 2, words: 3 } as const

export interface Cities {
  readonly names: readonly string[]
  /** Places one after the other, place 0 is "not known". */
  readonly rows: Uint32Array
}

export interface Places {
  /** The value of an address is the number of a record, the second one that of a place. */
  readonly v4: Lookup
  readonly v6: Lookup
  /** Records one after the other, record 0 is "nothing known". One row of memory a record, so that a flow waits for it once. */
  readonly records: Uint32Array
  /** AS numbers in ascending order, and the position of their names. */
  readonly asNumbers: Uint32Array
  readonly asNames: Texts
  readonly countries: readonly string[]
  /** By position in the file of networks; null where no network has any. */
  readonly netName: Texts | null
  readonly netSite: Texts | null
  readonly netRole: Texts | null
  readonly netTenant: Texts | null
  /** Null without a database of cities. */
  readonly cities: Cities | null
  /** Makers of hardware addresses, known as long as the table is; null without them. */
  readonly vendors: Vendors | null
  /** The operator's own dictionaries. */
  readonly dictionaries?: readonly OwnDictionary[]
}

export interface PlacesSources {
  readonly as: AsTable
  readonly countries: Table
  readonly networks: NetworkTable | null
  readonly cities?: CityTable | null
  readonly asOrder?: readonly AsSource[]
  readonly vendors?: Vendors | undefined
}

const shared = (length: number): Uint32Array<SharedArrayBuffer> => new Uint32Array(new SharedArrayBuffer(length * 4))

const shared32 = (values: ArrayLike<number>): Uint32Array<SharedArrayBuffer> => {
  const array = shared(values.length)
  array.set(values)
  return array
}

function citiesOf({ names, city, latitude, longitude }: CityTable): Cities {
  const rows = shared(city.length * PLACE.words)
  const degrees = new Float32Array(rows.buffer)
  for (let place = 0; place < city.length; place++) {
    const at = place * PLACE.words
    rows[at + PLACE.name] = city[place]!
    degrees[at + PLACE.latitude] = latitude[place]!
    degrees[at + PLACE.longitude] = longitude[place]!
  }
  return { names, rows }
}

/** Texts by number, each distinct one listed once; null where all are empty. */
function textsOf(values: readonly string[]): Texts | null {
  const list: string[] = []
  const known = new Map<string, number>([['', 0]])
  const of = shared32(
    values.map(value => {
      const position = known.get(value) ?? list.push(value)
      known.set(value, position)
      return position
    }),
  )
  return list.length === 0 ? null : { list, of }
}

/** The AS of a record by the order of sources, and whether it holds before what is sent. */
function asOf(order: readonly AsSource[], database: number, networks: number, inNetwork: boolean): { readonly as: number; readonly rule: number } {
  let rule = BEFORE_SENT
  for (const source of order) {
    if (source === 'flow') {
      // Inside a network of ours a private number is what we call it; elsewhere it is how a route came to us.
      rule = inNetwork ? 0 : BEFORE_PRIVATE
      continue
    }
    const as = source === 'database' ? database : networks
    if (as !== 0) return { as, rule }
  }
  return { as: 0, rule: order.includes('flow') ? 0 : BEFORE_SENT }
}

/** Lays the sources over each other. Takes about a third of a second with the databases that come with FlowLens. */
export function makePlaces({ as, countries, networks, cities = null, asOrder = AS_SOURCES, vendors }: PlacesSources): Places {
  const world = createPairs()
  const named = createPairs()
  const family = (of: (table: Table) => Ranges): Ranges => {
    let ranges = overlay(of(countries), of(as), world.numberOf)
    if (networks !== null) ranges = overlay(ranges, of(networks), named.numberOf)
    return cities === null ? ranges : join(ranges, of(cities))
  }
  const v4 = family(table => table.v4)
  const v6 = family(table => table.v6)

  const asNumbers = shared32(Uint32Array.from(as.names.keys()).toSorted())
  const asNames = textsOf(Array.from(asNumbers, number => as.names.get(number) ?? '')) ?? { list: [], of: asNumbers }
  const codes: string[] = []
  const codeOf = new Map<number, number>([[0, 0]])
  const country = (letters: number): number => {
    const known = codeOf.get(letters) ?? codes.push(String.fromCharCode(letters >>> 8, letters & 255))
    codeOf.set(letters, known)
    return known
  }
  const last = networks === null ? world : named
  const { words } = RECORD
  const records = shared(last.count * words)
  for (let record = 0; record < last.count; record++) {
    const of = networks === null ? record : named.firstOf(record)
    const network = networks === null ? 0 : named.secondOf(record)
    const chosen = asOf(asOrder, world.secondOf(of), networks?.list[network - 1]?.as ?? 0, network !== 0)
    const name = asNames.of[positionOfAs(asNumbers, chosen.as)] ?? 0
    const at = record * words
    records[at + RECORD.as] = chosen.as
    records[at + RECORD.texts] = (((chosen.rule << COUNTRY_BITS) | country(world.firstOf(of))) << NAME_BITS) | (name > MOST_NAMES ? 0 : name)
    records[at + RECORD.network] = network
  }
  const ofNetworks = (value: (network: Network) => string): Texts | null => textsOf(['', ...(networks?.list ?? []).map(value)])
  return {
    v4: makeLookup(v4),
    v6: makeLookup(v6),
    records,
    asNumbers,
    asNames,
    countries: codes,
    netName: ofNetworks(network => network.name),
    netSite: ofNetworks(network => network.site),
    netRole: ofNetworks(network => network.role),
    netTenant: ofNetworks(network => network.tenant),
    cities: cities === null ? null : citiesOf(cities),
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
