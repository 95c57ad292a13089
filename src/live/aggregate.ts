/** The last minute of rows, added up as they come. One aggregate for everything, one more for each filter somebody watches. */
import { printAddress, protocolName, type Block, type BlockColumn, type DictionaryValue } from '../schema/index.ts'
import { createDistinctFlows } from './distinct.ts'
import { createRateTable, EITHER, type Ranked, type Side } from './rate-table.ts'

/** Columns of a block an aggregate reads. */
export const AGGREGATED: readonly string[] = [
  'received_at',
  'exporter',
  'in_if',
  'out_if',
  'in_if_name',
  'out_if_name',
  'src',
  'dst',
  'src_port',
  'dst_port',
  'proto',
  'bytes',
  'packets',
  'sampling_rate',
  'app',
  'category',
  'src_as',
  'dst_as',
  'duplicate',
]

const SECONDS = 60
const TOP = 10
const MOST_HOSTS = 1_000_000
const MOST_OTHERS = 50_000

interface Second {
  second: number
  bytes: number
  packets: number
  flows: number
  unknownSampling: number
  readonly apps: Map<string, number>
  readonly categories: Map<string, number>
  readonly protocols: Map<number, number>
}

export interface Share {
  readonly key: string
  readonly bps: number
}

/** Figures of the last whole second (headline, applications, categories, protocols) and of about the last ten (the ranked lists). */
export interface AggregateSecond {
  readonly second: number
  readonly bps: number
  readonly pps: number
  readonly fps: number
  readonly active_hosts: number
  readonly active_flows: number
  readonly unknown_sampling_flows: number
  readonly apps: readonly Share[]
  readonly categories: readonly Share[]
  readonly protocols: readonly Share[]
  readonly hosts: readonly HostRate[]
  readonly sources: readonly HostRate[]
  readonly destinations: readonly HostRate[]
  readonly exporters: readonly (Share & { readonly fps: number })[]
  readonly interfaces: readonly InterfaceRate[]
  readonly ases: readonly Share[]
  /** What is in no list: bits a second beyond the ten shown. */
  readonly other_bps: Readonly<Record<'hosts' | 'sources' | 'destinations' | 'exporters' | 'ases', number>>
}

export interface HostRate extends Share {
  readonly bytes: number
  readonly packets: number
  /** Milliseconds since 1970. */
  readonly first_seen: number
  readonly last_seen: number
}

export interface InterfaceRate {
  readonly exporter: string
  readonly if: number
  readonly name: string
  readonly in_bps: number
  readonly out_bps: number
}

export interface Aggregate {
  /** Adds the rows of a block that the test keeps; no test keeps all. */
  add(block: Block, keep: ((row: number) => boolean) | null): void
  /** The figures of a second that is over. */
  at(second: number): AggregateSecond
}

type Numbers = BlockColumn['data']
const NONE = new Uint32Array(0)

const data = (block: Block, name: string): Numbers => block.columns.get(name)?.data ?? NONE
const values = (block: Block, name: string): readonly DictionaryValue[] => block.columns.get(name)?.values ?? []

/** Reads an address column's four words, IPv4 mapped, in the order they lie. */
interface Addresses {
  readonly narrow: boolean
  readonly words: Numbers
}

const addresses = (block: Block, name: string): Addresses => ({ narrow: block.columns.get(name)?.type === 'IPv4', words: data(block, name) })

const swap = (word: number): number => ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0
const MAPPED_WORD = 0xffff_0000

function addressText([k0, k1, k2, k3]: Ranked['key']): string {
  const words = [k0, k1, k2, k3].map(word => BigInt(swap(word)))
  return printAddress(words.reduce((value, word) => (value << 32n) | word, 0n))
}

const FLOW_SEED = 0x9e37_79b9
const hash32 = (seed: number, word: number): number => {
  const mixed = Math.imul(seed ^ word, 0x85eb_ca6b)
  return (mixed ^ (mixed >>> 13)) | 0
}

const bits = (bytes: number): number => bytes * 8
const increase = <K>(sums: Map<K, number>, key: K, bytes: number): void => void sums.set(key, (sums.get(key) ?? 0) + bytes)

function shares<K>(sums: ReadonlyMap<K, number>, name: (key: K) => string): Share[] {
  return [...sums].map(([key, bytes]) => ({ key: name(key), bps: bits(bytes) })).toSorted((a, b) => b.bps - a.bps)
}

export function createAggregate(): Aggregate {
  const ring: Second[] = Array.from({ length: SECONDS }, () => ({
    second: 0,
    bytes: 0,
    packets: 0,
    flows: 0,
    unknownSampling: 0,
    apps: new Map(),
    categories: new Map(),
    protocols: new Map(),
  }))
  const hosts = createRateTable(MOST_HOSTS)
  const exporters = createRateTable(MOST_OTHERS)
  const ases = createRateTable(MOST_OTHERS)
  const interfaces = createRateTable(MOST_OTHERS)
  const flows = createDistinctFlows()
  // Exporters and interface names by a number of our own, so that tables hold numbers only.
  const exporterNumbers = new Map<DictionaryValue, number>()
  const exporterTexts: string[] = []
  const interfaceNames = new Map<string, string>()
  let sweptAt = 0
  let namedAt = 0

  function secondAt(second: number): Second {
    const slot = ring[second % SECONDS]!
    if (slot.second < second) {
      slot.second = second
      slot.bytes = slot.packets = slot.flows = slot.unknownSampling = 0
      slot.apps.clear()
      slot.categories.clear()
      slot.protocols.clear()
    }
    return slot
  }

  function exporterNumber(address: DictionaryValue): number {
    const known = exporterNumbers.get(address)
    if (known !== undefined) return known
    const number = exporterTexts.push(printAddress(BigInt(address))) - 1
    exporterNumbers.set(address, number)
    return number
  }

  function addHost(side: Side, { narrow, words }: Addresses, row: number, bytes: number, packets: number, second: number): number {
    if (words.length === 0) return 0
    if (narrow) {
      const word = swap(words[row]!)
      hosts.add(0, 0, MAPPED_WORD, word, side, bytes, packets, second)
      return word
    }
    const at = row * 4
    const k0 = words[at]!,
      k1 = words[at + 1]!,
      k2 = words[at + 2]!,
      k3 = words[at + 3]!
    if ((k0 | k1 | k2 | k3) === 0) return 0
    hosts.add(k0, k1, k2, k3, side, bytes, packets, second)
    return hash32(hash32(hash32(k0, k1), k2), k3)
  }

  function add(block: Block, keep: ((row: number) => boolean) | null): void {
    const seconds = values(block, 'received_at').map(ms => Math.floor(Number(ms) / 1000))
    const received = data(block, 'received_at')
    const exporterCodes = data(block, 'exporter')
    const numbers = values(block, 'exporter').map(exporterNumber)
    const rates = data(block, 'sampling_rate')
    const byteWords = data(block, 'bytes'),
      packetWords = data(block, 'packets')
    const src = addresses(block, 'src'),
      dst = addresses(block, 'dst')
    const srcPort = data(block, 'src_port'),
      dstPort = data(block, 'dst_port')
    const proto = data(block, 'proto')
    const app = data(block, 'app'),
      category = data(block, 'category')
    const inIf = data(block, 'in_if'),
      outIf = data(block, 'out_if')
    const srcAs = data(block, 'src_as'),
      dstAs = data(block, 'dst_as')
    const duplicate = data(block, 'duplicate')
    // Texts are added up by code and told by name once a block.
    const appSums = new Map<number, Float64Array>(),
      categorySums = new Map<number, Float64Array>()
    const appTexts = values(block, 'app'),
      categoryTexts = values(block, 'category')
    const sumsFor = (all: Map<number, Float64Array>, second: number, size: number): Float64Array => {
      let sums = all.get(second)
      if (sums === undefined) all.set(second, (sums = new Float64Array(Math.max(1, size))))
      return sums
    }
    const exporterBytes = new Float64Array(numbers.length),
      exporterFlows = new Float64Array(numbers.length)

    let slot = secondAt(seconds[received[0] ?? 0] ?? 0)
    rememberNames(block, numbers, exporterCodes, slot.second)
    let appSum = sumsFor(appSums, slot.second, appTexts.length),
      categorySum = sumsFor(categorySums, slot.second, categoryTexts.length)
    for (let row = 0; row < block.rows; row++) {
      if (keep !== null && !keep(row)) continue
      // What the same exporter told twice counts nowhere; what another told already counts for its own exporter and interfaces only.
      const telling = duplicate.length === 0 ? 0 : duplicate[row]!
      if (telling > 1) continue
      const second = seconds[received[row]!]!
      if (slot.second !== second) {
        const other = secondAt(second)
        // An old second's slot belongs to a newer one by now: the row is too late to be shown live.
        if (other.second !== second) continue
        slot = other
        appSum = sumsFor(appSums, second, appTexts.length)
        categorySum = sumsFor(categorySums, second, categoryTexts.length)
      }
      const rate = rates.length === 0 ? 0 : rates[row]!
      const factor = rate === 0 ? 1 : rate
      const bytes = byteWords.length === 0 ? 0 : (byteWords[row * 2]! + byteWords[row * 2 + 1]! * 4_294_967_296) * factor
      const packets = packetWords.length === 0 ? 0 : (packetWords[row * 2]! + packetWords[row * 2 + 1]! * 4_294_967_296) * factor
      const exporter = numbers[exporterCodes[row]!] ?? 0
      exporterBytes[exporterCodes[row]!]! += bytes
      exporterFlows[exporterCodes[row]!]!++
      if (inIf.length > 0 && inIf[row] !== 0) interfaces.add(0, 0, exporter, inIf[row]!, 0, bytes, packets, second)
      if (outIf.length > 0 && outIf[row] !== 0) interfaces.add(0, 0, exporter, outIf[row]!, 1, bytes, packets, second)
      if (telling !== 0) continue
      slot.bytes += bytes
      slot.packets += packets
      slot.flows++
      if (rate === 0) slot.unknownSampling++
      appSum[app.length === 0 ? 0 : app[row]!]! += bytes
      categorySum[category.length === 0 ? 0 : category[row]!]! += bytes
      const protocol = proto.length === 0 ? 0 : proto[row]!
      increase(slot.protocols, protocol, bytes)
      const from = addHost(0, src, row, bytes, packets, second)
      const to = addHost(1, dst, row, bytes, packets, second)
      const ports = srcPort.length === 0 ? 0 : srcPort[row]! * 65_536 + (dstPort.length === 0 ? 0 : dstPort[row]!)
      // The seed keeps pairs apart whose addresses differ by the same bits (a to b, b to a, and their neighbours).
      const flow = hash32(hash32(hash32(hash32(FLOW_SEED, from), to), ports), protocol)
      flows.add(Math.imul(flow ^ (flow >>> 16), 0xc2b2_ae35), Math.imul(flow ^ 0x5bd1_e995, 0x27d4_eb2f) ^ (flow >>> 7), second)
      if (srcAs.length > 0 && srcAs[row] !== 0) ases.add(0, 0, 0, srcAs[row]!, 0, bytes, packets, second)
      if (dstAs.length > 0 && dstAs[row] !== 0 && dstAs[row] !== srcAs[row]) ases.add(0, 0, 0, dstAs[row]!, 1, bytes, packets, second)
    }
    // Exporters too: a block hardly spans more than one second.
    numbers.forEach((number, code) => {
      if (exporterFlows[code] === 0) return
      // The other side of an exporter's key holds its flows: both fade alike.
      exporters.add(0, 0, 0, number, 0, exporterBytes[code]!, 0, slot.second)
      exporters.add(0, 0, 0, number, 1, exporterFlows[code]!, 0, slot.second)
    })
    name(appSums, appTexts, second => second.apps)
    name(categorySums, categoryTexts, second => second.categories)
  }

  function name(all: ReadonlyMap<number, Float64Array>, texts: readonly DictionaryValue[], of: (second: Second) => Map<string, number>): void {
    for (const [second, sums] of all) {
      const slot = secondAt(second)
      if (slot.second !== second) continue
      sums.forEach((bytes, code) => {
        if (bytes > 0) increase(of(slot), String(texts[code] ?? ''), bytes)
      })
    }
  }

  /** One name of each interface a block: names are the same in all its rows. They hardly change, so a block a second is enough. */
  function rememberNames(block: Block, numbers: readonly number[], exporterCodes: Numbers, second: number): void {
    if (second === namedAt) return
    namedAt = second
    if (interfaceNames.size > MOST_OTHERS) interfaceNames.clear()
    for (const [index, names] of [
      ['in_if', 'in_if_name'],
      ['out_if', 'out_if_name'],
    ] as const) {
      const texts = values(block, names)
      const codes = data(block, names)
      const indexes = data(block, index)
      if (texts.length < 2 || indexes.length === 0) continue
      const seen = new Set<number>()
      for (let row = 0; row < block.rows; row++) {
        const code = codes[row]!
        const key = indexes[row]! * 65_536 + exporterCodes[row]!
        if (code === 0 || seen.has(key)) continue
        seen.add(key)
        interfaceNames.set(`${numbers[exporterCodes[row]!] ?? 0}/${indexes[row]!}`, String(texts[code]))
      }
    }
  }

  const hostRates = (rows: readonly Ranked[]): HostRate[] =>
    rows.map(({ key, rate, bytes, packets, firstSeen, lastSeen }) => ({
      key: addressText(key),
      bps: bits(rate),
      bytes,
      packets,
      first_seen: firstSeen * 1000,
      last_seen: lastSeen * 1000,
    }))

  function interfaceRates(second: number): InterfaceRate[] {
    return interfaces.top(TOP, second, EITHER).rows.map(({ key: [, , exporter, index], sides: [input, output] }) => ({
      exporter: exporterTexts[exporter] ?? '',
      if: index,
      name: interfaceNames.get(`${exporter}/${index}`) ?? '',
      in_bps: bits(input),
      out_bps: bits(output),
    }))
  }

  return {
    add,
    at(second) {
      if (second - sweptAt >= SECONDS) {
        sweptAt = second
        for (const table of [hosts, exporters, ases, interfaces]) table.sweep(second, SECONDS * 2)
      }
      const slot = secondAt(second)
      const topHosts = hosts.top(TOP, second, EITHER),
        topSources = hosts.top(TOP, second, 0),
        topDestinations = hosts.top(TOP, second, 1)
      const topExporters = exporters.top(TOP, second, 0),
        topAses = ases.top(TOP, second, EITHER)
      const rest = (list: typeof topHosts): number => bits(Math.max(0, list.rate - list.rows.reduce((sum, row) => sum + row.rate, 0)))
      return {
        second,
        bps: bits(slot.bytes),
        pps: slot.packets,
        fps: slot.flows,
        unknown_sampling_flows: slot.unknownSampling,
        active_hosts: hosts.active(second, SECONDS),
        active_flows: flows.count(second),
        apps: shares(slot.apps, app => app),
        categories: shares(slot.categories, category => category),
        protocols: shares(slot.protocols, number => protocolName(number) ?? String(number)),
        hosts: hostRates(topHosts.rows),
        sources: hostRates(topSources.rows),
        destinations: hostRates(topDestinations.rows),
        exporters: topExporters.rows.map(({ key, sides: [bytes, flows] }) => ({ key: exporterTexts[key[3]] ?? '', bps: bits(bytes), fps: flows })),
        interfaces: interfaceRates(second),
        ases: topAses.rows.map(({ key, rate }) => ({ key: String(key[3]), bps: bits(rate) })),
        other_bps: {
          hosts: rest(topHosts),
          sources: rest(topSources),
          destinations: rest(topDestinations),
          exporters: rest(topExporters),
          ases: rest(topAses),
        },
      }
    },
  }
}
