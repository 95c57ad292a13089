import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../schema/fixtures/index.ts'
import { createDistinctFlows } from './distinct.ts'

const T = 1_700_000_000

/** Adds `count` different flows, spread over the seconds, each of them twice. */
function counted(count: number, seed: number, seconds = 1): number {
  const flows = createDistinctFlows()
  const random = createRandom(seed)
  for (let flow = 0; flow < count; flow++) {
    const [hash, rest] = [(random() * 2 ** 32) | 0, (random() * 2 ** 32) | 0]
    flows.add(hash, rest, T + (flow % seconds))
    flows.add(hash, rest, T + ((flow + 1) % seconds))
  }
  return flows.count(T + seconds - 1)
}

test('the count is within four standard errors, from one flow to a million', () => {
  for (const [count, allowed] of [
    [0, 0],
    [1, 0],
    [10, 0],
    [100, 0.01],
    [1000, 0.01],
    [10_000, 0.02],
    [30_000, 0.033],
    [50_000, 0.033],
    [100_000, 0.033],
    [1_000_000, 0.033],
  ] as const) {
    for (const seed of [1, 2]) {
      const got = counted(count, seed)
      assert.ok(Math.abs(got - count) <= allowed * count, `${got} of ${count} with seed ${seed}`)
    }
  }
})

test('a flow of several seconds counts once', () => {
  const [one, spread] = [counted(20_000, 3), counted(20_000, 3, 30)]
  assert.equal(spread, one)
})

test('what is older than a minute is forgotten, what is newer than asked is not counted', () => {
  const flows = createDistinctFlows()
  flows.add(1, 2, T)
  assert.deepEqual(
    [T - 1, T, T + 59, T + 60, T + 600].map(second => flows.count(second)),
    [0, 1, 1, 0, 0],
  )
  flows.add(0x7000_0000, 5, T + 60)
  assert.equal(flows.count(T + 60), 1)
})
