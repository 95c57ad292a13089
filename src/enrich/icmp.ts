/** ICMP type and code of rows whose exporter put them into the destination port (PROTOCOLS §2: type × 256 + code). */
import { indexOf, type FlowBatch } from '../schema/index.ts'

const PROTO = indexOf('proto')
const SRC_PORT = indexOf('src_port')
const DST_PORT = indexOf('dst_port')
const TYPE = indexOf('icmp_type')
const CODE = indexOf('icmp_code')
const FIREWALL_EVENT = indexOf('firewall_event')

/** Fills `icmp_type` and `icmp_code`; the port stays as it was sent. */
export function readIcmpPort(batch: FlowBatch): void {
  const proto = batch.columns[PROTO]
  const dstPort = batch.columns[DST_PORT]
  if (proto === undefined || dstPort === undefined) return
  const srcPort = batch.columns[SRC_PORT]
  let types = batch.columns[TYPE]
  let codes = batch.columns[CODE]
  // Cisco ASA has the identifier of an echo in the ports of its events, and tells type and code in fields of their own.
  const events = batch.columns[FIREWALL_EVENT]
  for (let row = 0; row < batch.rows; row++) {
    const protocol = proto[row]!
    if (protocol !== 1 && protocol !== 58) continue
    const port = dstPort[row]!
    if (port === 0 || (events !== undefined && events[row] !== 0) || (srcPort !== undefined && srcPort[row] !== 0)) continue
    types ??= batch.need(TYPE)
    codes ??= batch.need(CODE)
    if (types[row] !== 0 || codes[row] !== 0) continue
    types[row] = port >>> 8
    codes[row] = port & 255
  }
}
