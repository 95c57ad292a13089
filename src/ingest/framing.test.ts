import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createFraming, type Framing } from './framing.ts'

/** A message of this length, its body the number. */
function message(length: number, filling = 7): Uint8Array {
  const bytes = new Uint8Array(length).fill(filling)
  new DataView(bytes.buffer).setUint32(0, (10 << 16) | length)
  return bytes
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap(part => [...part]))

/** What comes out of the pieces: messages as bytes, faults as text. */
function read(framing: Framing, pieces: readonly Uint8Array[]): (number[] | string)[] {
  const out: (number[] | string)[] = []
  for (const piece of pieces) {
    framing.push(piece)
    for (let next = framing.next(); next !== null; next = framing.next()) {
      if (typeof next === 'string') {
        out.push(next)
        break
      }
      out.push([...new Uint8Array(next.view.buffer, next.view.byteOffset + next.start, next.end - next.start)])
    }
  }
  return out
}

test('messages come out whole, wherever the stream was cut', () => {
  const stream = [message(16, 1), message(40, 2), message(17, 3)]
  const bytes = joined(stream)
  const expected = stream.map(part => [...part])
  for (let cut = 0; cut <= bytes.length; cut++)
    assert.deepEqual(read(createFraming(), [bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut at ${cut}`)
  assert.deepEqual(
    read(
      createFraming(),
      [...bytes].map(byte => Uint8Array.of(byte)),
    ),
    expected,
  )
})

test('any messages in any pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 16, max: 300 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 12 }),
      (lengths, cuts) => {
        const stream = lengths.map((length, index) => message(length, index))
        const bytes = joined(stream)
        const at = [...cuts.filter(cut => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]
        const pieces = at.map((cut, index) => bytes.subarray(at[index - 1] ?? 0, cut))
        assert.deepEqual(
          read(createFraming(), pieces),
          stream.map(part => [...part]),
        )
      },
    ),
  )
})

test('the longest message is 65,535 bytes, and no more than one is held', () => {
  const framing = createFraming()
  const longest = message(65_535)
  assert.deepEqual(read(framing, [longest.subarray(0, 65_534)]), [])
  assert.equal(framing.held, 65_534)
  assert.equal(read(framing, [longest.subarray(65_534)])[0]?.length, 65_535)
  assert.equal(framing.held, 0)
})

test('what is no IPFIX, or shorter than its own header, ends the stream', () => {
  const v9 = Uint8Array.of(0, 9, 0, 20, 0, 0)
  assert.deepEqual(read(createFraming(), [v9]), ['bad_version'])
  assert.deepEqual(read(createFraming(), [v9.subarray(0, 3)]), [])
  assert.deepEqual(read(createFraming(), [v9.subarray(0, 3), v9.subarray(3)]), ['bad_version'])
  assert.deepEqual(read(createFraming(), [message(20), Uint8Array.of(0, 10, 0, 15)]), [[...message(20)], 'bad_length'])
})
