/**
 * D7: disks that are full, for both policies, then free again: first a made-up one, then a real one of 64 MiB (tmpfs), which
 * takes root to mount.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createFakeDisk } from './fixtures/fake-disk.ts'
import { payloadOf } from './fixtures/numbered.ts'
import { createSpoolReader, createSpoolWriter, nodeFileSystem, openCursor, retain, type SpoolFileSystem, type SpoolReader, type SpoolWriter } from './index.ts'

const MiB = 1024 * 1024

interface Disk {
  readonly directory: string
  readonly fs: SpoolFileSystem
  /** Something else fills the disk; `free` takes it away. */
  fill(): void
  free(): void
}

function count(reader: SpoolReader, from: number): { read: number; lost: number } {
  reader.seek(from)
  let [read, lost] = [0, 0]
  for (let step = reader.next(); step !== null; step = reader.next()) {
    if (step.kind === 'gap') lost += step.toSeq - step.fromSeq
    else if (reader.read(step) === null) assert.fail(`frame ${step.firstSeq} is damaged`)
    else read += step.rows
  }
  return { read, lost }
}

async function fillUp(disk: Disk, fullPolicy: 'drop-oldest' | 'drop-newest'): Promise<void> {
  const { directory, fs } = disk
  const ROWS = 10_000
  let now = 1_000_000
  let given = 0
  let gaps = 0
  const writer: SpoolWriter = createSpoolWriter(
    { directory, stream: 'flows', segmentBytes: 4 * MiB, syncMs: 200, maxBytes: 1000 * MiB, fullPolicy },
    { fs, now: () => now, onEvent: event => event.kind === 'gap' && (gaps += event.toSeq - event.fromSeq) },
  )
  writer.open()
  const append = (): string => {
    now += 100
    given += ROWS
    return writer.append({ rows: ROWS, encode: seq => [payloadOf(seq, ROWS)], firstReceivedAt: now, lastReceivedAt: now }).kind
  }
  const settle = (): void => {
    now += 1000
    writer.poll()
  }
  // Whatever the disk, a hundred megabytes do not fit.
  for (let index = 0; index < 120; index++) append()
  settle()
  const full = writer.stats()
  const reader = createSpoolReader({ directory, stream: 'flows' }, { fs })
  const before = count(reader, 0)
  assert.equal(full.rowsSpooled + full.rowsDropped.spool_full + full.rowsDropped.disk_error, given, 'the books do not close')
  assert.equal(gaps, full.rowsRemoved)
  assert.equal(before.lost, full.rowsRemoved)
  assert.equal(before.read + before.lost, full.rowsSpooled)
  if (fullPolicy === 'drop-oldest') assert(full.rowsRemoved > 0 && full.rowsDropped.spool_full === 0)
  else assert(full.rowsRemoved === 0 && full.rowsDropped.spool_full > 0)

  // The disk is full to the last byte, and the cursor still moves.
  disk.fill()
  const stream = join(directory, 'flows')
  const sink = { directory: stream, sink: 'sink', uuid: full.uuid, begin: () => 0 }
  const half = full.durableSeq / 2 - ((full.durableSeq / 2) % ROWS)
  disk.free()
  const cursor = openCursor(sink, fs)
  disk.fill()
  await cursor.plan({ epoch: 1, from: 0, to: half, token: 't' })
  await cursor.advance(half, half)
  const removals = retain({ directory: stream, uuid: full.uuid, maxBytes: null, maxAgeMs: 1e12, now }, fs)
  assert(fullPolicy === 'drop-oldest' || removals.length > 0)
  cursor.close()

  // Room again: the next rows are taken at once.
  disk.free()
  const { durableSeq } = writer.stats()
  assert.equal(append(), 'written')
  settle()
  assert.equal(writer.stats().durableSeq, durableSeq + ROWS)
  const after = writer.stats()
  assert.equal(after.state, 'ok')
  assert.equal(after.rowsSpooled + after.rowsDropped.spool_full + after.rowsDropped.disk_error, given)
  reader.close()
  writer.close()
}

for (const policy of ['drop-oldest', 'drop-newest'] as const) {
  test(`D7: a made-up disk of 64 MiB, ${policy}`, async () => {
    const disk = createFakeDisk()
    disk.capacity = 64 * MiB
    await fillUp(
      {
        directory: '/spool',
        fs: disk.fs,
        fill: () => {
          disk.capacity = Math.min(disk.capacity, disk.usedBytes)
        },
        free: () => {
          disk.capacity = disk.usedBytes + 32 * MiB
        },
      },
      policy,
    )
  })

  test(`D7: a real disk of 64 MiB, ${policy}`, { skip: process.getuid?.() === 0 ? false : 'mounting takes root' }, async t => {
    const directory = mkdtempSync(join(tmpdir(), 'flowlens-full-'))
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', directory])
    if (mounted.status !== 0) {
      rmdirSync(directory)
      t.skip(`mount: ${String(mounted.stderr)}`)
      return
    }
    const ballast = join(directory, 'ballast')
    try {
      await fillUp(
        {
          directory,
          fs: nodeFileSystem,
          fill: () => {
            const { bavail, bsize } = statfsSync(directory)
            writeFileSync(ballast, new Uint8Array(bavail * bsize), { flag: 'a' })
          },
          free: () => {
            rmSync(ballast, { force: true })
            // What the spool itself took stays; make sure of a little room.
            for (const index of [0, 1]) rmSync(join(directory, 'flows', `reserve-${index}`), { force: true })
          },
        },
        policy,
      )
    } finally {
      spawnSync('umount', [directory])
      rmdirSync(directory)
    }
  })
}
