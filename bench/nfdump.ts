/** nfcapd and nfdump beside FlowLens: found, started, asked. They are run as their manual pages say; nothing of them is changed. */
import { spawnSync } from 'node:child_process'
import { cpuSecondsOf, udpSocket } from './processes.ts'
import { until } from './waiting.ts'
import { outputOf, type Workshop } from './workshop.ts'

export interface Nfdump {
  readonly version: string
}

/** What a row says where it is missing. */
export const NOT_INSTALLED = 'nfdump is not installed, so nothing stands beside it (Debian: apt-get install nfdump)'

/** The installed nfdump with its collector; null when either is missing. */
export function findNfdump(): Nfdump | null {
  const versions = ['nfcapd', 'nfdump'].map(command => /Version: ([\w.-]+)/.exec(spawnSync(command, ['-V'], { encoding: 'utf8' }).stdout ?? '')?.[1])
  const [collector, reader] = versions
  return collector === undefined || reader === undefined ? null : { version: collector }
}

export interface Capture {
  /** Receive buffer the kernel granted, bytes. */
  readonly bufferBytes: number
  /** Processor time so far; null where the system does not tell. */
  cpuSeconds(): number | null
  /** Waits until nothing waits at its socket. */
  drained(): Promise<void>
  /** Ends it; its files are complete then. */
  stop(): Promise<void>
}

const BUFFER_BYTES = 32 * 1024 * 1024
const DRAIN_MS = 60_000
const LOOK_MS = 50

/** Starts nfcapd on a port. `compressed` is its LZ4; without it it does the least work. */
export async function capture(
  workshop: Workshop,
  signal: AbortSignal,
  config: { readonly folder: string; readonly port: number; readonly compressed: boolean },
): Promise<Capture> {
  // A rotation a day: none happens within a run, or one that costs nothing.
  const nfcapd = workshop.start('nfcapd', [
    '-w',
    config.folder,
    '-p',
    String(config.port),
    '-b',
    '127.0.0.1',
    '-B',
    String(BUFFER_BYTES),
    '-t',
    '86400',
    '-I',
    'bench',
    ...(config.compressed ? ['-y'] : []),
  ])
  await nfcapd.says(/Startup nfcapd/)
  return {
    bufferBytes: Number(/set setsockopt, SO_RCVBUF to (\d+) bytes/.exec(nfcapd.output())?.[1] ?? 0),
    cpuSeconds: () => cpuSecondsOf(nfcapd.pid),
    drained: async () => {
      let empty = 0
      await until(() => (empty = (udpSocket(config.port)?.queuedBytes ?? 0) === 0 ? empty + 1 : 0) >= 4, { everyMs: LOOK_MS, mostMs: DRAIN_MS, signal })
    },
    stop: () => nfcapd.stop(),
  }
}

/** Counts the flows in the files of a folder by reading them all. */
export async function countFlows(workshop: Workshop, folder: string): Promise<number> {
  const text = await outputOf(workshop, 'nfdump', ['-R', folder, '-o', 'null'])
  const total = /total flows: (\d+)/.exec(text)?.[1]
  if (total === undefined) throw new Error('nfdump did not tell how many flows there are')
  return Number(total)
}

export interface Talker {
  readonly key: string
  readonly bytes: number
}

/** The ten largest by bytes, and how long the whole command took. */
export async function topTen(
  workshop: Workshop,
  folder: string,
  statistic: 'srcip' | 'dstip',
  filter: string,
): Promise<{ readonly talkers: readonly Talker[]; readonly tookMs: number }> {
  const began = performance.now()
  const text = await outputOf(workshop, 'nfdump', ['-R', folder, '-s', `${statistic}/bytes`, '-n', '10', '-o', 'csv', filter])
  const tookMs = performance.now() - began
  return { talkers: readTalkers(text), tookMs }
}

/** Reads nfdump's statistic in CSV: a line of names (`val` the address, `byt` its bytes), ten lines, an empty line, a summary. */
export function readTalkers(csv: string): readonly Talker[] {
  const lines = csv.split('\n').map(line => line.trim())
  const first = lines.findIndex(line => line.startsWith('ts,'))
  const names = lines[first]?.split(',') ?? []
  const [key, bytes] = [names.indexOf('val'), names.indexOf('byt')]
  if (key === -1 || bytes === -1) throw new Error('nfdump answered in a form that is not known')
  const rest = lines.slice(first + 1)
  const last = rest.indexOf('')
  return rest.slice(0, last === -1 ? rest.length : last).map(line => {
    const fields = line.split(',')
    return { key: fields[key] ?? '', bytes: Number(fields[bytes]) }
  })
}
