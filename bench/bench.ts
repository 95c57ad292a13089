/** What a row of the benchmark is, and what it is given. */
import type { Nfdump } from './nfdump.ts'
import type { CaseReport } from './report.ts'
import type { Workshop } from './workshop.ts'

export interface Bench {
  /** How often each case is measured. */
  readonly runs: number
  /** Short runs that show whether everything works; their figures mean little. */
  readonly quick: boolean
  /** The peer; null when it is not installed. */
  readonly nfdump: Nfdump | null
  readonly workshop: Workshop
  readonly signal: AbortSignal
  /** Tells how far it is. */
  say(text: string): void
}

export interface Row {
  /** As in `--only`. */
  readonly name: string
  /** One sentence: what is measured. */
  readonly doc: string
  /** The program that does the same, and what of it; null where none does. */
  readonly peer: string | null
  /** What must be known of every case: why there is no peer. */
  readonly notes?: readonly string[]
  /** Measures the cases one after the other and hands over each as it is done, so that a failure costs only what comes after. */
  measure(bench: Bench, done: (report: CaseReport) => void): Promise<void>
}

/** Runs one measurement as often as the benchmark says. */
export async function repeat<Result>(bench: Bench, what: string, once: (run: number) => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = []
  for (let run = 1; run <= bench.runs; run++) {
    bench.signal.throwIfAborted()
    bench.say(`${what}, run ${run} of ${bench.runs}`)
    results.push(await once(run))
  }
  return results
}
