import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readText } from './text.ts'

const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** What a text is, said without a memory of the last ones. */
function expected(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const kept = bytes.subarray(0, end < 0 ? bytes.length : end).subarray(0, 1024)
  return new TextDecoder().decode(kept).replace(HOSTILE, '').trim()
}

const read = (bytes: Uint8Array): string => readText(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length)

test('texts are what their bytes say, whatever was read before them', () => {
  // Few letters and lengths, so that many texts meet in one place of the memory.
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.array(fc.constantFrom(0x61, 0x62, 0xc3, 0xa4, 0), { maxLength: 70 }).map(list => Uint8Array.from(list)),
  )
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 30 }), list => {
      for (const one of [...list, ...list.toReversed()]) assert.equal(read(one), expected(one))
    }),
    { seed: 20_260_611, numRuns: 2000 },
  )
})

test('texts of one place in the memory do not stand for each other', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `interface ${index}`)
  for (const name of [...names, ...names]) assert.equal(read(new TextEncoder().encode(name)), name)
})

test('a text is remembered by a copy of its bytes, not by the place they lay in', () => {
  const bytes = new TextEncoder().encode('GigabitEthernet0/0')
  assert.equal(read(bytes), 'GigabitEthernet0/0')
  bytes[15] = 0x31
  assert.equal(read(bytes), 'GigabitEthernet1/0')
})
