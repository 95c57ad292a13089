/** The corpus of real captures beside the checkout, and what its reference table says of each scenario. Nothing of it is in the repository. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isFrameFile, readFrames } from '../../src/capture/index.ts'
import { createReassembly, networkOffset, readUdp } from '../../src/packet/index.ts'

export const CORPUS = join(import.meta.dirname, '../../../shared/corpus')

/** Why tests over the corpus are skipped; false where it is there. */
export const skipWithoutCorpus = existsSync(CORPUS) ? false : 'the corpus of real captures is not beside the checkout (../shared/corpus)'

export interface Scenario {
  readonly name: string
  /** netflow5, netflow9, ipfix or sflow. */
  readonly kind: string
  /** In the order in which they are fed; one exporter's state holds for all. */
  readonly files: readonly string[]
}

/** Every scenario of the reference, in its order; none where the corpus is not there. */
export function scenarios(): readonly Scenario[] {
  if (skipWithoutCorpus !== false) return []
  const lines = readFileSync(join(CORPUS, 'REFERENCE.tsv'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
  return lines.slice(1).map(line => {
    const [name = '', kind = '', , files = ''] = line.split('\t')
    return { name, kind, files: files.split(' ; ').map(file => join(CORPUS, file.trim())) }
  })
}

/** Flow datagrams of a file: the UDP payloads of a capture, the messages of an .ipfix file, or the file as it is. */
export function payloadsOf(file: string): Uint8Array[] {
  const bytes = Uint8Array.from(readFileSync(file))
  const view = new DataView(bytes.buffer)
  if (isFrameFile(bytes)) return udpPayloads(bytes)
  if (!file.endsWith('.ipfix')) return [bytes]
  const messages: Uint8Array[] = []
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = Math.min(bytes.length, at + Math.max(16, view.getUint16(at + 2)))
    messages.push(bytes.slice(at, end))
    at = end
  }
  return messages
}

export function udpPayloads(file: Uint8Array): Uint8Array[] {
  const reassembly = createReassembly()
  return [...readFrames(file)].flatMap(({ bytes, linkType }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const at = networkOffset(view, 0, bytes.length, linkType)
    const read = at < 0 ? null : readUdp(view, at, bytes.length)
    const datagram = read !== null && 'kind' in read ? reassembly.add(read) : read
    return datagram === null ? [] : [new Uint8Array(datagram.view.buffer, datagram.view.byteOffset + datagram.start, datagram.end - datagram.start).slice()]
  })
}
