/** The shapes of a report. They are what `flowlens bench --json` prints, hence snake_case; scripts rely on them. */
import { ratios, statisticOf, type Statistic } from './statistics.ts'

/** How a value is counted; decides how it is printed. `yes` is 1 or 0. */
export type Unit = 'flows/s' | 'datagrams/s' | '%' | 'flows' | 'rows' | 'CPU-s' | 'CPU-s/M flows' | 'ms' | 'bytes' | 'bytes/flow' | 'yes'

export interface FigureSpec {
  readonly label: string
  readonly unit: Unit
  /** Which way is better; `none` for what only describes the run. */
  readonly better: 'more' | 'less' | 'none'
}

/** Values of one run by the figure's name; null where this machine cannot tell. */
export type Sample = Readonly<Record<string, number | null>>
export type Conditions = Readonly<Record<string, string | number>>

export interface Run {
  readonly flowlens: Sample
  /** Null where the peer is not installed, or there is none. */
  readonly peer: Sample | null
  readonly conditions?: Conditions
  readonly notes?: readonly string[]
}

export interface FigureReport extends FigureSpec {
  readonly flowlens: Statistic | null
  readonly peer: Statistic | null
  /** FlowLens divided by its peer, run by run. */
  readonly ratio: Statistic | null
}

export interface CaseReport {
  readonly name: string
  readonly conditions: Conditions
  readonly figures: Readonly<Record<string, FigureReport>>
  readonly notes: readonly string[]
}

export interface RowReport {
  readonly name: string
  readonly doc: string
  /** The program beside FlowLens; null where none does the same. */
  readonly peer: string | null
  readonly cases: readonly CaseReport[]
  readonly notes: readonly string[]
  /** Why the row was not measured to its end; null when it was. */
  readonly failed: string | null
}

export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly memory_bytes: number
  readonly system: string
  readonly node: string
  /** Load average over a minute before the first row: what else ran here. */
  readonly load_average: number
  /** Most a program may ask of the kernel for a socket; null where the system does not tell. */
  readonly receive_buffer_max_bytes: number | null
  /** Where the rows are written; figures about a disk mean nothing on a file system in memory. */
  readonly scratch: { readonly in_memory: boolean; readonly free_bytes: number }
  /** Version of nfdump beside FlowLens; null when it is not installed. */
  readonly nfdump: string | null
}

export interface Report {
  /** Number of this form; a change that breaks a reader raises it. */
  readonly format: 1
  readonly flowlens: string
  /** ISO 8601. */
  readonly at: string
  readonly runs: number
  readonly quick: boolean
  readonly machine: Machine
  readonly rows: readonly RowReport[]
}

/** What the runs of a case come to. Conditions and notes of later runs win over those of earlier ones; the same note stands once. */
export function caseReport(
  name: string,
  figures: Readonly<Record<string, FigureSpec>>,
  runs: readonly Run[],
  common: { readonly conditions?: Conditions; readonly notes?: readonly string[] } = {},
): CaseReport {
  return {
    name,
    conditions: Object.assign({}, common.conditions, ...runs.map(run => run.conditions)),
    figures: Object.fromEntries(
      Object.entries(figures).map(([key, spec]) => {
        const ours = runs.map(run => run.flowlens[key])
        const theirs = runs.map(run => run.peer?.[key])
        return [key, { ...spec, flowlens: statisticOf(ours), peer: statisticOf(theirs), ratio: statisticOf(ratios(ours, theirs)) }]
      }),
    ),
    notes: [...new Set([...(common.notes ?? []), ...runs.flatMap(run => run.notes ?? [])])],
  }
}
