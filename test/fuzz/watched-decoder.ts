/** A decoder whose every step is watched: what always holds is checked after each datagram, and an Error says what was broken. */
import { createDecoder, createExporter, type Exporter, type RowSink } from '../../src/decode/index.ts'
import { openBooks } from '../../src/decode/fixtures/collector.ts'
import { FlowBatch, MAX_ROWS, STORED_COLUMNS, layoutsOf } from '../../src/schema/index.ts'
import { WatchedView } from './watched-view.ts'

const LIMITS = { lifetimeMs: 1_800_000, perDomain: 256, domains: 16, pendingMs: 30_000, pendingBytes: 1 << 16, pendingTotalBytes: 1 << 18 }
const NOW = 1_700_000_000_000
const MARGIN = 32
const ROUTER = 0xffff_0a00_00fen
const MOST_AGENTS = 4

const view = new WatchedView(new ArrayBuffer(65_535 + 2 * MARGIN))
const bytes = new Uint8Array(view.buffer)
const batches = { 4: new FlowBatch(0, 4), 6: new FlowBatch(1, 6) }

/** Rows behind the last one that are looked at; a decoder that leaves a broken record behind leaves it right there. */
const LOOKED_BEHIND = 4

/** What stands behind the last row; '' where all is zero. Plain loops: this runs after every datagram. */
function dirtBehind(batch: FlowBatch): string {
  const layouts = layoutsOf(batch.family)
  for (let index = 0; index < batch.columns.length; index++) {
    const column = batch.columns[index]
    if (column === undefined) continue
    const per = layouts[index]?.per ?? 1
    const end = Math.min(column.length, (batch.rows + LOOKED_BEHIND) * per)
    for (let at = batch.rows * per; at < end; at++) if (column[at] !== 0) return `${STORED_COLUMNS[index]?.name} is not zero behind the last row`
  }
  return ''
}

/** Whether rows of a datagram of this length can be so many: a record takes a byte, and others may have waited for its template. */
const rowsFit = (rows: number, length: number): boolean => rows <= length + LIMITS.pendingBytes

/** All counts by name, those in groups behind the group's. */
function flat(counts: Readonly<Record<string, unknown>>, group = ''): [name: string, count: number][] {
  return Object.entries(counts).flatMap(([name, count]) =>
    typeof count === 'object' && count !== null
      ? flat({ ...count }, `${name}.`)
      : typeof count === 'number'
        ? [[`${group}${name}`, count] as [string, number]]
        : [],
  )
}

export interface DecodeOptions {
  readonly transport?: 'udp' | 'tcp' | 'file'
  /** What lies around the datagrams. */
  readonly canary?: number
}

const sink: RowSink = {
  reserve(family, rows) {
    if (!Number.isSafeInteger(rows) || rows < 0 || rows > MAX_ROWS) throw new Error(`room for ${rows} rows is asked for`)
    if (batches[family].full || batches[family].rows + rows > MAX_ROWS) batches[family].reset(family)
    return batches[family]
  },
  committed: () => {},
  counters: () => {},
}
const agents = new Map<bigint, Exporter>()
const exporterAt = (address: bigint): Exporter | null => {
  let agent = agents.get(address) ?? null
  if (agent === null && agents.size < MOST_AGENTS) agents.set(address, (agent = createExporter(address)))
  return agent
}
/** What is learnt belongs to exporters; making a decoder costs more than most inputs. */
const RUNS_OF_A_DECODER = 500
let runs = 0
let decoder = createDecoder(LIMITS, { sink, exporterAt })

/** Decodes datagrams as one exporter sends them; gives what they did. */
export function decodeWatched(datagrams: readonly Uint8Array[], { transport = 'udp', canary = 0xa5 }: DecodeOptions = {}): string {
  for (const family of [4, 6] as const) batches[family].reset(family)
  const exporter = { ...createExporter(ROUTER), transport }
  agents.clear()
  if (runs++ % RUNS_OF_A_DECODER === 0) decoder = createDecoder(LIMITS, { sink, exporterAt })
  const waiting = decoder.counts.setsPending
  const begin = flat({ ...decoder.counts })
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
  if (decoder.counts.setsPending !== waiting || exporter.pendingBytes !== 0) throw new Error('sets wait longer than they may')
  const end = new Map(flat({ ...decoder.counts }))
  return begin.flatMap(([name, count]) => (end.get(name) === count ? [] : [name])).join(' ')
}
