/**
 * The application id of RFC 6759 where no table of the exporter names it: engine, then selector. IANA-L3 selects an IP protocol,
 * IANA-L4 a port, and of the vendor's own numbers those of Cisco's NBAR are known in part.
 */
import { byPort, byProtocol, numberOfName } from './catalog.ts'
import { NBAR_SELECTORS } from './nbar.ts'

const IANA_L3 = 1
const IANA_L4 = 3
const PANA_L7 = 13
const UDP = 17

/** Numbers of applications by the selector of NBAR. */
const byNbar = new Uint16Array(Math.max(...NBAR_SELECTORS.map(([selector]) => selector)) + 1)
for (const [selector, name] of NBAR_SELECTORS) byNbar[selector] = numberOfName(name)

/** Bits of the selector: ids come with 4, 3 or 2 bytes (RFC 6759 §4.1 and §7), and the engine is the first of them. */
const selectorBits = (id: number): number => (id > 0xff_ffff ? 24 : id > 0xffff ? 16 : 8)

/** The number of the application of an id of at most four bytes, in a flow of this protocol; 0 where its engine says nothing of its own. */
export function numberOfId(id: number, protocol: number): number {
  const bits = selectorBits(id)
  const engine = id >>> bits
  const selector = (id & (2 ** bits - 1)) >>> 0
  if (engine === IANA_L3) return selector < 256 ? (byProtocol[selector] ?? 0) : 0
  if (engine === PANA_L7) return byNbar[selector] ?? 0
  if (engine !== IANA_L4 || selector > 65_535) return 0
  return (protocol === UDP ? byPort.udp[selector] : byPort.tcp[selector]) ?? 0
}
