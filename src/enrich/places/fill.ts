/** AS, country, network and city of both ends of each row. */
import { indexOf, type ColumnArray, type ColumnName, type FlowBatch } from '../../schema/index.ts'
import { isNoAs, isPrivateAs } from './as-number.ts'
import { createFinder, type Finder } from './find.ts'
import { BEFORE_PRIVATE, BEFORE_SENT, COUNTRY_BITS, NAME_BITS, PLACE, RECORD, positionOfAs, type Cities, type Places, type Texts } from './places.ts'
import { createTextColumn, type TextColumn } from './text-column.ts'

const SIDES = ['src', 'dst'] as const

/** The columns of one end of a flow. */
const ENDS = SIDES.map(side => {
  const of = (name: string): number => indexOf(`${side}_${name}` as ColumnName)
  return {
    address: indexOf(side),
    as: of('as'),
    asName: of('as_name'),
    country: of('country'),
    networks: [of('net_name'), of('net_site'), of('net_role'), of('net_tenant')],
    city: of('city'),
    latitude: of('latitude'),
    longitude: of('longitude'),
  }
})
type End = (typeof ENDS)[number]

/** Names of the AS numbers sent lately are remembered: an exporter with a BGP table sends the same ones again and again. */
const SENT_SLOTS = 8192

/** Rows that are worked on at a time: what is known of them stays in the nearest cache meanwhile. */
const CHUNK = 512

const NAME_MASK = 2 ** NAME_BITS - 1
const COUNTRY_MASK = 2 ** COUNTRY_BITS - 1

/** Texts that belong to a network: where they are filled, and the column of an end, by position in `networks`. */
interface NetworkTexts {
  readonly at: number
  readonly texts: Texts
  readonly column: TextColumn
}

/**
 * What the batch at hand gets of a record, in words side by side, so that a row waits for memory once: its AS, the codes of the AS's name and
 * of the country, and the record's texts that these are of. The name has a bit more once both codes are there.
 */
const CODED = { as: 0, name: 1, country: 2, texts: 3, words: 4, isReady: 0x1_0000, mask: 0xffff } as const

/** The columns of an end that all rows get. */
type Filled = Readonly<Record<'as' | 'asName' | 'country', ColumnArray>>

/** What goes with a table of places, made anew with it. */
interface Work {
  readonly places: Places
  readonly coded: Uint32Array
  /** The records whose codes are there. */
  readonly ready: { count: number; readonly records: Uint32Array }
  readonly asName: TextColumn
  readonly country: TextColumn
  readonly networks: readonly NetworkTexts[]
  readonly city: TextColumn | null
  readonly degrees: Float32Array | null
  readonly sent: Uint32Array
  readonly sentNames: Uint32Array
}

export interface PlacesEnricher {
  /** Replaces what is known; holds from the next batch on. */
  use(places: Places): void
  /** Fills AS (by the order of sources), AS name, country, network and city of both ends; a value that was sent stays, but for the AS. */
  fill(batch: FlowBatch): void
}

const perRow = (): Uint32Array => new Uint32Array(CHUNK)

function workOf(places: Places): Work {
  const { asNames, countries, cities } = places
  const records = places.records.length / RECORD.words
  const coded = new Uint32Array(records * CODED.words)
  for (let record = 0; record < records; record++) {
    coded[record * CODED.words + CODED.as] = places.records[record * RECORD.words + RECORD.as]!
    coded[record * CODED.words + CODED.texts] = places.records[record * RECORD.words + RECORD.texts]!
  }
  const ofNetworks = [places.netName, places.netSite, places.netRole, places.netTenant]
  return {
    places,
    coded,
    ready: { count: 0, records: new Uint32Array(records) },
    asName: createTextColumn(asNames.list),
    country: createTextColumn(countries),
    networks: ofNetworks.flatMap((texts, at) => (texts === null ? [] : [{ at, texts, column: createTextColumn(texts.list) }])),
    city: cities === null ? null : createTextColumn(cities.names),
    degrees: cities === null ? null : new Float32Array(cities.rows.buffer),
    sent: new Uint32Array(SENT_SLOTS),
    sentNames: new Uint32Array(SENT_SLOTS),
  }
}

export function createPlacesEnricher(): PlacesEnricher {
  let work: Work | null = null
  const finder: Finder = createFinder(CHUNK)
  const records = perRow()
  const places = perRow()
  const positions = perRow()
  // Only that what was read is of use keeps the engine from leaving the reading out.
  const touched = new Uint32Array(1)

  /** Begins with an end of a batch. */
  function begin(of: Work, batch: FlowBatch, end: End): void {
    const { ready, coded } = of
    for (let at = 0; at < ready.count; at++) coded[ready.records[at]! * CODED.words + CODED.name] = 0
    ready.count = 0
    of.asName.begin(batch, end.asName)
    of.country.begin(batch, end.country)
    of.city?.begin(batch, end.city)
    for (const { at, column } of of.networks) column.begin(batch, end.networks[at] ?? 0)
  }

  /** Gets the codes of a record's texts in the batch, where the record is met for the first time. */
  function code({ coded, ready, asName, country }: Work, record: number): void {
    const at = record * CODED.words
    const texts = coded[at + CODED.texts]!
    coded[at + CODED.name] = asName.codeOf(texts & NAME_MASK) + CODED.isReady
    coded[at + CODED.country] = country.codeOf((texts >>> NAME_BITS) & COUNTRY_MASK)
    ready.records[ready.count++] = record
  }

  /** Position + 1 of the name of a number that was sent. */
  function nameOfSent({ places: known, sent, sentNames }: Work, number: number): number {
    const slot = Math.imul(number, 0x9e37_79b1) >>> 19
    if (sent[slot] === number) return sentNames[slot]!
    sent[slot] = number
    const position = positionOfAs(known.asNumbers, number)
    return (sentNames[slot] = position < 0 ? 0 : known.asNames.of[position]!)
  }

  /** Whether a number that was sent holds against that of a record with these texts. */
  function holds(texts: number, number: number): boolean {
    const rule = texts >>> (NAME_BITS + COUNTRY_BITS)
    return (rule & BEFORE_SENT) === 0 && !isNoAs(number) && !((rule & BEFORE_PRIVATE) !== 0 && isPrivateAs(number))
  }

  /** AS, its name and country of rows. */
  function fillWorld(of: Work, { as, asName, country }: Filled, from: number, rows: number): void {
    const { coded } = of
    // Reads what the rows get before the first branch, so that many are waited for at once.
    let sum = 0
    for (let row = 0; row < rows; row++) sum ^= coded[records[row]! * CODED.words]!
    touched[0] = sum
    for (let row = 0; row < rows; row++) {
      const known = records[row]! * CODED.words
      if (coded[known + CODED.name] === 0) code(of, records[row]!)
      const at = from + row
      const sent = as[at]!
      const number = coded[known + CODED.as]!
      if (country[at] === 0) country[at] = coded[known + CODED.country]!
      if (sent !== 0 && sent !== number) {
        if (holds(coded[known + CODED.texts]!, sent)) {
          if (asName[at] === 0) asName[at] = of.asName.codeOf(nameOfSent(of, sent))
          continue
        }
        // A name that was sent belongs to the number that was sent.
        asName[at] = 0
      }
      if (asName[at] === 0) asName[at] = coded[known + CODED.name]! & CODED.mask
      as[at] = number
    }
  }

  function fillNetworks({ places: { records: all }, networks: texts }: Work, from: number, rows: number): void {
    for (const { texts: of, column } of texts) {
      for (let row = 0; row < rows; row++) positions[row] = of.of[all[records[row]! * RECORD.words + RECORD.network]!]!
      column.fill(from, rows, positions)
    }
  }

  function fillDegrees(degrees: Float32Array, latitude: ColumnArray, longitude: ColumnArray, from: number, rows: number): void {
    for (let row = 0; row < rows; row++) {
      const at = from + row
      if (latitude[at] !== 0 || longitude[at] !== 0) continue
      const place = places[row]! * PLACE.words
      latitude[at] = degrees[place + PLACE.latitude]!
      longitude[at] = degrees[place + PLACE.longitude]!
    }
  }

  function fillCities({ city, degrees }: Work, { rows: all }: Cities, batch: FlowBatch, end: End, from: number, rows: number): void {
    if (city === null || degrees === null) return
    for (let row = 0; row < rows; row++) positions[row] = all[places[row]! * PLACE.words + PLACE.name]!
    city.fill(from, rows, positions)
    fillDegrees(degrees, batch.need(end.latitude), batch.need(end.longitude), from, rows)
  }

  function fillEnd(of: Work, batch: FlowBatch, end: End, addresses: ColumnArray): void {
    const { v4, v6, cities } = of.places
    begin(of, batch, end)
    const filled = { as: batch.need(end.as), asName: batch.need(end.asName), country: batch.need(end.country) }
    for (let from = 0; from < batch.rows; from += CHUNK) {
      const rows = Math.min(CHUNK, batch.rows - from)
      if (batch.family === 4) finder.ofV4(v4, addresses, from, rows, { records, places })
      else finder.ofV6(v6, v4, addresses, from, rows, { records, places })
      fillWorld(of, filled, from, rows)
      fillNetworks(of, from, rows)
      if (cities !== null) fillCities(of, cities, batch, end, from, rows)
    }
  }

  return {
    use: made => void (work = workOf(made)),
    fill(batch) {
      if (work === null || batch.rows === 0) return
      for (const end of ENDS) {
        const addresses = batch.columns[end.address]
        if (addresses !== undefined) fillEnd(work, batch, end, addresses)
      }
    },
  }
}
