/**
 * The benchmark: FlowLens against its own claims and, where it is installed, against nfcapd and nfdump, on the same traffic.
 * In: which rows, how thorough. Out: a report, of which a table is printed for people and JSON for programs. Always: figures of
 * FlowLens and its peer come from the same run and the same flows, medians stand beside least and most, conditions beside
 * figures, what was lost or not the same is said; no process and no file is left behind. Whether a figure is good enough is left
 * to whoever reads it.
 */
import type { Bench, Row } from './bench.ts'
import { describeMachine } from './conditions.ts'
import { findNfdump, NOT_INSTALLED } from './nfdump.ts'
import type { CaseReport, Report, RowReport } from './report.ts'
import { datagrams } from './rows/datagrams.ts'
import { decode } from './rows/decode.ts'
import { disk } from './rows/disk.ts'
import { ingest } from './rows/ingest.ts'
import { queries } from './rows/queries.ts'
import { whole } from './rows/whole.ts'
import { worst } from './rows/worst.ts'
import { createWorkshop } from './workshop.ts'

export { printReport } from './print.ts'
export type { Report } from './report.ts'

const ROWS: readonly Row[] = [decode, worst, ingest, datagrams, whole, queries, disk]

/** The rows there are, in the order in which they run. */
export const BENCH_ROWS: readonly { readonly name: string; readonly doc: string }[] = ROWS

export interface BenchOptions {
  /** Names of rows; all when empty. */
  readonly only: readonly string[]
  /** One short run each. */
  readonly quick: boolean
  readonly version: string
}

export interface BenchDeps {
  /** Ends the benchmark: its processes are stopped, its files removed, and the reason is thrown. */
  readonly signal: AbortSignal
  /** Told how far it is. */
  readonly say: (text: string) => void
}

const RUNS = 3

async function measureRow(row: Row, bench: Omit<Bench, 'workshop'>): Promise<RowReport> {
  const cases: CaseReport[] = []
  let failed: string | null = null
  // A workshop a row: what a row that failed left running disturbs no other.
  const workshop = createWorkshop(bench.signal)
  try {
    await row.measure({ ...bench, workshop }, report => void cases.push(report))
  } catch (error) {
    bench.signal.throwIfAborted()
    failed = error instanceof Error ? error.message : String(error)
  } finally {
    await workshop.close()
  }
  return {
    name: row.name,
    doc: row.doc,
    peer: row.peer,
    cases,
    notes: [...(row.notes ?? []), ...(row.peer !== null && bench.nfdump === null ? [NOT_INSTALLED] : [])],
    failed,
  }
}

/** Measures. A row that fails says so in the report, and the next goes on. */
export async function runBench(options: BenchOptions, { signal, say }: BenchDeps): Promise<Report> {
  const nfdump = findNfdump()
  const machine = describeMachine(nfdump)
  const runs = options.quick ? 1 : RUNS
  const rows: RowReport[] = []
  for (const row of ROWS.filter(({ name }) => options.only.length === 0 || options.only.includes(name))) {
    rows.push(await measureRow(row, { runs, quick: options.quick, nfdump, signal, say }))
  }
  return { format: 1, flowlens: options.version, at: new Date().toISOString(), runs, quick: options.quick, machine, rows }
}
