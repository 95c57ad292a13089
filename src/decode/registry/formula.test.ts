import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ElementRef } from '../../schema/index.ts'
import { elementKey } from './elements.ts'
import { product, ratio, readDecimal, readFormula } from './formula.ts'

const term = (element: number, times = 1, over = 1): unknown => ({ element, times, over })

test('formulas', () => {
  for (const [ref, terms, per] of [
    [8, [term(8)], null],
    ['9/1232', [term(elementKey(9, 1232))], null],
    ['v9:34000', [term(elementKey(9, 1232))], null],
    ['v9:51108', [term(51_108)], null],
    ['2 * 35632/123', [term(elementKey(35_632, 123), 2)], null],
    ['0.01 * 35632/434', [term(elementKey(35_632, 434), 1, 100)], null],
    ['1 + 2', [term(1), term(2)], null],
    ['2000000 * 35632/82 + 2 * 35632/83', [term(elementKey(35_632, 82), 2_000_000), term(elementKey(35_632, 83), 2)], null],
    ['9/9316 per 9/9282', [term(elementKey(9, 9316))], elementKey(9, 9282)],
    ['100 * 9/4251 per 9/4246', [term(elementKey(9, 4251), 100)], elementKey(9, 4246)],
  ] as const) {
    assert.deepEqual(readFormula(ref as ElementRef), { terms, per }, String(ref))
  }
})

test('what is no formula is refused', () => {
  for (const text of ['', 'x', '1 +', '+ 1', '1 - 2', '2 * ', '* 2', '-1 * 2', '1e3 * 2', '0 * 2', '1 per', '1 per x', '9/1/2', 'v8:1', '1 per 2 + 3']) {
    assert.throws(() => readFormula(text as ElementRef), SyntaxError, text)
  }
})

test('fractions of whole numbers below 2^32, in lowest terms', () => {
  assert.deepEqual(readDecimal('0.250'), { times: 1, over: 4 })
  assert.deepEqual(readDecimal('64'), { times: 64, over: 1 })
  assert.deepEqual(readDecimal('999999999.5'), { times: 1_999_999_999, over: 2 })
  for (const text of ['0', '0.0', '-1', '1e-7', '.5', '1.', '1234567890', '0.1234567891', '999999999.999999999', ''])
    assert.equal(readDecimal(text), null, text)
  assert.deepEqual(ratio(1000, 1_000_000), { times: 1, over: 1000 })
  assert.equal(ratio(2 ** 32, 1), null)
  assert.equal(ratio(1, 0), null)
  assert.deepEqual(product({ times: 3, over: 7 }, { times: 7, over: 9 }), { times: 1, over: 3 })
  assert.equal(product({ times: 900_000_000, over: 1 }, { times: 1_000_000, over: 1 }), null)
})
