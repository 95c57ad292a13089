import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBenchArguments } from './bench.ts'
import { isUsageError } from './usage.ts'

test('the command line of the benchmark', () => {
  assert.deepEqual(readBenchArguments([]), { only: [], quick: false, json: false })
  assert.deepEqual(readBenchArguments(['--only', 'disk', '--only=decode', '--quick', '--json']), { only: ['disk', 'decode'], quick: true, json: true })
  assert.equal(readBenchArguments(['--only', 'disk', '--help']), 'help')
})

test('a row that does not exist is refused, and what was meant is said', () => {
  assert.throws(() => readBenchArguments(['--only', 'ingset']), /there is no row ingset; did you mean ingest\?/)
  assert.throws(() => readBenchArguments(['--only', 'xyz']), /there are decode, worst, ingest, datagrams, whole, queries, disk/)
  assert.throws(() => readBenchArguments(['--fast']), isUsageError)
  assert.throws(() => readBenchArguments(['--only', 'ingset']), isUsageError)
})
