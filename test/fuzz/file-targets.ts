/** Files and streams of flows: IPFIX files (RFC 5655), files of nfcapd, messages out of a TCP stream. */
import { kindOfFile, readFlowFile } from '../../src/capture/index.ts'
import { createFraming } from '../../src/ingest/framing.ts'
import { drawFrom } from '../wire/bytes.ts'
import type { Target } from './engine.ts'
import type { Input } from './mutate.ts'
import { captures, FLOWS_IPFIX, OPTIONS_IPFIX, records } from './seeds.ts'
import { decodeWatched } from './watched-decoder.ts'

const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap(part => [...part]))

/** Messages with a text of any length each, as files and streams hold them. */
function messages(): Uint8Array[] {
  const draw = drawFrom(9)
  return [
    ...captures('ipfix', 3).flat(),
    ...[...FLOWS_IPFIX, ...OPTIONS_IPFIX].map((notation, index) => records('ipfix', notation, index < FLOWS_IPFIX.length ? 0 : 1, draw)),
  ]
}

/** Most messages taken of a file: whatever it says, a file of two kilobytes has no more. */
const MOST_MESSAGES = 4096

function readFile(bytes: Uint8Array): string {
  const kind = kindOfFile(bytes)
  if (kind === null) return 'no file of flows'
  const found: Uint8Array[] = []
  const file = readFlowFile(bytes, kind)
  for (let next = file.next(); ; next = file.next()) {
    if (next.done === true) return `${kind} ${next.value === null ? 'whole' : 'cut'} ${decodeWatched(found, { transport: 'file' })}`
    const { view, start, end } = next.value
    if (start < 0 || end < start || end > view.byteLength) throw new Error(`a message from ${start} to ${end} in ${view.byteLength} bytes`)
    if (found.push(new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice()) > MOST_MESSAGES) throw new Error('more messages than bytes')
  }
}

/** A file of nfcapd 1.7, little-endian: header of 40 bytes, a block, records of type 11 with one extension of 48 bytes and one of addresses. */
function nfcapdFile(): Uint8Array {
  const little = (value: number, length: number): number[] => Array.from({ length }, (_, at) => (value >>> (8 * at)) & 255)
  const generic = [...little(1, 2), ...little(4 + 48, 2), ...Array.from({ length: 48 }, (_, at) => at)]
  const addresses = [...little(2, 2), ...little(4 + 8, 2), 1, 0, 0, 10, 2, 0, 0, 10]
  const body = [...generic, ...addresses]
  const record = [...little(11, 2), ...little(12 + body.length, 2), ...little(2, 2), 0, 0, ...little(0, 4), ...body]
  const block = [...little(3, 4), ...little(3 * record.length, 4), ...little(3, 2), ...little(1, 2), ...record, ...record, ...record]
  const head = [0x0c, 0xa5, ...little(2, 2), ...Array.from({ length: 12 }, () => 0), 0, 0, ...Array.from({ length: 18 }, () => 0), ...little(1, 4)]
  return Uint8Array.from([...head, ...block])
}

/** Pieces as they come off a connection; what comes out must be what went in, up to the first fault. */
function runStream(input: Input): string {
  const framing = createFraming()
  const whole: Uint8Array[] = []
  for (const piece of input) {
    framing.push(piece)
    for (let next = framing.next(); next !== null; next = framing.next()) {
      if (typeof next === 'string') return `${next} ${decodeWatched(whole, { transport: 'tcp' })}`
      if (next.end - next.start < 16) throw new Error(`a message of ${next.end - next.start} bytes`)
      whole.push(new Uint8Array(next.view.buffer, next.view.byteOffset + next.start, next.end - next.start).slice())
    }
    if (framing.held > 65_535) throw new Error(`${framing.held} bytes are held`)
  }
  const length = whole.reduce((sum, message) => sum + message.length, 0)
  const sent = input.reduce((sum, piece) => sum + piece.length, 0)
  if (length + framing.held !== sent) throw new Error(`of ${sent} bytes ${length} came out and ${framing.held} are held`)
  if (Buffer.compare(joined(whole), joined(input).subarray(0, length)) !== 0) throw new Error('messages are not what was sent')
  return decodeWatched(whole, { transport: 'tcp' })
}

export const fileTargets: readonly Target[] = [
  { name: 'ipfix-file', seeds: () => [[joined(messages())], ...messages().map(message => [message])], run: input => readFile(input[0] ?? new Uint8Array(0)) },
  { name: 'nfcapd-file', seeds: () => [[nfcapdFile()]], run: input => readFile(input[0] ?? new Uint8Array(0)) },
  {
    name: 'ipfix-stream',
    seeds: () => {
      const all = joined(messages().slice(0, 6))
      return [[all], [all.subarray(0, 1), all.subarray(1, 19), all.subarray(19, 300), all.subarray(300)], messages().slice(0, 8)]
    },
    run: runStream,
  },
]
