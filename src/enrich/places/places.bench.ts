/**
 * What it costs to load what is known of addresses, and to look up both ends of flows between a million hosts.
 *
 *     node src/enrich/places/places.bench.ts [hosts = 1000000] [city = 1]
 *
 * Hosts are drawn at random from all announced addresses (IPv4) and all announced ranges (IPv6, each in a /64 of its own): far more
 * scattered than those of a real network. Each end of each flow is one of them at random. Times are of a flow, both ends.
 */
import { FlowBatch, MAX_ROWS, indexOf } from '../../schema/index.ts'
import { createRandom } from '../../schema/fixtures/index.ts'
import { createEnricher } from '../index.ts'
import { readBundledAs, readBundledCountries } from './bundled.ts'
import { largeCityDatabase } from './fixtures/large-city.ts'
import { readMmdb } from './mmdb.ts'
import { makePlaces, type Places } from './places.ts'
import { createFinder } from './find.ts'
import { valueOfV4 } from './ranges.ts'

const hosts = Number(process.argv[2] ?? 1e6)
const withCity = process.argv[3] !== '0'
const BATCHES = 60
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
const swap = (value: number): number => Buffer.from(Uint32Array.of(value).buffer).readUInt32BE()

function hostsOf({ v4, v6 }: Places, family: 4 | 6): Uint32Array {
  const words = family === 4 ? 1 : 4
  const made = new Uint32Array(hosts * words)
  for (let host = 0; host < hosts;) {
    if (family === 4) {
      const address = word()
      if (valueOfV4(v4.ranges, v4.index, address) !== 0) made[host++] = address
      continue
    }
    const { starts, values, count } = v6.ranges
    const range = word() % (count - 1)
    if (values[range] === 0) continue
    const [a = 0, b = 0, , , nextA = 0, nextB = 0] = starts.subarray(range * 4, range * 4 + 8)
    const room = Math.max(1, Math.min(2 ** 32 - b, (nextA - a) * 2 ** 32 + nextB - b))
    made.set([swap(a), swap(b + Math.floor(random() * room)), swap(word()), swap(word())], host++ * 4)
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
console.log(`ranges: ${plain.v4.ranges.count} IPv4, ${plain.v6.ranges.count} IPv6`)
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
    `cities: ${cities.names.length}, places ${cities.city.length}, ranges ${cities.v4.count} IPv4, ${cities.v6.count} IPv6; joined ${city.v4.ranges.count} and ${city.v6.ranges.count}`,
  )
  console.log(`memory added: ${((process.memoryUsage().rss - before - (bytes?.length ?? 0)) / 1e6).toFixed(0)} MB`)
}

for (const [what, places] of [
  ['bundled', plain],
  ['with cities', city],
] as const) {
  if (places === null) continue
  for (const family of [4, 6] as const) {
    const addresses = hostsOf(plain, family)
    const finder = createFinder()
    const found = { records: new Uint32Array(MAX_ROWS), places: new Uint32Array(MAX_ROWS) }
    const looked = measure(family, addresses, batch => {
      for (const column of [batch.columns[SRC], batch.columns[DST]]) {
        if (column === undefined) continue
        if (family === 4) finder.ofV4(places.v4, column, MAX_ROWS, found)
        else finder.ofV6(places.v6, places.v4, column, MAX_ROWS, found)
      }
    })
    const enricher = createEnricher()
    enricher.usePlaces(places)
    const filled = measure(family, addresses, batch => enricher.enrich(batch))
    console.log(`IPv${family}, ${what}: look-up ${looked}, whole enrichment ${filled} a flow`)
  }
}
