/**
 * Where flows are seen: the classes of each exporter's rows by interfaces and direction of metering. Those of one exporter that look
 * in the same direction are one observer: it tells each flow once.
 */
import type { ColumnName, SealedBatch } from '../../schema/index.ts'
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
  /** By class: 1 where the configuration says that others tell all of it. */
  readonly toldByOthers: Uint8Array
  /** Whether an exporter looks in more than one way, and whether that of a class does. */
  readonly someDouble: boolean
  isDouble(told: number): boolean
  /** Largest sampling rate in use. */
  readonly mostRate: number
  /** The class of these interfaces, new or known. `way` is the direction, and 2 more for samples. */
  number(of: Place): number
  /** What a class is of. */
  place(told: number): Place
  /** Prepares for the rows of a batch. */
  open(batch: SealedBatch): void
  /** Classes of so many rows of that batch; 0 for rows that nobody else tells, and where there are too many. */
  read(from: number, rows: number, out: Uint16Array): void
}

/** Where an interface leads to, and what two of them make of a class: 0 comes in from outside, 1 goes out there, 2 nobody said, 3 stays inside. */
const SIDES = ['external', 'internal']
const BOUNDARIES = Uint8Array.of(2, 1, 2, 0, 0, 0, 2, 1, 3)

/** What is the same for all rows of a batch, or known by code. */
interface Opened {
  /** Codes of exporters, and by code: the exporter's number, and whether nobody else tells its flows. */
  readonly exporters: Uint16Array
  readonly numbers: Uint32Array
  readonly alone: Uint8Array
  readonly someAlone: boolean
  readonly protocols: Uint16Array
  /** By code of the protocol: 2 for samples of packets. */
  readonly sflow: Uint8Array
  readonly direction: Uint8Array
  readonly inIf: Uint32Array
  readonly outIf: Uint32Array
  readonly rates: Uint32Array
  /** Codes of the sides of interfaces, and by code: 3 and 1 for external, 6 and 2 for internal. */
  readonly sides: readonly [inputs: Uint16Array, outputs: Uint16Array, input: Uint8Array, output: Uint8Array] | null
}

function sidesIn(batch: SealedBatch): Opened['sides'] {
  if (columnIn(batch, 'in_if_boundary') === undefined && columnIn(batch, 'out_if_boundary') === undefined) return null
  const by = (name: ColumnName, weight: number): Uint8Array => Uint8Array.from(valuesIn(batch, name), word => weight * (SIDES.indexOf(String(word)) + 1))
  return [shortsIn(batch, 'in_if_boundary'), shortsIn(batch, 'out_if_boundary'), by('in_if_boundary', 3), by('out_if_boundary', 1)]
}

/** Samples of packets and flow records of one device are two tellings of the same traffic. */
const watcherOf = (number: number, sflow: number, direction: number): number => number * 4 + sflow + (direction & 1)

const slotOf = (watcher: number, input: number, output: number): number => {
  const slot = Math.imul(Math.imul(watcher, 0x9e37_79b1) ^ input, 0x85eb_ca6b) ^ Math.imul(output, 0xc2b2_ae35)
  return (slot ^ (slot >>> 15)) & (SLOTS - 1)
}

export function createClasses(ruleOf: DuplicateConfig['ruleOf']): Classes {
  const observer = new Uint32Array(MOST_CLASSES + 2)
  const exporter = new Uint32Array(MOST_CLASSES + 2)
  const rate = new Uint32Array(MOST_CLASSES + 2)
  const boundary = new Uint8Array(MOST_CLASSES + 2).fill(2)
  const toldByOthers = new Uint8Array(MOST_CLASSES + 2)
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
  let someDouble = false
  let opened: Opened | null = null

  function find(watcher: number, from: number, input: number, output: number): number {
    let slot = slotOf(watcher, input, output)
    for (let found = slots[slot]!; found !== 0; found = slots[slot]!) {
      if (observer[found] === watcher && inputs[found] === input && outputs[found] === output) return found
      slot = (slot + 1) & (SLOTS - 1)
    }
    if (count >= MOST_CLASSES) return input === 0 && output === 0 ? 0 : find(watcher, from, 0, 0)
    const made = ++count
    slots[slot] = made
    observer[made] = watcher
    exporter[made] = from
    toldByOthers[made] = Number(rules[from] === 2)
    inputs[made] = input
    outputs[made] = output
    if (!observers.has(watcher)) {
      observers.add(watcher)
      ways[from] = (ways[from] ?? 0) + 1
      someDouble ||= ways[from] > 1
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

  /** Classes of rows as far as they lie where they are looked for first; 0 for the others. Returns how many those are. */
  function readKnown({ exporters: codes, numbers, protocols, sflow, direction, inIf, outIf }: Opened, from: number, rows: number, out: Uint16Array): number {
    let others = 0
    for (let at = 0; at < rows; at++) {
      const row = from + at
      const watcher = watcherOf(numbers[codes[row]!]!, sflow[protocols[row]!]!, direction[row]!)
      const input = inIf[row]!
      const output = outIf[row]!
      const found = slots[slotOf(watcher, input, output)]!
      const known = found !== 0 && observer[found] === watcher && inputs[found] === input && outputs[found] === output
      out[at] = known ? found : 0
      others += known ? 0 : 1
    }
    return others
  }

  function readOthers({ exporters: codes, numbers, protocols, sflow, direction, inIf, outIf }: Opened, from: number, rows: number, out: Uint16Array): void {
    for (let at = 0; at < rows; at++) {
      if (out[at] !== 0) continue
      const row = from + at
      const number = numbers[codes[row]!]!
      out[at] = find(watcherOf(number, sflow[protocols[row]!]!, direction[row]!), number, inIf[row]!, outIf[row]!)
    }
  }

  function learnRates({ rates }: Opened, from: number, rows: number, of: Uint16Array): void {
    let most = mostRate
    for (let at = 0; at < rows; at++) {
      const sampled = rates[from + at]! || 1
      if (rate[of[at]!] === sampled) continue
      rate[of[at]!] = sampled
      most = Math.max(most, sampled)
    }
    mostRate = most
  }

  function learnBoundaries([inputCodes, outputCodes, input, output]: NonNullable<Opened['sides']>, from: number, rows: number, of: Uint16Array): void {
    for (let at = 0; at < rows; at++) boundary[of[at]!] = BOUNDARIES[input[inputCodes[from + at]!]! + output[outputCodes[from + at]!]!]!
  }

  return {
    observer,
    exporter,
    rate,
    boundary,
    get several() {
      return observers.size > 1
    },
    toldByOthers,
    get someDouble() {
      return someDouble
    },
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
      const numbers = Uint32Array.from(valuesIn(batch, 'exporter'), value => numberOf(typeof value === 'bigint' ? value : 0n))
      const alone = Uint8Array.from(numbers, number => Number(rules[number] === 1))
      opened = {
        exporters: shortsIn(batch, 'exporter'),
        numbers,
        alone,
        someAlone: alone.includes(1),
        protocols: shortsIn(batch, 'export_protocol'),
        sflow: Uint8Array.from(valuesIn(batch, 'export_protocol'), value => 2 * Number(value === 'sflow')),
        direction: octetsIn(batch, 'direction'),
        inIf: wordsIn(batch, 'in_if'),
        outIf: wordsIn(batch, 'out_if'),
        rates: wordsIn(batch, 'sampling_rate'),
        sides: sidesIn(batch),
      }
    },
    read(from, rows, out) {
      if (opened === null) return
      if (readKnown(opened, from, rows, out) > 0) readOthers(opened, from, rows, out)
      learnRates(opened, from, rows, out)
      if (opened.sides !== null) learnBoundaries(opened.sides, from, rows, out)
      const { exporters: codes, alone, someAlone } = opened
      if (someAlone) for (let at = 0; at < rows; at++) if (alone[codes[from + at]!] === 1) out[at] = 0
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
