import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkTests } from './tests.ts'

test('ordinary tests and captures with an origin pass', () => {
  assert.deepEqual(checkTests(new Map([['src/a/a.test.ts', "test('a', () => {})"]]), ['src/a/fixtures/README.md', 'src/a/fixtures/cisco/v9.pcap']), [])
})

test('a narrowed test is found', () => {
  assert.deepEqual(checkTests(new Map([['src/a/a.test.ts', `test.${'only'}('a', () => {})`]]), []), ['src/a/a.test.ts: a test is marked only'])
})

test('a capture without origin is found', () => {
  assert.deepEqual(checkTests(new Map(), ['src/a/fixtures/v9.pcap']), ['src/a/fixtures: its captures have no README.md that tells where they come from'])
})
