/** What is fuzzed: every reader of bytes or text that come from outside. */
import { isFrameFile, readFrames } from '../../src/capture/index.ts'
import { createReassembly, networkOffset, readUdp } from '../../src/packet/index.ts'
import { compileToSql, parse, print } from '../../src/filter/index.ts'
import { drawFrom, u16, u32 } from '../wire/bytes.ts'
import { frame } from '../wire/frames.ts'
import type { Target } from './engine.ts'
import type { Input } from './mutate.ts'
import { fileTargets } from './file-targets.ts'
import { packetTargets } from './packet-targets.ts'
import { captures, FLOWS_IPFIX, FLOWS_V9, listMessages, OPTIONS_IPFIX, OPTIONS_V9, records, samples } from './seeds.ts'
import { spool } from './spool-target.ts'
import { decodeWatched } from './watched-decoder.ts'

/** The length of an IPFIX message and of its last set, as the bytes that are there say. */
function repairMessage(part: Uint8Array): void {
  if (part.length < 24 || part[0] !== 0 || (part[1] !== 10 && part[1] !== 9)) return
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength)
  if (part[1] === 10) view.setUint16(2, part.length)
  let at = part[1] === 10 ? 16 : 20
  for (let sets = 0; sets < 64 && at + 4 <= part.length; sets++) {
    const length = view.getUint16(at + 2)
    if (length < 4 || at + length > part.length) return view.setUint16(at + 2, part.length - at)
    at += length
  }
}

const datagrams = (name: string, seeds: () => readonly Input[], repair?: (part: Uint8Array) => void): Target => ({
  name,
  seeds,
  run: input => decodeWatched(input),
  ...(repair === undefined ? {} : { repair }),
})

const drawn = (protocol: 'netflow9' | 'ipfix', notations: readonly string[], scopes: number): Input[] => {
  const draw = drawFrom(3)
  return notations.map(notation => [records(protocol, notation, scopes, draw)])
}

/** NetFlow v1 and v7 lie like v5 with other lengths. */
function fixedFormats(): Input[] {
  const make = (version: number, header: number, record: number): Uint8Array => {
    const bytes = new Uint8Array(header + 2 * record).map((_, at) => at * 7)
    bytes.set([...u16(version), ...u16(2)])
    return bytes
  }
  return [[make(1, 16, 52)], [make(7, 24, 52)], [make(5, 24, 48)], ...captures('netflow5', 4)]
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function runFrames(bytes: Uint8Array): string {
  const reassembly = createReassembly()
  let [frames, packets] = [0, 0]
  if (!isFrameFile(bytes)) return 'no file of frames'
  for (const { bytes: captured, linkType } of readFrames(bytes)) {
    frames++
    const at = networkOffset(view(captured), 0, captured.length, linkType)
    const read = at < 0 ? null : readUdp(view(captured), at, captured.length)
    const datagram = read !== null && 'kind' in read ? reassembly.add(read) : read
    if (datagram === null) continue
    packets++
    if (datagram.end > datagram.view.byteLength || datagram.start > datagram.end) throw new Error('a datagram beyond its frame')
  }
  return `${Math.min(3, frames)} ${Math.min(3, packets)}`
}

function pcapFile(): Uint8Array {
  const draw = drawFrom(5)
  const frames = Array.from({ length: 6 }, () => frame(draw, { tunnels: true }))
  const head = [0xa1, 0xb2, 0xc3, 0xd4, ...u16(2), ...u16(4), ...u32(0), ...u32(0), ...u32(65_535), ...u32(1)]
  return Uint8Array.from([...head, ...frames.flatMap(bytes => [...u32(1_700_000_000), ...u32(5), ...u32(bytes.length), ...u32(bytes.length), ...bytes])])
}

function pcapngFile(): Uint8Array {
  const block = (type: number, body: readonly number[]): number[] => {
    const padded = [...body, ...Array.from({ length: (4 - (body.length % 4)) % 4 }, () => 0)]
    return [...u32(type), ...u32(padded.length + 12), ...padded, ...u32(padded.length + 12)]
  }
  const bytes = frame(drawFrom(6), { tunnels: false })
  return Uint8Array.from([
    ...block(0x0a0d0d0a, [0x1a, 0x2b, 0x3c, 0x4d, ...u16(1), ...u16(0), ...u32(0xffffffff), ...u32(0xffffffff)]),
    ...block(1, [...u16(1), ...u16(0), ...u32(0), ...u16(9), ...u16(1), 6, 0, 0, 0, ...u16(0), ...u16(0)]),
    ...block(6, [...u32(0), ...u32(0), ...u32(5), ...u32(bytes.length), ...u32(bytes.length), ...bytes]),
  ])
}

const FILTERS = [
  'src in 10.0.0.0/8 and not app = dns and bytes > 1M',
  'ip = 2001:db8::/32 or port in (80, 443, 8000-8100) or as = 64512',
  'host ~ "^www" and flags SA and (in_if = 3 or proto udp) # why',
  'mac = 00:11:22:33:44:55 and start_at > 2026-01-31 and duration > 5m',
]

function runFilter(input: Input): string {
  const text = new TextDecoder().decode(input[0])
  const parsed = parse(text)
  if (!parsed.ok) {
    const { start, end, code } = parsed.error
    if (start < 0 || end < start || start > text.length) throw new Error(`an error outside the text: ${start} to ${end} of ${text.length}`)
    return code
  }
  const printed = print(parsed.tree)
  const again = parse(printed)
  if (!again.ok || print(again.tree) !== printed) throw new Error('what is printed does not parse to the same')
  const { sql } = compileToSql(parsed.tree, { now: 1_700_000_000_000 })
  return sql.length > 0 ? 'parsed' : 'empty'
}

export const TARGETS: readonly Target[] = [
  datagrams('netflow-fixed', fixedFormats),
  datagrams('netflow9', () => [...captures('netflow9', 12), ...drawn('netflow9', FLOWS_V9, 0)], repairMessage),
  datagrams('netflow9-options', () => [...drawn('netflow9', OPTIONS_V9, 1), ...drawn('netflow9', OPTIONS_V9, 2)], repairMessage),
  datagrams('ipfix', () => [...captures('ipfix', 12), ...drawn('ipfix', FLOWS_IPFIX, 0)], repairMessage),
  datagrams('ipfix-options', () => [...drawn('ipfix', OPTIONS_IPFIX, 1), ...drawn('ipfix', OPTIONS_IPFIX, 2)], repairMessage),
  datagrams('ipfix-lists', listMessages, repairMessage),
  datagrams('sflow', () => [...captures('sflow', 12), ...samples()]),
  ...packetTargets,
  ...fileTargets,
  {
    name: 'capture-file',
    seeds: () => [[pcapFile()], [pcapngFile()]],
    run: input => runFrames(input[0] ?? new Uint8Array(0)),
  },
  {
    name: 'filter',
    seeds: () => FILTERS.map(text => [new TextEncoder().encode(text)]),
    run: runFilter,
  },
  spool,
]
