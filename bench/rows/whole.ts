/** Row `whole`: `flowlens serve` under load, from the socket to the roll-ups and the live figures. */
import type { LedgerReport } from '../../src/simulate/index.ts'
import type { Ledger, SinkStatus } from '../../src/telemetry/index.ts'
import { repeat, type Bench, type Row } from '../bench.ts'
import { cpuSecondsOf, peakMemoryOf } from '../processes.ts'
import { caseReport, type FigureSpec, type Run } from '../report.ts'
import { serve, type LiveFigures, type Serving } from '../serving.ts'
import { percentile } from '../statistics.ts'
import { send, shortfall } from '../traffic.ts'
import { until } from '../waiting.ts'

const FLOWS_PER_SECOND = 250_000

const FIGURES = {
  offered_flows_per_second: { label: 'offered, flows', unit: 'flows/s', better: 'none' },
  lost_flows: { label: 'lost flows', unit: 'flows', better: 'less' },
  rows_delivered: { label: 'rows in the store', unit: 'rows', better: 'more' },
  rollups_equal_ledger: { label: 'roll-ups equal raw rows', unit: 'yes', better: 'more' },
  raw_equals_ledger: { label: 'raw rows equal what was sent', unit: 'yes', better: 'more' },
  screen_p99_ms: { label: 'datagram to screen, p99', unit: 'ms', better: 'less' },
  live_flows_percent: { label: 'flows in the live figures', unit: '%', better: 'more' },
  stored_p99_ms: { label: 'oldest row not stored yet, p99', unit: 'ms', better: 'less' },
  peak_memory_bytes: { label: 'memory, peak of both processes', unit: 'bytes', better: 'less' },
  cpu_seconds_per_million_flows: { label: 'CPU-s per M flows', unit: 'CPU-s/M flows', better: 'less' },
} as const satisfies Readonly<Record<string, FigureSpec>>

interface Pipeline {
  readonly ledger: Ledger | null
  readonly sinks: readonly SinkStatus[]
}

interface Totals {
  readonly totals: Readonly<Record<string, number>>
  readonly answered_from: string
}

const DAY_MS = 86_400_000
const DELIVERED_MS = 300_000

/** What a record that comes twice adds to is in no roll-up: those hold what each exporter saw. */
async function rollupsEqualRaw(serving: Serving): Promise<boolean> {
  const to = Math.ceil(Date.now() / 60_000) * 60_000
  const [sums, raw] = await Promise.all(
    ['', 'packets >= 0'].map(filter =>
      serving.ask<Totals>('/query', { from: to - DAY_MS, to, filter, duplicates: 'hops', metrics: ['bytes', 'packets', 'flows'] }),
    ),
  )
  return JSON.stringify(sums?.totals) === JSON.stringify(raw?.totals) && sums?.answered_from !== raw?.answered_from
}

/** Whether bytes, packets and flows are the ledger's, to the digit. */
async function equals(serving: Serving, { bothWays: sent }: LedgerReport, source: RegExp): Promise<boolean> {
  const to = Math.ceil(Date.now() / 60_000) * 60_000
  const answer = await serving.ask<Totals>('/query', { from: to - DAY_MS, to, duplicates: 'all', metrics: ['bytes', 'packets', 'flows'] })
  if (!source.test(answer.answered_from)) throw new Error(`a question to ${source.source} was answered from ${answer.answered_from}`)
  const { bytes, packets, flows } = answer.totals
  return bytes === sent.scaledOctets && packets === sent.scaledPackets && flows === sent.flows
}

interface Seen {
  /** How old the newest live figure was whenever one was told, from the beginning of its second on, ms. */
  readonly agesMs: number[]
  /** Flows in the live figures, by their second. */
  readonly flows: Map<number, number>
  /** How long the oldest row had waited for the store, ms. */
  readonly waitsMs: number[]
}

/** What is seen from outside while `work` runs, once a second. Live figures age until `work` says that the traffic is over. */
async function watch<Result>(serving: Serving, work: (over: () => void) => Promise<Result>): Promise<Seen & { readonly result: Result }> {
  const seen: Seen = { agesMs: [], flows: new Map(), waitsMs: [] }
  const ended = new AbortController()
  let newest: number | null = null
  let flowing = true
  const told = ({ second, bps, fps }: LiveFigures, arrivedMs: number): void => {
    if (bps > 0) {
      newest = second
      seen.flows.set(second, fps)
    }
    // A second told without its flows leaves the screen as old as it was.
    if (flowing && newest !== null) seen.agesMs.push(arrivedMs - newest * 1000)
  }
  const look = async (): Promise<void> => {
    const { sinks } = await serving.ask<Pipeline>('/pipeline')
    seen.waitsMs.push(sinks[0]?.oldest_waiting_ms ?? 0)
  }
  let asking = Promise.resolve()
  const timer = setInterval(() => {
    asking = asking.then(look)
    // Told where it is awaited.
    asking.catch(() => undefined)
  }, 1000)
  const following = serving.follow(ended.signal, told)
  following.catch(() => undefined)
  try {
    return { ...seen, result: await work(() => (flowing = false)) }
  } finally {
    clearInterval(timer)
    ended.abort()
    await asking
    await following
  }
}

/** Waits until the store has every row that ingest wrote; false when it takes minutes. */
function delivered(bench: Bench, serving: Serving, sent: LedgerReport): Promise<boolean> {
  let last = ''
  return until(
    async () => {
      const { ledger, sinks } = await serving.ask<Pipeline>('/pipeline')
      const rows = ledger?.rows
      const whole = rows !== undefined && rows.in_flight === 0 && sinks[0]?.rows_waiting === 0 && sinks[0].rows_delivered >= rows.spooled
      const now = JSON.stringify([ledger?.datagrams.received, rows?.spooled])
      // Rows that were lost will not come: two same looks a second apart are the end.
      const still = now === last
      last = now
      return whole && (rows.spooled >= sent.bothWays.flows || still)
    },
    { everyMs: 1500, mostMs: DELIVERED_MS, signal: bench.signal },
  )
}

const sum = (values: readonly (number | null)[]): number | null => values.reduce((total, value) => (total === null || value === null ? null : total + value), 0)

async function measure(bench: Bench, seconds: number): Promise<Run> {
  const { workshop } = bench
  const folder = workshop.folder()
  const serving = await serve(workshop, folder)
  const cpu = (): number | null => sum(serving.pids.map(cpuSecondsOf))
  const before = cpu()
  const watched = await watch(serving, async over => {
    const sent = await send(workshop, { port: serving.udpPort, protocol: 'v9', flowsPerSecond: FLOWS_PER_SECOND, seconds })
    over()
    return { sent, complete: await delivered(bench, serving, sent) }
  })
  const { sent, complete } = watched.result
  const after = cpu()
  const { ledger, sinks } = await serving.ask<Pipeline>('/pipeline')
  const stored = sinks[0]?.rows_delivered ?? 0
  const shown = [...watched.flows.values()].reduce((total, flows) => total + flows, 0)
  const used = before === null || after === null ? null : after - before
  const sample = {
    offered_flows_per_second: sent.flows / seconds,
    lost_flows: sent.bothWays.flows - stored,
    rows_delivered: stored,
    rollups_equal_ledger: Number(await rollupsEqualRaw(serving)),
    raw_equals_ledger: Number(await equals(serving, sent, /raw/)),
    screen_p99_ms: percentile(watched.agesMs, 0.99),
    live_flows_percent: (shown / sent.bothWays.flows) * 100,
    stored_p99_ms: percentile(watched.waitsMs, 0.99),
    peak_memory_bytes: sum(serving.pids.map(peakMemoryOf)),
    cpu_seconds_per_million_flows: used === null ? null : used / (sent.flows / 1e6),
  }
  await serving.stop()
  workshop.remove(folder)
  const lost = Object.entries({ kernel: ledger?.listeners[0]?.kernel_dropped ?? 0, ...ledger?.rows.dropped, ...ledger?.datagrams.rejected }).filter(
    ([, count]) => count > 0,
  )
  return {
    flowlens: sample,
    peer: null,
    conditions: { flows_a_datagram: sent.flows / sent.datagrams, devices: Object.keys(sent.byExporter).length, processes: serving.pids.length },
    notes: [
      ...shortfall(sent, { flowsPerSecond: FLOWS_PER_SECOND, seconds }, 'FlowLens'),
      ...(lost.length === 0 ? [] : [`lost: ${lost.map(([name, count]) => `${name} ${count}`).join(', ')} (kernel: datagrams)`]),
      ...(complete ? [] : [`rows still waited for the store after ${DELIVERED_MS / 1000} s`]),
    ],
  }
}

export const whole: Row = {
  name: 'whole',
  doc: 'flowlens serve with its defaults: received, spooled, stored with roll-ups, shown live.',
  peer: null,
  notes: ['no peer: nfcapd and nfdump have no roll-ups and no live figures'],
  async measure(bench, done) {
    const seconds = bench.quick ? 5 : 60
    const runs = await repeat(bench, `whole: ${FLOWS_PER_SECOND} flows/s for ${seconds} s`, () => measure(bench, seconds))
    done(caseReport('250k', FIGURES, runs, { conditions: { template: 'those of every v9 device of the simulator', seconds } }))
  },
}
