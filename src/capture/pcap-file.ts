/** Files of frames: pcap (the tcpdump format, both byte orders, micro and nanoseconds) and pcapng (IETF opsawg draft). */

export interface Frame {
  readonly bytes: Uint8Array
  readonly linkType: number
  /** When it was captured, ms since 1970. */
  readonly timeMs: number
}

const PCAP = new Set([0xa1b2c3d4, 0xa1b23c4d, 0xd4c3b2a1, 0x4d3cb2a1])
const PCAPNG = 0x0a0d0d0a
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Whether the bytes begin like a file of frames. */
export function isFrameFile(bytes: Uint8Array): boolean {
  if (bytes.length < 24) return false
  const magic = viewOf(bytes).getUint32(0)
  return PCAP.has(magic) || magic === PCAPNG
}

/** The frames of a file, in order; stops at the first that is cut off. */
export function* readFrames(bytes: Uint8Array): Generator<Frame> {
  if (!isFrameFile(bytes)) return
  if (viewOf(bytes).getUint32(0) === PCAPNG) yield* readPcapng(bytes)
  else yield* readPcap(bytes)
}

function* readPcap(bytes: Uint8Array): Generator<Frame> {
  const view = viewOf(bytes)
  const magic = view.getUint32(0)
  const little = magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1
  const fractionsPerMs = magic === 0xa1b23c4d || magic === 0x4d3cb2a1 ? 1_000_000 : 1000
  const linkType = view.getUint32(20, little) & 0xffff
  for (let at = 24; at + 16 <= bytes.length;) {
    const captured = view.getUint32(at + 8, little)
    if (at + 16 + captured > bytes.length) return
    const timeMs = view.getUint32(at, little) * 1000 + Math.floor(view.getUint32(at + 4, little) / fractionsPerMs)
    yield { bytes: bytes.subarray(at + 16, at + 16 + captured), linkType, timeMs }
    at += 16 + captured
  }
}

interface Interface {
  readonly linkType: number
  readonly unitsPerSecond: number
}

/** Resolution of an interface's times: option 9 is a negative power of 10, or of 2 with the top bit set. */
function readInterface(view: DataView, at: number, end: number, little: boolean): Interface {
  const linkType = view.getUint16(at + 8, little)
  let unitsPerSecond = 1_000_000
  for (let option = at + 16; option + 4 <= end - 4;) {
    const code = view.getUint16(option, little)
    const length = view.getUint16(option + 2, little)
    if (code === 0) break
    if (code === 9 && length === 1) {
      const value = view.getUint8(option + 4)
      unitsPerSecond = value > 127 ? 2 ** (value & 127) : 10 ** value
    }
    option += 4 + Math.ceil(length / 4) * 4
  }
  return { linkType, unitsPerSecond }
}

function* readPcapng(bytes: Uint8Array): Generator<Frame> {
  const view = viewOf(bytes)
  let little = false
  let interfaces: Interface[] = []
  for (let at = 0; at + 12 <= bytes.length;) {
    const type = view.getUint32(at, little)
    if (type === PCAPNG) {
      little = view.getUint32(at + 8) === 0x4d3c2b1a
      interfaces = []
    }
    const length = view.getUint32(at + 4, little)
    if (length < 12 || at + length > bytes.length) return
    const end = at + length
    if (type === 1 && length >= 20) interfaces.push(readInterface(view, at, end, little))
    else if (type === 6 && length >= 32) {
      const from = interfaces[view.getUint32(at + 8, little)]
      const captured = view.getUint32(at + 20, little)
      if (from !== undefined && at + 28 + captured <= end) {
        const units = view.getUint32(at + 12, little) * 4_294_967_296 + view.getUint32(at + 16, little)
        yield { bytes: bytes.subarray(at + 28, at + 28 + captured), linkType: from.linkType, timeMs: Math.floor((units * 1000) / from.unitsPerSecond) }
      }
    } else if (type === 3 && length >= 16) {
      const from = interfaces[0]
      const captured = Math.min(view.getUint32(at + 8, little), length - 16)
      if (from !== undefined) yield { bytes: bytes.subarray(at + 12, at + 12 + captured), linkType: from.linkType, timeMs: 0 }
    }
    at = end
  }
}
