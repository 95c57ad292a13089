import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import { SINKS } from './catalog.ts'
import { append, describeSink, IMPATIENT, openWriter, place, troubled, until, waitsNothing, type SinkUnderTest } from './conformance.ts'
import { createDelivery } from './delivery.ts'
import type { Store } from './flow-store.ts'
import { requestReplay } from './replay.ts'
import { defineSink, type SinkDefinition } from './sink.ts'
import { store } from './sinks/store/index.ts'
import type { DeliveryEvent } from './status.ts'

const payload: SinkUnderTest['payload'] = (firstSeq, rows) => [Buffer.from(`${firstSeq}+${rows};`)]

/** A store that recognises tokens, as the engine does: the same token with other rows is not recognised. */
function tokenStore(): { store: Store; rows: Map<number, number>; tokens: Map<string, string> } {
  const rows = new Map<number, number>()
  const tokens = new Map<string, string>()
  return {
    rows,
    tokens,
    store: {
      async insert({ token, stageFile }) {
        const text = readFileSync(stageFile, 'utf8')
        if (tokens.get(token) === text) return
        tokens.set(token, text)
        for (const part of text.split(';').slice(0, -1)) {
          const [from = 0, count = 0] = part.split('+').map(Number)
          for (let seq = from; seq < from + count; seq++) rows.set(seq, (rows.get(seq) ?? 0) + 1)
        }
      },
      hasBatch: async seq => rows.has(seq),
    },
  }
}

/** A sink in memory, for what concerns delivery alone. */
function memorySink(
  name: string,
  deliver: (text: { fromSeq: number; toSeq: number; token: string }, signal: AbortSignal) => Promise<void>,
  more: Partial<SinkDefinition> = {},
): SinkDefinition {
  return defineSink({ name, guarantee: 'at least once', doc: 'A sink of the tests.', create: () => ({ deliver, stop: () => Promise.resolve() }), ...more })
}

const SUITES: Readonly<Record<string, () => void>> = {
  store: () =>
    describeSink('store', async () => {
      const { store: target, rows } = tokenStore()
      return { definition: store, deps: { store: target }, payload, rows: async () => rows }
    }),
}
for (const suite of Object.values(SUITES)) suite()

test('every sink of the catalog is in the conformance suite', () => {
  assert.deepEqual(
    SINKS.map(sink => sink.name),
    Object.keys(SUITES),
  )
})

const base = (dataDir: string, sinks: readonly SinkDefinition[]) => ({ dataDir, sinks, batchMs: 10, maxAgeMs: 1e12, patience: IMPATIENT })

test('ranges keep order, limits and epochs', async t => {
  const dataDir = place(t)
  for (let epoch = 0; epoch < 3; epoch++) {
    const writer = openWriter(dataDir)
    append(writer, 10, 10, payload)
    writer.close()
  }
  const ranges: { fromSeq: number; toSeq: number; token: string }[] = []
  const sink = memorySink(
    'memory',
    async range => {
      ranges.push(range)
    },
    { limits: { rows: 70, bytes: 1e6 } },
  )
  const delivery = createDelivery(base(dataDir, [sink]))
  t.after(() => delivery.stop())
  await delivery.start()
  await until(waitsNothing(delivery, 300), 'delivered')
  await delivery.stop()
  assert.deepEqual(
    ranges.map(range => [range.fromSeq, range.toSeq]),
    [
      [0, 70],
      [70, 100],
      [100, 170],
      [170, 200],
      [200, 270],
      [270, 300],
    ],
  )
  assert.match(ranges[2]?.token ?? '', /^[0-9a-f-]{36}:2:100-170$/)
})

test('rows wait for their batch time, and no longer', async t => {
  const dataDir = place(t)
  const writer = openWriter(dataDir)
  t.after(() => writer.close())
  let now = 100_000
  append(writer, 3, 5, payload, now)
  let delivered = 0
  const delivery = createDelivery(
    {
      ...base(dataDir, [
        memorySink('memory', async range => {
          delivered += range.toSeq - range.fromSeq
        }),
      ]),
      batchMs: 1000,
    },
    { now: () => now, sleep: () => new Promise(resolve => setImmediate(resolve)) },
  )
  t.after(() => delivery.stop())
  await delivery.start()
  now = 100_999
  await until(() => delivery.status().sinks[0]?.oldest_waiting_ms === 999, 'the lane has seen the rows')
  assert.equal(delivered, 0)
  now = 101_000
  await until(() => delivered === 15, 'delivered')
  await delivery.stop()
})

test('a sink that hangs holds up no other, and keeps its rows on the disk', async t => {
  const dataDir = place(t)
  const writer = openWriter(dataDir)
  t.after(() => writer.close())
  append(writer, 200, 10, payload)
  const sinks = [
    memorySink('hangs', () => new Promise(() => undefined)),
    memorySink('well', () => Promise.resolve(), { limits: { rows: 100, bytes: 1e6 } }),
    memorySink(
      'slow',
      async (_, signal) => {
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      },
      { timeoutMs: 5 },
    ),
  ]
  const delivery = createDelivery({ ...base(dataDir, sinks), graceMs: 20 })
  t.after(() => delivery.stop())
  await delivery.start()
  const of = (name: string) => delivery.status().sinks.find(sink => sink.name === name)
  await until(() => of('well')?.rows_waiting === 0, 'the other sink has everything')
  await until(() => of('slow')?.breaker === 'open', 'the breaker of the one that times out opens')
  assert.equal(of('hangs')?.rows_waiting, 2000)
  assert.equal(of('hangs')?.rows_spooled, 2000)
  assert.equal(delivery.status().spool.oldest_seq, 0)
  assert((of('slow')?.failures ?? 0) >= 5)
  await delivery.stop()
})

test('a range refused for good becomes a dead letter, and the next ones go on', async t => {
  const dataDir = place(t)
  const writer = openWriter(dataDir)
  t.after(() => writer.close())
  append(writer, 10, 10, payload)
  const events: DeliveryEvent[] = []
  const seen: number[] = []
  const sink = memorySink(
    'picky',
    async ({ fromSeq }) => {
      if (fromSeq === 20) throw new FlowLensError('FL_STORE_MIGRATION', 'not these')
      seen.push(fromSeq)
    },
    { limits: { rows: 20, bytes: 1e6 } },
  )
  const delivery = createDelivery(base(dataDir, [sink]), { onEvent: event => events.push(event) })
  t.after(() => delivery.stop())
  await delivery.start()
  await until(waitsNothing(delivery, 100), 'all settled')
  const status = delivery.status().sinks[0]
  assert.deepEqual([status?.rows_delivered, status?.rows_expired['dead_letter'], status?.refusals, status?.breaker], [80, 20, 20, 'closed'])
  assert.deepEqual(seen, [0, 40, 60, 80])
  const letter = events.find(event => event.kind === 'dead_letter')
  assert(letter?.kind === 'dead_letter')
  assert(readFileSync(letter.file, 'latin1').includes('20+10;'))
  await delivery.stop()
})

test('segments go when the sinks have them; a damaged frame costs its rows only, and is counted', async t => {
  const dataDir = place(t)
  const writer = openWriter(dataDir, 400)
  append(writer, 100, 3, payload)
  writer.close()
  const directory = join(dataDir, 'spool', 'flows')
  const segments = readdirSync(directory)
    .filter(name => name.endsWith('.fls'))
    .sort()
  const hurt = join(directory, segments[2] ?? '')
  const bytes = readFileSync(hurt)
  // The payload of the second frame of the third segment.
  bytes[64 + 64 + 8 + 64] = 0xff
  writeFileSync(hurt, bytes)
  const rows = new Set<number>()
  let now = Date.now()
  const delivery = createDelivery(
    base(dataDir, [
      memorySink(
        'memory',
        async range => {
          for (let seq = range.fromSeq; seq < range.toSeq; seq++) rows.add(seq)
          now += 10_000
        },
        { limits: { rows: 30, bytes: 1e6 } },
      ),
    ]),
    { now: () => now },
  )
  t.after(() => delivery.stop())
  await delivery.start()
  await until(waitsNothing(delivery, 300), 'delivered')
  const status = delivery.status()
  assert.deepEqual([status.sinks[0]?.rows_delivered, status.sinks[0]?.rows_expired['corrupt'], rows.size], [297, 3, 297])
  assert(status.spool.removed.passed > 5)
  assert(status.spool.oldest_seq > 200)
  await delivery.stop()
})

test('a planned range that became unreadable is settled by asking the store', async t => {
  const dataDir = place(t)
  const writer = openWriter(dataDir, 1e6)
  append(writer, 10, 10, payload)
  writer.close()
  const memory = tokenStore()
  const lostAnswer = troubled(
    { ...store, limits: { rows: 60, bytes: 1e6 } },
    {
      after: () => {
        throw new FlowLensError('FL_DELIVER_SINK', 'the answer got lost')
      },
    },
  )
  const first = createDelivery(
    { ...base(dataDir, [lostAnswer]), patience: { ...IMPATIENT, firstPauseMs: 60_000, longestPauseMs: 60_000 } },
    { store: memory.store, random: () => 1 },
  )
  t.after(() => first.stop())
  await first.start()
  await until(() => memory.rows.size === 60, 'the store has the range')
  await first.stop()
  // Rows 30..39 of the planned range are gone from the disk, and the store lost its last rows, 50..59.
  const segment = join(dataDir, 'spool', 'flows', `${'0'.repeat(20)}.fls`)
  const bytes = readFileSync(segment)
  const at = bytes.indexOf('30+10;')
  bytes.fill(0, at - 64, at + 8)
  writeFileSync(segment, bytes)
  for (let seq = 50; seq < 60; seq++) memory.rows.delete(seq)
  const events: string[] = []
  const second = createDelivery(base(dataDir, [store]), { store: memory.store, onEvent: event => events.push(event.kind) })
  t.after(() => second.stop())
  await second.start()
  await until(waitsNothing(second, 100), 'delivered')
  const status = second.status().sinks[0]
  assert.deepEqual([status?.rows_delivered, status?.rows_expired['corrupt']], [100, 0])
  assert.equal(memory.rows.size, 100)
  for (const times of memory.rows.values()) assert.equal(times, 1)
  assert(events.includes('plan_unreadable'))
  await second.stop()
})

test('a full disk makes ranges smaller until they can be staged', async t => {
  const dataDir = place(t)
  const writer = openWriter(dataDir)
  t.after(() => writer.close())
  append(writer, 64, 10, payload)
  const sizes: number[] = []
  const sink = memorySink('store', async ({ fromSeq, toSeq }) => {
    if (toSeq - fromSeq > 100) throw new FlowLensError('FL_DELIVER_STAGE', 'no space')
    sizes.push(toSeq - fromSeq)
  })
  const delivery = createDelivery(base(dataDir, [sink]))
  t.after(() => delivery.stop())
  await delivery.start()
  await until(waitsNothing(delivery, 640), 'delivered')
  assert.equal(
    sizes.reduce((sum, rows) => sum + rows, 0),
    640,
  )
  await delivery.stop()
})

test('a sink that is not configured any more keeps nothing on the disk, and finds its place when it returns', async t => {
  const dataDir = place(t)
  const writer = openWriter(dataDir, 2000)
  t.after(() => writer.close())
  append(writer, 50, 2, payload)
  const got: number[] = []
  const keep = memorySink('keep', () => Promise.resolve())
  const leave = memorySink('leave', async ({ fromSeq }) => {
    got.push(fromSeq)
  })
  const run = async (sinks: readonly SinkDefinition[], rows: number): Promise<void> => {
    const delivery = createDelivery(base(dataDir, sinks))
    t.after(() => delivery.stop())
    await delivery.start()
    await until(() => delivery.status().sinks.every(sink => sink.rows_waiting === 0 && sink.durable_seq === rows), 'delivered')
    await delivery.stop()
  }
  await run([keep, leave], 100)
  append(writer, 50, 2, payload)
  await run([keep], 200)
  append(writer, 5, 2, payload)
  await run([keep, leave], 210)
  assert.equal(got[0], 0)
  assert((got[1] ?? 0) >= 100)
  assert.deepEqual(readdirSync(join(dataDir, 'spool', 'flows', 'cursors')).sort(), ['keep.cursor', 'leave.cursor'])
})

test('a cut segment costs the rows that are cut off', async t => {
  const dataDir = place(t)
  const writer = openWriter(dataDir, 800)
  append(writer, 100, 3, payload)
  writer.close()
  const directory = join(dataDir, 'spool', 'flows')
  const [first = ''] = readdirSync(directory)
    .filter(name => name.endsWith('.fls'))
    .sort()
  truncateSync(join(directory, first), statSync(join(directory, first)).size - 100)
  const delivery = createDelivery(base(dataDir, [memorySink('memory', () => Promise.resolve())]))
  t.after(() => delivery.stop())
  await delivery.start()
  await until(waitsNothing(delivery, 300), 'settled')
  const status = delivery.status().sinks[0]
  assert.equal((status?.rows_delivered ?? 0) + (status?.rows_expired['corrupt'] ?? 0), 300)
  assert.equal(status?.rows_expired['corrupt'], 6)
  await delivery.stop()
})

test('a replay gives the sink what it lacks, from the spool and from dead letters, and nothing twice', async t => {
  const dataDir = place(t)
  const writer = openWriter(dataDir)
  t.after(() => writer.close())
  append(writer, 10, 10, payload)
  const memory = tokenStore()
  let picky = true
  const refusing: Store = {
    ...memory.store,
    async insert(range, signal) {
      if (picky && range.from === 20) throw new FlowLensError('FL_STORE_MIGRATION', 'not these')
      await memory.store.insert(range, signal)
    },
  }
  let now = Date.now()
  const events: DeliveryEvent[] = []
  const delivery = createDelivery(base(dataDir, [{ ...store, limits: { rows: 20, bytes: 1e6 } }]), {
    store: refusing,
    onEvent: event => events.push(event),
    now: () => now,
  })
  t.after(() => delivery.stop())
  await delivery.start()
  await until(waitsNothing(delivery, 100), 'all settled')
  assert.equal(memory.rows.size, 80)
  picky = false
  requestReplay({ directory: join(dataDir, 'spool'), stream: 'flows' }, { sink: 'store', fromSeq: 0, toSeq: 60 })
  now += 2000
  await until(() => events.some(event => event.kind === 'replayed'), 'replayed')
  const replayed = events.find(event => event.kind === 'replayed')
  assert(replayed?.kind === 'replayed')
  assert.deepEqual([replayed.rows, replayed.skipped, replayed.missed], [20, 40, 0])
  assert.equal(memory.rows.size, 100)
  for (const times of memory.rows.values()) assert.equal(times, 1)
  assert.deepEqual(readdirSync(join(dataDir, 'spool', 'flows', 'dead-letter', 'store')), [])
  assert.deepEqual(readdirSync(join(dataDir, 'spool', 'flows', 'replay')), [])
})
