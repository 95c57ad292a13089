/**
 * Where flows are seen: the classes of each exporter's rows by interfaces and direction of metering. Those of one exporter that look
 * in the same direction are one observer: it tells each flow once.
 */
import type { SealedBatch } from '../../schema/index.ts'
import { columnIn, octetsIn, shortsIn, valuesIn, wordsIn } from './keys.ts'

/** Classes are numbered from 1 up to here; rows beyond belong to their exporter as a whole, and then to nobody. */
const MOST_CLASSES = 60_000
const SLOTS = 1 << 18

/** What the configuration may say of an exporter. */
const RULES = ['find', 'none', 'all'] as const

export interface DuplicateConfig {
  /** Most memory for flows seen lately. */
  readonly maxBytes: number
  /** What the configuration says of an exporter; `find` by default. */
  readonly ruleOf?: (address: bigint) => (typeof RULES)[number]
}

/** Where a class of rows is seen. */
export interface Place {
  readonly exporter: bigint
  readonly way: number
  readonly in: number
  readonly out: number
}

export interface Classes {
  /** By class: the observer it belongs to, its exporter, the packets of which one was seen, and how near it is to the edge. */
  readonly observer: Uint32Array
  readonly exporter: Uint32Array
  readonly rate: Uint32Array
  readonly boundary: Uint8Array
  /** Whether flows can be told twice at all: by another exporter, or by one that looks in two directions. */
  readonly several: boolean
  /** Whether the configuration says that others tell all of it. */
  isToldByOthers(told: number): boolean
  /** Whether the exporter of a class looks in more than one way. */
  isDouble(told: number): boolean
  /** Largest sampling rate in use. */
  readonly mostRate: number
  /** The class of these interfaces, new or known. `way` is the direction, and 2 more for samples. */
  number(of: Place): number
  /** What a class is of. */
  place(told: number): Place
  /** Prepares for the rows of a batch. */
  open(batch: SealedBatch): void
  /** Classes of the rows `[from, to)` of that batch to the front of `out`; 0 for rows that nobody else tells, and where there are too many. */
  read(from: number, to: number, out: Uint16Array): void
}

/** 0 comes in from outside, 1 goes out there, 2 nobody said, 3 stays inside. */
function boundaryOf(input: unknown, output: unknown): number {
  if (input === 'external') return 0
  if (output === 'external') return 1
  return input === 'internal' && output === 'internal' ? 3 : 2
}

/** What is the same for all rows of a batch, or known by code. */
interface Opened {
  readonly exporters: Uint16Array
  readonly numbers: Uint32Array
  readonly protocols: Uint16Array
  readonly sflow: Uint8Array
  readonly direction: Uint8Array
  readonly inIf: Uint32Array
  readonly outIf: Uint32Array
  readonly rates: Uint32Array
  readonly boundaries: ((row: number) => number) | null
}

export function createClasses(ruleOf: DuplicateConfig['ruleOf']): Classes {
  const observer = new Uint32Array(MOST_CLASSES + 2)
  const exporter = new Uint32Array(MOST_CLASSES + 2)
  const rate = new Uint32Array(MOST_CLASSES + 2)
  const boundary = new Uint8Array(MOST_CLASSES + 2).fill(2)
  const inputs = new Uint32Array(MOST_CLASSES + 2)
  const outputs = new Uint32Array(MOST_CLASSES + 2)
  const slots = new Uint16Array(SLOTS)
  const exporters = new Map<bigint, number>()
  const addresses: bigint[] = []
  /** By exporter: 1 nobody else tells its flows, 2 others tell all of them. */
  const rules: number[] = []
  const observers = new Set<number>()
  /** Observers of an exporter. */
  const ways: number[] = []
  let count = 0
  let mostRate = 1
  let opened: Opened | null = null

  function find(watcher: number, from: number, input: number, output: number): number {
    let slot = Math.imul(Math.imul(watcher, 0x9e37_79b1) ^ input, 0x85eb_ca6b) ^ Math.imul(output, 0xc2b2_ae35)
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
    if (!observers.has(watcher)) {
      observers.add(watcher)
      ways[from] = (ways[from] ?? 0) + 1
    }
    return made
  }

  function numberOf(address: bigint): number {
    const known = exporters.get(address)
    if (known !== undefined) return known
    addresses.push(address)
    rules.push(RULES.indexOf(ruleOf?.(address) ?? 'find'))
    exporters.set(address, addresses.length - 1)
    return addresses.length - 1
  }

  function boundariesIn(batch: SealedBatch): Opened['boundaries'] {
    if (columnIn(batch, 'in_if_boundary') === undefined && columnIn(batch, 'out_if_boundary') === undefined) return null
    const [inputCodes, outputCodes] = [shortsIn(batch, 'in_if_boundary'), shortsIn(batch, 'out_if_boundary')]
    const [inputWords, outputWords] = [valuesIn(batch, 'in_if_boundary'), valuesIn(batch, 'out_if_boundary')]
    return row => boundaryOf(inputWords[inputCodes[row]!], outputWords[outputCodes[row]!])
  }

  return {
    observer,
    exporter,
    rate,
    boundary,
    get several() {
      return observers.size > 1
    },
    isToldByOthers: told => rules[exporter[told]!] === 2,
    isDouble: told => (ways[exporter[told]!] ?? 0) > 1,
    get mostRate() {
      return mostRate
    },
    number(of) {
      const from = numberOf(of.exporter)
      return find(from * 4 + (of.way & 3), from, of.in, of.out)
    },
    place: told => ({ exporter: addresses[exporter[told]!] ?? 0n, way: observer[told]! & 3, in: inputs[told]!, out: outputs[told]! }),
    open(batch) {
      const numbers = valuesIn(batch, 'exporter').map(value => numberOf(typeof value === 'bigint' ? value : 0n))
      opened = {
        exporters: shortsIn(batch, 'exporter'),
        numbers: Uint32Array.from(numbers),
        protocols: shortsIn(batch, 'export_protocol'),
        sflow: Uint8Array.from(valuesIn(batch, 'export_protocol'), value => Number(value === 'sflow')),
        direction: octetsIn(batch, 'direction'),
        inIf: wordsIn(batch, 'in_if'),
        outIf: wordsIn(batch, 'out_if'),
        rates: wordsIn(batch, 'sampling_rate'),
        boundaries: boundariesIn(batch),
      }
    },
    read(from, to, out) {
      if (opened === null) return
      const { numbers, protocols, sflow, direction, inIf, outIf, rates, boundaries } = opened
      const codes = opened.exporters
      for (let row = from; row < to; row++) {
        const number = numbers[codes[row]!]!
        // Samples of packets and flow records of one device are two tellings of the same traffic.
        const watcher = number * 4 + sflow[protocols[row]!]! * 2 + (direction[row]! & 1)
        const found = find(watcher, number, inIf[row]!, outIf[row]!)
        out[row - from] = rules[number] === 1 ? 0 : found
        const sampled = rates[row]! || 1
        if (rate[found] !== sampled) {
          rate[found] = sampled
          if (sampled > mostRate) mostRate = sampled
        }
        if (boundaries !== null) boundary[found] = boundaries(row)
      }
    },
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
