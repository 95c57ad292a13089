/** What a row costs in a window: `node src/enrich/aggregate.bench.ts`. Prints the best of 25 runs, ns of processor time a row. */
import { FlowBatch, MAX_ROWS, indexOf, type ColumnName } from '../schema/index.ts'
import { createAggregator } from './aggregate.ts'

/** Columns and how many values they have; 1 is a value that is always the same. */
const PLAIN: readonly (readonly [name: ColumnName, values: number])[] = [
  ['src', 2 ** 24],
  ['dst', 2 ** 24],
  ['src_port', 65_535],
  ['dst_port', 1],
  ['proto', 1],
  ['in_if', 4],
  ['out_if', 4],
  ['tos', 2],
  ['src_as', 1],
  ['dst_as', 1],
  ['sampling_rate', 1],
  ['tcp_flags', 32],
  ['src_mask', 1],
  ['dst_mask', 1],
  ['next_hop', 1],
  ['domain', 1],
]
const TEXTS: readonly ColumnName[] = ['export_protocol', 'app', 'category', 'app_source', 'src_country', 'dst_country', 'src_as_name', 'dst_as_name']
const COUNTERS: readonly ColumnName[] = ['bytes', 'packets', 'start_at', 'end_at']

function batchWith(distinct: number): FlowBatch {
  const batch = new FlowBatch(1, 4)
  for (const [name, values] of PLAIN) {
    const column = batch.need(indexOf(name))
    for (let row = 0; row < MAX_ROWS; row++) column[row] = values === 1 ? 7 : (Math.imul((row % distinct) + 1, 0x9e37_79b1) >>> 0) % values
  }
  for (const name of TEXTS) {
    const column = batch.need(indexOf(name))
    for (let row = 0; row < MAX_ROWS; row++) column[row] = batch.code(indexOf(name), `value ${(row % distinct) % 10}`)
  }
  const exporters = batch.need(indexOf('exporter'))
  for (let row = 0; row < MAX_ROWS; row++) exporters[row] = batch.code(indexOf('exporter'), BigInt(1 + ((row % distinct) % 3)))
  batch.need(indexOf('received_at')).fill(batch.code(indexOf('received_at'), 1000))
  for (const name of COUNTERS) {
    const column = batch.need(indexOf(name))
    for (let row = 0; row < MAX_ROWS; row++) column[row * 2] = 1000 + row
  }
  batch.rows = MAX_ROWS
  return batch
}

const window = new FlowBatch(2, 4)
for (const keep of [undefined, ['src', 'dst', 'dst_port', 'proto', 'exporter', 'app', 'in_if', 'out_if']]) {
  for (const distinct of [100, 2000, 16_384, 65_536]) {
    const batch = batchWith(distinct)
    const { begin, add } = createAggregator({ seconds: 60, keep })
    const took = Array.from({ length: 25 }, () => {
      window.reset(4)
      begin()
      const began = process.cpuUsage()
      add(window, batch, 0)
      return process.cpuUsage(began).user
    })
    const best = (Math.min(...took) * 1e3) / MAX_ROWS
    process.stdout.write(`${keep === undefined ? 'all 30 columns' : '8 columns kept'}, ${distinct} keys: ${best.toFixed(0)} ns a row\n`)
  }
}
