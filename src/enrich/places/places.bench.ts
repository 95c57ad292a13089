/**
 * What it costs to load what is known of addresses, and to look up both ends of flows between a million hosts.
 *
 *     node src/enrich/places/places.bench.ts [hosts = 1000000] [city = 1]
 *
 * Hosts are drawn at random from all announced addresses, those of IPv6 each in a /64 of its own: more scattered than those of a real
 * network. Each end of each flow is one of them at random. Times are of a flow, both ends. Worse than any network is the last case:
 * every announced range of IPv6, of a whole provider or a single site, has as many hosts as another.
 */
import { FlowBatch, MAX_ROWS, indexOf } from '../../schema/index.ts'
import { createRandom } from '../../schema/fixtures/index.ts'
import { createEnricher } from '../index.ts'
import { readBundledAs, readBundledCountries } from './bundled.ts'
import { largeCityDatabase } from './fixtures/large-city.ts'
import { readMmdb } from './mmdb.ts'
import { makePlaces, type Places } from './places.ts'
import { createFinder } from './find.ts'

const hosts = Number(process.argv[2] ?? 1e6)
const withCity = process.argv[3] !== '0'
const BATCHES = 60
const CHUNK = 512
const [SRC, DST] = [indexOf('src'), indexOf('dst')]

/** Time of this thread on a processor, so that what else runs on the machine counts little. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function timed<T>(what: string, work: () => T): T {
  const begun = cpuMs()
  const made = work()
  console.log(`${what}: ${(cpuMs() - begun).toFixed(0)} ms`)
  return made
}

const random = createRandom(42)
const word = (): number => Math.floor(random() * 2 ** 32)
const swap = (value: number): number => ((value >>> 24) | ((value >>> 8) & 0xff00) | ((value << 8) & 0xff_0000) | (value << 24)) >>> 0

/** Hosts of IPv4 of which something is known. */
function hostsOfV4({ v4 }: Places): Uint32Array {
  const finder = createFinder(1)
  const found = { records: new Uint32Array(1), places: new Uint32Array(1) }
  const made = new Uint32Array(hosts)
  for (let host = 0; host < hosts;) {
    made[host] = word()
    finder.ofV4(v4, made, host, 1, found)
    if (found.records[0] !== 0) host++
  }
  return made
}

/** The same of IPv6; the ranges have hosts by their size, or all alike. */
function hostsOfV6({ v6: { entries, stride, count } }: Places, isBySize: boolean): Uint32Array {
  const start = (entry: number): number => entries[entry * stride]! * 2 ** 32 + entries[entry * stride + 1]!
  const sizes = Array.from({ length: count - 1 }, (_, entry) => (entries[entry * stride + 2] === 0 ? 0 : start(entry + 1) - start(entry)))
  let sum = 0
  const sums = Float64Array.from(sizes, size => (sum += isBySize ? size : Math.min(size, 1)))
  const made = new Uint32Array(hosts * 4)
  for (let host = 0; host < hosts; host++) {
    const at = random() * sum
    let [low, high] = [0, sums.length - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sums[middle]! > at) high = middle
      else low = middle + 1
    }
    const offset = entries[low * stride + 1]! + Math.floor(random() * sizes[low]!)
    made.set([swap(entries[low * stride]! + Math.floor(offset / 2 ** 32)), swap(offset % 2 ** 32), swap(word()), swap(word())], host * 4)
  }
  return made
}

/** Nanoseconds a flow, without the filling of the batches themselves; the first half of them warms what is remembered. */
function measure(family: 4 | 6, addresses: Uint32Array, run: (batch: FlowBatch) => void): string {
  const words = family === 4 ? 1 : 4
  const batch = new FlowBatch(1, family)
  const sums = [0, 0, 0, 0, 0, 0]
  for (let round = 0; round < BATCHES * 2; round++) {
    batch.reset(family)
    for (const index of [SRC, DST]) {
      const column = batch.need(index)
      for (let row = 0; row < MAX_ROWS; row++) {
        const host = Math.floor(random() * hosts) * words
        for (let at = 0; at < words; at++) column[row * words + at] = addresses[host + at] ?? 0
      }
    }
    batch.rows = MAX_ROWS
    const begun = cpuMs()
    run(batch)
    const group = Math.floor(((round - BATCHES) * sums.length) / BATCHES)
    if (group >= 0) sums[group] = (sums[group] ?? 0) + cpuMs() - begun
  }
  const [least = 0, , , middle = 0] = sums.toSorted((a, b) => a - b).map(sum => (sum * 1e6 * sums.length) / MAX_ROWS / BATCHES)
  return `${middle.toFixed(0)} ns (least ${least.toFixed(0)})`
}

const as = timed('read the bundled AS', readBundledAs)
const countries = timed('read the bundled countries', readBundledCountries)
const plain = timed('make the table', () => makePlaces({ as, countries, networks: null }))
console.log(`ranges: ${plain.v4.count} IPv4, ${plain.v6.count} IPv6`)
const before = process.memoryUsage().rss
const bytes = withCity ? largeCityDatabase() : null
const tables =
  bytes === null
    ? null
    : timed(`read a City database of ${(bytes.length / 1e6).toFixed(0)} MB`, () => readMmdb('city.mmdb', bytes, { countries: false, as: false, cities: true }))
const cities = tables?.cities ?? null
const city = cities === null ? null : timed('make the table with cities', () => makePlaces({ as, countries, networks: null, cities }))
if (city !== null && cities !== null) {
  console.log(
    `cities: ${cities.names.length}, places ${cities.city.length}, ranges ${cities.v4.count} IPv4, ${cities.v6.count} IPv6; joined ${city.v4.count} and ${city.v6.count}`,
  )
  console.log(`memory added: ${((process.memoryUsage().rss - before - (bytes?.length ?? 0)) / 1e6).toFixed(0)} MB`)
}

const cases = [
  { what: 'IPv4', family: 4, addresses: hostsOfV4(plain) },
  { what: 'IPv6', family: 6, addresses: hostsOfV6(plain, true) },
  { what: 'IPv6, all ranges alike', family: 6, addresses: hostsOfV6(plain, false) },
] as const
for (const [known, places] of [
  ['bundled', plain],
  ['with cities', city],
] as const) {
  if (places === null) continue
  for (const { what, family, addresses } of cases) {
    const finder = createFinder(CHUNK)
    const found = { records: new Uint32Array(CHUNK), places: new Uint32Array(CHUNK) }
    const looked = measure(family, addresses, batch => {
      for (const column of [batch.columns[SRC], batch.columns[DST]]) {
        if (column === undefined) continue
        for (let from = 0; from < MAX_ROWS; from += CHUNK) {
          if (family === 4) finder.ofV4(places.v4, column, from, CHUNK, found)
          else finder.ofV6(places.v6, places.v4, column, from, CHUNK, found)
        }
      }
    })
    const enricher = createEnricher()
    enricher.usePlaces(places)
    const filled = measure(family, addresses, batch => enricher.enrich(batch))
    console.log(`${what}, ${known}: look-up ${looked}, whole enrichment ${filled} a flow`)
  }
}
