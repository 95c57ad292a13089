/** `flowlens import FILE…`: files with flows in them into a running FlowLens. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { locateConfig } from '../config/index.ts'
import { importFiles, type ImportProgress } from '../ingest/index.ts'
import { readAddress } from '../schema/index.ts'
import { UsageError } from './usage.ts'

const HELP = `Usage: flowlens import [--again] [--exporter ADDRESS] [--config FILE] FILE…

Reads files with flows in them into the FlowLens that runs on this machine: they go the way of received flows, to the store and to
every sink, with the time that stands in the file. Its user must be able to read the files.

FILE is one of these; its bytes tell which:
  pcap, pcapng   captures of NetFlow, IPFIX or sFlow datagrams, on any UDP port
  IPFIX file     messages end to end (RFC 5655), as YAF, ipfixcol2 and others write
  nfcapd file    of nfdump 1.7: not packed, or packed with LZO, LZ4 or ZSTD
  datagram       one, as it is

  --again             import a file that was imported before once more
  --exporter ADDRESS  exporter of the flows in files that do not tell it (default 0.0.0.0)
  --config FILE       configuration (default: FLOWLENS_CONFIG, else flowlens.yaml, else the defaults)
  --help              this text
`

const HOUR_MS = 3_600_000
const number = (value: number): string => value.toLocaleString('en-US')
const time = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')

/** What an operator reads when a file is done: a line of figures, and sentences where something is to know. */
export function printImport(progress: ImportProgress, rawHours: number, now: number): string {
  const { path, state, format, messages, flows, rejected, oldestMs, newestMs, message } = progress
  if (state === 'refused') return `${path}: not imported: ${message ?? ''}\n`
  const span = oldestMs === null || newestMs === null ? '' : `, ${time(oldestMs)} to ${time(newestMs)}`
  const refused = Object.entries(rejected).map(([reason, count]) => `${number(count)} ${reason}`)
  const lines = [
    `${path}: ${format ?? ''}, ${number(messages)} messages, ${number(flows)} flows${span}${refused.length === 0 ? '' : `; rejected: ${refused.join(', ')}`}`,
  ]
  if (message !== null) lines.push(`  not read to its end: ${message}; what was read is kept`)
  if (oldestMs !== null && flows > 0 && now - oldestMs > rawHours * HOUR_MS)
    lines.push(
      `  its flows are older than single flows are kept (store.retention.rawHours is ${rawHours}): they soon stand in the sums by minute and hour only`,
    )
  return lines.map(line => `${line}\n`).join('')
}

/** Runs the command; gives the exit code, 1 when a file was refused or not read to its end. */
export async function importCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      again: { type: 'boolean', default: false },
      exporter: { type: 'string' },
      config: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true || positionals.length === 0) {
    process.stdout.write(HELP)
    return values.help === true ? 0 : 2
  }
  const exporter = values.exporter ?? null
  if (exporter !== null && readAddress(exporter) === undefined) throw new UsageError(`--exporter ${exporter} is no address`)
  const { config } = locateConfig(values.config)
  let code = 0
  await importFiles(
    config.dataDir,
    positionals.map(file => resolve(file)),
    { again: values.again, exporter },
    progress => {
      if (progress.state === 'running') {
        const share = progress.bytes === 0 ? 0 : Math.floor((progress.readBytes / progress.bytes) * 100)
        if (process.stderr.isTTY) process.stderr.write(`\r${progress.path}: ${share} %, ${number(progress.flows)} flows `)
        return
      }
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
      if (progress.state !== 'done') code = 1
      process.stdout.write(printImport(progress, config.store.retention.rawHours, Date.now()))
    },
  )
  return code
}
