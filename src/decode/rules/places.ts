/** Where the exporter stands and what its interfaces are, as the configuration says, into its rows. */
import { MAX_ROWS, indexOf, type ColumnArray, type FlowBatch } from '../../schema/index.ts'
import { codesOf } from '../exporters.ts'
import type { Exporter, InterfacePlace, PlaceCodes, Places, Rows, SideCodes } from '../types.ts'

const EXPORTER = indexOf('exporter')
const LABELS = ['name', 'group', 'role', 'site', 'region', 'tenant'] as const
const LABEL_COLUMNS = LABELS.map(label => indexOf(`exporter_${label}`))

/** The columns of one side of a flow. */
interface Side {
  readonly index: number
  readonly speed: number
  /** In the order of `SideCodes.texts`. */
  readonly texts: readonly [name: number, boundary: number, connectivity: number, provider: number]
}
const side = (of: 'in' | 'out'): Side => ({
  index: indexOf(`${of}_if`),
  speed: indexOf(`${of}_if_speed`),
  texts: [indexOf(`${of}_if_name`), indexOf(`${of}_if_boundary`), indexOf(`${of}_if_connectivity`), indexOf(`${of}_if_provider`)],
})
const IN = side('in')
const OUT = side('out')

/** Slot of interfaces of which nothing is said. */
const NOTHING = 1
/** Indexes below have a table; others, which some devices make of slot and port, a map. */
const TABLE = 4096
/** Of so many of them; what is found of others is looked up each time. */
const MOST_FAR = 1024
const HIGH = 2 ** 32

const noSide = (): SideCodes => ({
  slots: new Uint16Array(64),
  far: new Map(),
  ofPlaces: new Map(),
  texts: [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  speeds: [
    [0, 0],
    [0, 0],
  ],
})

/** What is said of an interface; the rules see each once for each name it had. */
function placeOf(exporter: Exporter, find: NonNullable<Places['placeOf']>, index: number): InterfacePlace | null {
  const told = exporter.interfaces.get(index)
  if (told === undefined) return find(index, told)
  // No more than there are interfaces that options told of, which are limited.
  const places = (exporter.places ??= new Map())
  const known = places.get(index)
  if (known !== undefined && known.told === told) return known.place
  const place = find(index, told)
  places.set(index, { told, place })
  return place
}

function slotFor(place: InterfacePlace | null, { texts, speed }: Side, codes: SideCodes, batch: FlowBatch): number {
  if (place === null) return NOTHING
  const known = codes.ofPlaces.get(place)
  if (known !== undefined) return known
  const values = [place.name, place.boundary, place.connectivity, place.provider] as const
  for (let at = 0; at < values.length; at++) codes.texts[at]!.push(values[at] === '' ? 0 : batch.code(texts[at]!, values[at]!))
  if (place.speed > 0) batch.need(speed)
  codes.speeds[0].push(place.speed % HIGH)
  const slot = codes.speeds[1].push(Math.floor(place.speed / HIGH)) - 1
  codes.ofPlaces.set(place, slot)
  return slot
}

/** Gives an interface its slot. */
function assign(exporter: Exporter, find: NonNullable<Places['placeOf']>, index: number, side: Side, codes: SideCodes, batch: FlowBatch): number {
  const slot = slotFor(placeOf(exporter, find, index), side, codes, batch)
  if (index >= TABLE) {
    if (codes.far.size < MOST_FAR) codes.far.set(index, slot)
  } else {
    if (index >= codes.slots.length) {
      const grown = new Uint16Array(2 ** Math.ceil(Math.log2(index + 1)))
      grown.set(codes.slots)
      codes.slots = grown
    }
    codes.slots[index] = slot
  }
  return slot
}

/** Slots of the rows in hand, one set at a time. */
const slotsOfRows = new Uint32Array(MAX_ROWS)

/** Looks up the slot of each row; gives whether anything is said of one. With `owners` only of rows that are the exporter's `own`. */
function lookUp(
  exporter: Exporter,
  find: NonNullable<Places['placeOf']>,
  batch: FlowBatch,
  first: number,
  count: number,
  side: Side,
  codes: SideCodes,
  owners: ColumnArray | null,
  own: number,
): boolean {
  const indexes = batch.columns[side.index]
  if (!(indexes instanceof Uint32Array)) return false
  let some = false
  for (let at = 0; at < count; at++) {
    const index = indexes[first + at]!
    let slot = NOTHING
    if (index !== 0 && (owners === null || owners[first + at] === own)) {
      slot = (index < codes.slots.length ? codes.slots[index] : codes.far.get(index)) ?? 0
      if (slot === 0) slot = assign(exporter, find, index, side, codes, batch)
      if (slot !== NOTHING) some = true
    }
    slotsOfRows[at] = slot
  }
  return some
}

/** Fills one side of the rows from their slots. What a record or another rule has put there stays. */
function fillSide(batch: FlowBatch, first: number, count: number, { texts, speed }: Side, codes: SideCodes): void {
  for (let text = 0; text < texts.length; text++) {
    const column = batch.columns[texts[text]!]
    if (!(column instanceof Uint16Array)) continue
    const ofSlots = codes.texts[text]!
    for (let at = 0; at < count; at++) if (column[first + at] === 0) column[first + at] = ofSlots[slotsOfRows[at]!]!
  }
  const speeds = batch.columns[speed]
  if (!(speeds instanceof Uint32Array)) return
  const [low, high] = codes.speeds
  for (let at = 0; at < count; at++) {
    const slot = slotsOfRows[at]!
    const to = (first + at) * 2
    if (speeds[to] !== 0 || speeds[to + 1] !== 0) continue
    speeds[to] = low[slot]!
    speeds[to + 1] = high[slot]!
  }
}

function makeCodes(places: Places, batch: FlowBatch): PlaceCodes {
  return {
    exporter: LABELS.map((label, at) => (places[label] === '' ? 0 : batch.code(LABEL_COLUMNS[at]!, places[label]))),
    in: noSide(),
    out: noSide(),
  }
}

function fillExporter(batch: FlowBatch, first: number, end: number, codes: readonly number[], owners: ColumnArray | null, own: number): void {
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!
    if (code === 0) continue
    const column = batch.need(LABEL_COLUMNS[at]!)
    if (owners === null) column.fill(code, first, end)
    else for (let row = first; row < end; row++) if (owners[row] === own) column[row] = code
  }
}

/**
 * Fills the columns of the exporter's place, and speed, boundary, connectivity, provider and configured name of its interfaces. Names of
 * the configuration go before those of options, so this runs before `nameInterfaces`. Rows that a relay passes on are of another
 * exporter and get nothing. Costs a call a set where nothing is configured, else one look-up in a table a side.
 */
export function placeExporter({ batch, first, count, exporter }: Pick<Rows, 'batch' | 'first' | 'count' | 'exporter'>): void {
  const { places, relay } = exporter.settings
  if (places === null) return
  const cache = codesOf(exporter, batch)
  const codes = (cache.places ??= makeCodes(places, batch))
  const owners = relay ? (batch.columns[EXPORTER] ?? null) : null
  const end = first + count
  fillExporter(batch, first, end, codes.exporter, owners, cache.exporter)
  const { placeOf: find } = places
  if (find === null) return
  if (lookUp(exporter, find, batch, first, count, IN, codes.in, owners, cache.exporter)) fillSide(batch, first, count, IN, codes.in)
  if (lookUp(exporter, find, batch, first, count, OUT, codes.out, owners, cache.exporter)) fillSide(batch, first, count, OUT, codes.out)
}
