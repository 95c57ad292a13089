/** ICMP type and code of rows whose exporter put them into the destination port (PROTOCOLS §2: type × 256 + code). */
import { indexOf, type FlowBatch } from '../schema/index.ts'

const PROTO = indexOf('proto')
const SRC_PORT = indexOf('src_port')
const DST_PORT = indexOf('dst_port')
const TYPE = indexOf('icmp_type')
const CODE = indexOf('icmp_code')

/** Fills `icmp_type` and `icmp_code`; the port stays as it was sent. */
export function readIcmpPort(batch: FlowBatch): void {
  const proto = batch.columns[PROTO]
  const dstPort = batch.columns[DST_PORT]
  if (proto === undefined || dstPort === undefined) return
  const srcPort = batch.columns[SRC_PORT]
  let types = batch.columns[TYPE]
  let codes = batch.columns[CODE]
  for (let row = 0; row < batch.rows; row++) {
    const protocol = proto[row]!
    if (protocol !== 1 && protocol !== 58) continue
    const port = dstPort[row]!
    if (port === 0 || (srcPort !== undefined && srcPort[row] !== 0)) continue
    types ??= batch.need(TYPE)
    codes ??= batch.need(CODE)
    if (types[row] !== 0 || codes[row] !== 0) continue
    types[row] = port >>> 8
    codes[row] = port & 255
  }
}
