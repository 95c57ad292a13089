/** Data to ask questions of: the same flows in a store of FlowLens and in the files of nfcapd. */
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import type { Bench } from './bench.ts'
import type { LoadAnswers, LoadAsked } from './load-child.ts'
import { exchange } from './messages.ts'
import { capture } from './nfdump.ts'
import { freeUdpPort } from './ports.ts'

const CHILD = fileURLToPath(new URL('./load-child.ts', import.meta.url))

export interface Loaded extends Omit<Extract<LoadAnswers, { readonly kind: 'loaded' }>, 'kind'> {
  /** The data directory of FlowLens. */
  readonly dataDir: string
  /** Files of nfcapd; null where it is not installed. */
  readonly nfcapdFolder: string | null
}

/** Draws flows and hands each to both, into a new folder. */
export async function load(
  bench: Bench,
  traffic: Pick<LoadAsked, 'seed' | 'profile' | 'flows' | 'flowsPerSecond' | 'spool' | 'frameMs' | 'startMs'>,
  folder: string,
): Promise<Loaded> {
  const { workshop } = bench
  const dataDir = join(folder, 'data')
  const files = join(folder, 'nfcapd')
  for (const path of [dataDir, files]) mkdirSync(path)
  const port = bench.nfdump === null ? null : await freeUdpPort()
  const nfcapd = port === null ? null : await capture(workshop, bench.signal, { folder: files, port, compressed: true })
  const child = workshop.start(process.execPath, [CHILD], { channel: true })
  const { kind: _, ...loaded } = await exchange<LoadAnswers, 'loaded'>(
    child,
    { kind: 'load', dataDir, nfcapdPort: port, ...traffic } satisfies LoadAsked,
    'loaded',
  )
  await child.ended
  await nfcapd?.drained()
  await nfcapd?.stop()
  return { ...loaded, dataDir, nfcapdFolder: nfcapd === null ? null : files }
}
