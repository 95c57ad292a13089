import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { askOf } from './fixtures/ask.ts'
import { createRanges, overlay, type Ranges } from './ranges.ts'

const SEED = 20_260_410

interface Range {
  readonly first: number
  readonly last: number
  readonly value: number
}

/** Ranges in ascending order that do not overlap, near each other and far apart, up to both ends of the address space. */
const ranges: fc.Arbitrary<Range[]> = fc
  .array(fc.tuple(fc.oneof(fc.nat(40), fc.nat(0xffff_ffff), fc.integer({ min: 0xffff_fff0, max: 0xffff_ffff })), fc.nat(3)), { maxLength: 24 })
  .map(bounds => {
    const sorted = [...new Set(bounds.map(([bound]) => bound))].toSorted((a, b) => a - b)
    return sorted.flatMap((first, index) => (index % 2 === 1 ? [] : [{ first, last: sorted[index + 1] ?? first, value: (bounds[index]?.[1] ?? 0) + 1 }]))
  })

const wide = (address: number): number[] => [0x2001_0db8, address, 0, address >>> 3]

function made(list: readonly Range[], words: 1 | 4): Ranges {
  const builder = createRanges(words, 4)
  for (const { first, last, value } of list) builder.add(words === 1 ? [first] : wide(first), words === 1 ? [last] : wide(last), value)
  return builder.finish()
}

const expected = (list: readonly Range[], address: number): number => list.find(({ first, last }) => first <= address && address <= last)?.value ?? 0

/** Addresses where something may change, and their neighbours. */
const probes = (...lists: (readonly Range[])[]): number[] =>
  [0, 0xffff_ffff, ...lists.flat().flatMap(({ first, last }) => [first - 1, first, first + 1, last - 1, last, last + 1])].filter(
    address => address >= 0 && address <= 0xffff_ffff,
  )

test('an address has the value of the range it lies in, and none between ranges', () => {
  fc.assert(
    fc.property(ranges, list => {
      const narrow = askOf(made(list, 1))
      const broad = askOf(made(list, 4))
      for (const address of probes(list)) {
        assert.equal(narrow(address).value, expected(list, address), `${address}`)
        // Between two ranges of wide addresses lie others that belong to neither; at the bounds both agree.
        if (!list.some(({ first, last }) => address === first || address === last)) continue
        assert.equal(broad(...wide(address)).value, expected(list, address), `wide ${address}`)
      }
    }),
    { seed: SEED, numRuns: 200 },
  )
})

test('neighbours of one value are one range, so a table is as small as it can be', () => {
  const table = made(
    [
      { first: 10, last: 19, value: 7 },
      { first: 20, last: 29, value: 7 },
      { first: 40, last: 49, value: 7 },
    ],
    1,
  )
  assert.deepEqual(
    [[...table.starts], [...table.values]],
    [
      [0, 10, 30, 40, 50],
      [0, 7, 0, 7, 0],
    ],
  )
})

test('a range that begins before the last one ended keeps what is left of it', () => {
  const table = made(
    [
      { first: 10, last: 19, value: 1 },
      { first: 15, last: 25, value: 2 },
      { first: 12, last: 18, value: 3 },
    ],
    1,
  )
  assert.deepEqual(
    [[...table.starts], [...table.values]],
    [
      [0, 10, 20, 26],
      [0, 1, 2, 0],
    ],
  )
})

test('two tables laid over each other know both values of every address', () => {
  fc.assert(
    fc.property(ranges, ranges, (a, b) => {
      const both = askOf(overlay(made(a, 1), made(b, 1), (x, y) => x * 10 + y))
      for (const address of probes(a, b)) assert.equal(both(address).value, expected(a, address) * 10 + expected(b, address))
    }),
    { seed: SEED, numRuns: 200 },
  )
})
