import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../../schema/fixtures/index.ts'
import { askOf } from './fixtures/ask.ts'
import { createFinder } from './find.ts'
import { makeLookup } from './lookup.ts'
import { createRanges, join, type Ranges } from './ranges.ts'

const SEED = 20_260_611
const random = createRandom(SEED)
const word = (): number => Math.floor(random() * 2 ** 32)

/** A table whose ranges begin where they are told; values count up. */
function beginningAt(starts: readonly (readonly number[])[], words: 1 | 4): Ranges {
  const builder = createRanges(words)
  const top = Array.from({ length: words }, () => 0xffff_ffff)
  // A range goes on to the end and the next one, which begins within it, would be cut: so each ends where it begins.
  for (const [at, start] of starts.entries()) builder.add(start, starts[at + 1] === undefined ? top : start, at + 1)
  return builder.finish()
}

const compare = (a: readonly number[], b: readonly number[]): number => a.map((part, at) => part - (b[at] ?? 0)).find(difference => difference !== 0) ?? 0

/** The position of the range of an address, by looking at all of them. */
function positionOf({ words, starts, count }: Ranges, address: readonly number[]): number {
  let found = 0
  for (let range = 0; range < count; range++) if (compare([...starts.subarray(range * words, range * words + words)], address) <= 0) found = range
  return found
}

/** Addresses and their neighbours. */
const around = (addresses: readonly (readonly number[])[]): (readonly number[])[] =>
  addresses.flatMap(address => [-1, 0, 1].map(step => address.map((part, at) => (at === address.length - 1 ? (part + step) >>> 0 : part))))

/** Words that are often alike in their upper bits, so that ranges are crowded at every depth of a tree. */
const crowded = fc.oneof(
  fc.nat(3),
  fc.nat(0xffff_ffff),
  fc.constantFrom(0, 0x2001_0db8, 0xffff_ffff),
  fc.nat(255).map(low => 0x2001_0000 + low),
  fc.nat(255).map(low => low * 65_536),
)

for (const words of [1, 4] as const) {
  test(`the range of an address is found, ${words === 1 ? 'IPv4' : 'IPv6'}`, () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(...Array.from({ length: words }, () => crowded)), { selector: parts => parts.join(' '), maxLength: 60 }), starts => {
        const ranges = beginningAt(starts.toSorted(compare), words)
        const ask = askOf(ranges)
        for (const address of around(starts)) assert.equal(ask(...address).value, ranges.values[positionOf(ranges, address)], address.join(' '))
      }),
      { seed: SEED, numRuns: 100 },
    )
  })
}

test('so it is in a table of many ranges, for many addresses at once, with both values', () => {
  const swap = (value: number): number => Buffer.from(Uint32Array.of(value).buffer).readUInt32BE()
  // A few providers with many sites each, some of them with single hosts.
  const providers = Array.from({ length: 12 }, () => [0x2a00_0000 + Math.floor(random() * 0x100_0000), word()] as const)
  const starts = Array.from({ length: 6000 }, (_, at): readonly number[] => {
    const [high, low] = providers[at % providers.length] ?? [0, 0]
    const site = (low & 0xf000_0000) + Math.floor(random() * 0x1000) * 65_536
    return [high, site >>> 0, at % 50 === 0 ? word() : 0, at % 50 === 0 ? word() : 0]
  }).toSorted(compare)
  const a = beginningAt(starts, 4)
  const both = join(
    a,
    beginningAt(
      starts.filter((_, at) => at % 3 === 0),
      4,
    ),
  )
  const addresses = around(starts.slice(0, 2000))
  const rows = addresses.length
  const found = { records: new Uint32Array(rows), places: new Uint32Array(rows) }
  const none = makeLookup(createRanges(1).finish())
  createFinder(rows).ofV6(makeLookup(both), none, Uint32Array.from(addresses.flat(), swap), 0, rows, found)
  for (const [row, address] of addresses.entries()) {
    if (row % 5 !== 0) continue
    const range = positionOf(both, address)
    assert.deepEqual([found.records[row], found.places[row]], [both.values[range], both.others?.[range]], address.join(' '))
  }
})

test('from where the tree leads to it is only a few entries to what is looked for', () => {
  const starts = Array.from({ length: 5000 }, (_, at) => [at % 2 === 0 ? word() : 0x0a00_0000 + Math.floor(random() * 0x1_0000)]).toSorted(compare)
  const { tree, entries, stride, count } = makeLookup(beginningAt(starts, 1))
  for (let entry = 0; entry < count; entry++) {
    const address = entries[entry * stride] ?? 0
    let step = tree[address >>> 16] ?? 0
    for (let bit = 16; (step & 15) !== 0;) {
      const by = step & 15
      step = tree[(step >>> 4) + ((address << bit) >>> (32 - by))] ?? 0
      bit += by
    }
    assert.ok(entry - (step >>> 4) <= 4, `entry ${entry} is looked for from ${step >>> 4} on`)
  }
})
