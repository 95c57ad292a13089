/** A decoder whose every step is watched: what always holds is checked after each datagram, and an Error says what was broken. */
import { createDecoder, createExporter, type Exporter, type RowSink } from '../../src/decode/index.ts'
import { openBooks } from '../../src/decode/fixtures/collector.ts'
import { FlowBatch, MAX_ROWS } from '../../src/schema/index.ts'
import { dirtBehind } from '../../src/schema/fixtures/index.ts'
import { WatchedView } from './watched-view.ts'

const LIMITS = { lifetimeMs: 1_800_000, perDomain: 256, domains: 16, pendingMs: 30_000, pendingBytes: 1 << 16, pendingTotalBytes: 1 << 18 }
const NOW = 1_700_000_000_000
const MARGIN = 32
const ROUTER = 0xffff_0a00_00fen
const MOST_AGENTS = 4

const view = new WatchedView(new ArrayBuffer(65_535 + 2 * MARGIN))
const bytes = new Uint8Array(view.buffer)
const batches = { 4: new FlowBatch(0, 4), 6: new FlowBatch(1, 6) }

/** Whether rows of a datagram of this length can be so many: a record takes a byte, and others may have waited for its template. */
const rowsFit = (rows: number, length: number): boolean => rows <= length + LIMITS.pendingBytes

/** Names of the counts that are not zero: what a run of datagrams did. */
function answerOf(counts: Readonly<Record<string, unknown>>): string {
  return Object.entries(counts)
    .flatMap(([name, count]) => (typeof count === 'object' && count !== null ? [answerOf({ ...count })] : typeof count === 'number' && count > 0 ? [name] : []))
    .join(' ')
}

export interface DecodeOptions {
  readonly transport?: 'udp' | 'tcp'
  /** What lies around the datagrams. */
  readonly canary?: number
}

/** Decodes datagrams as one exporter sends them; gives what they did. */
export function decodeWatched(datagrams: readonly Uint8Array[], { transport = 'udp', canary = 0xa5 }: DecodeOptions = {}): string {
  for (const family of [4, 6] as const) batches[family].reset(family)
  const exporter = { ...createExporter(ROUTER), transport }
  const agents = new Map<bigint, Exporter>()
  const sink: RowSink = {
    reserve(family, rows) {
      if (!Number.isSafeInteger(rows) || rows < 0 || rows > MAX_ROWS) throw new Error(`room for ${rows} rows is asked for`)
      if (batches[family].full || batches[family].rows + rows > MAX_ROWS) batches[family].reset(family)
      return batches[family]
    },
    committed: () => {},
    counters: () => {},
  }
  const exporterAt = (address: bigint): Exporter | null => {
    let agent = agents.get(address) ?? null
    if (agent === null && agents.size < MOST_AGENTS) agents.set(address, (agent = createExporter(address)))
    return agent
  }
  const decoder = createDecoder(LIMITS, { sink, exporterAt })
  for (const [index, datagram] of datagrams.entries()) {
    const { length } = datagram
    const before = decoder.counts.rows
    bytes.fill(canary, MARGIN + length, 2 * MARGIN + length)
    bytes.set(datagram, MARGIN)
    view.watch(MARGIN, MARGIN + length)
    decoder.decode(view, MARGIN, MARGIN + length, exporter, NOW + index)
    const open = openBooks(decoder.counts)
    if (open !== '') throw new Error(`the books are open, ${open}`)
    if (!rowsFit(decoder.counts.rows - before, length)) throw new Error(`${decoder.counts.rows - before} rows of a datagram of ${length} bytes`)
    for (const family of [4, 6] as const) {
      const dirt = dirtBehind(batches[family])
      if (dirt !== '') throw new Error(dirt)
    }
  }
  decoder.expire(exporter, NOW + 2 * LIMITS.pendingMs)
  if (decoder.counts.setsPending !== 0 || exporter.pendingBytes !== 0) throw new Error('sets wait longer than they may')
  return answerOf({ ...decoder.counts })
}
