/** The makers of the devices on both ends of the wire, by their hardware addresses. */
import { indexOf, type FlowBatch } from '../../schema/index.ts'
import { vendorOf, type Vendors } from './registry.ts'

const ENDS = [
  { mac: indexOf('src_mac'), vendor: indexOf('src_mac_vendor') },
  { mac: indexOf('dst_mac'), vendor: indexOf('dst_mac_vendor') },
] as const

/** Addresses whose vendor is remembered. */
const REMEMBERED = 4096

export interface VendorsEnricher {
  use(vendors: Vendors | null): void
  /** Fills the vendor of both ends. A batch without hardware addresses costs nothing. */
  fill(batch: FlowBatch): void
}

export function createVendorsEnricher(): VendorsEnricher {
  let known: Vendors | null = null
  const seenHigh = new Uint32Array(REMEMBERED)
  const seenLow = new Uint32Array(REMEMBERED)
  const seenVendor = new Uint32Array(REMEMBERED)
  // Codes of the vendors in the column in hand, and the filling they hold for.
  let codes = new Uint16Array(0)
  let codedIn = new Uint32Array(0)
  let filling = 0

  function remembered(vendors: Vendors, high: number, low: number): number {
    const slot = Math.imul(low ^ high, 0x9e37_79b1) >>> 20
    if (seenLow[slot] === low && seenHigh[slot] === high) return seenVendor[slot]!
    seenLow[slot] = low
    seenHigh[slot] = high
    return (seenVendor[slot] = vendorOf(vendors, high, low))
  }

  function fillEnd(vendors: Vendors, batch: FlowBatch, mac: number, column: number): void {
    const macs = batch.columns[mac]
    if (macs === undefined) return
    filling++
    const filled = batch.need(column)
    for (let row = 0; row < batch.rows; row++) {
      const low = macs[row * 2]!
      const high = macs[row * 2 + 1]! & 0xffff
      if (low === 0 && high === 0) continue
      const vendor = remembered(vendors, high, low)
      if (vendor === 0) continue
      if (codedIn[vendor] !== filling) {
        codedIn[vendor] = filling
        codes[vendor] = batch.code(column, vendors.names[vendor]!)
      }
      filled[row] = codes[vendor]!
    }
  }

  return {
    use(vendors) {
      known = vendors
      codes = new Uint16Array(vendors?.names.length ?? 0)
      codedIn = new Uint32Array(codes.length)
      filling = 0
      // Slot 0 holds address 0 from the start, which is nobody's.
      seenHigh.fill(0)
      seenLow.fill(0)
      seenVendor.fill(0)
    },
    fill(batch) {
      if (known === null) return
      for (const { mac, vendor } of ENDS) fillEnd(known, batch, mac, vendor)
    },
  }
}
