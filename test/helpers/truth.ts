/**
 * A simulated network into a real store, in this process and on its own clock: datagrams, decoder, enrichment, block, engine, query.
 * For the tests of right numbers.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDecoder, createExporter, type DecodeCounts, type Exporter, type RowSink } from '../../src/decode/index.ts'
import { createEnricher, hasRoomFor, mirror } from '../../src/enrich/index.ts'
import { createQuery, type Query, type Series, type Table } from '../../src/query/index.ts'
import { encodeBlock, FlowBatch, readAddress, type SealedBatch } from '../../src/schema/index.ts'
import type { Datagram, Network } from '../../src/simulate/network/index.ts'
import { openTestStore } from '../../src/store/testing/index.ts'

const LIMITS = { lifetimeMs: 1_800_000, perDomain: 4096, domains: 64, pendingMs: 30_000, pendingBytes: 1 << 20, pendingTotalBytes: 1 << 22 }

/** How often rows go into the store, so that some of them come when an hour is over. */
const STORE_MS = 600_000
/** A batch is closed when it is this old, as in `ingest`, though there it is a tenth of it. */
const BATCH_MS = 1000

export interface Site {
  /** A table; the whole time of the network where no range is told. */
  table(query?: Partial<Query>): Promise<Table>
  series(query: Partial<Query> & { readonly granularity: number }): Promise<Series>
  /** Bytes and packets of everything, or of what a filter lets through. */
  total(query?: Partial<Query>): Promise<{ readonly bytes: number; readonly packets: number }>
  row(sql: string): Promise<readonly unknown[]>
  /** Rows stored, those of the other direction too. */
  readonly rows: number
  readonly counts: DecodeCounts
  close(): Promise<void>
}

/** What a run needs of a network; made by hand where a test sends odd datagrams. */
export type Sent = Pick<Network, 'startMs' | 'untilMs' | 'datagrams'>

/** Decodes datagrams and hands on sealed batches with the time they were closed at; a batch is reused afterwards. */
function createReceiver(startMs: number, hand: (sealed: SealedBatch, nowMs: number) => void) {
  const open = { 4: new FlowBatch(4, 4), 6: new FlowBatch(6, 6) }
  const enricher = createEnricher()
  const exporters = new Map<string, Exporter>()
  let now = startMs
  let closedAt = startMs
  const close = (family: 4 | 6): void => {
    const batch = open[family]
    if (batch.rows === 0) return
    enricher.enrich(batch)
    mirror(batch)
    hand(batch.seal(), now)
    batch.reset(family)
  }
  const closeAll = (): void => {
    close(4)
    close(6)
    closedAt = now
  }
  const sink: RowSink = {
    reserve(family, count) {
      if (open[family].full || !hasRoomFor(open[family], count)) close(family)
      return open[family]
    },
    committed() {},
  }
  const decoder = createDecoder(LIMITS, { sink })
  return {
    decoder,
    closeAll,
    receive({ ms, source, bytes }: Datagram) {
      now = startMs + ms
      if (now - closedAt >= BATCH_MS) closeAll()
      let exporter = exporters.get(source)
      if (exporter === undefined) exporters.set(source, (exporter = createExporter(readAddress(source) ?? 0n)))
      decoder.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.byteLength, exporter, now)
    },
  }
}

/** Runs a network to its end and opens the questions. */
export async function runSite({ startMs, untilMs, datagrams }: Sent): Promise<Site> {
  const bed = await openTestStore()
  const endMs = startMs + untilMs
  const stageFile = join(bed.directory, 'network.native')
  let blocks: Uint8Array[] = []
  let rows = 0
  const receiver = createReceiver(startMs, sealed => {
    // The block's parts lie in the batch's own memory, which is used again.
    blocks.push(...encodeBlock(sealed, rows + 1).map(part => Uint8Array.from(part)))
    rows += sealed.rows
  })
  const store = async (nowMs: number): Promise<void> => {
    receiver.closeAll()
    bed.setNow(nowMs)
    if (blocks.length === 0) return
    writeFileSync(stageFile, Buffer.concat(blocks))
    blocks = []
    await bed.store.insert({ token: `network-${nowMs}`, stageFile, rows: 0 })
  }
  let storedMs = 0
  for (const datagram of datagrams) {
    if (datagram.ms - storedMs >= STORE_MS) {
      await store(startMs + datagram.ms)
      storedMs = datagram.ms
    }
    receiver.receive(datagram)
  }
  await store(endMs)
  const engine = createQuery({ store: bed.store, waitingSince: () => null, now: () => endMs })
  const signal = new AbortController().signal
  const whole = {
    from: startMs - 60_000,
    to: Math.ceil((endMs + 1) / 60_000) * 60_000,
    filter: '',
    by: [],
    metrics: ['bytes', 'packets'],
    limit: 10_000,
    order: '-bytes',
  }
  const table = async (query: Partial<Query> = {}): Promise<Table> => {
    const answer = await engine.run({ ...whole, ...query }, signal)
    if (answer.kind !== 'table') throw new TypeError('a table was asked for')
    return answer
  }
  return {
    table,
    async series(query) {
      const answer = await engine.run({ ...whole, limit: 100, ...query }, signal)
      if (answer.kind !== 'series') throw new TypeError('a series was asked for')
      return answer
    },
    async total(query) {
      const { totals } = await table(query)
      return { bytes: totals['bytes'] ?? 0, packets: totals['packets'] ?? 0 }
    },
    row: bed.row,
    rows,
    counts: receiver.decoder.counts,
    close: bed.close,
  }
}
