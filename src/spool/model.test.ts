/**
 * D1: the spool against a model of it, on a disk that loses power, fills up and rots. 10,000 runs; the first seed is printed and
 * can be set (`SPOOL_SEED`), one run is repeated with `SPOOL_RUNS=1`.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf } from './file-system.ts'
import { createFakeDisk, PowerCut, seeded, type FakeDisk } from './fixtures/fake-disk.ts'
import {
  createSpoolReader,
  createSpoolWriter,
  openCursor,
  retain,
  type Cursor,
  type SpoolFrame,
  type SpoolGap,
  type SpoolReader,
  type SpoolWriter,
} from './index.ts'

const DIRECTORY = '/spool'
const STREAM = `${DIRECTORY}/flows`

interface ModelFrame {
  readonly firstSeq: number
  readonly rows: number
  readonly payload: Uint8Array
  /** Damaged by us: must be told as lost. */
  damaged: boolean
}

/** What the spool has promised, kept beside it. */
function createRun(seed: number, liesAboutSync = false) {
  const random = seeded(seed)
  const upTo = (limit: number): number => Math.floor(random() * limit)
  const disk: FakeDisk = createFakeDisk()
  disk.liesAboutSync = liesAboutSync
  const fullPolicy = random() < 0.5 ? 'drop-oldest' : 'drop-newest'
  let now = 1000
  let pid = 1
  let frames = new Map<number, ModelFrame>()
  /** Rows below this were told as durable. */
  let told = 0
  const removed: { fromSeq: number; toSeq: number }[] = []
  let writer: SpoolWriter | null = null
  let follower: SpoolReader | null = null
  let cursor: Cursor | null = null
  /** What the last completed write of the cursor said. */
  let position = 0
  let plan: { from: number; to: number } | null = null
  let alive = new Set<number>()
  /** A call failed or will: readers may be told later, and what is not the writer may answer with the disk's error. */
  let troubled = false

  const tell = (durableSeq: number): void => {
    assert(durableSeq >= told, `durable position went back from ${told} to ${durableSeq}`)
    told = durableSeq
  }

  const check = (step: SpoolFrame | SpoolGap, reader: SpoolReader): void => {
    if (step.kind === 'gap') {
      for (let seq = step.fromSeq; seq < step.toSeq; seq++) {
        const gone = removed.some(span => seq >= span.fromSeq && seq < span.toSeq)
        const frame = [...frames.values()].find(({ firstSeq, rows }) => seq >= firstSeq && seq < firstSeq + rows)
        assert(gone || frame?.damaged === true || frame === undefined || seq >= told, `row ${seq} is told as lost, and nobody took it`)
      }
      return
    }
    const frame = frames.get(step.firstSeq)
    assert(frame !== undefined, `frame ${step.firstSeq} was never promised`)
    assert.equal(step.rows, frame.rows)
    const payload = reader.read(step)
    // Rows that were never told as durable may have come to the disk in part.
    if (payload === null && step.firstSeq >= told) frame.damaged = true
    if (payload === null) assert(frame.damaged, `frame ${step.firstSeq} is damaged, and nobody did it`)
    // A reader may still hold the file that another one has replaced, and get whole what is damaged in the new one.
    else assert(Buffer.compare(payload, frame.payload) === 0, `frame ${step.firstSeq} has other bytes`)
  }

  /** All durable rows from the cursor on: in order, each exactly once, as a frame or in a gap. */
  const readAll = (): SpoolFrame[] => {
    const reader = createSpoolReader({ directory: DIRECTORY, stream: 'flows' }, { fs: disk.fs })
    reader.seek(position)
    const found: SpoolFrame[] = []
    let seq = position
    for (let step = reader.next(); step !== null; step = reader.next()) {
      const [from, to] = step.kind === 'gap' ? [step.fromSeq, step.toSeq] : [step.firstSeq, step.firstSeq + step.rows]
      assert.equal(from, seq, 'rows are skipped or repeated')
      assert(to > from)
      seq = to
      check(step, reader)
      if (step.kind === 'frame') found.push(step)
    }
    assert(
      seq >= told || disk.capacity < Number.POSITIVE_INFINITY || troubled || writer?.stats().state === 'unready',
      `rows ${seq} to ${told} were told as durable and can't be read`,
    )
    reader.close()
    return found
  }

  const start = (): void => {
    pid++
    alive = new Set([pid])
    const identityOf = (other: number): string | null => (alive.has(other) ? 'alive' : null)
    writer = createSpoolWriter(
      { directory: DIRECTORY, stream: 'flows', segmentBytes: 600, syncMs: 200, maxBytes: 4000, fullPolicy, syncBytes: 700 },
      {
        fs: disk.fs,
        now: () => now,
        newUuid: () => '00000000-0000-4000-8000-000000000001',
        processes: { pid, identityOf },
        onEvent: event => event.kind === 'gap' && lose(event),
      },
    )
    cursor = null
    writer.open()
    tolerant(meet)
  }

  /** Runs what may answer with the disk's error while calls fail: all but the writer. */
  const tolerant = (step: () => void): void => {
    try {
      step()
    } catch (error) {
      if (!troubled || codeOf(error) === '' || error instanceof assert.AssertionError) throw error
      disk.fault = null
    }
  }

  /** Compares what a writer found with what was promised, once it is ready; a full disk may hold it up. */
  const meet = (): void => {
    if (writer === null || cursor !== null) return
    const { state, nextSeq, durableSeq, uuid } = writer.stats()
    if (state === 'unready') return
    assert(nextSeq >= told, `row ${nextSeq} would be given again, ${told} were told`)
    // What was not told may be lost, in whole frames; what is there must be ours.
    frames = new Map([...frames].filter(([firstSeq]) => firstSeq < nextSeq))
    const there = new Set(readAll().map(({ firstSeq }) => firstSeq))
    for (const firstSeq of frames.keys()) {
      const gone = removed.some(span => firstSeq >= span.fromSeq && firstSeq < span.toSeq)
      if (firstSeq >= told && !there.has(firstSeq) && !gone) frames.delete(firstSeq)
    }
    for (const [firstSeq, frame] of frames) {
      const gone = frame.damaged || firstSeq < position || removed.some(span => firstSeq >= span.fromSeq && firstSeq < span.toSeq)
      assert(gone || there.has(firstSeq), `frame ${firstSeq} of ${frame.rows} rows was told as durable and is lost`)
    }
    tell(durableSeq)
    cursor = openCursor({ directory: STREAM, sink: 'sink', uuid, begin: () => 0 }, disk.fs)
    assert(cursor.state.position === position, `the cursor says ${cursor.state.position} and not ${position}`)
    assert.deepEqual(cursor.state.plan === null ? null : { from: cursor.state.plan.from, to: cursor.state.plan.to }, plan)
    follower ??= createSpoolReader({ directory: DIRECTORY, stream: 'flows' }, { fs: disk.fs })
  }

  const lose = (gap: { fromSeq: number; toSeq: number }): void => {
    assert(plan === null || gap.toSeq <= plan.from || gap.fromSeq >= plan.to, 'a planned range was removed')
    removed.push(gap)
  }

  const operations: Readonly<Record<string, () => void | Promise<void>>> = {
    append() {
      tolerant(meet)
      if (cursor === null) return
      const rows = 1 + upTo(5)
      const payload = Uint8Array.from({ length: upTo(150) }, () => upTo(256))
      const expected = writer?.stats().nextSeq ?? 0
      const frame: ModelFrame = { firstSeq: expected, rows, payload, damaged: false }
      // Known before the call: a power cut inside may leave it on the disk.
      frames.set(expected, frame)
      const outcome = writer?.append({
        rows,
        encode: seq => {
          assert.equal(seq, expected)
          const cut = upTo(payload.length + 1)
          return [payload.subarray(0, cut), payload.subarray(cut)]
        },
        firstReceivedAt: now,
        lastReceivedAt: now,
      })
      if (outcome === undefined) return
      if (outcome.kind === 'dropped') frames.delete(expected)
      else assert.equal(outcome.firstSeq, expected)
      tell(outcome.durableSeq)
    },
    wait() {
      now += upTo(400)
      if (disk.fault !== null && disk.fault.code !== 'CUT' && disk.calls >= disk.fault.call) disk.fault = null
      const outcome = writer?.poll()
      tolerant(meet)
      if (outcome !== undefined && cursor !== null) tell(outcome.durableSeq)
      if (disk.fault === null && cursor !== null) troubled = false
    },
    read() {
      readAll()
    },
    follow() {
      const reader = follower
      if (reader === null) return
      tell(Math.max(told, reader.durable()?.seq ?? 0))
      for (let step = reader.next(); step !== null; step = reader.next()) {
        if (step.kind === 'frame' && step.firstSeq >= position) check(step, reader)
      }
    },
    async plan() {
      if (cursor === null || plan !== null) return
      const next = readAll()[0]
      if (next === undefined || next.firstSeq !== position) return
      const wanted = { from: next.firstSeq, to: next.firstSeq + next.rows }
      await cursor.plan({ epoch: next.epoch, ...wanted, token: 't' })
      plan = wanted
    },
    async acknowledge() {
      if (cursor === null) return
      const reachable = plan?.to ?? readAll()[0]?.firstSeq ?? position
      const to = plan === null ? Math.min(told, Math.max(position, reachable)) : plan.to
      await cursor.advance(to, to - position)
      position = to
      plan = null
    },
    retain() {
      if (cursor === null) return
      for (const removal of retain({ directory: STREAM, uuid: cursor.state.uuid, maxBytes: null, maxAgeMs: 5000, now }, disk.fs)) {
        if (removal.reason !== 'passed') lose(removal)
      }
    },
    corrupt() {
      const visible = readAll()
      // The very last frame is spared: bytes that rot there and a power cut that takes the hint are two faults at once.
      const hit = visible[upTo(visible.length - 1)]
      const frame = hit === undefined ? undefined : frames.get(hit.firstSeq)
      if (hit === undefined || frame === undefined || frame.damaged || visible.length < 2) return
      disk.flip(hit.file, hit.offset - 64 + upTo(64 + hit.length))
      frame.damaged = true
    },
    fill() {
      disk.capacity = disk.usedBytes + upTo(300)
    },
    unfill() {
      disk.capacity = Number.POSITIVE_INFINITY
      writer?.poll()
    },
    kill() {
      alive.clear()
      disk.closeAll()
      follower = null
      start()
    },
    close() {
      writer?.close()
      if (cursor !== null) tell(writer?.stats().durableSeq ?? told)
      alive.clear()
      start()
    },
    cut() {
      throw new PowerCut('between two calls')
    },
    failSoon() {
      const codes = ['EIO', 'ENOSPC', 'EINTR', 'SHORT'] as const
      disk.fault = { call: disk.calls + 1 + upTo(25), code: codes[upTo(codes.length)] ?? 'EIO' }
      troubled = true
    },
    cutSoon() {
      disk.fault = { call: disk.calls + 1 + upTo(25), code: 'CUT' }
    },
  }
  const weighted = Object.entries({
    append: 12,
    wait: 4,
    read: 1,
    follow: 3,
    plan: 1,
    acknowledge: 2,
    retain: 1,
    corrupt: 1,
    fill: 1,
    unfill: 2,
    kill: 1,
    close: 1,
    cut: 1,
    cutSoon: 2,
    failSoon: 2,
  }).flatMap(([name, weight]) => Array.from({ length: weight }, () => name))

  const trace: string[] = []
  const perform = async (name: string, step: () => void | Promise<void>): Promise<void> => {
    trace.push(name)
    try {
      await step()
    } catch (error) {
      if (error instanceof PowerCut) return recoverPower()
      const ofDisk = troubled && codeOf(error) !== '' && !(error instanceof assert.AssertionError)
      if (!ofDisk || name === 'append' || name === 'wait' || name === 'close')
        throw Object.assign(error instanceof Error ? error : new Error(String(error)), { trace })
      disk.fault = null
      const before = cursor
      if (before !== null && (name === 'plan' || name === 'acknowledge')) {
        settleCursor(before)
        cursor = openCursor({ directory: STREAM, sink: 'sink', uuid: before.state.uuid, begin: () => 0 }, disk.fs)
      }
    }
  }
  /** The power comes back, and may go again at once. */
  const recoverPower = (): void => {
    for (;;) {
      disk.powerCut(random)
      disk.capacity = Number.POSITIVE_INFINITY
      troubled = false
      alive.clear()
      follower = null
      const before = cursor
      cursor = null
      try {
        settleCursor(before)
        start()
        return
      } catch (error) {
        if (!(error instanceof PowerCut)) throw Object.assign(error instanceof Error ? error : new Error(String(error)), { trace })
      }
    }
  }
  /** A cut inside a write of the cursor leaves it as it was or as it should become: both are right, the model takes what it finds. */
  const settleCursor = (before: Cursor | null): void => {
    if (before === null) return
    const found = openCursor({ directory: STREAM, sink: 'sink', uuid: before.state.uuid, begin: () => 0 }, disk.fs)
    assert(found.state.position >= position && found.state.position <= told, 'a cursor leads')
    if (found.state.position === position && found.state.plan === null) assert(plan === null || found.state.generation >= before.state.generation)
    position = found.state.position
    plan = found.state.plan === null ? null : { from: found.state.plan.from, to: found.state.plan.to }
    found.close()
  }

  return {
    trace,
    async run(): Promise<void> {
      start()
      const length = 8 + upTo(32)
      for (let index = 0; index < length; index++) {
        const name = weighted[upTo(weighted.length)] ?? 'append'
        const step = operations[name]
        if (step !== undefined) await perform(name, step)
      }
      disk.fault = null
      disk.capacity = Number.POSITIVE_INFINITY
      now += 2000
      await perform('wait', () => operations['wait']?.())
      await perform('read', () => void readAll())
    },
  }
}

const FIRST_SEED = Number(process.env['SPOOL_SEED'] ?? 1)
const RUNS = Number(process.env['SPOOL_RUNS'] ?? 10_000)

test(`D1: ${RUNS} runs agree with the model, from seed ${FIRST_SEED}`, async () => {
  let operations = 0
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
    const run = createRun(seed)
    try {
      await run.run()
    } catch (error) {
      throw new Error(`seed ${seed} after ${run.trace.join(' ')}`, { cause: error })
    }
    operations += run.trace.length
  }
  console.log(`${RUNS} runs, ${operations} operations, seeds ${FIRST_SEED}..${FIRST_SEED + RUNS - 1}`)
})

test('D1: a spool whose syncs do nothing is found out', async () => {
  let found = 0
  for (let seed = 1; seed <= 200; seed++) {
    try {
      await createRun(seed, true).run()
    } catch {
      found++
    }
  }
  assert(found > 50, `only ${found} of 200 runs noticed`)
})
