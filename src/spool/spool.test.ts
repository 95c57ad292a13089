import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import { createSpoolReader, createSpoolWriter, nodeFileSystem, openCursor, retain, type SpoolFrame, type SpoolGap, type SpoolWriterConfig } from './index.ts'

const MiB = 1024 * 1024

function place(t: TestContext): { directory: string; stream: string } {
  const directory = mkdtempSync(join(tmpdir(), 'flowlens-spool-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return { directory, stream: 'flows' }
}

const config = (at: { directory: string; stream: string }, changes: Partial<SpoolWriterConfig> = {}): SpoolWriterConfig => ({
  ...at,
  segmentBytes: MiB,
  syncMs: 200,
  maxBytes: 64 * MiB,
  fullPolicy: 'drop-oldest',
  ...changes,
})

const payload = (seq: number, bytes = 100): Uint8Array[] => [Buffer.from(`payload ${seq} `), new Uint8Array(bytes).fill(seq)]
const frame = (rows: number, at = 1000, bytes = 100) => ({ rows, encode: (seq: number) => payload(seq, bytes), firstReceivedAt: at, lastReceivedAt: at })

function drain(reader: { next(): SpoolFrame | SpoolGap | null }): (SpoolFrame | SpoolGap)[] {
  const steps = []
  for (let step = reader.next(); step !== null; step = reader.next()) steps.push(step)
  return steps
}

test('a row is seen by readers once it is durable, and not before', t => {
  const at = place(t)
  let now = 1000
  const writer = createSpoolWriter(config(at), { now: () => now })
  assert.equal(writer.open().nextSeq, 0)
  const reader = createSpoolReader(at)
  t.after(() => reader.close())
  assert.deepEqual(writer.append(frame(10)), { kind: 'written', firstSeq: 0, durableSeq: 0 })
  assert.deepEqual(writer.append(frame(5)), { kind: 'written', firstSeq: 10, durableSeq: 0 })
  assert.equal(reader.next(), null)
  now = 1199
  assert.deepEqual(writer.poll(), { durableSeq: 0, dueAt: 1200 })
  assert.equal(reader.next(), null)
  now = 1200
  assert.deepEqual(writer.poll(), { durableSeq: 15, dueAt: null })
  const frames = drain(reader)
  assert.deepEqual(
    frames.map(step => step.kind === 'frame' && [step.firstSeq, step.rows, step.epoch, step.firstReceivedAt]),
    [
      [0, 10, 1, 1000],
      [10, 5, 1, 1000],
    ],
  )
  const first = frames[0]
  assert(first?.kind === 'frame')
  assert.deepEqual(reader.read(first), new Uint8Array(Buffer.concat(payload(0))))
  const stats = writer.stats()
  assert.equal(stats.rowsSpooled, 15)
  assert.equal(stats.rowsAppended, stats.rowsSpooled + stats.rowsHeld)
  writer.close()
})

test('a commit comes at the bytes of a group, whatever the time', t => {
  const at = place(t)
  const writer = createSpoolWriter(config(at, { syncBytes: 1000 }), { now: () => 1000 })
  writer.open()
  for (let index = 0; index < 20; index++) writer.append(frame(1))
  assert(writer.stats().durableSeq >= 14)
  writer.close()
})

test('each start goes on with the next number in a new segment of a new epoch', t => {
  const at = place(t)
  for (let epoch = 1; epoch <= 3; epoch++) {
    const writer = createSpoolWriter(config(at), { now: () => 1000 })
    assert.equal(writer.open().nextSeq, (epoch - 1) * 7)
    writer.append(frame(7))
    writer.close()
  }
  const frames = drain(createSpoolReader(at))
  assert.deepEqual(
    frames.map(step => step.kind === 'frame' && [step.firstSeq, step.epoch]),
    [
      [0, 1],
      [7, 2],
      [14, 3],
    ],
  )
})

test('a second writer is refused, a lock left behind is taken over', t => {
  const at = place(t)
  const writer = createSpoolWriter(config(at))
  writer.open()
  assert.throws(
    () => createSpoolWriter(config(at)).open(),
    (error: unknown) => error instanceof FlowLensError && error.code === 'FL_SPOOL_LOCKED',
  )
  writer.close()
  writeFileSync(join(at.directory, 'flows', 'lock'), '4194303 another-boot/1\n')
  const events: string[] = []
  const next = createSpoolWriter(config(at), { onEvent: event => events.push(event.kind) })
  next.open()
  assert.deepEqual(events, ['lock_taken_over', 'recovered'])
  next.close()
  assert(!readdirSync(join(at.directory, 'flows')).includes('lock'))
})

test('segments go when every cursor has passed them, or by age, never while planned', async t => {
  const at = place(t)
  let now = 1000
  const writer = createSpoolWriter(config(at, { segmentBytes: 1000 }), { now: () => now })
  writer.open()
  for (let index = 0; index < 40; index++) {
    now += 1000
    writer.append(frame(1, now))
  }
  writer.commit()
  const directory = join(at.directory, 'flows')
  const { uuid } = writer.stats()
  const cursors = ['fast', 'slow'].map(sink => openCursor({ directory, sink, uuid, begin: () => 0 }, nodeFileSystem))
  const [fast, slow] = cursors
  assert(fast !== undefined && slow !== undefined)
  const rule = { directory, uuid, maxBytes: null, maxAgeMs: 1e9, now }
  await fast.advance(40, 40)
  assert.deepEqual(retain(rule, nodeFileSystem), [])
  await slow.advance(9, 9)
  const passed = retain(rule, nodeFileSystem)
  assert(passed.length > 0 && passed.every(removal => removal.reason === 'passed' && removal.toSeq <= 9))
  await slow.plan({ epoch: 1, from: 9, to: 12, token: 'token' })
  const aged = retain({ ...rule, maxAgeMs: 0, now: now + 1e6 }, nodeFileSystem)
  assert(aged.length > 0 && aged.every(removal => removal.reason === 'max_age' && removal.fromSeq >= 12))
  const reader = createSpoolReader(at)
  reader.seek(9)
  const steps = drain(reader)
  const lost = steps.reduce((sum, step) => sum + (step.kind === 'gap' ? step.toSeq - step.fromSeq : 0), 0)
  const read = steps.reduce((sum, step) => sum + (step.kind === 'frame' ? step.rows : 0), 0)
  assert.equal(
    lost,
    aged.reduce((sum, removal) => sum + removal.toSeq - removal.fromSeq, 0),
  )
  assert.equal(lost + read, 31)
  for (const cursor of cursors) cursor.close()
  writer.close()
})

test('a spool over its limit drops the oldest rows, or the newest, and tells how many', t => {
  for (const fullPolicy of ['drop-oldest', 'drop-newest'] as const) {
    const at = place(t)
    const gaps: number[] = []
    let now = 1000
    const writer = createSpoolWriter(config(at, { segmentBytes: 2000, maxBytes: 10_000, fullPolicy }), {
      now: () => now,
      onEvent: event => event.kind === 'gap' && gaps.push(event.toSeq - event.fromSeq),
    })
    writer.open()
    for (let index = 0; index < 200; index++) {
      now += 1000
      writer.append(frame(3, now))
    }
    writer.commit()
    const stats = writer.stats()
    assert(stats.bytes <= 10_000)
    const steps = drain(createSpoolReader(at))
    const read = steps.reduce((sum, step) => sum + (step.kind === 'frame' ? step.rows : 0), 0)
    assert.equal(read + stats.rowsRemoved + stats.rowsDropped.spool_full, 600)
    assert.equal(
      gaps.reduce((sum, rows) => sum + rows, 0),
      stats.rowsRemoved,
    )
    assert.equal(fullPolicy === 'drop-oldest' ? stats.rowsDropped.spool_full : stats.rowsRemoved, 0)
    writer.close()
  }
})

test('a reader finds the first row of a time', t => {
  const at = place(t)
  let now = 1000
  const writer = createSpoolWriter(config(at, { segmentBytes: 1000 }), { now: () => now })
  writer.open()
  for (let index = 0; index < 30; index++) {
    now += 1000
    writer.append(frame(2, now))
  }
  writer.commit()
  const reader = createSpoolReader(at)
  assert.equal(reader.seqAt(0), 0)
  assert.equal(reader.seqAt(12_000), 20)
  assert.equal(reader.seqAt(11_500), 20)
  assert.equal(reader.seqAt(1e9), 60)
  reader.close()
  writer.close()
})

test('following gives frames as they become durable, until the signal', async t => {
  const at = place(t)
  const writer = createSpoolWriter(config(at), { now: () => 1000 })
  writer.open()
  const stop = new AbortController()
  let sent = 0
  const reader = createSpoolReader(at, {
    sleep: async () => {
      if (sent++ === 3) return stop.abort()
      writer.append(frame(4))
      writer.commit()
    },
  })
  const seen: number[] = []
  for await (const step of reader.follow({ signal: stop.signal })) seen.push(step.kind === 'frame' ? step.firstSeq : -1)
  assert.deepEqual(seen, [0, 4, 8])
  reader.close()
  writer.close()
})

test('a cursor whose slots are both damaged begins anew and says so; one slot damaged goes back one step', async t => {
  const at = place(t)
  const open = () => openCursor({ directory: at.directory, sink: 'x', uuid: 'u', begin: () => 3 }, nodeFileSystem)
  const cursor = open()
  assert.deepEqual([cursor.fresh, cursor.lost, cursor.state.position], [true, false, 3])
  await cursor.advance(10, 7)
  await cursor.advance(20, 8, { corrupt: 2 })
  cursor.close()
  const path = join(at.directory, 'cursors', 'x.cursor')
  const damage = (slot: number): void => {
    const fd = nodeFileSystem.open(path, 'r+')
    nodeFileSystem.write(fd, [Buffer.from('damage')], slot * 4096 + 30)
    nodeFileSystem.close(fd)
  }
  assert.equal(open().state.position, 20)
  damage(1 - (open().state.generation % 2))
  assert.equal(open().state.position, 20)
  assert.deepEqual([open().state.delivered, open().state.expired.corrupt], [15, 2])
  damage(0)
  damage(1)
  const lost = open()
  assert.deepEqual([lost.fresh, lost.lost, lost.state.position], [true, true, 3])
})
