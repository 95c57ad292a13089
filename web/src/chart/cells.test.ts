import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bandsOf } from '../../../src/filter/index.ts'
import type { Series } from '../api/types.ts'
import { bandOfShare, bucketsApart, cellPaths, cellsOf, heatColor, levelAt, levelsOf, sharePath } from './cells.ts'

const BANDS = bandsOf('3') ?? []
const box = { times: [0, 10, 20, 30], granularity: 10, from: 0, to: 40 }

const series = (rows: Readonly<Record<string, readonly (number | null)[]>>): Pick<Series, 'series' | 'times'> => ({
  times: box.times,
  series: Object.entries(rows).map(([text, flows]) => ({ key: { 'rtt/3': text }, values: { flows }, total: {} })),
})

const cells = cellsOf(series({ '1ms..2ms': [90, 8, 0, null], '5ms..10ms': [6, 0, 0, null], '50ms..100ms': [4, 0, 0, null] }), 'rtt/3', BANDS)

test('bands reach from the fastest to the slowest with a flow, those between included', () => {
  assert.deepEqual(
    cells.bands.map(band => band.text),
    ['1ms..2ms', '2ms..5ms', '5ms..10ms', '10ms..20ms', '20ms..50ms', '50ms..100ms'],
  )
  assert.deepEqual([cells.sums, cells.most, cells.counts[1]], [[100, 8, 0, 0], 90, [0, 0, 0, 0]])
})

test('a few bands get neighbours, at the ends of the scale too; no flow makes no band', () => {
  const texts = (text: string): string[] => cellsOf(series({ [text]: [1, 0, 0, 0] }), 'rtt/3', BANDS).bands.map(band => band.text)
  assert.deepEqual(texts('10ms..20ms'), ['2ms..5ms', '5ms..10ms', '10ms..20ms', '20ms..50ms', '50ms..100ms', '100ms..200ms'])
  assert.deepEqual([texts('0..1us').length, texts('0..1us')[0]], [6, '0..1us'])
  assert.deepEqual([texts('100s..').length, texts('100s..').at(-1)], [6, '100s..'])
  assert.deepEqual(cellsOf(series({ '1ms..2ms': [0, 0, 0, 0] }), 'rtt/3', BANDS), { bands: [], counts: [], sums: [0, 0, 0, 0], most: 0 })
  assert.deepEqual(cellsOf(series({}), 'rtt/3', BANDS).bands, [])
})

test('answers of a moving range are some buckets apart', () => {
  assert.deepEqual(
    [bucketsApart([100, 110], [120, 130], 10), bucketsApart([120], [110], 10), bucketsApart([], [110], 10), bucketsApart([110], [], 10)],
    [2, -1, 0, 0],
  )
})

test('levels grow by the same multiple, and one flow is seen', () => {
  assert.deepEqual(levelsOf(4000), [1, 4, 20, 60, 300, 1000])
  assert.deepEqual([levelsOf(0), levelsOf(1), levelsOf(3)], [[], [1], [1, 2]])
  for (const most of [1, 2, 5, 17, 90, 100_000, 7e9]) {
    const levels = levelsOf(most)
    assert.ok(levels[0] === 1 && levels.length <= 6 && levels.every((least, at) => at === 0 || least > (levels[at - 1] ?? 0)), String(most))
    assert.equal(levelAt(most, levels), levels.length - 1)
  }
  assert.deepEqual([levelAt(0, [1, 4]), levelAt(3, [1, 4]), levelAt(4, [1, 4])], [undefined, 0, 1])
  assert.deepEqual(
    [heatColor(0, 6), heatColor(5, 6), heatColor(0, 2), heatColor(1, 2), heatColor(0, 1)].join(' '),
    'var(--heat-1) var(--heat-6) var(--heat-1) var(--heat-6) var(--heat-3)',
  )
})

test('cells are drawn where flows were measured; the slowest band is on top', () => {
  const { levels, none } = cellPaths(cells, [1, 50], box)
  assert.deepEqual(levels, ['M250.0 5H500.0v1H250.0zM0.0 3H250.0v1H0.0zM0.0 0H250.0v1H0.0z', 'M0.0 5H250.0v1H0.0z'])
  assert.equal(none.split('M').length - 1, 3 + 5, 'empty cells of the two measured buckets alone')
})

test('a share of the flows lies below a line, by the nearest rank, and nothing is drawn where none was measured', () => {
  assert.deepEqual(
    [bandOfShare(cells, 0, 0.5), bandOfShare(cells, 0, 0.9), bandOfShare(cells, 0, 0.91), bandOfShare(cells, 0, 0.99), bandOfShare(cells, 2, 0.5)],
    [0, 0, 2, 5, undefined],
  )
  assert.equal(sharePath(cells, 0.95, box), 'M0.0 3H250.0V5H500.0')
  const gap = cellsOf(series({ '1ms..2ms': [1, 0, 1, null] }), 'rtt/3', BANDS)
  assert.equal(sharePath(gap, 0.5, box).split('M').length - 1, 2)
})
