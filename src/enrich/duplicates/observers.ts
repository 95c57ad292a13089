/**
 * Where flows are seen: the classes of each exporter's rows by interfaces and direction of metering. Those of one exporter that look
 * in the same direction are one observer: it tells each flow once.
 */
import type { ColumnArray, SealedBatch } from '../../schema/index.ts'
import { columnIn, valuesIn } from './keys.ts'

/** Classes are numbered from 1 up to here; rows beyond belong to their exporter as a whole, and then to nobody. */
const MOST_CLASSES = 60_000
const SLOTS = 1 << 18

export interface Classes {
  readonly count: number
  /** By class: the observer it belongs to, its exporter, the packets of which one was seen, and how near it is to the edge. */
  readonly observer: Uint32Array
  readonly exporter: Uint32Array
  readonly rate: Uint32Array
  readonly boundary: Uint8Array
  readonly observers: number
  /** Largest sampling rate in use. */
  readonly mostRate: number
  /** Prepares for the rows of a batch. */
  open(batch: SealedBatch): void
  /** The class of a row of that batch; 0 where there are too many. */
  of(row: number): number
  /** What keeps the flows of its exporter apart from those of other networks with the same addresses. */
  realm(row: number): number
  isSflow(row: number): boolean
}

/** 0 comes in from outside, 1 goes out there, 2 nobody said, 3 stays inside. */
function boundaryOf(input: unknown, output: unknown): number {
  if (input === 'external') return 0
  if (output === 'external') return 1
  return input === 'internal' && output === 'internal' ? 3 : 2
}

const hashOf = (text: string): number => [...text].reduce((hash, char) => Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x0100_0193), 0x811c_9dc5)

export function createClasses(): Classes {
  const observer = new Uint32Array(MOST_CLASSES + 2)
  const exporter = new Uint32Array(MOST_CLASSES + 2)
  const rate = new Uint32Array(MOST_CLASSES + 2)
  const boundary = new Uint8Array(MOST_CLASSES + 2)
  const inputs = new Uint32Array(MOST_CLASSES + 2)
  const outputs = new Uint32Array(MOST_CLASSES + 2)
  const slots = new Uint16Array(SLOTS)
  const exporters = new Map<bigint, number>()
  const seen = new Set<number>()
  let count = 0
  let mostRate = 1

  // Of the batch in hand.
  let exporterCodes: ColumnArray | undefined
  let exporterNumbers: readonly number[] = []
  let inIf: ColumnArray | undefined
  let outIf: ColumnArray | undefined
  let direction: ColumnArray | undefined
  let rates: ColumnArray | undefined
  let protocolCodes: ColumnArray | undefined
  let sflowCodes: readonly boolean[] = []
  let tenants: ColumnArray | undefined
  let realms: readonly number[] = []
  let inBoundary: ColumnArray | undefined
  let outBoundary: ColumnArray | undefined
  let inBoundaries: readonly unknown[] = []
  let outBoundaries: readonly unknown[] = []

  const at = (column: ColumnArray | undefined, row: number): number => (column === undefined ? 0 : column[row]!)
  const isSflow = (row: number): boolean => sflowCodes[at(protocolCodes, row)] === true

  function find(watcher: number, from: number, input: number, output: number): number {
    let slot = (Math.imul(watcher, 0x9e37_79b1) ^ Math.imul(input, 0x85eb_ca6b) ^ Math.imul(output, 0xc2b2_ae35)) >>> 0
    slot = (slot ^ (slot >>> 15)) & (SLOTS - 1)
    for (let found = slots[slot]!; found !== 0; found = slots[slot]!) {
      if (observer[found] === watcher && inputs[found] === input && outputs[found] === output) return found
      slot = (slot + 1) & (SLOTS - 1)
    }
    if (count >= MOST_CLASSES) return input === 0 && output === 0 ? 0 : find(watcher, from, 0, 0)
    const made = ++count
    slots[slot] = made
    observer[made] = watcher
    exporter[made] = from
    inputs[made] = input
    outputs[made] = output
    seen.add(watcher)
    return made
  }

  return {
    observer,
    exporter,
    rate,
    boundary,
    isSflow,
    get count() {
      return count
    },
    get observers() {
      return seen.size
    },
    get mostRate() {
      return mostRate
    },
    open(batch) {
      exporterCodes = columnIn(batch, 'exporter')
      exporterNumbers = valuesIn(batch, 'exporter').map(value => {
        const address = typeof value === 'bigint' ? value : 0n
        const known = exporters.get(address)
        if (known !== undefined) return known
        exporters.set(address, exporters.size)
        return exporters.size - 1
      })
      inIf = columnIn(batch, 'in_if')
      outIf = columnIn(batch, 'out_if')
      direction = columnIn(batch, 'direction')
      rates = columnIn(batch, 'sampling_rate')
      protocolCodes = columnIn(batch, 'export_protocol')
      sflowCodes = valuesIn(batch, 'export_protocol').map(value => value === 'sflow')
      tenants = columnIn(batch, 'exporter_tenant')
      realms = valuesIn(batch, 'exporter_tenant').map(value => (value === '' ? 0 : hashOf(String(value))))
      inBoundary = columnIn(batch, 'in_if_boundary')
      outBoundary = columnIn(batch, 'out_if_boundary')
      inBoundaries = valuesIn(batch, 'in_if_boundary')
      outBoundaries = valuesIn(batch, 'out_if_boundary')
    },
    of(row) {
      const from = exporterNumbers[at(exporterCodes, row)] ?? 0
      // Samples of packets and flow records of one device are two tellings of the same traffic.
      const watcher = from * 4 + (isSflow(row) ? 2 : 0) + (at(direction, row) & 1)
      const found = find(watcher, from, at(inIf, row), at(outIf, row))
      const sampled = Math.max(1, at(rates, row))
      if (rate[found] !== sampled) {
        rate[found] = sampled
        if (sampled > mostRate) mostRate = sampled
      }
      boundary[found] = boundaryOf(inBoundaries[at(inBoundary, row)], outBoundaries[at(outBoundary, row)])
      return found
    },
    realm: row => realms[at(tenants, row)] ?? 0,
  }
}

/** Whose telling counts, of two of the same traffic: exact before sampled, then by boundary, then the smaller rate, then who was there first. */
export function rankOf({ rate, boundary, observer }: Classes, one: number, other: number): number {
  return (
    Number(rate[one]! > 1) - Number(rate[other]! > 1) ||
    boundary[one]! - boundary[other]! ||
    rate[one]! - rate[other]! ||
    observer[one]! - observer[other]! ||
    one - other
  )
}
