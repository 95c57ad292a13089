/**
 * A simulated network into a real store, in this process and on its own clock: datagrams, decoder, enrichment, block, engine, query.
 * For the tests of right numbers.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDecoder, createExporter, type Exporter, type RowSink } from '../../src/decode/index.ts'
import { createEnricher } from '../../src/enrich/index.ts'
import { createQuery, type Query, type Series, type Table } from '../../src/query/index.ts'
import { encodeBlock, FlowBatch, MAX_ROWS, readAddress, type SealedBatch } from '../../src/schema/index.ts'
import type { Datagram, Network } from '../../src/simulate/network/index.ts'
import { openTestStore } from '../../src/store/testing/index.ts'

const LIMITS = { lifetimeMs: 1_800_000, perDomain: 4096, domains: 64, pendingMs: 30_000, pendingBytes: 1 << 20, pendingTotalBytes: 1 << 22 }

/** A batch is closed when it is this old, as in `ingest`, though there it is a tenth of it. */
const BATCH_MS = 1000

export interface Site {
  /** A table; the whole time of the network where no range is told. */
  table(query?: Partial<Query>): Promise<Table>
  series(query: Partial<Query> & { readonly granularity: number }): Promise<Series>
  /** Bytes and packets of everything, or of what a filter lets through. */
  total(query?: Partial<Query>): Promise<{ readonly bytes: number; readonly packets: number }>
  row(sql: string): Promise<readonly unknown[]>
  /** Rows decoded. */
  readonly rows: number
  close(): Promise<void>
}

/** Decodes the datagrams and hands on sealed batches with the time they were closed at; the batch is reused afterwards. */
function receive(datagrams: readonly Datagram[], startMs: number, hand: (sealed: SealedBatch, nowMs: number) => void): number {
  const open = { 4: new FlowBatch(4, 4), 6: new FlowBatch(6, 6) }
  const enricher = createEnricher()
  let rows = 0
  let now = startMs
  let flushed = startMs
  const close = (family: 4 | 6): void => {
    const batch = open[family]
    if (batch.rows === 0) return
    enricher.enrich(batch)
    rows += batch.rows
    hand(batch.seal(), now)
    batch.reset(family)
  }
  const sink: RowSink = {
    reserve(family, count) {
      if (open[family].full || open[family].rows + count > MAX_ROWS) close(family)
      return open[family]
    },
    committed() {},
  }
  const decoder = createDecoder(LIMITS, { sink })
  const exporters = new Map<string, Exporter>()
  for (const { ms, source, bytes } of datagrams) {
    now = startMs + ms
    if (now - flushed >= BATCH_MS) {
      close(4)
      close(6)
      flushed = now
    }
    let exporter = exporters.get(source)
    if (exporter === undefined) exporters.set(source, (exporter = createExporter(readAddress(source) ?? 0n)))
    decoder.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.byteLength, exporter, now)
  }
  close(4)
  close(6)
  return rows
}

/** Runs a network to its end and opens the questions. */
export async function runSite(network: Network): Promise<Site> {
  const bed = await openTestStore()
  const { startMs, untilMs, datagrams } = network
  const endMs = startMs + untilMs
  bed.setNow(endMs)
  const blocks: Uint8Array[] = []
  let seq = 1
  const rows = receive(datagrams, startMs, sealed => {
    blocks.push(...encodeBlock(sealed, seq).map(part => Uint8Array.from(part)))
    seq += sealed.rows
  })
  const stageFile = join(bed.directory, 'network.native')
  writeFileSync(stageFile, Buffer.concat(blocks))
  await bed.store.insert({ token: 'network', stageFile, rows })
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
    close: bed.close,
  }
}
