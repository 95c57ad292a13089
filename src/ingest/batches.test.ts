import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_ROWS, indexOf, type FlowBatch, type SealedBatch } from '../schema/index.ts'
import { FRAME_MS, createBatches, zeroRows, type Batches, type BatchesConfig } from './batches.ts'

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

function bench(queueBytes = 64 * MiB, aggregate?: BatchesConfig['aggregate']): Bench {
  const handed: SealedBatch[] = []
  const back: number[] = []
  const batches: Batches = createBatches(
    { queueBytes, aggregate },
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
  assert.deepEqual(batches.counts, { handed: 0, mirrored: 0, merged: 0, queueFull: 0, open: 15, countersDropped: 0 })
  batches.flush(1000 + FRAME_MS, false)
  assert.deepEqual(
    handed.map(({ family, rows, firstReceivedAt }) => ({ family, rows, firstReceivedAt })),
    [{ family: 4, rows: 15, firstReceivedAt: 1000 }],
  )
  assert.deepEqual(batches.counts, { handed: 15, mirrored: 0, merged: 0, queueFull: 0, open: 0, countersDropped: 0 })
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
  assert.deepEqual(batches.counts, { handed: 400, mirrored: 0, merged: 0, queueFull: 30, open: 0, countersDropped: 0 })
  release()
  add(4, 20)
  batches.flush(0, true)
  assert.deepEqual(batches.counts, { handed: 420, mirrored: 0, merged: 0, queueFull: 30, open: 0, countersDropped: 0 })
})

test('while the writer holds all batches the open one goes on filling, and no row is lost', () => {
  const { batches, handed, add, release } = bench(1)
  for (let batch = 0; batch < 10; batch++) {
    add(4, 100, batch * FRAME_MS)
    batches.flush((batch + 1) * FRAME_MS, false)
  }
  assert.deepEqual([handed.length, batches.counts.queueFull, batches.counts.open], [3, 0, 700])
  release()
  batches.flush(20 * FRAME_MS, false)
  assert.deepEqual([handed.map(({ rows }) => rows), batches.counts.handed], [[700], 1000])
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

test('with a window equal rows become one, which is handed over when the window ends, and nothing is lost', () => {
  const { batches, handed, add } = bench(64 * MiB, { seconds: 10 })
  add(4, 10, 12_000)
  add(6, 3, 12_000)
  batches.flush(12_100, false)
  add(4, 5, 13_000)
  batches.flush(19_999, false)
  assert.equal(handed.length, 0)
  assert.deepEqual(batches.counts, { handed: 0, mirrored: 0, merged: 16, queueFull: 0, open: 2, countersDropped: 0 })
  batches.flush(20_000, false)
  const bytes = handed.map(({ family, rows, present, memory }) => [
    family,
    rows,
    new Uint32Array(memory[present.indexOf(BYTES)] ?? new SharedArrayBuffer(8))[0],
  ])
  assert.deepEqual(bytes, [
    [4, 1, 15 * 7],
    [6, 1, 3 * 7],
  ])
  assert.deepEqual(batches.counts, { handed: 2, mirrored: 0, merged: 16, queueFull: 0, open: 0, countersDropped: 0 })
  add(4, 1, 21_000)
  batches.flush(21_000, true)
  assert.deepEqual([handed.length, batches.counts.handed], [3, 3], 'at the end everything goes')
})

test('without memory for another window rows are counted as thrown away', () => {
  const { batches, add, handed, release } = bench(1, { seconds: 10 })
  for (let round = 1; round < 20; round++) {
    add(4, 10, round * 10_000)
    batches.flush(round * 10_000 + FRAME_MS, false)
    add(4, 10, round * 10_000 + 5000)
    batches.flush((round + 1) * 10_000, true)
  }
  const { counts } = batches
  assert.ok(counts.queueFull > 0 && handed.length > 0)
  assert.equal(counts.handed + counts.merged + counts.queueFull, 19 * 20, JSON.stringify(counts))
  release()
  add(4, 10, 500_000)
  batches.flush(500_000, true)
  assert.equal(counts.handed + counts.merged + counts.queueFull, 19 * 20 + 10, JSON.stringify(counts))
})

test('zeroing a batch that names no such column is an error, not a silent half', () => {
  assert.throws(
    () => zeroRows({ id: 0, family: 4, rows: 1, present: [9999], memory: [new SharedArrayBuffer(8)], dictionaries: [], firstReceivedAt: 0, lastReceivedAt: 0 }),
    RangeError,
  )
})
