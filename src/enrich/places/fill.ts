/** AS, country and network of both ends of each row. */
import { indexOf, type ColumnArray, type FlowBatch } from '../../schema/index.ts'
import { positionOfAs, type Places } from './places.ts'
import { valueOfV4, valueOfV6 } from './ranges.ts'

/** The columns of one end of a flow. */
interface End {
  readonly address: number
  readonly as: number
  readonly asName: number
  readonly country: number
  readonly network: number
}

const ENDS: readonly End[] = [
  { address: indexOf('src'), as: indexOf('src_as'), asName: indexOf('src_as_name'), country: indexOf('src_country'), network: indexOf('src_net_name') },
  { address: indexOf('dst'), as: indexOf('dst_as'), asName: indexOf('dst_as_name'), country: indexOf('dst_country'), network: indexOf('dst_net_name') },
]

/** Addresses whose record is remembered: most of a network's flows are between few hosts. */
const REMEMBERED = 65_536
const MAPPED_WORD = 0xffff_0000

/** The words of an address lie in the order of the wire. */
const swap = (word: number): number => ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff_0000) | (word << 24)) >>> 0

/** Codes of the records of one end, made when a record first comes in a batch. */
interface Codes {
  /** The batch a record's codes hold for, by number. */
  readonly batch: Uint32Array
  readonly asName: Uint16Array
  readonly country: Uint16Array
  readonly network: Uint16Array
}

export interface PlacesEnricher {
  /** Replaces what is known; holds from the next batch on. */
  use(places: Places): void
  /** Fills AS (where the exporter told none), AS name, country and network name of both ends. */
  fill(batch: FlowBatch): void
}

const noCodes = (records: number): Codes => ({
  batch: new Uint32Array(records),
  asName: new Uint16Array(records),
  country: new Uint16Array(records),
  network: new Uint16Array(records),
})

export function createPlacesEnricher(): PlacesEnricher {
  let places: Places | null = null
  let codes: readonly Codes[] = []
  let batchNumber = 0
  // IPv4 addresses seen lately and their records.
  const seen = new Uint32Array(REMEMBERED)
  const seenRecords = new Uint32Array(REMEMBERED)
  // Records of the rows of one end.
  const records = new Uint32Array(65_536)

  function recordOfV4({ v4 }: Places, address: number): number {
    const slot = Math.imul(address, 0x9e37_79b1) >>> 16
    if (seen[slot] === address) return seenRecords[slot]!
    seen[slot] = address
    return (seenRecords[slot] = valueOfV4(v4.ranges, v4.index, address))
  }

  function lookUp(known: Places, batch: FlowBatch, addresses: ColumnArray): void {
    const { rows } = batch
    if (batch.family === 4) {
      for (let row = 0; row < rows; row++) records[row] = recordOfV4(known, addresses[row]!)
      return
    }
    const { ranges, index } = known.v6
    for (let row = 0; row < rows; row++) {
      const at = row * 4
      const a = addresses[at]!
      const b = addresses[at + 1]!
      const c = addresses[at + 2]!
      const d = swap(addresses[at + 3]!)
      if (a === 0 && b === 0 && c === MAPPED_WORD) records[row] = recordOfV4(known, d)
      // A host often has the row before's address too.
      else if (row > 0 && a === addresses[at - 4] && b === addresses[at - 3] && c === addresses[at - 2] && addresses[at + 3] === addresses[at - 1])
        records[row] = records[row - 1]!
      else records[row] = valueOfV6(ranges, index, swap(a), swap(b), swap(c), d)
    }
  }

  /** Makes the codes of a record in this batch. */
  function code(known: Places, batch: FlowBatch, end: End, of: Codes, record: number): void {
    const position = known.asPosition[record]!
    const country = known.country[record]!
    const network = known.network[record]!
    of.batch[record] = batchNumber
    of.asName[record] = position === 0 ? 0 : batch.code(end.asName, known.asNames[position - 1]!)
    of.country[record] = country === 0 ? 0 : batch.code(end.country, String.fromCharCode(country >>> 8, country & 255))
    of.network[record] = network === 0 ? 0 : batch.code(end.network, known.networks[network - 1]!.name)
  }

  function fillEnd(known: Places, batch: FlowBatch, end: End, of: Codes): void {
    const numbers = batch.need(end.as)
    const names = batch.need(end.asName)
    const countries = batch.need(end.country)
    const networks = known.networks.length > 0 ? batch.need(end.network) : null
    for (let row = 0; row < batch.rows; row++) {
      const record = records[row]!
      const sent = numbers[row]!
      if (record !== 0 && of.batch[record] !== batchNumber) code(known, batch, end, of, record)
      if (sent === 0 || sent === known.as[record]) {
        if (record === 0) continue
        numbers[row] = known.as[record]!
        if (names[row] === 0) names[row] = of.asName[record]!
      } else if (names[row] === 0) {
        // What the exporter's routing says holds, even where the database differs.
        const position = positionOfAs(known.asNumbers, sent)
        if (position >= 0) names[row] = batch.code(end.asName, known.asNames[position]!)
        if (record === 0) continue
      }
      if (countries[row] === 0) countries[row] = of.country[record]!
      if (networks !== null && networks[row] === 0) networks[row] = of.network[record]!
    }
  }

  return {
    use(made) {
      places = made
      codes = ENDS.map(() => noCodes(made.as.length))
      batchNumber = 0
      // Slot 0 holds address 0 from the start, which is right: nothing is known of it.
      seen.fill(0)
      seenRecords.fill(0)
    },
    fill(batch) {
      const known = places
      if (known === null || batch.rows === 0) return
      batchNumber++
      ENDS.forEach((end, at) => {
        const addresses = batch.columns[end.address]
        const of = codes[at]
        if (addresses === undefined || of === undefined) return
        lookUp(known, batch, addresses)
        fillEnd(known, batch, end, of)
      })
    },
  }
}
