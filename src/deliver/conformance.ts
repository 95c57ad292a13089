/**
 * The conformance suite of sinks: every member of the catalog passes it. It drives the sink by a real delivery from a real
 * spool, and asks a probe what the sink has in the end.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import { createSpoolWriter, type SpoolWriter } from '../spool/index.ts'
import { createDelivery, type Delivery, type DeliveryDeps } from './delivery.ts'
import type { PatienceConfig } from './patience.ts'
import type { DeliveryRange, SinkDefinition } from './sink.ts'

/** Pauses of milliseconds, so that a suite of failures takes a second. */
export const IMPATIENT: PatienceConfig = { firstPauseMs: 1, longestPauseMs: 5, breakerFailures: 5, breakerMs: 5, longestBreakerMs: 20 }

export interface SinkUnderTest {
  readonly definition: SinkDefinition
  readonly deps?: Pick<DeliveryDeps, 'store'>
  /** The payload of a frame of `rows` rows whose first has this number. */
  payload(firstSeq: number, rows: number): Uint8Array[]
  /** How often the sink has each row, by its number. */
  rows(): Promise<ReadonlyMap<number, number>>
}

/** What happens to the n-th delivery: before it, and after the sink has taken it but before we hear of it. */
export interface Trouble {
  before?(delivery: number, signal: AbortSignal): Promise<void> | void
  after?(delivery: number): Promise<void> | void
}

export function place(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'flowlens-deliver-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export function openWriter(dataDir: string, segmentBytes = 8192): SpoolWriter {
  const writer = createSpoolWriter({ directory: join(dataDir, 'spool'), stream: 'flows', segmentBytes, syncMs: 10, maxBytes: 1e9, fullPolicy: 'drop-oldest' })
  writer.open()
  return writer
}

/** Appends frames and commits them. */
export function append(writer: SpoolWriter, frames: number, rows: number, payload: SinkUnderTest['payload'], receivedAt = Date.now() - 60_000): void {
  for (let index = 0; index < frames; index++) {
    writer.append({ rows, encode: firstSeq => payload(firstSeq, rows), firstReceivedAt: receivedAt, lastReceivedAt: receivedAt })
  }
  assert(writer.commit())
}

/** Waits until the condition holds; fails after ten seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > deadline) assert.fail(`never: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

export const troubled = (definition: SinkDefinition, trouble: Trouble): SinkDefinition => ({
  ...definition,
  create(deps) {
    const sink = definition.create(deps)
    let deliveries = 0
    return {
      ...sink,
      async deliver(range: DeliveryRange, signal: AbortSignal) {
        const delivery = deliveries++
        await trouble.before?.(delivery, signal)
        await sink.deliver(range, signal)
        await trouble.after?.(delivery)
      },
    }
  },
})

export const waitsNothing = (delivery: Delivery, rows: number) => (): boolean =>
  delivery.status().sinks.every(sink => sink.rows_waiting === 0 && sink.rows_spooled === rows)

const down = (): never => {
  throw new FlowLensError('FL_DELIVER_SINK', 'down')
}

/** Runs the suite; `make` gives a fresh sink for each test. */
export function describeSink(name: string, make: (t: TestContext) => Promise<SinkUnderTest>): void {
  const once = async (t: TestContext, trouble: Trouble, check: (delivery: Delivery) => void = () => undefined): Promise<void> => {
    const dataDir = place(t)
    const subject = await make(t)
    const writer = openWriter(dataDir)
    t.after(() => writer.close())
    append(writer, 30, 7, subject.payload)
    const definition = { ...troubled(subject.definition, trouble), limits: { rows: 50, bytes: 1e6 } }
    const delivery = createDelivery({ dataDir, sinks: [definition], batchMs: 10, maxAgeMs: 1e9, patience: IMPATIENT }, { ...subject.deps })
    t.after(() => delivery.stop())
    await delivery.start()
    await until(waitsNothing(delivery, 210), 'all rows are delivered')
    check(delivery)
    const [status] = delivery.status().sinks
    assert.equal(status?.rows_delivered, 210)
    await delivery.stop()
    const rows = await subject.rows()
    assert.equal(rows.size, 210)
    if (subject.definition.guarantee === 'exactly once') for (const [seq, times] of rows) assert.equal(times, 1, `row ${seq} is there ${times} times`)
  }

  test(`${name}: all rows come, in order`, async t => {
    await once(t, {})
  })

  test(`${name}: a sink that is down gets everything when it is up`, async t => {
    await once(t, { before: delivery => (delivery < 12 ? down() : undefined) }, delivery => {
      assert.equal(delivery.status().sinks[0]?.failures, 12)
    })
  })

  test(`${name}: an answer that gets lost does not double rows, if exactly once is claimed`, async t => {
    await once(t, { after: delivery => (delivery % 3 === 0 ? down() : undefined) })
  })

  test(`${name}: a slow sink is waited for`, async t => {
    await once(t, { before: () => new Promise(resolve => setTimeout(resolve, 20)) })
  })

  test(`${name}: a delivery that was stopped before its answer is repeated after the restart`, async t => {
    const dataDir = place(t)
    const subject = await make(t)
    const writer = openWriter(dataDir)
    t.after(() => writer.close())
    append(writer, 10, 5, subject.payload)
    for (let round = 0; round < 3; round++) {
      let taken = false
      // The sink has the rows, and the process ends before the cursor moves.
      const definition = troubled(
        { ...subject.definition, limits: { rows: 10, bytes: 1e6 } },
        {
          after: () => {
            taken = true
            return down()
          },
        },
      )
      const delivery = createDelivery(
        { dataDir, sinks: [definition], batchMs: 10, maxAgeMs: 1e9, patience: { ...IMPATIENT, longestPauseMs: 60_000, firstPauseMs: 60_000 }, graceMs: 50 },
        { ...subject.deps, random: () => 1 },
      )
      t.after(() => delivery.stop())
      await delivery.start()
      await until(() => taken, 'the sink took a range')
      await delivery.stop()
    }
    const delivery = createDelivery(
      { dataDir, sinks: [{ ...subject.definition, limits: { rows: 25, bytes: 1e6 } }], batchMs: 10, maxAgeMs: 1e9, patience: IMPATIENT },
      { ...subject.deps },
    )
    t.after(() => delivery.stop())
    await delivery.start()
    await until(waitsNothing(delivery, 50), 'all rows are delivered')
    await delivery.stop()
    const rows = await subject.rows()
    assert.equal(rows.size, 50)
    if (subject.definition.guarantee === 'exactly once') for (const [seq, times] of rows) assert.equal(times, 1, `row ${seq} is there ${times} times`)
  })
}
