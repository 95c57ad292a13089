/** Row `disk`: what a flow weighs, in the spool, in the store and in its roll-ups. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { repeat, type Bench, type Row } from '../bench.ts'
import { templateText } from '../conditions.ts'
import { load } from '../load.ts'
import { countFlows } from '../nfdump.ts'
import { caseReport, type FigureSpec, type Run } from '../report.ts'

const PROFILE = 'softflowd-v9'
const FLOWS_PER_SECOND = 10_000
const HOUR_MS = 3_600_000

const FIGURES = {
  spool_bytes_per_flow: { label: 'spool, until delivered', unit: 'bytes/flow', better: 'less' },
  raw_bytes_per_flow: { label: 'every flow, in the store', unit: 'bytes/flow', better: 'less' },
  rollup_bytes_per_flow: { label: 'roll-ups by minute', unit: 'bytes/flow', better: 'less' },
} as const satisfies Readonly<Record<string, FigureSpec>>

async function measure(bench: Bench, run: number, flows: number): Promise<Run> {
  const { workshop } = bench
  const folder = workshop.folder()
  // From the start of an hour that is over on: what is by the hour is closed with it, and comes to little.
  const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS
  const { rows, spoolBytes, sizes, nfcapdFolder } = await load(
    bench,
    { seed: run, profile: PROFILE, flows, flowsPerSecond: FLOWS_PER_SECOND, spool: true, frameMs: 100, startMs },
    folder,
  )
  const bytesOf = (wanted: (table: string) => boolean): number => sizes.tables.filter(({ name }) => wanted(name)).reduce((sum, { bytes }) => sum + bytes, 0)
  let peer: Run['peer'] = null
  if (nfcapdFolder !== null) {
    const files = readdirSync(nfcapdFolder).map(name => statSync(join(nfcapdFolder, name)).size)
    peer = { raw_bytes_per_flow: files.reduce((sum, bytes) => sum + bytes, 0) / (await countFlows(workshop, nfcapdFolder)) }
  }
  workshop.remove(folder)
  return {
    flowlens: {
      spool_bytes_per_flow: spoolBytes / rows,
      raw_bytes_per_flow: bytesOf(name => name === 'flows') / rows,
      rollup_bytes_per_flow: bytesOf(name => name !== 'flows') / rows,
    },
    peer,
    conditions: { flows: rows },
  }
}

export const disk: Row = {
  name: 'disk',
  doc: 'Bytes a flow on the disk, after all parts of the store are merged.',
  peer: 'nfcapd, its files compressed with LZ4',
  async measure(bench, done) {
    const flows = bench.quick ? 200_000 : 3_000_000
    const runs = await repeat(bench, `disk: ${flows} flows`, run => measure(bench, run, flows))
    done(
      caseReport('v9', FIGURES, runs, {
        conditions: { template: templateText(PROFILE), flows_per_second: FLOWS_PER_SECOND },
        notes: ['each run has flows of its own; what a roll-up weighs a flow falls as flows a second rise'],
      }),
    )
  },
}
