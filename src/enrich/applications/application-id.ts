/**
 * The application id of RFC 6759 where no table of the exporter names it: engine, then selector. IANA-L3 selects an IP protocol,
 * IANA-L4 a port. The other engines' numbers are the vendor's own.
 */
import { byPort, byProtocol } from './catalog.ts'

const IANA_L3 = 1
const IANA_L4 = 3
const UDP = 17

/** Bits of the selector: ids come with 4, 3 or 2 bytes (RFC 6759 §4.1 and §7), and the engine is the first of them. */
const selectorBits = (id: number): number => (id > 0xff_ffff ? 24 : id > 0xffff ? 16 : 8)

/** The number of the application of an id of at most four bytes, in a flow of this protocol; 0 where its engine says nothing of its own. */
export function numberOfId(id: number, protocol: number): number {
  const bits = selectorBits(id)
  const engine = id >>> bits
  const selector = (id & (2 ** bits - 1)) >>> 0
  if (engine === IANA_L3) return selector < 256 ? (byProtocol[selector] ?? 0) : 0
  if (engine !== IANA_L4 || selector > 65_535) return 0
  return (protocol === UDP ? byPort.udp[selector] : byPort.tcp[selector]) ?? 0
}
