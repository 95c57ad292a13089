/** What it costs to look for flows told twice: `node src/enrich/duplicates/duplicates.bench.ts`. */
import { FlowBatch, indexOf } from '../../schema/index.ts'
import { createRandom } from '../../schema/fixtures/index.ts'
import { createDuplicateMarker } from './index.ts'

const ROWS = 50_000
const BATCHES = 240
const T = Date.UTC(2026, 0, 31, 12)
const random = createRandom(1)

/** Rows of as many flows as `flows`, told by `exporters` in turn. */
function fill(batch: FlowBatch, flows: number, exporters: number, rate: number, at: number): FlowBatch {
  batch.reset(batch.family)
  const column = (name: Parameters<typeof indexOf>[0]) => batch.need(indexOf(name))
  const words = batch.family === 4 ? 1 : 4
  const codes = Array.from({ length: exporters }, (_, number) => batch.code(indexOf('exporter'), 0xffff_0a00_0001n + BigInt(number)))
  const [src, dst, srcPort, dstPort, proto] = [column('src'), column('dst'), column('src_port'), column('dst_port'), column('proto')]
  const [start, end, bytes, packets, rates, inIf, exporter] = [
    column('start_at'),
    column('end_at'),
    column('bytes'),
    column('packets'),
    column('sampling_rate'),
    column('in_if'),
    column('exporter'),
  ]
  for (let row = 0; row < ROWS; row++) {
    const flow = Math.floor(random() * flows)
    src[row * words] = Math.imul(flow, 0x9e37_79b1)
    dst[row * words] = Math.imul(flow, 0x85eb_ca6b)
    srcPort[row] = flow & 0xffff
    dstPort[row] = 443
    proto[row] = 6
    start[row * 2] = end[row * 2] = at % 2 ** 32
    start[row * 2 + 1] = end[row * 2 + 1] = Math.floor(at / 2 ** 32)
    bytes[row * 2] = 1000
    packets[row * 2] = 1 + Math.floor(random() * 20)
    rates[row] = rate
    inIf[row] = row % 7
    exporter[row] = codes[row % exporters]!
  }
  column('duplicate')
  batch.rows = ROWS
  batch.lastReceivedAt = at
  return batch
}

for (const family of [4, 6] as const) {
  for (const [exporters, flows, rate] of [
    [1, 4_000_000, 1],
    [3, 100_000, 1],
    [3, 4_000_000, 1],
    [3, 4_000_000, 1000],
  ] as const) {
    const marker = createDuplicateMarker({ maxBytes: 128 * 2 ** 20 })
    const batch = new FlowBatch(1, family)
    let ms = 0
    for (let number = 0; number < BATCHES; number++) {
      const at = T + number * 100
      const sealed = fill(batch, flows, exporters, rate, at).seal()
      const began = process.cpuUsage()
      marker.mark(sealed, at)
      if (number < (BATCHES * 3) / 4) continue
      const { user, system } = process.cpuUsage(began)
      ms += (user + system) / 1000
    }
    const nanoseconds = (ms * 1e6) / (ROWS * (BATCHES / 4))
    process.stdout.write(`IPv${family}, ${exporters} exporters, ${flows} flows, 1 in ${rate}: ${nanoseconds.toFixed(0)} ns of processor time a row\n`)
  }
}
