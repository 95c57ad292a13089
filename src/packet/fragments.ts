/** IP fragments put together again, within bounds. */
import { udpAt, type Fragment, type UdpDatagram } from './headers.ts'

/** Most packets that wait for their fragments, and most bytes of one. */
const MAX_WAITING = 256
const MAX_BYTES = 65_535

/** Takes fragments in any order; gives the datagram when its last piece has come. */
export function createReassembly(): { add(fragment: Fragment): UdpDatagram | null } {
  const waiting = new Map<string, Fragment[]>()
  return {
    add(fragment) {
      const pieces = waiting.get(fragment.key) ?? []
      pieces.push(fragment)
      if (!waiting.has(fragment.key)) {
        const oldest = waiting.keys().next()
        if (waiting.size >= MAX_WAITING && !oldest.done) waiting.delete(oldest.value)
        waiting.set(fragment.key, pieces)
      }
      const last = pieces.find(piece => !piece.more)
      if (last === undefined) return null
      const total = last.offset + last.bytes.length
      if (total > MAX_BYTES || pieces.reduce((sum, piece) => sum + piece.bytes.length, 0) < total) return null
      waiting.delete(fragment.key)
      const whole = new Uint8Array(total)
      for (const piece of pieces) if (piece.offset + piece.bytes.length <= total) whole.set(piece.bytes, piece.offset)
      return udpAt(new DataView(whole.buffer), 0, total, fragment.src, fragment.dst)
    },
  }
}
