/** `flowlens decode [--summary] [--config FILE] FILE…`: what FlowLens reads in captures, message files and single datagrams. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isFrameFile, readFrames } from '../capture/index.ts'
import { createDecoder, createExporter, type DecodeCounts, type Exporter, type RowSink, type Template } from '../decode/index.ts'
import { createReassembly, networkOffset, readUdp, type UdpDatagram } from '../packet/index.ts'
import { settingsFor, type ExporterRule } from '../decode/registry/index.ts'
import { FlowLensError, toError, FlowBatch, MAX_ROWS, indexOf } from '../schema/index.ts'
import { enrich } from '../enrich/index.ts'
import { rowsOf } from './rows.ts'

const HELP = `flowlens decode [--summary] [--config FILE] FILE…

Reads flow datagrams and prints the rows FlowLens makes of them, one JSON object a line.
FILE is a pcap or pcapng capture (any UDP port), an IPFIX file (RFC 5655, .ipfix), or anything else as one datagram.
Files are read in the order given; templates and options learnt in one hold for the next.

  --summary   print one JSON object with the counts instead of the rows; of sFlow octets are lengths of frames, packets the sum
              of the rates, and counter samples count as optionRecords
  --config    the flowlens.yaml whose section exporters holds: profiles, custom fields and the like, to try them on a capture
  --help      this text`

/** UDP source of datagrams that come from a file without addresses. */
const NO_ADDRESS = 0xffffn << 32n

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

/** Messages end to end, as RFC 5655 §3 stores them. */
function* readMessages(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = view.getUint16(at + 2)
    if (view.getUint16(at) !== 10 || length < 16) {
      yield bytes.subarray(at)
      return
    }
    yield bytes.subarray(at, Math.min(at + length, bytes.length))
    at += length
  }
}

interface Source {
  readonly address: bigint
  readonly view: DataView
  readonly start: number
  readonly end: number
  readonly timeMs: number
}

function* datagramsOf(file: string, bytes: Uint8Array, nowMs: number): Generator<Source> {
  const whole = (part: Uint8Array): Source => ({
    address: NO_ADDRESS,
    view: new DataView(part.buffer, part.byteOffset, part.byteLength),
    start: 0,
    end: part.length,
    timeMs: nowMs,
  })
  if (isFrameFile(bytes)) {
    const reassembly = createReassembly()
    for (const frame of readFrames(bytes)) {
      const view = new DataView(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.byteLength)
      const network = networkOffset(view, 0, frame.bytes.length, frame.linkType)
      const read = network < 0 ? null : readUdp(view, network, frame.bytes.length)
      const datagram: UdpDatagram | null = read !== null && 'kind' in read ? reassembly.add(read) : read
      if (datagram !== null) yield { address: datagram.src, view: datagram.view, start: datagram.start, end: datagram.end, timeMs: frame.timeMs }
    }
  } else if (file.endsWith('.ipfix')) {
    for (const message of readMessages(bytes)) yield whole(message)
  } else yield whole(bytes)
}

/** Whether it looks like a flow datagram: a capture holds other traffic too. */
function looksLikeFlows({ view, start, end }: Source): boolean {
  if (end - start < 16) return false
  const version = view.getUint16(start)
  return (version >= 5 && version <= 10 && version !== 8 && version !== 6) || version === 1 || view.getUint32(start) === 5
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
 * `rules` are the entries of the configuration's section `exporters`.
 */
export async function decodeFiles(
  files: readonly string[],
  write?: (line: string) => Promise<void>,
  onUnreadable: (error: FlowLensError) => void = raise,
  rules: readonly ExporterRule[] = [],
): Promise<Summary> {
  const settingsOf = settingsFor(rules)
  const sums: Sums = { octets: 0n, packets: 0n, scaledOctets: 0n, scaledPackets: 0n }
  const batches = { 4: new FlowBatch(0, 4), 6: new FlowBatch(1, 6) }
  // Rows of full batches, until they can be written: a decoder does not wait in the middle of a datagram.
  let lines: string[] = []

  function empty(batch: FlowBatch): void {
    if (write !== undefined && batch.rows > 0) {
      enrich(batch)
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
  const exporters = new Map<bigint, Exporter>()
  function exporterAt(address: bigint): Exporter {
    const known = exporters.get(address)
    if (known !== undefined) return known
    const made = createExporter(address, settingsOf(address))
    exporters.set(address, made)
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
    const capture = isFrameFile(bytes)
    for (const source of datagramsOf(file, bytes, Date.now())) {
      if (capture && !looksLikeFlows(source)) continue
      decoder.decode(source.view, source.start, source.end, exporterAt(source.address), source.timeMs)
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
  const rules = values.config === undefined ? [] : (await import('../config/index.ts')).loadConfig(values.config).exporters
  if (values.summary === true) process.stdout.write(`${JSON.stringify(await decodeFiles(positionals, undefined, tell, rules))}\n`)
  else {
    await decodeFiles(
      positionals,
      async line => {
        if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
      },
      tell,
      rules,
    )
  }
  return code
}
