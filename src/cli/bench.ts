/** `flowlens bench`: what this machine does with FlowLens, beside nfcapd and nfdump. */
import { parseArgs } from 'node:util'
import { BENCH_ROWS, printReport, runBench } from '../../bench/index.ts'
import { closest } from '../schema/index.ts'
import { UsageError } from './usage.ts'
import { version } from './version.ts'

const HELP = `Usage: flowlens bench [--only NAME] [--quick] [--json]

Measures FlowLens on this machine and prints one table: medians of three runs, and beside them those of nfcapd and nfdump on the
same traffic where they are installed. It takes about a quarter of an hour and 4 GB below the temporary directory (TMPDIR), and
wants the machine for itself. All traffic stays on 127.0.0.1.

  --only NAME  this row alone; may be given several times
  --quick      one short run of each: whether everything works, not how fast it is
  --json       the report as JSON on standard output, with least and most of each figure and every run
  --help       this text

Rows:
${BENCH_ROWS.map(({ name, doc }) => `  ${name.padEnd(10)} ${doc}`).join('\n')}
`

export interface BenchArguments {
  readonly only: readonly string[]
  readonly quick: boolean
  readonly json: boolean
}

/** Reads the command line; 'help' when it asks for that. Throws UsageError for a row that does not exist. */
export function readBenchArguments(argv: readonly string[]): BenchArguments | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  const names = BENCH_ROWS.map(({ name }) => name)
  for (const name of values.only) {
    if (names.includes(name)) continue
    const meant = closest(name, names)
    throw new UsageError(`there is no row ${name}${meant === undefined ? `; there are ${names.join(', ')}` : `; did you mean ${meant}?`}`)
  }
  return { only: values.only, quick: values.quick, json: values.json }
}

/** Runs the command: 0 measured, 1 a row could not be measured to its end, 130 stopped. */
export async function bench(argv: readonly string[]): Promise<number> {
  const options = readBenchArguments(argv)
  if (options === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  const stop = new AbortController()
  // A second signal ends the process at once; what it started is killed on exit.
  const onSignal = (): void => (stop.signal.aborted ? process.exit(130) : stop.abort())
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  try {
    const report = await runBench(
      { only: options.only, quick: options.quick, version: version() },
      { signal: stop.signal, say: text => void process.stderr.write(`${text}\n`) },
    )
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report))
    return report.rows.some(row => row.failed !== null) ? 1 : 0
  } catch (error) {
    if (!stop.signal.aborted) throw error
    process.stderr.write('flowlens bench: stopped\n')
    return 130
  } finally {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, onSignal)
  }
}
