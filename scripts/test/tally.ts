export interface Failure {
  /** Where: a file and the names down to the test, or the name of a check. */
  readonly name: string
  /** What the tool or the test said. */
  readonly detail: string
}

export interface Skip {
  readonly name: string
  readonly reason: string
}

/** How long a test file took by the clock, its process included. */
export interface Time {
  readonly name: string
  readonly tookMs: number
}

/** What became of all tests and checks so far; a check counts as one test. */
export interface Tally {
  passed: number
  readonly failures: Failure[]
  readonly skips: Skip[]
  readonly times: Time[]
}

export function emptyTally(): Tally {
  return { passed: 0, failures: [], skips: [], times: [] }
}

/** So many of the slowest files are told, where there are more. */
const SLOWEST = 10

/**
 * The closing text: what failed, with its detail; which files took longest; what was skipped, with its reason; and as its last line
 * `N passed, N failed, N skipped`. Where skips are forbidden each of them counts as failed. A run of no test at all has failed.
 */
export function summary(tally: Tally, forbidSkips: boolean): { readonly text: string; readonly failed: boolean } {
  const { passed, failures, skips, times } = tally
  const lines: string[] = []
  for (const { name, detail } of failures) lines.push('', `FAILED  ${name}`, detail.trimEnd().replaceAll(/^/gm, '    '))
  const slowest = times.toSorted((a, b) => b.tookMs - a.tookMs).slice(0, SLOWEST)
  if (times.length > SLOWEST) lines.push('', 'Slowest:', ...slowest.map(({ name, tookMs }) => `${(tookMs / 1000).toFixed(1).padStart(8)} s  ${name}`))
  if (skips.length > 0)
    lines.push('', forbidSkips ? 'Skipped, which is forbidden here:' : 'Skipped:', ...skips.map(({ name, reason }) => `  ${name}: ${reason}`))
  if (failures.length > 0) lines.push('', 'Failed:', ...failures.map(({ name }) => `  ${name}`))
  const failed = failures.length + (forbidSkips ? skips.length : 0)
  const nothing = passed + failures.length + skips.length === 0
  if (nothing) lines.push('', 'There was nothing to run.')
  lines.push('', `${passed} passed, ${failed} failed, ${forbidSkips ? 0 : skips.length} skipped`)
  return { text: lines.join('\n'), failed: failed > 0 || nothing }
}
