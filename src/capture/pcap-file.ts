/** Files of frames: pcap (the tcpdump format in both byte orders, micro- and nanoseconds, and with longer headers) and pcapng (draft-ietf-opsawg-pcapng). */

export interface Frame {
  readonly bytes: Uint8Array
  readonly linkType: number
  /** When it was captured, ms since 1970. */
  readonly timeMs: number
}

/** By magic number: byte order, parts of a second a unit of the second word counts, bytes of a frame's header. */
const PCAP = new Map([
  [0xa1b2c3d4, { little: false, unitsPerMs: 1000, headerBytes: 16 }],
  [0xd4c3b2a1, { little: true, unitsPerMs: 1000, headerBytes: 16 }],
  [0xa1b23c4d, { little: false, unitsPerMs: 1_000_000, headerBytes: 16 }],
  [0x4d3cb2a1, { little: true, unitsPerMs: 1_000_000, headerBytes: 16 }],
  // Kuznetzov's libpcap puts interface, protocol and kind of packet behind the usual header.
  [0xa1b2cd34, { little: false, unitsPerMs: 1000, headerBytes: 24 }],
  [0x34cdb2a1, { little: true, unitsPerMs: 1000, headerBytes: 24 }],
])
const PCAPNG = 0x0a0d0d0a
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Whether the bytes begin like a file of frames. */
export function isFrameFile(bytes: Uint8Array): boolean {
  if (bytes.length < 24) return false
  const magic = viewOf(bytes).getUint32(0)
  return PCAP.has(magic) || magic === PCAPNG
}

/** The frames of a file, in order, up to the first that is cut off; gives in the end what could not be read, null when all was. */
export function* readFrames(bytes: Uint8Array): Generator<Frame, string | null> {
  if (!isFrameFile(bytes)) return 'it is no file of frames'
  return viewOf(bytes).getUint32(0) === PCAPNG ? yield* readPcapng(bytes) : yield* readPcap(bytes)
}

const cutOff = (at: number, of: number): string => `it is cut off: what begins at byte ${at} of ${of} is not whole`

function* readPcap(bytes: Uint8Array): Generator<Frame, string | null> {
  const view = viewOf(bytes)
  const format = PCAP.get(view.getUint32(0))
  if (format === undefined) return 'it is no file of frames'
  const { little, unitsPerMs, headerBytes } = format
  const linkType = view.getUint32(20, little) & 0xffff
  let at = 24
  while (at < bytes.length) {
    if (at + headerBytes > bytes.length) return cutOff(at, bytes.length)
    const captured = view.getUint32(at + 8, little)
    const start = at + headerBytes
    if (start + captured > bytes.length) return cutOff(at, bytes.length)
    const timeMs = view.getUint32(at, little) * 1000 + Math.floor(view.getUint32(at + 4, little) / unitsPerMs)
    yield { bytes: bytes.subarray(start, start + captured), linkType, timeMs }
    at = start + captured
  }
  return null
}

interface Interface {
  readonly linkType: number
  /** Most bytes of a packet that are kept; 0 is all. */
  readonly snapLength: number
  readonly unitsPerSecond: bigint
  /** Seconds that are added to every time (if_tsoffset). */
  readonly offsetSeconds: bigint
}

/** An interface description: option 9 is the resolution, a negative power of 10, or of 2 with the top bit set; 14 an offset in seconds. */
function readInterface(view: DataView, at: number, end: number, little: boolean): Interface {
  let unitsPerSecond = 1_000_000n
  let offsetSeconds = 0n
  for (let option = at + 16; option + 4 <= end - 4;) {
    const code = view.getUint16(option, little)
    const length = view.getUint16(option + 2, little)
    if (code === 0 || option + 4 + length > end - 4) break
    if (code === 9 && length === 1) {
      const value = view.getUint8(option + 4)
      unitsPerSecond = value > 127 ? 2n ** BigInt(value & 127) : 10n ** BigInt(value)
    } else if (code === 14 && length === 8) offsetSeconds = view.getBigInt64(option + 4, little)
    option += 4 + Math.ceil(length / 4) * 4
  }
  return { linkType: view.getUint16(at + 8, little), snapLength: view.getUint32(at + 12, little), unitsPerSecond, offsetSeconds }
}

/** A time of 64 bits in an interface's units; they pass 2^53. */
function timeAt(view: DataView, at: number, little: boolean, { unitsPerSecond, offsetSeconds }: Interface): number {
  const units = (BigInt(view.getUint32(at, little)) << 32n) | BigInt(view.getUint32(at + 4, little))
  return Number((units * 1000n) / unitsPerSecond + offsetSeconds * 1000n)
}

const BLOCK = { interface: 1, oldPacket: 2, simplePacket: 3, packet: 6 } as const

function* readPcapng(bytes: Uint8Array): Generator<Frame, string | null> {
  const view = viewOf(bytes)
  let little = false
  let interfaces: Interface[] = []
  let at = 0
  /** A packet that stands in a block with its interface, time and length (enhanced, and the obsolete packet block). */
  const frameOf = (from: Interface | undefined, end: number): Frame | null => {
    const captured = view.getUint32(at + 20, little)
    if (from === undefined || at + 28 + captured > end - 4) return null
    return { bytes: bytes.subarray(at + 28, at + 28 + captured), linkType: from.linkType, timeMs: timeAt(view, at + 12, little, from) }
  }
  while (at < bytes.length) {
    if (at + 12 > bytes.length) return cutOff(at, bytes.length)
    const type = view.getUint32(at, little)
    if (type === PCAPNG) {
      little = view.getUint32(at + 8) === 0x4d3c2b1a
      interfaces = []
    }
    const length = view.getUint32(at + 4, little)
    if (length < 12 || length % 4 !== 0) return `the block at byte ${at} has no possible length`
    if (at + length > bytes.length) return cutOff(at, bytes.length)
    const end = at + length
    let frame: Frame | null = null
    if (type === BLOCK.interface && length >= 20) interfaces.push(readInterface(view, at, end, little))
    else if (type === BLOCK.packet && length >= 32) frame = frameOf(interfaces[view.getUint32(at + 8, little)], end)
    else if (type === BLOCK.oldPacket && length >= 32) frame = frameOf(interfaces[view.getUint16(at + 8, little)], end)
    else if (type === BLOCK.simplePacket && length >= 16 && interfaces[0] !== undefined) {
      const [from] = interfaces
      const captured = Math.min(view.getUint32(at + 8, little), length - 16, from.snapLength === 0 ? length : from.snapLength)
      // It has no time: whoever needs one takes the time it is read.
      frame = { bytes: bytes.subarray(at + 12, at + 12 + captured), linkType: from.linkType, timeMs: 0 }
    }
    if (frame !== null) yield frame
    at = end
  }
  return null
}
