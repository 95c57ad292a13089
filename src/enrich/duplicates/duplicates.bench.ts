/**
 * What it costs to look for flows told twice: `node src/enrich/duplicates/duplicates.bench.ts`, or with the name of a kind of traffic.
 *
 * Each kind runs in a process of its own, as the writing thread has one marker for its life. Figures are nanoseconds a row: processor
 * time of the thread in the mean, then the clock's time of the fastest quarter of batches, which other programs disturb least.
 */
import { spawnSync } from 'node:child_process'
import { FlowBatch, indexOf, type ColumnName } from '../../schema/index.ts'
import { createRandom } from '../../schema/fixtures/index.ts'
import { createDuplicateMarker } from './index.ts'

const ROWS = 50_000
const BATCHES = 200
/** Records of a datagram, which come from one exporter. */
const RECORDS = 24
const EXPORTERS = 3
const T = Date.UTC(2026, 0, 31, 12)
const BYTES = 128 * 2 ** 20

/** Which flow a row tells, and who: by the datagram, counted from the first one, the record in it, and a number from 0 to 1. */
interface Traffic {
  readonly flow: (datagram: number, record: number, random: number) => number
  readonly exporter: (datagram: number) => number
  readonly rate?: number
  /** Whether exporters tell a flow where it comes in and where it goes out; whether the first one translates addresses. */
  readonly ways?: boolean
  readonly translated?: boolean
}

/** Hundreds of datagrams pass until the next hop tells a flow. */
const LATER = 403
const inTurn = (datagram: number): number => datagram % EXPORTERS
const byHop = (datagram: number, record: number): number => ((datagram - (datagram % 2) * LATER) >> 1) * RECORDS + record
const hop = (datagram: number): number => ((datagram >> 1) + (datagram % 2)) % EXPORTERS

const TRAFFIC: Readonly<Record<string, Traffic>> = {
  'one exporter': { flow: (datagram, record) => datagram * RECORDS + record, exporter: () => 0 },
  'several, each with its own flows': { flow: (datagram, record) => datagram * RECORDS + record, exporter: inTurn },
  'several, each flow by two hops': { flow: byHop, exporter: hop },
  'several, each flow by two hops, 1 in 1000': { flow: byHop, exporter: hop, rate: 1000 },
  'several, each flow by two hops, each in and out': { flow: byHop, exporter: hop, ways: true },
  'several, each flow by two hops, one translates': { flow: byHop, exporter: hop, translated: true },
  'several, 100 thousand flows again and again': { flow: (_, __, random) => Math.floor(random * 100_000), exporter: inTurn },
  'several, 4 million flows again and again': { flow: (_, __, random) => Math.floor(random * 4_000_000), exporter: inTurn },
}

function fill(batch: FlowBatch, traffic: Traffic, number: number, random: () => number): number {
  batch.reset(batch.family)
  const column = (name: ColumnName) => batch.need(indexOf(name))
  const time = (name: ColumnName, row: number, at: number): void => {
    const words = column(name)
    words[row * 2] = at % 2 ** 32
    words[row * 2 + 1] = Math.floor(at / 2 ** 32)
  }
  const words = batch.family === 4 ? 1 : 4
  const at = T + number * 100
  const codes = Array.from({ length: EXPORTERS }, (_, exporter) => batch.code(indexOf('exporter'), 0xffff_0a00_0001n + BigInt(exporter)))
  const received = batch.code(indexOf('received_at'), at)
  const protocol = batch.code(indexOf('export_protocol'), 'netflow9')
  for (let row = 0; row < ROWS; row++) {
    const serial = number * ROWS + row
    const datagram = Math.floor(serial / RECORDS)
    const flow = traffic.flow(datagram, serial % RECORDS, random())
    const exporter = traffic.exporter(datagram)
    column('src')[row * words] = Math.imul(flow, 0x9e37_79b1)
    column('dst')[row * words] = Math.imul(flow, 0x85eb_ca6b)
    column('src_port')[row] = flow
    column('dst_port')[row] = 443
    column('proto')[row] = 6
    time('start_at', row, at - 500)
    time('end_at', row, at)
    column('bytes')[row * 2] = 1000
    column('packets')[row * 2] = 1 + Math.floor(random() * 20)
    column('sampling_rate')[row] = traffic.rate ?? 1
    column('in_if')[row] = row % 7
    column('exporter')[row] = codes[exporter]!
    column('export_protocol')[row] = protocol
    column('received_at')[row] = received
    if (traffic.ways === true) column('direction')[row] = row % 2
    if (traffic.translated === true && exporter === 0) {
      column('nat_src')[row * words] = Math.imul(flow, 0xc2b2_ae35)
      column('nat_src_port')[row] = flow
    }
  }
  column('duplicate')
  batch.rows = ROWS
  batch.lastReceivedAt = at
  return at
}

function measure(name: string, traffic: Traffic, family: 4 | 6): void {
  const marker = createDuplicateMarker({ maxBytes: BYTES })
  const batch = new FlowBatch(1, family)
  const random = createRandom(1)
  const clock: number[] = []
  let cpu = 0
  for (let number = 0; number < BATCHES; number++) {
    const at = fill(batch, traffic, number, random)
    const sealed = batch.seal()
    const [began, beganMs] = [process.threadCpuUsage(), performance.now()]
    marker.mark(sealed, at)
    const [used, tookMs] = [process.threadCpuUsage(began), performance.now() - beganMs]
    // The first half fills the table.
    if (number < BATCHES / 2) continue
    cpu += ((used.user + used.system) * 1000) / (ROWS * (BATCHES / 2))
    clock.push((tookMs * 1e6) / ROWS)
  }
  const quarter = clock.toSorted((one, other) => one - other)[clock.length >> 2]!
  const { otherExporter, sameExporter } = marker.counts
  const told = ((otherExporter + sameExporter) / (ROWS * BATCHES)) * 100
  process.stdout.write(`IPv${family}, ${name}: ${cpu.toFixed(0)} ns, ${quarter.toFixed(0)} ns, ${told.toFixed(0)} % marked\n`)
}

const [only, family] = process.argv.slice(2)
const traffic = TRAFFIC[only ?? '']
if (only !== undefined && traffic !== undefined) measure(only, traffic, family === '6' ? 6 : 4)
else for (const one of ['4', '6']) for (const name of Object.keys(TRAFFIC)) spawnSync(process.execPath, [import.meta.filename, name, one], { stdio: 'inherit' })
