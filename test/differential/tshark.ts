/** What tshark reads in a capture file: for each frame its records, field by field, as PDML tells them. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { PORTS } from './pcap.ts'

/** A record or sample: the first field of each name. */
export interface PeerRecord {
  /** Bytes from the beginning of the UDP payload. */
  readonly at: number
  readonly bytes: number
  /** Number of the set it is in; 0 in NetFlow v5 and sFlow. */
  readonly set: number
  readonly fields: Map<string, PeerField>
}

export interface PeerField {
  /** As tshark prints it. */
  readonly show: string
  /** The bytes it stands on, in hex. */
  readonly hex: string
}

export interface PeerFrame {
  readonly records: PeerRecord[]
  /** tshark gave up on it, or on a part of it. */
  malformed: boolean
  /** Data without a template. */
  waiting: boolean
}

/** The release of the tshark installed; null where there is none. */
export function findTshark(): string | null {
  const { stdout } = spawnSync('tshark', ['--version'], { encoding: 'utf8' })
  return /TShark \(Wireshark\) ([\d.]+)/.exec(stdout ?? '')?.[1] ?? null
}

const NAME = /^( *)<(?:field|proto) name="([^"]*)"/
const SHOW = / show="([^"]*)"/
const VALUE = / value="([^"]*)"/
const PLACE = / size="(\d+)" pos="(\d+)"/
const RECORD = /^(?:Flow \d+$|pdu \d+\/\d+$|(?:Expanded f|F)low sample)/
const UDP_PAYLOAD_AT = 28

/** Runs tshark over a file; frames come in the order in which they stand in it. */
export async function* tsharkFrames(file: string): AsyncGenerator<PeerFrame> {
  const ports = [`udp.port==${PORTS.flows},cflow`, `udp.port==${PORTS.sflow},sflow`].flatMap(port => ['-d', port])
  const child = spawn('tshark', ['-r', file, '-n', ...ports, '-o', 'ip.defragment:FALSE', '-T', 'pdml'], { stdio: ['ignore', 'pipe', 'ignore'] })
  let frame: PeerFrame = { records: [], malformed: false, waiting: false }
  let record: PeerRecord | null = null
  let [depth, set] = [0, 0]
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('<packet>')) {
      frame = { records: [], malformed: false, waiting: false }
      record = null
      set = 0
    } else if (line.startsWith('</packet>')) {
      yield frame
    } else {
      const match = NAME.exec(line)
      if (match === null) continue
      const [, indent = '', name = ''] = match
      const show = SHOW.exec(line)?.[1] ?? ''
      if (record !== null && indent.length <= depth) record = null
      if (name === '' && RECORD.test(show)) {
        const [, bytes, at] = PLACE.exec(line) ?? []
        record = { at: Number(at) - UDP_PAYLOAD_AT, bytes: Number(bytes), set, fields: new Map() }
        depth = indent.length
        frame.records.push(record)
      } else if (name === 'cflow.flowset_id') set = Number(show)
      else if (name === '_ws.malformed') frame.malformed = true
      else if (name === 'cflow.no_template_found') frame.waiting = true
      else if (record !== null && name !== '' && !record.fields.has(name)) record.fields.set(name, { show, hex: VALUE.exec(line)?.[1] ?? '' })
    }
  }
  if (child.exitCode === null) await once(child, 'close')
}
