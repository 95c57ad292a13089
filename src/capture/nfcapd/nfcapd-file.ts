/**
 * Files of nfcapd and nfdump 1.7 (layout 2) as IPFIX messages, so that the decoder makes rows of them as of everything else. Layout
 * 2: a header of 40 bytes, then blocks of records, each block packed for itself.
 */
import { zstdDecompressSync } from 'node:zlib'
import { DamagedBlock, MAX_BLOCK, unpackLz4, unpackLzo } from './blocks.ts'
import { createMessages, type StoredMessage } from './messages.ts'

const MAGIC = 0xa50c
const HEADER_BYTES = 40
const BLOCK_HEADER_BYTES = 12
const RECORDS = 3
const FLOW_RECORD = 11
const NOT_PACKED = 1

/** How the reading of a file ended: null when all of it was read. */
type FileTrouble = string | null

/** Whether the bytes begin like a file of nfdump, of either byte order. */
export function isNfcapdFile(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && ((bytes[0] === 0x0c && bytes[1] === 0xa5) || (bytes[0] === 0xa5 && bytes[1] === 0x0c))
}

const PACKINGS = ['none', 'LZO', 'BZ2', 'LZ4', 'ZSTD'] as const

function unpack(packing: (typeof PACKINGS)[number], bytes: Uint8Array): Uint8Array {
  switch (packing) {
    case 'none':
      return bytes
    case 'LZO':
      return unpackLzo(bytes)
    case 'LZ4':
      return unpackLz4(bytes)
    case 'ZSTD':
      return zstdDecompressSync(bytes, { maxOutputLength: MAX_BLOCK })
    case 'BZ2':
      throw new DamagedBlock('blocks packed with BZ2 are not read; write the file anew with nfdump -r FILE -w NEW -y')
    default:
      return packing satisfies never
  }
}

/** Why no record of the file can be read; null when they can. */
function refusal(bytes: Uint8Array): FileTrouble {
  if (bytes.length < HEADER_BYTES) return 'the file ends in its header'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(0, true) !== MAGIC) return 'it was written by a machine of the other byte order'
  const version = view.getUint16(2, true)
  if (version !== 2)
    return `its layout is version ${version}, of nfdump ${version === 1 ? '1.6' : '?'}; write it anew with nfdump 1.7: nfdump -r FILE -w NEW -y`
  if (view.getUint8(17) !== 0) return 'it is encrypted'
  return null
}

/** The messages of a file; gives in the end what could not be read. */
export function* readNfcapd(bytes: Uint8Array): Generator<StoredMessage & { readonly readBytes: number }, FileTrouble> {
  const refused = refusal(bytes)
  if (refused !== null) return refused
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const packing = PACKINGS[view.getUint8(16)]
  if (packing === undefined) return `its blocks are packed in an unknown way (${view.getUint8(16)})`
  const messages = createMessages()
  const blocks = view.getUint32(36, true)
  let at = HEADER_BYTES
  for (let block = 0; block < blocks; block++) {
    if (at + BLOCK_HEADER_BYTES > bytes.length) return `it is cut off after ${block} of ${blocks} blocks`
    const size = view.getUint32(at + 4, true)
    const type = view.getUint16(at + 8, true)
    const flags = view.getUint16(at + 10, true)
    const start = at + BLOCK_HEADER_BYTES
    if (start + size > bytes.length) return `it is cut off in block ${block + 1} of ${blocks}`
    at = start + size
    if (type !== RECORDS) continue
    try {
      const plain = unpack((flags & NOT_PACKED) === 0 ? packing : 'none', bytes.subarray(start, at))
      const records = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
      for (let record = 0; record + 4 <= plain.length;) {
        const length = records.getUint16(record + 2, true)
        if (length < 4 || record + length > plain.length) return `a record of block ${block + 1} of ${blocks} runs over its end`
        if (records.getUint16(record, true) === FLOW_RECORD)
          for (const message of messages.add(records, record, record + length)) yield { ...message, readBytes: start }
        record += length
      }
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown)
      return `block ${block + 1} of ${blocks} cannot be unpacked: ${why}`
    }
  }
  for (const message of messages.rest()) yield { ...message, readBytes: at }
  return null
}
