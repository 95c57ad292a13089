/**
 * A simulated network into a real store, in this process and on its own clock: datagrams, decoder, enrichment, block, engine, query.
 * For the tests of right numbers.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DecodeCounts } from '../../src/decode/index.ts'
import type { ExporterRules } from '../../src/decode/registry/index.ts'
import { createQuery, type Conversation, type Query, type QueryEngine, type Series, type Table } from '../../src/query/index.ts'
import { encodeBlock } from '../../src/schema/index.ts'
import type { Network } from '../../src/simulate/network/index.ts'
import { openTestStore, type TestStore } from '../../src/store/testing/index.ts'
import { createReceiver } from './receiver.ts'

/** How often rows go into the store, so that some of them come when an hour is over. */
const STORE_MS = 600_000

export interface Site {
  /** A table; the whole time of the network where no range is told. */
  table(query?: Partial<Query>): Promise<Table>
  series(query: Partial<Query> & { readonly granularity: number }): Promise<Series>
  /** Bytes and packets of everything, or of what a filter lets through. */
  total(query?: Partial<Query>): Promise<{ readonly bytes: number; readonly packets: number }>
  row(sql: string): Promise<readonly unknown[]>
  /** Flows of both directions joined, all of them. */
  conversations(filter?: string): Promise<readonly Conversation[]>
  /** Rows stored, those of the other direction too. */
  readonly rows: number
  readonly counts: DecodeCounts
}

/** What a run needs of a network; made by hand where a test sends odd datagrams. */
export type Sent = Pick<Network, 'startMs' | 'untilMs' | 'datagrams'>

export interface RunOptions {
  /** What the configuration says of exporters. */
  readonly rules?: ExporterRules
  readonly fromMs?: number
}

export interface Sites {
  /**
   * Runs a network to its end and opens the questions; those that tell no range begin at `fromMs`, from the start of the network. Networks
   * of one store lie at least a day apart.
   */
  run(network: Sent, options?: RunOptions): Promise<Site>
  close(): Promise<void>
}

/** One store for several networks, one after the other; each has a decoder and a marker of its own. */
export async function openSites(): Promise<Sites> {
  const bed = await openTestStore()
  const stageFile = join(bed.directory, 'network.native')
  let nextRow = 1
  let now = 0
  const engine = createQuery({ store: bed.store, waitingSince: () => null, now: () => now })

  async function run({ startMs, untilMs, datagrams }: Sent, { rules = {}, fromMs = -60_000 }: RunOptions = {}): Promise<Site> {
    const endMs = startMs + untilMs
    const first = nextRow
    let blocks: Uint8Array[] = []
    const receiver = createReceiver(startMs, rules, sealed => {
      // The block's parts lie in the batch's own memory, which is used again.
      blocks.push(...encodeBlock(sealed, nextRow).map(part => Uint8Array.from(part)))
      nextRow += sealed.rows
    })
    const store = async (nowMs: number): Promise<void> => {
      receiver.closeAll()
      now = nowMs
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
    // Hours that are over are closed before the next insert.
    await bed.addBlocks([], `network-${endMs}-over`)
    return createSite(engine, bed, { fromMs: startMs + fromMs, endMs }, { rows: nextRow - first, counts: receiver.counts })
  }
  return { run, close: bed.close }
}

function createSite(
  engine: QueryEngine,
  bed: TestStore,
  { fromMs, endMs }: { readonly fromMs: number; readonly endMs: number },
  facts: Pick<Site, 'rows' | 'counts'>,
): Site {
  const signal = new AbortController().signal
  const whole = {
    from: fromMs,
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
    ...facts,
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
    async conversations(filter = '') {
      const { rows, next } = await engine.conversations({ from: fromMs, to: whole.to, filter, scope: '', order: 'started', limit: 10_000 }, signal)
      if (next !== null) throw new RangeError('more conversations than a page holds')
      return rows
    },
  }
}
