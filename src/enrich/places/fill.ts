/** AS, country, network and city of both ends of each row. */
import { MAX_ROWS, indexOf, type ColumnArray, type ColumnName, type FlowBatch } from '../../schema/index.ts'
import { isNoAs, isPrivateAs } from './as-number.ts'
import { BEFORE_PRIVATE, BEFORE_SENT, RECORD, positionOfAs, type Places, type Texts } from './places.ts'
import { createFinder, type Finder } from './find.ts'

const SIDES = ['src', 'dst'] as const

/** The columns of one end of a flow. */
const ENDS = SIDES.map(side => {
  const of = (name: string): number => indexOf(`${side}_${name}` as ColumnName)
  return {
    address: indexOf(side),
    as: of('as'),
    asName: of('as_name'),
    country: of('country'),
    netName: of('net_name'),
    netSite: of('net_site'),
    netRole: of('net_role'),
    netTenant: of('net_tenant'),
    city: of('city'),
    latitude: of('latitude'),
    longitude: of('longitude'),
  }
})
type End = (typeof ENDS)[number]

/** Names of the AS numbers sent lately are remembered: an exporter with a BGP table sends the same ones again and again. */
const SENT_SLOTS = 8192

/** Codes of texts in the batch at hand, by position + 1; 0 where none was made yet. */
type Codes = Uint16Array

/** What goes with a table of places, made anew with it. */
interface Work {
  readonly places: Places
  readonly asName: Codes
  readonly country: Codes
  readonly net: Codes
  readonly city: Codes
  readonly sent: Uint32Array
  readonly sentNames: Uint32Array
}

export interface PlacesEnricher {
  /** Replaces what is known; holds from the next batch on. */
  use(places: Places): void
  /** Fills AS (by the order of sources), AS name, country, network and city of both ends; a value that was sent stays, but for the AS. */
  fill(batch: FlowBatch): void
}

const sizeOf = (...texts: readonly (Texts | null)[]): number => Math.max(...texts.map(one => (one === null ? 0 : one.list.length))) + 1

/** One number a row of the batch at hand; kept, since a batch comes every few milliseconds. */
const perRow = (): Uint32Array => new Uint32Array(MAX_ROWS)

export function createPlacesEnricher(): PlacesEnricher {
  let work: Work | null = null
  const finder: Finder = createFinder()
  const records = perRow()
  const numbers = perRow()
  const asNames = perRow()
  const countries = perRow()
  const networks = perRow()
  const places = perRow()
  const ids = perRow()
  const rules = new Uint8Array(MAX_ROWS)

  /** Takes the records apart into one array a field: reading them without a branch waits for many at once. */
  function gather({ places: { v4, v6, records: all } }: Work, batch: FlowBatch, addresses: ColumnArray): void {
    const { rows } = batch
    if (batch.family === 4) finder.ofV4(v4, addresses, rows, { records, places })
    else finder.ofV6(v6, v4, addresses, rows, { records, places })
    for (let row = 0; row < rows; row++) {
      const at = records[row]! * RECORD.words
      numbers[row] = all[at + RECORD.as]!
      rules[row] = all[at + RECORD.rule]!
      asNames[row] = all[at + RECORD.asName]!
      countries[row] = all[at + RECORD.country]!
      networks[row] = all[at + RECORD.network]!
    }
  }

  /** Position + 1 of the name of a number that was sent. */
  function nameOfSent({ places: known, sent, sentNames }: Work, number: number): number {
    const slot = Math.imul(number, 0x9e37_79b1) >>> 19
    if (sent[slot] === number) return sentNames[slot]!
    sent[slot] = number
    const position = positionOfAs(known.asNumbers, number)
    return (sentNames[slot] = position < 0 ? 0 : known.asNames.of[position]!)
  }

  /** Settles the AS of each row; leaves in `asNames` the name that belongs to it. */
  function fillAs(of: Work, batch: FlowBatch, end: End): void {
    const column = batch.need(end.as)
    // A name that was sent belongs to a number that was sent.
    const told = batch.columns[end.asName]
    for (let row = 0; row < batch.rows; row++) {
      const known = numbers[row]!
      const sent = column[row]!
      if (sent === known) continue
      const rule = rules[row]!
      if (sent !== 0 && (rule & BEFORE_SENT) === 0 && !isNoAs(sent) && !((rule & BEFORE_PRIVATE) !== 0 && isPrivateAs(sent))) {
        asNames[row] = nameOfSent(of, sent)
        continue
      }
      column[row] = known
      if (sent !== 0 && told !== undefined) told[row] = 0
    }
  }

  /** Fills a column of texts where a row has none. `positions` are those of the rows' texts in `list`, + 1. */
  function fillTexts(batch: FlowBatch, index: number, list: readonly string[], codes: Codes, positions: ArrayLike<number>): void {
    const column = batch.need(index)
    // Nothing was sent, so every text comes for the first time: it need not be looked for.
    const fresh = batch.dictionaries[index]?.values.length === 0
    codes.fill(0, 0, list.length + 1)
    for (let row = 0; row < batch.rows; row++) {
      const id = positions[row]!
      if (id === 0 || column[row] !== 0) continue
      let code = codes[id]!
      if (code === 0) {
        const text = list[id - 1]!
        code = codes[id] = fresh ? batch.newCode(index, text) : batch.code(index, text)
      }
      column[row] = code
    }
  }

  /** The same where the text belongs to a network or a place. */
  function fillTextsOf(batch: FlowBatch, index: number, texts: Texts, codes: Codes, owners: ArrayLike<number>): void {
    const { of } = texts
    for (let row = 0; row < batch.rows; row++) ids[row] = of[owners[row]!]!
    fillTexts(batch, index, texts.list, codes, ids)
  }

  function fillReals(batch: FlowBatch, end: End, latitude: Float32Array, longitude: Float32Array): void {
    const [x, y] = [batch.need(end.longitude), batch.need(end.latitude)]
    for (let row = 0; row < batch.rows; row++) {
      const place = places[row]!
      if (place === 0 || x[row] !== 0 || y[row] !== 0) continue
      x[row] = longitude[place]!
      y[row] = latitude[place]!
    }
  }

  function fillEnd(of: Work, batch: FlowBatch, end: End): void {
    const { places: known } = of
    fillAs(of, batch, end)
    if (known.asNames.list.length > 0) fillTexts(batch, end.asName, known.asNames.list, of.asName, asNames)
    if (known.countries.length > 0) fillTexts(batch, end.country, known.countries, of.country, countries)
    if (known.netName !== null) fillTextsOf(batch, end.netName, known.netName, of.net, networks)
    if (known.netSite !== null) fillTextsOf(batch, end.netSite, known.netSite, of.net, networks)
    if (known.netRole !== null) fillTextsOf(batch, end.netRole, known.netRole, of.net, networks)
    if (known.netTenant !== null) fillTextsOf(batch, end.netTenant, known.netTenant, of.net, networks)
    if (known.city !== null) fillTextsOf(batch, end.city, known.city, of.city, places)
    if (known.latitude !== null && known.longitude !== null) fillReals(batch, end, known.latitude, known.longitude)
  }

  return {
    use(made) {
      work = {
        places: made,
        asName: new Uint16Array(sizeOf(made.asNames)),
        country: new Uint16Array(made.countries.length + 1),
        net: new Uint16Array(sizeOf(made.netName, made.netSite, made.netRole, made.netTenant)),
        city: new Uint16Array(sizeOf(made.city)),
        sent: new Uint32Array(SENT_SLOTS),
        sentNames: new Uint32Array(SENT_SLOTS),
      }
    },
    fill(batch) {
      if (work === null || batch.rows === 0) return
      for (const end of ENDS) {
        const addresses = batch.columns[end.address]
        if (addresses === undefined) continue
        gather(work, batch, addresses)
        fillEnd(work, batch, end)
      }
    },
  }
}
