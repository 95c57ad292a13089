/** Functions that generated code calls, by the names it calls them. */
import { indexOf, type FlowBatch } from '../../schema/index.ts'
import type { RecordContext } from '../types.ts'
import { dropped, exception } from './drops.ts'
import { extracted } from './extracted.ts'
import { sampled } from './frames.ts'
import { acl, distinguisher } from './prints.ts'
import { relay } from './relays.ts'
import { readText } from './text.ts'
import { eraOf, ntpToMs } from './times.ts'

const NOTE = indexOf('notes')
const TUNNEL_TYPE = indexOf('tunnel_type')

/** Marks a row in `notes`, a column made only when something had to be mended. */
function note(batch: FlowBatch, row: number, bit: number): void {
  const notes = batch.need(NOTE)
  notes[row] = (notes[row] ?? 0) | bit
}

/** Tunnels by the number generated code has for them; up to 2 they are those of element 351 (layer2SegmentId). */
export const TUNNELS = ['', 'vxlan', 'nvgre', 'gre', 'gtp'] as const

/** Names the tunnel of a row that names none yet. */
function tunnel(batch: FlowBatch, row: number, kind: number): void {
  const name = TUNNELS[kind] ?? ''
  const types = batch.need(TUNNEL_TYPE)
  if (name !== '' && types[row] === 0) types[row] = batch.code(TUNNEL_TYPE, name)
}

/** Hands a list to its reader. */
function list(kind: number, view: DataView, at: number, bytes: number, batch: FlowBatch, row: number, context: RecordContext): void {
  context.lists.fill(kind, view, at, bytes, batch, row, context)
}

/** Fills a row with the properties its record names by their id. */
function shared(low: number, high: number, batch: FlowBatch, row: number, context: RecordContext): void {
  const properties = context.domain.common.get(high * 4_294_967_296 + low)
  properties?.fill[batch.family](properties.bytes, 0, properties.bytes.byteLength, batch, row, context)
}

export const HELPERS = {
  text: readText,
  note,
  ntp: ntpToMs,
  era: eraOf,
  list,
  shared,
  sampled,
  relay,
  tunnel,
  dropped,
  exception,
  extracted,
  acl,
  distinguisher,
  /** An exporter's clock that is further off than this is not believed, ms. */
  FUTURE: 86_400_000,
  PAST: 7 * 86_400_000,
} as const

export type Helpers = typeof HELPERS
