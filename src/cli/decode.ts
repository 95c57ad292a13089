/** `flowlens decode [--summary] [--config FILE] FILE…`: what FlowLens reads in captures, message files and single datagrams. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { kindOfFile, readFlowFile } from '../capture/index.ts'
import { createDecoder, createExporter, type DecodeCounts, type Exporter, type RowSink, type Template } from '../decode/index.ts'
import { settingsFor, type ExporterRules } from '../decode/registry/index.ts'
import { FlowLensError, toError, FlowBatch, MAX_ROWS, indexOf } from '../schema/index.ts'
import { createEnricher, type EnrichConfig } from '../enrich/index.ts'
import { rowsOf } from './rows.ts'

const HELP = `flowlens decode [--summary] [--config FILE] FILE…

Reads flow datagrams and prints the rows FlowLens makes of them, one JSON object a line.
FILE is a pcap or pcapng capture (any UDP port), an IPFIX file (RFC 5655), a file of nfcapd 1.7, or one datagram; its bytes tell which.
Files are read in the order given; templates and options learnt in one hold for the next. Nothing is kept: flowlens import does that.

  --summary   print one JSON object with the counts instead of the rows; of sFlow octets are lengths of frames, packets the sum
              of the rates, and counter samples count as optionRecords
  --config    the flowlens.yaml whose sections exporters, interfaceRules and applicationRules hold, to try them on a
              capture
  --help      this text`

interface Sums {
  octets: bigint
  packets: bigint
  scaledOctets: bigint
  scaledPackets: bigint
}

const BYTES = indexOf('bytes')
const LAYER2_BYTES = indexOf('layer2_bytes')
const PACKETS = indexOf('packets')
const RATE = indexOf('sampling_rate')

function count(batch: FlowBatch, column: number, row: number): bigint {
  const values = batch.columns[column]
  return values === undefined ? 0n : (BigInt(values[row * 2 + 1] ?? 0) << 32n) | BigInt(values[row * 2] ?? 0)
}

/** Rows without a template are samples of sFlow: frames of the lengths told, each for as many packets as its rate says; a drop has no rate. */
function addSamples(sums: Sums, batch: FlowBatch, first: number, rows: number): void {
  for (let row = first; row < first + rows; row++) {
    const bytes = count(batch, LAYER2_BYTES, row)
    const rate = BigInt(batch.columns[RATE]?.[row] ?? 0)
    sums.octets += bytes
    sums.packets += rate
    sums.scaledOctets += bytes * rate
    sums.scaledPackets += rate
  }
}

function addSums(sums: Sums, batch: FlowBatch, first: number, rows: number, template: Template | null): void {
  if (template === null) return addSamples(sums, batch, first, rows)
  for (let row = first; row < first + rows; row++) {
    const bytes = count(batch, BYTES, row)
    const packets = count(batch, PACKETS, row)
    const rate = BigInt(Math.max(1, batch.columns[RATE]?.[row] ?? 0))
    if (template.hasOctets) sums.octets += bytes
    if (template.hasPackets) sums.packets += packets
    sums.scaledOctets += bytes * rate
    sums.scaledPackets += packets * rate
  }
}

/** What `--summary` prints. */
export interface Summary {
  readonly datagrams: number
  readonly records: number
  readonly flows: number
  readonly optionRecords: number
  readonly templates: number
  readonly optionTemplates: number
  readonly octets: number
  readonly packets: number
  readonly scaledOctets: number
  readonly scaledPackets: number
  readonly waiting: number
  readonly rejected: Readonly<Record<string, number>>
}

function summaryOf(counts: DecodeCounts, sums: Sums): Summary {
  const rejected: Record<string, number> = {}
  for (const [reason, refused] of [...Object.entries(counts.setsRejected), ...Object.entries(counts.datagramsRejected)]) {
    if (refused > 0) rejected[reason] = (rejected[reason] ?? 0) + refused
  }
  return {
    datagrams: counts.datagrams,
    records: counts.records,
    flows: counts.rows,
    optionRecords: counts.optionRecords,
    templates: counts.templates,
    optionTemplates: counts.optionTemplates,
    octets: Number(sums.octets),
    packets: Number(sums.packets),
    scaledOctets: Number(sums.scaledOctets),
    scaledPackets: Number(sums.scaledPackets),
    waiting: counts.setsPending,
    rejected,
  }
}

/**
 * Decodes files in the order given, one exporter per source address, state kept across files. `write` gets the rows, a JSON
 * object each; without it only the summary is made. A file that cannot be read is told to `onUnreadable`, and the others go on.
 * `rules` are what the configuration says of exporters and applications. A file that cannot be read to its end is told to `onCut`; the
 * rest is counted as rejected all the same.
 */
export async function decodeFiles(
  files: readonly string[],
  write?: (line: string) => Promise<void>,
  onUnreadable: (error: FlowLensError) => void = raise,
  rules: ExporterRules & EnrichConfig = {},
  onCut: (error: FlowLensError) => void = () => undefined,
): Promise<Summary> {
  const settingsOf = settingsFor(rules)
  const sums: Sums = { octets: 0n, packets: 0n, scaledOctets: 0n, scaledPackets: 0n }
  const enricher = createEnricher(rules)
  const batches = { 4: new FlowBatch(0, 4), 6: new FlowBatch(1, 6) }
  // Rows of full batches, until they can be written: a decoder does not wait in the middle of a datagram.
  let lines: string[] = []

  function empty(batch: FlowBatch): void {
    if (write !== undefined && batch.rows > 0) {
      enricher.enrich(batch)
      for (const line of rowsOf(batch.seal())) lines.push(line)
    }
    batch.reset(batch.family)
  }

  async function writeLines(): Promise<void> {
    const full = lines
    lines = []
    for (const line of full) await write?.(line)
  }

  const sink: RowSink = {
    reserve(family, rows) {
      const batch = batches[family]
      if (batch.full || batch.rows + rows > MAX_ROWS) empty(batch)
      return batch
    },
    committed: (batch, first, rows, template) => addSums(sums, batch, first, rows, template),
  }
  const exporters = new Map<string, Exporter>()
  let transport: Exporter['transport'] = 'udp'
  function exporterAt(address: bigint): Exporter {
    const key = `${transport} ${address}`
    const known = exporters.get(key)
    if (known !== undefined) return known
    const made = createExporter(address, settingsOf(address), transport)
    exporters.set(key, made)
    return made
  }
  const decoder = createDecoder(
    { lifetimeMs: Infinity, perDomain: 65_536, domains: 65_536, pendingMs: Infinity, pendingBytes: 2 ** 30, pendingTotalBytes: 2 ** 30 },
    { sink, exporterAt },
  )

  for (const file of files) {
    const bytes = readBytes(file)
    if (bytes instanceof FlowLensError) {
      onUnreadable(bytes)
      continue
    }
    const kind = kindOfFile(bytes) ?? 'datagram'
    transport = kind === 'ipfix' || kind === 'nfcapd' ? 'file' : 'udp'
    const read = readFlowFile(bytes, kind)
    for (let next = read.next(); ; next = read.next()) {
      if (next.done === true) {
        if (next.value !== null) onCut(new FlowLensError('FL_DECODE_FILE', `${file}: ${next.value}`))
        break
      }
      const { address, view, start, end, timeMs } = next.value
      decoder.decode(view, start, end, exporterAt(address), timeMs === 0 ? Date.now() : timeMs)
      if (lines.length > 0) await writeLines()
    }
  }
  empty(batches[4])
  empty(batches[6])
  await writeLines()
  return summaryOf(decoder.counts, sums)
}

function raise(error: FlowLensError): never {
  throw error
}

function readBytes(file: string): Uint8Array | FlowLensError {
  try {
    return readFileSync(file)
  } catch (cause) {
    return new FlowLensError('FL_DECODE_FILE', `${file} cannot be read: ${toError(cause).message.replace(/, \w+ '.*'$|, read$/, '')}`, { cause })
  }
}

/** Runs the command; gives the exit code, 1 when a file could not be read. */
export async function decode(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { summary: { type: 'boolean' }, config: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help === true || positionals.length === 0) {
    process.stdout.write(`${HELP}\n`)
    return values.help === true ? 0 : 2
  }
  let code = 0
  const tell = (error: FlowLensError): void => {
    process.stderr.write(`flowlens: ${error.message} (${error.code})\n`)
    code = 1
  }
  const rules = values.config === undefined ? {} : (await import('../config/index.ts')).loadConfig(values.config)
  if (values.summary === true) process.stdout.write(`${JSON.stringify(await decodeFiles(positionals, undefined, tell, rules, tell))}\n`)
  else {
    await decodeFiles(
      positionals,
      async line => {
        if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
      },
      tell,
      rules,
      tell,
    )
  }
  return code
}
