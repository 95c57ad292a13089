/**
 * Files with flows in them: captures of flow datagrams (pcap, pcapng), IPFIX files (RFC 5655), files of nfcapd, and single datagrams.
 * The bytes tell which, whatever the file is called.
 */
import { createReassembly, networkOffset, readUdp, type UdpDatagram } from '../packet/index.ts'
import { isNfcapdFile, readNfcapd } from './nfcapd/nfcapd-file.ts'
import { isFrameFile, readFrames } from './pcap-file.ts'

export type FlowFileKind = 'capture' | 'ipfix' | 'nfcapd' | 'datagram'

/** A datagram or message of a file. */
export interface FlowDatagram {
  /** Who sent it: 128 bits, IPv4 mapped; 0.0.0.0 where the file does not tell. */
  readonly address: bigint
  readonly view: DataView
  readonly start: number
  readonly end: number
  /** When it came, or was exported where the file does not tell, ms since 1970; 0 where the file tells neither. */
  readonly timeMs: number
  /** Bytes of the file read before it. */
  readonly readBytes: number
}

/** 0.0.0.0, mapped. */
const NO_ADDRESS = 0xffffn << 32n
const IPFIX = 10
const IPFIX_HEADER_BYTES = 16

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A word of 16 bits that the datagrams we read begin with. */
const isVersion = (version: number): boolean => version === 1 || version === 5 || version === 7 || version === 9 || version === IPFIX

/** Whether a datagram may hold flows: captures hold other traffic too. */
function looksLikeFlows(view: DataView, start: number, end: number): boolean {
  return end - start >= 16 && (isVersion(view.getUint16(start)) || view.getUint32(start) === 5)
}

/** What a file is, by its first bytes; null where it is nothing we know. */
export function kindOfFile(bytes: Uint8Array): FlowFileKind | null {
  if (isFrameFile(bytes)) return 'capture'
  if (isNfcapdFile(bytes)) return 'nfcapd'
  if (bytes.length < 4) return null
  const view = viewOf(bytes)
  if (view.getUint16(0) === IPFIX) return 'ipfix'
  return looksLikeFlows(view, 0, bytes.length) ? 'datagram' : null
}

function* readCapture(bytes: Uint8Array): Generator<FlowDatagram, string | null> {
  const reassembly = createReassembly()
  const frames = readFrames(bytes)
  for (let next = frames.next(); ; next = frames.next()) {
    if (next.done === true) return next.value
    const frame = next.value
    const view = viewOf(frame.bytes)
    const network = networkOffset(view, 0, frame.bytes.length, frame.linkType)
    const read = network < 0 ? null : readUdp(view, network, frame.bytes.length)
    const datagram: UdpDatagram | null = read !== null && 'kind' in read ? reassembly.add(read) : read
    if (datagram === null || !looksLikeFlows(datagram.view, datagram.start, datagram.end)) continue
    const { src: address, start, end } = datagram
    yield { address, view: datagram.view, start, end, timeMs: frame.timeMs, readBytes: frame.bytes.byteOffset - bytes.byteOffset }
  }
}

/** Messages end to end (RFC 5655 §3). What is behind the last whole one is told, and left (§5.3). */
function* readMessages(bytes: Uint8Array): Generator<FlowDatagram, string | null> {
  const view = viewOf(bytes)
  let at = 0
  while (at < bytes.length) {
    const left = bytes.length - at
    const version = left >= 4 ? view.getUint16(at) : 0
    const length = left >= 4 ? view.getUint16(at + 2) : 0
    if (version !== IPFIX || length < IPFIX_HEADER_BYTES) {
      const zeros = bytes.subarray(at).every(byte => byte === 0)
      return zeros ? `${left} bytes of padding follow the last message` : `no message begins at byte ${at} of ${bytes.length}, and what follows cannot be read`
    }
    // Records of a message that is cut off count as far as they are whole; the decoder then refuses it.
    const timeMs = left >= IPFIX_HEADER_BYTES ? view.getUint32(at + 4) * 1000 : 0
    yield { address: NO_ADDRESS, view, start: at, end: Math.min(at + length, bytes.length), timeMs, readBytes: at }
    if (length > left) return `it is cut off: the message at byte ${at} is ${length} bytes long, and ${left} are left`
    at += length
  }
  return null
}

function* readStored(bytes: Uint8Array): Generator<FlowDatagram, string | null> {
  const messages = readNfcapd(bytes)
  for (let next = messages.next(); ; next = messages.next()) {
    if (next.done === true) return next.value
    const { address, bytes: message, timeMs, readBytes } = next.value
    yield { address, view: viewOf(message), start: 0, end: message.length, timeMs, readBytes }
  }
}

/** The datagrams and messages of a file, in its order; gives in the end what could not be read, null when all was. */
export function* readFlowFile(bytes: Uint8Array, kind: FlowFileKind): Generator<FlowDatagram, string | null> {
  switch (kind) {
    case 'capture':
      return yield* readCapture(bytes)
    case 'ipfix':
      return yield* readMessages(bytes)
    case 'nfcapd':
      return yield* readStored(bytes)
    case 'datagram':
      yield { address: NO_ADDRESS, view: viewOf(bytes), start: 0, end: bytes.length, timeMs: 0, readBytes: 0 }
      return null
    default:
      return kind satisfies never
  }
}
