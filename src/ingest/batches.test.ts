import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_ROWS, indexOf, type FlowBatch, type SealedBatch } from '../schema/index.ts'
import { FRAME_MS, createBatches, zeroRows, type Batches } from './batches.ts'

const BYTES = indexOf('bytes')
const MiB = 1024 * 1024

interface Bench {
  readonly batches: Batches
  readonly handed: SealedBatch[]
  /** Adds rows as the decoder does; each holds 7 in `bytes`. */
  add(family: 4 | 6, rows: number, at?: number): FlowBatch
  /** Gives back what was handed over, at the next time a batch is wanted. */
  release(): void
}

function bench(queueBytes = 64 * MiB): Bench {
  const handed: SealedBatch[] = []
  const back: number[] = []
  const batches: Batches = createBatches(
    { queueBytes },
    {
      hand: sealed => void handed.push(sealed),
      collect: () => {
        for (const id of back.splice(0)) batches.giveBack(id)
      },
    },
  )
  return {
    batches,
    handed,
    add(family, rows, at = 0) {
      const batch = batches.reserve(family, rows)
      if (batch.rows === 0) batch.firstReceivedAt = at
      batch.need(BYTES).fill(7, batch.rows * 2, (batch.rows + rows) * 2)
      batch.rows += rows
      batches.committed(batch, batch.rows - rows, rows, null)
      return batch
    },
    release() {
      for (const sealed of handed.splice(0)) {
        zeroRows(sealed)
        back.push(sealed.id)
      }
    },
  }
}

test('a batch is handed over when it is as old as a frame may be, and not before', () => {
  const { batches, handed, add } = bench()
  add(4, 10, 1000)
  add(4, 5, 1050)
  batches.flush(1000 + FRAME_MS - 1, false)
  assert.equal(handed.length, 0)
  assert.deepEqual(batches.counts, { handed: 0, mirrored: 0, queueFull: 0, open: 15, countersDropped: 0 })
  batches.flush(1000 + FRAME_MS, false)
  assert.deepEqual(
    handed.map(({ family, rows, firstReceivedAt }) => ({ family, rows, firstReceivedAt })),
    [{ family: 4, rows: 15, firstReceivedAt: 1000 }],
  )
  assert.deepEqual(batches.counts, { handed: 15, mirrored: 0, queueFull: 0, open: 0, countersDropped: 0 })
})

test('a batch is handed over when the next rows have no room in it; families have their own', () => {
  const { handed, add } = bench()
  const first = add(4, MAX_ROWS - 20)
  add(6, 3)
  assert.ok(add(4, 10) === first, 'the last ten may be of both directions and need their room twice')
  assert.equal(handed.length, 0)
  assert.ok(add(4, 6) !== first)
  assert.deepEqual(
    handed.map(({ family, rows }) => [family, rows]),
    [[4, MAX_ROWS - 10]],
  )
})

test('at the end everything is handed over, however young', () => {
  const { batches, handed, add } = bench()
  add(4, 1, 1000)
  add(6, 2, 1000)
  batches.flush(1000, true)
  assert.deepEqual(
    handed.map(({ family, rows }) => [family, rows]),
    [
      [4, 1],
      [6, 2],
    ],
  )
  batches.flush(1000, true)
  assert.equal(handed.length, 2, 'an empty batch is not handed over')
})

test('with no memory left rows are thrown away and counted, until a batch comes back', () => {
  const { batches, handed, add, release } = bench(1)
  for (let batch = 0; batch < 4; batch++) {
    add(4, 100)
    batches.flush(0, true)
  }
  assert.equal(handed.length, 4, 'a few batches there are whatever they weigh')
  add(4, 30)
  batches.flush(0, false)
  assert.deepEqual(batches.counts, { handed: 400, mirrored: 0, queueFull: 30, open: 0, countersDropped: 0 })
  release()
  add(4, 20)
  batches.flush(0, true)
  assert.deepEqual(batches.counts, { handed: 420, mirrored: 0, queueFull: 30, open: 0, countersDropped: 0 })
})

test('what comes back is used again, empty', () => {
  const { batches, handed, add, release } = bench()
  add(4, 100)
  batches.flush(0, true)
  const id = handed[0]?.id
  release()
  const again = add(6, 1)
  assert.equal(again.id, id)
  const column = again.need(BYTES)
  assert.deepEqual([column[0], column[2], column.slice(2, 200).some(value => value !== 0)], [7, 0, false])
})

test('zeroing a batch that names no such column is an error, not a silent half', () => {
  assert.throws(
    () => zeroRows({ id: 0, family: 4, rows: 1, present: [9999], memory: [new SharedArrayBuffer(8)], dictionaries: [], firstReceivedAt: 0, lastReceivedAt: 0 }),
    RangeError,
  )
})
