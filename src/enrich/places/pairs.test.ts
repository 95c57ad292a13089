import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPairs } from './pairs.ts'

test('a pair keeps its number however many come, and pairs that differ in one have others', () => {
  const pairs = createPairs()
  const wanted = 150_000
  const numbers = Array.from({ length: wanted }, (_, at) => pairs.numberOf(at % 300, 0xffff_ffff - Math.floor(at / 300)))
  assert.equal(new Set(numbers).size, wanted)
  assert.equal(pairs.count, wanted + 1)
  assert.equal(pairs.numberOf(0, 0), 0)
  for (let at = 0; at < wanted; at += 997) {
    const [first, second] = [at % 300, 0xffff_ffff - Math.floor(at / 300)]
    const number = pairs.numberOf(first, second)
    assert.deepEqual([number, pairs.firstOf(number), pairs.secondOf(number)], [numbers[at], first, second])
  }
})
