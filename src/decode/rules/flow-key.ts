/** What makes a record one of the same flow as another, as 64 bits of hash. */
import { STORED_COLUMNS, columnLayout, indexOf, type ColumnName, type FlowBatch } from '../../schema/index.ts'
import type { Rows } from '../types.ts'

/** Columns that stay the same over the life of a flow, where a record has them. */
const KEYS = (
  [
    'src',
    'dst',
    'src_mask',
    'dst_mask',
    'proto',
    'src_port',
    'dst_port',
    'icmp_type',
    'icmp_code',
    'in_if',
    'out_if',
    'src_as',
    'dst_as',
    'in_vrf',
    'out_vrf',
    'mpls_label_1',
    'src_mac',
    'dst_mac',
    'vlan',
    'inner_vlan',
    'ether_type',
    'station_mac',
    'tunnel_id',
    'inner_src',
    'inner_dst',
    'inner_proto',
    'inner_src_port',
    'inner_dst_port',
    'connection_id',
  ] as const satisfies readonly ColumnName[]
).map(indexOf)
const CONNECTION = indexOf('connection_id')
const START = indexOf('start_at')
const EXPORTER = indexOf('exporter')

const PER = {
  4: STORED_COLUMNS.map(column => columnLayout(column, 4).per),
  6: STORED_COLUMNS.map(column => columnLayout(column, 6).per),
} as const

/** The keys of flows among these columns. */
export const keysAmong = (columns: ReadonlySet<number>): readonly number[] => KEYS.filter(column => columns.has(column))

export interface FlowKey {
  low: number
  high: number
}

/** Two lanes of 32 bits, with the multipliers of MurmurHash3. */
function mix(key: FlowKey, word: number): void {
  let low = Math.imul(key.low ^ word, 0x85eb_ca6b)
  low ^= low >>> 13
  let high = Math.imul(key.high ^ low ^ (word >>> 16), 0xc2b2_ae35)
  high ^= high >>> 16
  key.low = Math.imul(low, 0xc2b2_ae35) ^ (high >>> 7)
  key.high = Math.imul(high, 0x85eb_ca6b) ^ (low >>> 11)
}

function mixColumn(key: FlowKey, batch: FlowBatch, column: number, row: number): void {
  const per = PER[batch.family][column] ?? 1
  const words = batch.columns[column]
  for (let word = 0; word < per; word++) mix(key, words?.[row * per + word] ?? 0)
}

/** What a relay passes on is told apart by whose it was; the address is in the dictionary of the batch. */
function mixExporter(key: FlowKey, batch: FlowBatch, row: number): void {
  const address = batch.dictionaries[EXPORTER]?.values[(batch.columns[EXPORTER]?.[row] ?? 0) - 1]
  if (typeof address !== 'bigint') return
  for (let shift = 0n; shift < 128n; shift += 32n) mix(key, Number((address >> shift) & 0xffff_ffffn) | 0)
}

function finish(key: FlowKey): void {
  mix(key, 0x9e37_79b9)
  key.low >>>= 0
  key.high >>>= 0
}

/** Puts the key of a row into `key`: these columns, and the start where the record tells it. */
export function hashFlow(key: FlowKey, { batch, domain, exporter }: Rows, row: number, columns: readonly number[], withStart: boolean): void {
  key.low = domain.id
  key.high = 0x5bd1_e995
  if (exporter.settings.relay) mixExporter(key, batch, row)
  for (const column of columns) mixColumn(key, batch, column, row)
  if (withStart) mixColumn(key, batch, START, row)
  finish(key)
}

/** Puts the key of a row's connection into `key`; false where it names none. */
export function hashConnection(key: FlowKey, { batch, domain, exporter }: Rows, row: number): boolean {
  const words = batch.columns[CONNECTION]
  if (words === undefined || (words[row * 2] === 0 && words[row * 2 + 1] === 0)) return false
  key.low = domain.id
  key.high = 0x27d4_eb2f
  if (exporter.settings.relay) mixExporter(key, batch, row)
  mixColumn(key, batch, CONNECTION, row)
  finish(key)
  return true
}
