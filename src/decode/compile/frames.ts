/**
 * Sampled frames in records: what their headers say fills the columns of the row that have no value (RFC 5477 §8.5, RFC 7133 §3.2). The
 * row of a record that counts nothing stands for that one packet.
 */
import { createFrame, readFrame, readMplsStack, readNetworkPacket } from '../../packet/index.ts'
import { STORED_COLUMNS, indexOf, type ColumnName, type FlowBatch } from '../../schema/index.ts'
import { writeFrame } from '../frame-row.ts'
import { IE } from '../registry/elements.ts'
import type { RecordContext } from '../types.ts'
import { perRow } from './emit.ts'

const BYTES = indexOf('bytes')
const PACKETS = indexOf('packets')
const LAYER2_BYTES = indexOf('layer2_bytes')

/** Columns a frame's headers fill; `writeFrame` writes no other. */
const FILLED = (
  [
    'src_mac',
    'dst_mac',
    'ether_type',
    'vlan',
    'vlan_priority',
    'inner_vlan',
    'mpls_label_1',
    'mpls_label_2',
    'mpls_label_3',
    'mpls_label_4',
    'mpls_label_5',
    'mpls_label_6',
    'mpls_depth',
    'src',
    'dst',
    'proto',
    'src_port',
    'dst_port',
    'icmp_type',
    'icmp_code',
    'tcp_flags',
    'tos',
    'min_ttl',
    'max_ttl',
    'flow_label',
    'tunnel_type',
    'tunnel_id',
    'inner_src',
    'inner_dst',
    'inner_proto',
    'inner_src_port',
    'inner_dst_port',
  ] as const satisfies readonly ColumnName[]
).map(indexOf)

const PER = {
  4: FILLED.map(column => perRow(column, 4, new Set())),
  6: FILLED.map(column => perRow(column, 6, new Set())),
} as const
const MOST_PER_ROW = 4

// LINKTYPE_ETHERNET and LINKTYPE_IEEE802_11; element 408 tells them apart by its own bits, Ethernet where it is not sent.
const ETHERNET = 1
const WLAN = 105
const WLAN_FRAME = 2

const frame = createFrame()
// Words the row had before the frame was written over it: their column, their place in it, and their value.
const keptColumns = new Uint16Array(FILLED.length * MOST_PER_ROW)
const keptPlaces = new Uint32Array(FILLED.length * MOST_PER_ROW)
const keptWords = new Uint32Array(FILLED.length * MOST_PER_ROW)

/** Keeps the values the row has; gives how many words they are. */
function keep(batch: FlowBatch, row: number): number {
  const widths = PER[batch.family]
  let words = 0
  for (let index = 0; index < FILLED.length; index++) {
    const column = batch.columns[FILLED[index]!]
    if (column === undefined) continue
    const per = widths[index]!
    const first = row * per
    if (column[first] === 0 && (per === 1 || (column[first + 1] === 0 && (per === 2 || (column[first + 2] === 0 && column[first + 3] === 0))))) continue
    for (let place = first; place < first + per; place++) {
      keptColumns[words] = FILLED[index]!
      keptPlaces[words] = place
      keptWords[words++] = column[place]!
    }
  }
  return words
}

function giveBack(batch: FlowBatch, words: number): void {
  for (let word = 0; word < words; word++) {
    const column = batch.columns[keptColumns[word]!]
    if (column !== undefined) column[keptPlaces[word]!] = keptWords[word]!
  }
}

const isZero = (batch: FlowBatch, column: number, row: number): boolean => {
  const words = batch.columns[column]
  return words === undefined || (words[row * 2] === 0 && words[row * 2 + 1] === 0)
}

/** One packet, of the length its IP header tells; of the frame's length where the record tells it. */
function count(batch: FlowBatch, row: number, context: RecordContext): void {
  if (!isZero(batch, BYTES, row) || !isZero(batch, PACKETS, row)) return
  batch.need(PACKETS)[row * 2] = 1
  if (frame.outer.version !== 0 && frame.outer.length > 0) batch.need(BYTES)[row * 2] = frame.outer.length
  if (context.frameBytes > 0 && isZero(batch, LAYER2_BYTES, row)) batch.need(LAYER2_BYTES)[row * 2] = context.frameBytes
}

/** Reads the frame in `[at, at + bytes)`; `kind` is its element: 104 and 315 a frame, 313 an IP packet, 316 an MPLS label stack. */
export function sampled(kind: number, view: DataView, at: number, bytes: number, batch: FlowBatch, row: number, context: RecordContext): void {
  if (bytes === 0) return
  const end = at + bytes
  // Whether the packet was found or not, the link has told what it could.
  if (kind === IE.ipHeaderPacketSection) readNetworkPacket(view, at, end, frame)
  else if (kind === IE.mplsLabelStackSection) readMplsStack(view, at, end, frame)
  else readFrame(view, at, end, context.linkType === WLAN_FRAME ? WLAN : ETHERNET, frame)
  if (frame.outer.version !== 0 || frame.srcMac >= 0 || frame.mplsDepth > 0) {
    const words = keep(batch, row)
    writeFrame(view, frame, batch, row)
    giveBack(batch, words)
  }
  count(batch, row, context)
}

/** Names of the columns a frame may fill, for the test that compares them with what is written. */
export const FRAME_COLUMNS: readonly string[] = FILLED.map(column => STORED_COLUMNS[column]?.name ?? '')
