/** Row `worst`: single datagrams made to cost as much as they can. */
import { setImmediate as turn } from 'node:timers/promises'
import { createDecoder, createExporter, type DecoderConfig, type Exporter } from '../../src/decode/index.ts'
import { FlowBatch, MAX_ROWS } from '../../src/schema/index.ts'
import { repeat, type Row } from '../bench.ts'
import { caseReport, type FigureSpec } from '../report.ts'
import { percentile } from '../statistics.ts'
import { worstCases, type WorstCase } from '../worst.ts'

const FIGURES = {
  milliseconds: { label: 'time of the datagram', unit: 'ms', better: 'less' },
} as const satisfies Readonly<Record<string, FigureSpec>>

/** The limits of a fresh configuration. */
const LIMITS: DecoderConfig = { lifetimeMs: 1_800_000, perDomain: 4096, domains: 64, pendingMs: 30_000, pendingBytes: 8 << 20, pendingTotalBytes: 64 << 20 }
const NOW = 1_700_000_000_000
const ADDRESS = 0xffff_0a00_0001n
/** Rounds before any counts: the engine compiles what runs often, as it has in a collector that runs. */
const WARM = 5

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * Time of the worst datagram of a case, to a decoder that knows nothing but what comes before; ms. By the clock, and the median of
 * many: the processor time of a thread is counted too coarsely.
 */
function once({ before, worst }: WorstCase, batches: Readonly<Record<4 | 6, FlowBatch>>): number {
  for (const family of [4, 6] as const) batches[family].reset(family)
  const agent = createExporter(ADDRESS)
  const decoder = createDecoder(LIMITS, {
    sink: {
      reserve(family, rows) {
        if (batches[family].full || batches[family].rows + rows > MAX_ROWS) batches[family].reset(family)
        return batches[family]
      },
      committed: () => {},
      counters: () => {},
    },
    exporterAt: (): Exporter => agent,
  })
  const exporter = createExporter(ADDRESS)
  for (const datagram of before) decoder.decode(viewOf(datagram), 0, datagram.length, exporter, NOW)
  const view = viewOf(worst)
  const began = performance.now()
  decoder.decode(view, 0, worst.length, exporter, NOW)
  return performance.now() - began
}

export const worst: Row = {
  name: 'worst',
  doc: 'One datagram of 65,507 bytes, made to cost as much as its bytes can: the median of many, decoded from nothing.',
  peer: null,
  notes: ['a datagram that is not fragmented has 1,472 bytes: a 44th of these'],
  async measure(bench, done) {
    const batches = { 4: new FlowBatch(0, 4), 6: new FlowBatch(1, 6) }
    for (const one of worstCases()) {
      for (let warm = 0; warm < WARM; warm++) once(one, batches)
      const runs = await repeat(bench, `worst: ${one.name}`, async () => {
        const times: number[] = []
        for (let round = 0; round < (bench.quick ? 5 : 21); round++) {
          times.push(once(one, batches))
          await turn()
        }
        return { flowlens: { milliseconds: percentile(times, 0.5) }, peer: null }
      })
      done(caseReport(one.name, FIGURES, runs, { conditions: { bytes: one.worst.length } }))
    }
  },
}
