/** One stretch of traffic into the spool of FlowLens, then the same into the files of nfcapd. */
import { fileURLToPath } from 'node:url'
import type { LedgerReport } from '../src/simulate/index.ts'
import type { Bench } from './bench.ts'
import type { IngestAnswers, IngestAsked } from './ingest-child.ts'
import { exchange } from './messages.ts'
import { capture, countFlows } from './nfdump.ts'
import { freeUdpPort } from './ports.ts'
import type { Conditions, FigureSpec, Run, Sample } from './report.ts'
import { send, shortfall, type Offer } from './traffic.ts'

const CHILD = fileURLToPath(new URL('./ingest-child.ts', import.meta.url))

export const RECEIVE_FIGURES = {
  offered_flows_per_second: { label: 'offered, flows', unit: 'flows/s', better: 'none' },
  kept_percent: { label: 'kept', unit: '%', better: 'more' },
  lost_flows: { label: 'lost flows', unit: 'flows', better: 'less' },
  cpu_seconds_per_million_flows: { label: 'CPU-s per M flows kept', unit: 'CPU-s/M flows', better: 'less' },
} as const satisfies Readonly<Record<string, FigureSpec>>

type Traffic = Omit<Offer, 'port'>

interface Kept {
  readonly sample: Sample
  readonly conditions: Conditions
  readonly notes: readonly string[]
}

function sampleOf(ledger: LedgerReport, kept: number, cpuSeconds: number | null, seconds: number): Sample {
  return {
    offered_flows_per_second: ledger.flows / seconds,
    kept_percent: (kept / ledger.flows) * 100,
    lost_flows: ledger.flows - kept,
    cpu_seconds_per_million_flows: cpuSeconds === null || kept === 0 ? null : cpuSeconds / (kept / 1e6),
  }
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`

async function byFlowlens({ workshop }: Bench, traffic: Traffic): Promise<Kept> {
  const folder = workshop.folder()
  const port = await freeUdpPort()
  const child = workshop.start(process.execPath, [CHILD], { channel: true })
  const ask = <Kind extends IngestAnswers['kind']>(asked: IngestAsked, kind: Kind) => exchange<IngestAnswers, Kind>(child, asked, kind)
  const started = await ask({ kind: 'start', folder, port }, 'started')
  await ask({ kind: 'mark' }, 'marked')
  const sent = await send(workshop, { ...traffic, port })
  const { ledger, cpuSeconds } = await ask({ kind: 'finish' }, 'finished')
  await child.ended
  workshop.remove(folder)
  const lost = { kernel: ledger.listeners[0]?.kernel_dropped ?? 0, ...ledger.rows.dropped, ...ledger.datagrams.rejected }
  const where = Object.entries(lost).filter(([, count]) => count > 0)
  return {
    // Rows made of the way back are no records of their own.
    sample: sampleOf(sent, ledger.rows.spooled - ledger.rows.mirrored, cpuSeconds, traffic.seconds),
    conditions: {
      flows_a_datagram: sent.flows / sent.datagrams,
      receive_buffer: mebibytes(started.bufferBytes),
      receiving: started.method,
    },
    notes: [
      ...shortfall(sent, traffic, 'FlowLens'),
      ...(where.length === 0 ? [] : [`FlowLens lost: ${where.map(([name, count]) => `${name} ${count}`).join(', ')} (kernel: datagrams)`]),
    ],
  }
}

async function byNfcapd({ workshop, signal }: Bench, traffic: Traffic): Promise<Kept> {
  const folder = workshop.folder()
  const port = await freeUdpPort()
  const nfcapd = await capture(workshop, signal, { folder, port, compressed: false })
  const before = nfcapd.cpuSeconds()
  const sent = await send(workshop, { ...traffic, port })
  await nfcapd.drained()
  const after = nfcapd.cpuSeconds()
  await nfcapd.stop()
  const kept = await countFlows(workshop, folder)
  workshop.remove(folder)
  return {
    sample: sampleOf(sent, kept, before === null || after === null ? null : after - before, traffic.seconds),
    conditions: { receive_buffer_of_nfcapd: mebibytes(nfcapd.bufferBytes) },
    notes: shortfall(sent, traffic, 'nfcapd'),
  }
}

/** Measures one stretch of traffic, one collector after the other. */
export async function measureReceiving(bench: Bench, traffic: Traffic): Promise<Run> {
  const ours = await byFlowlens(bench, traffic)
  const theirs = bench.nfdump === null ? null : await byNfcapd(bench, traffic)
  return {
    flowlens: ours.sample,
    peer: theirs?.sample ?? null,
    conditions: { ...ours.conditions, ...theirs?.conditions },
    notes: [...ours.notes, ...(theirs?.notes ?? [])],
  }
}
