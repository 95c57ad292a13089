/**
 * The bytes of a segment (RELIABILITY §1.1). Little-endian throughout.
 *
 * Segment header, 64 B: 0 magic u32 · 4 version u16 · 6 header length u16 · 8 spool UUID · 24 epoch u64 · 32 first seq u64 ·
 * 40 created, ms i64 · 48 zero · 60 CRC32 of bytes 0..59.
 *
 * Frame header, 64 B: 0 magic u32 · 4 header CRC u32 · 8 payload CRC u32 · 12 payload length u32 · 16 rows u32 · 20 schema id
 * u16, codec u8, flags u8 · 24 seq of first row u64 · 32 header CRC of the frame before (of the segment for the first) u32 ·
 * 36 zero · 40, 48 first and last time of reception, ms i64 · 56 bloom of exporters u64 · 64 payload, padded to 8 B.
 *
 * The header CRC covers bytes 8..63 and starts from the CRC of the spool's UUID: bytes of a payload that look like a header,
 * which a sender could arrange, and frames of another spool never pass for ours.
 */
import { crc32 } from 'node:zlib'

export const FORMAT_VERSION = 1
export const SEGMENT_HEADER_BYTES = 64
export const FRAME_HEADER_BYTES = 64
const SEGMENT_MAGIC = 0x4753_4c46
export const FRAME_MAGIC = 0x5246_4c46
/** The magic as it lies on the disk, for the search of a frame behind damage. */
export const FRAME_MAGIC_BYTES = Uint8Array.of(0x46, 0x4c, 0x46, 0x52)

export interface SegmentHeader {
  /** 36 characters. */
  readonly uuid: string
  /** One higher at each start of the writer. */
  readonly epoch: number
  readonly firstSeq: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface FrameHeader {
  readonly headerCrc: number
  readonly payloadCrc: number
  /** Bytes without padding. */
  readonly length: number
  readonly rows: number
  readonly schemaId: number
  /** 0 plain, 1 zstd. */
  readonly codec: number
  readonly firstSeq: number
  readonly previousCrc: number
  readonly firstReceivedAt: number
  readonly lastReceivedAt: number
  readonly bloom: bigint
}

const uuidBytes = (uuid: string): Uint8Array => Buffer.from(uuid.replaceAll('-', ''), 'hex')

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** What the header CRCs of a spool start from. */
export const seedOf = (uuid: string): number => crc32(uuidBytes(uuid))

/** Bytes of a payload on disk: padded to a multiple of 8. */
export const paddedLength = (length: number): number => Math.ceil(length / 8) * 8

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

// Sequence numbers count rows: 2^53 of them are 285 years at a million a second, so a number holds them exactly.
const setU64 = (view: DataView, at: number, value: number): void => {
  view.setUint32(at, value % 2 ** 32, true)
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true)
}
const getU64 = (view: DataView, at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES)
  const view = viewOf(bytes)
  view.setUint32(0, SEGMENT_MAGIC, true)
  view.setUint16(4, FORMAT_VERSION, true)
  view.setUint16(6, SEGMENT_HEADER_BYTES, true)
  bytes.set(uuidBytes(header.uuid), 8)
  setU64(view, 24, header.epoch)
  setU64(view, 32, header.firstSeq)
  setU64(view, 40, Math.max(0, Math.floor(header.createdAt)))
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true)
  return bytes
}

/** The header in the first 64 bytes, or null where they are none, or of a version this program does not know. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | null {
  if (bytes.length < SEGMENT_HEADER_BYTES) return null
  const view = viewOf(bytes)
  if (view.getUint32(0, true) !== SEGMENT_MAGIC || view.getUint16(4, true) !== FORMAT_VERSION) return null
  if (view.getUint32(60, true) !== crc32(bytes.subarray(0, 60))) return null
  return { uuid: uuidText(bytes.subarray(8, 24)), epoch: getU64(view, 24), firstSeq: getU64(view, 32), createdAt: getU64(view, 40) }
}

/** The CRC of a segment header: where the chain of its frames begins. */
export const crcOfSegmentHeader = (bytes: Uint8Array): number => viewOf(bytes).getUint32(60, true)

/** Writes a frame header; `headerCrc` of the argument is not looked at, the right one is put in and given back. */
export function encodeFrameHeader(bytes: Uint8Array, header: FrameHeader, seed: number): number {
  const view = viewOf(bytes)
  view.setUint32(0, FRAME_MAGIC, true)
  view.setUint32(8, header.payloadCrc, true)
  view.setUint32(12, header.length, true)
  view.setUint32(16, header.rows, true)
  view.setUint16(20, header.schemaId, true)
  view.setUint8(22, header.codec)
  view.setUint8(23, 0)
  setU64(view, 24, header.firstSeq)
  view.setUint32(32, header.previousCrc, true)
  view.setUint32(36, 0, true)
  setU64(view, 40, Math.max(0, Math.floor(header.firstReceivedAt)))
  setU64(view, 48, Math.max(0, Math.floor(header.lastReceivedAt)))
  view.setBigUint64(56, header.bloom, true)
  const crc = crc32(bytes.subarray(8, FRAME_HEADER_BYTES), seed)
  view.setUint32(4, crc, true)
  return crc
}

/** The frame header in 64 bytes, or null where magic or CRC say that it is none of this spool. */
export function decodeFrameHeader(bytes: Uint8Array, seed: number): FrameHeader | null {
  const view = viewOf(bytes)
  if (view.getUint32(0, true) !== FRAME_MAGIC) return null
  const headerCrc = view.getUint32(4, true)
  if (headerCrc !== crc32(bytes.subarray(8, FRAME_HEADER_BYTES), seed)) return null
  return {
    headerCrc,
    payloadCrc: view.getUint32(8, true),
    length: view.getUint32(12, true),
    rows: view.getUint32(16, true),
    schemaId: view.getUint16(20, true),
    codec: view.getUint8(22),
    firstSeq: getU64(view, 24),
    previousCrc: view.getUint32(32, true),
    firstReceivedAt: getU64(view, 40),
    lastReceivedAt: getU64(view, 48),
    bloom: view.getBigUint64(56, true),
  }
}
