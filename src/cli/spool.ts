/** `flowlens spool`: looks into the rows on disk, checks them, takes them out, gives them to a sink again. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { locateConfig } from '../config/index.ts'
import { requestReplay, sinkByName } from '../deliver/index.ts'
import { createSpoolReader, framesOf, fsck, payloadPieces, type SpoolFrame, type SpoolReport } from '../spool/index.ts'
import { UsageError } from './usage.ts'

const HELP = `Look into the rows on disk, check and replay them.

Usage: flowlens spool fsck [--verify] [--json]
       flowlens spool dump [--from SEQ] [--to SEQ] [--native] [FILE…]
       flowlens spool replay --from SEQ --to SEQ [--sink NAME]

  fsck     Tell what is there and whether it is whole; exit code 1 if it is not. It reads the headers of all frames, with
           --verify every byte.
  dump     One JSON line a frame; with --native the rows, as ClickHouse Native blocks end to end. FILE is a segment, such as a
           dead letter; without one the spool is read, what is durable of it.
  replay   Ask for rows to be given to a sink again, from the spool and its dead letters. A running FlowLens takes the request
           within a second, else the next start does. Rows that the sink says it has are left out.

  --from, --to     Sequence numbers of rows; --to is the one behind the last.
  --sink NAME      The sink; store by default.
  --stream NAME    flows by default.
  --data-dir DIR   The data directory; that of the configuration by default.
  --config FILE    The configuration; flowlens.yaml by default.
`

function sequence(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${option} takes the number of a row, not ${text}`)
  return Number(text)
}

/** `flowlens spool`: 1 when fsck finds damage. Throws FL_SPOOL_CORRUPT for a damaged frame in a dump of rows. */
export async function spool(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      verify: { type: 'boolean' },
      json: { type: 'boolean' },
      native: { type: 'boolean' },
      from: { type: 'string' },
      to: { type: 'string' },
      sink: { type: 'string', default: 'store' },
      stream: { type: 'string', default: 'flows' },
      'data-dir': { type: 'string' },
      config: { type: 'string' },
    },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const [verb, ...files] = positionals
  const from = sequence(values.from, 'from')
  const to = sequence(values.to, 'to')
  const dataDir = values['data-dir'] ?? locateConfig(values.config).config.dataDir
  const place = { directory: join(dataDir, 'spool'), stream: values.stream }
  if (verb !== 'dump' && files.length > 0) throw new UsageError(`${files.join(' ')} is one word too many`)
  switch (verb) {
    case 'fsck': {
      const report = fsck(place, { verify: values.verify === true })
      process.stdout.write(values.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : describe(report))
      return report.whole ? 0 : 1
    }
    case 'dump':
      await dump(files.length > 0 ? inFiles(files) : inSpool(place, from ?? 0), {
        from: from ?? 0,
        to: to ?? Number.POSITIVE_INFINITY,
        native: values.native === true,
      })
      return 0
    case 'replay':
      if (from === undefined || to === undefined || to <= from) throw new UsageError('replay takes --from and a larger --to')
      if (sinkByName(values.sink) === undefined) throw new UsageError(`there is no sink ${values.sink}`)
      if (!existsSync(join(place.directory, place.stream))) throw new UsageError(`there is no spool in ${dataDir}`)
      requestReplay(place, { sink: values.sink, fromSeq: from, toSeq: to })
      process.stdout.write(`rows ${from} to ${to - 1} are given to ${values.sink} again as soon as FlowLens runs\n`)
      return 0
    default:
      throw new UsageError(verb === undefined ? 'say what to do: fsck, dump or replay' : `there is no ${verb}; there are fsck, dump and replay`)
  }
}

function describe({ directory, durable, segments, lost, cursors, whole }: SpoolReport): string {
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0)
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  const lines = [
    `${directory}: ${segments.length} segments, ${rows} rows, ${bytes} bytes; rows below ${durable?.seq ?? 0} are durable, epoch ${durable?.epoch ?? 0}`,
  ]
  for (const { file, epoch, damaged, tailBytes } of segments) {
    if (epoch === null) lines.push(`${file}: the header is damaged`)
    if (damaged > 0) lines.push(`${file}: ${damaged} damaged places`)
    if (tailBytes > 0) lines.push(`${file}: ${tailBytes} bytes behind the last whole frame`)
  }
  for (const { fromSeq, toSeq } of lost) lines.push(`rows ${fromSeq} to ${toSeq - 1} are lost`)
  for (const [sink, cursor] of Object.entries(cursors)) {
    lines.push(
      cursor === null
        ? `sink ${sink}: the cursor is damaged; the sink will get everything again`
        : `sink ${sink}: has rows below ${cursor.position}, ${Math.max(0, (durable?.seq ?? 0) - cursor.position)} wait${cursor.plan === null ? '' : `, ${cursor.plan.from} to ${cursor.plan.to - 1} are on their way`}`,
    )
  }
  return `${[...lines, whole ? 'whole' : 'not whole'].join('\n')}\n`
}

function* inFiles(files: readonly string[]): Generator<SpoolFrame> {
  for (const file of files) yield* framesOf(file)
}

function* inSpool(place: { readonly directory: string; readonly stream: string }, from: number): Generator<SpoolFrame> {
  const reader = createSpoolReader(place)
  try {
    reader.seek(Math.max(from, reader.oldestSeq()))
    for (let step = reader.next(); step !== null; step = reader.next()) {
      if (step.kind === 'frame') yield step
      else process.stderr.write(`rows ${step.fromSeq} to ${step.toSeq - 1} are lost\n`)
    }
  } finally {
    reader.close()
  }
}

async function write(bytes: Uint8Array | string): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain')
}

async function dump(
  frames: Iterable<SpoolFrame>,
  { from, to, native }: { readonly from: number; readonly to: number; readonly native: boolean },
): Promise<void> {
  for (const frame of frames) {
    if (frame.firstSeq + frame.rows <= from) continue
    if (frame.firstSeq >= to) return
    if (native) {
      // Copied, because the piece's memory is used again while the pipe still holds it.
      for await (const piece of payloadPieces([frame])) await write(Uint8Array.from(piece))
      continue
    }
    const { firstSeq, rows, epoch, firstReceivedAt, lastReceivedAt, file, offset, length, schemaId } = frame
    await write(
      `${JSON.stringify({
        first_seq: firstSeq,
        rows,
        epoch,
        first_received_at: new Date(firstReceivedAt).toISOString(),
        last_received_at: new Date(lastReceivedAt).toISOString(),
        file,
        offset,
        length,
        schema_id: schemaId,
      })}\n`,
    )
  }
}
