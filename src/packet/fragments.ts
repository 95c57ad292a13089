/** IP fragments put together again, within bounds. */
import { udpAt, type Fragment, type UdpDatagram } from './udp.ts'

/** Most packets that wait for their fragments, most fragments of one (a packet of 64 KiB over the smallest IPv6 link has 54), most bytes of one. */
const MAX_WAITING = 256
const MAX_PIECES = 64
const MAX_BYTES = 65_535

/** The bytes of a packet when its pieces leave no gap; null while one is missing. */
function join(pieces: readonly Fragment[]): Uint8Array | null {
  const last = pieces.find(piece => !piece.more)
  if (last === undefined) return null
  const whole = new Uint8Array(last.offset + last.bytes.length)
  let covered = 0
  for (const { offset, bytes } of pieces.toSorted((a, b) => a.offset - b.offset)) {
    if (offset > covered) return null
    const room = bytes.subarray(0, Math.max(0, whole.length - offset))
    whole.set(room, offset)
    covered = Math.max(covered, offset + room.length)
  }
  return covered === whole.length ? whole : null
}

/** Takes fragments in any order; gives the datagram when its last piece has come. */
export function createReassembly(): { add(fragment: Fragment): UdpDatagram | null } {
  const waiting = new Map<string, Fragment[]>()
  return {
    add(fragment) {
      const { key, src, dst } = fragment
      if (fragment.offset + fragment.bytes.length > MAX_BYTES) return null
      const pieces = waiting.get(key) ?? []
      pieces.push(fragment)
      if (pieces.length > MAX_PIECES) {
        waiting.delete(key)
        return null
      }
      if (!waiting.has(key)) {
        const oldest = waiting.keys().next()
        if (waiting.size >= MAX_WAITING && !oldest.done) waiting.delete(oldest.value)
        waiting.set(key, pieces)
      }
      const whole = join(pieces)
      if (whole === null) return null
      waiting.delete(key)
      return udpAt(new DataView(whole.buffer), 0, whole.length, src, dst)
    },
  }
}
