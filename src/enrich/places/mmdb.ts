/**
 * A database in MaxMind's format (MaxMind DB File Format Specification 2.0), the user's own: country, AS, city, or several of them. It
 * is read once, leaf by leaf, into the same tables as the databases that come with FlowLens. Both the nested shape of MaxMind's and
 * DB-IP's files and the flat one of IPinfo's and others are understood.
 */
import { FlowLensError, toError } from '../../schema/index.ts'
import { countryNumber, type AsTable, type Table } from './bundled.ts'
import { createDataReader, type Value, type Wanted } from './mmdb-data.ts'
import { dataStart, walkTree, type Metadata } from './mmdb-tree.ts'
import type { CityTable } from './places.ts'
import { createRanges } from './ranges.ts'

export interface MmdbTables {
  /** What the file says of itself, such as GeoLite2-Country, and when it was built, ms since 1970. */
  readonly type: string
  readonly builtMs: number
  /** Null where the file tells nothing of the kind, or it was not wanted. */
  readonly countries: Table | null
  readonly as: AsTable | null
  readonly cities: CityTable | null
}

/** What is wanted of a file; cities cost most. */
export interface MmdbWanted {
  readonly countries: boolean
  readonly as: boolean
  readonly cities: boolean
}

const object = (value: Value): Readonly<Record<string, Value>> =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Readonly<Record<string, Value>>) : {}
const text = (value: Value): string => (typeof value === 'string' ? value : '')
const number = (value: Value): number => (typeof value === 'number' && value > 0 && value <= 0xffff_ffff ? value : 0)
/** Degrees, which some files tell as text. */
const degrees = (value: Value, most: number): number => {
  const read = typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  return Math.abs(read) <= most ? Math.fround(read) : 0
}

type Keys = Readonly<Record<string, Wanted>>
// Where a flat file has a text in the place of a map, the text is read.
const COUNTRY: Keys = { country: { iso_code: true }, country_code: true, registered_country: { iso_code: true } }
const AS: Keys = { asn: true, autonomous_system_number: true, autonomous_system_organization: true, as_number: true, as_name: true, as_organization: true }
const PLACE: Keys = { location: { latitude: true, longitude: true }, latitude: true, longitude: true, lat: true, lng: true, lon: true }
const CITY: Keys = { city: { names: { en: true } }, city_name: true, ...PLACE }

function countryIn(of: Readonly<Record<string, Value>>): number {
  const told = [object(of['country'])['iso_code'], of['country_code'], of['country'], object(of['registered_country'])['iso_code']]
  const code = told.map(text).find(one => one.length === 2)
  return code === undefined ? 0 : countryNumber(code.charCodeAt(0), code.charCodeAt(1))
}

const asIn = (of: Readonly<Record<string, Value>>): number =>
  number(of['autonomous_system_number']) ||
  number(of['as_number']) ||
  number(of['asn']) ||
  number(Number(/^(?:AS)?(\d+)/.exec(text(of['asn']) || text(of['as_number']))?.[1] ?? 0))

const asNameIn = (of: Readonly<Record<string, Value>>): string =>
  text(of['autonomous_system_organization']) || text(of['as_name']) || text(of['as_organization'])

/** Collects distinct places. */
function createCities(): { place(of: Readonly<Record<string, Value>>): number; finish(v4: Table['v4'], v6: Table['v6']): CityTable | null } {
  const names: string[] = []
  const idOf = new Map<string, number>([['', 0]])
  const placeOf = new Map<string, number>([['0 0 0', 0]])
  const city = [0]
  const latitude = [0]
  const longitude = [0]
  return {
    place(of) {
      const at = object(of['location'])
      const north = degrees(at['latitude'] ?? of['latitude'] ?? of['lat'], 90)
      const east = degrees(at['longitude'] ?? of['longitude'] ?? of['lng'] ?? of['lon'], 180)
      const name = text(object(object(of['city'])['names'])['en']) || text(of['city']) || text(of['city_name'])
      const id = idOf.get(name) ?? names.push(name)
      idOf.set(name, id)
      const key = `${id} ${north} ${east}`
      const known = placeOf.get(key)
      if (known !== undefined) return known
      const place = city.push(id) - 1
      latitude.push(north)
      longitude.push(east)
      placeOf.set(key, place)
      return place
    },
    finish: (v4, v6) =>
      city.length === 1
        ? null
        : { v4, v6, names, city: Uint32Array.from(city), latitude: Float32Array.from(latitude), longitude: Float32Array.from(longitude) },
  }
}

const METADATA_MARK = Buffer.from([0xab, 0xcd, 0xef, ...Buffer.from('MaxMind.com')])

function metadataOf(bytes: Buffer): Metadata {
  const mark = bytes.lastIndexOf(METADATA_MARK)
  if (mark < 0) throw new RangeError('its end is missing')
  const of = object(createDataReader(bytes, mark + METADATA_MARK.length)(0, true))
  const [nodeCount, recordSize, ipVersion] = [number(of['node_count']), of['record_size'], of['ip_version']]
  if (of['binary_format_major_version'] !== 2) throw new RangeError(`its format is of version ${String(of['binary_format_major_version'])}, not 2`)
  if (recordSize !== 24 && recordSize !== 28 && recordSize !== 32) throw new RangeError(`its records have ${String(recordSize)} bits`)
  if (ipVersion !== 4 && ipVersion !== 6) throw new RangeError(`it is for IP version ${String(ipVersion)}`)
  const metadata: Metadata = { databaseType: text(of['database_type']), builtMs: number(of['build_epoch']) * 1000, ipVersion, nodeCount, recordSize }
  if (nodeCount === 0 || dataStart(metadata) > mark) throw new RangeError('it is cut off')
  return metadata
}

function tablesOf(bytes: Buffer, wanted: MmdbWanted): MmdbTables {
  const metadata = metadataOf(bytes)
  const read = createDataReader(bytes, dataStart(metadata))
  const parts: Wanted = { ...(wanted.countries ? COUNTRY : {}), ...(wanted.as ? AS : {}), ...(wanted.cities ? CITY : {}) }
  const names = new Map<number, string>()
  const cities = createCities()
  // Values of records by where they stand: many leaves share one.
  const indexOf = new Map<number, number>()
  const [country, as, place]: [number[], number[], number[]] = [[], [], []]

  function found(offset: number): number {
    const known = indexOf.get(offset)
    if (known !== undefined) return known
    const of = object(read(offset, parts))
    const system = wanted.as ? asIn(of) : 0
    const name = asNameIn(of)
    if (system !== 0 && name !== '' && !names.has(system)) names.set(system, name)
    const index = country.push(wanted.countries ? countryIn(of) : 0) - 1
    as.push(system)
    place.push(wanted.cities ? cities.place(of) : 0)
    indexOf.set(offset, index)
    return index
  }

  function family(version: 4 | 6): readonly Table['v4'][] {
    const words = version === 4 ? 1 : 4
    const made = [country, as, place].map(values => ({ values, ranges: createRanges(words) }))
    walkTree(bytes, metadata, version, (first, last, offset) => {
      const index = found(offset)
      for (const { values, ranges } of made) {
        const value = values[index] ?? 0
        if (value !== 0) ranges.add(first, last, value)
      }
    })
    return made.map(({ ranges }) => ranges.finish())
  }
  const [v4, v6] = [family(4), family(6)]
  const table = (which: number): Table | null => {
    const [one, other] = [v4[which], v6[which]]
    return one === undefined || other === undefined || (one.count < 2 && other.count < 2) ? null : { v4: one, v6: other }
  }
  const [systems, places] = [table(1), table(2)]
  return {
    type: metadata.databaseType,
    builtMs: metadata.builtMs,
    countries: table(0),
    as: systems === null ? null : { ...systems, names },
    cities: places === null ? null : cities.finish(places.v4, places.v6),
  }
}

/** Reads a whole file. Throws FL_ENRICH_DATABASE for one that is none, is damaged, or knows nothing of what is wanted. */
export function readMmdb(file: string, bytes: Buffer, wanted: MmdbWanted = { countries: true, as: true, cities: false }): MmdbTables {
  let tables: MmdbTables
  try {
    tables = tablesOf(bytes, wanted)
  } catch (thrown) {
    throw new FlowLensError('FL_ENRICH_DATABASE', `${file} is no database in MaxMind's format, or it is damaged: ${toError(thrown).message}`, { cause: thrown })
  }
  if (tables.countries === null && tables.as === null && tables.cities === null)
    throw new FlowLensError(
      'FL_ENRICH_DATABASE',
      `${file} (${tables.type}) knows neither countries nor AS numbers nor cities; use a Country, City or ASN database`,
    )
  return tables
}
