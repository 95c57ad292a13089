import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { FlowLensError, type Block } from '../schema/index.ts'
import { payloadOf, type PlainRow } from '../schema/fixtures/index.ts'
import type { SpoolFrame, SpoolGap, SpoolReader } from '../spool/index.ts'
import { createLog } from '../telemetry/index.ts'
import { createLive, type Live, type LiveSecond, type RowFilter } from './index.ts'

/** A whole second; figures of a second are told 400 ms after it. */
const START = 1_700_000_000_000

interface FakeReader extends SpoolReader {
  /** What `seqAt` and `seek` were asked for. */
  readonly asked: (number | string)[]
  /** Makes a frame durable; null is a damaged one. */
  append(payload: Uint8Array | null): void
  gap(): void
  /** Whether more is on the disk than was read. */
  lags: boolean
}

/** A spool in memory: frames come as they are appended, until the signal. */
function fakeReader(): FakeReader {
  const steps: (SpoolFrame | SpoolGap)[] = []
  const payloads = new Map<number, Uint8Array>()
  const asked: (number | string)[] = []
  let wake = (): void => {}
  const push = (step: SpoolFrame | SpoolGap): void => {
    steps.push(step)
    wake()
  }
  return {
    asked,
    position: 0,
    lags: false,
    append(payload) {
      const firstSeq = asked.length + steps.length + 1
      if (payload !== null) payloads.set(firstSeq, payload)
      push({
        kind: 'frame',
        file: 'f',
        offset: 0,
        length: 1,
        payloadCrc: 0,
        rows: 1,
        firstSeq,
        epoch: 1,
        firstReceivedAt: Date.now(),
        lastReceivedAt: Date.now(),
        bloom: 0n,
        schemaId: 1,
        codec: 0,
      })
    },
    gap: () => push({ kind: 'gap', fromSeq: 0, toSeq: 5, reason: 'corrupt' }),
    durable() {
      return this.lags ? { uuid: '', epoch: 1, seq: 1_000_000, at: 0 } : null
    },
    oldestSeq: () => 0,
    seqAt(time) {
      asked.push(time)
      return 42
    },
    seek: seq => void asked.push(`seek ${seq}`),
    next: () => null,
    read: frame => payloads.get(frame.firstSeq) ?? null,
    async *follow({ signal }) {
      for (;;) {
        const step = steps.shift()
        if (step !== undefined) yield step
        else if (signal.aborted) return
        else {
          await new Promise<void>(resolve => {
            wake = resolve
            signal.addEventListener('abort', () => resolve(), { once: true })
          })
        }
      }
    },
    close: () => {},
  }
}

interface Bench {
  readonly live: Live
  readonly reader: FakeReader
  readonly log: string[]
  readonly books: { received: number }
  /** Appends rows and lets them be read. */
  rows(...rows: readonly PlainRow[]): Promise<void>
  /** Lets time pass. */
  pass(ms: number): void
  now(): number
}

/** Rows of one protocol number; `proto = 6` and the like. */
function compileFilter(text: string): RowFilter | null {
  if (text === '') return null
  const match = /^\s*proto\s*=\s*(\d+)\s*$/.exec(text)
  if (match === null) throw new FlowLensError('FL_FILTER_VALUE', 'no filter of this test')
  const columns = new Set(['proto', 'notes'])
  return {
    canonical: `proto = ${match[1]}`,
    columns,
    bind:
      ({ columns: found }: Block) =>
      row =>
        found.get('proto')?.data[row] === Number(match[1]) && found.has('notes'),
  }
}

async function startLive(t: TestContext, startAt = START): Promise<Bench> {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: startAt })
  const reader = fakeReader()
  const log: string[] = []
  const books = { received: 0 }
  const live = createLive({
    reader,
    now: Date.now,
    log: createLog({ level: 'info', format: 'text' }, { write: line => void log.push(line), now: Date.now }),
    books: () => ({ ...books }),
    compileFilter,
  })
  live.start()
  t.after(() => live.stop())
  await turn()
  return {
    live,
    reader,
    log,
    books,
    async rows(...rows) {
      reader.append(
        payloadOf(
          4,
          rows.map(row => ({ received_at: Date.now(), exporter: '10.0.0.254', src: '10.0.0.1', dst: '10.0.0.2', proto: 6, notes: 0, ...row })),
        ),
      )
      await turn()
    },
    // In small steps: within one step every timer would find the clock at its end.
    pass(ms) {
      for (let left = ms; left > 0; left -= 100) t.mock.timers.tick(Math.min(100, left))
    },
    now: Date.now,
  }
}

test('while reading lags behind the disk, figures come late and whole, never low', async t => {
  const bench = await startLive(t)
  const told: number[] = []
  bench.live.subscribe('', ({ second, fps }) => void told.push(second - START / 1000, fps))
  await bench.rows({ bytes: 1 })
  bench.reader.lags = true
  bench.pass(3000)
  assert.deepEqual(told, [-1, 0], 'the second of the row may have more rows on the disk')
  await bench.rows({ bytes: 1 }, { bytes: 1 })
  bench.pass(1000)
  assert.deepEqual(told.slice(2), [2, 0], 'all seconds before that of the newest row are whole')
  bench.reader.lags = false
  bench.pass(1000)
  assert.deepEqual(told.slice(4), [3, 2])
})

test('a second is told once, 400 ms after its end, with the rows that came in it', async t => {
  const bench = await startLive(t)
  const told: LiveSecond[] = []
  bench.live.subscribe('', second => void told.push(second))
  assert.equal(bench.live.latest(), null)
  await bench.rows({ bytes: 100 })
  bench.pass(400)
  assert.deepEqual(
    told.map(({ second, bps }) => [second, bps]),
    [[START / 1000 - 1, 0]],
  )
  bench.pass(500)
  await bench.rows({ bytes: 10 })
  bench.pass(499)
  assert.equal(told.length, 1)
  bench.pass(1)
  assert.deepEqual(told.map(({ second, bps, at, age_ms: age }) => [second, bps, at, age]).slice(1), [[START / 1000, 880, START + 1400, 400]])
  assert.equal(bench.live.latest(), told[1])
  bench.pass(3000)
  assert.deepEqual(
    told.map(({ second }) => second - START / 1000),
    [-1, 0, 1, 2, 3],
  )
})

test('a process that stood still goes on with the newest second', async t => {
  const bench = await startLive(t)
  const told: number[] = []
  bench.live.subscribe('', ({ second }) => void told.push(second - START / 1000))
  bench.pass(1400)
  t.mock.timers.tick(5000)
  bench.pass(1000)
  assert.deepEqual(told, [-1, 0, 5, 6])
})

test('a timer that fires early tells no second twice', async t => {
  const bench = await startLive(t)
  let now = START
  const told: number[] = []
  const live = createLive({
    reader: fakeReader(),
    now: () => now,
    log: createLog({ level: 'info', format: 'text' }, { write: () => {}, now: Date.now }),
    books: () => ({}),
    compileFilter,
  })
  live.subscribe('', ({ second }) => void told.push(second - START / 1000))
  live.start()
  for (const ms of [400, 1399, 1400, 2400]) {
    now = START + ms
    bench.pass(1000)
  }
  await live.stop()
  assert.deepEqual(told, [-1, 0, 1])
})

test('it begins a minute back, and stops when told', async t => {
  const bench = await startLive(t)
  assert.deepEqual(bench.reader.asked, [START - 60_000, 'seek 42'])
  await bench.rows({ received_at: START - 30_000, bytes: 5 })
  bench.pass(400)
  assert.equal(bench.live.latest()?.active_hosts, 2)
  await bench.live.stop()
  const { second } = bench.live.latest() ?? { second: 0 }
  bench.pass(5000)
  assert.equal(bench.live.latest()?.second, second)
})

test('gaps and damaged frames are passed over; a frame that cannot be read ends nothing', async t => {
  const bench = await startLive(t)
  bench.reader.gap()
  bench.reader.append(null)
  bench.reader.append(Uint8Array.of(9, 9, 9))
  await bench.rows({ bytes: 100 })
  bench.pass(1400)
  assert.equal(bench.live.latest()?.bps, 800)
  assert.equal(bench.log.length, 1)
  assert.match(bench.log[0] ?? '', /warn.*live figures leave out a frame/i)
})

test('datagrams are those of the second, by the books, and none after a restart of the count', async t => {
  const bench = await startLive(t)
  const told: [number, unknown][] = []
  bench.live.subscribe('', ({ datagrams, books }) => void told.push([datagrams, books['received']]))
  for (const received of [1000, 1500, 1500, 20, 25]) {
    bench.books.received = received
    bench.pass(1000)
  }
  assert.deepEqual(told, [
    [0, 1000],
    [500, 1500],
    [0, 1500],
    [0, 20],
    [5, 25],
  ])
})

test('each filter has its own figures; the same filter written otherwise shares them', async t => {
  const bench = await startLive(t)
  const told = new Map<string, number[]>()
  const watch = (filter: string, name: string): (() => void) => bench.live.subscribe(filter, ({ bps }) => void told.set(name, [...(told.get(name) ?? []), bps]))
  watch('', 'all')
  watch('proto = 17', 'udp')
  watch('  proto=17 ', 'udp again')
  const stop = watch('proto = 6', 'tcp')
  await bench.rows({ bytes: 1 }, { bytes: 10, proto: 17 }, { bytes: 100, proto: 17 })
  bench.pass(1400)
  assert.deepEqual(
    [...told].map(([name, bps]) => [name, bps.at(-1)]),
    [
      ['all', 888],
      ['udp', 880],
      ['udp again', 880],
      ['tcp', 8],
    ],
  )
  stop()
  bench.pass(1000)
  assert.deepEqual(
    [...told].map(([name, bps]) => [name, bps.length]),
    [
      ['all', 3],
      ['udp', 3],
      ['udp again', 3],
      ['tcp', 2],
    ],
  )
})

test('a filter nobody watches is kept half a minute, then begins anew', async t => {
  const bench = await startLive(t)
  const watch = (): LiveSecond[] => {
    const told: LiveSecond[] = []
    const stop = bench.live.subscribe('proto = 6', second => void told.push(second))
    bench.pass(1000)
    stop()
    return told
  }
  watch()
  await bench.rows({ bytes: 5 })
  bench.pass(29_000)
  assert.equal(watch()[0]?.hosts.length, 2)
  bench.pass(32_000)
  assert.equal(watch()[0]?.hosts.length, 0)
})

test('a wrong filter is refused when it is asked for; so is one too many, until another is left', async t => {
  const bench = await startLive(t)
  assert.throws(() => bench.live.subscribe('nonsense', () => {}), { code: 'FL_FILTER_VALUE' })
  const stops = Array.from({ length: 16 }, (_, number) => bench.live.subscribe(`proto = ${number}`, () => {}))
  assert.throws(() => bench.live.subscribe('proto = 99', () => {}), { code: 'FL_ACCESS_THROTTLED' })
  bench.live.subscribe('proto = 3', () => {})
  stops[7]?.()
  const told: number[] = []
  bench.live.subscribe('proto = 99', ({ second }) => void told.push(second))
  bench.pass(1000)
  assert.equal(told.length, 1)
  assert.throws(() => bench.live.subscribe('proto = 98', () => {}), { code: 'FL_ACCESS_THROTTLED' })
})
