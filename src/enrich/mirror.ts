/**
 * A record of both directions is two flows: the row as it was sent, and one the other way round. So every sum counts what came back
 * (ASA and FTD, RFC 5103, FortiGate), a host is the source of what it sent, and an interface has what went through it.
 */
import { MAX_ROWS, STORED_COLUMNS, indexOf, type ColumnName, type FlowBatch } from '../schema/index.ts'

const REVERSE_BYTES = indexOf('reverse_bytes')
const REVERSE_PACKETS = indexOf('reverse_packets')

/** What the other direction has in common with the first. Ends are swapped; what is not named was told of the first direction only. */
const SHARED: readonly ColumnName[] = [
  'received_at',
  'start_at',
  'end_at',
  'exporter',
  'domain',
  'export_protocol',
  'sampler',
  'sampling_rate',
  'sampling_source',
  'exporter_name',
  'exporter_group',
  'exporter_role',
  'exporter_site',
  'exporter_region',
  'exporter_tenant',
  'proto',
  'icmp_type',
  'icmp_code',
  'end_reason',
  'forwarding_status',
  'drop_reason',
  'vlan',
  'ether_type',
  'tunnel_type',
  'inner_proto',
  'app',
  'category',
  'app_source',
  'app_id',
  'server_name',
  'connection_id',
  'firewall_event',
  'firewall_reason',
  'nat_event',
  'custom_text_1',
  'custom_text_2',
  'custom_text_3',
  'custom_text_4',
  'custom_number_1',
  'custom_number_2',
  'custom_number_3',
  'custom_number_4',
  'notes',
]

/** Hardware addresses are those of the hop before the device, which the way back does not pass. */
const OF_ONE_WAY = /mac/

const OPPOSITES: readonly (readonly [one: string, other: string])[] = [
  ['src', 'dst'],
  ['in', 'out'],
]

/** The column that holds of the way back what `name` holds of the way there: `dst_port` of `src_port`, `nat_dst` of `nat_src`. */
function oppositeOf(name: string): string | undefined {
  if (name === 'tunnel_id') return 'reverse_tunnel_id'
  if (name === 'reverse_tunnel_id') return 'tunnel_id'
  if (OF_ONE_WAY.test(name)) return undefined
  for (const [one, other] of OPPOSITES) {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const swapped = name.replace(new RegExp(`(^|_)${from}(?=_|$)`), `$1${to}`)
      if (swapped !== name && STORED_COLUMNS.some(column => column.name === swapped)) return swapped
    }
  }
  return undefined
}

/** From which column to which, by index: what is shared, what is swapped, and the counters. */
const COPIED: readonly (readonly [from: number, to: number])[] = [
  ...SHARED.map((name): readonly [number, number] => [indexOf(name), indexOf(name)]),
  ...STORED_COLUMNS.flatMap(({ name }, index): readonly (readonly [number, number])[] => {
    const opposite = oppositeOf(name)
    const to = STORED_COLUMNS.findIndex(column => column.name === opposite)
    return to < 0 ? [] : [[index, to]]
  }),
  [REVERSE_BYTES, indexOf('bytes')],
  [REVERSE_PACKETS, indexOf('packets')],
]

const rowsInHand = new Uint16Array(MAX_ROWS)

/** Notes the rows that tell of both directions; returns how many there are. */
function rowsWithReverse(batch: FlowBatch): number {
  const bytes = batch.columns[REVERSE_BYTES]
  const packets = batch.columns[REVERSE_PACKETS]
  if (bytes === undefined && packets === undefined) return 0
  const has = (counter: typeof bytes, row: number): boolean => counter !== undefined && (counter[row * 2] !== 0 || counter[row * 2 + 1] !== 0)
  let found = 0
  for (let row = 0; row < batch.rows; row++) if (has(bytes, row) || has(packets, row)) rowsInHand[found++] = row
  return found
}

function copyColumn(batch: FlowBatch, from: number, to: number, count: number): void {
  const source = batch.columns[from]
  if (source === undefined) return
  const target = batch.need(to)
  const { rows } = batch
  const texts = from === to ? undefined : batch.dictionaries[from]
  if (texts !== undefined) {
    // Each column has its own dictionary; a code is translated when it is first met.
    const codes = new Map<number, number>([[0, 0]])
    for (let at = 0; at < count; at++) {
      const code = source[rowsInHand[at]!]!
      let translated = codes.get(code)
      if (translated === undefined) codes.set(code, (translated = batch.code(to, texts.values[code - 1]!)))
      target[rows + at] = translated
    }
    return
  }
  const per = batch.per(from)
  for (let at = 0; at < count; at++) for (let part = 0; part < per; part++) target[(rows + at) * per + part] = source[rowsInHand[at]! * per + part]!
}

/**
 * Appends the other direction of each row that tells of both, and returns how many rows that are. The first row keeps its
 * `reverse_…` columns. The batch must have room for them (`hasRoomFor`).
 */
export function mirror(batch: FlowBatch): number {
  const count = rowsWithReverse(batch)
  if (count === 0) return 0
  for (const [from, to] of COPIED) copyColumn(batch, from, to, count)
  batch.rows += count
  return count
}

/** Whether `rows` more have room in the batch together with the other directions of all of them. */
export function hasRoomFor(batch: FlowBatch, rows: number): boolean {
  const bothWays = batch.columns[REVERSE_BYTES] !== undefined || batch.columns[REVERSE_PACKETS] !== undefined
  // Before the first such column only the rows to come can need room twice.
  return (bothWays ? 2 * (batch.rows + rows) : batch.rows + 2 * rows) <= MAX_ROWS
}
