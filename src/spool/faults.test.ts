/** D2, D3, D4: a disk whose k-th call fails, files cut at each byte, bits and pages damaged, segments deleted, swapped and copied. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeDisk, seeded, type FakeDisk, type Fault } from './fixtures/fake-disk.ts'
import { createSpoolReader, createSpoolWriter, openCursor, retain, type SpoolFrame, type SpoolWriterConfig } from './index.ts'
import { codeOf, type SpoolFileSystem } from './file-system.ts'
import { listSegments } from './segments.ts'

const DIRECTORY = '/spool'
const STREAM = `${DIRECTORY}/flows`
const UUID = '00000000-0000-4000-8000-000000000001'
const ROWS = 3

const payloadOf = (seq: number, bytes = 120): Uint8Array => Uint8Array.from({ length: bytes }, (_, index) => seq * 31 + index * 7)

function openOn(disk: FakeDisk, changes: Partial<SpoolWriterConfig> = {}, now: () => number = () => 1000, pid = 1) {
  const writer = createSpoolWriter(
    { directory: DIRECTORY, stream: 'flows', segmentBytes: 800, syncMs: 200, maxBytes: 1e6, fullPolicy: 'drop-newest', syncBytes: 400, ...changes },
    { fs: disk.fs, now, newUuid: () => UUID, processes: { pid, identityOf: other => (other === pid ? 'alive' : null) } },
  )
  writer.open()
  return writer
}

const append = (writer: ReturnType<typeof openOn>) =>
  writer.append({ rows: ROWS, encode: seq => [payloadOf(seq).subarray(0, 50), payloadOf(seq).subarray(50)], firstReceivedAt: 1000, lastReceivedAt: 1000 })

/** Frames that can be read in full, and the rows told as lost. */
function contents(fs: SpoolFileSystem): { frames: SpoolFrame[]; seqs: number[]; lost: number } {
  const reader = createSpoolReader({ directory: DIRECTORY, stream: 'flows' }, { fs })
  const frames: SpoolFrame[] = []
  let lost = 0
  for (let step = reader.next(); step !== null; step = reader.next()) {
    if (step.kind === 'gap') {
      lost += step.toSeq - step.fromSeq
      continue
    }
    const payload = reader.read(step)
    if (payload === null) {
      lost += step.rows
      continue
    }
    assert.deepEqual(payload, payloadOf(step.firstSeq))
    frames.push(step)
  }
  reader.close()
  return { frames, seqs: frames.map(({ firstSeq }) => firstSeq), lost }
}

/** A life of a spool: two starts, rotation, a cursor, retention. Gives the rows told as durable and the rows given in. */
async function live(disk: FakeDisk): Promise<{ told: number; given: number; passed: number }> {
  let [now, told, given, passed] = [1000, 0, 0, 0]
  for (let pid = 1; pid <= 2; pid++) {
    const writer = openOn(disk, {}, () => now, pid)
    for (let index = 0; index < 9; index++) {
      now += 120
      const outcome = append(writer)
      given += ROWS
      told = Math.max(told, outcome.durableSeq, writer.poll(now).durableSeq)
    }
    const { uuid } = writer.stats()
    if (uuid !== '')
      try {
        const cursor = openCursor({ directory: STREAM, sink: 'sink', uuid, begin: () => 0 }, disk.fs)
        await cursor.plan({ epoch: 1, from: passed, to: 2 * ROWS * pid, token: 't' })
        if (2 * ROWS * pid <= told) {
          await cursor.advance(2 * ROWS * pid, 2 * ROWS)
          passed = cursor.state.position
          retain({ directory: STREAM, uuid, maxBytes: null, maxAgeMs: 1e9, now }, disk.fs)
        }
        cursor.close()
      } catch (error) {
        // Cursors and retention tell their caller what the disk says; the writer never does.
        assert.notEqual(codeOf(error), '')
      }
    const before = writer.stats()
    writer.close()
    const { rowsSpooled, rowsDropped, durableSeq } = writer.stats()
    assert.equal(before.rowsAppended, before.rowsSpooled + before.rowsHeld)
    assert.equal(rowsSpooled + rowsDropped.disk_error + rowsDropped.spool_full, 9 * ROWS, 'the books of a start do not close')
    told = Math.max(told, durableSeq)
  }
  return { told, given, passed }
}

test('D2: no call that fails, once or for good, is thrown out or costs a row that was told as durable', async () => {
  const clean = createFakeDisk()
  const { told, given } = await live(clean)
  assert.equal(told, given)
  const calls = clean.calls
  let runs = 0
  for (const code of ['EIO', 'ENOSPC', 'EINTR', 'SHORT'] as const) {
    for (const forever of [false, true]) {
      for (let call = 1; call <= calls; call++) {
        const fault: Fault = { call, code, forever }
        const disk = createFakeDisk()
        disk.fault = fault
        const at = `${code} at call ${call}${forever ? ' for good' : ''}`
        const life = await live(disk).catch((error: unknown) => assert.fail(`${at}: ${String(error)}`))
        disk.powerCut(seeded(call))
        const writer = openOn(disk, {}, () => 100_000, 3)
        const { seqs } = contents(disk.fs)
        for (let seq = life.passed; seq < life.told; seq += ROWS) assert(seqs.includes(seq), `${at}: row ${seq} of ${life.told} is lost`)
        append(writer)
        assert(writer.commit(), `${at}: the disk is well, the spool is not`)
        writer.close()
        runs++
      }
    }
  }
  console.log(`K = ${calls} calls, ${runs} runs`)
})

/** A disk with a spool of this many frames, the writer gone without a word. */
function written(frames: number, segmentBytes = 1e6): FakeDisk {
  const disk = createFakeDisk()
  const writer = openOn(disk, { segmentBytes })
  for (let index = 0; index < frames; index++) append(writer)
  assert(writer.commit())
  disk.closeAll()
  return disk
}

test('D3: a file cut at any byte of its last two frames keeps the frames before', () => {
  const whole = written(6)
  const [segment] = listSegments(whole.fs, STREAM)
  assert(segment !== undefined)
  const size = whole.content(segment.path).length
  const frameBytes = 64 + 120
  for (let length = size - 2 * frameBytes; length <= size; length++) {
    const disk = written(6)
    const fd = disk.fs.open(segment.path, 'r+')
    disk.fs.truncate(fd, length)
    disk.fs.dataSync(fd)
    disk.closeAll()
    const left = Math.floor((length - 64) / frameBytes)
    const writer = openOn(disk, {}, () => 1000, 2)
    // Rows told as durable before keep their numbers: no other row gets them.
    assert.equal(writer.stats().nextSeq, 6 * ROWS)
    const { seqs, lost } = contents(disk.fs)
    assert.deepEqual(
      seqs,
      Array.from({ length: left }, (_, index) => index * ROWS),
    )
    assert.equal(lost, (6 - left) * ROWS)
    append(writer)
    writer.commit()
    assert.equal(contents(disk.fs).seqs.at(-1), 6 * ROWS)
  }
})

test('D4: a damaged bit costs its frame only, and the count of lost rows is exact', () => {
  const FRAMES = 5
  const disk = written(FRAMES)
  const { frames } = contents(disk.fs)
  const victim = frames[2]
  assert(victim !== undefined)
  const { file } = victim
  const expectLost = (what: string): void => {
    const { seqs, lost } = contents(disk.fs)
    assert.deepEqual([seqs, lost], [[0, 3, 9, 12], ROWS], what)
  }
  const flipBit = (at: number, bit: number): void => {
    const byte = disk.content(file)[at] ?? 0
    const fd = disk.fs.open(file, 'r+')
    disk.fs.write(fd, [Uint8Array.of(byte ^ (1 << bit))], at)
    disk.fs.close(fd)
  }
  for (let at = victim.offset - 64; at < victim.offset; at++) {
    for (let bit = 0; bit < 8; bit++) {
      flipBit(at, bit)
      expectLost(`bit ${bit} of header byte ${at - victim.offset + 64}`)
      flipBit(at, bit)
    }
  }
  const random = seeded(4)
  for (let index = 0; index < 2000; index++) {
    const at = victim.offset + Math.floor(random() * victim.length)
    const bit = Math.floor(random() * 8)
    flipBit(at, bit)
    expectLost(`bit ${bit} of payload byte ${at - victim.offset}`)
    flipBit(at, bit)
  }
  for (let at = 0; at < 64; at++) {
    for (let bit = 0; bit < 8; bit++) {
      flipBit(at, bit)
      assert.deepEqual(contents(disk.fs).seqs, [0, 3, 6, 9, 12], `bit ${bit} of segment header byte ${at}`)
      flipBit(at, bit)
    }
  }
})

test('D4: a zeroed page costs the frames it touches', () => {
  const disk = written(100)
  const { frames } = contents(disk.fs)
  const [first] = frames
  assert(first !== undefined)
  const fd = disk.fs.open(first.file, 'r+')
  disk.fs.write(fd, [new Uint8Array(4096)], 8192)
  const hit = frames.filter(({ offset, length }) => offset - 64 < 8192 + 4096 && offset + length > 8192)
  const { seqs, lost } = contents(disk.fs)
  assert.equal(lost, hit.length * ROWS)
  assert.deepEqual(
    seqs,
    frames.filter(frame => !hit.includes(frame)).map(({ firstSeq }) => firstSeq),
  )
})

test('D4: a segment deleted, swapped or copied costs its own rows at most', () => {
  const names = (disk: FakeDisk): string[] => listSegments(disk.fs, STREAM).map(({ path }) => path)
  const rowsOf = (disk: FakeDisk, path: string): number => contents(disk.fs).frames.filter(({ file }) => file === path).length * ROWS
  const deleted = written(20, 800)
  const [, second = '', third = ''] = names(deleted)
  const gone = rowsOf(deleted, second)
  deleted.fs.unlink(second)
  assert.equal(contents(deleted.fs).lost, gone)
  assert.equal(contents(deleted.fs).seqs.length * ROWS + gone, 60)

  const swapped = written(20, 800)
  const both = rowsOf(swapped, second) + rowsOf(swapped, third)
  swapped.fs.rename(second, '/spool/flows/aside')
  swapped.fs.rename(third, second)
  swapped.fs.rename('/spool/flows/aside', third)
  const after = contents(swapped.fs)
  assert(after.lost <= both)
  assert.equal(after.lost + after.seqs.length * ROWS, 60)

  const copied = written(20, 800)
  const fd = copied.fs.open(`${STREAM}/${'7'.padStart(20, '0')}.fls`, 'w')
  copied.fs.write(fd, [copied.content(second)], 0)
  assert.equal(contents(copied.fs).lost + contents(copied.fs).seqs.length * ROWS, 60)
  assert(contents(copied.fs).lost <= gone)
})

test('frames of another spool, and bytes of a payload that look like a frame, are never taken for ours', () => {
  const other = createFakeDisk()
  const foreign = createSpoolWriter(
    { directory: DIRECTORY, stream: 'flows', segmentBytes: 1e6, syncMs: 200, maxBytes: 1e7, fullPolicy: 'drop-newest' },
    { fs: other.fs, now: () => 1000, newUuid: () => '00000000-0000-4000-8000-000000000002', processes: { pid: 1, identityOf: () => null } },
  )
  foreign.open()
  for (let index = 0; index < 3; index++) append(foreign)
  foreign.commit()
  const [segment] = listSegments(other.fs, STREAM)
  const fake = other.content(segment?.path ?? '').subarray(64 + 184)
  const disk = createFakeDisk()
  const writer = openOn(disk, { segmentBytes: 1e6 })
  append(writer)
  // A sender made the values of its flows look like a frame of row 3.
  writer.append({ rows: ROWS, encode: () => [new Uint8Array(8), fake], firstReceivedAt: 1000, lastReceivedAt: 1000 })
  append(writer)
  writer.commit()
  const [own] = listSegments(disk.fs, STREAM)
  disk.flip(own?.path ?? '', 64 + 184 + 20)
  const { seqs, lost } = contents(disk.fs)
  assert.deepEqual([seqs, lost], [[0, 6], ROWS])
})
